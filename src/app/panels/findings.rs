//! What is wrong, what it costs, and what can be done: one card per finding.

use std::rc::Rc;

use yew::prelude::*;

use super::field::TextField;
use crate::app::hooks::{use_action, use_selector, use_store};
use crate::app::host;
use crate::editor::Intent;
use crate::engine::diagnostics::{Diagnostic, Edit, Fix, Severity, Trust, fix_all};
use crate::engine::rules;
use crate::model::{Silencing, Subject};

/// More cards than this are told as a number.
const CARDS: usize = 120;

/// What is shown of a report. Compared by revision: a report never changes once it is there.
#[derive(Clone)]
struct Shown {
    known: bool,
    empty: bool,
    current: bool,
    counts: [usize; 3],
    list: Rc<Vec<(Diagnostic, Option<Fix>)>>,
    silenced: Rc<Vec<Silencing>>,
}

impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        (self.known, self.empty, self.current, self.counts, &self.silenced, &self.list)
            == (other.known, other.empty, other.current, other.counts, &other.silenced, &other.list)
    }
}

/// What is wrong.
#[component]
pub fn Findings() -> Html {
    let filter = use_state(|| None::<Severity>);
    let wanted = *filter;
    let shown = use_selector(move |view| {
        let report = view.session.report();
        let list = report.map(|report| {
            let open = report.diagnostics.iter().filter(|diagnostic| diagnostic.silenced.is_none());
            let mut last = "";
            let mut cards = Vec::new();
            for diagnostic in open.filter(|diagnostic| wanted.is_none_or(|wanted| diagnostic.severity == wanted)).take(CARDS) {
                // Findings of one kind stand together: the first offers to fix them all.
                let all = (diagnostic.code != last && !diagnostic.fixes.is_empty()).then(|| fix_all(&report.diagnostics, &diagnostic.code)).flatten();
                last = &diagnostic.code;
                cards.push((diagnostic.clone(), all));
            }
            cards
        });
        let count = |severity| report.map_or(0, |report| report.count(severity));
        Shown {
            known: report.is_some(),
            empty: view.session.design().is_empty(),
            current: view.session.is_report_current(),
            counts: [count(Severity::Error), count(Severity::Warning), count(Severity::Info)],
            list: Rc::new(list.unwrap_or_default()),
            silenced: Rc::new(view.session.design().meta.silenced.clone()),
        }
    });
    let [errors, warnings, notes] = shown.counts;
    let total = match wanted {
        Some(Severity::Error) => errors,
        Some(Severity::Info) => notes,
        Some(Severity::Warning) => warnings,
        None => errors + warnings + notes,
    };
    let choice = |severity: Option<Severity>, words: String| {
        let filter = filter.clone();
        html! { <button class="filter" aria-pressed={(wanted == severity).to_string()} onclick={Callback::from(move |_: MouseEvent| filter.set(severity))}>{ words }</button> }
    };
    let cards = shown.list.iter().map(|(diagnostic, all)| {
        let key = format!("{}{}{}", diagnostic.code, diagnostic.subject, diagnostic.message);
        html! { <Card key={key} diagnostic={diagnostic.clone()} all={all.clone()} /> }
    });
    html! {
        <div class={classes!("findings", (!shown.current).then_some("stale"))}>
            if errors + warnings + notes > 0 {
                <div class="filters" role="group" aria-label="Which findings">
                    { choice(None, "All".to_owned()) }
                    { choice(Some(Severity::Error), format!("Errors {errors}")) }
                    { choice(Some(Severity::Warning), format!("Warnings {warnings}")) }
                    { choice(Some(Severity::Info), format!("Notes {notes}")) }
                </div>
            }
            { for cards }
            if total > shown.list.len() { <p class="nothing">{ format!("and {} more", total - shown.list.len()) }</p> }
            if shown.list.is_empty() { <p class="nothing">{ silence(&shown, total) }</p> }
            if !shown.silenced.is_empty() { <Accepted silenced={shown.silenced.clone()} /> }
        </div>
    }
}

fn silence(shown: &Shown, total: usize) -> &'static str {
    match (shown.empty, shown.known, total) {
        (true, ..) => "Findings appear here as you draw.",
        (_, false, _) => "Checking…",
        _ => "Nothing to find fault with.",
    }
}

