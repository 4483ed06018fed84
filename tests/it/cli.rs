//! The command `weft`, run as people run it.
#![cfg(feature = "cli")]

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use weft::catalog::Catalog;
use weft::engine::service::evaluate;
use weft::engine::{rules, templates};
use weft::io;
use weft::units::SortedMap;

use crate::templates::parameters;

/// What a run of the command left behind.
struct Outcome {
    code: i32,
    out: String,
    err: String,
}

/// Runs `weft` with some arguments and something on standard input.
fn weft_with(arguments: &[&str], input: &[u8]) -> Outcome {
    let mut child =
        Command::new(env!("CARGO_BIN_EXE_weft")).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // From a thread of its own, since the command may answer (or refuse) before it has read everything.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Outcome { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

fn weft(arguments: &[&str]) -> Outcome {
    weft_with(arguments, b"")
}

/// Runs it and holds that it did its work without a word on standard error.
fn quietly(arguments: &[&str], input: &str) -> String {
    let outcome = weft_with(arguments, input.as_bytes());
    assert_eq!((outcome.code, outcome.err.as_str()), (0, ""), "{arguments:?}");
    outcome.out
}

/// Runs it and holds that it refused: exit code 2, nothing on standard output, one line on standard error.
fn refused(arguments: &[&str], input: &[u8]) -> String {
    let outcome = weft_with(arguments, input);
    assert_eq!((outcome.code, outcome.out.as_str()), (2, ""), "{arguments:?}: {}", outcome.err);
    let sentence = outcome.err.strip_prefix("weft: ").and_then(|rest| rest.strip_suffix('\n')).unwrap_or_else(|| panic!("{arguments:?}: {}", outcome.err));
    assert!(!sentence.contains('\n'), "one sentence: {sentence}");
    sentence.to_owned()
}

/// A file of a test's own, deleted when it goes.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str, text: &str) -> Self {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{name}", std::process::id()));
        std::fs::write(&path, text).unwrap();
        Self(path)
    }
    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn generate_writes_what_the_library_makes() {
    let catalog = Catalog::builtin();
    for (template, settings) in [("fat-tree", "k=4"), ("leaf-spine", "leaves=2 spines=2"), ("rail-optimised", "servers=6")] {
        let mut arguments = vec!["generate", template];
        for setting in settings.split(' ') {
            arguments.extend(["--set", setting]);
        }
        let design = templates::generate(template, &parameters(settings), &catalog).unwrap();
        assert_eq!(quietly(&arguments, ""), io::save(&design));

        let file = Scratch::new(&format!("{template}.json"), "");
        arguments.extend(["-o", file.path()]);
        assert_eq!(quietly(&arguments, ""), "", "written to the file instead");
        assert_eq!(std::fs::read_to_string(&file.0).unwrap(), io::save(&design));
    }
}

#[test]
fn generate_lists_its_templates() {
    let list = quietly(&["generate"], "");
    for template in templates::all() {
        assert!(list.contains(&format!("{}: {}", template.name, template.title)));
        assert!(template.parameters.iter().all(|parameter| list.contains(&format!("    {} ", parameter.key))));
    }
}

#[test]
fn generate_refuses_in_one_sentence() {
    assert_eq!(
        refused(&["generate", "fat-tree", "--set", "k=5"], b""),
        "k cannot be “5”: it must be even, since half the ports of a switch go down and half go up"
    );
    assert!(refused(&["generate", "fat-tree", "--set", "k"], b"").starts_with("--set k: write it as KEY=VALUE"));
    assert!(refused(&["generate", "fat-tree", "--set", "k=4", "--set", "k=8"], b"").contains("set twice"));
    assert!(refused(&["generate", "knot"], b"").starts_with("there is no template “knot”"));
    assert!(refused(&["generate", "fat-tree", "-o", "no/such/folder/x.json"], b"").contains("could not be written"));
}

