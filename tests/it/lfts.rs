//! Forwarding tables of running fabrics: what dumps become, what is mended and refused, and that everything goes by them.

use std::fmt::Write;

use proptest::prelude::*;

use weft::catalog::Catalog;
use weft::engine::context::Context;
use weft::engine::deadlock::{Verdict, judge};
use weft::engine::estimate::flows::{Demand, Trouble, route};
use weft::engine::estimate::pair;
use weft::engine::latency;
use weft::engine::routing::graph::Graph;
use weft::engine::service::evaluate;
use weft::io::export::lfts;
use weft::io::import::{ImportError, Options, Source, TakenTables, import, read_tables};
use weft::io::{load, patch_from_text, patch_to_text, save};
use weft::model::{Design, FabricId, LinkId};
use weft::units::Bytes;

use crate::graphs::{fat_tree, leaf_spine};
use crate::ibdmchk::net;
use crate::routing::{in_fabric, state};

const TABLES: (&str, &str) = ("routing", "tables");

/// Takes a dump into a design: the patch fits, survives as text, is undone by its inverse, and the design is saved and opened again as it is.
fn check(text: &str, design: &Design) -> Result<(Design, TakenTables), ImportError> {
    let taken = read_tables(text, "fabric.lfts", design, &Catalog::builtin())?;
    let patch = taken.patch(design);
    assert_eq!(patch_from_text(&patch_to_text(&patch)).unwrap(), patch);
    let mut routed = design.clone();
    patch.apply(&mut routed).unwrap();
    let saved = save(&routed);
    let loaded = load(&saved).unwrap();
    assert_eq!((&loaded.design, loaded.repairs), (&routed, vec![]));
    assert_eq!(save(&loaded.design), saved);
    let mut back = routed.clone();
    patch.inverse().apply(&mut back).unwrap();
    assert_eq!(&back, design);
    Ok((routed, taken))
}

fn fabric_of(design: &Design) -> FabricId {
    design.fabrics.ids().next().unwrap()
}

/// A report as lines, whatever the routing is called; of the finding about deadlock, whose words and fixes name the tables, that it is there and its circle.
fn report(design: &Design) -> Vec<String> {
    let words = Context::new(design, &Catalog::builtin()).routing.words().to_owned();
    assert!(words.contains("forwarding tables"), "{words}");
    let mut report: serde_json::Value = serde_json::from_str(&evaluate(design, &Catalog::builtin()).to_json()).unwrap();
    for finding in report["diagnostics"].as_array_mut().unwrap().iter_mut().filter(|finding| finding["code"] == "routing-may-deadlock") {
        finding.as_object_mut().unwrap().retain(|key, _| !["message", "fixes"].contains(&key.as_str()));
    }
    serde_json::to_string_pretty(&report).unwrap().replace(&words, "THE ROUTING").lines().map(str::to_owned).collect()
}

/// Lines that differ, each with the other.
fn differ(one: &[String], other: &[String]) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = one.iter().zip(other).filter(|(a, b)| a != b).map(|(a, b)| (a.clone(), b.clone())).take(5).collect();
    pairs.extend((one.len() != other.len()).then(|| (format!("{} lines", one.len()), format!("{} lines", other.len()))));
    pairs
}

fn verdict(design: &Design) -> Verdict {
    let catalog = Catalog::builtin();
    let context = Context::new(design, &catalog);
    let fabric = fabric_of(design);
    let graph = Graph::of(design, &context.topology, &context.tiers, fabric);
    judge(&graph, design.fabrics.get(fabric).unwrap(), context.routing.of_fabric(fabric).unwrap(), u64::MAX, &mut |_| {})
}

/// A design that is routed by tables as a subnet manager fills them.
fn in_tables(design: &Design) -> Design {
    let mut design = design.clone();
    let fabric = fabric_of(&design);
    state(&mut design, fabric, &[TABLES]);
    design
}

