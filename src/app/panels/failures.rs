//! What breaks it: scenarios, what is off in them, and the whole fabric beside what is left of it.

use std::rc::Rc;

use yew::prelude::*;

use super::field::{TextField, choice_field};
use crate::app::effects::Services;
use crate::app::hooks::{use_action, use_selector, use_services};
use crate::app::store::View;
use crate::app::{actions, asking, host};
use crate::editor::{Intent, ScenarioStep};
use crate::engine::compare::{Better, Row};
use crate::engine::diagnostics::{Diagnostic, Severity};
use crate::engine::estimate::show::{percent, quantity};
use crate::engine::failures::ask;
use crate::engine::failures::compare::Comparison;
use crate::model::{InsideKind, NodeId, Outage, Subject};
use crate::units::{counted, order};

/// What is shown of the session.
#[derive(Clone, Debug, PartialEq)]
struct Shown {
    names: Vec<AttrValue>,
    active: Option<AttrValue>,
    /// What is off, as text and in words.
    off: Vec<(AttrValue, AttrValue)>,
    /// What is selected, in words, and whether all of it is off.
    selected: Option<(AttrValue, bool)>,
    /// The power feeds of the design.
    feeds: Option<System>,
    /// The single system that is selected.
    system: Option<System>,
    read_only: bool,
}

