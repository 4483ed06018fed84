//! The command palette: every command that can be used now, the things of the design and the parts of the catalogue, found by typing.

use yew::prelude::*;

use super::dialog::Modal;
use super::finder::{Finder, Found};
use super::palette::place_in_view;
use crate::app::actions;
use crate::app::hooks::{use_selector, use_services};
use crate::app::store::View;
use crate::catalog::filter::{has_words, words_of};
use crate::editor::{Intent, commands};
use crate::model::{Part, PartId, Subject};
use crate::units::{lower, order};

/// No more things, and no more parts, are offered than this.
const OFFERED: usize = 24;
/// What the keys of things and of parts begin with.
const THING: char = '@';
const PART: char = '+';

/// Every command, thing and part, found by typing.
#[component]
pub fn Commands() -> Html {
    let services = use_services();
    let available = use_selector(|view| {
        let usable = |command: &&commands::Command| !matches!(command.id, "escape" | "palette") && command.is_available(view.session);
        let mut usable: Vec<&commands::Command> = commands::all().iter().filter(usable).collect();
        order::sort_by_key(&mut usable, |command| command.name);
        usable.iter().map(|command| command.id).collect::<Vec<_>>()
    });
    let close = {
        let store = services.store.clone();
        Callback::from(move |()| store.change(|ui| ui.dialog = None))
    };
    let search = {
        let (available, store) = (available.clone(), services.store.clone());
        Callback::from(move |typed: String| {
            let typed = lower(&typed);
            let listed = || available.iter().filter_map(|id| commands::by_id(id));
            let found = |command: &commands::Command| Found { key: command.id.into(), label: command.name.into(), hint: command.shortcut.into() };
            let named = |command: &&commands::Command| has_words(&lower(command.name), &typed);
            let told = |command: &&commands::Command| has_words(&lower(&format!("{} {} {}", command.section.label(), command.name, command.help)), &typed);
            let mut all: Vec<Found> = listed().filter(named).map(found).collect();
            if !typed.trim().is_empty() {
                store.read(|view| {
                    all.extend(things(view, &typed));
                    all.extend(parts(view, &typed));
                });
            }
            all.extend(listed().filter(|command| !named(command) && told(command)).map(found));
            all
        })
    };
    let choose = {
        let close = close.clone();
        Callback::from(move |key: AttrValue| {
            close.emit(());
            if let Some(subject) = key.strip_prefix(THING).and_then(Subject::parse) {
                services.store.dispatch(Intent::Reveal(vec![subject]));
            } else if let Some(part) = key.strip_prefix(PART) {
                place_in_view(&services.store, &PartId::new(part));
            } else if let Some(command) = commands::by_id(&key) {
                actions::run(&services, command, false);
            }
        })
    };
    html! {
        <Modal id="commands" title="Find a command, a thing or a part" {close}>
            <Finder label="Command, thing or part" placeholder="What to do, a name in the design, a part to add" {search} {choose} />
        </Modal>
    }
}

/// Things of the design with all these words in their names, the shortest names first. Time: O(things).
fn things(view: &View, typed: &str) -> Vec<Found> {
    let design = view.session.design();
    let racks = design.racks.iter().map(|(id, rack)| (Subject::Rack(id), &rack.name));
    let groups = design.groups.iter().map(|(id, group)| (Subject::Group(id), &group.name));
    let nodes = design.nodes.iter().map(|(id, node)| (Subject::Node(id), &node.name));
    let mut found: Vec<(Subject, &String)> = racks.chain(groups).chain(nodes).filter(|(_, name)| has_words(&lower(name), typed)).collect();
    order::sort_by_key(&mut found, |(_, name)| name.len());
    let kind = |subject: &Subject| match subject {
        Subject::Group(_) => "group",
        Subject::Node(id) => design.nodes.get(*id).and_then(|node| view.session.catalog().part(design, &node.part)).map_or("node", |part| part.kind.label()),
        _ => "rack",
    };
    let line = |(subject, name): (Subject, &String)| Found {
        key: format!("{THING}{subject}").into(),
        label: name.clone().into(),
        hint: format!("Go to {}", kind(&subject)).into(),
    };
    found.into_iter().take(OFFERED).map(line).collect()
}

/// Parts that can be added, those with all these words in their names first. Time: O(parts).
fn parts(view: &View, typed: &str) -> Vec<Found> {
    if view.session.read_only().is_some() {
        return Vec::new();
    }
    let all = || view.session.catalog().all_parts(view.session.design());
    let named = |part: &&Part| has_words(&lower(&format!("{} {}", part.vendor, part.name)), typed);
    let told = |part: &&Part| !named(part) && has_words(&words_of(part), typed);
    let line =
        |part: &Part| Found { key: format!("{PART}{}", part.id).into(), label: part.name.clone().into(), hint: format!("Add {}", part.kind.label()).into() };
    all().filter(named).chain(all().filter(told)).take(OFFERED).map(line).collect()
}
