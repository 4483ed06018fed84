//! What is drawn: a design with its scene, seen by a camera, with what is selected, hovered and dragged.

use super::display::Colour;
use crate::catalog::Catalog;
use crate::editor::overlay::Overlay;
use crate::engine::diagnostics::Severity;
use crate::engine::report::Report;
use crate::model::{Design, Element, LinkId, LinkLayer, NodeId, PartId, PortRef, RackId, Subject};
use crate::scene::{Camera, Scene};
use crate::units::{Point, RackUnits, Rect, SortedMap, SortedSet};

/// What the pointer is doing, as far as it is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Motion<'a> {
    /// Nothing that is drawn.
    #[default]
    None,
    /// Draws a box around what will be selected.
    Marquee {
        /// The box.
        rect: Rect,
        /// Whether only what lies wholly in it counts.
        enclosed: bool,
    },
    /// Drags things.
    Moving {
        /// Whether copies are dragged and the originals stay.
        copy: bool,
        /// Nodes.
        nodes: &'a [NodeId],
        /// Racks with what stands in them.
        racks: &'a [RackId],
        /// How far they are dragged.
        offset: Point,
        /// Nodes that would stand in a rack.
        landings: &'a [(NodeId, RackId, RackUnits)],
        /// Lines along which edges or middles meet.
        guides: &'a [[Point; 2]],
    },
    /// Draws a link.
    Connecting {
        /// Where it starts.
        from: PortRef,
        /// Where its loose end is.
        to: Point,
        /// The port it would end on.
        target: Option<PortRef>,
        /// Why it may not end there.
        refused: Option<&'a str>,
        /// The link whose end is moved.
        moving: Option<LinkId>,
    },
    /// Holds a part over the canvas.
    Placing {
        /// The part.
        part: &'a PartId,
        /// Where it would stand.
        rect: Rect,
        /// The rack and lowest unit it would snap to.
        rack: Option<(RackId, RackUnits)>,
    },
}

/// Whether a link that is being drawn may end on a port. `None` asks of ports that are not judged.
pub type Judge<'a> = &'a dyn Fn(PortRef) -> bool;

/// Everything that a drawing is made from.
#[derive(Clone, Copy)]
pub struct SceneView<'a> {
    /// The design.
    pub design: &'a Design,
    /// The catalogue it refers to.
    pub catalog: &'a Catalog,
    /// Where everything is.
    pub scene: &'a Scene,
    /// What is seen of it.
    pub camera: &'a Camera,
    /// What the engine found.
    pub report: Option<&'a Report>,
    /// What colours the drawing besides its own colours.
    pub overlay: &'a Overlay,
    /// What is selected.
    pub selection: &'a SortedSet<Subject>,
    /// What lies under the pointer.
    pub hover: Option<&'a Subject>,
    /// What the pointer is doing.
    pub motion: Motion<'a>,
    /// Whether the link being drawn may end on a port.
    pub judge: Option<Judge<'a>>,
    /// Counts the states of design and report, so that a renderer knows when names or findings changed.
    pub revision: u64,
    /// Whether everything is drawn in full, however much it is: for files, not for the screen.
    pub unbounded: bool,
}

impl<'a> SceneView<'a> {
    /// A view of which nothing is selected, hovered or dragged.
    pub fn still(design: &'a Design, catalog: &'a Catalog, scene: &'a Scene, camera: &'a Camera) -> Self {
        static NOTHING: SortedSet<Subject> = SortedSet::new();
        static PLAIN: Overlay = Overlay { links: None, ways: None, classes: None };
        Self {
            design,
            catalog,
            scene,
            camera,
            report: None,
            overlay: &PLAIN,
            selection: &NOTHING,
            hover: None,
            motion: Motion::None,
            judge: None,
            revision: 0,
            unbounded: false,
        }
    }
}

/// The colour of what a link speaks.
pub fn layer_colour(layer: Option<LinkLayer>) -> Colour {
    match layer {
        Some(LinkLayer::InfiniBand) => Colour::InfiniBand,
        Some(LinkLayer::Ethernet) => Colour::Ethernet,
        Some(layer) if layer.is_scale_up() => Colour::ScaleUp,
        _ => Colour::Neutral,
    }
}

