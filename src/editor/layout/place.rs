//! From tiers and orders to coordinates.

use super::graph::Graph;
use super::order::Order;
use crate::catalog::Catalog;
use crate::model::Design;
use crate::units::{Point, Rect, SortedMap, order};

/// Free space right of and below each node.
const GAP: (f64, f64) = (20.0, 28.0);
/// Between two leaves with their hosts.
const CELL_GAP: f64 = 40.0;
/// Between pieces that are not joined, and between what is laid out and what stays.
const PIECE_GAP: f64 = 120.0;
/// The least height between two tiers.
const TIER_GAP: f64 = 96.0;
/// Leaves of one cell side by side at most.
const LEAVES_ACROSS: usize = 16;

/// A part of the drawing whose top left corner is (0, 0).
#[derive(Default)]
struct Block {
    places: Vec<(usize, Point)>,
    width: f64,
    height: f64,
}

impl Block {
    /// Takes another block in at a place.
    fn take(&mut self, other: Block, x: f64, y: f64) {
        self.width = self.width.max(x + other.width);
        self.height = self.height.max(y + other.height);
        self.places.extend(other.places.into_iter().map(|(v, at)| (v, at.shifted(x, y))));
    }
}

/// The new top left corner of every free vertex.
pub(super) fn places(design: &Design, catalog: &Catalog, graph: &Graph, order: &Order) -> Vec<(usize, Point)> {
    let sizes = Sizes::of(design, catalog, graph);
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); graph.pieces as usize];
    for (v, piece) in graph.piece.iter().enumerate() {
        members[*piece as usize].push(v);
    }
    let mut cells = Cells::of(graph, order);
    let mut loners = Vec::new();
    let mut blocks = Vec::new();
    for (piece, members) in members.iter().enumerate() {
        let free: Vec<usize> = members.iter().copied().filter(|v| graph.free[*v]).collect();
        match free.as_slice() {
            [] => {}
            [one] if members.len() == 1 => loners.push(*one),
            _ => blocks.push(piece_block(graph, order, &sizes, cells.take(piece), &free)),
        }
    }
    // The largest piece first; pieces of one size in id order.
    order::sort_by_key(&mut blocks, |block| std::cmp::Reverse(block.places.len()));
    if !loners.is_empty() {
        blocks.push(grid(&loners, &sizes, square(loners.len())));
    }
    let drawing = shelves(blocks, PIECE_GAP, 1.6);
    let origin = match fixed_box(design, catalog, graph, &sizes) {
        Some(fixed) => Point::new(fixed.center().x - drawing.width / 2.0, fixed.y - PIECE_GAP - drawing.height),
        None => Point::default(),
    };
    drawing.places.into_iter().map(|(v, at)| (v, Point::new((origin.x + at.x).round(), (origin.y + at.y).round()))).collect()
}

/// What each vertex needs.
struct Sizes {
    of: Vec<(f64, f64)>,
}

impl Sizes {
    fn of(design: &Design, catalog: &Catalog, graph: &Graph) -> Self {
        let scene = crate::scene::Scene::build(design, catalog);
        let of = graph.ids.iter().map(|id| scene.node_rect(*id).map_or((200.0, 60.0), |rect| (rect.width, rect.height))).collect();
        Self { of }
    }
    /// The cell that holds the largest of some vertices, gap included.
    fn cell(&self, vertices: &[usize]) -> (f64, f64) {
        let (width, height) = vertices.iter().fold((0.0f64, 0.0f64), |most, v| (most.0.max(self.of[*v].0), most.1.max(self.of[*v].1)));
        (width + GAP.0, height + GAP.1)
    }
}

/// Everything that stays, as one box.
fn fixed_box(design: &Design, catalog: &Catalog, graph: &Graph, sizes: &Sizes) -> Option<Rect> {
    let nodes = graph.ids.iter().enumerate().filter(|(v, _)| !graph.free[*v]).filter_map(|(v, id)| {
        let node = design.nodes.get(*id).filter(|node| node.rack.is_none())?;
        Some(Rect::new(node.at.x, node.at.y, sizes.of[v].0, sizes.of[v].1))
    });
    let racks = design.racks.iter().map(|(_, rack)| {
        let (width, height) = catalog.part(design, &rack.part).map_or((200.0, 800.0), crate::scene::size_of);
        Rect::new(rack.at.x, rack.at.y, width, height)
    });
    nodes.chain(racks).reduce(|all, rect| all.union(&rect))
}

