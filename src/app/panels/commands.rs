//! The command palette: every command that can be used now, found by typing.

use yew::prelude::*;

use super::dialog::Modal;
use super::finder::{Finder, Found};
use crate::app::actions;
use crate::app::hooks::{use_selector, use_services};
use crate::editor::commands;
use crate::units::lower;

/// Every command, found by typing.
#[component]
pub fn Commands() -> Html {
    let services = use_services();
    let available = use_selector(|view| {
        commands::all()
            .iter()
            .filter(|command| !matches!(command.id, "escape" | "palette") && command.is_available(view.session))
            .map(|command| command.id)
            .collect::<Vec<_>>()
    });
    let close = {
        let store = services.store.clone();
        Callback::from(move |()| store.change(|ui| ui.dialog = None))
    };
    let choose = {
        let close = close.clone();
        Callback::from(move |id: AttrValue| {
            close.emit(());
            if let Some(command) = commands::by_id(&id) {
                actions::run(&services, command, false);
            }
        })
    };
    let search = {
        let available = available.clone();
        Callback::from(move |typed: String| {
            let words: Vec<String> = lower(&typed).split_whitespace().map(str::to_owned).collect();
            let fitting = available.iter().filter_map(|id| commands::by_id(id)).filter(|command| {
                let text = lower(&format!("{} {} {}", command.section.label(), command.name, command.help));
                words.iter().all(|word| text.contains(word))
            });
            fitting.map(|command| Found { key: command.id.into(), label: command.name.into(), hint: command.shortcut.into() }).collect::<Vec<_>>()
        })
    };
    html! {
        <Modal id="commands" title="Find a command" {close}>
            <Finder label="Command" placeholder="Type what to do" {search} {choose} />
        </Modal>
    }
}
