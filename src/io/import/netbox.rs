//! A NetBox device type becomes a part of one's own. Its interfaces become ports: their types say form factor and rate. Nothing is guessed:
//! what is not understood is told with its line and left out; what is taken for something is told too.

use super::ImportError;
use super::yaml::{self, Node};
use crate::catalog::{own_parts, part_from_json, port_names};
use crate::io::limits::MAX_BYTES;
use crate::json::{Map, Value};
use crate::model::{Part, PortRole};

/// From so many ports of the fabric on a device is taken for a switch.
const SWITCH: usize = 8;
/// The most interfaces a device type may have.
const MOST: usize = 8192;

/// A device type as a part.
#[derive(Clone, Debug, PartialEq)]
pub struct DeviceType {
    /// The part.
    pub part: Part,
    /// What was left out or taken for something, each with its line.
    pub told: Vec<String>,
}

/// What a type of interface says.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Kind {
    form: &'static str,
    top: &'static str,
    lanes: u8,
    gbps: f64,
    /// Link layers; none is any.
    layers: &'static [&'static str],
}

const EITHER: &[&str] = &["ethernet", "infiniband"];

/// Reads a device type of the library's form (YAML). `name` is the file's, for its source. Never panics. Time: O(bytes).
///
/// ```
/// use weft::io::import::read_device_type;
/// let text = "manufacturer: Acme\nmodel: S8\nslug: acme-s8\nu_height: 1\ninterfaces:\n  - name: p1\n    type: 400gbase-x-osfp\n";
/// let read = read_device_type(text, "s8.yaml").unwrap();
/// assert_eq!((read.part.id.as_str(), read.part.ports[0].gbps.unwrap().0), ("netbox-acme-s8", 400.0));
/// assert!(read_device_type("model: S8", "x.yaml").unwrap_err().to_string().contains("manufacturer"));
/// ```
///
/// # Errors
/// One sentence with its line where the text is no device type.
pub fn read_device_type(text: &str, name: &str) -> Result<DeviceType, ImportError> {
    if text.len() > MAX_BYTES {
        return Err(ImportError { line: None, message: "the file is too large for a device type".to_owned() });
    }
    let root = yaml::parse(text.strip_prefix('\u{feff}').unwrap_or(text))?;
    let mut reader = Reader { told: Vec::new(), name };
    let part = reader.part(&root)?;
    Ok(DeviceType { part, told: reader.told })
}

struct Reader<'a> {
    told: Vec<String>,
    name: &'a str,
}

