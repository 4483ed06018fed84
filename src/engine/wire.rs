//! Reports as JSON: what the worker sends to the page and what is exported. The form is `weft-report`, version 1.

use super::diagnostics::{Diagnostic, Edit, Fix, Related, Run, Severity, Trust};
use super::estimate::Estimate;
use super::report::{Counts, Report};
use crate::json::{Error, Reader, Value, Writer};
use crate::model::Subject;

impl Report {
    /// The report as indented JSON. The same report gives the same bytes everywhere.
    pub fn to_json(&self) -> String {
        let mut out = Writer::default();
        out.open('{');
        out.text("format", &self.format);
        out.whole("version", self.version as usize);
        out.text("design", &self.design);
        out.key("counts");
        out.open('{');
        for (name, count) in self.counts.named() {
            out.whole(name, count);
        }
        out.close('}');
        out.key("diagnostics");
        out.open('[');
        for diagnostic in &self.diagnostics {
            out.item();
            diagnostic.write(&mut out);
        }
        out.close(']');
        out.key("estimates");
        out.open('[');
        for estimate in &self.estimates {
            out.item();
            estimate.write(&mut out);
        }
        out.close(']');
        out.close('}');
        out.finish()
    }

    /// Reads what [`Report::to_json`] writes. Fields that are not known are passed over.
    ///
    /// ```
    /// use weft::{catalog::Catalog, engine::{report::Report, service::evaluate}, model::Design};
    /// let report = evaluate(&Design::default(), &Catalog::builtin());
    /// assert_eq!(Report::from_json(&report.to_json()), Ok(report));
    /// assert!(Report::from_json("{}").is_err());
    /// ```
    ///
    /// # Errors
    /// What is wrong and where.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let input = &mut Reader::new(text)?;
        let mut read =
            Self { format: String::new(), version: 0, design: String::new(), counts: Counts::default(), diagnostics: Vec::new(), estimates: Vec::new() };
        let (mut diagnostics, mut estimates) = (false, false);
        input.object("a report")?;
        while let Some(key) = input.key()? {
            match &*key {
                "format" => read.format = input.string()?,
                "version" => read.version = input.whole(0, i64::from(u32::MAX))? as u32,
                "design" => read.design = input.string()?,
                "counts" => {
                    input.object("counts")?;
                    while let Some(key) = input.key()? {
                        read.counts.set(&key, input.whole(0, i64::from(u32::MAX))? as usize);
                    }
                }
                "diagnostics" => {
                    diagnostics = true;
                    input.list("a list of findings")?;
                    while input.item()? {
                        read.diagnostics.push(Diagnostic::read(input)?);
                    }
                }
                "estimates" => {
                    estimates = true;
                    input.list("a list of estimates")?;
                    while input.item()? {
                        read.estimates.push(Estimate::read(input)?);
                    }
                }
                _ => input.skip()?,
            }
        }
        if diagnostics && estimates { Ok(read) } else { Err(input.refuse("a report needs its diagnostics and its estimates")) }
    }
}

