//! The rules: each code with a broken example, a just-good one, its page, its fixes, and designs that mean harm.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use proptest::prelude::*;

use weft::catalog::Catalog;
use weft::engine::context::Context;
use weft::engine::diagnostics::{Diagnostic, Edit, Fix, Run, Severity, Trust, fix_all};
use weft::engine::report::{Counts, Report};
use weft::engine::rules;
use weft::model::{
    Breakout, Design, Fabric, FabricId, FabricIntent, FabricRole, Generic, Link, Node, NodeId, PartId, PortPath, PortRef, PortSettings, Rack, RackId,
    Requirement, RequirementKind, Silencing, Subject,
};
use weft::units::{Gbps, Metres, Point, RackUnits};

use crate::text_design::{self, TextDesign};

const HEADINGS: [&str; 6] = ["## What it checks", "## Why it matters", "## Example", "## How to fix", "## Assumptions", "## References"];

fn run(design: &Design) -> Vec<Diagnostic> {
    let catalog = Catalog::builtin();
    rules::run(&Context::new(design, &catalog))
}

/// Reads a design in the text language and compares what is found with what its lines expect. A finding about several
/// records answers the mark of each. Information is compared only where a line expects it.
fn check(text: &str) -> (TextDesign, Vec<Diagnostic>) {
    let (read, found, wrong) = compare(text);
    assert_eq!(wrong, "");
    (read, found)
}

/// As [`check`], with what differs as text.
fn compare(text: &str) -> (TextDesign, Vec<Diagnostic>, String) {
    let read = text_design::read(text);
    let found = run(&read.design);
    let expected: BTreeSet<(usize, String)> = read.expected.iter().cloned().collect();
    let wanted = |code: &str| expected.iter().any(|(_, other)| other == code);
    let mut wrong = Vec::new();
    for diagnostic in found.iter().filter(|diagnostic| diagnostic.silenced.is_none()) {
        if diagnostic.severity == Severity::Info && !wanted(&diagnostic.code) {
            continue;
        }
        let lines = lines(&read, diagnostic);
        if !lines.iter().any(|line| expected.contains(&(*line, diagnostic.code.clone()))) {
            wrong.push(format!("unexpected at {lines:?}: {} {}: {}", diagnostic.severity.label(), diagnostic.code, diagnostic.message));
        }
    }
    for (line, code) in &expected {
        if !found.iter().any(|diagnostic| diagnostic.code == *code && lines(&read, diagnostic).contains(line)) {
            wrong.push(format!("line {line} earns {code}, which was not found"));
        }
    }
    let all: Vec<String> = found.iter().map(|diagnostic| format!("{} {}: {}", diagnostic.severity.label(), diagnostic.code, diagnostic.message)).collect();
    let wrong = if wrong.is_empty() { String::new() } else { format!("{}\n\nall findings:\n{}\n\n{text}", wrong.join("\n"), all.join("\n")) };
    (read, found, wrong)
}

fn lines(read: &TextDesign, diagnostic: &Diagnostic) -> BTreeSet<usize> {
    let related = diagnostic.related.iter().map(|related| &related.subject);
    std::iter::once(&diagnostic.subject).chain(related).filter_map(|subject| read.line_of(subject)).collect()
}

fn example(folder: &str, code: &str) -> String {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/rules").join(folder).join(format!("{code}.weft"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_rule_has_a_page_with_all_headings() {
    for rule in rules::all() {
        let page = rules::documentation(rule.code).unwrap();
        assert!(page.starts_with(&format!("# {}\n", rule.code)), "{}: the page starts with its code", rule.code);
        let places: Vec<Option<usize>> = HEADINGS.iter().map(|heading| page.find(heading)).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{}: headings {places:?}", rule.code);
        for (heading, rest) in page.split("\n## ").skip(1).map(|section| section.split_once('\n').unwrap_or((section, ""))) {
            assert!(rest.trim().len() > 20, "{}: “{heading}” says nothing", rule.code);
        }
    }
    assert!(rules::all().is_sorted_by_key(|rule| rule.code));
    assert!(rules::documentation("nonsense").is_none());
}

/// What can be set of a rule is found by its code, and its page says so.
#[test]
fn every_convention_belongs_to_a_rule() {
    let conventions = weft::engine::conventions::ALL;
    assert!(conventions.is_sorted_by_key(|convention| convention.code));
    for convention in conventions {
        assert!(rules::documentation(convention.code).is_some(), "{}", convention.code);
        let shown = format!("{} {}", convention.usual, convention.unit);
        let read = convention.read(&shown).unwrap_or(None).unwrap_or(0.0);
        assert!(convention.usual == 0.0 || read == convention.usual, "{}: “{shown}” reads as {read}", convention.code);
    }
}

