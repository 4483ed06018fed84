//! What has to be bought for a design: racks, nodes, cables, modules and fibres, counted as they are sold.
//!
//! A cable count is no link count: a twin-port cable carries both ports of its cages, a splitter all its legs, a module serves every
//! port of its cage, and between two modules lies a fibre that is bought on its own. Cables and fibres are lines by length.
//!
//! What is there already is a line of its own that nothing is bought for: nodes and racks that the design says are kept, and what joins two
//! kept nodes. Modules in a node that says where its modules are from are a line of their own, too.

use super::assumptions::{NODE_SPARES, SPARES};
use super::cabling::{Floor, Length};
use super::change::Change;
use super::facts::Facts;
use crate::catalog::{Catalog, PortUse, fit, is_laid};
use crate::model::{CableDetail, CableKind, Design, Link, LinkId, Node, NodeId, Part, PartId, PartKind, PortRef, Tier};
use crate::units::order::{sort_by, sort_by_number, unique_words};
use crate::units::{Metres, SortedMap, SortedSet};

/// Something that is bought.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item {
    /// A part of the catalogue or of the design; perhaps one that nobody knows.
    Part(PartId),
    /// A fibre between two modules.
    Fibre(Fibre),
    /// The cable of a link whose cable is not chosen yet.
    Unchosen,
}

/// A fibre between two modules, with its connectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fibre {
    /// Multimode, eight or twelve fibres, ends polished at an angle.
    MultiMpo12,
    /// Multimode, eight or twelve fibres, ends polished flat: lanes of 25 and 50 Gb/s. It does not mate with an angled one.
    MultiMpo12Flat,
    /// Multimode, sixteen fibres.
    MultiMpo16,
    /// Single-mode, one pair.
    SingleLc,
    /// Single-mode, eight or twelve fibres.
    SingleMpo12,
    /// Single-mode, sixteen fibres.
    SingleMpo16,
}

impl Fibre {
    /// All of them, each with the id it has in price books and its name.
    pub const ALL: [(Self, &'static str, &'static str); 6] = [
        (Self::MultiMpo12, "fibre-om4-mpo12", "Multimode fibre OM4, MPO-12/APC"),
        (Self::MultiMpo12Flat, "fibre-om4-mpo12-upc", "Multimode fibre OM4, MPO-12/UPC"),
        (Self::MultiMpo16, "fibre-om4-mpo16", "Multimode fibre OM4, MPO-16/APC"),
        (Self::SingleLc, "fibre-os2-lc", "Single-mode fibre OS2, duplex LC"),
        (Self::SingleMpo12, "fibre-os2-mpo12", "Single-mode fibre OS2, MPO-12/APC"),
        (Self::SingleMpo16, "fibre-os2-mpo16", "Single-mode fibre OS2, MPO-16/APC"),
    ];

    /// The id it has in price books.
    pub fn id(self) -> &'static str {
        self.row().1
    }
    /// Its name.
    pub fn name(self) -> &'static str {
        self.row().2
    }
    fn row(self) -> (Self, &'static str, &'static str) {
        Self::ALL.into_iter().find(|(fibre, ..)| *fibre == self).unwrap_or((self, "", ""))
    }
}

impl Item {
    /// The id it has in price books; empty where no cable is chosen.
    pub fn id(&self) -> &str {
        match self {
            Self::Fibre(fibre) => fibre.id(),
            Self::Part(part) => part.as_str(),
            Self::Unchosen => "",
        }
    }
}

/// How the pieces of a line are come by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Supply {
    /// Bought, from the tier of their part.
    #[default]
    AsPart,
    /// Bought from the tier that the nodes state which they sit in.
    AsNode(Tier),
    /// There already.
    Kept,
}

impl Supply {
    /// How a node or a rack is come by.
    fn placed(kept: bool) -> Self {
        if kept { Self::Kept } else { Self::AsPart }
    }
}

