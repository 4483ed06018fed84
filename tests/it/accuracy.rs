//! Collectives against published measurements: docs/guide/accuracy.md is written by this test, and what it says is held.
//!
//! The measurements are from pages of third parties, each with its source; where the folder that they were collected in is
//! there, it is checked that none was altered and none for an all-reduce left out.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use weft::catalog::Catalog;
use weft::engine::context::Context;
use weft::engine::estimate::Estimate;
use weft::engine::estimate::collective::tuning::Calls;
use weft::engine::estimate::collective::{Algorithm, Collective, Question, answer};
use weft::model::{Design, Link, Node, NodeId, PartId, PortRef};
use weft::units::{Bytes, Gbps, Point};

const KIB: f64 = 1024.0;
const MIB: f64 = 1024.0 * KIB;
const GIB: f64 = 1024.0 * MIB;

/// From this size on an all-reduce is large: latency is no longer felt.
const LARGE: f64 = GIB;
/// Below this it is small.
const SMALL: f64 = MIB;

/// Something that was measured.
struct Case {
    /// The record it is from, and where in it the number stands.
    record: &'static str,
    field: &'static str,
    what: &'static str,
    design: fn() -> Design,
    ranks: Option<usize>,
    collective: Collective,
    algorithm: Option<Algorithm>,
    /// Whether the program that measured waited for each call.
    calls: Calls,
    size: f64,
    /// Bus bandwidth in GB/s.
    measured: f64,
}

impl Case {
    /// Bus bandwidth in GB/s, and the algorithm.
    fn estimated(&self) -> (f64, &'static str) {
        let (design, catalog) = ((self.design)(), Catalog::builtin());
        let context = Context::new(&design, &catalog);
        let &Self { collective, ranks, algorithm, calls, .. } = self;
        let question = Question { collective, size: Bytes(self.size), ranks, algorithm, in_network: false, calls };
        let answer = answer(&context, &question).unwrap();
        let busbw = answer.estimates(question.size).first().and_then(Estimate::value).unwrap_or_else(|| panic!("{}: {} has no value", self.record, self.what));
        (busbw, answer.best(question.size).unwrap().algorithm.word())
    }
}

/// A design of systems of one part; `links` of each go to switches of their own, one for each adapter.
fn cluster(system: &str, count: usize, cages: &[u16], gbps: f64, switch: &str) -> Design {
    let mut design = Design::default();
    let systems: Vec<NodeId> = (0..count).map(|at| design.nodes.push(Node::new(PartId::new(system), format!("s{at}"), Point::default()))).collect();
    for cage in cages {
        let rail = design.nodes.push(Node::new(PartId::new(switch), format!("rail{cage}"), Point::default()));
        for (at, system) in systems.iter().enumerate() {
            let ends = [PortRef::cage(*system, *cage), PortRef::cage(rail, at as u16 + 1)];
            design.links.push(Link { gbps: Some(Gbps(gbps)), ..Link::between(ends[0], ends[1]) });
        }
    }
    design
}

/// Domains of GB200 trays behind NVLink switch trays, one link of every XPU to every chip, and an adapter each.
fn gb200(domains: usize, trays: usize, switches: usize) -> Design {
    let mut design = Design::default();
    // No switch has ports enough for twenty racks; a generic one has as many as are asked for.
    let network = if domains > 3 { "generic-switch" } else { "nvidia-q3400-ra" };
    let rail = design.nodes.push(Node::new(PartId::new(network), "network", Point::default()));
    let mut taken = 0;
    for domain in 0..domains {
        let switches: Vec<NodeId> =
            (0..switches).map(|at| design.nodes.push(Node::new(PartId::new("nvlink5-switch-tray"), format!("d{domain}w{at}"), Point::default()))).collect();
        let mut next = vec![0u16; switches.len()];
        for tray in 0..trays {
            let tray = design.nodes.push(Node::new(PartId::new("gb200-nvl72-compute-tray"), format!("d{domain}t{tray}"), Point::default()));
            for cage in 1..=72u16 {
                let at = usize::from(cage - 1) % switches.len();
                next[at] += 1;
                design.links.push(Link::between(PortRef::cage(tray, cage), PortRef::cage(switches[at], next[at])));
            }
            for cage in 73..=76u16 {
                taken += 1;
                // Cages of the network's switch hold two ports each; those of a generic one are ports.
                let port = if domains > 3 { PortRef::cage(rail, taken) } else { PortRef::child(rail, taken.div_ceil(2), 2 - (taken % 2) as u8) };
                design.links.push(Link { gbps: Some(Gbps(400.0)), ..Link::between(PortRef::cage(tray, cage), port) });
            }
        }
    }
    design
}

