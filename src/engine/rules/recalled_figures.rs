//! `recalled-figures`: numbers that rest on somebody's memory are named once.


use crate::engine::diagnostics::Severity;
use crate::model::{Basis, Confidence, Figure, Part, PartDetail, Recalled, Subject};
use crate::units::SortedSet;

use super::users::users;
use super::{Check, Finding, Findings, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "recalled-figures",
    severity: Severity::Info,
    title: "Figures from memory",
    documentation: include_str!("../../../docs/diagnostics/recalled-figures.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    let mut recalled: Vec<(&Part, SortedSet<&'static str>, Subject)> = Vec::new();
    for users in users(survey) {
        let figures = figures_from_memory(users.part);
        if !figures.is_empty() {
            recalled.push((users.part, figures, users.first.clone()));
        }
    }
    if !recalled.is_empty() {
        out.push(recalled_figures(&recalled, survey.design.meta.settings.recalled));
    }
}

/// What of a part that goes into an estimate rests on somebody's memory.
fn figures_from_memory(part: &Part) -> SortedSet<&'static str> {
    fn figure<T: Copy>(figure: &Option<Figure<T>>) -> bool {
        figure.as_ref().is_some_and(Figure::is_recalled)
    }
    let basis = |basis: &Basis| basis.confidence == Confidence::Recalled;
    let mut found = SortedSet::new();
    let mut note = |is_recalled: bool, words: &'static str| {
        if is_recalled {
            found.insert(words);
        }
    };
    note(part.ports.iter().any(|group| basis(&group.basis)), "ports");
    note(figure(&part.power) || figure(&part.bare_power), "power");
    note(figure(&part.weight), "weight");
    note(figure(&part.rack_units), "height");
    note(figure(&part.depth), "depth");
    match &part.detail {
        PartDetail::Cable(cable) => {
            note(basis(&cable.basis), "connectors");
            note(figure(&cable.reach), "reach");
            note(figure(&cable.latency), "latency");
            note(figure(&cable.power), "power");
        }
        PartDetail::Nic { latency } => note(figure(latency), "latency"),
        PartDetail::Rack(rack) => {
            note(figure(&rack.power), "power");
            note(figure(&rack.load), "load");
        }
        PartDetail::Switch(switch) => note(figure(&switch.latency), "latency"),
        PartDetail::System(inside) => note(inside.edges.iter().any(|edge| basis(&edge.basis) || figure(&edge.latency)), "inside"),
        PartDetail::Xpu(xpu) => note(figure(&xpu.scale_up), "scale-up rate"),
    }
    found
}

fn recalled_figures(recalled: &[(&Part, SortedSet<&'static str>, Subject)], setting: Recalled) -> Finding {
    let figures: usize = recalled.iter().map(|(_, figures, _)| figures.len()).sum();
    let list: Vec<String> = recalled.iter().take(4).map(|(part, figures, _)| format!("{} ({})", part.name, figures.iter().copied().collect::<Vec<_>>().join(", "))).collect();
    let more = recalled.len().saturating_sub(4);
    let tail = if more > 0 { format!(" and {more} more {}", if more == 1 { "part" } else { "parts" }) } else { String::new() };
    let numbers = if figures == 1 { "1 figure rests".to_owned() } else { format!("{figures} figures rest") };
    let treatment = match setting {
        Recalled::LeftOut => "what rests on that is unknown",
        Recalled::Used => "take with care what rests on that",
    };
    let mut finding =
        Finding::new(Subject::Design, format!("{numbers} on somebody's memory, {treatment}: {}{tail}", list.join("; ")), "Confidence of each figure · its sources in the catalogue").recalled(true).of(figures);
    for (part, figures, subject) in recalled {
        finding = finding.related(subject.clone(), format!("{}: {}", part.name, figures.iter().copied().collect::<Vec<_>>().join(", ")));
    }
    finding
}
