//! What traffic puts on links: asked of the worker as long as anybody looks, drawn over the links with a legend on the canvas.

use std::rc::Rc;
use std::sync::Arc;

use yew::prelude::*;

use super::icon::Icon;
use super::rank_colours::RankColours;
use crate::app::hooks::{use_action, use_selector, use_services};
use crate::app::store::View;
use crate::app::ui::{Found, Question, RightTab};
use crate::app::{asking, host};
use crate::editor::overlay::{Measure, STEPS, Shades, is_end};
use crate::engine::ask;
use crate::engine::estimate::traffic::Traffic;
use crate::model::{Element, Subject};

/// What is asked now; `None` as long as nobody looks.
fn asked(view: &View) -> Option<Question> {
    let looked = &view.ui.traffic;
    let open = view.ui.right == RightTab::Traffic || looked.coloured;
    let pattern = looked.pattern;
    if !open || view.session.design().links.is_empty() || (pattern == Traffic::Matrix && looked.matrix.1.is_empty()) {
        return None;
    }
    let mut head = format!("traffic {}", pattern.word());
    for text in view.session.scenario().map(|scenario| scenario.off.as_slice()).unwrap_or_default() {
        head.push_str(&format!("\noff {text}"));
    }
    match (pattern, looked.ends.as_slice()) {
        (Traffic::Incast | Traffic::HotSpot, [one]) => head.push_str(&format!("\nto {one}")),
        (Traffic::OnePair, [one, other]) => head.push_str(&format!("\nfrom {one}\nto {other}")),
        (Traffic::OnePair, _) => return None,
        _ => {}
    }
    Some(Question { pattern, head, rows: looked.matrix.1.clone() })
}

/// A question as the engine reads it.
fn written(question: &Question) -> String {
    let mut text = question.head.clone();
    for row in question.rows.iter().filter(|_| question.pattern == Traffic::Matrix) {
        let rate = row.gbps.map_or_else(String::new, |rate| rate.to_string());
        text.push_str(&format!("\nrow {}\t{}\t{rate}", row.from, row.to));
    }
    text
}

/// What is selected that sends and receives, if it is one thing or two.
fn ends(view: &View) -> Option<Vec<Element>> {
    let selection = view.session.selection();
    let of = |subject: &Subject| match subject {
        Subject::Inside(element) => Some(element.clone()),
        Subject::Node(node) => Some(Element { node: *node, inside: None }),
        Subject::Port(port) => Some(Element { node: port.node, inside: None }),
        _ => None,
    };
    if !(1..=2).contains(&selection.len()) || !selection.iter().all(is_end) {
        return None;
    }
    Some(selection.iter().filter_map(of).collect())
}

/// Asks for loads, has links coloured by them, and shows the legend.
#[component]
pub fn Loads() -> Html {
    let services = use_services();
    let chosen = use_selector(ends);
    {
        // The last one or two that were selected stay the ends, whatever is looked at next.
        let store = services.store.clone();
        use_effect_with((*chosen).clone(), move |chosen| {
            if let Some(ends) = chosen.clone().filter(|ends| store.read(|view| view.ui.traffic.ends != *ends)) {
                store.change(|ui| ui.traffic.ends = ends);
            }
        });
    }
    let wanted = use_selector(|view| (asked(view), view.session.revision(), view.session.is_report_current()));
    {
        let services = services.clone();
        use_effect_with((*wanted).clone(), move |(question, revision, current)| {
            // A report goes before: it tells what is wrong, and the worker does one thing at a time.
            if let (Some(question), true) = (question.clone(), *current) {
                look_up(&services, question, *revision);
            }
        });
    }
    let shown = use_selector(|view| {
        let looked = &view.ui.traffic;
        let found = looked.found.clone().filter(|_| looked.coloured && asked(view).is_some());
        (found.map(|found| (found.revision, found.question.clone())), looked.measure, view.session.revision())
    });
    {
        let store = services.store.clone();
        use_effect_with((*shown).clone(), move |(found, measure, revision)| {
            let shades = store.read(|view| {
                let looked = &view.ui.traffic;
                let found = looked.found.as_ref().filter(|_| found.is_some())?;
                // Links are known by their place, which an edit may have changed.
                let current = found.revision == *revision;
                let kept = view.session.overlay().links.clone();
                if !current {
                    return kept;
                }
                found.told.as_ref().ok()?;
                let (design, catalog) = (view.session.design(), view.session.catalog());
                Shades::of(found.question.pattern.title(), found.loads.clone(), *measure, design, catalog).map(Arc::new)
            });
            store.set_overlay(|overlay| overlay.links = shades);
        });
    }
    html! { <div class="legends"><RankColours /><Legend /></div> }
}

