//! Who sends to whom in each pattern.

use super::{Question, Traffic};
use crate::engine::context::Context;
use crate::engine::estimate::collective::group::Group;
use crate::engine::estimate::flows::Names;
use crate::engine::topology::VertexIndex;

/// What the hot spot gets of what everyone sends.
pub const HOT_SHARE: f64 = 0.1;

/// One flow; it never takes more than it wants.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flow {
    /// Where it starts.
    pub from: VertexIndex,
    /// Where it ends.
    pub to: VertexIndex,
    /// How much it wants, in Gb/s; `None` takes whatever it gets.
    pub wants: Option<f64>,
}

/// Who sends to whom.
#[derive(Clone, Debug, PartialEq)]
pub enum Demands {
    /// All at one multiple: everyone sends 1 to each of the others of its rail, and [`HOT_SHARE`] of all it sends to `hot` on top.
    Even {
        /// Endpoints, each in one rail.
        rails: Vec<Vec<VertexIndex>>,
        /// Where much of it goes.
        hot: Option<VertexIndex>,
    },
    /// Each for itself, max-min fair.
    Each(Vec<Flow>),
}

impl Demands {
    /// What a question asks for, or why that cannot be.
    pub fn of(context: &Context, question: &Question) -> Result<Self, String> {
        let topology = &context.topology;
        let endpoints = &topology.participants().collect::<Vec<_>>();
        let named = |element: &Option<crate::model::Element>| match element {
            Some(element) => {
                topology.vertex_of(context.design, context.catalog, element).map(Some).ok_or_else(|| format!("There is no {element} in this design"))
            }
            None => Ok(None),
        };
        let (from, to) = (named(&question.from)?, named(&question.to)?);
        let first = to.or(endpoints.first().copied());
        let paired = |ends: &mut dyn Iterator<Item = (VertexIndex, VertexIndex)>| {
            Self::Each(ends.filter(|(from, to)| from != to).map(|(from, to)| Flow { from, to, wants: None }).collect())
        };
        let shifted = |by: usize| paired(&mut endpoints.iter().copied().zip(endpoints.iter().copied().cycle().skip(by)));
        Ok(match question.traffic {
            Traffic::AllToAll => Self::Even { rails: vec![endpoints.to_vec()], hot: None },
            Traffic::HotSpot => {
                // Storage that is sent to takes part, too.
                let besides = first.filter(|hot| !endpoints.contains(hot));
                Self::Even { rails: vec![endpoints.iter().copied().chain(besides).collect()], hot: first }
            }
            Traffic::RailAligned => {
                let group = Group::of(context, None);
                let rails = (0..group.sizes().1).map(|place| group.domains.iter().filter_map(|domain| domain.get(place).copied()).collect()).collect();
                // Where no domain holds two, there is one rail, and that is everyone.
                Self::Even { rails, hot: None }
            }
            Traffic::HalfShift => shifted(endpoints.len() / 2),
            Traffic::Ring => shifted(1),
            Traffic::Incast => paired(&mut endpoints.iter().copied().zip(first.into_iter().cycle())),
            Traffic::Permutation => {
                let to = shuffled(endpoints);
                paired(&mut endpoints.iter().copied().zip(to))
            }
            Traffic::OnePair => {
                let (Some(from), Some(to)) = (from, to) else { return Err("One pair: choose two things that send and receive".to_owned()) };
                if from == to {
                    return Err("One pair: both ends are the same".to_owned());
                }
                paired(&mut std::iter::once((from, to)))
            }
            Traffic::Matrix => {
                let names = Names::of(context);
                let end = |place: usize, name: &str| {
                    names.vertex(context, name).ok_or_else(|| format!("Row {}: {name} names no single node of this design", place + 1))
                };
                let flows: Result<Vec<Flow>, String> = question
                    .rows
                    .iter()
                    .enumerate()
                    .map(|(place, row)| Ok(Flow { from: end(place, &row.from)?, to: end(place, &row.to)?, wants: row.gbps }))
                    .collect();
                Self::Each(flows?.into_iter().filter(|flow| flow.from != flow.to && flow.wants != Some(0.0)).collect())
            }
        })
    }

    /// How many flows there are.
    pub fn count(&self) -> u64 {
        match self {
            Self::Each(flows) => flows.len() as u64,
            Self::Even { rails, .. } => rails.iter().map(|rail| rail.len() as u64 * (rail.len() as u64).saturating_sub(1)).sum(),
        }
    }

    /// How many endpoints send.
    pub fn senders(&self) -> u64 {
        match self {
            Self::Each(flows) => {
                let mut from: Vec<u32> = flows.iter().map(|flow| flow.from).collect();
                crate::units::order::unique_numbers(&mut from);
                from.len() as u64
            }
            Self::Even { rails, .. } => rails.iter().filter(|rail| rail.len() > 1).map(|rail| rail.len() as u64).sum(),
        }
    }

    /// What each flow to the hot spot has on top of 1, where there is one: so much that it is [`HOT_SHARE`] of what one endpoint sends.
    pub fn extra(&self) -> f64 {
        match self {
            Self::Even { rails, hot: Some(_) } => {
                let others = rails.first().map_or(0, Vec::len).saturating_sub(1) as f64;
                others * HOT_SHARE / (1.0 - HOT_SHARE)
            }
            _ => 0.0,
        }
    }

    /// What leaves and what enters each of the parts that `label` puts vertices in, when all send at one multiple.
    pub fn across(&self, label: &[u32], parts: usize) -> [Vec<f64>; 2] {
        let of = |vertex: VertexIndex| label.get(vertex as usize).map_or(usize::MAX, |label| *label as usize);
        let mut sums = [vec![0.0f64; parts], vec![0.0f64; parts]];
        let mut add = |side: usize, part: usize, amount: f64| {
            if let Some(sum) = sums.get_mut(side).and_then(|sums| sums.get_mut(part)) {
                *sum += amount;
            }
        };
        match self {
            Self::Each(flows) => {
                for flow in flows.iter().filter(|flow| of(flow.from) != of(flow.to)) {
                    let amount = flow.wants.unwrap_or(1.0);
                    add(0, of(flow.from), amount);
                    add(1, of(flow.to), amount);
                }
            }
            Self::Even { rails, hot } => {
                let extra = self.extra();
                for rail in rails {
                    let mut members: Vec<u32> = rail.iter().map(|vertex| of(*vertex) as u32).collect();
                    crate::units::order::sort_numbers(&mut members);
                    for run in members.chunk_by(|a, b| a == b) {
                        let (inside, part) = (run.len() as f64, run.first().copied().unwrap_or(0) as usize);
                        let crossing = inside * (rail.len() as f64 - inside);
                        add(0, part, crossing);
                        add(1, part, crossing);
                        match hot.map(of) {
                            Some(home) if home == part => add(1, part, extra * (rail.len() as f64 - inside)),
                            Some(_) => add(0, part, extra * inside),
                            None => {}
                        }
                    }
                }
            }
        }
        sums
    }
}

/// Everyone in another order, nobody in its own place: S. Sattolo's cyclic shuffle (1986) with SplitMix64 from a fixed seed, so that the same
/// design has the same permutation everywhere.
fn shuffled(endpoints: &[VertexIndex]) -> Vec<VertexIndex> {
    let mut to = endpoints.to_vec();
    let mut state = 1u64;
    for place in (1..to.len()).rev() {
        state = state.wrapping_add(1);
        let other = (crate::engine::estimate::walk::splitmix(state) % place as u64) as usize;
        to.swap(place, other);
    }
    to
}
