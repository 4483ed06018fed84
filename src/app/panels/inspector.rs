//! What is selected: its fields, for one thing or for several at once, and its figures with what they rest on.

use yew::prelude::*;

use super::field::{TextField, check_field, choice_field};
use super::finding_parts::sign;
use super::sheets::sheet;
use super::stated::{Fabrics, Requirements, Thresholds};
use crate::app::actions::show_findings;
use crate::app::hooks::{use_action, use_selector, use_store};
use crate::app::store::View;
use crate::editor::{Extend, Field, Intent, kinds};
use crate::engine::diagnostics::Severity;
use crate::engine::digest;
use crate::engine::settable::Setting;
use crate::model::{Breakout, Figure, PartId, PortRef, Subject};

/// What the inspector shows, worked out from the session. Equal when nothing shown changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// Its heading.
    pub title: String,
    /// What kind of thing it is about.
    pub kind: String,
    /// The name, where it can be changed.
    pub name: Option<Mixed<String>>,
    /// What can be changed.
    pub fields: Vec<Row>,
    /// What can only be read.
    pub facts: Vec<Fact>,
    /// What else is said.
    pub notes: Vec<String>,
}

/// A value of several things: the same, or not.
#[derive(Clone, Debug, PartialEq)]
pub enum Mixed<T> {
    /// All have this one.
    Same(T),
    /// They differ.
    Differs,
}

impl<T: PartialEq> Mixed<T> {
    /// Of these values; `None` where there is none.
    pub fn of(mut values: impl Iterator<Item = T>) -> Option<Self> {
        let first = values.next()?;
        Some(if values.all(|value| value == first) { Self::Same(first) } else { Self::Differs })
    }
    /// The value as text; `None` where they differ.
    pub fn text(&self) -> Option<AttrValue>
    where
        T: std::fmt::Display,
    {
        match self {
            Self::Differs => None,
            Self::Same(value) => Some(value.to_string().into()),
        }
    }
}

