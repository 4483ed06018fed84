//! `subnet-too-large`: an InfiniBand subnet has an address for every port and path.

use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::LinkLayer;

use super::{Check, Finding, Findings, NetworkKey, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "subnet-too-large",
    severity: Severity::Error,
    title: "Subnet has too few addresses",
    documentation: include_str!("../../../docs/diagnostics/subnet-too-large.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    let limit = survey.threshold(RULE.code);
    for network in &survey.networks {
        if network.first_view(survey).is_none_or(|view| view.layer != Some(LinkLayer::InfiniBand)) {
            continue;
        }
        let lmc = network.fabric.and_then(|fabric| fabric.lmc).unwrap_or(0).min(7);
        let ports: usize = network.at.iter().filter(|(node, _)| !network.tiers.contains_key(node)).map(|(_, links)| links.len()).sum();
        // A switch takes one address, an adapter port one for each path.
        let needed = |lmc: u8| (ports << lmc) + network.tiers.len();
        if needed(lmc) as f64 <= limit {
            continue;
        }
        let shown = crate::units::significant(limit, 5);
        let message = format!("{} needs {} addresses ({ports} ports with {} each and {} switches), a subnet has {shown}", network.name(), needed(lmc), 1 << lmc, network.tiers.len());
        let finding = Finding::new(network.subject(), message, format!("Threshold {shown} unicast addresses · InfiniBand specification"));
        let lower = (0..lmc).rev().find(|lmc| needed(*lmc) as f64 <= limit);
        out.push(match (lower, network.key) {
            (Some(lower), NetworkKey::Stated(id)) => {
                let edit = Edit::Set { subject: id.to_string(), field: "lmc".to_owned(), value: Some(lower.to_string()) };
                finding.fix(format!("Set the LMC to {lower}"), Trust::Likely, vec![edit])
            }
            _ => finding,
        });
    }
}
