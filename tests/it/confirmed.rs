//! No rule cries wolf: every finding on templates, examples, reference designs and real dumps is in a list with its reason.
//!
//! The list is `tests/corpus/confirmed-findings.txt`, a line for each: input, code, severity, how many, why it is right.
//! A finding that is not in it is either a rule that is wrong or a line to be added by somebody who looked.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use weft::catalog::Catalog;
use weft::engine::diagnostics::Diagnostic;
use weft::engine::{service, templates};
use weft::io::import::{Options, Source, import};
use weft::io::load;
use weft::model::Design;

/// Templates with their parameters, small and large.
pub(crate) const TEMPLATES: [(&str, &str); 43] = [
    ("dragonfly", ""),
    ("dragonfly", "groups=5"),
    ("dragonfly", "hosts=4 switches=8 global=4"),
    ("dual-plane", ""),
    ("dual-plane", "leaves=16 spines=8 hosts-per-leaf=16 nics=8 links=16"),
    ("fat-tree", ""),
    ("fat-tree", "k=8"),
    ("fat-tree", "k=16"),
    ("leaf-spine", ""),
    ("leaf-spine", "leaves=2 spines=2 hosts-per-leaf=2 links=1"),
    ("leaf-spine", "leaves=16 spines=8 hosts-per-leaf=16 links=2"),
    ("leaf-spine", "switch=nvidia-qm9700 endpoint=dgx-h100 hosts-per-leaf=4 links=8"),
    ("leaf-spine", "switch=nvidia-sn5600 endpoint=hgx-h100-8 hosts-per-leaf=4"),
    ("leaf-spine", "switch=nvidia-q3400-ra endpoint=dgx-b300 hosts-per-leaf=4"),
    ("leaf-spine", "endpoint=dgx-h100 hosts-per-leaf=2"),
    ("nvl72", ""),
    ("nvl72", "generation=gb300"),
    ("nvl72", "generation=vera-rubin"),
    ("nvl72", "fusion-trays=8"),
    ("nvl72", "racks=3"),
    ("nvl72", "racks=8"),
    ("nvl72", "racks=2 fusion-trays=8"),
    ("nvl72", "generation=gb300 racks=10"),
    ("nvl72", "racks=4 scale-out=none"),
    ("rail-only", ""),
    ("rail-only", "servers=6"),
    ("rail-only", "servers=64 server=dgx-b200"),
    ("rail-optimised", "servers=2"),
    ("rail-optimised", "servers=6"),
    ("rail-optimised", "servers=32"),
    ("rail-optimised", "servers=33"),
    ("rail-optimised", "servers=40 per-rack=3"),
    ("rail-optimised", "servers=256"),
    ("rail-optimised", "servers=300"),
    ("rail-optimised", "servers=512"),
    ("single-switch", ""),
    ("single-switch", "endpoints=72 planes=18 gbps=400 endpoint=xpu layer=any"),
    ("torus", ""),
    ("torus", "x=4 y=4 z=4 xpu=google-tpu-v5p"),
    ("torus", "z=8 xpu=generic"),
    ("ualink-pod", ""),
    ("ualink-pod", "trays=26 switch=marvell-ualink-115t"),
    ("ualink-pod", "trays=8 switch=ualink-switch-102t"),
];

