//! The JSON Schema of a design: it says what files hold, no more and no less.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::{Map, Value};
use weft::catalog::{Catalog, part_to_json};
use weft::io::schema_json;
use weft::model::{Address, Breakout, Element, FabricId, GroupId, LinkId, NodeId, PortRef, RackId, RequirementId, Row};

fn schema() -> Value {
    serde_json::from_str(&schema_json()).unwrap()
}

/// Whether a text has the shape of a pattern. The patterns of the schema are known, so that no engine is needed; each is held
/// against what the model itself reads.
fn fits(pattern: &str, text: &str) -> bool {
    match pattern {
        "^f(0|[1-9][0-9]*)$" => text.parse::<FabricId>().is_ok(),
        "^g(0|[1-9][0-9]*)$" => text.parse::<GroupId>().is_ok(),
        "^l(0|[1-9][0-9]*)$" => text.parse::<LinkId>().is_ok(),
        "^n(0|[1-9][0-9]*)$" => text.parse::<NodeId>().is_ok(),
        "^q(0|[1-9][0-9]*)$" => text.parse::<RequirementId>().is_ok(),
        "^r(0|[1-9][0-9]*)$" => text.parse::<RackId>().is_ok(),
        "^[gnr](0|[1-9][0-9]*)$" => text.parse::<GroupId>().is_ok() || text.parse::<NodeId>().is_ok() || text.parse::<RackId>().is_ok(),
        "^n(0|[1-9][0-9]*)(/[^/]+)?$" => text.parse::<Element>().is_ok(),
        "^n(0|[1-9][0-9]*)/[1-9][0-9]*(/[1-9][0-9]*)?$" => text.parse::<PortRef>().is_ok(),
        "^[A-Za-z]{3}$" => weft::model::Currency::parse(text).is_some(),
        "^[0-9a-f]{1,16}$" => u64::from_str_radix(text, 16).is_ok(),
        "^n(0|[1-9][0-9]*)(/[1-9][0-9]*){0,2} [0-9]+(-[0-9]+)?$" => text.parse::<Address>().is_ok(),
        "^n(0|[1-9][0-9]*) [0-9]+: ((-|0|[1-9][0-9]*(/[1-9][0-9]*)?)(x[0-9]+)? ?)+$" => text.parse::<Row>().is_ok(),
        "^[0-9]+x[0-9.]+G$" => Breakout::parse(text).is_some(),
        other => panic!("{other} is a new pattern: say here what it means"),
    }
}

/// Where a value does not follow the schema. Fields met on the way are noted in `seen` as `definition.field`.
fn faults(root: &Value, schema: &Value, name: &str, value: &Value, at: &str, seen: &mut BTreeSet<String>) -> Vec<String> {
    if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
        let name = target.strip_prefix("#/$defs/").unwrap();
        return faults(root, &root["$defs"][name], name, value, at, seen);
    }
    let mut wrong = Vec::new();
    for (keyword, wanted) in schema.as_object().unwrap() {
        let holds = match keyword.as_str() {
            "$schema" | "$defs" | "title" | "description" | "default" | "additionalProperties" => true,
            "anyOf" => wanted.as_array().unwrap().iter().any(|option| faults(root, option, name, value, at, seen).is_empty()),
            "const" => value == wanted,
            "enum" => wanted.as_array().unwrap().contains(value),
            "items" => {
                for (place, item) in value.as_array().into_iter().flatten().enumerate() {
                    wrong.extend(faults(root, wanted, name, item, &format!("{at}[{place}]"), seen));
                }
                true
            }
            "exclusiveMinimum" => value.as_f64().is_none_or(|value| value > wanted.as_f64().unwrap()),
            "maximum" => value.as_f64().is_none_or(|value| value <= wanted.as_f64().unwrap()),
            "minimum" => value.as_f64().is_none_or(|value| value >= wanted.as_f64().unwrap()),
            "maxItems" => value.as_array().is_none_or(|items| items.len() as u64 <= wanted.as_u64().unwrap()),
            "minItems" => value.as_array().is_none_or(|items| items.len() as u64 >= wanted.as_u64().unwrap()),
            "maxLength" => value.as_str().is_none_or(|text| text.chars().count() as u64 <= wanted.as_u64().unwrap()),
            "pattern" => value.as_str().is_none_or(|text| fits(wanted.as_str().unwrap(), text)),
            "properties" => {
                let others = schema.get("additionalProperties");
                for (field, value) in value.as_object().into_iter().flatten() {
                    match wanted.get(field).or(others) {
                        Some(schema) => {
                            seen.insert(format!("{name}.{field}"));
                            wrong.extend(faults(root, schema, field, value, &format!("{at}.{field}"), seen));
                        }
                        None if field.starts_with("later_") || field == "scenarios" => {}
                        None => wrong.push(format!("{at}.{field} is not described")),
                    }
                }
                true
            }
            "required" => wanted.as_array().unwrap().iter().all(|field| value.get(field.as_str().unwrap()).is_some()),
            "type" => {
                let types: Vec<&str> = wanted.as_str().into_iter().chain(wanted.as_array().into_iter().flatten().filter_map(Value::as_str)).collect();
                types.iter().any(|wanted| match *wanted {
                    "array" => value.is_array(),
                    "boolean" => value.is_boolean(),
                    "integer" => value.as_f64().is_some_and(|value| value.fract() == 0.0),
                    "number" => value.is_number(),
                    "object" => value.is_object(),
                    "string" => value.is_string(),
                    other => panic!("{other} is no type"),
                })
            }
            other => panic!("{other} is a keyword this test does not know"),
        };
        if !holds {
            wrong.push(format!("{at}: {value} does not hold {keyword} {wanted}"));
        }
    }
    if let (None, Some(others), Some(fields)) = (schema.get("properties"), schema.get("additionalProperties"), value.as_object()) {
        for (field, value) in fields {
            wrong.extend(faults(root, others, name, value, &format!("{at}.{field}"), seen));
        }
    }
    wrong
}

