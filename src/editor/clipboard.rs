//! Copies of parts of a design: the clipboard's text, pasting, duplicating.
//!
//! The text is `{"format": "weft-clipboard", "version": 1, "design": {...}}` with a small design inside, so that it crosses
//! tabs, files and chat, and is read with the same limits and repairs as any file. The text of a whole design pastes too.

use std::sync::Arc;

use super::draft::{Draft, Outcome};
use super::naming::Names;
use super::opening::Opened;
use super::room::{Room, Slot, height_of};
use super::selection::{Reach, Selection, count_of};
use super::standing::{Landing, snapped, sound};
use crate::catalog::Catalog;
use crate::io;
use crate::json::{Value, parse};
use crate::model::{Design, Fabric, FabricId, Group, GroupId, Link, Member, Node, NodeId, PortRef, Rack, RackId, Subject};
use crate::scene::{Scene, size_of};
use crate::units::{Point, RackUnits, Rect, SortedMap, SortedSet};

/// The format name of clipboard text.
pub const FORMAT: &str = "weft-clipboard";
/// The version of clipboard text.
pub const VERSION: u64 = 1;
/// What stands before the design in the text.
const HEAD: &str = "{\"format\":\"weft-clipboard\",\"version\":1,\"design\":";
/// What is said of a text that is nothing of ours.
const NOTHING: &str = "The clipboard holds nothing of a design; copy something in Weft first";
/// No rack has room for more nodes than this.
const MOST_IN_RACK: usize = 100;
/// The longest text that is looked at.
const LONGEST: usize = 64 * 1024 * 1024;
/// How far a copy stands from its original, in drawing units.
const STEP: f64 = 32.0;

/// Copied records under their old ids.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Clip {
    design: Design,
    /// Where nodes stood whose rack was not copied, for copies in the same design.
    homes: SortedMap<NodeId, RackId>,
    /// What was mended while its text was read.
    repairs: Vec<String>,
}

impl Clip {
    /// The selection with the links between what it holds. Links to the outside stay behind. Time: O(nodes + links).
    pub(super) fn of(design: &Design, scene: &Scene, selection: &Selection) -> Self {
        let reach = Reach::of(design, selection);
        let mut clip = Self::default();
        for id in &reach.racks {
            clip.design.racks.set(*id, design.racks.shared(*id).cloned());
        }
        for id in &reach.nodes {
            let Some(mut node) = design.nodes.shared(*id).cloned() else { continue };
            if let Some(rack) = node.rack.filter(|rack| !reach.racks.contains(rack)) {
                clip.homes.insert(*id, rack);
                let node = Arc::make_mut(&mut node);
                node.rack = None;
                node.at = scene.node_rect(*id).map_or(node.at, |rect| Point::new(rect.x, rect.y));
            }
            clip.design.nodes.set(*id, Some(node));
        }
        for (id, link) in design.links.iter().filter(|(_, link)| link.ends.iter().all(|end| reach.nodes.contains(&end.node))) {
            clip.design.links.set(id, design.links.shared(id).cloned());
            if let Some(fabric) = link.fabric {
                clip.design.fabrics.set(fabric, design.fabrics.shared(fabric).cloned());
            }
        }
        for id in &reach.groups {
            clip.design.groups.set(*id, design.groups.shared(*id).cloned());
        }
        let racks = clip.design.racks.iter().map(|(_, rack)| &rack.part);
        let nodes = clip.design.nodes.iter().map(|(_, node)| &node.part);
        let links = clip.design.links.iter().filter_map(|(_, link)| link.part.as_ref());
        let used: SortedSet<_> = racks.chain(nodes).chain(links).cloned().collect();
        clip.design.parts = design.parts.iter().filter(|(id, _)| used.contains(*id)).map(|(id, part)| (id.clone(), part.clone())).collect();
        clip
    }

    /// Whether there is nothing to paste.
    pub fn is_empty(&self) -> bool {
        self.design.is_empty()
    }

    /// The clipboard's text.
    pub fn to_text(&self) -> String {
        format!("{HEAD}{}}}", io::save(&self.design).trim_end())
    }

