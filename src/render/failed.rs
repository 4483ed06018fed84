//! What is off in the scenario that is looked at: struck through, as what goes is in a preview, with its links.

use super::buses::route;
use super::view::inside_rect;
use crate::editor::{Ghosts, Session};
use crate::model::{Element, NodeId, Outage, RackId, Subject};
use crate::scene::bus::{BEND, bent};
use crate::scene::curve::{between_boxes, hull};
use crate::units::{Rect, SortedSet};

/// The most links that are drawn as failed at once.
const MOST_LINKS: usize = 2000;

/// Where everything that is off lies, as far as it is in view.
pub(crate) fn ghosts(session: &Session) -> Ghosts {
    let mut marks = Marks { session, seen: session.camera().visible(), ghosts: Ghosts::default(), notes: Vec::new(), ways: SortedSet::new() };
    for outage in session.outages() {
        marks.mark(&outage);
    }
    for (node, words) in std::mem::take(&mut marks.notes) {
        let rect = session.scene().node_rect(node).filter(|rect| rect.intersects(&marks.seen));
        marks.ghosts.changed.extend(rect.map(|rect| (rect, words)));
    }
    marks.ghosts
}

struct Marks<'a> {
    session: &'a Session,
    seen: Rect,
    ghosts: Ghosts,
    /// What is off inside systems.
    notes: Vec<(NodeId, String)>,
    /// The ways over buses that are marked: many links share one.
    ways: SortedSet<(u32, u32, u32)>,
}

impl Marks<'_> {
    fn mark(&mut self, outage: &Outage) {
        match outage {
            Outage::Row(row) => {
                let racks: Vec<RackId> =
                    self.session.design().racks.iter().filter(|(_, rack)| rack.row.as_deref() == Some(row.as_str())).map(|(id, _)| id).collect();
                racks.into_iter().for_each(|rack| self.gone(&Subject::Rack(rack)));
            }
            // What hangs on nothing that is left goes dark.
            Outage::Feed(_) => {
                let design = self.session.design();
                let lost: Vec<String> =
                    self.session.outages().iter().filter_map(|off| if let Outage::Feed(name) = off { Some(name.clone()) } else { None }).collect();
                let dark = |rack: &crate::model::Rack| {
                    let on = crate::engine::feeds::supplies(design, rack);
                    !on.is_empty() && on.iter().all(|place| design.meta.feeds.get(*place).is_some_and(|feed| lost.contains(&feed.name)))
                };
                let racks: Vec<RackId> = design.racks.iter().filter(|(_, rack)| dark(rack)).map(|(id, _)| id).collect();
                racks.into_iter().for_each(|rack| self.gone(&Subject::Rack(rack)));
            }
            Outage::Wires { node, ends, .. } => {
                let [one, other] = ends;
                self.note(*node, format!("✕ {one} – {other}"));
                if let [a, b] = self.spots(*node, ends).as_slice() {
                    self.ghosts.gone_links.push(between_boxes(a, b));
                }
            }
            Outage::Thing(Subject::Inside(element)) => match &element.inside {
                Some(name) => {
                    self.note(element.node, format!("✕ {name}"));
                    let spots = self.spots(element.node, std::slice::from_ref(name));
                    self.ghosts.gone.extend(spots);
                }
                None => self.gone(&Subject::Node(element.node)),
            },
            Outage::Thing(Subject::Fabric(id)) => {
                let links: Vec<usize> =
                    self.session.design().links.iter().enumerate().filter(|(_, (_, link))| link.fabric == Some(*id)).map(|(at, _)| at).collect();
                links.into_iter().for_each(|link| self.link(link));
            }
            Outage::Thing(Subject::Link(id)) => {
                if let Some(place) = self.session.scene().links.place(*id) {
                    self.link(place);
                }
            }
            Outage::Thing(Subject::Trunk(a, b)) => {
                let scene = self.session.scene();
                let links: Vec<usize> = scene.trunk_members(*a, *b).into_iter().filter_map(|id| scene.links.place(id)).collect();
                links.into_iter().for_each(|link| self.link(link));
            }
            Outage::Thing(subject) => {
                self.gone(subject);
                self.links_of(subject);
            }
        }
    }

    fn gone(&mut self, subject: &Subject) {
        let rect = self.session.scene().subject_rect(subject);
        self.ghosts.gone.extend(rect.filter(|rect| rect.intersects(&self.seen)));
    }

    /// Where things inside a system are drawn, as far as they are in view.
    fn spots(&self, node: NodeId, names: &[String]) -> Vec<Rect> {
        let session = self.session;
        let element = |name: &String| Element { node, inside: Some(name.clone()) };
        let spots = names.iter().filter_map(|name| inside_rect(session.design(), session.catalog(), session.scene(), &element(name)));
        spots.filter(|spot| spot.intersects(&self.seen)).collect()
    }

    /// A label on a system of which only something inside is off: one for all of it.
    fn note(&mut self, node: NodeId, words: String) {
        match self.notes.iter_mut().find(|(known, _)| *known == node) {
            Some((_, known)) if known.chars().count() > 60 => {
                if !known.ends_with('…') {
                    known.push_str(" …");
                }
            }
            Some((_, known)) => {
                known.push_str("  ");
                known.push_str(&words);
            }
            None => self.notes.push((node, words)),
        }
    }

    /// Links that go down with a node or a port.
    fn links_of(&mut self, subject: &Subject) {
        let (node, port) = match subject {
            Subject::Node(node) => (*node, None),
            Subject::Port(port) => (port.node, Some(port.port)),
            _ => return,
        };
        let scene = self.session.scene();
        let Some(place) = scene.nodes.place(node) else { return };
        let links: Vec<u32> = scene.uses_of(place).iter().filter(|(used, _)| port.is_none_or(|port| used.overlaps(port))).map(|(_, link)| *link).collect();
        links.into_iter().for_each(|link| self.link(link as usize));
    }

    fn link(&mut self, place: usize) {
        let scene = self.session.scene();
        if let Some(way) = scene.buses().way(place as u32) {
            if self.ghosts.gone_links.len() < MOST_LINKS && self.ways.insert(way) {
                let path = route(scene, place as u32, self.session.camera().zoom).unwrap_or_default();
                bent(&path, BEND, &mut self.ghosts.gone_links);
            }
            return;
        }
        let curve = scene.curves.get(place).copied().filter(|curve| curve[0].x.is_finite());
        let wanted = curve.filter(|curve| self.ghosts.gone_links.len() < MOST_LINKS && hull(curve).intersects(&self.seen));
        self.ghosts.gone_links.extend(wanted);
    }
}
