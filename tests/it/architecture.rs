//! The walls of the house: a room may use rooms to its left, nothing points right, and left of `app` there is no browser.

use std::fs;
use std::path::{Path, PathBuf};

const ROOMS: [&str; 11] = ["units", "json", "model", "catalog", "engine", "io", "scene", "editor", "render", "app", "embed"];

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The rooms that a line of code names as `crate::room` or `weft::room`.
fn rooms_named(line: &str) -> Vec<&'static str> {
    let code = line.split("//").next().unwrap_or_default();
    ROOMS
        .into_iter()
        .filter(|room| {
            [format!("crate::{room}"), format!("weft::{room}")].iter().any(|path| {
                code.match_indices(path.as_str()).any(|(at, found)| !code[at + found.len()..].starts_with(|next: char| next.is_alphanumeric() || next == '_'))
            })
        })
        .collect()
}

#[test]
fn rooms_use_only_rooms_to_their_left() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for (place, room) in ROOMS.iter().enumerate() {
        for file in rust_files(&source().join(room)) {
            let text = fs::read_to_string(&file).unwrap();
            for (number, line) in text.lines().enumerate() {
                for used in rooms_named(line) {
                    seen += 1;
                    if ROOMS.iter().position(|other| *other == used).is_some_and(|used| used > place) {
                        wrong.push(format!("{}:{}: {room} may not use {used}", file.display(), number + 1));
                    }
                }
            }
        }
    }
    assert!(seen > 50, "the test must see the uses it judges, saw {seen}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn left_of_the_page_there_is_no_browser_clock_chance_or_file() {
    let banned = [
        "web_sys",
        "js_sys",
        "wasm_bindgen",
        "gloo",
        "yew",
        "std::fs",
        "std::time",
        "std::env",
        "std::net",
        "std::process",
        "std::thread",
        "HashMap",
        "HashSet",
        "RandomState",
    ];
    let mut wrong = Vec::new();
    for room in &ROOMS[..8] {
        for file in rust_files(&source().join(room)) {
            let text = fs::read_to_string(&file).unwrap();
            for (number, line) in text.lines().enumerate() {
                let code = line.split("//").next().unwrap_or_default();
                for word in banned.iter().filter(|word| code.contains(*word)) {
                    wrong.push(format!("{}:{}: {word}", file.display(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_io_and_reports_are_serialised() {
    for file in rust_files(&source().join("model")) {
        let text = fs::read_to_string(&file).unwrap();
        assert!(!text.contains("Serialize"), "{}: only `io` serialises a design", file.display());
    }
}

#[test]
fn no_first_party_code_writes_markup_from_text() {
    let banned = [
        "inner_html",
        "set_inner_html",
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "insert_adjacent_html",
        "from_html_unchecked",
        "document.write",
        "eval(",
    ];
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = rust_files(&source());
    files.extend(
        ["index.html", "assets/boot.js", "assets/embed.js", "assets/onepage.js", "assets/weft-designer.js"]
            .iter()
            .map(|name| root.join(name))
            .filter(|path| path.exists()),
    );
    let mut wrong = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        wrong.extend(banned.iter().filter(|word| text.contains(*word)).map(|word| format!("{}: {word}", file.display())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
