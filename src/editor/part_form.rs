//! A part of one's own as somebody fills it in: fields as typed, of a new part, of a copy of any part, or of an own part that is changed.
//!
//! What is not touched stays as it was, with its source; what is typed is stated by the designer. Reading a form gives the part, or one
//! sentence for each field that is wrong.

mod reading;

use crate::catalog::{Catalog, Word, number, part_to_json};
use crate::json::Value;
use crate::model::{Breakout, CableKind, Design, FormFactor, LinkLayer, Part, PartId, PartKind, PortGroup, PortRole, Price, Tier, Top};
use crate::units::{Cents, Gbps, SortedMap};

use super::part_quantities::{ALL, OF_CABLES, QUANTITIES, Quantity, digits};
use PartKind::{Cable, Rack, Switch, System, Transceiver, Xpu};

/// The most letters a name may have.
const LONGEST: usize = 120;
/// The most XPUs that may be stated of a system.
const MOST_XPUS: f64 = 1024.0;
/// The most groups of ports.
const MOST_ROWS: usize = 64;

/// A field of a form.
#[derive(Clone, Debug, PartialEq)]
pub struct FormField {
    /// What it is known by: `power_w`, or `2.count` of the row 2.
    pub key: String,
    /// What it is called.
    pub label: &'static str,
    /// What to type.
    pub example: &'static str,
    /// What is typed.
    pub value: String,
    /// What can be chosen, as words of the data and words for people; empty is typed freely.
    pub choices: Vec<(String, String)>,
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// The key of the field.
    pub key: String,
    /// One sentence with the cure.
    pub sentence: String,
}

/// A form about a part.
#[derive(Clone, Debug, PartialEq)]
pub struct PartForm {
    id: Option<PartId>,
    base: Option<Part>,
    /// What is typed, by key.
    values: SortedMap<String, String>,
    /// What was there at the beginning.
    first: SortedMap<String, String>,
    /// Rows of ports, or of ends of a cable: each with the group of the base that it began as.
    rows: Vec<(u32, Option<usize>)>,
    next: u32,
}

impl PartForm {
    /// A form for a part from scratch.
    pub fn blank() -> Self {
        let mut form = Self { id: None, base: None, values: SortedMap::new(), first: SortedMap::new(), rows: Vec::new(), next: 0 };
        form.begin("kind", "switch");
        form.begin("carries", "dac");
        form.begin("scale_up_layer", "nvlink");
        form.add_row();
        form
    }

    /// A form for a copy of a part, or for an own part that is changed.
    pub fn of(part: &Part, design: &Design, change: bool) -> Self {
        let mut form = Self { id: change.then(|| part.id.clone()), base: Some(part.clone()), rows: Vec::new(), ..Self::blank() };
        form.begin("name", &if change { part.name.clone() } else { format!("{} (own)", part.name) });
        form.begin("vendor", &part.vendor);
        form.begin("kind", part.kind.word());
        let json = part_to_json(part);
        let cable = json.get("cable").cloned().unwrap_or(Value::Null);
        for (quantities, object) in [(QUANTITIES, &json), (OF_CABLES, &cable)] {
            for quantity in quantities.iter().filter(|quantity| quantity.kinds.contains(&part.kind)) {
                if let Some(value) = object.get(quantity.key).and_then(leading_number) {
                    form.begin(quantity.key, &(quantity.show)(value));
                }
            }
        }
        if let Some(price) = design.meta.prices.book.iter().find(|price| price.part == part.id.as_str() && price.tier == Tier::Oem) {
            form.begin("price", &format!("{} {}", digits(price.value.0 as f64 / 100.0), price.currency));
        }
        if part.xpu_count() > 0 && part.kind == System {
            form.begin("xpus", &part.xpu_count().to_string());
        }
        if let Some(cable) = part.cable() {
            form.begin("carries", cable.kind.word());
            let same = cable.ends[0] == cable.ends[1];
            for (at, end) in cable.ends.iter().take(if same { 1 } else { 2 }).enumerate() {
                let group = end_as_group(end, &cable.layers);
                form.row_of(&group, Some(at));
            }
        }
        for (at, group) in part.ports.iter().enumerate() {
            form.row_of(group, Some(at));
        }
        form
    }

