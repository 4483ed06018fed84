//! The status bar: how much is drawn, what it can do and costs, how the engine is doing, how near it is seen, where help is.

use yew::prelude::*;

use crate::app::actions::show_estimate;
use crate::app::hooks::{use_action, use_selector};
use crate::app::host;
use crate::app::ui::{Dialog, EngineState, WheelChoice};
use crate::editor::{Intent, Zoom};
use crate::engine::estimate::Estimate;
use crate::engine::estimate::show::quantity;
use crate::model::Currency;
use crate::units::{counted, grouped, significant};

/// The status bar.
#[component]
pub fn StatusBar() -> Html {
    let (counts, selected, engine, figures) = (use_counts(), use_selected(), use_engine(), use_figures());
    let (wheel, zoom_level, help) = (use_wheel(), use_zoom_level(), use_help());
    html! {
        <footer class="foot">
            { counts }
            { selected }
            { engine }
            { figures }
            { wheel }
            { zoom_level }
            { help }
        </footer>
    }
}

#[hook]
fn use_counts() -> Html {
    let counts = use_selector(|view| {
        let design = view.session.design();
        // The report knows what is inside systems; until it is there, the drawing itself is counted.
        let counts = view.session.report().map(|report| report.counts);
        (counts, design.nodes.len(), design.links.len(), design.racks.len())
    });
    let (counts, nodes, links, racks) = *counts;
    let several = |count: usize, one: &str, more: &str| (count > 0).then(|| counted(count as u64, one, more));
    let words: Vec<String> = match counts {
        Some(counts) => [
            several(counts.racks, "rack", "racks"),
            several(counts.systems, "system", "systems"),
            several(counts.xpus, "XPU", "XPUs"),
            several(counts.switches, "switch", "switches"),
            several(counts.links, "link", "links"),
        ],
        None => [several(racks, "rack", "racks"), several(nodes, "node", "nodes"), several(links, "link", "links"), None, None],
    }
    .into_iter()
    .flatten()
    .collect();
    html! { <span class="truncate" id="counts">{ if words.is_empty() { "Empty design".to_owned() } else { words.join(" · ") } }</span> }
}

#[hook]
fn use_selected() -> Html {
    let count = use_selector(|view| view.session.selection().len());
    if *count == 0 {
        return Html::default();
    }
    html! { <span class="wide-only">{ format!("{} selected", grouped(*count as u64)) }</span> }
}

/// What is asked of every fabric first, by the keys of its estimates.
const FIGURES: [(&str, &str); 4] = [("bisection", "Bisection"), ("latency-worst", "Worst latency"), ("power", "Power"), ("cost", "Cost")];

#[hook]
fn use_figures() -> Html {
    let figures = use_selector(|view| {
        let list = view.session.report().map(|report| report.estimates.as_slice()).unwrap_or_default();
        let of = |(key, words)| {
            list.iter().find(|estimate| estimate.key() == key).map(|estimate| (key, words, rounded(estimate), (estimate.is_recalled(), estimate.is_partial())))
        };
        (FIGURES.map(of), view.session.is_report_current(), view.session.scenario().is_some())
    });
    let show = use_action(|store, key: &'static str| show_estimate(store, key));
    let (figures, current, degraded) = &*figures;
    let figures = figures.iter().flatten().map(|(key, words, value, (recalled, partial))| {
        // A sum that lacks something is no total.
        let so_far = if *partial { " so far " } else { " " };
        let (key, title) = (*key, if *recalled { "rests on a recalled figure; open its formula" } else { "Open its formula" });
        html! { <button class="ample-only" onclick={show.reform(move |_: MouseEvent| key)} title={title}>{ *words }{ so_far }<b class={classes!(recalled.then_some("recalled"))}>{ value }</b></button> }
    });
    html! { <span class={classes!("figures", (!current).then_some("stale"))} aria-label="Key figures" role="group">if *degraded { <span class="ample-only" title="Nothing switched off; what the scenario leaves stands in Failures">{ "Whole fabric:" }</span> }{ for figures }</span> }
}

/// An estimate in few digits: money as `11.2 M USD`, where the list has all of them.
fn rounded(estimate: &Estimate) -> String {
    match estimate.value() {
        None => "unknown".to_owned(),
        Some(value) if value >= 1e6 && Currency::parse(estimate.unit()).is_some() => {
            let (by, letter) = if value >= 1e9 { (1e9, "bn") } else { (1e6, "M") };
            format!("{} {letter} {}", significant(value / by, 3), estimate.unit())
        }
        Some(value) => quantity(value, estimate.unit()),
    }
}

#[hook]
fn use_engine() -> Html {
    let state = use_selector(|view| (view.ui.engine.clone(), view.session.is_report_current(), view.session.design().is_empty()));
    let (engine, current, empty) = &*state;
    match engine {
        EngineState::InPage(reason) => {
            html! { <span class="warning-text truncate" title={reason.clone()}>{ format!("▲ Checking in the page: {reason}") }</span> }
        }
        // Of nothing nothing is asked.
        _ if *empty => Html::default(),
        EngineState::Starting => html! { <span class="faint">{ "Starting the engine…" }</span> },
        _ if !*current => html! { <span class="faint">{ "Checking…" }</span> },
        _ => Html::default(),
    }
}

#[hook]
fn use_wheel() -> Html {
    let choice = use_selector(|view| view.ui.wheel);
    let (next, words) = match *choice {
        WheelChoice::Auto => (WheelChoice::Mouse, "Wheel: auto"),
        WheelChoice::Mouse => (WheelChoice::Trackpad, "Wheel: zooms"),
        WheelChoice::Trackpad => (WheelChoice::Auto, "Wheel: pans"),
    };
    let switch = use_action(move |store, _: MouseEvent| {
        host::prefer("weft:wheel", next.key());
        store.change(|ui| ui.wheel = next);
    });
    html! { <button class="wide-only" onclick={switch} title="What the wheel and two fingers on a trackpad do">{ words }</button> }
}

#[hook]
fn use_zoom_level() -> Html {
    let percent = use_selector(|view| significant(view.session.camera().zoom * 100.0, 3));
    let fit = use_action(|store, _: MouseEvent| store.dispatch(Intent::Zoom(Zoom::Fit)));
    html! { <button onclick={fit} title="Show all (Shift+1)" aria-label={format!("Zoom {percent} %, show all")}>{ format!("{percent} %") }</button> }
}

#[hook]
fn use_help() -> Html {
    let show = use_action(|store, _: MouseEvent| store.change(|ui| ui.dialog = Some(Dialog::Shortcuts)));
    html! { <button onclick={show} aria-label="Shortcuts" title="Shortcuts (?)">{ "?" }<span class="broad-only">{ " Shortcuts" }</span></button> }
}
