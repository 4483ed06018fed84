//! What is wrong, what it costs, and what can be done: one card per finding.

use std::rc::Rc;

use yew::prelude::*;

use crate::app::hooks::{use_action, use_selector, use_store};
use crate::app::host;
use crate::editor::Intent;
use crate::engine::diagnostics::{Diagnostic, Fix, Severity, Trust};
use crate::engine::rules;
use crate::model::Subject;

/// More cards than this are told as a number.
const CARDS: usize = 120;

/// What is shown of a report. Compared by revision: a report never changes once it is there.
#[derive(Clone)]
struct Shown {
    known: bool,
    empty: bool,
    current: bool,
    counts: [usize; 3],
    list: Rc<Vec<Diagnostic>>,
}

impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        (self.known, self.empty, self.current, self.counts) == (other.known, other.empty, other.current, other.counts) && *self.list == *other.list
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
            open.filter(|diagnostic| wanted.is_none_or(|wanted| diagnostic.severity == wanted)).take(CARDS).cloned().collect::<Vec<_>>()
        });
        let count = |severity| report.map_or(0, |report| report.count(severity));
        Shown {
            known: report.is_some(),
            empty: view.session.design().is_empty(),
            current: view.session.is_report_current(),
            counts: [count(Severity::Error), count(Severity::Warning), count(Severity::Info)],
            list: Rc::new(list.unwrap_or_default()),
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
    let cards = shown.list.iter().map(|diagnostic| {
        let key = format!("{}{}{}", diagnostic.code, diagnostic.subject, diagnostic.message);
        html! { <Card key={key} diagnostic={diagnostic.clone()} /> }
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
}

#[component]
fn Card(props: &CardProps) -> Html {
    let why = use_state(|| false);
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
    html! {
        <article class={classes!("finding", class)}>
            <button class="finding-head" onclick={go} title={if subjects.is_empty() { "" } else { "Show it in the drawing" }}>
                <b class="finding-title"><span aria-hidden="true">{ sign }{ " " }</span><span class="sr-only">{ diagnostic.severity.label() }{ ": " }</span>{ &diagnostic.title }</b>
                <span class="code">{ &diagnostic.code }</span>
                <span class={classes!("finding-message", diagnostic.recalled.then_some("recalled"))}>{ &diagnostic.message }</span>
            </button>
            <div class="finding-actions">
                <Fixes fixes={diagnostic.fixes.clone()} />
                <button class="button" aria-expanded={why.to_string()} onclick={toggle}>{ "Why" }</button>
            </div>
            if !diagnostic.source.is_empty() { <div class="source">{ &diagnostic.source }</div> }
            if diagnostic.recalled { <div class="source">{ "Rests on a recalled figure" }</div> }
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
