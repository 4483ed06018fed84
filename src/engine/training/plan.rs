//! How a job is spread over the XPUs: degrees and sizes, stated or proposed, and why a plan cannot be.
//!
//! What is not stated is proposed for the drawn fabric: the fewest pipeline stages, then the fewest tensor-parallel parts (never more than a
//! scale-up domain has), then the fewest expert-parallel parts whose memory suffices; what is left are replicas.

use super::fields::{PLAN, by_key};
use super::memory;
use super::shape::Shape;
use crate::engine::estimate::show::count;
use crate::model::{Confidence, Figure, Workload};
use crate::units::significant;

/// What a drawn fabric offers a job.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Room {
    /// XPUs.
    pub xpus: usize,
    /// XPUs of the smallest scale-up domain.
    pub domain: usize,
    /// Memory of the XPU that has least, in gigabytes; `None` is unknown.
    pub memory: Option<f64>,
}

/// All numbers of a plan, in the order of [`PLAN`].
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    numbers: Vec<f64>,
    stated: Vec<bool>,
    /// Whether the model has experts.
    experts: bool,
}

/// Where the share of the peak is from that computing alone reaches.
pub const UTILISATION: [&str; 3] = [
    "16 bits: 56 to 57 % of the peak of A100s end to end, so computing alone reaches more (Korthikanti et al., Reducing Activation Recomputation, arXiv 2205.05198); \
     single products reach 79 % on an H100 (gist.github.com/Chillee/2ec89696db8b7ed1c24461159e325405)",
    "8 bits: 765 of 1,979 TFLOPS on H100s, GPT3-5B without model parallelism (NVIDIA NeMo 24.12, performance benchmarks)",
    "8 bits with experts: 350 of 1,979 TFLOPS end to end on H100s with all-to-alls overlapped, DeepSeek-V3 in Megatron-Core, so computing alone reaches a little more \
     (github.com/yanring/Megatron-MoE-ModelZoo/issues/5)",
];