/// The worst finding of everything that is drawn, by row of the scene.
#[derive(Clone, Debug, Default)]
pub(crate) struct Findings {
    pub nodes: SortedMap<u32, Severity>,
    pub racks: SortedMap<u32, Severity>,
    pub groups: SortedMap<u32, Severity>,
    pub links: SortedMap<u32, Severity>,
    pub ports: SortedMap<PortRef, Severity>,
}

impl Findings {
    /// Errors and warnings that are not silenced. Time: O(findings log n).
    pub(crate) fn of(report: Option<&Report>, scene: &Scene) -> Self {
        let mut findings = Self::default();
        for diagnostic in report.map(|report| report.diagnostics.as_slice()).unwrap_or_default() {
            if diagnostic.silenced.is_none() && diagnostic.severity != Severity::Info {
                findings.note(&diagnostic.subject, diagnostic.severity, scene);
                // Faults that are told as one are marked each. What only takes part in one of them may be of the same kind; then there are more.
                let kind = std::mem::discriminant(&diagnostic.subject);
                let alike = || diagnostic.subjects().skip(1).filter(|subject| std::mem::discriminant(subject) == kind);
                if diagnostic.count > 1 && alike().count() < diagnostic.count {
                    alike().for_each(|subject| findings.note(&subject, diagnostic.severity, scene));
                }
            }
        }
        findings
    }

    fn note(&mut self, subject: &Subject, severity: Severity, scene: &Scene) {
        match subject {
            Subject::Group(id) => worst(&mut self.groups, scene.groups.place(*id), severity),
            Subject::Inside(element) => worst(&mut self.nodes, scene.nodes.place(element.node), severity),
            Subject::Link(id) => worst(&mut self.links, scene.links.place(*id), severity),
            Subject::Node(id) => worst(&mut self.nodes, scene.nodes.place(*id), severity),
            Subject::Port(port) => {
                let place = scene.nodes.place(port.node);
                worst(&mut self.nodes, place, severity);
                let known = self.ports.entry(*port).or_insert(severity);
                *known = severity.min(*known);
                for (used, link) in place.map(|place| scene.uses_of(place)).unwrap_or_default() {
                    if used.overlaps(port.port) {
                        worst(&mut self.links, Some(*link as usize), severity);
                    }
                }
            }
            Subject::Rack(id) => worst(&mut self.racks, scene.racks.place(*id), severity),
            Subject::Trunk(a, b) => {
                for link in scene.trunk_members(*a, *b) {
                    worst(&mut self.links, scene.links.place(link), severity);
                }
            }
            Subject::Design | Subject::Fabric(_) | Subject::Requirement(_) => {}
        }
    }
}

fn worst(rows: &mut SortedMap<u32, Severity>, place: Option<usize>, severity: Severity) {
    if let Some(place) = place {
        let known = rows.entry(place as u32).or_insert(severity);
        // Errors come first in the order of severities.
        *known = severity.min(*known);
    }
}

/// Where a thing inside a system is drawn. `None` of one that is not: the host's processor, what the part does not name.
pub(crate) fn inside_rect(design: &Design, catalog: &Catalog, scene: &Scene, element: &Element) -> Option<Rect> {
    let (node, name) = (design.nodes.get(element.node)?, element.inside.as_ref()?);
    let inside = catalog.part(design, &node.part)?.inside()?;
    let (face, rect) = (scene.face(element.node)?, scene.node_rect(element.node)?);
    let named = |vertex: u16| inside.vertices.get(usize::from(vertex)).is_some_and(|thing| thing.name == *name);
    face.inside.iter().find(|spot| named(spot.vertex)).map(|spot| spot.rect.shifted(rect.x, rect.y))
}

/// Text as it may be drawn: without control characters and without signs that turn the direction of writing, at most 120 long.
pub fn clean(text: &str) -> String {
    let harmless = |character: &char| {
        !character.is_control()
            && !matches!(*character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{ffff}')
    };
    text.chars().filter(harmless).take(120).collect::<String>().trim().to_owned()
}
