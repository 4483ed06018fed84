//! `rack-overcabled`: no more cables end in a rack than its paths hold.

use crate::engine::diagnostics::Severity;
use crate::engine::racks;
use crate::model::Subject;

use super::{Check, Finding, Findings, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "rack-overcabled",
    severity: Severity::Warning,
    title: "Too many cables in a rack",
    documentation: include_str!("../../../docs/diagnostics/rack-overcabled.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    // Only a rack that states how many it holds is judged.
    if survey.design.racks.iter().all(|(_, rack)| rack.limits.cables.is_none()) {
        return;
    }
    for (id, load) in racks::loads(survey.design, survey.catalog, survey.topology.facts()) {
        let Some(limit) = load.cables.limit.filter(|limit| load.cables.used > *limit) else { continue };
        let name = survey.design.rack_name(id);
        let message = format!("{} cables end in {name}, its paths hold {limit}", load.cables.used);
        out.push(Finding::new(Subject::Rack(id), message, "Threshold: the cables that are stated for the rack · this design"));
    }
}
