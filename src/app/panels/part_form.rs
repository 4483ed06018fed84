//! The form for a part of one's own: new, a copy, or a change. Every field that is wrong says so below itself; the face is drawn as it is filled in.

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::dialog::Modal;
use super::icon::Icon;
use super::part_page::plate;
use crate::app::hooks::{use_action, use_selector, use_services};
use crate::app::ui::Start;
use crate::app::{actions, host};
use crate::editor::Intent;
use crate::editor::part_form::{Complaint, FormField, PartForm};

/// The fields of a row that are always in view; the others are unfolded.
const FIRST: usize = 4;

/// What the form is told.
#[derive(Properties, PartialEq)]
pub struct FormProps {
    /// What it begins with.
    pub start: Start,
}

/// The form for a part of one's own.
#[component]
pub fn PartFormDialog(props: &FormProps) -> Html {
    let services = use_services();
    let start = props.start;
    let form = {
        let services = services.clone();
        use_state(move || {
            services.store.read(|view| {
                let (design, catalog) = (view.session.design(), view.session.catalog());
                let base = view.ui.part.as_ref().and_then(|id| catalog.part(design, id)).filter(|_| start != Start::Blank);
                base.map_or_else(PartForm::blank, |part| PartForm::of(part, design, start == Start::Change))
            })
        })
    };
    // Nobody is told off before the form was handed in once.
    let tried = use_state(|| false);
    let dark = use_selector(|view| actions::is_dark(view.ui.theme));
    let close = use_action(|store, ()| store.change(|ui| ui.dialog = None));
    let read = services.store.read(|view| form.read(view.session.catalog(), view.session.design()));
    let wrong: Vec<Complaint> = read.as_ref().err().filter(|_| *tried).cloned().unwrap_or_default();

    let set = {
        let form = form.clone();
        Callback::from(move |(key, value): (String, String)| {
            let mut changed = (*form).clone();
            changed.set(&key, value);
            form.set(changed);
        })
    };
    let change = {
        let form = form.clone();
        Callback::from(move |row: Option<u32>| {
            let mut changed = (*form).clone();
            match row {
                Some(row) => changed.remove_row(row),
                None => changed.add_row(),
            }
            form.set(changed);
        })
    };
    let submit = {
        let (services, read, tried) = (services.clone(), read.clone(), tried.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            match &read {
                Ok((part, price)) => {
                    let store = &services.store;
                    store.dispatch(Intent::PutPart { part: Box::new(part.clone()), price: price.clone() });
                    if store.read(|view| view.session.design().parts.get(&part.id).is_some_and(|kept| **kept == *part)) {
                        actions::show_part(store, part.id.clone());
                    }
                }
                Err(wrong) => {
                    tried.set(true);
                    if let Some(first) = wrong.first() {
                        host::focus(&id_of(&first.key));
                    }
                }
            }
        })
    };

    let fields = form.fields();
    let rows = services.store.read(|view| form.rows(view.session.catalog()));
    let cable = matches!(form.kind(), crate::model::PartKind::Cable | crate::model::PartKind::Transceiver);
    let picture = read.as_ref().ok().and_then(|(part, _)| plate(part, &services.catalog, *dark));
    let title = match (start, form.changes()) {
        (Start::Change, Some(_)) => "Change own part",
        (Start::Copy, _) => "Own part, from a copy",
        _ => "New own part",
    };
    let general =
        wrong.iter().find(|complaint| complaint.key == "ports").map(|complaint| html! { <p class="error-text" role="alert">{ &complaint.sentence }</p> });
    let groups = rows.iter().enumerate().map(|(at, (row, fields))| {
        let row = *row;
        let shown = |fields: &[FormField]| fields.iter().map(|field| form_field(field, &wrong, &set)).collect::<Html>();
        let (first, more) = fields.split_at(FIRST.min(fields.len()));
        // A fault in a folded field must be seen.
        let unfold = more.iter().any(|field| wrong.iter().any(|complaint| complaint.key == field.key));
        let title = if cable { format!("End {}", at + 1) } else { format!("Ports {}", at + 1) };
        html! {
            <fieldset key={row} class="form-row">
                <legend>{ title.clone() }</legend>
                <button type="button" class="button plain icon" aria-label={format!("Remove {title}")} onclick={change.reform(move |_: MouseEvent| Some(row))}>{ Icon::Close.html() }</button>
                <div class="form-grid">{ shown(first) }</div>
                <details open={unfold}><summary>{ "More" }</summary><div class="form-grid">{ shown(more) }</div></details>
            </fieldset>
        }
    });
    html! {
        <Modal id="part-form" {title} class="wide" close={close.clone()}>
            <form class="part-form" onsubmit={submit} novalidate=true>
                { picture }
                <p class="faint">{ "What you fill in is stated by you; what you leave as it was copied keeps its sources. The part is saved in this design." }</p>
                <div class="form-grid">{ for fields.iter().map(|field| form_field(field, &wrong, &set)) }</div>
                { for groups }
                { general }
                if form.can_add_row() {
                    <button type="button" class="button" onclick={change.reform(|_: MouseEvent| None)}>{ if cable { "Add the other end" } else { "Add ports" } }</button>
                }
                <div class="dialog-buttons">
                    if !wrong.is_empty() { <span class="error-text" role="status">{ format!("{} to mend", wrong.len()) }</span> }
                    <button type="button" class="button" onclick={close.reform(|_: MouseEvent| ())}>{ "Cancel" }</button>
                    <button class="button primary">{ if start == Start::Change { "Keep changes" } else { "Keep part" } }</button>
                </div>
            </form>
        </Modal>
    }
}

fn id_of(key: &str) -> String {
    format!("part-form-{key}")
}

fn form_field(field: &FormField, wrong: &[Complaint], set: &Callback<(String, String)>) -> Html {
    let (id, key) = (id_of(&field.key), field.key.clone());
    let sentence = wrong.iter().find(|complaint| complaint.key == field.key).map(|complaint| complaint.sentence.clone());
    let (described, invalid) = (sentence.as_ref().map(|_| format!("{id}-wrong")), sentence.as_ref().map(|_| "true"));
    let set = set.clone();
    let control = if field.choices.is_empty() {
        let typed = Callback::from(move |event: InputEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                set.emit((key.clone(), input.value()));
            }
        });
        html! { <input id={id.clone()} class="field" value={field.value.clone()} placeholder={field.example} oninput={typed} aria-invalid={invalid} aria-describedby={described.clone()} autocomplete="off" spellcheck="false" /> }
    } else {
        let chosen = Callback::from(move |event: Event| {
            if let Some(select) = event.target_dyn_into::<HtmlSelectElement>() {
                set.emit((key.clone(), select.value()));
            }
        });
        let options = field
            .choices
            .iter()
            .map(|(word, words)| html! { <option key={word.clone()} value={word.clone()} selected={*word == field.value}>{ words }</option> });
        html! { <select id={id.clone()} class="field" onchange={chosen} aria-invalid={invalid} aria-describedby={described.clone()}>{ for options }</select> }
    };
    html! {
        <div class="form-field" key={field.key.clone()}>
            <label for={id}>{ field.label }</label>
            { control }
            if let Some(sentence) = sentence { <small id={described} class="error-text">{ sentence }</small> }
        </div>
    }
}
