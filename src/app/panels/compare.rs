//! Designs and scenarios side by side: every estimate, the difference from the open design in per cent, and which is best.

use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::dialog::Modal;
use super::failures::asked;
use super::field::check_field;
use super::figure::Figure;
use crate::app::address;
use crate::app::effects::{Services, copy, download};
use crate::app::engine_client::Answer;
use crate::app::hooks::{use_action, use_selector, use_services};
use crate::app::orders::Request;
use crate::editor::examples::EXAMPLES;
use crate::engine::compare::{Better, Row, json, markdown};
use crate::engine::estimate::show::{percent, quantity};
use crate::engine::service;
use crate::render::plot::of;

/// So many stand side by side at most, the open design counted.
const MOST: usize = 5;

/// Another design or a scenario: its name, and its report as JSON.
type Side = (AttrValue, JsValue);

/// Takes the report of another design as JSON, or the sentence why there is none.
type Take = Rc<dyn Fn(AttrValue, Result<JsValue, String>)>;

/// What stands side by side: names, and a row for each estimate.
type Compared = (Vec<AttrValue>, Vec<Row>);

/// Designs side by side.
#[component]
pub fn Compare() -> Html {
    let services = use_services();
    let close = use_action(|store, ()| store.change(|ui| ui.dialog = None));
    let state = use_selector(|view| {
        let scenarios: Vec<AttrValue> = view.session.design().meta.scenarios.iter().map(|scenario| scenario.name.clone().into()).collect();
        (view.session.design().meta.name.clone(), view.session.report_generation(), scenarios)
    });
    let (name, generation, scenarios) = &*state;
    let sides = use_state(Vec::<Side>::new);
    let waiting = use_state(|| None::<AttrValue>);
    let only = use_state(|| true);
    let latest = use_mut_ref(Vec::<Side>::new);
    *latest.borrow_mut() = (*sides).clone();

    let take: Take = {
        let (sides, waiting, latest, store) = (sides.setter(), waiting.setter(), latest.clone(), services.store.clone());
        Rc::new(move |name: AttrValue, report: Result<JsValue, String>| {
            waiting.set(None);
            match report {
                Ok(report) => {
                    let mut all = latest.borrow().clone();
                    all.retain(|(known, _)| *known != name);
                    all.push((name, report));
                    all.truncate(MOST - 1);
                    sides.set(all);
                }
                Err(sentence) => store.complain(sentence),
            }
        })
    };
    let against = {
        let (services, take, waiting) = (services.clone(), take.clone(), waiting.setter());
        move |name: AttrValue, request: Request| {
            waiting.set(Some(name.clone()));
            evaluate(&services, name, request, take.clone());
        }
    };
    let file = {
        let against = against.clone();
        Callback::from(move |event: Event| {
            let Some(input) = event.target_dyn_into::<HtmlInputElement>() else { return };
            if let Some(file) = input.files().and_then(|files| files.item(0)) {
                against(file.name().into(), Request::file(&file));
            }
            input.set_value("");
        })
    };
    let example = {
        let (against, waiting, take) = (against.clone(), waiting.setter(), take.clone());
        Rc::new(move |file: &str| {
            let Some(example) = EXAMPLES.iter().find(|example| example.file == file) else { return };
            waiting.set(Some(example.title.into()));
            let (against, take) = (against.clone(), take.clone());
            spawn_local(async move {
                match address::fetch(&format!("examples/{}.json", example.file)).await {
                    Ok(text) => against(example.title.into(), Request::text(example.title, &text)),
                    Err(sentence) => take(example.title.into(), Err(sentence)),
                }
            });
        })
    };
    let scenario = {
        let (services, take, waiting) = (services.clone(), take.clone(), waiting.setter());
        Rc::new(move |name: &str| {
            let off = services
                .store
                .read(|view| view.session.design().meta.scenarios.iter().find(|scenario| scenario.name == name).map(|scenario| scenario.off.clone()));
            let Some(off) = off else { return };
            let (name, take) = (AttrValue::from(name.to_owned()), take.clone());
            waiting.set(Some(name.clone()));
            let question = std::iter::once("compare".to_owned()).chain(off).collect::<Vec<_>>().join("\n");
            asked(
                &services,
                question,
                |_| {},
                move |text| {
                    // What is down and what is unknown stand before the report.
                    let report = text.splitn(3, '\n').nth(2).map(JsValue::from_str);
                    take(name.clone(), report.ok_or_else(|| "The scenario could not be evaluated.".to_owned()));
                },
            );
        })
    };
    let saved = services.saved();
    let choose = {
        let (saved, against) = (saved.clone(), against.clone());
        Callback::from(move |event: Event| {
            let Some(select) = event.target_dyn_into::<HtmlSelectElement>() else { return };
            let value = select.value();
            select.set_value("");
            match value.split_once(':') {
                Some(("example", file)) => example(file),
                Some(("scenario", name)) => scenario(name),
                Some(("saved", _)) => {
                    if let Some(request) = saved.clone() {
                        against("as last saved or opened".into(), request);
                    }
                }
                _ => {}
            }
        })
    };

    let compared = use_state(|| None::<Rc<Compared>>);
    {
        let (services, compared) = (services.clone(), compared.setter());
        let asked = use_mut_ref(|| 0u32);
        use_effect_with((*generation, (*sides).clone()), move |(_, sides)| {
            *asked.borrow_mut() += 1;
            let number = *asked.borrow();
            if sides.is_empty() {
                compared.set(None);
                return;
            }
            let names: Vec<AttrValue> = sides.iter().map(|(name, _)| name.clone()).collect();
            let (store, texts) = (services.store.clone(), sides.iter().map(|(_, report)| report).collect::<Array>());
            services.against(&texts, move |rows| {
                // What was asked for since then comes later.
                if *asked.borrow() == number {
                    match rows {
                        Ok(rows) => compared.set(Some(Rc::new((names.clone(), rows)))),
                        Err(sentence) => store.complain(sentence),
                    }
                }
            });
        });
    }
    let own = if name.trim().is_empty() { "This design".to_owned() } else { name.clone() };
    let beside = compared.as_ref().map(|compared| compared.0.as_slice()).unwrap_or_default();
    let names: Rc<Vec<String>> = Rc::new(std::iter::once(own).chain(beside.iter().map(ToString::to_string)).collect());
    let rows = compared.as_ref().map(|compared| compared.1.as_slice()).unwrap_or_default();
    let shown: Rc<Vec<Row>> = Rc::new(rows.iter().filter(|row| !*only || !row.is_same()).cloned().collect());
    let plot = of::cost(&names, rows).filter(|_| compared.is_some()).map(Rc::new);

    let (full, ready) = (sides.len() + 1 >= MOST, compared.is_some());
    let options = |group: &'static str, kind: &'static str, entries: Vec<(String, AttrValue)>| {
        let entries = entries.into_iter().map(|(key, words)| html! { <option value={format!("{kind}:{key}")}>{ words }</option> });
        html! { <optgroup label={group}>{ for entries }</optgroup> }
    };
    let copied = {
        let (store, names, shown) = (services.store.clone(), names.clone(), shown.clone());
        Callback::from(move |_: MouseEvent| {
            copy(&store, markdown(&names, shown.iter()));
            store.say("The comparison is on the clipboard as a Markdown table");
        })
    };
    let written = {
        let (names, shown) = (names.clone(), shown.clone());
        Callback::from(move |_: MouseEvent| download("comparison.json", "application/json", &(json(&names, shown.iter()) + "\n").into()))
    };
    let filter = {
        let only = only.setter();
        Callback::from(move |value: bool| only.set(value))
    };
    let head = names.iter().enumerate().map(|(at, name)| {
        let remove = {
            let (sides, name) = (sides.clone(), name.clone());
            Callback::from(move |_: MouseEvent| sides.set(sides.iter().filter(|(known, _)| *known != name).cloned().collect()))
        };
        html! {
            <th scope="col" key={at}><span class="truncate" title={name.clone()}>{ name }</span>
                if at > 0 { <button class="button plain icon" aria-label={format!("Take {name} out")} onclick={remove}>{ "×" }</button> }
            </th>
        }
    });
    html! {
        <Modal id="compare" title="Compare" class="wide compare" {close}>
            <div class="compare-tools">
                <label class="button file-button">{ "A file…" }<input type="file" class="sr-only" accept=".json,.weft,.txt,.yaml,.yml" aria-label="Compare with a file" disabled={full} onchange={file} /></label>
                <select class="field" aria-label="Compare with" onchange={choose} disabled={full}>
                    <option value="" selected=true>{ "Example, scenario, saved state…" }</option>
                    if saved.is_some() { <option value="saved:">{ "As last saved or opened" }</option> }
                    if !scenarios.is_empty() { { options("Scenarios of this design", "scenario", scenarios.iter().map(|name| (name.to_string(), name.clone())).collect()) } }
                    { options("Examples", "example", EXAMPLES.iter().map(|example| (example.file.to_owned(), example.title.into())).collect()) }
                </select>
                { check_field("Only what differs", *only, &filter) }
                <span class="grow" />
                <button class="button" disabled={!ready} onclick={copied}>{ "Copy as Markdown" }</button>
                <button class="button" disabled={!ready} onclick={written}>{ "Save as JSON" }</button>
            </div>
            <p class="compare-state" role="status">{
                match &*waiting {
                    Some(name) => format!("Estimating {name}…"),
                    None if !ready && !sides.is_empty() => "Putting them side by side…".to_owned(),
                    None if full => format!("{MOST} stand side by side; take one out to add another."),
                    None => String::new(),
                }
            }</p>
            if ready {
                <div class="grid-frame">
                    <table class="grid compared">
                        <thead><tr><th scope="col">{ "Estimate" }</th>{ for head }</tr></thead>
                        <tbody>
                            { for shown.iter().map(line) }
                            if shown.is_empty() { <tr><td colspan={(names.len() + 1).to_string()}>{ "No estimate differs." }</td></tr> }
                        </tbody>
                    </table>
                </div>
                if let Some(plot) = plot { <Figure {plot} width={640.0} /> }
            } else {
                <p class="nothing">{ "Choose what to put beside this design. Every estimate of both is shown, with the difference in per cent and the better one of each row; the other design is only read." }</p>
            }
        </Modal>
    }
}