impl Plan {
    /// The number of a field.
    pub fn get(&self, key: &str) -> f64 {
        PLAN.iter().position(|field| field.key == key).and_then(|at| self.numbers.get(at)).copied().unwrap_or(0.0)
    }
    /// Whether the design states it.
    pub fn is_stated(&self, key: &str) -> bool {
        PLAN.iter().position(|field| field.key == key).and_then(|at| self.stated.get(at)).copied().unwrap_or(false)
    }
    /// The share of the peak that computing alone reaches, with its range.
    pub fn utilisation(&self) -> Figure<f64> {
        let value = self.get("utilisation-percent") / 100.0;
        match (self.is_stated("utilisation-percent"), self.get("compute-bits") < 16.0) {
            (true, _) => Figure::exact(value, Confidence::Stated),
            // From what a whole step reaches to what dense models do.
            (false, true) if self.experts => Figure { value, low: 0.177, high: 0.4, confidence: Confidence::Measured, source: None },
            (false, false) => Figure { value, low: 0.45, high: 0.79, confidence: Confidence::Paper, source: None },
            (false, true) => Figure { value, low: 0.3, high: 0.45, confidence: Confidence::Measured, source: None },
        }
    }
    /// Where [`Plan::utilisation`] is from.
    pub fn utilisation_source(&self) -> &'static str {
        match (self.is_stated("utilisation-percent"), self.get("compute-bits") < 16.0) {
            (true, _) => "Stated in the design",
            (false, false) => UTILISATION[0],
            (false, true) if self.experts => UTILISATION[2],
            (false, true) => UTILISATION[1],
        }
    }
    fn set(&mut self, key: &str, value: f64) {
        if let Some(slot) = PLAN.iter().position(|field| field.key == key).and_then(|at| self.numbers.get_mut(at)) {
            *slot = value;
        }
    }
    /// XPUs that the degrees take.
    pub fn taken(&self) -> f64 {
        ["tensor", "context", "pipeline", "data"].iter().map(|key| self.get(key)).product()
    }
    /// Replicas of what every expert-parallel part has, and replicas of the experts of one part.
    pub fn replicas(&self) -> [f64; 2] {
        let all = self.get("data") * self.get("context");
        [all, all / self.get("expert").max(1.0)]
    }

    /// The plan of a workload; sentences where there is none.
    ///
    /// Time: O(divisors of the XPUs, of a domain and of the experts together).
    pub fn of(workload: &Workload, shape: &Shape, room: &Room) -> Result<Self, Vec<String>> {
        let mut wrong = Vec::new();
        let mut plan = Self { numbers: Vec::new(), stated: Vec::new(), experts: shape.experts > 0.0 };
        for field in PLAN {
            let stated = workload.plan.get(field.key).copied();
            if stated.is_some_and(|value| !field.allows(value)) {
                wrong.push(format!("{} must be {}", field.label, field.allowed()));
            }
            plan.numbers.push(stated.or(field.usual).unwrap_or(0.0));
            plan.stated.push(stated.is_some());
        }
        if room.xpus == 0 {
            wrong.push("The design has no XPU that could train".to_owned());
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        if !plan.is_stated("xpus") {
            // Replicas that are stated say how many XPUs take part.
            plan.set("xpus", room.xpus as f64);
        }
        if plan.get("xpus") > room.xpus as f64 {
            return Err(vec![format!("{} XPUs are to take part, and the design has {}", count(plan.get("xpus")), count(room.xpus as f64))]);
        }
        if !plan.is_stated("utilisation-percent") {
            let usual = match (plan.get("compute-bits") < 16.0, plan.experts) {
                (false, _) => 60.0,
                (true, false) => 40.0,
                (true, true) => 20.0,
            };
            plan.set("utilisation-percent", usual);
        }
        plan.propose(shape, room)?;
        if !plan.is_stated("micro-batches") {
            plan.set("micro-batches", (2.0 * plan.get("pipeline")).max(8.0));
        }
        plan.set("xpus", plan.taken());
        Ok(plan)
    }

    /// Chooses the degrees that are not stated.
    fn propose(&mut self, shape: &Shape, room: &Room) -> Result<(), Vec<String>> {
        let all = self.get("xpus") as u64;
        let candidates = |key: &str, of: u64, most: u64| -> Vec<f64> {
            if self.is_stated(key) { vec![self.get(key)] } else { divisors(of).into_iter().filter(|part| *part <= most).map(|part| part as f64).collect() }
        };
        let stages = candidates("pipeline", all, shape.layers as u64);
        let parts = candidates("tensor", room.domain as u64, shape.heads as u64);
        let experts = if shape.experts > 0.0 { candidates("expert", shape.experts as u64, u64::MAX) } else { candidates("expert", 1, 1) };
        let mut best: Option<(f64, Self)> = None;
        'search: for pipeline in &stages {
            for tensor in &parts {
                for expert in &experts {
                    let mut other = self.clone();
                    other.set("pipeline", *pipeline);
                    other.set("tensor", *tensor);
                    other.set("expert", *expert);
                    let each = tensor * pipeline * other.get("context");
                    if !self.is_stated("data") {
                        other.set("data", (self.get("xpus") / each).floor());
                    }
                    if !self.is_stated("micro-batches") {
                        other.set("micro-batches", (2.0 * pipeline).max(8.0));
                    }
                    if !other.checks(shape, self.is_stated("data")).iter().all(|sound| *sound) {
                        continue;
                    }
                    let needed = memory::needed(shape, &other);
                    let fits = room.memory.is_none_or(|memory| needed <= memory);
                    if best.as_ref().is_none_or(|(least, _)| needed < *least) {
                        best = Some((needed, other));
                    }
                    if fits {
                        break 'search;
                    }
                }
            }
        }
        match best {
            Some((_, found)) => {
                *self = found;
                Ok(())
            }
            None => Err(vec![self.refusal(shape, room, [stages.first(), parts.first(), experts.first()])]),
        }
    }

    /// What must hold of degrees, in the order of [`Plan::refusal`].
    fn checks(&self, shape: &Shape, data_stated: bool) -> [bool; 7] {
        let [tensor, context, expert, pipeline, data] = ["tensor", "context", "expert", "pipeline", "data"].map(|key| self.get(key));
        let divides = |part: f64, whole: f64| part >= 1.0 && (whole / part).fract() == 0.0;
        let taken = self.taken();
        [
            divides(tensor, shape.heads),
            // Embedding and output take the place of a layer each at the ends, as Llama 3 has it.
            pipeline * self.get("interleave") <= shape.layers + 2.0,
            expert == 1.0 || (shape.experts >= 1.0 && divides(expert, shape.experts)),
            divides(context, self.get("sequence")),
            data >= 1.0 && taken <= self.get("xpus"),
            data_stated || taken == self.get("xpus"),
            divides(expert, data),
        ]
    }

    /// Why no degrees were found, in a sentence: what the stated ones break, with the least of those that are not.
    fn refusal(&self, shape: &Shape, room: &Room, least: [Option<&f64>; 3]) -> String {
        let mut plan = self.clone();
        for (key, value) in ["pipeline", "tensor", "expert"].into_iter().zip(least) {
            plan.set(key, value.copied().unwrap_or(1.0));
        }
        let each = ["tensor", "context", "pipeline"].map(|key| plan.get(key));
        if !self.is_stated("data") {
            plan.set("data", (self.get("xpus") / each.iter().product::<f64>()).floor());
        }
        let [tensor, context, expert, pipeline, data] = ["tensor", "context", "expert", "pipeline", "data"].map(|key| count(plan.get(key)));
        let first = plan.checks(shape, self.is_stated("data")).iter().position(|sound| !sound);
        let product = format!("{tensor} (tensor) × {context} (context) × {pipeline} (pipeline)");
        match first {
            Some(0) => format!("Tensor parallel by {tensor} does not divide the {} attention heads", count(shape.heads)),
            Some(1) if self.get("interleave") > 1.0 => format!(
                "{pipeline} pipeline stages of {} pieces are more than the {} layers with embedding and output",
                count(self.get("interleave")),
                count(shape.layers)
            ),
            Some(1) => format!("{pipeline} pipeline stages are more than the {} layers with embedding and output", count(shape.layers)),
            Some(2) if shape.experts == 0.0 => format!("Expert parallel by {expert}, and the model has no experts"),
            Some(2) => format!("Expert parallel by {expert} does not divide the {} experts", count(shape.experts)),
            Some(3) => format!("Context parallel by {context} does not divide the sequence of {} tokens", count(self.get("sequence"))),
            Some(4) if self.is_stated("data") => format!("{product} × {data} (data) take more than the {} XPUs", count(self.get("xpus"))),
            Some(4) => format!("{product} take more than the {} XPUs", count(self.get("xpus"))),
            Some(5) => format!("{product} do not divide the {} XPUs; choose degrees that do, or say how many XPUs take part", count(self.get("xpus"))),
            Some(6) => format!("Expert parallel by {expert} does not divide the {data} replicas"),
            _ => format!("No degrees that are left divide the {} XPUs in domains of {}", count(self.get("xpus")), room.domain),
        }
    }
}

