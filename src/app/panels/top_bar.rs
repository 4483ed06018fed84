//! The top bar: what is open and whether it is kept, tools, undo and redo, findings, files, colours.

use yew::prelude::*;

use super::exports;
use super::icon::Icon;
use super::menu::{Menu, MenuItem};
use crate::app::actions::{rename_design, set_theme, take_over};
use crate::app::effects::Services;
use crate::app::files;
use crate::app::hooks::{use_action, use_selector, use_services};
use crate::app::storage::ELSEWHERE;
use crate::app::ui::{Dialog, Purchase, RightTab, Saving, Side, ThemeChoice};
use crate::editor::{Intent, ToolKind};
use crate::engine::diagnostics::Severity;
use crate::units::lower;

/// The top bar.
#[component]
pub fn TopBar() -> Html {
    let (left, right) = (use_drawer_button(Side::Left), use_drawer_button(Side::Right));
    let (design_name, save_status) = (use_design_name(), use_save_status());
    let (file_tools, tools, finding_chips, file_menus) = (use_file_tools(), use_tools(), use_finding_chips(), use_file_menus());
    html! {
        <header class="top">
            <div class="top-side">
                { left }
                <h1 class="logo">
                    <svg viewBox="0 0 20 20" aria-hidden="true"><path d="M2 6h16M2 14h16M6 2v16M14 2v16" /></svg>
                    <span>{ "Weft" }</span>
                </h1>
                { design_name }
                { save_status }
            </div>
            { file_tools }
            { tools }
            <div class="top-side end">
                { finding_chips }
                { file_menus }
                { right }
            </div>
        </header>
    }
}

#[hook]
fn use_drawer_button(side: Side) -> Html {
    let state = use_selector(move |view| (view.ui.drawer == Some(side), view.ui.viewing));
    let (open, viewing) = *state;
    let toggle = use_action(move |store, _: MouseEvent| store.change(|ui| ui.drawer = if ui.drawer == Some(side) { None } else { Some(side) }));
    let (label, icon, data) = match side {
        Side::Left if viewing => ("Outline", Icon::Left, "left"),
        Side::Left => ("Parts and outline", Icon::Left, "left"),
        Side::Right => ("Findings, estimates and inspector", Icon::Right, "right"),
    };
    html! { <button class="button plain icon drawer-button" data-side={data} aria-label={label} title={label} aria-expanded={open.to_string()} onclick={toggle}>{ icon.html() }</button> }
}

#[hook]
fn use_design_name() -> Html {
    let name = use_selector(|view| view.session.design().meta.name.clone());
    let read_only = use_selector(|view| view.session.read_only().is_some() && !view.session.is_locked());
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((*name).clone(), move |name| {
            if let Some(input) = node.cast::<web_sys::HtmlInputElement>() {
                input.set_value(name);
            }
        });
    }
    let services = use_services();
    let commit = {
        let (node, name) = (node.clone(), name.clone());
        move || {
            if let Some(input) = node.cast::<web_sys::HtmlInputElement>()
                && input.value() != *name
            {
                rename_design(&services.store, input.value());
            }
        }
    };
    let left = {
        let commit = commit.clone();
        Callback::from(move |_: FocusEvent| commit())
    };
    let pressed = {
        let node = node.clone();
        Callback::from(move |event: KeyboardEvent| {
            let Some(input) = node.cast::<web_sys::HtmlInputElement>() else { return };
            match event.key().as_str() {
                "Enter" => input.blur().ok(),
                "Escape" => {
                    input.set_value(&name);
                    input.blur().ok()
                }
                _ => None,
            };
        })
    };
    html! { <input class="design-name" ref={node} aria-label="Name of the design" placeholder="Untitled design" spellcheck="false" autocomplete="off" readonly={*read_only} onblur={left} onkeydown={pressed} /> }
}

