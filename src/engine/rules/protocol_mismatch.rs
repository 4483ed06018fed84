//! `protocol-mismatch`: the links of a fabric can run the protocol it states.

use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::{FabricId, LinkLayer, PortRef, Protocol, Subject};

use super::{Check, Finding, Findings, LinkView, Network, NetworkKey, Rule, Survey, Told};

pub(super) const RULE: Rule = Rule {
    code: "protocol-mismatch",
    severity: Severity::Error,
    title: "Ports cannot run the protocol",
    documentation: include_str!("../../../docs/diagnostics/protocol-mismatch.md"),
    checks: &[Check::Links { doubts, tell, told: Told::Together }],
};

/// Links that are named one by one.
const NAMED: usize = 8;

/// What the fabric of a link states.
fn stated<'a>(survey: &Survey<'a>, view: &LinkView) -> Option<&'a Protocol> {
    let NetworkKey::Stated(id) = view.network else { return None };
    survey.catalog.protocol(survey.design.fabrics.get(id)?.protocol.as_deref()?)
}

/// The first end of a link that does not speak the layer its fabric states, and what it speaks. Ports that say nothing speak anything.
fn refusing(survey: &Survey, view: &LinkView) -> Option<(PortRef, LinkLayer)> {
    let layer = stated(survey, view)?.layer;
    let ports = survey.ports_of(view.link);
    let silent = |layers: &[LinkLayer]| layers.is_empty() || layers.contains(&layer);
    view.link.ends.into_iter().zip(ports.iter()).find_map(|(end, port)| {
        let layers = port.as_ref()?.layers;
        if silent(layers) { None } else { Some((end, *layers.first()?)) }
    })
}

fn doubts(survey: &Survey, view: &LinkView) -> bool {
    !survey.misfits.contains_key(&view.id) && refusing(survey, view).is_some()
}

/// Once for a fabric. Time: O(fabrics x links).
fn tell(survey: &Survey, links: &[LinkView], out: &mut Findings) {
    for network in &survey.networks {
        let NetworkKey::Stated(id) = network.key else { continue };
        let told: Vec<&LinkView> = links.iter().filter(|view| view.network == network.key).collect();
        if let Some(finding) = told.first().and_then(|first| protocol_mismatch(survey, network, id, first, &told)) {
            out.push(finding);
        }
    }
}

fn protocol_mismatch(survey: &Survey, network: &Network, id: FabricId, first: &LinkView, told: &[&LinkView]) -> Option<Finding> {
    let protocol = stated(survey, first)?;
    let (_, speaks) = refusing(survey, first)?;
    let links = if told.len() == 1 { "1 link has ports".to_owned() } else { format!("{} links have ports", told.len()) };
    let message = format!("{} states {}; {links} that speak {} instead", network.name(), protocol.name, speaks.label());
    let mut finding = Finding::new(network.subject(), message, "Layers of each port · the data sheet of its part").of(told.len());
    for view in told.iter().take(NAMED) {
        if let Some((port, layer)) = refusing(survey, view) {
            finding = finding.related(Subject::Port(port), format!("speaks {}", layer.label()));
        }
    }
    Some(match shared(survey, told) {
        Some(other) => {
            let edit = Edit::Set { subject: id.to_string(), field: "protocol".to_owned(), value: Some(other.id.clone()) };
            finding.fix(format!("State {}", other.name), Trust::Suggestion, vec![edit])
        }
        None => finding,
    })
}

/// The first protocol that all ports of the links can run, where they name any.
fn shared<'a>(survey: &Survey<'a>, told: &[&LinkView]) -> Option<&'a Protocol> {
    let run = |view: &LinkView, id: &String| survey.ports_of(view.link).iter().flatten().all(|port| port.group.protocols.contains(id));
    let [first, ..] = survey.ports_of(told.first()?.link);
    let ids = first?.group.protocols.iter();
    ids.clone().find(|id| told.iter().all(|view| run(view, id))).and_then(|id| survey.catalog.protocol(id))
}
