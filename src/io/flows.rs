//! Questions about flows and their answers: what `weft flows` reads and prints.
//!
//! The question is `{"flows": [{"src": "a", "dst": "b"}, {"src": "c", "dst": "d", "path": [16, 8, 2]}]}`: ends by node name or id, and the arcs of a
//! path where the flow keeps one. Arc `2 i` is link `i` of the design, in id order, from its first end to its second; `2 i + 1` is the way
//! back.

use std::fmt::Write as _;

use super::limits;
use super::load::LoadError;
use crate::engine::estimate::flows::{Flow, FlowRate, FlowSet};
use crate::engine::routing::{Equal, InForce};
use crate::engine::topology::ArcIndex;
use crate::json::{Error, Kind, Reader, push_text};

/// The answer's format name.
pub const FORMAT: &str = "weft-flows";
/// The answer's version.
pub const VERSION: u32 = 1;

/// Reads a question. Fields that are not known are passed over.
///
/// ```
/// let set = weft::io::flows::read_flows(r#"{"flows": [{"src": "a", "dst": "b", "path": [4, 7]}]}"#).unwrap();
/// assert_eq!(set.flows[0].path.as_deref(), Some(&[4, 7][..]));
/// ```
pub fn read_flows(text: &str) -> Result<FlowSet, LoadError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    limits::check(text)?;
    Reader::new(text).and_then(|mut input| question(&mut input)).map_err(|error| {
        let mut refusal = LoadError::from_json(&error);
        if error.kind() == Kind::Data {
            refusal.message =
                format!("{}; flows are {{\"flows\": [{{\"src\": \"a\", \"dst\": \"b\"}}]}}, with \"path\": [0, 3] where a flow keeps one", refusal.message);
        }
        refusal
    })
}

fn question(input: &mut Reader<'_>) -> Result<FlowSet, Error> {
    let mut flows = None;
    input.object("a question")?;
    while let Some(key) = input.key()? {
        if key != "flows" {
            input.skip()?;
            continue;
        }
        let mut asked = Vec::new();
        input.list("a list")?;
        while input.item()? {
            asked.push(flow(input)?);
        }
        flows = Some(asked);
    }
    flows.map(|flows| FlowSet { flows }).ok_or_else(|| input.refuse("missing field `flows`"))
}

fn flow(input: &mut Reader<'_>) -> Result<Flow, Error> {
    let (mut src, mut dst, mut path) = (None, None, None);
    input.object("a flow")?;
    while let Some(key) = input.key()? {
        match &*key {
            "src" => src = Some(input.string()?),
            "dst" => dst = Some(input.string()?),
            "path" => path = arcs(input)?,
            _ => input.skip()?,
        }
    }
    let missing = |name: &str| input.refuse(format!("missing field `{name}`"));
    Ok(Flow { src: src.ok_or_else(|| missing("src"))?, dst: dst.ok_or_else(|| missing("dst"))?, path })
}

fn arcs(input: &mut Reader<'_>) -> Result<Option<Vec<ArcIndex>>, Error> {
    if input.null()? {
        return Ok(None);
    }
    let mut arcs = Vec::new();
    input.list("a list")?;
    while input.item()? {
        arcs.push(input.whole(0, i64::from(ArcIndex::MAX))? as ArcIndex);
    }
    Ok(Some(arcs))
}

/// Writes the answer: the routing that was in force, one flow per line in the order of the question, then the least, the mean, the greatest and the sum of the rates.
///
/// Rates are in Gb/s to six decimals. A flow without a rate has `null` and says why; a flow that nothing holds back has
/// `null` and says that. Time and space: O(flows).
pub fn write_flows(rates: &[FlowRate], routing: &InForce) -> String {
    let equal = match routing.equal {
        Equal::Split => "ecmp",
        Equal::Hash if !routing.tables.is_empty() => "tables",
        Equal::Hash => "hash",
        Equal::Mixed(_) => "mixed",
    };
    let mut out = format!("{{\"format\":\"{FORMAT}\",\"version\":{VERSION},\"routing\":\"{equal}\",\"in_force\":");
    push_text(&mut out, routing.words());
    out.push_str(",\"flows\":[");
    for (at, flow) in rates.iter().enumerate() {
        out.push_str(if at == 0 { "\n" } else { ",\n" });
        push_flow(&mut out, flow);
    }
    if !rates.is_empty() {
        out.push('\n');
    }
    let known: Vec<f64> = rates.iter().filter_map(|flow| flow.rate).map(|rate| rate.0).filter(|rate| rate.is_finite()).collect();
    let _ = write!(out, "],\n\"summary\":{{\"flows\":{},\"with_rate\":{}", rates.len(), known.len());
    let sum: f64 = known.iter().sum();
    let least = known.iter().copied().reduce(f64::min);
    let greatest = known.iter().copied().reduce(f64::max);
    let mean = (!known.is_empty()).then(|| sum / known.len() as f64);
    for (name, value) in [("min_gbps", least), ("mean_gbps", mean), ("max_gbps", greatest), ("sum_gbps", Some(sum))] {
        let _ = write!(out, ",\"{name}\":{}", six_decimals(value));
    }
    out.push_str("}}\n");
    out
}

fn push_flow(out: &mut String, flow: &FlowRate) {
    out.push_str("{\"src\":");
    push_text(out, &flow.src);
    out.push_str(",\"dst\":");
    push_text(out, &flow.dst);
    let _ = write!(out, ",\"rate_gbps\":{},\"bottleneck\":", six_decimals(flow.rate.map(|rate| rate.0)));
    match &flow.bottleneck {
        Some(subject) => push_text(out, &subject.to_string()),
        None => out.push_str("null"),
    }
    let why = match (&flow.trouble, flow.rate) {
        (Some(trouble), _) => trouble.to_string(),
        (None, None) => "nothing on the way holds it back".to_owned(),
        (None, Some(_)) => String::new(),
    };
    if !why.is_empty() {
        out.push_str(",\"why\":");
        push_text(out, &why);
    }
    out.push('}');
}

/// A number with at most six decimals, without zeros at its end; `null` for none.
fn six_decimals(value: Option<f64>) -> String {
    let Some(value) = value.filter(|value| value.is_finite()) else { return "null".to_owned() };
    let text = format!("{value:.6}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" { "0".to_owned() } else { short.to_owned() }
}
