//! An array of copies: in a row, down a column, along the units of a rack, or into the next racks. One step, names that count on.

use super::clipboard::{self, Clip, Standing};
use super::draft::{Draft, Outcome};
use super::intent::Along;
use super::keyboard::placed;
use super::naming::Names;
use super::room::{Room, Slot, height_of};
use super::standing::{GRID, Landing};
use crate::model::{NodeId, RackId, Subject};
use crate::units::{Point, RackUnits, SortedSet, counted, order};

/// The most copies of one array.
pub const MOST_COPIES: u16 = 500;
/// The most records an array may make.
const MOST_RECORDS: usize = 100_000;

/// Nodes of one rack that are copied together, as they stand.
struct Block {
    rack: RackId,
    /// The unit its lowest node stands at.
    first: i32,
    nodes: Vec<NodeId>,
    slots: Vec<Slot>,
}

impl Block {
    /// How many units it reaches over.
    fn tall(&self) -> i32 {
        self.slots.iter().map(|slot| slot.above + i32::from(slot.height.0)).max().unwrap_or(1)
    }
    fn fits(&self, room: &Room, first: i32) -> bool {
        self.slots.iter().all(|slot| room.fits(first + slot.above, slot.height))
    }
    fn landings(&self, rack: RackId, first: i32) -> impl Iterator<Item = Landing> + '_ {
        self.nodes.iter().zip(&self.slots).filter_map(move |(node, slot)| Some((*node, rack, RackUnits(u16::try_from(first + slot.above).ok()?))))
    }
}

/// Makes `count` copies of a clip of this design. Where there is room for fewer, those are made, and it is said why.
pub(super) fn repeat(draft: &mut Draft, clip: &Clip, count: u16, along: Along) -> Result<Outcome, String> {
    let (made, selected, stopped) = copies(draft, clip, count, along)?;
    let outcome = Outcome::named(format!("Make {}", counted(made as u64, "copy", "copies"))).selecting(selected);
    Ok(match stopped {
        Some(reason) => outcome.saying(format!("Made {made} of {}: {reason}", counted(u64::from(count), "copy", "copies"))),
        None => outcome,
    })
}

/// The same without a name for it: how many copies were made, what is selected then, and why there are no more.
pub(super) fn copies(draft: &mut Draft, clip: &Clip, count: u16, along: Along) -> Result<(usize, Vec<Subject>, Option<String>), String> {
    if !(1..=MOST_COPIES).contains(&count) {
        return Err(format!("Make 1 to {MOST_COPIES} copies at once"));
    }
    if clip.len().saturating_mul(usize::from(count)) > MOST_RECORDS {
        return Err(format!("That would make more than {MOST_RECORDS} things at once; make fewer copies"));
    }
    let mut names = Names::of(draft.design());
    let mut selected = Vec::new();
    let (made, stopped) = match along {
        Along::Across { gap } => (in_a_row(draft, clip, count, gap, true, &mut names, &mut selected)?, None),
        Along::Down { gap } => (in_a_row(draft, clip, count, gap, false, &mut names, &mut selected)?, None),
        Along::Racks => into_racks(draft, clip, count, &mut names, &mut selected)?,
        Along::Units { gap, down } => along_units(draft, clip, count, gap, down, &mut names, &mut selected)?,
    };
    Ok((made, selected, stopped))
}

fn in_a_row(draft: &mut Draft, clip: &Clip, count: u16, gap: f64, across: bool, names: &mut Names, selected: &mut Vec<Subject>) -> Result<usize, String> {
    if !(gap.is_finite() && (0.0..=1e5).contains(&gap)) {
        return Err("The gap between copies is 0 to 100000".to_owned());
    }
    let Some(bounds) = clip.bounds(draft.design(), draft.catalog) else { return Err("Select nodes or racks to copy".to_owned()) };
    // Whole steps of the grid, so that copies of what stands on it stand on it too.
    let step = ((if across { bounds.width } else { bounds.height } + gap) / GRID).ceil() * GRID;
    for nth in 1..=count {
        let far = step * f64::from(nth);
        let offset = if across { Point::new(far, 0.0) } else { Point::new(0.0, far) };
        add(draft, clip, Standing { offset, ..Standing::default() }, names, selected)?;
    }
    Ok(usize::from(count))
}

