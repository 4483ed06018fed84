//! `rack-on-one-feed`: the supplies of a rack hang on two power feeds, where the hall has several.

use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::engine::feeds;
use crate::model::{RackId, Subject};
use crate::units::SortedSet;

use super::{Check, Finding, Findings, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "rack-on-one-feed",
    severity: Severity::Warning,
    title: "Rack hangs on one power feed",
    documentation: include_str!("../../../docs/diagnostics/rack-on-one-feed.md"),
    checks: &[Check::Records(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    let design = survey.design;
    let feeds = &design.meta.feeds;
    if feeds.len() < 2 {
        return;
    }
    let filled: SortedSet<RackId> = design.nodes.iter().filter_map(|(_, node)| node.rack).collect();
    for (id, rack) in design.racks.iter().filter(|(id, _)| filled.contains(id)) {
        let on = feeds::supplies(design, rack);
        let first = on.first().and_then(|place| feeds.get(*place));
        if on.iter().any(|place| Some(place) != on.first()) {
            continue;
        }
        let name = design.rack_name(id);
        let missing = rack.feeds.iter().find(|name| !feeds.iter().any(|feed| feed.name == **name));
        let (message, key) = match (first, missing) {
            (Some(feed), Some(missing)) => (format!("{name} hangs on power feed {} alone; there is no feed {missing}", feed.name), "missing"),
            (Some(feed), None) if on.len() > 1 => (format!("All supplies of {name} hang on power feed {}", feed.name), "one"),
            (Some(feed), None) => (format!("{name} hangs on power feed {} alone", feed.name), "one"),
            (None, Some(missing)) => (format!("{name} hangs on power feed {missing}, which the design does not have"), "missing"),
            (None, None) => (format!("{name} hangs on no power feed"), "none"),
        };
        let many = match key {
            "one" => "{n} racks hang on one power feed alone",
            "missing" => "{n} racks hang on a power feed that the design does not have",
            _ => "{n} racks hang on no power feed",
        };
        let mut finding = Finding::new(Subject::Rack(id), message, "Convention: two feeds for each rack · Weft").alike(key, many);
        if let [a, b] = feeds.as_slice() {
            let set = Edit::Set { subject: id.to_string(), field: "feeds".to_owned(), value: Some(format!("{}, {}", a.name, b.name)) };
            finding = finding.fix_all(
                format!("Hang {name} on {} and {}", a.name, b.name),
                format!("Hang all {{n}} racks on {} and {}", a.name, b.name),
                Trust::Suggestion,
                vec![set],
            );
        }
        out.push(finding);
    }
}
