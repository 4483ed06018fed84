//! `part-retired`: a part that only the used market has is not bought new.

use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::{NodeId, Status, Subject, Tier};

use super::spare::Spare;
use super::users::{made_of, users};
use super::{Check, Finding, Findings, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "part-retired",
    severity: Severity::Info,
    title: "Part no longer sold new",
    documentation: include_str!("../../../docs/diagnostics/part-retired.md"),
    checks: &[Check::Whole(check)],
};

const SOURCE: &str = "Status of the part in the catalogue · NVIDIA, Products End-of-Life Policy: after the last time buy no orders are taken";

fn check(survey: &Survey, out: &mut Findings) {
    let prices = &survey.design.meta.prices;
    let new = |id: &str| prices.tier_of(id) != Tier::Refurbished;
    let spare = Spare::of(survey);
    for users in users(survey).into_iter().filter(|users| users.part.status == Status::Retired && new(users.part.id.as_str())) {
        let name = &users.part.name;
        for subject in made_of(survey, users.part, usize::MAX) {
            match &subject {
                Subject::Link(id) => {
                    let Some(view) = survey.link(*id).filter(|view| !view.link.ends.iter().all(|end| is_kept(survey, end.node))) else { continue };
                    let better = spare.better_cable(&view, survey.metres(view.link));
                    // What would take its place may be of the used market as well.
                    let better = better.filter(|(_, edits)| edits.iter().all(|edit| ships(survey, edit)));
                    out.push(part_retired(subject, survey.link_name(view.link), name, better));
                }
                Subject::Node(id) if !is_kept(survey, *id) => {
                    let words = survey.name(*id);
                    out.push(part_retired(subject, words, name, None));
                }
                Subject::Rack(id) if survey.design.racks.get(*id).is_some_and(|rack| !rack.kept) => {
                    let words = survey.design.rack_name(*id);
                    out.push(part_retired(subject, words, name, None));
                }
                _ => {}
            }
        }
    }
}

fn is_kept(survey: &Survey, node: NodeId) -> bool {
    survey.design.nodes.get(node).is_some_and(|node| node.kept)
}

fn ships(survey: &Survey, edit: &Edit) -> bool {
    let Edit::SetLink { part: Some(part), .. } = edit else { return true };
    survey.catalog.part(survey.design, &part.as_str().into()).is_some_and(|part| part.status == Status::Shipping)
}

fn part_retired(subject: Subject, what: String, part: &str, better: Option<(String, Vec<Edit>)>) -> Finding {
    let message = format!("{what} is to be bought new, and only the used market still has {part}");
    let finding = Finding::new(subject, message, SOURCE).alike(part.to_owned(), format!("{{n}} things are to be bought new, and only the used market still has {part}"));
    match better {
        Some((name, edits)) => finding.fix_all(format!("Use {name}"), format!("Use {name} on {{n}} links"), Trust::Suggestion, edits),
        None => finding,
    }
}