/// One line of a bill of materials.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// What is bought.
    pub item: Item,
    /// How it is come by.
    pub supply: Supply,
    /// What kind of thing it is; `None` for parts nobody knows.
    pub kind: Option<PartKind>,
    /// Whether it is sold by length.
    pub by_length: bool,
    /// Its length, where that is known.
    pub length: Option<Metres>,
    /// How many the drawing needs.
    pub count: usize,
    /// How many are bought besides.
    pub spares: usize,
}

impl Line {
    /// Whether it is there already, so that nothing is bought.
    pub fn is_kept(&self) -> bool {
        self.supply == Supply::Kept
    }
    /// How many are bought.
    pub fn bought(&self) -> usize {
        if self.is_kept() { 0 } else { self.count.saturating_add(self.spares) }
    }
    /// Whether it is a cable, a module or a fibre.
    pub fn is_optics(&self) -> bool {
        !matches!(self.item, Item::Part(_)) || matches!(self.kind, Some(PartKind::Cable | PartKind::Transceiver))
    }
}

/// Where a piece goes.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    /// One for the link alone.
    Link,
    /// One for all links of the cage at this end.
    Cage(u8),
    /// One for all links between the two cages.
    Cages,
}

/// What a link needs one of.
#[derive(Clone, Debug, PartialEq)]
struct Piece {
    item: Item,
    kind: Option<PartKind>,
    place: Place,
    times: u8,
    by_length: bool,
    /// The end whose cage it sits in, if it is a module.
    seat: Option<u8>,
    /// The line it was counted in last, with the length it had and how it was come by.
    line: Option<(u64, Supply, u32)>,
}

/// What one link needs one of.
struct Needed {
    /// The cage it is counted at; `None` where it is the link's alone.
    cage: Option<u64>,
    piece: Piece,
    length: Option<Metres>,
    supply: Supply,
}

/// The bill of materials: racks, systems, XPUs, switches, NICs, cables, modules, then parts nobody knows; in a kind by id and length.
/// `facts` are the design's, `length` is asked of every link.
///
/// Time: O(nodes + links), and a sort of the links that share a cage.
pub fn materials(design: &Design, catalog: &Catalog, facts: &Facts, length: &dyn Fn(&Link) -> Length) -> Vec<Line> {
    counted(design, catalog, facts, length).0
}

/// [`materials`], and whether each line is sold by length, or not, wherever it comes from: then [`after`] can take it over.
pub(super) fn counted(design: &Design, catalog: &Catalog, facts: &Facts, length: &dyn Fn(&Link) -> Length) -> (Vec<Line>, bool) {
    let mut count = Count::default();
    let placed = design.racks.iter().map(|(_, rack)| (&rack.part, rack.kept)).chain(design.nodes.iter().map(|(_, node)| (&node.part, node.kept)));
    let mut pieces: SortedMap<(&PartId, bool), usize> = SortedMap::new();
    // Neighbours are mostly of one part.
    let mut run: Option<((&PartId, bool), usize)> = None;
    for part in placed {
        run = match run {
            Some((same, number)) if same == part => Some((same, number + 1)),
            Some((other, number)) => {
                *pieces.entry(other).or_default() += number;
                Some((part, 1))
            }
            None => Some((part, 1)),
        };
    }
    if let Some((part, number)) = run {
        *pieces.entry(part).or_default() += number;
    }
    for ((id, kept), number) in pieces.iter() {
        let kind = catalog.part(design, id).map(|part| part.kind);
        let line = count.line(Item::Part((*id).clone()), kind, None, false, Supply::placed(*kept));
        count.add(line, *number);
    }

    let mut plans = Plans::default();
    let stated = says_how(design);
    for (at, (_, link)) in design.links.iter().enumerate() {
        let metres = length(link).metres().filter(|metres| metres.is_finite());
        for piece in plans.of(design, catalog, facts.kind(at), link) {
            let length = metres.filter(|_| piece.by_length);
            let bits = bits(length);
            let supply = if stated { supply(design, link, piece.seat) } else { Supply::AsPart };
            let line = piece
                .line
                .filter(|(same, how, _)| *same == bits && *how == supply)
                .map_or_else(|| count.line(piece.item.clone(), piece.kind, length, piece.by_length, supply), |(_, _, line)| line);
            piece.line = Some((bits, supply, line));
            match cage_key(piece, link) {
                Some(cage) => count.caged.push((cage, line)),
                None => count.add(line, usize::from(piece.times)),
            }
        }
    }
    let alike = !count.mixed;
    (count.finish(design), alike)
}

