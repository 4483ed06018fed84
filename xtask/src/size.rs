//! `cargo xtask size`: what people download.

use crate::dist;
use crate::run::{Outcome, command, files_below, output, root};

const BUDGET_KB: f64 = 350.0;
const SCRIPT: &str = "const z=require('zlib'),f=require('fs');for(const p of process.argv.slice(1)){const b=f.readFileSync(p);console.log(b.length,z.gzipSync(b,{level:9}).length,z.brotliCompressSync(b,{params:{[z.constants.BROTLI_PARAM_QUALITY]:11}}).length)}";
/// The most the catalogue's data may add, which is inside the program.
const CATALOGUE_KB: f64 = 60.0;
const TOGETHER: &str = "const z=require('zlib'),f=require('fs');const b=Buffer.concat(process.argv.slice(1).map(p=>f.readFileSync(p)));console.log(b.length,z.brotliCompressSync(b,{params:{[z.constants.BROTLI_PARAM_QUALITY]:11}}).length)";

/// Refuses a page that has the standard library's reader of decimal numbers in it, whose tables do not compress (docs/decisions/small-calls.md):
/// somewhere it parses an `f64` by itself, which no lint can see.
fn no_second_reader() -> Outcome {
    let program = std::fs::read(root().join(dist::PROGRAM)).map_err(|error| error.to_string())?;
    let mark = b"dec2flt";
    if program.windows(mark.len()).any(|part| part == mark) { Err("the page parses an f64 by itself; have units::decimal do it".to_owned()) } else { Ok(()) }
}

/// What the catalogue's data weighs, all shelves as one.
fn catalogue() -> Result<f64, String> {
    let shelves: Vec<_> = files_below(&root().join("src/catalog/data"));
    let answer = output(command("node").args(["-e", TOGETHER]).args(&shelves)).ok_or("node could not compress the catalogue")?;
    let numbers: Vec<f64> = answer.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    let [raw, brotli] = numbers[..] else { return Err(format!("node answered “{answer}”")) };
    println!("catalogue data within the program: {:.1} kB, {:.1} kB brotli of {CATALOGUE_KB} kB", raw / 1000.0, brotli / 1000.0);
    Ok(brotli / 1000.0)
}

pub fn size() -> Outcome {
    let folder = dist::dist()?;
    // Examples are asked for one by one, by who wants one.
    let (examples, files): (Vec<_>, Vec<_>) = files_below(&folder).into_iter().partition(|file| file.starts_with(folder.join(dist::EXAMPLES)));
    let answer = output(command("node").args(["-e", SCRIPT]).args(&files)).ok_or("node could not compress the files")?;
    let mut total = 0.0;
    println!("{:>10} {:>10} {:>10}  file", "raw", "gzip", "brotli");
    for (line, file) in answer.lines().zip(&files) {
        let numbers: Vec<f64> = line.split(' ').filter_map(|number| number.parse().ok()).collect();
        let [raw, gzip, brotli] = numbers[..] else { return Err(format!("node answered “{line}”")) };
        total += brotli;
        println!("{raw:>10} {gzip:>10} {brotli:>10}  {}", file.strip_prefix(&folder).unwrap_or(file).display());
    }
    println!("{} examples beside them, not counted", examples.len());
    println!("all files: {:.1} kB brotli of {BUDGET_KB} kB", total / 1000.0);
    no_second_reader()?;
    if catalogue()? > CATALOGUE_KB {
        return Err("the catalogue's data is over its budget".to_owned());
    }
    if total / 1000.0 > BUDGET_KB { Err("the page is over its budget".to_owned()) } else { Ok(()) }
}
