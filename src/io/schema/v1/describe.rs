//! The JSON Schema of version 1, made from the same words that reading and writing use. `docs/weft-design.schema.json` is this text.
//!
//! Every object allows fields that are not described: a reader keeps what it does not know.

use serde_json::{Map, Value, json};

use crate::model::words::Word;
use crate::model::{
    Cooling, FabricIntent, FabricRole, Face, GroupKind, LaneChange, LinkLayer, Multihoming, Paths, Recalled, Routing, RoutingEngine, Switching, Tier,
};

/// The JSON Schema (draft 2020-12) of a design of the newest version, indented.
pub fn schema_json() -> String {
    let mut schema = object(
        "A design of an AI fabric: racks, nodes, links and what is said of them. One record per line, records in numeric id order, defaults left out.",
        &["format", "version"],
        vec![
            ("format", json!({"const": "weft-design", "description": "What this file is."})),
            ("version", json!({"type": "integer", "minimum": 1, "description": "The version of the form of the file."})),
            ("min_reader", json!({"type": "integer", "minimum": 1, "description": "The oldest version whose reader understands this file."})),
            ("generator", text("What wrote it; nothing depends on it.")),
            ("name", text("The name of the design, as the title bar shows it.")),
            ("catalog", text("The version of the catalogue it was drawn with.")),
            ("settings", reference("settings", "How the design is evaluated.")),
            ("requirements", list("requirement", "What the design must reach, checked as rules.")),
            ("fabrics", list("fabric", "Networks with a role.")),
            ("parts", list("part", "Own parts, and catalogue parts that are changed here; they win over catalogue parts of the same id.")),
            ("groups", list("group", "Containers that collapse.")),
            ("racks", list("rack", "Placed racks.")),
            ("nodes", list("node", "Placed parts with ports: systems, XPUs, switches, NICs.")),
            ("links", list("link", "Cable assemblies between two ports.")),
            ("feeds", list("feed", "Power feeds that racks hang on.")),
            ("silenced", list("silencing", "Findings that are accepted, each with a reason.")),
            ("scenarios", list("scenario", "Sets of things that have failed, to look at what the fabric does without them; the design itself stays whole.")),
            ("prices", reference("prices", "What is said about money.")),
            ("workloads", list("workload", "Training jobs that the fabric is for: the shape of a transformer, and how it is spread over the XPUs.")),
        ],
    );
    let head = [("$schema", json!("https://json-schema.org/draft/2020-12/schema")), ("title", json!("Weft design, version 1"))];
    let mut whole = Map::from_iter(head.map(|(key, value)| (key.to_owned(), value)));
    whole.append(&mut schema);
    whole.insert("$defs".to_owned(), definitions());
    let mut text = serde_json::to_string_pretty(&Value::Object(whole)).unwrap_or_default();
    text.push('\n');
    text
}

fn definitions() -> Value {
    let mut all = Map::new();
    let mut define = |name: &str, definition: Map<String, Value>| all.insert(name.to_owned(), Value::Object(definition));
    define("settings", settings());
    define("requirement", requirement());
    define("fabric", fabric());
    define("tables", tables());
    define("group", group());
    define("rack", rack());
    define("node", node());
    define("generic", generic());
    define("port_settings", port_settings());
    define("link", link());
    define("feed", feed());
    define("silencing", silencing());
    define("scenario", scenario());
    define("workload", workload());
    define("prices", prices());
    define("price", price());
    super::describe_part::define_parts(&mut define);
    Value::Object(all)
}

fn settings() -> Map<String, Value> {
    object(
        "How a design is evaluated.",
        &[],
        vec![
            ("recalled", words::<Recalled>("Whether figures that rest on somebody's memory count.", "used")),
            (
                "pair",
                json!({"type": "array", "items": element(), "minItems": 2, "maxItems": 2, "description": "The pair whose bandwidth and latency are shown; the worst pair if left out."}),
            ),
            ("message_bytes", number("Size of the message whose latency is shown, in bytes; 4096 if left out.", Some(1.0))),
            ("cable_label", text("The pattern of the labels at the ends of cables, for example {rack}-U{u:2}-{port}; that one if left out.")),
            ("switching", words::<Switching>("How switches forward.", "cut-through")),
            (
                "thresholds",
                json!({"type": "object", "additionalProperties": {"type": "number"}, "description": "Thresholds of rules by diagnostic code, where they differ from the rule's own."}),
            ),
            (
                "assumptions",
                json!({"type": "object", "additionalProperties": {"type": "number"}, "description": "What is assumed of the floor, of money and of energy, by key, where it differs from what Weft assumes; each in the unit its key ends with."}),
            ),
        ],
    )
}

