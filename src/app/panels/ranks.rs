//! Which XPUs belong together along an axis of a workload, the order of its axes, and XPUs that change places.

use std::rc::Rc;

use yew::prelude::*;

use super::field::{TextField, choice_field};
use crate::app::asking::ask;
use crate::app::hooks::{use_action, use_selector, use_services};
use crate::app::host;
use crate::editor::{Intent, WorkloadStep};
use crate::engine::training::ask::{GROUPS, Summary};
use crate::engine::training::placement::{Axis, order};
use crate::model::{Element, NodeId, Subject, Workload};

/// What the ranks are told.
#[derive(Properties, PartialEq)]
pub struct RanksProps {
    /// Whose ranks.
    pub workload: Rc<Workload>,
    /// What is known of its step.
    pub summary: Rc<Summary>,
    /// The revision of the design.
    pub revision: u64,
    /// Whether nothing may be changed.
    pub read_only: bool,
}

/// Which XPUs belong together along an axis; the order of the axes and XPUs that change places.
#[component]
pub fn Ranks(props: &RanksProps) -> Html {
    let services = use_services();
    let axis = use_state(|| "tensor".to_owned());
    let found = use_state(|| None::<(u64, Rc<Workload>, String, Rc<(usize, Vec<Vec<String>>)>)>);
    let names = use_selector(|view| {
        let design = view.session.design();
        design.nodes.iter().filter(|(_, node)| !node.name.is_empty()).take(4096).map(|(id, node)| (id, node.name.clone())).collect::<Vec<_>>()
    });
    let coloured = use_selector(|view| view.ui.traffic.ranks.clone());
    let colour = use_action(|store, ranks: Option<(String, String)>| store.change(|ui| ui.traffic.ranks = ranks));
    let order_axes = use_action(|store, step: WorkloadStep| store.dispatch(Intent::Workload(step)));
    let reveal = use_action(|store, subjects: Vec<Subject>| store.dispatch(Intent::Reveal(subjects)));
    {
        let (found, axis, workload) = (found.clone(), (*axis).clone(), props.workload.clone());
        use_effect_with((props.revision, axis, workload, props.summary.clone()), move |(revision, axis, workload, _)| {
            let (revision, axis, workload) = (*revision, axis.clone(), workload.clone());
            let question = format!("groups\n{}\n{axis}\n0", workload.name);
            ask(
                &services,
                question,
                |_| {},
                move |said| {
                    let mut lines = said.text.lines();
                    let count = lines.next().and_then(|line| line.parse().ok()).unwrap_or(0);
                    let groups = lines.map(|line| line.split('\t').map(str::to_owned).collect()).collect();
                    if !host::is_poisoned() {
                        found.set(Some((revision, workload.clone(), axis.clone(), Rc::new((count, groups)))));
                    }
                },
            );
        });
    }
    let called = |text: &String| match parted(&names, text) {
        (node, Some(inside)) => format!("{node} {inside}"),
        (node, None) => node,
    };
    let axes: Vec<(AttrValue, AttrValue)> = props.summary.order.iter().map(|(word, parts)| (word.clone().into(), format!("{word}, {parts}").into())).collect();
    let is_coloured = coloured.as_ref().as_ref().is_some_and(|(workload, along)| (workload, along) == (&props.workload.name, &*axis));
    let choose = {
        let (axis, colour, name, any) = (axis.clone(), colour.clone(), props.workload.name.clone(), coloured.is_some());
        Callback::from(move |word: String| {
            if any {
                colour.emit(Some((name.clone(), word.clone())));
            }
            axis.set(word);
        })
    };
    let paint = {
        let ranks = (!is_coloured).then(|| (props.workload.name.clone(), (*axis).clone()));
        colour.reform(move |_: MouseEvent| ranks.clone())
    };
    let name = props.workload.name.clone();
    let reorder = order_axes.reform(move |order: String| WorkloadStep::Order { name: name.clone(), order });
    let name = props.workload.name.clone();
    let swap = order_axes.reform(move |text: String| {
        // Names may have spaces in them; then a comma parts the two.
        let parting = if text.contains(',') { ',' } else { ' ' };
        let mut words = text.split(parting).map(|word| word.trim().to_owned()).filter(|word| !word.is_empty());
        WorkloadStep::Swap { name: name.clone(), xpus: [words.next().unwrap_or_default(), words.next().unwrap_or_default()] }
    });
    let pair = use_selector(|view| {
        let chosen: Vec<&Subject> = view.session.selection().iter().take(3).collect();
        let [Subject::Inside(one), Subject::Inside(other)] = chosen.as_slice() else { return None };
        Some([one.to_string(), other.to_string()])
    });
    let name = props.workload.name.clone();
    let swap_pair = pair.as_ref().clone().map(|xpus| {
        let words = format!("Swap {} and {}", called(&xpus[0]), called(&xpus[1]));
        let press = order_axes.reform(move |_: MouseEvent| WorkloadStep::Swap { name: name.clone(), xpus: xpus.clone() });
        html! { <button class="button" onclick={press}>{ words }</button> }
    });
    let usual = order(&props.workload).map(Axis::word).join(", ");
    let stated = if props.workload.order.is_empty() { String::new() } else { usual.clone() };
    let swaps = props.workload.swaps.iter().map(|[one, other]| {
        let (name, xpus) = (props.workload.name.clone(), [one.clone(), other.clone()]);
        let back = order_axes.reform(move |_: MouseEvent| WorkloadStep::Swap { name: name.clone(), xpus: xpus.clone() });
        html! { <li key={format!("{one} {other}")}><span class="truncate">{ format!("{} ⇄ {}", called(one), called(other)) }</span><button class="button" onclick={back} disabled={props.read_only}>{ "Put back" }</button></li> }
    });
    let groups = found.as_ref().map(|found| found.3.clone()).unwrap_or_default();
    let rows = groups.1.iter().enumerate().map(|(at, members)| {
        let subjects: Vec<Subject> = members.iter().filter_map(|text| text.parse().ok()).map(Subject::Inside).collect();
        let words = listed(&names, members);
        html! {
            <tr key={at}>
                <th scope="row">{ at + 1 }</th>
                <td>{ words }</td>
                <td><button class="button" aria-label={format!("Show group {}", at + 1)} onclick={reveal.reform(move |_: MouseEvent| subjects.clone())}>{ "Show" }</button></td>
            </tr>
        }
    });
    html! {
        <details>
            <summary>{ "Ranks on XPUs" }</summary>
            <div class="training-fields above">
                <TextField label="Axes from the inside" value={AttrValue::from(stated)} example={usual} commit={reorder} read_only={props.read_only} />
                if !props.read_only { <TextField label="Swap two XPUs" value={AttrValue::from("")} example="n1/xpu1, n2/xpu1" commit={swap} /> { swap_pair } }
            </div>
            <ul class="off">{ for swaps }</ul>
            <div class="training-fields">{ choice_field("Groups along", &axes, Some((*axis).clone().into()), &choose) }</div>
            <button class="button" aria-pressed={is_coloured.to_string()} onclick={paint}>{ "Colour XPUs by group" }</button>
            <table class="rank-groups" aria-label="Groups"><tbody>{ for rows }</tbody></table>
            if groups.0 > GROUPS { <p class="quiet">{ format!("The first {GROUPS} of {} groups", groups.0) }</p> }
        </details>
    }
}

