//! Loads toward one destination after another, where shortest paths are taken and a step is a step: searched over what forwards alone.
//!
//! Endpoints that hang on one switch send as one: what leaves the switch does not tell them apart, and their own links carry as much as there are
//! destinations that the switch reaches.

use super::spread::{Cut, Load};
use super::symmetry::Orbits;
use crate::engine::forwarders::{Forwarders, NONE};
use crate::engine::topology::{Hop, Topology, VertexIndex};

const UNREACHED: u32 = u32::MAX;
/// Looking up the classes of all arcs is worth it for more destinations than this.
const FEW: usize = 2;

/// Arcs of one class that lie together.
#[derive(Default)]
struct Run {
    class: u32,
    count: u32,
}

impl Run {
    /// Adds an arc of a class, each of which carries so much.
    #[inline(always)]
    fn add(&mut self, class: u32, each: f64, load: &mut Load) {
        if class != self.class {
            self.end(each, load);
            *self = Self { class, count: 0 };
        }
        self.count += 1;
    }
    #[inline(always)]
    fn end(&self, each: f64, load: &mut Load) {
        if self.count > 0 {
            load.add(self.class, each * f64::from(self.count));
        }
    }
}

/// Buffers of searches on one topology. Space: O(vertices + edges).
#[derive(Debug)]
pub struct Inward<'a> {
    topology: &'a Topology,
    inner: Forwarders,
    cut: Cut,
    first: Vec<u32>,
    /// By step: the number of the other; [`NONE`] where the step has failed. Its arc, or the class of that.
    to: Vec<u32>,
    class: Vec<u32>,
    /// Whether arcs have been looked up already.
    classed: bool,
    /// By number: hops to where the destination hangs.
    distance: Vec<u32>,
    /// In the order in which they are reached, and those that are not yet.
    order: Vec<u32>,
    open: Vec<u32>,
    amount: Vec<f64>,
    /// By number: how many senders hang on it, and how many destinations it reaches.
    hung: Vec<u32>,
    reaches: Vec<f64>,
    /// Senders that hang on one switch, and all others.
    hanging: Vec<(VertexIndex, u32)>,
    loose: Vec<VertexIndex>,
    /// By vertex: how many destinations it stands for, for it does not send to itself; and which stand for any.
    own: Vec<f64>,
    targets: Vec<VertexIndex>,
    /// Where a destination is delivered from, and the class of the arc.
    doors: Vec<(u32, u32)>,
}

impl<'a> Inward<'a> {
    /// Buffers for a topology; `None` where adapters have two sides.
    pub fn of(topology: &'a Topology) -> Option<Self> {
        let inner = Forwarders::of(topology)?;
        let count = inner.count() as usize;
        Some(Self {
            topology,
            inner,
            cut: Cut::NONE,
            first: Vec::with_capacity(count + 1),
            to: Vec::new(),
            class: Vec::new(),
            classed: false,
            distance: vec![UNREACHED; count],
            order: Vec::with_capacity(count),
            open: Vec::with_capacity(count),
            amount: vec![0.0; count],
            hung: vec![0; count],
            reaches: vec![0.0; count],
            hanging: Vec::new(),
            loose: Vec::new(),
            own: vec![0.0; topology.vertices().len()],
            targets: Vec::new(),
            doors: Vec::new(),
        })
    }

    fn fails(cut: &Cut, hop: &Hop) -> bool {
        hop.arc / 2 == cut.edge || cut.vertices.contains(&hop.to)
    }

    /// The steps out of a vertex that are left.
    fn left(&self, vertex: VertexIndex) -> impl Iterator<Item = &'a Hop> + Clone + use<'a> {
        let (topology, cut) = (self.topology, self.cut.clone());
        topology.row(vertex).iter().filter(move |hop| !Self::fails(&cut, hop))
    }

