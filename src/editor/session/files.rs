//! Opening another design, and the name it is saved under.

use super::*;
use crate::units::{capital, is_word};

impl Session {
    pub(super) fn open(&mut self, name: &str, text: &str) -> Vec<Effect> {
        match opening::design_file(name, text) {
            Ok(opened) => self.replace(Drawn::new(opened.design), opened.read_only, opened.told, true),
            Err(sentence) => vec![Effect::Complain(sentence)],
        }
    }

    /// Opens a design in place of the open one, which `returns` by undo unless nothing was drawn in it.
    pub(super) fn replace(&mut self, drawn: Drawn, read_only: Option<String>, mut told: String, returns: bool) -> Vec<Effect> {
        let (mut closed, mut effects) = self.exchange(drawn, read_only, History::default());
        closed.name = format!("Close {}", closed.called());
        let before = Some(closed).filter(|closed| returns && !closed.design.is_empty());
        if let Some(closed) = &before {
            let stop = if told.is_empty() || told.ends_with('.') { "" } else { "." };
            told = format!("{told}{stop} Undo brings {} back", closed.called()).trim_start().to_owned();
        }
        self.beside = Beside { before: before.map(Box::new), after: None };
        if !told.is_empty() {
            effects.push(Effect::Say(told));
        }
        effects
    }

    /// Brings the design back that was open before this one; nothing where there is none.
    pub(super) fn go_back(&mut self) -> Vec<Effect> {
        let Some(before) = self.beside.before.take() else { return Vec::new() };
        let said = Effect::Say(format!("{} is back", capital(&before.called())));
        let (mut closed, mut effects) = self.exchange(Drawn::new(before.design), before.read_only, before.history);
        closed.name = before.name;
        self.beside.after = Some(Box::new(closed));
        effects.push(said);
        effects
    }

    /// Opens the design again that [`Session::go_back`] put aside; nothing where there is none.
    pub(super) fn go_forth(&mut self) -> Vec<Effect> {
        let Some(after) = self.beside.after.take() else { return Vec::new() };
        let (mut closed, effects) = self.exchange(Drawn::new(after.design), after.read_only, after.history);
        closed.name = after.name;
        self.beside.before = Some(Box::new(closed));
        effects
    }

    /// Opens a design with its steps, and gives the one that was open.
    fn exchange(&mut self, drawn: Drawn, read_only: Option<String>, history: History) -> (Closed, Vec<Effect>) {
        let mut effects = self.stop_gesture();
        let (design, scene) = drawn.into_parts();
        let closed = Closed {
            name: String::new(),
            design: std::mem::replace(&mut self.design, design),
            read_only: std::mem::replace(&mut self.read_only, read_only),
            history: std::mem::replace(&mut self.history, history),
        };
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
        (closed, effects)
    }

    /// The name a file of the design is saved under: its own name, in letters every file system takes.
    pub(super) fn file_name(&self) -> String {
        let plain: String = self.design.meta.name.chars().take(80).map(|letter| if is_word(letter) { letter.to_ascii_lowercase() } else { '-' }).collect();
        let words: Vec<&str> = plain.split('-').filter(|word| !word.is_empty()).collect();
        if words.is_empty() { "design.weft.json".to_owned() } else { format!("{}.weft.json", words.join("-")) }
    }
}

/// The designs that undo and redo change to when the steps of the open one are through.
#[derive(Debug, Default)]
pub(super) struct Beside {
    /// What was open before it.
    pub before: Option<Box<Closed>>,
    /// What undo put aside for it; gone with the next edit.
    pub after: Option<Box<Closed>>,
}

/// A design that another took the place of, with its steps.
#[derive(Debug)]
pub(super) struct Closed {
    /// What undo and redo call the step that closed it, or that opened it.
    pub name: String,
    design: Design,
    read_only: Option<String>,
    history: History,
}

impl Closed {
    fn called(&self) -> String {
        let name = self.design.meta.name.trim();
        if name.is_empty() { "the earlier design".to_owned() } else { format!("“{name}”") }
    }
}