impl Counts {
    fn named(&self) -> [(&'static str, usize); 6] {
        let Self { racks, systems, xpus, switches, links, nodes } = *self;
        [("racks", racks), ("systems", systems), ("xpus", xpus), ("switches", switches), ("links", links), ("nodes", nodes)]
    }

    fn set(&mut self, name: &str, count: usize) {
        match name {
            "racks" => self.racks = count,
            "systems" => self.systems = count,
            "xpus" => self.xpus = count,
            "switches" => self.switches = count,
            "links" => self.links = count,
            "nodes" => self.nodes = count,
            _ => {}
        }
    }
}

impl Diagnostic {
    fn write(&self, out: &mut Writer) {
        out.open('{');
        out.text("code", &self.code);
        out.text("severity", self.severity.label());
        out.text("title", &self.title);
        out.text("message", &self.message);
        out.text("subject", &self.subject.to_string());
        if self.count > 1 {
            out.whole("count", self.count);
        }
        if !self.related.is_empty() {
            out.key("related");
            out.open('[');
            for related in &self.related {
                out.item();
                out.open('{');
                out.text("subject", &related.subject.to_string());
                out.text("words", &related.words);
                out.close('}');
            }
            out.close(']');
        }
        if !self.further.is_empty() {
            out.texts("further", &self.further.iter().map(Run::to_string).collect::<Vec<_>>());
        }
        out.text("source", &self.source);
        if self.recalled {
            out.flag("recalled", true);
        }
        if !self.fixes.is_empty() {
            out.key("fixes");
            out.open('[');
            for fix in &self.fixes {
                out.item();
                fix.write(out);
            }
            out.close(']');
        }
        if let Some(reason) = &self.silenced {
            out.text("silenced", reason);
        }
        out.close('}');
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Error> {
        let text = String::new;
        let mut read = Self {
            code: text(),
            severity: Severity::Error,
            title: text(),
            message: text(),
            subject: Subject::Design,
            count: 1,
            related: Vec::new(),
            further: Vec::new(),
            source: text(),
            recalled: false,
            fixes: Vec::new(),
            silenced: None,
        };
        let (mut severity, mut about) = (false, false);
        input.object("a finding")?;
        while let Some(key) = input.key()? {
            match &*key {
                "code" => read.code = input.string()?,
                "severity" => {
                    severity = true;
                    let word = input.text()?;
                    let known = [Severity::Error, Severity::Warning, Severity::Info].into_iter().find(|severity| severity.label() == word);
                    read.severity = known.ok_or_else(|| input.refuse(format!("“{word}” is none of error, warning, info")))?;
                }
                "title" => read.title = input.string()?,
                "message" => read.message = input.string()?,
                "subject" => {
                    about = true;
                    read.subject = subject(input)?;
                }
                "count" => read.count = input.whole(1, i64::from(u32::MAX))? as usize,
                "related" => {
                    input.list("a list of related things")?;
                    while input.item()? {
                        read.related.push(related(input)?);
                    }
                }
                "further" => {
                    input.list("a list of runs")?;
                    while input.item()? {
                        let text = input.text()?;
                        read.further.push(Run::parse(&text).ok_or_else(|| input.refuse(format!("“{text}” is no run of things in a design")))?);
                    }
                }
                "source" => read.source = input.string()?,
                "recalled" => read.recalled = input.flag()?,
                "fixes" => {
                    input.list("a list of fixes")?;
                    while input.item()? {
                        read.fixes.push(Fix::read(input)?);
                    }
                }
                "silenced" => read.silenced = if input.null()? { None } else { Some(input.string()?) },
                _ => input.skip()?,
            }
        }
        if read.code.is_empty() || !severity || !about { Err(input.refuse("a finding needs its code, its severity and its subject")) } else { Ok(read) }
    }
}

fn subject(input: &mut Reader<'_>) -> Result<Subject, Error> {
    let text = input.text()?;
    Subject::parse(&text).ok_or_else(|| input.refuse(format!("“{text}” names nothing in a design")))
}

fn related(input: &mut Reader<'_>) -> Result<Related, Error> {
    let mut read = Related { subject: Subject::Design, words: String::new() };
    input.object("a related thing")?;
    while let Some(key) = input.key()? {
        match &*key {
            "subject" => read.subject = subject(input)?,
            "words" => read.words = input.string()?,
            _ => input.skip()?,
        }
    }
    Ok(read)
}

/// How far a fix can be trusted, by its word.
const TRUST: [(&str, Trust); 3] = [("safe", Trust::Safe), ("likely", Trust::Likely), ("suggestion", Trust::Suggestion)];

impl Fix {
    fn write(&self, out: &mut Writer) {
        out.open('{');
        out.text("title", &self.title);
        let word = TRUST.iter().find(|(_, trust)| *trust == self.trust).map(|(word, _)| *word);
        out.text("trust", word.unwrap_or_default());
        out.key("edits");
        out.open('[');
        for edit in self.edits.iter() {
            out.item();
            out.open('{');
            edit.write(out);
            out.close('}');
        }
        out.close(']');
        out.close('}');
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Error> {
        let mut read = Self { title: String::new(), trust: Trust::Suggestion, edits: Default::default() };
        input.object("a fix")?;
        while let Some(key) = input.key()? {
            match &*key {
                "title" => read.title = input.string()?,
                "trust" => {
                    let word = input.text()?;
                    let known = TRUST.iter().find(|(known, _)| *known == word).map(|(_, trust)| *trust);
                    read.trust = known.ok_or_else(|| input.refuse(format!("“{word}” is none of safe, likely, suggestion")))?;
                }
                "edits" => {
                    let mut edits = Vec::new();
                    input.list("a list of edits")?;
                    while input.item()? {
                        let value = input.value()?;
                        edits.push(Edit::of(&value).ok_or_else(|| input.refuse("this is not an edit that is known"))?);
                    }
                    read.edits = edits.into();
                }
                _ => input.skip()?,
            }
        }
        Ok(read)
    }
}

impl Edit {
    fn write(&self, out: &mut Writer) {
        match self {
            Self::AddLink { ends, part, length_m, fabric, gbps } => {
                out.text("edit", "add-link");
                out.texts("ends", ends);
                out.maybe_text("part", part.as_deref());
                out.number("length_m", *length_m);
                if let Some(fabric) = fabric {
                    out.text("fabric", fabric);
                }
                if gbps.is_some() {
                    out.number("gbps", *gbps);
                }
            }
            Self::BreakOut { node, cage, breakout } => {
                out.text("edit", "break-out");
                out.text("node", node);
                out.whole("cage", usize::from(*cage));
                out.text("breakout", breakout);
            }
            Self::MoveEnd { link, end, port } => {
                out.text("edit", "move-end");
                out.text("link", link);
                out.whole("end", usize::from(*end));
                out.text("port", port);
            }
            Self::MoveNode { node, rack, u } => {
                out.text("edit", "move-node");
                out.text("node", node);
                out.text("rack", rack);
                out.whole("u", usize::from(*u));
            }
            Self::RemoveLink { link } => {
                out.text("edit", "remove-link");
                out.text("link", link);
            }
            Self::Rename { node, name } => {
                out.text("edit", "rename");
                out.text("node", node);
                out.text("name", name);
            }
            Self::Set { subject, field, value } => {
                out.text("edit", "set");
                out.text("subject", subject);
                out.text("field", field);
                out.maybe_text("value", value.as_deref());
            }
            Self::SetLink { link, part, length_m } => {
                out.text("edit", "set-link");
                out.text("link", link);
                out.maybe_text("part", part.as_deref());
                out.number("length_m", *length_m);
            }
            Self::SetPorts { node, count } => {
                out.text("edit", "set-ports");
                out.text("node", node);
                out.whole("count", usize::from(*count));
            }
            Self::SetRate { link, gbps } => {
                out.text("edit", "set-rate");
                out.text("link", link);
                out.number("gbps", *gbps);
            }
            Self::Silence { code, subject, reason } => {
                out.text("edit", "silence");
                out.text("code", code);
                out.maybe_text("subject", subject.as_deref());
                out.text("reason", reason);
            }
            Self::Unsilence { code, subject } => {
                out.text("edit", "unsilence");
                out.text("code", code);
                out.maybe_text("subject", subject.as_deref());
            }
        }
    }

