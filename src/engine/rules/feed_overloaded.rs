//! `feed-overloaded`: the racks on a power feed draw no more than it can give.

use crate::engine::diagnostics::Severity;
use crate::engine::feeds::{self, FeedLoad};
use crate::model::Subject;
use crate::units::Watts;

use super::{Check, Finding, Findings, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "feed-overloaded",
    severity: Severity::Error,
    title: "Power feed is overloaded",
    documentation: include_str!("../../../docs/diagnostics/feed-overloaded.md"),
    checks: &[Check::Records(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    let share = survey.threshold(RULE.code);
    for load in feeds::loads(survey.design, survey.catalog) {
        let Some(limit) = load.capacity.map(|capacity| capacity * share).filter(|limit| load.drawn > *limit) else { continue };
        let message = format!("The racks on power feed {} draw {}, it gives {}", load.name, Watts(load.drawn), Watts(limit));
        let finding = Finding::new(Subject::Design, message, "Threshold: what the feed can give · this design");
        out.push(with_racks(finding, &load).recalled(load.recalled));
    }
}

/// The racks that draw most from a feed, as what a finding is about besides.
pub(super) fn with_racks(mut finding: Finding, load: &FeedLoad) -> Finding {
    for (rack, watts) in load.racks.iter().take(8) {
        finding = finding.related(Subject::Rack(*rack), format!("draws {} from it", Watts(*watts)));
    }
    finding
}
