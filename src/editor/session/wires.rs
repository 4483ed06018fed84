//! Drawing links and placing parts.

use super::*;

impl Session {
    /// Starts to draw a link at a port, or to move the link's end that is there.
    pub(in crate::editor) fn begin_connecting(&mut self, port: PortRef, at: Point, held: bool) {
        let wire = Wire::at(&self.design, self.port_use(), port, self.cable.clone());
        let to = self.camera.to_world(at);
        self.gesture = Gesture::Connecting { from: wire.from, to, target: None, refused: None, moving: wire.moving.map(|(link, _)| link), held };
        self.wire = Some(wire);
        self.refusals.borrow_mut().clear();
    }

    /// The port that the link being drawn would take on a node.
    pub(in crate::editor) fn fitting_port(&self, node: NodeId) -> Result<PortRef, String> {
        match &self.wire {
            Some(wire) => wire.port_of(&self.design, &self.catalog, node),
            None => Err("Nothing is being connected".to_owned()),
        }
    }

    /// What letting go over `to` makes, in words.
    pub(in crate::editor) fn promise(&self, to: PortRef) -> Option<String> {
        self.wire.as_ref().map(|wire| wire.promise(&self.design, &self.catalog, to))
    }

    /// Lays the link that is being drawn.
    pub(in crate::editor) fn finish_connecting(&mut self, port: PortRef) -> Vec<Effect> {
        let Some(wire) = self.wire.take() else { return self.stop_gesture() };
        self.edit(|draft| wiring::move_end(draft, &wire, port))
    }

    pub(super) fn move_end(&mut self, link: crate::model::LinkId, end: u8, to: PortRef) -> Vec<Effect> {
        let Some(port) = self.design.links.get(link).and_then(|link| link.ends.get(usize::from(end))).copied() else {
            return vec![Effect::Complain("That link is no longer there".to_owned())];
        };
        let wire = Wire::of_link(&self.design, link, usize::from(end), port);
        self.edit(|draft| wiring::move_end(draft, &wire, to))
    }

    pub(super) fn drag_part(&mut self, id: PartId, at: Option<Point>) -> Vec<Effect> {
        let placed = at.and_then(standing::sound).and_then(|at| {
            let at = self.camera.to_world(at);
            let part = self.catalog.part(&self.design, &id)?;
            let (rect, rack) = standing::placing(&self.design, &self.catalog, self.scene(), part, at);
            let displaced = standing::no_slot(&self.design, self.scene(), part, at).filter(|_| rack.is_none());
            Some((rect, rack, displaced))
        });
        match placed {
            Some((rect, rack, displaced)) => {
                self.wire = None;
                self.set_gesture(Gesture::Placing { part: id, rect, rack, displaced });
                vec![Effect::Redraw]
            }
            None => self.stop_gesture(),
        }
    }

    pub(super) fn place(&mut self, id: PartId, at: Point) -> Vec<Effect> {
        let laid = self.catalog.part(&self.design, &id).filter(|part| wiring::is_laid(part.kind)).map(|part| part.name.clone());
        let Some(name) = laid else { return self.edit(|draft| standing::place(draft, &id, at)) };

        let mut effects = self.stop_gesture();
        let under = standing::sound(at).and_then(|at| self.scene().hit(at, self.camera.zoom, false));
        let start = match under {
            Some(Subject::Link(link)) => return self.edit(|draft| wiring::choose_cable(draft, link, &id)),
            Some(Subject::Port(port)) => Some(port),
            Some(Subject::Node(node)) => self.catalog.first_free_port(&self.design, &self.port_use(), node, |_| true),
            _ => None,
        };
        self.cable = Some(id);
        self.tool = ToolKind::Connect;
        if let Some(port) = start {
            self.begin_connecting(port, self.camera.to_view(at), false);
        }
        effects.push(Effect::Redraw);
        effects.push(Effect::Say(match start {
            Some(_) => format!("Click the other port to lay {name}"),
            None => format!("Click two ports to lay {name} between them"),
        }));
        effects
    }
}