/// Where a design, as text, does not follow the schema.
pub fn design_faults(text: &str) -> Vec<String> {
    let schema = schema();
    faults(&schema, &schema, "design", &serde_json::from_str(text).unwrap(), "design", &mut BTreeSet::new())
}

/// The design in which every field of version 1 occurs.
fn every_field() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/versions/v1.json");
    let mut design: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    // One requirement there is of a kind that does not exist yet.
    design["requirements"].as_array_mut().unwrap().retain(|requirement| requirement["kind"] != "noise");
    design
}

#[test]
fn the_published_schema_is_the_one_that_is_printed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/weft-design.schema.json");
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        fs::write(&path, schema_json()).unwrap();
    }
    assert_eq!(fs::read_to_string(path).unwrap(), schema_json(), "run `cargo xtask schema`");
}

#[test]
fn every_field_that_is_written_is_described_and_the_other_way_round() {
    let schema = schema();
    let mut seen = BTreeSet::new();
    assert_eq!(faults(&schema, &schema, "design", &every_field(), "design", &mut seen), Vec::<String>::new());

    let catalog = Catalog::builtin();
    for part in catalog.parts() {
        let wrong =
            faults(&schema, &schema["$defs"]["part"], "part", &serde_json::from_str(&part_to_json(part).to_string()).unwrap(), part.id.as_str(), &mut seen);
        assert_eq!(wrong, Vec::<String>::new());
    }

    let mut described: BTreeSet<String> = BTreeSet::new();
    let definitions = schema["$defs"].as_object().unwrap().iter().map(|(name, definition)| (name.as_str(), definition));
    for (name, definition) in definitions.chain([("design", &schema)]) {
        let fields: Vec<&String> = definition.get("properties").and_then(Value::as_object).into_iter().flat_map(Map::keys).collect();
        described.extend(fields.into_iter().map(|field| format!("{name}.{field}")));
    }
    // What people may write and no writer of ours does.
    let by_hand = BTreeSet::from(["wire.join".to_owned()]);
    let never: Vec<&String> = described.difference(&seen).filter(|field| !by_hand.contains(*field)).collect();
    assert_eq!(never, Vec::<&String>::new(), "described, but neither in the full design nor in any part");
}

#[test]
fn the_schema_refuses_what_the_reader_refuses() {
    let broken = [
        ("format", r#"{"format":"drawio","version":1}"#),
        ("version", r#"{"format":"weft-design"}"#),
        ("part", r#"{"format":"weft-design","version":1,"nodes":[{"id":"n1"}]}"#),
        ("id", r#"{"format":"weft-design","version":1,"nodes":[{"id":"node-1","part":"generic-host"}]}"#),
        ("ends", r#"{"format":"weft-design","version":1,"links":[{"ends":["n1/1"]}]}"#),
        ("port", r#"{"format":"weft-design","version":1,"links":[{"ends":["n1","n2/1"]}]}"#),
        ("type", r#"{"format":"weft-design","version":1,"name":5}"#),
    ];
    for (what, text) in broken {
        assert!(!design_faults(text).is_empty(), "{what}");
        assert!(weft::io::load(text).is_err(), "{what}");
    }
}

#[test]
fn the_description_for_people_names_every_field() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/format.md");
    let text = fs::read_to_string(path).unwrap();
    let schema = schema();
    let mut missing: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let definitions = schema["$defs"].as_object().unwrap().iter().map(|(name, definition)| (name.as_str(), definition));
    for (name, definition) in definitions.chain([("design", &schema)]) {
        for field in definition.get("properties").and_then(Value::as_object).into_iter().flat_map(Map::keys) {
            if !text.contains(&format!("`{field}`")) {
                missing.entry(name.to_owned()).or_default().push(field.clone());
            }
        }
    }
    assert_eq!(missing, BTreeMap::new());
}
