//! How a rule says what it found: one [`Finding`] per fault, told once when thirty-eight are alike.

use std::borrow::Cow;

use crate::engine::diagnostics::{Diagnostic, Edit, Fix, Related, Run, Severity, Trust};
use crate::model::{Design, Subject};
use crate::units::{SortedMap, SortedSet, order};

use super::Rule;

/// How many related subjects a finding has words for at most; of the others it says which they are.
const RELATED: usize = 200;

/// One fault, before faults that are alike are told as one.
#[derive(Clone, Debug)]
pub struct Finding {
    subject: Subject,
    severity: Option<Severity>,
    message: String,
    source: Cow<'static, str>,
    related: Vec<Related>,
    /// What takes part beyond those, without words.
    further: Vec<Subject>,
    recalled: bool,
    count: usize,
    alike: Option<Alike>,
    fixes: Vec<Remedy>,
}

/// What makes faults alike, and the sentence for several of them.
#[derive(Clone, Debug)]
struct Alike {
    key: String,
    many: Cow<'static, str>,
}

/// A fix of one fault with the words for several.
#[derive(Clone, Debug)]
struct Remedy {
    fix: Fix,
    many: Option<Cow<'static, str>>,
}

impl Finding {
    /// A fault of `subject`, with a sentence that shows both numbers and a line that says where the threshold comes from.
    pub fn new(subject: Subject, message: impl Into<String>, source: impl Into<Cow<'static, str>>) -> Self {
        Self {
            subject,
            severity: None,
            message: message.into(),
            source: source.into(),
            related: Vec::new(),
            further: Vec::new(),
            recalled: false,
            count: 1,
            alike: None,
            fixes: Vec::new(),
        }
    }
    /// Overrides the severity of the rule.
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }
    /// Names a thing that takes part.
    pub fn related(mut self, subject: Subject, words: impl Into<String>) -> Self {
        self.related.push(Related { subject, words: words.into() });
        self
    }
    /// Marks it as resting on somebody's memory.
    pub fn recalled(mut self, recalled: bool) -> Self {
        self.recalled = recalled;
        self
    }
    /// Says how many things it tells of.
    pub fn of(mut self, count: usize) -> Self {
        self.count = count.max(1);
        self
    }
    /// Says that faults with the same `key` are one; `many` is their sentence, `{n}` in it their number.
    pub fn alike(mut self, key: impl Into<String>, many: impl Into<Cow<'static, str>>) -> Self {
        self.alike = Some(Alike { key: key.into(), many: many.into() });
        self
    }
    /// Offers a fix. Nothing happens when there are no edits.
    pub fn fix(mut self, title: impl Into<String>, trust: Trust, edits: Vec<Edit>) -> Self {
        if !edits.is_empty() {
            self.fixes.push(Remedy { fix: Fix { title: title.into(), trust, edits: edits.into() }, many: None });
        }
        self
    }
    /// Offers a fix that can be carried out together with those of faults that are alike; `many` is their title, `{n}` their number.
    pub fn fix_all(mut self, title: impl Into<String>, many: impl Into<Cow<'static, str>>, trust: Trust, edits: Vec<Edit>) -> Self {
        if !edits.is_empty() {
            self.fixes.push(Remedy { fix: Fix { title: title.into(), trust, edits: edits.into() }, many: Some(many.into()) });
        }
        self
    }
}

/// The faults found by one rule.
#[derive(Debug, Default)]
pub struct Findings {
    found: Vec<Finding>,
}

impl Findings {
    /// Takes a fault.
    pub fn push(&mut self, finding: Finding) {
        self.found.push(finding);
    }

    /// All that were taken, in order.
    pub(super) fn found(self) -> Vec<Finding> {
        self.found
    }
}

/// Faults that are alike: how bad, what makes them so, and why they are accepted.
type Group<'f> = (Severity, &'f str, Option<String>);

/// The diagnostics of what `rule` found: silenced where the design accepts them, alike ones as one. Silencings that took effect are
/// noted in `effective` by their place in the design's list. Time: O(findings × log findings + findings × silencings of this code).
pub(super) fn diagnostics<'f>(found: impl Iterator<Item = &'f Finding>, rule: &Rule, design: &Design, effective: &mut SortedSet<usize>) -> Vec<Diagnostic> {
    let accepted: Vec<(usize, &crate::model::Silencing)> =
        design.meta.silenced.iter().enumerate().filter(|(_, silencing)| silencing.code == rule.code).collect();
    let mut told = Vec::new();
    let mut places: SortedMap<Group, usize> = SortedMap::new();
    let mut groups: Vec<Vec<&Finding>> = Vec::new();
    // Neighbours are mostly alike.
    let mut last: Option<(Group, usize)> = None;
    for finding in found {
        let silenced = silenced(&accepted, finding, effective);
        let Some(alike) = &finding.alike else {
            told.push(diagnostic(rule, finding.clone(), silenced));
            continue;
        };
        let group = (finding.severity.unwrap_or(rule.severity), alike.key.as_str(), silenced);
        let place = match &last {
            Some((other, place)) if *other == group => *place,
            _ => {
                let place = *places.entry(group.clone()).or_insert(groups.len());
                last = Some((group, place));
                place
            }
        };
        match groups.get_mut(place) {
            Some(members) => members.push(finding),
            None => groups.push(vec![finding]),
        }
    }
    for ((_, _, silenced), place) in places {
        told.extend(groups.get_mut(place).and_then(|members| together(rule, std::mem::take(members), silenced)));
    }
    told
}

