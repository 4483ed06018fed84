//! Laws of files, patches, imports: they hold for every design, not only for those somebody thought of.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use weft::catalog::{Catalog, part_from_json};
use weft::io::import::{Options, Source, import};
use weft::io::{load, patch_from_text, patch_to_text, save};
use weft::model::{
    Address, Breakout, Cooling, Currency, Design, Element, Entry, Extra, Fabric, FabricId, FabricIntent, FabricRole, Face, Feed, Forwarding, Generic, Group,
    GroupKind, LaneChange, Link, LinkLayer, Member, Meta, Multihoming, Node, NodeId, PartId, Patch, Paths, PortPath, PortRef, PortSettings, Price, Prices,
    Rack, RackId, RackLimits, Recalled, Record, Requirement, RequirementKind, Routing, RoutingEngine, Row, Scenario, Settings, Silencing, Switching, Table,
    Tier, TrafficSettings, Workload,
};
use weft::units::{Bytes, Cents, Gbps, Kilograms, Metres, Nanoseconds, Point, RackUnits, Ratio, Watts};

/// Text with everything in it that is hard to write down.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z0-9 -]{0,12}",
        1 => "\\PC{0,8}",
        1 => Just("\"\\\u{0}\n\u{2028}</script>=1+1".to_owned()),
    ]
}

fn amount(most: f64) -> impl Strategy<Value = f64> {
    prop_oneof![(0u32..100_000).prop_map(f64::from).prop_map(move |value| value.min(most)), (0.0..=most)]
}

fn rate() -> impl Strategy<Value = Gbps> {
    prop_oneof![Just(400.0), Just(0.1 + 0.2), 1e-9..1e9].prop_map(Gbps)
}

fn place() -> impl Strategy<Value = Point> {
    (prop_oneof![Just(0.0), -1e7..=1e7], prop_oneof![Just(-0.0), -500.0..500.0]).prop_map(|(x, y)| Point::new(x, y))
}

/// The same value as Weft's own tree.
fn own(value: &Value) -> weft::json::Value {
    weft::json::parse(&value.to_string()).unwrap()
}

/// Unknown fields, none of which is called like a known one.
fn extra() -> impl Strategy<Value = Extra> {
    let value = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e12..1e12).prop_map(Value::from),
        text().prop_map(Value::from),
        vec(text(), 0..3).prop_map(|list| json!({"deep": [{"er": list}]})),
    ];
    prop_oneof![
        3 => Just(Extra::default()),
        1 => btree_map("later_[a-z\"é]{1,6}", value, 1..4).prop_map(|fields| Extra(Some(Box::new(own(&Value::Object(fields.into_iter().collect::<Map<_, _>>())).as_object().unwrap().clone())))),
    ]
}

fn part() -> impl Strategy<Value = PartId> {
    prop_oneof![Just("generic-switch"), Just("generic-host"), Just("nvidia-qm9700"), Just("no such \"part\"")].prop_map(PartId::new)
}

fn layer() -> impl Strategy<Value = LinkLayer> {
    use LinkLayer::*;
    prop::sample::select(vec![Ethernet, Ici, InfiniBand, NeuronLink, NvLink, Other, Pcie, UaLink, Xgmi])
}

fn generic() -> impl Strategy<Value = Generic> {
    (option::of(any::<u16>()), option::of(rate()), option::of(layer()), extra()).prop_map(|(ports, gbps, layer, extra)| Generic { ports, gbps, layer, extra })
}

fn port_settings() -> impl Strategy<Value = PortSettings> {
    let breakout = (2u8..=16, rate()).prop_map(|(children, gbps)| Breakout { children, gbps });
    (option::of(breakout), option::of("[a-zA-Z0-9/]{1,9}"), extra()).prop_map(|(breakout, name, extra)| PortSettings { breakout, name, extra })
}

