//! Joining ports: which port a link may end on and why not, laying links, moving their ends, breaking cages out.

use std::sync::Arc;

use super::draft::{Draft, Outcome};
use crate::catalog::{Catalog, PortUse, fit};
use crate::engine::cabling;
use crate::model::{Breakout, Design, Link, LinkId, Node, NodeId, PartId, PartKind, PortPath, PortRef, PortSettings, Subject};
use crate::units::{SortedSet, is_word, lower};

/// What is being connected: from a free port to anywhere, or one end of a link to another port.
#[derive(Clone, Debug)]
pub(super) struct Wire {
    /// The port that stays.
    pub from: PortRef,
    /// The link whose other end is moved, and which end that is.
    pub moving: Option<(LinkId, usize)>,
    /// The cable in hand.
    pub cable: Option<PartId>,
    /// Which link uses each port, without the moved link.
    used: Arc<PortUse>,
}

impl Wire {
    /// A wire from `port`: a new link where the port is free, else the port's link is taken off here and stays at its other end.
    /// `used` is the design's. Time: O(1) for a free port, O(design) for a taken one.
    pub fn at(design: &Design, used: Arc<PortUse>, port: PortRef, cable: Option<PartId>) -> Self {
        let taken = used.at(port).first().and_then(|id| Some((*id, design.links.get(*id)?.ends.iter().position(|end| *end == port)?)));
        match taken {
            Some((link, end)) => Self::of_link(design, link, end, port),
            None => Self { from: port, moving: None, cable, used },
        }
    }

    /// A wire that moves end `end` (now at `port`) of a link. Time: O(design).
    pub fn of_link(design: &Design, link: LinkId, end: usize, port: PortRef) -> Self {
        let stays = design.links.get(link).and_then(|link| link.ends.get(1 - end.min(1))).copied().unwrap_or(port);
        let mut without = design.clone();
        without.links.set(link, None);
        Self { from: stays, moving: Some((link, end)), cable: None, used: Arc::new(PortUse::of(&without)) }
    }

    /// Why a link may not end on `port`; `None` if it may. Time: O(log links).
    pub fn refusal(&self, design: &Design, catalog: &Catalog, port: PortRef) -> Option<String> {
        if let Err(misfit) = fit::may_connect(catalog, design, &self.used, self.from, port) {
            return Some(misfit.to_string());
        }
        let cable = self.cable.as_ref().and_then(|id| catalog.part(design, id))?;
        fit::cable_fits(catalog, design, [self.from, port], cable, None).err().map(|misfit| misfit.to_string())
    }

    /// The port of a node that a link dropped on the node takes: the first that fits; else the reason of the first that does not.
    pub fn port_of(&self, design: &Design, catalog: &Catalog, node: NodeId) -> Result<PortRef, String> {
        let mut reason = None;
        for port in ports_of(design, catalog, &self.used, node) {
            match self.refusal(design, catalog, port) {
                None => return Ok(port),
                Some(refusal) if self.used.is_free(port) => reason = reason.or(Some(refusal)),
                Some(_) => {}
            }
        }
        Err(reason.unwrap_or_else(|| format!("{} has no free port", design.node_name(node))))
    }

    /// What letting go over `to` makes, in words: `a link at 400 Gb/s by 400G DAC, less than the 800 Gb/s of leaf-1`. Time: O(cables).
    pub fn promise(&self, design: &Design, catalog: &Catalog, to: PortRef) -> String {
        let ends = [self.from, to];
        let moved = self.moving.and_then(|(id, _)| design.links.get(id)).cloned();
        let new = moved.is_none();
        let mut link = moved.unwrap_or_else(|| Link::between(self.from, to));
        link.ends = ends;
        if new {
            link.part = self.cable.clone().or_else(|| best_cable(design, catalog, ends));
        }
        let rate = fit::effective_rate(catalog, design, &link);
        let mut words = if new { "a link" } else { "the link" }.to_owned();
        if let Some(rate) = rate {
            words = format!("{words} at {rate}");
        }
        match link.part.as_ref().and_then(|id| catalog.part(design, id)) {
            Some(part) => words = format!("{words} by {}", part.name),
            None if new => words.push_str(", no cable of the catalogue fits"),
            None => {}
        }
        // Which port could do more: this is seen before it is laid rather than found after.
        let faster = ends.iter().find_map(|end| {
            let able = catalog.port(design, *end)?.gbps?;
            (rate? < able).then(|| format!("{words}, less than the {able} of {}", design.node_name(end.node)))
        });
        faster.unwrap_or(words)
    }

