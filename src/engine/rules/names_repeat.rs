//! `names-repeat`: names are unique.

use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::{NodeId, Subject};
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
    // Nearly always names differ, and then even their hashes do.
    let named = survey.design.nodes.iter().filter(|(_, node)| !node.name.is_empty());
    if all_differ(survey.design.nodes.len(), named.map(|(_, node)| hash_text(&node.name))) {
        return;
    }
    let mut bearers: SortedMap<&str, Vec<NodeId>> = SortedMap::new();
    for (id, node) in survey.design.nodes.iter().filter(|(_, node)| !node.name.is_empty()) {
        bearers.entry(node.name.as_str()).or_default().push(id);
    }
    if bearers.values().all(|nodes| nodes.len() < 2) {
        return;
    }
    let mut names: SortedSet<String> = bearers.keys().map(|name| (*name).to_owned()).collect();
    for (name, nodes) in &bearers {
        if let [first, later @ ..] = nodes.as_slice()
            && !later.is_empty()
        {
            out.push(names_repeat(name, *first, later, &mut names));
        }
    }
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

fn names_repeat(name: &str, first: NodeId, later: &[NodeId], names: &mut SortedSet<String>) -> Finding {
    let count = later.len() + 1;
    let shown: String = name.chars().take(60).collect();
    let mut finding =
        Finding::new(Subject::Node(first), format!("{count} nodes are called “{shown}”; a name belongs to 1"), "Names are unique · Slurm topology.yaml(5)")
            .of(count)
            .alike("names", "{n} names are used by more than one node");
    let mut number = 2u32;
    let mut edits = Vec::with_capacity(later.len());
    for node in later {
        finding = finding.related(Subject::Node(*node), "has the same name");
        let mut fresh = format!("{name}-{number}");
        while names.contains(&fresh) {
            number = number.saturating_add(1);
            fresh = format!("{name}-{number}");
        }
        edits.push(Edit::Rename { node: node.to_string(), name: fresh.clone() });
        names.insert(fresh);
    }
    finding.fix_all("Number them", "Number the nodes of {n} names", Trust::Likely, edits)
}