/// The bill of materials of a design that differs from the one of `lines` as `change` says, in links and in nodes that came or went
/// ([`Change::bought_but_records_stands`]); `None` where it has to be counted anew. `ports` are those of the design as it is. Time: O(lines log lines + change ×
/// links of a cage), and a copy of all nodes where some came or went.
pub(super) fn after(
    lines: Vec<Line>,
    design: &Design,
    catalog: &Catalog,
    change: &Change,
    ports: &PortUse,
    length: &dyn Fn(&Link) -> Length,
) -> Option<Vec<Line>> {
    let before = change.links();
    // A link that hangs on a node which came or went is another, and is not told.
    if change.moving(design).flat_map(|node| ports.of_node(node)).flat_map(|(_, links)| links).any(|link| !before.contains_key(link)) {
        return None;
    }
    let then = change.moving(design).next().map(|_| change.nodes_before(design));
    let floor = then.as_ref().map(|then| Floor::of(then, catalog));
    let length_then = |link: &Link| match (&then, &floor, link.length) {
        (Some(then), Some(floor), None) => floor.length(then, catalog, link),
        _ => length(link),
    };
    let known = |(at, line): (usize, &Line)| ((line.item.clone(), bits(line.length), line.supply), at as u32);
    let mut count = Count { known: lines.iter().enumerate().map(known).collect(), lines, ..Count::default() };
    for (id, was) in change.nodes().iter() {
        for (node, comes) in [(was.as_deref(), false), (design.nodes.get(*id), true)] {
            let Some(Node { part, kept, .. }) = node else { continue };
            let line = count.line(Item::Part(part.clone()), catalog.part(design, part).map(|part| part.kind), None, false, Supply::placed(*kept));
            if count.mixed {
                return None;
            }
            if comes { count.add(line, 1) } else { count.take(line, 1)? }
        }
    }
    // Of a link: the pieces of its own, and what it needs one of at a cage.
    let pieces_of = |design: &Design, link: &Link, length: Length| -> Vec<Needed> {
        let metres = length.metres().filter(|metres| metres.is_finite());
        let needed =
            |piece: Piece| Needed { cage: cage_key(&piece, link), length: metres.filter(|_| piece.by_length), supply: supply(design, link, piece.seat), piece };
        plan(design, catalog, link).into_iter().map(needed).collect()
    };
    let pieces = |link: &Link| pieces_of(design, link, length(link));
    let pieces_then = |link: &Link| pieces_of(then.as_ref().unwrap_or(design), link, length_then(link));
    let mut caged: [Vec<(u64, u32)>; 2] = Default::default();
    let mut cages: Vec<u64> = Vec::new();
    for (id, was) in before.iter() {
        for needed in was.iter().flat_map(|link| pieces_then(link)) {
            match (needed.cage, count.place(&needed)?) {
                (Some(cage), line) => {
                    cages.push(cage);
                    caged[0].push((cage, line));
                }
                (None, line) => count.take(line, usize::from(needed.piece.times))?,
            }
        }
        for needed in design.links.get(*id).into_iter().flat_map(&pieces) {
            match (needed.cage, count.place(&needed)?) {
                (Some(cage), line) => {
                    cages.push(cage);
                    caged[1].push((cage, line));
                }
                (None, line) => count.add(line, usize::from(needed.piece.times)),
            }
        }
    }
    unique_words(&mut cages);
    for cage in cages {
        // What other links need at that cage, before and after.
        let port = PortRef::cage(NodeId((cage >> 16) as u32), cage as u16);
        for (_, id) in ports.overlapping(port).filter(|(_, id)| !before.contains_key(id)) {
            for needed in design.links.get(id).into_iter().flat_map(&pieces).filter(|needed| needed.cage == Some(cage)) {
                let line = count.place(&needed)?;
                caged.iter_mut().for_each(|caged| caged.push((cage, line)));
            }
        }
    }
    // What a cage holds is told by all its links together.
    caged.iter_mut().for_each(|caged| count.leave_kept(caged));
    let [was, is] = caged.map(|caged| caged.into_iter().collect::<SortedSet<(u64, u32)>>());
    for (_, line) in was.iter().filter(|one| !is.contains(one)) {
        count.take(*line, 1)?;
    }
    for (_, line) in is.iter().filter(|one| !was.contains(one)) {
        count.add(*line, 1);
    }
    count.lines.retain(|line| line.count > 0);
    Some(count.finish(design))
}

