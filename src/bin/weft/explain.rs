//! `weft explain`: the page of one diagnostic, or the list of all.

use std::process::ExitCode;

use clap::Args;
use weft::engine::rules;

use crate::{Failure, files};

/// What `explain` is told.
#[derive(Args)]
pub struct Arguments {
    /// The diagnostic code, for example rail-misaligned; without one, all are listed
    code: Option<String>,
}

/// Prints the page of a code, or one line for each code.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Some(code) = &arguments.code else {
        let code_width = rules::all().iter().map(|rule| rule.code.len()).max().unwrap_or(0);
        let lines = rules::all().iter().map(|rule| format!("{:code_width$}  {:7}  {}\n", rule.code, rule.severity.label(), rule.title));
        files::print(&lines.collect::<String>())?;
        return Ok(ExitCode::SUCCESS);
    };
    let page = rules::documentation(code).ok_or_else(|| {
        let near = rules::all().iter().map(|rule| rule.code).min_by_key(|known| distance(code, known));
        let hint = near.filter(|near| distance(code, near) <= 4).map(|near| format!("did you mean {near}? ")).unwrap_or_default();
        Failure::new(format!("{}: there is no such diagnostic; {hint}weft explain lists them all", code.chars().take(80).collect::<String>()))
    })?;
    let newline = if page.ends_with('\n') { "" } else { "\n" };
    files::print(&format!("{page}{newline}"))?;
    Ok(ExitCode::SUCCESS)
}

/// Edits between two codes (Levenshtein); codes are short, and a long text is cut.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(80).collect(), b.chars().take(80).collect());
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut diagonal = row.first().copied().unwrap_or(0);
        let mut next = vec![i + 1];
        for (above, to) in row.iter().skip(1).zip(&b) {
            let left = next.last().copied().unwrap_or(0);
            next.push((diagonal + usize::from(from != to)).min(left + 1).min(above + 1));
            diagonal = *above;
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}
