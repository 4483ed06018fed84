//! Fields of the inspector: typed text becomes checked values, for one thing or for many at once.

use std::fmt::Display;
use std::str::FromStr;

use super::draft::{Draft, Outcome};
use super::intent::Field;
use super::keyboard::placed;
use super::naming::{Names, clean};
use super::replacing::change_part;
use super::selection::{Selection, trunk_links};
use super::settings;
use super::standing::mount;
use crate::catalog::{GENERIC_CAGES, fit};
use crate::engine::cabling::Sites;
use crate::engine::{labels::Naming, settable};
use crate::model::{Fabric, FabricId, Generic, Group, GroupId, Link, LinkId, Node, NodeId, PartId, PortRef, PortSettings, Rack, RackId, Subject};
use crate::scene::Scene;
use crate::units::{Gbps, Metres, Nanoseconds, ParseQuantityError, RackUnits, SortedSet, lower, order};

/// The farthest place that may be typed, in drawing units.
const FARTHEST: f64 = 1e7;

/// Changes one field of all `subjects` that have it. An error changes nothing.
pub(super) fn edit(draft: &mut Draft, subjects: &Selection, field: &Field) -> Result<Outcome, String> {
    let targets = Targets::of(draft, subjects);
    match field {
        Field::Name(name) => rename(draft, subjects, name),
        Field::Pattern(pattern) => rename_by(draft, subjects, pattern),
        Field::Part(part) => change_part(draft, &targets, part),
        Field::Cable(cable) => change_cable(draft, &targets, cable.as_ref()),
        Field::Length(text) => {
            let length = quantity::<Metres>(text, |length| length.0 > 0.0 && length.0 <= 1e6, "A length is more than 0 m and at most 1000 km")?;
            links(draft, &targets, "Change length", "a length", |link| link.length = length)
        }
        Field::Rate(text) => {
            let rate = quantity::<Gbps>(text, |rate| rate.0 > 0.0 && rate.0 <= 1e6, "A rate is more than 0 Gb/s and at most 1000 Tb/s")?;
            links(draft, &targets, "Change rate", "a rate", |link| link.gbps = rate)
        }
        Field::Latency(text) => {
            let latency = quantity::<Nanoseconds>(text, |latency| latency.0 >= 0.0 && latency.0 <= 1e12, "A latency is 0 ns or more and at most 1000 s")?;
            links(draft, &targets, "Change latency", "a latency", |link| link.latency = latency)
        }
        Field::Fabric(fabric) => change_fabric(draft, &targets, *fabric),
        Field::Pinned(pinned) => nodes(draft, &targets, if *pinned { "Pin" } else { "Unpin" }, |node| node.pinned = *pinned),
        Field::Transit(transit) => nodes(draft, &targets, "Change forwarding", |node| node.transit = *transit),
        Field::RackUnit(text) => change_unit(draft, &targets, text),
        Field::X(text) => change_place(draft, &targets, text, |at, x| at.x = x),
        Field::Y(text) => change_place(draft, &targets, text, |at, y| at.y = y),
        Field::Ports(text) => change_ports(draft, &targets, text),
        Field::NewFabric => new_fabric(draft, &targets),
        Field::OnFloor => stand_on_floor(draft, &targets),
        Field::Tiles(columns, lines) => move_tiles(draft, &targets, *columns, *lines),
        Field::Requirement(word, text) => settings::require_typed(draft, subjects, word, text),
        Field::Setting(key, text) => state(draft, subjects, key, text),
        Field::Threshold(code, text) => settings::threshold(draft, code, text),
    }
}

/// States a setting of everything selected that has it.
fn state(draft: &mut Draft, subjects: &Selection, key: &str, text: &str) -> Result<Outcome, String> {
    let Some(setting) = settable::by_key(key) else { return Err(format!("There is no setting “{key}”")) };
    let mut changed = 0;
    for subject in subjects {
        let generic = match subject {
            Subject::Node(id) => draft.get::<Node>(*id).and_then(|node| draft.part(&node.part)),
            _ => None,
        };
        if !settable::of(subject, generic).iter().any(|setting| setting.key == key) {
            continue;
        }
        let mut taken = Ok(());
        let there = match subject {
            Subject::Design => {
                draft.update_meta(|meta| taken = settable::set_design(meta, key, text));
                true
            }
            Subject::Fabric(id) => draft.update::<Fabric>(*id, |fabric| taken = settable::set_fabric(fabric, key, text)),
            Subject::Node(id) => draft.update::<Node>(*id, |node| taken = settable::set_node(node, key, text)),
            Subject::Rack(id) => draft.update::<Rack>(*id, |rack| taken = settable::set_rack(rack, key, text)),
            _ => false,
        };
        taken?;
        changed += usize::from(there);
    }
    some(changed, format!("a setting “{}”", lower(setting.label))).map(|()| Outcome::named(format!("Set {}", lower(setting.label))))
}