/// Findings as they stand in a report.
fn as_json(findings: Vec<Diagnostic>) -> serde_json::Value {
    let report = Report { format: String::new(), version: 1, design: String::new(), counts: Counts::default(), diagnostics: findings, estimates: Vec::new() };
    let text = report.to_json();
    assert_eq!(Report::from_json(&text), Ok(report));
    serde_json::from_str::<serde_json::Value>(&text).unwrap()["diagnostics"].take()
}

#[test]
fn every_rule_finds_its_broken_example() {
    let mut wrong = Vec::new();
    for rule in rules::all() {
        let (read, found, differs) = compare(&example("broken", rule.code));
        if !differs.is_empty() {
            wrong.push(format!("{}: {differs}", rule.code));
            continue;
        }
        assert!(read.expected.iter().any(|(_, code)| code == rule.code), "{}: its example does not expect it", rule.code);
        let own: Vec<Diagnostic> = found.iter().filter(|diagnostic| diagnostic.code == rule.code).cloned().collect();
        insta::with_settings!({snapshot_path => "../snapshots/rules", prepend_module_to_snapshot => false, omit_expression => true}, {
            insta::assert_json_snapshot!(rule.code, as_json(own));
        });
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_rule_leaves_its_good_example_alone() {
    let mut wrong = Vec::new();
    for rule in rules::all() {
        let (_, found, differs) = compare(&example("good", rule.code));
        if !differs.is_empty() {
            wrong.push(format!("{}: {differs}", rule.code));
        }
        let own: Vec<&str> = found.iter().filter(|diagnostic| diagnostic.code == rule.code).map(|diagnostic| diagnostic.message.as_str()).collect();
        assert!(own.is_empty(), "{}: {own:?}", rule.code);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn sentences_show_numbers_and_sources() {
    for rule in rules::all() {
        for diagnostic in run(&text_design::read(&example("broken", rule.code)).design) {
            let text = &diagnostic.message;
            assert!(!diagnostic.source.is_empty() && !text.is_empty(), "{}: {text}", rule.code);
            assert!(!text.contains("NaN") && !text.contains("inf ") && !text.contains("unknown Gb/s"), "{text}");
            assert!(!text.ends_with('.') && text.chars().count() < 400, "{text}");
        }
    }
}

/// Every fix of every broken example, carried out: its finding is gone and nothing of the kind has come.
#[test]
fn fixes_mend_and_breed_nothing() {
    let mut offering = BTreeSet::new();
    for rule in rules::all() {
        let read = text_design::read(&example("broken", rule.code));
        let before = run(&read.design);
        for diagnostic in before.iter().filter(|diagnostic| diagnostic.silenced.is_none()) {
            for fix in &diagnostic.fixes {
                offering.insert(diagnostic.code.clone());
                let patch = fix.patch(&read.design).unwrap_or_else(|| panic!("{}: “{}” does not apply", rule.code, fix.title));
                let mut mended = read.design.clone();
                patch.apply(&mut mended).unwrap();
                assert!(mended.structural_faults().is_empty(), "{}: “{}” leaves {:?}", rule.code, fix.title, mended.structural_faults());
                let after = run(&mended);
                let still =
                    after.iter().any(|other| other.code == diagnostic.code && other.subject == diagnostic.subject && other.message == diagnostic.message);
                assert!(!still, "{}: “{}” leaves {}", rule.code, fix.title, diagnostic.message);
                let harm = |list: &[Diagnostic]| list.iter().filter(|other| other.code == diagnostic.code && other.severity <= diagnostic.severity).count();
                assert!(
                    harm(&after) < harm(&before),
                    "{}: “{}” breeds {:#?}",
                    rule.code,
                    fix.title,
                    after.iter().filter(|other| other.code == diagnostic.code).map(|other| &other.message).collect::<Vec<_>>()
                );
                let errors = |list: &[Diagnostic]| list.iter().filter(|other| other.severity == Severity::Error).count();
                assert!(
                    errors(&after) <= errors(&before),
                    "{}: “{}” breeds errors {:#?}",
                    rule.code,
                    fix.title,
                    after.iter().filter(|other| other.severity == Severity::Error).map(|other| (&other.code, &other.message)).collect::<Vec<_>>()
                );
            }
        }
    }
    let table = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/decisions/rules.md")).unwrap();
    let line = table.lines().find(|line| line.starts_with("**Fixes** are offered by ")).unwrap();
    let named: BTreeSet<String> = line.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    assert_eq!(offering, named, "docs/decisions/rules.md names the rules that offer a fix");
    assert!(offering.len() >= 25);
}

/// All findings of one kind at once: none of them is left, and nothing worse has come.
#[test]
fn fixing_all_of_a_kind_leaves_none() {
    let mut tried = BTreeSet::new();
    for rule in rules::all() {
        let read = text_design::read(&example("broken", rule.code));
        let before = run(&read.design);
        let Some(fix) = fix_all(&before, rule.code) else { continue };
        tried.insert(rule.code);
        let mut mended = read.design.clone();
        fix.patch(&read.design).unwrap_or_else(|| panic!("{}: “{}” does not apply", rule.code, fix.title)).apply(&mut mended).unwrap();
        let after = run(&mended);
        let offered = |list: &[Diagnostic]| list.iter().filter(|other| other.code == rule.code && !other.fixes.is_empty()).count();
        assert_eq!(offered(&after), 0, "{}: “{}” leaves {:#?}", rule.code, fix.title, after.iter().map(|other| &other.message).collect::<Vec<_>>());
        let errors = |list: &[Diagnostic]| list.iter().filter(|other| other.severity == Severity::Error).count();
        assert!(errors(&after) <= errors(&before), "{}: “{}” breeds errors", rule.code, fix.title);
    }
    assert!(tried.len() >= 4, "only {tried:?} have two findings with a fix");
}

/// A finding is accepted and taken back by edits, each one undo step.
#[test]
fn silencing_is_an_edit_like_any_other() {
    let design = text_design::read("host a\nhost b as=b1\nhost b as=b2").design;
    let found = run(&design);
    let named = found.iter().find(|diagnostic| diagnostic.code == "names-repeat").unwrap();
    let subject = Some(named.subject.to_string());
    let edit = |edit: Edit| Fix { title: "Silence".to_owned(), trust: Trust::Safe, edits: vec![edit].into() };
    let silence = edit(Edit::Silence { code: named.code.clone(), subject: subject.clone(), reason: "lent".to_owned() });
    let mut accepted = design.clone();
    silence.patch(&design).unwrap().apply(&mut accepted).unwrap();
    assert!(run(&accepted).iter().any(|diagnostic| diagnostic.code == "names-repeat" && diagnostic.silenced.as_deref() == Some("lent")));
    assert_eq!(weft::io::load(&weft::io::save(&accepted)).unwrap().design, accepted);
    let mut back = accepted.clone();
    edit(Edit::Unsilence { code: named.code.clone(), subject }).patch(&accepted).unwrap().apply(&mut back).unwrap();
    assert_eq!(back, design);
}

#[test]
fn findings_are_ordered_and_the_same_every_time() {
    for rule in rules::all() {
        let design = text_design::read(&example("broken", rule.code)).design;
        let found = run(&design);
        assert_eq!(found, run(&design.clone()));
        assert!(found.is_sorted_by(|a, b| (a.severity, &a.code, &a.subject) <= (b.severity, &b.code, &b.subject)), "{}", rule.code);
    }
}

#[test]
fn thirty_eight_alike_are_one() {
    let (_, found) = check(
        "switch s
         each i 1..40: gpu g{i}          //! xpu-orphan
         each i 1..2: g{i}.1 -- s.{i}",
    );
    let orphans: Vec<&Diagnostic> = found.iter().filter(|diagnostic| diagnostic.code == "xpu-orphan").collect();
    assert_eq!(orphans.len(), 1);
    assert!(orphans[0].message.starts_with("38 × "), "{}", orphans[0].message);
    assert_eq!(orphans[0].related.len(), 37);
}

#[test]
fn a_finding_says_which_things_it_is_about_however_many() {
    let (design, found) = check(
        "switch s
         each i 1..300: gpu g{i}          //! xpu-orphan
         each i 1..2: g{i}.1 -- s.{i}",
    );
    let orphans = found.iter().find(|diagnostic| diagnostic.code == "xpu-orphan").unwrap();
    let linked: Vec<Subject> = design.design.links.iter().flat_map(|(_, link)| link.ends).map(|end| Subject::Node(end.node)).collect();
    let all: Vec<Subject> = design.design.nodes.ids().map(Subject::Node).filter(|node| !linked.contains(node)).collect();
    assert_eq!(orphans.subjects().collect::<Vec<_>>(), all);
    assert!(all.iter().all(|node| orphans.is_about(node)) && !linked.iter().any(|node| orphans.is_about(node)));
    assert_eq!((orphans.related.len(), orphans.further.len()), (200, 1), "those without words are one run");

    let run = Run::parse("l7-l9").unwrap();
    assert_eq!(run.subjects().map(|subject| subject.to_string()).collect::<Vec<_>>(), ["l7", "l8", "l9"]);
    for nonsense in ["l9-l7", "l7-n9", "n1..n2-n1..n3", "-", "l7-", ""] {
        assert_eq!(Run::parse(nonsense), None, "{nonsense}");
    }
}

#[test]
fn what_is_silenced_keeps_its_reason_and_leaves_its_group() {
    let (_, found) = check(
        r#"host a
           host b as=b1
           host b as=b2
           host a as=a2
           silence names-repeat n2 "both are lent""#
            .replace("host a\n", "host a   //! names-repeat\n")
            .as_str(),
    );
    let named: Vec<(&str, Option<&str>)> = found
        .iter()
        .filter(|diagnostic| diagnostic.code == "names-repeat")
        .map(|diagnostic| (diagnostic.message.as_str(), diagnostic.silenced.as_deref()))
        .collect();
    assert_eq!(named.len(), 2);
    assert!(named.contains(&("2 nodes are called “b”; a name belongs to 1", Some("both are lent"))), "{named:?}");
    assert!(named.contains(&("2 nodes are called “a”; a name belongs to 1", None)), "{named:?}");
}

#[test]
fn an_empty_design_has_no_finding() {
    assert_eq!(run(&Design::default()), Vec::new());
}

/// A record table of anything: ids that point nowhere, parts nobody knows, numbers of any size.
fn hostile() -> impl Strategy<Value = Design> {
    let part = prop_oneof![
        Just("generic-switch"),
        Just("generic-xpu"),
        Just("generic-host"),
        Just("nvidia-qm9700"),
        Just("nvidia-sn5600"),
        Just("dgx-h100"),
        Just("no-such-part"),
        Just("dac-800g-osfp"),
        Just("19in-48u"),
        Just("")
    ];
    let number = prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(-1.0), Just(0.0), Just(1e300), Just(400.0), 0.0..2000.0];
    let port = (0u32..12, prop_oneof![0u16..40, Just(u16::MAX)], prop_oneof![0u8..4, Just(u8::MAX)])
        .prop_map(|(node, cage, child)| PortRef { node: NodeId(node), port: PortPath { cage, child } });
    let node = (
        part.clone(),
        prop_oneof![Just(""), Just("a"), Just("b{n}")],
        proptest::option::of(0u32..4),
        proptest::option::of(prop_oneof![0u16..60, Just(u16::MAX)]),
        proptest::option::of((0u8..20, number.clone())),
        proptest::option::of(proptest::option::of(prop_oneof![0u16..50, Just(u16::MAX)])),
        proptest::option::of(any::<bool>()),
    );
    let link = (
        port.clone(),
        port,
        proptest::option::of(part.clone()),
        proptest::option::of(0u32..4),
        proptest::option::of(number.clone()),
        proptest::option::of(number.clone()),
    );
    let fabric = (0usize..5, 0usize..8, proptest::option::of(0u16..3));
    (
        proptest::collection::vec(node, 0..12),
        proptest::collection::vec(link, 0..40),
        proptest::collection::vec(fabric, 0..4),
        proptest::collection::vec(part, 0..4),
        proptest::collection::vec((0usize..36, proptest::option::of("[nlr]?[0-9/.]{0,4}")), 0..4),
        number,
    )
        .prop_map(|(nodes, links, fabrics, racks, silenced, threshold)| {
            let mut design = Design::default();
            let roles = [FabricRole::Compute, FabricRole::FrontEnd, FabricRole::Management, FabricRole::ScaleUp, FabricRole::Storage];
            let intents = [
                FabricIntent::DualPlane,
                FabricIntent::FatTree,
                FabricIntent::LeafSpine,
                FabricIntent::RailOnly,
                FabricIntent::RailOptimised,
                FabricIntent::SingleStage,
                FabricIntent::Torus,
                FabricIntent::Unstated,
            ];
            for (role, intent, plane) in fabrics {
                design.fabrics.push(Fabric { role: roles[role], intent: intents[intent], plane, ..Fabric::default() });
            }
            for part in racks {
                design.racks.push(Rack::new(PartId::new(part), "r", Point::default()));
            }
            for (part, name, rack, u, breakout, generic, transit) in nodes {
                let mut node = Node::new(PartId::new(part), name, Point::default());
                (node.rack, node.u, node.transit) = (rack.map(RackId), u.map(RackUnits), transit);
                if let Some((children, gbps)) = breakout {
                    node.ports.insert(1, PortSettings { breakout: Some(Breakout { children, gbps: Gbps(gbps) }), ..PortSettings::default() });
                }
                node.generic = generic.map(|ports| Box::new(Generic { ports, ..Generic::default() }));
                design.nodes.push(node);
            }
            for (a, b, part, fabric, length, gbps) in links {
                let mut link = Link::between(a, b);
                (link.part, link.fabric, link.length, link.gbps) = (part.map(PartId::new), fabric.map(FabricId), length.map(Metres), gbps.map(Gbps));
                design.links.push(link);
            }
            let meta = Arc::make_mut(&mut design.meta);
            for (code, subject) in silenced {
                let code = rules::all().get(code).map_or("nonsense", |rule| rule.code);
                meta.silenced.push(Silencing { code: code.to_owned(), subject, reason: "so".to_owned(), extra: weft::model::Extra::default() });
            }
            for rule in rules::all() {
                meta.settings.thresholds.insert(rule.code.to_owned(), threshold);
            }
            design.requirements.push(Requirement {
                kind: RequirementKind::Bisection(Gbps(threshold)),
                fabric: Some(FabricId(9)),
                extra: weft::model::Extra::default(),
            });
            design
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn designs_that_mean_harm_are_judged_and_their_fixes_apply(design in hostile()) {
        let found = run(&design);
        for diagnostic in &found {
            prop_assert!(!diagnostic.message.contains("NaN"), "{}: {}", diagnostic.code, diagnostic.message);
            for fix in &diagnostic.fixes {
                prop_assert!(fix.patch(&design).is_some(), "{}: “{}” does not apply: {:?}", diagnostic.code, fix.title, fix.edits);
            }
        }
        prop_assert_eq!(found, run(&design));
    }
}

/// A requirement of one fabric is compared with that fabric, not with the worst of the design.
#[test]
fn requirements_of_a_fabric_look_at_that_fabric_alone() {
    let text = "fabric full role=compute\nfabric thin role=compute\n\
        each s 1..2: switch a{s}\nswitch b1\neach l 1..2: switch la{l}\neach l 1..2: switch lb{l}\n\
        each l 1..2 each h 1..2: gpu h{l}{h}\n\
        each l 1..2 each h 1..2: h{l}{h}.1 -- la{l}.{h} 400G fabric=full\n\
        each l 1..2 each s 1..2: la{l}.{10+s} -- a{s}.{l} 400G fabric=full\n\
        each l 1..2 each h 1..2: h{l}{h}.2 -- lb{l}.{h} 400G fabric=thin\n\
        each l 1..2: lb{l}.11 -- b1.{l} 400G fabric=thin\n";
    let mut design = text_design::read(text).design;
    let fabrics: Vec<FabricId> = design.fabrics.ids().collect();
    for fabric in &fabrics {
        for kind in [
            RequirementKind::Oversubscription(weft::units::Ratio(1.0)),
            RequirementKind::Bisection(Gbps(800.0)),
            RequirementKind::Power(weft::units::Watts(1.0)),
        ] {
            design.requirements.push(Requirement { kind, fabric: Some(*fabric), extra: weft::model::Extra::default() });
        }
    }
    let found: Vec<(String, Severity)> =
        run(&design).into_iter().filter(|finding| finding.code == "requirement-missed").map(|finding| (finding.message, finding.severity)).collect();
    let with = |severity: Severity, words: &str| found.iter().filter(|(message, found)| *found == severity && message.contains(words)).count();
    assert_eq!(with(Severity::Error, ""), 2, "the thin fabric misses two, the full one none: {found:?}");
    assert_eq!(with(Severity::Error, "2 down : 1 up"), 1, "{found:?}");
    assert_eq!(with(Severity::Error, "is 400 Gb/s"), 1, "{found:?}");
    assert_eq!(with(Severity::Info, "cannot be judged"), 2, "power is not told apart by fabric: {found:?}");
}
