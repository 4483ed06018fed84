//! What can be stated of fabrics, nodes, racks and the evaluation: each setting with its words, what it means and what holds without it. The
//! inspector, fixes and automation read this one list, and every value goes through the same check.
//!
//! A setting is named as the file names it. Its value is text: one of its choices, or something typed; empty is what holds without.

mod typed;

use self::typed::{amount, bytes, choice, filled, names, rate, short, switch, tile, whole};
use super::labels::{OF_LABELS, Pattern};
use super::routing;
use crate::model::words::Word;
use crate::model::{Design, Fabric, Feed, Generic, Meta, Node, Part, Rack, Settings, Subject, TrafficSettings};
use crate::units::{Bytes, Kilograms, Watts};

/// Something that can be stated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Setting {
    /// Its name in the file.
    pub key: &'static str,
    /// The heading it stands under.
    pub group: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// What it means, in a sentence.
    pub help: &'static str,
    /// What holds without it, in a few words.
    pub without: &'static str,
    /// What can be chosen, with words; empty where it is typed.
    pub choices: &'static [(&'static str, &'static str)],
}

type Choices = &'static [(&'static str, &'static str)];

const fn typed(key: &'static str, group: &'static str, label: &'static str, help: &'static str, without: &'static str) -> Setting {
    Setting { key, group, label, help, without, choices: &[] }
}

const fn chosen(setting: Setting, choices: Choices) -> Setting {
    Setting { choices, ..setting }
}

const ON_OFF: Choices = &[("", "not stated"), ("true", "yes"), ("false", "no")];
const LAYERS: Choices = &[
    ("", "any"),
    ("ethernet", "Ethernet"),
    ("ici", "ICI"),
    ("infiniband", "InfiniBand"),
    ("neuronlink", "NeuronLink"),
    ("nvlink", "NVLink"),
    ("other", "another"),
    ("pcie", "PCIe"),
    ("ualink", "UALink"),
    ("xgmi", "xGMI"),
];

const MTU: Setting = typed("mtu", "Ports", "MTU", "The largest frame, in bytes. A frame that is too large is dropped without a word.", "not stated");
const PFC: Setting = typed("pfc", "Ports", "PFC priority", "The priority that is paused instead of dropped, 0 to 7.", "not stated");
const ECN: Setting = chosen(typed("ecn", "Ports", "ECN", "Whether congestion is marked in packets, so that senders slow down.", "not stated"), ON_OFF);
const PTP: Setting = chosen(typed("ptp", "Ports", "PTP", "Whether precise time is passed on; a fronthaul needs it on every hop.", "not stated"), ON_OFF);

