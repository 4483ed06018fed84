//! `nvlink-generation-mismatch`: both ends of an NVLink link are of one generation.

use crate::engine::diagnostics::Severity;
use crate::model::LinkLayer;

use super::{Finding, Findings, LinkView, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "nvlink-generation-mismatch",
    severity: Severity::Error,
    title: "NVLink generations differ",
    documentation: include_str!("../../../docs/diagnostics/nvlink-generation-mismatch.md"),
    check,
};

fn check(survey: &Survey, out: &mut Findings) {
    if !survey.speaks(LinkLayer::NvLink) {
        return;
    }
    for view in survey.links.iter().filter(|view| view.layer == Some(LinkLayer::NvLink)) {
        let [Some(a), Some(b)] = survey.ports_of(view.link) else { continue };
        let (one, other) = (&a.group.protocols, &b.group.protocols);
        if !one.is_empty() && !other.is_empty() && !one.iter().any(|id| other.contains(id)) {
            out.push(nvlink_generation_mismatch(survey, view, [one, other]));
        }
    }
}

fn nvlink_generation_mismatch(survey: &Survey, view: &LinkView, ends: [&Vec<String>; 2]) -> Finding {
    let name = |ids: &Vec<String>| {
        let id = ids.first().map_or("", String::as_str);
        survey.catalog.protocol(id).map_or_else(|| id.to_owned(), |protocol| protocol.name.clone())
    };
    let [a, b] = ends.map(name);
    Finding::new(view.subject(), format!("{}: one end is {a}, the other {b}", survey.link_name(view.link)), "Generations are equal · NVIDIA on NVLink and NVLink Fusion")
        .alike(format!("{a} {b}"), format!("{{n}} links join {a} to {b}"))
}
