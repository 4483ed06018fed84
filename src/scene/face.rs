//! How a part looks: its size, and where its cages, its inside and its name lie on it. Derived from the port groups and the inside of
//! the catalogue, so that nobody draws a part by hand.

use crate::model::{InsideKind, Part, PartKind, PortRole};
use crate::units::{Point, Rect};

/// Height of one rack unit in drawing units. 16 to a width of 176 is what a 19-inch rack is (44.45 mm to 482.6 mm).
pub const U_HEIGHT: f64 = 16.0;
/// Width of a rack.
pub const RACK_WIDTH: f64 = 196.0;
/// Height of the title bar of a rack.
pub const RACK_TITLE: f64 = 24.0;
/// Between the frame of a rack and what is mounted in it, above and below.
pub const RACK_PADDING: f64 = 6.0;
/// Between the frame of a rack and what is mounted in it, left and right.
pub const RACK_MARGIN: f64 = 10.0;
/// Between what stands on neighbouring units of a rack.
pub(crate) const RACK_GAP: f64 = 2.0;
/// Width of what is mounted in a rack, and of a system.
pub const SYSTEM_WIDTH: f64 = 176.0;
/// Width of a switch that stands in no rack.
pub const SWITCH_WIDTH: f64 = 188.0;
/// Width of a small part: a host or a NIC with few ports.
pub const SMALL_WIDTH: f64 = 88.0;
/// Width of an XPU on its own.
pub const XPU_WIDTH: f64 = 76.0;

/// The most cages a face has; what is beyond is not drawn. A limit of Weft, not of any product.
pub(crate) const MOST_CAGES: usize = 8192;

/// Where a line of text goes on a face.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TextSpot {
    /// Where its baseline starts (or ends, for a caption).
    pub at: Point,
    /// How wide it may be.
    pub width: f64,
    /// Height of its type.
    pub size: f64,
}

/// A thing inside a system, as drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InsideSpot {
    /// Index into [`crate::model::Inside::vertices`].
    pub vertex: u16,
    /// What it is.
    pub kind: InsideKind,
    /// Where, from the face's top left corner.
    pub rect: Rect,
}

/// How a part looks at one size. All places count from its top left corner.
#[derive(Clone, Debug, PartialEq)]
pub struct Face {
    /// What it is; `None` is a part nobody knows.
    pub kind: Option<PartKind>,
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// Where its name goes.
    pub name: TextSpot,
    /// Where a few words more go, right-aligned.
    pub caption: Option<TextSpot>,
    /// Its cages: cage 1 first.
    pub cages: Vec<Rect>,
    /// What is inside.
    pub inside: Vec<InsideSpot>,
    /// The scale-up fabric around its XPUs.
    pub band: Option<Rect>,
    /// The die of an XPU on its own.
    pub die: Option<Rect>,
}

impl Face {
    /// Where a port of a cage lies: the cage itself for child 0, else its share of a cage that holds `children` ports.
    pub fn port(&self, cage: u16, child: u8, children: u8) -> Option<Rect> {
        let rect = *self.cages.get(usize::from(cage).checked_sub(1)?)?;
        if child == 0 || children < 2 {
            return Some(rect);
        }
        let columns = if children <= 3 { children } else { children.div_ceil(2) };
        let rows = children.div_ceil(columns);
        let place = child.min(children) - 1;
        let (width, height) = (rect.width / f64::from(columns), rect.height / f64::from(rows));
        Some(Rect::new(rect.x + f64::from(place % columns) * width, rect.y + f64::from(place / columns) * height, width, height))
    }
}

/// How much room a face has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Frame {
    /// As much as it wants.
    Free,
    /// This many rack units.
    Racked(u16),
}

/// Size of a part that stands in no rack, in drawing units. Generic parts grow with the ports they are given; this is their least size.
pub fn size_of(part: &Part) -> (f64, f64) {
    if let Some(rack) = part.rack() {
        return (RACK_WIDTH, rack_height(rack.units));
    }
    let face = face(Some(part), 1, Frame::Free);
    (face.width, face.height)
}

/// Height of a rack with this many units.
pub fn rack_height(units: u16) -> f64 {
    RACK_TITLE + 2.0 * RACK_PADDING + f64::from(units) * U_HEIGHT
}

/// How many rack units a part fills; at least 1. Unknown parts and parts that do not say fill one.
pub fn units_of(part: Option<&Part>) -> u16 {
    part.and_then(|part| part.rack_units.as_ref()).map_or(1.0, |units| units.value.ceil()).clamp(1.0, 100.0) as u16
}

