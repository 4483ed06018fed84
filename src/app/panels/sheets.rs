//! What the inspector shows of what is selected: fields to change and facts to read.

use yew::AttrValue;

use super::inspector::{Checking, Choosing, Fact, Mixed, Row, Sheet, Typed};
use crate::app::actions::selection_words;
use crate::catalog::sheet::{self, Line};
use crate::catalog::{Catalog, fit};
use crate::editor::Session;
use crate::engine::cabling::{self, Length};
use crate::engine::routing::IN_FORCE;
use crate::engine::settable;
use crate::model::{Design, FabricId, Link, LinkId, Node, NodeId, Part, PartKind, PortRef, RackId, Subject};
use crate::units::{Gbps, grouped, order, significant};

/// The sheet of what is selected.
pub fn sheet(session: &Session) -> Sheet {
    let design = session.design();
    let selected = session.selection();
    let mut nodes: Vec<(NodeId, &Node)> = Vec::new();
    let mut links: Vec<(LinkId, &Link)> = Vec::new();
    let mut racks: Vec<RackId> = Vec::new();
    let mut fabrics: Vec<FabricId> = Vec::new();
    for subject in selected.iter() {
        match subject {
            Subject::Link(id) => links.extend(design.links.get(*id).map(|link| (*id, link))),
            Subject::Node(id) => nodes.extend(design.nodes.get(*id).map(|node| (*id, node))),
            Subject::Rack(id) => racks.push(*id),
            Subject::Fabric(id) => fabrics.push(*id),
            Subject::Trunk(a, b) => links.extend(design.links.iter().filter(|(_, link)| link.touches(*a) && link.touches(*b))),
            _ => {}
        }
    }
    match selected.iter().next() {
        None => design_sheet(design, session.catalog()),
        Some(Subject::Port(port)) if selected.len() == 1 => port_sheet(session, *port),
        Some(_) if !nodes.is_empty() && links.is_empty() && racks.is_empty() => node_sheet(design, session.catalog(), &nodes),
        Some(_) if !links.is_empty() && nodes.is_empty() && racks.is_empty() => link_sheet(design, session.catalog(), &links),
        Some(_) if !racks.is_empty() && nodes.is_empty() && links.is_empty() => rack_sheet(design, session.catalog(), &racks),
        Some(_) if fabrics.len() == selected.len() => fabric_sheet(session, &fabrics),
        Some(_) => several_sheet(session),
    }
}

/// The settings that all of `subjects` have, under their headings.
fn settings(design: &Design, catalog: &Catalog, subjects: &[Subject]) -> Vec<Row> {
    let part = |subject: &Subject| match subject {
        Subject::Node(id) => design.nodes.get(*id).and_then(|node| catalog.part(design, &node.part)),
        _ => None,
    };
    let Some(first) = subjects.first() else { return Vec::new() };
    let mut shared = settable::of(first, part(first));
    for subject in subjects.iter().skip(1) {
        let own = settable::of(subject, part(subject));
        shared.retain(|setting| own.contains(setting));
    }
    let mut rows = Vec::new();
    let mut group = "";
    for setting in shared {
        if setting.group != group {
            group = setting.group;
            rows.push(Row::Heading(group));
        }
        let value = Mixed::of(subjects.iter().filter_map(|subject| settable::value(design, subject, setting.key)));
        // Tables can only be given up here; they come from a file.
        let value = value.filter(|value| setting.key != "tables" || value.text().is_none_or(|text| !text.is_empty()));
        rows.extend(value.map(|value| Row::Setting(setting, value)));
    }
    rows
}

fn design_sheet(design: &Design, catalog: &Catalog) -> Sheet {
    Sheet {
        title: if design.meta.name.is_empty() { "Untitled design".to_owned() } else { design.meta.name.clone() },
        kind: "design".to_owned(),
        name: Some(Mixed::Same(design.meta.name.clone())),
        fields: settings(design, catalog, &[Subject::Design]),
        facts: Vec::new(),
        notes: vec!["Select something in the drawing to see and change it here.".to_owned()],
    }
}

