//! `tile-shared`: one rack stands on one floor tile.

use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::engine::cabling::Sites;
use crate::model::{GroupId, RackId, Subject};
use crate::units::{SortedMap, SortedSet};

use super::{Check, Finding, Findings, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "tile-shared",
    severity: Severity::Error,
    title: "Two racks on one tile",
    documentation: include_str!("../../../docs/diagnostics/tile-shared.md"),
    checks: &[Check::Records(check)],
};

/// A tile of one site.
type Place = (Option<GroupId>, i32, i32);

fn check(survey: &Survey, out: &mut Findings) {
    let design = survey.design;
    let sites = Sites::of(design);
    let mut standing: SortedMap<Place, Vec<RackId>> = SortedMap::new();
    for (id, rack) in design.racks.iter() {
        if let Some((column, line)) = rack.tile {
            standing.entry((sites.of_rack(id), line, column)).or_default().push(id);
        }
    }
    let mut taken: SortedSet<Place> = standing.keys().copied().collect();
    for ((site, line, column), racks) in standing.iter().filter(|(_, racks)| racks.len() > 1) {
        let Some((first, later)) = racks.split_first() else { continue };
        for rack in later {
            // The next tile of the line that is free; a full line has an end.
            let free = (1..=taken.len() as i32 + 1).filter_map(|step| column.checked_add(step)).find(|column| taken.insert((*site, *line, *column)));
            out.push(tile_shared(survey, *first, *rack, (*column, *line), free));
        }
    }
}

fn tile_shared(survey: &Survey, first: RackId, later: RackId, (column, line): (i32, i32), free: Option<i32>) -> Finding {
    let name = |id: RackId| survey.design.rack_name(id);
    let message = format!("{} stands on tile {column}, {line}, where {} stands; a tile holds 1", name(later), name(first));
    let finding = Finding::new(Subject::Rack(later), message, "A floor tile is the place of 1 rack · docs/format.md")
        .alike("", "{n} racks stand on tiles where another stands; a tile holds 1")
        .related(Subject::Rack(first), "stands there too");
    let Some(free) = free else { return finding };
    let edit = Edit::Set { subject: later.to_string(), field: "tile".to_owned(), value: Some(format!("{free}, {line}")) };
    finding.fix_all(format!("Move it to tile {free}, {line}"), "Move {n} racks to the next free tiles of their lines", Trust::Suggestion, vec![edit])
}