fn node(racks: Vec<RackId>) -> impl Strategy<Value = Node> {
    let rack = if racks.is_empty() { Just(None).boxed() } else { option::of(prop::sample::select(racks)).boxed() };
    let face = prop::sample::select(vec![Face::Front, Face::Rear]);
    let stand = (rack, option::of((1u16..).prop_map(RackUnits)), face, place(), any::<bool>());
    let ports = btree_map(1u16.., port_settings(), 0..3).prop_map(|rows| rows.into_iter().collect());
    let tier = option::of(prop::sample::select(Tier::ALL.to_vec()));
    (part(), text(), stand, (option::of(any::<bool>()), any::<bool>(), tier), ports, option::of(generic().prop_map(Box::new)), traffic(), extra()).prop_map(
        |(part, name, (rack, u, face, at, pinned), (transit, kept, modules), ports, generic, traffic, extra)| Node {
            part,
            name,
            rack,
            u: u.filter(|_| rack.is_some()),
            face,
            at,
            pinned,
            transit,
            kept,
            modules,
            ports,
            generic,
            traffic,
            extra,
        },
    )
}

fn link(nodes: Vec<NodeId>, fabrics: Vec<FabricId>) -> impl Strategy<Value = Link> {
    let end = (prop::sample::select(nodes), 1u16.., any::<u8>()).prop_map(|(node, cage, child)| PortRef { node, port: PortPath { cage, child } });
    let fabric = if fabrics.is_empty() { Just(None).boxed() } else { option::of(prop::sample::select(fabrics)).boxed() };
    let facts = (option::of(amount(1e6).prop_map(Metres)), option::of(rate()), option::of(amount(1e12).prop_map(Nanoseconds)));
    ([end.clone(), end], option::of(part()), fabric, facts, extra()).prop_map(|(ends, part, fabric, (length, gbps, latency), extra)| Link {
        ends,
        part,
        fabric,
        length,
        gbps,
        latency,
        extra,
    })
}

fn traffic() -> impl Strategy<Value = TrafficSettings> {
    (option::of(64u16..), option::of(0u8..8), option::of(any::<bool>()), option::of(any::<bool>())).prop_map(|(mtu, pfc, ecn, ptp)| TrafficSettings {
        mtu,
        pfc,
        ecn,
        ptp,
    })
}

fn fabric() -> impl Strategy<Value = Fabric> {
    use FabricRole::*;
    let role = prop::sample::select(vec![Compute, FrontEnd, Fronthaul, Management, ScaleUp, Storage]);
    let intent = prop::sample::select(vec![
        FabricIntent::DualPlane,
        FabricIntent::FatTree,
        FabricIntent::LeafSpine,
        FabricIntent::RailOnly,
        FabricIntent::RailOptimised,
        FabricIntent::SingleStage,
        FabricIntent::Torus,
        FabricIntent::Unstated,
    ]);
    let routing = prop::sample::select(vec![Routing::Ecmp, Routing::Hash, Routing::Tables]);
    use RoutingEngine::*;
    let engine = option::of(prop::sample::select(vec![Dnup, Ftree, Lash, Minhop, Torus2Qos, Updn]));
    let multihoming = option::of(prop::sample::select(vec![Multihoming::Eslag, Multihoming::Mclag]));
    let routes = (engine, option::of(0u8..8), option::of(1u16..), any::<bool>(), multihoming, traffic());
    let paths = option::of(prop::sample::select(vec![Paths::DimensionOrder, Paths::Minimal, Paths::Shortest, Paths::UpDown, Paths::Valiant]));
    let change = option::of(prop::sample::select(vec![LaneChange::Dateline, LaneChange::Groups, LaneChange::Hops]));
    let row = |(node, first, entries): (u32, u16, Vec<u16>)| {
        let entry = |port: u16| match port % 5 {
            0 => Entry::Nowhere,
            1 => Entry::Itself,
            child => Entry::Port(PortPath { cage: port / 5 + 1, child: (child - 2) as u8 }),
        };
        Row::of(NodeId(node % 4), first % 40_000 + 1, entries.into_iter().map(entry))
    };
    let tables = (text(), option::of(any::<u64>()), vec((0u32..4, any::<u16>(), vec(0u16..12, 1..9)).prop_map(row), 0..4), extra());
    let tables = option::of(tables.prop_map(|(from, links, mut rows, extra)| {
        rows.sort_by_key(|row| (row.node, row.first));
        rows.dedup_by_key(|row| row.node);
        let lids =
            vec![Address { node: NodeId(0), port: None, first: 7, last: 7 }, Address { node: NodeId(1), port: Some(PortPath::cage(3)), first: 8, last: 15 }];
        Arc::new(Forwarding { from, links, lids: if rows.is_empty() { Vec::new() } else { lids }, rows, extra })
    }));
    let ways = (paths, option::of(text()), option::of(text()), any::<bool>(), option::of(1u8..=16), change, tables);
    (text(), role, option::of(text()), intent, routing, option::of(1u16..), routes, ways, extra()).prop_map(
        |(name, role, protocol, intent, routing, plane, routes, ways, extra)| Fabric {
            name,
            role,
            protocol,
            intent,
            routing,
            paths: ways.0,
            roots: ways.1,
            dimensions: ways.2,
            forwarding: ways.3,
            lanes: ways.4,
            lane_change: ways.5,
            tables: ways.6,
            plane,
            engine: routes.0,
            lmc: routes.1,
            flows: routes.2,
            lossless: routes.3,
            multihoming: routes.4,
            traffic: routes.5,
            extra,
        },
    )
}

