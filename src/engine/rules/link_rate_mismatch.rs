//! `link-rate-mismatch`: both ports and the cable of a link run at one rate.

use crate::catalog::fit;
use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::{PartKind, PortPath, PortRef, Subject};
use crate::units::Gbps;

use super::spare::Spare;
use super::{Check, Finding, Findings, LinkView, Rule, Survey, Told};

pub(super) const RULE: Rule = Rule {
    code: "link-rate-mismatch",
    severity: Severity::Error,
    title: "Rates differ",
    documentation: include_str!("../../../docs/diagnostics/link-rate-mismatch.md"),
    checks: &[Check::Links { doubts, tell, told: Told::Together }],
};

const SOURCE: &str = "Equal rates at both ends · LinkX user guides";
/// How many cages of one run a breakout is tried for. Each try copies the design's tables. A limit of Weft.
const TRIALS: usize = 16;

/// How the rates of a link differ.
enum Differs {
    /// It states more than its slower port has.
    Stated(Gbps, Gbps),
    /// Its ports have different rates.
    Ports([Gbps; 2]),
    /// Its cable carries less than its slower port.
    Cable(Gbps, Gbps),
}

fn differs(survey: &Survey, view: &LinkView) -> Option<Differs> {
    if view.is_loop() {
        return None;
    }
    let rates = survey.rates_of(view).map(|rate| rate.filter(|rate| rate.is_finite() && rate.0 > 0.0));
    let slower = rates.iter().flatten().copied().min_by(Gbps::total_cmp)?;
    let found = match (view.link.gbps.filter(|stated| stated.0 > slower.0), rates) {
        (Some(stated), _) => Differs::Stated(stated, slower),
        (None, [Some(a), Some(b)]) if a != b => Differs::Ports([a, b]),
        _ => Differs::Cable(slower, cable_rate(survey, view).filter(|carried| carried.0 < slower.0)?),
    };
    (!survey.misfits.contains_key(&view.id)).then_some(found)
}

fn doubts(survey: &Survey, view: &LinkView) -> bool {
    differs(survey, view).is_some()
}

fn tell(survey: &Survey, links: &[LinkView], out: &mut Findings) {
    let spare = Spare::of(survey);
    let mut trials = 0;
    for view in links {
        match differs(survey, view) {
            Some(Differs::Stated(stated, slower)) => out.push(stated_rate_too_high(survey, view, stated, slower)),
            Some(Differs::Ports(rates)) => {
                trials += 1;
                out.push(ports_differ(survey, view, rates, trials <= TRIALS));
            }
            Some(Differs::Cable(slower, carried)) => out.push(cable_too_slow(survey, &spare, view, slower, carried)),
            None => {}
        }
    }
}

/// What the link would run at without a stated rate.
fn cable_rate(survey: &Survey, view: &LinkView) -> Option<Gbps> {
    view.cable?;
    survey.topology.facts().get(view.place)?.rate
}

fn stated_rate_too_high(survey: &Survey, view: &LinkView, stated: Gbps, slower: Gbps) -> Finding {
    let message = format!("{} states {stated}, its slower port has {slower}", survey.link_name(view.link));
    Finding::new(view.subject(), message, SOURCE).alike(format!("stated {stated} {slower}"), format!("{{n}} links state {stated}, their slower ports have {slower}")).fix_all(
        "Let ports and cable decide the rate",
        "Let ports and cable decide the rate of {n} links",
        Trust::Likely,
        vec![Edit::SetRate { link: view.id.to_string(), gbps: None }],
    )
}