    /// Reads clipboard text, or the text of a design file. The error is a sentence.
    pub fn from_text(text: &str) -> Result<Self, String> {
        let nothing = || NOTHING.to_owned();
        let text = text.trim_start_matches('\u{feff}').trim();
        if !text.starts_with('{') {
            return Err(nothing());
        }
        if text.len() > LONGEST {
            return Err("The clipboard holds more than 64 MB, which is too much to paste".to_owned());
        }
        // What this version wrote needs no second reading.
        if let Some(design) = text.strip_prefix(HEAD).and_then(|rest| rest.strip_suffix('}')) {
            return Self::of_loaded(io::load(design));
        }
        let Ok(Value::Object(mut outer)) = parse(text) else { return Err(nothing()) };
        let format = outer.get("format").and_then(Value::as_str).unwrap_or_default().to_owned();
        let loaded = match format.as_str() {
            FORMAT => {
                if outer.get("version").and_then(Value::as_u64) != Some(VERSION) {
                    return Err(format!("The clipboard comes from another version of Weft; this one reads version {VERSION}"));
                }
                io::load(&outer.remove("design").unwrap_or(Value::Null).to_string())
            }
            "weft-design" => io::load(text),
            _ => return Err(nothing()),
        };
        Self::of_loaded(loaded)
    }

    fn of_loaded(loaded: Result<io::Loaded, io::LoadError>) -> Result<Self, String> {
        let loaded = loaded.map_err(|error| format!("The clipboard cannot be pasted: {error}"))?;
        let clip = Self { design: loaded.design, homes: SortedMap::new(), repairs: loaded.repairs };
        if clip.is_empty() { Err(NOTHING.to_owned()) } else { Ok(clip) }
    }

    /// A clip as it was read, with what was mended.
    pub fn of_read(read: Opened) -> Self {
        let repairs = if read.told.is_empty() { Vec::new() } else { vec![read.told] };
        Self { design: read.design, homes: SortedMap::new(), repairs }
    }

    /// The other way around, for who reads clips aside.
    pub fn into_read(self) -> Opened {
        Opened { design: self.design, told: self.repairs.join("; "), read_only: None }
    }

    /// How many records it holds.
    pub fn len(&self) -> usize {
        self.design.racks.len() + self.design.nodes.len() + self.design.links.len() + self.design.groups.len()
    }

    /// How many nodes it holds.
    pub(super) fn nodes(&self) -> usize {
        self.design.nodes.len()
    }

    /// Copied nodes whose rack was not copied, under their old ids, with that rack.
    pub(super) fn homes(&self) -> impl Iterator<Item = (NodeId, RackId)> + '_ {
        self.homes.iter().map(|(node, rack)| (*node, *rack))
    }

    /// Whether all of it is nodes, and none of them stands in a copied rack.
    pub(super) fn is_nodes_alone(&self) -> bool {
        self.design.racks.is_empty() && self.design.groups.is_empty()
    }

    /// The box around everything that stands on its own.
    pub(super) fn bounds(&self, design: &Design, catalog: &Catalog) -> Option<Rect> {
        let size = |part| catalog.part(design, part).or_else(|| self.design.parts.get(part).map(AsRef::as_ref)).map_or((64.0, 64.0), size_of);
        let racks = self.design.racks.iter().map(|(_, rack)| (rack.at, &rack.part));
        let nodes = self.design.nodes.iter().filter(|(_, node)| node.rack.is_none()).map(|(_, node)| (node.at, &node.part));
        // Neighbours mostly are of one part.
        let mut last = None;
        let rects = racks.chain(nodes).map(|(at, part)| {
            let (width, height) = match last {
                Some((known, size)) if known == part => size,
                _ => size(part),
            };
            last = Some((part, (width, height)));
            Rect::new(at.x, at.y, width, height)
        });
        rects.reduce(|all, rect| all.union(&rect))
    }
}

/// Where copies come to stand.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Standing<'a> {
    /// How far everything stands from its original.
    pub offset: Point,
    /// Nodes, under their old ids, that stand in a rack instead.
    pub landings: &'a [Landing],
    /// Whether the other nodes whose rack was not copied take free units of that rack, rather than standing on the canvas.
    pub at_home: bool,
}

/// Puts a clip into the design with its middle at `at`, into the rack there if it has room, or a step from where it was. What stands
/// exactly there already is not covered.
pub(super) fn paste(draft: &mut Draft, clip: &Clip, at: Option<Point>) -> Result<Outcome, String> {
    let at = at.and_then(sound);
    let landings = at.map_or_else(Vec::new, |at| landings(draft, clip, at));
    let offset = match (at, clip.bounds(draft.design(), draft.catalog)) {
        (Some(at), Some(bounds)) => snapped(Point::new(at.x - bounds.x - bounds.width / 2.0, at.y - bounds.y - bounds.height / 2.0)),
        _ => Point::new(STEP, STEP),
    };
    let offset = beside_others(draft.design(), clip, offset);
    let mut names = Names::of(draft.design());
    let selected = insert(draft, clip, Standing { offset, landings: &landings, at_home: false }, &mut |name| names.take_copy(name))?;
    let outcome = Outcome::named(format!("Paste {}", count_of(selected.len(), "thing"))).selecting(selected);
    Ok(if clip.repairs.is_empty() { outcome } else { outcome.saying(format!("Pasted and repaired: {}", clip.repairs.join("; "))) })
}