fn rack() -> impl Strategy<Value = Rack> {
    let cooling = prop_oneof![Just(None), Just(Some(Cooling::Air)), Just(Some(Cooling::Liquid)), Just(Some(Cooling::RearDoor))];
    let limits = (option::of(amount(1e9)), option::of(amount(1e9)), option::of(amount(1e9)), option::of(any::<u16>()));
    let stands = (option::of(text()), option::of(any::<(i32, i32)>()), (any::<bool>(), any::<bool>()), vec(text(), 0..3));
    (part(), text(), place(), stands, cooling, limits, extra()).prop_map(
        |(part, name, at, (row, tile, (turned, kept), feeds), cooling, (power, heat, load, cables), extra)| Rack {
            part,
            name,
            at,
            row,
            tile,
            turned,
            cooling,
            limits: RackLimits { power: power.map(Watts), heat: heat.map(Watts), load: load.map(Kilograms), cables: cables.map(u32::from) },
            feeds,
            kept,
            extra,
        },
    )
}

fn requirement() -> impl Strategy<Value = Requirement> {
    let kind = prop_oneof![
        amount(9e15).prop_map(|amount| RequirementKind::Bisection(Gbps(amount))),
        (0..9_000_000_000_000i64).prop_map(|amount| RequirementKind::Budget(Cents(amount))),
        amount(9e15).prop_map(|amount| RequirementKind::Latency(Nanoseconds(amount))),
        amount(9e15).prop_map(|amount| RequirementKind::Oversubscription(Ratio(amount))),
        amount(9e15).prop_map(|amount| RequirementKind::Power(Watts(amount))),
    ];
    (kind, extra()).prop_map(|(kind, extra)| Requirement { kind, fabric: None, extra })
}

