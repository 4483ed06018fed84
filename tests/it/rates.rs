//! Rates of flows against solvers that share nothing with the engine: routes by counting paths on the drawing, filling arc by arc as the
//! book says it, and a linear program. `docs/guide/accuracy.md` tells of them.

use std::collections::BTreeMap;

use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};
use weft::catalog::Catalog;
use weft::engine::context::Context;
use weft::engine::estimate::flows::{Demand, Flow, FlowSet, Trouble, all_to_all, rates, route};
use weft::engine::estimate::traffic::{self, Traffic};
use weft::engine::failures::spread::{Cut, Spread};
use weft::engine::failures::symmetry::{Labels, Rows, orbits};
use weft::engine::routing::InForce;
use weft::engine::topology::Topology;
use weft::model::{Design, NodeId, PartKind, Routing};

use crate::dice::Dice;
use crate::graphs::{Graph, fat_tree, leaf_spine};
use crate::routing::{drawn, in_fabric};

/// Random fabrics compared with filling by the book.
const FABRICS: u64 = 10_000;
/// Random fabrics compared with the linear program.
const PROGRAMS: u64 = 100;

/// A fabric as the solvers here see it.
struct Plain {
    design: Design,
    names: Vec<String>,
    forwards: Vec<bool>,
    /// Both ways of every link: from, to, Gb/s.
    arcs: Vec<(usize, usize, f64)>,
    hosts: Vec<usize>,
}

/// Hosts and switches with links between any of them, parallel ones and islands included; sometimes a host that forwards.
fn fabric(dice: &mut Dice) -> Plain {
    let (hosts, switches) = (2 + dice.roll(5), 1 + dice.roll(5));
    let mut graph = Graph::default();
    let mut plain = Plain { design: Design::default(), names: Vec::new(), forwards: Vec::new(), arcs: Vec::new(), hosts: (0..hosts).collect() };
    let mut ids: Vec<NodeId> = Vec::new();
    for at in 0..hosts + switches {
        let name = format!("v{at}");
        ids.push(if at < hosts { graph.node(PartKind::System, name.clone()) } else { graph.switch(name.clone()) });
        plain.names.push(name);
        plain.forwards.push(at >= hosts);
    }
    if dice.roll(8) == 0 {
        let mut node = graph.design.nodes.get(ids[0]).unwrap().clone();
        node.transit = Some(true);
        graph.design.nodes.set(ids[0], Some(node.into()));
        plain.forwards[0] = true;
    }
    for _ in 0..3 + dice.roll(16) {
        let (a, b) = (dice.roll(ids.len()), dice.roll(ids.len()));
        if a == b {
            continue;
        }
        let gbps = [25.0, 100.0, 200.0, 400.0, 112.5][dice.roll(5)];
        graph.link(ids[a], ids[b], gbps, 100.0);
        plain.arcs.extend([(a, b, gbps), (b, a, gbps)]);
    }
    plain.design = graph.design;
    plain
}

impl Plain {
    /// Hops from everywhere to a place, passing only through what forwards, by relaxing every arc until nothing changes.
    fn hops(&self, to: usize) -> Vec<Option<usize>> {
        let mut hops = vec![None; self.names.len()];
        hops[to] = Some(0);
        loop {
            let mut changed = false;
            for &(from, next, _) in &self.arcs {
                let Some(further) = hops[next].filter(|_| next == to || self.forwards[next]) else { continue };
                if hops[from].is_none_or(|known| known > further + 1) {
                    hops[from] = Some(further + 1);
                    changed = true;
                }
            }
            if !changed {
                return hops;
            }
        }
    }

    /// The share of a flow on each arc when every hop splits evenly, one whole path after another.
    fn shares(&self, from: usize, to: usize) -> Option<BTreeMap<usize, f64>> {
        let hops = self.hops(to);
        hops[from]?;
        let mut shares = BTreeMap::new();
        let mut open = vec![(from, 1.0)];
        while let Some((here, share)) = open.pop() {
            if here == to {
                continue;
            }
            let leads = |arc: &usize| {
                let (start, next, _) = self.arcs[*arc];
                start == here && (next == to || self.forwards[next]) && hops[next].is_some_and(|hops_left| Some(hops_left + 1) == hops[here])
            };
            let next: Vec<usize> = (0..self.arcs.len()).filter(leads).collect();
            for arc in &next {
                *shares.entry(*arc).or_insert(0.0) += share / next.len() as f64;
                open.push((self.arcs[*arc].1, share / next.len() as f64));
            }
        }
        Some(shares)
    }

