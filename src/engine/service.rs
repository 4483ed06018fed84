//! What the page asks of the engine and what it answers: typed requests and replies with revisions, and the one entry,
//! [`evaluate`], that worker, command and tests share.
//!
//! A revision is a number that the asking side raises with every edit. A reply carries the revision it is about, so that
//! a report which an edit has overtaken can be told and dropped.

use super::ask::{self, Said};
use super::change::Change;
use super::context::Context;
use super::estimate;
use super::known::Known;
use super::report::{Counts, FORMAT, Report, VERSION};
use super::rules;
use crate::catalog::Catalog;
use crate::model::{Design, PartKind, Patch};

/// All findings and estimates of a design. The one entry for worker, command and tests; never fails.
///
/// Time: grows with nodes and links; docs/guide/measured.md has the figures.
pub fn evaluate(design: &Design, catalog: &Catalog) -> Report {
    report(&Context::new(design, catalog))
}

fn report(context: &Context) -> Report {
    Report {
        format: FORMAT.to_owned(),
        version: VERSION,
        design: context.design.meta.name.clone(),
        counts: counts(context),
        diagnostics: rules::run(context),
        estimates: estimate::estimates(context),
    }
}

/// How much is drawn. Nodes whose part nobody knows count as nodes only.
pub fn counts(context: &Context) -> Counts {
    let design = context.design;
    let (racks, links, nodes) = (design.racks.len(), design.links.len(), design.nodes.len());
    let mut counts = Counts { racks, links, nodes, xpus: context.census().xpus, ..Counts::default() };
    for part in context.parts.all().iter().filter_map(|(_, part)| *part) {
        counts.systems += usize::from(part.kind == PartKind::System);
        counts.switches += usize::from(part.kind == PartKind::Switch);
    }
    counts
}

/// What is asked of the engine.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// Takes a design in and reports on it.
    Open {
        /// The revision it has.
        revision: u64,
        /// The design.
        design: Box<Design>,
    },
    /// Changes the design it holds and reports on it.
    Edit {
        /// The revision the design has now on the asking side.
        base: u64,
        /// The revision it has after the patch.
        revision: u64,
        /// What changed.
        patch: Patch,
    },
}

/// What the engine answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// A report on a revision.
    Report {
        /// The revision it is about.
        revision: u64,
        /// The report.
        report: Box<Report>,
    },
    /// The engine holds another design than the patch expects: send it whole.
    NeedsDesign {
        /// The revision that was asked about.
        revision: u64,
    },
}

impl Reply {
    /// The revision it is about.
    pub fn revision(&self) -> u64 {
        match self {
            Self::Report { revision, .. } | Self::NeedsDesign { revision } => *revision,
        }
    }
}

/// The engine as one side of a conversation: it keeps the design between requests, and of its last report what the next can be made of.
#[derive(Debug)]
pub struct Service {
    catalog: Catalog,
    held: Option<(u64, Design)>,
    memory: Memory,
}

/// What is kept from one evaluation to the next. The report is the same bytes with and without it.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    known: Known,
    /// What differs from the design that `known` is of; `None` where that is not known, and then `known` is of no use.
    change: Option<Change>,
    /// The last report, as long as nothing but moves came after.
    report: Option<Report>,
}

impl Memory {
    /// Notes that the design is about to change. What only moves things on the canvas leaves the report as it is.
    pub fn changes(&mut self, patch: &Patch) {
        if self.report.is_some() && !patch.only_moves() {
            self.report = None;
        }
        self.change = self.change.take().and_then(|change| change.then(patch));
    }
    /// Forgets everything: the design becomes another one.
    pub fn forget(&mut self) {
        *self = Self::default();
    }
    /// Whether the last report still holds.
    pub fn holds(&self) -> bool {
        self.report.is_some()
    }
    /// The last report, while it holds.
    pub fn report(&self) -> Option<&Report> {
        self.report.as_ref()
    }
    /// [`evaluate`], with what is known from before: what a change does not reach is not worked out anew.
    ///
    /// Time: that of [`evaluate`] at most; O(1) beside a copy of the report after moves.
    pub fn evaluate(&mut self, design: &Design, catalog: &Catalog) -> &Report {
        if self.report.is_none() {
            let context = Context::again(design, catalog, std::mem::take(&mut self.known).with(self.change.take()));
            let report = report(&context);
            self.known = Known::of(context);
            self.change = Some(Change::default());
            return self.report.insert(report);
        }
        self.report.get_or_insert_with(|| evaluate(design, catalog))
    }
}

impl Memory {
    /// Answers a question ([`ask`]) from what is kept, where the last report still holds and the question is about that design as it is;
    /// else from scratch. The answer is the same.
    pub fn answer(&mut self, question: &str, design: &Design, catalog: &Catalog, progress: &mut dyn FnMut(f64)) -> Said {
        if !self.holds() || self.change.is_none() || !ask::is_of_the_whole(question) {
            return ask::answer(question, design, catalog, progress);
        }
        // What moved since is noted still: it is worked out again, and the rules have not heard of it.
        let context = Context::again(design, catalog, std::mem::take(&mut self.known).with(self.change.clone()));
        let said = ask::answer_of(question, &context, progress);
        self.known = Known::of(context);
        said
    }
}

impl Service {
    /// An engine that holds no design yet.
    pub fn new(catalog: Catalog) -> Self {
        Self { catalog, held: None, memory: Memory::default() }
    }

    /// Answers one request. Never fails: a patch that does not fit is answered with [`Reply::NeedsDesign`].
    pub fn answer(&mut self, request: Request) -> Reply {
        match request {
            Request::Open { revision, design } => {
                self.held = Some((revision, *design));
                self.memory.forget();
                self.report(revision)
            }
            Request::Edit { base, revision, patch } => {
                let Some((held, mut design)) = self.held.take().filter(|(held, _)| *held == base) else {
                    return Reply::NeedsDesign { revision };
                };
                self.memory.changes(&patch);
                if patch.apply(&mut design).is_err() {
                    self.memory.forget();
                    return Reply::NeedsDesign { revision: revision.max(held) };
                }
                self.held = Some((revision, design));
                self.report(revision)
            }
        }
    }

    fn report(&mut self, revision: u64) -> Reply {
        match &self.held {
            Some((_, design)) => Reply::Report { revision, report: Box::new(self.memory.evaluate(design, &self.catalog).clone()) },
            None => Reply::NeedsDesign { revision },
        }
    }
}
