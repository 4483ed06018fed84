//! Traffic: what patterns get, that no bound is exceeded, that loads are those of an obvious enumeration, tables, and answers as text.

use weft::catalog::Catalog;
use weft::engine::ask::{self, OFF};
use weft::engine::context::Context;
use weft::engine::estimate::evaluate as evaluate_formula;
use weft::engine::estimate::flows::{Demand, route};
use weft::engine::estimate::traffic::{self, Answer, Question, Row, Traffic};
use weft::engine::templates;
use weft::io::matrix::read_matrix;
use weft::model::{Design, Element, LinkId, NodeId, Subject};
use weft::units::SortedMap;

use crate::graphs::{fat_tree, leaf_spine, plane};

fn template(name: &str, set: &[(&str, &str)]) -> Design {
    let set = set.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    templates::generate(name, &set, &Catalog::builtin()).unwrap()
}

/// Fabrics small enough for an enumeration, one of them with a link missing.
fn designs() -> Vec<(&'static str, Design)> {
    let mut hurt = fat_tree(4);
    let named = |design: &Design, id: LinkId| design.links.get(id).unwrap().ends.map(|end| design.nodes.get(end.node).unwrap().name.clone());
    let inner = hurt.links.ids().find(|id| named(&hurt, *id).iter().all(|name| name.starts_with("p0e0") || name.starts_with("p0a0"))).unwrap();
    hurt.links.set(inner, None);
    vec![
        ("k = 4", fat_tree(4)),
        ("k = 4 without a link", hurt),
        ("two tiers of 2 : 1", leaf_spine(4, 2, 4)),
        ("a plane", plane(8, 2)),
        ("rails", template("rail-optimised", &[])),
        ("NVL72", template("nvl72", &[])),
    ]
}

fn question(traffic: Traffic, design: &Design) -> Question {
    let mut ends = design.nodes.ids().filter(|id| !design.nodes.get(*id).unwrap().part.to_string().is_empty());
    let element = |node: NodeId| Some(Element { node, inside: None });
    let (first, last) = (ends.next().unwrap(), ends.next_back().unwrap());
    let rows = vec![Row { from: first.to_string(), to: last.to_string(), gbps: Some(10.0) }];
    match traffic {
        Traffic::OnePair => Question { from: element(first), to: element(last), ..traffic.into() },
        Traffic::Matrix => Question { rows, ..traffic.into() },
        other => other.into(),
    }
}

fn asked<T>(design: &Design, question: &Question, look: impl FnOnce(&Context, Answer) -> T) -> T {
    let catalog = Catalog::builtin();
    let context = Context::new(design, &catalog);
    let answer = traffic::answer(&context, question).unwrap();
    look(&context, answer)
}

fn value(answer: &Answer, ending: &str) -> f64 {
    answer.estimates.iter().find(|estimate| estimate.key().ends_with(ending)).and_then(|estimate| estimate.value()).unwrap_or_else(|| panic!("{ending}"))
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}

#[test]
fn nothing_exceeds_a_bound_or_a_link() {
    for (name, design) in designs() {
        for (word, pattern) in Traffic::WORDS {
            asked(&design, &question(pattern, &design), |context, answer| {
                if answer.flows == 0 {
                    assert_eq!(word, "rail-aligned", "{name}: in one domain nobody has a rail to another");
                    return;
                }
                for estimate in &answer.estimates {
                    assert_eq!(evaluate_formula(estimate.formula(), estimate.inputs()), Ok(estimate.value()), "{name}, {}", estimate.key());
                    assert!(!estimate.sources().is_empty() && !estimate.assumptions().is_empty(), "{name}, {}", estimate.key());
                    assert!(estimate.value().is_some_and(f64::is_finite), "{name}, {}", estimate.key());
                }
                let reached = value(&answer, "-reached");
                assert!(reached > 0.0 && reached <= 100.0 + 1e-6, "{name}, {word}: {reached} % of what is possible");
                for (edge, load) in context.topology.edges().iter().zip(answer.loads.arcs.chunks(2)) {
                    assert!(load.iter().all(|load| (0.0..=edge.gbps * (1.0 + 1e-9)).contains(load)), "{name}, {word}: {load:?} on {}", edge.gbps);
                }
                assert!(word == "matrix" || !answer.bottlenecks.is_empty(), "{name}, {word}: something holds it back");
            });
        }
    }
}

