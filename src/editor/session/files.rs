//! Opening another design, and the name it is saved under.

use super::*;
use crate::units::is_word;

impl Session {
    pub(super) fn open(&mut self, name: &str, text: &str) -> Vec<Effect> {
        match opening::design_file(name, text) {
            Ok(opened) => self.replace(Drawn::new(opened.design), opened.read_only, opened.told),
            Err(sentence) => vec![Effect::Complain(sentence)],
        }
    }

    pub(super) fn replace(&mut self, drawn: Drawn, read_only: Option<String>, told: String) -> Vec<Effect> {
        let mut effects = self.stop_gesture();
        let (design, scene) = drawn.into_parts();
        self.design = design;
        self.read_only = read_only;
        self.history = History::default();
        self.report = None;
        self.report_generation += 1;
        self.tool = ToolKind::Select;
        self.cable = None;
        self.scenario = None;
        self.hover = None;
        self.design_changed(None);
        self.scene = scene;
        effects.extend(self.select(Selection::new()));
        effects.push(Effect::Replaced { revision: self.revision });
        effects.extend(self.zoom(Zoom::Fit));
        if !told.is_empty() {
            effects.push(Effect::Say(told));
        }
        effects
    }

    /// The name a file of the design is saved under: its own name, in letters every file system takes.
    pub(super) fn file_name(&self) -> String {
        let plain: String = self.design.meta.name.chars().take(80).map(|letter| if is_word(letter) { letter.to_ascii_lowercase() } else { '-' }).collect();
        let words: Vec<&str> = plain.split('-').filter(|word| !word.is_empty()).collect();
        if words.is_empty() { "design.weft.json".to_owned() } else { format!("{}.weft.json", words.join("-")) }
    }
}
