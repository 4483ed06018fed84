//! What commands of the page do, from whichever key, menu or button they come.

use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::HtmlInputElement;

use super::effects::{LARGE, Origin, Services};
use super::orders::Request;
use super::storage::ELSEWHERE;
use super::store::Store;
use super::ui::{Dialog, LeftTab, Purchase, RightTab, Side, Start, ThemeChoice};
use super::{files, host, opening};
use crate::editor::commands::{Action, Command, PageAction};
use crate::editor::{Clip, Field, Intent, Session};
use crate::engine::digest::Asked;
use crate::engine::templates;
use crate::model::{PartId, Subject};
use crate::units::{Point, SortedMap};

/// Ids of fields that commands put the keyboard into.
pub const OUTLINE_FILTER: &str = "outline-filter";
/// The name field of the inspector.
pub const NAME_FIELD: &str = "field-name";

/// Runs a command. `parts` tells whether a search is for parts rather than for things of the design.
pub fn run(services: &Services, command: &Command, parts: bool) {
    match command.action {
        Action::Intent(intent) => services.store.dispatch(intent()),
        Action::Page(action) => page(services, action, parts),
    }
}

fn page(services: &Services, action: PageAction, parts: bool) {
    let store = &services.store;
    let open = |dialog: Dialog| store.change(|ui| ui.dialog = Some(dialog));
    match action {
        PageAction::Compare => open(Dialog::Compare),
        PageAction::ConnectDialog => open(Dialog::Connect),
        PageAction::Floor => store.change(|ui| ui.floor = !ui.floor),
        PageAction::Findings => {
            let selected = store.read(|view| view.session.selection().iter().cloned().collect());
            show_findings(store, selected);
        }
        PageAction::Export => {
            if let Some(button) = host::element::<web_sys::HtmlElement>("export-menu") {
                button.click();
            }
        }
        PageAction::Import | PageAction::OpenFile => files::choose(),
        PageAction::Loads => store.change(|ui| ui.traffic.coloured = !ui.traffic.coloured),
        PageAction::Materials => open(Dialog::Purchase(Purchase::Materials)),
        PageAction::Palette => open(Dialog::Commands),
        PageAction::NewPart => open(Dialog::PartForm(Start::Blank)),
        PageAction::Part => {
            if let Some(id) = store.read(|view| view.session.selected_part()) {
                show_part(store, id);
            }
        }
        PageAction::Paste => paste_from_clipboard(services, None),
        PageAction::Pattern => open(Dialog::Pattern),
        PageAction::Rename => {
            // One thing that is seen gets its name where it stands; several, or what is not drawn, in the inspector.
            let here = store.read(|view| {
                let mut selected = view.session.selection().iter();
                let only = selected.next().filter(|_| selected.next().is_none())?;
                super::panels::name_place(view, only).map(|_| only.clone())
            });
            if here.is_some() {
                store.change(|ui| ui.renaming = here);
                return;
            }
            store.change(|ui| {
                ui.right = RightTab::Inspector;
                ui.drawer = Some(Side::Right);
            });
            focus_field(store, NAME_FIELD);
        }
        PageAction::Repeat => open(Dialog::Repeat),
        PageAction::Search => {
            store.change(|ui| {
                ui.left = if parts { LeftTab::Parts } else { LeftTab::Outline };
                ui.drawer = Some(Side::Left);
            });
            focus_field(store, if parts { super::panels::PART_SEARCH } else { OUTLINE_FILTER });
        }
        PageAction::Shortcuts => open(Dialog::Shortcuts),
        PageAction::Templates => open(Dialog::Templates(None)),
        PageAction::Theme => {
            let dark = store.read(|view| is_dark(view.ui.theme));
            set_theme(store, if dark { ThemeChoice::Light } else { ThemeChoice::Dark });
        }
    }
}

/// Opens the page of a part.
pub fn show_part(store: &Store, id: PartId) {
    store.change(|ui| {
        ui.part = Some(id);
        ui.dialog = Some(Dialog::Part);
        ui.drawer = None;
    });
}

