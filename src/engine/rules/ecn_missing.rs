//! `ecn-missing`: every switch of a lossless fabric marks congestion.

use crate::engine::diagnostics::{Severity, Trust};

use super::{Check, Finding, Findings, Rule, Survey, lossless};

pub(super) const RULE: Rule = Rule {
    code: "ecn-missing",
    severity: Severity::Warning,
    title: "Lossless fabric without ECN",
    documentation: include_str!("../../../docs/diagnostics/ecn-missing.md"),
    checks: &[Check::Whole(check)],
};

const SOURCE: &str = "Threshold: ECN on every hop · Cisco AI/ML blueprint; Meta runs without DCQCN";

fn check(survey: &Survey, out: &mut Findings) {
    for (id, network, fabric) in lossless::fabrics(survey) {
        if fabric.traffic.ecn != Some(true) {
            let message = format!("{} is stated lossless and marks congestion on 0 switches; pauses alone spread", network.name());
            out.push(Finding::new(network.subject(), message, SOURCE).fix("Mark congestion", Trust::Likely, lossless::set(id, "ecn", true)));
            continue;
        }
        let does = format!("{} does; every hop needs to", network.name());
        let (words, many) = (format!("does not mark congestion, {does}"), format!("switches do not mark congestion, {does}"));
        for switch in network.tiers.keys().copied().filter(|switch| network.traffic(survey, *switch).ecn == Some(false)) {
            out.push(lossless::differs(survey, network, switch, "ecn", [&words, &many], SOURCE));
        }
    }
}
