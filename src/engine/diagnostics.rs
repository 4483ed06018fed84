//! Findings: what is wrong, why it matters, what to do now.

use std::fmt;
use std::sync::Arc;

use super::settable;
use crate::model::{Breakout, Design, Extra, Fabric, LinkId, Node, NodeId, PartId, Patch, PortRef, PortSettings, Rack, RackId, Silencing, Subject};
use crate::units::{Gbps, Metres, RackUnits};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Cannot work, or contradicts a standard.
    Error,
    /// Works, with a known harm.
    Warning,
    /// Good to know.
    Info,
}

impl Severity {
    /// The word shown for it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Info => "info",
            Self::Warning => "warning",
        }
    }
}

/// One finding of the engine.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// The stable code: `link-rate-mismatch`.
    pub code: String,
    /// How bad it is.
    pub severity: Severity,
    /// The fault in a few words: `Rail misaligned`.
    pub title: String,
    /// One or two sentences with both numbers: *needs 800 Gb/s, has 400 Gb/s*.
    pub message: String,
    /// What it is about.
    pub subject: Subject,
    /// How many things it tells of: more than one where faults that are alike are told as one.
    pub count: usize,
    /// What else takes part, each with a few words: the first 200.
    pub related: Vec<Related>,
    /// What takes part beyond those, in order.
    pub further: Vec<Run>,
    /// The threshold and where it comes from: `Threshold 100 % of hosts · ibdiagnet rail validation`.
    pub source: String,
    /// Whether it rests on a recalled figure.
    pub recalled: bool,
    /// What can be done about it, best first.
    pub fixes: Vec<Fix>,
    /// The reason it was silenced with, if it was.
    pub silenced: Option<String>,
}

/// A thing that takes part in a finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Related {
    /// The thing.
    pub subject: Subject,
    /// Its part in it.
    pub words: String,
}

/// Things of one kind with consecutive numbers, both ends included. What has no number of its own is a run of one. Prints as `l201-l1024`, or `l201` alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    first: Subject,
    last: Subject,
}

impl Run {
    /// Reads what [`fmt::Display`] prints; `None` unless both ends are of one kind and in order.
    pub fn parse(text: &str) -> Option<Self> {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let (first, last) = (Subject::parse(first)?, Subject::parse(last)?);
        let alike = std::mem::discriminant(&first) == std::mem::discriminant(&last) && first < last && first.next().is_some();
        (alike || first == last).then_some(Self { first, last })
    }
    /// Sorted subjects as the fewest runs; what stands there twice counts once.
    pub fn all(sorted: impl IntoIterator<Item = Subject>) -> Vec<Self> {
        let mut runs: Vec<Self> = Vec::new();
        for subject in sorted {
            match runs.last_mut() {
                Some(run) if run.last == subject => {}
                Some(run) if run.last.next().as_ref() == Some(&subject) => run.last = subject,
                _ => runs.push(Self { first: subject.clone(), last: subject }),
            }
        }
        runs
    }
    /// Every thing in it, in order.
    pub fn subjects(&self) -> impl Iterator<Item = Subject> {
        let last = self.last.clone();
        std::iter::successors(Some(self.first.clone()), move |subject| if *subject == last { None } else { subject.next() })
    }
}

impl fmt::Display for Run {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last { self.first.fmt(out) } else { write!(out, "{}-{}", self.first, self.last) }
    }
}

impl Diagnostic {
    /// What it is about, then what takes part.
    pub fn subjects(&self) -> impl Iterator<Item = Subject> {
        let named = std::iter::once(&self.subject).chain(self.related.iter().map(|related| &related.subject));
        named.cloned().chain(self.further.iter().flat_map(Run::subjects))
    }
    /// Whether something is its subject or takes part. Time: O(related + log runs).
    pub fn is_about(&self, subject: &Subject) -> bool {
        let run = self.further.partition_point(|run| run.last < *subject);
        self.further.get(run).is_some_and(|run| run.first <= *subject)
            || self.subject == *subject
            || self.related.iter().any(|related| related.subject == *subject)
    }
}

/// How far a fix can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trust {
    /// Nothing else can be meant.
    Safe,
    /// What is usually meant.
    Likely,
    /// One way of several.
    Suggestion,
}

/// What can be done about a finding: a few words for the button and the edits it makes.
#[derive(Clone, Debug, PartialEq)]
pub struct Fix {
    /// The button: `Move to leaf-2`.
    pub title: String,
    /// How far it can be trusted.
    pub trust: Trust,
    /// What it does. Reports and what the rules keep share it: there may be thousands.
    pub edits: Arc<Vec<Edit>>,
}