const EIGHT: [u16; 8] = [1, 2, 3, 4, 5, 6, 7, 8];
fn a100() -> Design {
    cluster("dgx-a100", 1, &[], 0.0, "")
}
fn h200() -> Design {
    cluster("dgx-h200", 1, &[], 0.0, "")
}
fn b200() -> Design {
    cluster("p6-b200", 1, &[], 0.0, "")
}
fn mi300x() -> Design {
    cluster("amd-mi300x-8", 1, &[], 0.0, "")
}
fn h100_96() -> Design {
    cluster("hgx-h100-8", 12, &EIGHT, 400.0, "nvidia-qm9700")
}
fn p5en_32() -> Design {
    cluster("p5en", 4, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16], 200.0, "nvidia-sn5600")
}
fn a100_4hdr() -> Design {
    cluster("dgx-a100", 2, &[1, 3, 5, 7], 200.0, "nvidia-qm8700")
}
fn a100_1hdr() -> Design {
    cluster("dgx-a100", 12, &[1], 200.0, "nvidia-qm8700")
}
fn gb200_4x3() -> Design {
    gb200(3, 1, 1)
}
fn gb200_8x3() -> Design {
    gb200(3, 2, 1)
}
fn gb200_64x2() -> Design {
    gb200(2, 16, 9)
}
fn gb200_64x20() -> Design {
    gb200(20, 18, 9)
}