#[test]
fn patterns_reach_their_closed_forms() {
    // k = 4: 16 hosts of 400 Gb/s without blocking. One of the eight of a plane of two switches hangs on both by 400.
    let hosts = |pattern| asked(&fat_tree(4), &question(pattern, &fat_tree(4)), |_, answer| (value(&answer, "-slowest"), value(&answer, "-total")));
    assert_eq!(hosts(Traffic::Ring), (400.0, 6400.0));
    assert_eq!(hosts(Traffic::Permutation), (400.0, 6400.0));
    assert_eq!(hosts(Traffic::HalfShift), (400.0, 6400.0));
    // Of what each of 15 sends a tenth goes to the hot spot on top of its even part: 0.1 + 0.9 / 15 of it, 2.4 from all.
    let (slowest, total) = hosts(Traffic::HotSpot);
    assert!(close(slowest, 400.0 / 2.4 * 0.9 / 15.0 / 0.9 * 0.9), "{slowest}");
    assert!(close(total, 400.0 / 2.4 * (15.0 + 0.9)), "{total}");
    // Eight systems of eight rails: seven others on each rail, nothing crosses the spine.
    let rails = template("rail-optimised", &[]);
    asked(&rails, &Traffic::RailAligned.into(), |_, answer| {
        assert!(close(value(&answer, "-endpoint"), 400.0), "{}", value(&answer, "-endpoint"));
        assert!(answer.flows > 0);
    });
    let plane = plane(72, 18);
    asked(&plane, &Traffic::AllToAll.into(), |_, answer| {
        assert!(close(value(&answer, "-cut"), 7200.0 / 71.0), "each endpoint's own links bind");
        assert!(close(value(&answer, "-reached"), 100.0));
    });
}

#[test]
fn a_flow_of_a_matrix_gets_no_more_than_it_wants() {
    let design = fat_tree(4);
    let ends: Vec<String> = Context::new(&design, &Catalog::builtin())
        .topology
        .endpoints()
        .iter()
        .take(3)
        .map(|vertex| {
            let catalog = Catalog::builtin();
            let context = Context::new(&design, &catalog);
            context.topology.element_of(&design, &catalog, *vertex).unwrap().to_string()
        })
        .collect();
    let row = |from: usize, to: usize, gbps: Option<f64>| Row { from: ends[from].clone(), to: ends[to].clone(), gbps };
    let rows = vec![row(0, 2, Some(100.0)), row(1, 2, Some(1000.0))];
    asked(&design, &Question { rows, ..Traffic::Matrix.into() }, |_, answer| {
        assert!(close(value(&answer, "-slowest"), 100.0) && close(value(&answer, "-total"), 400.0));
        // 1,100 want to go where 400 fit; the least share is 300 of 1,000.
        assert!(close(value(&answer, "-cut"), 400.0 / 1100.0) && close(value(&answer, "-reached"), 0.3 / (400.0 / 1100.0) * 100.0));
    });
    let catalog = Catalog::builtin();
    let context = Context::new(&design, &catalog);
    let unknown = Question { rows: vec![Row { from: "nobody".to_owned(), ..row(0, 1, None) }], ..Traffic::Matrix.into() };
    assert_eq!(traffic::answer(&context, &unknown).unwrap_err(), "Row 1: nobody names no single node of this design");
}

#[test]
fn loads_of_uniform_traffic_are_those_of_every_flow_alone() {
    for (name, design) in designs() {
        let catalog = Catalog::builtin();
        let context = Context::new(&design, &catalog);
        let answer = traffic::answer(&context, &Traffic::AllToAll.into()).unwrap();
        let rate = value(&answer, "-slowest");
        let mut loads = vec![0.0f64; context.topology.edges().len() * 2];
        for from in context.topology.endpoints() {
            for to in context.topology.endpoints().iter().filter(|to| *to != from) {
                let shares = route(&context.topology, &[Ok(Demand { from: *from, to: *to, path: None })], &context.routing).pop().unwrap().unwrap();
                shares.into_iter().for_each(|(arc, share)| loads[arc as usize] += share * rate);
            }
        }
        for (arc, (slow, fast)) in loads.iter().zip(&answer.loads.arcs).enumerate() {
            assert!((slow - fast).abs() <= 1e-6 * slow.max(1.0), "{name}, arc {arc}: {fast}, not {slow}");
        }
    }
}

#[test]
fn bad_rows_of_a_table_are_told_with_their_line() {
    for (text, sentence) in [
        ("", "The matrix is empty; write sender, receiver, rate in each line"),
        ("from,to,Gb/s\n", "The matrix names no flow"),
        ("a,b,100\na,,7", "Line 2: write sender, receiver, and a rate where there is one"),
        ("a;b;100\n\nb;a;much", "Line 3: “much” is no rate; write for example 100 or 100G"),
        ("a\tb\t-4", "Line 1: “-4” is no rate; write for example 100 or 100G"),
        (",a,b\na,0,1\n,2,3", "Line 3: the name of who sends is missing"),
        (",a\na,1,2", "Line 2: 3 cells, but the first line has 2"),
    ] {
        assert_eq!(read_matrix(text).unwrap_err(), sentence, "{text:?}");
    }
    let rows = read_matrix("\u{feff}\"pod 1, left\",b,1.6T\r\nb,c\r\n").unwrap();
    assert_eq!((rows[0].from.as_str(), rows[0].gbps, rows[1].gbps), ("pod 1, left", Some(1600.0), None));
}

