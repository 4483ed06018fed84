//! Estimates of designs that nobody drew: whatever hangs on whatever, in whatever routing, every question is answered in numbers, and small answers are those of brute force.

use std::sync::Arc;

use proptest::prelude::*;
use weft::catalog::Catalog;
use weft::engine::context::Context;
use weft::engine::estimate::Estimate;
use weft::engine::estimate::traffic::{self, Question, Traffic};
use weft::engine::failures::connectivity::connectivity;
use weft::engine::failures::ranking::{Kind, rank};
use weft::engine::latency::{all_pairs, message};
use weft::engine::report::Report;
use weft::engine::service::evaluate;
use weft::engine::topology::VertexIndex;
use weft::model::{Design, Element, Link, LinkId, Node, NodeId, PartId, PartKind, PortPath, PortRef, Switching};
use weft::units::{Bytes, Gbps, Nanoseconds, Point};

use crate::graphs::Graph;
use crate::routing::in_fabric;

const PARTS: [&str; 9] =
    ["generic-switch", "generic-host", "generic-xpu", "generic-nic", "dgx-h100", "nvidia-qm9700", "nobody", "generic-switch", "generic-host"];
const RATES: [f64; 9] = [400.0, 100.0, 800.0, 0.0, -1.0, 1e300, f64::MIN_POSITIVE, f64::NAN, f64::INFINITY];

fn finite(estimates: &[Estimate], what: &str) {
    for estimate in estimates {
        let numbers = estimate.value().into_iter().chain(estimate.range().into_iter().flat_map(|(low, high)| [low, high]));
        let inputs = estimate.inputs().iter().flat_map(|input| [input.value, input.low, input.high]).flatten();
        for number in numbers.chain(inputs) {
            assert!(number.is_finite(), "{what}: {} is {number}: {estimate:?}", estimate.key());
        }
    }
}

fn design() -> impl Strategy<Value = Design> {
    let settings = (0usize..5, 0usize..3, any::<bool>(), 0usize..3, any::<bool>());
    let link = ((0usize..12, 1u16..9, 0u8..5), (0usize..12, 1u16..9, 0u8..5), 0usize..12, 0usize..4);
    (prop::collection::vec((0..PARTS.len(), 0usize..3), 1..11), prop::collection::vec(link, 0..26), settings).prop_map(|(parts, links, settings)| {
        let (paths, choice, forwarding, size, stores) = settings;
        let mut design = Design::default();
        let mut nodes = Vec::new();
        for (at, (part, transit)) in parts.into_iter().enumerate() {
            let mut node = Node::new(PartId::new(PARTS[part]), format!("n{at}"), Point::default());
            node.transit = [None, Some(true), Some(false)][transit];
            nodes.push(design.nodes.push(node));
        }
        for ((a, cage_a, child_a), (b, cage_b, child_b), rate, latency) in links {
            // Also to oneself, to a port that is taken, and to a leg of a cage that another link takes whole.
            let end = |node: usize, cage: u16, child: u8| PortRef { node: nodes[node % nodes.len()], port: PortPath { cage, child } };
            let mut link = Link::between(end(a, cage_a, child_a), end(b, cage_b, child_b));
            link.gbps = RATES.get(rate).map(|rate| Gbps(*rate));
            link.latency = [None, Some(Nanoseconds(100.0)), Some(Nanoseconds(f64::NAN)), Some(Nanoseconds(1e300))][latency];
            design.links.push(link);
        }
        let meta = Arc::make_mut(&mut design.meta);
        meta.settings.message = [None, Some(Bytes(0.0)), Some(Bytes(1e9))][size];
        meta.settings.switching = if stores { Switching::StoreAndForward } else { Switching::CutThrough };
        let paths = ["shortest", "up-down", "dimension-order", "minimal", "valiant"][paths];
        in_fabric(design, &[("paths", paths), ("routing", ["ecmp", "hash", "tables"][choice]), ("forwarding", if forwarding { "true" } else { "" })])
    })
}

