//! What a step sends: for each axis its collectives, how large each message is, how often it is sent, and how long it takes on the topology as
//! drawn, all groups of the axis at once.
//!
//! The algebra is the usual one: tensor parallelism sums the activations of a layer twice forward and twice backward (with sequence parallelism
//! as a reduce-scatter and an all-gather of equal volume); pipeline stages hand a micro-batch on and its gradient back; context parallelism
//! gathers keys and values (twice) and scatters their gradients; experts get tokens and return them, forward and backward; replicas sum
//! gradients once a step, or share gradients and weights as ZeRO does.

use crate::engine::context::Context;
use crate::engine::estimate::collective::group::Group;
use crate::engine::estimate::collective::tuning::Family;
use crate::engine::estimate::collective::{self, Answer, Collective};
use crate::engine::estimate::{Draft, Estimate, Input};
use crate::engine::topology::VertexIndex;
use crate::units::Bytes;

use super::links::{self, Flow, Loads};
use super::placement::{Axis, Placement};
use super::plan::Plan;
use super::shape::Shape;

/// Where the algebra is from.
pub(super) const ALGEBRA: &str = "Megatron-LM: D. Narayanan et al., arXiv 2104.04473; sequence parallelism: V. Korthikanti et al., arXiv 2205.05198; \
     order of axes and all-gather of keys and values: The Llama 3 Herd of Models, arXiv 2407.21783; ZeRO: arXiv 1910.02054";

/// One kind of call of an axis.
pub(super) struct Call {
    /// Its word: `scatter`.
    pub word: &'static str,
    title: &'static str,
    collective: Collective,
    /// Who does it together.
    along: Vec<Axis>,
    /// How often an XPU does it in a step.
    pub count: f64,
    formula: &'static str,
    inputs: Vec<Input>,
}