/// An XPU of a group: the name of its node, and what it is inside that.
fn parted(names: &[(NodeId, String)], text: &str) -> (String, Option<String>) {
    match text.parse::<Element>() {
        Ok(element) => {
            let node = names.iter().find(|(id, _)| *id == element.node).map_or_else(|| element.node.to_string(), |(_, name)| name.clone());
            (node, element.inside)
        }
        Err(_) => (text.to_owned(), None),
    }
}

/// The XPUs of a group: what is in one system is told by it once, and so is what is the same in all of them.
fn listed(names: &[(NodeId, String)], members: &[String]) -> String {
    let all: Vec<(String, Option<String>)> = members.iter().map(|member| parted(names, member)).collect();
    if let [(_, Some(first)), more @ ..] = all.as_slice()
        && !more.is_empty()
        && more.iter().all(|(node, inside)| inside.as_ref() == Some(first) || node.starts_with('+'))
    {
        let nodes: Vec<&str> = all.iter().map(|(node, _)| node.as_str()).collect();
        return format!("{first} of {}", nodes.join(", "));
    }
    let (mut words, mut last) = (String::new(), "");
    for (node, inside) in &all {
        let again = node == last && inside.is_some();
        words.push_str(match (words.is_empty(), again) {
            (true, _) => "",
            (false, true) => ", ",
            (false, false) => "; ",
        });
        if !again {
            words.push_str(node);
            words.push(' ');
        }
        words.push_str(inside.as_deref().unwrap_or_default());
        last = node;
    }
    words
}
