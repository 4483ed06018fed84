//! What stands in the list of findings: a card for one, its fixes, how it is silenced, its rule's own page.

use yew::prelude::*;

use crate::app::actions::subject_words;
use crate::app::hooks::{use_action, use_selector, use_store};
use crate::app::host;
use crate::editor::Intent;
use crate::engine::diagnostics::{Diagnostic, Edit, Fix, Severity, Trust};
use crate::engine::rules;
use crate::model::Subject;

/// More things than this are told as a number.
const NAMED: usize = 100;

/// How a finding is silenced.
#[derive(Properties, PartialEq)]
pub struct SilenceProps {
    /// Its code.
    pub code: String,
    /// What it is about; `None` where only all of the kind can be silenced.
    pub subject: Option<Subject>,
    /// Told when it is done.
    #[prop_or_default]
    pub done: Callback<()>,
}

/// Asks for the reason to accept a finding, and whether it holds for the whole design.
#[component]
pub fn Silence(props: &SilenceProps) -> Html {
    let everywhere = use_state(|| props.subject.is_none());
    let store = use_store();
    let typed = use_node_ref();
    let accept = {
        let typed = typed.clone();
        let subject = props.subject.as_ref().filter(|_| !*everywhere).map(ToString::to_string);
        let (code, done) = (props.code.clone(), props.done.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let reason = typed.cast::<web_sys::HtmlInputElement>().map(|input| input.value()).unwrap_or_default();
            if reason.trim().is_empty() {
                return;
            }
            let edit = Edit::Silence { code: code.clone(), subject: subject.clone(), reason: reason.trim().to_owned() };
            store.dispatch(Intent::ApplyFix(Fix { title: format!("Silence {code}"), trust: Trust::Safe, edits: vec![edit].into() }));
            store.say(format!("{code} is silenced; the reason is kept in the design. It stands under “Silenced”, where it can be taken back."));
            done.emit(());
            // Back to the drawing, so that keys are commands again.
            host::focus("canvas");
        })
    };
    let toggle = {
        let everywhere = everywhere.clone();
        Callback::from(move |_: MouseEvent| everywhere.set(!*everywhere))
    };
    html! {
        <form class="why silence" onsubmit={accept}>
            <label class="labelled">
                <span>{ "Reason" }</span>
                <input class="field" ref={typed} placeholder="why this is accepted" required=true autocomplete="off" spellcheck="false" />
            </label>
            if props.subject.is_some() {
                <label class="check"><input type="checkbox" checked={*everywhere} onclick={toggle} /><span>{ "everywhere in this design" }</span></label>
            }
            <button class="button">{ "Silence" }</button>
            <small>{ "What is silenced is counted and can be taken back." }</small>
        </form>
    }
}

/// A finding.
#[derive(Properties, PartialEq)]
pub struct CardProps {
    /// The finding.
    pub diagnostic: Diagnostic,
    /// What mends all of its kind at once, where that can be.
    #[prop_or_default]
    pub all: Option<Fix>,
    /// Whether it stands in a group that says already what kind it is.
    #[prop_or_default]
    pub member: bool,
}