    /// Some flows, also to oneself and twice the same.
    fn flows(&self, dice: &mut Dice, most: usize) -> Vec<(usize, usize)> {
        (0..1 + dice.roll(most)).map(|_| (self.hosts[dice.roll(self.hosts.len())], self.hosts[dice.roll(self.hosts.len())])).collect()
    }

    /// What the engine says.
    fn asked(&self, flows: &[(usize, usize)]) -> Vec<Result<f64, Trouble>> {
        let catalog = Catalog::builtin();
        let set = FlowSet { flows: flows.iter().map(|(from, to)| Flow { src: self.names[*from].clone(), dst: self.names[*to].clone(), path: None }).collect() };
        let found = rates(&Context::new(&self.design, &catalog), &set, Routing::Ecmp);
        found.into_iter().map(|flow| flow.rate.map(|rate| rate.0).ok_or_else(|| flow.trouble.unwrap())).collect()
    }
}

/// Filling as the book says it, one full arc after another, without any index.
fn filled(plain: &Plain, flows: &[BTreeMap<usize, f64>]) -> Vec<f64> {
    let mut rate: Vec<Option<f64>> = vec![None; flows.len()];
    while rate.iter().any(Option::is_none) {
        let mut first: Option<(f64, usize)> = None;
        for (arc, (_, _, capacity)) in plain.arcs.iter().enumerate() {
            let (mut open, mut taken) = (0.0, 0.0);
            for (flow, rate) in flows.iter().zip(&rate) {
                let share = flow.get(&arc).copied().unwrap_or(0.0);
                match rate {
                    Some(rate) => taken += share * rate,
                    None => open += share,
                }
            }
            let level = (capacity - taken).max(0.0) / open;
            if open > 1e-12 && first.is_none_or(|(least, _)| level < least) {
                first = Some((level, arc));
            }
        }
        let (level, full) = first.unwrap();
        for (flow, rate) in flows.iter().zip(&mut rate) {
            if rate.is_none() && flow.contains_key(&full) {
                *rate = Some(level);
            }
        }
    }
    rate.into_iter().map(Option::unwrap).collect()
}

#[test]
fn ten_thousand_fabrics_are_filled_as_by_the_book() {
    let (mut compared, mut apart) = (0, 0);
    for seed in 0..FABRICS {
        let mut dice = Dice(seed);
        let plain = fabric(&mut dice);
        let flows = plain.flows(&mut dice, 10);
        let found = plain.asked(&flows);
        let shares: Vec<Option<BTreeMap<usize, f64>>> = flows.iter().map(|(from, to)| if from == to { None } else { plain.shares(*from, *to) }).collect();
        let routed: Vec<BTreeMap<usize, f64>> = shares.iter().flatten().cloned().collect();
        let mut slow = filled(&plain, &routed).into_iter();
        for ((flow, found), shares) in flows.iter().zip(found).zip(shares) {
            match (found, shares) {
                (Ok(found), Some(_)) => {
                    let slow = slow.next().unwrap();
                    assert!((found - slow).abs() <= 1e-9 * slow.max(1.0), "fabric {seed}, flow {flow:?}: {found} is not {slow}");
                    compared += 1;
                }
                (Err(Trouble::SameEnd), None) => assert_eq!(flow.0, flow.1),
                (Err(Trouble::NoPath), None) => apart += 1,
                other => panic!("fabric {seed}, flow {flow:?}: {other:?}"),
            }
        }
    }
    assert!(compared > 20_000 && apart > 1_000, "{compared} rates and {apart} flows without a route are too few to mean anything");
}

fn optimum(problem: &Problem) -> f64 {
    problem.solve().unwrap().into_solution().unwrap().objective()
}

