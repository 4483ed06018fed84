//! Traffic: who sends to whom, what everyone gets, what no routing could exceed, and what is full.

use std::rc::Rc;

use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::estimates::row;
use super::field::choice_field;
use super::figure::Figure;
use crate::app::actions::subject_words;
use crate::app::hooks::{use_action, use_selector, use_store};
use crate::app::ui::Found;
use crate::editor::Intent;
use crate::engine::ask::Told;
use crate::engine::estimate::Estimate;
use crate::engine::estimate::show::quantity;
use crate::engine::estimate::traffic::Traffic;
use crate::io::matrix::read_matrix;
use crate::model::Subject;
use crate::render::plot::of;
use crate::units::{capital, counted, grouped};

/// So many bottlenecks are listed at first.
const LISTED: usize = 8;

/// A way to look at traffic: its name, and what it shows.
type Segment = (&'static str, fn() -> Html);

/// The Traffic tab: a segment for each way to look at traffic, as far as there are several.
#[component]
pub fn TrafficPanel() -> Html {
    let segments: [Segment; 2] = [("Flows", || html! { <Flows /> }), ("Training step", || html! { <super::training::Training /> })];
    let shown = use_state(|| 0usize);
    let buttons = segments.iter().enumerate().map(|(at, (name, _))| {
        let shown = shown.clone();
        let selected = *shown == at;
        html! { <button key={*name} class="segment" role="radio" aria-checked={selected.to_string()} onclick={move |_: MouseEvent| shown.set(at)}>{ *name }</button> }
    });
    html! {
        <div class="traffic">
            if segments.len() > 1 { <div class="segments" role="radiogroup" aria-label="What is looked at">{ for buttons }</div> }
            { segments.get(*shown).map(|(_, body)| body()) }
        </div>
    }
}

#[derive(Clone, PartialEq)]
struct Shown {
    pattern: Traffic,
    coloured: bool,
    ends: Vec<AttrValue>,
    problem: Option<String>,
    rows: usize,
    found: Option<Rc<Found>>,
    current: bool,
    drawn: bool,
    selected: Option<(String, String)>,
    explained: Option<String>,
    off: bool,
}

/// Flows of a pattern.
#[component]
fn Flows() -> Html {
    let state = use_selector(|view| {
        let looked = &view.ui.traffic;
        let only = view.session.selection().first().filter(|_| view.session.selection().len() == 1);
        Shown {
            pattern: looked.pattern,
            coloured: looked.coloured,
            ends: looked.ends.iter().map(|end| subject_words(view.session, &Subject::Node(end.node)).into()).collect(),
            problem: looked.matrix.2.clone(),
            rows: looked.matrix.1.len(),
            found: looked.found.clone().filter(|found| found.question.pattern == looked.pattern),
            current: looked.found.as_ref().is_some_and(|found| found.revision == view.session.revision()),
            drawn: !view.session.design().links.is_empty(),
            selected: only.and_then(|subject| Some((subject_words(view.session, subject), view.session.load_words(subject)?))),
            explained: view.ui.explained.clone(),
            off: view.session.scenario().is_some_and(|scenario| !scenario.off.is_empty()),
        }
    });
    let choose = use_action(|store, word: String| {
        let pattern = Traffic::WORDS.iter().find(|(known, _)| *known == word).map(|(_, traffic)| *traffic);
        store.change(|ui| ui.traffic.pattern = pattern.unwrap_or_default());
    });
    let colour = use_action(|store, _: MouseEvent| store.change(|ui| ui.traffic.coloured = !ui.traffic.coloured));
    let choices: Vec<(AttrValue, AttrValue)> = Traffic::WORDS.iter().map(|(word, traffic)| ((*word).into(), traffic.title().into())).collect();
    html! {
        <>
            { choice_field("Traffic", &choices, Some(state.pattern.word().into()), &choose) }
            <p class="quiet">{ state.pattern.help() }</p>
            if state.pattern == Traffic::Matrix { <Matrix problem={state.problem.clone()} rows={state.rows} /> }
            { ends(&state) }
            <button class="button" aria-pressed={state.coloured.to_string()} onclick={colour}>{ "Colour links by it" }<kbd>{ "L" }</kbd></button>
            if state.off { <p class="quiet">{ "Traffic, too, is of what the scenario leaves." }</p> }
            if let Some((name, words)) = &state.selected { <p class="note"><b>{ name }</b>{ format!(": {words}.") }</p> }
            { answer(&state) }
        </>
    }
}

/// Who the pattern is about, where that follows the selection.
fn ends(state: &Shown) -> Html {
    let words = match (state.pattern, state.ends.as_slice()) {
        (Traffic::OnePair, [one, other]) => format!("From {one} to {other}."),
        (Traffic::OnePair, _) => "Select two: click one, then another with Shift.".to_owned(),
        (Traffic::Incast | Traffic::HotSpot, [one]) => format!("To {one}."),
        (Traffic::Incast | Traffic::HotSpot, _) => "To the first of the design; select another to send to that.".to_owned(),
        _ => return Html::default(),
    };
    html! { <p class="note">{ words }</p> }
}

fn answer(state: &Shown) -> Html {
    if !state.drawn {
        return html! { <p class="nothing">{ "Connect at least two endpoints to see what traffic gets." }</p> };
    }
    let waits = match state.pattern {
        Traffic::Matrix => state.rows == 0,
        Traffic::OnePair => state.ends.len() != 2,
        _ => false,
    };
    match &state.found {
        _ if waits => Html::default(),
        None => html! { <p class="nothing" role="status">{ "Working it out…" }</p> },
        Some(found) => match &found.told {
            Err(sentence) => html! { <p class="note error-text" role="status">{ format!("{sentence}.") }</p> },
            Ok(told) => {
                html! { <div class={classes!("traffic-answer", (!state.current).then_some("stale"))}><Answer found={found.clone()} explained={state.explained.clone()} told={Rc::new(told.clone())} /></div> }
            }
        },
    }
}

#[derive(Properties, PartialEq)]
struct AnswerProps {
    found: Rc<Found>,
    told: Rc<Told>,
    explained: Option<String>,
}

/// Rates beside their bounds, and what is full.
#[component]
fn Answer(props: &AnswerProps) -> Html {
    let told = &props.told;
    let all = use_state(|| false);
    let toggle = use_action(|store, key: String| store.change(|ui| ui.explained = (ui.explained.as_ref() != Some(&key)).then_some(key)));
    let reveal = use_action(|store, subjects: Vec<Subject>| store.dispatch(Intent::Reveal(subjects)));
    let store = use_store();
    let ending = |endings: &'static [&'static str]| told.estimates.iter().filter(move |one| endings.iter().any(|ending| one.key().ends_with(ending)));
    let one = |estimate: &Estimate| {
        let key = estimate.key().to_owned();
        row(&titled(estimate), props.explained.as_deref() == Some(estimate.key()), toggle.reform(move |_: MouseEvent| key.clone()))
    };
    let reached = ending(&["-reached"]).next();
    // Why nothing is known, where nothing is.
    let slowest = ending(&["-slowest"]).next().filter(|estimate| estimate.value().is_none());
    let why = slowest.and_then(|estimate| estimate.inputs().iter().find(|input| input.value.is_none())).map(|input| input.label.clone());
    let shown = if *all { usize::MAX } else { LISTED };
    let list = told.bottlenecks.iter().take(shown).map(|(subject, count)| {
        let name = store.read(|view| subject_words(view.session, subject));
        let held = if *count > 0 { format!("holds {} back", counted(*count, "flow", "flows")) } else { String::new() };
        let subject = subject.clone();
        html! {
            <li key={name.clone()}>
                <button class="link-like" title="Show it in the drawing" onclick={reveal.reform(move |_: MouseEvent| vec![subject.clone()])}>{ name }<small>{ held }</small></button>
            </li>
        }
    });
    let cut = told.cut.clone();
    let more = {
        let all = all.clone();
        move |_: MouseEvent| all.set(true)
    };
    let plot = use_memo(props.found.clone(), |found| {
        of::utilisation(found.question.pattern.title(), found.loads.get(..2 * found.links).unwrap_or_default()).map(Rc::new)
    });
    // Why what all get is unknown stands in the formula; it is told before any number.
    let full: Vec<Subject> = told.bottlenecks.iter().map(|(subject, _)| subject.clone()).collect();
    html! {
        <>
            <p class="quiet">{ format!("{}. Routing: {}.", counted(told.flows, "flow", "flows"), told.routing) }</p>
            if let Some(why) = why { <p class="note error-text" role="status">{ format!("{}, so what everyone gets is not known.", capital(&why)) }</p> }
            <section aria-label="Achieved" class="estimates"><h3 class="section">{ "Achieved" }</h3>{ for ending(&["-slowest", "-mean", "-total", "-endpoint"]).map(one) }</section>
            if ending(&["-volumetric", "-cut", "-reached"]).next().is_some() {
                <section aria-label="At most" class="estimates">
                    <h3 class="section">{ "At most, whatever the routing" }</h3>
                    { for ending(&["-volumetric", "-cut"]).map(one) }
                    if let Some(reached) = reached { { one(reached) }{ meter(reached) } }
                    if !cut.is_empty() {
                        <div class="finding-actions"><button class="button" onclick={reveal.reform(move |_: MouseEvent| cut.clone())}>{ "Show the least cut" }</button></div>
                    }
                </section>
            }
            if told.full > 0 {
                <section aria-label="What is full">
                    <h3 class="section">{ format!("What is full: {}", grouped(told.full as u64)) }</h3>
                    <ul class="off ranked">{ for list }</ul>
                    <div class="finding-actions">
                        if !*all && told.bottlenecks.len() > LISTED { <button class="button" onclick={more}>{ format!("{} more", told.bottlenecks.len() - LISTED) }</button> }
                        <button class="button" onclick={reveal.reform(move |_: MouseEvent| full.clone())}>
                            { if told.full > told.bottlenecks.len() { format!("Show the first {}", told.bottlenecks.len()) } else { "Show all".to_owned() } }
                        </button>
                    </div>
                </section>
            }
            if let Some(plot) = &*plot {
                <section aria-label="Load of links"><Figure plot={plot.clone()} width={super::latency::WIDTH} /></section>
            }
        </>
    }
}

