//! Parts and protocols from JSON. Nothing here trusts its input: a design may bring parts of its own.

use super::fields::Fields;
use super::inside;
use super::load::CatalogError;
use crate::json::Value;
use crate::model::{
    Breakout, CableDetail, CableEnd, Extra, FormFactor, Inside, Part, PartDetail, PartId, PartKind, PortGroup, Protocol, RackDetail, Source, SwitchDetail,
    XpuDetail,
};
use crate::units::{Gbps, Kilograms, Metres, Nanoseconds, Watts};

/// The most cages one group of ports may have. A limit of Weft, not of any product.
const MOST_CAGES: u16 = 8192;
/// The most groups of ports.
const MOST_GROUPS: usize = 64;

/// Reads one part from the catalogue's JSON form, which a design's own parts use too.
///
/// # Errors
/// One sentence that names the part, the field and what it should be.
pub fn part_from_json(value: &Value) -> Result<Part, CatalogError> {
    let id = Fields::new(value, "a part")?.needed_text("id")?;
    let at = format!("part “{}”", id.chars().take(60).collect::<String>());
    let mut fields = Fields::new(value, at.clone())?;
    let id = PartId::new(fields.needed_text("id")?);
    let kind = fields.word("kind")?.ok_or_else(|| fields.wrong("kind", "is missing"))?;
    let vendor = fields.text("vendor")?.unwrap_or_default().to_owned();
    let name = fields.text("name")?.unwrap_or(id.as_str()).to_owned();
    let summary = fields.text("summary")?.unwrap_or_default().to_owned();
    let status = fields.word("status")?.unwrap_or_default();
    let groups = fields.list("ports")?;
    let rack_units = fields.figure("rack_units", plain)?;
    let power = fields.figure("power_w", Watts)?;
    let bare_power = fields.figure("bare_power_w", Watts)?;
    let weight = fields.figure("weight_kg", Kilograms)?;
    let depth = fields.figure("depth_m", Metres)?;
    let cooling = fields.word("cooling")?;
    let detail = detail(&mut fields, kind, &at)?;
    let notes = fields.texts("notes")?.into_iter().map(str::to_owned).collect();
    let sources = sources(&mut fields)?;

    if groups.len() > MOST_GROUPS {
        return Err(fields.wrong("ports", format!("has more than {MOST_GROUPS} groups")));
    }
    let nothing = Inside::default();
    let inside = if let PartDetail::System(inside) = &detail { inside } else { &nothing };
    let ports = groups.iter().map(|group| port_group(group, inside, &at)).collect::<Result<Vec<_>, _>>()?;
    if ports.iter().rev().skip(1).any(|group| group.count.is_none()) {
        return Err(fields.wrong("ports", "may leave out the count of the last group only"));
    }
    let cages: u32 = ports.iter().map(|group| u32::from(group.count.unwrap_or(0))).sum();
    if cages > u32::from(MOST_CAGES) {
        return Err(fields.wrong("ports", format!("has more than {MOST_CAGES} cages")));
    }

    let unread = fields.unread();
    let extra = Extra((!unread.is_empty()).then(|| Box::new(unread)));
    Ok(Part { id, kind, vendor, name, summary, status, ports, rack_units, power, bare_power, weight, depth, cooling, detail, notes, sources, extra })
}

fn plain(value: f64) -> f64 {
    value
}

fn sources(fields: &mut Fields<'_>) -> Result<Vec<Source>, CatalogError> {
    let entries = fields.list("sources")?;
    let read = |entry: &Value| match entry.as_array().map(Vec::as_slice) {
        Some([Value::String(title)]) => Some(Source { title: title.clone(), place: String::new() }),
        Some([Value::String(title), Value::String(place)]) => Some(Source { title: title.clone(), place: place.clone() }),
        _ => None,
    };
    entries.iter().map(|entry| read(entry).ok_or_else(|| fields.wrong("sources", "must be lists of title and place"))).collect()
}

fn port_group(value: &Value, inside: &Inside, at: &str) -> Result<PortGroup, CatalogError> {
    let mut fields = Fields::new(value, format!("{at}: ports"))?;
    let count = fields.whole("count", 1, MOST_CAGES)?;
    let per_cage = narrow(fields.whole("per_cage", 1, 16)?.unwrap_or(1));
    let gbps = fields.number("gbps")?.map(Gbps);
    if gbps.is_some_and(|rate| rate.0 <= 0.0) {
        return Err(fields.wrong("gbps", "must be above 0"));
    }
    let names = fields.text("names")?.unwrap_or_default().to_owned();
    if !names.is_empty() && !super::port_names::is_sound(&names) {
        return Err(fields.wrong("names", "must look like Ethernet[1-32] or mgmt, swp[1-32]"));
    }
    let breakouts = fields.texts("breakouts")?;
    let breakouts = breakouts.into_iter().map(|text| Breakout::parse(text).ok_or_else(|| fields.wrong("breakouts", "must look like 2x400G")));
    let breakouts = breakouts.collect::<Result<Vec<_>, _>>()?;
    Ok(PortGroup {
        name: fields.text("name")?.unwrap_or_default().to_owned(),
        names,
        count,
        role: fields.word("role")?.unwrap_or_default(),
        form: fields.word("form")?.unwrap_or(FormFactor::Any),
        top: fields.word("top")?,
        per_cage,
        lanes: narrow(fields.whole("lanes", 0, 255)?.unwrap_or(0)),
        gbps,
        protocols: fields.texts("protocols")?.into_iter().map(str::to_owned).collect(),
        layers: fields.words("layers")?,
        breakouts,
        inside: hung_on(&mut fields, inside, count.unwrap_or(0), per_cage)?,
        basis: fields.basis("basis")?,
    })
}

