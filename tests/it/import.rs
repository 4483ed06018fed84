//! Imports: what foreign descriptions become, what is mended and told, and what is refused.

use std::fs;
use std::path::{Path, PathBuf};

use weft::catalog::Catalog;
use weft::io::import::{ImportError, Imported, Options, Source, import};
use weft::io::{load, save};
use weft::model::{LinkLayer, NodeId, PortRef};

/// Imports a text; the design must hold together, and survive being saved.
fn check(text: &str, options: &Options) -> Result<Imported, ImportError> {
    let imported = import(text, &Source::Auto, options, &Catalog::builtin())?;
    assert_eq!(imported.design.structural_faults(), Vec::<String>::new());
    let loaded = load(&save(&imported.design)).unwrap();
    assert_eq!((&loaded.design, loaded.repairs), (&imported.design, vec![]));
    Ok(imported)
}

fn fixture(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/imports").join(name)).unwrap()
}

/// What is drawn, in a form that reads well in a snapshot.
fn shown(imported: &Imported) -> String {
    let design = &imported.design;
    let mut text: Vec<String> = imported.told.iter().map(|told| format!("# {told}")).collect();
    for (id, node) in design.nodes.iter() {
        let ports = node.generic.as_ref().and_then(|generic| generic.ports).map_or(String::new(), |ports| format!(" {ports} ports"));
        text.push(format!("{id} {} “{}”{ports}{}", node.part, node.name, node.transit.map_or(String::new(), |transit| format!(" transit {transit}"))));
    }
    for (id, link) in design.links.iter() {
        let [a, b] = link.ends;
        text.push(format!("{id} {a} -- {b}{}", link.gbps.map_or(String::new(), |rate| format!(" {rate}"))));
    }
    text.join("\n")
}

fn snapshot(name: &str, options: &Options) {
    let text = shown(&check(&fixture(name), options).unwrap());
    let snapshot = format!("import_{}{}", name.split('.').next().unwrap(), if options.separate_adapters { "_separate" } else { "" });
    insta::with_settings!({snapshot_path => "../snapshots"}, { insta::assert_snapshot!(snapshot, text) });
}

#[test]
fn a_switch_has_no_host_inside_and_adapters_find_their_host() {
    snapshot("quantum.ibnetdiscover", &Options::default());
    snapshot("quantum.ibnetdiscover", &Options { separate_adapters: true });
}

#[test]
fn everything_that_goes_wrong_in_a_dump_is_mended_and_told() {
    snapshot("messy.ibnetdiscover", &Options::default());
}

#[test]
fn a_known_model_becomes_its_part_only_where_ports_agree() {
    snapshot("ndr.ibnetdiscover", &Options::default());
}

#[test]
fn simulated_nets_are_read_too() {
    snapshot("simulated.net", &Options::default());
}

#[test]
fn a_graph_keeps_names_order_and_transit() {
    snapshot("ring.graph.json", &Options::default());
}

#[test]
fn a_design_is_called_like_its_file_unless_it_says_its_name() {
    for (file, name) in
        [("dumps/pod 3.old.topo", "pod 3.old"), (r"C:\dumps\cluster.ibnetdiscover", "cluster"), ("cluster", "cluster"), ("https://a.example/x/net.topo", "net")]
    {
        let mut imported = check(&fixture("simulated.net"), &Options::default()).unwrap();
        imported.name_after(file);
        assert_eq!(imported.design.meta.name, name, "{file}");
    }
    let mut graph = check(&fixture("ring.graph.json"), &Options::default()).unwrap();
    let own = graph.design.meta.name.clone();
    graph.name_after("other.json");
    assert_eq!((own.is_empty(), &graph.design.meta.name), (false, &own));
}

