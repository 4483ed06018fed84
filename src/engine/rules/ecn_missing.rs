//! `ecn-missing`: every switch of a lossless fabric marks congestion.

use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::{LinkLayer, Subject};

use super::{Finding, Findings, NetworkKey, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "ecn-missing",
    severity: Severity::Warning,
    title: "Lossless fabric without ECN",
    documentation: include_str!("../../../docs/diagnostics/ecn-missing.md"),
    check,
};

const SOURCE: &str = "Threshold: ECN on every hop · Cisco AI/ML blueprint; Meta runs without DCQCN";

fn check(survey: &Survey, out: &mut Findings) {
    for network in &survey.networks {
        let NetworkKey::Stated(id) = network.key else { continue };
        let Some(fabric) = network.fabric.filter(|fabric| fabric.lossless) else { continue };
        if network.views(survey).next().is_none_or(|view| view.layer == Some(LinkLayer::InfiniBand)) {
            continue;
        }
        if fabric.traffic.ecn != Some(true) {
            let edit = Edit::Set { subject: id.to_string(), field: "ecn".to_owned(), value: Some("true".to_owned()) };
            let message = format!("{} is stated lossless and marks congestion on 0 switches; pauses alone spread", network.name());
            out.push(Finding::new(network.subject(), message, SOURCE).fix("Mark congestion", Trust::Likely, vec![edit]));
            continue;
        }
        for switch in network.tiers.keys().copied().filter(|switch| network.traffic(survey, *switch).ecn == Some(false)) {
            let edit = Edit::Set { subject: switch.to_string(), field: "ecn".to_owned(), value: None };
            let message = format!("{} does not mark congestion, {} does; every hop needs to", survey.name(switch), network.name());
            let finding = Finding::new(Subject::Node(switch), message, SOURCE)
                .alike(network.subject().to_string(), format!("{{n}} switches do not mark congestion, {} does; every hop needs to", network.name()))
                .fix_all("Set it as the fabric does", "Set {n} switches as the fabric does", Trust::Likely, vec![edit]);
            out.push(finding);
        }
    }
}