#[derive(Properties, PartialEq)]
struct CardProps {
    diagnostic: Diagnostic,
    all: Option<Fix>,
}

#[derive(Properties, PartialEq)]
struct AcceptedProps {
    silenced: Rc<Vec<Silencing>>,
}

/// What the design accepts, with the reasons, and how to take that back.
#[component]
fn Accepted(props: &AcceptedProps) -> Html {
    let take_back = use_action(|store, (code, subject): (String, Option<String>)| {
        let title = format!("Take the silencing of {code} back");
        store.dispatch(Intent::ApplyFix(Fix { title, trust: Trust::Safe, edits: vec![Edit::Unsilence { code, subject }] }));
    });
    let rows = props.silenced.iter().enumerate().map(|(at, silencing)| {
        let named = (silencing.code.clone(), silencing.subject.clone());
        let place = silencing.subject.as_deref().map_or_else(|| "everywhere".to_owned(), |subject| format!("at {subject}"));
        html! {
            <p key={at} class="source">
                <span class="code">{ &silencing.code }</span>{ format!(" {place}: {} ", silencing.reason) }
                <button class="button" onclick={take_back.reform(move |_: MouseEvent| named.clone())}>{ "Take back" }</button>
            </p>
        }
    });
    html! { <details class="finding"><summary>{ format!("Silenced {}", props.silenced.len()) }</summary>{ for rows }</details> }
}

#[derive(Properties, PartialEq)]
struct SilenceProps {
    code: String,
    subject: Subject,
}

/// Asks for the reason to accept a finding, and whether it holds for the whole design.
#[component]
fn Silence(props: &SilenceProps) -> Html {
    let everywhere = use_state(|| false);
    let store = use_store();
    let accept = {
        let (code, subject) = (props.code.clone(), (!*everywhere).then(|| props.subject.to_string()));
        Callback::from(move |reason: String| {
            if !reason.trim().is_empty() {
                let edit = Edit::Silence { code: code.clone(), subject: subject.clone(), reason: reason.trim().to_owned() };
                store.dispatch(Intent::ApplyFix(Fix { title: format!("Silence {code}"), trust: Trust::Safe, edits: vec![edit] }));
            }
        })
    };
    let toggle = {
        let everywhere = everywhere.clone();
        Callback::from(move |_: MouseEvent| everywhere.set(!*everywhere))
    };
    html! {
        <div class="why">
            <TextField label="Reason" value={AttrValue::from("")} example="why this is accepted" commit={accept} />
            <label><input type="checkbox" checked={*everywhere} onclick={toggle} />{ " everywhere in this design" }</label>
        </div>
    }
}

#[component]
fn Card(props: &CardProps) -> Html {
    let why = use_state(|| false);
    let silencing = use_state(|| false);
    let reveal = use_action(|store, subjects: Vec<Subject>| store.dispatch(Intent::Reveal(subjects)));
    let diagnostic = &props.diagnostic;
    let (class, sign) = sign(diagnostic.severity);
    let subjects: Vec<Subject> = std::iter::once(&diagnostic.subject)
        .chain(diagnostic.related.iter().map(|related| &related.subject))
        .filter(|subject| **subject != Subject::Design)
        .cloned()
        .collect();
    let go = {
        let (reveal, subjects) = (reveal.clone(), subjects.clone());
        Callback::from(move |_: MouseEvent| {
            if !subjects.is_empty() {
                reveal.emit(subjects.clone());
            }
        })
    };
    let toggle = {
        let why = why.clone();
        Callback::from(move |_: MouseEvent| why.set(!*why))
    };
    let ask = {
        let silencing = silencing.clone();
        Callback::from(move |_: MouseEvent| silencing.set(!*silencing))
    };
    let fixes: Vec<Fix> = diagnostic.fixes.iter().chain(&props.all).cloned().collect();
    html! {
        <article class={classes!("finding", class)}>
            <button class="finding-head" onclick={go} title={if subjects.is_empty() { "" } else { "Show it in the drawing" }}>
                <b class="finding-title"><span aria-hidden="true">{ sign }{ " " }</span><span class="sr-only">{ diagnostic.severity.label() }{ ": " }</span>{ &diagnostic.title }</b>
                <span class="code">{ &diagnostic.code }</span>
                <span class={classes!("finding-message", diagnostic.recalled.then_some("recalled"))}>{ &diagnostic.message }</span>
            </button>
            <div class="finding-actions">
                <Fixes fixes={fixes} />
                <button class="button" aria-expanded={why.to_string()} onclick={toggle}>{ "Why" }</button>
                <button class="button" aria-expanded={silencing.to_string()} onclick={ask}>{ "Silence…" }</button>
            </div>
            if !diagnostic.source.is_empty() { <div class="source">{ &diagnostic.source }</div> }
            if diagnostic.recalled { <div class="source">{ "Rests on a recalled figure" }</div> }
            if *silencing { <Silence code={diagnostic.code.clone()} subject={diagnostic.subject.clone()} /> }
            if *why { { documentation(&diagnostic.code) } }
        </article>
    }
}

