//! The tools that serve and test need, at exact versions, below `target/tools` (or `WEFT_TOOLS`, a folder that survives a clean).

use std::path::PathBuf;

use crate::run::{Outcome, cargo, command, make_folder, on_path, output, path_with, root, run, step};

/// Must equal the version of the `wasm-bindgen` crate in Cargo.toml.
const WASM_BINDGEN: &str = "0.2.130";
const TRUNK: &str = "0.21.14";
const CARGO_DENY: &str = "0.20.2";
const BINARYEN: &str = "132.0.0";
const TARGET: &str = "wasm32-unknown-unknown";

/// Where tools are kept.
pub fn folder() -> PathBuf {
    std::env::var_os("WEFT_TOOLS").map_or_else(|| root().join("target/tools"), PathBuf::from)
}

fn bin(name: &str) -> PathBuf {
    folder().join("bin").join(name)
}

/// The folder of programs that npm installed.
pub fn node_bin() -> PathBuf {
    folder().join("node_modules/.bin")
}

/// PATH with our tools in front.
pub fn path() -> std::ffi::OsString {
    path_with(&[folder().join("bin"), node_bin()])
}

/// The wasm target of the compiler.
pub fn wasm_target() -> Outcome {
    let lib = output(command("rustc").args(["--print", "target-libdir", "--target", TARGET])).map(|text| PathBuf::from(text.trim()));
    if lib.is_some_and(|folder| folder.is_dir()) {
        return Ok(());
    }
    step("Adding the compiler's WebAssembly target", "10 s", || run(command("rustup").args(["target", "add", TARGET])))
}

/// Installs a program from its source at an exact version. Unoptimised: the programs do little work of their own, and this halves the wait.
fn cargo_install(name: &str, version: &str, program: &str, more: &[&str], usually: &str) -> Outcome<PathBuf> {
    let program = bin(program);
    let mark = folder().join("versions").join(format!("{name}-{version}"));
    if program.is_file() && mark.is_file() {
        return Ok(program);
    }
    step(&format!("Installing {name} {version}"), usually, || {
        make_folder(&folder().join("versions"))?;
        let mut install = cargo();
        install.args(["install", "--quiet", "--debug", "--force", &format!("{name}@{version}"), "--root"]).arg(folder()).args(more);
        // One folder for all of them, so that no crate they share is compiled twice.
        install.env("CARGO_TARGET_DIR", folder().join("build")).env("CARGO_PROFILE_DEV_DEBUG", "0").env_remove("RUSTFLAGS");
        run(&mut install)?;
        crate::run::write(&mark, "")
    })?;
    Ok(program)
}

/// The `wasm-bindgen` command; its test runner comes with it.
pub fn wasm_bindgen() -> Outcome<PathBuf> {
    // Without `--locked`: its lock file names a crate version that a registry may not serve yet.
    cargo_install("wasm-bindgen-cli", WASM_BINDGEN, "wasm-bindgen", &[], "1 to 2 min")
}

/// The test runner for tests compiled to WebAssembly.
pub fn wasm_test_runner() -> Outcome<PathBuf> {
    wasm_bindgen().map(|_| bin("wasm-bindgen-test-runner"))
}

/// The `trunk` command.
pub fn trunk() -> Outcome<PathBuf> {
    cargo_install("trunk", TRUNK, "trunk", &["--locked", "--no-default-features", "--features", "rustls"], "3 to 5 min")
}

/// The `cargo-deny` command.
pub fn cargo_deny() -> Outcome<PathBuf> {
    cargo_install("cargo-deny", CARGO_DENY, "cargo-deny", &["--locked", "--no-default-features"], "3 to 4 min")
}

/// Node 20 or newer, with npm.
pub fn node() -> Outcome {
    let version = output(command("node").arg("--version")).unwrap_or_default();
    let major: u32 = version.trim().trim_start_matches('v').split('.').next().and_then(|digits| digits.parse().ok()).unwrap_or(0);
    match (major, on_path(&["npm"])) {
        (20.., Some(_)) => Ok(()),
        (0, _) => Err("Node is missing: install Node 20 or newer with npm (Debian: apt-get install nodejs npm)".to_owned()),
        (20.., None) => Err("npm is missing: install it beside Node (Debian: apt-get install npm)".to_owned()),
        (old, _) => Err(format!("Node {old} is too old: Weft's tests need Node 20 or newer")),
    }
}

/// The `wasm-opt` command, from the npm package `binaryen`.
pub fn wasm_opt() -> Outcome<PathBuf> {
    let program = node_bin().join("wasm-opt");
    let mark = folder().join("versions").join(format!("binaryen-{BINARYEN}"));
    if program.is_file() && mark.is_file() {
        return Ok(program);
    }
    node()?;
    step(&format!("Installing wasm-opt (binaryen {BINARYEN})"), "10 s", || {
        make_folder(&folder().join("versions"))?;
        run(command("npm")
            .args(["install", "--silent", "--no-save", "--no-audit", "--no-fund", "--prefix"])
            .arg(folder())
            .arg(format!("binaryen@{BINARYEN}")))?;
        crate::run::write(&mark, "")
    })?;
    Ok(program)
}

/// A Chromium: `WEFT_CHROMIUM`, then the system's, then Debian's package when we are root.
pub fn chromium() -> Outcome<PathBuf> {
    if let Some(stated) = std::env::var_os("WEFT_CHROMIUM").map(PathBuf::from) {
        return if stated.is_file() { Ok(stated) } else { Err(format!("WEFT_CHROMIUM names {}, which is not a file", stated.display())) };
    }
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    if let Some(found) = on_path(&names) {
        return Ok(found);
    }
    let root_user = output(command("id").arg("-u")).is_some_and(|id| id.trim() == "0");
    if !root_user || on_path(&["apt-get"]).is_none() {
        return Err("no Chromium found: install one (Debian: apt-get install chromium) or name it in WEFT_CHROMIUM".to_owned());
    }
    step("Installing Chromium", "1 min", || {
        run(command("apt-get").args(["-qq", "update"]))?;
        run(command("apt-get").args(["-qq", "-y", "--no-install-recommends", "install", "chromium"]).env("DEBIAN_FRONTEND", "noninteractive"))
    })?;
    on_path(&names).ok_or_else(|| "the chromium package brought no program of that name".to_owned())
}

/// What the end-to-end tests need from npm, at the versions of their lock file.
pub fn e2e_packages() -> Outcome {
    node()?;
    let tests = root().join("tests/e2e");
    if tests.join("node_modules/playwright-core").is_dir() && tests.join("node_modules/axe-core").is_dir() {
        return Ok(());
    }
    step("Installing playwright-core and axe-core", "10 s", || run(command("npm").current_dir(&tests).args(["ci", "--silent", "--no-audit", "--no-fund"])))
}

/// Everything that serve and test need.
pub fn everything() -> Outcome {
    wasm_target()?;
    wasm_opt()?;
    wasm_bindgen()?;
    trunk()?;
    cargo_deny()?;
    e2e_packages()?;
    chromium().map(|_| ())
}
