//! Which rank each XPU is: XPUs in the order of their scale-up domains, ranks counted along the axes from the innermost to the outermost.

use crate::engine::context::Context;
use crate::engine::estimate::collective::group::Group;
use crate::engine::topology::VertexIndex;
use crate::model::{Element, Workload};

use super::plan::Plan;

/// A way to split a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Axis {
    /// Matrices in parts.
    Tensor,
    /// Sequences in parts.
    Context,
    /// Experts apart.
    Expert,
    /// Layers apart.
    Pipeline,
    /// Replicas.
    Data,
}

impl Axis {
    /// All of them in the usual order, from the innermost, with the word and the name.
    pub const ALL: [(Self, &'static str, &'static str); 5] = [
        (Self::Tensor, "tensor", "Tensor"),
        (Self::Context, "context", "Context"),
        (Self::Expert, "expert", "Expert"),
        (Self::Pipeline, "pipeline", "Pipeline"),
        (Self::Data, "data", "Data"),
    ];

    /// The word in the file.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(axis, ..)| *axis == self).map_or("", |(_, word, _)| word)
    }
    /// Its name.
    pub fn title(self) -> &'static str {
        Self::ALL.iter().find(|(axis, ..)| *axis == self).map_or("", |(.., title)| title)
    }
    /// The axis of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known, _)| *known == word).map(|(axis, ..)| *axis)
    }
}

/// Ranks on XPUs.
#[derive(Clone, Debug, PartialEq)]
pub struct Placement {
    /// The XPU of each rank.
    pub xpus: Vec<VertexIndex>,
    /// The axes from the innermost to the outermost, each with how many parts it has. Expert parallelism divides the replicas, so that
    /// [`Axis::Data`] has here what is left of them.
    pub axes: [(Axis, usize); 5],
}

impl Placement {
    /// The ranks of a plan. What a workload swaps and is not there is passed over.
    ///
    /// Time: O(vertices + edges).
    pub fn of(context: &Context, workload: &Workload, plan: &Plan) -> Self {
        let all = Group::of(context, None);
        let mut xpus: Vec<VertexIndex> = all.domains.into_iter().flatten().take(plan.get("xpus") as usize).collect();
        for [one, other] in &workload.swaps {
            let place = |text: &String| {
                let element = text.parse::<Element>().ok()?;
                let vertex = context.topology.vertex_of(context.design, context.catalog, &element)?;
                xpus.iter().position(|xpu| *xpu == vertex)
            };
            if let (Some(one), Some(other)) = (place(one), place(other)) {
                xpus.swap(one, other);
            }
        }
        Self { xpus, axes: order(workload).map(|axis| (axis, parts(plan, axis))) }
    }

    /// How many parts an axis has.
    pub fn parts(&self, axis: Axis) -> usize {
        self.axes.iter().find(|(other, _)| *other == axis).map_or(1, |(_, parts)| *parts)
    }

    /// XPUs that differ in these axes only, each list in the order of the axes: what does collectives together.
    pub fn groups(&self, along: &[Axis]) -> Vec<Vec<VertexIndex>> {
        let mut offsets = vec![0usize];
        let mut stride = 1;
        for (axis, parts) in self.axes {
            if along.contains(&axis) {
                offsets = (0..parts).flat_map(|place| offsets.iter().map(move |offset| offset + place * stride).collect::<Vec<_>>()).collect();
            }
            stride *= parts;
        }
        let first = |rank: &usize| along.iter().all(|axis| self.coordinate(*rank, *axis) == 0);
        let group = |rank: usize| offsets.iter().filter_map(|offset| self.xpus.get(rank + offset).copied()).collect();
        (0..self.xpus.len()).filter(first).map(group).collect()
    }

    /// Where a rank stands along an axis.
    pub fn coordinate(&self, rank: usize, along: Axis) -> usize {
        let mut rest = rank;
        for (axis, parts) in self.axes {
            if axis == along {
                return rest % parts.max(1);
            }
            rest /= parts.max(1);
        }
        0
    }
}

/// The axes of a workload from the innermost to the outermost: those it names, then the others in the usual order.
pub fn order(workload: &Workload) -> [Axis; 5] {
    let mut all: Vec<Axis> = Vec::with_capacity(5);
    let stated = workload.order.iter().filter_map(|word| Axis::parse(word));
    for axis in stated.chain(Axis::ALL.map(|(axis, ..)| axis)) {
        if !all.contains(&axis) {
            all.push(axis);
        }
    }
    all.try_into().unwrap_or(Axis::ALL.map(|(axis, ..)| axis))
}

fn parts(plan: &Plan, axis: Axis) -> usize {
    let parts = match axis {
        Axis::Data => plan.get("data") / plan.get("expert").max(1.0),
        other => plan.get(other.word()),
    };
    (parts as usize).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_count_from_the_inside() {
        use Axis::{Context, Data, Expert, Pipeline, Tensor};
        let placement = Placement { xpus: (100..124).collect(), axes: [(Tensor, 2), (Context, 1), (Expert, 1), (Pipeline, 3), (Data, 4)] };
        assert_eq!(placement.groups(&[Tensor])[..2], [[100, 101], [102, 103]]);
        assert_eq!(placement.groups(&[Pipeline])[..2], [[100, 102, 104], [101, 103, 105]]);
        assert_eq!(placement.groups(&[Data])[5], [105, 111, 117, 123]);
        assert_eq!(placement.groups(&[Tensor, Pipeline])[1], [106, 107, 108, 109, 110, 111]);
        assert_eq!((placement.coordinate(23, Data), placement.coordinate(23, Pipeline), placement.coordinate(23, Tensor)), (3, 2, 1));
        let named = Workload { order: vec!["pipeline".to_owned(), "nonsense".to_owned(), "pipeline".to_owned()], ..Workload::default() };
        assert_eq!(order(&named), [Pipeline, Tensor, Context, Expert, Data]);
    }
}
