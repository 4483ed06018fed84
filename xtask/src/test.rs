//! `cargo xtask test`: every check, the same here and in continuous integration.

use std::path::Path;
use std::time::Instant;

use crate::dist;
use crate::run::{Outcome, cargo, command, make_folder, output, root, run, step, time, write};
use crate::tools;

type Part = (&'static str, fn() -> Outcome);

const PARTS: [Part; 7] = [("format", format), ("deny", deny), ("lint", lint), ("native", native), ("wasm", wasm), ("build", build), ("e2e", e2e)];

pub fn all() -> Outcome {
    let start = Instant::now();
    println!("Weft: all checks. On two cores the first run takes up to 25 min, later ones about 5.");
    // The end-to-end tests build the page themselves.
    for (_, check) in PARTS.iter().filter(|(name, _)| *name != "build") {
        check()?;
    }
    println!("\nAll checks passed in {}.", time(start.elapsed()));
    Ok(())
}

pub fn part(name: &str) -> Outcome {
    let (_, check) = PARTS.iter().find(|(known, _)| *known == name).ok_or_else(|| {
        let known: Vec<&str> = PARTS.iter().map(|(name, _)| *name).collect();
        format!("there is no part “{name}”; the parts are {}", known.join(", "))
    })?;
    check()
}

fn format() -> Outcome {
    step("Formatting", "2 s", || run(cargo().args(["fmt", "--all", "--check"])))
}

fn lint() -> Outcome {
    step("Lints, with and without the page", "2 min cold", || {
        run(cargo().args(["clippy", "--quiet", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"]))?;
        run(cargo().args(["clippy", "--quiet", "--no-default-features", "--", "-D", "warnings"]))
    })
}

fn native() -> Outcome {
    step("Native tests, without and with the page", "4 min cold", || {
        run(cargo().args(["test", "--no-default-features", "--features", "cli"]))?;
        run(cargo().args(["test", "--features", "cli", "--lib"]))
    })
}

fn wasm() -> Outcome {
    tools::wasm_target()?;
    tools::node()?;
    let runner = tools::wasm_test_runner()?;
    step("Tests in WebAssembly", "1 min cold", || {
        run(cargo()
            .args(["test", "--no-default-features", "--target", "wasm32-unknown-unknown", "--test", "web"])
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", &runner))
    })
}

fn build() -> Outcome {
    dist::dist().map(|_| ())
}

/// The end-to-end tests drive the release page in Chromium, and compare its reports with the command's.
fn e2e() -> Outcome {
    tools::e2e_packages()?;
    let chromium = tools::chromium()?;
    build()?;
    run(cargo().args(["build", "--quiet", "--no-default-features", "--features", "cli", "--bin", "weft"]))?;
    step("End-to-end tests in Chromium", "2 min", || {
        let tests = root().join("tests/e2e");
        let mut files: Vec<_> = std::fs::read_dir(&tests)
            .map_err(|error| error.to_string())?
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
            .collect();
        files.sort();
        if files.is_empty() {
            return Err(format!("no test in {}", tests.display()));
        }
        run(command("node").current_dir(&tests).args(["--test", "--test-concurrency=1", "--test-reporter=spec"]).args(&files).env("WEFT_CHROMIUM", &chromium))
    })
}

/// Bans, licences and sources always; advisories where their database answers.
fn deny() -> Outcome {
    let program = tools::cargo_deny()?;
    step("Dependencies: bans, licences, sources", "10 s", || run(command(&program).args(["check", "bans", "licenses", "sources"])))?;
    step("Dependencies: advisories", "10 s", || {
        let database = command(&program).args(["fetch", "db"]).stdin(std::process::Stdio::null()).output();
        if database.is_ok_and(|output| output.status.success()) {
            return run(command(&program).args(["check", "advisories"]));
        }
        println!("the advisory database does not answer from here: advisories are UNCHECKED");
        Ok(())
    })
}

/// Writes the JSON Schema that `weft schema` prints into the documents.
pub fn schema() -> Outcome {
    let text = output(cargo().args(["run", "--quiet", "--no-default-features", "--features", "cli", "--bin", "weft", "--", "schema"]))
        .ok_or("`weft schema` failed")?;
    let file = root().join("docs/weft-design.schema.json");
    make_folder(file.parent().unwrap_or(Path::new(".")))?;
    write(&file, text)
}