fn meta(nodes: Vec<NodeId>) -> impl Strategy<Value = Meta> {
    let element = |nodes: Vec<NodeId>| (prop::sample::select(nodes), option::of("[a-z]{1,4}[0-9]{0,2}")).prop_map(|(node, inside)| Element { node, inside });
    let pair = if nodes.is_empty() { Just(None).boxed() } else { option::of((element(nodes.clone()), element(nodes))).boxed() };
    let silencing = ("[a-z-]{1,9}", option::of(text()), text(), extra()).prop_map(|(code, subject, reason, extra)| Silencing { code, subject, reason, extra });
    let recalled = prop::sample::select(vec![Recalled::Used, Recalled::LeftOut]);
    let switching = prop::sample::select(vec![Switching::CutThrough, Switching::StoreAndForward]);
    let numbers = || btree_map(text(), -1e9..1e9, 0..3).prop_map(|rows| rows.into_iter().collect());
    let settings = (recalled, pair, option::of((1.0..1e15).prop_map(Bytes)), switching, numbers(), numbers(), option::of("[a-z{}:0-9-]{1,12}"), extra())
        .prop_map(|(recalled, pair, message, switching, thresholds, assumptions, label, extra)| Settings {
            recalled,
            pair,
            message,
            label,
            switching,
            thresholds,
            assumptions,
            extra,
        });
    // Names are unique: each ends with its place.
    let scenario = (text(), vec(text(), 0..3), extra()).prop_map(|(name, off, extra)| Scenario { name, off, extra });
    let scenarios = vec(scenario, 0..3).prop_map(|mut scenarios| {
        scenarios.iter_mut().enumerate().for_each(|(place, scenario)| scenario.name = format!("{} {place}", scenario.name));
        scenarios
    });
    let feed = (text(), option::of(amount(1e9)), extra()).prop_map(|(name, capacity, extra)| Feed { name, capacity: capacity.map(Watts), extra });
    let feeds = vec(feed, 0..3).prop_map(|mut feeds| {
        feeds.iter_mut().enumerate().for_each(|(place, feed)| feed.name = format!("{} {place}", feed.name));
        feeds
    });
    let pair = ("n[1-9]/xpu[1-8]", "n[1-9]/xpu[1-8]").prop_map(|(one, other)| [one, other]);
    let workload = (text(), text(), numbers(), numbers(), vec(text(), 0..3), vec(pair, 0..2), extra());
    let workload = workload.prop_map(|(name, model, shape, plan, order, swaps, extra)| Workload { name, model, shape, plan, order, swaps, extra });
    let workloads = vec(workload, 0..3).prop_map(|mut workloads| {
        workloads.iter_mut().enumerate().for_each(|(place, workload)| workload.name = format!("{} {place}", workload.name));
        workloads
    });
    (text(), option::of(text()), settings, vec(silencing, 0..3), (scenarios, workloads), prices(), feeds, extra()).prop_map(
        |(name, catalog, settings, silenced, (scenarios, workloads), prices, feeds, extra)| Meta {
            name,
            catalog,
            settings,
            silenced,
            scenarios,
            workloads,
            prices,
            feeds,
            extra,
        },
    )
}

/// Any price book and choice of tiers, lists in the order that a reader gives them.
fn prices() -> impl Strategy<Value = Prices> {
    let currency = || "[A-Z]{3}".prop_map(|letters| Currency::parse(&letters).unwrap());
    let tier = || prop::sample::select(Tier::ALL.to_vec());
    let money = (1..2_000_000_000_000_000i64, 0..1000i64, 0..1000i64).prop_map(|(low, more, most)| [low, low + more, low + more + most].map(Cents));
    let entry = (
        "[a-z0-9-]{1,9}",
        tier(),
        money,
        currency(),
        text(),
        text(),
        (
            option::of(amount(1e6).prop_filter("a length of nothing is none", |length| *length > 0.0)),
            option::of((0..500u16).prop_map(|halves| f64::from(halves) / 2.0)),
        ),
        extra(),
    );
    let entry = entry.prop_map(|(part, tier, [low, value, high], currency, date, source, (length, lead_weeks), extra)| Price {
        part,
        tier,
        value,
        low,
        high,
        currency,
        date,
        source,
        length: length.map(Metres),
        lead_weeks,
        extra,
    });
    let rates = btree_map(currency(), 1e-6..1e6, 0..3);
    (currency(), rates, tier(), btree_map(text(), tier(), 0..3), vec(entry, 0..4), extra()).prop_map(|(currency, rates, tier, tiers, book, extra)| Prices {
        currency,
        rates: rates.into_iter().collect(),
        tier,
        tiers: tiers.into_iter().collect(),
        book,
        kept: Vec::new(),
        extra,
    })
}

