//! Every single failure, worst first: asked for, worked out in the worker, each class shown in the drawing or switched off.

use std::rc::Rc;

use yew::prelude::*;

use super::failures::asked;
use crate::app::actions;
use crate::app::hooks::{use_action, use_selector, use_services};
use crate::editor::Intent;
use crate::engine::estimate::show::quantity;
use crate::engine::failures::ask;
use crate::engine::failures::ranking::{Class, Ranking};
use crate::model::{Outage, Subject};
use crate::units::{counted, grouped, significant};

/// So many classes are listed at first.
const LISTED: usize = 12;
/// So many things are selected at once.
const SHOWN: usize = 2000;

/// What was ranked.
#[derive(Clone, PartialEq)]
enum Found {
    Nothing,
    /// The job, and how much of it is done.
    Working(u32, f64),
    /// Of a revision: the ranking, the pair that is easiest to part, the names of what stands for each class.
    Done(u64, Rc<(Ranking, String, Vec<String>)>),
}

/// Every single failure.
#[component]
pub fn Ranked() -> Html {
    let services = use_services();
    let found = use_state(|| Found::Nothing);
    let all = use_state(|| false);
    let revision = *use_selector(|view| view.session.revision());
    let drawn = *use_selector(|view| !view.session.design().is_empty());
    let job = use_mut_ref(|| None::<u32>);
    {
        // What was asked of an older state, or by a panel that is closed, is of no use.
        let (services, found, job) = (services.clone(), found.setter(), job.clone());
        use_effect_with(revision, move |_| {
            move || {
                if let Some(job) = job.borrow_mut().take() {
                    services.stop_reading(job);
                    found.set(Found::Nothing);
                }
            }
        });
    }
    let rank = {
        let (services, setter, job) = (services.clone(), found.setter(), job.clone());
        Callback::from(move |_: MouseEvent| {
            let (progress, finished, done) = (setter.clone(), setter.clone(), job.clone());
            let (store, running) = (services.store.clone(), job.clone());
            let number = asked(
                &services,
                "rank".to_owned(),
                move |part| {
                    if let Some(job) = *running.borrow() {
                        progress.set(Found::Working(job, part));
                    }
                },
                move |text| {
                    *done.borrow_mut() = None;
                    let read = ask::ranking(&text).map(|(ranking, parts)| {
                        let first = |class: &Class| class.members.first().map(|member| class.subject(*member));
                        let named = |subject: Option<Subject>| {
                            subject.map_or_else(String::new, |subject| store.read(|view| actions::subject_words(view.session, &subject)))
                        };
                        let names = ranking.classes.iter().map(|class| named(first(class))).collect();
                        (store.read(|view| view.session.revision()), Rc::new((ranking, parts, names)))
                    });
                    finished.set(read.map_or(Found::Nothing, |(revision, found)| Found::Done(revision, found)));
                },
            );
            *job.borrow_mut() = Some(number);
            setter.set(Found::Working(number, 0.0));
        })
    };
    let stop = {
        let (services, setter, job) = (services.clone(), found.setter(), job.clone());
        Callback::from(move |_: MouseEvent| {
            if let Some(job) = job.borrow_mut().take() {
                services.stop_reading(job);
            }
            setter.set(Found::Nothing);
        })
    };
    let body = match &*found {
        Found::Nothing => html! {
            <>
                <p class="quiet">{ "Switches every link, switch and system off in turn: which failure parts XPUs, which takes most bandwidth." }</p>
                <div class="finding-actions"><button class="button" onclick={rank} disabled={!drawn}>{ "Rank every failure" }</button></div>
            </>
        },
        Found::Working(_, part) => html! {
            <div class="ranking-progress" role="status">
                <progress max="1" value={part.to_string()} aria-label="Ranking failures" />
                <button class="button" onclick={stop}>{ "Stop" }</button>
            </div>
        },
        Found::Done(of, ranked) => {
            let more = {
                let all = all.setter();
                Callback::from(move |_: MouseEvent| all.set(true))
            };
            html! {
                <div class={classes!((*of != revision).then_some("stale"))}>
                    { summary(&ranked.0, &ranked.1) }
                    <List ranked={ranked.clone()} most={if *all { usize::MAX } else { LISTED }} />
                    <div class="finding-actions">
                        if !*all && ranked.0.classes.len() > LISTED { <button class="button" onclick={more}>{ format!("{} more", ranked.0.classes.len() - LISTED) }</button> }
                        if *of != revision { <button class="button" onclick={rank}>{ "Rank again" }</button> }
                    </div>
                </div>
            }
        }
    };
    html! { <section aria-label="Every single failure"><h3 class="section">{ "Every single failure" }</h3>{ body }</section> }
}