fn look_up(services: &crate::app::effects::Services, question: Question, revision: u64) {
    let known = services.store.read(|view| view.ui.traffic.found.as_ref().is_some_and(|found| found.revision == revision && found.question == question));
    if known {
        return;
    }
    let (store, text) = (services.store.clone(), written(&question));
    asking::ask(
        services,
        text,
        |_| {},
        move |said| {
            // What was asked of an older state, or is no longer asked, is dropped.
            let current = store.read(|view| view.session.revision() == revision && asked(view).is_some_and(|now| now == question));
            if host::is_poisoned() || !current {
                return;
            }
            let links = store.read(|view| view.session.design().links.len());
            let found = Found { revision, question: question.clone(), told: ask::told(&said.text), loads: Arc::new(said.numbers), links };
            store.change(|ui| ui.traffic.found = Some(Rc::new(found)));
        },
    );
}

#[derive(Clone, PartialEq)]
struct Shown {
    title: String,
    ends: [String; 2],
    measure: Measure,
    off: bool,
}

/// The scale of the colours, on the canvas.
#[component]
fn Legend() -> Html {
    let shown = use_selector(|view| {
        let shades = view.session.overlay().links.as_ref()?;
        Some(Shown { title: shades.title.clone(), ends: shades.ends.clone(), measure: view.ui.traffic.measure, off: view.session.scenario().is_some() })
    });
    let measure = use_action(|store, measure: Measure| store.change(|ui| ui.traffic.measure = measure));
    let shut = use_action(|store, _: MouseEvent| {
        store.change(|ui| ui.traffic.coloured = false);
        host::focus("canvas");
    });
    let Some(shown) = (*shown).clone() else { return Html::default() };
    let steps = (0..STEPS).map(|step| {
        let high = 4 + step;
        html! { <rect key={step} class={format!("load-{step}")} x={(u32::from(step) * 24).to_string()} y={(12 - high).to_string()} width="23" height={high.to_string()} /> }
    });
    let choices = Measure::WORDS.iter().map(|(which, word)| {
        let which = *which;
        html! { <button key={*word} class="filter" aria-pressed={(shown.measure == which).to_string()} onclick={measure.reform(move |_: MouseEvent| which)}>{ *word }</button> }
    });
    html! {
        <section class="legend" aria-label="Legend of loads">
            <div class="legend-head">
                <b class="truncate">{ &shown.title }</b>
                <button class="button plain icon" aria-label="Colour links by load no more" title="Colour links by load no more (L)" onclick={shut}>{ Icon::Close.html() }</button>
            </div>
            <svg class="legend-scale" viewBox="0 0 191 12" preserveAspectRatio="none" aria-hidden="true">{ for steps }</svg>
            <div class="legend-ends"><span>{ &shown.ends[0] }</span><span>{ &shown.ends[1] }</span></div>
            <div class="legend-ends quiet"><span>{ "Colour: fullest" }</span><span>{ "Width: mean" }</span></div>
            <div class="legend-foot">
                <div class="filters" role="group" aria-label="What links show">{ for choices }</div>
                if shown.off { <small><span class="error-text" aria-hidden="true">{ "╌ " }</span>{ "off" }</small> }
            </div>
        </section>
    }
}