/// Dumps of others in the shared folder.
const DUMPS: [&str; 4] = [
    "ltaulell+HPC_toolset/infiniband/X5.topofile",
    "linux-rdma+ibsim/net-examples/net",
    "linux-rdma+ibsim/net-examples/net.1",
    "linux-rdma+ibsim/net-examples/net.2sw2path4hca2port",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// Where the inputs that nobody of this project wrote lie, if they are there.
fn shared() -> Option<PathBuf> {
    let folder = std::env::var_os("WEFT_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    folder.is_dir().then_some(folder)
}

fn inputs() -> Vec<(String, Design)> {
    let catalog = Catalog::builtin();
    let mut inputs = Vec::new();
    for (name, text) in TEMPLATES {
        let design = templates::generate(name, &crate::templates::parameters(text), &catalog).unwrap_or_else(|error| panic!("{name} {text}: {error}"));
        inputs.push((format!("{name} {text}").trim().to_owned(), design));
    }
    let imported = |path: &Path| {
        let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        import(&text, &Source::Auto, &Options::default(), &catalog).unwrap_or_else(|error| panic!("{}: {error}", path.display())).design
    };
    for (folder, suffix) in [("examples", ".json"), ("tests/corpus/imports", "")] {
        for path in files(&root().join(folder), suffix) {
            let name = format!("{folder}/{}", path.file_name().unwrap().to_string_lossy());
            let design = if suffix.is_empty() { imported(&path) } else { load(&fs::read_to_string(&path).unwrap()).unwrap().design };
            inputs.push((name, design));
        }
    }
    match shared() {
        Some(shared) => {
            for path in files(&shared.join("oracle-cases"), ".topology.json") {
                inputs.push((format!("shared/{}", path.file_name().unwrap().to_string_lossy()), imported(&path)));
            }
            for dump in DUMPS {
                inputs.push((format!("shared/{dump}"), imported(&shared.join("real-inputs").join(dump))));
            }
        }
        None => eprintln!("the shared inputs are not there: templates, examples and the project's own dumps are checked"),
    }
    inputs
}

fn files(folder: &Path, suffix: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.to_string_lossy().ends_with(suffix)).collect();
    files.sort();
    files
}

/// Findings by input, code and severity, with one message of each.
fn found(inputs: &[(String, Design)]) -> BTreeMap<(String, String, String), (usize, String)> {
    let catalog = Catalog::builtin();
    let mut found = BTreeMap::new();
    for (name, design) in inputs {
        let report = service::evaluate(design, &catalog);
        for Diagnostic { code, severity, message, .. } in report.diagnostics {
            let entry = found.entry((name.clone(), code, severity.label().to_owned())).or_insert((0, message));
            entry.0 += 1;
        }
    }
    found
}

#[test]
fn every_finding_is_confirmed() {
    let text = fs::read_to_string(root().join("tests/corpus/confirmed-findings.txt")).unwrap();
    let mut confirmed = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
        let fields: Vec<&str> = line.split(" | ").map(str::trim).collect();
        let [input, code, severity, count, reason] = fields.as_slice() else { panic!("“{line}” is not: input | code | severity | count | reason") };
        assert!(reason.len() > 15, "“{line}” gives no reason");
        confirmed.insert(((*input).to_owned(), (*code).to_owned(), (*severity).to_owned()), count.parse::<usize>().unwrap());
    }
    let inputs = inputs();
    let checked: BTreeSet<&str> = inputs.iter().map(|(name, _)| name.as_str()).collect();
    let found = found(&inputs);
    let mut wrong = Vec::new();
    for (key, (count, message)) in &found {
        if confirmed.get(key) != Some(count) {
            wrong.push(format!("{} | {} | {} | {count} | {message}", key.0, key.1, key.2));
        }
    }
    for key in confirmed.keys().filter(|key| checked.contains(key.0.as_str()) && !found.contains_key(*key)) {
        wrong.push(format!("confirmed, but not found any more: {} | {} | {}", key.0, key.1, key.2));
    }
    assert!(wrong.is_empty(), "not confirmed as listed:\n{}", wrong.join("\n"));
}

/// The table of `docs/decisions/rules.md` names every rule, and no other.
#[test]
fn the_table_of_rules_is_in_step() {
    let table = fs::read_to_string(root().join("docs/decisions/rules.md")).unwrap();
    let mut named = BTreeSet::new();
    for row in table.lines().filter(|line| line.starts_with("| ")) {
        let Some(place) = row.split(" | ").nth(1) else { continue };
        for code in place.split('`').skip(1).step_by(2) {
            named.insert(code.to_owned());
        }
    }
    let codes: BTreeSet<String> = weft::engine::rules::all().iter().map(|rule| rule.code.to_owned()).collect();
    assert_eq!(codes.difference(&named).collect::<Vec<_>>(), Vec::<&String>::new(), "rules that no row of the table names");
    assert_eq!(named.difference(&codes).collect::<Vec<_>>(), Vec::<&String>::new(), "codes in the table that are no rules");
    for row in (1..=75).map(|number| format!("| R{number} ")) {
        assert!(table.contains(&row), "{row}is missing");
    }
    assert!(codes.len() >= 50);
}

/// Rates and population decide, not how many ports are used: the three rows of Juniper's table for the AI data centre.
#[test]
fn oversubscription_counts_rates_and_population() {
    let catalog = Catalog::builtin();
    for (text, ratio) in [
        ("leaves=8 spines=4 hosts-per-leaf=4 links=1 host-gbps=400 uplink-gbps=400", 1.0),
        ("leaves=16 spines=4 hosts-per-leaf=4 links=1 host-gbps=400 uplink-gbps=400", 1.0),
        ("leaves=16 spines=4 hosts-per-leaf=8 links=1 host-gbps=400 uplink-gbps=400", 2.0),
        ("leaves=16 spines=4 hosts-per-leaf=4 links=1 host-gbps=400 uplink-gbps=200", 2.0),
    ] {
        let design = templates::generate("leaf-spine", &crate::templates::parameters(text), &catalog).unwrap();
        let report = service::evaluate(&design, &catalog);
        assert_eq!(report.estimate("oversubscription").and_then(|estimate| estimate.value()), Some(ratio), "{text}");
    }
}

/// Optical lanes decide which modules can talk: both modules of an assembly have one plan.
#[test]
fn modules_of_an_assembly_have_one_plan() {
    let (catalog, design) = (Catalog::builtin(), Design::default());
    let mut seen = 0;
    for part in catalog.parts() {
        let Some(cable) = part.cable().filter(|cable| !cable.modules.is_empty()) else { continue };
        for module in &cable.modules {
            let plan = catalog.part(&design, module).and_then(|module| module.cable()).and_then(|module| module.optical.clone());
            assert_eq!(plan, cable.optical, "{}: {module}", part.id);
            seen += 1;
        }
    }
    assert!(seen >= 10);
}