#[test]
fn wrong_arguments_exit_with_two() {
    for arguments in [&["knit"][..], &["generate", "fat-tree", "--knit"], &[]] {
        let outcome = weft(arguments);
        assert_eq!(outcome.code, 2, "{arguments:?}");
        assert!(outcome.err.contains("Usage: weft"), "{}", outcome.err);
    }
    assert_eq!(weft(&["--help"]).code, 0);
    assert_eq!(weft(&["--version"]).out, concat!("weft ", env!("CARGO_PKG_VERSION"), "\n"));
}

const NET: &str = "Switch 8 \"leaf\" # \"leaf one\"\n[1] \"host\"[1]\n[2] \"other\"[1]\n\nHca 1 \"host\" # \"a HCA-1\"\n[1] \"leaf\"[1]\n\nHca 1 \"other\" # \"b HCA-1\"\n[1] \"leaf\"[2]\n";

#[test]
fn import_makes_a_design_that_is_laid_out() {
    let outcome = weft_with(&["import", "-"], NET.as_bytes());
    assert_eq!(outcome.code, 0, "{}", outcome.err);
    assert!(outcome.err.lines().all(|line| line.starts_with("weft: standard input: ")), "what was read is told: {}", outcome.err);
    let design = io::load(&outcome.out).unwrap().design;
    assert_eq!((design.nodes.len(), design.links.len()), (3, 2));
    let heights: Vec<f64> = design.nodes.iter().map(|(_, node)| node.at.y).collect();
    assert!(heights.iter().any(|height| *height != heights[0]), "the switch stands above its hosts: {heights:?}");

    let file = Scratch::new("net.topo", NET);
    let mut named = io::load(&weft(&["import", file.path(), "--from", "ibnetdiscover"]).out).unwrap().design;
    assert!(named.meta.name.ends_with("net"), "the design is called like its file: {}", named.meta.name);
    named.meta = design.meta.clone();
    assert_eq!(design.meta.name, "");
    assert_eq!(named, design);
}

#[test]
fn forwarding_tables_come_with_a_dump_or_into_a_design_and_leave_again() {
    let corpus = |name: &str| format!("{}/tests/corpus/tables/{name}", env!("CARGO_MANIFEST_DIR"));
    let (fabric, tables) = (corpus("square.ibnetdiscover"), corpus("square.lfts"));
    let together = weft(&["import", &fabric, "--tables", &tables]);
    assert_eq!(together.code, 0, "{}", together.err);
    assert!(
        together.err.contains("square.lfts: Read the forwarding tables of 4 switches with 48 entries for 8 ports; InfiniBand is routed by them"),
        "{}",
        together.err
    );
    let plain = Scratch::new("tables-plain.json", &weft(&["import", &fabric]).out);
    let into = weft(&["import", &tables, "--into", plain.path()]);
    assert_eq!((into.code, &into.out), (0, &together.out));
    let design = Scratch::new("tables-design.json", &together.out);
    let said = quietly(&["routing", design.path()], "");
    assert!(said.contains("forwarding tables as imported (4 switches, from square.lfts)"), "{said}");
    assert!(said.contains("8 addresses followed: all are reached from every switch with hosts"), "{said}");
    let json: serde_json::Value = serde_json::from_str(&quietly(&["routing", design.path(), "--format", "json"], "")).unwrap();
    assert_eq!(json["fabrics"][0]["tables"], serde_json::json!({"addresses": 8, "missing": 0, "without_cable": 0, "looped": 0, "outdated": false}));
    let left = Scratch::new("tables-again.lfts", &quietly(&["export", design.path(), "--to", "lfts"], ""));
    let again = weft(&["import", left.path(), "--into", design.path(), "--from", "tables"]);
    let but_from = |text: &str| {
        let (before, rest) = text.split_once("\"from\":\"").unwrap();
        format!("{before}{}", rest.split_once('"').unwrap().1)
    };
    assert_eq!(but_from(&again.out), but_from(&together.out), "{}", again.err);
    assert!(refused(&["import", &tables], b"").contains("these are forwarding tables, which go into a design"));
    assert!(refused(&["import", &tables, "--from", "tables"], b"").starts_with("forwarding tables go into a design; name it with --into DESIGN"));
    assert!(
        refused(&["import", "-", "--into", design.path(), "--from", "tables"], b"hello").starts_with("standard input:1: no line begins the table of a switch")
    );
    assert!(refused(&["export", design.path(), "--to", "lfts", "--fabric", "other"], b"").ends_with("no fabric of the design has this name"));
}

