//! `weft check`: what is wrong with designs, for people, programs and pipelines.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use weft::catalog::Catalog;
use weft::engine::diagnostics::{Diagnostic, Severity, Trust};
use weft::engine::report::{FORMAT, Report};
use weft::engine::service::evaluate;
use weft::io::export::report_json;
use weft::io::load;
use weft::model::Design;
use weft::units::counted;

use crate::text::{Lines, Paint, name_of, tame};
use crate::{Failure, files, sarif};

/// What `check` is told.
#[derive(Args)]
pub struct Arguments {
    /// Designs to check
    #[arg(required = true, value_name = "DESIGN")]
    designs: Vec<String>,
    /// How to write the findings
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Lets findings of this severity fail, too
    #[arg(long, value_enum, value_name = "SEVERITY")]
    deny: Option<Deny>,
    /// An earlier report (JSON) or design: only findings it does not have are shown and fail
    #[arg(long, value_name = "OLD")]
    baseline: Option<String>,
}

/// How to write findings.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs: the report
    Json,
    /// For code scanning services: SARIF 2.1.0
    Sarif,
}

/// What else fails.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Deny {
    /// Warnings fail
    Warnings,
}

/// One checked design.
pub struct Checked {
    /// The file.
    pub path: String,
    /// The design.
    pub design: Design,
    /// What was found, without what the baseline has.
    pub report: Report,
    /// Where its records stand.
    pub lines: Lines,
    /// Findings the baseline has.
    known: usize,
}

/// Checks designs; exit code 1 if anything fails, 2 if a design cannot be read.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let paths: Vec<&str> = arguments.designs.iter().chain(&arguments.baseline).map(String::as_str).collect();
    files::once(&paths)?;
    let catalog = Catalog::builtin();
    let baseline = arguments.baseline.as_deref().map(|path| Baseline::read(path, &catalog)).transpose()?;

    let mut checked = Vec::new();
    let mut unreadable = false;
    for path in &arguments.designs {
        match files::open(path) {
            Ok(opened) => {
                let mut report = evaluate(&opened.loaded.design, &catalog);
                let known = baseline.as_ref().map_or(0, |baseline| baseline.subtract(&mut report));
                checked.push(Checked { path: path.clone(), lines: Lines::of(&opened.text), design: opened.loaded.design, report, known });
            }
            Err(Failure(sentence)) => {
                files::tell(&sentence);
                unreadable = true;
            }
        }
    }
    if !checked.is_empty() {
        files::print(&match arguments.format {
            Format::Text => text(&checked, Paint::of_stdout()),
            Format::Json => json_text(&checked),
            Format::Sarif => sarif::sarif(&checked),
        })?;
    }

    let fails = |severity: Severity| severity == Severity::Error || (severity == Severity::Warning && arguments.deny == Some(Deny::Warnings));
    let failed = checked.iter().flat_map(|checked| &checked.report.diagnostics).any(|diagnostic| diagnostic.silenced.is_none() && fails(diagnostic.severity));
    Ok(if unreadable {
        ExitCode::from(2)
    } else if failed {
        ExitCode::from(1)
    } else {
        ExitCode::SUCCESS
    })
}

/// Findings that were there before, by code and subject.
struct Baseline {
    findings: BTreeMap<(String, String), usize>,
}

impl Baseline {
    /// Reads a report, several reports, or a design, which is evaluated.
    fn read(path: &str, catalog: &Catalog) -> Result<Self, Failure> {
        let text = files::read(path)?;
        let head: Option<Value> = serde_json::from_str(&text).ok();
        let reports: Vec<Report> = match head.as_ref().and_then(|value| value.get("format")).and_then(Value::as_str) {
            Some(FORMAT | REPORTS) => {
                let read = |value: &Value| {
                    Report::from_json(&value.to_string()).map_err(|error| {
                        Failure::new(format!("{}: this report cannot be read ({error}); make it again with weft check --format json", files::shown(path)))
                    })
                };
                let many = head.as_ref().and_then(|value| value.get("reports")).and_then(Value::as_array);
                match (many, &head) {
                    (Some(many), _) => many.iter().filter_map(|entry| entry.get("report")).map(read).collect::<Result<_, _>>()?,
                    (None, Some(one)) => vec![read(one)?],
                    (None, None) => Vec::new(),
                }
            }
            _ => {
                let loaded = load(&text).map_err(|error| files::unreadable(path, &error))?;
                vec![evaluate(&loaded.design, catalog)]
            }
        };
        let mut findings = BTreeMap::new();
        for diagnostic in reports.iter().flat_map(|report| &report.diagnostics) {
            *findings.entry(key(diagnostic)).or_default() += 1;
        }
        Ok(Self { findings })
    }