/// The class and the mark of a severity: colour never speaks alone.
pub fn sign(severity: Severity) -> (&'static str, &'static str) {
    match severity {
        Severity::Error => ("error", "●"),
        Severity::Info => ("note", "○"),
        Severity::Warning => ("warning", "▲"),
    }
}

/// The fixes of a finding.
#[derive(Properties, PartialEq)]
pub struct FixesProps {
    /// What can be done, the best first.
    pub fixes: Vec<Fix>,
}

/// A button for every fix. While one is pointed at or has the focus, the drawing shows what it would do.
#[component]
pub fn Fixes(props: &FixesProps) -> Html {
    let store = use_store();
    let gone = use_action(|store, ()| store.dispatch(Intent::Preview(None)));
    {
        // A button that goes while it is pointed at sends no event of its own.
        let gone = gone.clone();
        use_effect_with((), move |()| move || gone.emit(()));
    }
    let buttons = props.fixes.iter().enumerate().map(|(at, fix)| {
        let (shown, told, done) = (fix.clone(), fix.clone(), fix.clone());
        let (on_look, on_focus, on_click) = (store.clone(), store.clone(), store.clone());
        let look = Callback::from(move |_: PointerEvent| on_look.dispatch(Intent::Preview(Some(Box::new(Intent::ApplyFix(shown.clone()))))));
        let focus = Callback::from(move |_: FocusEvent| {
            on_focus.dispatch(Intent::Preview(Some(Box::new(Intent::ApplyFix(told.clone())))));
            if let Some(words) = on_focus.read(|view| view.session.preview().map(|preview| preview.summary.clone())) {
                on_focus.announce(words);
            }
        });
        let apply = Callback::from(move |_: MouseEvent| {
            on_click.dispatch(Intent::ApplyFix(done.clone()));
            host::focus("canvas");
        });
        let trust = match fix.trust {
            Trust::Safe => "Nothing else can be meant",
            Trust::Likely => "What is usually meant",
            Trust::Suggestion => "One way of several",
        };
        html! {
            <button key={at} class={classes!("button", (at == 0).then_some("primary"))} title={trust} data-fix="true" onpointerenter={look} onfocus={focus}
                onpointerleave={gone.reform(|_: PointerEvent| ())} onblur={gone.reform(|_: FocusEvent| ())} onclick={apply}>{ &fix.title }</button>
        }
    });
    html! { <>{ for buttons }</> }
}

/// The rule's own documentation, the same text the command prints.
fn documentation(code: &str) -> Html {
    let Some(text) = rules::documentation(code) else { return html! { <p class="source">{ "This rule has no documentation." }</p> } };
    let paragraphs = text.split("\n\n").map(|paragraph| {
        let paragraph = paragraph.trim();
        match paragraph.strip_prefix('#') {
            Some(heading) => {
                let (heading, rest) = heading.split_once('\n').unwrap_or((heading, ""));
                html! { <><h3>{ heading.trim_start_matches('#').trim() }</h3>{ (!rest.is_empty()).then(|| html! { <p>{ rest }</p> }) }</> }
            }
            None => html! { <p>{ paragraph }</p> },
        }
    });
    html! { <div class="why">{ for paragraphs }</div> }
}
