//! Names and labels by pattern, and workbooks: what people give to scripts, label printers and spreadsheets.

use std::process::Command;
use std::sync::Arc;

use weft::catalog::Catalog;
use weft::editor::opening::Drawn;
use weft::editor::{Field, Intent, Session, as_placed};
use weft::engine::labels::Naming;
use weft::engine::templates;
use weft::io::export::cables;
use weft::io::{load, save};
use weft::model::{Design, Subject};
use weft::scene::Scene;
use weft::units::SortedSet;

use crate::templates::parameters;

fn design() -> Design {
    templates::generate("rail-only", &parameters("servers=6"), &Catalog::builtin()).unwrap()
}

fn servers(design: &Design) -> SortedSet<Subject> {
    design.nodes.iter().filter(|(_, node)| node.name.starts_with("dgx")).map(|(id, _)| Subject::Node(id)).collect()
}

/// The new names of the servers in the order of the drawing.
fn check(pattern: &str) -> Result<Vec<String>, String> {
    let (design, catalog) = (design(), Catalog::builtin());
    let ordered = as_placed(&Scene::build(&design, &catalog), &servers(&design));
    Naming::of(&design, &catalog).names(&ordered, pattern).map(|names| names.into_iter().map(|(_, name)| name).collect())
}

#[test]
fn names_follow_the_place() {
    assert_eq!(check("{rack}-u{u:2}").unwrap(), ["A01-u37", "A01-u25", "A01-u13", "A02-u13", "A01-u01", "A02-u01"]);
    assert_eq!(check("host-{n:3}").unwrap()[..2], ["host-001", "host-002"]);
    assert_eq!(check("{part} {name} {kind} {group} {column} {row}").unwrap()[0], "DGX H100 dgx-4 system Servers 0 A");
}

#[test]
fn what_cannot_be_is_said() {
    assert!(check("{rak}").unwrap_err().starts_with("There is no placeholder {rak}; there are {name}, {n}, {rack}, "));
    assert_eq!(check("{rack}").unwrap_err(), "“A01” would be there twice: r1 is called that already. Add {n}, {u} or {id} to the pattern");
    assert_eq!(check("x{rack}").unwrap_err(), "“xA01” would be there twice: dgx-4 would be called that too. Add {n}, {u} or {id} to the pattern");
    assert_eq!(check("{site}-{n}").unwrap_err(), "{site} says nothing of dgx-4: it stands at no site");
    assert!(check(&format!("{}{{n}}", "x".repeat(200))).unwrap_err().contains("would have 201 characters; a name has at most 200"));
    let (design, catalog) = (design(), Catalog::builtin());
    assert!(Naming::of(&design, &catalog).names(&[], "{n}").is_err());
}

#[test]
fn one_step_renames_all_and_undo_brings_the_names_back() {
    let before = design();
    let subjects: Vec<Subject> = servers(&before).into_iter().collect();
    let mut session = Session::new(Arc::new(Catalog::builtin()));
    session.handle(Intent::OpenDesign { drawn: Box::new(Drawn::new(before.clone())), told: String::new(), read_only: None, returns: true });
    session.handle(Intent::Edit { subjects: subjects.clone(), field: Field::Pattern("{rack}-{u:2}".to_owned()) });
    let names: Vec<&str> = session.design().nodes.iter().map(|(_, node)| node.name.as_str()).filter(|name| name.starts_with('A')).collect();
    assert_eq!(names.len(), 6);
    session.handle(Intent::Undo);
    assert_eq!(session.design(), &before);
    session.handle(Intent::Edit { subjects, field: Field::Pattern("{rack}".to_owned()) });
    assert_eq!(session.design(), &before, "what is refused changes nothing");
}

/// Both labels of the first link.
fn labels(design: &Design) -> [String; 2] {
    let table = cables(design, &Catalog::builtin());
    ["a_label", "b_label"].map(|key| table.rows[0][table.columns.iter().position(|column| column.key == key).unwrap()].clone())
}

#[test]
fn labels_of_cables_follow_the_pattern_of_the_design() {
    let mut design = design();
    assert_eq!(labels(&design), ["A01-U01-OSFP1P1", "leaf-1-1/1"]);
    let state = |design: &mut Design, label: &str| Arc::make_mut(&mut design.meta).settings.label = Some(label.to_owned());
    state(&mut design, "{node}:{port} > {far-node}");
    assert_eq!(labels(&design), ["dgx-1:OSFP1P1 > leaf-1", "leaf-1:1/1 > dgx-1"]);
    assert_eq!(load(&save(&design)).unwrap().design, design, "the pattern is saved");
    state(&mut design, "{rack}/{u:2}/{port}");
    assert_eq!(labels(&design), ["A01/01/OSFP1P1", "leaf-1-1/1"], "what a placeholder says nothing of has the usual label");
    state(&mut design, "{nonsense}");
    assert_eq!(labels(&design), ["A01-U01-OSFP1P1", "leaf-1-1/1"], "no pattern: the usual labels");
    let refused = weft::engine::settable::set_settings(&mut Default::default(), "cable_label", "{nonsense}").unwrap_err();
    assert!(refused.starts_with("There is no placeholder {nonsense}; there are {rack}, {u}, {node}, {port}"));
}

