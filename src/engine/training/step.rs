//! The whole step: computing, what each axis adds to it, the bubble of the pipeline, tokens in a second, energy.

use crate::engine::assumptions::{COOLING, LOAD};
use crate::engine::context::Context;
use crate::engine::estimate::collective::group::{Group, part_of};
use crate::engine::estimate::collective::tuning::Family;
use crate::engine::estimate::{Draft, Estimate, Input, power};
use crate::model::{Figure, Part, PartDetail, Workload};

use super::communication::{self, Found, Traffic};
use super::links;
use super::memory;
use super::overlap::Overlaps;
use super::placement::{Axis, Placement};
use super::plan::{Plan, Room};
use super::shape::{Shape, by_id};

/// What a training step takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The shape.
    pub shape: Shape,
    /// How it is spread.
    pub plan: Plan,
    /// Where ranks are.
    pub placement: Placement,
    /// What the fabric offers.
    pub room: Room,
    /// The axes that send, in the usual order.
    pub traffic: Vec<Traffic>,
    /// Every number: the step, its parts, memory, energy, then messages and calls.
    pub estimates: Vec<Estimate>,
}

fn number(name: &str, label: &str, unit: &str, value: f64) -> Input {
    Input::counted(name, label, unit, value)
}

/// The XPU of the slowest kind among these, and what a field of it says, with its part for the sources.
fn least<'a>(context: &Context<'a>, xpus: &[u32], figure: fn(&Part) -> Option<&Figure<f64>>) -> (Option<Figure<f64>>, Option<&'a Part>) {
    let mut found: Option<(Option<Figure<f64>>, &'a Part)> = None;
    let mut last = std::ptr::null();
    for xpu in xpus {
        let Some(part) = part_of(context, *xpu) else { return (None, None) };
        if std::ptr::eq(part, last) {
            continue;
        }
        last = part;
        let here = figure(part).cloned();
        let less = match (&found, &here) {
            (None, _) => true,
            (Some((None, _)), _) => false,
            (Some(_), None) => true,
            (Some((Some(known), _)), Some(here)) => here.value < known.value,
        };
        if less {
            found = Some((here, part));
        }
    }
    found.map_or((None, None), |(figure, part)| (figure, Some(part)))
}

fn xpu_figure(part: &Part, choose: fn(&crate::model::XpuDetail) -> &Option<Figure<f64>>) -> Option<&Figure<f64>> {
    match &part.detail {
        PartDetail::Xpu(detail) => choose(detail).as_ref(),
        _ => None,
    }
}

/// What a drawn fabric offers a job.
///
/// Time: O(vertices + edges).
pub fn room(context: &Context) -> Room {
    let group = Group::of(context, None);
    let all: Vec<u32> = group.domains.iter().flatten().copied().collect();
    let (memory, _) = least(context, &all, |part| xpu_figure(part, |detail| &detail.memory_gb));
    Room { xpus: if group.xpus { group.count } else { 0 }, domain: group.sizes().0, memory: memory.map(|figure| figure.value) }
}

/// The shape and plan of a workload on a design; sentences where there is none.
pub fn planned(context: &Context, workload: &Workload) -> Result<(Shape, Room, Plan), Vec<String>> {
    let shape = Shape::of(workload)?;
    let room = room(context);
    let plan = Plan::of(workload, &shape, &room)?;
    Ok((shape, room, plan))
}

/// A workload as it is spread over a design, without what it takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// The shape.
    pub shape: Shape,
    /// What the fabric offers.
    pub room: Room,
    /// How it is spread.
    pub plan: Plan,
    /// Where ranks are.
    pub placement: Placement,
}

