//! What is wrong, what it costs, and what can be done: findings by kind, thirty-eight alike as one line that opens to its members.

use std::rc::Rc;
use std::sync::Arc;

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::field::{check_field, choice_field};
use super::finding_parts::{Card, Fixes, Silence, sign};
use crate::app::actions::subject_words;
use crate::app::hooks::{use_action, use_selector, use_store};
use crate::editor::Intent;
use crate::engine::diagnostics::{Diagnostic, Edit, Fix, Severity, Trust, fix_all};
use crate::engine::digest::{self, Asked, Group, Order};
use crate::model::Silencing;
use crate::units::{SortedSet, counted, grouped};

/// More members of a group than this are told as a number until asked for.
const MEMBERS: usize = 50;

/// The search field of the list.
pub const SEARCH: &str = "finding-search";

/// A group as it is shown.
#[derive(Clone, PartialEq)]
struct Shown {
    group: Group,
    /// Members that are shown: the first, or as many as are opened.
    cards: Vec<Diagnostic>,
    all: Option<Fix>,
}

/// What is wrong.
#[component]
pub fn Findings() -> Html {
    let store = use_store();
    let asked = use_selector(|view| view.ui.findings.clone());
    let opened = use_state(SortedSet::<(Severity, String)>::new);
    let whole = use_state(SortedSet::<(Severity, String)>::new);
    let state = use_selector(|view| (view.session.report_generation(), view.session.revision(), view.session.is_report_current()));
    let (generation, revision, current) = *state;
    // A report changes only with its generation; names and fabrics with the revision.
    let shown = use_memo((generation, revision, (*asked).clone(), (*opened).clone(), (*whole).clone()), |(.., asked, opened, whole)| {
        store.read(|view| {
            let Some(report) = view.session.report() else { return Vec::new() };
            let groups = digest::groups(view.session.design(), &report.diagnostics, asked).into_iter().map(|group| {
                let key = (group.severity, group.code.clone());
                let many = if whole.contains(&key) {
                    usize::MAX
                } else if opened.contains(&key) {
                    MEMBERS
                } else {
                    1
                };
                let cards = group.members.iter().take(many).filter_map(|at| report.diagnostics.get(*at)).cloned().collect();
                let all = (!asked.silenced).then(|| fix_all(&report.diagnostics, &group.code)).flatten();
                Shown { group, cards, all }
            });
            groups.collect::<Vec<Shown>>()
        })
    });
    let known = use_memo(generation, |_| {
        store.read(|view| {
            view.session.report().map(|report| {
                let silenced = report.diagnostics.iter().filter(|finding| finding.silenced.is_some()).count();
                let counts = [Severity::Error, Severity::Warning, Severity::Info].map(|severity| report.count(severity));
                (counts, silenced, digest::kinds(&report.diagnostics))
            })
        })
    });
    let silenced = use_selector(|view| view.session.design().meta.silenced.clone());
    let empty = use_selector(|view| (view.session.design().is_empty(), view.ui.viewing));

    let open = {
        let opened = opened.clone();
        Callback::from(move |key: (Severity, String)| {
            let mut changed = (*opened).clone();
            if !changed.remove(&key) {
                changed.insert(key);
            }
            opened.set(changed);
        })
    };
    let more = {
        let whole = whole.clone();
        Callback::from(move |key: (Severity, String)| {
            let mut changed = (*whole).clone();
            changed.insert(key);
            whole.set(changed);
        })
    };
    let total = (*known).as_ref().map_or(0, |(counts, ..)| counts.iter().sum::<usize>());
    let told: usize = shown.iter().map(|shown| shown.group.members.len()).sum();
    let groups = shown.iter().map(|shown| {
        let key = (shown.group.severity, shown.group.code.clone());
        match shown.cards.as_slice() {
            [only] if shown.group.members.len() == 1 => html! { <Card key={format!("{}{}{}", only.code, only.subject, only.message)} diagnostic={only.clone()} /> },
            _ => {
                let is_open = opened.contains(&key);
                html! { <GroupCard key={format!("{}-{}", shown.group.severity.label(), shown.group.code)} shown={shown.clone()} open={is_open} toggle={open.clone()} more={more.clone()} /> }
            }
        }
    });
    let nothing = match (*empty, &*known, total, told) {
        ((true, true), ..) => "There is no design here to check.",
        ((true, false), ..) => "Findings appear here as you draw.",
        (_, None, ..) => "Checking…",
        (_, _, 0, _) if !asked.silenced => "Nothing to find fault with.",
        _ => "No finding answers to these filters.",
    };
    html! {
        <div class={classes!("findings", (!current).then_some("stale"))}>
            if let Some((counts, hidden, kinds)) = &*known {
                if total + hidden > 0 { <Filters counts={*counts} hidden={*hidden} kinds={kinds.clone()} {told} groups={shown.len()} /> }
            }
            // In an element of their own: among these siblings a group more or less would make the fields above afresh.
            <div>{ for groups }</div>
            if told == 0 { <p class="nothing">{ nothing }</p> }
            if !silenced.is_empty() { <Accepted silenced={Rc::new((*silenced).clone())} {generation} /> }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct FilterProps {
    counts: [usize; 3],
    hidden: usize,
    kinds: Vec<(String, String)>,
    told: usize,
    groups: usize,
}

/// Which findings are shown, and in which order.
#[component]
fn Filters(props: &FilterProps) -> Html {
    let store = use_store();
    let asked = use_selector(|view| view.ui.findings.clone());
    let fabrics = use_selector(|view| {
        let named = view.session.design().fabrics.iter().map(|(id, fabric)| (AttrValue::from(id.to_string()), AttrValue::from(fabric.name.clone())));
        named.collect::<Vec<(AttrValue, AttrValue)>>()
    });
    let about = use_selector(|view| view.ui.findings.about.iter().map(|subject| subject_words(view.session, subject)).collect::<Vec<String>>());
    let change = use_action(|store, change: Box<dyn FnOnce(&mut Asked)>| store.change(|ui| change(&mut ui.findings)));
    let [errors, warnings, notes] = props.counts;
    let severity = |severity: Option<Severity>, words: String| {
        let press = change.reform(move |_: MouseEvent| Box::new(move |asked: &mut Asked| asked.severity = severity) as Box<dyn FnOnce(&mut Asked)>);
        html! { <button class="filter" aria-pressed={(asked.severity == severity).to_string()} onclick={press}>{ words }</button> }
    };
    let typed = {
        let store = store.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                store.change(|ui| ui.findings.words = input.value());
            }
        })
    };
    let field =
        |set: fn(&mut Asked, String)| change.reform(move |key: String| Box::new(move |asked: &mut Asked| set(asked, key)) as Box<dyn FnOnce(&mut Asked)>);
    let tick = |set: fn(&mut Asked, bool)| change.reform(move |on: bool| Box::new(move |asked: &mut Asked| set(asked, on)) as Box<dyn FnOnce(&mut Asked)>);
    let any = |words: &'static str, more: &mut dyn Iterator<Item = (AttrValue, AttrValue)>| {
        std::iter::once((AttrValue::from(""), AttrValue::from(words))).chain(more).collect::<Vec<(AttrValue, AttrValue)>>()
    };
    let kinds = any("all", &mut props.kinds.iter().map(|(code, title)| (code.clone().into(), title.clone().into())));
    let in_fabric = any("all", &mut fabrics.iter().cloned());
    let orders: Vec<(AttrValue, AttrValue)> =
        Order::ALL.iter().enumerate().map(|(at, (_, words))| (AttrValue::from(at.to_string()), AttrValue::from(*words))).collect();
    let order = Order::ALL.iter().position(|(order, _)| *order == asked.order).unwrap_or(0);
    let clear =
        change.reform(|_: MouseEvent| Box::new(|asked: &mut Asked| *asked = Asked { order: asked.order, ..Asked::default() }) as Box<dyn FnOnce(&mut Asked)>);
    let narrowed = asked.narrowings();
    let narrows = *asked != Asked { order: asked.order, ..Asked::default() };
    let summary = if narrowed == 0 { "Filter and order".to_owned() } else { format!("Filter and order · {narrowed} set") };
    let all = errors + warnings + notes;
    let whole = if asked.silenced { props.hidden } else { all };
    let findings = counted(whole as u64, "finding", "findings");
    let told = if props.told == whole { findings } else { format!("{} of {findings}", grouped(props.told as u64)) };
    let kinds_told = if props.groups < 2 { String::new() } else { format!(" in {} kinds", props.groups) };
    html! {
        <div class="finding-tools">
            <input id={SEARCH} class="search-field" type="search" placeholder="Find in findings…" aria-label="Find in findings" value={asked.words.clone()}
                autocomplete="off" spellcheck="false" oninput={typed} />
            <div class="filters" role="group" aria-label="Which findings">
                { severity(None, "All".to_owned()) }
                { severity(Some(Severity::Error), format!("Errors {errors}")) }
                { severity(Some(Severity::Warning), format!("Warnings {warnings}")) }
                { severity(Some(Severity::Info), format!("Notes {notes}")) }
            </div>
            <details class="narrow">
                <summary>{ summary }</summary>
                { choice_field("Kind", &kinds, Some(asked.code.clone().unwrap_or_default().into()), &field(|asked, code| asked.code = (!code.is_empty()).then_some(code))) }
                if !fabrics.is_empty() {
                    { choice_field("Fabric", &in_fabric, Some(asked.fabric.map_or_else(String::new, |id| id.to_string()).into()), &field(|asked, id| asked.fabric = id.parse().ok())) }
                }
                { choice_field("Order", &orders, Some(order.to_string().into()), &field(|asked, at| {
                    asked.order = at.parse().ok().and_then(|at: usize| Order::ALL.get(at)).map_or(Order::default(), |(order, _)| *order);
                })) }
                { check_field("With a fix", asked.fixable, &tick(|asked, on| asked.fixable = on)) }
                if props.hidden > 0 || asked.silenced { { check_field("Silenced ones instead", asked.silenced, &tick(|asked, on| asked.silenced = on)) } }
            </details>
            <p class="told" role="status">
                <span>
                    { format!("{told}{kinds_told}") }
                    if !about.is_empty() { { format!(", about {}", about.join(", ")) } }
                </span>
                if narrows { <button class="link-button" onclick={clear}>{ "Show all" }</button> }
            </p>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct GroupProps {
    shown: Shown,
    open: bool,
    toggle: Callback<(Severity, String)>,
    more: Callback<(Severity, String)>,
}

/// Several findings of one kind: one line with a count, opened to its members.
#[component]
fn GroupCard(props: &GroupProps) -> Html {
    let silencing = use_state(|| false);
    let Shown { group, cards, all } = &props.shown;
    let (class, mark) = sign(group.severity);
    let key = (group.severity, group.code.clone());
    let (pressed, further) = (key.clone(), key);
    let ask = {
        let silencing = silencing.clone();
        Callback::from(move |_: MouseEvent| silencing.set(!*silencing))
    };
    let shut = {
        let silencing = silencing.clone();
        Callback::from(move |()| silencing.set(false))
    };
    let members = cards
        .iter()
        .map(|diagnostic| html! { <Card key={format!("{}{}", diagnostic.subject, diagnostic.message)} diagnostic={diagnostic.clone()} member=true /> });
    let left = group.members.len().saturating_sub(cards.len());
    let first = cards.first().map(|diagnostic| diagnostic.message.clone()).unwrap_or_default();
    let source = cards.first().map(|diagnostic| diagnostic.source.clone()).unwrap_or_default();
    html! {
        <section class={classes!("finding", "finding-group", class)} data-group={group.code.clone()}>
            <button class="finding-head" aria-expanded={props.open.to_string()} onclick={props.toggle.reform(move |_: MouseEvent| pressed.clone())}>
                <b class="finding-title">
                    <span aria-hidden="true">{ mark }{ " " }</span><span class="sr-only">{ group.severity.label() }{ ": " }</span>{ &group.title }
                    <span class="times">{ format!(" × {}", group.members.len()) }</span>
                </b>
                <span class="code">{ &group.code }{ " " }<span aria-hidden="true">{ if props.open { "▾" } else { "▸" } }</span></span>
                if !props.open { <span class="finding-message">{ format!("{first}, and {} more like it", group.members.len().saturating_sub(1)) }</span> }
            </button>
            <div class="finding-actions">
                if let Some(all) = all { <Fixes fixes={vec![all.clone()]} /> }
                if cards.first().is_some_and(|diagnostic| diagnostic.silenced.is_none()) {
                    <button class="button" aria-expanded={silencing.to_string()} onclick={ask}>{ "Silence all…" }</button>
                }
            </div>
            if *silencing { <Silence code={group.code.clone()} subject={None} done={shut} /> }
            if props.open {
                if !source.is_empty() { <div class="source">{ source }</div> }
                <div>{ for members }</div>
                if left > 0 { <button class="button" onclick={props.more.reform(move |_: MouseEvent| further.clone())}>{ format!("Show {left} more") }</button> }
            }
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct AcceptedProps {
    silenced: Rc<Vec<Silencing>>,
    generation: u64,
}

/// What the design accepts, with the reasons, which of it nothing needs any more, and how to take that back.
#[component]
fn Accepted(props: &AcceptedProps) -> Html {
    let store = use_store();
    let unused = use_memo((props.generation, props.silenced.clone()), |_| {
        store.read(|view| {
            let found = view.session.report().map(|report| report.diagnostics.as_slice()).unwrap_or_default();
            let idle = found.iter().filter(|finding| finding.code == "silencing-unused").flat_map(|finding| &finding.fixes).flat_map(|fix| fix.edits.iter());
            let named = idle.filter_map(|edit| if let Edit::Unsilence { code, subject } = edit { Some((code.clone(), subject.clone())) } else { None });
            named.collect::<SortedSet<(String, Option<String>)>>()
        })
    });
    let take_back = use_action(|store, silencings: Vec<(String, Option<String>)>| {
        let title = match silencings.as_slice() {
            [(code, _)] => format!("Take the silencing of {code} back"),
            several => format!("Take {} silencings back", several.len()),
        };
        let edits = silencings.into_iter().map(|(code, subject)| Edit::Unsilence { code, subject }).collect();
        store.dispatch(Intent::ApplyFix(Fix { title, trust: Trust::Safe, edits: Arc::new(edits) }));
    });
    let rows = props.silenced.iter().enumerate().map(|(at, silencing)| {
        let named = (silencing.code.clone(), silencing.subject.clone());
        let place = silencing.subject.as_deref().map_or_else(|| "everywhere".to_owned(), |subject| format!("at {subject}"));
        let idle = unused.contains(&named);
        html! {
            <li key={at} class="accepted">
                <span><span class="code">{ &silencing.code }</span>{ format!(" {place}: {}", silencing.reason) }
                    if idle { <span class="warning-text">{ " · has no effect" }</span> }
                </span>
                <button class="button" onclick={take_back.reform(move |_: MouseEvent| vec![named.clone()])}>{ "Take back" }</button>
            </li>
        }
    });
    let idle: Vec<(String, Option<String>)> = unused.iter().cloned().collect();
    let words = match idle.len() {
        0 => format!("Silenced {}", props.silenced.len()),
        idle => format!("Silenced {}, {idle} without effect", props.silenced.len()),
    };
    html! {
        <details class="finding accepted-list">
            <summary>{ words }</summary>
            <ul class="things">{ for rows }</ul>
            if idle.len() > 1 {
                <button class="button" onclick={take_back.reform(move |_: MouseEvent| idle.clone())}>{ "Take back all without effect" }</button>
            }
        </details>
    }
}