/// Copies above (or below) each other, each at the first free place that leaves the gap.
fn along_units(
    draft: &mut Draft,
    clip: &Clip,
    count: u16,
    gap: u16,
    down: bool,
    names: &mut Names,
    selected: &mut Vec<Subject>,
) -> Result<(usize, Option<String>), String> {
    let blocks = blocks(draft, clip)?;
    let mut at: Vec<i32> = blocks.iter().map(|block| block.first).collect();
    for made in 0..usize::from(count) {
        let mut landings = Vec::new();
        for (block, at) in blocks.iter().zip(&mut at) {
            let Some(room) = Room::of(draft.design(), draft.catalog, block.rack, &SortedSet::new()) else { continue };
            let pace = block.tall() + i32::from(gap);
            let place = if down {
                (1..=*at - pace).rev().find(|first| block.fits(&room, *first))
            } else {
                (*at + pace..=room.units()).find(|first| block.fits(&room, *first))
            };
            let Some(place) = place else {
                let reason = format!("there is no more room {} in {}", if down { "below" } else { "above" }, draft.design().rack_name(block.rack));
                return if made == 0 { Err(crate::units::capital(&reason)) } else { Ok((made, Some(reason))) };
            };
            *at = place;
            landings.extend(block.landings(block.rack, place));
        }
        add(draft, clip, Standing { landings: &landings, ..Standing::default() }, names, selected)?;
    }
    Ok((usize::from(count), None))
}

/// One copy into each of the next racks, at the unit of the original. A rack without room there is passed over.
fn into_racks(draft: &mut Draft, clip: &Clip, count: u16, names: &mut Names, selected: &mut Vec<Subject>) -> Result<(usize, Option<String>), String> {
    let blocks = blocks(draft, clip)?;
    let mut racks: Vec<RackId> = draft.design().racks.ids().collect();
    order::sort_by_key(&mut racks, |rack| placed(draft.scene, Subject::Rack(*rack)));
    let places: Vec<usize> = blocks.iter().filter_map(|block| racks.iter().position(|rack| *rack == block.rack)).collect();
    let (Some(first), Some(last)) = (places.iter().min(), places.iter().max()) else { return Err("Their rack is not drawn".to_owned()) };
    let pace = last - first + 1;
    let (mut made, mut passed) = (0, None);
    for nth in 1..=usize::from(count) {
        let targets: Option<Vec<RackId>> = places.iter().map(|place| racks.get(place + nth * pace).copied()).collect();
        let Some(targets) = targets else {
            passed.get_or_insert_with(|| "there are no more racks".to_owned());
            break;
        };
        let full = blocks
            .iter()
            .zip(&targets)
            .find(|(block, rack)| !Room::of(draft.design(), draft.catalog, **rack, &SortedSet::new()).is_some_and(|room| block.fits(&room, block.first)));
        if let Some((block, rack)) = full {
            let reason = format!("{} has no room at unit {}", draft.design().rack_name(*rack), block.first);
            passed.get_or_insert(reason);
            continue;
        }
        let landings: Vec<Landing> = blocks.iter().zip(&targets).flat_map(|(block, rack)| block.landings(*rack, block.first)).collect();
        add(draft, clip, Standing { landings: &landings, ..Standing::default() }, names, selected)?;
        made += 1;
    }
    match passed {
        Some(reason) if made == 0 => Err(crate::units::capital(&reason)),
        passed => Ok((made, passed)),
    }
}

/// The copied nodes, rack by rack. An error where something of the clip does not stand in a rack.
fn blocks(draft: &Draft, clip: &Clip) -> Result<Vec<Block>, String> {
    if !clip.is_nodes_alone() || clip.homes().count() != clip.nodes() {
        return Err("Select only nodes that stand in a rack to copy them along its units or into other racks".to_owned());
    }
    let mut blocks: Vec<Block> = Vec::new();
    for (id, rack) in clip.homes() {
        let Some(node) = draft.design().nodes.get(id) else { continue };
        let (Some(u), Some(height)) = (node.u, draft.part(&node.part).and_then(height_of)) else {
            return Err(format!("It is not known at which unit {} stands", draft.design().node_name(id)));
        };
        let slot = Slot { above: i32::from(u.0), height };
        match blocks.iter_mut().find(|block| block.rack == rack) {
            Some(block) => {
                block.nodes.push(id);
                block.slots.push(slot);
            }
            None => blocks.push(Block { rack, first: 0, nodes: vec![id], slots: vec![slot] }),
        }
    }
    for block in &mut blocks {
        block.first = block.slots.iter().map(|slot| slot.above).min().unwrap_or(1);
        block.slots.iter_mut().for_each(|slot| slot.above -= block.first);
    }
    Ok(blocks)
}

fn add(draft: &mut Draft, clip: &Clip, standing: Standing, names: &mut Names, selected: &mut Vec<Subject>) -> Result<(), String> {
    // An array counts on: `core`, `core-2`, `core-3`.
    let copies = clipboard::insert(draft, clip, standing, &mut |name| if name.is_empty() { String::new() } else { names.take_after(name) })?;
    // What lands in a rack is selected too: it is what was made.
    selected.extend(copies);
    Ok(())
}