/// Where the nodes of a clip stand in the rack at `at`: stacked as they stood. Empty where there is no rack with room for all of them.
fn landings(draft: &Draft, clip: &Clip, at: Point) -> Vec<Landing> {
    if !clip.is_nodes_alone() || draft.scene.rack_slot(at, RackUnits(1)).is_none() || clip.nodes() > MOST_IN_RACK {
        return Vec::new();
    }
    let part = |id| draft.part(id).or_else(|| clip.design.parts.get(id).map(AsRef::as_ref));
    let heights: Option<Vec<(NodeId, RackUnits, f64)>> =
        clip.design.nodes.iter().map(|(id, node)| part(&node.part).and_then(height_of).map(|height| (id, height, -node.at.y))).collect();
    let Some(heights) = heights else { return Vec::new() };
    let block = super::room::stacked(heights.iter().map(|(_, height, up)| (*height, *up)));
    let tall = block.iter().map(|slot| slot.above + i32::from(slot.height.0)).max().unwrap_or(1);
    let Some((rack, wanted)) = draft.scene.rack_slot(at, RackUnits(u16::try_from(tall).unwrap_or(1))) else { return Vec::new() };
    let Some(first) = Room::of(draft.design(), draft.catalog, rack, &SortedSet::new()).and_then(|room| room.nearest(wanted, &block)) else { return Vec::new() };
    let unit = |slot: &Slot| u16::try_from(i32::from(first.0) + slot.above).ok().map(RackUnits);
    heights.iter().zip(&block).filter_map(|((id, ..), slot)| Some((*id, rack, unit(slot)?))).collect()
}

/// `offset`, moved on by steps until nothing of the clip covers one of its like exactly: pasting twice gives two things to be seen.
fn beside_others(design: &Design, clip: &Clip, mut offset: Point) -> Point {
    let covers = |offset: Point| {
        let at = |place: Point| Point::new(place.x + offset.x, place.y + offset.y);
        let rack = clip.design.racks.iter().next().map(|(_, rack)| at(rack.at));
        let node = clip.design.nodes.iter().find(|(_, node)| node.rack.is_none()).map(|(_, node)| at(node.at));
        rack.is_some_and(|place| design.racks.iter().any(|(_, other)| other.at == place))
            || node.is_some_and(|place| design.nodes.iter().any(|(_, other)| other.rack.is_none() && other.at == place))
    };
    for _ in 0..500 {
        if !covers(offset) {
            break;
        }
        offset = offset.shifted(STEP, STEP);
    }
    offset
}

/// Copies a clip of this design a step aside; copies of nodes in a rack take the nearest free units of that rack.
pub(super) fn duplicate(draft: &mut Draft, clip: &Clip) -> Result<Outcome, String> {
    let offset = beside_others(draft.design(), clip, Point::new(STEP, STEP));
    put(draft, clip, Standing { offset, landings: &[], at_home: true })
}

/// Copies a clip of this design to where its copy was dragged.
pub(super) fn put(draft: &mut Draft, clip: &Clip, standing: Standing) -> Result<Outcome, String> {
    let mut names = Names::of(draft.design());
    let selected = insert(draft, clip, standing, &mut |name| names.take_copy(name))?;
    Ok(Outcome::named(format!("Duplicate {}", count_of(selected.len(), "thing"))).selecting(selected))
}

