//! What is seen: panning, zooming, bringing things into view.

use super::*;

impl Session {
    /// What a pattern would call everything selected: of the first `shown` things in the order of the drawing the name so far and the new
    /// one, and how many there are. One sentence where it cannot.
    pub fn names_by(&self, pattern: &str, shown: usize) -> Result<(Vec<(String, String)>, usize), String> {
        let naming = crate::engine::labels::Naming::of(&self.design, &self.catalog);
        let names = naming.names(&crate::editor::as_placed(self.scene(), &self.selection), pattern)?;
        let count = names.len();
        let first = names.into_iter().take(shown).map(|(subject, new)| (naming.name(&subject).unwrap_or_default().to_owned(), new));
        Ok((first.collect(), count))
    }

    pub(in crate::editor) fn pan(&mut self, dx: f64, dy: f64) -> Vec<Effect> {
        let Some(by) = standing::sound(Point::new(dx, dy)) else { return Vec::new() };
        let panned = self.camera.panned(by.x, by.y);
        // Beyond this nothing can be drawn, and numbers lose their precision.
        self.camera.origin = standing::sound(panned.origin).unwrap_or(self.camera.origin);
        vec![Effect::Redraw]
    }

    pub(super) fn zoom(&mut self, zoom: Zoom) -> Vec<Effect> {
        let (all, selected) = match zoom {
            Zoom::Fit | Zoom::FitSelection => (self.scene().drawn_bounds(), self.selection_rect()),
            _ => (None, None),
        };
        self.camera = view::zoomed(&self.camera, zoom, all, selected);
        vec![Effect::Redraw]
    }

    pub(super) fn resize(&mut self, width: f64, height: f64) -> Vec<Effect> {
        if !(width.is_finite() && height.is_finite() && width >= 1.0 && height >= 1.0) {
            return Vec::new();
        }
        self.camera.width = width;
        self.camera.height = height;
        // What was opened before the canvas had a size is fitted to it now.
        if !std::mem::replace(&mut self.sized, true) && !self.design.is_empty() {
            return self.zoom(Zoom::Fit);
        }
        vec![Effect::Redraw]
    }

    pub(super) fn reveal(&mut self, subjects: Vec<Subject>) -> Vec<Effect> {
        let mut effects = self.stop_gesture();
        effects.extend(self.select(subjects.into_iter().filter(|subject| *subject != Subject::Design).collect()));
        if let Some(rect) = self.selection_rect() {
            self.camera = view::showing(&self.camera, &rect);
        }
        effects.push(Effect::Redraw);
        effects
    }
}
