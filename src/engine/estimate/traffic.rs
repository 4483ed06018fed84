//! Rates when many endpoints send at once, in the patterns that fabrics are measured with.

use super::fill::fill;
use super::flows::{Demand, Trouble, all_to_all, capacities, route, subject_of};
use super::{Draft, Estimate, Input};
use crate::engine::context::Context;
use crate::engine::topology::VertexIndex;
use crate::model::Routing;

/// Where the method comes from.
const SOURCE: &str = "Max-min fair rates by progressive filling: D. Bertsekas, R. Gallager, Data Networks (1992), 6.5.2";

/// Who sends to whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Traffic {
    /// Every endpoint to every other, all at once.
    AllToAll,
    /// Every endpoint but the first to the first.
    Incast,
    /// Endpoint i to endpoint i + n/2 of n, in the order of the design, so that all traffic crosses the middle.
    Permutation,
}

impl Traffic {
    /// All patterns with the words the command uses for them.
    pub const WORDS: [(&'static str, Self); 3] = [("all-to-all", Self::AllToAll), ("incast", Self::Incast), ("permutation", Self::Permutation)];

    fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, traffic)| *traffic == self).map_or("", |(word, _)| word)
    }
}

/// What endpoints get under a pattern when all send as fast as they can and every hop splits evenly: the slowest flow, and
/// what one endpoint sends (or, for incast, what the first receives) altogether. Unknown where a route or a rate is missing.
///
/// Time: O(destinations × (vertices + edges) + shares × log edges); all-to-all enumerates no flows.
pub fn estimates(context: &Context, traffic: Traffic) -> Vec<Estimate> {
    let endpoints = context.topology.endpoints();
    let count = endpoints.len();
    let word = traffic.word();
    let draft = |key: &str, label: String, formula: &str| {
        Draft::new(&format!("traffic-{word}-{key}"), label, "Gb/s", formula, SOURCE)
            .assume("All flows are endless and start together; each hop splits evenly over the next hops of all shortest paths")
            .assume(match traffic {
                Traffic::AllToAll => format!("Each of {count} endpoints sends to every other at one rate"),
                Traffic::Incast => format!("{} endpoints send to the first of the design", count.saturating_sub(1)),
                Traffic::Permutation => format!("Each of {count} endpoints sends to the one half the design further on"),
            })
    };
    let unknown = |label: &str| Input::figure("slowest", label, "Gb/s", None);
    let (slowest, total) = match traffic {
        Traffic::AllToAll => {
            let slowest = match all_to_all(&context.topology) {
                Some((rate, arc)) => Input::counted("slowest", &format!("rate of each flow{}", place(context, arc)), "Gb/s", rate.0),
                None => unknown("some endpoints have no route, or a link no known rate"),
            };
            (
                slowest.clone(),
                draft("endpoint", "All-to-all, sent by one endpoint".to_owned(), "slowest * peers").input(slowest).input(Input::counted(
                    "peers",
                    "other endpoints",
                    "",
                    count.saturating_sub(1) as f64,
                )),
            )
        }
        Traffic::Incast | Traffic::Permutation => {
            let (slowest, sum, flows) = flows(context, &pairs(endpoints, traffic));
            let total = match traffic {
                Traffic::Incast => draft("endpoint", "Incast, received by the first endpoint".to_owned(), "sum").input(sum),
                _ => draft("endpoint", "Permutation, sent by one endpoint, on average".to_owned(), "sum / flows").input(sum).input(Input::counted(
                    "flows",
                    "flows",
                    "",
                    flows as f64,
                )),
            };
            (slowest, total)
        }
    };
    let title = match traffic {
        Traffic::AllToAll => "All-to-all",
        Traffic::Incast => "Incast",
        Traffic::Permutation => "Permutation",
    };
    let least = draft("slowest", format!("{title}, slowest flow"), "slowest").input(slowest);
    [least, total].map(|draft| Estimate::new(draft, context.recalled())).to_vec()
}

fn pairs(endpoints: &[VertexIndex], traffic: Traffic) -> Vec<(VertexIndex, VertexIndex)> {
    let Some(first) = endpoints.first().filter(|_| endpoints.len() > 1) else { return Vec::new() };
    match traffic {
        Traffic::Permutation => {
            let shifted = endpoints.iter().cycle().skip(endpoints.len() / 2);
            endpoints.iter().zip(shifted).map(|(from, to)| (*from, *to)).collect()
        }
        _ => endpoints.iter().skip(1).map(|from| (*from, *first)).collect(),
    }
}

/// The least rate, the sum of all, and the number of flows.
fn flows(context: &Context, pairs: &[(VertexIndex, VertexIndex)]) -> (Input, Input, usize) {
    let capacity = capacities(&context.topology);
    let demands: Vec<Result<Demand, Trouble>> = pairs.iter().map(|(from, to)| Ok(Demand { from: *from, to: *to, path: None })).collect();
    let routed = route(&context.topology, &demands, Routing::Ecmp);
    let lost = routed.iter().filter(|shares| shares.is_err()).count();
    let shares: Vec<_> = routed.into_iter().map(Result::unwrap_or_default).collect();
    let unknown = shares.iter().flatten().filter(|(arc, _)| capacity.get(*arc as usize).is_some_and(Option::is_none)).count();
    let filled = fill(&shares, &capacity);
    let least = filled.iter().filter_map(|filled| filled.rate.zip(filled.bottleneck)).min_by(|a, b| a.0.total_cmp(&b.0));
    let (Some((rate, arc)), 0, 0) = (least, lost, unknown) else {
        let label = if pairs.is_empty() { "there are no two endpoints" } else { "some endpoints have no route, or a link no known rate" };
        return (Input::figure("slowest", label, "Gb/s", None), Input::figure("sum", label, "Gb/s", None), pairs.len().max(1));
    };
    let sum: f64 = filled.iter().filter_map(|filled| filled.rate).sum();
    (
        Input::counted("slowest", &format!("rate of the slowest flow{}", place(context, arc)), "Gb/s", rate),
        Input::counted("sum", "all flows together", "Gb/s", sum),
        pairs.len(),
    )
}

fn place(context: &Context, arc: u32) -> String {
    subject_of(&context.topology, arc).map_or_else(String::new, |subject| format!(", held back at {subject}"))
}