/// A design with the tables that Weft fills, taken for imported ones.
pub fn returned(design: &Design) -> Design {
    let design = in_tables(design);
    let text = lfts(&design, &Catalog::builtin(), None).unwrap();
    let (routed, taken) = check(&text, &design).unwrap();
    assert_eq!(taken.told.len(), 1, "{:?}", taken.told);
    assert_eq!(lfts(&routed, &Catalog::builtin(), None).unwrap(), text, "what was read is written as it was");
    routed
}

/// Exports a design's tables and takes them in again: nothing changes but the name of the routing.
fn returns(design: &Design) {
    let (routed, design) = (returned(design), in_tables(design));
    assert_eq!(differ(&report(&routed), &report(&design)), []);
    assert_eq!(verdict(&routed), verdict(&design));
}

#[test]
fn tables_that_leave_and_return_change_nothing() {
    for design in [in_fabric(fat_tree(4), &[]), in_fabric(leaf_spine(5, 3, 2), &[]), in_fabric(fat_tree(4), &[("paths", "up-down")])] {
        returns(&design);
    }
    returns(&crate::routing::drawn("torus", &[("x", "4"), ("y", "4"), ("xpu", "generic")], &[]));
    returns(&crate::routing::drawn("rail-optimised", &[("servers", "4")], &[]));
}

#[test]
fn tables_of_real_fabrics_leave_and_return() {
    let design = fabric();
    returns(&design);
    let lids: Vec<u16> = returned(&design).fabrics.iter().next().unwrap().1.tables.as_ref().unwrap().lids.iter().map(|address| address.first).collect();
    assert_eq!(lids, [1, 2, 3, 4, 8, 10, 12, 14], "addresses are those that the dump of the fabric said");
    let Some(folder) = crate::import::shared("real-inputs") else { return };
    let dump = std::fs::read_to_string(folder.join("ltaulell+HPC_toolset/infiniband/X5.topofile")).unwrap();
    let design = import(&dump, &Source::Auto, &Options::default(), &Catalog::builtin()).unwrap().design;
    returns(&design);
    // Addresses that were given anew since: what the dump of the tables says counts.
    let text = lfts(&in_tables(&design), &Catalog::builtin(), None).unwrap();
    let mut moved = String::new();
    for line in text.lines() {
        let lid = line.split(' ').next().and_then(|lid| lid.strip_prefix("0x")).and_then(|lid| u16::from_str_radix(lid, 16).ok());
        match lid.zip(line.split_once(' ')) {
            Some((lid, (_, rest))) => writeln!(moved, "0x{:04x} {rest}", lid + 1000).unwrap(),
            None => writeln!(moved, "{}", line.replace(" Lid ", " DR path slid ")).unwrap(),
        }
    }
    let routed = check(&moved, &design).unwrap().0;
    assert_eq!(codes(&routed), [""; 0]);
    assert_eq!(differ(&report(&routed), &report(&in_tables(&design))), []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn tables_of_irregular_nets_leave_and_return(seed in 0u64..1_000_000) {
        returns(&net(seed));
    }
}

/// Two leaves and two spines, two hosts on each leaf; as ibnetdiscover prints it.
const FABRIC: &str = include_str!("../corpus/tables/square.ibnetdiscover");

fn fabric() -> Design {
    import(FABRIC, &Source::Auto, &Options::default(), &Catalog::builtin()).unwrap().design
}

fn dump() -> &'static str {
    include_str!("../corpus/tables/square.lfts")
}

fn codes(design: &Design) -> Vec<String> {
    let mut codes: Vec<String> = evaluate(design, &Catalog::builtin()).diagnostics.iter().map(|finding| finding.code.to_string()).collect();
    codes.retain(|code| code.starts_with("table"));
    codes.sort();
    codes
}