/// Max-min fair rates by linear programs: the least rate of the open flows as high as it goes, then whoever cannot have more is closed.
fn programmed(plain: &Plain, flows: &[BTreeMap<usize, f64>]) -> Vec<f64> {
    let mut closed: Vec<Option<f64>> = vec![None; flows.len()];
    while closed.iter().any(Option::is_none) {
        let solve = |favoured: Option<(usize, f64)>| {
            let mut problem = Problem::new(OptimizationDirection::Maximize);
            let level = problem.add_var(if favoured.is_none() { 1.0 } else { 0.0 }, (0.0, favoured.map_or(f64::INFINITY, |(_, least)| least)));
            let rate: Vec<Variable> = closed
                .iter()
                .enumerate()
                .map(|(at, fixed)| {
                    problem.add_var(
                        if favoured.is_some_and(|(which, _)| which == at) { 1.0 } else { 0.0 },
                        fixed.map_or((0.0, f64::INFINITY), |rate| (rate, rate)),
                    )
                })
                .collect();
            for (rate, _) in rate.iter().zip(&closed).filter(|(_, fixed)| fixed.is_none()) {
                problem.add_constraint([(*rate, 1.0), (level, -1.0)], ComparisonOp::Ge, 0.0);
            }
            if let Some((_, least)) = favoured {
                problem.add_constraint([(level, 1.0)], ComparisonOp::Ge, least);
            }
            for (arc, (_, _, capacity)) in plain.arcs.iter().enumerate() {
                let crossing: Vec<(Variable, f64)> = flows.iter().zip(&rate).filter_map(|(flow, rate)| Some((*rate, *flow.get(&arc)?))).collect();
                if !crossing.is_empty() {
                    problem.add_constraint(crossing, ComparisonOp::Le, *capacity);
                }
            }
            optimum(&problem)
        };
        let level = solve(None);
        // A hair less, so that what is rounded is no contradiction.
        let held: Vec<usize> =
            (0..flows.len()).filter(|at| closed[*at].is_none() && solve(Some((*at, level * (1.0 - 1e-9)))) <= level * (1.0 + 1e-6)).collect();
        assert!(!held.is_empty(), "somebody is held at every level");
        for at in held {
            closed[at] = Some(level * (1.0 - 1e-12));
        }
    }
    closed.into_iter().map(Option::unwrap).collect()
}

#[test]
fn a_hundred_fabrics_agree_with_a_linear_program() {
    let (mut fabrics, mut seed) = (0, 1_000_000);
    while fabrics < PROGRAMS {
        seed += 1;
        let mut dice = Dice(seed);
        let plain = fabric(&mut dice);
        let flows: Vec<(usize, usize)> = plain.flows(&mut dice, 8).into_iter().filter(|(from, to)| from != to && plain.shares(*from, *to).is_some()).collect();
        if flows.len() < 2 {
            continue;
        }
        fabrics += 1;
        let shares: Vec<BTreeMap<usize, f64>> = flows.iter().map(|(from, to)| plain.shares(*from, *to).unwrap()).collect();
        for (flow, (found, program)) in flows.iter().zip(plain.asked(&flows).into_iter().zip(programmed(&plain, &shares))) {
            let found = found.unwrap();
            assert!((found - program).abs() <= 1e-6 * program.max(1.0), "fabric {seed}, flow {flow:?}: {found} is not {program}");
        }
    }
}

/// The rate that every ordered pair of hosts can have at once over any routes at all: one commodity for each destination, conserved
/// everywhere; what does not forward takes in only what is its own. `None` where some pair has no route.
fn best_all_to_all(plain: &Plain) -> Option<f64> {
    let mut problem = Problem::new(OptimizationDirection::Maximize);
    let rate = problem.add_var(1.0, (0.0, f64::INFINITY));
    let mut loads: Vec<Vec<(Variable, f64)>> = vec![Vec::new(); plain.arcs.len()];
    for to in &plain.hosts {
        let hops = plain.hops(*to);
        let mut balance: Vec<Vec<(Variable, f64)>> = vec![Vec::new(); plain.names.len()];
        for (arc, (start, end, _)) in plain.arcs.iter().enumerate() {
            if (end == to || plain.forwards[*end]) && start != to {
                let amount = problem.add_var(0.0, (0.0, f64::INFINITY));
                loads[arc].push((amount, 1.0));
                balance[*start].push((amount, 1.0));
                balance[*end].push((amount, -1.0));
            }
        }
        for (at, mut terms) in balance.into_iter().enumerate().filter(|(at, _)| at != to) {
            if plain.hosts.contains(&at) {
                hops[at]?;
                terms.push((rate, -1.0));
            }
            if !terms.is_empty() {
                problem.add_constraint(terms, ComparisonOp::Eq, 0.0);
            }
        }
    }
    for (load, (_, _, capacity)) in loads.into_iter().zip(&plain.arcs) {
        if !load.is_empty() {
            problem.add_constraint(load, ComparisonOp::Le, *capacity);
        }
    }
    Some(optimum(&problem))
}