/// Switches and hosts of one plain rate, few enough to try every set of failed links.
fn small() -> impl Strategy<Value = (Design, Vec<bool>, Vec<(usize, usize)>)> {
    let link = (0usize..7, 0usize..7);
    (1usize..4, 1usize..4, prop::collection::vec(link, 0..10), any::<bool>()).prop_map(|(switches, hosts, links, forwards)| {
        let mut graph = Graph::default();
        let mut passes = Vec::new();
        let mut nodes: Vec<NodeId> = Vec::new();
        for at in 0..switches + hosts {
            passes.push(at < switches || (forwards && at == switches));
            let node = if at < switches { graph.switch(format!("s{at}")) } else { graph.node(PartKind::System, format!("h{at}")) };
            if at == switches && forwards {
                let mut record = graph.design.nodes.get(node).unwrap().clone();
                record.transit = Some(true);
                graph.design.nodes.set(node, Some(record.into()));
            }
            nodes.push(node);
        }
        let links: Vec<(usize, usize)> = links.into_iter().map(|(a, b)| (a % nodes.len(), b % nodes.len())).collect();
        links.iter().for_each(|(a, b)| graph.link(nodes[*a], nodes[*b], 400.0, 100.0));
        (graph.design, passes, links)
    })
}

/// Whether a way leads from one node to another over links that are left.
fn joined(passes: &[bool], links: &[(usize, usize)], left: u32, from: usize, to: usize) -> bool {
    let mut seen = vec![false; passes.len()];
    let mut open = vec![from];
    seen[from] = true;
    while let Some(here) = open.pop() {
        if here == to {
            return true;
        }
        if here != from && !passes[here] {
            continue;
        }
        for (at, (a, b)) in links.iter().enumerate().filter(|(at, _)| left >> at & 1 == 1) {
            debug_assert!(at < 32);
            for (one, other) in [(*a, *b), (*b, *a)] {
                if one == here && !seen[other] {
                    seen[other] = true;
                    open.push(other);
                }
            }
        }
    }
    false
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_question_about_any_design_is_answered_in_numbers(design in design()) {
        let catalog = Catalog::builtin();
        let context = Context::new(&design, &catalog);
        let ranking = rank(&context, &Kind::WORDS.map(|(_, kind, _)| kind), &mut |part| assert!((0.0..=1.0).contains(&part)));
        for class in &ranking.classes {
            prop_assert!(!class.members.is_empty());
            prop_assert!(class.loss.is_none_or(f64::is_finite) && class.outcome.rate.is_none_or(|rate| rate.is_finite() && rate >= 0.0), "{class:?}");
            prop_assert!(class.outcome.apart <= class.outcome.pairs);
        }
        if let Some(found) = connectivity(&context, &mut |_| {}) {
            prop_assert!(found.least <= found.most);
        }
        let pairs = all_pairs(&context, message(&context), u64::MAX, &mut |_| {});
        prop_assert!(pairs.tally.mean().is_none_or(|mean| mean.is_finite() && mean >= 0.0));
        let ends: Vec<VertexIndex> = context.topology.endpoints().to_vec();
        let element = |at: usize| ends.get(at).and_then(|vertex| context.topology.element_of(&design, &catalog, *vertex));
        for (word, pattern) in Traffic::WORDS {
            let question = Question { from: element(0), to: element(ends.len().saturating_sub(1)), ..pattern.into() };
            let Ok(answer) = traffic::answer(&context, &question) else { continue };
            finite(&answer.estimates, word);
            prop_assert!(answer.loads.arcs.iter().all(|load| load.is_finite() && *load >= 0.0), "{word}");
            for (load, edge) in answer.loads.arcs.chunks(2).zip(context.topology.edges()).filter(|(_, edge)| edge.rate_known) {
                prop_assert!(load.iter().all(|load| *load <= edge.gbps * (1.0 + 1e-6) + 1e-6), "{word}: {load:?} over {edge:?}");
            }
        }
        let report: Report = evaluate(&design, &catalog);
        finite(&report.estimates, "report");
        // Somebody who asks about a place that is not there.
        let nobody = Question { from: Some(Element { node: NodeId(99), inside: None }), to: element(0), ..Traffic::OnePair.into() };
        prop_assert!(traffic::answer(&context, &nobody).is_err());
    }

    #[test]
    fn any_design_is_ranked_as_what_is_left_of_it_is_estimated(design in design()) {
        crate::ranking::check(&design, "a design that nobody drew");
    }

    #[test]
    fn as_many_links_have_to_fail_as_the_least_set_that_parts_a_pair((design, passes, links) in small()) {
        let catalog = Catalog::builtin();
        let context = Context::new(&design, &catalog);
        let ends: Vec<usize> = context.topology.endpoints().iter().map(|vertex| *vertex as usize).collect();
        let mut wanted: Option<(u32, u32)> = None;
        for (at, one) in ends.iter().enumerate() {
            for other in &ends[at + 1..] {
                let parts = |failed: &u32| !joined(&passes, &links, !failed, *one, *other);
                let least = (0u32..1 << links.len()).filter(parts).map(u32::count_ones).min().unwrap();
                wanted = Some(wanted.map_or((least, least), |(low, high)| (low.min(least), high.max(least))));
            }
        }
        let found = connectivity(&context, &mut |_| {}).map(|found| (found.least, found.most));
        prop_assert_eq!(found, wanted);
    }

    #[test]
    fn taking_packets_in_whole_is_never_quicker((design, ..) in small(), size in 0usize..3, rates in prop::collection::vec(0usize..3, 10)) {
        let catalog = Catalog::builtin();
        let mut design = design;
        Arc::make_mut(&mut design.meta).settings.message = [None, Some(Bytes(100.0)), Some(Bytes(1e6))].into_iter().nth(size).flatten();
        for (link, rate) in design.links.ids().collect::<Vec<LinkId>>().into_iter().zip(rates) {
            let mut record = design.links.get(link).unwrap().clone();
            record.gbps = Some(Gbps([400.0, 100.0, 25.0][rate]));
            design.links.set(link, Some(record.into()));
        }
        let mean = |switching: Switching| {
            let mut design = design.clone();
            Arc::make_mut(&mut design.meta).settings.switching = switching;
            let context = Context::new(&design, &catalog);
            let found = all_pairs(&context, message(&context), u64::MAX, &mut |_| {});
            found.tally.mean().zip(found.tally.slowest().map(|pair| pair.value))
        };
        let (quick, slow) = (mean(Switching::CutThrough), mean(Switching::StoreAndForward));
        prop_assert_eq!(quick.is_some(), slow.is_some());
        if let Some((quick, slow)) = quick.zip(slow) {
            prop_assert!(quick.0 <= slow.0 + 1e-6 && quick.1 <= slow.1 + 1e-6, "{:?} {:?}", quick, slow);
        }
    }

    #[test]
    fn an_incast_fills_what_leads_to_its_end_and_no_more((design, ..) in small()) {
        let catalog = Catalog::builtin();
        let context = Context::new(&design, &catalog);
        let (topology, ends) = (&context.topology, context.topology.endpoints());
        let Some(target) = ends.first().copied() else { return Ok(()) };
        let answer = traffic::answer(&context, &Traffic::Incast.into()).unwrap();
        let into: f64 = topology.row(target).iter().map(|hop| topology.edges()[hop.arc as usize / 2].gbps).sum();
        let carried: f64 = topology.row(target).iter().map(|hop| answer.loads.arcs.get(hop.arc as usize ^ 1).copied().unwrap_or(0.0)).sum();
        prop_assert!(carried <= into * (1.0 + 1e-9), "{} into {}", carried, into);
        prop_assert!((carried - answer.loads.total).abs() <= 1e-6 * carried.max(1.0) + 1e-6, "what is sent arrives: {} of {}", carried, answer.loads.total);
    }
}