fn table<V: Record>(design: &mut Design, rows: BTreeMap<u32, V>) {
    use weft::model::Id;
    let table: &mut Table<V::Key, V> = V::table_mut(design);
    for (number, row) in rows {
        table.set(V::Key::from_number(number), Some(Arc::new(row)));
    }
}

/// Any design whose references hold.
fn design() -> impl Strategy<Value = Design> {
    let ids = |most: usize| btree_set(0u32..40, 0..most);
    (ids(12), ids(5), ids(4), ids(5))
        .prop_flat_map(|(nodes, racks, fabrics, groups)| {
            let node_ids: Vec<NodeId> = nodes.iter().copied().map(NodeId).collect();
            let rack_ids: Vec<RackId> = racks.iter().copied().map(RackId).collect();
            let fabric_ids: Vec<FabricId> = fabrics.iter().copied().map(FabricId).collect();
            let group_facts = (prop::sample::select(vec![GroupKind::Core, GroupKind::Pod, GroupKind::Row, GroupKind::Site, GroupKind::Unit]), text(), extra());
            let links = if nodes.is_empty() { Just(BTreeMap::new()).boxed() } else { btree_map(0u32..999, link(node_ids.clone(), fabric_ids), 0..16).boxed() };
            (
                meta(node_ids),
                vec(node(rack_ids), nodes.len()).prop_map(move |rows| nodes.clone().into_iter().zip(rows).collect::<BTreeMap<_, _>>()),
                vec(rack(), racks.len()).prop_map(move |rows| racks.clone().into_iter().zip(rows).collect::<BTreeMap<_, _>>()),
                vec(fabric(), fabrics.len()).prop_map(move |rows| fabrics.clone().into_iter().zip(rows).collect::<BTreeMap<_, _>>()),
                vec(group_facts, groups.len()).prop_map(move |rows| groups.clone().into_iter().zip(rows).collect::<BTreeMap<_, _>>()),
                links,
                btree_map(0u32..9, requirement(), 0..4),
                any::<bool>(),
            )
        })
        .prop_map(|(meta, nodes, racks, mut fabrics, groups, links, requirements, own_part)| {
            // Every third thing stands in a group; groups stand in the group before them.
            let mut design = Design { meta: Arc::new(meta), ..Design::default() };
            let mut members: Vec<Member> = nodes.keys().step_by(3).map(|id| Member::Node(NodeId(*id))).collect();
            members.extend(racks.keys().step_by(3).map(|id| Member::Rack(RackId(*id))));
            let mut rows = BTreeMap::new();
            for (id, (kind, name, extra)) in groups.into_iter().rev() {
                rows.insert(id, Group { kind, name, members: std::mem::replace(&mut members, vec![Member::Group(weft::model::GroupId(id))]), extra });
            }
            table(&mut design, rows);
            table(&mut design, nodes);
            let known: Vec<NodeId> = design.nodes.ids().collect();
            for tables in fabrics.values_mut().filter_map(|fabric| fabric.tables.as_mut()) {
                let tables = Arc::make_mut(tables);
                tables.rows.retain(|row| known.contains(&row.node));
                tables.lids.retain(|address| known.contains(&address.node));
            }
            table(&mut design, racks);
            table(&mut design, fabrics);
            table(&mut design, links);
            table(&mut design, requirements);
            if own_part {
                let part =
                    part_from_json(&own(&json!({"id": "own", "kind": "switch", "name": "Own", "ports": [{"name": "p", "count": 4, "gbps": 12.5}]}))).unwrap();
                design.parts.insert(part.id.clone(), Arc::new(part));
            }
            design
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_saved_opens_as_it_was(design in design()) {
        let text = save(&design);
        let loaded = load(&text).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        prop_assert_eq!(loaded.repairs, Vec::<String>::new());
        prop_assert_eq!(loaded.read_only, None);
        prop_assert_eq!(&loaded.design, &design);
        prop_assert_eq!(save(&loaded.design), text.clone());
        let wrong = crate::schema::design_faults(&text);
        prop_assert!(wrong.iter().all(|fault| fault.contains("is not described") && fault.contains("later_")), "{wrong:?}");
    }

    #[test]
    fn a_patch_comes_back_from_its_text(before in design(), after in design()) {
        let patch = Patch::between(&before, &after);
        let read = patch_from_text(&patch_to_text(&patch)).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(&read, &patch);
        let mut design = before;
        prop_assert!(read.apply(&mut design).is_ok());
        prop_assert_eq!(save(&design), save(&after));
    }

    #[test]
    fn a_cut_file_never_panics(design in design(), cut in any::<prop::sample::Index>()) {
        let text = save(&design);
        let mut end = cut.index(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        prop_assert!(load(&text[..end]).is_err() || text[end..].trim().is_empty());
        let patch = patch_to_text(&Patch::between(&Design::default(), &design));
        let mut end = cut.index(patch.len());
        while !patch.is_char_boundary(end) {
            end -= 1;
        }
        let _ = patch_from_text(&patch[..end]);
    }

    #[test]
    fn a_garbled_file_opens_whole_or_not_at_all(design in design(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = save(&design).into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let Ok(text) = String::from_utf8(bytes) else { return Ok(()) };
        if let Ok(loaded) = load(&text) {
            prop_assert_eq!(loaded.design.structural_faults(), Vec::<String>::new());
            let again = save(&loaded.design);
            prop_assert_eq!(load(&again).map(|loaded| save(&loaded.design)), Ok(again));
        }
    }

    #[test]
    fn any_text_is_opened_or_refused(text in "\\PC*", json in "[\\[\\]{}\":,0-9a-z]{0,200}") {
        for text in [text, json] {
            let _ = load(&text);
            let _ = patch_from_text(&text);
            let _ = weft::io::flows::read_flows(&text);
            for source in [Source::Auto, Source::Graph, Source::Ibnetdiscover] {
                if let Ok(imported) = import(&text, &source, &Options::default(), &Catalog::default()) {
                    prop_assert_eq!(imported.design.structural_faults(), Vec::<String>::new());
                }
            }
        }
    }

    #[test]
    fn a_graph_comes_back_from_its_import(links in vec((0usize..8, 0usize..8, 1u32..1000), 0..40), transit in vec(any::<bool>(), 8)) {
        let nodes: Vec<Value> = transit.iter().enumerate().map(|(at, transit)| json!({"id": format!("v{at}"), "kind": "switch", "transit": transit})).collect();
        let asked: Vec<Value> = links.iter().map(|(a, b, gbps)| json!({"a": format!("v{a}"), "b": format!("v{b}"), "gbps": gbps, "latency_ns": 5})).collect();
        let imported = import(&json!({"nodes": nodes, "links": asked}).to_string(), &Source::Auto, &Options::default(), &Catalog::builtin()).unwrap();
        let catalog = Catalog::builtin();
        let found: Vec<Value> = imported.design.nodes.iter().map(|(_, node)| json!({"id": node.name, "kind": "switch", "transit": catalog.forwards(&imported.design, node)})).collect();
        prop_assert_eq!(found, nodes);
        let name = |end: PortRef| imported.design.nodes.get(end.node).unwrap().name.clone();
        let found: Vec<Value> = imported.design.links.iter().map(|(_, link)| json!({"a": name(link.ends[0]), "b": name(link.ends[1]), "gbps": link.gbps.unwrap().0 as u32, "latency_ns": link.latency.unwrap().0 as u32})).collect();
        prop_assert_eq!(found, asked);
        let ports: std::collections::BTreeSet<PortRef> = imported.design.links.iter().flat_map(|(_, link)| link.ends).collect();
        prop_assert_eq!(ports.len(), 2 * links.len(), "no port is used twice");
    }
}