/// One edit of a fix, small enough to send from worker to page. [`Fix::patch`] makes the patch.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Joins two ports.
    AddLink {
        /// The ports, as paths.
        ends: [String; 2],
        /// The cable.
        part: Option<String>,
        /// Its length in metres.
        length_m: Option<f64>,
        /// The fabric it belongs to; `None` is what its ends suggest.
        fabric: Option<String>,
        /// A rate that overrides what ports and cable give, in Gb/s.
        gbps: Option<f64>,
    },
    /// Splits a cage.
    BreakOut {
        /// The node.
        node: String,
        /// The cage.
        cage: u16,
        /// How, for example `2x400G`.
        breakout: String,
    },
    /// Puts one end of a link on another port.
    MoveEnd {
        /// The link.
        link: String,
        /// 0 or 1.
        end: u8,
        /// The port, as a path.
        port: String,
    },
    /// Mounts a node elsewhere.
    MoveNode {
        /// The node.
        node: String,
        /// The rack.
        rack: String,
        /// The lowest rack unit.
        u: u16,
    },
    /// Takes a link out.
    RemoveLink {
        /// The link.
        link: String,
    },
    /// Gives a node, a rack or a fabric another name.
    Rename {
        /// The node, the rack or the fabric.
        node: String,
        /// The name.
        name: String,
    },
    /// States a setting of a fabric, a node or a rack.
    Set {
        /// The fabric, node or rack.
        subject: String,
        /// What is set, as [`settable`] names it.
        field: String,
        /// To what, as the file writes it; nothing takes it away.
        value: Option<String>,
    },
    /// Changes what a link is made of.
    SetLink {
        /// The link.
        link: String,
        /// The cable; `None` leaves it.
        part: Option<String>,
        /// Its length in metres; `None` leaves it.
        length_m: Option<f64>,
    },
    /// Says how many ports a generic node has.
    SetPorts {
        /// The node.
        node: String,
        /// How many.
        count: u16,
    },
    /// Changes or, with `None`, takes away the rate that overrides what ports and cable of a link give.
    SetRate {
        /// The link.
        link: String,
        /// The rate, one direction, in Gb/s.
        gbps: Option<f64>,
    },
    /// Accepts a finding.
    Silence {
        /// The diagnostic code.
        code: String,
        /// The subject it is accepted for; `None` is everywhere.
        subject: Option<String>,
        /// Why.
        reason: String,
    },
    /// Takes back that a finding is accepted.
    Unsilence {
        /// The diagnostic code.
        code: String,
        /// The subject it is accepted for; `None` is everywhere.
        subject: Option<String>,
    },
}

/// The first fixes of all findings of one code that are not silenced, as one: `None` unless there are two or more. Fixes of one
/// rule never take the same port or place twice, so they can be carried out together.
pub fn fix_all<'a>(diagnostics: impl IntoIterator<Item = &'a Diagnostic>, code: &str) -> Option<Fix> {
    let open = diagnostics.into_iter().filter(|diagnostic| diagnostic.code == code && diagnostic.silenced.is_none());
    let fixes: Vec<&Fix> = open.filter_map(|diagnostic| diagnostic.fixes.first()).collect();
    let trust = fixes.iter().map(|fix| fix.trust).max().filter(|_| fixes.len() > 1)?;
    Some(Fix {
        title: format!("Fix all {} of this kind", fixes.len()),
        trust,
        edits: Arc::new(fixes.iter().flat_map(|fix| fix.edits.iter().cloned()).collect()),
    })
}

impl Fix {
    /// The patch that carries the fix out on `design`, or `None` if the design has moved on and it no longer applies.
    pub fn patch(&self, design: &Design) -> Option<Patch> {
        let mut after = design.clone();
        for edit in self.edits.iter() {
            edit.carry_out(&mut after)?;
        }
        Some(Patch::between(design, &after)).filter(|patch| !patch.is_empty())
    }
}