/// An axis in use with what its calls take.
#[derive(Clone, Debug, PartialEq)]
pub struct Traffic {
    /// The axis.
    pub axis: Axis,
    /// Ranks of a group.
    pub ranks: usize,
    /// How many groups there are.
    pub groups: usize,
    /// Where it runs, in words.
    pub place: String,
    /// Groups that leave their scale-up domain.
    pub leaving: usize,
    /// Bytes of all messages of one XPU in a step, as nccl-tests counts the message of a collective.
    pub bytes: f64,
    /// Word, count, time of one call.
    pub calls: Vec<(&'static str, f64, Option<Estimate>)>,
}

fn number(name: &str, label: &str, unit: &str, value: f64) -> Input {
    Input::counted(name, label, unit, value)
}

/// The calls of an axis; none where it is not used.
pub(super) fn calls(shape: &Shape, plan: &Plan, axis: Axis) -> Vec<Call> {
    let get = |key: &str| plan.get(key);
    let (layers, batches) = (shape.layers / get("pipeline"), get("micro-batches"));
    let again = if get("recompute") >= 2.0 { 1.0 } else { 0.0 };
    let tokens = || number("tokens", "tokens of a micro-batch at a tensor-parallel group", "", get("micro-batch") * get("sequence") / get("context"));
    let hidden = || number("hidden", "width of the model", "", shape.hidden);
    let bytes = |key: &str, label: &str| number("bytes", label, "B", get(key));
    let split = if get("sequence-parallel") > 0.0 { get("tensor") } else { 1.0 };
    let parts = || number("parts", "tensor-parallel parts that share the tokens (sequence parallel)", "", split);
    match axis {
        Axis::Tensor if get("tensor") > 1.0 => {
            let count = (4.0 + 2.0 * again) * layers * batches;
            let call = |word, title, collective| Call {
                word,
                title,
                collective,
                along: vec![Axis::Tensor],
                count,
                formula: "tokens * hidden * bytes",
                inputs: vec![tokens(), hidden(), bytes("activation-bytes", "an activation")],
            };
            if split > 1.0 {
                vec![
                    call("scatter", "Reduce-scatter of activations", Collective::ReduceScatter),
                    call("gather", "All-gather of activations", Collective::AllGather),
                ]
            } else {
                vec![call("reduce", "All-reduce of activations", Collective::AllReduce)]
            }
        }
        Axis::Context if get("context") > 1.0 => {
            // What tensor parallelism splits is split; compressed keys and values are not.
            let share = if shape.kv_rank > 0.0 { 1.0 } else { get("tensor").min(shape.kv_heads) };
            let call = |word, title, collective, count| Call {
                word,
                title,
                collective,
                along: vec![Axis::Context],
                count,
                formula: "batch * sequence * keys / parts * bytes",
                inputs: vec![
                    number("batch", "sequences of a micro-batch", "", get("micro-batch")),
                    number("sequence", "tokens of a sequence", "", get("sequence")),
                    number("keys", "keys and values of a token in a layer", "", shape.keys_and_values()),
                    number("parts", "tensor-parallel parts of them", "", share),
                    bytes("activation-bytes", "an activation"),
                ],
            };
            vec![
                call("gather", "All-gather of keys and values", Collective::AllGather, (2.0 + again) * layers * batches),
                call("scatter", "Reduce-scatter of their gradients", Collective::ReduceScatter, layers * batches),
            ]
        }
        Axis::Expert if get("expert") > 1.0 => {
            let count = (2.0 + again) * shape.expert_layers() / get("pipeline") * batches;
            let call = |word, title, key, label| Call {
                word,
                title,
                collective: Collective::AllToAll,
                along: vec![Axis::Expert],
                count,
                formula: "tokens / parts * chosen * hidden * bytes",
                inputs: vec![tokens(), parts(), number("chosen", "experts of a token", "", shape.experts_per_token), hidden(), bytes(key, label)],
            };
            vec![
                call("dispatch", "All-to-all to the experts", "dispatch-bytes", "an activation on its way to an expert"),
                call("combine", "All-to-all back from the experts", "activation-bytes", "an activation on its way back"),
            ]
        }
        Axis::Pipeline if get("pipeline") > 1.0 => vec![Call {
            word: "send",
            title: "Send to the next stage, or back",
            collective: Collective::SendReceive,
            along: vec![Axis::Pipeline],
            count: 2.0 * batches * get("interleave"),
            formula: "tokens / parts * hidden * bytes",
            inputs: vec![tokens(), parts(), hidden(), bytes("activation-bytes", "an activation")],
        }],
        Axis::Data => data(shape, plan),
        _ => Vec::new(),
    }
}

fn data(shape: &Shape, plan: &Plan) -> Vec<Call> {
    let get = |key: &str| plan.get(key);
    let zero = get("zero");
    let each = get("tensor") * get("pipeline");
    let [replicas, expert_replicas] = plan.replicas();
    let mut found = Vec::new();
    let kinds = [
        (replicas, shape.dense_weights() / each, vec![Axis::Context, Axis::Expert, Axis::Data], ["reduce", "scatter", "gather"], ""),
        (
            expert_replicas,
            shape.expert_weights() / each / get("expert"),
            vec![Axis::Context, Axis::Data],
            ["expert-reduce", "expert-scatter", "expert-gather"],
            " of experts",
        ),
    ];
    for (replicas, weights, along, [reduce, scatter, gather], of) in kinds {
        if replicas < 2.0 || weights <= 0.0 {
            continue;
        }
        let call = |word, title: &'static str, collective, count, key: &str, label: &str| Call {
            word,
            title,
            collective,
            along: along.clone(),
            count,
            formula: "weights * bytes",
            inputs: vec![number("weights", &format!("weights{of} of an XPU"), "", weights), number("bytes", label, "B", get(key))],
        };
        if zero < 1.0 {
            found.push(call(reduce, "All-reduce of gradients", Collective::AllReduce, 1.0, "gradient-bytes", "a gradient"));
            continue;
        }
        // From ZeRO 2 on nobody keeps all gradients from one micro-batch to the next: they are summed after each.
        let scatters = if zero >= 2.0 { get("micro-batches") } else { 1.0 };
        // With ZeRO 3 weights are gathered for every micro-batch, forward and backward, and forgotten after.
        let gathers = if zero >= 3.0 { 2.0 * get("micro-batches") } else { 1.0 };
        found.push(call(scatter, "Reduce-scatter of gradients", Collective::ReduceScatter, scatters, "gradient-bytes", "a gradient"));
        found.push(call(gather, "All-gather of weights", Collective::AllGather, gathers, "weight-bytes", "a weight"));
    }
    found
}

/// Groups of ranks along some axes: their XPUs, and what they are to the collectives.
type Along = (Vec<Axis>, Vec<Vec<VertexIndex>>, Vec<Group>);

/// What is found out about the axes beside their times.
#[derive(Default)]
pub(super) struct Found {
    /// The estimates of each message and call.
    pub estimates: Vec<Estimate>,
    /// What the axes put on links.
    pub loads: Loads,
    /// Whose constants hold.
    pub family: Option<Family>,
}

