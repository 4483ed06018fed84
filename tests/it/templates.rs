//! Templates: what they make is what they announce, is sound, and is the same every time.

use std::collections::BTreeSet;

use weft::catalog::{Catalog, fit};
use weft::engine::diagnostics::Severity;
use weft::engine::templates::{self, TemplateCounts};
use weft::model::{Design, PartKind};
use weft::units::SortedMap;

/// Parameters from `key=value` words.
pub fn parameters(text: &str) -> SortedMap<String, String> {
    text.split_whitespace().filter_map(|word| word.split_once('=')).map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

/// Parameters that ask for something a rule warns of: few or slow uplinks, racks filled beyond their power.
const MAY_WARN: &[&str] =
    &["spines=3", "spines=2", "endpoint=dgx", "endpoint=hgx", "endpoint=amd", "per-rack=3", "switch=nvidia", "single-switch", "endpoints=72"];

/// Generates twice and holds the design to what every template promises.
pub fn check(name: &str, text: &str) -> (Design, TemplateCounts) {
    let catalog = Catalog::builtin();
    let set = parameters(text);
    let design = templates::generate(name, &set, &catalog).unwrap_or_else(|error| panic!("{name} {text}: {error}"));
    assert_eq!(design, templates::generate(name, &set, &catalog).unwrap(), "{name} {text} is the same every time");
    assert_eq!(design.structural_faults(), Vec::<String>::new(), "{name} {text}");

    let mut names = BTreeSet::new();
    for label in design.nodes.iter().map(|(_, node)| &node.name).chain(design.racks.iter().map(|(_, rack)| &rack.name)) {
        assert!(!label.is_empty() && names.insert(label), "{name} {text}: “{label}” twice");
    }
    let mut ports = BTreeSet::new();
    for (id, link) in design.links.iter() {
        for end in link.ends {
            assert!(ports.insert(end), "{name} {text}: {end} carries {id} and another link");
        }
        assert!(link.fabric.is_some(), "{name} {text}: {id} belongs to a fabric");
    }
    crate::layout::assert_no_overlaps(&design, &catalog, &format!("{name} {text}"));
    if design.record_count() < 5000 {
        let findings = weft::engine::service::evaluate(&design, &catalog).diagnostics;
        let bad: Vec<_> = findings.iter().filter(|finding| finding.severity != Severity::Info).map(|finding| (&finding.code, &finding.message)).collect();
        assert!(bad.is_empty() || MAY_WARN.iter().any(|words| text.contains(words)), "{name} {text}: {bad:?}");
    }
    let counts = templates::counts(name, &set, &catalog).unwrap();
    assert_eq!(counts, counted(&design, &catalog), "{name} {text}: announced and drawn");
    (design, counts)
}

/// What a design holds, counted record by record.
fn counted(design: &Design, catalog: &Catalog) -> TemplateCounts {
    let mut counts = TemplateCounts { links: design.links.len() as u64, racks: design.racks.len() as u64, ..TemplateCounts::default() };
    for (id, node) in design.nodes.iter() {
        let part = catalog.part(design, &node.part).unwrap_or_else(|| panic!("{id}: no part {}", node.part));
        counts.xpus += part.xpu_count() as u64;
        counts.systems += u64::from(part.kind == PartKind::System);
        counts.switches += u64::from(part.kind == PartKind::Switch);
    }
    counts
}

/// The sentence a template refuses with.
pub fn refusal(name: &str, text: &str) -> String {
    let (set, catalog) = (parameters(text), Catalog::builtin());
    let error = templates::generate(name, &set, &catalog).expect_err("it must refuse");
    assert_eq!(Some(&error), templates::counts(name, &set, &catalog).err().as_ref(), "counts and generate refuse alike");
    error.to_string()
}

#[test]
fn a_fat_tree_has_the_sizes_of_the_textbook() {
    for k in [4u64, 6, 8, 16] {
        let (design, counts) = check("fat-tree", &format!("k={k}"));
        assert_eq!(counts, TemplateCounts { xpus: 0, systems: k * k * k / 4, switches: 5 * k * k / 4, links: 3 * k * k * k / 4, racks: 0 });
        assert_eq!(design.groups.len() as u64, k + k / 2, "a group for each pod and each block of core switches");
        for (id, node) in design.nodes.iter().filter(|(_, node)| node.part.as_str() == "generic-switch") {
            let used = design.links.iter().flat_map(|(_, link)| link.ends).filter(|end| end.node == id).count() as u64;
            assert_eq!(used, k, "{} uses all its ports", node.name);
        }
    }
    assert_eq!(check("fat-tree", "k=4 endpoint=xpu").1.xpus, 16);
}

#[test]
fn leaves_and_spines_are_joined_as_asked() {
    let (design, counts) = check("leaf-spine", "leaves=6 spines=3 hosts-per-leaf=8 links=2 host-gbps=200 uplink-gbps=800");
    assert_eq!(counts, TemplateCounts { xpus: 0, systems: 48, switches: 9, links: 48 + 36, racks: 0 });
    let rates: BTreeSet<u64> = design.links.iter().filter_map(|(_, link)| link.gbps).map(|rate| rate.0 as u64).collect();
    assert_eq!(rates, BTreeSet::from([200, 800]), "two rates are stated on the links");
    let (design, _) = check("leaf-spine", "leaves=2 spines=2 hosts-per-leaf=2 links=1");
    assert!(design.links.iter().all(|(_, link)| link.gbps.is_none()), "one rate is stated by the ports");
}

#[test]
fn leaves_and_spines_of_the_catalogue_use_real_ports_and_cables() {
    let catalog = Catalog::builtin();
    for (text, systems, links) in [
        ("switch=nvidia-qm9700 endpoint=dgx-h100 hosts-per-leaf=4 links=8", 16u64, 128 + 128u64),
        ("switch=nvidia-sn5600 endpoint=hgx-h100-8 hosts-per-leaf=4", 16, 128 + 64),
        ("switch=nvidia-sn5600", 64, 64 + 64),
        ("switch=nvidia-q3400-ra endpoint=dgx-b300 hosts-per-leaf=4", 16, 128 + 64),
        ("endpoint=dgx-h100 hosts-per-leaf=2", 8, 64 + 64),
    ] {
        let (design, counts) = check("leaf-spine", text);
        assert_eq!((counts.systems, counts.links), (systems, links), "{text}");
        for (id, link) in design.links.iter() {
            assert!(link.ends.iter().all(|end| catalog.port(&design, *end).is_some()), "{text}: {id} ends on ports that exist");
            let cable = link.part.as_ref().and_then(|part| catalog.part(&design, part)).unwrap_or_else(|| panic!("{text}: {id} has no cable"));
            assert_eq!(fit::cable_fits(&catalog, &design, link.ends, cable, link.length), Ok(()), "{text}: {id} {}", cable.id);
        }
    }
    assert!(refusal("leaf-spine", "switch=nvidia-qm9700 endpoint=amd-mi355x-8").contains("choose one of"));
    assert!(
        refusal("leaf-spine", "switch=nvidia-qm9700 endpoint=dgx-b300").starts_with("nvidia-qm9700 has ports of 400 Gb/s and none of 800 Gb/s for its hosts")
    );
    assert!(refusal("leaf-spine", "switch=nvidia-qm9700 hosts-per-leaf=60").starts_with("each leaf would need 76 ports; nvidia-qm9700 has 64"));
}

#[test]
fn one_stage_has_a_link_per_endpoint_and_plane() {
    let (_, counts) = check("single-switch", "endpoints=72 planes=18 gbps=400 endpoint=xpu layer=any");
    assert_eq!(counts, TemplateCounts { xpus: 72, systems: 0, switches: 18, links: 1296, racks: 0 });
}

/// The shapes of NVIDIA's SuperPOD reference architecture: units, then leaves, spines and core switches.
#[test]
fn rail_units_come_out_like_the_reference_architecture() {
    for (units, leaves, spines, cores) in [(1u64, 8u64, 4u64, 0u64), (2, 16, 8, 0), (4, 32, 16, 0), (8, 64, 32, 0), (16, 128, 128, 64), (64, 512, 512, 256)] {
        let set = parameters(&format!("servers={}", units * 32));
        let counts = templates::counts("rail-optimised", &set, &Catalog::builtin()).unwrap();
        let tiers = if cores == 0 { 1 } else { 2 };
        let expected =
            TemplateCounts { xpus: units * 256, systems: units * 32, switches: leaves + spines + cores, links: units * 256 * (1 + tiers), racks: counts.racks };
        assert_eq!(counts, expected, "{units} units");
    }
    let (design, counts) = check("rail-optimised", "servers=32");
    assert_eq!((counts.racks, design.groups.len()), (8, 2), "eight racks of servers, a unit and the spines");
    assert_eq!(check("rail-optimised", "servers=32 switches=racked").1.racks, 10, "one rack of leaves and one of spines more");
    for text in ["servers=2", "servers=6", "servers=33", "servers=70", "servers=256", "servers=300", "servers=300 switches=racked", "servers=40 per-rack=3"] {
        check("rail-optimised", text);
    }
}

#[test]
fn links_that_share_a_cage_share_its_module_in_the_largest_hall() {
    let catalog = Catalog::builtin();
    let design = templates::generate("rail-optimised", &parameters("servers=8192"), &catalog).unwrap();
    let mut modules = std::collections::BTreeMap::new();
    let (mut shared, mut parts) = (0, BTreeSet::new());
    for (_, link) in design.links.iter() {
        parts.insert(link.part.as_ref());
        for end in link.ends.iter().filter(|end| end.port.child > 0) {
            if let Some(other) = modules.insert((end.node, end.port.cage), link.part.as_ref()) {
                assert_eq!(other, link.part.as_ref(), "cage {} of {}", end.port.cage, design.node_name(end.node));
                shared += 1;
            }
        }
    }
    assert_eq!(shared, 196_608, "every cage is shared by two links");
    assert!(parts.len() > 2, "a hall of that size needs several reaches: {parts:?}");
}

#[test]
fn nic_i_of_every_server_hangs_on_leaf_i_of_its_unit() {
    let (design, _) = check("rail-optimised", "servers=64");
    let catalog = Catalog::builtin();
    let mut seen = 0;
    for (id, link) in design.links.iter() {
        let [server, leaf] = link.ends.map(|end| design.nodes.get(end.node).unwrap());
        if server.part.as_str() != "dgx-h100" {
            continue;
        }
        let inside = catalog.port(&design, link.ends[0]).unwrap().inside.unwrap();
        let nic = &catalog.part(&design, &server.part).unwrap().inside().unwrap().vertices[usize::from(inside)].name;
        let number: u32 = server.name.strip_prefix("dgx-").unwrap().parse().unwrap();
        let unit = (number - 1) / 32 + 1;
        assert_eq!(leaf.name, format!("su-{unit}-leaf-{}", nic.strip_prefix("nic").unwrap()), "{id}");
        assert!(link.length.is_some());
        seen += 1;
    }
    assert_eq!(seen, 512);
}

/// Which of its tray's adapters a port is of.
fn adapter(design: &Design, port: weft::model::PortRef) -> Option<usize> {
    let catalog = Catalog::builtin();
    let inside = usize::from(catalog.port(design, port)?.inside?);
    let vertices = &catalog.part(design, &design.nodes.get(port.node)?.part)?.inside()?.vertices;
    let is_adapter = |at: &usize| vertices.get(*at).is_some_and(|vertex| vertex.kind == weft::model::InsideKind::Nic);
    is_adapter(&inside).then(|| (0..inside).filter(is_adapter).count())
}

#[test]
fn an_nvlink_rack_has_one_link_from_every_xpu_to_every_chip() {
    let catalog = Catalog::builtin();
    for (text, links) in [
        ("generation=gb200 scale-out=none", 1296u64),
        ("generation=gb300 scale-out=none", 1296),
        ("generation=vera-rubin scale-out=none", 2592),
        ("fusion-trays=8 scale-out=none", 1296),
    ] {
        let (design, counts) = check("nvl72", text);
        assert_eq!(counts, TemplateCounts { xpus: 72, systems: 18, switches: 9, links, racks: 1 });
        let mut pairs: SortedMap<(String, String), u64> = SortedMap::new();
        for (_, link) in design.links.iter() {
            let [tray, switch] = link.ends.map(|end| design.nodes.get(end.node).unwrap());
            let xpu = catalog.port(&design, link.ends[0]).unwrap().inside.unwrap();
            // Each chip of a switch tray has 72 ports in a row.
            let chip = (link.ends[1].port.cage - 1) / 72;
            *pairs.entry((format!("{}/{xpu}", tray.name), format!("{}/{chip}", switch.name))).or_default() += 1;
        }
        assert_eq!(pairs.len() as u64, links, "{text}: every XPU meets every chip");
        assert!(pairs.values().all(|count| *count == 1), "{text}: once");
    }
    // Adapter i of every tray on leaf i; Fusion trays bring none.
    for (text, leaves, links) in [("", 4u64, 72u64), ("generation=gb300", 4, 72), ("generation=vera-rubin", 8, 144), ("fusion-trays=8", 4, 40)] {
        let (design, counts) = check("nvl72", text);
        let copper = if text.contains("rubin") { 2592 } else { 1296 };
        assert_eq!(counts, TemplateCounts { xpus: 72, systems: 18, switches: 9 + leaves, links: copper + links, racks: 1 });
        for (id, link) in design.links.iter() {
            let Some(rail) = design.nodes.get(link.ends[1].node).unwrap().name.strip_prefix("leaf-") else { continue };
            assert_eq!(adapter(&design, link.ends[0]), Some(rail.parse::<usize>().unwrap() - 1), "{text}: {id}");
        }
    }
    // Three racks share a leaf of 64 ports for each rail; more have leaves of their own below spines, as many links up as down.
    for (text, leaves, spines, up) in [("racks=3", 4u64, 0u64, 0u64), ("racks=8", 32, 9, 576), ("generation=gb300 racks=10", 12, 6, 864)] {
        let (design, counts) = check("nvl72", text);
        let racks = counts.racks;
        assert_eq!((counts.xpus, counts.switches, counts.links), (72 * racks, 9 * racks + leaves + spines, 1368 * racks + up), "{text}");
        let name = |node| design.nodes.get(node).unwrap().name.as_str();
        let mut met: SortedMap<(&str, &str), u64> = SortedMap::new();
        for (_, link) in design.links.iter() {
            let [from, to] = link.ends.map(|end| name(end.node));
            if to.starts_with("spine") {
                *met.entry((from, to)).or_default() += 1;
            } else if let Some(rail) = to.rsplit_once("leaf-").map(|(_, rail)| rail.parse::<usize>().unwrap()) {
                assert_eq!(adapter(&design, link.ends[0]), Some(rail - 1), "{text}: {from} to {to}");
            } else {
                assert_eq!(from.split_once('-').unwrap().0, to.split_once('-').unwrap().0, "NVLink stays in its rack");
            }
        }
        assert_eq!(met.len() as u64, leaves * spines, "{text}: every leaf meets every spine");
        assert!(met.values().all(|links| *links * leaves * spines == up), "{text}: with equally many links");
    }
    // Half of the racks against half: the scale-out network alone is uniform, and no NVLink crosses.
    let report = weft::engine::service::evaluate(&check("nvl72", "racks=8").0, &catalog);
    let (bisection, exact) = (report.estimate("bisection").unwrap(), 576.0 / 2.0 * 400.0);
    assert_eq!((bisection.value(), bisection.range()), (Some(exact), Some((exact, exact))), "{:?}", bisection.assumptions());
    assert!(refusal("nvl72", "racks=17").starts_with("racks cannot be 17: two tiers of QM9700 / QM9790 join at most 16"));
    assert!(refusal("nvl72", "generation=vera-rubin fusion-trays=2").starts_with("fusion-trays cannot be 2 with generation vera-rubin: "));
}

/// Every word a template lets one choose makes a design.
#[test]
fn every_choice_works() {
    for template in templates::all() {
        for parameter in template.parameters {
            for choice in parameter.choices {
                check(template.name, &format!("{}={choice}", parameter.key));
            }
        }
    }
}

#[test]
fn every_template_makes_its_default() {
    for template in templates::all() {
        check(template.name, "");
    }
}

#[test]
fn hostile_parameters_get_a_sentence() {
    assert_eq!(refusal("fat-tree", "k=7"), "k cannot be “7”: it must be even, since half the ports of a switch go down and half go up");
    assert_eq!(refusal("fat-tree", "k=66"), "k cannot be “66”: it must lie between 4 and 64");
    assert_eq!(refusal("fat-tree", "k=1e300"), "k cannot be “1e300”: it must lie between 4 and 64");
    assert_eq!(refusal("fat-tree", "k=-8"), "k cannot be “-8”: it must lie between 4 and 64");
    assert_eq!(refusal("fat-tree", "k=4.5"), "k cannot be “4.5”: it must be a whole number");
    assert_eq!(refusal("fat-tree", "k=NaN"), "k cannot be “NaN”: it must be a number from 4 to 64");
    assert!(refusal("fat-tree", "pods=7").starts_with("fat-tree has no parameter “pods”; it has k, gbps"));
    assert!(refusal("fat-tree", "layer=carrier-pigeon").ends_with("choose one of ethernet, infiniband, any"));
    assert!(refusal("moebius", "").starts_with("there is no template “moebius”; there are "));
    for template in templates::all() {
        for parameter in template.parameters {
            for value in ["", "x", "-1", "1e999", "99999999999999999999", "\u{202e}", "inf"] {
                let set = SortedMap::from([(parameter.key.to_owned(), value.to_owned())]);
                assert!(templates::generate(template.name, &set, &Catalog::builtin()).is_err(), "{} {}={value}", template.name, parameter.key);
            }
        }
    }
}

#[test]
fn the_largest_values_together_end_quickly() {
    let catalog = Catalog::builtin();
    for template in templates::all() {
        for limit in [|p: &templates::Parameter| p.max, |p: &templates::Parameter| p.min] {
            let set = template.parameters.iter().filter_map(|p| Some((p.key.to_owned(), limit(p)?.to_string()))).collect();
            match templates::counts(template.name, &set, &catalog) {
                Ok(_) => {
                    assert!(templates::generate(template.name, &set, &catalog).is_ok_and(|design| (design.record_count() as u64) < templates::RECORD_LIMIT))
                }
                Err(error) => assert!(!error.to_string().is_empty()),
            }
        }
    }
}

/// The designs that come with the project are what the templates make today, and nothing is wrong with them.
#[test]
fn the_examples_are_what_the_templates_make() {
    for (file, name, text) in [
        ("rail-pilot-48-xpu", "rail-optimised", "servers=6 per-rack=2"),
        ("leaf-spine", "leaf-spine", "leaves=4 spines=4 hosts-per-leaf=8 links=2"),
        ("nvl72", "nvl72", ""),
    ] {
        let path = format!("{}/examples/{file}.json", env!("CARGO_MANIFEST_DIR"));
        let (design, _) = check(name, text);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), weft::io::save(&design), "{path}: make it again with weft generate {name}");
    }
}