#[test]
fn import_refuses_in_one_sentence() {
    assert!(refused(&["import", "-", "--from", "hearsay"], b"").starts_with("--from hearsay: there is no such format; choose one of auto, graph"));
    assert!(refused(&["import", "-"], b"").starts_with("standard input"));
    assert!(refused(&["import", "no-such-file"], b"").starts_with("no-such-file: there is no such file; "));
    assert!(refused(&["import", "."], b"").starts_with(".: this is a folder; "));
    assert!(refused(&["import", "-"], b"a\nb\n\xff\n").starts_with("standard input:3: this is not UTF-8 text; "));
}

/// Two hosts on one switch, one link at 400 Gb/s and one at 100 Gb/s, as a plain graph.
const GRAPH: &str = r#"{"nodes": [{"id": "a", "kind": "host"}, {"id": "s", "kind": "switch", "transit": true}, {"id": "b", "kind": "host"}],
"links": [{"a": "a", "b": "s", "gbps": 400, "latency_ns": 100}, {"a": "s", "b": "b", "gbps": 100, "latency_ns": 100}]}"#;

#[test]
fn flows_get_their_rates() {
    let design = Scratch::new("flows-design.json", &weft_with(&["import", "-", "--from", "graph"], GRAPH.as_bytes()).out);
    let flows = r#"{"flows": [{"src": "a", "dst": "b"}, {"src": "a", "dst": "b", "path": [0, 2]}, {"src": "a", "dst": "nobody"}]}"#;
    let json: serde_json::Value = serde_json::from_str(&quietly(&["flows", design.path(), "-", "--format", "json"], flows)).unwrap();
    assert_eq!((&json["format"], &json["version"], &json["routing"]), (&"weft-flows".into(), &1.into(), &"ecmp".into()));
    assert_eq!(json["flows"][0]["rate_gbps"], 50);
    assert_eq!(json["flows"][1]["bottleneck"], "l2");
    assert_eq!(json["flows"][2]["rate_gbps"], serde_json::Value::Null);

    let text = quietly(&["flows", design.path(), "-", "--routing", "hash"], flows);
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("a to b ") && lines[0].ends_with("50 Gb/s  held back at s port 2 to b port 1 (l2)"), "{text}");
    assert!(lines[2].ends_with("no rate  the destination names no single node of the design"), "{text}");
    assert_eq!(lines[3], "3 flows: least 50, mean 50, most 50, together 100 Gb/s; 1 without a rate");

    assert!(refused(&["flows", design.path(), "-"], b"{\"flows\": [\n{\"src\": 4}]}").starts_with("standard input:2:"));
    assert_eq!(refused(&["flows", "-", "-"], b""), "standard input (-) can be read once only; name a file for the other");
}

