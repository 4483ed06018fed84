//! `experts-leave-domain`: what it costs that expert-parallel groups of a stated workload are wider than a scale-up domain is told.

use crate::engine::diagnostics::Severity;
use crate::engine::estimate::collective::group::Group;
use crate::engine::estimate::collective::scale_up;
use crate::engine::training::Job;
use crate::engine::training::placement::Axis;
use crate::model::{FabricRole, NodeId, Subject, Workload};
use crate::units::{GigabytesPerSecond, significant};

use super::tensor_leaves_domain::{jobs, nodes};
use super::{Check, Finding, Findings, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "experts-leave-domain",
    severity: Severity::Info,
    title: "Expert parallelism leaves the scale-up domain",
    documentation: include_str!("../../../docs/diagnostics/experts-leave-domain.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    for (workload, job) in jobs(survey) {
        let leaving = job.leaving(survey, Axis::Expert);
        if let Some(first) = leaving.first() {
            out.push(experts_leave_domain(survey, workload, job, first));
        }
    }
}

/// What the compute links of a node give each of its XPUs, in GB/s one way; `None` where a rate is unknown or there is no link.
fn network(survey: &Survey, node: NodeId) -> Option<f64> {
    let topology = &survey.topology;
    let links = survey.views().filter(|view| view.nodes().contains(&node)).filter_map(|view| topology.edges().get(topology.edge_of(view.id)? as usize));
    let rates: Vec<f64> = links.filter(|edge| edge.usable && edge.role == FabricRole::Compute).map(|edge| if edge.rate_known { edge.gbps / 8.0 } else { f64::NAN }).collect();
    let each = rates.iter().sum::<f64>() / survey.xpus(node).max(1) as f64;
    (each > 0.0 && each.is_finite()).then_some(each)
}

fn experts_leave_domain(survey: &Survey, workload: &Workload, job: &Job, first: &Group) -> Finding {
    let parts = job.plan.get("expert");
    let nodes = nodes(survey, first);
    let inside = scale_up::of(survey, first).map(|found| found.out).filter(|out| *out > 0.0 && out.is_finite());
    let outside = nodes.iter().filter_map(|node| network(survey, *node)).min_by(f64::total_cmp);
    let slower = inside.zip(outside).map_or_else(String::new, |(inside, outside)| {
        let [one, other] = [outside, inside].map(|rate| GigabytesPerSecond(rate).to_string());
        format!(": {one} for each XPU instead of {other}, {} times less", significant(inside / outside, 2))
    });
    let message = format!("“{}” sends tokens to experts on {parts} XPUs in {} scale-up domains{slower}", workload.name, first.domains.len());
    let subject = nodes.first().map_or(Subject::Design, |node| Subject::Node(*node));
    let source = "Insights into DeepSeek-V3, arXiv 2505.09343: 120.96 µs a layer at 50 GB/s, 6.72 µs at 900 GB/s";
    nodes.iter().skip(1).fold(Finding::new(subject, message, source), |finding, node| finding.related(Subject::Node(*node), "has experts of the same group"))
}