/// What can be stated of a fabric.
pub static FABRIC: &[Setting] = &[
    chosen(
        typed("role", "What it is", "Role", "What it is for; rules judge it by that. A fronthaul has a budget of time.", "compute"),
        &[
            ("compute", "compute"),
            ("front-end", "front-end"),
            ("fronthaul", "fronthaul"),
            ("management", "management"),
            ("scale-up", "scale-up"),
            ("storage", "storage"),
        ],
    ),
    typed("protocol", "What it is", "Protocol", "What it runs.", "not stated"),
    chosen(
        typed("intent", "What it is", "Shape", "The shape it is meant to have; rules judge it by that.", "unstated"),
        &[
            ("unstated", "not stated"),
            ("dragonfly", "dragonfly"),
            ("dual-plane", "dual plane"),
            ("fat-tree", "fat tree"),
            ("leaf-spine", "leaf-spine"),
            ("rail-only", "rail-only"),
            ("rail-optimised", "rail-optimised"),
            ("single-stage", "single stage"),
            ("torus", "torus"),
        ],
    ),
    typed("plane", "What it is", "Plane", "Which of several independent copies it is, from 1.", "the only one"),
    chosen(
        typed("routing", "Routing", "Equal paths", "How a flow chooses among paths of the same length.", "ecmp"),
        &[("ecmp", "split evenly at each hop"), ("hash", "one path for each flow, by hash"), ("tables", "forwarding tables")],
    ),
    chosen(
        typed(
            "tables",
            "Routing",
            "Forwarding tables",
            "In force where equal paths go by tables; without them Weft fills them as a subnet manager does.",
            "filled as a subnet manager does",
        ),
        &[("", "filled as a subnet manager does")],
    ),
    chosen(
        typed("paths", "Routing", "Paths", "Which paths it takes. Every estimate that rests on routes says which routing was in force.", "inferred"),
        &[
            ("", "inferred: as its engine, else shortest"),
            ("dimension-order", "one dimension after the other (torus, mesh)"),
            ("minimal", "at most one link between groups (dragonfly)"),
            ("shortest", "fewest hops"),
            ("up-down", "up, then down"),
            ("valiant", "by way of a third group (dragonfly)"),
        ],
    ),
    typed(
        "roots",
        "Routing",
        "Roots of up/down",
        "Switches that up leads to, by name or id, separated by commas; core-* is all that begin so.",
        "inferred from the tiers",
    ),
    typed(
        "dimensions",
        "Routing",
        "Dimensions",
        "Lengths of a torus or mesh, its nodes in id order, the first fastest; for example 8, 8, 4.",
        "inferred from the links",
    ),
    chosen(
        typed(
            "forwarding",
            "Routing",
            "Forward in the domain",
            "Whether XPUs pass on what is bound for another rail through their scale-up domain (PXN).",
            "no",
        ),
        &[("", "no"), ("true", "yes")],
    ),
    typed("lanes", "Routing", "Virtual lanes", "How many virtual lanes its routes use, 1 to 16; they can keep packets from waiting in a circle.", "1"),
    chosen(
        typed("lane_change", "Routing", "Next lane", "What moves a packet to the next virtual lane.", "nothing"),
        &[("", "nothing"), ("dateline", "the link that closes a ring"), ("groups", "each link between groups"), ("hops", "each hop")],
    ),
    typed("flows", "Routing", "Flows per NIC", "How many flows each adapter keeps open at once; few of them hash unevenly.", "not stated"),
    chosen(
        typed("engine", "Routing", "Engine", "What an InfiniBand subnet manager computes routes with.", "not stated"),
        &[("", "not stated"), ("dnup", "dnup"), ("ftree", "ftree"), ("lash", "lash"), ("minhop", "minhop"), ("torus-2qos", "torus-2QoS"), ("updn", "updn")],
    ),
    typed("lmc", "Routing", "LMC", "How many low bits of an InfiniBand address name paths to one port, 0 to 7.", "0"),
    chosen(
        typed("multihoming", "Routing", "Multihoming", "How hosts are attached to several switches at once.", "not stated"),
        &[("", "not stated"), ("mclag", "MCLAG: a pair with a peer link"), ("eslag", "ESLAG: EVPN over up to four")],
    ),
    chosen(
        typed("lossless", "Ports", "Lossless", "Whether it promises to drop nothing; then every hop needs PFC and ECN.", "no"),
        &[("", "no"), ("true", "yes")],
    ),
    MTU,
    PFC,
    ECN,
    PTP,
];

const KEPT: Setting = chosen(
    typed(
        "kept",
        "Buying",
        "There already",
        "What is kept is not bought; a cable between two nodes that are kept is kept with what sits in it.",
        "no, to be bought",
    ),
    &[("", "no, to be bought"), ("true", "yes, it is kept")],
);

const AS_PART: &str = "as its part says";
const AS_FABRIC: &str = "as its fabric says";

/// What can be stated of a node.
pub static NODE: &[Setting] = &[
    chosen(
        typed("face", "Place", "Faces", "Which side of the rack it faces.", "front"),
        &[("front", "front, the cold aisle"), ("rear", "rear, the hot aisle")],
    ),
    chosen(
        typed("transit", "Behaviour", "Forwards others' traffic", "Whether traffic that is not its own passes through it.", "as its kind does"),
        &[("", "as its kind does"), ("true", "yes"), ("false", "no")],
    ),
    KEPT,
    chosen(
        typed(
            "modules",
            "Buying",
            "Modules in it",
            "From which tier the modules in its cages are bought, whatever their own line in the bill of materials says.",
            "by their own line",
        ),
        &[("", "by their own line"), ("oem", "OEM"), ("compatible", "compatible"), ("refurbished", "refurbished")],
    ),
    Setting { without: AS_FABRIC, ..MTU },
    Setting { without: AS_FABRIC, ..PFC },
    Setting { without: AS_FABRIC, choices: &[("", AS_FABRIC), ("true", "yes"), ("false", "no")], ..ECN },
    Setting { without: AS_FABRIC, choices: &[("", AS_FABRIC), ("true", "yes"), ("false", "no")], ..PTP },
];