#[test]
fn an_imported_fabric_is_one_infiniband_network() {
    let imported = check(&fixture("quantum.ibnetdiscover"), &Options::default()).unwrap();
    let design = &imported.design;
    let (id, fabric) = design.fabrics.iter().next().unwrap();
    assert_eq!((design.fabrics.len(), fabric.protocol.as_deref()), (1, Some("ib-hdr")));
    assert!(design.links.iter().all(|(_, link)| link.fabric == Some(id)));
    assert!(design.nodes.iter().filter_map(|(_, node)| node.generic.as_ref()).all(|generic| generic.layer == Some(LinkLayer::InfiniBand)));

    let catalog = Catalog::builtin();
    for (id, link) in design.links.iter() {
        assert!(link.ends.iter().all(|end| catalog.port(design, *end).is_some()), "{id} ends on ports that are there");
    }
}

#[test]
fn what_cannot_be_imported_says_where_and_what_to_do() {
    let refusal = |text: &str| check(text, &Options::default()).unwrap_err().to_string();
    let said = [
        "",
        "hello\nworld",
        "Switch 36 \"S-1",
        "Switch many \"S-1\"",
        "# only a head\n\nCa\t1 \"H-1\"\t\t# \"dgx-01 HCA-1\"\n",
        "Switch 8 \"a\"\n[1] \"b\"[",
        "{}",
        "[]",
        "{\"format\":\"weft-design\",\"version\":1}",
        "{\"nodes\":[{\"id\":\"a\"},{\"id\":\"a\"}],\"links\":[]}",
        "{\"nodes\":[{\"id\":\"a\"}],\n\"links\":[{\"a\":\"a\"}]}",
        "{\"nodes\":[{\"id\":\"a\"}],\n\"links\":[{\"a\":\"a\",\"b\":NaN}]}",
        "{\"nodes\":[{\"id\":",
    ]
    .map(|text| format!("{text:?}\n    {}", refusal(text)));
    insta::with_settings!({snapshot_path => "../snapshots"}, { insta::assert_snapshot!("import_refused", said.join("\n")) });
}

#[test]
fn cutting_or_garbling_a_dump_never_panics() {
    for name in ["quantum.ibnetdiscover", "messy.ibnetdiscover", "simulated.net", "ring.graph.json"] {
        let text = fixture(name);
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            let _ = import(&text[..end], &Source::Auto, &Options::default(), &Catalog::default());
        }
        for (from, to) in [("\"", ""), ("[", "[-"), ("1", "99999999"), ("[1]", "[65535]"), ("\n", " "), ("Switch", "Ca"), ("[1]", "[0]")] {
            let _ = import(&text.replace(from, to), &Source::Auto, &Options::default(), &Catalog::default());
        }
    }
}

/// The folder with real inputs, where somebody put it beside the project.
pub fn shared(folder: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(|parent| parent.join("shared"));
    let found = std::env::var_os("WEFT_SHARED").map(PathBuf::from).or(beside).map(|shared| shared.join(folder)).filter(|path| path.is_dir());
    if found.is_none() {
        eprintln!("{folder} is not there: its files are not tested");
    }
    found
}

