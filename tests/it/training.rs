//! Training steps: against published ones, on drawn fabrics that are whole and degraded, and hostile workloads.

use std::fmt::Write;
use std::sync::Arc;

use proptest::prelude::*;

use weft::catalog::Catalog;
use weft::engine::ask;
use weft::engine::context::Context;
use weft::engine::estimate::{Estimate, evaluate};
use weft::engine::failures::degrade::degraded;
use weft::engine::templates;
use weft::engine::training::ask::RANK;
use weft::engine::training::placement::Axis;
use weft::engine::training::{Step, step};
use weft::model::{Design, Outage, Part, Recalled, Workload};

/// A design from a template.
fn made(template: &str, values: &[(&str, &str)]) -> Design {
    let values = values.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    templates::generate(template, &values, &Catalog::builtin()).unwrap()
}

/// Servers of eight H100 with 8 × 400G each, by rails, with full bisection.
fn h100(servers: usize) -> Design {
    made("rail-optimised", &[("servers", &servers.to_string())])
}

fn workload(model: &str, plan: &[(&str, f64)]) -> Workload {
    let plan = plan.iter().map(|(key, value)| ((*key).to_owned(), *value)).collect();
    Workload { name: "test".to_owned(), model: model.to_owned(), plan, ..Workload::default() }
}

fn estimated(design: &Design, workload: &Workload) -> Result<Step, Vec<String>> {
    let catalog = Catalog::builtin();
    step(&Context::new(design, &catalog), workload, &mut |_| {})
}

fn value(step: &Step, key: &str) -> f64 {
    step.estimates.iter().find(|estimate| estimate.key() == key).and_then(Estimate::value).unwrap_or_else(|| panic!("{key} has no value"))
}

/// A published training run.
struct Published {
    what: &'static str,
    servers: usize,
    model: &'static str,
    /// Numbers of the shape that no model of the list has.
    shape: &'static [(&'static str, f64)],
    plan: &'static [(&'static str, f64)],
    order: &'static [&'static str],
    /// Share of the peak in per cent, or tokens a second of one XPU.
    measured: f64,
    unit: &'static str,
    source: &'static str,
}

const LLAMA: &str = "Llama 3, arXiv 2407.21783, table 4";
const NEMO: &str = "NVIDIA NeMo 24.12, performance benchmarks, FP8";