/// What can be stated of a node that is a generic part, besides.
pub static GENERIC: &[Setting] = &[
    typed("gbps", "Generic part", "Rate of a port", "What each of its ports is taken to run at, for example 400G.", "any"),
    chosen(typed("layer", "Generic part", "Speaks", "What its ports are taken to speak.", "any"), LAYERS),
];

/// What can be stated of a rack.
pub static RACK: &[Setting] = &[
    typed("row", "Floor", "Row", "The row it stands in, for people.", "none"),
    typed("tile", "Floor", "Tile", "Its floor tile, column and line; cable lengths follow from it.", "none, lengths unknown"),
    chosen(
        typed("turned", "Floor", "Front looks", "Which way its front looks on the floor plan: to the cold aisle.", "down"),
        &[("", "down the plan"), ("true", "up the plan")],
    ),
    chosen(
        typed("cooling", "What it bears", "Cooling", "How heat leaves it.", AS_PART),
        &[("", AS_PART), ("air", "air"), ("rear-door", "air, with a rear door that takes heat"), ("liquid", "direct liquid")],
    ),
    typed("max_power_w", "What it bears", "Power", "The power its feeds give here.", AS_PART),
    typed(
        "max_heat_w",
        "What it bears",
        "Heat into air",
        "The heat that may go into the air here, its door's share included.",
        "not stated; a rear door's own",
    ),
    typed("max_load_kg", "What it bears", "Load", "The load it and the floor below carry.", AS_PART),
    typed("max_cables", "What it bears", "Cables", "How many cables its paths hold.", "not stated"),
    typed("feeds", "What it bears", "Power feeds", "The feeds its supplies hang on, one for each supply, for example A, B.", "not stated"),
    KEPT,
];

/// What can be stated of how a design is evaluated.
pub static DESIGN: &[Setting] = &[
    chosen(
        typed(
            "switching",
            "Evaluation",
            "Switches forward",
            "Cut-through: as soon as the header is read. A switch that takes whole packets in adds a packet time for each hop.",
            "cut-through",
        ),
        &[("cut-through", "cut-through"), ("store-and-forward", "store-and-forward")],
    ),
    chosen(
        typed("recalled", "Evaluation", "Recalled figures", "Figures that rest on somebody's memory; left out, what rests on them is unknown.", "used"),
        &[("used", "marked"), ("left-out", "left out")],
    ),
    typed("message_bytes", "Evaluation", "Message", "Size of the message whose latency is shown, for example 64 KiB.", "4 KiB"),
    typed(
        "cable_label",
        "Cables",
        "Label pattern",
        "What is printed at each end of a cable, for example {rack}-U{u:2}-{port} or {node}:{port}.",
        "{rack}-U{u:2}-{port}",
    ),
    typed(
        "feeds",
        "Power",
        "Power feeds",
        "Feeds of the hall with what each can give, for example A 200 kW, B 200 kW. Racks hang on them by name.",
        "not stated",
    ),
];

/// What can be stated of a subject: of a node with `part` its part.
pub fn of(subject: &Subject, part: Option<&Part>) -> Vec<&'static Setting> {
    let (own, more): (&[Setting], &[Setting]) = match subject {
        Subject::Design => (DESIGN, &[]),
        Subject::Fabric(_) => (FABRIC, &[]),
        Subject::Node(_) => (NODE, if part.is_some_and(Part::is_generic) { GENERIC } else { &[] }),
        Subject::Rack(_) => (RACK, &[]),
        _ => (&[], &[]),
    };
    own.iter().chain(more).collect()
}

