//! `training-short-of-memory`: what a stated workload keeps on an XPU fits in its memory.

use crate::engine::diagnostics::Severity;
use crate::engine::training::Job;
use crate::model::{Subject, Workload};
use crate::units::significant;

use super::tensor_leaves_domain::jobs;
use super::{Check, Finding, Findings, Rule, Survey};

pub(super) const RULE: Rule = Rule {
    code: "training-short-of-memory",
    severity: Severity::Warning,
    title: "Training needs more memory than an XPU has",
    documentation: include_str!("../../../docs/diagnostics/training-short-of-memory.md"),
    checks: &[Check::Whole(check)],
};

fn check(survey: &Survey, out: &mut Findings) {
    for (workload, job) in jobs(survey) {
        if let Some(short) = job.short_of_memory() {
            out.push(training_short_of_memory(workload, job, short));
        }
    }
}

fn training_short_of_memory(workload: &Workload, job: &Job, (needed, has): (f64, f64)) -> Finding {
    let degrees = ["tensor", "pipeline", "expert", "data"].map(|key| format!("{key} {}", job.plan.get(key))).join(", ");
    let message = format!("“{}” keeps {} GB on an XPU that has {} GB ({degrees})", workload.name, significant(needed, 3), significant(has, 4));
    Finding::new(Subject::Design, message, "ZeRO, arXiv 1910.02054; activations after Korthikanti et al., arXiv 2205.05198")
}