    /// The own part that is changed, if one is.
    pub fn changes(&self) -> Option<&PartId> {
        self.id.as_ref()
    }

    /// What the part is to be.
    pub fn kind(&self) -> PartKind {
        PartKind::from_word(self.value("kind")).unwrap_or(Switch)
    }

    fn is_cable(&self) -> bool {
        matches!(self.kind(), Cable | Transceiver)
    }

    fn begin(&mut self, key: &str, value: &str) {
        self.values.insert(key.to_owned(), value.to_owned());
        self.first.insert(key.to_owned(), value.to_owned());
    }

    fn value(&self, key: &str) -> &str {
        self.values.get(key).map_or("", |value| value.trim())
    }

    fn untouched(&self, key: &str) -> bool {
        self.values.get(key) == self.first.get(key)
    }

    /// Fills a field in.
    pub fn set(&mut self, key: &str, value: String) {
        self.values.insert(key.to_owned(), value);
    }

    /// Adds a row of ports, or the second end of a cable.
    pub fn add_row(&mut self) {
        if self.can_add_row() {
            let key = self.next;
            self.next += 1;
            self.rows.push((key, None));
            self.set(&format!("{key}.form"), "osfp".to_owned());
        }
    }

    /// Whether one more row may be added.
    pub fn can_add_row(&self) -> bool {
        let most = match self.kind() {
            Cable => 2,
            Transceiver => 1,
            Rack => 0,
            _ => MOST_ROWS,
        };
        self.rows.len() < most
    }

    /// Takes a row away.
    pub fn remove_row(&mut self, row: u32) {
        self.rows.retain(|(key, _)| *key != row);
    }

    fn row_of(&mut self, group: &PortGroup, from: Option<usize>) {
        let key = self.next;
        self.next += 1;
        self.rows.push((key, from));
        let mut begin = |field: &str, value: String| self.begin(&format!("{key}.{field}"), &value);
        begin("name", group.name.clone());
        begin("count", group.count.map_or_else(String::new, |count| count.to_string()));
        begin("form", group.form.word().to_owned());
        begin("gbps", group.gbps.map_or_else(String::new, |rate| rate.to_string()));
        begin("per_cage", group.per_cage.to_string());
        begin("lanes", if group.lanes > 0 { group.lanes.to_string() } else { String::new() });
        begin("top", group.top.map_or("", Word::word).to_owned());
        begin("role", group.role.word().to_owned());
        let speaks = match (group.protocols.as_slice(), group.layers.as_slice()) {
            ([], []) => "",
            ([one], _) => one.as_str(),
            ([], [layer]) => layer.word(),
            _ => "=",
        };
        begin("speaks", speaks.to_owned());
        begin("names", group.names.clone());
        begin("breakouts", group.breakouts.iter().map(Breakout::to_string).collect::<Vec<_>>().join(", "));
    }

    // --- What is shown ---

    fn field(&self, key: &str, label: &'static str, example: &'static str, choices: Vec<(String, String)>) -> FormField {
        FormField { key: key.to_owned(), label, example, value: self.values.get(key).cloned().unwrap_or_default(), choices }
    }

    /// The fields of the part itself, as its kind needs them.
    pub fn fields(&self) -> Vec<FormField> {
        let kind = self.kind();
        let kinds = ALL.iter().map(|kind| (kind.word().to_owned(), kind.label().to_owned())).collect();
        let mut fields = vec![
            self.field("name", "Name", "Our leaf switch", Vec::new()),
            self.field("vendor", "Made by", "Ourselves", Vec::new()),
            self.field("kind", "Kind", "", kinds),
        ];
        if self.is_cable() {
            let ways = CableKind::WORDS.iter().map(|(word, kind)| ((*word).to_owned(), kind.label().to_owned())).collect();
            fields.push(self.field("carries", "Carries by", "", ways));
        }
        if kind == System {
            fields.push(self.field("xpus", "XPUs inside", "8", Vec::new()));
        }
        if matches!(kind, System | Xpu) && (kind == System || self.base.is_none()) {
            let scale_up = LinkLayer::WORDS.iter().filter(|(_, layer)| layer.is_scale_up());
            let choices = scale_up.map(|(word, layer)| ((*word).to_owned(), layer.label().to_owned())).collect();
            fields.push(self.field("scale_up", "Scale-up rate of an XPU", "3.6 Tb/s", Vec::new()));
            if kind == System {
                fields.push(self.field("scale_up_layer", "Scale-up link", "", choices));
            }
        }
        let quantities = if self.is_cable() { OF_CABLES } else { QUANTITIES };
        fields.extend(
            quantities
                .iter()
                .filter(|quantity| quantity.kinds.contains(&kind))
                .map(|quantity| self.field(quantity.key, quantity.label, quantity.example, Vec::new())),
        );
        fields.push(self.field("price", "Price, new", "12000 USD", Vec::new()));
        fields
    }

