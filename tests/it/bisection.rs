//! Bisection against every even split of small fabrics: what is said to be the least is never above it, what is said to be the most never below.

use std::collections::BTreeSet;

use weft::catalog::Catalog;
use weft::engine::context::Context;
use weft::engine::estimate::estimates;
use weft::model::{Design, FabricRole, LinkId, NodeId, PartKind};

use crate::dice::Dice;
use crate::graphs::{Graph, fat_tree, leaf_spine};
use crate::routing::drawn;

/// The least of what links between two sides of the nodes carry, over every split in which the sides differ by no more endpoints than the node
/// with most of them holds; `None` where not everything hangs together.
fn least(design: &Design) -> Option<f64> {
    let catalog = Catalog::builtin();
    let context = Context::new(design, &catalog);
    let topology = &context.topology;
    if !design.nodes.ids().all(|node| topology.nodes().contains(&node)) {
        return None;
    }
    let place = |node: NodeId| topology.nodes().iter().position(|other| *other == node).unwrap();
    let held: Vec<i64> = topology
        .nodes()
        .iter()
        .map(|node| topology.vertices_of(*node).filter(|vertex| topology.vertices()[*vertex as usize].endpoint).count() as i64)
        .collect();
    let (all, most) = (held.iter().sum::<i64>(), *held.iter().max().unwrap());
    let links: Vec<(usize, usize, f64)> = (0..topology.links().len())
        .map(|edge| &topology.edges()[edge])
        .filter(|edge| edge.usable && matches!(edge.role, FabricRole::Compute | FabricRole::ScaleUp))
        .map(|edge| (edge.ends.map(|end| place(topology.vertices()[end as usize].node)), edge.gbps))
        .map(|([a, b], gbps)| (a, b, gbps))
        .collect();
    let mut joined: Vec<usize> = (0..held.len()).collect();
    for _ in 0..held.len() {
        for (a, b, _) in &links {
            let first = joined[*a].min(joined[*b]);
            (joined[*a], joined[*b]) = (first, first);
        }
    }
    let parts: BTreeSet<usize> = held.iter().zip(&joined).filter(|(held, _)| **held > 0).map(|(_, joined)| *joined).collect();
    if parts.len() > 1 {
        return None;
    }
    let mut least = f64::INFINITY;
    for sides in 0u32..1 << held.len() {
        let left: i64 = held.iter().enumerate().map(|(node, held)| i64::from(sides >> node & 1) * held).sum();
        if (2 * left - all).abs() <= most {
            least = least.min(links.iter().filter(|(a, b, _)| (sides >> a & 1) != (sides >> b & 1)).map(|(.., gbps)| gbps).sum());
        }
    }
    least.is_finite().then_some(least)
}

/// The ends of the range of the bisection of a design, and its formula.
fn found(design: &Design) -> Option<(f64, f64, String)> {
    let catalog = Catalog::builtin();
    let estimate = estimates(&Context::new(design, &catalog)).into_iter().find(|estimate| estimate.key() == "bisection")?;
    let (low, high) = estimate.range()?;
    assert!(low.is_finite() && high.is_finite() && low >= 0.0, "{low} to {high}");
    assert_eq!(estimate.value(), Some(high));
    Some((low, high, estimate.formula().to_owned()))
}

/// Switches and systems, of which some hold eight XPUs, joined at random: parallel links of other rates, systems on several switches or on each other,
/// ends of lines, links to oneself.
fn fabric(dice: &mut Dice) -> Design {
    let (hosts, switches) = (1 + dice.roll(7), 1 + dice.roll(5));
    let mut graph = Graph::default();
    let mut nodes: Vec<NodeId> = (0..switches).map(|at| graph.switch(format!("s{at}"))).collect();
    let mixed = dice.roll(3);
    for at in 0..hosts {
        let host = graph.host(format!("h{at}"));
        if mixed == 2 || (mixed == 1 && dice.roll(2) == 0) {
            let mut node = graph.design.nodes.get(host).unwrap().clone();
            node.part = weft::model::PartId::new("dgx-h100");
            graph.design.nodes.set(host, Some(node.into()));
        }
        nodes.push(host);
    }
    let rate = |dice: &mut Dice| [100.0, 200.0, 400.0, 112.5][dice.roll(4)];
    for at in 1..nodes.len() {
        // Mostly a tree, so that most fabrics hang together.
        let to = if at < switches { dice.roll(at) } else { dice.roll(switches) };
        let gbps = rate(dice);
        graph.link(nodes[at], nodes[to], gbps, 100.0);
    }
    for _ in 0..dice.roll(14) {
        let (a, b) = (dice.roll(nodes.len()), dice.roll(nodes.len()));
        let gbps = rate(dice);
        graph.link(nodes[a], nodes[b], gbps, 100.0);
    }
    graph.design
}

