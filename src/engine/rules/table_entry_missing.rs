//! `table-entry-missing`: each switch has an entry for each address that packets come to it for, and it leads there.

use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::engine::routing::imported::worst;
use crate::model::Subject;

use super::forwarding::{self, Followed};
use super::{Check, Finding, Findings, Network, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "table-entry-missing",
    severity: Severity::Error,
    title: "Forwarding table without an entry",
    documentation: include_str!("../../../docs/diagnostics/table-entry-missing.md"),
    checks: &[Check::Whole(check)],
};

/// How many switches and hosts are named.
const NAMED: usize = 64;
const SOURCE: &str = "Threshold 0 addresses without an entry · InfiniBand Architecture Specification, volume 1, chapter 18: linear forwarding tables";

fn check(survey: &Survey, out: &mut Findings) {
    for (network, followed) in forwarding::all(survey) {
        let Some(audit) = &followed.audit else {
            let message = format!("{} has imported tables with too many entries to follow in a report; weft routing follows them all", network.name());
            out.push(Finding::new(network.subject(), message, SOURCE).severity(Severity::Info));
            continue;
        };
        let kinds = [(&audit.missing, "nowhere", "; packets for them are dropped there", "no entry for"), (&audit.astray, "to another host", "; it needs 0", "another host's port for")];
        for (all, leads, rest, words) in kinds {
            let places = worst(all);
            let Some((place, count, one)) = places.first() else { continue };
            let more = match places.len() {
                1 => String::new(),
                2 => ", and 1 more switch is alike".to_owned(),
                all => format!(", and {} more switches are alike", all - 1),
            };
            let message = format!(
                "{} at {} lead {leads} for {count} of {} addresses, the first is {}{more}{rest}",
                tables_of(network),
                survey.name(followed.switch(*place)),
                audit.followed,
                followed.destination(survey, *one)
            );
            out.push(finding(survey, network, followed, message, &places, words));
        }
        if let Some((host, _)) = followed.nameless.iter().next() {
            let count: usize = followed.nameless.values().sum();
            let (ports, have) = if count == 1 { ("port", "has") } else { ("ports", "have") };
            let message = format!("{}: {count} {ports} of hosts {have} no address in the imported tables, the first at {}; nothing leads there", network.name(), survey.name(*host));
            let mut finding = Finding::new(network.subject(), message, SOURCE).of(count);
            for (host, count) in followed.nameless.iter().take(NAMED) {
                finding = finding.related(Subject::Node(*host), format!("{count} without an address"));
            }
            out.push(fill_anew(finding, network));
        }
    }
}

fn finding(survey: &Survey, network: &Network, followed: &Followed, message: String, places: &[(u32, u32, u32)], words: &str) -> Finding {
    let total: u32 = places.iter().map(|(_, count, _)| count).sum();
    let mut finding = Finding::new(network.subject(), message, SOURCE).of(total as usize);
    for (place, count, one) in places.iter().take(NAMED) {
        let addresses = if *count == 1 { "address" } else { "addresses" };
        finding = finding.related(Subject::Node(followed.switch(*place)), format!("{words} {count} {addresses}, the first is {}", followed.destination(survey, *one)));
    }
    fill_anew(finding, network)
}

/// `Compute: the imported tables`.
pub(super) fn tables_of(network: &Network) -> String {
    format!("{}: the imported tables", network.name())
}

/// Offers to give imported tables up.
pub(super) fn fill_anew(finding: Finding, network: &Network) -> Finding {
    let edit = Edit::Set { subject: network.fabric_text().unwrap_or_default(), field: "tables".to_owned(), value: None };
    finding.fix("Fill the tables as a subnet manager does", Trust::Suggestion, vec![edit])
}
