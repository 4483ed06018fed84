//! What the rules about lossless Ethernet fabrics share: which they are, and the finding about nodes that are set otherwise than their fabric.

use crate::engine::diagnostics::{Edit, Trust};
use crate::model::{Fabric, FabricId, LinkLayer, NodeId, Subject};

use super::{Finding, Network, NetworkKey, Survey};

/// Fabrics that are stated lossless and have links. InfiniBand has credits instead.
pub(super) fn fabrics<'b>(survey: &'b Survey) -> impl Iterator<Item = (FabricId, &'b Network<'b>, &'b Fabric)> {
    survey.networks.iter().filter_map(|network| {
        let NetworkKey::Stated(id) = network.key else { return None };
        let fabric = network.fabric.filter(|fabric| fabric.lossless)?;
        let first = network.first_view(survey)?;
        (first.layer != Some(LinkLayer::InfiniBand)).then_some((id, network, fabric))
    })
}

/// A fix that sets `field` of the fabric itself.
pub(super) fn set(id: FabricId, field: &str, value: impl ToString) -> Vec<Edit> {
    vec![Edit::Set { subject: id.to_string(), field: field.to_owned(), value: Some(value.to_string()) }]
}

/// A node whose `field` differs from its fabric's. `words` go on after the node's name, `many` after the number of nodes; alike are those
/// with the same words.
pub(super) fn differs(survey: &Survey, network: &Network, node: NodeId, field: &str, [words, many]: [&str; 2], source: &'static str) -> Finding {
    let edit = Edit::Set { subject: node.to_string(), field: field.to_owned(), value: None };
    let kind = many.split(' ').next().unwrap_or_default();
    Finding::new(Subject::Node(node), format!("{} {words}", survey.name(node)), source)
        .alike(format!("{} {many}", network.subject()), format!("{{n}} {many}"))
        .fix_all("Set it as the fabric does", format!("Set {{n}} {kind} as the fabric does"), Trust::Likely, vec![edit])
}
