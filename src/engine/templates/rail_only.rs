//! Rails without a spine: NIC i of every 8-XPU server on leaf i, and nothing above. Traffic between rails goes through the
//! scale-up domain inside the servers.
//!
//! Source: W. Wang, M. Ghobadi, K. Shakeri, Y. Zhang, N. Hasani, "Rail-only: a low-cost high-performance network for training LLMs with
//! trillion parameters", HOTI 2024. All ports of a leaf hang on servers, so 64-port leaves end at 64 servers.

use super::build::{self, Build, Cable, Mounting, Spot, cell, switch_cell};
use super::rail_optimised::{Kit, RACK, SWITCH};
use super::values::Values;
use super::{Parameter, Template, TemplateCounts, TemplateError};
use crate::catalog::Catalog;
use crate::model::{Design, Fabric, FabricIntent, Group, GroupKind, Member, NodeId, PortRef};
use crate::units::Point;

pub(super) const TEMPLATE: Template = Template {
    name: "rail-only",
    title: "Rail-only, 8-XPU servers",
    summary: "NIC i of every server on leaf i and no spine; other rails are reached through the servers",
    parameters: &[
        Parameter::number("servers", "Servers", "32", (2.0, 64.0), "8-XPU servers; a leaf has 64 ports."),
        Parameter::choice("server", "Server", &["dgx-h100", "dgx-b200"], "dgx-h100", "The part every server is."),
        Parameter::number("per-rack", "Servers per rack", "0", (0.0, 6.0), "0 is as many as the rack can power, at most 4."),
    ],
    generate,
    counts,
};

/// Width and height of a rack on the canvas, gap included.
const RACK_CELL: (f64, f64) = (228.0, 924.0);
/// Cages of a leaf, which decide how high it is drawn.
const CAGES: u16 = 32;

fn counts(values: &Values, catalog: &Catalog) -> Result<TemplateCounts, TemplateError> {
    let (kit, servers) = (Kit::of(values, catalog)?, values.count("servers"));
    let rails = kit.nics.len() as u64;
    Ok(TemplateCounts {
        xpus: u64::from(servers) * kit.xpus_per_server,
        systems: u64::from(servers),
        switches: rails,
        links: u64::from(servers) * rails,
        racks: u64::from(servers.div_ceil(kit.per_rack)),
    })
}

fn generate(values: &Values, catalog: &Catalog) -> Result<Design, TemplateError> {
    let (kit, servers) = (Kit::of(values, catalog)?, values.count("servers"));
    let racks = servers.div_ceil(kit.per_rack);
    let mut build = Build::new(format!("Rail-only, {} XPU", u64::from(servers) * kit.xpus_per_server));
    let fabric = build.design.fabrics.push(Fabric {
        name: "Compute".to_owned(),
        protocol: Some("ib-ndr".to_owned()),
        intent: FabricIntent::RailOnly,
        ..Fabric::default()
    });

    // Leaves in one row above the racks; racks fold where the drawing becomes larger by it.
    let leaf = switch_cell(CAGES);
    let rails = kit.nics.len() as u32;
    let leaves_wide = f64::from(rails) * leaf.0;
    let top = leaf.1 + (leaves_wide * 0.09).max(130.0);
    let extent = |columns: &u32| ((f64::from(*columns) * RACK_CELL.0).max(leaves_wide), top + f64::from(racks.div_ceil(*columns)) * RACK_CELL.1);
    let columns = build::largest(1..=racks, extent).unwrap_or(racks);
    let width = extent(&columns).0;
    let leaves: Vec<NodeId> = (0..rails)
        .map(|rail| {
            let at = cell(Point::new((width - leaves_wide) / 2.0, 0.0), rail, rails, leaf);
            // The leaves will stand in a rack in the middle of the first row.
            let spot = Spot { tile: ((columns / 2) as i32, 0), u: (36 - 2 * rail.min(16)) as u16 };
            build.stand(&SWITCH.into(), format!("leaf-{}", rail + 1), at, spot)
        })
        .collect();
    build.group(GroupKind::Core, "Rails".to_owned(), &leaves);

    let pitch = ((48 / kit.per_rack) as u16).max(kit.server_units);
    let mut members = Vec::new();
    // Few racks spread below their leaves.
    let across = (width / f64::from(columns)).clamp(RACK_CELL.0, RACK_CELL.0 * 1.8);
    let left = (width - f64::from(columns) * across + across - RACK_CELL.0) / 2.0 + 16.0;
    for rack in 0..racks {
        let place = (rack % columns, rack / columns);
        // The tile of the leaves stays free.
        let tile = ((place.0 + u32::from(place.0 >= columns / 2)) as i32, place.1 as i32);
        let at = cell(Point::new(left, top), rack, columns, (across, RACK_CELL.1));
        let id = build.rack(&RACK.into(), format!("{}{:02}", char::from(b'A' + (place.1 % 26) as u8), place.0 + 1), "A", tile, at);
        members.push(Member::Rack(id));
        for server in rack * kit.per_rack..((rack + 1) * kit.per_rack).min(servers) {
            let u = 1 + (server % kit.per_rack) as u16 * pitch;
            let node = build.mount(&kit.server, format!("dgx-{}", server + 1), &Mounting { rack: id, u });
            let Some(&port) = kit.ports.get(server as usize) else { return Err(TemplateError::MissingPart(SWITCH.to_owned())) };
            for (&nic, &leaf) in kit.nics.iter().zip(&leaves) {
                build.join_with_cable(catalog, fabric, [PortRef { node, port: nic }, PortRef { node: leaf, port }], Cable::PortByPort);
            }
        }
    }
    build.design.groups.push(Group { kind: GroupKind::Unit, name: "Servers".to_owned(), members, ..Group::default() });
    Ok(build.design)
}
