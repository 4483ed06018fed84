//! `ftree-rank`: a fabric routed as a fat tree has two to eight ranks.

use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::RoutingEngine;

use super::{Check, Finding, Findings, NetworkKey, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "ftree-rank",
    severity: Severity::Error,
    title: "No rank for fat-tree routing",
    documentation: include_str!("../../../docs/diagnostics/ftree-rank.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    for network in &survey.networks {
        let NetworkKey::Stated(id) = network.key else { continue };
        if network.fabric.and_then(|fabric| fabric.engine) != Some(RoutingEngine::Ftree) {
            continue;
        }
        let Some(ranks) = network.tiers.values().max().map(|tier| usize::from(*tier) + 1) else { continue };
        if !(2..=8).contains(&ranks) {
            let message = format!("{} states fat-tree routing and has {ranks} rank{} of switches; it needs 2 to 8", network.name(), if ranks == 1 { "" } else { "s" });
            let edit = Edit::Set { subject: id.to_string(), field: "engine".to_owned(), value: Some("updn".to_owned()) };
            out.push(Finding::new(network.subject(), message, "Threshold 2 to 8 ranks · OpenSM, current-routing").fix("Route with updn", Trust::Suggestion, vec![edit]));
        }
    }
}
