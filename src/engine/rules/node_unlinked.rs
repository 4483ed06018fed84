//! `node-unlinked`: a host or a switch beside others that are cabled is cabled as well.

use crate::engine::diagnostics::Severity;
use crate::model::{NodeId, Subject};

use super::{Check, Finding, Findings, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "node-unlinked",
    severity: Severity::Error,
    title: "Host or switch without a link",
    documentation: include_str!("../../../docs/diagnostics/node-unlinked.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    let is_linked = |node: NodeId| survey.ports.of_node(node).next().is_some();
    for is_switch in [false, true] {
        // XPUs without a link are `xpu-orphan`'s.
        let of_kind = || {
            let placed = survey.parts.places().ids().iter().copied().zip(&survey.nodes);
            placed.filter(|(_, kind)| kind.xpus == 0 && kind.is_switch == is_switch).map(|(node, _)| node)
        };
        // While none of them is cabled yet, it is a drawing half done.
        if !of_kind().any(is_linked) {
            continue;
        }
        for node in of_kind().filter(|node| !is_linked(*node)) {
            if let Some(part) = survey.part_of(node).filter(|part| !part.ports.is_empty()) {
                out.push(node_unlinked(node, &survey.name(node), &part.name, is_switch));
            }
        }
    }
}

fn node_unlinked(node: NodeId, name: &str, part: &str, is_switch: bool) -> Finding {
    let message = format!("{name} has 0 links; it needs 1 or more to take part");
    Finding::new(Subject::Node(node), message, "Threshold 1 component for each fabric · topograph topology model")
        .severity(if is_switch { Severity::Warning } else { Severity::Error })
        .alike(part, format!("{{n}} × {part} have 0 links; each needs 1 or more to take part"))
}