/// Tiles that racks other than `moved` stand on, by site.
fn taken_tiles(draft: &Draft, moved: &[RackId]) -> SortedSet<(Option<GroupId>, (i32, i32))> {
    let sites = Sites::of(draft.design());
    let others = draft.design().racks.iter().filter(|(id, _)| !moved.contains(id));
    others.filter_map(|(id, rack)| Some((sites.of_rack(id), rack.tile?))).collect()
}

fn move_tiles(draft: &mut Draft, targets: &Targets, columns: i32, lines: i32) -> Result<Outcome, String> {
    let sites = Sites::of(draft.design());
    let taken = taken_tiles(draft, &targets.racks);
    let mut moves = Vec::new();
    for id in &targets.racks {
        let Some((column, line)) = draft.get::<Rack>(*id).and_then(|rack| rack.tile) else { continue };
        let tile = (column.saturating_add(columns), line.saturating_add(lines));
        if taken.contains(&(sites.of_rack(*id), tile)) {
            return Err(format!("Another rack stands on tile {}, {}", tile.0, tile.1));
        }
        moves.push((*id, tile));
    }
    for (id, tile) in &moves {
        draft.update::<Rack>(*id, |rack| rack.tile = Some(*tile));
    }
    some(moves.len(), "a rack on the floor").map(|()| Outcome::named("Move on the floor"))
}

/// How many racks stand in a line that is filled of itself.
const LINE: i32 = 10;

fn stand_on_floor(draft: &mut Draft, targets: &Targets) -> Result<Outcome, String> {
    let loose: Vec<RackId> = targets.racks.iter().copied().filter(|id| draft.get::<Rack>(*id).is_some_and(|rack| rack.tile.is_none())).collect();
    let first = draft.design().racks.iter().filter_map(|(_, rack)| rack.tile).map(|(_, line)| line).max().map_or(0, |line| line.saturating_add(1));
    for (place, id) in loose.iter().enumerate() {
        let place = place as i32;
        draft.update::<Rack>(*id, |rack| rack.tile = Some((place % LINE, first.saturating_add(place / LINE))));
    }
    some(loose.len(), "a rack off the floor").map(|()| Outcome::named("Stand on the floor"))
}

fn new_fabric(draft: &mut Draft, targets: &Targets) -> Result<Outcome, String> {
    let name = Names::of(draft.design()).take("Fabric 1");
    let id = draft.push(Fabric { name: name.clone(), ..Fabric::default() }).ok_or("There are too many fabrics")?;
    for link in &targets.links {
        draft.update::<Link>(*link, |link| link.fabric = Some(id));
    }
    let outcome = Outcome::named(format!("Add {name}"));
    Ok(if targets.links.is_empty() { outcome.selecting(vec![Subject::Fabric(id)]) } else { outcome })
}

/// Records of each kind among the subjects. A trunk stands for its links.
pub(super) struct Targets {
    pub nodes: Vec<NodeId>,
    pub racks: Vec<RackId>,
    links: SortedSet<LinkId>,
}

impl Targets {
    fn of(draft: &Draft, subjects: &Selection) -> Self {
        let design = draft.design();
        let mut targets = Self { nodes: Vec::new(), racks: Vec::new(), links: SortedSet::new() };
        for subject in subjects {
            match subject {
                Subject::Link(id) if design.links.contains(*id) => {
                    targets.links.insert(*id);
                }
                Subject::Node(id) if design.nodes.contains(*id) => targets.nodes.push(*id),
                Subject::Rack(id) if design.racks.contains(*id) => targets.racks.push(*id),
                Subject::Trunk(a, b) => targets.links.extend(trunk_links(design, *a, *b)),
                _ => {}
            }
        }
        targets
    }
}