/// Lists the findings about some things.
pub fn show_findings(store: &Store, about: Vec<Subject>) {
    store.change(|ui| {
        ui.findings = Asked { about, order: ui.findings.order, ..Asked::default() };
        ui.right = RightTab::Findings;
        ui.drawer = Some(Side::Right);
    });
    focus_field(store, super::panels::FINDING_SEARCH);
}

/// Opens an estimate in the list, with its formula.
pub fn show_estimate(store: &Store, key: &str) {
    store.change(|ui| {
        ui.explained = Some(key.to_owned());
        ui.right = RightTab::Estimates;
        ui.drawer = Some(Side::Right);
    });
    focus_field(store, &super::panels::estimate_id(key));
}

/// Puts the focus on a field, and selects what was typed there: at once where it is there, so that nobody who went on is called back; otherwise
/// as soon as it is made, which microtasks do, before the next key comes in; where it slides into view, when it is seen.
fn focus_field(store: &Store, id: &str) {
    if focus_now(id) {
        return;
    }
    // The next frame would tell readers, and keys may come before it.
    store.tell_readers();
    let id = id.to_owned();
    spawn_local(async move {
        for _ in 0..MICROTASKS {
            JsFuture::from(js_sys::Promise::resolve(&JsValue::NULL)).await.ok();
            if focus_now(&id) {
                return;
            }
        }
        focus_later(id, 20);
    });
}

/// Tries again every 30 ms until the field is there and seen: the page may just be starting.
fn focus_later(id: String, tries: u32) {
    gloo::timers::callback::Timeout::new(30, move || {
        if !focus_now(&id) && tries > 1 {
            focus_later(id, tries - 1);
        }
    })
    .forget();
}

/// So many microtasks and what a change of the page shows is made: readers are told, then Yew renders.
const MICROTASKS: u32 = 12;

fn focus_now(id: &str) -> bool {
    host::focus(id);
    if let Some(input) = host::element::<HtmlInputElement>(id) {
        input.select();
    }
    host::has_focus(id)
}

/// Whether the page is dark now.
pub fn is_dark(choice: ThemeChoice) -> bool {
    match choice {
        ThemeChoice::Dark => true,
        ThemeChoice::Light => false,
        ThemeChoice::System => host::matches_media("(prefers-color-scheme: dark)"),
    }
}

/// Changes the colours and keeps the choice.
pub fn set_theme(store: &Store, choice: ThemeChoice) {
    host::prefer("weft:theme", choice.key());
    show_theme(store, choice);
}

/// Changes the colours for as long as the page is open.
pub fn show_theme(store: &Store, choice: ThemeChoice) {
    colour_page(choice);
    store.change(|ui| ui.theme = choice);
}

/// Gives the document its colours.
pub fn colour_page(choice: ThemeChoice) {
    let Some(root) = host::document().and_then(|document| document.document_element()) else { return };
    match choice {
        ThemeChoice::System => root.remove_attribute("data-theme").ok(),
        choice => root.set_attribute("data-theme", choice.key()).ok(),
    };
}

/// Gives the design a name.
pub fn rename_design(store: &Store, name: String) {
    store.dispatch(Intent::Edit { subjects: vec![Subject::Design], field: Field::Name(name) });
}

/// Makes this tab the one that keeps the design.
pub fn take_over(services: &Services) {
    let services = services.clone();
    services.store.change(|ui| ui.toasts.retain(|toast| toast.text != ELSEWHERE));
    spawn_local(async move {
        match services.autosave.take_over().await {
            Ok(Some(kept)) => super::open_kept(&services, kept, false).await,
            Ok(None) => {}
            Err(reason) => services.store.complain(format!("This tab could not take over: {reason}")),
        }
    });
}