/// A sweep over sizes.
fn sweep(record: &'static str, what: &'static str, design: fn() -> Design, points: &[(&'static str, f64, f64)]) -> Vec<Case> {
    let case = |(field, size, measured): &(&'static str, f64, f64)| Case {
        record,
        field,
        what,
        design,
        ranks: None,
        collective: Collective::AllReduce,
        algorithm: None,
        calls: Calls::Queued,
        size: *size,
        measured: *measured,
    };
    points.iter().map(case).collect()
}

fn cases() -> Vec<Case> {
    let one = |record, field, what, design: fn() -> Design, size, measured, algorithm, ranks| Case {
        record,
        field,
        what,
        design,
        ranks,
        collective: Collective::AllReduce,
        algorithm,
        calls: Calls::Queued,
        size,
        measured,
    };
    let ring = Some(Algorithm::Ring);
    let mut all = vec![
        one("ar-a100-8-issue175", "value", "8 × A100, one system", a100 as fn() -> Design, 4.0 * GIB, 232.54, None, None),
        one("ar-h200-8-ring", "value", "8 × H200, one system, NVLS off", h200, 16.0 * GIB, 367.61, ring, None),
        one("ar-h200-scaling", "value/4", "4 × H200 of one system", h200, 8.0 * GIB, 363.3, None, Some(4)),
        one("ar-h200-scaling", "value/5", "5 × H200 of one system", h200, 8.0 * GIB, 414.2, None, Some(5)),
        one("ar-h200-scaling", "value/6", "6 × H200 of one system", h200, 8.0 * GIB, 435.6, None, Some(6)),
        one("ar-h200-scaling", "value/7", "7 × H200 of one system", h200, 8.0 * GIB, 460.0, None, Some(7)),
        one("ar-h200-scaling", "value/8", "8 × H200 of one system", h200, 8.0 * GIB, 473.1, None, Some(8)),
        one("ar-h200-scaling", "config/ring_only/8", "8 × H200, one system, NVLS off", h200, 8.0 * GIB, 365.6, ring, None),
        one("ar-h200-8-issue272", "value", "8 × H200, one system", h200, 4.0 * GIB, 475.0, None, None),
        one("ar-mi300x-8", "value", "8 × MI300X, one system", mi300x, 4.0 * GIB, 312.91, None, None),
        one("ar-h200-32-efa", "value", "32 × H200, 16 × 200G EFA each", p5en_32, 4.0 * GIB, 364.87, None, None),
        one("ar-h200-32-efa", "config/nvlstree", "the same by NVLSTree", p5en_32, 4.0 * GIB, 310.07, Some(Algorithm::InSwitchTree), None),
        one("ar-a100-16-4hdr", "value", "16 × A100, 4 × 200G each system", a100_4hdr, 8.0 * GIB, 91.0, None, None),
        one("ar-a800-96-1hdr", "value", "96 × A800, 1 × 200G each system", a100_1hdr, 8.0 * GIB, 24.0, None, None),
        one("ar-gb200-nvl4x3", "value/NVL4x3_ring", "3 × 4 GB200, by ring", gb200_4x3, 16.0 * GIB, 196.72, ring, None),
        one("ar-gb200-nvl4x3", "value/NVL4x3_tree", "3 × 4 GB200, by tree", gb200_4x3, 16.0 * GIB, 234.43, Some(Algorithm::Tree), None),
        one("ar-gb200-nvl4x3", "value/NVL8x3_ring", "3 × 8 GB200, by ring", gb200_8x3, 16.0 * GIB, 393.66, ring, None),
        one("ar-gb200-nvl4x3", "value/NVL8x3_tree", "3 × 8 GB200, by tree", gb200_8x3, 16.0 * GIB, 485.68, Some(Algorithm::Tree), None),
    ];
    let a100_points = [
        ("32KiB", 32.0 * KIB, 1.31),
        ("64KiB", 64.0 * KIB, 2.45),
        ("128KiB", 128.0 * KIB, 4.43),
        ("256KiB", 256.0 * KIB, 7.47),
        ("512KiB", 512.0 * KIB, 11.41),
        ("1MiB", MIB, 18.0),
        ("4MiB", 4.0 * MIB, 72.33),
        ("16MiB", 16.0 * MIB, 106.16),
        ("64MiB", 64.0 * MIB, 171.54),
        ("256MiB", 256.0 * MIB, 194.07),
        ("1GiB", GIB, 229.04),
        ("4GiB", 4.0 * GIB, 233.88),
        ("16GiB", 16.0 * GIB, 234.89),
    ];
    // Sizes from 32 KiB to 16 GiB are those of a program that waited for each call when these were taken.
    let waited = |case: Case| Case { calls: Calls::Waited, ..case };
    all.extend(sweep("ar-a100-8-nccl", "8 × A100, one system", a100, &a100_points).into_iter().map(waited));
    // The page's sizes are powers of two, and its last ones rounded decimals of them. It says that all are NVLS.
    let h200_points = [
        ("1K", KIB, 0.06),
        ("8K", 8.0 * KIB, 0.47),
        ("32K", 32.0 * KIB, 1.84),
        ("256K", 256.0 * KIB, 14.75),
        ("1M", MIB, 52.96),
        ("4M", 4.0 * MIB, 138.44),
        ("16M", 16.0 * MIB, 240.41),
        ("67M", 64.0 * MIB, 368.11),
        ("268M", 256.0 * MIB, 432.24),
        ("1G", GIB, 467.58),
        ("8G", 8.0 * GIB, 479.98),
    ];
    let asked = |case: Case| Case { algorithm: Some(Algorithm::InSwitch), ..case };
    all.extend(sweep("ar-h200-8-azure", "8 × H200, one system, NVLS", h200, &h200_points).into_iter().map(asked));
    let b200_points = [
        ("32KiB", 32.0 * KIB, 1.2),
        ("64KiB", 64.0 * KIB, 2.17),
        ("128KiB", 128.0 * KIB, 4.86),
        ("256KiB", 256.0 * KIB, 9.54),
        ("512KiB", 512.0 * KIB, 18.71),
        ("1MiB", MIB, 36.06),
        ("4MiB", 4.0 * MIB, 76.48),
        ("16MiB", 16.0 * MIB, 254.96),
        ("64MiB", 64.0 * MIB, 400.6),
        ("256MiB", 256.0 * MIB, 646.11),
        ("1GiB", GIB, 723.34),
        ("4GiB", 4.0 * GIB, 740.64),
        ("16GiB", 16.0 * GIB, 845.67),
    ];
    all.extend(sweep("ar-b200-8", "8 × B200, one system", b200, &b200_points).into_iter().map(waited));
    let h100_points =
        [("512MiB", 512.0 * MIB, 356.01), ("1GiB", GIB, 365.9), ("2GiB", 2.0 * GIB, 380.73), ("4GiB", 4.0 * GIB, 383.23), ("8GiB", 8.0 * GIB, 386.56)];
    all.extend(sweep("ar-h100-96-sharp", "96 × H100, 8 × 400G each system", h100_96, &h100_points));
    let gb200_points = [
        ("512MiB", 512.0 * MIB, 493.94),
        ("1GiB", GIB, 596.1),
        ("2GiB", 2.0 * GIB, 680.3),
        ("4GiB", 4.0 * GIB, 743.09),
        ("8GiB", 8.0 * GIB, 793.06),
        ("16GiB", 16.0 * GIB, 810.41),
    ];
    all.extend(sweep("ar-gb200-144", "128 × GB200, two racks of 64", gb200_64x2, &gb200_points));
    all.push(Case {
        collective: Collective::ReduceScatter,
        ..one("rs-h200-8", "value", "reduce-scatter, 8 × H200, by ring", h200, 16.0 * GIB, 362.9, ring, None)
    });
    all
}

fn median(mut errors: Vec<f64>) -> f64 {
    errors.sort_by(f64::total_cmp);
    match errors.len() {
        0 => 0.0,
        count if count.is_multiple_of(2) => (errors[count / 2 - 1] + errors[count / 2]) / 2.0,
        count => errors[count / 2],
    }
}

fn published() -> Option<Value> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(|parent| parent.join("shared"));
    let shared = std::env::var_os("WEFT_SHARED").map(PathBuf::from).or(beside)?;
    serde_json::from_str(&fs::read_to_string(shared.join("catalog-facts/published-results.json")).ok()?).ok()
}

fn shown_size(size: f64) -> String {
    Bytes(size).to_string()
}

/// Set `WEFT_UPDATE_REPORTS=1` to write the page anew; then read the difference.
#[test]
fn estimates_are_as_near_to_measurements_as_the_guide_says() {
    let rows: Vec<(Case, f64, &str, f64)> = cases()
        .into_iter()
        .map(|case| {
            let (estimated, by) = case.estimated();
            let error = estimated / case.measured - 1.0;
            (case, estimated, by, error)
        })
        .collect();
    let errors = |from: f64, to: f64| {
        rows.iter().filter(move |(case, ..)| case.collective == Collective::AllReduce && case.size >= from && case.size < to).map(|(.., error)| error.abs())
    };
    let large: Vec<f64> = errors(LARGE, f64::INFINITY).collect();
    let small: Vec<f64> = errors(0.0, SMALL).collect();
    let worst = |errors: &[f64]| errors.iter().copied().fold(0.0, f64::max);
    let within = |errors: &[f64], limit: f64| errors.iter().filter(|error| **error <= limit).count();

    let mut page = String::from(include_str!("accuracy_head.md"));
    let _ = writeln!(page, "| | points | median error | worst | goal |\n|---|---|---|---|---|");
    let missed = |good: bool| if good { "" } else { ", **missed**" };
    let _ = writeln!(
        page,
        "| all-reduce, 1 GiB and more | {} | {:.1} % | {:.1} % ({} of {} within 15 %) | median 5 %{}; none above 15 %{} |",
        large.len(),
        100.0 * median(large.clone()),
        100.0 * worst(&large),
        within(&large, 0.15),
        large.len(),
        missed(median(large.clone()) <= 0.05),
        missed(worst(&large) <= 0.15),
    );
    let _ = writeln!(
        page,
        "| all-reduce, below 1 MiB | {} | {:.1} % | {:.1} % ({} of {} within 25 %) | all within 25 %{} |",
        small.len(),
        100.0 * median(small.clone()),
        100.0 * worst(&small),
        within(&small, 0.25),
        small.len(),
        missed(worst(&small) <= 0.25),
    );
    let _ = writeln!(
        page,
        "\n## Every point\n\nBus bandwidth in GB/s. Where an algorithm is named in the record it was asked for; otherwise the estimate chose it.\n"
    );
    let _ = writeln!(page, "| what | size | measured | estimated | error | by | record |\n|---|---:|---:|---:|---:|---|---|");
    for (case, estimated, by, error) in &rows {
        let limit = if case.size >= LARGE { 0.15 } else { 0.25 };
        let mark = if error.abs() > limit { " **miss**" } else { "" };
        let _ = writeln!(
            page,
            "| {} | {} | {} | {:.4} | {:+.1} %{mark} | {by} | `{}` |",
            case.what,
            shown_size(case.size),
            case.measured,
            estimated,
            100.0 * error,
            case.record
        );
    }
    let (far, _) = Case {
        design: gb200_64x20,
        size: 16.0 * GIB,
        ..cases().pop().map(|case| Case { collective: Collective::AllReduce, algorithm: None, ..case }).unwrap()
    }
    .estimated();
    let (training, off) = crate::training::accuracy();
    let off: Vec<f64> = off.into_iter().map(f64::abs).collect();
    let _ = writeln!(
        page,
        "\n## Training steps\n\n{}\n\n{training}\n{} steps: median error {:.1} %, worst {:.1} %, {} within 15 %.\n",
        include_str!("accuracy_training.md").trim_end(),
        off.len(),
        100.0 * median(off.clone()),
        100.0 * worst(&off),
        within(&off, 0.15),
    );
    page.push_str(&include_str!("accuracy_foot.md").replace("{RACKS20}", &format!("{far:.0}")));

    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guide/accuracy.md");
    if std::env::var_os("WEFT_UPDATE_REPORTS").is_some() {
        fs::write(&file, &page).unwrap();
    }
    assert!(
        fs::read_to_string(&file).unwrap_or_default() == page,
        "docs/guide/accuracy.md is not what the estimates say; look at it with WEFT_UPDATE_REPORTS=1 and git diff"
    );

    // What is reached stays reached.
    assert!(median(large.clone()) <= 0.05, "median {}", median(large));
    assert!(within(&small, 0.25) + 1 >= small.len(), "{} of {} small ones", within(&small, 0.25), small.len());
}

/// The numbers above are the published ones, and all-reduces with a bus bandwidth are all there.
#[test]
fn measurements_are_quoted_as_published() {
    let Some(published) = published() else { return };
    let records = published["records"].as_array().unwrap();
    let cases = cases();
    for case in &cases {
        let record = records.iter().find(|record| record["id"] == case.record).unwrap_or_else(|| panic!("{} is not published", case.record));
        assert_ne!(record["category"], "negative-example", "{}", case.record);
        let at = if record["sweep_busbw"].get(case.field).is_some() { format!("/sweep_busbw/{}", case.field) } else { format!("/{}", case.field) };
        assert_eq!(record.pointer(&at).and_then(Value::as_f64), Some(case.measured), "{} {}", case.record, case.field);
    }
    let all_reduce = |record: &&Value| record["category"].as_str().is_some_and(|category| category.starts_with("allreduce"));
    for record in records.iter().filter(all_reduce) {
        assert!(cases.iter().any(|case| record["id"] == case.record), "{} is left out", record["id"]);
    }
}