/// The reason a finding is accepted with. Every silencing that covers it took effect.
fn silenced(accepted: &[(usize, &crate::model::Silencing)], finding: &Finding, effective: &mut SortedSet<usize>) -> Option<String> {
    if accepted.is_empty() {
        return None;
    }
    let subject = finding.subject.to_string();
    let mut reason = None;
    for (place, silencing) in accepted {
        if silencing.subject.as_ref().is_none_or(|text| *text == subject) {
            effective.insert(*place);
            reason.get_or_insert_with(|| silencing.reason.clone());
        }
    }
    reason
}

fn diagnostic(rule: &Rule, finding: Finding, silenced: Option<String>) -> Diagnostic {
    let (mut related, mut further) = (finding.related, finding.further);
    if related.len() > RELATED {
        further.extend(related.drain(RELATED..).map(|related| related.subject));
        order::sort(&mut further);
    }
    Diagnostic {
        code: rule.code.to_owned(),
        severity: finding.severity.unwrap_or(rule.severity),
        title: rule.title.to_owned(),
        message: finding.message,
        subject: finding.subject,
        count: finding.count,
        related,
        further: Run::all(further),
        source: finding.source.into_owned(),
        recalled: finding.recalled,
        fixes: finding.fixes.into_iter().map(|remedy| remedy.fix).collect(),
        silenced,
    }
}

/// One diagnostic for faults that are alike. The first keeps the subject, the others are related.
fn together(rule: &Rule, mut members: Vec<&Finding>, silenced: Option<String>) -> Option<Diagnostic> {
    order::sort_by(&mut members, |a, b| a.subject.cmp(&b.subject));
    let count = members.len();
    let (first, rest) = members.split_first()?;
    let mut told = (*first).clone();
    let Some(alike) = told.alike.take().filter(|_| count > 1) else { return Some(diagnostic(rule, told, silenced)) };
    told.message = alike.many.replace("{n}", &count.to_string());
    told.count = count;

    let mut remedies = Remedies::new();
    join(&mut remedies, first, count);
    let mut named: SortedSet<&Subject> = first.related.iter().map(|related| &related.subject).collect();
    named.insert(&first.subject);
    for member in rest {
        told.recalled |= member.recalled;
        join(&mut remedies, member, count);
        if told.related.len() >= RELATED {
            if !named.contains(&member.subject) {
                told.further.push(member.subject.clone());
            }
            continue;
        }
        if named.insert(&member.subject) {
            told.related.push(Related { subject: member.subject.clone(), words: member.message.clone() });
        }
        told.related.extend(member.related.iter().filter(|related| named.insert(&related.subject)).cloned());
    }
    told.fixes = remedies
        .into_iter()
        .map(|(many, (number, trust, edits))| Remedy { fix: Fix { title: many.replace("{n}", &number.to_string()), trust, edits: edits.into() }, many: None })
        .collect();
    order::sort_by_key(&mut told.fixes, |remedy| remedy.fix.trust);
    Some(diagnostic(rule, told, silenced))
}

/// Fixes by their words for several: how many faults they mend, how far they can be trusted, what they do.
type Remedies<'f> = SortedMap<&'f str, (usize, Trust, Vec<Edit>)>;

/// Takes up the fixes of one of `count` faults; of those with the same words the first.
fn join<'f>(all: &mut Remedies<'f>, member: &'f Finding, count: usize) {
    for (place, remedy) in member.fixes.iter().enumerate() {
        let Some(many) = remedy.many.as_deref() else { continue };
        if member.fixes.iter().take(place).any(|other| other.many.as_deref() == Some(many)) {
            continue;
        }
        let fix = &remedy.fix;
        let (number, trust, edits) = all.entry(many).or_insert_with(|| (0, fix.trust, Vec::with_capacity(count * fix.edits.len())));
        (*number, *trust) = (*number + 1, (*trust).max(fix.trust));
        edits.extend(fix.edits.iter().cloned());
    }
}