/// Every rate that independent solvers print, through `weft import --from graph` and `weft flows`.
#[test]
fn flows_print_the_digits_of_independent_solvers() {
    let Some(folder) = crate::oracle::cases() else { return };
    let mut digits = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let topology = entry.unwrap().path();
        let Some(case) = topology.to_str().unwrap().strip_suffix(".topology.json").map(str::to_owned) else { continue };
        let design = Scratch::new("oracle.json", &weft_with(&["import", topology.to_str().unwrap(), "--from", "graph"], b"").out);
        let expected: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(format!("{case}.expected.json")).unwrap()).unwrap();
        for (name, set) in expected["flowsets"].as_object().unwrap() {
            let Some(flows) = set["flows"].as_array() else { continue };
            for (model, routing) in [("ecmp_equal_split", "ecmp"), ("single_path", "hash")] {
                let Some(rates) = set[model]["rates_gbps"].as_array() else { continue };
                let asked: Vec<serde_json::Value> = flows
                    .iter()
                    .enumerate()
                    .map(|(at, ends)| {
                        let mut flow = serde_json::json!({"src": ends[0], "dst": ends[1]});
                        if let Some(path) = set[model]["arcs"].get(at) {
                            flow["path"] = path.clone();
                        }
                        flow
                    })
                    .collect();
                let question = serde_json::json!({ "flows": asked }).to_string();
                let answer: serde_json::Value =
                    serde_json::from_str(&quietly(&["flows", design.path(), "-", "--routing", routing, "--format", "json"], &question)).unwrap();
                for (at, rate) in rates.iter().enumerate() {
                    assert_eq!(answer["flows"][at]["rate_gbps"].as_f64(), rate.as_f64(), "{case} {name} {model} flow {at}");
                    digits += 1;
                }
            }
        }
    }
    assert!(digits > 0, "the folder of cases holds none");
}

#[test]
fn export_makes_files_of_a_design() {
    let catalog = Catalog::builtin();
    let design = templates::generate("rail-optimised", &parameters("servers=4"), &catalog).unwrap();
    let text = io::save(&design);
    assert_eq!(quietly(&["export", "-", "--to", "json"], &text), text);
    assert_eq!(quietly(&["export", "-", "--to", "cables-csv"], &text), io::export::cables_csv(&design, &catalog));
    assert_eq!(quietly(&["export", "-", "--to", "bom-csv"], &text), io::export::bom_csv(&design, &catalog));
    assert!(quietly(&["export", "-", "--to", "bom-csv"], &text).contains("dgx-h100"));
    assert!(refused(&["export", "-", "--to", "json"], b"{\"format\": \"weft-design\"").starts_with("standard input:1:"));
    assert!(refused(&["export", "-", "--to", "json"], b"").starts_with("standard input: the file is empty"));
    assert_eq!(weft(&["export", "-", "--to", "wool"]).code, 2);
}

/// The reference unit with NIC 5 of dgx-3 on the leaf of rail 6.
fn misaligned() -> String {
    let design = templates::generate("rail-optimised", &parameters("servers=16"), &Catalog::builtin()).unwrap();
    let named = |name: &str| design.nodes.iter().find(|(_, node)| node.name == name).unwrap().0;
    let (host, right, wrong) = (named("dgx-3"), named("leaf-5"), named("leaf-6"));
    let text = io::save(&design);
    let link = design.links.iter().find(|(_, link)| link.touches(host) && link.touches(right)).unwrap();
    let [from, to] = link.1.ends;
    let moved = text.replace(&format!("\"ends\":[\"{from}\",\"{to}\"]"), &format!("\"ends\":[\"{from}\",\"{wrong}/16/2\"]"));
    assert_ne!(moved, text);
    moved
}

#[test]
fn check_gives_the_report_of_the_engine() {
    let text = misaligned();
    let outcome = weft_with(&["check", "-", "--format", "json"], text.as_bytes());
    let report = evaluate(&io::load(&text).unwrap().design, &Catalog::builtin());
    assert_eq!((outcome.code, outcome.err.as_str()), (1, ""));
    assert_eq!(outcome.out, io::export::report_json(&report));
}