/// Whether a design says of anything how it is come by.
fn says_how(design: &Design) -> bool {
    design.nodes.iter().any(|(_, node)| node.kept || node.modules.is_some()) || design.racks.iter().any(|(_, rack)| rack.kept)
}

/// How a piece of a link is come by: kept between two nodes that are kept, else as the node says whose cage it sits in.
fn supply(design: &Design, link: &Link, seat: Option<u8>) -> Supply {
    let ends = link.ends.map(|end| design.nodes.get(end.node));
    if ends.iter().all(|node| node.is_some_and(|node| node.kept)) {
        return Supply::Kept;
    }
    let stated = seat.and_then(|end| ends.get(usize::from(end)).copied().flatten()).and_then(|node| node.modules);
    stated.map_or(Supply::AsPart, Supply::AsNode)
}

/// A length as a number that equal lengths share.
fn bits(length: Option<Metres>) -> u64 {
    length.map_or(u64::MAX, |length| length.0.to_bits())
}

/// For each link the first link that lies in the same cable assembly: itself, unless it shares a twin-port cable or a splitter. Time: as
/// [`materials`].
pub fn assemblies(design: &Design, catalog: &Catalog, facts: &Facts) -> Vec<LinkId> {
    let mut first: Vec<LinkId> = design.links.ids().collect();
    let mut plans = Plans::default();
    let mut shared: Vec<(u64, usize)> = Vec::new();
    for (at, (_, link)) in design.links.iter().enumerate() {
        let whole = plans.of(design, catalog, facts.kind(at), link).iter_mut().find(|piece| piece.by_length);
        shared.extend(whole.and_then(|piece| cage_key(piece, link)).map(|cage| (cage, at)));
    }
    sort_by_number(&mut shared, |(cage, _)| *cage);
    let mut leader: Option<(u64, LinkId)> = None;
    for (cage, at) in shared {
        let Some(own) = first.get_mut(at) else { continue };
        match leader {
            Some((same, id)) if same == cage => *own = id,
            _ => leader = Some((cage, *own)),
        }
    }
    first
}

/// The cage that a piece is counted at, as a number; `None` where it is the link's alone.
fn cage_key(piece: &Piece, link: &Link) -> Option<u64> {
    let key = |end: PortRef| (u64::from(end.node.0) << 16) | u64::from(end.port.cage);
    let [a, b] = link.ends.map(key);
    match piece.place {
        Place::Link => None,
        Place::Cage(end) => Some(if end == 0 { a } else { b }),
        Place::Cages => Some(a.min(b)),
    }
}

/// Lines under construction.
#[derive(Default)]
struct Count {
    lines: Vec<Line>,
    known: SortedMap<(Item, u64, Supply), u32>,
    /// A cage and a line that it needs one of, as often as a link says so.
    caged: Vec<(u64, u32)>,
    /// Whether some line is sold by length by what one thing says of it, and not by what another does: then the first decides.
    mixed: bool,
}

