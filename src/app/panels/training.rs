//! A training step on the drawn fabric: what it takes, part by part, how it is spread, and the numbers of its workload to be changed.

use std::rc::Rc;

use yew::prelude::*;

use super::estimates::row;
use super::field::{TextField, choice_field};
use crate::app::asking::ask;
use crate::app::hooks::{use_action, use_selector, use_services};
use crate::app::host;
use crate::editor::{Intent, WorkloadStep};
use crate::engine::estimate::Estimate;
use crate::engine::estimate::show::quantity;
use crate::engine::report::Report;
use crate::engine::training::ask::{GROUPS, Summary, read};
use crate::engine::training::fields::{Field, PLAN, SHAPE};
use crate::engine::training::placement::{Axis, order};
use crate::engine::training::{plan, shape};
use crate::model::{Element, Subject, Workload};
use crate::units::significant;

/// Numbers of a plan that are always shown.
const FIRST: [&str; 8] = ["tensor", "context", "expert", "pipeline", "data", "micro-batches", "micro-batch", "sequence"];

/// A training step.
#[component]
pub fn Training() -> Html {
    let state = use_selector(|view| {
        let session = view.session;
        (session.design().meta.workloads.clone(), session.read_only().is_some())
    });
    let chosen = use_state(String::new);
    let step = use_action(|store, step: WorkloadStep| store.dispatch(Intent::Workload(step)));
    let (workloads, read_only) = &*state;
    let models = || {
        let models = shape::models().iter().map(|model| (model.id.clone(), model.name.clone()));
        models.chain(std::iter::once((String::new(), "A shape of its own".to_owned())))
    };
    let add = {
        let (step, chosen) = (step.clone(), chosen.clone());
        Callback::from(move |model: String| {
            chosen.set(String::new());
            step.emit(WorkloadStep::Add { model });
        })
    };
    // What was added last is looked at until another is chosen.
    let Some(workload) = workloads.iter().find(|workload| workload.name == *chosen).or(workloads.last()) else {
        let buttons = models().map(|(id, name)| {
            let pressed = id.clone();
            html! { <button key={id} class="filter" onclick={add.reform(move |_: MouseEvent| pressed.clone())}>{ name }</button> }
        });
        return html! {
            <div class="training">
                <p class="nothing">{ "How long does a step of training take on this fabric, and what of it is traffic? Choose a model; how it is spread is proposed, and every number can be changed." }</p>
                if !read_only { <div class="filters" role="group" aria-label="Models">{ for buttons }</div> }
            </div>
        };
    };
    let names: Vec<(AttrValue, AttrValue)> = workloads.iter().map(|workload| (workload.name.clone().into(), workload.name.clone().into())).collect();
    let choose = {
        let chosen = chosen.clone();
        Callback::from(move |name: String| chosen.set(name))
    };
    let own = |name: String| Box::new(name);
    let name = own(workload.name.clone());
    let rename = {
        let (step, chosen, from) = (step.clone(), chosen.clone(), name.clone());
        Callback::from(move |to: String| {
            chosen.set(to.trim().to_owned());
            step.emit(WorkloadStep::Rename { from: (*from).clone(), to });
        })
    };
    let model = {
        let name = name.clone();
        step.reform(move |model: String| WorkloadStep::Model { name: (*name).clone(), model })
    };
    let remove = step.reform(move |_: MouseEvent| WorkloadStep::Remove((*name).clone()));
    let kinds: Vec<(AttrValue, AttrValue)> = models().map(|(id, name)| (id.into(), name.into())).collect();
    let offered: Vec<(AttrValue, AttrValue)> = std::iter::once(("-".into(), "Choose a model…".into())).chain(kinds.iter().cloned()).collect();
    html! {
        <div class="training">
            if names.len() > 1 { { choice_field("Job", &names, Some(workload.name.clone().into()), &choose) } }
            { choice_field("Model", &kinds, Some(workload.model.clone().into()), &model) }
            <Outcome workload={Rc::new(workload.clone())} read_only={*read_only} />
            if !read_only {
                <details>
                    <summary>{ "Name, other jobs" }</summary>
                    <div class="training-fields">
                        <TextField label="Name" value={AttrValue::from(workload.name.clone())} commit={rename} />
                        { choice_field("Add a job", &offered, Some("-".into()), &add) }
                        <button class="button" onclick={remove}>{ format!("Delete {}", workload.name) }</button>
                    </div>
                </details>
            }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct JobProps {
    workload: Rc<Workload>,
    read_only: bool,
}

/// What is known of a workload: for which revision, with what off, and the answer.
type Known = Option<(u64, Rc<Workload>, Vec<String>, Rc<(Summary, Report)>)>;

/// What the step takes, and the numbers it is made of.
#[component]
fn Outcome(props: &JobProps) -> Html {
    let services = use_services();
    let known = use_state(|| None as Known);
    let done = use_state(|| 0.0f64);
    let state = use_selector(|view| {
        let session = view.session;
        let off: Vec<String> = session.outages().iter().map(ToString::to_string).collect();
        (session.revision(), session.is_report_current(), off, view.ui.explained.clone())
    });
    let toggle = use_action(|store, key: String| store.change(|ui| ui.explained = (ui.explained.as_ref() != Some(&key)).then_some(key)));
    let (revision, current, off, explained) = (*state).clone();
    {
        let (known, done) = (known.clone(), done.clone());
        use_effect_with((revision, current, off.clone(), props.workload.clone()), move |(revision, current, off, workload)| {
            let (revision, off, workload) = (*revision, off.clone(), workload.clone());
            let fresh = known.as_ref().is_some_and(|known| (known.0, &known.1, &known.2) == (revision, &workload, &off));
            if *current && !fresh {
                let question = ["training".to_owned(), workload.name.clone()].into_iter().chain(off.clone()).collect::<Vec<_>>().join("\n");
                done.set(0.0);
                ask(
                    &services,
                    question,
                    move |part| done.set(part),
                    move |said| {
                        if !host::is_poisoned()
                            && let Some(answer) = read(&said.text)
                        {
                            known.set(Some((revision, workload.clone(), off.clone(), Rc::new(answer))));
                        }
                    },
                );
            }
        });
    }
    let answer = known.as_ref().filter(|known| known.1.name == props.workload.name).map(|known| known.3.clone());
    let stale = known.as_ref().is_none_or(|known| (known.0, &known.1, &known.2) != (revision, &props.workload, &off));
    let summary = answer.as_ref().map(|answer| answer.0.clone()).unwrap_or_default();
    let waiting = if *done > 0.0 && *done < 1.0 { format!("Estimating… {} %", significant(*done * 100.0, 2)) } else { "Estimating…".to_owned() };
    let shown = match answer.as_deref() {
        None => html! { <p class="nothing" role="status">{ waiting }</p> },
        Some((summary, _)) if !summary.refused.is_empty() => {
            html! { <div class="training-refused" role="status"><b>{ "It cannot run like this" }</b><ul>{ for summary.refused.iter().map(|why| html! { <li>{ why }</li> }) }</ul></div> }
        }
        Some((summary, report)) => result(summary, report, &off, explained.as_deref(), &toggle),
    };
    html! {
        <>
            <section class={classes!("training-result", (stale && answer.is_some()).then_some("stale"))} aria-label="Training step" aria-busy={stale.to_string()}>{ shown }</section>
            <Numbers workload={props.workload.clone()} summary={Rc::new(summary.clone())} read_only={props.read_only} />
            if !summary.order.is_empty() { <Ranks workload={props.workload.clone()} summary={Rc::new(summary)} {revision} read_only={props.read_only} /> }
        </>
    }
}

/// The step in large, its parts as a bar with a table, then every number with its reasons.
fn result(summary: &Summary, report: &Report, off: &[String], explained: Option<&str>, toggle: &Callback<String>) -> Html {
    let value = |key: &str| report.estimate(key).and_then(Estimate::value);
    let words = |key: &str| {
        report
            .estimate(key)
            .map_or_else(String::new, |estimate| estimate.value().map_or_else(|| "unknown".to_owned(), |value| quantity(value, estimate.unit())))
    };
    let facts = [("training-step", "a step"), ("training-tokens", ""), ("training-mfu", "of the peak"), ("training-exposed", "traffic not hidden")];
    let facts = facts.iter().filter(|(key, _)| report.estimate(key).is_some()).map(|(key, label)| {
        html! { <div key={*key} class={classes!("fact", (*key == "training-step").then_some("main"))}><b>{ words(key) }</b>{ " " }<small>{ *label }</small></div> }
    });
    let whole = value("training-step").filter(|whole| *whole > 0.0);
    let parts: Vec<&Estimate> = ["compute", "tensor", "context", "expert", "pipeline", "data", "bubble", "shared"]
        .iter()
        .filter_map(|part| report.estimates.iter().find(|estimate| estimate.key().strip_prefix("training-") == Some(part)))
        .collect();
    let mut left = 0.0;
    let bar: Html = parts
        .iter()
        .enumerate()
        .filter_map(|(at, estimate)| {
            let width = estimate.value()? / whole? * 100.0;
            let start = left;
            left += width;
            let hint = format!("{}: {}", estimate.label(), words(estimate.key()));
            Some(html! { <rect key={at} class={term(estimate)} x={format!("{start:.2}")} y="0" width={format!("{:.2}", (width - 0.3).max(0.2))} height="8"><title>{ hint }</title></rect> })
        })
        .collect();
    let rows = parts.iter().map(|estimate| {
        let part = estimate.key().trim_start_matches("training-");
        let line = summary.axes.iter().find(|line| line.axis == part);
        let share = estimate.value().zip(whole).map_or_else(String::new, |(value, whole)| format!("{} %", significant(value / whole * 100.0, 2)));
        let name = Axis::parse(part).map_or_else(|| estimate.label().to_owned(), |axis| axis.title().to_owned());
        let (size, place, bytes, all) = match line {
            Some(line) => (
                format!("{} × {}", line.groups, line.ranks),
                line.place.clone(),
                quantity(line.bytes, "B"),
                words(&format!("training-{part}-all")),
            ),
            None => (String::new(), String::new(), String::new(), words(estimate.key())),
        };
        html! {
            <tr key={part.to_owned()}>
                <th scope="row"><svg class="key" viewBox="0 0 10 10" aria-hidden="true"><rect class={term(estimate)} width="10" height="10" rx="2" /></svg>{ name }<small>{ place }</small></th>
                <td>{ size }<small>{ bytes }</small></td>
                <td>{ all }</td>
                <td>{ words(estimate.key()) }<small>{ share }</small></td>
            </tr>
        }
    });
    let told = report.estimates.iter().filter(|estimate| !estimate.key().contains('.')).map(|estimate| {
        let key = estimate.key().to_owned();
        row(estimate, explained == Some(estimate.key()), toggle.reform(move |_: MouseEvent| key.clone()))
    });
    let calls = report.estimates.iter().filter(|estimate| estimate.key().contains('.')).map(|estimate| {
        let key = estimate.key().to_owned();
        row(estimate, explained == Some(estimate.key()), toggle.reform(move |_: MouseEvent| key.clone()))
    });
    html! {
        <>
            <div class="facts">{ for facts }</div>
            if !off.is_empty() { <p class="quiet">{ format!("Without what is off in the scenario: {}", if off.len() == 1 { "1 thing".to_owned() } else { format!("{} things", off.len()) }) }</p> }
            if let Some((needed, has)) = summary.short {
                <p class="training-short" role="status">{ format!("An XPU needs {} GB and has {} GB: it does not fit.", significant(needed, 3), significant(has, 4)) }</p>
            }
            <svg class="stack" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">{ bar }</svg>
            <table class="parts-of-step" aria-label="Where the step goes">
                <thead><tr><th scope="col">{ "Part" }</th><th scope="col">{ "Groups" }</th><th scope="col">{ "All" }</th><th scope="col">{ "Not hidden" }</th></tr></thead>
                <tbody>{ for rows }</tbody>
            </table>
            <details><summary>{ "Every number with its formula" }</summary><div class="estimates">{ for told }</div></details>
            <details><summary>{ "Messages and calls" }</summary><div class="estimates">{ for calls }</div></details>
        </>
    }
}

/// The colour of a part, the same in the bar and in the table.
fn term(estimate: &Estimate) -> &'static str {
    match estimate.key() {
        "training-compute" => "term-0",
        "training-tensor" => "term-1",
        "training-context" => "term-2",
        "training-expert" => "term-3",
        "training-pipeline" => "term-4",
        "training-data" => "term-5",
        "training-shared" => "term-7",
        _ => "term-6",
    }
}

#[derive(Properties, PartialEq)]
struct NumbersProps {
    workload: Rc<Workload>,
    summary: Rc<Summary>,
    read_only: bool,
}

/// The plan and the shape to be changed: empty is proposed, or the model's.
#[component]
fn Numbers(props: &NumbersProps) -> Html {
    let set = use_action(|store, (name, key, value): (String, &'static str, String)| {
        store.dispatch(Intent::Workload(WorkloadStep::Number { name, key: key.to_owned(), value }));
    });
    let (workload, summary) = (&props.workload, &props.summary);
    let field = |field: &'static Field, stated: Option<f64>, usual: Option<f64>| {
        let name = workload.name.clone();
        let commit = set.reform(move |value: String| (name.clone(), field.key, value));
        let shown = |value: f64| plan::shown(field.key, value);
        let example = usual.or(field.usual).map(shown).unwrap_or_default();
        html! { <TextField key={field.key} label={field.label} value={AttrValue::from(stated.map(shown).unwrap_or_default())} {example} {commit} read_only={props.read_only} /> }
    };
    let of_plan = |one: &'static Field| {
        let proposed = summary.plan.iter().find(|(key, _)| key == one.key).map(|(_, value)| *value);
        field(one, workload.plan.get(one.key).copied(), proposed)
    };
    let of_shape = |one: &'static Field| {
        let bare = Workload { model: workload.model.clone(), ..Workload::default() };
        field(one, workload.shape.get(one.key).copied(), shape::value_of(&bare, one))
    };
    let first = FIRST.iter().filter_map(|key| PLAN.iter().find(|field| field.key == *key)).map(of_plan);
    let rest = PLAN.iter().filter(|field| !FIRST.contains(&field.key)).map(of_plan);
    html! {
        <>
            <h3 class="section">{ "How it is spread" }</h3>
            <div class="training-fields">{ for first }</div>
            <details><summary>{ "More of the plan" }</summary><div class="training-fields">{ for rest }</div></details>
            <details><summary>{ "Shape of the model" }</summary><div class="training-fields">{ for SHAPE.iter().map(of_shape) }</div></details>
        </>
    }
}

