//! `lmc-with-ftree`: fat-tree routing gives each port one address.

use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::RoutingEngine;

use super::{Check, Finding, Findings, NetworkKey, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "lmc-with-ftree",
    severity: Severity::Error,
    title: "Several addresses with fat-tree routing",
    documentation: include_str!("../../../docs/diagnostics/lmc-with-ftree.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    for network in &survey.networks {
        let NetworkKey::Stated(id) = network.key else { continue };
        let Some(fabric) = network.fabric.filter(|fabric| fabric.engine == Some(RoutingEngine::Ftree)) else { continue };
        if let Some(lmc) = fabric.lmc.filter(|lmc| *lmc > 0) {
            let message = format!("{} states fat-tree routing and an LMC of {lmc}; it needs 0", network.name());
            let edit = Edit::Set { subject: id.to_string(), field: "lmc".to_owned(), value: None };
            out.push(Finding::new(network.subject(), message, "Threshold LMC 0 · OpenSM, current-routing").fix("Set the LMC to 0", Trust::Likely, vec![edit]));
        }
    }
}