/// A finding with all that can be done about it.
#[component]
pub fn Card(props: &CardProps) -> Html {
    let why = use_state(|| false);
    let silencing = use_state(|| false);
    let listing = use_state(|| false);
    let reveal = use_action(|store, subjects: Vec<Subject>| store.dispatch(Intent::Reveal(subjects)));
    let diagnostic = &props.diagnostic;
    let (class, mark) = sign(diagnostic.severity);
    let subjects: Vec<Subject> = diagnostic.subjects().filter(|subject| !matches!(subject, Subject::Design | Subject::Requirement(_))).collect();
    let go = {
        let (reveal, subjects) = (reveal.clone(), subjects.clone());
        Callback::from(move |_: MouseEvent| {
            if !subjects.is_empty() {
                reveal.emit(subjects.clone());
            }
        })
    };
    let flip = |state: &UseStateHandle<bool>| {
        let state = state.clone();
        Callback::from(move |_: MouseEvent| state.set(!*state))
    };
    let fixes: Vec<Fix> = diagnostic.fixes.iter().chain(&props.all).cloned().collect();
    // Of several that are alike only the first is the subject, so the kind is silenced, not that one.
    let subject = (diagnostic.count == 1).then(|| diagnostic.subject.clone());
    let shut = {
        let silencing = silencing.clone();
        Callback::from(move |()| silencing.set(false))
    };
    let many = subjects.len();
    html! {
        <article class={classes!("finding", class, props.member.then_some("member"))}>
            <button class="finding-head" onclick={go} title={if subjects.is_empty() { "" } else { "Show it in the drawing" }}>
                if !props.member {
                    <b class="finding-title"><span aria-hidden="true">{ mark }{ " " }</span><span class="sr-only">{ diagnostic.severity.label() }{ ": " }</span>{ &diagnostic.title }</b>
                    <span class="code">{ &diagnostic.code }</span>
                }
                <span class={classes!("finding-message", diagnostic.recalled.then_some("recalled"))}>{ &diagnostic.message }</span>
            </button>
            if let Some(reason) = &diagnostic.silenced { <div class="source">{ format!("Silenced: {reason}") }</div> }
            <div class="finding-actions">
                if diagnostic.silenced.is_none() { <Fixes fixes={fixes} /> }
                if many > 1 {
                    <button class="button" aria-expanded={listing.to_string()} onclick={flip(&listing)}>{ format!("{many} things") }</button>
                }
                <button class="button" aria-expanded={why.to_string()} onclick={flip(&why)}>{ "Why" }</button>
                if diagnostic.silenced.is_none() {
                    <button class="button edit-only" aria-expanded={silencing.to_string()} onclick={flip(&silencing)}>{ "Silence…" }</button>
                }
            </div>
            if *listing { <Things diagnostic={diagnostic.clone()} /> }
            if *silencing { <Silence code={diagnostic.code.clone()} {subject} done={shut} /> }
            if !diagnostic.source.is_empty() && !props.member { <div class="source">{ &diagnostic.source }</div> }
            if diagnostic.recalled { <div class="source">{ "Rests on a recalled figure" }</div> }
            if *why { { documentation(&diagnostic.code) } }
        </article>
    }
}

#[derive(Properties, PartialEq)]
struct ThingsProps {
    diagnostic: Diagnostic,
}

/// What a finding is about, one by one: each is shown by a press.
#[component]
fn Things(props: &ThingsProps) -> Html {
    let found = props.diagnostic.clone();
    let names = use_selector(move |view| {
        let own = std::iter::once((found.subject.clone(), String::new()));
        let related = found.related.iter().map(|related| (related.subject.clone(), related.words.clone()));
        let listed = own.chain(related).filter(|(subject, _)| *subject != Subject::Design).take(NAMED);
        listed.map(|(subject, words)| (subject_words(view.session, &subject), words, subject)).collect::<Vec<_>>()
    });
    let reveal = use_action(|store, subject: Subject| store.dispatch(Intent::Reveal(vec![subject])));
    let rows = names.iter().map(|(name, words, subject)| {
        let subject = subject.clone();
        html! {
            <li key={subject.to_string()}><button type="button" class="listed" onclick={reveal.reform(move |_: MouseEvent| subject.clone())}>
                <span>{ name }</span>if !words.is_empty() { <small>{ words }</small> }
            </button></li>
        }
    });
    let left = props.diagnostic.count.max(props.diagnostic.subjects().count()).saturating_sub(names.len());
    html! { <ul class="things">{ for rows }if left > 0 { <li class="faint">{ format!("and {left} more") }</li> }</ul> }
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
pub fn documentation(code: &str) -> Html {
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
