//! XPUs in the colours of the groups that a workload's ranks make along an axis: asked of the worker as long as somebody looks, with a legend on
//! the canvas.

use std::sync::Arc;

use yew::prelude::*;

use super::icon::Icon;
use crate::app::hooks::{use_action, use_selector, use_services};
use crate::app::store::Store;
use crate::app::{asking, host};
use crate::editor::overlay::{CLASS_COLOURS, Classes};
use crate::engine::ask::Said;
use crate::engine::training::ask::{NAMED, RANK};
use crate::engine::training::placement::Axis;

/// Asks for groups, has XPUs coloured by them, and shows the legend.
#[component]
pub fn RankColours() -> Html {
    let services = use_services();
    let wanted = use_selector(|view| (view.ui.traffic.ranks.clone(), view.session.revision(), view.session.is_report_current()));
    use_effect_with((*wanted).clone(), move |(ranks, revision, current)| {
        let store = services.store.clone();
        let Some((workload, axis)) = ranks.clone() else {
            store.set_overlay(|overlay| overlay.classes = None);
            return;
        };
        // A report goes before: it tells what is wrong, and the worker does one thing at a time.
        if !*current {
            return;
        }
        let (revision, asked) = (*revision, ranks.clone());
        asking::ask(
            &services,
            format!("ranks {axis}\nof {workload}"),
            |_| {},
            move |said| {
                let current = store.read(|view| view.session.revision() == revision && view.ui.traffic.ranks == asked);
                if current && !host::is_poisoned() {
                    paint(&store, &workload, &axis, &said);
                }
            },
        );
    });
    html! { <Groups /> }
}

/// Colours what was answered. A sentence instead of groups ends it: the panel shows why the workload cannot run.
fn paint(store: &Store, workload: &str, axis: &str, said: &Said) {
    let mut lines = said.text.lines();
    let count: Option<usize> = lines.next().and_then(|line| line.parse().ok());
    let classes = count.map(|count| {
        let mut names: Vec<String> = lines.map(str::to_owned).collect();
        names.resize(count, String::new());
        let title = Axis::parse(axis).map_or("", Axis::title);
        let nodes: Vec<_> = store.read(|view| view.session.design().nodes.ids().collect());
        let things = said.numbers.chunks_exact(RANK).filter_map(|rank| {
            let [node, inside, group] = rank else { return None };
            Some(((*nodes.get(*node as usize)?, (*inside >= 0.0).then_some(*inside as u16)), *group as u16))
        });
        Arc::new(Classes::of(&format!("{title} groups: {workload}"), names, things))
    });
    store.set_overlay(|overlay| overlay.classes = classes);
}

/// What the colours of things stand for, on the canvas: each class with its number and its name.
#[component]
fn Groups() -> Html {
    let shown = use_selector(|view| {
        let classes = view.session.overlay().classes.as_ref()?;
        Some((classes.title.clone(), classes.names.iter().take(NAMED).cloned().collect::<Vec<_>>(), classes.names.len()))
    });
    let shut = use_action(|store, _: MouseEvent| {
        store.change(|ui| ui.traffic.ranks = None);
        host::focus("canvas");
    });
    let Some((title, names, count)) = (*shown).clone() else { return Html::default() };
    let names = names.iter().enumerate().map(|(at, name)| {
        let colour = format!("class-{}", at % usize::from(CLASS_COLOURS));
        html! { <li key={at}><svg viewBox="0 0 16 12" aria-hidden="true"><rect class={colour} width="16" height="12" rx="2" /></svg><span class="number">{ at + 1 }</span><span class="truncate">{ name }</span></li> }
    });
    let more = count.saturating_sub(NAMED);
    html! {
        <section class="legend" aria-label="Legend of groups">
            <div class="legend-head">
                <b class="truncate">{ title }</b>
                <button class="button plain icon" aria-label="Show groups no more" title="Show groups no more" onclick={shut}>{ Icon::Close.html() }</button>
            </div>
            <ul class="legend-classes" tabindex="0" aria-label="Groups">{ for names }</ul>
            if more > 0 { <small>{ format!("and {more} more, in the same colours again") }</small> }
        </section>
    }
}