/// Pastes text, as the browser has it: at a place of the drawing, or where the session finds best. What was copied here is not read
/// again; what else is large is read in the worker.
pub fn paste(services: &Services, text: &JsValue, at: Option<Point>) {
    let own = services.store.read(|view| view.ui.copied.as_ref().filter(|copied| copied.text == *text).and_then(|copied| copied.clip.clone()));
    let request = Request::clipboard(text);
    let services = services.clone();
    match own {
        Some(clip) if clip.len() <= LARGE => services.store.dispatch(Intent::PasteClip { clip, at }),
        // What was large to get from the browser is put in by a task of its own.
        Some(clip) => {
            gloo::timers::callback::Timeout::new(0, move || services.store.dispatch(Intent::PasteClip { clip, at })).forget();
        }
        None if request.is_large() => spawn_local(async move {
            match opening::read(&services, request).await {
                Ok(Some(read)) => services.store.dispatch(Intent::PasteClip { clip: Clip::of_read(read).into(), at }),
                Ok(None) => {}
                Err(sentence) => services.store.complain(sentence),
            }
        }),
        None => services.store.dispatch(Intent::Paste { text: text.as_string().unwrap_or_default(), at }),
    }
}

/// The same with what the clipboard holds.
pub fn paste_from_clipboard(services: &Services, at: Option<Point>) {
    let reading = host::window().and_then(|window| {
        let clipboard = Reflect::get(&window.navigator(), &"clipboard".into()).ok().filter(|clipboard| clipboard.is_object())?;
        let read: Function = Reflect::get(&clipboard, &"readText".into()).ok()?.dyn_into().ok()?;
        read.call0(&clipboard).ok()?.dyn_into::<js_sys::Promise>().ok()
    });
    let services = services.clone();
    spawn_local(async move {
        let read = match reading {
            Some(reading) => JsFuture::from(reading).await.ok().filter(JsValue::is_string),
            None => None,
        };
        let own = services.store.read(|view| view.ui.copied.as_ref().map(|copied| copied.text.clone()));
        match read.or(own) {
            Some(text) => paste(&services, &text, at),
            None => services.store.complain("The browser keeps the clipboard closed; press Ctrl+V instead."),
        }
    });
}

/// Opens a generated design. One sentence where that cannot be.
pub async fn open_template(services: &Services, origin: Origin, name: &str, parameters: &SortedMap<String, String>) -> Result<(), String> {
    let counts = templates::counts(name, parameters, &services.catalog).map_err(|error| error.to_string())?;
    opening::open(services, origin, Request::template(name, parameters, counts.records())).await
}

/// What is selected, in words.
pub fn selection_words(session: &Session) -> String {
    let mut selected = session.selection().iter();
    let (first, more) = (selected.next(), selected.count());
    match first {
        None => "Nothing selected".to_owned(),
        Some(subject) if more == 0 => subject_words(session, subject),
        Some(subject) => format!("{} and {more} more", subject_words(session, subject)),
    }
}

/// A thing in words: its name and what it is.
pub fn subject_words(session: &Session, subject: &Subject) -> String {
    let (design, catalog) = (session.design(), session.catalog());
    let node_name = |id| design.nodes.get(id).map_or_else(|| subject.to_string(), |node| node.name.clone());
    match subject {
        Subject::Design => "the design".to_owned(),
        Subject::Fabric(id) => design.fabrics.get(*id).map_or_else(|| subject.to_string(), |fabric| format!("fabric {}", fabric.name)),
        Subject::Group(id) => design.groups.get(*id).map_or_else(|| subject.to_string(), |group| format!("{}, group of {}", group.name, group.members.len())),
        Subject::Inside(element) => format!("{} of {}", element, node_name(element.node)),
        Subject::Link(id) => design.links.get(*id).map_or_else(
            || subject.to_string(),
            |link| {
                let [a, b] = link.ends;
                format!("link from {} port {} to {} port {}", node_name(a.node), a.port, node_name(b.node), b.port)
            },
        ),
        Subject::Node(id) => design.nodes.get(*id).map_or_else(
            || subject.to_string(),
            |node| match catalog.part(design, &node.part) {
                Some(part) => format!("{}, {} {}", node.name, part.kind.label(), part.name),
                None => format!("{}, unknown part {}", node.name, node.part),
            },
        ),
        Subject::Port(port) => session.port_label(*port),
        Subject::Rack(id) => design.racks.get(*id).map_or_else(|| subject.to_string(), |rack| format!("rack {}", rack.name)),
        Subject::Requirement(_) => format!("requirement {subject}"),
        Subject::Trunk(a, b) => format!("links between {} and {}", node_name(*a), node_name(*b)),
    }
}
