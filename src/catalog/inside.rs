//! The inside of a system: a few lines of data that stand for its graph.
//!
//! `things` are groups of equal things (`{"name": "xpu", "count": 8, "kind": "xpu"}` are xpu1 to xpu8) and `wires` join
//! them by name, where `xpu*` is every xpu: `"all"` joins each with each, `"pair"` the first with the first and so on,
//! `"mesh"` all of one group with each other, `"torus 4x4"` the neighbours on a grid that wraps.

use super::fields::Fields;
use super::load::CatalogError;
use super::words::Word;
use super::write;
use crate::json::Value;
use crate::model::{Inside, InsideEdge, InsideKind, InsideVertex, PartId};
use crate::units::{Gbps, Nanoseconds, SortedMap};

/// How many things one system may hold. A limit of Weft, not of any product.
const MOST_THINGS: usize = 4096;
/// How many wires, after expansion.
const MOST_WIRES: usize = 65_536;

/// Reads an inside. `at` names the part in errors.
pub(super) fn read(value: &Value, at: &str) -> Result<Inside, CatalogError> {
    let mut fields = Fields::new(value, format!("{at}: inside"))?;
    let mut inside = Inside::default();
    for thing in fields.list("things")? {
        read_things(&mut inside, &mut Fields::new(thing, format!("{at}: inside: things"))?)?;
    }
    for wire in fields.list("wires")? {
        read_wires(&mut inside, &mut Fields::new(wire, format!("{at}: inside: wires"))?)?;
    }
    Ok(inside)
}

fn read_things(inside: &mut Inside, fields: &mut Fields<'_>) -> Result<(), CatalogError> {
    let name = fields.needed_text("name")?;
    if name.contains(['/', '*']) {
        return Err(fields.wrong("name", "must hold neither / nor *"));
    }
    let kind: InsideKind = fields.word("kind")?.ok_or_else(|| fields.wrong("kind", "is missing"))?;
    let count = fields.whole("count", 1, MOST_THINGS as u16)?;
    let part = fields.text("part")?.map(PartId::new);
    let transit = fields.yes("transit")?.unwrap_or(forwards(kind));
    let names: Vec<String> = match count {
        None => vec![name.to_owned()],
        Some(count) => (1..=count).map(|number| format!("{name}{number}")).collect(),
    };
    for name in names {
        if inside.vertices.iter().any(|vertex| vertex.name == name) {
            return Err(fields.wrong("name", format!("gives a second {name}")));
        }
        if inside.vertices.len() >= MOST_THINGS {
            return Err(fields.wrong("count", format!("goes beyond {MOST_THINGS} things")));
        }
        inside.vertices.push(InsideVertex { name, kind, part: part.clone(), transit });
    }
    Ok(())
}

/// Whether such a thing passes on what is not its own, unless stated: an adapter between its XPU and its cage, a switch.
fn forwards(kind: InsideKind) -> bool {
    matches!(kind, InsideKind::Nic | InsideKind::Switch)
}

fn read_wires(inside: &mut Inside, fields: &mut Fields<'_>) -> Result<(), CatalogError> {
    let mut end = |key| -> Result<Vec<u16>, CatalogError> {
        let pattern = fields.needed_text(key)?;
        let found = named(inside, pattern);
        if found.is_empty() { Err(fields.wrong(key, format!("names “{pattern}”, which is not inside"))) } else { Ok(found) }
    };
    let (a, b) = (end("a")?, end("b")?);
    let count = fields.whole("count", 1, u16::MAX)?.unwrap_or(1);
    let gbps = fields.number("gbps")?.filter(|rate| *rate > 0.0).ok_or_else(|| fields.wrong("gbps", "must be a rate above 0"))?;
    let layer = fields.word("layer")?.ok_or_else(|| fields.wrong("layer", "is missing"))?;
    let latency = fields.figure("latency", Nanoseconds)?;
    let basis = fields.basis("basis")?;
    let join = fields.text("join")?.unwrap_or("all");
    let pairs = joined(&a, &b, join).ok_or_else(|| fields.wrong("join", "must be all, pair, mesh or a torus like “torus 4x4” that fits the group"))?;
    if inside.edges.len() + pairs.len() > MOST_WIRES {
        return Err(fields.wrong("join", format!("goes beyond {MOST_WIRES} wires")));
    }
    inside.edges.extend(pairs.into_iter().map(|(a, b)| InsideEdge { a, b, count, gbps: Gbps(gbps), layer, latency: latency.clone(), basis }));
    Ok(())
}

