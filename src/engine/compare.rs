//! Reports side by side: every estimate of each, the difference from the first in per cent, and which is best.

use super::diagnostics::Diagnostic;
use super::estimate::show::{percent, quantity};
use super::report::Report;
use crate::json::Writer;
use crate::units::{SortedMap, SortedSet};

/// Which way an estimate is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// Less time, money, power, oversubscription.
    Less,
    /// More bandwidth.
    More,
}

/// One estimate of all reports.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The estimate's key.
    pub key: String,
    /// What it is, in words.
    pub label: String,
    /// Its unit.
    pub unit: String,
    /// Its value in each report; `None` is unknown, or not estimated there.
    pub values: Vec<Option<f64>>,
}

impl Row {
    /// The value in a report.
    pub fn value(&self, report: usize) -> Option<f64> {
        self.values.get(report).copied().flatten()
    }
    /// The difference of a report from the first in per cent; `None` where one is unknown, or the first is 0 and the other is not.
    pub fn change(&self, report: usize) -> Option<f64> {
        let (first, other) = self.value(0).zip(self.value(report))?;
        if first == other {
            return Some(0.0);
        }
        Some((other - first) / first * 100.0).filter(|change| change.is_finite())
    }
    /// Whether all reports have the same.
    pub fn is_same(&self) -> bool {
        self.values.windows(2).all(|pair| matches!(pair, [a, b] if a == b))
    }
    /// Which way it is better, where one is.
    pub fn better(&self) -> Option<Better> {
        better(&self.key)
    }
    /// The report that is best; `None` where nothing is better or worse, fewer than two are known, or the best are equal.
    pub fn winner(&self) -> Option<usize> {
        let better = self.better()?;
        let known: Vec<(usize, f64)> = self.values.iter().enumerate().filter_map(|(at, value)| Some((at, (*value)?))).collect();
        let beats = |one: f64, other: f64| if better == Better::Less { one < other } else { one > other };
        let (at, best) = known.iter().copied().reduce(|best, next| if beats(next.1, best.1) { next } else { best })?;
        (known.len() > 1 && known.iter().filter(|(_, value)| *value == best).count() == 1).then_some(at)
    }
}

/// Stems of keys by which way they are better. What counts things, and what is a share of something, is neither.
const LESS: [&str; 9] = ["cost", "energy", "hops", "latency", "oversubscription", "pair-hops", "pair-latency", "pairs-apart", "power"];
const MORE: [&str; 4] = ["bisection", "collective", "pair-bandwidth", "traffic"];
/// Keys below those stems that are neither.
const NEITHER: [&str; 3] = ["cost-optics-share", "cost-unpriced", "power-optics-share"];

/// Which way an estimate with this key is better.
pub fn better(key: &str) -> Option<Better> {
    let begins = |stems: &[&str]| stems.iter().any(|stem| key.strip_prefix(stem).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '.', '/'])));
    if NEITHER.contains(&key) {
        return None;
    }
    // A collective's time and its parts are better when they are less, its bandwidths when they are more.
    if key.starts_with("collective") && (key.contains("time") || key.contains("latency")) {
        return Some(Better::Less);
    }
    if begins(&LESS) {
        return Some(Better::Less);
    }
    begins(&MORE).then_some(Better::More)
}

/// What is told only where it is not 0.
const ZERO: [&str; 2] = ["cost-unpriced", "pairs-apart"];

/// Every estimate of any of the reports, in the order they are shown, by key. `wanted` picks among the keys.
///
/// Time: O(estimates log estimates).
pub fn rows(reports: &[&Report], wanted: impl Fn(&str) -> bool) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut places: SortedMap<&str, usize> = SortedMap::new();
    for (at, report) in reports.iter().enumerate() {
        for estimate in report.estimates.iter().filter(|estimate| wanted(estimate.key())) {
            let place = *places.entry(estimate.key()).or_insert_with(|| {
                let absent = ZERO.contains(&estimate.key()).then_some(0.0);
                let (key, label, unit) = (estimate.key().to_owned(), estimate.label().to_owned(), estimate.unit().to_owned());
                rows.push(Row { key, label, unit, values: vec![absent; reports.len()] });
                rows.len() - 1
            });
            if let Some(value) = rows.get_mut(place).and_then(|row| row.values.get_mut(at)) {
                *value = estimate.value();
            }
        }
    }
    rows
}