#[test]
fn real_dumps_import() {
    let Some(folder) = shared("real-inputs") else { return };
    let read = |path: &str| fs::read_to_string(folder.join(path)).unwrap();

    let cluster = check(&read("ltaulell+HPC_toolset/infiniband/X5.topofile"), &Options::default()).unwrap();
    eprintln!("{}", cluster.told.join("\n"));
    let switches = cluster.design.nodes.iter().filter(|(_, node)| node.part.as_str() == "generic-switch").count();
    assert_eq!((switches, cluster.design.nodes.len()), (11, 11 + 89));
    assert_eq!(cluster.design.links.len(), 159);
    let names: std::collections::BTreeSet<&str> = cluster.design.nodes.iter().map(|(_, node)| node.name.as_str()).collect();
    assert_eq!(names.len(), 100, "every node can be told from every other");
    let rates: Vec<f64> = cluster.design.links.iter().filter_map(|(_, link)| link.gbps).map(|rate| rate.0).collect();
    assert_eq!((rates.iter().filter(|rate| **rate == 16.0).count(), rates.iter().filter(|rate| **rate == 32.0).count()), (23, 136));
    assert!(names.contains("Voltaire 4036 # hoibp0013"));
    // Counted from the dump by hand: 11 switches of 36 ports and 89 adapters, 318 ends of links; 1,646 ordered pairs on one leaf, 6,186 over a spine; 24 hosts of
    // 32 Gb/s below 12 uplinks (a leaf without a host hangs above two spines and is no way up); one of 16 Gb/s that all others send to.
    let report = weft::engine::service::evaluate(&cluster.design, &Catalog::builtin());
    let value = |key: &str| report.estimates.iter().find(|estimate| estimate.key() == key).and_then(|estimate| estimate.value());
    assert_eq!((value("hops-max"), value("hops-mean")), (Some(4.0), Some((2.0 * 1646.0 + 4.0 * 6186.0) / 7832.0)));
    assert_eq!((value("oversubscription"), value("endpoints"), value("ports-used")), (Some(2.0), Some(89.0), Some(318.0)));
    let catalog = Catalog::builtin();
    let context = weft::engine::context::Context::new(&cluster.design, &catalog);
    let all = weft::engine::estimate::traffic::estimates(&context, weft::engine::estimate::traffic::Traffic::AllToAll);
    let slowest = all.iter().find(|estimate| estimate.key() == "traffic-all-to-all-slowest").and_then(|estimate| estimate.value()).unwrap();
    assert!((slowest - 16.0 / 88.0).abs() < 1e-12, "{slowest}");

    for (net, nodes, links) in [("net", 4, 4), ("net.1", 3, 2), ("net.2sw2path4hca2port", 4, 6)] {
        let imported = check(&read(&format!("linux-rdma+ibsim/net-examples/{net}")), &Options::default()).unwrap();
        assert_eq!((imported.design.nodes.len(), imported.design.links.len()), (nodes, links), "{net}");
        assert!(imported.told.iter().any(|told| told.contains("no rate")), "{:?}", imported.told);
    }

    let bad = check(&read("NVIDIA+topograph/tests/output/ibnetdiscover/example-bad.out"), &Options::default()).unwrap_err();
    assert_eq!(
        bad.to_string(),
        "line 10: the dump ends after the head of “dgx-gb200-n01-c1 HCA-1” and lists no cable at all; run ibnetdiscover again and keep its whole output"
    );
}

#[test]
fn oracle_graphs_keep_their_arcs() {
    let Some(folder) = shared("oracle-cases") else { return };
    for name in ["fat_tree_k4", "fat_tree_k8", "leaf_spine_2to1", "nvl72_plane"] {
        let text = fs::read_to_string(folder.join(format!("{name}.topology.json"))).unwrap();
        let graph: serde_json::Value = serde_json::from_str(&text).unwrap();
        let imported = check(&text, &Options::default()).unwrap();
        let design = &imported.design;
        assert_eq!(imported.told.len(), 1, "{:?}", imported.told);

        let links = graph["links"].as_array().unwrap();
        assert_eq!(design.links.len(), links.len());
        for ((_, link), asked) in design.links.iter().zip(links) {
            let name = |end: PortRef| design.nodes.get(end.node).unwrap().name.clone();
            assert_eq!(link.ends.map(name), [asked["a"].as_str().unwrap(), asked["b"].as_str().unwrap()]);
            assert_eq!((link.gbps.map(|rate| rate.0), link.latency.map(|time| time.0)), (asked["gbps"].as_f64(), asked["latency_ns"].as_f64()));
        }
        let catalog = Catalog::builtin();
        for (place, asked) in graph["nodes"].as_array().unwrap().iter().enumerate() {
            let node = design.nodes.get(NodeId(place as u32 + 1)).unwrap();
            assert_eq!((node.name.as_str(), catalog.forwards(design, node)), (asked["id"].as_str().unwrap(), asked["transit"].as_bool().unwrap()));
        }
    }
}
