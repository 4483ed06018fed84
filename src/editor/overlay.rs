//! What colours the drawing besides its own colours: what traffic puts on links, the ways between two things, and things by class (XPUs by the
//! group they belong to). A matter of the session, never of the design; what is of an older state than the links drawn is dropped.

use std::sync::Arc;

use super::session::Session;
use crate::catalog::Catalog;
use crate::engine::ask::{OFF, insides as insides_of};
use crate::model::{Change, Design, Element, NodeId, Part, Patch, Subject};
use crate::scene::PORT_ZOOM;
use crate::units::{Gbps, Point, SortedMap, significant};

/// How many steps a scale has.
pub const STEPS: u8 = 8;

/// What of a load is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Measure {
    /// Carried over possible.
    #[default]
    Load,
    /// Carried.
    Rate,
    /// Possible less carried.
    Margin,
}

impl Measure {
    /// All of them, with what people call them.
    pub const WORDS: [(Self, &'static str); 3] = [(Self::Load, "Load"), (Self::Rate, "Rate"), (Self::Margin, "Margin")];

    /// What people call it within a sentence.
    const fn key(self) -> &'static str {
        match self {
            Self::Load => "load",
            Self::Margin => "margin",
            Self::Rate => "rate",
        }
    }
}

/// What is on one link.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shade {
    /// Nothing.
    Idle,
    /// It is not there.
    Off,
    /// So much, from 0 to 1 of the scale.
    On(f32),
    /// Something, but what it could carry is not known.
    Unknown,
}

/// What is on every link, made for drawing.
#[derive(Clone, Debug, PartialEq)]
pub struct Shades {
    /// What is shown: `All-to-all: load`.
    pub title: String,
    /// What the two ends of the scale stand for.
    pub ends: [String; 2],
    /// Carried and possible in Gb/s by place of the link among those of the design, then of the wires inside systems.
    loads: Arc<Vec<f32>>,
    /// Where in that the wires of each system begin.
    insides: SortedMap<NodeId, u32>,
    measure: Measure,
    /// The largest rate, or margin.
    most: f32,
}

impl Shades {
    /// Of what is carried and possible on each link and on the wires inside systems, as [`crate::engine::ask`] answers, in Gb/s ([`OFF`] for what is
    /// off). `None` where these are not the links and wires of the design. The scale is that of the links. Time: O(links + nodes).
    pub fn of(traffic: &str, loads: Arc<Vec<f32>>, measure: Measure, design: &Design, catalog: &Catalog) -> Option<Self> {
        let mut next = design.links.len() as u32;
        let mut insides = SortedMap::new();
        for (node, inside) in insides_of(design, catalog) {
            insides.insert(node, next);
            next += inside.edges.len() as u32;
        }
        if loads.len() != 2 * next as usize {
            return None;
        }
        let pairs = || {
            loads.chunks_exact(2).take(design.links.len()).filter_map(|pair| if let [carried, possible] = pair { Some((*carried, *possible)) } else { None })
        };
        let most = pairs().map(|(carried, possible)| if measure == Measure::Margin { possible - carried } else { carried }).fold(0.0, f32::max);
        let gbps = |rate: f32| Gbps(f64::from(rate)).to_string();
        let ends = match measure {
            Measure::Load => ["0 %".to_owned(), "100 %".to_owned()],
            Measure::Rate => ["0".to_owned(), gbps(most)],
            Measure::Margin => [format!("{} free", gbps(most)), "full".to_owned()],
        };
        Some(Self { title: format!("{traffic}: {}", measure.key()), ends, measure, most, loads, insides })
    }

    /// What is on wires inside a system, by their place in its part.
    pub fn wires(&self, node: NodeId, wires: usize) -> Shade {
        self.insides.get(&node).map_or(Shade::Idle, |first| self.shade(*first as usize + wires))
    }