/// Runs whose degrees are published. What is not published (pieces of a stage of Llama 3, overlap) is the usual one, but for the eight pieces that
/// 126 layers over 16 stages allow.
fn published() -> Vec<Published> {
    const LLAMA_2_70B: &[(&str, f64)] =
        &[("layers", 80.0), ("hidden", 8192.0), ("heads", 64.0), ("kv-heads", 8.0), ("ffn", 28_672.0), ("vocabulary", 32_000.0)];
    const GPT_175B: &[(&str, f64)] =
        &[("layers", 96.0), ("hidden", 12_288.0), ("heads", 96.0), ("kv-heads", 96.0), ("ffn", 49_152.0), ("ffn-matrices", 2.0), ("vocabulary", 51_200.0)];
    const NEMOTRON_340B: &[(&str, f64)] = &[
        ("layers", 96.0),
        ("hidden", 18_432.0),
        ("heads", 96.0),
        ("kv-heads", 8.0),
        ("head-dim", 192.0),
        ("ffn", 73_728.0),
        ("ffn-matrices", 2.0),
        ("vocabulary", 256_000.0),
    ];
    let row = |what, servers, model, shape, plan, order, measured, unit, source| Published { what, servers, model, shape, plan, order, measured, unit, source };
    vec![
        row(
            "Llama 3 405B, 8,192 H100, TP 8, PP 16, DP 64",
            1024,
            "llama-3.1-405b",
            &[],
            &[("tensor", 8.0), ("pipeline", 16.0), ("data", 64.0), ("micro-batches", 32.0), ("interleave", 8.0)],
            &[],
            43.0,
            "%",
            LLAMA,
        ),
        row(
            "Llama 3 405B, 16,384 H100, TP 8, PP 16, DP 128",
            2048,
            "llama-3.1-405b",
            &[],
            &[("tensor", 8.0), ("pipeline", 16.0), ("data", 128.0), ("micro-batches", 16.0), ("interleave", 8.0)],
            &[],
            41.0,
            "%",
            LLAMA,
        ),
        row(
            "Llama 3 405B, 16,384 H100, TP 8, CP 16, PP 16, 131,072 tokens",
            2048,
            "llama-3.1-405b",
            &[],
            &[("tensor", 8.0), ("context", 16.0), ("pipeline", 16.0), ("data", 8.0), ("micro-batches", 16.0), ("interleave", 8.0), ("sequence", 131_072.0)],
            &[],
            38.0,
            "%",
            LLAMA,
        ),
        row(
            "DeepSeek-V3, 2,048 H800 (drawn as H100), PP 16, EP 64",
            256,
            "deepseek-v3",
            &[],
            &[
                ("tensor", 1.0),
                ("pipeline", 16.0),
                ("expert", 64.0),
                ("data", 128.0),
                ("micro-batches", 120.0),
                ("sequence", 4096.0),
                ("compute-bits", 8.0),
                ("dispatch-bytes", 1.0),
                ("expert-overlap-percent", 100.0),
            ],
            &["expert"],
            14.8e12 / (2.664e6 * 3600.0),
            "tokens/s",
            "DeepSeek-V3, arXiv 2412.19437: 2.664 M GPU hours for 14.8 T tokens",
        ),
        row(
            "Llama 3 8B, 8 H100, CP 2",
            2,
            "llama-3.1-8b",
            &[],
            &[("xpus", 8.0), ("tensor", 1.0), ("context", 2.0), ("pipeline", 1.0), ("micro-batches", 32.0), ("compute-bits", 8.0)],
            &[],
            12_273.0,
            "tokens/s",
            NEMO,
        ),
        row(
            "Llama 3 70B, 64 H100, TP 4, PP 4, CP 2",
            8,
            "llama-3.1-70b",
            &[],
            &[("tensor", 4.0), ("context", 2.0), ("pipeline", 4.0), ("interleave", 5.0), ("micro-batches", 64.0), ("compute-bits", 8.0)],
            &[],
            1524.0,
            "tokens/s",
            NEMO,
        ),
        row(
            "Llama 2 70B, 64 H100, TP 4, PP 4",
            8,
            "",
            LLAMA_2_70B,
            &[("tensor", 4.0), ("pipeline", 4.0), ("interleave", 20.0), ("micro-batches", 32.0), ("sequence", 4096.0), ("compute-bits", 8.0)],
            &[],
            1728.0,
            "tokens/s",
            NEMO,
        ),
        row(
            "GPT-3 175B, 512 H100, TP 4, PP 8",
            64,
            "",
            GPT_175B,
            &[
                ("tensor", 4.0),
                ("pipeline", 8.0),
                ("interleave", 6.0),
                ("micro-batch", 2.0),
                ("micro-batches", 64.0),
                ("sequence", 2048.0),
                ("compute-bits", 8.0),
            ],
            &[],
            825.0,
            "tokens/s",
            NEMO,
        ),
        row(
            "Nemotron 340B, 128 H100, TP 8, PP 8",
            16,
            "",
            NEMOTRON_340B,
            &[("tensor", 8.0), ("pipeline", 8.0), ("interleave", 12.0), ("micro-batches", 16.0), ("sequence", 4096.0), ("compute-bits", 8.0)],
            &[],
            326.0,
            "tokens/s",
            NEMO,
        ),
    ]
}

