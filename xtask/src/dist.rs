//! `cargo xtask dist`: the release page. The program, its glue, the boot file and the styles share one folder named by
//! their content, so that page and worker can never be of different versions and the folder may be cached for ever.

use std::path::{Path, PathBuf};

use crate::run::{Outcome, cargo, command, copy, files_below, make_folder, read, root, run, step, write};
use crate::shorten::{shorten, without_comments};
use crate::tools;

/// The program as the compiler leaves it, with the names of its functions.
pub const PROGRAM: &str = "target/wasm32-unknown-unknown/release/weft-app.wasm";

/// Builds the release page and returns its folder.
pub fn dist() -> Outcome<PathBuf> {
    tools::wasm_target()?;
    let wasm_opt = tools::wasm_opt()?;
    let wasm_bindgen = tools::wasm_bindgen()?;
    step("Building the release page", "3 to 5 min cold", || {
        run(cargo().args(["build", "--release", "--target", "wasm32-unknown-unknown", "--bin", "weft-app"]))?;
        let stage = root().join("target/dist-stage");
        let _ = std::fs::remove_dir_all(&stage);
        make_folder(&stage)?;
        run(command(wasm_bindgen).args(["--target", "web", "--no-typescript", "--out-name", "weft-app", "--out-dir"]).arg(&stage).arg(PROGRAM))?;
        let wasm = stage.join("weft-app_bg.wasm");
        run(command(wasm_opt)
            .args([
                "-Os",
                "--enable-bulk-memory",
                "--enable-nontrapping-float-to-int",
                "--enable-sign-ext",
                "--enable-mutable-globals",
                "--enable-reference-types",
                "--enable-multivalue",
            ])
            .arg(&wasm)
            .arg("-o")
            .arg(&wasm))?;
        let glue = stage.join("weft-app.js");
        let program = std::fs::read(&wasm).map_err(|error| error.to_string())?;
        let (program, script) = shorten(&program, &read(&glue)?)?;
        std::fs::write(&wasm, program).map_err(|error| error.to_string())?;
        write(&glue, script)?;

        let page = assemble(&read(&root().join("index.html"))?, &stage)?;
        let name = content_name(&stage)?;
        let out = root().join("dist");
        let _ = std::fs::remove_dir_all(&out);
        make_folder(&out)?;
        std::fs::rename(&stage, out.join(&name)).map_err(|error| format!("cannot move the built files: {error}"))?;
        write(&out.join("index.html"), page.replace("@@", &name))?;
        examples(&out)?;
        copy(&root().join("assets").join(ELEMENT), &out.join(ELEMENT))?;
        println!("the page is in {}", out.display());
        Ok(out)
    })
}

/// The example designs, which a page asks for when somebody chooses one. Their format is older than any page, so they need no folder of
/// one version.
pub const EXAMPLES: &str = "examples";

fn examples(out: &Path) -> Outcome {
    make_folder(&out.join(EXAMPLES))?;
    for file in files_below(&root().join(EXAMPLES)).iter().filter(|file| file.extension().is_some_and(|end| end == "json")) {
        copy(file, &out.join(EXAMPLES).join(file.file_name().unwrap_or_default()))?;
    }
    Ok(())
}

/// The element for other people's pages. They name it, so its address stays; it asks for the page beside it, whatever that is made of.
const ELEMENT: &str = "weft-designer.js";

/// The one file that all styles of a release are in: joined they compress better.
const STYLES: &str = "weft.css";

/// Carries out trunk's asset lines of `index.html` for a release: styles and copied files go to the stage, and addresses
/// point into the folder that `@@` stands for.
fn assemble(source: &str, stage: &Path) -> Outcome<String> {
    let mut page = String::new();
    let mut styles = String::new();
    for line in source.lines() {
        if !line.contains("data-trunk") {
            page.push_str(&line.replace("src=\"boot.js\"", "src=\"@@/boot.js\""));
            page.push('\n');
            continue;
        }
        let href = attribute(line, "href").unwrap_or_default();
        let file = Path::new(&href).file_name().unwrap_or_default().to_string_lossy().into_owned();
        match attribute(line, "rel").as_deref() {
            Some("css") => {
                if styles.is_empty() {
                    page.push_str(&format!("    <link rel=\"stylesheet\" href=\"@@/{STYLES}\" />\n"));
                }
                styles.push_str(&without_comments(&read(&root().join(&href))?));
            }
            Some("copy-file") if file == ELEMENT => {}
            Some("copy-file") => copy(&root().join(&href), &stage.join(&file))?,
            Some("icon") => {
                copy(&root().join(&href), &stage.join(&file))?;
                page.push_str(&format!("    <link rel=\"icon\" href=\"@@/{file}\" />\n"));
            }
            _ => {}
        }
    }
    write(&stage.join(STYLES), styles)?;
    Ok(page)
}

fn attribute(line: &str, name: &str) -> Option<String> {
    let (_, rest) = line.split_once(&format!(" {name}=\""))?;
    rest.split_once('"').map(|(value, _)| value.to_owned())
}

/// FNV-1a over all files: a name that changes with the content. Not a defence, only a cache key.
fn content_name(folder: &Path) -> Outcome<String> {
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for file in files_below(folder) {
        let bytes = std::fs::read(&file).map_err(|error| error.to_string())?;
        for byte in file.file_name().unwrap_or_default().as_encoded_bytes().iter().chain(&bytes) {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    Ok(format!("{hash:016x}"))
}