#[hook]
fn use_save_status() -> Html {
    let saving = use_selector(|view| view.ui.saving.clone());
    let services = use_services();
    let over = Callback::from(move |_: MouseEvent| take_over(&services));
    let save = use_action(|store, _: MouseEvent| store.dispatch(Intent::Save));
    match &*saving {
        Saving::Nothing => html! { <span hidden=true data-save-status="none"></span> },
        Saving::Pending => html! { <span class="chip roomy-only" role="status" data-save-status="saving"><span class="dot busy"></span>{ "Saving" }</span> },
        Saving::Saved => {
            html! { <span class="chip roomy-only" role="status" data-save-status="saved" title="Kept in this browser"><span class="dot"></span>{ "Saved" }</span> }
        }
        Saving::Elsewhere => html! {
            <span class="chip warning" role="status" data-save-status="elsewhere" title={ELSEWHERE}>
                <span>{ "Open in another tab" }</span>
                <button class="link-button" onclick={over}>{ "Take over" }</button>
            </span>
        },
        Saving::Failed(reason) => html! {
            <span class="chip error" role="status" data-save-status="failed" title={format!("Not saved: {reason}")}>
                <span class="dot bad"></span><span>{ format!("Not saved: {reason}.") }</span>
                <button class="link-button" onclick={save}>{ "Save a file" }</button>
            </span>
        },
    }
}

#[hook]
fn use_file_tools() -> Html {
    let fresh = use_action(|store, _: MouseEvent| store.dispatch(Intent::New));
    let save = use_action(|store, _: MouseEvent| store.dispatch(Intent::Save));
    let templates = use_action(|store, _: MouseEvent| store.change(|ui| ui.dialog = Some(Dialog::Templates(None))));
    let open = Callback::from(|_: MouseEvent| files::choose());
    let button = |label: &'static str, icon: Icon, action: Callback<MouseEvent>| {
        html! { <button class="button plain icon" aria-label={label} title={label} onclick={action}>{ icon.html() }</button> }
    };
    html! {
        <div class="top-group wide-only edit-only" role="group" aria-label="Files">
            { button("New design", Icon::Sheet, fresh) }
            { button("Open or import a file (Ctrl+O)", Icon::Folder, open) }
            { button("Save as a file (Ctrl+S)", Icon::Disk, save) }
            { button("Templates", Icon::Template, templates) }
            <span class="rule"></span>
        </div>
    }
}

#[hook]
fn use_tools() -> Html {
    let state = use_selector(|view| {
        let name = |step: Option<&str>| step.map(str::to_owned);
        (view.session.tool(), name(view.session.can_undo()), name(view.session.can_redo()), view.ui.viewing)
    });
    let send = use_action(|store, intent: Intent| store.dispatch(intent));
    let (tool, undo, redo, viewing) = &*state;
    let tool_button = |kind: ToolKind, icon: Icon, label: &'static str| {
        html! {
            <button class="button plain icon" aria-label={label} title={label} aria-pressed={(*tool == kind).to_string()}
                onclick={send.reform(move |_| Intent::Tool(kind))}>{ icon.html() }</button>
        }
    };
    let step_button = |step: &Option<String>, verb: &str, keys: &str, icon: Icon, intent: Intent| {
        let label = step.as_ref().map_or_else(|| format!("Nothing to {}", lower(verb)), |step| format!("{verb}: {step} ({keys})"));
        html! {
            <button class="button plain icon" aria-label={label.clone()} title={label} disabled={step.is_none()}
                onclick={send.reform(move |_| intent.clone())}>{ icon.html() }</button>
        }
    };
    html! {
        <div class="top-group" role="toolbar" aria-label="Tools">
            { tool_button(ToolKind::Select, Icon::Pointer, "Select (V)") }
            { tool_button(ToolKind::Hand, Icon::Hand, "Move the view (H)") }
            if !viewing {
                { tool_button(ToolKind::Connect, Icon::Link, "Connect (C)") }
                <span class="rule"></span>
                { step_button(undo, "Undo", "Ctrl+Z", Icon::Undo, Intent::Undo) }
                { step_button(redo, "Redo", "Ctrl+Shift+Z", Icon::Redo, Intent::Redo) }
            }
        </div>
    }
}

