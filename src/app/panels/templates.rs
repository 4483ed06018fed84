//! Designs to start from: a shape with a handful of numbers, or one of the examples. How large it is and how it looks is seen before
//! it is opened.

use std::rc::Rc;

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::dialog::Modal;
use crate::app::effects::{Origin, Services};
use crate::app::hooks::{use_action, use_selector, use_services};
use crate::app::orders::Request;
use crate::app::{actions, address, opening};
use crate::editor::Theme;
use crate::editor::examples::{EXAMPLES, Example};
use crate::engine::templates::{self, Parameter, Template, TemplateCounts};
use crate::model::{Design, PartKind};
use crate::render::svg;
use crate::units::{SortedMap, capital, grouped};

/// The most links a design may have to be drawn small in the dialog, where every key asks for it anew.
const DRAWN: u64 = 12_000;
/// Size of the drawing of a template, beside its fields, in pixels of the page.
const PICTURE: (f64, f64) = (380.0, 300.0);
/// Size of the drawing of an example, which has no fields.
const WIDE_PICTURE: (f64, f64) = (920.0, 440.0);

/// What is chosen.
#[derive(Clone, Copy, PartialEq)]
enum Choice {
    Template(&'static Template),
    Example(&'static Example),
}

impl PartialEq for Template {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}
impl PartialEq for Example {
    fn eq(&self, other: &Self) -> bool {
        self.file == other.file
    }
}

/// An example as far as it was fetched.
#[derive(Clone, PartialEq)]
enum Fetched {
    Waiting,
    Here(JsValue, Rc<Design>),
    Failed(String),
}

#[derive(Properties, PartialEq)]
pub struct TemplatesProps {
    /// Whether the first example is chosen, not a template.
    #[prop_or_default]
    pub examples: bool,
    /// The template that is chosen, by its name; otherwise the first.
    #[prop_or_default]
    pub template: Option<&'static str>,
}

/// Designs to start from.
#[component]
pub fn Templates(props: &TemplatesProps) -> Html {
    let services = use_services();
    let chosen = use_state(|| match props.examples {
        true => EXAMPLES.first().map(Choice::Example),
        false => templates::all().iter().find(|one| props.template.is_none_or(|name| one.name == name)).map(Choice::Template),
    });
    let values = use_state(SortedMap::<String, String>::new);
    let fetched = use_state(|| Fetched::Waiting);
    let theme = use_selector(|view| if actions::is_dark(view.ui.theme) { Theme::Dark } else { Theme::Light });
    let close = use_action(|store, ()| store.change(|ui| ui.dialog = None));

    // What is chosen may be far down the list.
    let list = use_node_ref();
    {
        let list = list.clone();
        use_effect_with((), move |()| {
            let pressed = list.cast::<web_sys::Element>().and_then(|list| list.query_selector("[aria-pressed=true]").ok().flatten());
            if let Some(pressed) = pressed {
                pressed.scroll_into_view();
            }
        });
    }

    // An example is asked for when it is chosen, and once: an answer for another one is dropped.
    {
        let (fetched, services) = (fetched.clone(), services.clone());
        use_effect_with(*chosen, move |chosen| {
            let wanted = Rc::new(std::cell::Cell::new(true));
            if let Some(Choice::Example(example)) = *chosen {
                fetched.set(Fetched::Waiting);
                let wanted = wanted.clone();
                spawn_local(async move {
                    let answer = fetch(&services, example).await;
                    if wanted.get() {
                        fetched.set(answer);
                    }
                });
            }
            move || wanted.set(false)
        });
    }
    let Some(choice) = *chosen else { return Html::default() };

    let create = {
        let (services, values, fetched, close) = (services.clone(), values.clone(), fetched.clone(), close.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            // Large ones take a while in the worker; the dialog makes room for what says so.
            let (services, values, fetched, close) = (services.clone(), (*values).clone(), (*fetched).clone(), close.clone());
            spawn_local(async move {
                close.emit(());
                let opened = match (choice, fetched) {
                    (Choice::Template(template), _) => actions::open_template(&services, Origin::User, template.name, &values).await,
                    (Choice::Example(example), Fetched::Here(text, _)) => opening::open(&services, Origin::User, Request::text(example.title, &text)).await,
                    _ => return,
                };
                if let Err(sentence) = opened {
                    services.store.complain(sentence);
                }
            });
        })
    };
    let set = {
        let values = values.clone();
        Callback::from(move |(key, value): (&'static str, String)| {
            let mut changed = (*values).clone();
            changed.insert(key.to_owned(), value);
            values.set(changed);
        })
    };
    let entry = |of: Choice, name: &'static str, title: &'static str, summary: &'static str| {
        let (chosen, values) = (chosen.clone(), values.clone());
        let choose = Callback::from(move |_: MouseEvent| {
            chosen.set(Some(of));
            values.set(SortedMap::new());
        });
        html! {
            <button key={name} type="button" class="template" aria-pressed={(of == choice).to_string()} onclick={choose}>
                <b>{ title }</b><small>{ summary }</small>
            </button>
        }
    };
    let shapes = templates::all().iter().map(|template| entry(Choice::Template(template), template.name, template.title, template.summary));
    let examples = EXAMPLES.iter().map(|example| entry(Choice::Example(example), example.file, example.title, example.summary));

