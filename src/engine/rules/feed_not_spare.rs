//! `feed-not-spare`: with one power feed lost, the others carry its racks.

use crate::engine::diagnostics::Severity;
use crate::engine::feeds;
use crate::model::Subject;
use crate::units::Watts;

use super::feed_overloaded::with_racks;
use super::{Check, Finding, Findings, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "feed-not-spare",
    severity: Severity::Warning,
    title: "Power feed cannot stand in for another",
    documentation: include_str!("../../../docs/diagnostics/feed-not-spare.md"),
    checks: &[Check::Records(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    let share = survey.threshold("feed-overloaded");
    for load in feeds::loads(survey.design, survey.catalog) {
        let (Some(limit), Some((alone, lost))) = (load.capacity.map(|capacity| capacity * share), load.alone.as_ref()) else { continue };
        if load.drawn > limit || *alone <= limit {
            continue;
        }
        let message = format!("Without power feed {lost}, feed {} has to carry {}, it gives {}", load.name, Watts(*alone), Watts(limit));
        let finding = Finding::new(Subject::Design, message, "Threshold: what the feed can give · this design");
        out.push(with_racks(finding, &load).recalled(load.recalled));
    }
}