/// Things of one kind in equal rows.
struct Row {
    what: Things,
    /// Rows they fill.
    rows: usize,
    /// Natural height of one row.
    height: f64,
    /// Gap above.
    gap: f64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Things {
    Cages,
    Nics,
    Switches,
    Xpus,
}

/// Which cages stand where.
struct Cages {
    /// Those in rows.
    main: Vec<usize>,
    /// Those of management, at the right end of the header, where front panels have them.
    header: Vec<usize>,
    /// How many ports each cage holds as it comes.
    ports: Vec<u8>,
}

impl Cages {
    fn of(part: Option<&Part>, generic: u16) -> Self {
        let groups: Vec<(u16, PortRole, u8)> = match part {
            Some(part) => part.ports.iter().map(|group| (group.count.unwrap_or(generic), group.role, group.per_cage.max(1))).collect(),
            None => vec![(generic, PortRole::Compute, 1)],
        };
        let (mut main, mut header, mut ports) = (Vec::new(), Vec::new(), Vec::new());
        let each = groups.iter().flat_map(|(count, role, per_cage)| std::iter::repeat_n((*role, *per_cage), usize::from(*count)));
        for (cage, (role, per_cage)) in each.take(MOST_CAGES).enumerate() {
            if role == PortRole::Management {
                header.push(cage)
            } else {
                main.push(cage)
            }
            ports.push(per_cage);
        }
        if main.is_empty() || header.len() > 4 {
            main = (0..ports.len()).collect();
            header.clear();
        }
        Self { main, header, ports }
    }
}

/// The face of a part with `generic` cages where the part does not say how many. Time: O(cages + inside).
pub(crate) fn face(part: Option<&Part>, generic: u16, frame: Frame) -> Face {
    let kind = part.map(|part| part.kind);
    let Cages { main, header, ports } = Cages::of(part, generic);
    let inside = part.and_then(Part::inside);
    let of_kind = |wanted: InsideKind| -> Vec<u16> {
        let vertices = inside.map(|inside| inside.vertices.as_slice()).unwrap_or_default();
        (0u16..).zip(vertices).filter(|(_, vertex)| vertex.kind == wanted).map(|(at, _)| at).collect()
    };
    let (xpus, switches, nics) = (of_kind(InsideKind::Xpu), of_kind(InsideKind::Switch), of_kind(InsideKind::Nic));

    // On a system with few ports each port gets a column of its own, so that a twin-port cage is twice as wide.
    let shares: usize = main.iter().filter_map(|cage| ports.get(*cage)).map(|ports| usize::from(*ports)).sum();

    let width = match (frame, kind) {
        (Frame::Racked(_), _) => SYSTEM_WIDTH,
        (_, Some(PartKind::Switch)) => SWITCH_WIDTH,
        (_, Some(PartKind::Xpu)) => XPU_WIDTH,
        _ if xpus.is_empty() && main.len() <= 4 => SMALL_WIDTH,
        (_, Some(PartKind::System)) => SYSTEM_WIDTH,
        _ => SWITCH_WIDTH,
    };
    let is_system = kind == Some(PartKind::System);
    let inner = width - 16.0;
    let shared = is_system && !xpus.is_empty() && shares <= 16;
    let columns = if shared { shares.max(8) } else { columns_of(main.len(), inner, is_system) };
    let xpu_columns = match xpus.len() {
        0..=8 => 8,
        9..=16 => 16,
        _ => 18,
    };

    let things = Lists { xpus: &xpus, xpu_columns, switches: &switches, nics: &nics, cages: &main, columns, ports: shared.then_some(&ports) };
    let rows = things.rows(is_system, inner);
    let is_die = kind == Some(PartKind::Xpu);
    let head = if is_die { 50.0 } else { 17.0 };
    let natural = head + rows.iter().map(|row| row.gap + row.rows as f64 * row.height).sum::<f64>() + 5.0;
    let least = if is_system && !xpus.is_empty() { 70.0 } else { 34.0 };
    let height = match frame {
        Frame::Free => natural.max(least),
        Frame::Racked(units) => f64::from(units) * U_HEIGHT - RACK_GAP,
    };

    let mut face = Face {
        kind,
        width,
        height,
        name: TextSpot { at: Point::new(9.0, 14.0), width: inner, size: 12.0 },
        caption: None,
        cages: vec![Rect::default(); ports.len()],
        inside: Vec::new(),
        band: None,
        die: None,
    };
    // What the rows are laid into: below the header, or, where that is too low, right of the name.
    let area = if height < 28.0 {
        let size = (height * 0.66).min(10.0);
        face.name = TextSpot { at: Point::new(6.0, height / 2.0 + size * 0.36), width: 80.0, size };
        for (place, cage) in (0u32..).zip(&header) {
            set(&mut face.cages, *cage, Rect::new(width - 8.0, 3.0 + f64::from(place) * 5.0, 4.0, 4.0));
        }
        Rect::new(90.0, 2.0, width - 98.0, height - 4.0)
    } else {
        let right = if header.is_empty() { width - 9.0 } else { width - 11.0 - header.len() as f64 * 8.0 };
        for (place, cage) in (0u32..).zip(&header) {
            set(&mut face.cages, *cage, Rect::new(right + 4.0 + f64::from(place) * 8.0, 6.0, 6.0, 6.0));
        }
        if is_die {
            face.die = Some(Rect::new(10.0, 20.0, width - 20.0, 26.0));
        }
        if width > 100.0 {
            face.caption = Some(TextSpot { at: Point::new(right, 14.0), width: 74.0, size: 11.0 });
            // Right of it stands how many XPUs a system has, or the name of the part.
            face.name.width = right - 9.0 - if is_system { 44.0 } else { 62.0 };
        } else {
            face.name = TextSpot { at: Point::new(7.0, 14.0), width: right - 7.0, size: 11.0 };
        }
        Rect::new(8.0, head, inner, (height - head - 5.0).max(6.0))
    };
    if height < 28.0 {
        lay_slim(&mut face, area, &xpus, &main);
    } else {
        lay_rows(&mut face, area, &rows, &things);
    }
    face
}

fn set(cages: &mut [Rect], at: usize, rect: Rect) {
    if let Some(cage) = cages.get_mut(at) {
        *cage = rect;
    }
}

/// How many cages stand side by side.
fn columns_of(count: usize, inner: f64, is_system: bool) -> usize {
    let most = |pitch: f64| (inner / pitch).floor().max(1.0) as usize;
    if is_system && count <= most(20.0) {
        most(20.0)
    } else if count <= 4 * most(10.0) {
        most(10.0)
    } else {
        most(5.0)
    }
}

/// What is laid into rows.
struct Lists<'a> {
    xpus: &'a [u16],
    xpu_columns: usize,
    switches: &'a [u16],
    nics: &'a [u16],
    cages: &'a [usize],
    columns: usize,
    /// Ports of each cage, where each port has a column of its own.
    ports: Option<&'a Vec<u8>>,
}

