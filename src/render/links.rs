//! Links near by and trunks at middle distance.

use std::cmp::Ordering;

use super::detail::Detail;
use super::display::{Colour, Command, Dash, Line};
use super::overlay::{self, Load};
use super::strokes::{Room, Strokes, finding_line, pill, sign};
use super::view::{Findings, SceneView, layer_colour};
use crate::engine::diagnostics::Severity;
use crate::model::Subject;
use crate::scene::{NONE, curve};
use crate::units::{Point, Rect};

/// The most curves of links on one screen.
pub(crate) const MOST_CURVES: usize = 1200;
/// With more trunks than this on one screen none carries a count: they would lie in a heap.
const MOST_PILLS: usize = 90;

/// With more trunks than this, those beside a rack carry no count.
const BESIDE_PILLS: usize = 40;
/// A still picture below this zoom is an emblem of the design: more counts than these crowd it.
const SMALL: f64 = 0.3;
const FEW_PILLS: usize = 12;

/// Which trunks are seen that are in no bus: with an end in view, or only passing through.
pub(crate) struct Seen {
    ends: Vec<u32>,
    passing: Vec<u32>,
    /// Links of the trunks with an end in view.
    links: usize,
}

impl Seen {
    /// Time: O(trunks).
    pub(crate) fn of(view: &SceneView<'_>, area: &Rect, skip: &dyn Fn(u32) -> bool) -> Self {
        let scene = view.scene;
        let in_view: Vec<bool> = scene.node_rects.iter().map(|rect| rect.intersects(area)).collect();
        let shown = |node: u32| in_view.get(node as usize).copied().unwrap_or(false);
        let buses = scene.buses();
        let mut seen = Self { ends: Vec::new(), passing: Vec::new(), links: 0 };
        for (at, trunk) in (0u32..).zip(&scene.trunks) {
            if skip(trunk.a) || skip(trunk.b) || !trunk.curve[0].x.is_finite() {
                continue;
            }
            if scene.trunk_links.get(trunk.start as usize).is_some_and(|link| buses.row(*link) != NONE) {
                continue;
            }
            if shown(trunk.a) || shown(trunk.b) {
                seen.ends.push(at);
                seen.links += trunk.count() as usize;
            } else if curve::hull(&trunk.curve).intersects(area) && curve::crosses(&trunk.curve, area, 8) {
                seen.passing.push(at);
            }
        }
        seen
    }
}

/// Draws what is seen, and notes signs and counts to be drawn over the parts.
pub(crate) struct Links<'a> {
    pub view: &'a SceneView<'a>,
    pub detail: Detail,
    pub findings: &'a Findings,
    pub strokes: Strokes,
    pub over: Vec<Command>,
    pub room: Room,
    /// Whether trunks carry their counts.
    counts: bool,
}

impl<'a> Links<'a> {
    pub(crate) fn new(view: &'a SceneView<'a>, detail: Detail, findings: &'a Findings) -> Self {
        Self { view, detail, findings, strokes: Strokes::default(), over: Vec::new(), room: Room::default(), counts: true }
    }

    /// How far trunks are drawn link by link, 0 to 1: when ports are seen, unless there are more than can be told apart.
    fn fan(&self, seen: &Seen) -> f32 {
        if seen.links <= MOST_CURVES || self.view.unbounded { self.detail.ports } else { 0.0 }
    }

    /// Draws what is in no bus. Says how many links it left out: none, unless a fabric without any order has more of them in view than
    /// can be drawn in a frame.
    pub(crate) fn draw(&mut self, seen: &Seen) -> usize {
        let fan = self.fan(seen);
        let most = match self.view.unbounded {
            true if self.detail.zoom < SMALL => FEW_PILLS,
            true => usize::MAX,
            false => MOST_PILLS,
        };
        self.counts = seen.ends.len() <= most;
        let most = if self.view.unbounded { usize::MAX } else { MOST_CURVES };
        let mut left = 0;
        for (trunks, opacity, fan) in [(&seen.ends, 1.0, fan), (&seen.passing, 0.5, 0.0)] {
            for at in trunks {
                if self.strokes.len() < most || self.has_finding(*at) {
                    self.trunk(*at, opacity, fan);
                } else {
                    left += self.view.scene.trunks.get(*at as usize).map_or(0, |trunk| trunk.count() as usize);
                }
            }
        }
        left
    }

    fn has_finding(&self, trunk: u32) -> bool {
        let scene = self.view.scene;
        let Some(trunk) = scene.trunks.get(trunk as usize).filter(|_| !self.findings.links.is_empty()) else {
            return false;
        };
        let links = scene.trunk_links.get(trunk.start as usize..trunk.end as usize).unwrap_or_default();
        links.iter().any(|link| self.findings.links.contains_key(link))
    }

