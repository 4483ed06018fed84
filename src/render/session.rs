//! A session as a view.

use super::display::DisplayList;
use super::list::Renderer;
use super::view::{Motion, SceneView};
use crate::editor::{Gesture, Session};
use crate::model::PortRef;

impl Renderer {
    /// The display list of a session. Keep the renderer between frames: what does not move is then not drawn anew.
    pub fn draw(&mut self, session: &Session) -> DisplayList {
        let judge = |port: PortRef| session.refusal(port).is_none();
        let motion = motion_of(session.gesture());
        let connecting = matches!(motion, Motion::Connecting { .. });
        // A report changes what is drawn without a new revision of the design, be it late or another of the same revision.
        let current = u64::from(session.is_report_current());
        let view = SceneView {
            report: session.report(),
            overlay: session.overlay(),
            selection: session.selection(),
            hover: session.hover(),
            motion,
            judge: connecting.then_some(&judge),
            revision: session.revision().wrapping_mul(2).wrapping_add(current).wrapping_add(session.report_generation() << 40)
                ^ session.overlay_generation().rotate_left(20),
            ..SceneView::still(session.design(), session.catalog(), session.scene(), session.camera())
        };
        let mut list = self.display_list(&view);
        super::overlay::lively(&view, &mut list.lively);
        if session.scenario().is_some() {
            super::preview::ghosts(&super::failed::ghosts(session), session.camera(), &mut list.lively);
        }
        if let Some(preview) = session.preview() {
            super::preview::ghosts(&preview.ghosts, session.camera(), &mut list.lively);
        }
        list
    }
}

/// The display list of a session, drawn from nothing. A page that draws many frames keeps a [`Renderer`] and calls [`Renderer::draw`].
pub fn display_list(session: &Session) -> DisplayList {
    Renderer::default().draw(session)
}

fn motion_of(gesture: &Gesture) -> Motion<'_> {
    match gesture {
        Gesture::Idle | Gesture::Panning { .. } | Gesture::Pressed { .. } => Motion::None,
        Gesture::Marquee { rect, enclosed, .. } => Motion::Marquee { rect: *rect, enclosed: *enclosed },
        Gesture::Moving { copy, lift, offset, landings, guides, .. } => {
            Motion::Moving { copy: *copy, nodes: &lift.nodes, racks: &lift.racks, offset: *offset, landings, guides }
        }
        Gesture::Connecting { from, to, target, refused, moving, .. } => {
            Motion::Connecting { from: *from, to: *to, target: *target, refused: refused.as_deref(), moving: *moving }
        }
        Gesture::Placing { part, rect, rack, .. } => Motion::Placing { part, rect: *rect, rack: *rack },
    }
}
