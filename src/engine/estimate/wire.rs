//! Estimates as JSON, as part of a report.

use super::{Estimate, Input};
use crate::json::{Error, Reader, Writer};

impl Estimate {
    /// Writes it where a value stands.
    pub(in crate::engine) fn write(&self, out: &mut Writer) {
        out.open('{');
        out.text("key", &self.key);
        out.text("label", &self.label);
        out.text("unit", &self.unit);
        out.number("value", self.value);
        out.number("low", self.low);
        out.number("high", self.high);
        out.text("formula", &self.formula);
        out.key("inputs");
        out.open('[');
        for input in &self.inputs {
            out.item();
            input.write(out);
        }
        out.close(']');
        if !self.assumptions.is_empty() {
            out.texts("assumptions", &self.assumptions);
        }
        out.texts("sources", &self.sources);
        out.text("confidence", &self.confidence);
        out.flag("recalled", self.recalled);
        if self.partial {
            out.flag("partial", true);
        }
        out.close('}');
    }

    /// Reads what [`Estimate::write`] wrote.
    pub(in crate::engine) fn read(input: &mut Reader<'_>) -> Result<Self, Error> {
        let text = String::new;
        let mut read = Self {
            key: text(),
            label: text(),
            unit: text(),
            value: None,
            low: None,
            high: None,
            formula: text(),
            inputs: Vec::new(),
            assumptions: Vec::new(),
            sources: Vec::new(),
            confidence: text(),
            recalled: false,
            partial: false,
        };
        input.object("an estimate")?;
        while let Some(key) = input.key()? {
            match &*key {
                "key" => read.key = input.string()?,
                "label" => read.label = input.string()?,
                "unit" => read.unit = input.string()?,
                "value" => read.value = input.maybe_number()?,
                "low" => read.low = input.maybe_number()?,
                "high" => read.high = input.maybe_number()?,
                "formula" => read.formula = input.string()?,
                "inputs" => {
                    input.list("a list of inputs")?;
                    while input.item()? {
                        read.inputs.push(Input::read(input)?);
                    }
                }
                "assumptions" => read.assumptions = input.texts()?,
                "sources" => read.sources = input.texts()?,
                "confidence" => read.confidence = input.string()?,
                "recalled" => read.recalled = input.flag()?,
                "partial" => read.partial = input.flag()?,
                _ => input.skip()?,
            }
        }
        if read.key.is_empty() || read.formula.is_empty() { Err(input.refuse("an estimate needs its key and its formula")) } else { Ok(read) }
    }
}

impl Input {
    fn write(&self, out: &mut Writer) {
        out.open('{');
        out.text("name", &self.name);
        out.text("label", &self.label);
        out.number("value", self.value);
        out.number("low", self.low);
        out.number("high", self.high);
        out.text("unit", &self.unit);
        out.text("confidence", &self.confidence);
        if self.recalled {
            out.flag("recalled", true);
        }
        out.close('}');
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Error> {
        let text = String::new;
        let mut read = Self { name: text(), label: text(), value: None, low: None, high: None, unit: text(), confidence: text(), recalled: false };
        input.object("an input")?;
        while let Some(key) = input.key()? {
            match &*key {
                "name" => read.name = input.string()?,
                "label" => read.label = input.string()?,
                "value" => read.value = input.maybe_number()?,
                "low" => read.low = input.maybe_number()?,
                "high" => read.high = input.maybe_number()?,
                "unit" => read.unit = input.string()?,
                "confidence" => read.confidence = input.string()?,
                "recalled" => read.recalled = input.flag()?,
                _ => input.skip()?,
            }
        }
        if read.name.is_empty() { Err(input.refuse("an input needs its name")) } else { Ok(read) }
    }
}
