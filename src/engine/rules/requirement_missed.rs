//! `requirement-missed`: the design reaches what it was asked to reach.

use crate::engine::diagnostics::Severity;
use crate::engine::cost;
use crate::engine::estimate::{Estimate, fabric};
use crate::model::{Confidence, FabricId, Requirement, RequirementId, RequirementKind, Subject};
use crate::units::{Cents, Gbps, Nanoseconds, Watts, capital, significant};

use super::{Check, Finding, Findings, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "requirement-missed",
    severity: Severity::Error,
    title: "Requirement missed",
    documentation: include_str!("../../../docs/diagnostics/requirement-missed.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    if survey.design.requirements.is_empty() {
        return;
    }
    let estimates = survey.estimates();
    // Most designs have one fabric or two, so that each is looked at once.
    let mut alone: Vec<(FabricId, Vec<Estimate>)> = Vec::new();
    for (id, requirement) in survey.design.requirements.iter() {
        if let RequirementKind::Budget(limit) = requirement.kind {
            judge_budget(survey, id, limit).into_iter().for_each(|finding| out.push(finding));
        }
        let Some(asked) = asked(requirement.kind) else { continue };
        if let Some(fabric) = requirement.fabric {
            if !alone.iter().any(|(other, _)| *other == fabric) {
                alone.push((fabric, fabric::estimates(survey, fabric)));
            }
            let own = alone.iter().find(|(other, _)| *other == fabric).map(|(_, estimates)| estimates.as_slice()).unwrap_or_default();
            match worst(own, &asked) {
                Some(worst) => judge(survey, id, requirement, &asked, worst).into_iter().for_each(|finding| out.push(finding)),
                None => out.push(requirement_unjudged(survey, id, fabric, &asked)),
            }
            continue;
        }
        match worst(estimates, &asked) {
            Some(worst) => judge(survey, id, requirement, &asked, worst).into_iter().for_each(|finding| out.push(finding)),
            None => out.push(requirement_unknown(id, &asked)),
        }
    }
}

/// The estimate that answers a requirement worst.
fn worst<'a>(estimates: &'a [Estimate], asked: &Asked) -> Option<&'a Estimate> {
    estimates.iter().filter(|estimate| asked.is_answered_by(estimate.key())).max_by(|a, b| asked.harm(a).total_cmp(&asked.harm(b)))
}

/// A requirement as a number and the estimate that answers it.
struct Asked {
    key: &'static str,
    words: &'static str,
    limit: f64,
    /// Whether the number must not be less; otherwise it must not be more.
    at_least: bool,
    shown: fn(f64) -> String,
}

impl Asked {
    fn is_answered_by(&self, key: &str) -> bool {
        key == self.key || key.strip_prefix(self.key).is_some_and(|rest| rest.starts_with('/') || rest.starts_with(':') || rest.starts_with('.'))
    }
    /// How bad an estimate is for it; what is unknown is least bad.
    fn harm(&self, estimate: &Estimate) -> f64 {
        estimate.value().map_or(f64::NEG_INFINITY, |value| if self.at_least { -value } else { value })
    }
}

/// `None` for what no estimate answers.
fn asked(kind: RequirementKind) -> Option<Asked> {
    let asked = match kind {
        RequirementKind::Bisection(limit) => Asked { key: "bisection", words: "bisection bandwidth", limit: limit.0, at_least: true, shown: |value| Gbps(value).to_string() },
        RequirementKind::Latency(limit) => Asked { key: "latency-worst", words: "latency", limit: limit.0, at_least: false, shown: |value| Nanoseconds(value).to_string() },
        RequirementKind::Oversubscription(limit) => {
            Asked { key: "oversubscription", words: "oversubscription", limit: limit.0, at_least: false, shown: |value| format!("{} down : 1 up", significant(value, 3)) }
        }
        RequirementKind::Power(limit) => Asked { key: "power", words: "power", limit: limit.0, at_least: false, shown: |value| Watts(value).to_string() },
        // Money is judged in whole hundredths, by `judge_budget`.
        RequirementKind::Budget(_) => return None,
    };
    asked.limit.is_finite().then_some(asked)
}

fn judge(survey: &Survey, id: RequirementId, requirement: &Requirement, asked: &Asked, estimate: &Estimate) -> Option<Finding> {
    let Some(value) = estimate.value() else { return Some(requirement_unknown(id, asked)) };
    let missed = if asked.at_least { value < asked.limit * (1.0 - 1e-9) } else { value > asked.limit * (1.0 + 1e-9) };
    missed.then(|| requirement_missed(survey, id, requirement, asked, estimate, value))
}

/// A budget is missed when what has a price costs more already. While lines without a price are left, less than that is not known to be enough.
fn judge_budget(survey: &Survey, id: RequirementId, limit: Cents) -> Option<Finding> {
    let cost = survey.cost();
    let (total, open) = (&cost.chosen, cost.chosen.unpriced);
    let shown = |cents: i64| format!("{} {}", cost::grouped(cents), cost.currency);
    let threshold = format!("Threshold {} · stated in this design", shown(limit.0));
    let spent = total.all().value;
    let lines = if open == 1 { "1 line has no price".to_owned() } else { format!("{open} lines have no price") };
    if spent > limit.0 {
        let rest = if open == 0 { String::new() } else { format!(", and {lines}") };
        let message = format!("The cost must be at most {}, is {}{rest}", shown(limit.0), shown(spent));
        return Some(Finding::new(Subject::Requirement(id), message, threshold).recalled(total.confidence == Confidence::Recalled));
    }
    let message = format!("The cost must be at most {}, is {} so far: {lines}", shown(limit.0), shown(spent));
    (open > 0).then(|| Finding::new(Subject::Requirement(id), message, threshold).severity(Severity::Info).recalled(total.confidence == Confidence::Recalled))
}

fn requirement_missed(survey: &Survey, id: RequirementId, requirement: &Requirement, asked: &Asked, estimate: &Estimate, value: f64) -> Finding {
    let bound = if asked.at_least { "at least" } else { "at most" };
    let message = format!("{} must be {bound} {}, is {}", asked.words, (asked.shown)(asked.limit), (asked.shown)(value));
    let mut finding = Finding::new(Subject::Requirement(id), capital(&message), format!("Threshold {} · stated in this design", (asked.shown)(asked.limit)))
        .recalled(estimate.is_recalled());
    if let Some(fabric) = requirement.fabric.filter(|fabric| survey.design.fabrics.contains(*fabric)) {
        finding = finding.related(Subject::Fabric(fabric), "is the fabric asked about");
    }
    finding
}

fn requirement_unknown(id: RequirementId, asked: &Asked) -> Finding {
    let bound = if asked.at_least { "at least" } else { "at most" };
    let message = format!("{} must be {bound} {}, is not known yet", asked.words, (asked.shown)(asked.limit));
    Finding::new(Subject::Requirement(id), capital(&message), format!("Threshold {} · stated in this design", (asked.shown)(asked.limit))).severity(Severity::Info)
}

fn requirement_unjudged(survey: &Survey, id: RequirementId, fabric: FabricId, asked: &Asked) -> Finding {
    let bound = if asked.at_least { "at least" } else { "at most" };
    let message = format!("{} of one fabric must be {bound} {}, and cannot be judged", asked.words, (asked.shown)(asked.limit));
    let finding = Finding::new(Subject::Requirement(id), capital(&message), format!("Threshold {} · stated in this design", (asked.shown)(asked.limit))).severity(Severity::Info);
    if survey.design.fabrics.contains(fabric) { finding.related(Subject::Fabric(fabric), "has no estimate of its own for it") } else { finding }
}
