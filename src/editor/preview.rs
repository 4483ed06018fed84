//! What a change would do, worked out before it is done: what goes away, what comes, what changes where it is.

use super::draft::Draft;
use super::intent::{Effect, Intent};
use super::joining;
use super::repeat;
use super::selection::count_of;
use super::session::Session;
use crate::model::{Change, Delta, Design, Link, LinkId, Node, NodeId, Patch, Rack, RackId};
use crate::scene::{Curve, Scene};
use crate::units::Rect;

/// A change that is looked at before it is made.
#[derive(Clone, Debug)]
pub struct Preview {
    /// Where its ghosts are drawn.
    pub ghosts: Ghosts,
    /// What it does, in words: `Adds 1 link, removes 1 link`.
    pub summary: String,
    /// Whether it cannot be done; the summary then says why.
    pub refused: bool,
}

/// Places of what a change does, in drawing units.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ghosts {
    /// Boxes that go away, or that something leaves.
    pub gone: Vec<Rect>,
    /// Links that go away, or an old run of a link that is moved.
    pub gone_links: Vec<Curve>,
    /// Boxes that come, with their name.
    pub coming: Vec<(Rect, String)>,
    /// Links that come.
    pub coming_links: Vec<Curve>,
    /// Boxes of what changes where it stands, with what becomes of it.
    pub changed: Vec<(Rect, String)>,
    /// Links that change without being moved, with what becomes of them.
    pub changed_links: Vec<(Curve, String)>,
}

impl Ghosts {
    /// The box around all of it.
    pub fn bounds(&self) -> Option<Rect> {
        let boxes = self.gone.iter().copied().chain(self.coming.iter().chain(&self.changed).map(|(rect, _)| *rect));
        let runs = self.gone_links.iter().chain(&self.coming_links).chain(self.changed_links.iter().map(|(curve, _)| curve));
        boxes.chain(runs.map(crate::scene::curve::hull)).reduce(|all, rect| all.union(&rect))
    }
}

impl Session {
    /// The change that is looked at before it is made.
    pub fn preview(&self) -> Option<&Preview> {
        self.previewed.as_ref()
    }

    /// Shows what an intent would do, or stops showing it. What would do nothing shows nothing; what cannot be done is said.
    pub(super) fn show_preview(&mut self, wanted: Option<&Intent>) -> Vec<Effect> {
        let preview = wanted.and_then(|intent| match self.would_change(intent) {
            Ok((patch, remark)) => self.preview_of(&patch).map(|preview| match remark {
                Some(remark) => Preview { summary: format!("{}; {remark}", preview.summary), ..preview },
                None => preview,
            }),
            Err(sentence) if sentence.is_empty() => None,
            Err(sentence) => Some(Preview { ghosts: Ghosts::default(), summary: sentence, refused: true }),
        });
        if preview.is_none() && self.previewed.is_none() {
            return Vec::new();
        }
        self.previewed = preview;
        vec![Effect::Redraw]
    }

    /// The patch of an intent with a remark on it, or why it cannot be done; an empty sentence where there is nothing to say.
    fn would_change(&self, intent: &Intent) -> Result<(Patch, Option<String>), String> {
        if self.read_only().is_some() {
            return Err(String::new());
        }
        match intent {
            Intent::ApplyFix(fix) => fix.patch(self.design()).map(|patch| (patch, None)).ok_or_else(String::new),
            Intent::ApplyPatch { patch, .. } => Ok((patch.clone(), None)),
            Intent::Repeat { count, along } => {
                let clip = self.clip();
                let mut design = self.design().clone();
                let mut draft = Draft::new(&mut design, self.catalog(), self.scene());
                let (_, _, stopped) = repeat::copies(&mut draft, &clip, *count, *along)?;
                Ok((draft.finish(), stopped))
            }
            Intent::Join { count, rails } => {
                let mut design = self.design().clone();
                let mut draft = Draft::new(&mut design, self.catalog(), self.scene());
                let outcome = joining::join(&mut draft, self.selection(), *count, *rails)?;
                Ok((draft.finish(), outcome.say))
            }
            _ => Err(String::new()),
        }
    }

    /// Time: O(records) to apply the patch to a copy; what is drawn of it is O(what it changes).
    fn preview_of(&self, patch: &Patch) -> Option<Preview> {
        let mut after = self.design().clone();
        patch.apply(&mut after).ok()?;
        let scene = Scene::build(&touched(&after, patch), self.catalog());
        let mut ghosts = Ghosts::default();
        let mut counts = Counts::default();
        for change in &patch.changes {
            match change {
                Change::Node(delta) => {
                    counts.note(delta, "node");
                    self.node_ghosts(delta, &after, &scene, &mut ghosts);
                }
                Change::Rack(delta) => {
                    counts.note(delta, "rack");
                    self.rack_ghosts(delta, &scene, &mut ghosts);
                }
                Change::Link(delta) => {
                    counts.note(delta, "link");
                    self.link_ghosts(delta, &after, &scene, &mut ghosts);
                }
                Change::Group(delta) => counts.note(delta, "group"),
                Change::Fabric(delta) => counts.note(delta, "fabric"),
                Change::Requirement(delta) => counts.note(delta, "requirement"),
                Change::Part(delta) => counts.note(delta, "part"),
                Change::Meta { .. } => counts.settings = true,
            }
        }
        Some(Preview { ghosts, summary: counts.in_words(), refused: false })
    }