impl Count {
    fn line(&mut self, item: Item, kind: Option<PartKind>, length: Option<Metres>, by_length: bool, supply: Supply) -> u32 {
        let next = self.lines.len() as u32;
        let line = *self.known.entry((item.clone(), bits(length), supply)).or_insert(next);
        if line == next {
            self.lines.push(Line { item, supply, kind, by_length, length, count: 0, spares: 0 });
        } else {
            self.mixed |= self.lines.get(line as usize).is_some_and(|line| line.by_length != by_length);
        }
        line
    }
    /// The line of a piece; `None` where lines no longer say alike whether they are sold by length.
    fn place(&mut self, Needed { piece, length, supply, .. }: &Needed) -> Option<u32> {
        let line = self.line(piece.item.clone(), piece.kind, *length, piece.by_length, *supply);
        (!self.mixed).then_some(line)
    }
    /// Takes some from a line; `None` where it has fewer.
    fn take(&mut self, line: u32, number: usize) -> Option<()> {
        let line = self.lines.get_mut(line as usize)?;
        line.count = line.count.checked_sub(number)?;
        Some(())
    }
    fn add(&mut self, line: u32, number: usize) {
        if let Some(line) = self.lines.get_mut(line as usize) {
            line.count = line.count.saturating_add(number);
        }
    }
    /// A module or cable of a cage that one link keeps is kept for its other links as well.
    fn leave_kept(&self, caged: &mut Vec<(u64, u32)>) {
        let line = |at: u32| self.lines.get(at as usize);
        let kept: SortedSet<(u64, &Item)> =
            caged.iter().filter_map(|(cage, at)| line(*at).filter(|line| line.is_kept()).map(|line| (*cage, &line.item))).collect();
        if !kept.is_empty() {
            caged.retain(|(cage, at)| line(*at).is_some_and(|line| line.is_kept() || !kept.contains(&(*cage, &line.item))));
        }
    }
    fn finish(mut self, design: &Design) -> Vec<Line> {
        // One number for cage and line sorts at once; more lines than that has no bill of materials for people.
        let mut caged = std::mem::take(&mut self.caged);
        self.leave_kept(&mut caged);
        if self.lines.len() <= 1 << 16 {
            let mut words: Vec<u64> = caged.iter().map(|(cage, line)| cage << 16 | u64::from(*line)).collect();
            unique_words(&mut words);
            for word in words {
                self.add((word & 0xFFFF) as u32, 1);
            }
        } else {
            sort_by_number(&mut caged, |(_, line)| u64::from(*line));
            sort_by_number(&mut caged, |(cage, _)| *cage);
            caged.dedup();
            for (_, line) in caged {
                self.add(line, 1);
            }
        }
        let settings = &design.meta.settings;
        let (spares, node_spares) = (SPARES.value(settings), NODE_SPARES.value(settings));
        for line in &mut self.lines {
            let percent = match line.kind {
                _ if line.is_kept() => 0.0,
                Some(PartKind::Rack) => 0.0,
                _ if is_laid(line.item.id(), line.length) => 0.0,
                _ if line.is_optics() => spares,
                _ => node_spares,
            };
            line.spares = (line.count as f64 * percent / 100.0 - 1e-9).ceil().max(0.0) as usize;
        }
        // By kind, unknown parts last, fibres and open cables after the cables; in a kind by id, then by length.
        sort_by(&mut self.lines, |a, b| {
            let rank = |line: &Line| (line.kind.is_none(), line.kind, matches!(line.item, Item::Unchosen));
            let length = |line: &Line| line.length.map_or(f64::MAX, |length| length.0);
            rank(a).cmp(&rank(b)).then_with(|| a.item.cmp(&b.item)).then_with(|| length(a).total_cmp(&length(b))).then_with(|| a.supply.cmp(&b.supply))
        });
        self.lines
    }
}

/// What links of each kind need, found once per kind.
#[derive(Default)]
struct Plans {
    known: Vec<Option<Vec<Piece>>>,
    other: Vec<Piece>,
    /// The cable asked for last that is in the catalogue.
    last: Option<PartId>,
}

impl Plans {
    fn of(&mut self, design: &Design, catalog: &Catalog, kind: Option<usize>, link: &Link) -> &mut [Piece] {
        let unknown = link.part.as_ref().filter(|id| self.last.as_ref() != Some(*id)).is_some_and(|id| {
            let found = catalog.part(design, id).is_some();
            if found {
                self.last = Some(id.clone());
            }
            !found
        });
        let Some(kind) = kind.filter(|_| !unknown) else {
            self.other = plan(design, catalog, link);
            return &mut self.other;
        };
        if self.known.len() <= kind {
            self.known.resize(kind + 1, None);
        }
        match self.known.get_mut(kind) {
            Some(known) => known.get_or_insert_with(|| plan(design, catalog, link)),
            None => &mut [],
        }
    }
}

