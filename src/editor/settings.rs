//! Settings and requirements: checked before they become part of the design.

use super::draft::{Draft, Outcome};
use crate::model::{Extra, FabricId, Requirement, RequirementKind, Settings};
use crate::units::Cents;

/// Replaces the settings of the design.
pub(super) fn change(draft: &mut Draft, settings: Settings) -> Result<Outcome, String> {
    if let Some((code, _)) = settings.thresholds.iter().find(|(_, value)| !value.is_finite()) {
        return Err(format!("The threshold of {code} is not a number"));
    }
    if settings.message.is_some_and(|size| !size.is_finite() || size.0 < 0.0) {
        return Err("A message has 0 bytes or more".to_owned());
    }
    if let Some(end) = settings.pair.iter().flat_map(|(a, b)| [a, b]).find(|end| !draft.design().nodes.contains(end.node)) {
        return Err(format!("There is no {end} in this design"));
    }
    draft.update_meta(|meta| meta.settings = settings);
    Ok(Outcome::named("Change settings"))
}

/// The largest budget in cents that every JSON reader keeps exact: 2^53 - 1.
const LARGEST_BUDGET: Cents = Cents(9_007_199_254_740_991);

/// Adds a requirement, in place of one of the same kind for the same fabric.
pub(super) fn require(draft: &mut Draft, kind: RequirementKind, fabric: Option<FabricId>) -> Result<Outcome, String> {
    let sound = match kind {
        RequirementKind::Bisection(rate) => rate.is_finite() && rate.0 >= 0.0,
        RequirementKind::Budget(cents) => (0..=LARGEST_BUDGET.0).contains(&cents.0),
        RequirementKind::Latency(latency) => latency.is_finite() && latency.0 >= 0.0,
        RequirementKind::Oversubscription(ratio) => ratio.is_finite() && ratio.0 >= 0.0,
        RequirementKind::Power(power) => power.is_finite() && power.0 >= 0.0,
    };
    if !sound {
        return Err("A requirement is a number of 0 or more; a budget has at most 13 digits before the point".to_owned());
    }
    if let Some(id) = fabric.filter(|id| !draft.design().fabrics.contains(*id)) {
        return Err(format!("There is no fabric {id} in this design"));
    }
    let same = |other: &Requirement| std::mem::discriminant(&other.kind) == std::mem::discriminant(&kind) && other.fabric == fabric;
    let present = draft.design().requirements.iter().find(|(_, other)| same(other)).map(|(id, _)| id);
    match present {
        Some(id) => {
            draft.update::<Requirement>(id, |requirement| requirement.kind = kind);
        }
        None => {
            draft.push(Requirement { kind, fabric, extra: Extra::default() }).ok_or("There are too many requirements")?;
        }
    }
    Ok(Outcome::named("Require"))
}
