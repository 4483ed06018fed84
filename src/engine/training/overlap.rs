//! Axes that send at the same time and share links.
//!
//! What computing waits for (tensor, context and expert parallel calls) comes one after the other. Beside it go the gradients and weights of replicas,
//! while they hide behind the computing of a micro-batch, and the sends between stages, while they hide behind other micro-batches; and these go
//! beside each other. Calls and sends are taken to be spread evenly over the computing, so that traffic in the background meets each of them for
//! the share of time in which it goes on. While two meet, each has half of a link that both use, or what the other leaves ([`links::beside`]).

use crate::engine::context::Context;
use crate::engine::estimate::collective::tuning::Family;
use crate::engine::estimate::{Draft, Estimate, Input};

use super::links::{self, Beside, Loads};
use super::placement::Axis;
use super::step::Step;

/// Where the sharing of a link is from.
const SHARING: &str = "Max-min fair shares of a link between two: D. Bertsekas, R. Gallager, Data Networks (1992), 6.5.2";

/// Axes in the background: they go on while calls are waited for.
const BACKGROUND: [Axis; 2] = [Axis::Data, Axis::Pipeline];

/// The pairs of axes that go at the same time and hold each other.
pub(super) struct Overlaps(Vec<Beside>);

fn of(estimates: &[Estimate], key: &str) -> Option<Estimate> {
    estimates.iter().find(|estimate| estimate.key().strip_prefix("training-") == Some(key)).cloned()
}

/// Computing and what it waits for, as a sum with its inputs: the time in which the background goes on.
fn window(compute: &Estimate, parts: &[Estimate]) -> (String, Vec<Input>) {
    let mut names = vec!["compute".to_owned()];
    let mut inputs = vec![Input::of("compute", compute)];
    for part in parts {
        let Some(word) = part.key().strip_prefix("training-").filter(|word| Axis::parse(word).is_some_and(|axis| !BACKGROUND.contains(&axis))) else {
            continue;
        };
        names.push(word.to_owned());
        inputs.push(Input::of(word, part));
    }
    (names.join(" + "), inputs)
}

impl Overlaps {
    /// Looks at every two axes that can go at the same time. Time: O(pairs × links).
    pub fn of(context: &Context, step: &Step, loads: &Loads, alls: &[Estimate], family: Family) -> Self {
        let time = |axis: Axis| of(alls, &format!("{}-all", axis.word())).and_then(|all| all.value());
        let all = step.traffic.iter().map(|traffic| traffic.axis);
        let pairs = BACKGROUND.into_iter().flat_map(|back| all.clone().filter(move |axis| *axis != back && *axis != Axis::Data).map(move |axis| [back, axis]));
        Self(pairs.filter_map(|pair| links::beside(context, loads, [time(pair[0])?, time(pair[1])?], family, pair)).collect())
    }

    /// What is told of them.
    pub fn words(&self, context: &Context) -> String {
        let what = "Gradients and weights of replicas go beside the calls of the micro-batch they hide behind, sends between stages beside those of others; what computing waits for comes one after the other";
        if self.0.is_empty() {
            return format!("{what}. No two that go at the same time hold each other on a link");
        }
        let pairs: Vec<String> = self.0.iter().map(|pair| pair.words(context)).collect();
        format!("{what}. {}", pairs.join(". "))
    }

    /// `training-data-waits`: the share of its time in which data parallel traffic has to wait for others on a link. `None` where it does not.
    pub fn waits(&self, compute: &Estimate, alls: &[Estimate], parts: &[Estimate]) -> Option<Draft> {
        let (window, mut inputs) = window(compute, parts);
        let mut terms = Vec::new();
        for pair in self.0.iter().filter(|pair| pair.axes[0] == Axis::Data && pair.pace[0] < 1.0) {
            let word = pair.axes[1].word();
            let all = of(alls, &format!("{word}-all"))?;
            inputs.push(Input::of(&format!("{word}_all"), &all));
            inputs.push(Input::counted(
                &format!("{word}_pace"),
                &format!("what data parallel traffic keeps of its pace beside {word} parallel traffic"),
                "",
                pair.pace[0],
            ));
            terms.push(format!("min(1, {word}_all / ({window})) * (1 - {word}_pace)"));
        }
        // Beside so many others it has its even part of a link at least.
        let most = terms.len();
        let draft = Draft::new(
            "training-data-waits",
            "Data parallel traffic waits for others on links",
            "",
            format!("min({most} / {}, {})", most + 1, terms.join(" + ")),
            SHARING,
        );
        (most > 0).then(|| draft.inputs(inputs).assume("Other traffic is spread evenly over the computing"))
    }

    /// `training-shared`: how much longer calls take that computing waits for, because others use their links. `None` where none is held up.
    pub fn held(&self, compute: &Estimate, alls: &[Estimate], parts: &[Estimate], waits: Option<&Estimate>) -> Option<Draft> {
        let (window, mut inputs) = window(compute, parts);
        let mut terms = Vec::new();
        for pair in &self.0 {
            let [back, axis] = pair.axes.map(Axis::word);
            // Sends between stages that gradients hold up are hidden.
            let Some(pace) = pair.pace_of(pair.axes[1]).filter(|pace| *pace < 1.0 && !BACKGROUND.contains(&pair.axes[1])) else { continue };
            let Some((all, shown)) = of(alls, &format!("{back}-all")).zip(of(parts, back)) else { continue };
            let slower = if let Some(waits) = waits.filter(|_| pair.axes[0] == Axis::Data) {
                if !inputs.iter().any(|input| input.name == "waits") {
                    inputs.push(Input::of("waits", waits));
                }
                " / (1 - waits)"
            } else {
                ""
            };
            if !inputs.iter().any(|input| input.name == format!("{back}_all")) {
                inputs.push(Input::of(&format!("{back}_all"), &all));
                inputs.push(Input::of(back, &shown));
            }
            let name = format!("{axis}_beside_{back}");
            inputs.push(Input::counted(&name, &format!("what {axis} parallel calls keep of their pace beside {back} parallel traffic"), "", pace));
            terms.push(format!("{axis} * min(1, max(0, {back}_all{slower} - {back}) / ({window})) * (1 / {name} - 1)"));
        }
        let draft = Draft::new("training-shared", "Calls held up where links are shared", "ns", terms.join(" + "), SHARING);
        (!terms.is_empty()).then(|| {
            draft.inputs(inputs).assume("Other traffic is spread evenly over the computing; what of it is hidden goes beside calls, the rest by itself")
        })
    }
}