#[test]
fn no_even_all_to_all_beats_the_best_routes_and_these_no_bound() {
    let catalog = Catalog::builtin();
    let (mut fabrics, mut reached, mut bounds, mut seed) = (0, 0, 0, 2_000_000);
    while fabrics < PROGRAMS {
        seed += 1;
        let plain = fabric(&mut Dice(seed));
        let Some(best) = best_all_to_all(&plain) else { continue };
        fabrics += 1;
        let context = Context::new(&plain.design, &catalog);
        let (even, _) = all_to_all(&context.topology).unwrap();
        assert!(even.0 <= best * (1.0 + 1e-7), "fabric {seed}: {} by even splits, {best} by any routes", even.0);
        for estimate in traffic::answer(&context, &Traffic::AllToAll.into()).unwrap().estimates {
            let bound = estimate.value().filter(|_| estimate.key().ends_with("-volumetric") || estimate.key().ends_with("-cut"));
            assert!(bound.is_none_or(|bound| bound >= best * (1.0 - 1e-7)), "fabric {seed}: {} is {bound:?}, {best} by any routes", estimate.key());
            bounds += usize::from(bound.is_some());
        }
        reached += usize::from(even.0 >= best * (1.0 - 1e-7));
    }
    assert_eq!(bounds, 2 * PROGRAMS as usize, "each fabric has a bound by volume and one by the least cut");
    assert!(reached > 10 && reached < 100, "{reached} of {PROGRAMS} reach the bound: neither all nor none may");
}

/// Demands between any two vertices, to oneself included, some of them to few destinations.
fn any_demands(dice: &mut Dice, vertices: usize, count: usize) -> Vec<Result<Demand<'static>, Trouble>> {
    let few = 1 + dice.roll(4);
    let any = |dice: &mut Dice| {
        let (from, to) = (dice.roll(vertices) as u32, dice.roll(if dice.0.is_multiple_of(3) { few.min(vertices) } else { vertices }) as u32);
        if from == to { Err(Trouble::SameEnd) } else { Ok(Demand { from, to, path: None }) }
    };
    (0..count).map(|_| any(dice)).collect()
}

#[test]
fn a_flow_keeps_the_same_path_alone_and_among_many() {
    let catalog = Catalog::builtin();
    let mut dice = Dice(7_000_000);
    let mut designs: Vec<Design> = (0..400).map(|_| fabric(&mut dice).design).collect();
    for without in [0, 1, 9, 40] {
        let mut tree = fat_tree(6);
        for _ in 0..without {
            let ids: Vec<_> = tree.links.ids().collect();
            tree.links.set(ids[dice.roll(ids.len())], None);
        }
        designs.push(in_fabric(tree.clone(), &[("paths", "up-down")]));
        designs.push(tree);
    }
    designs.push(leaf_spine(5, 3, 4));
    designs.push(drawn("torus", &[("x", "4"), ("y", "4"), ("z", "3"), ("xpu", "generic")], &[("paths", "dimension-order")]));
    designs.push(drawn("dragonfly", &[("hosts", "2"), ("switches", "4"), ("global", "2")], &[("paths", "minimal")]));
    designs.push(drawn("rail-optimised", &[("servers", "4")], &[]));
    let (mut compared, mut apart, mut modes) = (0, 0, 0);
    for (number, design) in designs.iter().enumerate() {
        let context = Context::new(design, &catalog);
        let topology = &context.topology;
        let routing = context.routing.clone().with_equal(Routing::Hash);
        modes = modes.max(routing.turns.modes());
        let demands = any_demands(&mut dice, topology.vertices().len(), 60);
        let mut together = route(topology, &demands, &routing);
        for (place, demand) in demands.iter().enumerate().filter(|(_, demand)| demand.is_ok()) {
            let mut lonely = vec![Err(Trouble::SameEnd); demands.len()];
            lonely[place] = *demand;
            let mut alone = route(topology, &lonely, &routing).swap_remove(place);
            for shares in [&mut together[place], &mut alone].into_iter().flatten() {
                shares.sort_by_key(|(arc, _)| *arc);
            }
            assert_eq!(together[place], alone, "design {number}, {demand:?}");
            match alone {
                Ok(_) => compared += 1,
                Err(_) => apart += 1,
            }
        }
    }
    assert!(compared > 10_000 && apart > 500 && modes > 1, "{compared} paths, {apart} flows without one and {modes} modes are too few to mean anything");
}