/// What a link needs.
fn plan(design: &Design, catalog: &Catalog, link: &Link) -> Vec<Piece> {
    let alone = |item: Item, kind: Option<PartKind>| Piece { item, kind, place: Place::Link, times: 1, by_length: true, seat: None, line: None };
    let Some(id) = &link.part else { return vec![alone(Item::Unchosen, Some(PartKind::Cable))] };
    let Some(part) = catalog.part(design, id) else { return vec![Piece { by_length: false, ..alone(Item::Part(id.clone()), None) }] };
    let Some(cable) = part.cable() else { return vec![Piece { by_length: false, ..alone(Item::Part(id.clone()), Some(part.kind)) }] };
    let sharing = link.ends.map(|end| catalog.view(design, end).map_or(1, |view| view.sharing()));
    if part.kind != PartKind::Transceiver && cable.modules.is_empty() {
        let place = match sharing {
            [1, 1] => Place::Link,
            [a, b] if a == b => Place::Cages,
            [a, b] => Place::Cage(u8::from(b > a)),
        };
        return vec![Piece { place, ..alone(Item::Part(id.clone()), Some(part.kind)) }];
    }

    let mut pieces = Vec::new();
    for (end, port) in link.ends.into_iter().enumerate() {
        let module = fit::module_at(catalog, design, link, port).unwrap_or(id);
        let shared = sharing.get(end).is_some_and(|ports| *ports > 1);
        let place = if shared { Place::Cage(end as u8) } else { Place::Link };
        let kind = catalog.part(design, module).map(|part| part.kind);
        pieces.push(Piece { item: Item::Part(module.clone()), kind, place, times: 1, by_length: false, seat: Some(end as u8), line: None });
        // Both modules speak the same wavelengths, so the first says which fibre.
        let detail = catalog.part(design, module).and_then(Part::cable).filter(|_| end == 0);
        if let Some((fibre, fibres)) = detail.and_then(fibre_of) {
            let times = (fibres / sharing.first().copied().unwrap_or(1).max(1)).max(1);
            pieces.push(Piece { item: Item::Fibre(fibre), times, ..alone(Item::Unchosen, Some(PartKind::Cable)) });
        }
    }
    pieces
}

/// The fibre a module takes and how many of them, read off its optical lanes: `4x100G DR` in a module of 800G takes two. Four lanes of 25 or 50
/// Gb/s have flat ends, eight of them and all of 100 Gb/s angled ones (NVIDIA, LinkX cables and transceivers overview: optical connectors).
fn fibre_of(module: &CableDetail) -> Option<(Fibre, u8)> {
    if module.kind != CableKind::Optic {
        return None;
    }
    let plan = module.optical.as_deref()?;
    let (lanes, wavelengths) = plan.split_once(' ').unwrap_or((plan, plan));
    let (number, rate) = lanes
        .split_once('x')
        .and_then(|(number, rate)| Some((number.parse::<u8>().ok()?, crate::units::decimal(rate.trim_end_matches('G'))?)))
        .unwrap_or((1, 0.0));
    let parallel = matches!(wavelengths, "DR" | "SR");
    let fibre = match (wavelengths, number) {
        ("SR", 9..) | ("SR", 8) => Fibre::MultiMpo16,
        ("SR", _) if rate < 100.0 => Fibre::MultiMpo12Flat,
        ("SR", _) => Fibre::MultiMpo12,
        ("DR", 8..) => Fibre::SingleMpo16,
        ("DR", 2..) => Fibre::SingleMpo12,
        _ => Fibre::SingleLc,
    };
    let whole = module.ends.first().map_or(0.0, |end| end.gbps.0);
    let one = f64::from(number) * rate;
    let fibres = if one > 0.0 && (parallel || number > 1) { (whole / one).round().clamp(1.0, 8.0) as u8 } else { 1 };
    Some((fibre, fibres))
}