/// Adds the records of a clip under new ids and the names that `name` gives them. Returns what is selected afterwards.
pub(super) fn insert(draft: &mut Draft, clip: &Clip, standing: Standing, name: &mut dyn FnMut(&str) -> String) -> Result<Vec<Subject>, String> {
    let full = "There are too many things in this design";
    let Standing { offset, landings, at_home } = standing;
    let moved = |at: Point| sound(at.shifted(offset.x, offset.y)).unwrap_or(at);
    for part in clip.design.parts.values() {
        draft.add_part(part.clone());
    }

    let mut fabrics: SortedMap<FabricId, FabricId> = SortedMap::new();
    for (id, fabric) in clip.design.fabrics.iter() {
        let same =
            if draft.get::<Fabric>(id) == Some(fabric) { Some(id) } else { draft.design().fabrics.iter().find(|(_, own)| *own == fabric).map(|(own, _)| own) };
        let own = match same {
            Some(own) => own,
            None => draft.push(fabric.clone()).ok_or(full)?,
        };
        fabrics.insert(id, own);
    }

    let mut racks: SortedMap<RackId, RackId> = SortedMap::new();
    for (id, rack) in clip.design.racks.iter() {
        let copy = Rack { name: name(&rack.name), at: moved(rack.at), ..rack.clone() };
        racks.insert(id, draft.push(copy).ok_or(full)?);
    }
    let mut nodes: SortedMap<NodeId, NodeId> = SortedMap::new();
    for (id, node) in clip.design.nodes.iter() {
        let mut copy = Node { name: name(&node.name), at: moved(node.at), ..node.clone() };
        copy.rack = node.rack.and_then(|rack| racks.get(&rack)).copied();
        if let Some((_, rack, u)) = landings.iter().find(|(landing, ..)| *landing == id) {
            copy.rack = Some(*rack);
            copy.u = Some(*u);
        } else if let Some(home) = clip.homes.get(&id).filter(|_| at_home) {
            let free = free_unit(draft, *home, node);
            copy.rack = free.map(|_| *home);
            copy.u = free;
        } else if copy.rack.is_none() {
            copy.u = None;
        }
        nodes.insert(id, draft.push(copy).ok_or(full)?);
    }
    for (_, link) in clip.design.links.iter() {
        let port = |end: PortRef| Some(PortRef { node: *nodes.get(&end.node)?, port: end.port });
        let [Some(a), Some(b)] = link.ends.map(port) else { continue };
        let copy = Link { ends: [a, b], fabric: link.fabric.and_then(|fabric| fabrics.get(&fabric)).copied(), ..link.clone() };
        draft.push(copy).ok_or(full)?;
    }
    let groups = insert_groups(draft, clip, name, &racks, &nodes).ok_or(full)?;

    let grouped: SortedSet<Member> = clip.design.groups.iter().flat_map(|(_, group)| group.members.iter().copied()).collect();
    let own_groups = groups.iter().filter(|(old, _)| !grouped.contains(&Member::Group(**old))).map(|(_, new)| Subject::Group(*new));
    let own_racks = racks.iter().filter(|(old, _)| !grouped.contains(&Member::Rack(**old))).map(|(_, new)| Subject::Rack(*new));
    let own_nodes = nodes
        .iter()
        .filter(|(old, _)| !grouped.contains(&Member::Node(**old)) && clip.design.nodes.get(**old).is_some_and(|node| node.rack.is_none()))
        .map(|(_, new)| Subject::Node(*new));
    Ok(own_groups.chain(own_racks).chain(own_nodes).collect())
}

fn insert_groups(
    draft: &mut Draft,
    clip: &Clip,
    name: &mut dyn FnMut(&str) -> String,
    racks: &SortedMap<RackId, RackId>,
    nodes: &SortedMap<NodeId, NodeId>,
) -> Option<SortedMap<GroupId, GroupId>> {
    let mut groups: SortedMap<GroupId, GroupId> = SortedMap::new();
    for (id, group) in clip.design.groups.iter() {
        groups.insert(id, draft.push(Group { name: name(&group.name), members: Vec::new(), ..group.clone() })?);
    }
    for (id, group) in clip.design.groups.iter() {
        let members: Vec<Member> = group
            .members
            .iter()
            .filter_map(|member| match member {
                Member::Group(id) => groups.get(id).copied().map(Member::Group),
                Member::Node(id) => nodes.get(id).copied().map(Member::Node),
                Member::Rack(id) => racks.get(id).copied().map(Member::Rack),
            })
            .collect();
        if let Some(copy) = groups.get(&id) {
            draft.update::<Group>(*copy, |group| group.members = members);
        }
    }
    Some(groups)
}

/// The free unit of a rack nearest to where a node's original stands.
fn free_unit(draft: &Draft, rack: RackId, node: &Node) -> Option<RackUnits> {
    let height = height_of(draft.part(&node.part)?)?;
    Room::of(draft.design(), draft.catalog, rack, &SortedSet::new())?.nearest(node.u?, &[Slot { above: 0, height }])
}
