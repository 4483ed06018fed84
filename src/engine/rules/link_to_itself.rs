//! `link-to-itself`: a cable joins two different nodes.

use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::Subject;

use super::{Check, Finding, Findings, LinkView, Rule, Survey, Told};

pub(super) const RULE: Rule = Rule {
    code: "link-to-itself",
    severity: Severity::Error,
    title: "Link to itself",
    documentation: include_str!("../../../docs/diagnostics/link-to-itself.md"),
    checks: &[Check::Links { doubts, tell, told: Told::Alone }],
};

fn doubts(_: &Survey, view: &LinkView) -> bool {
    view.is_loop()
}

fn tell(survey: &Survey, links: &[LinkView], out: &mut Findings) {
    links.iter().for_each(|view| out.push(link_to_itself(survey, view)));
}

fn link_to_itself(survey: &Survey, view: &LinkView) -> Finding {
    let [a, b] = view.link.ends;
    let source = "Threshold 2 different nodes · Hedgehog fabric connection rules";
    let node = survey.name(a.node);
    let finding = if a.port.overlaps(b.port) {
        Finding::new(view.subject(), format!("Both ends of the cable are in port {} of {node}; a cable needs 2 ports", a.port), source)
    } else {
        // Test loops are real: a dump of a running fabric shows them, so two ports of one node are a warning.
        Finding::new(view.subject(), format!("The cable joins ports {} and {} of {node} itself; a link needs 2 nodes, has 1", a.port, b.port), source)
            .severity(Severity::Warning)
            .alike(a.node.to_string(), format!("{{n}} cables join ports of {node} with each other"))
    };
    finding.related(Subject::Node(a.node), "both ends are here").fix_all(
        "Remove the link",
        "Remove {n} links",
        Trust::Likely,
        vec![Edit::RemoveLink { link: view.id.to_string() }],
    )
}
