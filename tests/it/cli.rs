//! The command `weft`, run as people run it.
#![cfg(feature = "cli")]

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use weft::catalog::Catalog;
use weft::engine::templates;
use weft::io;

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
    assert_eq!(weft(&["import", file.path(), "--from", "ibnetdiscover"]).out, outcome.out);
}

#[test]
fn import_refuses_in_one_sentence() {
    assert!(refused(&["import", "-", "--from", "hearsay"], b"").starts_with("--from hearsay: there is no such format; choose one of auto, graph"));
    assert!(refused(&["import", "-"], b"").starts_with("standard input"));
    assert!(refused(&["import", "no-such-file"], b"").starts_with("no-such-file: there is no such file; "));
    assert!(refused(&["import", "."], b"").starts_with(".: this is a folder; "));
    assert!(refused(&["import", "-"], b"a\nb\n\xff\n").starts_with("standard input:3: this is not UTF-8 text; "));
}
