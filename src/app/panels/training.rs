//! A training step on the drawn fabric: what it takes, part by part, how it is spread, and the numbers of its workload to be changed.

use std::rc::Rc;

use yew::prelude::*;

use super::estimates::row;
use super::field::{TextField, choice_field};
use super::ranks::Ranks;
use crate::app::asking::ask;
use crate::app::hooks::{use_action, use_selector, use_services};
use crate::app::host;
use crate::editor::{Intent, WorkloadStep};
use crate::engine::estimate::Estimate;
use crate::engine::estimate::show::quantity;
use crate::engine::report::Report;
use crate::engine::training::ask::{Summary, read};
use crate::engine::training::fields::{Field, PLAN, SHAPE};
use crate::engine::training::placement::Axis;
use crate::engine::training::{plan, shape};
use crate::model::Workload;
use crate::units::{counted, significant};

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
    let name = workload.name.clone();
    let rename = {
        let (step, chosen, from) = (step.clone(), chosen.clone(), name.clone());
        Callback::from(move |to: String| {
            chosen.set(to.trim().to_owned());
            step.emit(WorkloadStep::Rename { from: from.clone(), to });
        })
    };
    let model = {
        let name = name.clone();
        step.reform(move |model: String| WorkloadStep::Model { name: name.clone(), model })
    };
    let remove = step.reform(move |_: MouseEvent| WorkloadStep::Remove(name.clone()));
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
            if !off.is_empty() { <p class="quiet">{ format!("Without what is off in the scenario: {}", counted(off.len() as u64, "thing", "things")) }</p> }
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
