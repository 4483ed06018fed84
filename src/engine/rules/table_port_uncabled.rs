//! `table-port-uncabled`: what a forwarding table sends out of a port goes over a cable.

use crate::engine::diagnostics::Severity;
use crate::engine::routing::imported::worst;
use crate::model::{PortRef, Subject};

use super::table_entry_missing::{fill_anew, tables_of};
use super::{Check, Finding, Findings, NetworkKey, Rule, Survey, forwarding};

pub(super) const RULE: Rule = Rule {
    code: "table-port-uncabled",
    severity: Severity::Error,
    title: "Forwarding to a port without a cable",
    documentation: include_str!("../../../docs/diagnostics/table-port-uncabled.md"),
    checks: &[Check::Whole(check)],
};

/// How many ports are named.
const NAMED: usize = 64;

fn check(survey: &Survey, out: &mut Findings) {
    for (network, followed) in forwarding::all(survey) {
        let Some(audit) = &followed.audit else { continue };
        let ports = worst(&audit.uncabled);
        let Some(((place, port), count, one)) = ports.first() else { continue };
        let outdated = if let NetworkKey::Stated(id) = network.key { survey.routing.of_fabric(id).is_some_and(|of| of.imported.as_ref().is_some_and(|read| read.outdated)) } else { false };
        let more = match ports.len() {
            1 => String::new(),
            2 => ", and 1 more port is alike".to_owned(),
            all => format!(", and {} more ports are alike", all - 1),
        };
        let since = if outdated { "; links were changed since the tables were imported" } else { "" };
        let message = format!(
            "{} at {} send {count} of {} addresses out of port {port}, which has no cable, the first is {}{more}{since}; they need one, or other tables",
            tables_of(network),
            survey.name(followed.switch(*place)),
            audit.followed,
            followed.destination(survey, *one)
        );
        let total: u32 = ports.iter().map(|(_, count, _)| count).sum();
        let mut finding = Finding::new(network.subject(), message, "Threshold 0 entries to ports without a cable · OpenSM, osm_ucast_mgr.c: only ports with a link are given entries").of(total as usize);
        for ((place, port), count, _) in ports.iter().take(NAMED) {
            let addresses = if *count == 1 { "address goes" } else { "addresses go" };
            finding = finding.related(Subject::Port(PortRef { node: followed.switch(*place), port: *port }), format!("{count} {addresses} out here"));
        }
        out.push(fill_anew(finding, network));
    }
}
