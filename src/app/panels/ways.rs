//! The ways between two things: what is selected and what the pointer is over, or two things that are selected. Drawn over the fabric, with
//! hops, paths, bandwidth and the latency term by term on a card.

use std::rc::Rc;
use std::sync::Arc;

use gloo::timers::callback::Timeout;
use yew::prelude::*;

use super::estimates::estimate_stack as stack;
use crate::app::hooks::{use_selector, use_services};
use crate::app::store::View;
use crate::app::{asking, host};
use crate::editor::Gesture;
use crate::editor::overlay::is_end;
use crate::engine::ask::{self, Paths};
use crate::engine::estimate::Estimate;
use crate::engine::estimate::show::quantity;
use crate::model::Subject;
use crate::units::{Bytes, Nanoseconds, decimal};

/// The pointer rests over a thing for so long before it is asked about, in milliseconds.
const REST: u32 = 140;

/// What is asked now, if two ends are known.
fn asked(view: &View) -> Option<String> {
    let session = view.session;
    if !matches!(session.gesture(), Gesture::Idle) || view.ui.floor || view.ui.dialog.is_some() || session.design().links.is_empty() {
        return None;
    }
    let mut selected = session.selection().iter();
    let (one, other) = match (selected.next(), selected.next(), selected.next()) {
        (Some(one), Some(other), None) => (one.clone(), other.clone()),
        (Some(one), None, _) => {
            // What is only passed by the pointer is a hover of its own.
            session.hover().filter(|hover| is_end(hover))?;
            (one.clone(), session.end_at(session.pointer()?)?)
        }
        _ => return None,
    };
    let node = |subject: &Subject| match subject {
        Subject::Inside(element) => Some(element.node),
        Subject::Node(node) => Some(*node),
        Subject::Port(port) => Some(port.node),
        _ => None,
    };
    let apart = node(&one)? != node(&other)? || (matches!((&one, &other), (Subject::Inside(_), Subject::Inside(_))) && one != other);
    if !apart {
        return None;
    }
    let mut question = format!("pair {one} {other}\nsize {}", view.ui.message.or(session.design().meta.settings.message.map(|size| size.0)).unwrap_or(4096.0));
    for text in session.scenario().map(|scenario| scenario.off.as_slice()).unwrap_or_default() {
        question.push_str(&format!("\noff {text}"));
    }
    Some(question)
}

/// The ways between two things.
#[component]
pub fn Ways() -> Html {
    let services = use_services();
    let found = use_state(|| None::<(u64, String, Rc<Result<Paths, String>>)>);
    let wanted = use_selector(|view| (asked(view), view.session.revision()));
    {
        let (services, found) = (services.clone(), found.clone());
        use_effect_with((*wanted).clone(), move |(question, revision)| {
            let revision = *revision;
            let known = found.as_ref().is_some_and(|(of, known, _)| *of == revision && Some(known) == question.as_ref());
            if !known {
                services.store.set_overlay(|overlay| overlay.ways = None);
            }
            let timer = question.clone().filter(|_| !known).map(|question| {
                Timeout::new(REST, move || {
                    let (store, own) = (services.store.clone(), question.clone());
                    asking::ask(
                        &services,
                        question,
                        |_| {},
                        move |said| {
                            // What is no longer looked at is dropped.
                            let current = store.read(|view| view.session.revision() == revision && asked(view).as_ref() == Some(&own));
                            if host::is_poisoned() || !current {
                                return;
                            }
                            let links =
                                said.numbers.chunks_exact(2).filter_map(|pair| if let [link, share] = pair { Some((*link as u32, *share)) } else { None });
                            let links = Arc::new(links.collect::<Vec<_>>());
                            store.set_overlay(|overlay| overlay.ways = Some(links));
                            found.set(Some((revision, own.clone(), Rc::new(ask::paths(&said.text)))));
                        },
                    );
                })
            });
            move || drop(timer)
        });
    }
    let (question, revision) = &*wanted;
    let Some((_, _, paths)) = found.as_ref().filter(|(of, known, _)| of == revision && Some(known) == question.as_ref()) else { return Html::default() };
    match &**paths {
        Ok(paths) => card(paths, question.as_deref().unwrap_or_default()),
        Err(sentence) => html! { <div class="ways-card" role="status"><p class="quiet">{ format!("{sentence}.") }</p></div> },
    }
}

fn card(paths: &Paths, question: &str) -> Html {
    let with = |key: &str| paths.estimates.iter().find(|estimate| estimate.key() == key);
    let size = question.lines().find_map(|line| line.strip_prefix("size ")).and_then(decimal).map(Bytes);
    let told = |estimate: Option<&Estimate>| {
        let value = estimate.and_then(|estimate| Some(quantity(estimate.value()?, estimate.unit())));
        let recalled = estimate.is_some_and(Estimate::is_recalled);
        html! { <b class={recalled.then_some("recalled")} title={recalled.then_some("Rests on a recalled figure")}>{ value.unwrap_or_else(|| "unknown".to_owned()) }</b> }
    };
    let latency = with("pair-latency");
    let terms = latency.map(|latency| {
        latency.inputs().iter().filter(|term| term.unit == Nanoseconds::UNIT && term.value.is_some_and(|value| value > 0.0)).collect::<Vec<_>>()
    });
    let terms = terms.unwrap_or_default().into_iter().enumerate().map(|(at, term)| {
        html! {
            <li key={at}><svg viewBox="0 0 8 8" aria-hidden="true"><rect class={format!("term-{}", at % 8)} width="8" height="8" rx="2" /></svg>
                <span>{ &term.label }</span><span class="number">{ quantity(term.value.unwrap_or(0.0), &term.unit) }</span></li>
        }
    });
    let count =
        format!("{} {}, {} {}", paths.hops, if paths.hops == 1 { "hop" } else { "hops" }, paths.paths, if paths.paths == "1" { "path" } else { "equal paths" });
    html! {
        <div class="ways-card" role="status" aria-label="Between the two">
            <p class="ways-ends"><b class="truncate">{ &paths.ends[0] }</b><span class="faint">{ "to" }</span><b class="truncate">{ &paths.ends[1] }</b></p>
            <p class="quiet">{ count }</p>
            <dl>
                <dt>{ "Bandwidth" }</dt><dd>{ told(with("pair-bandwidth")) }</dd>
                <dt>{ size.map_or_else(|| "Latency".to_owned(), |size| format!("Latency of {size}")) }</dt><dd>{ told(latency) }</dd>
            </dl>
            { latency.map(stack) }
            <ul>{ for terms }</ul>
        </div>
    }
}