    /// What is on a link, by its place.
    pub fn shade(&self, link: usize) -> Shade {
        let (Some(carried), Some(possible)) = (self.loads.get(2 * link).copied(), self.loads.get(2 * link + 1).copied()) else { return Shade::Off };
        if carried == OFF {
            return Shade::Off;
        }
        if carried <= 0.0 {
            return Shade::Idle;
        }
        match self.measure {
            Measure::Rate => Shade::On((carried / self.most.max(f32::MIN_POSITIVE)).clamp(0.0, 1.0)),
            _ if possible <= 0.0 => Shade::Unknown,
            Measure::Load => Shade::On((carried / possible).clamp(0.0, 1.0)),
            Measure::Margin if self.most <= 0.0 => Shade::On(1.0),
            Measure::Margin => Shade::On((1.0 - (possible - carried) / self.most).clamp(0.0, 1.0)),
        }
    }

    /// What is on some links, in words: `86 % of 400 Gb/s`; of several the worst and the mean.
    pub fn words(&self, links: impl Iterator<Item = usize>) -> Option<String> {
        let (mut count, mut worst, mut sum, mut rate) = (0usize, 0.0f32, 0.0f32, 0.0f32);
        let mut first = None;
        for link in links {
            let (carried, possible) = (*self.loads.get(2 * link)?, *self.loads.get(2 * link + 1)?);
            if carried == OFF {
                continue;
            }
            count += 1;
            first.get_or_insert((carried, possible));
            let share = if possible > 0.0 { carried / possible } else { 0.0 };
            (worst, sum, rate) = (worst.max(share), sum + share, rate + carried);
        }
        let percent = |share: f32| format!("{} %", significant(f64::from(share) * 100.0, 3));
        let gbps = |rate: f32| Gbps(f64::from(rate)).to_string();
        let (carried, possible) = first?;
        Some(match count {
            1 if possible > 0.0 => format!("{} of {} carried, {} full", gbps(carried), gbps(possible), percent(worst)),
            1 => format!("{} carried", gbps(carried)),
            _ => format!("{} carried, {} full at most, {} on average", gbps(rate), percent(worst), percent(sum / count as f32)),
        })
    }
}

/// Links added up: what a bundle or a trunk shows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    worst: f32,
    sum: f32,
    count: u32,
    idle: u32,
    off: u32,
}

impl Tally {
    /// Of some links.
    pub fn of(shades: &Shades, links: impl Iterator<Item = usize>) -> Self {
        let mut tally = Self::default();
        links.for_each(|link| tally.add(shades.shade(link)));
        tally
    }
    /// Adds a link.
    pub fn add(&mut self, shade: Shade) {
        match shade {
            Shade::On(share) => {
                self.worst = self.worst.max(share);
                self.sum += share;
                self.count += 1;
            }
            Shade::Off => self.off += 1,
            Shade::Idle | Shade::Unknown => self.idle += 1,
        }
    }
    /// Adds what was added up elsewhere.
    pub fn join(&mut self, other: Self) {
        self.worst = self.worst.max(other.worst);
        self.sum += other.sum;
        self.count += other.count;
        self.idle += other.idle;
        self.off += other.off;
    }
    /// The step of the worst, and of the mean (links that carry nothing count); `None` where nothing is carried.
    pub fn steps(&self) -> Option<(u8, u8)> {
        let step = |share: f32| ((share * f32::from(STEPS)) as u8).min(STEPS - 1);
        (self.count > 0).then(|| (step(self.worst), step(self.sum / (self.count + self.idle) as f32)))
    }
    /// The worst, from 0 to 1 of the scale.
    pub fn worst(&self) -> f32 {
        self.worst
    }
    /// Whether all of it is off.
    pub fn is_off(&self) -> bool {
        self.off > 0 && self.count + self.idle == 0
    }
}

/// Things by class, such as XPUs by the group of ranks they belong to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Classes {
    /// What the classes are: `Data-parallel groups`.
    pub title: String,
    /// What each class is called; colours repeat after [`CLASS_COLOURS`] of them, numbers do not.
    pub names: Vec<String>,
    /// The class of a node, or of a thing inside it by its place in [`crate::model::Inside::vertices`].
    of: SortedMap<(NodeId, Option<u16>), u16>,
}

/// So many classes have a colour of their own.
pub const CLASS_COLOURS: u8 = 8;