    /// Takes known findings out of a report and says how many they were.
    fn subtract(&self, report: &mut Report) -> usize {
        let mut left = self.findings.clone();
        let before = report.diagnostics.len();
        report.diagnostics.retain(|diagnostic| match left.get_mut(&key(diagnostic)) {
            Some(count) if *count > 0 => {
                *count -= 1;
                false
            }
            _ => true,
        });
        before - report.diagnostics.len()
    }
}

fn key(diagnostic: &Diagnostic) -> (String, String) {
    (diagnostic.code.clone(), diagnostic.subject.to_string())
}

/// The format name of several reports in one document.
const REPORTS: &str = "weft-reports";

/// The report of one design as the engine gives it; of several, a list with their files.
fn json_text(checked: &[Checked]) -> String {
    if let [one] = checked {
        return report_json(&one.report);
    }
    let reports: Vec<Value> = checked.iter().map(|checked| json!({"file": checked.path, "report": files::report_value(&checked.report)})).collect();
    format!("{:#}\n", json!({"format": REPORTS, "version": 1, "reports": reports}))
}

/// Findings as a compiler prints them, worst first, and a line of totals per design.
fn text(checked: &[Checked], paint: Paint) -> String {
    let mut out = String::new();
    for checked in checked {
        let (shown, silenced): (Vec<&Diagnostic>, Vec<&Diagnostic>) = checked.report.diagnostics.iter().partition(|diagnostic| diagnostic.silenced.is_none());
        for diagnostic in shown {
            finding(&mut out, checked, diagnostic, paint);
        }
        let report = &checked.report;
        let totals: Vec<String> = [(Severity::Error, "error", "errors"), (Severity::Warning, "warning", "warnings"), (Severity::Info, "note", "notes")]
            .into_iter()
            .map(|(severity, one, many)| (severity, report.count(severity) as u64, one, many))
            .filter(|(_, count, ..)| *count > 0)
            .map(|(severity, count, one, many)| paint.severity(severity, &counted(count, one, many)))
            .collect();
        let verdict = if totals.is_empty() { paint.help("nothing found") } else { totals.join(", ") };
        let _ = write!(out, "{}: {verdict}", paint.strong(&tame(files::shown(&checked.path))));
        for (count, words) in [(silenced.len(), "silenced"), (checked.known, "in the baseline")] {
            if count > 0 {
                let _ = write!(out, ", {count} {words}");
            }
        }
        let counts = report.counts;
        let _ = writeln!(
            out,
            " {}",
            paint.faint(&format!(
                "({}, {}, {}, {})",
                counted(counts.xpus as u64, "XPU", "XPUs"),
                counted(counts.systems as u64, "system", "systems"),
                counted(counts.switches as u64, "switch", "switches"),
                counted(counts.links as u64, "link", "links")
            ))
        );
    }
    out
}

fn finding(out: &mut String, checked: &Checked, diagnostic: &Diagnostic, paint: Paint) {
    let Checked { design, lines, path, .. } = checked;
    let label = format!("{}[{}]", diagnostic.severity.label(), diagnostic.code);
    let _ = writeln!(out, "{}: {}", paint.severity(diagnostic.severity, &label), paint.strong(&tame(&diagnostic.message)));
    let place = files::place(path, lines.line(&diagnostic.subject), None);
    let _ = writeln!(out, "  {} {} · {}", paint.faint("-->"), tame(&place), name_of(design, &diagnostic.subject));
    for related in &diagnostic.related {
        let line = lines.line(&related.subject).map(|line| format!(" (line {line})")).unwrap_or_default();
        let _ = writeln!(out, "      {}: {}{}", name_of(design, &related.subject), tame(&related.words), paint.faint(&line));
    }
    let further = diagnostic.subjects().count() - diagnostic.related.len() - 1;
    if further > 0 {
        let _ = writeln!(out, "      {}", paint.faint(&format!("and {further} more")));
    }
    let recalled = if diagnostic.recalled { " · rests on a recalled figure" } else { "" };
    let _ = writeln!(out, "  {}", paint.faint(&format!("= {}{recalled}", tame(&diagnostic.source))));
    for fix in &diagnostic.fixes {
        let trust = match fix.trust {
            Trust::Safe => "safe",
            Trust::Likely => "likely",
            Trust::Suggestion => "suggestion",
        };
        let _ = writeln!(out, "  {} {} ({trust})", paint.help("fix:"), tame(&fix.title));
    }
    out.push('\n');
}
