//! From what is typed into a form to a part: every field is read, and what is wrong with any is told.

use super::*;
use crate::catalog::{own_parts, part_from_json};
use crate::json::Map;
use crate::model::Currency;

impl PartForm {
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
            length: None,
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
