//! What the rules about cables that do not fit share: the sentence, and the cable that would fit.

use crate::catalog::fit::Misfit;
use crate::engine::diagnostics::Trust;
use crate::model::Subject;

use super::spare::Spare;
use super::{Finding, Findings, LinkView, Survey};

/// Findings for links with a misfit.
pub(super) fn tell(survey: &Survey, links: &[LinkView], out: &mut Findings, source: &'static str) {
    let spare = Spare::of(survey);
    for (view, misfit) in links.iter().filter_map(|view| Some((view, survey.misfits.get(&view.id)?))) {
        out.push(misfit_finding(survey, &spare, view, misfit, source));
    }
}

fn misfit_finding(survey: &Survey, spare: &Spare, view: &LinkView, misfit: &Misfit, source: &'static str) -> Finding {
    let cable = view.cable.map_or_else(|| "The link".to_owned(), |cable| cable.name.clone());
    let sentence = sentence(survey, misfit);
    let kind = kind(misfit);
    let mut finding = Finding::new(view.subject(), format!("{}: {sentence}", survey.link_name(view.link)), source)
        .alike(format!("{cable} {kind}"), format!("{{n}} links with {cable}: {kind}"));
    if let Misfit::Form { port, .. } | Misfit::Top { port, .. } | Misfit::LaneRate { port, .. } = misfit {
        finding = finding.related(Subject::Port(*port), "does not take it");
    }
    // No cable makes two ports speak alike.
    let agree = !matches!(misfit, Misfit::Connector { .. } | Misfit::Layer { .. });
    match agree.then(|| spare.better_cable(view, survey.metres(view.link))).flatten() {
        Some((name, edits)) => finding.fix_all(format!("Use {name}"), format!("Use {name} on {{n}} links"), Trust::Likely, edits),
        None => finding,
    }
}

/// The misfit in words that name ports as people know them.
fn sentence(survey: &Survey, misfit: &Misfit) -> String {
    match misfit {
        Misfit::Form { port, needs, has } => format!("{} needs {}, the cable has {}", survey.port_name(*port), needs.label(), has.label()),
        Misfit::LaneRate { port, needs, has } => format!("{} runs lanes of {needs}, the cable needs {has}", survey.port_name(*port)),
        Misfit::Top { port, needs, has } => format!("{} needs a {} top, the module has a {} top", survey.port_name(*port), top(*needs), top(*has)),
        other => decapitalised(&other.to_string()),
    }
}

/// The misfit without the port it was found at, so that links that suffer alike are told together.
fn kind(misfit: &Misfit) -> String {
    match misfit {
        Misfit::Form { needs, has, .. } => format!("the ports need {}, the cable has {}", needs.label(), has.label()),
        Misfit::LaneRate { needs, has, .. } => format!("the ports run lanes of {needs}, the cable needs {has}"),
        Misfit::Top { needs, has, .. } => format!("the ports need a {} top, the module has a {} top", top(*needs), top(*has)),
        other => decapitalised(&other.to_string()),
    }
}

const fn top(top: crate::model::Top) -> &'static str {
    match top {
        crate::model::Top::Finned => "finned",
        crate::model::Top::Flat => "flat",
    }
}

fn decapitalised(sentence: &str) -> String {
    let mut characters = sentence.chars();
    characters.next().map(|first| std::iter::once(first.to_ascii_lowercase()).chain(characters).collect()).unwrap_or_default()
}
