//! Intents as JSON, for automation: `{"intent": "connect", "ends": ["n1/1", "n2/1"]}`. A documented subset; a word that is not
//! known is refused with the list of those that are.

use crate::catalog::part_from_json;
use crate::editor::{Extend, Field, Intent, ScenarioStep, ToolKind, WorkloadStep, Zoom};
use crate::json::Value;
use crate::model::{Breakout, Outage, PartId, PortRef, Subject};
use crate::units::{Point, RackUnits};

/// The words there are, with their further fields.
pub const WORDS: &str = "place {part, at: [x, y]}, connect {ends: [port, port], part?}, connect-nodes {a, b, count}, join {count, rails}, delete, duplicate, \
copy, paste {text, at?}, nudge {dx, dy}, mount {node, rack?, u?}, edit {subjects, field, key?, value}, break-out {port, breakout?}, group, ungroup, layout, \
select {subjects, extend?}, select-alike, select-all, escape, fail {things}, scenario {show?, add?, remove?}, workload {add: model | name, remove? | key, value? | model? | order? | swap?}, tool {tool}, put-part {part: a part as in a design file}, remove-part {part}, pan {dx, dy}, zoom {zoom}, reveal {subjects}, new, save, undo, redo";

/// Reads an intent. One sentence where it is none.
pub fn parse(value: &Value) -> Result<Intent, String> {
    let word = match value {
        Value::String(word) => word.as_str(),
        value => value.get("intent").and_then(Value::as_str).ok_or_else(|| format!("An intent is a word, or an object with “intent”; there are {WORDS}."))?,
    };
    let intent = match word {
        "break-out" => Intent::BreakOut { port: port(value, "port")?, breakout: breakout(value)? },
        "connect" => Intent::Connect { ends: ends(value)?, part: text(value, "part").ok().map(PartId::new) },
        "connect-nodes" => Intent::ConnectNodes { a: parsed(value, "a")?, b: parsed(value, "b")?, count: count(value) },
        "copy" => Intent::Copy,
        "delete" => Intent::Delete,
        "duplicate" => Intent::Duplicate,
        "edit" => Intent::Edit { subjects: subjects(value).unwrap_or_default(), field: field(value)? },
        "escape" => Intent::Escape,
        "fail" => Intent::Fail(outages(value)?),
        "group" => Intent::Group(crate::model::GroupKind::Pod),
        "join" => Intent::Join { count: count(value), rails: value.get("rails").and_then(Value::as_bool).unwrap_or(false) },
        "layout" => Intent::Layout,
        "mount" => Intent::Mount { node: parsed(value, "node")?, rack: rack(value)? },
        "new" => Intent::New,
        "nudge" => Intent::Nudge { dx: number(value, "dx")?, dy: number(value, "dy")? },
        "pan" => Intent::Pan { dx: number(value, "dx")?, dy: number(value, "dy")? },
        "paste" => Intent::Paste { text: text(value, "text")?.to_owned(), at: point(value, "at").ok() },
        "place" => Intent::Place { part: PartId::new(text(value, "part")?), at: point(value, "at")? },
        "put-part" => {
            let part = part_from_json(value.get("part").unwrap_or(&Value::Null)).map_err(|refusal| format!("{refusal}."))?;
            Intent::PutPart { part: Box::new(part), price: None }
        }
        "redo" => Intent::Redo,
        "remove-part" => Intent::RemovePart(PartId::new(text(value, "part")?)),
        "reveal" => Intent::Reveal(subjects(value)?),
        "save" => Intent::Save,
        "scenario" => Intent::Scenario(scenario(value)),
        "select" => Intent::Select { subjects: subjects(value)?, extend: extend(value)? },
        "select-alike" => Intent::SelectAlike,
        "select-all" => Intent::SelectAll,
        "tool" => Intent::Tool(tool(text(value, "tool")?)?),
        "undo" => Intent::Undo,
        "ungroup" => Intent::Ungroup,
        "workload" => Intent::Workload(workload(value)?),
        "zoom" => Intent::Zoom(zoom(value.get("zoom").unwrap_or(&Value::Null))?),
        other => return Err(format!("“{other}” is no intent; there are {WORDS}.")),
    };
    Ok(intent)
}

fn count(value: &Value) -> u16 {
    value.get("count").and_then(Value::as_u64).and_then(|count| u16::try_from(count).ok()).unwrap_or(1)
}

