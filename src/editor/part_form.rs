//! A part of one's own as somebody fills it in: fields as typed, of a new part, of a copy of any part, or of an own part that is changed.
//!
//! What is not touched stays as it was, with its source; what is typed is stated by the designer. Reading a form gives the part, or one
//! sentence for each field that is wrong.

use crate::catalog::{Catalog, Word, number, own_parts, part_from_json, part_to_json};
use crate::json::{Map, Value};
use crate::model::{Breakout, CableKind, Currency, Design, FormFactor, LinkLayer, Part, PartId, PartKind, PortGroup, PortRole, Price, Tier, Top};
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

    // --- What it becomes ---

    /// The part and what it costs, or everything that is wrong. Time: O(parts).
    pub fn read(&self, catalog: &Catalog, design: &Design) -> Result<(Part, Option<Price>), Vec<Complaint>> {
        let mut wrong = Vec::new();
        let kind = self.kind();
        let same_kind = self.base.as_ref().filter(|base| base.kind == kind);
        let mut json = match same_kind.map(part_to_json) {
            Some(Value::Object(map)) => map,
            _ => Map::default(),
        };
        self.read_name(catalog, design, &mut json, &mut wrong);
        json.insert("kind".to_owned(), kind.word().into());
        json.insert("vendor".to_owned(), self.value("vendor").into());
        if self.is_cable() {
            self.read_cable(&mut json, &mut wrong);
        } else {
            self.read_quantities(QUANTITIES, &mut json, &mut wrong);
            self.read_ports(catalog, &mut json, &mut wrong);
        }
        if kind == System {
            self.read_inside(&mut json, &mut wrong);
        }
        if kind == Xpu && !self.value("scale_up").is_empty() {
            let rate = self.rate("scale_up", "The scale-up rate", &mut wrong);
            json.insert("scale_up_gbps".to_owned(), number(rate.unwrap_or(0.0)));
        }
        if kind == Rack && self.value("units").is_empty() {
            wrong.push(complaint("units", "A rack needs its height in units, for example 48".to_owned()));
        }
        let price = self.read_price(design, &mut wrong);
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let changed = self.rows.iter().any(|(row, from)| from.is_none() || !self.row_untouched(*row)) || self.rows_lost();
        if same_kind.is_none() || changed {
            json.remove("summary");
        }
        match part_from_json(&Value::Object(json)) {
            Ok(mut part) => {
                if part.summary.is_empty() {
                    part.summary = summary(&part);
                }
                if let Some(base) = self.base.as_ref().filter(|_| self.id.is_none()) {
                    part.notes.insert(0, format!("Copied from {} ({})", base.name, base.id));
                }
                let price = price.map(|price| Price { part: part.id.to_string(), ..price });
                Ok((part, price))
            }
            Err(refusal) => Err(vec![complaint("name", refusal.to_string())]),
        }
    }

    fn rows_lost(&self) -> bool {
        let had = self.base.as_ref().map_or(0, |base| base.ports.len());
        !self.is_cable() && self.rows.iter().filter(|(_, from)| from.is_some()).count() < had
    }

    fn row_untouched(&self, row: u32) -> bool {
        ["name", "count", "form", "gbps", "per_cage", "lanes", "top", "role", "speaks", "breakouts", "names"]
            .iter()
            .all(|field| self.untouched(&format!("{row}.{field}")))
    }

    fn read_name(&self, catalog: &Catalog, design: &Design, json: &mut Map, wrong: &mut Vec<Complaint>) {
        let name = self.value("name");
        let taken = |part: &Part| part.name.eq_ignore_ascii_case(name) && Some(&part.id) != self.id.as_ref();
        if name.is_empty() || name.chars().count() > LONGEST {
            wrong.push(complaint("name", format!("A part needs a name of at most {LONGEST} letters")));
        } else if let Some(other) = catalog.all_parts(design).find(|part| taken(part)) {
            wrong.push(complaint("name", format!("There is a part of this name already ({}); choose another name", other.id)));
        }
        let id = self.id.clone().unwrap_or_else(|| own_parts::free_id(name, catalog, design));
        json.insert("id".to_owned(), id.as_str().into());
        json.insert("name".to_owned(), name.into());
    }

    fn read_quantities(&self, quantities: &[Quantity], json: &mut Map, wrong: &mut Vec<Complaint>) {
        let kind = self.kind();
        for quantity in quantities.iter().filter(|quantity| quantity.kinds.contains(&kind)) {
            let (key, text) = (quantity.key, self.value(quantity.key));
            if self.untouched(key) && json.contains_key(key) {
                continue;
            }
            if text.is_empty() {
                json.remove(key);
                continue;
            }
            let sound = |value: &f64| *value > 0.0 && *value <= quantity.most && (key != "units" || value.fract() == 0.0);
            match (quantity.read)(text) {
                Some(value) if sound(&value) => json.insert(key.to_owned(), number(value)),
                Some(_) => {
                    wrong.push(complaint(key, format!("{}: “{text}” is not more than 0 and at most {}", quantity.label, (quantity.show)(quantity.most))))
                }
                None => wrong.push(complaint(key, format!("{}: “{text}” is not understood; type for example {}", quantity.label, quantity.example))),
            }
        }
    }

    fn whole(&self, key: &str, what: &str, most: f64, wrong: &mut Vec<Complaint>) -> Option<f64> {
        let text = self.value(key);
        if text.is_empty() {
            return None;
        }
        let read = crate::units::decimal(text).filter(|number| *number >= 1.0 && *number <= most && number.fract() == 0.0);
        if read.is_none() {
            wrong.push(complaint(key, format!("{what}: “{text}” is not a whole number from 1 to {most}")));
        }
        read
    }

    fn rate(&self, key: &str, what: &str, wrong: &mut Vec<Complaint>) -> Option<f64> {
        let text = self.value(key);
        let read = text.parse::<Gbps>().ok().map(|rate| rate.0).filter(|rate| *rate > 0.0 && *rate <= 100_000.0);
        if read.is_none() {
            wrong.push(complaint(key, format!("{what}: “{text}” is not a rate of more than 0 and at most 100 Tb/s; type for example 800G")));
        }
        read
    }

    fn read_ports(&self, catalog: &Catalog, json: &mut Map, wrong: &mut Vec<Complaint>) {
        let kept: Vec<Value> = json.get("ports").and_then(Value::as_array).cloned().unwrap_or_default();
        let mut ports: Vec<Value> = Vec::new();
        let mut cages = 0.0;
        for (place, (row, from)) in self.rows.iter().enumerate().filter(|_| self.kind() != Rack) {
            let key = |field: &str| format!("{row}.{field}");
            let before = from.and_then(|from| kept.get(from)).and_then(Value::as_object).cloned();
            let mut port = before.clone().unwrap_or_default();
            if before.is_some() && self.row_untouched(*row) {
                cages += crate::units::decimal(self.value(&key("count"))).unwrap_or(0.0);
                ports.push(Value::Object(port));
                continue;
            }
            let count = self.whole(&key("count"), "How many cages", 8192.0, wrong);
            if count.is_none() && self.value(&key("count")).is_empty() && place + 1 < self.rows.len() {
                wrong.push(complaint(&key("count"), "How many cages: only the last row may leave this out".to_owned()));
            }
            cages += count.unwrap_or(0.0);
            let per_cage = self.whole(&key("per_cage"), "Ports in a cage", 16.0, wrong);
            let lanes = self.whole(&key("lanes"), "Lanes", 64.0, wrong);
            let gbps = (!self.value(&key("gbps")).is_empty()).then(|| self.rate(&key("gbps"), "Rate", wrong)).flatten();
            let mut put = |field: &str, value: Option<Value>| match value {
                Some(value) => port.insert(field.to_owned(), value),
                None => drop(port.remove(field)),
            };
            put("count", count.map(number));
            put("per_cage", per_cage.filter(|many| *many > 1.0).map(number));
            put("lanes", lanes.map(number));
            put("gbps", gbps.map(number));
            put("form", Some(self.value(&key("form")).into()).filter(|_| !self.value(&key("form")).is_empty()));
            put("name", Some(self.value(&key("name")).into()));
            let names = self.value(&key("names"));
            if !names.is_empty() && !crate::catalog::port_names::is_sound(names) {
                wrong.push(complaint(&key("names"), format!("Names: “{names}” does not look like Ethernet[1-32]")));
            }
            put("names", (!names.is_empty()).then(|| names.into()));
            put("role", PortRole::from_word(self.value(&key("role"))).map(|role| role.word().into()));
            put("top", Top::from_word(self.value(&key("top"))).map(|top| top.word().into()));
            let splits: Vec<&str> = self.value(&key("breakouts")).split(',').map(str::trim).filter(|text| !text.is_empty()).collect();
            if let Some(bad) = splits.iter().find(|text| Breakout::parse(text).is_none()) {
                wrong.push(complaint(&key("breakouts"), format!("Splits: “{bad}” does not look like 2x400G")));
            }
            put("breakouts", (!splits.is_empty()).then(|| splits.iter().map(|text| Value::from(*text)).collect()));
            match self.value(&key("speaks")) {
                "=" => {}
                word => {
                    let layer = LinkLayer::from_word(word).or_else(|| catalog.protocol(word).map(|protocol| protocol.layer));
                    put("protocols", catalog.protocol(word).map(|protocol| [Value::from(protocol.id.as_str())].into_iter().collect()));
                    put("layers", layer.map(|layer| [Value::from(layer.word())].into_iter().collect()));
                }
            }
            // What was changed is stated; what hung on things inside no longer counts the same.
            put("basis", None);
            if !(self.untouched(&key("count")) && self.untouched(&key("per_cage"))) {
                put("on", None);
            }
            ports.push(Value::Object(port));
        }
        if cages > 8192.0 {
            wrong.push(complaint("ports", format!("A part has at most 8192 cages, and this one has {cages}")));
        }
        json.insert("ports".to_owned(), Value::Array(ports));
    }

    fn read_cable(&self, json: &mut Map, wrong: &mut Vec<Complaint>) {
        let mut cable = json.get("cable").and_then(Value::as_object).cloned().unwrap_or_default();
        self.read_quantities(OF_CABLES, &mut cable, wrong);
        let carries = if self.value("carries").is_empty() { "dac" } else { self.value("carries") };
        cable.insert("kind".to_owned(), carries.into());
        let had = self.base.as_ref().and_then(Part::cable).map_or(0, |cable| if cable.ends[0] == cable.ends[1] { 1 } else { 2 });
        let untouched = !cable.get("ends").is_none_or(Value::is_null) && self.rows.len() == had && self.rows.iter().all(|(row, _)| self.row_untouched(*row));
        if !untouched {
            let mut ends = Vec::new();
            for (row, _) in &self.rows {
                let key = |field: &str| format!("{row}.{field}");
                let connectors = self.whole(&key("count"), "Connectors", 16.0, wrong).unwrap_or(1.0);
                let lanes = self.whole(&key("lanes"), "Lanes", 64.0, wrong).unwrap_or(0.0);
                let rate = self.rate(&key("gbps"), "Rate", wrong).unwrap_or(0.0);
                let mut end = Map::default();
                end.insert("form".to_owned(), self.value(&key("form")).into());
                end.insert("connectors".to_owned(), number(connectors));
                end.insert("gbps".to_owned(), number(rate));
                if lanes > 0.0 {
                    end.insert("lanes".to_owned(), number(lanes));
                    end.insert("lane_gbps".to_owned(), number(rate / lanes));
                }
                if let Some(top) = Top::from_word(self.value(&key("top"))) {
                    end.insert("top".to_owned(), top.word().into());
                }
                ends.push(Value::Object(end));
            }
            if ends.is_empty() {
                wrong.push(complaint("ports", "A cable needs at least one row that says what its ends are".to_owned()));
            }
            let one = ends.len() == 1;
            cable.insert("ends".to_owned(), if one { ends.pop().unwrap_or_default() } else { Value::Array(ends) });
            cable.remove("basis");
            cable.remove("modules");
            if let Some(layer) = self.rows.first().map(|(row, _)| self.value(&format!("{row}.speaks"))).filter(|word| *word != "=") {
                match LinkLayer::from_word(layer) {
                    Some(layer) => cable.insert("layers".to_owned(), [Value::from(layer.word())].into_iter().collect()),
                    None => drop(cable.remove("layers")),
                }
            }
        }
        json.insert("cable".to_owned(), Value::Object(cable));
    }

    /// What a system holds: as it was copied, or XPUs that are joined to a switch inside and to an adapter for each port of the fabric.
    fn read_inside(&self, json: &mut Map, wrong: &mut Vec<Complaint>) {
        let xpus = self.whole("xpus", "XPUs inside", MOST_XPUS, wrong);
        let scale_up = (!self.value("scale_up").is_empty()).then(|| self.rate("scale_up", "The scale-up rate", wrong)).flatten();
        if self.untouched("xpus") && self.value("scale_up").is_empty() {
            return;
        }
        json.remove("inside");
        let Some(Value::Array(ports)) = json.get("ports").cloned() else { return };
        let mut things = Vec::new();
        let mut wires = Vec::new();
        let mut rows = Vec::new();
        if let Some(xpus) = xpus {
            let mut thing = Map::default();
            thing.insert("name".to_owned(), "xpu".into());
            thing.insert("count".to_owned(), number(xpus));
            thing.insert("kind".to_owned(), "xpu".into());
            let part = self
                .base
                .as_ref()
                .and_then(Part::inside)
                .and_then(|inside| inside.vertices.iter().find_map(|vertex| vertex.part.clone().filter(|_| vertex.name.starts_with("xpu"))));
            if let Some(part) = part {
                thing.insert("part".to_owned(), part.as_str().into());
            }
            things.push(Value::Object(thing));
            if let Some(rate) = scale_up {
                let layer = LinkLayer::from_word(self.value("scale_up_layer")).unwrap_or(LinkLayer::NvLink);
                things.push(object(&[("name", "switch".into()), ("kind", "switch".into())]));
                wires.push(object(&[("a", "xpu*".into()), ("b", "switch".into()), ("gbps", number(rate)), ("layer", layer.word().into())]));
            }
        }
        for (place, port) in ports.into_iter().enumerate() {
            let Value::Object(mut port) = port else { continue };
            port.remove("on");
            let figure = |field: &str| port.get(field).and_then(Value::as_f64);
            let fabric = port.get("role").and_then(Value::as_str).is_none_or(|role| role == "compute");
            let count = figure("count").unwrap_or(0.0) * figure("per_cage").unwrap_or(1.0);
            let rate = figure("gbps").map(|rate| rate / figure("per_cage").unwrap_or(1.0));
            if let (true, true, Some(rate)) = (fabric && xpus.is_some(), (1.0..=MOST_XPUS).contains(&count), rate) {
                let stem = format!("nic{}", "x".repeat(place));
                things.push(object(&[("name", stem.as_str().into()), ("count", number(count)), ("kind", "nic".into())]));
                let all = format!("{stem}*");
                wires.push(object(&[
                    ("a", "xpu*".into()),
                    ("b", all.as_str().into()),
                    ("join", "pair".into()),
                    ("gbps", number(rate)),
                    ("layer", "pcie".into()),
                ]));
                port.insert("on".to_owned(), [Value::from(all)].into_iter().collect());
            }
            rows.push(Value::Object(port));
        }
        json.insert("ports".to_owned(), Value::Array(rows));
        if !things.is_empty() {
            json.insert("inside".to_owned(), object(&[("things", Value::Array(things)), ("wires", Value::Array(wires))]));
        }
    }

    fn read_price(&self, design: &Design, wrong: &mut Vec<Complaint>) -> Option<Price> {
        let text = self.value("price");
        if text.is_empty() {
            return None;
        }
        let known = design.meta.prices.book.iter().find(|price| self.id.as_ref().is_some_and(|id| id.as_str() == price.part) && price.tier == Tier::Oem);
        if let Some(price) = known.filter(|_| self.untouched("price")) {
            return Some(price.clone());
        }
        let (number, currency) = text.split_once(' ').unwrap_or((text, ""));
        let currency = if currency.trim().is_empty() { Some(design.meta.prices.currency) } else { Currency::parse(currency) };
        let amount = crate::units::decimal(number).filter(|amount| *amount >= 0.01 && *amount <= 1e12);
        let Some((amount, currency)) = amount.zip(currency) else {
            wrong.push(complaint("price", format!("Price: “{text}” is not an amount of more than 0 with a currency; type for example 12000 USD")));
            return None;
        };
        let value = Cents((amount * 100.0).round() as i64);
        Some(Price {
            part: String::new(),
            tier: Tier::Oem,
            value,
            low: value,
            high: value,
            currency,
            date: String::new(),
            source: String::new(),
            lead_weeks: None,
            extra: Default::default(),
        })
    }
}

fn complaint(key: &str, sentence: String) -> Complaint {
    Complaint { key: key.to_owned(), sentence }
}

fn object(fields: &[(&str, Value)]) -> Value {
    Value::Object(fields.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect())
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

/// The line of the palette, from what the part has.
fn summary(part: &Part) -> String {
    if let Some(rack) = part.rack() {
        return format!("{}U", rack.units);
    }
    if let Some(cable) = part.cable() {
        let reach = cable.reach.as_ref().map(|reach| format!(", up to {}", reach.value)).unwrap_or_default();
        return format!("{} {}{reach}", cable.ends[0].gbps, cable.kind.label());
    }
    let groups = part.ports.iter().take(2).map(|group| {
        let rate = group.gbps.map(|rate| format!(" {rate}")).unwrap_or_default();
        let count = group.count.map_or_else(|| "any number of".to_owned(), |count| format!("{count} ×"));
        format!("{count}{rate} {}", group.form.label())
    });
    let xpus = (part.kind == System && part.xpu_count() > 0).then(|| format!("{} XPUs", part.xpu_count()));
    xpus.into_iter().chain(groups).collect::<Vec<_>>().join(", ")
}