/// Times the calls of an axis, all its groups at once. `None` where the axis is not used. What else is found is added to `found`.
///
/// Time: that of the collectives over all ranks.
pub(super) fn of(context: &Context, shape: &Shape, plan: &Plan, placement: &Placement, axis: Axis, found: &mut Found) -> Option<Traffic> {
    let all = calls(shape, plan, axis);
    let mut traffic: Option<Traffic> = None;
    let mut known: Vec<Along> = Vec::new();
    let mut flows: Vec<Flow> = Vec::new();
    for call in all {
        if !known.iter().any(|(along, ..)| *along == call.along) {
            let lists = placement.groups(&call.along);
            let groups = Group::split(context, &lists);
            known.push((call.along.clone(), lists, groups));
        }
        let Some((_, lists, groups)) = known.iter().find(|(along, ..)| *along == call.along) else { continue };
        let key = format!("training-{}.{}", axis.word(), call.word);
        let draft = Draft::new(&format!("{key}-bytes"), format!("{} parallel: {}, message", axis.title(), lower(call.title)), "B", call.formula, ALGEBRA);
        let message = Estimate::new(draft.inputs(call.inputs.clone()), context.recalled());
        let size = Bytes(message.value().unwrap_or(0.0).max(1.0));
        let label = format!("{} parallel: {}, {size}, one call", axis.title(), lower(call.title));
        let answers: Vec<Answer> = match call.collective {
            Collective::SendReceive => collective::sends(context, lists).into_iter().collect(),
            collective => collective::among(context, collective, groups),
        };
        // The slowest kind of group decides; one that is unknown makes the whole unknown.
        let times = answers.iter().filter_map(|answer| answer.time(size, &key, label.clone()));
        let time = times.reduce(|a, b| match (a.value(), b.value()) {
            (None, _) => a,
            (_, None) => b,
            (Some(one), Some(other)) => {
                if other > one {
                    b
                } else {
                    a
                }
            }
        });
        flows.extend(links::flows(call.collective, lists, groups, call.count * size.0, plan.get("interleave")));
        found.family = found.family.or(groups.first().map(|group| group.family));
        found.estimates.push(message);
        found.estimates.extend(time.clone());
        let entry = traffic.get_or_insert_with(|| Traffic {
            axis,
            ranks: lists.first().map_or(0, Vec::len),
            groups: lists.len(),
            place: place(groups),
            leaving: groups.iter().filter(|group| group.domains.len() > 1).count(),
            bytes: 0.0,
            calls: Vec::new(),
        });
        entry.bytes += call.count * size.0;
        entry.calls.push((call.word, call.count, time));
    }
    if !flows.is_empty() {
        found.loads.push((axis, links::load(context, flows)));
    }
    traffic
}

/// Where groups run.
fn place(groups: &[Group]) -> String {
    let outside = groups.iter().filter(|group| group.domains.len() > 1).count();
    match (outside, groups.len()) {
        (0, _) => "scale-up".to_owned(),
        (outside, all) if outside == all => {
            let most = groups.iter().map(|group| group.domains.len()).max().unwrap_or(0);
            format!("scale-out, {most} domains")
        }
        (outside, all) => format!("scale-up; {outside} of {all} groups scale-out"),
    }
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + letters.as_str())
}

/// `calls1 * call1 + calls2 * call2` with its inputs: all the time of an axis in a step.
pub(super) fn sum(traffic: &Traffic) -> (String, Vec<Input>) {
    let mut terms = Vec::new();
    let mut inputs = Vec::new();
    for (word, count, time) in &traffic.calls {
        let name = word.replace('-', "_");
        terms.push(format!("{name}s * {name}"));
        inputs.push(number(&format!("{name}s"), &format!("times {} in a step", article(word)), "", *count));
        inputs.push(match time {
            Some(time) => Input::of(&name, time),
            None => Input::figure(&name, "no route leads from every rank to the next", "ns", None),
        });
    }
    (terms.join(" + "), inputs)
}