/// The way of a pair as names of nodes, or why there is none.
fn way(design: &Design, from: &str, to: &str) -> Result<Vec<String>, Trouble> {
    let catalog = Catalog::builtin();
    let context = Context::new(design, &catalog);
    let names = weft::engine::estimate::flows::Names::of(&context);
    let (from, to) = (names.vertex(&context, from).unwrap(), names.vertex(&context, to).unwrap());
    route(&context.topology, &[Ok(Demand { from, to, path: None })], &context.routing).pop().unwrap()?;
    let arcs = pair::only_path(&context, from, to).unwrap();
    Ok(arcs.iter().map(|arc| crate::routing::name(design, &context.topology, context.topology.arc_ends(*arc).unwrap()[1])).collect())
}

#[test]
fn a_real_fabric_goes_by_its_tables() {
    let (design, taken) = check(dump(), &fabric()).unwrap();
    let text: Vec<String> =
        taken.told.iter().cloned().chain(taken.tables.lids.iter().map(ToString::to_string)).chain(taken.tables.rows.iter().map(ToString::to_string)).collect();
    insta::with_settings!({snapshot_path => "../snapshots"}, { insta::assert_snapshot!("import_tables", text.join("\n")) });
    assert_eq!(way(&design, "node-1", "node-4").unwrap(), ["leaf-1", "spine-1", "leaf-2", "node-4"], "flows go to the first address");
    let words = Context::new(&design, &Catalog::builtin()).routing.words().to_owned();
    assert_eq!(words, "forwarding tables as imported (4 switches, from fabric.lfts)");
    assert_eq!((codes(&design), verdict(&design)), (vec![], Verdict::Free));
    // The other leaf's entry for node-4 leads over the other spine, and back the same way.
    let detour = dump().replace("0x000e 003", "0x000e 004");
    assert_eq!(way(&check(&detour, &fabric()).unwrap().0, "node-1", "node-4").unwrap(), ["leaf-1", "spine-2", "leaf-2", "node-4"]);
}

#[test]
fn all_three_forms_say_the_same() {
    let wanted = check(dump(), &fabric()).unwrap().1.tables;
    let opensm =
        dump().replace("[0x0-0xf]", "[0-15]").replace(" : (", " # ").replace(")\n0", "\n0").replace("path #2 out of 2: portguid", "Channel Adapter portguid");
    let opensm: String = opensm
        .lines()
        .filter(|line| !line.starts_with(' '))
        .map(|line| if line.ends_with(" valid lids dumped ") { "15 lids dumped\n".to_owned() } else { format!("{}\n", line.trim_end_matches(')')) })
        .collect();
    let opensm = opensm.replace("(leaf-1:", "('leaf-1'):").replace("(leaf-2:", "('leaf-2'):");
    assert_eq!(check(&opensm, &fabric()).unwrap().1.tables, wanted);
    // Neither names nor addresses of others stand in the form of ibdiagnet: those are the design's.
    let mut fdbs = String::new();
    for line in dump().lines() {
        if let Some((_, rest)) = line.split_once(" guid ") {
            let guid = rest.split(' ').next().unwrap();
            writeln!(fdbs, "osm_ucast_mgr_dump_ucast_routes: Switch {guid}\nLID    : Port : Hops : Optimal").unwrap();
        } else if line.starts_with("0x") {
            let mut words = line.split(' ');
            writeln!(fdbs, "{} : {}  : 00   : yes", words.next().unwrap().to_uppercase().replace("0X", "0x"), words.next().unwrap()).unwrap();
        } else if line.ends_with("dumped ") {
            fdbs.push_str("0x0010 : UNREACHABLE\n\nPLFT_NUM: 1\n0x0008 : 036  : 00   : yes\n");
        }
    }
    let taken = check(&fdbs, &fabric()).unwrap().1;
    assert_eq!(taken.tables, wanted);
    assert_eq!(taken.told.last().unwrap(), "4 lines of multicast tables or of further tables of a switch passed over");
}

