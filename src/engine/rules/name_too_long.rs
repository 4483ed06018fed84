//! `name-too-long`: a switch has a name that schedulers take.

use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::{NodeId, Subject};

use super::{Check, Finding, Findings, Rule, Seat, Survey, Told};

pub(super) const RULE: Rule = Rule {
    code: "name-too-long",
    severity: Severity::Warning,
    title: "Name too long for a scheduler",
    documentation: include_str!("../../../docs/diagnostics/name-too-long.md"),
    checks: &[Check::Nodes { doubts, tell, told: Told::Alone }],
};

fn doubts(survey: &Survey, seat: &Seat) -> bool {
    survey.is_switch(seat.id) && seat.node.name.chars().count() as f64 > survey.threshold(RULE.code)
}

fn tell(survey: &Survey, nodes: &[NodeId], out: &mut Findings) {
    let limit = survey.threshold(RULE.code);
    for (node, record) in nodes.iter().filter_map(|node| Some((*node, survey.design.nodes.get(*node)?))) {
        out.push(name_too_long(survey, node, &record.name, record.name.chars().count(), limit));
    }
}

fn name_too_long(survey: &Survey, node: NodeId, name: &str, length: usize, limit: f64) -> Finding {
    let shown = crate::units::significant(limit, 4);
    let message = format!("The name of {} has {length} characters, schedulers take {shown}", survey.name(node));
    let finding = Finding::new(Subject::Node(node), message, format!("Threshold {shown} characters · Slurm topology.yaml(5)"))
        .alike("", format!("The names of {{n}} switches have more than the {shown} characters that schedulers take"));
    // The id keeps shortened names apart.
    let tail = format!("-{node}");
    let kept = (limit.min(1e4) as usize).saturating_sub(tail.chars().count());
    if kept == 0 {
        return finding;
    }
    let short: String = name.chars().take(kept).chain(tail.chars()).collect();
    finding.fix_all(format!("Rename it to {short}"), "Shorten the names of {n} switches", Trust::Suggestion, vec![Edit::Rename { node: node.to_string(), name: short }])
}
