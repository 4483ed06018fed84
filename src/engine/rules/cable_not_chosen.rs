//! `cable-not-chosen`: a link between cages has a cable, so that its reach can be judged and it can be bought.

use crate::catalog::fit;
use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::{FormFactor, PartId};
use crate::units::SortedMap;

use super::spare::Spare;
use super::{Check, Finding, Findings, LinkView, Rule, Survey, Told};

pub(super) const RULE: Rule = Rule {
    code: "cable-not-chosen",
    severity: Severity::Info,
    title: "Cable not chosen",
    documentation: include_str!("../../../docs/diagnostics/cable-not-chosen.md"),
    checks: &[Check::Links { doubts, tell, told: Told::Together }],
};

const SOURCE: &str = "Every link between cages is bought as a cable, or as modules and a fibre";
/// How many links that share cages with others get a cable searched for. Beyond it the finding stands without that fix. A limit of Weft.
const SEARCHES: usize = 4096;

/// Whether something of the market is plugged in there.
const fn takes_cable(form: FormFactor) -> bool {
    !matches!(form, FormFactor::Any | FormFactor::Backplane | FormFactor::Pcie)
}

fn doubts(survey: &Survey, view: &LinkView) -> bool {
    view.usable
        && view.link.part.is_none()
        && view.link.ends.iter().all(|end| survey.catalog.view(survey.design, *end).is_some_and(|port| takes_cable(port.group.form)))
}

fn tell(survey: &Survey, links: &[LinkView], out: &mut Findings) {
    let spare = Spare::of(survey);
    let (mut known, mut searches) = (SortedMap::new(), 0);
    for view in links {
        let shared = view.link.ends.iter().any(|end| end.port.child > 0);
        let choice = if shared {
            searches += 1;
            (searches <= SEARCHES).then(|| spare.better_cable(view.id, view.link, survey.metres(view.link))).flatten()
        } else {
            whole_cages(survey, view, &mut known)
        };
        out.push(cable_not_chosen(survey, view, choice));
    }
}

/// What two cages are and how far apart: links that are alike in it take the same cable.
type Alike = [(usize, u64); 3];

/// The name of the best cable between two cages that nothing else shares, and the edit that lays it.
fn whole_cages(survey: &Survey, view: &LinkView, known: &mut SortedMap<Alike, Option<PartId>>) -> Option<(String, Vec<Edit>)> {
    let (catalog, design, metres) = (survey.catalog, survey.design, survey.metres(view.link));
    let [a, b] = view.link.ends.map(|end| catalog.view(design, end));
    // The address of a group of ports stands for the group.
    let of = |port: crate::catalog::PortView| (std::ptr::from_ref(port.group) as usize, port.gbps.map_or(0, |rate| rate.0.to_bits()));
    let alike = [of(a?), of(b?), metres.map_or((0, 0), |metres| (1, metres.0.to_bits()))];
    let best = known.entry(alike).or_insert_with(|| fit::best_cable(catalog, design, view.link.ends, metres)).clone()?;
    let name = catalog.part(design, &best)?.name.clone();
    Some((name, vec![Edit::SetLink { link: view.id.to_string(), part: Some(best.to_string()), length_m: None }]))
}

fn cable_not_chosen(survey: &Survey, view: &LinkView, choice: Option<(String, Vec<Edit>)>) -> Finding {
    let link = survey.link_name(view.link);
    match choice {
        Some((name, edits)) => Finding::new(view.subject(), format!("{link} has no cable yet"), SOURCE)
            .alike(name.clone(), "{n} links have no cable yet")
            .fix_all(format!("Use {name}"), format!("Use {name} on {{n}} links"), Trust::Suggestion, edits),
        None => Finding::new(view.subject(), format!("{link} has no cable, and none is known that fits both ports"), SOURCE)
            .alike("none", "{n} links have no cable, and none is known that fits both ports"),
    }
}
