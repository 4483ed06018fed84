//! Which scenario is looked at, and what is off in it.

use super::*;
use crate::editor::scenarios::{self, ScenarioStep};
use crate::model::{Outage, Scenario};

impl Session {
    /// The scenario that is looked at.
    pub fn scenario(&self) -> Option<&Scenario> {
        let name = self.scenario.as_deref()?;
        self.design.meta.scenarios.iter().find(|scenario| scenario.name == name)
    }

    /// What is off in the scenario that is looked at, as far as it is in the design.
    pub fn outages(&self) -> Vec<Outage> {
        let texts = self.scenario().map(|scenario| scenario.off.as_slice()).unwrap_or_default();
        texts.iter().filter_map(|text| Outage::parse(text)).filter(|outage| scenarios::is_there(&self.design, &self.catalog, outage)).collect()
    }

    /// Whether a thing is off in the scenario that is looked at, by itself.
    pub fn is_off(&self, subject: &Subject) -> bool {
        self.scenario().is_some_and(|scenario| scenario.off.contains(&subject.to_string()))
    }

    pub(super) fn fail(&mut self, things: Vec<Outage>) -> Vec<Effect> {
        let things = if things.is_empty() { self.selection.iter().cloned().filter_map(Outage::of).collect() } else { things };
        let shown = self.scenario.clone();
        let mut named = None;
        let effects = self.edit(|draft| {
            let (outcome, name) = scenarios::fail(draft, shown.as_deref(), &things)?;
            named = Some(name);
            Ok(outcome)
        });
        self.scenario = named.or(shown);
        effects
    }

    pub(super) fn step_scenario(&mut self, step: ScenarioStep) -> Vec<Effect> {
        if let ScenarioStep::Show(name) = step {
            self.scenario = name;
            return vec![Effect::Redraw];
        }
        let mut named = None;
        let effects = self.edit(|draft| {
            let (outcome, name) = scenarios::step(draft, step)?;
            named = Some(name);
            Ok(outcome)
        });
        if let Some(name) = named {
            self.scenario = name;
        }
        effects
    }
}
