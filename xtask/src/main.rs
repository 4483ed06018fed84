//! The project's own commands: `cargo xtask serve` and `cargo xtask test` are all a newcomer needs.
//!
//! Each command installs what it misses at exact versions into `target/tools`, says what it does and how long it took.
//! No dependencies, so that the first command starts in seconds.

mod bench;
mod dist;
mod run;
mod serve;
mod shorten;
mod size;
mod test;
mod tools;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask COMMAND

  serve        install what is missing, build the app and serve it on http://127.0.0.1:8080
  test [PART]  install what is missing and run every check; PART is one of
               format, lint, native, wasm, build, e2e, deny
  dist         build the release page into dist/
  size         the release page's files and what they weigh compressed
  bench        the benchmarks, natively (criterion); with --page in WebAssembly;
               with --tasks what holds the page up, step by step;
               with --peers beside igraph, networkx, SimGrid and ibdmchk
  schema       write docs/weft-design.schema.json
  tools        install what serve and test need, and nothing else
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["serve"] => serve::serve(),
        ["test"] => test::all(),
        ["test", part] => test::part(part),
        ["ci"] => test::all(),
        ["dist"] => dist::dist().map(|_| ()),
        ["size"] => size::size(),
        ["bench", rest @ ..] => bench::bench(rest),
        ["schema"] => test::schema(),
        ["tools"] => tools::everything(),
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        other => Err(format!("there is no command “{}”\n\n{HELP}", other.join(" "))),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}