/// What was typed as a checked quantity; empty is `None`.
fn quantity<Q>(text: &str, sound: impl Fn(&Q) -> bool, limits: &str) -> Result<Option<Q>, String>
where
    Q: FromStr<Err = ParseQuantityError>,
{
    if text.trim().is_empty() {
        return Ok(None);
    }
    match text.parse::<Q>() {
        Ok(value) if sound(&value) => Ok(Some(value)),
        Ok(_) => Err(limits.to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn rename(draft: &mut Draft, subjects: &Selection, name: &str) -> Result<Outcome, String> {
    let title = "Rename";
    if subjects.len() == 1 && subjects.contains(&Subject::Design) {
        let name = if name.trim().is_empty() { String::new() } else { clean(name)? };
        draft.update_meta(|meta| meta.name = name);
        return Ok(Outcome::named("Rename design"));
    }
    if let [Subject::Port(port)] = subjects.iter().collect::<Vec<_>>().as_slice() {
        return name_port(draft, *port, name);
    }
    let name = clean(name)?;
    let mut names = Names::of(draft.design());
    let many = subjects.len() > 1;
    let mut changed = 0;
    for subject in subjects {
        // One thing gets exactly what was typed; several count on from it, so that they stay apart.
        let mut next = || if many { names.take(&name) } else { name.clone() };
        let there = match subject {
            Subject::Fabric(id) => draft.update::<Fabric>(*id, |fabric| fabric.name = next()),
            Subject::Group(id) => draft.update::<Group>(*id, |group| group.name = next()),
            Subject::Node(id) => draft.update::<Node>(*id, |node| node.name = next()),
            Subject::Rack(id) => draft.update::<Rack>(*id, |rack| rack.name = next()),
            _ => false,
        };
        changed += usize::from(there);
    }
    some(changed, "a name").map(|()| Outcome::named(title))
}

/// Names the cage of a port; nothing gives the name its part says back.
fn name_port(draft: &mut Draft, port: PortRef, name: &str) -> Result<Outcome, String> {
    let name = if name.trim().is_empty() { None } else { Some(clean(name)?) };
    if draft.catalog.view(draft.design(), port).is_none() {
        return Err("That port is no longer there".to_owned());
    }
    let cage = port.port.cage;
    draft.update::<Node>(port.node, |node| {
        let settings = node.ports.entry(cage).or_default();
        settings.name = name;
        if *settings == PortSettings::default() {
            node.ports.remove(&cage);
        }
    });
    Ok(Outcome::named("Name port"))
}

/// Things that have names in the order they stand in the drawing, from the top left.
pub fn as_placed(scene: &Scene, subjects: &SortedSet<Subject>) -> Vec<Subject> {
    let named = |subject: &&Subject| matches!(subject, Subject::Fabric(_) | Subject::Group(_) | Subject::Node(_) | Subject::Rack(_));
    let mut ordered: Vec<_> = subjects.iter().filter(named).map(|subject| placed(scene, subject.clone())).collect();
    order::sort(&mut ordered);
    ordered.into_iter().map(|(_, subject)| subject).collect()
}

/// Names by a pattern, counted as things stand in the drawing.
fn rename_by(draft: &mut Draft, subjects: &Selection, pattern: &str) -> Result<Outcome, String> {
    let names = Naming::of(draft.design(), draft.catalog).names(&as_placed(draft.scene, subjects), pattern)?;
    let count = names.len();
    for (subject, name) in names {
        match subject {
            Subject::Fabric(id) => draft.update::<Fabric>(id, |fabric| fabric.name = name),
            Subject::Group(id) => draft.update::<Group>(id, |group| group.name = name),
            Subject::Node(id) => draft.update::<Node>(id, |node| node.name = name),
            Subject::Rack(id) => draft.update::<Rack>(id, |rack| rack.name = name),
            _ => false,
        };
    }
    Ok(Outcome::named(if count == 1 { "Rename".to_owned() } else { format!("Rename {count} things") }))
}

pub(super) fn change_cable(draft: &mut Draft, targets: &Targets, cable: Option<&PartId>) -> Result<Outcome, String> {
    if let Some(id) = cable {
        let Some(part) = draft.part(id) else { return Err(format!("There is no part “{id}” in the catalogue")) };
        if part.cable().is_none() {
            return Err(format!("{} is a {}, not a cable", part.name, part.kind.label()));
        }
        for link in targets.links.iter().filter_map(|link| draft.get::<Link>(*link)) {
            fit::cable_fits(draft.catalog, draft.design(), link.ends, part, None).map_err(|misfit| misfit.to_string())?;
        }
    }
    links(draft, targets, "Change cable", "a cable", |link| link.part = cable.cloned())
}

fn change_fabric(draft: &mut Draft, targets: &Targets, fabric: Option<FabricId>) -> Result<Outcome, String> {
    if let Some(id) = fabric.filter(|id| draft.get::<Fabric>(*id).is_none()) {
        return Err(format!("There is no fabric {id} in this design"));
    }
    links(draft, targets, "Change fabric", "a fabric", |link| link.fabric = fabric)
}

fn links(draft: &mut Draft, targets: &Targets, title: &str, what: &str, change: impl Fn(&mut Link)) -> Result<Outcome, String> {
    let changed = targets.links.iter().filter(|id| draft.update::<Link>(**id, &change)).count();
    some(changed, what).map(|()| Outcome::named(title))
}

fn nodes(draft: &mut Draft, targets: &Targets, title: &str, change: impl Fn(&mut Node)) -> Result<Outcome, String> {
    let changed = targets.nodes.iter().filter(|id| draft.update::<Node>(**id, &change)).count();
    some(changed, "a node").map(|()| Outcome::named(title))
}

fn change_unit(draft: &mut Draft, targets: &Targets, text: &str) -> Result<Outcome, String> {
    let typed = text.trim().trim_end_matches(['u', 'U']).trim_end().trim_start_matches(['u', 'U']).trim_start();
    if typed.is_empty() {
        let changed = targets.nodes.iter().filter(|id| draft.update::<Node>(**id, |node| node.u = None)).count();
        return some(changed, "a node in a rack").map(|()| Outcome::named("Clear rack unit"));
    }
    let Ok(u) = typed.parse::<u16>() else { return Err(format!("“{}” is not a rack unit; write for example 12", text.trim())) };
    let racked: Vec<(NodeId, RackId)> = targets.nodes.iter().filter_map(|id| Some((*id, draft.get::<Node>(*id)?.rack?))).collect();
    for (id, rack) in &racked {
        mount(draft, *id, Some((*rack, RackUnits(u))))?;
    }
    some(racked.len(), "a node in a rack").map(|()| Outcome::named("Change rack unit"))
}

fn change_place(draft: &mut Draft, targets: &Targets, text: &str, change: impl Fn(&mut crate::units::Point, f64)) -> Result<Outcome, String> {
    let Some(value) = crate::units::decimal(&text.trim().replace(',', ".")) else { return Err(format!("“{}” is not a number", text.trim())) };
    if !(value.is_finite() && value.abs() <= FARTHEST) {
        return Err(format!("A place lies between {} and {FARTHEST}", -FARTHEST));
    }
    let free: Vec<NodeId> = targets.nodes.iter().copied().filter(|id| draft.get::<Node>(*id).is_some_and(|node| node.rack.is_none())).collect();
    let moved = free.iter().filter(|id| draft.update::<Node>(**id, |node| change(&mut node.at, value))).count()
        + targets.racks.iter().filter(|id| draft.update::<Rack>(**id, |rack| change(&mut rack.at, value))).count();
    some(moved, "a rack, or a node outside a rack").map(|()| Outcome::named("Move"))
}

fn change_ports(draft: &mut Draft, targets: &Targets, text: &str) -> Result<Outcome, String> {
    let ports = match text.trim() {
        "" => None,
        typed => match typed.parse::<u16>() {
            Ok(count) if (1..=GENERIC_CAGES).contains(&count) => Some(count),
            _ => return Err(format!("“{typed}” is not a number of ports; write 1 to {GENERIC_CAGES}, or leave it empty for any number")),
        },
    };
    let generic: Vec<NodeId> = targets
        .nodes
        .iter()
        .copied()
        .filter(|id| draft.get::<Node>(*id).and_then(|node| draft.part(&node.part)).is_some_and(crate::model::Part::is_generic))
        .collect();
    let used = draft.port_use();
    for id in &generic {
        let highest = used.of_node(*id).map(|(port, _)| port.port.cage).max().unwrap_or(0);
        if ports.is_some_and(|count| count < highest) {
            return Err(format!("Port {highest} of {} is in use, so it needs at least {highest} ports", draft.design().node_name(*id)));
        }
        draft.update::<Node>(*id, |node| {
            let mut generic = node.generic.as_deref().cloned().unwrap_or_default();
            generic.ports = ports;
            node.generic = (generic != Generic::default()).then(|| Box::new(generic));
        });
    }
    some(generic.len(), "a generic part").map(|()| Outcome::named("Change number of ports"))
}

/// An error if nothing had the field.
pub(super) fn some(changed: usize, what: impl Display) -> Result<(), String> {
    if changed > 0 { Ok(()) } else { Err(format!("Nothing selected has or is {what}")) }
}
