//! Editing without a pointer: what comes next, what is inside, and what a port may be connected to.

use super::session::Session;
use super::wiring::Wire;
use crate::model::{NodeId, PortRef, Subject};
use crate::scene::Scene;
use crate::units::{SortedMap, order};

/// Where to go from a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// To the next thing in reading order.
    Next,
    /// To the one before.
    Previous,
    /// Into it: from a rack to its topmost node, from a node to its first port, from a port to its link.
    Into,
    /// Out of it: from a port to its node, from a node to its rack.
    Out,
}

impl Session {
    /// The thing a step leads to, for Tab and the outline; it starts anew after the last. `None` where there is nothing.
    ///
    /// Racks and free nodes come in reading order (by line, then from left to right), each rack followed by its nodes from the
    /// top; ports follow each other within their node. Time: O(nodes log nodes).
    pub fn next_subject(&self, from: Option<&Subject>, step: Step) -> Option<Subject> {
        match (from, step) {
            (Some(Subject::Port(port)), Step::Next | Step::Previous) => {
                let ports = self.catalog().ports_of(self.design(), port.node, &self.port_use());
                let all: Vec<Subject> = ports.into_iter().map(|path| Subject::Port(PortRef { node: port.node, port: path })).collect();
                beside(&all, from, step)
            }
            (Some(Subject::Link(link)), Step::Next | Step::Previous) if self.design().links.contains(*link) => {
                let all: Vec<Subject> = self.design().links.ids().map(Subject::Link).collect();
                beside(&all, from, step)
            }
            (_, Step::Next | Step::Previous) => beside(&self.reading_order(), from, step),
            (Some(Subject::Rack(rack)), Step::Into) => {
                let top = self.design().nodes_in(*rack).max_by_key(|(id, node)| (node.u, std::cmp::Reverse(*id)));
                top.map(|(id, _)| Subject::Node(id))
            }
            (Some(Subject::Group(group)), Step::Into) => self.design().groups.get(*group)?.members.first().map(|member| super::group::subject_of(*member)),
            (Some(Subject::Node(node)), Step::Into) => {
                let port = self.catalog().ports_of(self.design(), *node, &self.port_use()).into_iter().next()?;
                Some(Subject::Port(PortRef { node: *node, port }))
            }
            (Some(Subject::Port(port)), Step::Into) => self.port_use().at(*port).first().copied().map(Subject::Link),
            (Some(Subject::Port(port)), Step::Out) => Some(Subject::Node(port.node)),
            (Some(Subject::Inside(element)), Step::Out) => Some(Subject::Node(element.node)),
            (Some(Subject::Node(node)), Step::Out) => self.design().nodes.get(*node)?.rack.map(Subject::Rack),
            (Some(Subject::Link(link)), Step::Out) => self.design().links.get(*link).map(|link| Subject::Port(link.ends[0])),
            (None, Step::Into) => self.reading_order().into_iter().next(),
            _ => None,
        }
    }

    /// Ports that a link from `port` may end on, with a label each, where every word of `filter` begins a word of the label; at most 200.
    ///
    /// For the connect dialog and the outline. Where `port` is taken, they are those its link's end may move to.
    pub fn fitting_targets(&self, port: PortRef, filter: &str) -> Vec<(PortRef, String)> {
        const MOST: usize = 200;
        let wire = Wire::at(self.design(), self.port_use(), port, self.cable().cloned());
        wire.targets(self.design(), self.catalog(), filter, MOST)
    }

    /// A port in words: `leaf-1 · OSFP 5/1 · 400 Gb/s`.
    pub fn port_label(&self, port: PortRef) -> String {
        super::wiring::port_label(self.design(), self.catalog(), port)
    }

    fn reading_order(&self) -> Vec<Subject> {
        let (design, scene) = (self.design(), self.scene());
        let mut racked: SortedMap<_, Vec<(NodeId, Option<crate::units::RackUnits>)>> = SortedMap::new();
        let mut standing = Vec::new();
        for (id, node) in design.nodes.iter() {
            match node.rack {
                Some(rack) => racked.entry(rack).or_default().push((id, node.u)),
                None => standing.push(placed(scene, Subject::Node(id))),
            }
        }
        standing.extend(design.racks.ids().map(|id| placed(scene, Subject::Rack(id))));
        order::sort(&mut standing);

        let mut order = Vec::new();
        for (_, subject) in standing {
            let inside = if let Subject::Rack(rack) = &subject { racked.remove(rack) } else { None };
            order.push(subject);
            let mut inside = inside.unwrap_or_default();
            order::sort_by_key(&mut inside, |(id, u)| (std::cmp::Reverse(*u), *id));
            order.extend(inside.into_iter().map(|(id, _)| Subject::Node(id)));
        }
        order
    }
}

/// Line, then place in it, in whole drawing units. Things whose tops are less than a line apart stand on one line.
pub(super) fn placed(scene: &Scene, subject: Subject) -> ((i64, i64), Subject) {
    const LINE: f64 = 40.0;
    let place = scene.subject_rect(&subject).map_or((i64::MAX, 0), |rect| ((rect.y / LINE).floor() as i64, rect.x.round() as i64));
    (place, subject)
}

/// The thing after or before `from`, in a circle; the first or last where `from` is not among them.
fn beside(all: &[Subject], from: Option<&Subject>, step: Step) -> Option<Subject> {
    let at = from.and_then(|from| all.iter().position(|subject| subject == from));
    let count = all.len();
    if count == 0 {
        return None;
    }
    let next = match (at, step) {
        (Some(at), Step::Previous) => (at + count - 1) % count,
        (Some(at), _) => (at + 1) % count,
        (None, Step::Previous) => count - 1,
        (None, _) => 0,
    };
    all.get(next).cloned()
}
