//! Scenarios: what is switched off in thought, kept in the design. Which of them is looked at is a matter of the session.

use super::draft::{Draft, Outcome};
use super::selection;
use crate::catalog::Catalog;
use crate::model::{Design, Outage, Scenario, Subject};

/// Something asked of the scenarios.
#[derive(Clone, Debug, PartialEq)]
pub enum ScenarioStep {
    /// Makes a new, empty one and looks at it.
    Add,
    /// Takes the one with this name out.
    Remove(String),
    /// Gives one another name.
    Rename {
        /// Its name.
        from: String,
        /// Its new name.
        to: String,
    },
    /// Looks at one, or at the whole fabric. This is no edit.
    Show(Option<String>),
}

/// Switches things off in a scenario; what is off already, if all of it is, on again. Without a scenario one is made. Returns the name of
/// the scenario with the outcome.
pub(super) fn fail(draft: &mut Draft, shown: Option<&str>, things: &[Outage]) -> Result<(Outcome, String), String> {
    let (design, catalog) = (draft.design(), draft.catalog);
    let wanted: Vec<&Outage> = things.iter().filter(|thing| is_there(design, catalog, thing)).collect();
    let Some(first) = wanted.first() else {
        return Err("Select what fails: a link, port, switch, system, rack, group or fabric".to_owned());
    };
    let what = match wanted.len() {
        1 => first.to_string(),
        many => format!("{many} things"),
    };
    let known = shown.and_then(|name| design.meta.scenarios.iter().find(|scenario| scenario.name == name));
    let name = known.map_or_else(|| free_name(design), |scenario| scenario.name.clone());
    let mut off = known.map(|scenario| scenario.off.clone()).unwrap_or_default();
    let texts: Vec<String> = wanted.iter().map(ToString::to_string).collect();
    let restore = texts.iter().all(|text| off.contains(text));
    if restore {
        off.retain(|text| !texts.contains(text));
    } else {
        off.extend(texts.into_iter().filter(|text| !off.contains(text)).collect::<Vec<_>>());
    }
    let scenario = Scenario { name: name.clone(), off, extra: known.map(|scenario| scenario.extra.clone()).unwrap_or_default() };
    draft.update_meta(|meta| match meta.scenarios.iter_mut().find(|known| known.name == scenario.name) {
        Some(known) => *known = scenario,
        None => meta.scenarios.push(scenario),
    });
    Ok((Outcome::named(format!("{} {what}", if restore { "Restore" } else { "Switch off" })), name))
}

/// Carries a step out and tells which scenario is looked at afterwards.
pub(super) fn step(draft: &mut Draft, step: ScenarioStep) -> Result<(Outcome, Option<String>), String> {
    let missing = |name: &str| format!("There is no scenario “{name}”");
    match step {
        ScenarioStep::Add => {
            let name = free_name(draft.design());
            let scenario = Scenario { name: name.clone(), ..Scenario::default() };
            draft.update_meta(|meta| meta.scenarios.push(scenario));
            Ok((Outcome::named("Add scenario"), Some(name)))
        }
        ScenarioStep::Remove(name) => {
            if !draft.design().meta.scenarios.iter().any(|scenario| scenario.name == name) {
                return Err(missing(&name));
            }
            draft.update_meta(|meta| meta.scenarios.retain(|scenario| scenario.name != name));
            Ok((Outcome::named(format!("Delete {name}")), None))
        }
        ScenarioStep::Rename { from, to } => {
            let to = to.trim().to_owned();
            if to.is_empty() || (to != from && draft.design().meta.scenarios.iter().any(|scenario| scenario.name == to)) {
                return Err("A scenario needs a name of its own".to_owned());
            }
            if !draft.design().meta.scenarios.iter().any(|scenario| scenario.name == from) {
                return Err(missing(&from));
            }
            draft.update_meta(|meta| meta.scenarios.iter_mut().filter(|scenario| scenario.name == from).for_each(|scenario| scenario.name.clone_from(&to)));
            Ok((Outcome::named("Rename scenario"), Some(to)))
        }
        ScenarioStep::Show(name) => Ok((Outcome::default(), name)),
    }
}

fn free_name(design: &Design) -> String {
    let taken = |name: &String| design.meta.scenarios.iter().any(|scenario| scenario.name == *name);
    (1u32..).map(|number| format!("Scenario {number}")).find(|name| !taken(name)).unwrap_or_default()
}

/// Whether what would fail is in the design.
pub(super) fn is_there(design: &Design, catalog: &Catalog, outage: &Outage) -> bool {
    match outage {
        Outage::Thing(Subject::Design | Subject::Requirement(_)) => false,
        Outage::Thing(subject) => selection::exists(design, catalog, subject),
        Outage::Feed(name) => design.meta.feeds.iter().any(|feed| feed.name == *name),
        Outage::Row(row) => design.racks.iter().any(|(_, rack)| rack.row.as_deref() == Some(row.as_str())),
        Outage::Wires { node, ends, .. } => ends.iter().all(|name| {
            let element = crate::model::Element { node: *node, inside: Some(name.clone()) };
            selection::exists(design, catalog, &Subject::Inside(element))
        }),
    }
}