/// All divisors, rising. Time: O(√of).
fn divisors(of: u64) -> Vec<u64> {
    let of = of.max(1);
    let small: Vec<u64> = (1..).take_while(|part| part * part <= of).filter(|part| of.is_multiple_of(*part)).collect();
    let large = small.iter().rev().map(|part| of / part).filter(|part| part * part != of);
    small.iter().copied().chain(large).collect()
}

/// The number of a plan with its bounds and what it says, for a sentence or a field.
pub fn shown(key: &str, value: f64) -> String {
    let unit = by_key(PLAN, key).map_or("", |field| field.unit);
    let number = if value >= 1000.0 { count(value) } else { significant(value, 6) };
    if unit.is_empty() { number } else { format!("{number} {unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(model: &str, room: Room, stated: &[(&str, f64)]) -> Result<Plan, Vec<String>> {
        let mut workload = Workload { model: model.to_owned(), ..Workload::default() };
        stated.iter().for_each(|(key, value)| {
            workload.plan.insert((*key).to_owned(), *value);
        });
        let shape = Shape::of(&workload).unwrap();
        Plan::of(&workload, &shape, &room)
    }
    const H100: Room = Room { xpus: 1024, domain: 8, memory: Some(80.0) };

    #[test]
    fn what_is_proposed_fits_and_stays_inside_the_domain() {
        for (model, xpus) in
            [("llama-3.1-8b", 8), ("llama-3.1-70b", 1024), ("llama-3.1-405b", 1024), ("llama-3.1-405b", 16_384), ("deepseek-v3", 2048), ("kimi-k2", 1024)]
        {
            let room = Room { xpus, ..H100 };
            let plan = plan(model, room, &[]).unwrap();
            let shape = Shape::of(&Workload { model: model.to_owned(), ..Workload::default() }).unwrap();
            assert_eq!(plan.taken(), xpus as f64, "{model}");
            assert!(plan.get("tensor") <= 8.0 && memory::needed(&shape, &plan) <= 80.0, "{model}: {plan:?}");
        }
    }

    #[test]
    fn what_cannot_be_is_refused_in_a_sentence() {
        let refused = |stated: &[(&str, f64)]| plan("llama-3.1-70b", H100, stated).unwrap_err().join("; ");
        assert_eq!(refused(&[("tensor", 7.0)]), "Tensor parallel by 7 does not divide the 64 attention heads");
        assert_eq!(refused(&[("pipeline", 83.0)]), "83 pipeline stages are more than the 80 layers with embedding and output");
        assert_eq!(
            refused(&[("tensor", 8.0), ("pipeline", 5.0)]),
            "8 (tensor) × 1 (context) × 5 (pipeline) do not divide the 1,024 XPUs; choose degrees that do, or say how many XPUs take part"
        );
        assert_eq!(refused(&[("xpus", 4096.0)]), "4,096 XPUs are to take part, and the design has 1,024");
        assert_eq!(refused(&[("expert", 8.0)]), "Expert parallel by 8, and the model has no experts");
        assert!(refused(&[("tensor", 2.5)]).contains("must be a whole number"));
        assert!(refused(&[("tensor", 8.0), ("data", 200.0)]).contains("take more than the 1,024 XPUs"));
        assert!(refused(&[("context", 3.0)]).contains("does not divide the sequence"));
        assert!(plan("llama-3.1-70b", Room { xpus: 0, ..H100 }, &[]).is_err());
        // Replicas that are stated leave the rest idle.
        assert_eq!(plan("llama-3.1-70b", H100, &[("tensor", 8.0), ("pipeline", 5.0), ("data", 3.0)]).unwrap().get("xpus"), 120.0);
    }

    #[test]
    fn divisors_rise() {
        assert_eq!(divisors(12), [1, 2, 3, 4, 6, 12]);
        assert_eq!(divisors(16), [1, 2, 4, 8, 16]);
        assert_eq!(divisors(0), [1]);
    }
}