impl Row {
    /// Its cells in words: the label, then each value with its difference from the first; `best` stands behind the best.
    pub fn cells(&self, best: &str) -> Vec<String> {
        let winner = self.winner();
        let value = |(at, value): (usize, &Option<f64>)| {
            let mark = if winner == Some(at) { best } else { "" };
            let change = self.change(at).filter(|change| at > 0 && *change != 0.0).map_or_else(String::new, |change| format!(" ({})", percent(change)));
            format!("{}{change}{mark}", value.map_or_else(|| "unknown".to_owned(), |value| quantity(value, &self.unit)))
        };
        std::iter::once(self.label.clone()).chain(self.values.iter().enumerate().map(value)).collect()
    }
}

/// Rows as text, a line each: what the page is told by its worker.
pub fn text(rows: &[Row]) -> String {
    let plain = |text: &str| -> String { text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect() };
    let line = |row: &Row| {
        let values = row.values.iter().map(|value| value.map_or_else(|| "-".to_owned(), |value| value.to_string()));
        [&row.key, &row.label, &row.unit].into_iter().map(|words| plain(words)).chain(values).collect::<Vec<_>>().join("\t")
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Reads [`text`]; `None` where it is something else.
pub fn read(text: &str) -> Option<Vec<Row>> {
    let row = |line: &str| {
        let mut cells = line.split('\t');
        let (key, label, unit) = (cells.next()?.to_owned(), cells.next()?.to_owned(), cells.next()?.to_owned());
        let values = cells.map(|cell| if cell == "-" { Some(None) } else { crate::units::decimal(cell).map(Some) }).collect::<Option<_>>()?;
        Some(Row { key, label, unit, values })
    };
    text.lines().map(row).collect()
}

/// [`rows`] of a report and of others as JSON, the others as they were told. The sentence of the first that is no report.
pub fn against(own: &Report, others: impl Iterator<Item = String>) -> Result<Vec<Row>, String> {
    let others = others.map(|text| Report::from_json(&text)).collect::<Result<Vec<_>, _>>().map_err(|error| error.to_string())?;
    Ok(rows(&std::iter::once(own).chain(&others).collect::<Vec<_>>(), |_| true))
}

/// Rows as a table in Markdown.
pub fn markdown<'a>(names: &[String], rows: impl IntoIterator<Item = &'a Row>) -> String {
    // A bar in a name would start another cell, a line break another row.
    let safe = |text: &str| {
        let plain: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
        plain.replace('\\', "\\\\").replace('|', "\\|")
    };
    let line = |cells: &[String]| cells.iter().map(|cell| format!(" {cell} |")).collect::<String>();
    let mut out = format!("| |{}\n|---|{}\n", line(&names.iter().map(|name| safe(name)).collect::<Vec<_>>()), "---:|".repeat(names.len()));
    for row in rows {
        let cells: Vec<String> = row.cells(" *").iter().map(|cell| safe(cell).replace(" *", " **best**")).collect();
        out.push('|');
        out.push_str(&line(&cells));
        out.push('\n');
    }
    out
}

/// Rows as JSON (`weft-comparison`).
pub fn json<'a>(names: &[String], rows: impl IntoIterator<Item = &'a Row>) -> String {
    let mut out = Writer::default();
    out.open('{');
    out.text("format", "weft-comparison");
    out.whole("version", 1);
    out.texts("designs", names);
    out.key("estimates");
    out.open('[');
    for row in rows {
        out.item();
        out.open('{');
        out.text("key", &row.key);
        out.text("label", &row.label);
        out.text("unit", &row.unit);
        out.numbers("values", row.values.iter().copied());
        out.numbers("change_percent", (0..row.values.len()).map(|at| row.change(at)));
        out.number("best", row.winner().map(|at| at as f64));
        out.close('}');
    }
    out.close(']');
    out.close('}');
    out.finish()
}

