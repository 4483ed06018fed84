//! Latency over all pairs: the histogram, the classes that pairs fall into with the slowest of each term by term, and the slowest pairs.

use std::rc::Rc;

use yew::prelude::*;

use super::answering::{Asked, use_answer, working};
use super::estimates::{stack, swatch};
use super::field::TextField;
use super::figure::Figure;
use crate::app::hooks::{use_action, use_selector, use_store};
use crate::editor::Intent;
use crate::engine::latency::answer::{Answer, Ends, Row};
use crate::engine::latency::{LIVE, MESSAGE};
use crate::model::Subject;
use crate::render::plot::of;
use crate::units::{Bytes, Nanoseconds, grouped};

/// How wide figures in the column are laid out.
pub const WIDTH: f64 = 288.0;

/// Latency over all pairs.
#[component]
pub fn Latency() -> Html {
    let store = use_store();
    let stated = use_selector(|view| view.ui.message.map(Bytes).or(view.session.design().meta.settings.message).unwrap_or(MESSAGE));
    let own = use_state(|| None::<Bytes>);
    // A design that takes long is looked at when somebody says so, for one revision.
    let whole = use_state(|| None::<u64>);
    let revision = *use_selector(|view| view.session.revision());
    let size = own.unwrap_or(*stated);
    let long = *whole == Some(revision);
    let question: Rc<str> = format!("latency {}\nsize {}", if long { "-".to_owned() } else { LIVE.to_string() }, size.0).into();
    let (asked, stop) = use_answer(Some(question), long);
    let text = if let Asked::Done(text, _) = &asked { Some(text.clone()) } else { None };
    let answer = use_memo(text, |text| text.as_ref().and_then(|text| Answer::from_json(text).ok()));
    let plot = use_memo(answer.clone(), |answer| answer.as_ref().as_ref().and_then(of::latency).map(Rc::new));
    let commit = {
        let own = own.setter();
        Callback::from(move |text: String| match text.trim() {
            "" => own.set(None),
            "0" => own.set(Some(Bytes(0.0))),
            text => match text.parse::<Bytes>().ok().filter(|size| (1.0..=1e15).contains(&size.0)) {
                Some(size) => own.set(Some(size)),
                None => store.complain("A message has 1 byte to 1 PB, for example 64 KiB; 0 asks for the way alone"),
            },
        })
    };
    let all = {
        let whole = whole.setter();
        Callback::from(move |_: MouseEvent| whole.set(Some(revision)))
    };
    let stopped = {
        let whole = whole.setter();
        Callback::from(move |()| {
            stop.emit(());
            whole.set(None);
        })
    };
    let body = match (&asked, &*answer) {
        (Asked::Working(part), _) => working("Latency over all pairs", *part, &stopped),
        (Asked::Nothing, _) | (_, None) => html! { <p class="nothing" role="status">{ "Waiting for the report…" }</p> },
        (_, Some(answer)) if !answer.is_complete() => html! {
            <>
                <p class="quiet">{ format!("{} endpoints differ from each other, too many for an answer with every edit. Nothing is sampled: all pairs are worked out when you ask for them.", grouped(answer.of)) }</p>
                <div class="finding-actions"><button class="button" onclick={all}>{ "Work out all pairs" }</button></div>
            </>
        },
        (_, Some(answer)) if answer.pairs == 0 => html! { <p class="nothing">{ "No two endpoints have a route." }</p> },
        (Asked::Done(_, stale), Some(answer)) => html! {
            <div class={classes!(stale.then_some("stale"))}>
                { summary(answer) }
                if let Some(plot) = &*plot { <Figure plot={plot.clone()} width={WIDTH} /> }
                <Classes answer={answer.clone()} />
            </div>
        },
    };
    html! {
        <>
            <TextField label="Message" value={AttrValue::from(if size.0 > 0.0 { size.to_string() } else { "0".to_owned() })} example="4 KiB" {commit} />
            { body }
        </>
    }
}

fn time(value: Option<f64>) -> String {
    value.map_or_else(|| "unknown".to_owned(), |value| Nanoseconds(value).to_string())
}