impl Job {
    /// Spreads a workload; sentences where it cannot be.
    ///
    /// Time: O(vertices + edges).
    pub fn of(context: &Context, workload: &Workload) -> Result<Self, Vec<String>> {
        let (shape, room, plan) = planned(context, workload)?;
        let placement = Placement::of(context, workload, &plan);
        Ok(Self { shape, room, plan, placement })
    }
    /// The groups along an axis that are in more than one scale-up domain.
    pub fn leaving(&self, context: &Context, axis: Axis) -> Vec<Group> {
        let mut groups = Group::split(context, &self.placement.groups(&[axis]));
        groups.retain(|group| group.domains.len() > 1);
        groups
    }
    /// Gigabytes an XPU must hold, and what it has, where that is too little.
    pub fn short_of_memory(&self) -> Option<(f64, f64)> {
        let needed = memory::needed(&self.shape, &self.plan);
        self.room.memory.filter(|memory| needed > *memory).map(|memory| (needed, memory))
    }
}

/// Estimates a step; sentences where the workload cannot run. `progress` is told how much is done, from 0 to 1.
///
/// Time: that of the collectives of every axis over all ranks.
pub fn step(context: &Context, workload: &Workload, progress: &mut dyn FnMut(f64)) -> Result<Step, Vec<String>> {
    let Job { shape, room, plan, placement } = Job::of(context, workload)?;
    let mut found = Found::default();
    let mut traffic = Vec::new();
    for (done, (axis, ..)) in Axis::ALL.into_iter().enumerate() {
        traffic.extend(communication::of(context, &shape, &plan, &placement, axis, &mut found));
        progress((done + 1) as f64 / Axis::ALL.len() as f64);
    }
    let mut step = Step { shape, plan, placement, room, traffic, estimates: Vec::new() };
    step.estimates = step.numbers(context, workload, &found);
    step.estimates.extend(found.estimates);
    Ok(step)
}

const TIMELINE: &str = "1F1B with pieces (interleaved): D. Narayanan et al., arXiv 2104.04473, section 2.2";
const OPERATIONS: &str = "6 operations for each weight and token, and attention: J. Kaplan et al., arXiv 2001.08361, appendix; A. Chowdhery et al. (PaLM), arXiv 2204.02311, appendix B";

