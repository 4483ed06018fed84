//! `protocol-mismatch`: the links of a fabric can run the protocol it states.

use crate::catalog::PortView;
use crate::engine::diagnostics::{Edit, Severity, Trust};
use crate::model::{FabricId, LinkLayer, PortRef, Protocol, Subject};

use super::{Check, Finding, Findings, LinkView, Network, NetworkKey, Rule, Survey, Told};

pub(super) const RULE: Rule = Rule {
    code: "protocol-mismatch",
    severity: Severity::Error,
    title: "Ports cannot run the protocol",
    documentation: include_str!("../../../docs/diagnostics/protocol-mismatch.md"),
    checks: &[Check::Links { doubts, tell, told: Told::Together }, Check::Whole(none_runs_it)],
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

/// Fabrics whose ports all name the protocols they run, of the right layer, and none the one that is stated: another generation. One port that runs it is
/// enough, for rates mix on purpose. Time: O(links) up to the first link that runs it.
fn none_runs_it(survey: &Survey, out: &mut Findings) {
    for network in &survey.networks {
        let NetworkKey::Stated(id) = network.key else { continue };
        let views = || survey.keys.iter().enumerate().filter(|(_, key)| **key == network.key).filter_map(|(place, _)| survey.view(place)).filter(|view| view.usable);
        // Protocols without a rate of their own, such as transports, run on ports that do not name them.
        let Some(protocol) = views().next().and_then(|first| stated(survey, &first)).filter(|protocol| protocol.lane.is_some()) else { continue };
        let runs_it = |port: &Option<PortView>| port.as_ref().is_none_or(|port| port.group.protocols.is_empty() || port.group.protocols.contains(&protocol.id));
        if views().any(|view| refusing(survey, &view).is_some() || survey.ports_of(view.link).iter().any(runs_it)) {
            continue;
        }
        let told: Vec<LinkView> = views().collect();
        out.push(another_generation(survey, network, id, protocol, &told));
    }
}

fn another_generation(survey: &Survey, network: &Network, id: FabricId, protocol: &Protocol, told: &[LinkView]) -> Finding {
    let [first, _] = told.first().map(|view| survey.ports_of(view.link)).unwrap_or_default();
    let runs = first.and_then(|port| survey.catalog.protocol(port.group.protocols.first()?)).map_or("another", |other| other.name.as_str());
    let message = format!("{} states {}; 0 of the ports of its {} links run it, the first runs {runs}", network.name(), protocol.name, told.len());
    let finding = Finding::new(network.subject(), message, "Protocols of each port · the data sheet of its part").severity(Severity::Warning).of(told.len());
    match shared(survey, &told.iter().collect::<Vec<_>>()) {
        Some(other) => {
            let edit = Edit::Set { subject: id.to_string(), field: "protocol".to_owned(), value: Some(other.id.clone()) };
            finding.fix(format!("State {}", other.name), Trust::Suggestion, vec![edit])
        }
        None => finding,
    }
}

/// The first protocol that all ports of the links can run, where they name any.
fn shared<'a>(survey: &Survey<'a>, told: &[&LinkView]) -> Option<&'a Protocol> {
    let run = |view: &LinkView, id: &String| survey.ports_of(view.link).iter().flatten().all(|port| port.group.protocols.contains(id));
    let [first, ..] = survey.ports_of(told.first()?.link);
    let ids = first?.group.protocols.iter();
    ids.clone().find(|id| told.iter().all(|view| run(view, id))).and_then(|id| survey.catalog.protocol(id))
}