/// Reads ids and port paths.
pub fn subject_list(value: &Value) -> Result<Vec<Subject>, String> {
    let list = value.as_array().ok_or("Subjects are a list of ids or port paths, for example [\"n1\", \"n2/5\"].")?;
    list.iter().map(|entry| entry.as_str().and_then(Subject::parse).ok_or_else(|| format!("{entry} names nothing in a design."))).collect()
}

fn subjects(value: &Value) -> Result<Vec<Subject>, String> {
    subject_list(value.get("subjects").unwrap_or(&Value::Null))
}

/// What fails; nothing said is what is selected.
fn outages(value: &Value) -> Result<Vec<Outage>, String> {
    let list = value.get("things").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    list.iter().map(|entry| entry.as_str().and_then(Outage::parse).ok_or_else(|| format!("{entry} names nothing that can fail."))).collect()
}

/// Which scenario is shown, made or taken out; the whole fabric where none is named.
fn scenario(value: &Value) -> ScenarioStep {
    let name = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    match name("remove") {
        Some(name) => ScenarioStep::Remove(name),
        None if value.get("add").is_some() => ScenarioStep::Add,
        None => ScenarioStep::Show(name("show")),
    }
}

/// What is done to a training job: made of a model, taken out, a number set, another model, another order, two XPUs swapped.
fn workload(value: &Value) -> Result<WorkloadStep, String> {
    let own = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    if let Some(model) = own("add") {
        return Ok(WorkloadStep::Add { model });
    }
    let name = text(value, "name")?.to_owned();
    if value.get("remove").is_some() {
        return Ok(WorkloadStep::Remove(name));
    }
    if let Some(key) = own("key") {
        let typed = value.get("value");
        let value = typed.and_then(|value| value.as_str().map(str::to_owned).or_else(|| value.as_f64().map(|number| number.to_string())));
        return Ok(WorkloadStep::Number { name, key, value: value.unwrap_or_default() });
    }
    if let Some(model) = own("model") {
        return Ok(WorkloadStep::Model { name, model });
    }
    if let Some(order) = own("order") {
        return Ok(WorkloadStep::Order { name, order });
    }
    match value.get("swap").and_then(Value::as_array).map(Vec::as_slice) {
        Some([one, other]) => match (one.as_str(), other.as_str()) {
            (Some(one), Some(other)) => Ok(WorkloadStep::Swap { name, xpus: [one.to_owned(), other.to_owned()] }),
            _ => Err("“swap” names two XPUs.".to_owned()),
        },
        _ => Err("A workload is added, removed, or given a number (key, value), a model, an order or a swap.".to_owned()),
    }
}

fn text<'a>(value: &'a Value, key: &str) -> Result<&'a str, String> {
    value.get(key).and_then(Value::as_str).ok_or_else(|| format!("“{key}” must be text."))
}

fn number(value: &Value, key: &str) -> Result<f64, String> {
    value.get(key).and_then(Value::as_f64).ok_or_else(|| format!("“{key}” must be a number."))
}

fn parsed<T: std::str::FromStr>(value: &Value, key: &str) -> Result<T, String> {
    text(value, key)?.parse().map_err(|_| format!("“{key}” must be an id."))
}

fn port(value: &Value, key: &str) -> Result<PortRef, String> {
    text(value, key)?.parse().map_err(|error: crate::model::PathError| error.to_string())
}

fn ends(value: &Value) -> Result<[PortRef; 2], String> {
    let ends = value.get("ends").and_then(Value::as_array).map(Vec::as_slice);
    match ends {
        Some([Value::String(a), Value::String(b)]) => match (a.parse(), b.parse()) {
            (Ok(a), Ok(b)) => Ok([a, b]),
            _ => Err("“ends” must be two port paths, for example [\"n1/1\", \"n2/1\"].".to_owned()),
        },
        _ => Err("“ends” must be two port paths.".to_owned()),
    }
}

fn point(value: &Value, key: &str) -> Result<Point, String> {
    let pair = value.get(key).and_then(Value::as_array).map(Vec::as_slice);
    match pair {
        Some([x, y]) => x.as_f64().zip(y.as_f64()).map(|(x, y)| Point::new(x, y)).ok_or_else(|| format!("“{key}” must be two numbers.")),
        _ => Err(format!("“{key}” must be two numbers, [x, y] in drawing units.")),
    }
}