    fn node_ghosts(&self, delta: &Delta<NodeId, Node>, after: &Design, scene: &Scene, ghosts: &mut Ghosts) {
        let (was, is) = (self.scene().node_rect(delta.id), scene.node_rect(delta.id));
        match (&delta.before, &delta.after) {
            (Some(_), None) => ghosts.gone.extend(was),
            (None, Some(node)) => ghosts.coming.extend(is.map(|rect| (rect, node.name.clone()))),
            (Some(before), Some(node)) if was != is && before.part == node.part => {
                ghosts.gone.extend(was);
                ghosts.coming.extend(is.map(|rect| (rect, node.name.clone())));
            }
            (Some(before), Some(node)) => {
                let words = if before.part != node.part {
                    self.catalog().part(after, &node.part).map_or_else(|| node.part.to_string(), |part| part.name.clone())
                } else if before.name != node.name {
                    node.name.clone()
                } else {
                    let split =
                        node.ports.iter().find(|(cage, settings)| before.ports.get(cage) != Some(settings)).map(|(cage, settings)| (cage, settings.breakout));
                    match split {
                        Some((cage, Some(breakout))) => format!("cage {cage}: {breakout}"),
                        Some((cage, None)) => format!("cage {cage}: not broken out"),
                        None => String::new(),
                    }
                };
                ghosts.changed.extend(is.map(|rect| (rect, words)));
            }
            (None, None) => {}
        }
    }

    fn rack_ghosts(&self, delta: &Delta<RackId, Rack>, scene: &Scene, ghosts: &mut Ghosts) {
        let (was, is) = (self.scene().rack_rect(delta.id), scene.rack_rect(delta.id));
        match (&delta.before, &delta.after) {
            (Some(_), None) => ghosts.gone.extend(was),
            (Some(before), Some(rack)) if was == is || before.part != rack.part => ghosts.changed.extend(is.map(|rect| (rect, rack.name.clone()))),
            (before, Some(rack)) => {
                ghosts.gone.extend(was.filter(|_| before.is_some()));
                ghosts.coming.extend(is.map(|rect| (rect, rack.name.clone())));
            }
            (None, None) => {}
        }
    }

    fn link_ghosts(&self, delta: &Delta<LinkId, Link>, after: &Design, scene: &Scene, ghosts: &mut Ghosts) {
        let (was, is) = (self.scene().link_curve(delta.id), scene.link_curve(delta.id));
        match (&delta.before, &delta.after) {
            (Some(before), Some(link)) if before.ends == link.ends => {
                let cable = link.part.as_ref().map(|id| self.catalog().part(after, id).map_or_else(|| id.to_string(), |part| part.name.clone()));
                let words = match (before.part != link.part, before.length != link.length) {
                    (true, _) => cable.unwrap_or_else(|| "no cable".to_owned()),
                    (false, true) => link.length.map_or_else(|| "length unknown".to_owned(), |length| length.to_string()),
                    (false, false) => String::new(),
                };
                ghosts.changed_links.extend(was.map(|curve| (curve, words)));
            }
            (before, after) => {
                ghosts.gone_links.extend(was.filter(|_| before.is_some()));
                ghosts.coming_links.extend(is.filter(|_| after.is_some()));
            }
        }
    }
}

/// The part of a changed design that a patch touches: its nodes and racks, the nodes at the ends of its links, and their racks. Enough to
/// see where everything comes to stand, and much less than the design.
fn touched(design: &Design, patch: &Patch) -> Design {
    let mut part = Design { parts: design.parts.clone(), ..Design::default() };
    let mut nodes: Vec<NodeId> = Vec::new();
    for change in &patch.changes {
        match change {
            Change::Node(delta) => nodes.push(delta.id),
            Change::Rack(delta) => part.racks.set(delta.id, design.racks.shared(delta.id).cloned()),
            Change::Link(delta) => {
                let link = design.links.shared(delta.id).cloned();
                nodes.extend(link.iter().flat_map(|link| link.ends).map(|end| end.node));
                part.links.set(delta.id, link);
            }
            _ => {}
        }
    }
    for id in nodes {
        let Some(node) = design.nodes.shared(id).cloned() else { continue };
        if let Some(rack) = node.rack {
            part.racks.set(rack, design.racks.shared(rack).cloned());
        }
        part.nodes.set(id, Some(node));
    }
    part
}

/// How many things of each kind come, go and change.
#[derive(Default)]
struct Counts {
    kinds: Vec<(&'static str, [usize; 3])>,
    settings: bool,
}

impl Counts {
    fn note<K, V>(&mut self, delta: &Delta<K, V>, kind: &'static str) {
        let what = match (&delta.before, &delta.after) {
            (None, _) => 0,
            (Some(_), None) => 1,
            (Some(_), Some(_)) => 2,
        };
        let place = self.kinds.iter().position(|(known, _)| *known == kind).unwrap_or_else(|| {
            self.kinds.push((kind, [0; 3]));
            self.kinds.len() - 1
        });
        if let Some(count) = self.kinds.get_mut(place).and_then(|(_, counts)| counts.get_mut(what)) {
            *count += 1;
        }
    }

    fn in_words(&self) -> String {
        let mut words = Vec::new();
        for (at, verb) in ["adds", "removes", "changes"].iter().enumerate() {
            for (kind, counts) in &self.kinds {
                if let Some(count) = counts.get(at).filter(|count| **count > 0) {
                    words.push(format!("{verb} {}", count_of(*count, kind)));
                }
            }
        }
        if self.settings {
            words.push("changes the settings".to_owned());
        }
        crate::units::capital(&words.join(", "))
    }
}