fn summary(ranking: &Ranking, parts: &str) -> Html {
    let whole = ranking.whole.rate.map_or_else(|| "unknown".to_owned(), |rate| format!("{} a pair in the whole", quantity(rate, "Gb/s")));
    let only = format!(
        "{}, {} without which the fabric falls apart",
        counted(ranking.bridges as u64, "link", "links"),
        counted(ranking.articulation_points as u64, "node", "nodes")
    );
    let fact = |name: &'static str, value: &str| html! { <div class="fact"><dt>{ name }</dt><dd>{ value.to_owned() }</dd></div> };
    html! {
        <dl class="facts">
            { fact("All-to-all", &whole) }
            { fact("Routing", &ranking.routing) }
            { fact("Cut points", &only) }
            if !parts.is_empty() { { fact("Least cut", parts) } }
        </dl>
    }
}

#[derive(Properties)]
struct ListProps {
    ranked: Rc<(Ranking, String, Vec<String>)>,
    most: usize,
}

impl PartialEq for ListProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.ranked, &other.ranked) && self.most == other.most
    }
}

#[component]
fn List(props: &ListProps) -> Html {
    let reveal = use_action(|store, subjects: Vec<Subject>| store.dispatch(Intent::Reveal(subjects)));
    let fail = use_action(|store, subject: Option<Subject>| store.dispatch(Intent::Fail(subject.and_then(Outage::of).into_iter().collect())));
    let rows = props.ranked.0.classes.iter().zip(&props.ranked.2).enumerate().take(props.most).map(|(at, (class, name))| {
        let subjects: Vec<Subject> = class.members.iter().take(SHOWN).map(|member| class.subject(*member)).collect();
        let first = subjects.first().cloned();
        let count = class.members.len();
        let like = if count > 1 { format!(" and {} like it", grouped(count as u64 - 1)) } else { String::new() };
        let title = if count > SHOWN { format!("Show the first {} in the drawing", grouped(SHOWN as u64)) } else { "Show in the drawing".to_owned() };
        html! {
            <li key={at}>
                <button class="link-like" {title} onclick={reveal.reform(move |_: MouseEvent| subjects.clone())}>{ name }{ like }<small>{ cost(&props.ranked.0, class) }</small></button>
                <button class="button" aria-label={format!("Switch off {name}")} onclick={fail.reform(move |_: MouseEvent| first.clone())}>{ "Off" }</button>
            </li>
        }
    });
    html! { <ol class="off ranked">{ for rows }</ol> }
}

/// What a failure costs, in words.
fn cost(ranking: &Ranking, class: &Class) -> String {
    let mut words = Vec::new();
    let parted = ranking.parted(class);
    if parted > 0 {
        words.push(counted(parted, "pair without a route", "pairs without a route"));
    }
    if class.lost > 0 {
        words.push(counted(class.lost, "endpoint lost", "endpoints lost"));
    }
    match (class.loss, class.outcome.rate) {
        (Some(loss), _) if loss.abs() > 1e-9 => {
            words.push(format!("all-to-all {}{} %", if loss > 0.0 { "−" } else { "+" }, significant(loss.abs() * 100.0, 3)))
        }
        (Some(_), _) if words.is_empty() => words.push(if class.only_way { "parts what takes no part in traffic" } else { "costs no traffic" }.to_owned()),
        (None, None) => words.push("all-to-all unknown".to_owned()),
        _ => {}
    }
    words.join(" · ")
}