    fn trunk(&mut self, at: u32, opacity: f32, fan: f32) {
        let scene = self.view.scene;
        let Some(trunk) = scene.trunks.get(at as usize) else { return };
        let Some(links) = scene.trunk_links.get(trunk.start as usize..trunk.end as usize) else { return };
        if let [only] = links {
            self.link(*only, opacity);
            return;
        }
        if fan < 1.0 {
            let worst = links.iter().filter_map(|link| self.findings.links.get(link)).min().copied();
            let width = (1.2 + 0.5 * (links.len() as f32).log2()).min(5.0);
            let recalled = links.iter().all(|link| scene.link_recalled.get(*link as usize).copied().unwrap_or(false));
            let dash = if recalled { Dash::Dotted } else { Dash::Solid };
            let plain = Line { dash, opacity: 0.55, ..Line::solid(layer_colour(trunk.layer), width) };
            let load = self.view.overlay.links.as_ref().map(|shades| Load::of(shades, links.iter().map(|link| *link as usize)));
            let (rank, line) = match &load {
                Some(load) => load.line(width),
                None => (rank(worst), finding_line(worst, width).unwrap_or(plain)),
            };
            self.strokes.add(rank, Line { opacity: line.opacity * opacity * (1.0 - fan), ..line }, trunk.curve);
            let along = |t: f64| curve::point_at(&trunk.curve, t);
            let middle = along(0.5);
            let subject = scene.nodes.at(trunk.a as usize).zip(scene.nodes.at(trunk.b as usize)).map(|(a, b)| Subject::Trunk(a, b));
            if let Some(severity) = worst {
                self.sign(middle.shifted(self.detail.pixels(22.0), 0.0), severity, subject.clone());
            }
            // Beside a rack counts would lie in a heap.
            let beside = trunk.curve[0].y == trunk.curve[1].y && scene.trunks.len() > BESIDE_PILLS;
            if self.counts && !beside && opacity > 0.3 {
                let text = overlay::counted(links.len() as u64, load.as_ref());
                let extent = (14.0 + 6.6 * text.chars().count() as f64, 21.0);
                // Titles and other counts keep their place; the count moves along its trunk, by the end that fewer trunks lead to.
                let seen = self.view.camera.visible().grown(40.0 / self.detail.zoom);
                let [a, b] = [trunk.a, trunk.b].map(|node| scene.uses_of(node as usize).len());
                let shares = match a.cmp(&b) {
                    Ordering::Equal => [0.5, 0.42, 0.58, 0.34, 0.66],
                    Ordering::Less => [0.28, 0.36, 0.2, 0.44, 0.52],
                    Ordering::Greater => [0.72, 0.64, 0.8, 0.56, 0.48],
                };
                if let Some(at) = shares.into_iter().map(along).find(|at| seen.contains(*at) && self.room.take(*at, self.detail.zoom, extent)) {
                    pill(at, &text, self.detail.zoom, subject, opacity * (1.0 - fan), &mut self.over);
                }
            }
        }
        if fan > 0.0 {
            for link in links {
                self.link(*link, opacity * fan);
            }
        }
    }

    fn link(&mut self, link: u32, opacity: f32) {
        let scene = self.view.scene;
        let row = link as usize;
        let Some(curve) = scene.curves.get(row) else { return };
        let severity = self.findings.links.get(&link).copied();
        let dash = if scene.link_recalled.get(row).copied().unwrap_or(false) { Dash::Dotted } else { Dash::Solid };
        let plain = Line { dash, opacity: 0.6, ..Line::solid(layer_colour(scene.link_layers.get(row).copied().flatten()), 1.2) };
        let (rank, line) = match &self.view.overlay.links {
            Some(shades) => Load::of(shades, std::iter::once(row)).line(1.2),
            None => (rank(severity), finding_line(severity, 2.2).unwrap_or(plain)),
        };
        self.strokes.add(rank, Line { opacity: line.opacity * opacity, ..line }, *curve);
        if let Some(severity) = severity {
            self.sign(curve::point_at(curve, 0.5), severity, scene.links.at(row).map(Subject::Link));
        }
    }

    fn sign(&mut self, at: Point, severity: Severity, subject: Option<Subject>) {
        if self.room.take(at, self.detail.zoom, (16.0, 16.0)) {
            self.over.push(Command { subject, opacity: 1.0, shape: sign(at, severity, 11.0) });
        }
    }
}

fn rank(severity: Option<Severity>) -> u8 {
    match severity {
        Some(Severity::Error) => 2,
        Some(Severity::Warning) => 1,
        _ => 0,
    }
}

/// The colour in which a link is drawn when nothing is wrong with it.
pub(crate) fn link_colour(view: &SceneView<'_>, link: usize) -> Colour {
    layer_colour(view.scene.link_layers.get(link).copied().flatten())
}