fn article(word: &str) -> String {
    let words = word.replace('-', " ");
    if words.starts_with('e') { format!("an {words}") } else { format!("a {words}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::training::plan::Room;
    use crate::model::Workload;

    fn of(model: &str, xpus: usize, stated: &[(&str, f64)], shape: &[(&str, f64)]) -> (Shape, Plan) {
        let numbers = |rows: &[(&str, f64)]| rows.iter().map(|(key, value)| ((*key).to_owned(), *value)).collect();
        let workload = Workload { model: model.to_owned(), plan: numbers(stated), shape: numbers(shape), ..Workload::default() };
        let shape = Shape::of(&workload).unwrap();
        let plan = Plan::of(&workload, &shape, &Room { xpus, domain: 8, memory: None }).unwrap();
        (shape, plan)
    }
    fn bytes(call: &Call) -> f64 {
        crate::engine::estimate::evaluate(call.formula, &call.inputs).unwrap().unwrap()
    }

    /// "Insights into DeepSeek-V3", arXiv 2505.09343, section 2.3.2: 32 tokens a device, 9 experts, a width of 7K, one byte out and two back
    /// at 50 GB/s take 120.96 µs for a layer's dispatch and combine; with two micro-batches on the way 241.92 µs, 14.76 ms over 61 layers.
    #[test]
    fn experts_are_sent_what_deepseek_reckons() {
        let stated = [("expert", 64.0), ("tensor", 1.0), ("pipeline", 1.0), ("data", 64.0), ("sequence", 32.0), ("dispatch-bytes", 1.0)];
        let (shape, plan) = of("deepseek-v3", 64, &stated, &[("hidden", 7000.0), ("experts-per-token", 9.0), ("experts", 256.0)]);
        let all: f64 = calls(&shape, &plan, Axis::Expert).iter().map(bytes).sum();
        assert!((all / 50.0 - 120_960.0).abs() < 1e-6, "{all} bytes take {} ns", all / 50.0);
        assert!((2.0 * all / 50.0 * 61.0 / 1e6 - 14.757).abs() < 0.001);
        assert!((all / 900.0 * 61.0 * 2.0 / 1e6 - 0.82).abs() < 0.01);
    }

    #[test]
    fn messages_are_those_of_the_usual_algebra() {
        let (shape, plan) = of("llama-3.1-405b", 1024, &[("tensor", 8.0), ("pipeline", 16.0), ("micro-batches", 16.0)], &[]);
        let tensor = calls(&shape, &plan, Axis::Tensor);
        // b s h x 2 B: 8192 tokens of 16384; four times in each of 126 / 16 layers for each of 16 micro-batches.
        assert_eq!((bytes(&tensor[0]), tensor[0].count, tensor.len()), (8192.0 * 16_384.0 * 2.0, 4.0 * 7.875 * 16.0, 2));
        let pipeline = calls(&shape, &plan, Axis::Pipeline);
        assert_eq!((bytes(&pipeline[0]), pipeline[0].count), (8192.0 * 16_384.0 * 2.0 / 8.0, 32.0));
        let data = calls(&shape, &plan, Axis::Data);
        assert_eq!(bytes(&data[0]), shape.weights() / 128.0 * 4.0);
        assert_eq!((bytes(&data[1]), data[1].count), (shape.weights() / 128.0 * 2.0, 1.0));
        // Without ZeRO one all-reduce; with ZeRO 3 weights are gathered twice for each micro-batch.
        let (shape, plan) = of("llama-3.1-405b", 1024, &[("tensor", 8.0), ("pipeline", 16.0), ("zero", 0.0), ("sequence-parallel", 0.0)], &[]);
        assert_eq!(calls(&shape, &plan, Axis::Data).iter().map(|call| call.word).collect::<Vec<_>>(), ["reduce"]);
        assert_eq!(calls(&shape, &plan, Axis::Tensor).iter().map(|call| call.word).collect::<Vec<_>>(), ["reduce"]);
        let (shape, plan) = of("llama-3.1-8b", 8, &[("tensor", 1.0), ("pipeline", 1.0), ("zero", 3.0), ("micro-batches", 4.0)], &[]);
        let data = calls(&shape, &plan, Axis::Data);
        assert_eq!((data[0].count, data[1].count), (4.0, 8.0), "gradients of every micro-batch are scattered, for nobody keeps them all");
        let (shape, plan) = of("llama-3.1-8b", 8, &[("tensor", 1.0), ("pipeline", 1.0), ("zero", 2.0), ("micro-batches", 4.0)], &[]);
        let data = calls(&shape, &plan, Axis::Data);
        assert_eq!((data[0].count, data[1].count), (4.0, 1.0));
        // Keys and values: 2 x 8 heads x 128, split over 8 tensor-parallel parts, of a whole sequence.
        let (shape, plan) = of("llama-3.1-405b", 1024, &[("tensor", 8.0), ("pipeline", 8.0), ("context", 16.0)], &[]);
        assert_eq!(bytes(&calls(&shape, &plan, Axis::Context)[0]), 8192.0 * 2048.0 / 8.0 * 2.0);
    }
}