/// The rows of docs/guide/accuracy.md about training, and how far each is off.
pub fn accuracy() -> (String, Vec<f64>) {
    let mut table = String::from("| what | measured | estimated | range | error | source |\n|---|---:|---:|---:|---:|---|\n");
    let mut errors = Vec::new();
    for case in published() {
        let design = h100(case.servers);
        let mut workload = workload(case.model, case.plan);
        case.shape.iter().for_each(|(key, value)| {
            workload.shape.insert((*key).to_owned(), *value);
        });
        workload.order = case.order.iter().map(|word| (*word).to_owned()).collect();
        let step = estimated(&design, &workload).unwrap_or_else(|why| panic!("{}: {why:?}", case.what));
        let key = if case.unit == "%" { "training-mfu" } else { "training-tokens" };
        let each = if case.unit == "%" { 1.0 } else { step.plan.get("xpus") };
        let found = step.estimates.iter().find(|estimate| estimate.key() == key).unwrap();
        let estimated = found.value().unwrap() / each;
        let range = found.range().unwrap();
        let error = estimated / case.measured - 1.0;
        let mark = if error.abs() > 0.15 { " **miss**" } else { "" };
        let digits = |value: f64| if case.unit == "%" { format!("{value:.1} %") } else { format!("{value:.0} tokens/s") };
        let of_range = format!("{} to {}", digits(range.0 / each), digits(range.1 / each));
        let _ = writeln!(
            table,
            "| {} | {} | {} | {of_range} | {:+.1} %{mark} | {} |",
            case.what,
            digits(case.measured),
            digits(estimated),
            100.0 * error,
            case.source
        );
        errors.push(error);
    }
    (table, errors)
}

/// Every number is its printed formula, and the step is the sum of its parts.
#[test]
fn a_step_is_its_formulas() {
    for (design, workload) in [
        (h100(128), workload("llama-3.1-405b", &[])),
        (h100(32), workload("deepseek-v3", &[("tensor", 1.0), ("pipeline", 4.0), ("expert", 16.0), ("context", 2.0)])),
        (h100(8), workload("llama-3.1-70b", &[("zero", 3.0), ("recompute", 2.0), ("compute-bits", 8.0)])),
        (made("nvl72", &[]), workload("llama-3.1-70b", &[])),
    ] {
        let step = estimated(&design, &workload).unwrap();
        for estimate in &step.estimates {
            assert_eq!(evaluate(estimate.formula(), estimate.inputs()), Ok(estimate.value()), "{}", estimate.key());
            let value = estimate.value().unwrap_or_else(|| panic!("{} is unknown", estimate.key()));
            let (low, high) = estimate.range().unwrap();
            assert!(value >= 0.0 && low <= value && value <= high && high.is_finite(), "{}: {low} {value} {high}", estimate.key());
            assert!(!estimate.sources().is_empty(), "{}", estimate.key());
        }
        let memory = weft::engine::training::memory::needed(&step.shape, &step.plan);
        assert!((value(&step, "training-memory") / memory - 1.0).abs() < 1e-12);
        let parts = ["compute", "tensor", "context", "expert", "pipeline", "data", "bubble", "shared"];
        let sum: f64 =
            step.estimates.iter().filter(|estimate| parts.iter().any(|part| estimate.key() == format!("training-{part}"))).filter_map(Estimate::value).sum();
        assert!((value(&step, "training-step") / sum - 1.0).abs() < 1e-12);
        let share = value(&step, "training-mfu");
        assert!(share > 5.0 && share < 60.0, "{share}");
    }
}