    /// Begins anew with something failed, for so many destinations. Time: O(edges).
    pub fn begin(&mut self, cut: &Cut, orbits: &Orbits, targets: usize) {
        self.cut = cut.clone();
        self.to.clear();
        self.class.clear();
        self.first.clear();
        self.first.push(0);
        // For few destinations the classes of arcs are looked up as they are come by.
        self.classed = targets > FEW;
        let (topology, inner) = (self.topology, &self.inner);
        let most = (0..inner.count()).map(|number| topology.row(inner.vertex(number)).len()).sum();
        self.to.reserve(most);
        self.class.reserve(most);
        let (fails, nodes) = (cut != &Cut::NONE, !cut.vertices.is_empty());
        let arc = orbits.arc.as_slice();
        for number in 0..inner.count() {
            let vertex = inner.vertex(number);
            let dead = cut.vertices.contains(&vertex);
            for hop in topology.row(vertex) {
                let to = inner.number(hop.to);
                if to == NONE {
                    continue;
                }
                let fails = fails && (dead || hop.arc / 2 == cut.edge || (nodes && cut.vertices.contains(&hop.to)));
                self.to.push(if fails { NONE } else { to });
                self.class.push(if self.classed { arc.get(hop.arc as usize).copied().unwrap_or(hop.arc) } else { hop.arc });
            }
            self.first.push(self.to.len() as u32);
        }
    }

    /// Takes these for those that send. Time: O(senders).
    pub fn from(&mut self, senders: impl Iterator<Item = VertexIndex>) {
        self.hung.fill(0);
        self.reaches.fill(0.0);
        self.hanging.clear();
        self.loose.clear();
        for sender in senders {
            let gateway = self.inner.gateway(self.topology, sender);
            let cut_off = self.left(sender).next().is_none();
            match self.hung.get_mut(gateway as usize) {
                Some(_) if cut_off => {}
                Some(hung) => {
                    *hung += 1;
                    self.hanging.push((sender, gateway));
                }
                None => self.loose.push(sender),
            }
        }
    }

    /// Finds hops to where a destination hangs. Time: O(edges between what forwards).
    fn toward(&mut self, target: VertexIndex, orbits: &Orbits) {
        for number in self.order.drain(..) {
            if let Some(distance) = self.distance.get_mut(number as usize) {
                *distance = UNREACHED;
            }
        }
        self.doors.clear();
        let own = self.inner.number(target);
        let start = |distance: &mut [u32], order: &mut Vec<u32>, number: u32| {
            if let Some(slot) = distance.get_mut(number as usize).filter(|slot| **slot == UNREACHED) {
                *slot = 0;
                order.push(number);
            }
        };
        if own != NONE {
            start(&mut self.distance, &mut self.order, own);
        } else {
            for hop in self.left(target) {
                let number = self.inner.number(hop.to);
                if number != NONE {
                    start(&mut self.distance, &mut self.order, number);
                    self.doors.push((number, orbits.arc.get(hop.arc as usize ^ 1).copied().unwrap_or(hop.arc ^ 1)));
                }
            }
        }
        self.spread();
    }

    /// Reaches everything from what is reached, hop by hop: from what was reached last, or where less is left than that, by asking what is left.
    fn spread(&mut self) {
        let (distance, order, open) = (&mut self.distance, &mut self.order, &mut self.open);
        let steps = |number: u32| row(&self.first, &self.to, number);
        let (mut from, mut farther, mut asks) = (0, 1, false);
        while from < order.len() {
            let end = order.len();
            if !asks && 3 * (end - from) > distance.len() - end {
                asks = true;
                open.clear();
                open.extend((0u32..).zip(distance.iter()).filter(|(_, distance)| **distance == UNREACHED).map(|(number, _)| number));
            }
            if asks {
                open.retain(|number| {
                    // What is reached in this round is farther, and leads to nothing yet.
                    let reached = steps(*number).iter().any(|to| distance.get(*to as usize).is_some_and(|distance| *distance < farther));
                    if reached {
                        distance.get_mut(*number as usize).into_iter().for_each(|distance| *distance = farther);
                        order.push(*number);
                    }
                    !reached
                });
            } else {
                for at in from..end {
                    let Some(here) = order.get(at).copied() else { break };
                    for to in steps(here) {
                        if let Some(slot) = distance.get_mut(*to as usize).filter(|slot| **slot == UNREACHED) {
                            *slot = farther;
                            order.push(*to);
                        }
                    }
                }
            }
            (from, farther) = (end, farther + 1);
        }
    }

    /// Hops to the destination behind a step of a sender: the destination itself comes before what it hangs on.
    fn hops(&self, hop: &Hop, target: VertexIndex) -> u32 {
        match self.distance.get(self.inner.number(hop.to) as usize) {
            _ if hop.to == target => 0,
            Some(distance) if *distance != UNREACHED => distance + 1,
            _ => UNREACHED,
        }
    }