/// What is on every arc when every host that is left sends 1 to each other, by whole paths; and how many pairs have no route.
fn by_whole_paths(plain: &Plain, ends: &[usize]) -> (Vec<f64>, u64) {
    let (mut load, mut apart) = (vec![0.0; plain.arcs.len()], 0);
    for from in ends {
        for to in ends.iter().filter(|to| *to != from) {
            match plain.shares(*from, *to) {
                Some(shares) => shares.iter().for_each(|(arc, share)| load[*arc] += share),
                None => apart += 1,
            }
        }
    }
    (load, apart)
}

#[test]
fn all_to_all_by_symmetries_is_that_of_every_pair_also_when_something_fails() {
    let catalog = Catalog::builtin();
    let (mut rates, mut parted, mut cuts) = (0, 0, 0);
    for seed in 3_000_000..3_001_500 {
        let mut dice = Dice(seed);
        let plain = fabric(&mut dice);
        let topology = Topology::compile(&plain.design, &catalog);
        let edges = topology.edges().len();
        let cut = match dice.roll(3) {
            1 if edges > 0 => Cut { edge: dice.roll(edges) as u32, ..Cut::NONE },
            2 => {
                let vertex = dice.roll(topology.vertices().len()) as u32;
                Cut { vertices: vertex..vertex + 1, ..Cut::NONE }
            }
            _ => Cut::NONE,
        };
        let dead = |vertex: u32| cut.vertices.contains(&vertex);
        let labels = Labels::of(
            &topology,
            |vertex| u64::from(dead(vertex)) * 7,
            |edge| if edge == cut.edge { 1 } else { topology.edges()[edge as usize].gbps.to_bits() },
        );
        let found = orbits(&topology, &Rows::of(&topology), &labels);
        let routing = InForce::default();
        let mut spread = Spread::new(&topology, &routing);
        // Twice: nothing may be left of the first time.
        spread.all_to_all(&Cut::NONE, &orbits(&topology, &Rows::of(&topology), &Labels::of(&topology, |_| 0, u64::from)));
        let outcome = spread.all_to_all(&cut, &found);

        let mut left = plain;
        let whole = std::mem::take(&mut left.arcs);
        let stays = |at: usize, (a, b, _): &(usize, usize, f64)| at as u32 / 2 != cut.edge && !dead(*a as u32) && !dead(*b as u32);
        left.arcs = whole.into_iter().enumerate().filter(|(at, arc)| stays(*at, arc)).map(|(_, arc)| arc).collect();
        let ends: Vec<usize> = left.hosts.iter().copied().filter(|host| !dead(*host as u32)).collect();
        let (load, apart) = by_whole_paths(&left, &ends);
        let slow = load.iter().zip(&left.arcs).filter(|(load, _)| **load > 1e-12).map(|(load, (.., capacity))| capacity / load).min_by(f64::total_cmp);
        assert_eq!(outcome.apart, apart, "fabric {seed}, {cut:?}");
        match (outcome.rate, slow) {
            (Some(fast), Some(slow)) => assert!((fast - slow).abs() <= 1e-9 * slow, "fabric {seed}, {cut:?}: {fast} is not {slow}"),
            (fast, slow) => assert_eq!(fast, slow, "fabric {seed}, {cut:?}"),
        }
        rates += usize::from(slow.is_some());
        parted += usize::from(apart > 0);
        cuts += usize::from(cut != Cut::NONE);
        if cut == Cut::NONE {
            let rails = [left.hosts.iter().map(|host| *host as u32).collect()];
            let (even, none) = spread.even(&rails, &found);
            assert_eq!(none, apart, "fabric {seed}");
            assert!(even.iter().zip(&load).all(|(even, load)| (even - load).abs() <= 1e-9 * load.max(1.0)), "fabric {seed}: {even:?} is not {load:?}");
        }
    }
    assert!(rates > 1000 && parted > 300 && cuts > 500, "{rates} rates, {parted} fabrics in parts and {cuts} failures are too few to mean anything");
}