    /// The edit that a JSON value describes.
    fn of(value: &Value) -> Option<Self> {
        let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        let number = |key: &str| value.get(key).and_then(Value::as_f64);
        let whole = |key: &str| value.get(key).and_then(Value::as_u64).and_then(|whole| u16::try_from(whole).ok());
        Some(match value.get("edit")?.as_str()? {
            "add-link" => {
                let [Value::String(a), Value::String(b)] = value.get("ends")?.as_array()?.as_slice() else { return None };
                Self::AddLink { ends: [a.clone(), b.clone()], part: text("part"), length_m: number("length_m"), fabric: text("fabric"), gbps: number("gbps") }
            }
            "break-out" => Self::BreakOut { node: text("node")?, cage: whole("cage")?, breakout: text("breakout")? },
            "move-end" => Self::MoveEnd { link: text("link")?, end: u8::try_from(whole("end")?).ok()?, port: text("port")? },
            "move-node" => Self::MoveNode { node: text("node")?, rack: text("rack")?, u: whole("u")? },
            "remove-link" => Self::RemoveLink { link: text("link")? },
            "rename" => Self::Rename { node: text("node")?, name: text("name")? },
            "set" => Self::Set { subject: text("subject")?, field: text("field")?, value: text("value") },
            "set-link" => Self::SetLink { link: text("link")?, part: text("part"), length_m: number("length_m") },
            "set-ports" => Self::SetPorts { node: text("node")?, count: whole("count")? },
            "set-rate" => Self::SetRate { link: text("link")?, gbps: number("gbps") },
            "silence" => Self::Silence { code: text("code")?, subject: text("subject"), reason: text("reason")? },
            "unsilence" => Self::Unsilence { code: text("code")?, subject: text("subject") },
            _ => return None,
        })
    }
}
