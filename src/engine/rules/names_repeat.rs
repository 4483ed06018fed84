//! `names-repeat`: names are unique.

use crate::engine::cabling::Sites;
use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::{GroupId, Subject};
use crate::units::intern::hash_text;
use crate::units::{SortedMap, SortedSet};

use super::{Check, Finding, Findings, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "names-repeat",
    severity: Severity::Warning,
    title: "Name used twice",
    documentation: include_str!("../../../docs/diagnostics/names-repeat.md"),
    checks: &[Check::Records(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    let design = survey.design;
    repeated("node", || design.nodes.iter().map(|(id, node)| (Subject::Node(id), node.name.as_str())), out);
    repeated("fabric", || design.fabrics.iter().map(|(id, fabric)| (Subject::Fabric(id), fabric.name.as_str())), out);
    // Sites number their racks each for itself.
    let sites = Sites::of(design);
    let mut racks: SortedMap<Option<GroupId>, Vec<(Subject, &str)>> = SortedMap::new();
    for (id, rack) in design.racks.iter() {
        racks.entry(sites.of_rack(id)).or_default().push((Subject::Rack(id), rack.name.as_str()));
    }
    for racks in racks.into_values() {
        repeated("rack", || racks.iter().cloned(), out);
    }
}

/// Tells of names that several of some things of a `kind` have. Time: O(things), and O(things × log things) where two names are alike.
fn repeated<'a, I: Iterator<Item = (Subject, &'a str)>>(kind: &str, things: impl Fn() -> I, out: &mut Findings) {
    let named = || things().filter(|(_, name)| !name.trim().is_empty());
    let mut folded = String::new();
    // Nearly always names differ, and then even their hashes do.
    let hashes = named().map(|(_, name)| {
        folded.clear();
        folded.push_str(name.trim());
        folded.make_ascii_lowercase();
        hash_text(&folded)
    });
    if all_differ(things().count(), hashes) {
        return;
    }
    let mut bearers: SortedMap<String, Vec<(Subject, &str)>> = SortedMap::new();
    for (subject, name) in named() {
        bearers.entry(fold(name)).or_default().push((subject, name));
    }
    let mut names: SortedSet<String> = bearers.keys().cloned().collect();
    for things in bearers.values() {
        if let [first, later @ ..] = things.as_slice()
            && !later.is_empty()
        {
            out.push(names_repeat(kind, first, later, &mut names));
        }
    }
}

/// A name as host names are compared: without blanks around it, in lower case.
fn fold(name: &str) -> String {
    name.trim().to_ascii_lowercase()
}

/// Whether at most `most` numbers all differ; `false` at once when two are equal. Time: O(numbers) for numbers without a pattern.
fn all_differ(most: usize, mut numbers: impl Iterator<Item = u64>) -> bool {
    let mask = (2 * most + 1).next_power_of_two() - 1;
    // 0 is free: a number is kept with its lowest bit set.
    let mut table = vec![0u64; mask + 1];
    numbers.all(|number| {
        let mut at = (number >> 20) as usize & mask;
        while let Some(slot) = table.get_mut(at) {
            if *slot == 0 {
                *slot = number | 1;
                return true;
            }
            if *slot == number | 1 {
                return false;
            }
            at = (at + 1) & mask;
        }
        false
    })
}

fn names_repeat(kind: &str, (first, name): &(Subject, &str), later: &[(Subject, &str)], names: &mut SortedSet<String>) -> Finding {
    let count = later.len() + 1;
    let shown: String = name.chars().take(60).collect();
    let differently = if later.iter().all(|(_, other)| other == name) { "" } else { ", but for case and blanks" };
    let mut finding = Finding::new(first.clone(), format!("{count} {kind}s are called “{shown}”{differently}; a name belongs to 1"), "Names are unique · Slurm topology.yaml(5); RFC 4343: host names have no case")
        .of(count)
        .alike(kind, format!("{{n}} names are used by more than one {kind}"));
    let mut number = 2u32;
    let mut edits = Vec::with_capacity(later.len());
    for (subject, name) in later {
        finding = finding.related(subject.clone(), "has the same name");
        let name = name.trim();
        let mut fresh = format!("{name}-{number}");
        while !names.insert(fold(&fresh)) {
            number = number.saturating_add(1);
            fresh = format!("{name}-{number}");
        }
        edits.push(Edit::Rename { node: subject.to_string(), name: fresh });
    }
    finding.fix_all("Number them", format!("Number the {kind}s of {{n}} names"), Trust::Likely, edits)
}