impl Reader<'_> {
    fn tell(&mut self, line: usize, sentence: &str) {
        self.told.push(format!("line {line}: {sentence}"));
    }

    fn needed<'n>(&self, root: &'n Node, key: &str) -> Result<&'n str, ImportError> {
        root.get(key).and_then(Node::text).filter(|text| !text.is_empty()).ok_or_else(|| ImportError {
            line: None,
            message: format!("this is no NetBox device type: it has no “{key}”; a device type says manufacturer, model and slug"),
        })
    }

    fn part(&mut self, root: &Node) -> Result<Part, ImportError> {
        let (vendor, model) = (self.needed(root, "manufacturer")?, self.needed(root, "model")?);
        let slug = self.needed(root, "slug")?;
        let mut json = Map::default();
        let mut put = |key: &str, value: Value| json.insert(key.to_owned(), value);
        put("id", own_parts::id_of("netbox", slug).as_str().into());
        put("vendor", vendor.into());
        put("name", model.into());
        put("sources", Value::Array(vec![["NetBox device type".into(), Value::from(self.name)].into_iter().collect()]));
        let ports = self.ports(root);
        let fabric = ports.iter().filter(|(kind, ..)| !kind.1).map(|(_, names)| names.len()).sum::<usize>();
        let switch = fabric >= SWITCH;
        put("kind", if switch { "switch" } else { "system" }.into());
        let taken = if switch { "a switch" } else { "a host" };
        self.told.push(format!(
            "taken for {taken}, since it has {fabric} port{} beside its management; change the kind if it is something else",
            if fabric == 1 { "" } else { "s" }
        ));
        put("ports", ports.iter().map(|((kind, management), names)| port_group(kind, *management, names)).collect());
        if let Some(units) = self.number(root, "u_height", 100.0).filter(|units| *units > 0.0) {
            put("rack_units", figure(&[units]));
        }
        if let Some(weight) = self.weight(root) {
            put("weight_kg", figure(&[weight]));
        }
        if let Some((largest, all)) = self.power(root) {
            put("power_w", figure(&[largest, largest, all]));
        }
        if root.get("airflow").and_then(Node::text).is_some_and(|flow| flow != "passive") {
            put("cooling", "air".into());
        }
        self.pass_over(root);
        let comments = root.get("comments").and_then(Node::text).map(|text| text.chars().take(1000).collect::<String>());
        let notes: Vec<Value> = comments.into_iter().chain(self.told.iter().cloned()).map(Value::from).collect();
        put("notes", Value::Array(notes));
        let mut part = part_from_json(&Value::Object(json)).map_err(|refusal| ImportError { line: None, message: refusal.to_string() })?;
        part.summary = summary(&part);
        Ok(part)
    }

    /// A number of the device type, 0 or more; anything else is told and left out.
    fn number(&mut self, root: &Node, key: &str, most: f64) -> Option<f64> {
        let node = root.get(key)?;
        let text = node.text()?;
        let number = crate::units::decimal(text).filter(|number| (0.0..=most).contains(number));
        if number.is_none() {
            self.tell(node.line, &format!("{key} is “{}”, not a number from 0 to {most}; left out", short(text)));
        }
        number
    }

    fn weight(&mut self, root: &Node) -> Option<f64> {
        let weight = self.number(root, "weight", 1e6)?;
        let unit = root.get("weight_unit");
        let factor = match unit.and_then(Node::text).unwrap_or("kg") {
            "kg" => 1.0,
            "g" => 0.001,
            "lb" => 0.453_592_37,
            "oz" => 0.028_349_523,
            other => {
                let other = short(other);
                self.tell(unit.map_or(0, |unit| unit.line), &format!("weight_unit “{other}” is not kg, g, lb or oz; the weight is left out"));
                return None;
            }
        };
        Some((weight * factor * 1000.0).round() / 1000.0).filter(|weight| *weight > 0.0)
    }

    /// The largest draw of one supply, and of all together: which of them it is depends on their redundancy.
    fn power(&mut self, root: &Node) -> Option<(f64, f64)> {
        let supplies = root.get("power-ports").map(Node::items).unwrap_or_default();
        let draws: Vec<f64> = supplies.iter().filter_map(|supply| self.number(supply, "maximum_draw", 1e6)).filter(|draw| *draw > 0.0).collect();
        let largest = draws.iter().copied().reduce(f64::max)?;
        if draws.len() > 1 {
            self.told.push(format!("power is that of one of {} supplies, up to all of them: NetBox does not say which are spare", draws.len()));
        }
        Some((largest, draws.iter().sum()))
    }

    /// Runs of equal interfaces: what they are and whether for management, and what they are called.
    fn ports(&mut self, root: &Node) -> Vec<((Kind, bool), Vec<String>)> {
        let mut groups: Vec<((Kind, bool), Vec<String>)> = Vec::new();
        let interfaces = root.get("interfaces").map(Node::items).unwrap_or_default();
        let (mut either, mut plus) = (false, false);
        let mut count = 0usize;
        for interface in interfaces {
            let name = short(interface.get("name").and_then(Node::text).unwrap_or("without a name"));
            let Some(word) = interface.get("type").and_then(Node::text) else {
                self.tell(interface.line, &format!("interface “{name}” has no type; left out"));
                continue;
            };
            let Some(kind) = kind_of(word) else {
                self.tell(
                    interface.line,
                    &format!("interface “{name}” is of type “{}”, which is no cage or socket for a cable of the catalogue; left out", short(word)),
                );
                continue;
            };
            count += 1;
            if count > MOST {
                self.tell(interface.line, &format!("there are more than {MOST} interfaces; this one and what follows is left out"));
                break;
            }
            either |= kind.layers.len() > 1;
            plus |= word.ends_with("x-qsfpp");
            let management = interface.get("mgmt_only").and_then(Node::text).is_some_and(|yes| matches!(yes, "true" | "True" | "yes"));
            match groups.last_mut() {
                Some((known, names)) if *known == (kind, management) => names.push(name),
                _ => groups.push(((kind, management), vec![name])),
            }
        }
        if plus {
            self.told.push("QSFP+ cages are taken for QSFP28 ones, which have their shape".to_owned());
        }
        if either {
            self.told.push("its cages may carry Ethernet or InfiniBand: NetBox does not say which, so both are allowed".to_owned());
        }
        groups
    }

    /// Sections that say nothing Weft reckons with.
    fn pass_over(&mut self, root: &Node) {
        for (key, node) in root.fields() {
            let count = node.items().len();
            if count > 0 && !matches!(key.as_str(), "interfaces" | "power-ports") {
                self.tell(node.line, &format!("{key} ({count}) are passed over"));
            }
        }
    }
}