    /// Free ports of the design that a link may end on, with a label, where every word of `filter` begins a word of the label.
    pub fn targets(&self, design: &Design, catalog: &Catalog, filter: &str, most: usize) -> Vec<(PortRef, String)> {
        let words: Vec<String> = lower(filter).split_whitespace().map(str::to_owned).collect();
        let mut targets = Vec::new();
        for (node, _) in design.nodes.iter().filter(|(id, _)| *id != self.from.node) {
            for port in ports_of(design, catalog, &self.used, node) {
                if !self.used.is_free(port) {
                    continue;
                }
                let label = port_label(design, catalog, port);
                if !words.iter().all(|word| has_word_starting(&lower(&label), word)) {
                    continue;
                }
                if self.refusal(design, catalog, port).is_some() {
                    // Ports of one node are mostly alike, but not always: a refused one says nothing of the next.
                    continue;
                }
                targets.push((port, label));
                if targets.len() >= most {
                    return targets;
                }
            }
        }
        targets
    }
}

/// Whether a word of `text` starts with `start`: `7/2` is found in `OSFP 7/2`, not in `OSFP 17/2`.
fn has_word_starting(text: &str, start: &str) -> bool {
    text.match_indices(start).any(|(at, _)| !text[..at].ends_with(is_word))
}

/// A port in words: `leaf-1 · OSFP 5/1 · 400 Gb/s`.
pub(super) fn port_label(design: &Design, catalog: &Catalog, port: PortRef) -> String {
    let node = design.node_name(port.node);
    match catalog.port(design, port) {
        Some(info) => match info.gbps {
            Some(rate) => format!("{node} · {} · {rate}", info.label),
            None => format!("{node} · {}", info.label),
        },
        None => format!("{node} · {}", port.port),
    }
}

/// Lays a link between two ports, with the given cable or the one that fits best.
pub(super) fn connect(draft: &mut Draft, ends: [PortRef; 2], cable: Option<PartId>) -> Result<Outcome, String> {
    let used = draft.port_use();
    connect_using(draft, &used, ends, cable)
}

fn connect_using(draft: &mut Draft, used: &PortUse, ends: [PortRef; 2], cable: Option<PartId>) -> Result<Outcome, String> {
    let link = lay(draft, used, ends, cable)?;
    let [a, b] = ends.map(|end| draft.design().node_name(end.node));
    Ok(Outcome::named(format!("Connect {a} and {b}")).selecting(vec![Subject::Link(link)]))
}

/// Joins a port with the first fitting one of a node that was just placed. The node stays selected.
pub(super) fn connect_to(draft: &mut Draft, from: PortRef, node: NodeId, placed: Outcome) -> Result<Outcome, String> {
    let wire = Wire::at(draft.design(), Arc::new(draft.port_use()), from, None);
    let to = wire.port_of(draft.design(), draft.catalog, node)?;
    lay(draft, &wire.used, [from, to], None)?;
    Ok(placed)
}

/// Lays one link. Errors: why the ports may not be joined.
pub(super) fn lay(draft: &mut Draft, used: &PortUse, ends: [PortRef; 2], cable: Option<PartId>) -> Result<LinkId, String> {
    let [a, b] = ends;
    fit::may_connect(draft.catalog, draft.design(), used, a, b).map_err(|misfit| misfit.to_string())?;
    let part = match cable {
        Some(id) => {
            let Some(part) = draft.part(&id) else { return Err(format!("There is no part “{id}” in the catalogue")) };
            if part.cable().is_none() {
                return Err(format!("{} is a {}, not a cable", part.name, part.kind.label()));
            }
            fit::cable_fits(draft.catalog, draft.design(), ends, part, None).map_err(|misfit| misfit.to_string())?;
            Some(id)
        }
        None => best_cable(draft.design(), draft.catalog, ends),
    };
    let mut link = Link::between(a, b);
    link.part = part;
    draft.push(link).ok_or_else(|| "There are too many links in this design".to_owned())
}

/// The cable to propose where none was chosen: one for a single link, unless the way is too long for it.
fn best_cable(design: &Design, catalog: &Catalog, ends: [PortRef; 2]) -> Option<PartId> {
    let first = fit::best_cable(catalog, design, ends, None)?;
    let link = Link { part: Some(first.clone()), ..Link::between(ends[0], ends[1]) };
    let length = cabling::length(design, catalog, &link).metres();
    let reaches = catalog.part(design, &first).is_some_and(|part| fit::cable_fits(catalog, design, ends, part, length).is_ok());
    if reaches { Some(first) } else { fit::best_cable(catalog, design, ends, length).or(Some(first)) }
}

/// The ports of a node that a link may end on, in panel order.
pub(super) fn ports_of(design: &Design, catalog: &Catalog, used: &PortUse, node: NodeId) -> impl Iterator<Item = PortRef> + use<> {
    catalog.ports_of(design, node, used).into_iter().map(move |port| PortRef { node, port })
}