impl Lists<'_> {
    /// The rows that all this fills, `inner` wide.
    fn rows(&self, is_system: bool, inner: f64) -> Vec<Row> {
        let wide = inner / self.columns as f64 >= 10.0;
        let lines = if self.ports.is_some() { 1 } else { self.cages.len().div_ceil(self.columns) };
        let cages = if is_system && wide { 14.0 } else { 9.0 };
        let all = [
            (self.xpus.len(), Row { what: Things::Xpus, rows: self.xpus.len().div_ceil(self.xpu_columns), height: 13.0, gap: 3.0 }),
            (self.switches.len(), Row { what: Things::Switches, rows: 1, height: 4.0, gap: 0.0 }),
            (self.nics.len(), Row { what: Things::Nics, rows: 1, height: 3.0, gap: 4.0 }),
            (self.cages.len(), Row { what: Things::Cages, rows: lines, height: cages + 1.5, gap: if is_system { 4.0 } else { 2.0 } }),
        ];
        all.into_iter().filter(|(count, _)| *count > 0).map(|(_, row)| row).collect()
    }
}

/// Rows below the header, stretched to the height there is.
fn lay_rows(face: &mut Face, area: Rect, rows: &[Row], things: &Lists<'_>) {
    let natural: f64 = rows.iter().map(|row| row.rows as f64 * row.height).sum();
    let gaps: f64 = rows.iter().map(|row| row.gap).sum();
    if natural <= 0.0 {
        return;
    }
    let gap_scale = if area.height < natural + gaps { (area.height / (natural + gaps)).max(0.2) } else { 1.0 };
    let stretch = ((area.height - gaps * gap_scale) / natural).clamp(0.2, 1.9);
    let spare = (area.height - gaps * gap_scale - natural * stretch).max(0.0) / rows.len() as f64;
    let mut y = area.y;
    let mut band: Option<Rect> = None;
    for row in rows {
        y += row.gap * gap_scale + spare * 0.5;
        let each = row.height * stretch;
        let total = each * row.rows as f64;
        match row.what {
            Things::Xpus => {
                let (pitch, pad) = (area.width / things.xpu_columns as f64, 1.5);
                for (place, vertex) in things.xpus.iter().enumerate() {
                    let (column, line) = (place % things.xpu_columns, place / things.xpu_columns);
                    // A short last row stands in the middle.
                    let in_line = (things.xpus.len() - line * things.xpu_columns).min(things.xpu_columns);
                    let spread = if things.xpus.len() <= things.xpu_columns { area.width / in_line as f64 } else { pitch };
                    let wide = (pitch * 0.66).min(spread * 0.8);
                    let left = area.x + spread * column as f64 + (spread - wide) / 2.0;
                    let rect = Rect::new(left, y + each * line as f64 + pad, wide, each - 2.0 * pad);
                    face.inside.push(InsideSpot { vertex: *vertex, kind: InsideKind::Xpu, rect });
                }
                band = Some(Rect::new(area.x, y - 1.5, area.width, total + 3.0));
            }
            Things::Switches => {
                bars(face, InsideKind::Switch, things.switches, Rect::new(area.x + 4.0, y, area.width - 8.0, (total - 1.0).max(1.5)));
                if let Some(above) = band {
                    band = Some(above.union(&Rect::new(area.x, y, area.width, total + 1.5)));
                }
            }
            Things::Nics => bars(face, InsideKind::Nic, things.nics, Rect::new(area.x + 3.0, y, area.width - 6.0, total)),
            Things::Cages => {
                let pitch = area.width / things.columns as f64;
                let wide = if pitch >= 18.0 { 15.0 } else { pitch - (pitch * 0.22).min(2.25) };
                let high = (each - 1.5).min(wide * 1.5).max(each * 0.5);
                if let Some(ports) = things.ports {
                    let mut x = area.x;
                    for cage in things.cages {
                        let share = pitch * f64::from(ports.get(*cage).copied().unwrap_or(1));
                        set(&mut face.cages, *cage, Rect::new(x + pitch * 0.09, y, share - pitch * 0.18, high));
                        x += share;
                    }
                    y += total + spare * 0.5;
                    continue;
                }
                // Cages are counted downward first, as front panels do.
                for (place, cage) in things.cages.iter().enumerate() {
                    let (column, line) = (place / row.rows, place % row.rows);
                    let left = area.x + pitch * column as f64 + (pitch - wide) / 2.0;
                    set(&mut face.cages, *cage, Rect::new(left, y + each * line as f64, wide, high));
                }
            }
        }
        y += total + spare * 0.5;
    }
    face.band = band;
}