    let refused = |sentence: &str| html! { <p class="error-text" role="alert">{ sentence }</p> };
    let (fields, size, is_ready) = match choice {
        Choice::Template(template) => {
            let fields: Html =
                template.parameters.iter().map(|parameter| parameter_field(&services, template, parameter, values.get(parameter.key).cloned(), &set)).collect();
            match templates::counts(template.name, &values, &services.catalog) {
                Ok(counts) => (fields, size_words(&counts), true),
                Err(error) => (fields, refused(&error.to_string()), false),
            }
        }
        Choice::Example(example) => {
            let words = html! { <><h3>{ example.title }</h3><p>{ example.summary }</p></> };
            match &*fetched {
                Fetched::Waiting => (words, html! { <p class="template-counts" aria-live="polite">{ "Reading…" }</p> }, false),
                Fetched::Failed(sentence) => (words, refused(sentence), false),
                Fetched::Here(_, design) => (words, size_words(&counted(&services, design)), true),
            }
        }
    };
    let picture = {
        let (services, fetched, values) = (services.clone(), (*fetched).clone(), (*values).clone());
        use_memo((choice, values, fetched, *theme), move |(choice, values, fetched, theme)| {
            let design = match (choice, fetched) {
                (Choice::Template(template), _) => {
                    templates::counts(template.name, values, &services.catalog).ok().filter(|counts| counts.links <= DRAWN)?;
                    Rc::new(templates::generate(template.name, values, &services.catalog).ok()?)
                }
                (Choice::Example(_), Fetched::Here(_, design)) => design.clone(),
                _ => return None,
            };
            let size = if matches!(choice, Choice::Example(_)) { WIDE_PICTURE } else { PICTURE };
            let drawing = svg::small(&design, &services.catalog, *theme, size);
            Some(format!("data:image/svg+xml,{}", String::from(js_sys::encode_uri_component(&drawing))))
        })
    };
    let preview = match (&*picture, is_ready) {
        (Some(address), true) => html! { <img class="template-picture" src={address.clone()} alt="How it will look" /> },
        (None, true) => html! { <p class="template-picture quiet">{ "Too large to be drawn here; it will be drawn when it is opened." }</p> },
        _ => html! { <div class="template-picture" /> },
    };
    let word = if matches!(choice, Choice::Template(_)) { "Create" } else { "Open" };
    html! {
        <Modal id="templates" title="Start from a template or an example" class="broad" close={close.clone()}>
            <form class={classes!("template-form", matches!(choice, Choice::Example(_)).then_some("of-example"))} onsubmit={create}>
                <div class="template-list" ref={list}>
                    <div role="group" aria-label="Templates"><h3>{ "Templates" }</h3>{ for shapes }</div>
                    <div role="group" aria-label="Examples"><h3>{ "Examples" }</h3>{ for examples }</div>
                </div>
                <div class="template-fields">
                    <div class="template-choice">{ fields }</div>
                    { size }
                </div>
                { preview }
                <div class="dialog-buttons">
                    <button type="button" class="button" onclick={close.reform(|_: MouseEvent| ())}>{ "Cancel" }</button>
                    <button class="button primary" disabled={!is_ready}>{ word }</button>
                </div>
            </form>
        </Modal>
    }
}

