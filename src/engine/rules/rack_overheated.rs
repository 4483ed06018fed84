//! `rack-overheated`: no more heat goes into the air of a rack than it is said to take.

use crate::engine::diagnostics::Severity;
use crate::engine::racks;
use crate::model::{Cooling, Subject};
use crate::units::Watts;

use super::{Check, Finding, Findings, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "rack-overheated",
    severity: Severity::Warning,
    title: "Rack too hot",
    documentation: include_str!("../../../docs/diagnostics/rack-overheated.md"),
    checks: &[Check::Records(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    let (design, catalog) = (survey.design, survey.catalog);
    // Where neither the rack nor a rear door says what it takes, nothing is known; the power of the rack is judged by another rule.
    if design.racks.iter().all(|(_, rack)| racks::heat_limit(design, catalog, rack).is_none()) {
        return;
    }
    for (id, load) in racks::loads(design, catalog, survey.topology.facts()) {
        let Some(limit) = load.air.limit.filter(|limit| load.air.used > limit * (1.0 + 1e-9)) else { continue };
        let Some(rack) = design.racks.get(id) else { continue };
        let name = design.rack_name(id);
        let (takes, source) = match (rack.limits.heat, racks::cooling(design, catalog, rack)) {
            (None, Some(Cooling::RearDoor)) => ("a rear door takes", "Threshold: what a rear door takes · HPE liquid-cooled door QuickSpecs, quoted by Coolnetpower"),
            _ => ("it is said to take", "Threshold: the heat that is stated for the rack · this design"),
        };
        let message = format!("What stands in {name} gives {} of heat to the air, {takes} {}", Watts(load.air.used), Watts(limit));
        out.push(Finding::new(Subject::Rack(id), message, source).recalled(load.air.recalled));
    }
}