/// The things a pattern names: one by its name, or all of a group by `name*`.
pub(super) fn named(inside: &Inside, pattern: &str) -> Vec<u16> {
    let fits = |name: &str| match pattern.strip_suffix('*') {
        Some(stem) => name.strip_prefix(stem).is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())),
        None => name == pattern,
    };
    (0u16..).zip(&inside.vertices).filter(|(_, vertex)| fits(&vertex.name)).map(|(index, _)| index).collect()
}

fn joined(a: &[u16], b: &[u16], join: &str) -> Option<Vec<(u16, u16)>> {
    let too_many = a.len().saturating_mul(b.len()) > MOST_WIRES;
    match join {
        "all" if !too_many => Some(a.iter().flat_map(|a| b.iter().map(move |b| (*a, *b))).filter(|(a, b)| a != b).collect()),
        "mesh" if a == b && !too_many => Some(a.iter().enumerate().flat_map(|(at, one)| a.iter().skip(at + 1).map(move |other| (*one, *other))).collect()),
        "pair" => {
            let longest = a.len().max(b.len());
            (0..longest).map(|at| Some((*a.get(at * a.len() / longest)?, *b.get(at * b.len() / longest)?))).collect()
        }
        _ => torus(a, b, join.strip_prefix("torus ")?),
    }
}

/// Neighbours along each dimension; a dimension of two has one wire, not two.
fn torus(a: &[u16], b: &[u16], sizes: &str) -> Option<Vec<(u16, u16)>> {
    let sizes: Vec<usize> = sizes.split('x').map(|size| size.parse().ok().filter(|size| (1..=MOST_THINGS).contains(size))).collect::<Option<_>>()?;
    let total = sizes.iter().try_fold(1usize, |product, size| product.checked_mul(*size))?;
    if a != b || total != a.len() {
        return None;
    }
    let mut pairs = Vec::new();
    let mut stride = 1;
    for size in sizes {
        for (at, one) in a.iter().enumerate() {
            let place = at / stride % size;
            if size > 2 || (size == 2 && place == 0) {
                let next = at - place * stride + (place + 1) % size * stride;
                pairs.push((*one, *a.get(next)?));
            }
        }
        stride *= size;
    }
    Some(pairs)
}

/// Writes an inside: things grouped again, wires one by one.
pub(super) fn written(inside: &Inside) -> Value {
    let mut things: Vec<Value> = Vec::new();
    let mut rest = inside.vertices.as_slice();
    while let Some(first) = rest.first() {
        let stem = first.name.strip_suffix('1').filter(|stem| !stem.is_empty() && !stem.ends_with(|last: char| last.is_ascii_digit()));
        let run = stem.map_or(0, |stem| {
            let same = |vertex: &InsideVertex| vertex.kind == first.kind && vertex.part == first.part && vertex.transit == first.transit;
            (1..).zip(rest).take_while(|(number, vertex)| vertex.name == format!("{stem}{number}") && same(vertex)).count()
        });
        let mut thing = write::Object::default();
        thing.set("name", if run > 0 { stem.unwrap_or_default() } else { first.name.as_str() });
        thing.set_if(run > 0, "count", run);
        thing.set("kind", first.kind.word());
        thing.set_some("part", first.part.as_ref().map(PartId::as_str));
        thing.set_if(first.transit != forwards(first.kind), "transit", first.transit);
        things.push(thing.into());
        rest = rest.get(run.max(1)..).unwrap_or_default();
    }

    let names: SortedMap<u16, &str> = (0u16..).zip(&inside.vertices).map(|(index, vertex)| (index, vertex.name.as_str())).collect();
    let name = |index: u16| names.get(&index).copied().unwrap_or_default();
    let wires: Vec<Value> = inside
        .edges
        .iter()
        .map(|edge| {
            let mut wire = write::Object::default();
            wire.set("a", name(edge.a));
            wire.set("b", name(edge.b));
            wire.set_if(edge.count != 1, "count", edge.count);
            wire.set("gbps", write::number(edge.gbps.0));
            wire.set("layer", edge.layer.word());
            wire.set_some("latency", edge.latency.as_ref().map(|latency| write::figure(latency, |latency| latency.0)));
            wire.set_some("basis", write::basis(edge.basis));
            wire.into()
        })
        .collect();
    let mut written = write::Object::default();
    written.set("things", things);
    written.set("wires", wires);
    written.into()
}
