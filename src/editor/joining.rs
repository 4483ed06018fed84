//! Joining all that is selected at once: each of one side with each of the other, or rail by rail.

use super::draft::{Draft, Outcome};
use super::selection::{Reach, Selection, count_of};
use super::session::Session;
use super::wiring::{self, lay};
use crate::catalog::{Catalog, PortUse, fit};
use crate::model::{Design, LinkId, NodeId, PortRef, PortRole, Subject};
use crate::units::SortedMap;

/// The most links that are laid in one step.
const MOST_LINKS: usize = 20_000;

/// What is joined with what. Each of `from` is joined with each of `to`; where `to` is empty, each of `from` with each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Sides {
    /// Systems and XPUs, or the switches that these hang on.
    pub from: Vec<NodeId>,
    /// The switches above them.
    pub to: Vec<NodeId>,
    /// Links of each pair that use up what `from` has, or give a switch as many links up as it has down; as far as ports go, at least 1.
    pub even: u16,
    /// Whether `from` are systems or XPUs, whose ports may go by rail.
    pub rails: bool,
}

impl Sides {
    /// The sides of what is selected: what does not forward and switches, or switches with links to what does not and the others; `None`
    /// where there are not two things to join. Time: O(selected × their ports).
    fn of(design: &Design, catalog: &Catalog, used: &PortUse, selected: &Selection) -> Option<Self> {
        let forwards = |id: &NodeId| design.nodes.get(*id).is_some_and(|node| catalog.forwards(design, node));
        let (switches, ends): (Vec<NodeId>, Vec<NodeId>) = Reach::of(design, selected.iter()).nodes.into_iter().partition(forwards);
        let open = ends.iter().any(|id| !free_ports(design, catalog, used, *id).is_empty());
        let carries = |id: &NodeId| design.links_of(*id).any(|(_, link)| link.ends.iter().any(|end| !forwards(&end.node)));
        let (low, high): (Vec<NodeId>, Vec<NodeId>) = switches.iter().partition(|id| carries(id));
        let tiers = !low.is_empty() && !high.is_empty();
        // Whoever selects systems beside their switches wants no links between the switches.
        let (from, to, rails) = if !switches.is_empty() && !ends.is_empty() && (open || !tiers) {
            (ends, switches, true)
        } else if tiers {
            (low, high, false)
        } else if switches.len() > 1 {
            (switches, Vec::new(), false)
        } else {
            (ends, Vec::new(), false)
        };
        if from.len() + to.len() < 2 {
            return None;
        }
        let free = |id: NodeId| free_ports(design, catalog, used, id).len();
        let each = |id: NodeId| if rails { free(id) / to.len() } else { used.of_node(id).count().div_ceil(to.len().max(1)) };
        let wanted = if to.is_empty() { 1 } else { from.iter().map(|id| each(*id)).min().unwrap_or(1) };
        let room = to.iter().map(|id| free(*id) / from.len()).min().unwrap_or(1);
        Some(Self { from, to, even: u16::try_from(wanted.min(room).max(1)).unwrap_or(1), rails })
    }

    /// Both sides by name: `system-1 … system-4 with leaf-1, leaf-2`.
    pub fn words(&self, design: &Design) -> String {
        let names = |side: &[NodeId]| match side {
            [first, .., last] if side.len() > 2 => format!("{} … {}", design.node_name(*first), design.node_name(*last)),
            side => side.iter().map(|id| design.node_name(*id)).collect::<Vec<_>>().join(", "),
        };
        format!("{} with {}", names(&self.from), if self.to.is_empty() { "each other".to_owned() } else { names(&self.to) })
    }
}

/// Some links that are wanted.
struct Wanted {
    /// One end.
    from: NodeId,
    /// The other.
    to: NodeId,
    /// The only port they may start at.
    port: Option<PortRef>,
    /// How many.
    count: usize,
}

impl Session {
    /// What joining the selection would join.
    pub fn sides(&self) -> Option<Sides> {
        Sides::of(self.design(), self.catalog(), &self.port_use(), self.selection())
    }
}

/// Joins both sides of what is selected: each pair by `count` links, or, by rails, the n-th port of each with the n-th switch, round and round.
pub(super) fn join(draft: &mut Draft, selected: &Selection, count: u16, rails: bool) -> Result<Outcome, String> {
    let used = draft.port_use();
    let sides = Sides::of(draft.design(), draft.catalog, &used, selected).ok_or("Select at least two nodes with free ports to connect them")?;
    let mut wanted = Vec::new();
    if rails && sides.rails {
        for from in &sides.from {
            for (place, port) in rail_ports(draft.design(), draft.catalog, &used, *from).into_iter().enumerate() {
                if let Some(to) = sides.to.get(place % sides.to.len().max(1)).filter(|_| used.is_free(port)) {
                    wanted.push(Wanted { from: *from, to: *to, port: Some(port), count: 1 });
                }
            }
        }
    } else {
        for (place, from) in sides.from.iter().enumerate() {
            let others = if sides.to.is_empty() { sides.from.get(place + 1..).unwrap_or_default() } else { &sides.to };
            wanted.extend(others.iter().map(|to| Wanted { from: *from, to: *to, port: None, count: usize::from(count) }));
        }
    }
    lay_all(draft, wanted, &sides.words(draft.design()), "no port is left that fits".to_owned())
}