fn short(text: &str) -> String {
    text.chars().take(60).collect()
}

/// A figure that the file states.
fn figure(numbers: &[f64]) -> Value {
    numbers.iter().map(|number| crate::catalog::number(*number)).chain(["stated".into(), Value::from(0u16)]).collect()
}

fn port_group(kind: &Kind, management: bool, names: &[String]) -> Value {
    let mut group = Map::default();
    group.insert("name".to_owned(), names.first().map_or("", String::as_str).into());
    if let Some(pattern) = port_names::pattern_of(names) {
        group.insert("names".to_owned(), pattern.as_str().into());
    }
    group.insert("count".to_owned(), Value::from(names.len()));
    group.insert("form".to_owned(), kind.form.into());
    if !kind.top.is_empty() {
        group.insert("top".to_owned(), kind.top.into());
    }
    if management {
        group.insert("role".to_owned(), crate::catalog::Word::word(PortRole::Management).into());
    }
    group.insert("lanes".to_owned(), Value::from(kind.lanes));
    group.insert("gbps".to_owned(), crate::catalog::number(kind.gbps));
    group.insert("layers".to_owned(), kind.layers.iter().map(|layer| Value::from(*layer)).collect());
    group.insert("basis".to_owned(), [Value::from("stated"), Value::from(0u16)].into_iter().collect());
    Value::Object(group)
}

/// What an interface type of NetBox says: `400gbase-x-qsfpdd`, `10gbase-t`, `infiniband-hdr`.
fn kind_of(word: &str) -> Option<Kind> {
    if let Some(generation) = word.strip_prefix("infiniband-") {
        let (form, lanes, gbps) = match generation {
            "qdr" => ("qsfp28", 4, 40.0),
            "fdr10" => ("qsfp28", 4, 40.0),
            "fdr" => ("qsfp28", 4, 56.0),
            "edr" => ("qsfp28", 4, 100.0),
            "hdr" => ("qsfp56", 4, 200.0),
            "ndr" => ("osfp", 4, 400.0),
            "xdr" => ("osfp224", 4, 800.0),
            _ => return None,
        };
        return Some(Kind { form, top: "", lanes, gbps, layers: &["infiniband"] });
    }
    let (rate, medium) = word.split_once("base-")?;
    let gbps = match (rate.strip_suffix('t'), rate.strip_suffix('g')) {
        (Some(tera), _) => crate::units::decimal(tera)? * 1000.0,
        (_, Some(giga)) => crate::units::decimal(giga)?,
        // Without a letter it is megabits: 1000base-t.
        _ => crate::units::decimal(rate)? / 1000.0,
    };
    if !(gbps > 0.0 && gbps <= 10_000.0) {
        return None;
    }
    let of = |form, top, lanes, layers| Some(Kind { form, top, lanes, gbps, layers });
    match medium {
        "t" | "tx" => of("rj45", "", 0, &["ethernet"]),
        "x-sfp" | "x-sfpp" | "x-sfp28" | "x-sfp56" | "x-sfp112" => of("sfp", "", 1, &["ethernet"]),
        "x-qsfpp" | "x-qsfp28" => of("qsfp28", "", 4, EITHER),
        "x-qsfp56" => of("qsfp56", "", 4, EITHER),
        "x-qsfp112" => of("qsfp112", "", 4, EITHER),
        "x-qsfpdd" | "x-qsfpdd800" => of("qsfp-dd", "", 8, &["ethernet"]),
        "x-osfp" => of("osfp", "", 8, EITHER),
        "x-osfp-rhs" => of("osfp", "flat", 8, EITHER),
        "x-osfp1600" => of("osfp224", "", 8, EITHER),
        "x-osfp1600-rhs" => of("osfp224", "flat", 8, EITHER),
        _ if medium.starts_with("kr") || medium.starts_with("kx") => of("backplane", "", 0, &["ethernet"]),
        _ => None,
    }
}

fn summary(part: &Part) -> String {
    let groups = part.ports.iter().filter(|group| group.role != PortRole::Management).take(2);
    let words = groups.map(|group| format!("{} × {} {}", group.count.unwrap_or(0), group.gbps.unwrap_or_default(), group.form.label()));
    words.collect::<Vec<_>>().join(", ")
}
