//! `tables-outdated`: imported forwarding tables are those of the links that are drawn.

use crate::engine::diagnostics::Severity;
use crate::engine::routing::imported::told;

use super::table_entry_missing::fill_anew;
use super::{Check, Finding, Findings, NetworkKey, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "tables-outdated",
    severity: Severity::Warning,
    title: "Forwarding tables of other links",
    documentation: include_str!("../../../docs/diagnostics/tables-outdated.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    for network in &survey.networks {
        let NetworkKey::Stated(id) = network.key else { continue };
        let of = survey.routing.of_fabric(id).and_then(|of| of.imported.as_ref()).filter(|read| read.outdated);
        let (Some(_), Some(read)) = (of, network.fabric.and_then(|fabric| fabric.tables.as_deref())) else { continue };
        let message = format!(
            "{}: links were changed after the forwarding tables ({}) were imported; the tables are still those of the links as they were",
            network.name(),
            told(read)
        );
        out.push(fill_anew(Finding::new(network.subject(), message, "The cabling is held against a hash of that at the time of the import"), network));
    }
}