#[test]
fn check_prints_findings_as_compilers_do() {
    let file = Scratch::new("misaligned.json", &misaligned());
    let outcome = weft(&["check", file.path()]);
    assert_eq!((outcome.code, outcome.err.as_str()), (1, ""));
    let lines: Vec<&str> = outcome.out.lines().collect();
    let at = lines
        .iter()
        .position(|line| *line == "error[rail-misaligned]: Rail 5 of dgx-3 needs leaf-5, is on leaf-6")
        .unwrap_or_else(|| panic!("{}", outcome.out));
    let line = lines[at + 1].strip_prefix(&format!("  --> {}:", file.path())).and_then(|rest| rest.split_once(' ')).unwrap().0;
    let record = std::fs::read_to_string(&file.0).unwrap().lines().nth(line.parse::<usize>().unwrap() - 1).unwrap().to_owned();
    assert!(record.starts_with("{\"id\":\"l"), "the line is that of the link: {record}");
    assert!(lines[at..].iter().any(|line| line.trim() == "fix: Move to leaf-5 (likely)"), "{}", outcome.out);
    assert!(lines.last().unwrap().starts_with(&format!("{}: 1 error, ", file.path())), "{}", outcome.out);
    assert!(!outcome.out.contains('\u{1b}'), "no colour where nobody looks");
}

#[test]
fn check_fails_on_what_is_denied_and_new_only() {
    let catalog = Catalog::builtin();
    let clean = Scratch::new("clean.json", &io::save(&templates::generate("fat-tree", &parameters("k=4"), &catalog).unwrap()));
    let oversubscribed = templates::generate("leaf-spine", &parameters("leaves=4 spines=4 hosts-per-leaf=6 links=1 endpoint=xpu"), &catalog).unwrap();
    let warned = Scratch::new("warned.json", &io::save(&oversubscribed));
    let broken = Scratch::new("broken.json", &misaligned());
    assert_eq!(weft(&["check", clean.path(), "--deny", "warnings"]).code, 0);
    assert_eq!(weft(&["check", warned.path()]).code, 0);
    assert_eq!(weft(&["check", warned.path(), "--deny", "warnings"]).code, 1);
    assert_eq!(weft(&["check", clean.path(), broken.path()]).code, 1);

    let report = Scratch::new("old.json", &weft(&["check", broken.path(), "--format", "json"]).out);
    for old in [report.path(), broken.path()] {
        let outcome = weft(&["check", broken.path(), "--deny", "warnings", "--baseline", old]);
        assert_eq!(outcome.code, 0, "{}", outcome.out);
        assert!(outcome.out.contains("in the baseline"), "{}", outcome.out);
    }
    assert_eq!(weft(&["check", broken.path(), "--baseline", clean.path()]).code, 1);

    let outcome = weft(&["check", broken.path(), "no-such-file"]);
    assert_eq!((outcome.code, outcome.err.lines().count()), (2, 1), "the others are checked all the same");
    assert!(outcome.out.contains("rail-misaligned"));
    assert!(refused(&["check", "-"], b"{\"format\":\"weft-design\",\"version\":1,\n\"nodes\":[{]}").starts_with("standard input:2:"));
    assert!(refused(&["check", "-"], b"[[[[").starts_with("standard input"));
}

#[test]
fn check_writes_sarif() {
    let outcome = weft_with(&["check", "-", "--format", "sarif"], misaligned().as_bytes());
    let log: serde_json::Value = serde_json::from_str(&outcome.out).unwrap();
    assert_eq!((outcome.code, &log["version"]), (1, &"2.1.0".into()));
    let results = log["runs"][0]["results"].as_array().unwrap();
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    assert!(results.iter().any(|result| result["ruleId"] == "rail-misaligned" && result["level"] == "error" && result["relatedLocations"].is_array()));
    for rule in rules {
        assert!(
            ["shortDescription", "fullDescription", "help"].iter().all(|field| rule[field]["text"].as_str().is_some_and(|text| !text.is_empty())),
            "{rule}"
        );
    }
    for result in results {
        let place = result["ruleIndex"].as_u64().unwrap() as usize;
        assert_eq!(rules[place]["id"], result["ruleId"], "every code is declared, and its place is right");
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap()) && !result["message"]["text"].as_str().unwrap().is_empty());
        let related = result["relatedLocations"].as_array().into_iter().flatten();
        for (at, also) in related.enumerate() {
            assert_eq!(also["id"].as_u64(), Some(at as u64 + 1));
            assert!(!also["message"]["text"].as_str().unwrap().is_empty() && also["physicalLocation"]["region"]["startLine"].as_u64().unwrap() >= 1);
        }
        assert!(result["locations"][0]["physicalLocation"]["region"]["startLine"].as_u64().unwrap() >= 1);
    }
}

