//! The designs of `examples/`: each `.weft` beside a `.json` is how it is written, in the text language of the tests.

use std::fs;
use std::path::{Path, PathBuf};

use weft::catalog::Catalog;
use weft::io;
use weft::model::{Design, GroupId, Member, RackId};

use crate::layout::assert_no_overlaps;
use crate::text_design;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}

/// Texts and the designs they are written to, in the order of their names.
fn texts() -> Vec<PathBuf> {
    let mut texts: Vec<PathBuf> =
        fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|end| end == "weft")).collect();
    texts.sort();
    texts
}

/// The files are what their texts say. `WEFT_UPDATE_EXAMPLES=1` writes them anew.
#[test]
fn the_designs_are_what_their_texts_say() {
    let (catalog, texts) = (Catalog::builtin(), texts());
    let wrong: Vec<_> = texts.iter().filter(|path| std::panic::catch_unwind(|| check(path, &catalog)).is_err()).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(texts.len() >= 14);
}

/// Between racks of two groups.
const AISLE: f64 = 48.0;

/// Moves racks that stand side by side apart where one group ends and the next begins.
fn part_groups(design: &mut Design) {
    let group = |design: &Design, rack: RackId| design.groups.iter().find(|(_, group)| group.members.contains(&Member::Rack(rack))).map(|(id, _)| id);
    let mut racks: Vec<(i64, i64, RackId)> = design.racks.iter().map(|(id, rack)| (rack.at.y as i64, rack.at.x as i64, id)).collect();
    racks.sort_unstable();
    let mut last: Option<(i64, i64, Option<GroupId>)> = None;
    let mut aisles = 0.0;
    for (y, x, id) in racks {
        let of = group(design, id);
        match last {
            Some((row, before, other)) if row == y && x - before < 300 => aisles += if other == of { 0.0 } else { AISLE },
            _ => aisles = 0.0,
        }
        last = Some((y, x, of));
        let mut rack = design.racks.get(id).unwrap().clone();
        rack.at.x += aisles;
        design.racks.set(id, Some(rack.into()));
    }
}

/// The list of the page names every one of them, each once.
#[test]
fn the_page_lists_them_all() {
    let mut listed: Vec<&str> = weft::editor::examples::EXAMPLES.iter().map(|example| example.file).collect();
    listed.sort_unstable();
    let texts = texts();
    assert_eq!(listed, texts.iter().map(|path| path.file_stem().unwrap().to_str().unwrap()).collect::<Vec<_>>());
    let guide = fs::read_to_string(folder().join("../docs/guide/examples.md")).unwrap();
    for file in listed {
        assert!(guide.contains(&format!("examples/{file}.json")), "the guide tells of {file}");
        assert!(fs::read_to_string(folder().join(format!("{file}.weft"))).unwrap().contains("\n# "), "{file} says what it is");
    }
}

fn check(path: &Path, catalog: &Catalog) {
    let mut design = text_design::read(&fs::read_to_string(path).unwrap()).design;
    part_groups(&mut design);
    let (file, what) = (path.with_extension("json"), path.file_stem().unwrap().to_string_lossy().into_owned());
    let saved = io::save(&design);
    if std::env::var_os("WEFT_UPDATE_EXAMPLES").is_some() {
        fs::write(&file, &saved).unwrap();
    }
    assert_eq!(fs::read_to_string(&file).unwrap_or_default(), saved, "{what}: WEFT_UPDATE_EXAMPLES=1 writes it anew");
    assert!(design.meta.name.len() > 10 && !design.groups.is_empty(), "{what}: a title and groups");
    assert_eq!(design.structural_faults(), Vec::<String>::new(), "{what}");
    assert_no_overlaps(&design, catalog, &what);
}