/// Lays what is wanted as far as ports go; `reason` is told where they end, unless a port that is left tells why it does not fit.
fn lay_all(draft: &mut Draft, mut wanted: Vec<Wanted>, words: &str, mut reason: String) -> Result<Outcome, String> {
    let all: usize = wanted.iter().map(|wanted| wanted.count).sum();
    if all > MOST_LINKS {
        return Err(format!("That would lay more than {MOST_LINKS} links at once; select less"));
    }
    let mut laid: Vec<LinkId> = Vec::new();
    loop {
        // A generic part grows a port when its last is taken, so the lists are made anew until nothing fits.
        let used = draft.port_use();
        let before = laid.len();
        let mut free: SortedMap<NodeId, Vec<PortRef>> = SortedMap::new();
        for wanted in &mut wanted {
            for id in [wanted.from, wanted.to] {
                free.entry(id).or_insert_with(|| free_ports(draft.design(), draft.catalog, &used, id));
            }
            while wanted.count > 0 {
                let ports = |id| free.get(&id).map(Vec::as_slice).unwrap_or_default();
                let starts = ports(wanted.from).iter().filter(|port| wanted.port.is_none_or(|only| only == **port));
                let mut pairs = starts.flat_map(|from| ports(wanted.to).iter().map(move |to| [*from, *to]));
                let fitting = pairs.find(|[from, to]| match fit::may_connect(draft.catalog, draft.design(), &used, *from, *to) {
                    Ok(()) => true,
                    Err(misfit) => {
                        reason = misfit.to_string();
                        false
                    }
                });
                let Some(ends) = fitting else { break };
                laid.push(lay(draft, &used, ends, None)?);
                for end in ends {
                    if let Some(ports) = free.get_mut(&end.node) {
                        ports.retain(|port| *port != end);
                    }
                }
                wanted.count -= 1;
            }
        }
        if laid.len() == before || wanted.iter().all(|wanted| wanted.count == 0) {
            break;
        }
    }
    if laid.is_empty() {
        return Err(reason);
    }
    let made = laid.len();
    let outcome = Outcome::named(format!("Connect {words}, {}", count_of(made, "link"))).selecting(laid.into_iter().map(Subject::Link).collect());
    Ok(if made < all { outcome.saying(format!("Made {made} of {all} links: {reason}")) } else { outcome })
}

/// Joins the first free fitting ports of two nodes, `count` times or as often as it goes.
pub(super) fn connect_nodes(draft: &mut Draft, a: NodeId, b: NodeId, count: u16) -> Result<Outcome, String> {
    if a == b {
        return Err("A link joins two different nodes".to_owned());
    }
    let names = [a, b].map(|id| draft.design().node_name(id));
    let wanted = vec![Wanted { from: a, to: b, port: None, count: usize::from(count) }];
    lay_all(draft, wanted, &names.join(" and "), format!("{} has no free port", names.join(" or ")))
}

/// The free ports of a node in panel order. Of what does not forward, those of the back-end fabric, where it has such.
fn free_ports(design: &Design, catalog: &Catalog, used: &PortUse, id: NodeId) -> Vec<PortRef> {
    let mut ports: Vec<PortRef> = wiring::ports_of(design, catalog, used, id).collect();
    if design.nodes.get(id).is_some_and(|node| !catalog.forwards(design, node)) && ports.iter().any(|port| is_back_end(design, catalog, *port)) {
        ports.retain(|port| is_back_end(design, catalog, *port));
    }
    ports.retain(|port| used.is_free(*port));
    ports
}

/// The back-end ports of a system, taken or free, in the order of what they hang on: its rails.
fn rail_ports(design: &Design, catalog: &Catalog, used: &PortUse, id: NodeId) -> Vec<PortRef> {
    let ports = wiring::ports_of(design, catalog, used, id).filter(|port| is_back_end(design, catalog, *port));
    let mut ports: Vec<(u64, PortRef)> = ports.map(|port| (catalog.hangs_on(design, port).flatten().map_or(u64::MAX, u64::from), port)).collect();
    crate::units::order::sort_by_number(&mut ports, |(inside, _)| *inside);
    ports.into_iter().map(|(_, port)| port).collect()
}

fn is_back_end(design: &Design, catalog: &Catalog, port: PortRef) -> bool {
    catalog.view(design, port).is_some_and(|view| view.group.role == PortRole::Compute)
}