impl Edit {
    fn carry_out(&self, design: &mut Design) -> Option<()> {
        match self {
            Self::AddLink { ends: [a, b], part, length_m, fabric, gbps } => {
                let mut link = crate::model::Link::between(a.parse().ok()?, b.parse().ok()?);
                if link.ends.iter().any(|end| !design.nodes.contains(end.node)) {
                    return None;
                }
                link.part = part.as_deref().map(PartId::new);
                link.length = length_m.map(Metres);
                link.gbps = gbps.map(Gbps);
                link.fabric = match fabric {
                    Some(fabric) => Some(fabric.parse().ok().filter(|fabric| design.fabrics.contains(*fabric))?),
                    None => None,
                };
                design.links.push(link);
            }
            // Cages and rack units are numbered from 1.
            Self::BreakOut { cage: 0, .. } | Self::MoveNode { u: 0, .. } => return None,
            Self::BreakOut { node, cage, breakout } => {
                let id: NodeId = node.parse().ok()?;
                let mut changed = design.nodes.get(id)?.clone();
                let settings: &mut PortSettings = changed.ports.entry(*cage).or_default();
                settings.breakout = Some(Breakout::parse(breakout)?);
                design.nodes.set(id, Some(changed.into()));
            }
            Self::MoveEnd { link, end, port } => {
                let id: LinkId = link.parse().ok()?;
                let target: PortRef = port.parse().ok()?;
                let mut changed = design.links.get(id)?.clone();
                *changed.ends.get_mut(usize::from(*end))? = design.nodes.contains(target.node).then_some(target)?;
                design.links.set(id, Some(changed.into()));
            }
            Self::MoveNode { node, rack, u } => {
                let id: NodeId = node.parse().ok()?;
                let rack: RackId = rack.parse().ok()?;
                let mut changed = design.nodes.get(id)?.clone();
                changed.rack = Some(design.racks.contains(rack).then_some(rack)?);
                changed.u = Some(RackUnits(*u));
                design.nodes.set(id, Some(changed.into()));
            }
            Self::RemoveLink { link } => {
                let id: LinkId = link.parse().ok()?;
                design.links.get(id)?;
                design.links.set(id, None);
            }
            Self::Rename { node, name } => match Subject::parse(node)? {
                Subject::Fabric(id) => {
                    let changed = Fabric { name: name.clone(), ..design.fabrics.get(id)?.clone() };
                    design.fabrics.set(id, Some(changed.into()));
                }
                Subject::Node(id) => {
                    let changed = Node { name: name.clone(), ..design.nodes.get(id)?.clone() };
                    design.nodes.set(id, Some(changed.into()));
                }
                Subject::Rack(id) => {
                    let changed = Rack { name: name.clone(), ..design.racks.get(id)?.clone() };
                    design.racks.set(id, Some(changed.into()));
                }
                _ => return None,
            },
            Self::Set { subject, field, value } => match Subject::parse(subject)? {
                Subject::Fabric(id) => {
                    let mut changed = design.fabrics.get(id)?.clone();
                    settable::set_fabric(&mut changed, field, value.as_deref().unwrap_or_default()).ok()?;
                    design.fabrics.set(id, Some(changed.into()));
                }
                Subject::Node(id) => {
                    let mut changed = design.nodes.get(id)?.clone();
                    settable::set_node(&mut changed, field, value.as_deref().unwrap_or_default()).ok()?;
                    design.nodes.set(id, Some(changed.into()));
                }
                Subject::Rack(id) => {
                    let mut changed = design.racks.get(id)?.clone();
                    settable::set_rack(&mut changed, field, value.as_deref().unwrap_or_default()).ok()?;
                    design.racks.set(id, Some(changed.into()));
                }
                _ => return None,
            },
            Self::SetLink { link, part, length_m } => {
                let id: LinkId = link.parse().ok()?;
                let mut changed = design.links.get(id)?.clone();
                if let Some(part) = part {
                    changed.part = Some(PartId::new(part));
                }
                if let Some(length) = length_m {
                    changed.length = Some(Metres(*length));
                }
                design.links.set(id, Some(changed.into()));
            }
            Self::SetPorts { node, count } => {
                let id: NodeId = node.parse().ok()?;
                let mut changed = design.nodes.get(id)?.clone();
                changed.generic.get_or_insert_default().ports = Some(*count);
                design.nodes.set(id, Some(changed.into()));
            }
            Self::SetRate { link, gbps } => {
                let id: LinkId = link.parse().ok()?;
                let mut changed = design.links.get(id)?.clone();
                changed.gbps = gbps.map(Gbps);
                design.links.set(id, Some(changed.into()));
            }
            Self::Silence { code, subject, reason } => {
                let mut meta = design.meta.as_ref().clone();
                meta.silenced.push(Silencing { code: code.clone(), subject: subject.clone(), reason: reason.clone(), extra: Extra::default() });
                design.meta = meta.into();
            }
            Self::Unsilence { code, subject } => {
                let mut meta = design.meta.as_ref().clone();
                let place = meta.silenced.iter().position(|silencing| silencing.code == *code && silencing.subject == *subject)?;
                meta.silenced.remove(place);
                design.meta = meta.into();
            }
        }
        Some(())
    }

    /// The records it touches, so that a preview can show them.
    pub fn subjects(&self) -> Vec<Subject> {
        let texts: Vec<&str> = match self {
            Self::AddLink { ends: [a, b], .. } => vec![a, b],
            Self::BreakOut { node, .. } | Self::Rename { node, .. } | Self::SetPorts { node, .. } => vec![node],
            Self::MoveEnd { link, port, .. } => vec![link, port],
            Self::MoveNode { node, rack, .. } => vec![node, rack],
            Self::RemoveLink { link } | Self::SetLink { link, .. } | Self::SetRate { link, .. } => vec![link],
            Self::Set { subject, .. } => vec![subject],
            Self::Silence { subject, .. } | Self::Unsilence { subject, .. } => vec![subject.as_deref().unwrap_or("design")],
        };
        texts.into_iter().filter_map(Subject::parse).collect()
    }
}