#[test]
fn no_even_split_is_outside_the_bounds() {
    let mut dice = Dice(8);
    let (mut compared, mut exact, mut met, mut near, mut far) = (0, 0, 0, 0.0, 0.0);
    for round in 0..1000 {
        let design = fabric(&mut dice);
        let Some((low, high, formula)) = found(&design) else { continue };
        let Some(truth) = least(&design) else { continue };
        assert!(low <= truth * (1.0 + 1e-9) && truth <= high * (1.0 + 1e-9), "{round}: {truth} is not between {low} and {high}");
        if formula != "cut" {
            assert!((high - truth).abs() <= 1e-9 * truth && low == high, "{round}: {formula} gives {high} for {truth}");
            exact += 1;
        }
        if truth > 0.0 {
            assert!(low > 0.0, "{round}: {truth} is at least 0");
            compared += 1;
            near += low / truth;
            far += high / truth;
            met += usize::from(high <= truth * (1.0 + 1e-9));
        }
    }
    let [near, far] = [near, far].map(|sum: f64| sum / f64::from(compared));
    println!("{compared} compared, {exact} exact, lower bound {near:.3} of the least on average, upper {far:.3}, which is the least {met} times");
    assert!(compared > 600 && near > 0.5 && far < 1.02 && exact > 100, "{compared} {exact} {near} {far}");
}

#[test]
fn what_is_uniform_but_for_a_link_is_bounded_closely() {
    for (mut design, links, part) in [(fat_tree(4), 48, 0.5), (fat_tree(8), 384, 0.7), (leaf_spine(6, 4, 4), 48, 0.6)] {
        let (low, whole, _) = found(&design).unwrap();
        assert_eq!(low, whole);
        assert_eq!(design.links.len(), links);
        for place in [0, links / 3, links / 2, links - 1] {
            let link = design.links.ids().nth(place).unwrap();
            let record = design.links.get(link).unwrap().clone();
            design.links.set(link, None);
            let (low, high, formula) = found(&design).unwrap();
            println!("{links} {place}: {low} to {high} of {whole}, {formula}");
            assert!(low >= part * whole && high <= whole, "{place}: {low} to {high}");
            design.links.set(link, Some(record.into()));
        }
    }
}

#[test]
fn a_torus_carries_what_its_rings_do() {
    // Even sides: two rings of links for each line across the longest dimension.
    for (x, y, links) in [("4", "4", 8.0), ("6", "4", 8.0), ("4", "2", 4.0)] {
        let (low, high, formula) = found(&drawn("torus", &[("x", x), ("y", y), ("xpu", "generic")], &[])).unwrap();
        println!("{x} × {y}: {low} to {high}, {formula}");
        // The flow is as good as a torus allows, and the cut lies across the longest dimension.
        assert!((low - links * 400.0).abs() < 1e-6 && high == low);
        assert_eq!(formula, "half * each");
    }
}

#[test]
fn large_fabrics_are_bounded_as_far_as_time_allows() {
    // k = 32 is climbed in time.
    let mut design = fat_tree(32);
    design.links.set(LinkId(5), None);
    let (low, high, _) = found(&design).unwrap();
    assert!(low > 0.9 * high && low < high, "{low} to {high}");
    // A torus is not climbed, and a flow from everywhere would take longer than a live report may.
    let design = drawn("torus", &[("x", "40"), ("y", "40"), ("xpu", "generic")], &[]);
    let (low, high, _) = found(&design).unwrap();
    let catalog = Catalog::builtin();
    let context = Context::new(&design, &catalog);
    let estimate = estimates(&context).into_iter().find(|estimate| estimate.key() == "bisection").unwrap();
    assert!(low > 0.05 * high && low < high, "{low} to {high}");
    assert!(estimate.assumptions().iter().any(|words| words.contains(" of 1600 hubs, as many as")), "{:?}", estimate.assumptions());
}

#[test]
fn designs_that_nobody_drew_are_bounded_too() {
    // One system alone; two that nothing joins; a system joined with itself; a switch between one system and nothing.
    let mut graph = Graph::default();
    let a = graph.node(PartKind::System, "a");
    let none = graph.design.clone();
    let b = graph.node(PartKind::System, "b");
    let apart = graph.design.clone();
    graph.link(a, a, 400.0, 1.0);
    let around = graph.design.clone();
    graph.link(a, b, 400.0, 1.0);
    let joined = graph.design.clone();
    let switch = graph.switch("s");
    graph.link(b, switch, 200.0, 1.0);
    for design in [none, apart, around] {
        assert!(found(&design).is_none_or(|(low, high, _)| low == 0.0 && high == 0.0));
    }
    assert_eq!(found(&joined).unwrap().1, 400.0);
    assert_eq!(found(&graph.design).unwrap(), (400.0, 400.0, "half * each".to_owned()));
}