/// What each cage hangs on: as many names as there are cages or ports, or fewer that each stand for an equal share.
fn hung_on(fields: &mut Fields<'_>, inside: &Inside, cages: u16, per_cage: u8) -> Result<Vec<u16>, CatalogError> {
    let names = fields.texts("on")?;
    let mut places = Vec::new();
    for name in &names {
        let found = inside::named(inside, name);
        if found.is_empty() {
            return Err(fields.wrong("on", format!("names “{name}”, which is not inside")));
        }
        places.extend(found);
    }
    let (cages, ports) = (usize::from(cages), usize::from(cages) * usize::from(per_cage));
    if places.is_empty() || places.len() == cages || places.len() == ports {
        return Ok(places);
    }
    if places.len() > ports || ports % places.len() != 0 {
        return Err(fields.wrong("on", format!("names {} things for {ports} ports", places.len())));
    }
    let share = ports / places.len();
    Ok(places.into_iter().flat_map(|place| std::iter::repeat_n(place, share)).collect())
}

fn narrow(number: u16) -> u8 {
    u8::try_from(number).unwrap_or(u8::MAX)
}

fn detail(fields: &mut Fields<'_>, kind: PartKind, at: &str) -> Result<PartDetail, CatalogError> {
    Ok(match kind {
        PartKind::Cable | PartKind::Transceiver => {
            let cable = fields.get("cable").ok_or_else(|| fields.wrong("cable", "is missing"))?;
            PartDetail::Cable(cable_detail(cable, at)?)
        }
        PartKind::Nic => PartDetail::Nic { latency: fields.figure("latency_ns", Nanoseconds)? },
        PartKind::Rack => PartDetail::Rack(RackDetail {
            units: fields.whole("units", 1, 200)?.ok_or_else(|| fields.wrong("units", "is missing"))?,
            basis: fields.basis("units_basis")?,
            power: fields.figure("max_power_w", Watts)?,
            load: fields.figure("max_load_kg", Kilograms)?,
        }),
        PartKind::Switch => PartDetail::Switch(SwitchDetail {
            latency: fields.figure("latency_ns", Nanoseconds)?,
            asic: fields.text("asic")?.unwrap_or_default().to_owned(),
            in_network: fields.text("in_network")?.map(str::to_owned),
            forwards: fields.word("forwards")?,
        }),
        PartKind::System => PartDetail::System(match fields.get("inside") {
            Some(value) => inside::read(value, at)?,
            None => Inside::default(),
        }),
        PartKind::Xpu => PartDetail::Xpu(XpuDetail {
            memory_gb: fields.figure("memory_gb", plain)?,
            bf16_tflops: fields.figure("bf16_tflops", plain)?,
            fp8_tflops: fields.figure("fp8_tflops", plain)?,
            scale_up: fields.figure("scale_up_gbps", Gbps)?,
            generation: fields.text("generation")?.unwrap_or_default().to_owned(),
        }),
    })
}

fn cable_detail(value: &Value, at: &str) -> Result<CableDetail, CatalogError> {
    let mut fields = Fields::new(value, format!("{at}: cable"))?;
    let ends = match fields.get("ends") {
        Some(Value::Array(ends)) => match ends.as_slice() {
            [first, second] => [cable_end(first, at)?, cable_end(second, at)?],
            _ => return Err(fields.wrong("ends", "must be one end, or a list of two")),
        },
        Some(end) => [cable_end(end, at)?, cable_end(end, at)?],
        None => return Err(fields.wrong("ends", "is missing")),
    };
    Ok(CableDetail {
        kind: fields.word("kind")?.ok_or_else(|| fields.wrong("kind", "is missing"))?,
        ends,
        reach: fields.figure("reach_m", Metres)?,
        latency: fields.figure("latency_ns", Nanoseconds)?,
        power: fields.figure("power_w", Watts)?,
        optical: fields.text("optical")?.map(str::to_owned),
        layers: fields.words("layers")?,
        modules: fields.texts("modules")?.into_iter().map(PartId::new).collect(),
        basis: fields.basis("basis")?,
    })
}

fn cable_end(value: &Value, at: &str) -> Result<CableEnd, CatalogError> {
    let mut fields = Fields::new(value, format!("{at}: cable: ends"))?;
    Ok(CableEnd {
        form: fields.word("form")?.unwrap_or(FormFactor::Any),
        top: fields.word("top")?,
        connectors: narrow(fields.whole("connectors", 1, 16)?.unwrap_or(1)),
        lanes: narrow(fields.whole("lanes", 0, 255)?.unwrap_or(0)),
        gbps: Gbps(fields.number("gbps")?.unwrap_or(0.0)),
        lane: Gbps(fields.number("lane_gbps")?.unwrap_or(0.0)),
    })
}

/// Reads one protocol.
pub(super) fn protocol_from_json(value: &Value) -> Result<Protocol, CatalogError> {
    let id = Fields::new(value, "a protocol")?.needed_text("id")?;
    let mut fields = Fields::new(value, format!("protocol “{id}”"))?;
    Ok(Protocol {
        id: id.to_owned(),
        name: fields.needed_text("name")?.to_owned(),
        layer: fields.word("layer")?.ok_or_else(|| fields.wrong("layer", "is missing"))?,
        lane: fields.figure("lane_gbps", Gbps)?,
        efficiency: fields.figure("efficiency", plain)?,
        fec: fields.figure("fec_ns", Nanoseconds)?,
        max_domain: fields.figure("max_domain", plain)?,
        notes: fields.texts("notes")?.into_iter().map(str::to_owned).collect(),
        sources: sources(&mut fields)?,
    })
}