/// What is in force is known of all fabrics together, from what estimates say.
fn fabric_sheet(session: &Session, ids: &[FabricId]) -> Sheet {
    let (design, catalog) = (session.design(), session.catalog());
    let said = session.report().into_iter().flat_map(|report| &report.estimates).flat_map(|estimate| estimate.assumptions());
    let routing = said.filter_map(|words| words.strip_prefix(IN_FORCE)).next().map(|words| Fact::plain("Routing in force", words.to_owned()));
    let fabrics: Vec<_> = ids.iter().filter_map(|id| design.fabrics.get(*id)).collect();
    let subjects: Vec<Subject> = ids.iter().copied().map(Subject::Fabric).collect();
    let links = design.links.iter().filter(|(_, link)| link.fabric.is_some_and(|fabric| ids.contains(&fabric))).count();
    Sheet {
        title: match fabrics.as_slice() {
            [fabric] => fabric.name.clone(),
            several => format!("{} fabrics", several.len()),
        },
        kind: "fabric".to_owned(),
        name: Mixed::of(fabrics.iter().map(|fabric| fabric.name.clone())),
        fields: settings(design, catalog, &subjects),
        facts: std::iter::once(Fact::plain("Links", if links == 0 { "none states that it belongs to it".to_owned() } else { links.to_string() }))
            .chain(routing)
            .collect(),
        notes: Vec::new(),
    }
}

fn node_sheet(design: &Design, catalog: &Catalog, nodes: &[(NodeId, &Node)]) -> Sheet {
    let part_of = |node: &Node| catalog.part(design, &node.part);
    let first_part = nodes.first().and_then(|(_, node)| part_of(node));
    let same_part = nodes.windows(2).all(|pair| pair.first().map(|(_, node)| &node.part) == pair.last().map(|(_, node)| &node.part));
    let mut fields = Vec::new();
    if let Some(part) = first_part {
        let kinds: Vec<PartKind> = nodes.iter().filter_map(|(_, node)| part_of(node)).map(|part| part.kind).collect();
        if kinds.iter().all(|kind| *kind == part.kind) {
            let choices = catalog
                .all_parts(design)
                .filter(|other| other.kind == part.kind)
                .map(|other| (other.id.to_string().into(), other.name.clone().into()))
                .collect();
            fields.extend(Mixed::of(nodes.iter().map(|(_, node)| node.part.to_string())).map(|value| Row::Choice("Part", Choosing::Part, choices, value)));
        }
    }
    let text = |label, typed, values: Option<Mixed<String>>, example| values.map(|value| Row::Text(label, typed, value, example));
    if nodes.iter().any(|(_, node)| node.rack.is_some()) {
        fields.extend(text(
            "Lowest rack unit",
            Typed::RackUnit,
            Mixed::of(nodes.iter().map(|(_, node)| node.u.map_or_else(String::new, |u| u.0.to_string()))),
            "12",
        ));
    } else {
        fields.extend(text("X", Typed::X, Mixed::of(nodes.iter().map(|(_, node)| significant(node.at.x, 6))), "0"));
        fields.extend(text("Y", Typed::Y, Mixed::of(nodes.iter().map(|(_, node)| significant(node.at.y, 6))), "0"));
    }
    if nodes.iter().all(|(_, node)| part_of(node).is_some_and(Part::is_generic)) {
        let count = |node: &Node| node.generic.as_ref().and_then(|generic| generic.ports).map_or_else(String::new, |ports| ports.to_string());
        fields.extend(text("Ports", Typed::Ports, Mixed::of(nodes.iter().map(|(_, node)| count(node))), "as many as are used"));
    }
    fields.push(Row::Check("Pinned: layout leaves it in place", Checking::Pinned, nodes.iter().all(|(_, node)| node.pinned)));
    fields.extend(settings(design, catalog, &nodes.iter().map(|(id, _)| Subject::Node(*id)).collect::<Vec<_>>()));

    let (title, kind) = match nodes {
        [(_, node)] => (node.name.clone(), first_part.map_or_else(|| "unknown part".to_owned(), |part| format!("{} · {}", part.kind.label(), part.vendor))),
        several => (format!("{} nodes", several.len()), "edited together".to_owned()),
    };
    let mut facts = Vec::new();
    if let Some(part) = first_part.filter(|_| same_part) {
        facts.extend(part_facts(part, design));
    }
    if let [(id, _)] = nodes {
        facts.push(Fact::plain("Links", design.links_of(*id).count().to_string()));
    }
    let notes = first_part.filter(|_| same_part).map(|part| part.notes.clone()).unwrap_or_default();
    Sheet { title, kind, name: Mixed::of(nodes.iter().map(|(_, node)| node.name.clone())), fields, facts, notes }
}

/// How long a cable is and how that is known.
fn length_fact(length: &Length) -> Fact {
    let value = length.metres().map_or_else(|| "length unknown".to_owned(), |metres| metres.to_string());
    let rests_on = match length {
        Length::Placed { run, .. } => format!("from placement: the way is {run}"),
        other => other.basis().to_owned(),
    };
    Fact { label: "Length".to_owned(), value, rests_on, recalled: false }
}