    /// Pours one unit from every sender that reaches a destination, which stands for `weight` of them; what links of those that hang on one
    /// switch carry is left to [`Inward::finish`]. Returns how many senders that were.
    ///
    /// Time: O(edges between what forwards).
    pub fn pour(&mut self, target: VertexIndex, weight: f64, orbits: &Orbits, load: &mut Load) -> u64 {
        self.toward(target, orbits);
        if let Some(own) = self.own.get_mut(target as usize) {
            *own = weight;
            self.targets.push(target);
        }
        let home = if self.left(target).next().is_some() { self.inner.gateway(self.topology, target) } else { NONE };
        let mut reached = 0;
        for number in &self.order {
            let at = *number as usize;
            if let (Some(hung @ 1..), Some(amount), Some(reaches)) = (self.hung.get(at).copied(), self.amount.get_mut(at), self.reaches.get_mut(at)) {
                let senders = hung - u32::from(*number == home);
                *amount += f64::from(senders);
                *reaches += weight;
                reached += u64::from(senders);
            }
        }
        for place in 0..self.loose.len() {
            let Some(sender) = self.loose.get(place).copied().filter(|sender| *sender != target) else { continue };
            let own = self.inner.number(sender);
            if own != NONE {
                if self.distance.get(own as usize).is_some_and(|distance| *distance != UNREACHED) {
                    reached += 1;
                    self.amount.get_mut(own as usize).into_iter().for_each(|amount| *amount += 1.0);
                }
                continue;
            }
            let Some(least) = self.left(sender).map(|hop| self.hops(hop, target)).min().filter(|least| *least != UNREACHED) else { continue };
            let share = 1.0 / self.left(sender).filter(|hop| self.hops(hop, target) == least).count() as f64;
            reached += 1;
            for hop in self.left(sender) {
                if self.hops(hop, target) != least {
                    continue;
                }
                load.add(orbits.arc.get(hop.arc as usize).copied().unwrap_or(hop.arc), share * weight);
                if let Some(amount) = self.amount.get_mut(self.inner.number(hop.to) as usize) {
                    *amount += share;
                }
            }
        }
        for place in (0..self.order.len()).rev() {
            let Some(here) = self.order.get(place).copied() else { break };
            let Some(amount) = self.amount.get_mut(here as usize).map(std::mem::take).filter(|amount| *amount > 0.0) else { continue };
            let far = self.distance.get(here as usize).copied().unwrap_or(0);
            if far == 0 {
                let doors = || self.doors.iter().filter(|(from, _)| *from == here);
                let share = amount / doors().count().max(1) as f64;
                let mut run = Run::default();
                doors().for_each(|(_, class)| run.add(*class, share * weight, load));
                run.end(share * weight, load);
                continue;
            }
            let distance = self.distance.as_slice();
            let (steps, classes) = (row(&self.first, &self.to, here), row(&self.first, &self.class, here));
            let mut count = 0u32;
            for to in steps {
                count += u32::from(distance.get(*to as usize) == Some(&(far - 1)));
            }
            let share = amount / f64::from(count.max(1));
            // Steps of one class mostly lie together.
            let mut run = Run::default();
            for (to, class) in steps.iter().zip(classes) {
                if distance.get(*to as usize) != Some(&(far - 1)) {
                    continue;
                }
                if let Some(amount) = self.amount.get_mut(*to as usize) {
                    *amount += share;
                }
                let class = if self.classed { *class } else { orbits.arc.get(*class as usize).copied().unwrap_or(*class) };
                run.add(class, share * weight, load);
            }
            run.end(share * weight, load);
        }
        reached
    }

    /// Adds what is on the links of senders that hang on one switch. Time: O(senders).
    pub fn finish(&mut self, orbits: &Orbits, load: &mut Load) {
        for (sender, gateway) in &self.hanging {
            let own = self.own.get(*sender as usize).copied().unwrap_or(0.0);
            let sent = self.reaches.get(*gateway as usize).copied().unwrap_or(0.0) - own;
            let links = self.left(*sender);
            let count = links.clone().count();
            for hop in links.filter(|_| sent > 0.0) {
                load.add(orbits.arc.get(hop.arc as usize).copied().unwrap_or(hop.arc), sent / count as f64);
            }
        }
        for target in self.targets.drain(..) {
            if let Some(own) = self.own.get_mut(target as usize) {
                *own = 0.0;
            }
        }
    }
}

#[inline(always)]
fn row<'s>(first: &[u32], steps: &'s [u32], number: u32) -> &'s [u32] {
    match (first.get(number as usize), first.get(number as usize + 1)) {
        (Some(from), Some(to)) => steps.get(*from as usize..*to as usize).unwrap_or_default(),
        _ => &[],
    }
}