fn weft(arguments: &[&str]) -> (i32, Vec<u8>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_weft")).args(arguments).output().unwrap();
    (output.status.code().unwrap(), output.stdout, String::from_utf8(output.stderr).unwrap())
}

fn written(name: &str, design: &Design) -> String {
    let path = std::env::temp_dir().join(format!("weft-{name}-{}.json", std::process::id()));
    std::fs::write(&path, save(design)).unwrap();
    path.to_string_lossy().into_owned()
}

#[test]
fn the_command_renames_what_is_chosen() {
    let path = written("rename", &design());
    let (code, out, _) = weft(&["rename", &path, "{rack}-{u:2}", "--only", "dgx-*"]);
    let renamed = load(&String::from_utf8(out).unwrap()).unwrap().design;
    assert_eq!(code, 0);
    assert_eq!(renamed.nodes.iter().filter(|(_, node)| node.name.starts_with("A0")).count(), 6);
    assert!(renamed.nodes.iter().any(|(_, node)| node.name == "leaf-8"), "leaves keep theirs");
    let (_, out, _) = weft(&["rename", &path, "row-{row}-{n:2}", "--racks"]);
    assert!(String::from_utf8(out).unwrap().contains("\"name\":\"row-A-02\""));
    for (arguments, words) in [(vec!["{rak}"], "There is no placeholder {rak}"), (vec!["{n}", "--only", "nobody*"], "nothing is called “nobody*”")] {
        let (code, _, told) = weft(&[&["rename", path.as_str()], arguments.as_slice()].concat());
        assert!(code == 2 && told.contains(words), "{told}");
    }
    std::fs::remove_file(path).unwrap();
}

/// The files of a ZIP archive, read by its central directory.
fn unzipped(bytes: &[u8]) -> Vec<(String, String)> {
    let word = |at: usize, size: usize| (0..size).rev().fold(0usize, |value, place| value << 8 | usize::from(bytes[at + place]));
    let end = (0..bytes.len() - 21).rev().find(|at| bytes[*at..].starts_with(b"PK\x05\x06")).unwrap();
    let mut at = word(end + 16, 4);
    (0..word(end + 10, 2))
        .map(|_| {
            let (method, packed, name, local) = (word(at + 10, 2), word(at + 20, 4), word(at + 28, 2), word(at + 42, 4));
            let title = String::from_utf8(bytes[at + 46..at + 46 + name].to_vec()).unwrap();
            at += 46 + name + word(at + 30, 2) + word(at + 32, 2);
            let start = local + 30 + word(local + 26, 2) + word(local + 28, 2);
            let data = &bytes[start..start + packed];
            let text = if method == 0 { data.to_vec() } else { miniz_oxide::inflate::decompress_to_vec(data).unwrap() };
            (title, String::from_utf8(text).unwrap())
        })
        .collect()
}

#[test]
fn a_workbook_holds_both_tables_and_no_formula() {
    let mut design = design();
    for (id, name) in design.nodes.ids().collect::<Vec<_>>().into_iter().zip([
        "=cmd|' /C calc'!A0",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "=HYPERLINK(\"http://x\",\"y\")",
        "<b>&\"'",
        "＝1",
    ]) {
        let mut node = design.nodes.get(id).unwrap().clone();
        node.name = name.to_owned();
        design.nodes.set(id, Some(Arc::new(node)));
    }
    let path = written("xlsx", &design);
    let (code, book, told) = weft(&["export", &path, "--to", "xlsx"]);
    assert_eq!((code, told.as_str()), (0, ""));
    assert_eq!(book, weft(&["export", &path, "--to", "xlsx"]).1, "the same design gives the same bytes");
    std::fs::remove_file(path).unwrap();
    let files = unzipped(&book);
    let file = |name: &str| files.iter().find(|(title, _)| title == name).map(|(_, text)| text.as_str()).unwrap_or_default();
    assert!(file("xl/workbook.xml").contains("Cable schedule") && file("xl/workbook.xml").contains("Bill of materials"));
    for (title, text) in &files {
        assert!(!text.contains("<f>") && !text.contains("<f ") && !text.contains("t=\"str\""), "{title} holds a formula");
    }
    let texts = file("xl/sharedStrings.xml");
    assert!(texts.contains("=cmd|") && texts.contains("@SUM(A1)") && texts.contains("&lt;b&gt;&amp;"), "labels are kept as they are");
    assert!(file("xl/styles.xml").contains("quotePrefix=\"1\""), "and stay text when somebody edits the cell");
    assert_eq!(file("xl/worksheets/sheet1.xml").matches("<row ").count(), design.links.len() + 1);
    assert!(files.iter().all(|(title, _)| !title.contains("external") && !title.contains("vba")));
}
