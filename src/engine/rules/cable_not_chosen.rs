//! `cable-not-chosen`: a link between cages has a cable, so that its reach can be judged and it can be bought.

use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::FormFactor;

use super::spare::Spare;
use super::{Check, Finding, Findings, LinkView, Rule, Survey, Told};

pub(super) const RULE: Rule = Rule {
    code: "cable-not-chosen",
    severity: Severity::Info,
    title: "Cable not chosen",
    documentation: include_str!("../../../docs/diagnostics/cable-not-chosen.md"),
    checks: &[Check::Links { doubts, tell, told: Told::Modules }],
};

const SOURCE: &str = "Every link between cages is bought as a cable, or as modules and a fibre";
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
    for view in links {
        out.push(cable_not_chosen(survey, view, spare.better_cable(view, survey.metres(view.link))));
    }
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