fn requirement() -> Map<String, Value> {
    let amount = |unit: &str, of: &str| number(&format!("The amount, in {unit}: {of}."), Some(0.0));
    object(
        "Something the design must reach.",
        &["kind"],
        vec![
            ("id", id("q")),
            (
                "kind",
                json!({"enum": ["bisection", "budget", "latency", "oversubscription", "power"], "description": "What is asked; the amount stands in the field of its unit."}),
            ),
            ("gbps", amount("Gb/s", "at least this bisection bandwidth")),
            ("cents", json!({"type": "integer", "minimum": 0, "description": "The amount, in cents: at most this much money."})),
            ("ns", amount("nanoseconds", "at most this latency between any two XPUs")),
            ("ratio", amount("down to up", "at most this oversubscription on any tier")),
            ("watts", amount("watts", "at most this power")),
            ("fabric", described(id("f"), "The fabric it is asked of; every compute fabric if left out.")),
        ],
    )
}

fn fabric() -> Map<String, Value> {
    object(
        "One network with a role.",
        &[],
        vec![
            ("id", id("f")),
            ("name", text("Its name.")),
            ("role", words::<FabricRole>("What it is for.", "compute")),
            ("protocol", text("The protocol it runs, by catalogue id, for example ib-ndr.")),
            ("intent", words::<FabricIntent>("The shape it is meant to have; rules judge it by that.", "unstated")),
            ("routing", words::<Routing>("How it chooses among equal paths: an even split at each hop, one path per flow, or one port for each destination as a subnet manager fills forwarding tables.", "ecmp")),
            ("paths", words::<Paths>("Which paths it takes; inferred if left out.", "")),
            ("roots", text("What up/down counts from: names or ids of switches, separated by commas; a * at the end stands for any more.")),
            ("dimensions", text("How long the dimensions of a torus or mesh are, for example 8, 8, 4: its nodes in id order, the first dimension fastest.")),
            ("forwarding", json!({"type": "boolean", "default": false, "description": "Whether XPUs pass on what is bound for another rail through their scale-up domain (PXN)."})),
            ("lanes", json!({"type": "integer", "minimum": 1, "maximum": 16, "description": "How many virtual lanes its routes use; one if left out."})),
            ("lane_change", words::<LaneChange>("What moves a packet to the next virtual lane; nothing if left out.", "")),
            ("plane", whole("Which of several independent copies it is, from 1.", 1)),
            ("engine", words::<RoutingEngine>("What its InfiniBand subnet manager computes routes with.", "")),
            ("tables", reference("tables", "Its forwarding tables as they were read from the running fabric; as a subnet manager fills them if left out. In force where routing is tables.")),
            ("lmc", eighth("How many low bits of an InfiniBand address name paths to one port (LMC).")),
            ("flows", whole("How many flows each NIC keeps open at once.", 1)),
            ("lossless", json!({"type": "boolean", "default": false, "description": "Whether it promises to drop nothing (PFC on every hop)."})),
            ("multihoming", words::<Multihoming>("How its hosts are attached to several switches at once.", "")),
        ]
        .into_iter()
        .chain(traffic())
        .collect(),
    )
}

fn tables() -> Map<String, Value> {
    let texts = |pattern: &str, description: &str| json!({"type": "array", "items": {"type": "string", "maxLength": crate::io::MAX_CHARACTERS, "pattern": pattern}, "description": description});
    object(
        "Forwarding tables as they were read from a running fabric: who has which address, and where each switch sends what is bound for it.",
        &[],
        vec![
            ("from", text("What they were read from.")),
            (
                "links",
                json!({"type": "string", "pattern": "^[0-9a-f]{1,16}$", "description": "What tells the cabling of then from another: a hash of the pairs of ports that are joined, hexadecimal."}),
            ),
            (
                "lids",
                texts(
                    "^n(0|[1-9][0-9]*)(/[1-9][0-9]*){0,2} [0-9]+(-[0-9]+)?$",
                    "Who has which address: a port or a switch, and its first and last, 1 to 49151. Flows go to the first.",
                ),
            ),
            (
                "rows",
                texts(
                    "^n(0|[1-9][0-9]*) [0-9]+: ((-|0|[1-9][0-9]*(/[1-9][0-9]*)?)(x[0-9]+)? ?)+$",
                    "A switch, an address, and where what is bound for that and for those after it goes: a cage or a port in one, 0 for the switch itself, - for nowhere; x3 behind one is three in a row.",
                ),
            ),
        ],
    )
}