fn breakout(value: &Value) -> Result<Option<Breakout>, String> {
    match value.get("breakout") {
        None | Some(Value::Null) => Ok(None),
        Some(text) => text.as_str().and_then(Breakout::parse).map(Some).ok_or_else(|| "“breakout” must be like 2x400G.".to_owned()),
    }
}

fn rack(value: &Value) -> Result<Option<(crate::model::RackId, RackUnits)>, String> {
    if value.get("rack").is_none_or(Value::is_null) {
        return Ok(None);
    }
    let u = value.get("u").and_then(Value::as_u64).and_then(|u| u16::try_from(u).ok()).ok_or("“u” must be the lowest rack unit.")?;
    Ok(Some((parsed(value, "rack")?, RackUnits(u))))
}

fn extend(value: &Value) -> Result<Extend, String> {
    match value.get("extend").and_then(Value::as_str).unwrap_or("replace") {
        "add" => Ok(Extend::Add),
        "replace" => Ok(Extend::Replace),
        "toggle" => Ok(Extend::Toggle),
        other => Err(format!("“{other}” is none of add, replace, toggle.")),
    }
}

fn tool(word: &str) -> Result<ToolKind, String> {
    match word {
        "connect" => Ok(ToolKind::Connect),
        "hand" => Ok(ToolKind::Hand),
        "select" => Ok(ToolKind::Select),
        other => Err(format!("“{other}” is none of connect, hand, select.")),
    }
}

fn zoom(value: &Value) -> Result<Zoom, String> {
    match value.as_str() {
        Some("actual") => Ok(Zoom::Actual),
        Some("fit") => Ok(Zoom::Fit),
        Some("fit-selection") => Ok(Zoom::FitSelection),
        Some("in") => Ok(Zoom::In),
        Some("out") => Ok(Zoom::Out),
        _ => Err("“zoom” is one of actual, fit, fit-selection, in, out.".to_owned()),
    }
}

fn field(value: &Value) -> Result<Field, String> {
    let typed = || text(value, "value").map(str::to_owned);
    match text(value, "field")? {
        "cable" => Ok(Field::Cable(text(value, "value").ok().map(PartId::new))),
        "latency" => typed().map(Field::Latency),
        "length" => typed().map(Field::Length),
        "name" => typed().map(Field::Name),
        "part" => typed().map(|part| Field::Part(PartId::new(&part))),
        "pattern" => typed().map(Field::Pattern),
        "pinned" => Ok(Field::Pinned(value.get("value").and_then(Value::as_bool).unwrap_or(true))),
        "ports" => typed().map(Field::Ports),
        "rack-unit" => typed().map(Field::RackUnit),
        "rate" => typed().map(Field::Rate),
        "requirement" => Ok(Field::Requirement(text(value, "key")?.to_owned(), typed()?)),
        "setting" => Ok(Field::Setting(text(value, "key")?.to_owned(), typed()?)),
        "threshold" => Ok(Field::Threshold(text(value, "key")?.to_owned(), typed()?)),
        "transit" => Ok(Field::Transit(value.get("value").and_then(Value::as_bool))),
        "x" => typed().map(Field::X),
        "y" => typed().map(Field::Y),
        other => Err(format!(
            "“{other}” is none of cable, latency, length, name, part, pattern, pinned, ports, rack-unit, rate, requirement, setting, threshold, transit, x, y."
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Intent, String> {
        parse(&crate::json::parse(text).unwrap())
    }

    #[test]
    fn words_become_intents() {
        assert_eq!(read("\"undo\""), Ok(Intent::Undo));
        assert_eq!(
            read(r#"{"intent": "connect", "ends": ["n1/1", "n2/3/1"]}"#),
            Ok(Intent::Connect { ends: ["n1/1".parse().unwrap(), "n2/3/1".parse().unwrap()], part: None })
        );
        assert_eq!(
            read(r#"{"intent": "place", "part": "generic-switch", "at": [1, 2.5]}"#),
            Ok(Intent::Place { part: PartId::new("generic-switch"), at: Point::new(1.0, 2.5) })
        );
    }

    #[test]
    fn nonsense_is_refused_with_a_sentence() {
        for text in ["{}", "null", "\"fly\"", r#"{"intent": "connect", "ends": ["n1"]}"#, r#"{"intent": "select", "subjects": ["?"]}"#] {
            assert!(read(text).is_err_and(|sentence| sentence.ends_with('.')), "{text}");
        }
    }
}