impl Step {
    fn numbers(&self, context: &Context, workload: &Workload, sent: &Found) -> Vec<Estimate> {
        let (shape, plan) = (&self.shape, &self.plan);
        let recalled = context.recalled();
        let source = by_id(&workload.model).map_or("The shape is stated in the design".to_owned(), |model| format!("{}: {}", model.name, model.source));
        let finish = |draft: Draft| Estimate::new(draft.source(source.clone()), recalled);
        let key = |key: &str| plan.get(key);
        let tokens = key("micro-batch") * key("micro-batches") * key("sequence") * key("data");
        let tokens_input = || number("tokens", "tokens of a step", "", tokens);
        let xpus = || number("xpus", "XPUs that take part", "", key("xpus"));

        let eight = key("compute-bits") < 16.0;
        let (peak, peak_part) = least(
            context,
            &self.placement.xpus,
            if eight { |part| xpu_figure(part, |detail| &detail.fp8_tflops) } else { |part| xpu_figure(part, |detail| &detail.bf16_tflops) },
        );
        let peak_words = if eight { "peak of an XPU, dense, in 8 bits" } else { "peak of an XPU, dense, in 16 bits" };
        let peak_input = || Input::figure("peak", peak_words, "TFLOPS", peak.clone());
        let with_peak = |draft: Draft| peak_part.map_or(draft.clone(), |part| draft.sources_of(&part.sources));
        let weights = || number("weights", "weights that a token is multiplied with", "", shape.active_weights());
        let attention = || number("attention", "operations of attention for a token, forward and backward", "", shape.attention_operations(key("sequence")));

        let again = if key("recompute") >= 2.0 { "4 / 3 * " } else { "" };
        let draft = Draft::new(
            "training-compute",
            "Computing",
            "ns",
            format!("{again}tokens * (6 * weights + attention) / (xpus * peak * 1e3 * utilisation)"),
            OPERATIONS,
        );
        let draft = draft.inputs([tokens_input(), weights(), attention(), xpus(), peak_input()]);
        let draft = draft
            .input(Input::figure("utilisation", "share of the peak that computing alone reaches", "", Some(plan.utilisation())))
            .source(plan.utilisation_source())
            .assume("Every XPU and every stage has the same work; embeddings and output count as spread evenly")
            .assume("Attention looks at earlier tokens only: half the products")
            .assume(if again.is_empty() { "What is recomputed costs nothing" } else { "Whole layers are recomputed: the forward pass twice" });
        let compute = finish(with_peak(draft));

        let mut parts: Vec<Estimate> = Vec::new();
        let mut alls: Vec<Estimate> = Vec::new();
        for traffic in &self.traffic {
            alls.push(self.all(traffic, &finish));
        }
        let family = sent.family.unwrap_or(Family::Other);
        let overlaps = Overlaps::of(context, self, &sent.loads, &alls, family);
        // Calls that computing waits for come first: data parallel traffic waits beside them.
        for (traffic, all) in self.traffic.iter().zip(&alls).filter(|(traffic, _)| traffic.axis != Axis::Data) {
            parts.push(self.exposed(traffic, all, &compute, None, &finish));
        }
        let waits = overlaps.waits(&compute, &alls, &parts).map(&finish);
        for (traffic, all) in self.traffic.iter().zip(&alls).filter(|(traffic, _)| traffic.axis == Axis::Data) {
            parts.push(self.exposed(traffic, all, &compute, waits.as_ref(), &finish));
        }
        let held = overlaps.held(&compute, &alls, &parts, waits.as_ref()).map(&finish);
        let word = |estimate: &Estimate| estimate.key().trim_start_matches("training-").to_owned();
        let busy: Vec<&Estimate> = parts.iter().filter(|part| !matches!(part.key(), "training-pipeline" | "training-data")).collect();

        let mut terms = vec!["compute".to_owned()];
        terms.extend(parts.iter().map(word));
        let mut inputs = vec![Input::of("compute", &compute)];
        inputs.extend(parts.iter().map(|estimate| Input::of(&word(estimate), estimate)));
        let bubble = (key("pipeline") > 1.0).then(|| {
            let mut names = vec!["compute".to_owned()];
            names.extend(busy.iter().map(|estimate| word(estimate)));
            let formula = format!("(stages - 1) / (batches * pieces) * ({})", names.join(" + "));
            let draft = Draft::new("training-bubble", "Bubble of the pipeline", "ns", formula, TIMELINE)
                .input(number("stages", "pipeline stages", "", key("pipeline")))
                .input(number("batches", "micro-batches of a step", "", key("micro-batches")))
                .input(number("pieces", "pieces of the model at each stage", "", key("interleave")))
                .input(Input::of("compute", &compute))
                .inputs(busy.iter().map(|estimate| Input::of(&word(estimate), estimate)));
            finish(draft.assume("Stages wait while the pipeline fills and drains; all stages take as long"))
        });
        if let Some(bubble) = &bubble {
            terms.push("bubble".to_owned());
            inputs.push(Input::of("bubble", bubble));
        }
        if let Some(held) = &held {
            terms.push("shared".to_owned());
            inputs.push(Input::of("shared", held));
        }
        let draft = Draft::new("training-step", "Training step", "ns", terms.join(" + "), TIMELINE).inputs(inputs);
        let idle = self.room.xpus as f64 - key("xpus");
        let draft = if idle > 0.0 { draft.assume(format!("{idle} XPUs take no part")) } else { draft };
        let mut whole = finish(
            draft
                .assume(overlaps.words(context))
                .assume("Reading data, saving checkpoints, the optimiser's own work and slow or failing XPUs are not counted")
                .source(communication::ALGEBRA),
        );

        let link = links::fullest(context, &sent.loads, family).map(&finish);
        if link.as_ref().is_some_and(|link| links::holds_back(link, &whole)) {
            whole.assume("The fullest link takes longer for what all axes send over it: the step takes at least that");
        }
        let mut found = Vec::new();
        let step = || Input::of("step", &whole);
        let draft = Draft::new("training-tokens", "Tokens", "tokens/s", "tokens / step * 1e9", TIMELINE);
        let speed = finish(draft.inputs([tokens_input(), step()]));
        let draft =
            Draft::new("training-mfu", "Model FLOPS utilisation", "%", "100 * tokens * (6 * weights + attention) / (xpus * peak * 1e3 * step)", OPERATIONS);
        let share = finish(with_peak(
            draft
                .inputs([tokens_input(), weights(), attention(), xpus(), peak_input(), step()])
                .assume("Operations of the model alone: what is recomputed does not count"),
        ));
        let exposed = (!parts.is_empty()).then(|| {
            let shown = || parts.iter().chain(&held);
            let names: Vec<String> = shown().map(word).collect();
            let draft =
                Draft::new("training-exposed", "Traffic that is not hidden, of the step", "%", format!("100 * ({}) / step", names.join(" + ")), TIMELINE);
            finish(draft.inputs(shown().map(|estimate| Input::of(&word(estimate), estimate))).input(step()))
        });
        found.extend([whole.clone(), speed, share]);
        found.extend(exposed);
        found.push(compute);
        found.extend(parts);
        found.extend(bubble);
        found.extend(held);
        found.extend(waits);
        found.extend(link);
        found.push(finish(memory::draft(shape, plan)));
        found.extend(self.energy(context, &whole, tokens, &finish));
        let count = |id: &str, label: &str, value: f64| {
            finish(Draft::new(id, label, "", "weights", "Weights of all matrices; norms and biases are left out").input(number("weights", label, "", value)))
        };
        found.push(count("training-weights", "Weights", shape.weights()));
        if shape.experts > 0.0 {
            found.push(count("training-weights-active", "Weights that a token meets", shape.active_weights()));
        }
        found.extend(alls);
        found
    }