/// Asks the page's own server for an example and reads it.
async fn fetch(services: &Services, example: &'static Example) -> Fetched {
    let text = match address::fetch(&format!("examples/{}.json", example.file)).await {
        Ok(text) => text,
        Err(sentence) => return Fetched::Failed(sentence),
    };
    match Request::text(example.title, &text).read_here(&services.catalog).await {
        Ok(opened) => Fetched::Here(text, Rc::new(opened.design)),
        Err(sentence) => Fetched::Failed(sentence),
    }
}

/// How large a design is.
fn counted(services: &Services, design: &Design) -> TemplateCounts {
    let mut counts = TemplateCounts { links: design.links.len() as u64, racks: design.racks.len() as u64, ..TemplateCounts::default() };
    for (_, node) in design.nodes.iter() {
        let Some(part) = services.catalog.part(design, &node.part) else { continue };
        counts.xpus += part.xpu_count() as u64;
        counts.systems += u64::from(part.kind == PartKind::System);
        counts.switches += u64::from(part.kind == PartKind::Switch);
    }
    counts
}

fn size_words(counts: &TemplateCounts) -> Html {
    let part = |count: u64, one: &'static str, many: &'static str| {
        (count > 0).then(|| html! { <span><b>{ grouped(count) }</b>{ " " }{ if count == 1 { one } else { many } }</span> })
    };
    html! { <p class="template-counts" aria-live="polite">
        { part(counts.racks, "rack", "racks") }
        { part(counts.systems, "system", "systems") }
        { part(counts.xpus, "XPU", "XPUs") }
        { part(counts.switches, "switch", "switches") }
        { part(counts.links, "link", "links") }
    </p> }
}

/// A choice in words: a part by its name.
fn choice_words(services: &Services, choice: &str) -> String {
    match services.catalog.built_in(choice) {
        Some(part) => part.name.clone(),
        None => match choice {
            "infiniband" => "InfiniBand".to_owned(),
            "xpu" => "XPU".to_owned(),
            word if word.bytes().all(|byte| byte.is_ascii_lowercase()) => capital(word),
            word => word.to_owned(),
        },
    }
}

fn parameter_field(
    services: &Services,
    template: &'static Template,
    parameter: &'static Parameter,
    value: Option<String>,
    changes: &Callback<(&'static str, String)>,
) -> Html {
    let value = value.unwrap_or_else(|| parameter.default.to_owned());
    let key = parameter.key;
    let id = format!("template-{}-{key}", template.name);
    let field = if parameter.choices.is_empty() {
        let set = changes.clone();
        let typed = Callback::from(move |event: InputEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                set.emit((key, input.value()));
            }
        });
        html! { <input id={id.clone()} class="field" inputmode="decimal" {value} oninput={typed} autocomplete="off" aria-describedby={format!("{id}-help")} /> }
    } else {
        let set = changes.clone();
        let changed = Callback::from(move |event: Event| {
            if let Some(select) = event.target_dyn_into::<HtmlSelectElement>() {
                set.emit((key, select.value()));
            }
        });
        let options = parameter
            .choices
            .iter()
            .map(|choice| html! { <option key={*choice} value={*choice} selected={*choice == value}>{ choice_words(services, choice) }</option> });
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
