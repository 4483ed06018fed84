//! Design files: what is read, what is written, what is repaired, what is refused.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use weft::io::{LoadError, Loaded, load, patch_from_text, patch_to_text, save};
use weft::model::{Design, Id, Link, Node, NodeId, PartId, Patch, PortRef, Rack, RackId};
use weft::units::Point;

pub fn corpus(folder: &str) -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(folder);
    let mut files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect();
    files.sort();
    assert!(!files.is_empty(), "{} must hold files", folder.display());
    files.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

/// Opens a design whose records are `body`; what comes back must hold together and save to bytes that read as itself.
fn check(body: &str) -> Result<Loaded, LoadError> {
    let loaded = load(&format!("{{\"format\":\"weft-design\",\"version\":1,\n{body}\n}}"))?;
    assert_eq!(loaded.design.structural_faults(), Vec::<String>::new());
    let text = save(&loaded.design);
    let again = load(&text).unwrap();
    assert_eq!(again.design, loaded.design, "{text}");
    assert_eq!(save(&again.design), text);
    Ok(loaded)
}

fn repairs(body: &str) -> Vec<String> {
    check(body).unwrap().repairs
}

fn refusal(body: &str) -> String {
    check(body).unwrap_err().to_string()
}

const TWO_NODES: &str = r#""nodes":[{"id":"n1","part":"generic-switch"},{"id":"n2","part":"generic-host"}]"#;

#[test]
fn every_version_ever_written_opens_and_saves_as_it_stood() {
    let files = corpus("versions");
    assert_eq!(files.len(), weft::io::migrate::STEPS.len(), "one file per version");
    for (path, text) in files {
        let loaded = load(&text).unwrap();
        assert_eq!(loaded.read_only, None);
        assert_eq!(loaded.repairs, ["1 requirement is of a kind this version does not know; kept but not checked"], "{}", path.display());
        assert_eq!(save(&loaded.design), text, "{}: every field, known or not, comes back where it stood", path.display());
    }
}

#[test]
fn an_empty_design_is_short() {
    let text = save(&Design::default());
    assert_eq!(text, concat!("{\n\"format\":\"weft-design\",\"version\":1,\"min_reader\":1,\"generator\":\"weft ", env!("CARGO_PKG_VERSION"), "\"\n}\n"));
    assert_eq!(load(&text).unwrap().design, Design::default());
}