    /// All the time of an axis.
    fn all(&self, traffic: &Traffic, finish: &dyn Fn(Draft) -> Estimate) -> Estimate {
        let axis = traffic.axis;
        let (formula, inputs) = communication::sum(traffic);
        let draft =
            Draft::new(&format!("training-{}-all", axis.word()), format!("{} parallel: all traffic", axis.title()), "ns", formula, communication::ALGEBRA);
        finish(draft.inputs(inputs).assume(format!("{} groups of {} at once: {}", traffic.groups, traffic.ranks, traffic.place)))
    }

    /// What is not hidden of an axis. `waits` is the share of its time that data parallel traffic waits for others on a link.
    fn exposed(&self, traffic: &Traffic, all: &Estimate, compute: &Estimate, waits: Option<&Estimate>, finish: &dyn Fn(Draft) -> Estimate) -> Estimate {
        let (axis, plan) = (traffic.axis, &self.plan);
        let inputs = communication::sum(traffic).1;
        let overlap = plan.get(&format!("{}-overlap-percent", axis.word())) / 100.0;
        let hidden = |label: &str| number("overlap", label, "", overlap);
        let key = format!("training-{}", axis.word());
        let label = format!("{} parallel, not hidden", axis.title());
        let draft = |formula: String| Draft::new(&key, label.clone(), "ns", formula, communication::ALGEBRA);
        let slower = if waits.is_some() { " / (1 - waits)" } else { "" };
        let sum = |names: &[String]| if waits.is_some() { format!("({}){slower}", names.join(" + ")) } else { names.join(" + ") };
        let draft = match axis {
            Axis::Pipeline => draft("(1 - overlap) * all + 2 * (stages - 1) * send".to_owned())
                .input(hidden("share hidden behind computing of other micro-batches"))
                .input(Input::of("all", all))
                .input(number("stages", "pipeline stages", "", plan.get("pipeline")))
                .inputs(inputs.into_iter().filter(|input| input.name == "send"))
                .assume("While the pipeline fills and drains nothing hides the sends"),
            Axis::Data if plan.get("zero") >= 3.0 => draft(format!("max(0, all{slower} - overlap * compute)"))
                .input(Input::of("all", all))
                .input(hidden("share of the computing that it may hide behind"))
                .input(Input::of("compute", compute))
                .assume("Weights are gathered ahead of each layer, gradients scattered behind it, in every micro-batch"),
            Axis::Data => {
                let term = |names: &[String], window: &str| format!("max(0, {} - overlap * {window})", sum(names));
                let (gathers, others): (Vec<_>, Vec<_>) =
                    traffic.calls.iter().map(|(word, ..)| word.replace('-', "_")).partition(|word| word.ends_with("gather"));
                let each = plan.get("zero") >= 2.0;
                let others: Vec<String> = if each { others.iter().map(|name| format!("{name}s * {name}")).collect() } else { others };
                let mut terms = vec![term(&others, if each { "2 / 3 * compute" } else { "2 / 3 * compute / batches" })];
                if !gathers.is_empty() {
                    terms.push(term(&gathers, "1 / 3 * compute / batches"));
                }
                let draft = draft(terms.join(" + "));
                let used: Vec<Input> = inputs.into_iter().filter(|input| !input.name.ends_with('s') || (each && input.name.ends_with("scatters"))).collect();
                draft
                    .inputs(used)
                    .input(hidden("share of the computing beside it that it may hide behind"))
                    .input(Input::of("compute", compute))
                    .input(number("batches", "micro-batches of a step", "", plan.get("micro-batches")))
                    .assume(if each {
                        "Gradients go out during every backward pass, for replicas share them; weights come in during the forward pass of the first micro-batch"
                    } else {
                        "Gradients go out during the backward pass of the last micro-batch, weights come in during the forward pass of the first"
                    })
            }
            _ => draft("(1 - overlap) * all".to_owned()).input(hidden("share hidden behind computing")).input(Input::of("all", all)),
        };
        finish(match waits {
            Some(waits) => draft.input(Input::of("waits", waits)),
            None => draft,
        })
    }