/// Findings of one report that another does not have in the same words, without those that are silenced.
pub fn only_in(report: &Report, other: &Report) -> Vec<Diagnostic> {
    let known: SortedSet<(&str, String, &str)> =
        other.diagnostics.iter().map(|other| (other.code.as_str(), other.subject.to_string(), other.message.as_str())).collect();
    let open = report.diagnostics.iter().filter(|finding| finding.silenced.is_none());
    open.filter(|finding| !known.contains(&(finding.code.as_str(), finding.subject.to_string(), finding.message.as_str()))).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(key: &str, values: &[Option<f64>]) -> Row {
        Row { key: key.to_owned(), label: String::new(), unit: String::new(), values: values.to_vec() }
    }

    #[test]
    fn the_best_is_the_one_that_is_better_in_its_own_way() {
        assert_eq!(row("bisection", &[Some(1.0), Some(2.0), None]).winner(), Some(1));
        assert_eq!(row("latency-worst", &[Some(1.0), Some(2.0)]).winner(), Some(0));
        assert_eq!(row("latency-worst", &[Some(1.0), Some(1.0)]).winner(), None);
        assert_eq!(row("endpoints", &[Some(1.0), Some(2.0)]).winner(), None);
        assert_eq!(row("bisection", &[Some(1.0), None]).winner(), None);
        assert_eq!(row("cost-optics-share", &[Some(1.0), Some(2.0)]).winner(), None);
    }

    #[test]
    fn rows_are_told_as_they_are() {
        let mut told = row("bisection", &[Some(1.5e300), None, Some(-0.1), Some(f64::MIN_POSITIVE)]);
        told.label = "Bisection\tof\nall".to_owned();
        told.unit = "Gb/s".to_owned();
        let heard = read(&text(&[told.clone(), row("", &[])])).unwrap();
        assert_eq!(heard[0], Row { label: "Bisection of all".to_owned(), ..told });
        assert_eq!(heard[1], row("", &[]));
        assert_eq!(read(""), Some(Vec::new()));
        assert_eq!(read("key\tlabel"), None);
        assert_eq!(read("key\tlabel\tunit\tmany"), None);
    }

    #[test]
    fn a_report_is_put_beside_others_as_they_were_told() {
        let catalog = crate::catalog::Catalog::builtin();
        let of = |name: &str| {
            let design = crate::engine::templates::generate(name, &crate::units::SortedMap::new(), &catalog).unwrap();
            crate::engine::service::evaluate(&design, &catalog)
        };
        let (own, other) = (of("leaf-spine"), of("fat-tree"));
        let beside = against(&own, [own.to_json(), other.to_json()].into_iter()).unwrap();
        assert_eq!(beside, rows(&[&own, &own, &other], |_| true));
        assert!(beside.iter().any(|row| !row.is_same()));
        assert!(against(&own, std::iter::once("{".to_owned())).is_err());
    }

    #[test]
    fn a_difference_is_in_per_cent_of_the_first() {
        let row = row("bisection", &[Some(4.0), Some(3.0), Some(4.0), None]);
        assert_eq!((row.change(1), row.change(2), row.change(3)), (Some(-25.0), Some(0.0), None));
        assert_eq!(super::tests::row("x", &[Some(0.0), Some(1.0)]).change(1), None);
        assert_eq!(super::tests::row("x", &[Some(0.0), Some(0.0)]).change(1), Some(0.0));
    }
}
