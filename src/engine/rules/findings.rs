//! How a rule says what it found: one [`Finding`] per fault, told once when thirty-eight are alike.

use crate::engine::diagnostics::{Diagnostic, Edit, Fix, Related, Severity, Trust};
use crate::model::{Design, Subject};
use crate::units::{SortedMap, SortedSet, order};

use super::Rule;

/// How many related subjects a finding names at most; its message still counts them all.
const RELATED: usize = 200;

/// One fault, before faults that are alike are told as one.
#[derive(Clone, Debug)]
pub struct Finding {
    subject: Subject,
    severity: Option<Severity>,
    message: String,
    source: String,
    related: Vec<Related>,
    recalled: bool,
    count: usize,
    alike: Option<Alike>,
    fixes: Vec<Remedy>,
}

/// What makes faults alike, and the sentence for several of them.
#[derive(Clone, Debug)]
struct Alike {
    key: String,
    many: String,
}

/// A fix of one fault with the words for several.
#[derive(Clone, Debug)]
struct Remedy {
    fix: Fix,
    many: Option<String>,
}

impl Finding {
    /// A fault of `subject`, with a sentence that shows both numbers and a line that says where the threshold comes from.
    pub fn new(subject: Subject, message: impl Into<String>, source: impl Into<String>) -> Self {
        Self {
            subject,
            severity: None,
            message: message.into(),
            source: source.into(),
            related: Vec::new(),
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
    pub fn alike(mut self, key: impl Into<String>, many: impl Into<String>) -> Self {
        self.alike = Some(Alike { key: key.into(), many: many.into() });
        self
    }
    /// Offers a fix. Nothing happens when there are no edits.
    pub fn fix(mut self, title: impl Into<String>, trust: Trust, edits: Vec<Edit>) -> Self {
        if !edits.is_empty() {
            self.fixes.push(Remedy { fix: Fix { title: title.into(), trust, edits }, many: None });
        }
        self
    }
    /// Offers a fix that can be carried out together with those of faults that are alike; `many` is their title, `{n}` their number.
    pub fn fix_all(mut self, title: impl Into<String>, many: impl Into<String>, trust: Trust, edits: Vec<Edit>) -> Self {
        if !edits.is_empty() {
            self.fixes.push(Remedy { fix: Fix { title: title.into(), trust, edits }, many: Some(many.into()) });
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

    /// The diagnostics of `rule`: silenced where the design accepts them, alike ones as one. Silencings that took effect are
    /// noted in `effective` by their place in the design's list. Time: O(findings × log findings + findings × silencings of this code).
    pub(super) fn into_diagnostics(self, rule: &Rule, design: &Design, effective: &mut SortedSet<usize>) -> Vec<Diagnostic> {
        let accepted: Vec<(usize, &crate::model::Silencing)> =
            design.meta.silenced.iter().enumerate().filter(|(_, silencing)| silencing.code == rule.code).collect();
        let mut alone = Vec::new();
        let mut groups: SortedMap<(Severity, String, Option<String>), Vec<Finding>> = SortedMap::new();
        for finding in self.found {
            let silenced = silenced(&accepted, &finding, effective);
            match &finding.alike {
                Some(alike) => {
                    let key = (finding.severity.unwrap_or(rule.severity), alike.key.clone(), silenced);
                    groups.entry(key).or_default().push(finding);
                }
                None => alone.push(diagnostic(rule, finding, silenced)),
            }
        }
        alone.extend(groups.into_iter().filter_map(|((_, _, silenced), members)| together(rule, members, silenced)));
        alone
    }
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
    let mut related = finding.related;
    related.truncate(RELATED);
    Diagnostic {
        code: rule.code.to_owned(),
        severity: finding.severity.unwrap_or(rule.severity),
        title: rule.title.to_owned(),
        message: finding.message,
        subject: finding.subject,
        count: finding.count,
        related,
        source: finding.source,
        recalled: finding.recalled,
        fixes: finding.fixes.into_iter().map(|remedy| remedy.fix).collect(),
        silenced,
    }
}

/// One diagnostic for faults that are alike. The first keeps the subject, the others are related.
fn together(rule: &Rule, mut members: Vec<Finding>, silenced: Option<String>) -> Option<Diagnostic> {
    order::sort_by(&mut members, |a, b| a.subject.cmp(&b.subject));
    let count = members.len();
    let mut rest = members.into_iter();
    let mut first = rest.next()?;
    if count == 1 {
        return Some(diagnostic(rule, first, silenced));
    }
    let Some(alike) = first.alike.take() else { return Some(diagnostic(rule, first, silenced)) };
    first.message = alike.many.replace("{n}", &count.to_string());
    first.count = count;

    let mut remedies = merged(std::mem::take(&mut first.fixes));
    let mut named: SortedSet<Subject> = first.related.iter().map(|related| related.subject.clone()).collect();
    named.insert(first.subject.clone());
    for member in rest {
        first.recalled |= member.recalled;
        remedies_joined(&mut remedies, merged(member.fixes));
        if first.related.len() >= RELATED {
            continue;
        }
        if named.insert(member.subject.clone()) {
            first.related.push(Related { subject: member.subject, words: member.message });
        }
        for related in member.related {
            if named.insert(related.subject.clone()) {
                first.related.push(related);
            }
        }
    }
    first.fixes = remedies
        .into_iter()
        .map(|(many, (number, trust, edits))| Remedy { fix: Fix { title: many.replace("{n}", &number.to_string()), trust, edits }, many: None })
        .collect();
    order::sort_by_key(&mut first.fixes, |remedy| remedy.fix.trust);
    Some(diagnostic(rule, first, silenced))
}

/// Fixes by their words for several: how many faults they mend, how far they can be trusted, what they do.
type Remedies = SortedMap<String, (usize, Trust, Vec<Edit>)>;

fn merged(fixes: Vec<Remedy>) -> Remedies {
    let mut by_words = Remedies::new();
    for remedy in fixes {
        if let Some(many) = remedy.many {
            by_words.entry(many).or_insert((1, remedy.fix.trust, remedy.fix.edits));
        }
    }
    by_words
}

fn remedies_joined(all: &mut Remedies, more: Remedies) {
    for (many, (number, trust, edits)) in more {
        let entry = all.entry(many).or_insert((0, trust, Vec::new()));
        entry.0 += number;
        entry.1 = entry.1.max(trust);
        entry.2.extend(edits);
    }
}