/// What is known of a part, each figure with what it rests on; its sources and all the rest are on its page.
fn part_facts(part: &Part, design: &Design) -> Vec<Fact> {
    let fact = |line: Line| Fact {
        recalled: line.is_recalled(),
        rests_on: line.confidence.map_or_else(String::new, |confidence| confidence.label().to_owned()),
        label: line.label,
        value: line.value,
    };
    sheet::main_lines(part, design).into_iter().map(fact).collect()
}

fn link_sheet(design: &Design, catalog: &Catalog, links: &[(LinkId, &Link)]) -> Sheet {
    let first = links.first().map(|(_, link)| *link);
    let mut choices: Vec<(AttrValue, AttrValue)> = vec![("".into(), "not chosen".into())];
    if let Some(link) = first {
        let mut fitting = fit::cables_for(catalog, design, link.ends, cabling::length(design, catalog, link).metres());
        fitting.extend(links.iter().filter_map(|(_, link)| link.part.clone()));
        order::sort_unique(&mut fitting);
        choices.extend(fitting.into_iter().map(|id| {
            let name = catalog.part(design, &id).map_or_else(|| format!("{id} (unknown)"), |part| part.name.clone());
            (AttrValue::from(id.to_string()), AttrValue::from(name))
        }));
    }
    let mut fabrics: Vec<(AttrValue, AttrValue)> = vec![("".into(), "as its ends suggest".into())];
    fabrics.extend(design.fabrics.iter().map(|(id, fabric)| (AttrValue::from(id.to_string()), AttrValue::from(fabric.name.clone()))));
    fabrics.push(("new".into(), "a new fabric".into()));

    let shown = |value: Option<String>| value.unwrap_or_default();
    let mut fields = Vec::new();
    let values = |of: &dyn Fn(&Link) -> String| Mixed::of(links.iter().map(|(_, link)| of(link)));
    fields.extend(values(&|link| shown(link.part.as_ref().map(ToString::to_string))).map(|value| Row::Choice("Cable", Choosing::Cable, choices, value)));
    fields.extend(
        values(&|link| shown(link.length.map(|length| length.to_string()))).map(|value| Row::Text("Length", Typed::Length, value, "from placement; or 5 m")),
    );
    fields
        .extend(values(&|link| shown(link.gbps.map(|gbps| gbps.to_string()))).map(|value| Row::Text("Rate", Typed::Rate, value, "what ports and cable give")));
    fields.extend(
        values(&|link| shown(link.latency.map(|latency| latency.to_string())))
            .map(|value| Row::Text("Latency", Typed::Latency, value, "what length and parts give")),
    );
    fields.extend(values(&|link| shown(link.fabric.map(|fabric| fabric.to_string()))).map(|value| Row::Choice("Fabric", Choosing::Fabric, fabrics, value)));

    let mut facts = Vec::new();
    let (title, kind) = match links {
        [(_, link)] => {
            let name = |port: PortRef| design.nodes.get(port.node).map_or_else(|| port.to_string(), |node| format!("{} {}", node.name, port.port));
            facts.push(Fact::plain("From", name(link.ends[0])));
            facts.push(Fact::plain("To", name(link.ends[1])));
            facts.push(length_fact(&cabling::length(design, catalog, link)));
            facts.push(Fact::plain("Layer", fit::link_layer(catalog, design, link).map_or("unknown", |layer| layer.label())));
            facts.extend(Fact::figure::<Gbps>("Rate in effect", fit::effective_rate_figure(catalog, design, link).as_ref()));
            facts.extend(Fact::figure("Power", fit::link_power(catalog, design, link).as_ref()));
            facts.extend(Fact::figure("Added latency", fit::link_electronics(catalog, design, link).as_ref()));
            if let Some(cable) = link.part.as_ref().and_then(|part| catalog.part(design, part)) {
                facts.extend(cable.cable().and_then(|detail| Fact::figure("Reach", detail.reach.as_ref())));
                facts.extend(cable.sources.iter().map(|source| Fact {
                    label: "Source".to_owned(),
                    value: source.title.clone(),
                    rests_on: source.place.clone(),
                    recalled: false,
                }));
            }
            ("Link".to_owned(), format!("{} – {}", name(link.ends[0]), name(link.ends[1])))
        }
        several => (format!("{} links", several.len()), "edited together".to_owned()),
    };
    Sheet { title, kind, name: None, fields, facts, notes: Vec::new() }
}

