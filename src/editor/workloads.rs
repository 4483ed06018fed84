//! Training jobs of a design: made, renamed, changed number by number, taken out. Each is one step to undo.

use super::draft::{Draft, Outcome};
use crate::engine::training::fields::{Field, PLAN, SHAPE, by_key};
use crate::engine::training::placement::Axis;
use crate::engine::training::shape;
use crate::model::{Element, Outage, Subject, Workload};

/// Something asked of the workloads.
#[derive(Clone, Debug, PartialEq)]
pub enum WorkloadStep {
    /// Makes one of a model, or of a shape of its own where the model is empty.
    Add {
        /// The id of the model.
        model: String,
    },
    /// Takes the one with this name out.
    Remove(String),
    /// Gives one another name.
    Rename {
        /// Its name.
        from: String,
        /// Its new name.
        to: String,
    },
    /// Starts it from another model; numbers of the shape that were its own go.
    Model {
        /// Its name.
        name: String,
        /// The id of the model; empty is a shape of its own, with the numbers it has.
        model: String,
    },
    /// Sets a number of its shape or its plan as it was typed; nothing gives back what holds without.
    Number {
        /// Its name.
        name: String,
        /// The key.
        key: String,
        /// What was typed.
        value: String,
    },
    /// The order of its axes from the innermost, by words; nothing is the usual one.
    Order {
        /// Its name.
        name: String,
        /// The axes, with commas between them.
        order: String,
    },
    /// Lets two XPUs change places, or, where they have, go back.
    Swap {
        /// Its name.
        name: String,
        /// The XPUs: `n1/xpu1`.
        xpus: [String; 2],
    },
}

/// Carries a step out.
pub(super) fn step(draft: &mut Draft, step: WorkloadStep) -> Result<Outcome, String> {
    match step {
        WorkloadStep::Add { model } => {
            let known = shape::by_id(&model);
            if known.is_none() && !model.is_empty() {
                return Err(format!("There is no model “{model}”"));
            }
            let name = free_name(draft, known.map_or("Own shape", |model| &model.name));
            // A shape of one's own starts as the smallest model, so that every number is there to be changed.
            let start = shape::by_id("llama-3.1-8b").filter(|_| known.is_none());
            let shape = start.into_iter().flat_map(|model| &model.shape).map(|(key, value)| ((*key).to_owned(), *value)).collect();
            let title = format!("Add {name}");
            draft.update_meta(|meta| meta.workloads.push(Workload { name, model, shape, ..Workload::default() }));
            Ok(Outcome::named(title))
        }
        WorkloadStep::Remove(name) => {
            known(draft, &name)?;
            draft.update_meta(|meta| meta.workloads.retain(|workload| workload.name != name));
            Ok(Outcome::named(format!("Delete {name}")))
        }
        WorkloadStep::Rename { from, to } => {
            let to = to.trim().to_owned();
            if to.is_empty() || (to != from && draft.design().meta.workloads.iter().any(|workload| workload.name == to)) {
                return Err("A workload needs a name of its own".to_owned());
            }
            change(draft, &from, |workload| workload.name = to)?;
            Ok(Outcome::named("Rename workload"))
        }
        WorkloadStep::Model { name, model } => {
            let numbers: Vec<(&'static str, f64)> = {
                let workload = known(draft, &name)?;
                SHAPE.iter().filter_map(|field| Some((field.key, shape::value_of(workload, field)?))).collect()
            };
            if !model.is_empty() && shape::by_id(&model).is_none() {
                return Err(format!("There is no model “{model}”"));
            }
            change(draft, &name, |workload| {
                workload.shape = if model.is_empty() { numbers.into_iter().map(|(key, value)| (key.to_owned(), value)).collect() } else { Default::default() };
                workload.model = model;
            })?;
            Ok(Outcome::named("Choose model"))
        }
        WorkloadStep::Number { name, key, value } => {
            let find = |table: &'static [Field]| by_key(table, &key);
            let (field, of_shape) = match (find(PLAN), find(SHAPE)) {
                (Some(field), _) => (field, false),
                (None, Some(field)) => (field, true),
                (None, None) => return Err(format!("A workload has no number “{key}”")),
            };
            let value = field.read(&value)?;
            change(draft, &name, |workload| {
                let numbers = if of_shape { &mut workload.shape } else { &mut workload.plan };
                match value {
                    Some(value) => numbers.insert(key, value),
                    None => numbers.remove(&key),
                };
            })?;
            Ok(Outcome::named(format!("Set {}", field.label)))
        }
        WorkloadStep::Order { name, order } => {
            let words: Vec<String> = order.split(',').map(|word| crate::units::lower(word.trim())).filter(|word| !word.is_empty()).collect();
            if let Some(wrong) = words.iter().find(|word| Axis::parse(word).is_none()) {
                let all: Vec<&str> = Axis::ALL.iter().map(|(_, word, _)| *word).collect();
                return Err(format!("There is no axis “{wrong}”; there are {}", all.join(", ")));
            }
            change(draft, &name, |workload| workload.order = words)?;
            Ok(Outcome::named("Order axes"))
        }
        WorkloadStep::Swap { name, xpus } => {
            let [a, b] = [element(draft, &xpus[0])?, element(draft, &xpus[1])?];
            let xpus = [a.to_string(), b.to_string()];
            if xpus[0] == xpus[1] {
                return Err("Two different XPUs change places".to_owned());
            }
            let turned = [xpus[1].clone(), xpus[0].clone()];
            change(draft, &name, |workload| match workload.swaps.iter().position(|swap| *swap == xpus || *swap == turned) {
                Some(place) => {
                    workload.swaps.remove(place);
                }
                None => workload.swaps.push(xpus),
            })?;
            Ok(Outcome::named("Swap XPUs"))
        }
    }
}

/// The XPU that is meant by the name or the id of its system and its own (`dgx-1/xpu3`, `n1/xpu3`).
fn element(draft: &Draft, text: &str) -> Result<Element, String> {
    let design = draft.design();
    let by_name = || {
        let (name, inside) = text.rsplit_once('/')?;
        let (id, _) = design.nodes.iter().find(|(_, node)| node.name == name)?;
        format!("{id}/{inside}").parse::<Element>().ok()
    };
    let element = text.parse().ok().or_else(by_name).ok_or_else(|| format!("“{text}” is no XPU; write for example dgx-1/xpu3"))?;
    let outage = Outage::Thing(Subject::Inside(element.clone()));
    if super::scenarios::is_there(design, draft.catalog, &outage) { Ok(element) } else { Err(format!("There is no {text} in this design")) }
}

fn known<'d>(draft: &'d Draft, name: &str) -> Result<&'d Workload, String> {
    draft.design().meta.workloads.iter().find(|workload| workload.name == name).ok_or_else(|| format!("There is no workload “{name}”"))
}

fn change(draft: &mut Draft, name: &str, alter: impl FnOnce(&mut Workload)) -> Result<(), String> {
    known(draft, name)?;
    draft.update_meta(|meta| {
        if let Some(workload) = meta.workloads.iter_mut().find(|workload| workload.name == name) {
            alter(workload);
        }
    });
    Ok(())
}

fn free_name(draft: &Draft, base: &str) -> String {
    let taken = |name: &str| draft.design().meta.workloads.iter().any(|workload| workload.name == name);
    if !taken(base) {
        return base.to_owned();
    }
    (2u32..).map(|number| format!("{base} {number}")).find(|name| !taken(name)).unwrap_or_default()
}