/// What can fail inside a system, or of the hall: things by kind and wires by pair, each as outage, in words, and whether it is off.
#[derive(Clone, Debug, PartialEq)]
struct System {
    title: AttrValue,
    things: Vec<(&'static str, Vec<Spot>)>,
}

/// Something inside a system.
#[derive(Clone, Debug, PartialEq)]
struct Spot {
    outage: Outage,
    words: String,
    off: bool,
}

fn shown(view: &View) -> Shown {
    let session = view.session;
    let selection = session.selection();
    let fails = |subject: &&Subject| Outage::of((*subject).clone()).is_some();
    let selected = selection.iter().find(fails).map(|first| {
        // A node is called by its name alone, so that the button stays short.
        let name = match first {
            Subject::Node(id) if selection.len() == 1 => session.design().nodes.get(*id).map(|node| node.name.clone()).filter(|name| !name.is_empty()),
            _ => None,
        };
        (name.unwrap_or_else(|| actions::selection_words(session)).into(), selection.iter().filter(fails).all(|one| session.is_off(one)))
    });
    let system = match selection.first() {
        Some(Subject::Node(node)) if selection.len() == 1 => inside(view, *node),
        _ => None,
    };
    let texts = session.scenario().map(|scenario| scenario.off.as_slice()).unwrap_or_default();
    let feed = |feed: &crate::model::Feed| {
        let outage = Outage::Feed(feed.name.clone());
        Spot { off: texts.contains(&outage.to_string()), words: format!("Feed {}", feed.name), outage }
    };
    let feeds: Vec<Spot> = session.design().meta.feeds.iter().map(feed).collect();
    Shown {
        feeds: (!feeds.is_empty()).then(|| System { title: "Power of the hall".into(), things: vec![("Power feeds", feeds)] }),
        names: session.design().meta.scenarios.iter().map(|scenario| scenario.name.clone().into()).collect(),
        active: session.scenario().map(|scenario| scenario.name.clone().into()),
        off: texts.iter().map(|text| (text.clone().into(), words(view, text).into())).collect(),
        selected,
        system,
        read_only: session.read_only().is_some(),
    }
}

/// An outage in words: what it is called and what it is.
pub(super) fn words(view: &View, text: &str) -> String {
    let design = view.session.design();
    let node = |id: NodeId| design.nodes.get(id).map_or_else(|| id.to_string(), |node| node.name.clone());
    match Outage::parse(text) {
        Some(Outage::Thing(subject)) => actions::subject_words(view.session, &subject),
        Some(Outage::Wires { node: id, ends: [one, other], count }) => {
            let which = count.map_or_else(|| "wires".to_owned(), |count| if count == 1 { "one wire".to_owned() } else { format!("{count} wires") });
            format!("{which} from {one} to {other} in {}", node(id))
        }
        Some(Outage::Feed(name)) => format!("power feed {name}"),
        Some(Outage::Row(row)) => format!("all racks of row {row}"),
        None => text.to_owned(),
    }
}

fn inside(view: &View, id: NodeId) -> Option<System> {
    let session = view.session;
    let node = session.design().nodes.get(id)?;
    let inside = session.catalog().part(session.design(), &node.part)?.inside()?;
    let texts = session.scenario().map(|scenario| scenario.off.as_slice()).unwrap_or_default();
    let spot = |outage: Outage, words: String| Spot { off: texts.contains(&outage.to_string()), outage, words };
    let kinds = [("XPUs", InsideKind::Xpu), ("Switches", InsideKind::Switch), ("Adapters", InsideKind::Nic)];
    let mut things: Vec<(&'static str, Vec<Spot>)> = kinds
        .iter()
        .map(|(title, kind)| {
            let of_kind = inside.vertices.iter().filter(|thing| thing.kind == *kind);
            let one = |name: &String| Outage::Thing(Subject::Inside(crate::model::Element { node: id, inside: Some(name.clone()) }));
            (*title, of_kind.map(|thing| spot(one(&thing.name), thing.name.clone())).collect())
        })
        .collect();
    let name = |place: u16| inside.vertices.get(usize::from(place)).map(|thing| thing.name.clone());
    let wires = inside.edges.iter().filter(|wires| wires.layer.is_scale_up()).filter_map(|wires| {
        let (one, other) = (name(wires.a)?, name(wires.b)?);
        let words = format!("{one} – {other}");
        Some(spot(Outage::Wires { node: id, ends: [one, other], count: (wires.count > 1).then_some(1) }, words))
    });
    things.push(("One scale-up wire of", wires.collect()));
    things.retain(|(_, spots)| !spots.is_empty());
    Some(System { title: format!("Inside {}", node.name).into(), things })
}

/// What breaks it.
#[component]
pub fn Failures() -> Html {
    let state = use_selector(shown);
    let fail = use_action(|store, things: Vec<Outage>| store.dispatch(Intent::Fail(things)));
    let step = use_action(|store, step: ScenarioStep| store.dispatch(Intent::Scenario(step)));
    let whole = AttrValue::from("");
    let choices: Vec<(AttrValue, AttrValue)> =
        std::iter::once((whole.clone(), AttrValue::from("Nothing is off"))).chain(state.names.iter().map(|name| (name.clone(), name.clone()))).collect();
    let show = step.reform(|name: String| ScenarioStep::Show((!name.is_empty()).then_some(name)));
    let rename = state.active.clone().map(|from| step.reform(move |to: String| ScenarioStep::Rename { from: from.to_string(), to }));
    let remove = state.active.clone().map(|name| step.reform(move |_: MouseEvent| ScenarioStep::Remove(name.to_string())));
    html! {
        <div class="failures">
            { choice_field("Scenario", &choices, Some(state.active.clone().unwrap_or(whole)), &show) }
            if let (Some(name), Some(commit)) = (state.active.clone(), rename) {
                <TextField label="Name" value={name} {commit} read_only={state.read_only} />
            }
            if !state.read_only {
                <div class="finding-actions">
                    if let Some((words, off)) = &state.selected {
                        <button class="button primary truncate" title={words.clone()} onclick={fail.reform(|_: MouseEvent| Vec::new())}>
                            { format!("{} {words}", if *off { "Switch on" } else { "Switch off" }) }
                        </button>
                    }
                    <button class="button" onclick={step.reform(|_: MouseEvent| ScenarioStep::Add)}>{ "New scenario" }</button>
                    if let Some(onclick) = remove { <button class="button" {onclick}>{ "Delete scenario" }</button> }
                </div>
            }
            if state.active.is_none() && state.selected.is_none() {
                <p class="nothing">{ "Select what fails, here or in the drawing, and switch it off (X). The design stays whole; scenarios are kept in it." }</p>
            }
            { for state.feeds.iter().chain(&state.system).filter(|_| !state.read_only).map(|system| within(system, &fail)) }
            if state.active.is_some() { <Off off={state.off.clone()} /> }
            if !state.off.is_empty() { <Beside off={state.off.iter().map(|(text, _)| text.clone()).collect::<Vec<_>>()} /> }
            <super::ranked::Ranked />
        </div>
    }
}

/// What can be switched off inside the selected system.
fn within(system: &System, fail: &Callback<Vec<Outage>>) -> Html {
    let groups = system.things.iter().map(|(title, spots)| {
        let chips = spots.iter().map(|spot| {
            let outage = spot.outage.clone();
            let onclick = fail.reform(move |_: MouseEvent| vec![outage.clone()]);
            html! { <button key={spot.words.clone()} class="filter" aria-pressed={spot.off.to_string()} {onclick}>{ if spot.off { "✕ " } else { "" } }{ &spot.words }</button> }
        });
        html! { <div key={*title}><h3>{ *title }</h3><div class="filters" role="group" aria-label={*title}>{ for chips }</div></div> }
    });
    html! { <details class="finding"><summary>{ &system.title }</summary>{ for groups }</details> }
}

#[derive(Properties, PartialEq)]
struct OffProps {
    off: Vec<(AttrValue, AttrValue)>,
}

/// What is off, each to be shown and restored.
#[component]
fn Off(props: &OffProps) -> Html {
    let restore = use_action(|store, text: AttrValue| store.dispatch(Intent::Fail(Outage::parse(&text).into_iter().collect())));
    let reveal = use_action(|store, text: AttrValue| {
        if let Some(subject) = Outage::parse(&text).and_then(|outage| outage.subject()) {
            store.dispatch(Intent::Reveal(vec![subject]));
        }
    });
    if props.off.is_empty() {
        return html! { <p class="nothing">{ "Nothing is off in this scenario yet. Select something and press X." }</p> };
    }
    let rows = props.off.iter().map(|(text, words)| {
        let (shown, gone) = (text.clone(), text.clone());
        html! {
            <li key={text.to_string()}>
                <button class="link-like truncate" title="Show it in the drawing" onclick={reveal.reform(move |_: MouseEvent| shown.clone())}>
                    <span aria-hidden="true" class="error-text">{ "✕ " }</span>{ words }
                </button>
                <button class="button" aria-label={format!("Restore {words}")} onclick={restore.reform(move |_: MouseEvent| gone.clone())}>{ "Restore" }</button>
            </li>
        }
    });
    html! { <section aria-label="What is off"><h3 class="section">{ format!("Off: {}", props.off.len()) }</h3><ul class="off">{ for rows }</ul></section> }
}

#[derive(Properties, PartialEq)]
struct BesideProps {
    off: Vec<AttrValue>,
}

/// Asks the engine a question about failures, in the worker where there is one. Returns the job.
pub(super) fn asked(services: &Services, question: String, progress: impl Fn(f64) + 'static, then: impl Fn(String) + 'static) -> u32 {
    asking::ask(services, question, progress, move |said| then(said.text))
}

/// The whole fabric beside what is left of it.
#[component]
fn Beside(props: &BesideProps) -> Html {
    let services = use_services();
    let found = use_state(|| None::<(u64, Vec<AttrValue>, Rc<Comparison>)>);
    let state = use_selector(|view| (view.session.revision(), view.session.is_report_current()));
    let (revision, current) = *state;
    {
        let found = found.clone();
        use_effect_with((revision, current, props.off.clone()), move |(revision, current, off)| {
            let (revision, off) = (*revision, off.clone());
            if *current && found.as_ref().is_none_or(|known| (known.0, &known.1) != (revision, &off)) {
                let question = std::iter::once("compare").chain(off.iter().map(AttrValue::as_str)).collect::<Vec<_>>().join("\n");
                let store = services.store.clone();
                asked(
                    &services,
                    question,
                    |_| {},
                    move |text| {
                        if host::is_poisoned() {
                            return;
                        }
                        let comparison = store.read(|view| view.session.report().and_then(|whole| ask::comparison(&text, whole)));
                        if let Some(comparison) = comparison {
                            found.set(Some((revision, off.clone(), Rc::new(comparison))));
                        }
                    },
                );
            }
        });
    }
    let Some((known, off, comparison)) = &*found else { return html! { <p class="nothing" role="status">{ "Estimating what is left…" }</p> } };
    let stale = (*known, off) != (revision, &props.off);
    let down = &comparison.down;
    let (same, mut differ): (Vec<&Row>, Vec<&Row>) = comparison.rows.iter().partition(|row| row.is_same());
    // Where pairs lose their route, means and extremes are over fewer pairs: nothing is better for that, and that stands first.
    let comparable = !differ.iter().any(parts_pairs);
    order::sort_by_key(&mut differ, |row| !parts_pairs(row));
    html! {
        <section class={classes!(stale.then_some("stale"))} aria-label="Whole and degraded">
            <p class="quiet">{ format!("Down: {}, {}, {}.", counted(down.links as u64, "link", "links"), counted(down.nodes as u64, "node", "nodes"), counted(down.xpus as u64, "XPU", "XPUs")) }</p>
            if !down.unknown.is_empty() { <p class="quiet">{ format!("No longer in the design: {}", down.unknown.join(", ")) }</p> }
            <table class="beside named">
                <thead><tr><th scope="col">{ "Estimate" }</th><th scope="col">{ "Whole" }</th><th scope="col">{ "Left" }</th><th scope="col"><span class="sr-only">{ "Change" }</span></th></tr></thead>
                <tbody>
                    { for differ.iter().map(|row| line(row, comparable)) }
                    if differ.is_empty() { <tr><td colspan="4">{ "No estimate changes." }</td></tr> }
                </tbody>
            </table>
            if !same.is_empty() {
                <details><summary>{ format!("{} unchanged", counted(same.len() as u64, "estimate", "estimates")) }</summary><table class="beside named"><tbody>{ for same.iter().map(|row| line(row, comparable)) }</tbody></table></details>
            }
            { findings("Findings that appear", &comparison.appeared) }
            { findings("Findings that are gone", &comparison.gone) }
        </section>
    }
}

/// Whether it tells how many pairs have no route.
fn parts_pairs(row: &&Row) -> bool {
    row.key == "pairs-apart"
}

fn line(row: &Row, comparable: bool) -> Html {
    let value = |value: Option<f64>| value.map_or_else(|| "unknown".to_owned(), |value| quantity(value, &row.unit));
    let change = row.change(1).filter(|change| *change != 0.0);
    let worse = change.zip(row.better()).map(|(change, better)| (change < 0.0) == (better == Better::More));
    let class = worse.and_then(|worse| if worse { Some("error-text") } else { comparable.then_some("good-text") });
    html! {
        <tr key={row.key.clone()}>
            <th scope="row">{ &row.label }</th><td>{ value(row.value(0)) }</td><td class={classes!((parts_pairs(&row) && !row.is_same()).then_some("error-text"))}>{ value(row.value(1)) }</td>
            <td class={classes!("change", class)}>{ change.map(percent) }</td>
        </tr>
    }
}

fn findings(title: &'static str, list: &[Diagnostic]) -> Html {
    if list.is_empty() {
        return Html::default();
    }
    let one = |(at, finding): (usize, &Diagnostic)| {
        let (class, mark) = match finding.severity {
            Severity::Error => ("error-text", "● "),
            Severity::Info => ("quiet", "○ "),
            Severity::Warning => ("warning-text", "▲ "),
        };
        html! { <li key={at}><b {class}><span aria-hidden="true">{ mark }</span>{ &finding.title }</b><span class="quiet">{ &finding.message }</span></li> }
    };
    html! { <><h3 class="section">{ title }</h3><ul class="came">{ for list.iter().enumerate().map(one) }</ul></> }
}