/// What all axes send over the fullest link, against a count by hand.
#[test]
fn the_fullest_link_carries_all_axes() {
    let link = |step: &Step| step.estimates.iter().find(|estimate| estimate.key() == "training-link").cloned().unwrap();
    let bytes = |estimate: &Estimate, name: &str| estimate.inputs().iter().find(|input| input.name == name).and_then(|input| input.value).unwrap_or(0.0);
    // Replicas alone: every adapter carries one ring, once with the gradients and once with the weights.
    let design = h100(32);
    let alone = estimated(&design, &workload("llama-3.1-8b", &[("tensor", 8.0), ("pipeline", 1.0)])).unwrap();
    let sent: f64 = ["scatter", "gather"].iter().map(|word| value(&alone, &format!("training-data.{word}-bytes"))).sum();
    let found = link(&alone);
    assert!((bytes(&found, "data") / (sent * 31.0 / 32.0) - 1.0).abs() < 1e-9, "{} {sent}", bytes(&found, "data"));
    assert!((found.value().unwrap() - bytes(&found, "data") / (50.0 * 0.96)).abs() < 1e-3);
    // Stages beside replicas: both are on it, and together they take longer than each.
    let both = estimated(&design, &workload("llama-3.1-70b", &[("tensor", 8.0), ("pipeline", 4.0)])).unwrap();
    let found = link(&both);
    let (data, stages) = (bytes(&found, "data"), bytes(&found, "pipeline"));
    assert!(data > 0.0 && stages > 0.0, "{data} {stages}");
    let batches = both.plan.get("micro-batches") * value(&both, "training-pipeline.send-bytes");
    // A stage in the middle sends each micro-batch forward and its gradient back.
    assert!((stages / (2.0 * batches) - 1.0).abs() < 1e-9, "{stages} {batches}");
    assert!(found.value().unwrap() < value(&both, "training-step"));
    // Nothing leaves one system.
    let one = estimated(&h100(2), &workload("llama-3.1-8b", &[("xpus", 8.0), ("tensor", 8.0), ("pipeline", 1.0)])).unwrap();
    assert!(one.estimates.iter().all(|estimate| estimate.key() != "training-link"));
}

/// Axes that send at the same time share links, against a count by hand.
#[test]
fn axes_that_go_at_the_same_time_share_their_links() {
    let find = |step: &Step, key: &str| step.estimates.iter().find(|estimate| estimate.key() == key).cloned();
    let input = |estimate: &Estimate, name: &str| estimate.inputs().iter().find(|input| input.name == name).and_then(|input| input.value).unwrap();
    let told = |step: &Step| find(step, "training-step").unwrap().assumptions().join("; ");
    let design = h100(32);
    // Stages beside replicas, both over every adapter: what each needs of it, of all its time, and half for each or what the other leaves.
    let step = estimated(&design, &workload("llama-3.1-70b", &[("tensor", 8.0), ("pipeline", 4.0)])).unwrap();
    let link = find(&step, "training-link").unwrap();
    let need = |axis: &str| (input(&link, axis) / (50.0 * 0.96) / value(&step, &format!("training-{axis}-all"))).min(1.0);
    let pace = ((1.0 - need("pipeline")).max(0.5) / need("data")).min(1.0);
    assert!(pace < 0.9, "{pace}");
    let waits = find(&step, "training-data-waits").unwrap();
    assert!((input(&waits, "pipeline_pace") - pace).abs() < 1e-9, "{pace} {:?}", waits.inputs());
    let window = value(&step, "training-compute") + value(&step, "training-tensor");
    let wanted = (value(&step, "training-pipeline-all") / window).min(1.0) * (1.0 - pace);
    assert!((waits.value().unwrap() / wanted.min(0.5) - 1.0).abs() < 1e-9);
    assert!(told(&step).contains("While data and pipeline parallel traffic go at the same time they share links"), "{}", told(&step));
    // Tensor parallel calls stay in their systems, so that none of them waits.
    assert!(find(&step, "training-shared").is_none());
    // Without stages nobody is beside the replicas.
    let alone = estimated(&design, &workload("llama-3.1-8b", &[("tensor", 8.0), ("pipeline", 1.0)])).unwrap();
    assert!(find(&alone, "training-data-waits").is_none() && told(&alone).contains("No two that go at the same time hold each other"), "{}", told(&alone));
    // Experts far apart: their calls are held up by gradients behind which they go, the less the less of these is hidden.
    let job = |hidden: f64| {
        let plan = [
            ("tensor", 1.0),
            ("pipeline", 4.0),
            ("expert", 16.0),
            ("micro-batches", 8.0),
            ("data-overlap-percent", hidden),
            ("pipeline-overlap-percent", hidden),
        ];
        estimated(&design, &workload("deepseek-v3", &plan)).unwrap()
    };
    let (much, little) = (job(100.0), job(10.0));
    let held = value(&much, "training-shared");
    assert!(held > 0.0 && held < value(&much, "training-expert"), "{held}");
    let less = find(&little, "training-shared").and_then(|held| held.value()).unwrap_or(0.0);
    assert!(less < held, "{less} {held}");
    // No link carries more than it can: the step is never shorter than the fullest link takes.
    assert!(value(&much, "training-step") > value(&much, "training-link"));
}