impl Classes {
    /// Things with their class, an index into `names`. Time: O(things log things).
    pub fn of(title: &str, names: Vec<String>, things: impl IntoIterator<Item = ((NodeId, Option<u16>), u16)>) -> Self {
        Self { title: title.to_owned(), of: things.into_iter().filter(|(_, class)| usize::from(*class) < names.len()).collect(), names }
    }
    /// The class of a node, or of a thing inside it.
    pub fn class(&self, node: NodeId, inside: Option<u16>) -> Option<u16> {
        self.of.get(&(node, inside)).copied()
    }
    /// The classes of a node and of all inside it, in order, by place.
    pub fn of_node(&self, node: NodeId) -> Vec<(Option<u16>, u16)> {
        self.of.range((node, None)..=(node, Some(u16::MAX))).map(|((_, inside), class)| (*inside, *class)).collect()
    }
}

/// What colours the drawing besides its own colours.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overlay {
    /// What is on links.
    pub links: Option<Arc<Shades>>,
    /// The ways between two things: places of links, with the share of traffic that each carries.
    pub ways: Option<Arc<Vec<(u32, f32)>>>,
    /// Things by class.
    pub classes: Option<Arc<Classes>>,
}

impl Session {
    /// What colours the drawing besides its own colours.
    pub fn overlay(&self) -> &Overlay {
        &self.overlay.1
    }
    /// Counts the overlays there were, so that what is drawn can be kept until there is another; never falls.
    pub fn overlay_generation(&self) -> u64 {
        self.overlay.0
    }
    /// Changes what colours the drawing. Returns whether anything is different.
    pub fn set_overlay(&mut self, change: impl FnOnce(&mut Overlay)) -> bool {
        let mut next = self.overlay.1.clone();
        change(&mut next);
        let old = &self.overlay.1;
        let differs = !(same(&next.links, &old.links) && same(&next.ways, &old.ways) && same(&next.classes, &old.classes));
        if differs {
            self.overlay = (self.overlay.0 + 1, next);
        }
        differs
    }
    /// Drops what stands for links that are no longer the same.
    pub(super) fn keep_overlay(&mut self, patch: Option<&Patch>) {
        if patch.is_none_or(|patch| patch.changes.iter().any(|change| matches!(change, Change::Link(_)))) {
            self.set_overlay(|overlay| (overlay.links, overlay.ways) = (None, None));
        }
        if patch.is_none() {
            self.set_overlay(|overlay| overlay.classes = None);
        }
    }

    /// What traffic puts on a link, or on the links between two nodes, in words.
    pub fn load_words(&self, subject: &Subject) -> Option<String> {
        let shades = self.overlay().links.as_ref()?;
        let scene = self.scene();
        match subject {
            Subject::Link(id) => shades.words(scene.links.place(*id).into_iter()),
            Subject::Trunk(a, b) => shades.words(scene.trunk_members(*a, *b).into_iter().filter_map(|link| scene.links.place(link))),
            _ => None,
        }
    }

    /// What sends and receives at a view pixel: a port, something inside a system where that is seen, a node.
    pub fn end_at(&self, at: Point) -> Option<Subject> {
        let subject = self.under(at, false)?;
        let Subject::Node(node) = subject else { return is_end(&subject).then_some(subject) };
        if self.camera().zoom < PORT_ZOOM {
            return Some(subject);
        }
        let (scene, world) = (self.scene(), self.camera().to_world(at));
        let part = self.design().nodes.get(node).and_then(|node| self.catalog().part(self.design(), &node.part));
        let (face, rect, inside) = (scene.face(node)?, scene.node_rect(node)?, part.and_then(Part::inside));
        let spot = face.inside.iter().find(|spot| spot.rect.shifted(rect.x, rect.y).contains(world));
        let name = spot.zip(inside).and_then(|(spot, inside)| inside.vertices.get(usize::from(spot.vertex))).map(|thing| thing.name.clone());
        Some(name.map_or(subject, |name| Subject::Inside(Element { node, inside: Some(name) })))
    }
}

/// Whether two are the same or alike; the same is seen without looking inside.
fn same<T: PartialEq>(one: &Option<Arc<T>>, other: &Option<Arc<T>>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => Arc::ptr_eq(one, other) || one == other,
        (one, other) => one.is_none() && other.is_none(),
    }
}

/// Whether something can be an end of a way: a node, a port, something inside a system.
pub fn is_end(subject: &Subject) -> bool {
    matches!(subject, Subject::Inside(_) | Subject::Node(_) | Subject::Port(_))
}