fn summary(answer: &Answer) -> Html {
    let number = |label: &'static str, value: Option<f64>| html! { <div><dt>{ label }</dt><dd>{ time(value) }</dd></div> };
    let more = |count: u64, words: &'static str| (count > 0).then(|| html! { <p class="quiet">{ format!("{} pairs {words}", grouped(count)) }</p> });
    html! {
        <>
            <dl class="numbers">{ number("Best", answer.best) }{ number("Mean", answer.mean) }{ number("Worst", answer.worst) }</dl>
            { more(answer.apart, "have no route") }
            { more(answer.unknown, "have a link on the way whose rate is not known") }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct ClassesProps {
    answer: Answer,
}

/// Classes of pairs, each with its slowest pair; a press shows that pair and its way in the drawing.
#[component]
fn Classes(props: &ClassesProps) -> Html {
    let open = use_state(|| None::<usize>);
    let reveal = use_action(|store, path: Vec<Subject>| store.dispatch(Intent::Reveal(path)));
    let answer = &props.answer;
    let longest = answer.classes.iter().map(|row| row.terms.iter().map(|(_, value)| *value).sum::<f64>()).fold(0.0, f64::max);
    let rows = answer.classes.iter().enumerate().map(|(at, row)| {
        let chosen = *open == Some(at);
        let path = row.slowest.path.clone();
        let (open, reveal) = (open.setter(), reveal.clone());
        let press = Callback::from(move |_: MouseEvent| {
            open.set((!chosen).then_some(at));
            if !chosen {
                reveal.emit(path.clone());
            }
        });
        html! {
            <li key={at}>
                <button class="estimate-row" aria-expanded={chosen.to_string()} title="Shows its slowest pair and the way between" onclick={press}>
                    <span class="estimate-label">{ &row.name }</span>
                    <b class="estimate-value">{ time(row.worst) }</b>
                    { stack(row.terms.iter().map(|(label, value)| (label.as_str(), *value)), longest) }
                    <small>{ format!("{} hops · {} pairs", row.hops, grouped(row.pairs)) }</small>
                    <small class="estimate-range">{ format!("{} to {}", time(row.best), time(row.worst)) }</small>
                </button>
                if chosen { { terms(row) } }
            </li>
        }
    });
    let pairs = answer.longest.iter().enumerate().map(|(at, ends)| {
        let path = ends.path.clone();
        html! { <li key={at}><button class="link-like" onclick={reveal.reform(move |_: MouseEvent| path.clone())}>{ pair(ends) }<small>{ like(ends) }</small></button></li> }
    });
    html! {
        <>
            <h3>{ "Kinds of pairs, each with its slowest" }</h3>
            <ul class="classes">{ for rows }</ul>
            <h3>{ "Slowest pairs" }</h3>
            <ol class="off ranked">{ for pairs }</ol>
        </>
    }
}

fn pair(ends: &Ends) -> String {
    let [from, to] = &ends.names;
    format!("{from} to {to}")
}

fn like(ends: &Ends) -> String {
    let more = if ends.like > 1 { format!(" · and {} like it", grouped(ends.like - 1)) } else { String::new() };
    format!("{}{more}", time(ends.latency))
}

/// The slowest pair of a class term by term, software apart.
fn terms(row: &Row) -> Html {
    let lines = row.terms.iter().enumerate().map(|(at, (label, value))| {
        html! { <div key={at}><dt>{ swatch(at) }{ label }</dt><dd>{ time(Some(*value)) }</dd></div> }
    });
    let software = row.software.map_or_else(|| "unknown".to_owned(), |(low, high)| format!("{} to {}", Nanoseconds(low), Nanoseconds(high)));
    html! {
        <div class="reasons">
            <p>{ pair(&row.slowest) }</p>
            <dl class="terms">{ for lines }</dl>
            <p class="quiet">{ format!("On the wire, adapters included. Not in it: a step of a collective library, {software}.") }</p>
        </div>
    }
}