#[test]
fn answers_come_through_as_text() {
    let (design, catalog) = (template("rail-optimised", &[]), Catalog::builtin());
    let say = |question: &str| ask::answer(question, &design, &catalog, &mut |_| {});
    let said = say("traffic all-to-all");
    let told = ask::told(&said.text).unwrap();
    let wires: usize = ask::insides(&design, &catalog).map(|(_, inside)| inside.edges.len()).sum();
    assert_eq!(said.numbers.len(), 2 * (design.links.len() + wires));
    // What leaves a system's adapter came over the wires to it.
    let context = Context::new(&design, &catalog);
    let (first, inside) = ask::insides(&design, &catalog).next().unwrap();
    let adapter = inside.vertices.iter().position(|thing| thing.name == "nic1").unwrap() as u16;
    let wire = inside.edges.iter().position(|wires| wires.b == adapter).unwrap();
    let link =
        context.topology.row(context.topology.vertices_of(first).start + u32::from(adapter)).iter().find_map(|hop| context.topology.link_of(hop.arc / 2));
    let place = design.links.ids().position(|id| Some(id) == link).unwrap();
    let [on_wire, on_link] = [design.links.len() + wire, place].map(|at| said.numbers[2 * at]);
    assert!(on_link > 0.0 && (on_wire - on_link).abs() < 1e-3, "{on_wire} {on_link}");
    assert!(told.full > 0 && !told.bottlenecks.is_empty() && told.routing.contains("split evenly"));
    assert!(told.estimates.iter().any(|estimate| estimate.key() == "traffic-all-to-all-cut"));
    // What is off carries nothing, and says so.
    let link = design.links.ids().next().unwrap();
    let off = say(&format!("traffic all-to-all\noff {link}"));
    assert_eq!(off.numbers[..2], [OFF, OFF]);
    let torn = say(&format!("traffic all-to-all\noff {first}/xpu1..nvswitch1"));
    let apart = torn.numbers.iter().filter(|number| **number == OFF).count();
    assert_eq!((torn.numbers.len(), apart), (said.numbers.len(), 2), "one wire of one system");
    assert!(off.numbers[2..].iter().all(|number| *number >= 0.0) && ask::told(&off.text).is_ok());
    assert!(ask::told(&say("traffic one-pair").text).is_err() && ask::told(&say("traffic rush-hour").text).is_err());

    let systems: Vec<NodeId> = design.nodes.iter().filter(|(_, node)| node.name.starts_with("dgx") || node.name.contains("sys")).map(|(id, _)| id).collect();
    let ends = if systems.len() > 1 {
        [systems[0], systems[systems.len() - 1]]
    } else {
        [design.nodes.ids().next().unwrap(), design.nodes.ids().next_back().unwrap()]
    };
    let said = say(&format!("pair {} {}\nsize 1048576", ends[0], ends[1]));
    let paths = ask::paths(&said.text).unwrap();
    assert!(paths.hops > 1 && paths.estimates.iter().any(|estimate| estimate.key() == "pair-latency"));
    let shares: SortedMap<u32, f32> = said.numbers.chunks_exact(2).map(|pair| (pair[0] as u32, pair[1])).collect();
    assert!(!shares.is_empty() && shares.values().all(|share| *share > 0.0 && *share <= 1.0), "{shares:?}");
    let small = ask::paths(&say(&format!("pair {} {}\nsize 1024", ends[0], ends[1])).text).unwrap();
    let latency = |paths: &ask::Paths| paths.estimates.iter().find(|estimate| estimate.key() == "pair-latency").unwrap().value().unwrap();
    assert!(latency(&small) < latency(&paths), "a larger message takes longer");
    assert!(ask::paths(&say("pair n1 n1").text).is_err() && Subject::parse("n1").is_some());

    let curve = ask::curve(&say("collective all-reduce\nsize 3000000").text).unwrap();
    assert_eq!((curve.points.len(), curve.points[0].size, curve.points[25].size), (26, 1024.0, 3_000_000.0));
    assert!(curve.points.windows(2).take(24).all(|pair| pair[0].time < pair[1].time * 1.01), "more takes longer");
    assert_eq!(ask::curve(&say("collective all-reduce").text).unwrap().points.len(), 25);
    assert!(say("nonsense").text.is_empty());
}
