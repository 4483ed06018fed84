//! `ecn-missing`: every switch of a lossless fabric marks congestion, and every host heeds the marks.

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
        if !network.states(survey, |traffic| traffic.ecn == Some(false)) {
            continue;
        }
        let does = format!("{} does; every hop needs to", network.name());
        let (words, many) = (format!("does not mark congestion, {does}"), format!("switches do not mark congestion, {does}"));
        let (deaf, many_deaf) = (format!("does not heed marked congestion, {does}"), format!("hosts do not heed marked congestion, {does}"));
        for node in network.at.keys().copied().filter(|node| network.traffic(survey, *node).ecn == Some(false)) {
            let words = if network.tiers.contains_key(&node) { [words.as_str(), many.as_str()] } else { [deaf.as_str(), many_deaf.as_str()] };
            out.push(lossless::differs(survey, network, node, "ecn", words, SOURCE));
        }
    }
}
