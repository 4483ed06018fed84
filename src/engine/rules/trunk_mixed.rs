//! `trunk-mixed`: the parallel links between two switches run at one rate.

use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::catalog::fit;
use crate::model::{LinkId, NodeId, Subject};
use crate::units::{Gbps, order};

use super::{Check, Finding, Findings, LinkView, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "trunk-mixed",
    severity: Severity::Warning,
    title: "Trunk of several rates",
    documentation: include_str!("../../../docs/diagnostics/trunk-mixed.md"),
    checks: &[Check::Whole(check)],
};

const SOURCE: &str = "Threshold 1 rate in a trunk · OpenSM fat-tree routing (equal port groups)";

fn check(survey: &Survey, out: &mut Findings) {
    for network in &survey.networks {
        // A trunk of several rates makes both of its switches ones with links of several.
        let mixed = network.spots().filter(|(.., spot)| spot.is_mixed).map(|(switch, ..)| switch);
        let beside = mixed.flat_map(|here| network.views_at(survey, here).map(move |view| (here, view.beyond(here), view)));
        let mut links: Vec<(NodeId, NodeId, LinkView)> =
            beside.filter(|(here, there, view)| here < there && network.tiers.contains_key(there) && view.rate.is_some()).collect();
        // Of one trunk they stay in the order of their ids.
        order::sort_by_number(&mut links, |(a, b, _)| u64::from(a.0) << 32 | u64::from(b.0));
        for trunk in links.chunk_by(|x, y| (x.0, x.1) == (y.0, y.1)) {
            let rate = |order: fn(&Gbps, &Gbps) -> std::cmp::Ordering| trunk.iter().filter_map(|(.., view)| view.rate).max_by(order);
            let (Some(most), Some(least)) = (rate(Gbps::total_cmp), rate(|a, b| b.total_cmp(a))) else { continue };
            if least.0 < most.0 {
                out.push(trunk_mixed(survey, trunk, least, most));
            }
        }
    }
}

fn trunk_mixed(survey: &Survey, trunk: &[(NodeId, NodeId, LinkView)], least: Gbps, most: Gbps) -> Finding {
    let (a, b) = trunk.first().map_or((NodeId(0), NodeId(0)), |(a, b, _)| (*a, *b));
    let slow: Vec<&LinkView> = trunk.iter().map(|(.., view)| view).filter(|view| view.rate != Some(most)).collect();
    let message = format!("The trunk {} – {} has links of {least} and of {most}; it needs 1 rate", survey.name(a), survey.name(b));
    let mut finding = Finding::new(Subject::Trunk(a, b), message, SOURCE).alike(format!("{least} {most}"), format!("{{n}} trunks have links of {least} and of {most}; each needs 1 rate"));
    for view in &slow {
        finding = finding.related(view.subject(), "is slower than the others");
    }
    let model = trunk.iter().map(|(.., view)| view).find(|view| view.rate == Some(most));
    let edits: Option<Vec<Edit>> = model.and_then(|model| slow.iter().map(|view| as_fast(survey, view, model)).collect());
    finding.fix_all("Make the slower links like the others", "Make the slower links of {n} trunks like the others", Trust::Likely, edits.unwrap_or_default())
}

/// The edit that lets a link run as fast as `model`: its stated rate, or its cable.
fn as_fast(survey: &Survey, view: &LinkView, model: &LinkView) -> Option<Edit> {
    let mut link = view.link.clone();
    // What is no number states nothing.
    link.gbps = model.link.gbps.filter(|rate| rate.is_finite());
    let stated = fit::effective_rate(survey.catalog, survey.design, &link);
    if stated == model.rate {
        return Some(Edit::SetRate { link: id(view.id), gbps: link.gbps.map(|rate| rate.0) });
    }
    link.gbps = view.link.gbps;
    link.part = Some(model.link.part.clone()?);
    let fits = model.cable.is_some_and(|cable| fit::cable_fits(survey.catalog, survey.design, link.ends, cable, link.length).is_ok());
    let faster = fits && fit::effective_rate(survey.catalog, survey.design, &link) == model.rate;
    faster.then(|| Edit::SetLink { link: id(view.id), part: link.part.as_ref().map(ToString::to_string), length_m: None })
}

fn id(link: LinkId) -> String {
    link.to_string()
}