fn line(row: &Row) -> Html {
    let best = row.winner();
    let cells = row.values.iter().enumerate().map(|(at, value)| {
        let change = row.change(at).filter(|change| at > 0 && *change != 0.0);
        let worse = change.zip(row.better()).map(|(change, better)| (change < 0.0) == (better == Better::More));
        let class = worse.map(|worse| if worse { "error-text" } else { "good-text" });
        html! {
            <td key={at} class={classes!("number", (best == Some(at)).then_some("best"))}>
                if best == Some(at) { <span class="best-mark" title="The best of the row">{ "★" }<span class="sr-only">{ " best: " }</span></span> }
                { value.map_or_else(|| "unknown".to_owned(), |value| quantity(value, &row.unit)) }
                if let Some(change) = change { <small class={classes!(class)}>{ percent(change) }</small> }
            </td>
        }
    });
    html! { <tr key={row.key.clone()}><th scope="row">{ &row.label }</th>{ for cells }</tr> }
}

/// Has another design read and evaluated, in the worker where there is one.
fn evaluate(services: &Services, name: AttrValue, request: Request, take: Take) {
    let (own, catalog) = (request.clone(), services.catalog.clone());
    services.beside(&request, move |answer| {
        let name = name.clone();
        match answer {
            Answer::Made(text) => take(name, Ok(text.clone())),
            Answer::Failed(sentence) => take(name, Err(sentence)),
            Answer::Gone => {
                let (own, catalog, take) = (own.clone(), catalog.clone(), take.clone());
                spawn_local(async move {
                    let report = own.read_here(&catalog).await.map(|opened| service::evaluate(&opened.design, &catalog).to_json().into());
                    take(name, report);
                });
            }
            Answer::Stopped => take(name, Err("Stopped".to_owned())),
            Answer::Read(..) | Answer::Slice(..) => {}
        }
    });
}