#[test]
fn numbers_are_printed_without_noise() {
    let mut design = Design::default();
    let mut node = Node::new(PartId::new("generic-host"), "", Point::new(0.1 + 0.2, -0.0));
    node.generic = Some(Box::default());
    design.nodes.push(node);
    let text = save(&design);
    assert!(text.contains(r#"{"id":"n1","part":"generic-host","at":[0.30000000000000004,0],"generic":{}}"#), "{text}");
    assert!(!save(&load(&text.replace("0.30000000000000004", "400.0")).unwrap().design).contains("400.0"));
}

#[test]
fn a_design_that_cannot_be_is_still_saved_as_json() {
    let mut design = Design::default();
    let node = design.nodes.push(Node::new(PartId::new("generic-host"), "", Point::new(f64::NAN, f64::INFINITY)));
    let mut link = Link::between(PortRef::cage(node, 1), PortRef::cage(NodeId(9), 1));
    link.gbps = Some(weft::units::Gbps(f64::NAN));
    design.links.push(link);
    assert_eq!(load(&save(&design)).unwrap().repairs, ["1 link pointed to nothing; left out"]);
}

#[test]
fn references_to_nothing_are_repaired_and_told() {
    assert_eq!(
        repairs(&format!(r#"{TWO_NODES},"links":[{{"ends":["n1/1","n3/1"]}},{{"ends":["n4/1","n3/1"]}},{{"id":"l9","ends":["n1/1","n2/1"]}}]"#)),
        ["2 links pointed to nothing; left out"]
    );
    let loaded = check(r#""nodes":[{"id":"n1","part":"x","rack":"r9","u":3}],"links":[{"ends":["n1/1","n1/2"],"fabric":"f3"}]"#).unwrap();
    assert_eq!(
        loaded.repairs,
        ["1 record named a fabric that does not exist; it belongs to none now", "1 node stood in a rack that does not exist; it stands free now"]
    );
    assert_eq!(loaded.design.nodes.get(NodeId(1)).unwrap().rack, None);
    assert_eq!(repairs(r#""settings":{"pair":["n1","n2"]}"#), ["1 pair to be shown does not exist; the worst pair is shown instead"]);
}

#[test]
fn two_records_with_one_id_both_stay() {
    let loaded = check(r#""nodes":[{"id":"n1","part":"a"},{"id":"n1","part":"b"},{"part":"c"},{"id":"n7","part":"d"}]"#).unwrap();
    assert_eq!(loaded.repairs, ["1 record had an id that another record has; it got a new one"]);
    let parts: Vec<(u32, &str)> = loaded.design.nodes.iter().map(|(id, node)| (id.number(), node.part.as_str())).collect();
    assert_eq!(parts, [(1, "a"), (7, "d"), (8, "b"), (9, "c")]);
}

#[test]
fn groups_become_a_forest() {
    assert_eq!(
        repairs(&format!(r#"{TWO_NODES},"groups":[{{"id":"g1","members":["n1","n2","n1","n7"]}},{{"id":"g2","members":["n1"]}}]"#)),
        ["1 member of a group does not exist; left out", "2 things were members of two groups; they stay in the first"]
    );
    assert_eq!(repairs(r#""groups":[{"id":"g1","members":["g1"]}]"#), ["1 group contained itself; taken out of itself"]);
    let ring = r#""groups":[{"id":"g1","members":["g2"]},{"id":"g2","members":["g3"]},{"id":"g3","members":["g1"]},{"id":"g4","members":[]},{"id":"g5","members":["g4"]}]"#;
    assert_eq!(repairs(ring), ["1 group contained itself; taken out of itself"]);
}

#[test]
fn a_long_chain_of_groups_does_not_take_long() {
    let groups: Vec<String> = (1..20_000).map(|at| format!(r#"{{"id":"g{at}","members":["g{}"]}}"#, at % 19_999 + 1)).collect();
    let text = format!("{{\"format\":\"weft-design\",\"version\":1,\"groups\":[{}]}}", groups.join(","));
    assert_eq!(load(&text).unwrap().repairs, ["1 group contained itself; taken out of itself"]);
}

#[test]
fn numbers_beyond_belief_are_left_out_or_clamped() {
    assert_eq!(repairs(r#""nodes":[{"id":"n1","part":"x","at":[1e300,0]}]"#), ["1 thing was drawn absurdly far away; moved to the edge"]);
    let body = format!(r#"{TWO_NODES},"links":[{{"ends":["n1/1","n2/1"],"gbps":-4,"length_m":1e40,"latency_ns":-1}}],"fabrics":[{{"plane":1.5}}]"#);
    assert_eq!(repairs(&body), ["4 numbers were out of range; left out"]);
    assert_eq!(
        repairs(r#""nodes":[{"id":"n1","part":"x","u":0,"ports":{"0":{},"five":{}}}]"#),
        ["1 number was out of range; left out", "2 port settings named no port; left out"]
    );
}

#[test]
fn words_of_later_versions_are_kept_until_they_are_replaced() {
    let loaded = check(r#""fabrics":[{"id":"f1","intent":"hyper-x"}]"#).unwrap();
    assert_eq!(loaded.repairs, ["1 word is one this version does not know; kept but not used"]);
    assert!(save(&loaded.design).contains(r#"{"id":"f1","intent":"hyper-x"}"#));

    let mut design = loaded.design;
    let (id, mut fabric) = design.fabrics.iter().map(|(id, fabric)| (id, fabric.clone())).next().unwrap();
    fabric.intent = weft::model::FabricIntent::Torus;
    design.fabrics.set(id, Some(Arc::new(fabric)));
    assert!(save(&design).contains(r#"{"id":"f1","intent":"torus"}"#));
}

#[test]
fn what_cannot_be_read_says_where_and_what_to_do() {
    let mut said = String::new();
    for (path, text) in corpus("broken") {
        let error = load(&text).expect_err(&format!("{} must not open", path.display()));
        said += &format!("{}: {error}\n", path.file_name().unwrap().to_string_lossy());
    }
    insta::with_settings!({snapshot_path => "../snapshots"}, { insta::assert_snapshot!("io_broken", said) });
}

#[test]
fn mistakes_in_a_record_name_their_line() {
    assert_eq!(
        refusal(r#""nodes":[{"id":"n1","name":"no part"}]"#),
        "line 2, column 37: a node does not say what it is; give it a “part”, for example \"generic-switch\""
    );
    assert_eq!(
        refusal(r#""links":[{"ends":["n1","n2/1"]}]"#),
        "line 2, column 30: “n1” does not name a port; write for example n1/5 for cage 5 of node n1, or n1/5/2 for its second port"
    );
    assert_eq!(refusal(r#""nodes":[{"id":5}]"#), "line 2, column 16: found the number `5` where a text is needed; correct the value or leave the field out");
    assert_eq!(refusal(r#""nodes":[{"id":"n4294967295","part":"x"}]"#), "line 2, column 28: the id n4294967295 is too large; ids go up to n999999999");
    assert_eq!(
        refusal(r#""nodes":{}"#),
        "line 2, column 10: found an object where a list of which each item is a node is needed; correct the value or leave the field out"
    );
}

#[test]
fn mistakes_are_told_without_the_words_of_a_programming_language() {
    let said = |body: &str| refusal(body).split_once(": ").unwrap().1.split_once(';').unwrap().0.to_owned();
    assert_eq!(said(r#""nodes":[{"part":"x","at":["left",0]}]"#), "found the text \"left\" where a number is needed");
    assert_eq!(said(r#""nodes":[{"part":"x","at":"left"}]"#), "found the text \"left\" where a list of two is needed");
    assert_eq!(said(r#""nodes":[{"part":"x","transit":1}]"#), "found the number `1` where true or false is needed");
    assert_eq!(said(r#""links":null"#), "found nothing where a list of which each item is a link is needed");
    assert_eq!(said(r#""racks":[{"part":"x","tile":[1.5,2]}]"#), "found the number `1.5` where a whole number is needed");
    assert_eq!(
        load(r#"{"format":"weft-design","version":"1"}"#).unwrap_err().message,
        "found the text \"1\" where a whole number is needed; correct the value or leave the field out"
    );
}

#[test]
fn a_newer_file_opens_for_reading_or_says_what_it_needs() {
    let newer = |min_reader: u64| load(&format!("{{\"format\":\"weft-design\",\"version\":3,\"min_reader\":{min_reader},\"generator\":\"weft 9\",\"new\":1}}"));
    let loaded = newer(1).unwrap();
    assert_eq!(
        loaded.read_only.as_deref(),
        Some("This design has version 3 (written by weft 9), and this Weft writes version 1: it is open for reading only, so that nothing newer is lost")
    );
    assert_eq!(
        newer(2).unwrap_err().to_string(),
        "this design has version 3 (written by weft 9) and needs a Weft that reads version 2; this one reads up to 1, so update Weft"
    );
}

#[test]
fn cutting_a_file_anywhere_is_an_error_and_nothing_worse() {
    let text = corpus("versions").remove(0).1;
    for end in (0..text.trim_end().len()).filter(|end| text.is_char_boundary(*end)) {
        assert!(load(&text[..end]).is_err(), "cut at {end}");
    }
}

#[test]
fn a_good_corpus_opens_without_repairs() {
    for (path, text) in corpus("good") {
        let loaded = load(&text).unwrap();
        assert_eq!(loaded.repairs, Vec::<String>::new(), "{}", path.display());
        assert_eq!(load(&save(&loaded.design)).unwrap().design, loaded.design);
    }
}

#[test]
fn patches_come_back_from_their_text() {
    let text = corpus("versions").remove(0).1;
    let full = load(&text).unwrap().design;
    let grow = Patch::between(&Design::default(), &full);
    assert_eq!(patch_from_text(&patch_to_text(&grow)), Ok(grow.clone()));
    assert_eq!(patch_from_text(&patch_to_text(&grow.inverse())), Ok(grow.inverse()));

    let mut design = Design::default();
    patch_from_text(&patch_to_text(&grow)).unwrap().apply(&mut design).unwrap();
    assert_eq!(save(&design), text);

    for wrong in ["", "{}", "[]", r#"{"format":"weft-patch","version":2}"#, r#"{"format":"weft-patch","version":1,"changes":[["node","n1",null]]}"#] {
        assert!(patch_from_text(wrong).is_err(), "{wrong}");
    }
}

/// A three-tier fat tree of `k`-port switches with coordinates, as a page would hold it.
pub fn fat_tree(k: u32) -> Design {
    let half = k / 2;
    let mut design = Design::default();
    let switch = PartId::new("generic-switch");
    let host = PartId::new("generic-host");
    let place = |at: u32| Point::new(f64::from(at) * 24.0, f64::from(at % 7) * 180.5);
    let core: Vec<NodeId> = (0..half * half).map(|at| design.nodes.push(Node::new(switch.clone(), format!("core-{}", at + 1), place(at)))).collect();
    for pod in 0..k {
        let upper: Vec<NodeId> = (0..half).map(|at| design.nodes.push(Node::new(switch.clone(), format!("pod-{pod}-spine-{at}"), place(at)))).collect();
        let lower: Vec<NodeId> = (0..half).map(|at| design.nodes.push(Node::new(switch.clone(), format!("pod-{pod}-leaf-{at}"), place(at)))).collect();
        for (u, spine) in upper.iter().enumerate() {
            for c in 0..half {
                let ends = (PortRef::cage(*spine, half as u16 + c as u16 + 1), PortRef::cage(core[u * half as usize + c as usize], pod as u16 + 1));
                design.links.push(Link::between(ends.0, ends.1));
            }
            for (l, leaf) in lower.iter().enumerate() {
                design.links.push(Link::between(PortRef::cage(*leaf, half as u16 + u as u16 + 1), PortRef::cage(*spine, l as u16 + 1)));
            }
        }
        for (l, leaf) in lower.iter().enumerate() {
            for h in 0..half {
                let node = design.nodes.push(Node::new(host.clone(), format!("pod-{pod}-leaf-{l}-host-{h}"), place(h)));
                let mut link = Link::between(PortRef::cage(node, 1), PortRef::cage(*leaf, h as u16 + 1));
                link.gbps = Some(weft::units::Gbps(400.0));
                design.links.push(link);
            }
        }
    }
    design
}

#[test]
fn a_large_fabric_opens_quickly_and_stays_small() {
    let design = fat_tree(32);
    assert_eq!((design.nodes.len(), design.links.len()), (8192 + 1280, 24_576));
    let text = save(&design);
    assert!(text.len() < 3_500_000, "{} bytes", text.len());
    let started = std::time::Instant::now();
    let loaded = load(&text).unwrap();
    eprintln!("34,048 records, {} bytes, opened in {:?} (test build)", text.len(), started.elapsed());
    assert_eq!(loaded.design, design);
}

#[test]
fn a_rack_is_written_as_it_was() {
    let mut design = Design::default();
    let mut rack = Rack::new(PartId::new("generic-rack-48u"), "A\u{1}\n\"é", Point::new(1.0, 2.25));
    rack.tile = Some((-1, 2));
    design.racks.set(RackId(0), Some(Arc::new(rack)));
    assert_eq!(load(&save(&design)).unwrap().design, design);
}

#[test]
fn the_cable_schedule_says_both_ends_and_hides_no_formula() {
    use weft::catalog::Catalog;
    use weft::io::export::{bom_csv, cables_csv};

    let mut design = load(&corpus("versions").remove(0).1).unwrap().design;
    let mut node = design.nodes.get(NodeId(12)).unwrap().clone();
    node.name = "=cmd|' /C calc'!A0".to_owned();
    design.nodes.set(NodeId(12), Some(Arc::new(node)));
    let catalog = Catalog::builtin();
    let text = format!("{}\n{}", cables_csv(&design, &catalog), bom_csv(&design, &catalog));
    insta::with_settings!({snapshot_path => "../snapshots"}, { insta::assert_snapshot!("io_tables", text) });
    for cell in text.lines().flat_map(|line| line.split(',')) {
        assert!(!cell.trim_start_matches('"').starts_with(['=', '+', '-', '@']), "{cell}");
    }
}

#[test]
fn flows_are_read_and_answered_in_their_order() {
    use weft::catalog::Catalog;
    use weft::engine::context::Context;
    use weft::engine::estimate::flows::rates;
    use weft::io::flows::{read_flows, write_flows};
    use weft::model::Routing;

    let design = load(&corpus("good").into_iter().find(|(path, _)| path.ends_with("two-hosts.json")).unwrap().1).unwrap().design;
    let catalog = Catalog::builtin();
    let context = Context::new(&design, &catalog);
    let question = r#"{"flows": [
        {"src": "host-1", "dst": "host-2"}, {"src": "host-1", "dst": "n3", "path": [0, 3]}, {"src": "host-1", "dst": "host-2", "note": "passed over"},
        {"src": "host-2", "dst": "host-1"}, {"src": "nobody", "dst": "host-1"}, {"src": "host-1", "dst": "host-2", "path": [3, 0]}]}"#;
    let answer = write_flows(&rates(&context, &read_flows(question).unwrap(), Routing::Ecmp), &context.routing);
    insta::with_settings!({snapshot_path => "../snapshots"}, { insta::assert_snapshot!("io_flows", answer) });
    let json: serde_json::Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(json["flows"][0]["rate_gbps"], 133.333333);

    assert_eq!(
        read_flows(r#"{"flows": [{"src": "a"}]}"#).unwrap_err().to_string(),
        "line 1, column 23: missing field `dst`; flows are {\"flows\": [{\"src\": \"a\", \"dst\": \"b\"}]}, with \"path\": [0, 3] where a flow keeps one"
    );
    assert!(read_flows(r#"{"flows": [{"src": "a", "dst": "b", "path": [-1]}]}"#).is_err());
}

#[test]
fn a_part_that_stands_for_millions_of_wires_is_refused() {
    let part = |at: usize| {
        format!(
            r#"{{"id":"p{at}","kind":"system","inside":{{"things":[{{"name":"xpu","count":250,"kind":"xpu"}}],"wires":[{{"a":"xpu*","b":"xpu*","join":"mesh","gbps":1,"layer":"nvlink"}}]}}}}"#
        )
    };
    let parts = |count: usize| format!(r#""parts":[{}]"#, (0..count).map(part).collect::<Vec<_>>().join(","));
    assert_eq!(check(&parts(1)).unwrap().design.parts.len(), 1);
    assert!(refusal(&parts(9)).contains("the insides of the parts hold more than 250000 things and wires"));
}

#[test]
fn bad_parts_get_one_sentence_each_and_nothing_is_lost() {
    let parts = r#""parts":[
        {"id":"good","kind":"switch","ports":[{"count":4,"form":"osfp","gbps":800}],"colour":"red"},
        {"id":"cold","kind":"switch","power_w":-5},
        {"id":"wide","kind":"switch","ports":[{"count":100000,"form":"osfp"}]},
        {"kind":"switch"},
        {"id":"good","kind":"nic"},
        {"id":"a","kind":"system","inside":{"things":[{"name":"box","kind":"xpu","part":"b"}]}},
        {"id":"b","kind":"system","inside":{"things":[{"name":"box","kind":"xpu","part":"a"}]}},
        "nonsense"]"#;
    let loaded = check(parts).unwrap();
    assert_eq!(loaded.design.parts.keys().map(|id| id.as_str()).collect::<Vec<_>>(), ["a", "good"]);
    assert_eq!(
        loaded.repairs,
        [
            "part “cold”: “power_w” must be a number from 0 to 1e12 within its own range; kept but not used",
            "part “wide”: ports: “count” must be a whole number from 1 to 8192; kept but not used",
            "a part: “id” is missing; kept but not used",
            "a part must be an object; kept but not used",
            "part “good”: there are two of this id, and the first is used; kept but not used",
            "part “b” contains itself: b holds a, a holds b; kept but not used",
        ]
    );
    let saved = save(&loaded.design);
    for kept in [r#""colour":"red""#, r#""power_w":-5"#, "100000", r#"{"kind":"switch"}"#, r#""kind":"nic""#, r#"{"id":"b""#, r#""nonsense""#] {
        assert!(saved.contains(kept), "{kept} is lost in {saved}");
    }
    let again = load(&saved).unwrap();
    assert_eq!(save(&again.design), saved);
    assert_eq!(again.repairs.len(), loaded.repairs.len());
    let many = (0..30).map(|at| format!(r#"{{"id":"p{at}","kind":"rocket"}}"#)).collect::<Vec<_>>().join(",");
    let repairs = check(&format!(r#""parts":[{many}]"#)).unwrap().repairs;
    assert_eq!((repairs.len(), repairs.last().unwrap().as_str()), (21, "10 more parts cannot be used; kept but not used"));
}
