//! A uniform grid over boxes or curves: what lies near a place, without looking at everything.

use crate::units::{Point, Rect, order};

/// Items by the cell they touch, in rows of one array. Space: O(items + cells).
#[derive(Clone, Debug, Default)]
pub(crate) struct Grid {
    origin: Point,
    cell: (f64, f64),
    columns: usize,
    rows: usize,
    starts: Vec<u32>,
    items: Vec<u32>,
}

impl Grid {
    /// A grid of at most `most` by `most` cells over `bounds`; `touch` calls back with every box that an item touches.
    /// Time: one pass over `touch`.
    pub(crate) fn build(bounds: Rect, count: usize, most: usize, touch: impl Fn(usize, &Grid, &mut dyn FnMut(Rect))) -> Self {
        let side = ((count as f64).sqrt().ceil() as usize).clamp(1, most.max(1));
        let (width, height) = (bounds.width.max(1.0), bounds.height.max(1.0));
        let mut grid = Self {
            origin: Point::new(bounds.x, bounds.y),
            cell: (width / side as f64, height / side as f64),
            columns: side,
            rows: side,
            starts: vec![0; side * side + 1],
            items: Vec::new(),
        };
        let mut last = vec![u32::MAX; side * side];
        let mut counts = vec![0u32; side * side + 1];
        let mut touched: Vec<(u32, u32)> = Vec::new();
        for item in 0..count as u32 {
            touch(item as usize, &grid, &mut |rect| {
                for cell in grid.cells(&rect) {
                    if last[cell] != item {
                        last[cell] = item;
                        counts[cell] += 1;
                        touched.push((cell as u32, item));
                    }
                }
            });
        }
        let mut total = 0;
        for (start, count) in grid.starts.iter_mut().zip(&counts) {
            *start = total;
            total += count;
        }
        let mut next = grid.starts.clone();
        let mut items = vec![0u32; total as usize];
        for (cell, item) in touched {
            let place = &mut next[cell as usize];
            items[*place as usize] = item;
            *place += 1;
        }
        grid.items = items;
        grid
    }

    /// Extent of a cell.
    pub(crate) fn cell(&self) -> (f64, f64) {
        self.cell
    }

    /// Cells a box touches; what lies outside counts to the nearest cell.
    fn cells(&self, rect: &Rect) -> impl Iterator<Item = usize> + use<> {
        let place = |value: f64, count: usize| (value.max(0.0) as usize).min(count.saturating_sub(1));
        let (left, right) = (place((rect.x - self.origin.x) / self.cell.0, self.columns), place((rect.right() - self.origin.x) / self.cell.0, self.columns));
        let (top, bottom) = (place((rect.y - self.origin.y) / self.cell.1, self.rows), place((rect.bottom() - self.origin.y) / self.cell.1, self.rows));
        let columns = self.columns;
        (top..=bottom).flat_map(move |row| (left..=right).map(move |column| row * columns + column))
    }

    /// Items in the cells that a box touches, ascending, each once.
    pub(crate) fn near(&self, rect: &Rect) -> Vec<u32> {
        let mut found = Vec::new();
        if self.items.is_empty() {
            return found;
        }
        for cell in self.cells(rect) {
            let range = self.starts[cell] as usize..self.starts[cell + 1] as usize;
            found.extend_from_slice(&self.items[range]);
        }
        order::unique_numbers(&mut found);
        found
    }
}