/// Groups share the fabric, and what is broken slows what crosses it; put right again it is as before.
#[test]
fn a_failed_link_slows_the_step() {
    let catalog = Catalog::builtin();
    let design = h100(32);
    let job = workload("llama-3.1-70b", &[("tensor", 8.0), ("pipeline", 4.0)]);
    let whole = estimated(&design, &job).unwrap();
    for (off, key, slower) in [
        ("n1/xpu1..nvswitch1*1", "training-tensor-all", true),
        ("n1/xpu1..nvswitch1*1", "training-data-all", false),
        ("n1/nic1", "training-data-all", true),
        ("n1/nic1", "training-tensor-all", false),
    ] {
        let node = design.nodes.iter().find(|(_, node)| node.part.as_str() == "dgx-h100").map(|(id, _)| id).unwrap();
        let off = Outage::parse(&off.replace("n1", &node.to_string())).unwrap();
        let left = degraded(&design, &catalog, std::slice::from_ref(&off));
        let step = estimated(&left.design, &job).unwrap();
        let time = |step: &Step| step.estimates.iter().find(|estimate| estimate.key() == key).and_then(Estimate::value);
        let (before, after) = (time(&whole).unwrap(), time(&step));
        // What has no way left is unknown.
        assert_eq!(after.is_none_or(|after| after > before * 1.000_001), slower, "{off} {key}: {before} {after:?}");
    }
    assert_eq!(estimated(&design, &job), Ok(whole));
}

/// Tensor parallelism beyond the domain goes over the network, and is slow there.
#[test]
fn an_axis_that_leaves_its_domain_is_told_and_slower() {
    let design = h100(32);
    let inside = estimated(&design, &workload("llama-3.1-70b", &[("tensor", 8.0), ("pipeline", 1.0)])).unwrap();
    let outside = estimated(&design, &workload("llama-3.1-70b", &[("tensor", 16.0), ("pipeline", 1.0)])).unwrap();
    let tensor = |step: &Step| step.traffic.iter().find(|traffic| traffic.axis == Axis::Tensor).unwrap().clone();
    assert_eq!((tensor(&inside).leaving, tensor(&outside).leaving, tensor(&outside).groups), (0, 16, 16));
    assert!(tensor(&outside).place.contains("2 domains"));
    let message = |step: &Step| value(step, "training-tensor-all");
    // Eight rails of 50 GB/s carry nearly what the domain does: slower by the steps between servers.
    assert!(message(&outside) > 1.1 * message(&inside), "{} {}", message(&inside), message(&outside));
    // Data parallel inside, tensor parallel outside: another order, another place.
    let mut turned = workload("llama-3.1-70b", &[("tensor", 8.0), ("pipeline", 1.0)]);
    turned.order = vec!["data".to_owned()];
    let turned = estimated(&design, &turned).unwrap();
    assert_eq!((tensor(&turned).leaving, tensor(&turned).groups), (32, 32));
    // Two XPUs that change places carry their groups out of their domains.
    let mut swapped = workload("llama-3.1-70b", &[("tensor", 8.0), ("pipeline", 1.0)]);
    let servers: Vec<_> = design.nodes.iter().filter(|(_, node)| node.part.as_str() == "dgx-h100").map(|(id, _)| id).collect();
    swapped.swaps = vec![[format!("{}/xpu1", servers[0]), format!("{}/xpu1", servers[5])], ["n9999/xpu1".to_owned(), "nothing".to_owned()]];
    assert_eq!(tensor(&estimated(&design, &swapped).unwrap()).leaving, 2);
}

