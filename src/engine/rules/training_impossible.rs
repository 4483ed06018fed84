//! `training-impossible`: a stated workload can be spread over the XPUs that are drawn.

use crate::engine::diagnostics::Severity;
use crate::model::Subject;

use super::{Check, Finding, Findings, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "training-impossible",
    severity: Severity::Warning,
    title: "Training cannot run like this",
    documentation: include_str!("../../../docs/diagnostics/training-impossible.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    for (workload, job) in survey.design.meta.workloads.iter().zip(survey.jobs()) {
        for why in job.as_ref().err().into_iter().flatten() {
            out.push(training_impossible(&workload.name, why));
        }
    }
}

fn training_impossible(name: &str, why: &str) -> Finding {
    Finding::new(Subject::Design, format!("“{name}” cannot run: {why}"), "Degrees of parallelism as Megatron-LM requires them, arXiv 2104.04473")
}