/// Something that can be changed.
#[derive(Clone, Debug, PartialEq)]
pub enum Row {
    /// Where a group of fields begins.
    Heading(&'static str),
    /// Text: its label, which field it becomes, its value, what to type.
    Text(&'static str, Typed, Mixed<String>, &'static str),
    /// A choice: its label, which field it becomes, keys with their words, its value.
    Choice(&'static str, Choosing, Vec<(AttrValue, AttrValue)>, Mixed<String>),
    /// A tick: its label, which field it becomes, whether it is set.
    Check(&'static str, Checking, bool),
    /// A setting with its value.
    Setting(&'static Setting, Mixed<String>),
}

/// Which field a typed text becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields")]
pub enum Typed {
    Latency,
    Length,
    Ports,
    RackUnit,
    Rate,
    X,
    Y,
}

/// Which field a choice becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields")]
pub enum Choosing {
    Breakout(PortRef),
    Cable,
    Fabric,
    Part,
}

/// Which field a tick becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields")]
pub enum Checking {
    Pinned,
}

/// Something that can only be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// What it is.
    pub label: String,
    /// Its value.
    pub value: String,
    /// What it rests on; empty where that is plain.
    pub rests_on: String,
    /// Whether it rests on a recalled figure.
    pub recalled: bool,
}

impl Fact {
    /// Something that is simply so.
    pub fn plain(label: &str, value: impl Into<String>) -> Self {
        Self { label: label.to_owned(), value: value.into(), rests_on: String::new(), recalled: false }
    }
    /// A figure of a part; nothing where it is not known.
    pub fn figure<T: Copy + std::fmt::Display + PartialEq>(label: &str, figure: Option<&Figure<T>>) -> Option<Self> {
        let figure = figure?;
        let range = if figure.low == figure.high { String::new() } else { format!(" ({} to {})", figure.low, figure.high) };
        Some(Self {
            label: label.to_owned(),
            value: format!("{}{range}", figure.value),
            rests_on: figure.confidence.label().to_owned(),
            recalled: figure.is_recalled(),
        })
    }
}

/// What is selected.
#[component]
pub fn Inspector() -> Html {
    let store = use_store();
    let key = use_selector(|view| (view.session.revision(), view.session.selection().clone()));
    let sheet = use_memo((*key).clone(), |_| store.read(|view| sheet(view.session)));
    // Where nothing is selected, the sheet is about the design.
    let about: Vec<Subject> = if key.1.is_empty() { vec![Subject::Design] } else { Vec::new() };
    let edit = {
        let about = about.clone();
        use_action(move |store, field: Field| store.dispatch(Intent::Edit { subjects: about.clone(), field }))
    };
    let send = use_action(|store, intent: Intent| store.dispatch(intent));
    let part = use_selector(|view| view.session.selected_part());
    let page = {
        let part = part.clone();
        use_action(move |store, _: MouseEvent| (*part).iter().for_each(|id| crate::app::actions::show_part(store, id.clone())))
    };
    let protocols = use_memo((), |()| {
        let named = |view: &View| {
            let known = view.session.catalog().protocols().map(|protocol| (AttrValue::from(protocol.id.clone()), AttrValue::from(protocol.name.clone())));
            std::iter::once(("".into(), "not stated".into())).chain(known).collect::<Vec<(AttrValue, AttrValue)>>()
        };
        store.read(named)
    });
    let rename = edit.reform(Field::Name);
    let rows = sheet.fields.iter().map(|row| show(row, &edit, &send, &protocols));
    let facts = sheet.facts.iter().enumerate().map(|(at, fact)| {
        html! {
            <div key={at} class="fact">
                <dt>{ &fact.label }</dt>
                <dd><span class={classes!(fact.recalled.then_some("recalled"))}>{ &fact.value }</span>if !fact.rests_on.is_empty() { <small>{ &fact.rests_on }</small> }</dd>
            </div>
        }
    });
    let of_design = key.1.is_empty();
    let of_fabrics = !of_design && key.1.iter().all(|subject| matches!(subject, Subject::Fabric(_)));
    html! {
        <div class="inspector">
            if of_fabrics { <Fabrics /> }
            <div class="inspector-head"><h2>{ &sheet.title }</h2><small>{ &sheet.kind }</small></div>
            if !of_design { <Kinds /><AboutIt /> }
            if let Some(name) = &sheet.name {
                <TextField id={crate::app::actions::NAME_FIELD} label="Name" value={name.text()} commit={rename} />
            }
            if of_design { <Fabrics /> }
            { for rows }
            if of_design || of_fabrics { <Requirements /> }
            if of_design { <Thresholds /> }
            if !sheet.facts.is_empty() { <dl class="facts">{ for facts }</dl> }
            if part.is_some() { <button type="button" class="button" onclick={page}>{ "About this part" }<kbd>{ "I" }</kbd></button> }
            { for sheet.notes.iter().map(|note| html! { <p class="note">{ note }</p> }) }
        </div>
    }
}

/// What kinds of things are selected, where there are several; each narrows the selection to itself.
#[component]
fn Kinds() -> Html {
    let state = use_selector(|view| (view.session.revision(), view.session.selection().clone()));
    let store = use_store();
    let words = use_memo((*state).clone(), |(_, selection)| {
        let words =
            |view: &View| kinds(view.session.design(), view.session.catalog(), selection.iter()).into_iter().map(|(words, _)| words).collect::<Vec<_>>();
        store.read(words)
    });
    let narrow = use_action(|store, kind: usize| {
        let subjects = store.read(|view| {
            let (design, catalog) = (view.session.design(), view.session.catalog());
            kinds(design, catalog, view.session.selection().iter()).into_iter().nth(kind).map(|(_, things)| things.into_iter().cloned().collect())
        });
        store.dispatch(Intent::Select { subjects: subjects.unwrap_or_default(), extend: Extend::Replace });
    });
    if words.len() < 2 {
        return Html::default();
    }
    let pills = words.iter().enumerate().map(|(at, words)| {
        html! { <button key={at} type="button" class="slot" title="Select these only" onclick={narrow.reform(move |_: MouseEvent| at)}>{ words }</button> }
    });
    html! { <div class="slots" role="group" aria-label="Narrow the selection to">{ for pills }</div> }
}

/// How many findings there are about what is selected, and the way to them.
#[component]
fn AboutIt() -> Html {
    let store = use_store();
    let state = use_selector(|view| (view.session.report_generation(), view.session.selection().clone()));
    let counts = use_memo((*state).clone(), |(_, selection)| {
        let things: Vec<Subject> = selection.iter().cloned().collect();
        store.read(|view| view.session.report().map_or([0; 3], |report| digest::about(view.session.design(), &report.diagnostics, &things)))
    });
    let show = use_action(|store, _: MouseEvent| {
        let about = store.read(|view| view.session.selection().iter().cloned().collect());
        show_findings(store, about);
    });
    if *counts == [0; 3] {
        return Html::default();
    }
    let severities = [Severity::Error, Severity::Warning, Severity::Info];
    let words = counts.iter().zip(severities).filter(|(count, _)| **count > 0).map(|(count, severity)| {
        let (_, mark) = sign(severity);
        let class = match severity {
            Severity::Error => "error-text",
            Severity::Warning => "warning-text",
            Severity::Info => "quiet",
        };
        let word = if severity == Severity::Info { "note" } else { severity.label() };
        html! { <span {class}><span aria-hidden="true">{ mark }{ " " }</span>{ format!("{count} {word}{}", if *count == 1 { "" } else { "s" }) }</span> }
    });
    html! { <button type="button" class="listed about-it" onclick={show}>{ for words }<small>{ "show" }</small></button> }
}

fn show(row: &Row, edit: &Callback<Field>, send: &Callback<Intent>, protocols: &[(AttrValue, AttrValue)]) -> Html {
    match row {
        Row::Heading(words) => html! { <h3 class="inspector-group" key={*words}>{ words }</h3> },
        Row::Text(label, typed, value, example) => {
            let typed = *typed;
            let commit = edit.reform(move |text: String| match typed {
                Typed::Latency => Field::Latency(text),
                Typed::Length => Field::Length(text),
                Typed::Ports => Field::Ports(text),
                Typed::RackUnit => Field::RackUnit(text),
                Typed::Rate => Field::Rate(text),
                Typed::X => Field::X(text),
                Typed::Y => Field::Y(text),
            });
            html! { <TextField key={*label} label={*label} value={value.text()} example={*example} {commit} /> }
        }
        Row::Choice(label, choosing, choices, value) => {
            let choosing = *choosing;
            let commit = send.reform(move |key: String| {
                let field = |field| Intent::Edit { subjects: Vec::new(), field };
                match choosing {
                    Choosing::Breakout(port) => Intent::BreakOut { port, breakout: Breakout::parse(&key) },
                    Choosing::Cable => field(Field::Cable((!key.is_empty()).then(|| PartId::new(&key)))),
                    Choosing::Fabric if key == "new" => field(Field::NewFabric),
                    Choosing::Fabric => field(Field::Fabric(key.parse().ok())),
                    Choosing::Part => field(Field::Part(PartId::new(&key))),
                }
            });
            choice_field(label, choices, value.text(), &commit)
        }
        Row::Check(label, Checking::Pinned, value) => check_field(label, *value, &edit.reform(Field::Pinned)),
        Row::Setting(setting, value) => {
            let key = setting.key;
            let commit = edit.reform(move |text: String| Field::Setting(key.to_owned(), text));
            let field = if key == "protocol" || !setting.choices.is_empty() {
                let own = || setting.choices.iter().map(|(word, words)| (AttrValue::from(*word), AttrValue::from(*words))).collect();
                let mut choices: Vec<(AttrValue, AttrValue)> = if key == "protocol" { protocols.to_vec() } else { own() };
                // What a design states may be newer than this catalogue.
                choices.extend(value.text().filter(|word| !choices.iter().any(|(known, _)| known == word)).map(|word| (word.clone(), word)));
                choice_field(setting.label, &choices, value.text(), &commit)
            } else {
                html! { <TextField label={setting.label} value={value.text()} example={setting.without} {commit} /> }
            };
            // What a narrow field cuts off.
            let whole = value.text().filter(|_| key == "tables").map(|text| format!("Tables {text}. "));
            html! { <div class="setting" key={key}>{ field }<small>{ whole }{ setting.help }</small></div> }
        }
    }
}