#[derive(Properties, PartialEq)]
struct RanksProps {
    workload: Rc<Workload>,
    summary: Rc<Summary>,
    revision: u64,
    read_only: bool,
}

/// Which XPUs belong together along an axis; the order of the axes and XPUs that change places.
#[component]
fn Ranks(props: &RanksProps) -> Html {
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
    let parted = |text: &String| match text.parse::<Element>() {
        Ok(element) => {
            let node = names.iter().find(|(id, _)| *id == element.node).map_or_else(|| element.node.to_string(), |(_, name)| name.clone());
            (node, element.inside)
        }
        Err(_) => (text.clone(), None),
    };
    let called = |text: &String| match parted(text) {
        (node, Some(inside)) => format!("{node} {inside}"),
        (node, None) => node,
    };
    // What is in one system is told by it once, and so is what is the same in all of them.
    let listed = |members: &[String]| {
        let mut all = members.iter().map(parted);
        let first = all.next().and_then(|(_, inside)| inside);
        if let Some(first) = first.filter(|first| members.len() > 1 && all.all(|(node, inside)| inside.as_ref() == Some(first) || node.starts_with('+'))) {
            let nodes: Vec<String> = members.iter().map(|member| parted(member).0).collect();
            return format!("{first} of {}", nodes.join(", "));
        }
        let (mut words, mut last) = (String::new(), String::new());
        for (node, inside) in members.iter().map(parted) {
            let again = node == last && inside.is_some();
            words.push_str(match (words.is_empty(), again) {
                (true, _) => "",
                (false, true) => ", ",
                (false, false) => "; ",
            });
            if !again {
                words.push_str(&node);
                words.push(' ');
            }
            words.push_str(inside.as_deref().unwrap_or_default());
            last = node;
        }
        words
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
        let mut words = text.split([',', ' ']).filter(|word| !word.is_empty()).map(str::to_owned);
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
        let words = listed(members);
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