#[hook]
fn use_finding_chips() -> Html {
    let counts = use_selector(|view| {
        view.session.report().map(|report| (report.count(Severity::Error), report.count(Severity::Warning), view.session.design().is_empty()))
    });
    let show = use_action(|store, _: MouseEvent| {
        store.change(|ui| {
            ui.right = RightTab::Findings;
            ui.drawer = Some(Side::Right);
        });
    });
    let Some((errors, warnings, empty)) = *counts else { return Html::default() };
    let chip = |class: &'static str, sign: &'static str, count: usize, word: &str| {
        let plural = if count == 1 { "" } else { "s" };
        html! {
            <button class={classes!("chip", class)} onclick={show.clone()} aria-label={format!("{count} {word}{plural}")}>
                <span aria-hidden="true">{ sign }</span>{ count }<span class="wide-only">{ format!(" {word}{plural}") }</span>
            </button>
        }
    };
    html! { <>
        if errors > 0 { { chip("error", "●", errors, "error") } }
        if warnings > 0 { { chip("warning", "▲", warnings, "warning") } }
        if errors == 0 && warnings == 0 && !empty { <span class="chip good wide-only">{ "✓ No faults" }</span> }
    </> }
}

#[hook]
fn use_file_menus() -> Html {
    let services = use_services();
    let theme = use_selector(|view| view.ui.theme);
    let next = match *theme {
        ThemeChoice::System => ThemeChoice::Light,
        ThemeChoice::Light => ThemeChoice::Dark,
        ThemeChoice::Dark => ThemeChoice::System,
    };
    let switch = {
        let store = services.store.clone();
        Callback::from(move |_: MouseEvent| set_theme(&store, next))
    };
    let label = match *theme {
        ThemeChoice::System => "Theme: as the system",
        ThemeChoice::Light => "Theme: light",
        ThemeChoice::Dark => "Theme: dark",
    };
    let floor = use_selector(|view| (!view.session.design().racks.is_empty()).then_some(view.ui.floor));
    let show_floor = use_action(|store, _: MouseEvent| store.change(|ui| ui.floor = !ui.floor));
    html! { <>
        if let Some(open) = *floor {
            <button class="button plain" aria-pressed={open.to_string()} aria-label="Floor plan" title="Racks on their floor tiles, and back to the drawing (F)" onclick={show_floor}>
                { Icon::Floor.html() }<span class="broad-only">{ "Floor" }</span>
            </button>
        }
        <button class="button plain icon roomy-only" aria-label={label} title={label} onclick={switch}>{ Icon::Contrast.html() }</button>
        <Menu label="More" face={html! { <>{ Icon::Menu.html() }<span class="wide-only">{ "More" }</span></> }} items={file_items(&services)} />
        <Menu label="Export" class="primary" face={html! { <>{ Icon::Download.html() }<span class="wide-only">{ "Export" }</span></> }} items={exports::export_items(&services)} />
    </> }
}

fn file_items(services: &Services) -> Vec<MenuItem> {
    let (fresh, templates, shortcuts, commands) = (services.store.clone(), services.store.clone(), services.store.clone(), services.store.clone());
    let (save, compare, examples, bill) = (services.store.clone(), services.store.clone(), services.store.clone(), services.store.clone());
    let another_design = [
        MenuItem::new("New design", "", move || fresh.dispatch(Intent::New)),
        MenuItem::new("New from a template…", "", move || templates.change(|ui| ui.dialog = Some(Dialog::Templates(None)))),
        MenuItem::new("Open an example…", "", move || examples.change(|ui| ui.dialog = Some(Dialog::Examples))),
        MenuItem::new("Open or import a file…", "Ctrl+O", files::choose),
    ];
    let this_design = [
        MenuItem::new("Save as a file", "Ctrl+S", move || save.dispatch(Intent::Save)),
        MenuItem::new("Materials, cables and cost…", "Ctrl+Shift+B", move || bill.change(|ui| ui.dialog = Some(Dialog::Purchase(Purchase::Materials)))),
        MenuItem::new("Compare with…", "", move || compare.change(|ui| ui.dialog = Some(Dialog::Compare))),
        MenuItem::new("Find a command or a thing…", "Ctrl+K", move || commands.change(|ui| ui.dialog = Some(Dialog::Commands))),
        MenuItem::new("Shortcuts", "?", move || shortcuts.change(|ui| ui.dialog = Some(Dialog::Shortcuts))),
    ];
    // A design that is only looked at stays the one that is shown.
    let viewing = services.store.read(|view| view.ui.viewing);
    another_design.into_iter().filter(|_| !viewing).chain(this_design).collect()
}
