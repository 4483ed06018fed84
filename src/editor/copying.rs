//! Copies, from the session's side: what the clipboard gets, where a paste goes, copies that are dragged or made in an array.

use super::clipboard::{self, Clip, Standing};
use super::intent::{Along, Effect};
use super::repeat;
use super::session::Session;
use super::standing::{Landing, Lift};
use crate::model::Subject;
use crate::units::Point;

impl Session {
    /// Puts copies where they were dragged. Where that is where their originals stand, nothing is done.
    pub(super) fn drop_copy(&mut self, lift: &Lift, offset: Point, landings: &[Landing]) -> Vec<Effect> {
        if offset == Point::default() && landings.is_empty() {
            return self.stop_gesture();
        }
        let clip = Clip::of(self.design(), self.scene(), &lift.subjects().chain(self.selected_groups()).collect());
        self.edit(|draft| clipboard::put(draft, &clip, Standing { offset, landings, at_home: false }))
    }

    fn selected_groups(&self) -> impl Iterator<Item = Subject> + '_ {
        self.selection().iter().filter(|subject| matches!(subject, Subject::Group(_))).cloned()
    }

    /// Where to paste when nobody says: under the pointer, else (`None`) near the original, else in the middle of what is seen.
    fn paste_place(&self, clip: &Clip) -> Option<Point> {
        let seen = self.camera().visible();
        let near = clip.bounds(self.design(), self.catalog()).is_some_and(|bounds| seen.intersects(&bounds));
        match self.pointer() {
            Some(at) => Some(self.camera().to_world(at)),
            None => (!near).then(|| seen.center()),
        }
    }

    pub(super) fn copied(&self) -> Option<Effect> {
        let clip = Clip::of(self.design(), self.scene(), self.selection());
        (!clip.is_empty()).then(|| Effect::Copy(clip.into()))
    }

    /// Pastes a text.
    pub(super) fn paste(&mut self, text: &str, at: Option<Point>) -> Vec<Effect> {
        match Clip::from_text(text) {
            Ok(clip) => self.paste_clip(&clip, at),
            Err(sentence) => vec![Effect::Complain(sentence)],
        }
    }

    /// Pastes what was copied here, or read from a text before.
    pub(super) fn paste_clip(&mut self, clip: &Clip, at: Option<Point>) -> Vec<Effect> {
        let at = at.or_else(|| self.paste_place(clip));
        self.edit(|draft| clipboard::paste(draft, clip, at))
    }

    /// Copies the selection in place.
    pub(super) fn duplicate(&mut self) -> Vec<Effect> {
        let clip = self.clip();
        if clip.is_empty() { Vec::new() } else { self.edit(|draft| clipboard::duplicate(draft, &clip)) }
    }

    /// Copies the selection several times.
    pub(super) fn repeat(&mut self, count: u16, along: Along) -> Vec<Effect> {
        let clip = self.clip();
        if clip.is_empty() { Vec::new() } else { self.edit(|draft| repeat::repeat(draft, &clip, count, along)) }
    }

    /// The selection as it would be copied.
    pub(super) fn clip(&self) -> Clip {
        Clip::of(self.design(), self.scene(), self.selection())
    }
}