/// A leaf with its hosts, or several leaves that share hosts.
#[derive(Default)]
struct Cell {
    /// In row order.
    leaves: Vec<usize>,
    /// Below them, in order.
    hosts: Vec<usize>,
}

/// The cells of every piece, in the order of their first leaf; hosts without a leaf stand in a cell of their own.
struct Cells {
    pieces: SortedMap<usize, Vec<Cell>>,
}

impl Cells {
    fn of(graph: &Graph, order: &Order) -> Self {
        let count = graph.ids.len();
        let mut leader: Vec<usize> = (0..count).collect();
        let leaves_of = |host: usize| graph.neighbours(host).iter().copied().filter(|n| graph.tier[*n] == 1);
        for host in (0..count).filter(|v| graph.tier[*v] == 0 && graph.free[*v]) {
            let mut leaves = leaves_of(host);
            let Some(first) = leaves.next() else { continue };
            for other in leaves {
                let (a, b) = (find(&mut leader, first), find(&mut leader, other));
                leader[a.max(b)] = a.min(b);
            }
        }

        let mut cells: SortedMap<(usize, usize), Cell> = SortedMap::new();
        let mut cell_of: SortedMap<usize, (usize, usize)> = SortedMap::new();
        for (place, leaf) in order.rows.first().map(Vec::as_slice).unwrap_or_default().iter().enumerate() {
            let head = find(&mut leader, *leaf);
            let key = *cell_of.entry(head).or_insert((graph.piece[*leaf] as usize, place));
            let cell = cells.entry(key).or_default();
            if graph.free[*leaf] {
                cell.leaves.push(*leaf);
            }
        }
        let mut hosts: Vec<(f64, usize, (usize, usize))> = Vec::new();
        for host in (0..count).filter(|v| graph.tier[*v] == 0 && graph.free[*v]) {
            let (sum, number) = leaves_of(host).fold((0.0, 0u32), |(sum, number), leaf| (sum + order.place[leaf] as f64, number + 1));
            let key = leaves_of(host).next().and_then(|leaf| cell_of.get(&find(&mut leader, leaf)).copied());
            hosts.push((sum / f64::from(number.max(1)), host, key.unwrap_or((graph.piece[host] as usize, usize::MAX))));
        }
        order::sort_by(&mut hosts, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        for (_, host, key) in hosts {
            cells.entry(key).or_default().hosts.push(host);
        }

        let mut pieces: SortedMap<usize, Vec<Cell>> = SortedMap::new();
        for ((piece, _), cell) in cells {
            if !cell.leaves.is_empty() || !cell.hosts.is_empty() {
                pieces.entry(piece).or_default().push(cell);
            }
        }
        Self { pieces }
    }

    fn take(&mut self, piece: usize) -> Vec<Cell> {
        self.pieces.remove(&piece).unwrap_or_default()
    }
}

/// The leader of a set, with path halving.
fn find(leader: &mut [usize], mut v: usize) -> usize {
    while leader[v] != v {
        leader[v] = leader[leader[v]];
        v = leader[v];
    }
    v
}

/// One connected piece: its cells in rows at the bottom, its higher tiers in rows above.
fn piece_block(graph: &Graph, order: &Order, sizes: &Sizes, cells: Vec<Cell>, free: &[usize]) -> Block {
    let bottom = shelves(cells.iter().map(|cell| cell_block(cell, sizes)).collect(), CELL_GAP, 3.0);
    let piece = free.first().map(|v| graph.piece[*v]);
    let mut tiers: Vec<Block> = Vec::new();
    for row in order.rows.iter().skip(1) {
        let row: Vec<usize> = row.iter().copied().filter(|v| graph.free[*v] && Some(graph.piece[*v]) == piece).collect();
        if !row.is_empty() {
            tiers.push(tier_block(&row, sizes, bottom.width));
        }
    }
    let width = tiers.iter().fold(bottom.width, |width, tier| width.max(tier.width));
    let gap = TIER_GAP.max(width * 0.12);
    let mut block = Block::default();
    let mut y = 0.0;
    for tier in tiers.into_iter().rev().chain([bottom]) {
        let (x, height) = ((width - tier.width) / 2.0, tier.height);
        block.take(tier, x, y);
        y += height + gap;
    }
    block
}

/// Leaves above a grid of their hosts, both centred.
fn cell_block(cell: &Cell, sizes: &Sizes) -> Block {
    let leaves = grid(&cell.leaves, sizes, cell.leaves.len().min(LEAVES_ACROSS));
    let columns = match cell.hosts.len() {
        0..=8 => cell.hosts.len().clamp(1, 2),
        many => square(many).clamp(4, 12),
    };
    let wide = if cell.hosts.is_empty() { 1.0 } else { (leaves.width / sizes.cell(&cell.hosts).0).floor().max(1.0) };
    let hosts = grid(&cell.hosts, sizes, columns.max((wide as usize).min(cell.hosts.len())));
    let width = leaves.width.max(hosts.width);
    let below = if cell.leaves.is_empty() { 0.0 } else { leaves.height + GAP.1 };
    let mut block = Block::default();
    let (left, right) = ((width - leaves.width) / 2.0, (width - hosts.width) / 2.0);
    block.take(leaves, left, 0.0);
    block.take(hosts, right, below);
    block
}

/// A tier of switches: spread over the width where one row holds them, else in several rows that are read downward first,
/// so that the order is kept from left to right.
fn tier_block(row: &[usize], sizes: &Sizes, width: f64) -> Block {
    let cell = sizes.cell(row);
    let across = ((width / cell.0).floor().max(1.0) as usize).max(4).min(row.len());
    let lines = row.len().div_ceil(across);
    let across = row.len().div_ceil(lines);
    let pitch = if lines == 1 { (width / across as f64).max(cell.0) } else { cell.0 };
    let places = row.iter().enumerate().map(|(at, v)| {
        let (column, line) = (at / lines, at % lines);
        (*v, Point::new(column as f64 * pitch + (pitch - cell.0) / 2.0, line as f64 * cell.1))
    });
    Block { places: places.collect(), width: across as f64 * pitch, height: lines as f64 * cell.1 }
}

/// Equal cells, row by row.
fn grid(vertices: &[usize], sizes: &Sizes, columns: usize) -> Block {
    if vertices.is_empty() {
        return Block::default();
    }
    let (columns, cell) = (columns.clamp(1, vertices.len()), sizes.cell(vertices));
    let places = vertices.iter().enumerate().map(|(at, v)| (*v, Point::new((at % columns) as f64 * cell.0, (at / columns) as f64 * cell.1)));
    Block { places: places.collect(), width: columns as f64 * cell.0, height: vertices.len().div_ceil(columns) as f64 * cell.1 }
}

/// Blocks side by side, wrapped so that the whole is about `aspect` times as wide as it is high; each row centred.
fn shelves(blocks: Vec<Block>, gap: f64, aspect: f64) -> Block {
    let total: f64 = blocks.iter().map(|block| block.width + gap).sum();
    let tallest = blocks.iter().fold(0.0f64, |most, block| most.max(block.height + gap));
    let widest = blocks.iter().fold(0.0f64, |most, block| most.max(block.width));
    let rows = (total / (aspect * tallest.max(1.0))).sqrt().floor().max(1.0);
    let limit = (total / rows * 1.02).max(widest);

    let mut lines: Vec<Block> = Vec::new();
    for block in blocks {
        let x = lines.last().map_or(f64::INFINITY, |line| line.width + gap);
        if x + block.width > limit {
            lines.push(Block::default());
        }
        let x = lines.last().filter(|line| !line.places.is_empty()).map_or(0.0, |line| line.width + gap);
        if let Some(line) = lines.last_mut() {
            line.take(block, x, 0.0);
        }
    }
    let width = lines.iter().fold(0.0f64, |most, line| most.max(line.width));
    let mut all = Block::default();
    let mut y = 0.0;
    for line in lines {
        let (x, height) = ((width - line.width) / 2.0, line.height);
        all.take(line, x, y);
        y += height + gap;
    }
    all
}

/// How many columns make a grid roughly square.
fn square(count: usize) -> usize {
    (count as f64).sqrt().ceil().max(1.0) as usize
}