#[test]
fn the_verdict_takes_every_address_of_a_port() {
    // By their first addresses a ring is free, routed up/down; by their second it is not.
    let ring = crate::ibdmchk::ring(5);
    let text = |paths: &str| lfts(&in_fabric(ring.clone(), &[TABLES, ("paths", paths)]), &Catalog::builtin(), Some("f2")).unwrap();
    let (first, second) = (text("up-down"), text("shortest"));
    let mut both = String::new();
    for (one, other) in first.lines().zip(second.lines()) {
        let (Some((lid, rest)), Some((_, worse))) = (one.split_once(' '), other.split_once(' ')) else { continue };
        match lid.strip_prefix("0x").and_then(|lid| u16::from_str_radix(lid, 16).ok()) {
            Some(lid) => writeln!(both, "0x{:04x} {rest}\n0x{:04x} {worse}", 2 * lid, 2 * lid + 1).unwrap(),
            None => writeln!(both, "{}", one.replace(" Lid ", " DR path slid ")).unwrap(),
        }
    }
    let design = in_fabric(ring.clone(), &[]);
    let routed = check(&both, &design).unwrap().0;
    let tables = routed.fabrics.iter().find_map(|(_, fabric)| fabric.tables.clone()).unwrap();
    assert!(tables.lids.iter().filter(|address| address.port.is_some()).all(|address| address.last == address.first + 1));
    let judged = |design: &Design| {
        let catalog = Catalog::builtin();
        let context = Context::new(design, &catalog);
        let id = design.fabrics.iter().find(|(_, fabric)| fabric.tables.is_some()).unwrap().0;
        let graph = Graph::of(design, &context.topology, &context.tiers, id);
        judge(&graph, design.fabrics.get(id).unwrap(), context.routing.of_fabric(id).unwrap(), u64::MAX, &mut |_| {})
    };
    assert!(matches!(judged(&routed), Verdict::Circle(_)));
    assert_eq!(judged(&check(&first, &design).unwrap().0), Verdict::Free);

    // Latency over all pairs takes both as well: the slowest of either is the slowest, the quickest of either the quickest.
    let pairs = |design: &Design| {
        let catalog = Catalog::builtin();
        let found = latency::all_pairs(&Context::new(design, &catalog), Bytes(4096.0), u64::MAX, &mut |_| {});
        assert_eq!((found.by_tables, found.apart), (Some(true), 0));
        [found.tally.slowest(), found.tally.quickest()].map(|pair| pair.unwrap().value)
    };
    let [one, other] = [first, second].map(|text| pairs(&check(&text, &design).unwrap().0));
    assert!(one[0] > other[0], "up/down takes the long way round: {one:?} {other:?}");
    assert_eq!(pairs(&routed), [one[0].max(other[0]), one[1].min(other[1])]);
}

#[test]
fn tables_of_other_links_say_so_until_the_links_are_back() {
    let (design, _) = check(dump(), &fabric()).unwrap();
    let whole = report(&design);
    let cut = design.links.iter().find(|(_, link)| link.ends.iter().any(|end| design.nodes.get(end.node).unwrap().name == "spine-1")).unwrap().0;
    let mut changed = design.clone();
    changed.links.set(cut, None);
    assert_eq!(codes(&changed), ["table-port-uncabled", "tables-outdated"]);
    assert_eq!(way(&changed, "node-1", "node-3"), Err(Trouble::NoEntry));
    let told: Vec<String> = evaluate(&changed, &Catalog::builtin())
        .diagnostics
        .iter()
        .filter(|finding| finding.code.starts_with("table"))
        .map(|finding| finding.message.clone())
        .collect();
    insta::with_settings!({snapshot_path => "../snapshots"}, { insta::assert_snapshot!("tables_outdated", told.join("\n")) });
    let catalog = Catalog::builtin();
    let names = Context::new(&changed, &catalog);
    let vertex = |name: &str| weft::engine::estimate::flows::Names::of(&names).vertex(&names, name).unwrap();
    let pair = pair::between(&names, vertex("node-1"), vertex("node-3"));
    assert!(pair.iter().all(|estimate| estimate.value().is_none()), "nothing leads there, so there is no number");
    // A failure is no change of the drawing: the subnet manager fills the tables anew.
    let off = [weft::model::Outage::of(weft::model::Subject::Link(cut)).unwrap()];
    let left = weft::engine::failures::degrade::degraded(&design, &Catalog::builtin(), &off).design;
    assert_eq!((codes(&left), way(&left, "node-1", "node-3").unwrap().len()), (vec![], 4));
    assert_eq!(weft::engine::failures::degrade::degraded(&design, &Catalog::builtin(), &[]).design, design);
    changed.links.set(cut, design.links.shared(cut).cloned());
    assert_eq!(differ(&report(&changed), &whole), []);
}

