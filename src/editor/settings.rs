//! Settings and requirements: checked before they become part of the design.

use super::draft::{Draft, Outcome};
use super::selection::Selection;
use crate::engine::{conventions, requirements};
use crate::model::{Extra, FabricId, Requirement, RequirementId, RequirementKind, Settings, Subject};
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

/// Asks what was typed of every fabric among the subjects, of the whole design where there is none; nothing asks nothing any more.
pub(super) fn require_typed(draft: &mut Draft, subjects: &Selection, word: &str, text: &str) -> Result<Outcome, String> {
    let kind = requirements::read(word, text, draft.design().meta.prices.currency)?;
    let mut fabrics: Vec<Option<FabricId>> =
        subjects.iter().filter_map(|subject| if let Subject::Fabric(id) = subject { Some(Some(*id)) } else { None }).collect();
    if fabrics.is_empty() {
        fabrics.push(None);
    }
    for fabric in fabrics {
        match kind {
            Some(kind) => {
                require(draft, kind, fabric)?;
            }
            None => {
                let same = |other: &Requirement| requirements::word(&other.kind) == word && other.fabric == fabric;
                let gone: Vec<RequirementId> = draft.design().requirements.iter().filter(|(_, other)| same(other)).map(|(id, _)| id).collect();
                for id in gone {
                    draft.set::<Requirement>(id, None);
                }
            }
        }
    }
    Ok(Outcome::named(if kind.is_some() { "Require" } else { "Require no more" }))
}

/// Sets the threshold of a rule as typed; nothing gives Weft's own back.
pub(super) fn threshold(draft: &mut Draft, code: &str, text: &str) -> Result<Outcome, String> {
    let Some(convention) = conventions::by_code(code) else { return Err(format!("The rule {code} has no threshold that can be set")) };
    let value = convention.read(text)?;
    draft.update_meta(|meta| {
        match value {
            Some(value) => meta.settings.thresholds.insert(code.to_owned(), value),
            None => meta.settings.thresholds.remove(code),
        };
    });
    Ok(Outcome::named(format!("Set the threshold of {code}")))
}