    /// The rows of ports (ends, of a cable), each with its number and its fields.
    pub fn rows(&self, catalog: &Catalog) -> Vec<(u32, Vec<FormField>)> {
        let forms: Vec<(String, String)> = FormFactor::WORDS.iter().map(|(word, form)| ((*word).to_owned(), form.label().to_owned())).collect();
        let layers = LinkLayer::WORDS.iter().map(|(word, layer)| ((*word).to_owned(), layer.label().to_owned()));
        let generations = catalog.protocols().map(|protocol| (protocol.id.clone(), protocol.name.clone()));
        let cable = self.is_cable();
        let speaks: Vec<(String, String)> =
            std::iter::once((String::new(), "anything".to_owned())).chain(layers).chain(generations.filter(|_| !cable)).collect();
        let row = |(row, from): &(u32, Option<usize>)| {
            let field = |name: &str, label, example, choices| self.field(&format!("{row}.{name}"), label, example, choices);
            let mut speaks = speaks.clone();
            if let Some(group) = from.and_then(|from| self.base.as_ref()?.ports.get(from)).filter(|group| group.layers.len() > 1) {
                let layers: Vec<&str> = group.layers.iter().map(|layer| layer.label()).collect();
                speaks.insert(1, ("=".to_owned(), layers.join(" or ")));
            } else if from.is_some() && cable && self.base.as_ref().and_then(Part::cable).is_some_and(|cable| cable.layers.len() > 1) {
                speaks.insert(1, ("=".to_owned(), "as copied".to_owned()));
            }
            let mut fields = vec![
                field("count", if cable { "Connectors" } else { "How many cages" }, if cable { "1" } else { "32" }, Vec::new()),
                field("form", "Form factor", "", forms.clone()),
                field("gbps", if cable { "Rate of a connector" } else { "Rate of a cage" }, "800G", Vec::new()),
                field("speaks", "Protocol", "", speaks),
                field("lanes", "Lanes", "8", Vec::new()),
            ];
            if !cable {
                let tops = [("", "any"), ("finned", "finned"), ("flat", "flat")].map(|(word, label)| (word.to_owned(), label.to_owned()));
                let roles = PortRole::WORDS.iter().map(|(word, role)| ((*word).to_owned(), crate::catalog::sheet::role_in_words(*role).to_owned()));
                fields.extend([
                    field("per_cage", "Ports in a cage", "1", Vec::new()),
                    field("top", "Module top", "", tops.to_vec()),
                    field("role", "For", "", roles.collect()),
                    field("breakouts", "Splits into", "2x400G, 4x200G", Vec::new()),
                    field("name", "Printed as", "OSFP", Vec::new()),
                    field("names", "Ports are called", "Ethernet[1-32]", Vec::new()),
                ]);
            }
            (*row, fields)
        };
        self.rows.iter().map(row).collect()
    }
}

/// The number a figure of part data begins with.
fn leading_number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_array()?.first()?.as_f64())
}

fn end_as_group(end: &crate::model::CableEnd, layers: &[LinkLayer]) -> PortGroup {
    PortGroup {
        name: String::new(),
        names: String::new(),
        count: Some(u16::from(end.connectors)),
        role: PortRole::Compute,
        form: end.form,
        top: end.top,
        per_cage: 1,
        lanes: end.lanes,
        gbps: (end.gbps.0 > 0.0).then_some(end.gbps),
        protocols: Vec::new(),
        layers: layers.to_vec(),
        breakouts: Vec::new(),
        inside: Vec::new(),
        basis: crate::model::Basis::default(),
    }
}
