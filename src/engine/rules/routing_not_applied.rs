//! `routing-not-applied`: the paths that a fabric asks for are paths it can have.

use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::engine::routing::{Why, name};
use crate::model::Routing;

use super::{Check, Finding, Findings, NetworkKey, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "routing-not-applied",
    severity: Severity::Warning,
    title: "Routing cannot be applied",
    documentation: include_str!("../../../docs/diagnostics/routing-not-applied.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    for network in survey.networks.iter().filter(|network| !network.is_empty()) {
        let NetworkKey::Stated(id) = network.key else { continue };
        let Some(of) = survey.routing.of_fabric(id) else { continue };
        if of.equal == Routing::Tables && !of.has_tables() {
            let message = format!(
                "{} asks for forwarding tables, which cannot be filled: a table by destination holds no ways through a third group; estimates keep each flow on one path by hash",
                network.name()
            );
            let edit = Edit::Set { subject: id.to_string(), field: "routing".to_owned(), value: Some("hash".to_owned()) };
            out.push(Finding::new(network.subject(), message, "A linear forwarding table has one port for each destination").fix("Choose by hash", Trust::Likely, vec![edit]));
        }
        let Some(trouble) = of.trouble.as_deref() else { continue };
        let asks = if of.why == Why::Engine { "has an engine for" } else { "asks for" };
        let message = format!("{} {asks} {}, which cannot be applied: {trouble}; estimates go by {}", network.name(), name(of.asked), name(of.paths));
        let edit = Edit::Set { subject: id.to_string(), field: "paths".to_owned(), value: Some("shortest".to_owned()) };
        let finding = Finding::new(network.subject(), message, "Paths are verified link by link before they are applied");
        out.push(finding.fix("Take shortest paths", Trust::Likely, vec![edit]));
    }
}