/// Equal bars side by side.
fn bars(face: &mut Face, kind: InsideKind, vertices: &[u16], area: Rect) {
    let pitch = area.width / vertices.len().max(1) as f64;
    let gap = (pitch * 0.2).min(4.0);
    for (place, vertex) in vertices.iter().enumerate() {
        let rect = Rect::new(area.x + pitch * place as f64 + gap / 2.0, area.y, pitch - gap, area.height);
        face.inside.push(InsideSpot { vertex: *vertex, kind, rect });
    }
}

/// One or two rows right of the name: XPUs first, then cages.
fn lay_slim(face: &mut Face, area: Rect, xpus: &[u16], cages: &[usize]) {
    let share = if xpus.is_empty() {
        0.0
    } else if cages.is_empty() {
        1.0
    } else {
        0.45
    };
    let left = Rect::new(area.x, area.y, area.width * share, area.height);
    if !xpus.is_empty() {
        let pitch = (left.width / xpus.len() as f64).min(14.0);
        for (place, vertex) in xpus.iter().enumerate() {
            let rect = Rect::new(left.x + pitch * place as f64 + pitch * 0.12, left.y + 1.5, pitch * 0.76, left.height - 3.0);
            face.inside.push(InsideSpot { vertex: *vertex, kind: InsideKind::Xpu, rect });
        }
        face.band = Some(Rect::new(left.x - 1.0, left.y, pitch * xpus.len() as f64 + 2.0, left.height));
    }
    let right = Rect::new(area.x + left.width, area.y, area.width - left.width, area.height);
    let rows = match cages.len() {
        0..=8 => 1,
        9..=64 => 2,
        _ => 4,
    };
    let columns = cages.len().div_ceil(rows).max(1);
    let pitch = (right.width / columns as f64).min(12.0);
    let each = right.height / rows as f64;
    for (place, cage) in cages.iter().enumerate() {
        let (column, line) = (place / rows, place % rows);
        let x = right.right() - pitch * (columns - column) as f64;
        let (wide, high) = (pitch * 0.8, (each - 1.0).min(9.0));
        set(&mut face.cages, *cage, Rect::new(x, right.y + each * line as f64 + (each - high) / 2.0, wide, high));
    }
}
