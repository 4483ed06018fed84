//! `tensor-leaves-domain`: tensor-parallel groups of a stated workload stay inside their scale-up domains.

use crate::engine::diagnostics::Severity;
use crate::engine::estimate::collective::group::Group;
use crate::engine::training::Job;
use crate::engine::training::placement::Axis;
use crate::model::{NodeId, Subject, Workload};

use super::{Check, Finding, Findings, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "tensor-leaves-domain",
    severity: Severity::Warning,
    title: "Tensor parallelism leaves the scale-up domain",
    documentation: include_str!("../../../docs/diagnostics/tensor-leaves-domain.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    for (workload, job) in jobs(survey) {
        let leaving = job.leaving(survey, Axis::Tensor);
        if let Some(first) = leaving.first() {
            out.push(tensor_leaves_domain(survey, workload, job, first, leaving.len()));
        }
    }
}

/// Workloads that can run, with how they are spread.
pub(super) fn jobs<'s>(survey: &'s Survey) -> impl Iterator<Item = (&'s Workload, &'s Job)> {
    survey.design.meta.workloads.iter().zip(survey.jobs()).filter_map(|(workload, job)| Some((workload, job.as_ref().ok()?)))
}

/// The nodes of a group, in rank order, each once.
pub(super) fn nodes(survey: &Survey, group: &Group) -> Vec<NodeId> {
    let mut nodes: Vec<NodeId> = Vec::new();
    for xpu in group.domains.iter().flatten() {
        let node = survey.topology.vertices().get(*xpu as usize).map(|vertex| vertex.node);
        nodes.extend(node.filter(|node| !nodes.contains(node)));
    }
    nodes
}

fn tensor_leaves_domain(survey: &Survey, workload: &Workload, job: &Job, first: &Group, leaving: usize) -> Finding {
    let parts = job.plan.get("tensor");
    let all = job.plan.get("xpus") / parts.max(1.0);
    let message = format!(
        "“{}” spreads tensor parallelism over {parts} XPUs, and {leaving} of {all} groups leave their scale-up domain, {} XPUs at the least",
        workload.name, job.room.domain
    );
    let source = "Llama 3 (arXiv 2407.21783) keeps tensor parallelism innermost, inside a server; two all-reduces a layer each way";
    let nodes = nodes(survey, first);
    let subject = nodes.first().map_or(Subject::Design, |node| Subject::Node(*node));
    nodes.iter().skip(1).fold(Finding::new(subject, message, source), |finding, node| finding.related(Subject::Node(*node), "is in the same group, in another domain or not"))
}
