//! Opening another design, and the name it is saved under.

use super::*;

impl Session {
    pub(super) fn open(&mut self, name: &str, text: &str) -> Vec<Effect> {
        match io::load(text) {
            Ok(loaded) => {
                let told = told(name, &loaded.repairs);
                self.replace(loaded.design, loaded.read_only, told)
            }
            Err(error) => vec![Effect::Complain(format!("{name} cannot be opened: {error}"))],
        }
    }

    pub(super) fn replace(&mut self, design: Design, read_only: Option<String>, told: String) -> Vec<Effect> {
        let mut effects = self.stop_gesture();
        self.design = design;
        self.read_only = read_only;
        self.history = History::default();
        self.report = None;
        self.report_generation += 1;
        self.tool = ToolKind::Select;
        self.cable = None;
        self.hover = None;
        self.design_changed(None);
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
        let plain: String =
            self.design.meta.name.chars().take(80).map(|letter| if letter.is_alphanumeric() { letter.to_ascii_lowercase() } else { '-' }).collect();
        let words: Vec<&str> = plain.split('-').filter(|word| !word.is_empty()).collect();
        if words.is_empty() { "design.weft.json".to_owned() } else { format!("{}.weft.json", words.join("-")) }
    }
}

/// What is said of a file that was repaired while it was read.
fn told(name: &str, repairs: &[String]) -> String {
    match repairs {
        [] => String::new(),
        [one] => format!("Opened {name} and repaired it: {one}"),
        [first, second] => format!("Opened {name} and repaired it: {first}; {second}"),
        [first, second, more @ ..] => format!("Opened {name} and repaired it: {first}; {second}; and {} more", more.len()),
    }
}