#[test]
fn what_leads_nowhere_or_around_is_found() {
    let found = |from: &str, to: &str| codes(&check(&dump().replacen(from, to, 1), &fabric()).unwrap().0);
    assert_eq!(found("0x000e 003", "# 0x000e 003"), ["table-entry-missing"]);
    assert_eq!(found("0x000e 003", "0x000e 255"), ["table-entry-missing"]);
    assert_eq!(found("0x000e 003", "0x000e 002"), ["table-entry-missing"], "another host");
    assert_eq!(found("0x000e 003", "0x000e 000"), ["table-entry-missing"], "the switch itself");
    assert_eq!(found("0x000e 003", "0x000e 036"), ["table-port-uncabled"]);
    // node-4's second address, from its own leaf up and down again.
    let (rest, own) = dump().split_at(dump().find("0x000f 002").unwrap());
    let design = check(&format!("{rest}{}", own.replacen("0x000f 002", "0x000f 004", 1)), &fabric()).unwrap().0;
    assert_eq!(codes(&design), ["table-loops"]);
    assert!(matches!(verdict(&design), Verdict::Circle(_)), "a loop is a circle of waiting");
    assert_eq!(way(&design, "node-1", "node-4").unwrap().len(), 4, "flows go to the first address");
}

#[test]
fn a_drawn_fabric_is_found_by_names() {
    let mut design = fabric();
    for id in design.nodes.ids().collect::<Vec<_>>() {
        let mut node = design.nodes.get(id).unwrap().clone();
        node.extra = weft::model::Extra::default();
        design.nodes.set(id, Some(node.into()));
    }
    let (routed, taken) = check(dump(), &design).unwrap();
    assert_eq!(taken.tables, check(dump(), &fabric()).unwrap().1.tables);
    assert!(taken.told.iter().any(|told| told.starts_with("4 ports were found by the name of the host")), "{:?}", taken.told);
    assert_eq!(codes(&routed), [""; 0]);
}

#[test]
fn what_is_wrong_with_a_dump_is_mended_and_told() {
    let messy = format!(
        "{}Unicast lids [0x0-0xf] of switch Lid 9 guid 0x00000000000000ff (elsewhere):\n0x0008 001\n1 valid lids dumped\n\
         Unicast lids [0x0-0xf] of switch Lid 4 guid 0xb8599f0300bb0002 (spine-2):\n0x0008 001\n0x0008 002\n0xC001 001\n0x0009 256\n0x00aa 001\n0x000a -\nhello\n\
         Multicast mlids [0xc000-0xc3ff] of switch Lid 4 guid 0xb8599f0300bb0002 (spine-2):\n0xc000 x x\nUnicast lids [0x0-0xf] of switch Lid 3 guid 0xb8599f0300bb0001 (spine-1):\n0x0008 001\n",
        dump()
    );
    let told = check(&messy, &fabric()).unwrap().1.told;
    insta::with_settings!({snapshot_path => "../snapshots"}, { insta::assert_snapshot!("import_tables_messy", told.join("\n")) });
}