/// The setting with this key, whatever it is a setting of.
pub fn by_key(key: &str) -> Option<&'static Setting> {
    [FABRIC, NODE, GENERIC, RACK, DESIGN].into_iter().flatten().find(|setting| setting.key == key)
}

/// What a design states; empty where it states nothing. `None` where the subject is not there or has no such setting.
pub fn value(design: &Design, subject: &Subject, key: &str) -> Option<String> {
    match subject {
        Subject::Design if key == "feeds" => Some(feeds_in_words(&design.meta.feeds)),
        Subject::Design => of_settings(&design.meta.settings, key),
        Subject::Fabric(id) => of_fabric(design.fabrics.get(*id)?, key),
        Subject::Node(id) => of_node(design.nodes.get(*id)?, key),
        Subject::Rack(id) => of_rack(design.racks.get(*id)?, key),
        _ => None,
    }
}

fn shown(value: Option<impl ToString>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

fn word<W: Word>(value: Option<W>) -> String {
    value.map_or("", Word::word).to_owned()
}

fn of_settings(settings: &Settings, key: &str) -> Option<String> {
    Some(match key {
        "cable_label" => settings.label.clone().unwrap_or_default(),
        "message_bytes" => shown(settings.message),
        "recalled" => settings.recalled.word().to_owned(),
        "switching" => settings.switching.word().to_owned(),
        _ => return None,
    })
}

fn of_fabric(fabric: &Fabric, key: &str) -> Option<String> {
    Some(match key {
        "engine" => word(fabric.engine),
        "flows" => shown(fabric.flows),
        "intent" => fabric.intent.word().to_owned(),
        "lmc" => shown(fabric.lmc),
        "tables" => fabric.tables.as_deref().map_or_else(String::new, |read| format!("as imported ({})", routing::imported::told(read))),
        "lossless" => if fabric.lossless { "true" } else { "" }.to_owned(),
        "multihoming" => word(fabric.multihoming),
        "plane" => shown(fabric.plane),
        "protocol" => fabric.protocol.clone().unwrap_or_default(),
        "dimensions" => fabric.dimensions.clone().unwrap_or_default(),
        "forwarding" => if fabric.forwarding { "true" } else { "" }.to_owned(),
        "lane_change" => word(fabric.lane_change),
        "lanes" => shown(fabric.lanes),
        "paths" => word(fabric.paths),
        "role" => fabric.role.word().to_owned(),
        "roots" => fabric.roots.clone().unwrap_or_default(),
        "routing" => fabric.routing.word().to_owned(),
        _ => return of_ports(&fabric.traffic, key),
    })
}

fn of_node(node: &Node, key: &str) -> Option<String> {
    let generic = node.generic.as_deref();
    Some(match key {
        "face" => node.face.word().to_owned(),
        "gbps" => shown(generic.and_then(|generic| generic.gbps)),
        "layer" => word(generic.and_then(|generic| generic.layer)),
        "kept" => if node.kept { "true" } else { "" }.to_owned(),
        "modules" => word(node.modules),
        "transit" => shown(node.transit),
        _ => return of_ports(&node.traffic, key),
    })
}

fn of_ports(traffic: &TrafficSettings, key: &str) -> Option<String> {
    Some(match key {
        "ecn" => shown(traffic.ecn),
        "mtu" => shown(traffic.mtu),
        "pfc" => shown(traffic.pfc),
        "ptp" => shown(traffic.ptp),
        _ => return None,
    })
}

fn of_rack(rack: &Rack, key: &str) -> Option<String> {
    Some(match key {
        "row" => rack.row.clone().unwrap_or_default(),
        "tile" => rack.tile.map_or_else(String::new, |(column, line)| format!("{column}, {line}")),
        "turned" => if rack.turned { "true" } else { "" }.to_owned(),
        "cooling" => word(rack.cooling),
        "kept" => if rack.kept { "true" } else { "" }.to_owned(),
        "max_cables" => shown(rack.limits.cables),
        "max_heat_w" => shown(rack.limits.heat),
        "max_load_kg" => shown(rack.limits.load),
        "max_power_w" => shown(rack.limits.power),
        "feeds" => rack.feeds.join(", "),
        _ => return None,
    })
}

/// Power feeds as they are typed: `A 200 kW, B 200 kW`.
fn feeds_in_words(feeds: &[Feed]) -> String {
    let words = feeds.iter().map(|feed| feed.capacity.map_or_else(|| feed.name.clone(), |capacity| format!("{} {} kW", feed.name, capacity.0 / 1000.0)));
    words.collect::<Vec<_>>().join(", ")
}

/// Why a value was not taken: it is none, or there is no such setting.
type Outcome = Result<(), String>;

fn unknown(key: &str) -> Outcome {
    Err(format!("There is no setting “{key}” here"))
}

/// States a value of the design: of its feeds, or of the evaluation.
pub fn set_design(meta: &mut Meta, key: &str, text: &str) -> Outcome {
    match key {
        "feeds" => {
            meta.feeds = feeds(text, &meta.feeds)?;
            Ok(())
        }
        _ => set_settings(&mut meta.settings, key, text),
    }
}

/// The most feeds that a design may have.
const MOST_FEEDS: usize = 64;

/// Reads feeds as they are typed; what is not said here is kept of the feeds that were there.
fn feeds(text: &str, before: &[Feed]) -> Result<Vec<Feed>, String> {
    let mut feeds: Vec<Feed> = Vec::new();
    for typed in names(text)? {
        // The capacity is what reads as one at the end, with its unit; the name is the rest.
        let amount = |split: usize| typed.get(split..).and_then(|end| end.trim().parse::<Watts>().ok()).map(|watts| (split, watts));
        let found = typed.match_indices(' ').filter(|_| typed.ends_with(['W', 'w'])).find_map(|(split, _)| amount(split));
        let (name, capacity) = match found {
            Some((split, watts)) => (typed.get(..split).unwrap_or_default().trim(), Some(watts)),
            None => (typed.as_str(), None),
        };
        if capacity.is_some_and(|watts| !(0.0..=1e9).contains(&watts.0)) {
            return Err(format!("“{}” is not what a feed gives; write for example A 200 kW", short(&typed)));
        }
        if feeds.iter().any(|feed| feed.name == name) {
            return Err(format!("There are two feeds “{}”; each has a name of its own", short(name)));
        }
        let extra = before.iter().find(|feed| feed.name == name).map(|feed| feed.extra.clone()).unwrap_or_default();
        feeds.push(Feed { name: name.to_owned(), capacity, extra });
    }
    if feeds.len() > MOST_FEEDS {
        return Err(format!("More than {MOST_FEEDS} feeds are more than a hall has"));
    }
    Ok(feeds)
}

/// States a value of the evaluation.
pub fn set_settings(settings: &mut Settings, key: &str, text: &str) -> Outcome {
    match key {
        "cable_label" => {
            let label = filled(text)?;
            if let Some(pattern) = &label {
                Pattern::parse(pattern, OF_LABELS)?;
            }
            settings.label = label;
        }
        "message_bytes" => {
            let size = bytes(text)?;
            if size.is_some_and(|size| !(1.0..=1e15).contains(&size.0)) {
                return Err("A message has 1 byte to 1 PB".to_owned());
            }
            settings.message = size;
        }
        "recalled" => settings.recalled = choice(text)?.unwrap_or_default(),
        "switching" => settings.switching = choice(text)?.unwrap_or_default(),
        _ => return unknown(key),
    }
    Ok(())
}

/// States a value of a fabric.
pub fn set_fabric(fabric: &mut Fabric, key: &str, text: &str) -> Outcome {
    match key {
        "engine" => fabric.engine = choice(text)?,
        "flows" => fabric.flows = whole(text, 1, u16::MAX)?,
        "intent" => fabric.intent = choice(text)?.unwrap_or_default(),
        "tables" => match text.trim() {
            "" => fabric.tables = None,
            same if of_fabric(fabric, key).as_deref() == Some(same) => {}
            _ => return Err("Forwarding tables are imported from a file: open or drop a dump of them".to_owned()),
        },
        "lmc" => fabric.lmc = whole(text, 0, 7)?.map(|lmc| lmc as u8),
        "lossless" => fabric.lossless = switch(text)?.unwrap_or(false),
        "multihoming" => fabric.multihoming = choice(text)?,
        "plane" => fabric.plane = whole(text, 1, u16::MAX)?,
        "protocol" => fabric.protocol = filled(text)?,
        "dimensions" => {
            let dimensions = filled(text)?;
            if dimensions.as_deref().is_some_and(|text| routing::sizes(text).is_none()) {
                return Err(format!("“{}” is no list of lengths; write for example 8, 8, 4", short(text.trim())));
            }
            fabric.dimensions = dimensions;
        }
        "forwarding" => fabric.forwarding = switch(text)?.unwrap_or(false),
        "lane_change" => fabric.lane_change = choice(text)?,
        "lanes" => fabric.lanes = whole(text, 1, u16::from(routing::MOST_LANES))?.map(|lanes| lanes as u8),
        "paths" => fabric.paths = choice(text)?,
        "role" => fabric.role = choice(text)?.unwrap_or_default(),
        "roots" => fabric.roots = filled(text)?,
        "routing" => fabric.routing = choice(text)?.unwrap_or_default(),
        _ => return set_ports(&mut fabric.traffic, key, text),
    }
    Ok(())
}

/// States a value of a node. What is said of a generic part is taken by any node, and used by generic ones.
pub fn set_node(node: &mut Node, key: &str, text: &str) -> Outcome {
    match key {
        "face" => node.face = choice(text)?.unwrap_or_default(),
        "gbps" | "layer" => {
            let mut generic = node.generic.as_deref().cloned().unwrap_or_default();
            match key {
                "layer" => generic.layer = choice(text)?,
                _ => generic.gbps = rate(text)?,
            }
            node.generic = (generic != Generic::default()).then(|| Box::new(generic));
        }
        "kept" => node.kept = switch(text)?.unwrap_or(false),
        "modules" => node.modules = choice(text)?,
        "transit" => node.transit = switch(text)?,
        _ => return set_ports(&mut node.traffic, key, text),
    }
    Ok(())
}

fn set_ports(traffic: &mut TrafficSettings, key: &str, text: &str) -> Outcome {
    match key {
        "ecn" => traffic.ecn = switch(text)?,
        "mtu" => {
            traffic.mtu = match bytes(text)? {
                Some(Bytes(bytes)) if (64.0..=65535.0).contains(&bytes) && bytes.fract() == 0.0 => Some(bytes as u16),
                Some(_) => return Err("A frame has 64 to 65,535 bytes, for example 9000 or 4 KiB".to_owned()),
                None => None,
            };
        }
        "pfc" => traffic.pfc = whole(text, 0, 7)?.map(|class| class as u8),
        "ptp" => traffic.ptp = switch(text)?,
        _ => return unknown(key),
    }
    Ok(())
}

/// States a value of a rack.
pub fn set_rack(rack: &mut Rack, key: &str, text: &str) -> Outcome {
    match key {
        "row" => rack.row = filled(text)?,
        "tile" => {
            rack.tile = match text.trim() {
                "" => None,
                typed => Some(tile(typed).ok_or_else(|| format!("“{typed}” is no tile; write column and line, for example 3, 2"))?),
            }
        }
        "turned" => rack.turned = switch(text)?.unwrap_or(false),
        "cooling" => rack.cooling = choice(text)?,
        "kept" => rack.kept = switch(text)?.unwrap_or(false),
        "max_cables" => rack.limits.cables = whole(text, 0, u16::MAX)?.map(u32::from),
        "max_heat_w" => rack.limits.heat = amount(text, |watts: &Watts| watts.0)?,
        "max_load_kg" => rack.limits.load = amount(text, |load: &Kilograms| load.0)?,
        "max_power_w" => rack.limits.power = amount(text, |watts: &Watts| watts.0)?,
        "feeds" => rack.feeds = names(text)?,
        _ => return unknown(key),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Cooling, FabricIntent, FabricRole, Face, LaneChange, LinkLayer, Multihoming, Paths, Recalled, Routing, RoutingEngine, Switching, Tier};

    fn words<W: Word>(setting: &Setting) {
        let mut offered: Vec<&str> = setting.choices.iter().map(|(word, _)| *word).filter(|word| !word.is_empty()).collect();
        let mut known = W::WORDS.to_vec();
        crate::units::order::sort(&mut offered);
        crate::units::order::sort(&mut known);
        assert_eq!(offered, known, "{}", setting.key);
    }

    #[test]
    fn every_choice_of_the_file_can_be_chosen() {
        for setting in [FABRIC, NODE, GENERIC, RACK, DESIGN].into_iter().flatten() {
            match setting.key {
                "cooling" => words::<Cooling>(setting),
                "engine" => words::<RoutingEngine>(setting),
                "face" => words::<Face>(setting),
                "intent" => words::<FabricIntent>(setting),
                "lane_change" => words::<LaneChange>(setting),
                "layer" => words::<LinkLayer>(setting),
                "modules" => words::<Tier>(setting),
                "multihoming" => words::<Multihoming>(setting),
                "paths" => words::<Paths>(setting),
                "recalled" => words::<Recalled>(setting),
                "role" => words::<FabricRole>(setting),
                "routing" => words::<Routing>(setting),
                "switching" => words::<Switching>(setting),
                key => assert!(setting.choices.iter().all(|(word, _)| ["", "true", "false"].contains(word)), "whose words are those of {key}?"),
            }
        }
    }

    #[test]
    fn what_is_stated_reads_back() {
        let mut fabric = Fabric::default();
        for setting in FABRIC {
            let text = match setting.choices.last() {
                Some((word, _)) => word,
                None if setting.key == "protocol" => "roce-400",
                None => "3",
            };
            let text = if setting.key == "mtu" { "9000" } else { text };
            set_fabric(&mut fabric, setting.key, text).unwrap();
            assert_eq!(of_fabric(&fabric, setting.key).as_deref(), Some(text), "{}", setting.key);
        }
        for setting in FABRIC {
            set_fabric(&mut fabric, setting.key, "").unwrap();
        }
        assert_eq!(fabric, Fabric::default(), "empty is what holds without");
    }

    #[test]
    fn units_are_typed_freely_and_nonsense_says_what_to_write() {
        let mut fabric = Fabric::default();
        set_fabric(&mut fabric, "mtu", "4 KiB").unwrap();
        assert_eq!(fabric.traffic.mtu, Some(4096));
        for (key, text) in [("mtu", "12"), ("mtu", "70000"), ("lmc", "8"), ("pfc", "-1"), ("routing", "magic"), ("lossless", "perhaps"), ("nothing", "1")] {
            let before = fabric.clone();
            assert!(set_fabric(&mut fabric, key, text).is_err(), "{key} {text}");
            assert_eq!(fabric, before, "{key} {text}");
        }
        let mut rack = Rack::new(crate::model::PartId::new("19in-48u"), "A01", crate::units::Point::default());
        set_rack(&mut rack, "tile", "3, -2").unwrap();
        assert_eq!(rack.tile, Some((3, -2)));
        assert!(set_rack(&mut rack, "tile", "3").is_err() && set_rack(&mut rack, "tile", "1,2,3").is_err());
        set_rack(&mut rack, "feeds", "A; B,").unwrap();
        assert_eq!((rack.feeds.len(), of_rack(&rack, "feeds").as_deref()), (2, Some("A, B")));

        let mut meta = Meta::default();
        set_design(&mut meta, "feeds", "A 200 kW, Hall 2 B 150 kW, C 3").unwrap();
        let read: Vec<_> = meta.feeds.iter().map(|feed| (feed.name.as_str(), feed.capacity.map(|watts| watts.0))).collect();
        assert_eq!(read, [("A", Some(200_000.0)), ("Hall 2 B", Some(150_000.0)), ("C 3", None)]);
        let shown = feeds_in_words(&meta.feeds);
        set_design(&mut meta, "feeds", &shown).unwrap();
        assert_eq!(feeds_in_words(&meta.feeds), shown);
        for wrong in ["A 1 kW, A 2 kW", "A -3 kW", "A 9e99 W"] {
            assert!(set_design(&mut meta, "feeds", wrong).is_err(), "{wrong}");
            assert_eq!(feeds_in_words(&meta.feeds), shown, "{wrong} changes nothing");
        }
    }
}