/// Every XPU of a workload is told with its group, and the groups of a list and of the colours are the same.
#[test]
fn every_rank_is_told_with_its_group() {
    let catalog = Catalog::builtin();
    let mut design = h100(4);
    Arc::make_mut(&mut design.meta).workloads = vec![workload("llama-3.1-8b", &[("tensor", 2.0), ("pipeline", 1.0)])];
    let asked = |question: &str| ask::answer(question, &design, &catalog, &mut |_| {});
    for (axis, groups) in [("tensor", 16usize), ("data", 2)] {
        let said = asked(&format!("ranks {axis}\nof test"));
        assert_eq!(said.text.lines().next(), Some(groups.to_string().as_str()));
        assert!(said.text.lines().nth(1).is_some_and(|name| name.starts_with("dgx-1/xpu1 … ")), "{}", said.text);
        let nodes: Vec<_> = design.nodes.ids().collect();
        let mut told: Vec<(usize, String)> = said
            .numbers
            .chunks_exact(RANK)
            .map(|rank| {
                let node = design.nodes.get(nodes[rank[0] as usize]).unwrap();
                let inside = catalog.part(&design, &node.part).and_then(Part::inside).unwrap();
                (rank[2] as usize, format!("{}/{}", nodes[rank[0] as usize], inside.vertices[rank[1] as usize].name))
            })
            .collect();
        assert_eq!(told.len(), 32);
        let listed = asked(&format!("groups\ntest\n{axis}\n0")).text;
        let mut listed: Vec<(usize, String)> =
            listed.lines().skip(1).enumerate().flat_map(|(at, line)| line.split('\t').map(move |xpu| (at, xpu.to_owned())).collect::<Vec<_>>()).collect();
        told.sort();
        listed.sort();
        assert_eq!(told, listed, "{axis}");
    }
    for hostile in ["ranks sideways\nof test", "ranks tensor\nof another", "ranks tensor", "ranks"] {
        assert!(asked(hostile).text.starts_with("!There is no such"), "{hostile}");
    }
}