fn ports_differ(survey: &Survey, view: &LinkView, [a, b]: [Gbps; 2], search: bool) -> Finding {
    let [first, second] = view.link.ends;
    let (fast, slow, fast_rate, slow_rate) = if a.0 > b.0 { (first, second, a, b) } else { (second, first, b, a) };
    let kind = |port: PortRef| survey.part_of(port.node).map_or_else(|| "unknown".to_owned(), |part| part.name.clone());
    let message = format!("{} runs at {fast_rate}, {} at {slow_rate}; the link runs at {slow_rate}", survey.port_name(fast), survey.port_name(slow));
    let many = format!("{{n}} links between {} ({fast_rate}) and {} ({slow_rate}) run at {slow_rate}", kind(fast), kind(slow));
    let finding = Finding::new(view.subject(), message, SOURCE)
        .severity(Severity::Warning)
        .alike(format!("{} {} {a} {b}", kind(fast), kind(slow)), many)
        .related(Subject::Port(fast), format!("could do {fast_rate}"));
    let edits = if search { broken_out(survey, view, fast, slow_rate) } else { None };
    match edits {
        Some((split, edits)) => finding.fix_all(format!("Break port {} out into {split}", fast.port), format!("Break out {{n}} ports into {split}"), Trust::Likely, edits),
        None => finding,
    }
}

/// The edits that split the faster cage so that one of its ports has the slower rate, with a cable that fits then.
fn broken_out(survey: &Survey, view: &LinkView, fast: PortRef, rate: Gbps) -> Option<(String, Vec<Edit>)> {
    if fast.port.child != 0 || survey.ports.overlapping(fast).count() > 1 {
        return None;
    }
    let part = survey.part_of(fast.node).filter(|part| part.kind == PartKind::Switch)?;
    let (group, _) = part.port_group(fast.port.cage)?;
    let split = group.breakouts.iter().find(|split| split.gbps == rate)?.to_string();
    let end = view.link.ends.iter().position(|end| *end == fast)?;
    let target = PortRef { node: fast.node, port: PortPath::child(fast.port.cage, 1) };
    let mut edits = vec![
        Edit::BreakOut { node: fast.node.to_string(), cage: fast.port.cage, breakout: split.clone() },
        Edit::MoveEnd { link: view.id.to_string(), end: u8::from(end == 1), port: target.to_string() },
    ];
    let trial = crate::engine::diagnostics::Fix { title: String::new(), trust: Trust::Likely, edits: edits.clone().into() };
    let mut after = survey.design.clone();
    trial.patch(survey.design)?.apply(&mut after).ok()?;
    let link = after.links.get(view.id)?;
    if let Some(cable) = view.cable
        && fit::cable_fits(survey.catalog, &after, link.ends, cable, survey.metres(view.link)).is_err()
    {
        let best = fit::best_cable(survey.catalog, &after, link.ends, survey.metres(view.link))?;
        edits.push(Edit::SetLink { link: view.id.to_string(), part: Some(best.to_string()), length_m: None });
    }
    Some((split, edits))
}

fn cable_too_slow(survey: &Survey, spare: &Spare, view: &LinkView, needed: Gbps, carried: Gbps) -> Finding {
    let cable = view.cable.map_or_else(|| "the cable".to_owned(), |cable| cable.name.clone());
    let message = format!("{} has ports of {needed}, {cable} carries {carried}", survey.link_name(view.link));
    let finding = Finding::new(view.subject(), message, SOURCE)
        .severity(Severity::Warning)
        .alike(format!("{cable} {needed} {carried}"), format!("{{n}} links have ports of {needed}, {cable} carries {carried}"));
    let better = spare.better_cable(view, survey.metres(view.link)).filter(|(_, edits)| match edits.first() {
        Some(Edit::SetLink { part: Some(part), .. }) => {
            let mut link = view.link.clone();
            link.gbps = None;
            link.part = Some(crate::model::PartId::new(part));
            fit::effective_rate(survey.catalog, survey.design, &link).is_some_and(|rate| rate.0 >= needed.0)
        }
        _ => false,
    });
    match better {
        Some((name, edits)) => finding.fix_all(format!("Use {name}"), format!("Use {name} on {{n}} links"), Trust::Likely, edits),
        None => finding,
    }
}