#[test]
fn what_cannot_be_taken_in_says_where_and_what_to_do() {
    let mut loose = fabric();
    for id in loose.links.ids().collect::<Vec<LinkId>>() {
        let mut link = loose.links.get(id).unwrap().clone();
        link.fabric = None;
        loose.links.set(id, Some(link.into()));
    }
    let refused = [
        ("", fabric()),
        ("hello\nworld", fabric()),
        ("Unicast lids [0x0-0xf] of switch Lid 4", fabric()),
        ("\nUnicast lids [0x0-0xf] of switch Lid 4 guid 0xzz (spine):", fabric()),
        ("# all\nUnicast lids [0x0-0xf] of switch Lid 4 guid 0x17 (spine):\n0x0001 001\n", fabric()),
        (dump(), Design::default()),
        (dump(), loose),
    ];
    let said = refused.map(|(text, design)| format!("{:?}\n    {}", text.chars().take(60).collect::<String>(), check(text, &design).unwrap_err()));
    let auto = import(dump(), &Source::Auto, &Options::default(), &Catalog::builtin()).unwrap_err();
    insta::with_settings!({snapshot_path => "../snapshots"}, { insta::assert_snapshot!("import_tables_refused", format!("{}\nby itself\n    {auto}", said.join("\n"))) });
}

#[test]
fn cutting_or_garbling_tables_never_panics() {
    let design = fabric();
    let read = |text: &str| {
        if let Ok(taken) = read_tables(text, "x", &design, &Catalog::builtin()) {
            let mut routed = design.clone();
            taken.patch(&design).apply(&mut routed).unwrap();
            evaluate(&routed, &Catalog::builtin());
        }
    };
    (0..dump().len()).step_by(37).for_each(|end| read(&dump()[..end]));
    for (from, to) in [
        ("0x", "0x0x"),
        (" 00", " -1"),
        ("1", "99999999"),
        ("\n", " "),
        (" guid", ""),
        ("003", "255"),
        ("0x00", "0xff"),
        (":", ""),
        ("'", ""),
        ("(", "é"),
        ("0x000", "0xbff"),
    ] {
        read(&dump().replace(from, to));
    }
    // Hundreds of thousands of lines for switches and addresses that nobody has, and again and again for one.
    let mut long = dump().to_owned();
    (0..150_000u32).for_each(|at| writeln!(long, "Unicast lids [0x0-0xf] of switch Lid 4 guid 0x{:x}00 (x):\n0xbfff 254", at % 50_000 + 7).unwrap());
    writeln!(long, "Unicast lids [0x0-0xf] of switch Lid 4 guid 0xb8599f0300bb0002 (spine-2):").unwrap();
    (0..300_000u32).for_each(|at| writeln!(long, "0x{:04x} {:03} : (Channel Adapter portguid 0x{at:x}: 'x')", at % 70_000, at % 300).unwrap());
    let taken = read_tables(&long, "long", &design, &Catalog::builtin()).unwrap();
    assert!(taken.tables.rows.len() < 300 && taken.told.len() > 4, "{:?}", taken.told);
    // A file that says that it has tables of everything.
    let rows: Vec<String> = (0..200).map(|_| "\"n1 1: 1x49151\"".to_owned()).collect();
    let hostile = save(&design).replacen(
        "\"fabrics\":[\n{",
        &format!("\"fabrics\":[\n{{\"routing\":\"tables\",\"tables\":{{\"lids\":[\"n1 1\",\"n1 1-9\",\"n77/1 3\",\"x\"],\"rows\":[{}]}},", rows.join(",")),
        1,
    );
    let loaded = load(&hostile).unwrap();
    assert_eq!(loaded.design.fabrics.iter().next().unwrap().1.tables.as_ref().map(|tables| (tables.rows.len(), tables.lids.len())), Some((1, 1)));
    assert_eq!(loaded.repairs, ["202 entries of imported forwarding tables are wrong, stand twice or are of nodes that do not exist; left out"]);
    evaluate(&loaded.design, &Catalog::builtin());
}
