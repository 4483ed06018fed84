//! `nvlink-generation-mismatch`: both ends of an NVLink link are of one generation.

use crate::engine::diagnostics::Severity;
use crate::model::LinkLayer;

use super::{Check, Finding, Findings, LinkView, Rule, Survey, Told};

pub(super) const RULE: Rule = Rule {
    code: "nvlink-generation-mismatch",
    severity: Severity::Error,
    title: "NVLink generations differ",
    documentation: include_str!("../../../docs/diagnostics/nvlink-generation-mismatch.md"),
    checks: &[Check::Links { doubts, tell, told: Told::Alone }],
};

/// What both ends speak, where they have nothing in common.
fn strangers<'a>(survey: &Survey<'a>, view: &LinkView) -> Option<[&'a Vec<String>; 2]> {
    let [Some(a), Some(b)] = survey.ports_of(view.link) else { return None };
    let (one, other) = (&a.group.protocols, &b.group.protocols);
    (!one.is_empty() && !other.is_empty() && !one.iter().any(|id| other.contains(id))).then_some([one, other])
}

fn doubts(survey: &Survey, view: &LinkView) -> bool {
    view.layer == Some(LinkLayer::NvLink) && strangers(survey, view).is_some()
}

fn tell(survey: &Survey, links: &[LinkView], out: &mut Findings) {
    for (view, ends) in links.iter().filter_map(|view| Some((view, strangers(survey, view)?))) {
        out.push(nvlink_generation_mismatch(survey, view, ends));
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
