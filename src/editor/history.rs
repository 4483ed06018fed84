//! Undo and redo: a list of steps, each a patch with a name and the selection before and after it.

use std::sync::Arc;

use super::selection::Selection;
use crate::model::Patch;

/// One act of the user.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Step {
    /// What it was: `Move 3 nodes`.
    pub name: String,
    /// What it changed.
    pub patch: Arc<Patch>,
    /// What was selected before it.
    pub selected_before: Arc<Selection>,
    /// What was selected after it.
    pub selected_after: Arc<Selection>,
}

/// The steps of a session since its design was opened. Patches share records with the design, so a step costs what it changed.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    done: Vec<Step>,
    undone: Vec<Step>,
}

impl History {
    /// Notes a step. What was undone before cannot be redone any more.
    pub fn push(&mut self, step: Step) {
        self.undone.clear();
        self.done.push(step);
    }
    /// Makes a change part of the last step, which keeps its name. A step that by now changes nothing is no step any more: then false.
    pub fn join_last(&mut self, patch: &Patch) -> bool {
        let Some(mut step) = self.done.pop() else { return false };
        step.patch = Arc::new(Arc::unwrap_or_clone(step.patch).joined(patch));
        let remains = !step.patch.is_empty();
        if remains {
            self.done.push(step);
        }
        remains
    }
    /// The step that undo would take back.
    pub fn last_done(&self) -> Option<&Step> {
        self.done.last()
    }
    /// The step that redo would do again.
    pub fn last_undone(&self) -> Option<&Step> {
        self.undone.last()
    }
    /// Moves the last step to the undone ones and returns it.
    pub fn undo(&mut self) -> Option<&Step> {
        self.undone.push(self.done.pop()?);
        self.undone.last()
    }
    /// Moves the last undone step back and returns it.
    pub fn redo(&mut self) -> Option<&Step> {
        self.done.push(self.undone.pop()?);
        self.done.last()
    }
}
