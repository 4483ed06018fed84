//! One UALink pod in one rack: trays of four XPUs with 18 stations each, and 18 switches; station i of every XPU on switch i.
//!
//! Source: UALink 200G 1.0 as its consortium explains it: one tier of switches, so that a pod has at most as many XPUs as a switch has
//! ports, and cables of about 4 m, which a rack keeps and a second rack does not.

use super::build::{Build, Mounting};
use super::values::Values;
use super::{Parameter, Template, TemplateCounts, TemplateError};
use crate::catalog::Catalog;
use crate::model::{Design, Fabric, FabricIntent, FabricRole, Group, GroupKind, Link, Member, NodeId, Part, PortRef};
use crate::units::Point;

pub(super) const TEMPLATE: Template = Template {
    name: "ualink-pod",
    title: "UALink pod",
    summary: "Trays of four XPUs on 18 planes of switches in one rack; announced parts",
    parameters: &[
        Parameter::number("trays", "Trays", "8", (1.0, 28.0), "Trays of four XPUs; each XPU has 18 stations of 800 Gb/s."),
        Parameter::choice(
            "switch",
            "Switches",
            &["ualink-switch-51t", "ualink-switch-102t", "marvell-ualink-115t"],
            "ualink-switch-51t",
            "64, 128 or 144 ports of 800 Gb/s; the second is two units high, the third reduces in the network.",
        ),
    ],
    generate,
    counts,
};

const RACK: &str = "19in-48u-dense";
const TRAY: &str = "ualink-xpu-tray";
/// Units of a rack that stay free for power shelves and the pod's manager.
const FREE: u32 = 4;
const RACK_UNITS: u32 = 48;

struct Kit<'a> {
    tray: &'a Part,
    switch: &'a Part,
    trays: u32,
    /// XPUs in a tray, and stations of an XPU: as many planes.
    each: u32,
    planes: u32,
    switch_units: u32,
}

impl<'a> Kit<'a> {
    fn of(values: &Values, catalog: &'a Catalog) -> Result<Self, TemplateError> {
        let part = |id: &str| catalog.built_in(id).ok_or_else(|| TemplateError::MissingPart(id.to_owned()));
        let (tray, switch, trays) = (part(TRAY)?, part(values.word("switch"))?, values.count("trays"));
        part(RACK)?;
        let (each, stations, ports) = (tray.xpu_count() as u32, u32::from(tray.cage_count().unwrap_or(0)), u32::from(switch.cage_count().unwrap_or(0)));
        if each == 0 || stations == 0 || !stations.is_multiple_of(each) {
            return Err(TemplateError::MissingPart(TRAY.to_owned()));
        }
        let planes = stations / each;
        if trays * each > ports {
            return Err(TemplateError::Together(format!(
                "{trays} trays bring {} XPUs and {} has {ports} ports; a pod has one tier, so choose fewer trays or a larger switch",
                trays * each,
                switch.id
            )));
        }
        let switch_units = switch.rack_units.as_ref().map_or(1, |units| units.value.clamp(1.0, 48.0) as u32);
        let needed = trays + planes * switch_units;
        if needed > RACK_UNITS - FREE {
            return Err(TemplateError::Together(format!(
                "{trays} trays and {planes} switches need {needed} U and a rack has {} for them; copper of 4 m does not reach a second one, so choose fewer trays or smaller switches",
                RACK_UNITS - FREE
            )));
        }
        Ok(Self { tray, switch, trays, each, planes, switch_units })
    }
}

fn counts(values: &Values, catalog: &Catalog) -> Result<TemplateCounts, TemplateError> {
    let kit = Kit::of(values, catalog)?;
    let xpus = u64::from(kit.trays * kit.each);
    Ok(TemplateCounts { xpus, systems: u64::from(kit.trays), switches: u64::from(kit.planes), links: xpus * u64::from(kit.planes), racks: 1 })
}

fn generate(values: &Values, catalog: &Catalog) -> Result<Design, TemplateError> {
    let kit = Kit::of(values, catalog)?;
    let mut build = Build::new(format!("UALink pod, {} XPU", kit.trays * kit.each));
    let fabric = build.design.fabrics.push(Fabric {
        name: "UALink".to_owned(),
        role: FabricRole::ScaleUp,
        protocol: Some("ualink-1.0".to_owned()),
        intent: FabricIntent::SingleStage,
        ..Fabric::default()
    });
    let rack = build.rack(&RACK.into(), "A01".to_owned(), "A", (0, 0), Point::default());
    build.design.groups.push(Group { kind: GroupKind::Pod, name: "UALink pod".to_owned(), members: vec![Member::Rack(rack)], ..Group::default() });

    // The switches in the middle, half the trays below and half above; nearest to all.
    let below = kit.trays / 2;
    let first = 1 + (RACK_UNITS - kit.trays - kit.planes * kit.switch_units) / 2;
    let planes: Vec<NodeId> = (0..kit.planes)
        .map(|plane| {
            let u = (first + below + plane * kit.switch_units) as u16;
            build.mount(&kit.switch.id, format!("plane-{}", plane + 1), &Mounting { rack, u })
        })
        .collect();
    let generic = build.generic_wire(fabric, crate::units::Metres(0.0)).part;
    for tray in 0..kit.trays {
        let u = if tray < below { first + tray } else { first + tray + kit.planes * kit.switch_units };
        let node = build.mount(&kit.tray.id, format!("tray-{}", tray + 1), &Mounting { rack, u: u as u16 });
        for xpu in 0..kit.each {
            for (plane, &switch) in (0u32..).zip(&planes) {
                // At most 144 XPUs of 18 stations, so nothing is cut off. The length follows from the units.
                let ends = [PortRef::cage(node, (xpu * kit.planes + plane + 1) as u16), PortRef::cage(switch, (tray * kit.each + xpu + 1) as u16)];
                let link = Link { fabric: Some(fabric), part: generic.clone(), ..Link::between(ends[0], ends[1]) };
                build.design.links.push(link);
            }
        }
    }
    Ok(build.design)
}