/// An estimate whose label leaves out the pattern, which stands above all of them.
fn titled(estimate: &Estimate) -> Estimate {
    let label = estimate.label();
    let rest = Traffic::WORDS.iter().find_map(|(_, traffic)| label.strip_prefix(traffic.title())?.strip_prefix(", "));
    rest.map_or_else(|| estimate.clone(), |rest| estimate.relabelled(crate::units::capital(rest)))
}

/// How much of what is possible is reached, as a bar.
fn meter(reached: &Estimate) -> Html {
    let share = reached.value().unwrap_or(0.0).clamp(0.0, 100.0);
    html! {
        <svg class="reached" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label={format!("{} reached", quantity(share, "%"))}>
            <rect class="rail" width="100" height="6" /><rect class="fill" width={format!("{share:.2}")} height="6" />
        </svg>
    }
}

#[derive(Properties, PartialEq)]
struct MatrixProps {
    problem: Option<String>,
    rows: usize,
}

/// The matrix as text, typed, pasted or from a file.
#[component]
fn Matrix(props: &MatrixProps) -> Html {
    let store = use_store();
    let area = use_node_ref();
    let take = {
        let store = store.clone();
        move |text: String| {
            let (rows, problem) = match read_matrix(&text) {
                Ok(rows) => (rows, None),
                Err(sentence) => (Vec::new(), (!text.trim().is_empty()).then_some(sentence)),
            };
            store.change(|ui| ui.traffic.matrix = (text, Rc::new(rows), problem));
        }
    };
    {
        // What was typed before is there again when the tab is opened again.
        let (area, store) = (area.clone(), store.clone());
        use_effect_with((), move |()| {
            if let Some(area) = area.cast::<HtmlTextAreaElement>() {
                area.set_value(&store.read(|view| view.ui.traffic.matrix.0.clone()));
            }
        });
    }
    let typed = {
        let take = take.clone();
        move |event: InputEvent| {
            if let Some(area) = event.target_dyn_into::<HtmlTextAreaElement>() {
                take(area.value());
            }
        }
    };
    let chosen = {
        let area = area.clone();
        move |event: Event| {
            let Some(input) = event.target_dyn_into::<HtmlInputElement>() else { return };
            let (Some(file), take, area) = (input.files().and_then(|files| files.get(0)), take.clone(), area.clone()) else { return };
            wasm_bindgen_futures::spawn_local(async move {
                let text = wasm_bindgen_futures::JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string()).unwrap_or_default();
                if let Some(area) = area.cast::<HtmlTextAreaElement>() {
                    area.set_value(&text);
                }
                take(text);
            });
        }
    };
    let problem = props.problem.clone();
    html! {
        <div class="matrix">
            <label>
                <span class="quiet">{ "Rows of sender, receiver, Gb/s; or a square with names along both edges" }</span>
                <textarea class="field mono" ref={area} rows="5" spellcheck="false" placeholder={"dgx-1,dgx-2,400\ndgx-2,dgx-3,200G"} oninput={typed}
                    aria-invalid={problem.is_some().to_string()} aria-describedby="matrix-told" />
            </label>
            <label class="button file-button">{ "From a CSV file…" }<input type="file" class="sr-only" accept=".csv,.tsv,.txt,text/csv" onchange={chosen} /></label>
            <p id="matrix-told" role="status" class={classes!("note", problem.is_some().then_some("error-text"))}>
                { problem.unwrap_or_else(|| if props.rows > 0 { counted(props.rows as u64, "flow", "flows") } else { String::new() }) }
            </p>
        </div>
    }
}
