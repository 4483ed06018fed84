//! Designs to start from: a shape, a handful of numbers, and how large it would become, before it is made.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::dialog::Modal;
use crate::app::actions;
use crate::app::effects::Origin;
use crate::app::hooks::{use_action, use_services};
use crate::engine::templates::{self, Parameter, Template};
use crate::units::SortedMap;
use crate::units::grouped;

/// Designs to start from.
#[component]
pub fn Templates() -> Html {
    let services = use_services();
    let chosen = use_state(|| 0usize);
    let values = use_state(SortedMap::<String, String>::new);
    let refused = use_state(|| None::<String>);
    let close = use_action(|store, ()| store.change(|ui| ui.dialog = None));
    let Some(template) = templates::all().get(*chosen).or_else(|| templates::all().first()) else { return Html::default() };

    let create = {
        let (services, values, close) = (services.clone(), values.clone(), close.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            // Large ones take a while in the worker; the dialog makes room for what says so.
            let (services, values, close) = (services.clone(), (*values).clone(), close.clone());
            spawn_local(async move {
                close.emit(());
                if let Err(sentence) = actions::open_template(&services, Origin::User, template.name, &values).await {
                    services.store.complain(sentence);
                }
            });
        })
    };
    let set = {
        let (values, refused) = (values.clone(), refused.clone());
        Callback::from(move |(key, value): (&'static str, String)| {
            let mut changed = (*values).clone();
            changed.insert(key.to_owned(), value);
            refused.set(None);
            values.set(changed);
        })
    };
    let list = templates::all().iter().enumerate().map(|(at, entry)| {
        let (chosen, values, refused) = (chosen.clone(), values.clone(), refused.clone());
        let choose = Callback::from(move |_: MouseEvent| {
            chosen.set(at);
            values.set(SortedMap::new());
            refused.set(None);
        });
        html! {
            <button key={entry.name} type="button" class="template" aria-pressed={(entry.name == template.name).to_string()} onclick={choose}>
                <b>{ entry.title }</b><small>{ entry.summary }</small>
            </button>
        }
    });
    let fields = template.parameters.iter().map(|parameter| parameter_field(template, parameter, values.get(parameter.key).cloned(), &set));
    let counts = templates::counts(template.name, &values, &services.catalog);
    let size = match (&*refused, &counts) {
        (Some(sentence), _) => html! { <p class="error-text" role="alert">{ sentence }</p> },
        (None, Ok(counts)) => {
            let part = |count: u64, word: &str| {
                (count > 0).then(|| html! { <span><b>{ grouped(count) }</b>{ " " }{ word }{ if count == 1 { "" } else if word.ends_with("ch") { "es" } else { "s" } }</span> })
            };
            html! { <p class="template-counts" aria-live="polite">
                { part(counts.racks, "rack") }{ part(counts.systems, "system") }{ part(counts.xpus, "XPU") }{ part(counts.switches, "switch") }{ part(counts.links, "link") }
            </p> }
        }
        (None, Err(error)) => html! { <p class="error-text" role="alert">{ error.to_string() }</p> },
    };
    html! {
        <Modal id="templates" title="Start from a template" class="wide" close={close.clone()}>
            <form class="template-form" onsubmit={create}>
                <div class="template-list" role="group" aria-label="Templates">{ for list }</div>
                <div class="template-fields">
                    { for fields }
                    { size }
                </div>
                <div class="dialog-buttons">
                    <button type="button" class="button" onclick={close.reform(|_: MouseEvent| ())}>{ "Cancel" }</button>
                    <button class="button primary" disabled={counts.is_err()}>{ "Create" }</button>
                </div>
            </form>
        </Modal>
    }
}

fn parameter_field(template: &'static Template, parameter: &'static Parameter, value: Option<String>, changes: &Callback<(&'static str, String)>) -> Html {
    let value = value.unwrap_or_else(|| parameter.default.to_owned());
    let key = parameter.key;
    let id = format!("template-{}-{key}", template.name);
    let field = if parameter.choices.is_empty() {
        let set = changes.clone();
        let typed = Callback::from(move |event: InputEvent| {
            if let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) {
                set.emit((key, input.value()));
            }
        });
        html! { <input id={id.clone()} class="field" inputmode="decimal" {value} oninput={typed} autocomplete="off" aria-describedby={format!("{id}-help")} /> }
    } else {
        let set = changes.clone();
        let changed = Callback::from(move |event: Event| {
            if let Some(select) = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok()) {
                set.emit((key, select.value()));
            }
        });
        let options = parameter.choices.iter().map(|choice| html! { <option key={*choice} value={*choice} selected={*choice == value}>{ *choice }</option> });
        html! { <select id={id.clone()} class="field" onchange={changed} aria-describedby={format!("{id}-help")}>{ for options }</select> }
    };
    html! {
        <div class="labelled" key={id.clone()}>
            <label for={id.clone()}>{ parameter.label }</label>
            { field }
            <small id={format!("{id}-help")}>{ parameter.help }</small>
        </div>
    }
}