fn rack_sheet(design: &Design, catalog: &Catalog, racks: &[RackId]) -> Sheet {
    let records: Vec<_> = racks.iter().filter_map(|id| design.racks.get(*id)).collect();
    let choices =
        catalog.all_parts(design).filter(|part| part.kind == PartKind::Rack).map(|part| (part.id.to_string().into(), part.name.clone().into())).collect();
    let mut fields = Vec::new();
    fields.extend(Mixed::of(records.iter().map(|rack| rack.part.to_string())).map(|value| Row::Choice("Part", Choosing::Part, choices, value)));
    fields.extend(Mixed::of(records.iter().map(|rack| significant(rack.at.x, 6))).map(|value| Row::Text("X", Typed::X, value, "0")));
    fields.extend(Mixed::of(records.iter().map(|rack| significant(rack.at.y, 6))).map(|value| Row::Text("Y", Typed::Y, value, "0")));
    fields.extend(settings(design, catalog, &racks.iter().copied().map(Subject::Rack).collect::<Vec<_>>()));
    let mut facts = Vec::new();
    if let ([id], [rack]) = (racks, records.as_slice()) {
        facts.push(Fact::plain("Nodes", design.nodes_in(*id).count().to_string()));
        if let Some(part) = catalog.part(design, &rack.part) {
            facts.extend(part.rack().map(|detail| Fact::plain("Height", format!("{} U", detail.units))));
            facts.extend(part.rack().and_then(|detail| Fact::figure("Power it may draw", detail.power.as_ref())));
            facts.extend(part.rack().and_then(|detail| Fact::figure("Load it may carry", detail.load.as_ref())));
        }
    }
    let title = match records.as_slice() {
        [rack] => rack.name.clone(),
        several => format!("{} racks", several.len()),
    };
    Sheet { title, kind: "rack".to_owned(), name: Mixed::of(records.iter().map(|rack| rack.name.clone())), fields, facts, notes: Vec::new() }
}

fn port_sheet(session: &Session, port: PortRef) -> Sheet {
    let (design, catalog) = (session.design(), session.catalog());
    let mut facts = Vec::new();
    let mut fields = Vec::new();
    if let Some(info) = catalog.port(design, port) {
        facts.push(Fact::plain("Cage", info.form.label()));
        facts.push(Fact::plain("Rate", info.gbps.map_or_else(|| "whatever is asked".to_owned(), |gbps| gbps.to_string())));
        let layers: Vec<&str> = info.layers.iter().map(|layer| layer.label()).collect();
        facts.push(Fact::plain("Speaks", if layers.is_empty() { "anything".to_owned() } else { layers.join(", ") }));
    }
    let cage = PortRef::cage(port.node, port.port.cage);
    let node = design.nodes.get(port.node);
    let group = node.and_then(|node| catalog.part(design, &node.part)).and_then(|part| part.port_group(port.port.cage)).map(|(group, _)| group);
    if let (Some(node), Some(group)) = (node, group.filter(|group| !group.breakouts.is_empty())) {
        let mut choices: Vec<(AttrValue, AttrValue)> = vec![("".into(), "as it comes".into())];
        choices.extend(group.breakouts.iter().map(|breakout| (AttrValue::from(breakout.to_string()), AttrValue::from(breakout.to_string()))));
        let value = node.breakout(port.port).map_or_else(String::new, |breakout| breakout.to_string());
        fields.push(Row::Choice("Broken out", Choosing::Breakout(cage), choices, Mixed::Same(value)));
    }
    for link in session.port_use().at(port) {
        if let Some(link) = design.links.get(*link) {
            let other = if link.ends[0] == port { link.ends[1] } else { link.ends[0] };
            facts.push(Fact::plain("Connected to", session.port_label(other)));
        }
    }
    let own = node.and_then(|node| node.ports.get(&port.port.cage)).and_then(|settings| settings.name.clone());
    facts.insert(0, Fact::plain("Number", port.port.to_string()));
    Sheet { title: session.port_label(port), kind: "port".to_owned(), name: Some(Mixed::Same(own.unwrap_or_default())), fields, facts, notes: Vec::new() }
}

fn several_sheet(session: &Session) -> Sheet {
    let selected = session.selection();
    let design = session.design();
    let name = match selected.iter().next() {
        Some(Subject::Group(id)) if selected.len() == 1 => design.groups.get(*id).map(|group| Mixed::Same(group.name.clone())),
        Some(Subject::Fabric(id)) if selected.len() == 1 => design.fabrics.get(*id).map(|fabric| Mixed::Same(fabric.name.clone())),
        _ => None,
    };
    Sheet {
        title: if selected.len() == 1 { selection_words(session) } else { format!("{} selected", grouped(selected.len() as u64)) },
        kind: String::new(),
        name,
        fields: Vec::new(),
        facts: Vec::new(),
        notes: Vec::new(),
    }
}
