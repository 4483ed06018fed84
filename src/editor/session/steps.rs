//! Steps: a change of the design goes into the history, and comes back out of it by undo and redo.

use super::*;
use crate::editor::commands::stands;
use crate::editor::{layout, upkeep};

impl Session {
    /// Carries a change out as one step. An error leaves the design as it was and is told.
    pub(in crate::editor) fn edit(&mut self, change: impl FnOnce(&mut Draft) -> Result<Outcome, String>) -> Vec<Effect> {
        let mut effects = self.stop_gesture();
        if let Some(refusal) = self.refusal_to_edit() {
            effects.push(refusal);
            return effects;
        }
        let scene = self.scene.get_or_init(|| Scene::after(self.worn.take(), &self.design, &self.catalog));
        let mut draft = Draft::new(&mut self.design, &self.catalog, scene);
        match change(&mut draft) {
            Ok(outcome) => {
                let patch = draft.finish();
                effects.extend(self.commit(outcome, patch));
            }
            Err(sentence) => {
                draft.abandon();
                effects.push(Effect::Complain(sentence));
            }
        }
        effects
    }

    pub(super) fn edit_selection(&mut self, change: impl FnOnce(&mut Draft, &Selection) -> Result<Outcome, String>) -> Vec<Effect> {
        let selected = self.selection.clone();
        self.edit(|draft| change(draft, &selected))
    }

    /// Notes what was done to the design. A change that changed nothing is no step.
    pub(super) fn commit(&mut self, outcome: Outcome, patch: Patch) -> Vec<Effect> {
        let selected_before = self.selection.clone();
        if patch.is_empty() {
            let mut effects = outcome.select.map_or_else(Vec::new, |subjects| self.select(subjects.into_iter().collect()));
            effects.extend(outcome.say.map(Effect::Say));
            return effects;
        }
        self.design_changed(Some(&patch));
        let patch = Arc::new(patch);
        let wanted = outcome.select.map_or_else(|| selected_before.clone(), |subjects| Arc::new(subjects.into_iter().collect()));
        let mut effects = vec![Effect::Changed { revision: self.revision, patch: patch.clone() }, Effect::Redraw];
        effects.extend(self.select_shared(wanted));
        if self.nudging {
            self.nudging = self.history.join_last(&patch);
        } else {
            self.beside.after = None;
            self.history.push(Step { name: outcome.name, patch, selected_before, selected_after: self.selection.clone() });
        }
        effects.extend(outcome.say.map(Effect::Say));
        effects
    }

    /// Brings what is made from the design in step with it, or drops it.
    pub(super) fn design_changed(&mut self, patch: Option<&Patch>) {
        self.revision += 1;
        match (self.scene.take(), patch) {
            (Some(mut scene), Some(patch)) => {
                if upkeep::keep(&mut scene, patch, &self.design, &self.catalog) {
                    self.scene = OnceCell::from(scene);
                } else {
                    self.worn = RefCell::new(Some(scene));
                }
            }
            (None, Some(_)) => {}
            (_, None) => self.worn = RefCell::default(),
        }
        self.used.take();
        self.keep_overlay(patch);
        self.previewed = None;
        if self.hover.as_ref().is_some_and(|subject| !selection::exists(&self.design, &self.catalog, subject)) {
            self.hover = None;
        }
    }

    /// Carries a patch from elsewhere out, unless it does not fit or would leave references that point nowhere.
    pub(super) fn apply(&mut self, name: String, patch: &Patch) -> Vec<Effect> {
        let mut effects = self.stop_gesture();
        if let Some(refusal) = self.refusal_to_edit() {
            effects.push(refusal);
            return effects;
        }
        let was_empty = self.design.is_empty();
        if let Err(conflict) = patch.apply(&mut self.design) {
            effects.push(Effect::Complain(format!("That cannot be done any more: {conflict}")));
            return effects;
        }
        if let Some(fault) = self.design.structural_faults().first() {
            let undone = patch.inverse().apply(&mut self.design);
            debug_assert!(undone.is_ok(), "what was just applied can be taken back");
            effects.push(Effect::Complain(format!("That would break the design: {fault}")));
            return effects;
        }
        let patch = match delete::pair_forgotten(&self.design) {
            Some(forgotten) if forgotten.apply(&mut self.design).is_ok() => patch.clone().then(forgotten),
            _ => patch.clone(),
        };
        effects.extend(self.commit(Outcome::named(name), patch));
        if was_empty && !self.design.is_empty() {
            effects.extend(self.zoom(Zoom::Fit));
        }
        effects
    }

    pub(super) fn undo(&mut self) -> Vec<Effect> {
        let mut effects = self.stop_gesture();
        // A design that may not be edited has no steps, but what was open before it can come back.
        if let Some(refusal) = self.refusal_to_edit().filter(|_| self.is_locked() || self.beside.before.is_none()) {
            effects.push(refusal);
            return effects;
        }
        let Some(step) = self.history.undo() else {
            effects.extend(self.go_back());
            return effects;
        };
        let (patch, selected) = (step.patch.inverse().into(), step.selected_before.clone());
        effects.extend(self.replay(patch, selected));
        effects
    }

    pub(super) fn redo(&mut self) -> Vec<Effect> {
        let mut effects = self.stop_gesture();
        if let Some(refusal) = self.refusal_to_edit() {
            effects.push(refusal);
            return effects;
        }
        let Some(step) = self.history.redo() else {
            effects.extend(self.go_forth());
            return effects;
        };
        let (patch, selected) = (step.patch.clone(), step.selected_after.clone());
        effects.extend(self.replay(patch, selected));
        effects
    }

    fn replay(&mut self, patch: Arc<Patch>, selected: Arc<Selection>) -> Vec<Effect> {
        if let Err(conflict) = patch.apply(&mut self.design) {
            // Only this session changes its design, so this cannot be; if it is, the design stays as it is.
            debug_assert!(false, "history fits the design: {conflict}");
            self.history = History::default();
            return vec![Effect::Complain(format!("That step cannot be repeated: {conflict}"))];
        }
        self.design_changed(Some(&patch));
        let mut effects = vec![Effect::Changed { revision: self.revision, patch }, Effect::Redraw];
        effects.extend(self.select_shared(selected));
        effects
    }

    pub(super) fn lay_out(&mut self) -> Vec<Effect> {
        let mut patch = layout::tiered(&self.design, &self.catalog);
        // Links and ports have no place of their own: where nothing else is selected, everything is meant.
        let of_selection = self.selection.iter().any(stands);
        let name = if of_selection { "Lay out selection" } else { "Lay out" };
        if of_selection {
            let reach = Reach::of(&self.design, self.selection.iter());
            patch.changes.retain(|change| match change {
                crate::model::Change::Node(delta) => reach.nodes.contains(&delta.id),
                crate::model::Change::Rack(delta) => reach.racks.contains(&delta.id),
                _ => false,
            });
        }
        let mut effects = self.stop_gesture();
        if let Some(refusal) = self.refusal_to_edit() {
            effects.push(refusal);
            return effects;
        }
        // Things that move refer to what they referred to before, so nothing needs to be judged.
        match patch.apply(&mut self.design) {
            Ok(()) => {
                effects.extend(self.commit(Outcome::named(name), patch));
                if !of_selection {
                    effects.extend(self.zoom(Zoom::Fit));
                }
            }
            Err(conflict) => effects.push(Effect::Complain(format!("That cannot be done any more: {conflict}"))),
        }
        effects
    }
}
