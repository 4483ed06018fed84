//! Findings as SARIF 2.1.0 (OASIS standard, 2020), which code scanning services read.

use serde_json::{Value, json};
use weft::engine::diagnostics::{Diagnostic, Related, Severity};
use weft::engine::rules;

use crate::check::Checked;
use crate::files;
use crate::text::{name_of, tame};

/// How many related things a result names.
const RELATED: usize = 20;

/// The SARIF log of some designs.
pub fn sarif(checked: &[Checked]) -> String {
    let rules: Vec<Value> = rules::all()
        .iter()
        .map(|rule| {
            json!({
                "id": rule.code,
                "shortDescription": {"text": rule.title},
                "fullDescription": {"text": first_sentence(rule.documentation)},
                "help": {"text": rule.documentation, "markdown": rule.documentation},
                "defaultConfiguration": {"level": level(rule.severity)},
            })
        })
        .collect();
    let results: Vec<Value> = checked.iter().flat_map(|checked| checked.report.diagnostics.iter().map(|diagnostic| result(checked, diagnostic))).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "weft", "version": env!("CARGO_PKG_VERSION"), "rules": rules}},
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

/// The line under the heading of a rule's page.
fn first_sentence(page: &str) -> &str {
    page.lines().find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or_default()
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn result(checked: &Checked, diagnostic: &Diagnostic) -> Value {
    let subject = diagnostic.subject.to_string();
    let line = checked.lines.line(&diagnostic.subject).unwrap_or(1);
    let mut result = json!({
        "ruleId": diagnostic.code,
        "ruleIndex": rules::all().iter().position(|rule| rule.code == diagnostic.code),
        "level": level(diagnostic.severity),
        "message": {"text": tame(&diagnostic.message)},
        "locations": [{
            "physicalLocation": {
                "artifactLocation": {"uri": uri(files::shown(&checked.path))},
                "region": {"startLine": line},
            },
            "logicalLocations": [{"name": name_of(&checked.design, &diagnostic.subject), "fullyQualifiedName": subject}],
        }],
        "partialFingerprints": {"weft/v1": format!("{}:{subject}", diagnostic.code)},
    });
    let related: Vec<Value> = diagnostic.related.iter().take(RELATED).enumerate().map(|(at, related)| also(checked, at, related)).collect();
    if let Some(result) = result.as_object_mut().filter(|_| !related.is_empty()) {
        result.insert("relatedLocations".to_owned(), related.into());
    }
    if let (Some(reason), Some(result)) = (&diagnostic.silenced, result.as_object_mut()) {
        result.insert("suppressions".to_owned(), json!([{"kind": "inSource", "justification": reason}]));
    }
    result
}

/// A thing that takes part, as a location with its words.
fn also(checked: &Checked, at: usize, related: &Related) -> Value {
    json!({
        "id": at + 1,
        "message": {"text": tame(&format!("{} {}", name_of(&checked.design, &related.subject), related.words))},
        "physicalLocation": {
            "artifactLocation": {"uri": uri(files::shown(&checked.path))},
            "region": {"startLine": checked.lines.line(&related.subject).unwrap_or(1)},
        },
    })
}

/// A file name as a relative reference (RFC 3986): everything but unreserved characters and slashes in percent signs.
fn uri(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            b'\\' if cfg!(windows) => out.push('/'),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}