fn group() -> Map<String, Value> {
    object(
        "A container that collapses.",
        &[],
        vec![
            ("id", id("g")),
            ("kind", words::<GroupKind>("What kind of container.", "pod")),
            ("name", text("Its name.")),
            (
                "members",
                json!({"type": "array", "items": {"type": "string", "pattern": "^[gnr](0|[1-9][0-9]*)$"}, "description": "Ids of the groups, nodes and racks that stand in it. Nothing stands in two groups."}),
            ),
        ],
    )
}

fn rack() -> Map<String, Value> {
    object(
        "A placed rack.",
        &["part"],
        vec![
            ("id", id("r")),
            ("part", text("The rack it is, by part id.")),
            ("name", text("Its name.")),
            ("at", point("Where its top left corner is drawn.")),
            ("row", text("The row it stands in.")),
            (
                "tile",
                json!({"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2, "description": "The floor tile it stands on: column and line."}),
            ),
            ("turned", json!({"type": "boolean", "default": false, "description": "Whether its front looks to lower lines of tiles instead of higher ones."})),
            ("kept", json!({"type": "boolean", "default": false, "description": "Whether it is there already and not bought."})),
            ("cooling", json!({"enum": Cooling::WORDS, "description": "How heat leaves it; left out, as its part does."})),
            ("max_power_w", number("The power its feeds give, in watts; left out, what its part says.", Some(0.0))),
            ("max_heat_w", number("The heat that may go into the air here, its door's share included, in watts.", Some(0.0))),
            ("max_load_kg", number("The load it and the floor below carry; left out, what its part says.", Some(0.0))),
            ("max_cables", whole("How many cables its paths hold.", 0)),
            (
                "feeds",
                json!({"type": "array", "items": {"type": "string"}, "description": "The power feeds its supplies hang on, by name, one for each supply."}),
            ),
        ],
    )
}

fn node() -> Map<String, Value> {
    object(
        "A placed part with ports.",
        &["part"],
        vec![
            ("id", id("n")),
            ("part", text("The part it is, by id.")),
            ("name", text("Its name.")),
            ("rack", described(id("r"), "The rack it stands in.")),
            ("u", whole("The lowest rack unit it fills, from 1 at the bottom.", 1)),
            ("face", words::<Face>("Which side of the rack it faces.", "front")),
            ("at", point("Where its top left corner is drawn when it stands in no rack.")),
            ("pinned", json!({"type": "boolean", "description": "Whether layout leaves it where it is."})),
            (
                "transit",
                json!({"type": "boolean", "description": "Whether it forwards traffic that is not its own; what its kind does if left out (switches do)."}),
            ),
            ("kept", json!({"type": "boolean", "default": false, "description": "Whether it is there already and not bought; a cable between two such nodes is kept with what sits in it."})),
            ("modules", json!({"enum": Tier::WORDS, "description": "From which tier the modules in its cages are bought; left out, as their own lines say."})),
            ("generic", reference("generic", "What a generic part is taken to be.")),
            (
                "ports",
                json!({"type": "object", "additionalProperties": {"$ref": "#/$defs/port_settings"}, "description": "Cages that are used otherwise than they come, by number from 1."}),
            ),
            ("guids", json!({"type": "array", "items": {"type": "string"}, "description": "GUIDs of its adapters, or of the switch, as an import read them."})),
            ("lids", json!({"type": "array", "items": {"type": "string"}, "description": "Addresses (LIDs) of its ports as an import read them: the port, 0 for a switch itself, and its first and last."})),
        ]
        .into_iter()
        .chain(traffic())
        .collect(),
    )
}

/// How ports are set; what a node says goes before what its fabric says.
fn traffic() -> [(&'static str, Value); 4] {
    [
        ("mtu", whole("The largest frame of its ports, in bytes.", 64)),
        ("pfc", eighth("The priority that priority flow control pauses.")),
        ("ecn", json!({"type": "boolean", "description": "Whether its switches mark congestion in packets."})),
        ("ptp", json!({"type": "boolean", "description": "Whether precise time (PTP) passes."})),
    ]
}

fn eighth(description: &str) -> Value {
    json!({"type": "integer", "minimum": 0, "maximum": 7, "description": description})
}

fn generic() -> Map<String, Value> {
    object(
        "What a generic part is taken to be, where somebody knows.",
        &[],
        vec![
            ("ports", whole("How many ports it has; any number if left out.", 0)),
            ("gbps", number("The rate of each, one direction, in Gb/s.", Some(0.0))),
            ("layer", words::<LinkLayer>("What its ports speak; anything if left out.", "")),
        ],
    )
}

fn port_settings() -> Map<String, Value> {
    let breakout = json!({"type": "string", "pattern": "^[0-9]+x[0-9.]+G$", "description": "How many ports the cage is split into and how fast each is, for example 2x400G."});
    object("How a cage is used.", &[], vec![("breakout", breakout), ("name", text("What it is called here; what its part says if left out."))])
}

fn link() -> Map<String, Value> {
    let end = json!({"type": "string", "pattern": "^n(0|[1-9][0-9]*)/[1-9][0-9]*(/[1-9][0-9]*)?$"});
    object(
        "One cable assembly between two ports.",
        &["ends"],
        vec![
            ("id", id("l")),
            (
                "ends",
                json!({"type": "array", "items": end, "minItems": 2, "maxItems": 2, "description": "The two ports: n1/5 is cage 5 of node n1, n1/5/2 its second port."}),
            ),
            ("part", text("The cable, or the transceiver used at both ends; not chosen yet if left out.")),
            ("fabric", described(id("f"), "The fabric it belongs to; what its ends suggest if left out.")),
            ("length_m", number("Its length in metres; if left out, what follows from where its ends stand, else unknown.", Some(0.0))),
            ("gbps", number("A rate, one direction, that overrides what ports and cable give, in Gb/s.", Some(0.0))),
            ("latency_ns", number("A latency of the whole link that overrides what length and parts give, in nanoseconds.", Some(0.0))),
        ],
    )
}

fn feed() -> Map<String, Value> {
    object(
        "A power feed of the hall.",
        &["name"],
        vec![("name", text("Its name; each feed has its own.")), ("capacity_w", number("What it can give, in watts; not known if left out.", Some(0.0)))],
    )
}

fn silencing() -> Map<String, Value> {
    object(
        "A finding that is accepted.",
        &["code"],
        vec![
            ("code", text("The diagnostic code.")),
            ("subject", text("What it is accepted for: an id, a port path, n1..n2 for a trunk; everywhere if left out.")),
            ("reason", text("Why.")),
        ],
    )
}

fn scenario() -> Map<String, Value> {
    let off = "What has failed: l7 a link, n4 a node, n4/5 a port with its transceiver, n4/xpu3 a thing inside a system, n4/xpu1..nvswitch2 wires between \
               two of them (with *1 behind: one of the parallel ones), n1..n2 a trunk, r3 a rack, g1 a group, f2 all links of a fabric, row:B all racks of a row, feed:A a power feed with the racks that hang on nothing else.";
    object(
        "A set of things that have failed.",
        &["name"],
        vec![("name", text("Its name; each scenario has its own.")), ("off", json!({"type": "array", "items": {"type": "string"}, "description": off}))],
    )
}

fn workload() -> Map<String, Value> {
    let numbers = |description: &str| json!({"type": "object", "additionalProperties": {"type": "number"}, "description": description});
    let pair = json!({"type": "array", "items": element(), "minItems": 2, "maxItems": 2});
    object(
        "A training job. Keys of its numbers are in docs/guide/training.md; others are kept and not used.",
        &["name"],
        vec![
            ("name", text("Its name; each workload has its own.")),
            ("model", text("The shape it starts from, by id, for example llama-3.1-405b; a shape of its own if left out.")),
            ("shape", numbers("Numbers of the shape, by key, where they differ from the model's.")),
            ("plan", numbers("Degrees of parallelism, micro-batches, precision and what overlaps, by key; what is left out is proposed for the drawn fabric.")),
            (
                "order",
                json!({"type": "array", "items": {"type": "string"}, "description": "The axes from the innermost to the outermost; those left out follow in the usual order."}),
            ),
            ("swaps", json!({"type": "array", "items": pair, "description": "Pairs of XPUs whose ranks change places."})),
        ],
    )
}

fn prices() -> Map<String, Value> {
    let tier = json!({"enum": Tier::ALL.map(Tier::word)});
    object(
        "What is said about money: a price book of one's own, in which currency totals are shown, and which tier each part is bought from.",
        &[],
        vec![
            ("currency", currency("The currency of totals and budgets, by its three letters.")),
            (
                "rates",
                json!({"type": "object", "additionalProperties": {"type": "number", "exclusiveMinimum": 0}, "description": "What one unit of another currency is worth in the currency of totals, by its three letters. Nothing is converted without."}),
            ),
            ("tier", described(json!({"enum": Tier::ALL.map(Tier::word), "default": "oem"}), "The tier that parts are bought from.")),
            ("tiers", json!({"type": "object", "additionalProperties": tier, "description": "Parts that are bought from another tier, by id."})),
            ("book", list("price", "Own prices; they win over Weft's.")),
        ],
    )
}

fn price() -> Map<String, Value> {
    let cents = |description: &str| json!({"type": "integer", "minimum": 1, "maximum": super::MOST_CENTS, "description": description});
    object(
        "What one part costs at one tier.",
        &["part", "cents"],
        vec![
            ("part", text("The part, by id; fibres between modules are fibre-os2-mpo12 and its kin.")),
            ("tier", described(json!({"enum": Tier::ALL.map(Tier::word), "default": "oem"}), "Where it is bought.")),
            ("cents", cents("The price of one, in hundredths of the currency.")),
            ("low_cents", cents("The least it may be; the price if left out.")),
            ("high_cents", cents("The most it may be; the price if left out.")),
            ("currency", currency("Its currency, by its three letters.")),
            ("date", text("When it held, for example 2026-11-02.")),
            ("source", text("Who says so.")),
            (
                "length_m",
                json!({"type": "number", "exclusiveMinimum": 0, "description": "The length it is of, in metres; left out, every length that has no price of its own."}),
            ),
            ("lead_weeks", json!({"type": "number", "minimum": 0, "maximum": 1000, "description": "Weeks until it is delivered."})),
        ],
    )
}

fn currency(description: &str) -> Value {
    json!({"type": "string", "pattern": "^[A-Za-z]{3}$", "default": "USD", "description": description})
}

/// An object with the fields that are known.
pub(super) fn object(description: &str, required: &[&str], fields: Vec<(&str, Value)>) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("description".to_owned(), description.into());
    object.insert("type".to_owned(), "object".into());
    if !required.is_empty() {
        object.insert("required".to_owned(), required.into());
    }
    object.insert("properties".to_owned(), Value::Object(fields.into_iter().map(|(name, field)| (name.to_owned(), field)).collect()));
    object
}

/// A text of at most the length that is read.
pub(super) fn text(description: &str) -> Value {
    json!({"type": "string", "maxLength": crate::io::MAX_CHARACTERS, "description": description})
}

/// A number, perhaps with a least value.
pub(super) fn number(description: &str, least: Option<f64>) -> Value {
    let mut value = json!({"type": "number", "description": description});
    if let (Some(least), Some(fields)) = (least, value.as_object_mut()) {
        fields.insert("minimum".to_owned(), least.into());
    }
    value
}

/// A whole number of 16 bits.
pub(super) fn whole(description: &str, least: u16) -> Value {
    json!({"type": "integer", "minimum": least, "maximum": u16::MAX, "description": description})
}

/// One word of a list; `default` is what is meant when it is left out.
fn words<W: Word>(description: &str, default: &str) -> Value {
    if default.is_empty() {
        json!({"enum": W::WORDS, "description": description})
    } else {
        json!({"enum": W::WORDS, "default": default, "description": description})
    }
}

/// Something defined elsewhere.
pub(super) fn reference(name: &str, description: &str) -> Value {
    json!({"$ref": format!("#/$defs/{name}"), "description": description})
}

/// A list of things defined elsewhere.
pub(super) fn list(name: &str, description: &str) -> Value {
    json!({"type": "array", "items": {"$ref": format!("#/$defs/{name}")}, "description": description})
}

fn id(prefix: &str) -> Value {
    json!({"type": "string", "pattern": format!("^{prefix}(0|[1-9][0-9]*)$"), "description": "Its id; a free one is given if left out."})
}

fn described(mut value: Value, description: &str) -> Value {
    if let Some(fields) = value.as_object_mut() {
        fields.insert("description".to_owned(), description.into());
    }
    value
}

fn element() -> Value {
    json!({"type": "string", "pattern": "^n(0|[1-9][0-9]*)(/[^/]+)?$"})
}

fn point(description: &str) -> Value {
    json!({"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2, "default": [0, 0], "description": description})
}