/// Takes one end of a link to another port. The cable is kept where it still fits.
pub(super) fn move_end(draft: &mut Draft, wire: &Wire, to: PortRef) -> Result<Outcome, String> {
    let Some((id, end)) = wire.moving else { return connect_using(draft, &wire.used, [wire.from, to], wire.cable.clone()) };
    if let Some(refusal) = wire.refusal(draft.design(), draft.catalog, to) {
        return Err(refusal);
    }
    let Some(mut link) = draft.get::<Link>(id).cloned() else { return Err("That link is no longer there".to_owned()) };
    if let Some(place) = link.ends.get_mut(end) {
        *place = to;
    }
    let length = cabling::length(draft.design(), draft.catalog, &link).metres();
    let fits = |cable: &PartId| draft.part(cable).is_some_and(|part| fit::cable_fits(draft.catalog, draft.design(), link.ends, part, length).is_ok());
    if !link.part.as_ref().is_some_and(fits) {
        link.part = fit::best_cable(draft.catalog, draft.design(), link.ends, length);
    }
    draft.update::<Link>(id, |known| *known = link);
    Ok(Outcome::named(format!("Move link to {}", draft.design().node_name(to.node))).selecting(vec![Subject::Link(id)]))
}

/// Gives a link a cable from the palette, if it fits.
pub(super) fn choose_cable(draft: &mut Draft, id: LinkId, cable: &PartId) -> Result<Outcome, String> {
    let Some(link) = draft.get::<Link>(id) else { return Err("That link is no longer there".to_owned()) };
    let Some(part) = draft.part(cable) else { return Err(format!("There is no part “{cable}” in the catalogue")) };
    let length = cabling::length(draft.design(), draft.catalog, link).metres();
    fit::cable_fits(draft.catalog, draft.design(), link.ends, part, length).map_err(|misfit| misfit.to_string())?;
    let name = part.name.clone();
    draft.update::<Link>(id, |link| link.part = Some(cable.clone()));
    Ok(Outcome::named(format!("Lay {name}")).selecting(vec![Subject::Link(id)]))
}

/// Whether a part from the palette is laid between ports rather than put on the canvas.
pub(super) fn is_laid(kind: PartKind) -> bool {
    matches!(kind, PartKind::Cable | PartKind::Transceiver)
}

/// Splits a cage or joins it again, unless a link would lose its port.
pub(super) fn break_out(draft: &mut Draft, port: PortRef, breakout: Option<Breakout>) -> Result<Outcome, String> {
    let cage = PortPath::cage(port.port.cage);
    let name = draft.design().node_name(port.node);
    let Some(node) = draft.get::<Node>(port.node) else { return Err("That node is no longer there".to_owned()) };
    let group = draft.part(&node.part).and_then(|part| part.port_group(cage.cage)).map(|(group, _)| group.clone());
    let Some(group) = group.filter(|_| draft.catalog.port(draft.design(), PortRef { node: port.node, port: cage }).is_some()) else {
        return Err(format!("{name} has no cage {cage}"));
    };
    if let Some(split) = breakout {
        let sound = (2..=16).contains(&split.children) && split.gbps.is_finite() && split.gbps.0 > 0.0;
        if !sound {
            return Err("A cage breaks out into 2 to 16 ports of more than 0 Gb/s; write for example 2x400G".to_owned());
        }
        if group.count.is_some() && !group.breakouts.contains(&split) {
            let allowed: Vec<String> = group.breakouts.iter().map(ToString::to_string).collect();
            return Err(match allowed.as_slice() {
                [] => format!("Cage {cage} of {name} cannot be broken out"),
                _ => format!("Cage {cage} of {name} breaks out into {}, not into {split}", allowed.join(" or ")),
            });
        }
    }

    draft.update::<Node>(port.node, |node| {
        let settings = node.ports.entry(cage.cage).or_default();
        settings.breakout = breakout;
        if *settings == PortSettings::default() {
            node.ports.remove(&cage.cage);
        }
    });
    let there: SortedSet<PortPath> = draft.catalog.ports_of(draft.design(), port.node, &draft.port_use()).into_iter().collect();
    let dangling = draft.design().links_of(port.node).find(|(_, link)| {
        link.ends.iter().any(|end| {
            end.node == port.node && end.port.cage == cage.cage && (!there.contains(&end.port) || draft.catalog.port(draft.design(), *end).is_none())
        })
    });
    if let Some((link, _)) = dangling {
        return Err(format!("Link {link} would lose its port on cage {cage} of {name}; take it off first"));
    }
    Ok(Outcome::named(match breakout {
        Some(split) => format!("Break cage {cage} of {name} out into {split}"),
        None => format!("Join the ports of cage {cage} of {name}"),
    }))
}