#[test]
fn explain_prints_pages_and_lists_them() {
    let list = quietly(&["explain"], "");
    assert_eq!(list.lines().count(), rules::all().len());
    for rule in rules::all() {
        assert!(list.lines().any(|line| line.starts_with(rule.code) && line.contains(rule.severity.label()) && line.ends_with(rule.title)), "{}", rule.code);
    }
    assert_eq!(quietly(&["explain", "rail-misaligned"], "").trim_end(), rules::documentation("rail-misaligned").unwrap().trim_end());
    assert_eq!(
        refused(&["explain", "rail-misalined"], b""),
        "rail-misalined: there is no such diagnostic; did you mean rail-misaligned? weft explain lists them all"
    );
}

#[test]
fn estimate_prints_numbers_with_their_reasons() {
    let text = io::save(&templates::generate("rail-optimised", &SortedMap::new(), &Catalog::builtin()).unwrap());
    let printed = quietly(&["estimate", "-", "--traffic", "permutation"], &text);
    assert!(printed.contains("  Bisection bandwidth: 51.2 Tb/s  derived\n      = endpoints / 2 * rate\n"), "{printed}");
    assert!(printed.contains("  Permutation, slowest flow: 400 Gb/s"), "full bisection: {printed}");
    let json: serde_json::Value =
        serde_json::from_str(&quietly(&["estimate", "-", "--format", "json", "--traffic", "incast", "--size", "1MiB"], &text)).unwrap();
    assert_eq!((&json["format"], &json["version"]), (&"weft-estimates".into(), &1.into()));
    let value = |key: &str| {
        json["estimates"].as_array().unwrap().iter().find(|estimate| estimate["key"] == key).unwrap_or_else(|| panic!("{key}: {json}"))["value"]
            .as_f64()
            .unwrap()
    };
    assert!(value("traffic-incast-slowest") < 400.0);
    assert!(value("pair-latency") > 20_000.0, "1 MiB at 400 Gb/s takes 21 µs on the wire alone");
    assert!(
        refused(&["estimate", "-", "--traffic", "rush-hour"], b"")
            .contains("choose one of all-to-all, half-shift, hot-spot, incast, matrix, one-pair, permutation, rail-aligned, ring")
    );
    let drawn = quietly(&["export", "-", "--to", "svg", "--traffic", "half-shift", "--measure", "rate"], &text);
    assert!(drawn.contains(">Half shift: rate<"), "links in colours, with their legend");
    assert!(refused(&["export", "-", "--to", "json", "--traffic", "ring"], text.as_bytes()).contains("only a drawing has colours"));
    let flows = quietly(&["flows", "-", "--traffic", "ring"], &text);
    assert!(flows.lines().count() > 200 && flows.contains("least "), "a line for each flow: {flows}");
    assert!(refused(&["flows", "-", "--traffic", "one-pair"], text.as_bytes()).contains("name both ends with --from and --to"));
    assert!(refused(&["estimate", "-", "--size", "0"], b"").starts_with("--size 0: write a size above 0"));
}