    /// Energy of a step and of a token: everything that is drawn, at the load of training, with cooling.
    fn energy(&self, context: &Context, whole: &Estimate, tokens: f64, finish: &dyn Fn(Draft) -> Estimate) -> Vec<Estimate> {
        let powers = power::estimates(context);
        let Some(all) = powers.iter().find(|estimate| estimate.key() == "power") else { return Vec::new() };
        let settings = &context.design.meta.settings;
        let inputs = || {
            vec![
                Input::of("power", all),
                Input::figure("load", "share of the most each part draws that is drawn", "%", Some(LOAD.figure(settings))),
                Input::figure("cooling", COOLING.label, "", Some(COOLING.figure(settings))),
                Input::of("step", whole),
            ]
        };
        let source = "E = P × t over everything that is drawn: XPUs, hosts, adapters, switches and optics; docs/guide/prices.md for load and cooling";
        let draft = Draft::new("training-energy", "Energy of a step", "MJ", "power * load / 100 * cooling * step / 1e15", source).inputs(inputs());
        let each = Draft::new("training-energy-token", "Energy of a token", "J", "power * load / 100 * cooling * step / 1e9 / tokens", source);
        let each = each.inputs(inputs()).input(number("tokens", "tokens of a step", "", tokens));
        let words = "All that is drawn counts, also what takes no part; nothing draws less while it waits";
        let draft = draft.source(COOLING.source).source(LOAD.source).assume(words);
        vec![finish(draft), finish(each.source(COOLING.source).source(LOAD.source).assume(words))]
    }

    /// [`Job::short_of_memory`].
    pub fn short_of_memory(&self) -> Option<(f64, f64)> {
        let needed = memory::needed(&self.shape, &self.plan);
        self.room.memory.filter(|memory| needed > *memory).map(|memory| (needed, memory))
    }
}