/// What rests on memory alone is unknown where such figures are left out.
#[test]
fn recalled_figures_can_be_left_out() {
    let mut design = h100(8);
    let job = workload("llama-3.1-70b", &[]);
    let step = estimated(&design, &job).unwrap();
    assert!(step.estimates.iter().any(|estimate| estimate.is_recalled()));
    Arc::make_mut(&mut design.meta).settings.recalled = Recalled::LeftOut;
    let step = estimated(&design, &job).unwrap();
    assert!(step.estimates.iter().filter(|estimate| estimate.is_recalled()).all(|estimate| estimate.value().is_none()));
    assert!(value(&step, "training-step") > 0.0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// No workload breaks anything: it runs with finite numbers or is refused in sentences.
    #[test]
    fn hostile_workloads_are_sentences(
        model in prop::sample::select(vec!["", "llama-3.1-8b", "deepseek-v3", "nonsense"]),
        plan in prop::collection::vec((0usize..24, prop_oneof![Just(0.0), Just(1.0), Just(2.0), Just(-1.0), Just(1e300), Just(f64::MIN_POSITIVE), 0.0..1e9]), 0..6),
        shape in prop::collection::vec((0usize..16, prop_oneof![Just(0.0), Just(1.0), Just(1e9), 0.0..1e5]), 0..4),
        order in prop::collection::vec("[a-z]{1,8}", 0..3),
    ) {
        use weft::engine::training::fields::{PLAN, SHAPE};
        let mut job = workload(model, &[]);
        for (at, value) in plan { job.plan.insert(PLAN[at].key.to_owned(), value); }
        for (at, value) in shape { job.shape.insert(SHAPE[at].key.to_owned(), value); }
        job.order = order;
        match estimated(&h100(2), &job) {
            Ok(step) => for estimate in &step.estimates {
                prop_assert!(estimate.value().is_none_or(f64::is_finite));
                prop_assert!(estimate.range().is_none_or(|(low, high)| low.is_finite() && high.is_finite()));
            },
            Err(sentences) => prop_assert!(!sentences.is_empty() && sentences.iter().all(|sentence| !sentence.is_empty() && !sentence.contains("NaN"))),
        }
    }
}

/// A design without XPUs, without links, with one node: sentences or numbers.
#[test]
fn little_designs_are_refused_or_small() {
    let job = workload("llama-3.1-8b", &[]);
    assert_eq!(estimated(&Design::default(), &job).unwrap_err(), ["The design has no XPU that could train"]);
    let mut alone = Design::default();
    alone.nodes.push(weft::model::Node::new(weft::model::PartId::new("dgx-h100"), "one", weft::units::Point::default()));
    let step = estimated(&alone, &job).unwrap();
    assert!(step.traffic.iter().all(|traffic| traffic.leaving == 0), "{:?}", step.traffic);
    // Two servers without a cable between them: what crosses has no way.
    alone.nodes.push(weft::model::Node::new(weft::model::PartId::new("dgx-h100"), "two", weft::units::Point::default()));
    let step = estimated(&alone, &job).unwrap();
    assert!(step.estimates.iter().find(|estimate| estimate.key() == "training-step").unwrap().value().is_none());
}

#[test]
fn xpus_are_swapped_by_their_names_or_ids() {
    use weft::editor::{Effect, Intent, Session, WorkloadStep};
    let mut session = Session::new(std::sync::Arc::new(Catalog::builtin()));
    let design = weft::engine::templates::generate("rail-optimised", &weft::units::SortedMap::new(), &Catalog::builtin()).unwrap();
    session.handle(Intent::Open { name: "design".to_owned(), text: weft::io::save(&design) });
    session.handle(Intent::Workload(WorkloadStep::Add { model: "llama-3.1-70b".to_owned() }));
    let name = session.design().meta.workloads[0].name.clone();
    let swap = |session: &mut Session, a: &str, b: &str| {
        session.handle(Intent::Workload(WorkloadStep::Swap { name: name.clone(), xpus: [a.to_owned(), b.to_owned()] }))
    };
    let ids: Vec<String> = design.nodes.iter().filter(|(_, node)| ["dgx-1", "dgx-9"].contains(&node.name.as_str())).map(|(id, _)| id.to_string()).collect();
    swap(&mut session, "dgx-1/xpu1", "dgx-9/xpu2");
    assert_eq!(session.design().meta.workloads[0].swaps, [[format!("{}/xpu1", ids[0]), format!("{}/xpu2", ids[1])]]);
    swap(&mut session, &format!("{}/xpu2", ids[1]), "dgx-1/xpu1");
    assert!(session.design().meta.workloads[0].swaps.is_empty(), "the same pair again puts them back");
    for (wrong, sentence) in
        [("dgx-99/xpu1", "“dgx-99/xpu1” is no XPU; write for example dgx-1/xpu3"), ("dgx-1/xpu99", "There is no dgx-1/xpu99 in this design")]
    {
        assert!(swap(&mut session, wrong, "dgx-9/xpu2").contains(&Effect::Complain(sentence.to_owned())));
    }
}