#[test]
fn estimate_tells_latency_over_all_pairs() {
    let text = io::save(&templates::generate("rail-optimised", &SortedMap::new(), &Catalog::builtin()).unwrap());
    let printed = quietly(&["estimate", "-", "--latency"], &text);
    for words in ["Latency over all pairs, message of 4 KiB, cut-through", "Same system", "Same leaf", "Slowest pairs", "Histogram"] {
        assert!(printed.contains(words), "{words}: {printed}");
    }
    let json: serde_json::Value = serde_json::from_str(&quietly(&["estimate", "-", "--latency", "--size", "0", "--format", "json"], &text)).unwrap();
    let latency = &json["latency"];
    assert_eq!((&latency["format"], &latency["message"]), (&"weft-latency".into(), &0.0.into()));
    let pairs: f64 = latency["classes"].as_array().unwrap().iter().map(|class| class["pairs"].as_f64().unwrap()).sum();
    assert_eq!(Some(pairs), latency["pairs"].as_f64());
    assert!(latency["best_ns"].as_f64().unwrap() < latency["mean_ns"].as_f64().unwrap());
}

#[test]
fn plot_draws_figures_and_writes_their_numbers() {
    let text = io::save(&templates::generate("rail-optimised", &SortedMap::new(), &Catalog::builtin()).unwrap());
    for figure in ["latency", "bandwidth", "load", "time"] {
        let drawn = quietly(&["plot", figure, "-"], &text);
        assert!(drawn.starts_with("<svg ") && drawn.contains("<desc>") && drawn.ends_with("</svg>\n"), "{figure}: {drawn}");
        let numbers = quietly(&["plot", figure, "-", "--format", "csv"], &text);
        assert!(numbers.starts_with("Series,") && numbers.lines().count() > 3, "{figure}: {numbers}");
    }
    let one = Scratch::new("one.json", &text);
    let two = Scratch::new("two.json", &text);
    assert!(weft(&["plot", "cost", one.path(), two.path()]).out.starts_with("<svg "));
    assert!(refused(&["plot", "latency", one.path(), two.path()], b"").contains("only cost compares several"));
    assert!(refused(&["plot", "load", "--traffic", "rush-hour", "-"], text.as_bytes()).contains("there is no such traffic; choose one of all-to-all"));
    assert!(refused(&["plot", "latency", "-"], io::save(&weft::model::Design::default()).as_bytes()).contains("no two endpoints"));
}

#[test]
fn schema_prints_the_published_schema() {
    let printed = quietly(&["schema"], "");
    let published = std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/weft-design.schema.json")).unwrap();
    assert_eq!(printed.trim_end(), published.trim_end(), "`cargo xtask schema` writes it");
}

#[test]
fn import_takes_device_types_into_a_design() {
    let netbox = |name: &str| format!("{}/tests/corpus/netbox/{name}", env!("CARGO_MANIFEST_DIR"));
    let (leaf, host) = (netbox("acme-leaf.yaml"), netbox("acme-host.yml"));
    let outcome = weft(&["import", &leaf, &host]);
    assert_eq!(outcome.code, 0, "{}", outcome.err);
    assert!(outcome.out.contains("netbox-acme-leaf-48-8") && outcome.out.contains("netbox-acme-host-2"));
    assert!(outcome.err.contains("line 44: interface “radio0”"), "{}", outcome.err);
    let design = Scratch::new("design.json", r#"{"format":"weft-design","version":1,"name":"Kept","nodes":[{"id":"n1","part":"netbox-acme-host-2"}]}"#);
    let outcome = weft(&["import", &host, "--from", "netbox", "--into", design.path()]);
    assert!(outcome.code == 0 && outcome.out.contains("\"Kept\"") && outcome.out.contains("netbox-acme-host-2"), "{}", outcome.err);
    let broken = Scratch::new("broken.yaml", "manufacturer: *a\n");
    let outcome = weft(&["import", broken.path()]);
    assert!(outcome.code == 2 && outcome.err.contains("broken.yaml:1: aliases (*) are not read"), "{}", outcome.err);
    assert_eq!(weft(&["import", &leaf, &host, "--from", "graph"]).code, 2);
}
