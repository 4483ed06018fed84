//! The JSON Schema of a part. Parts are read and written by the catalogue; the words are its own, so they are not listed here
//! a second time: this says which fields there are and what they mean.

use serde_json::{Map, Value, json};

use super::describe::{list, number, object, reference, text, whole};

/// Hands every definition that a part needs to `define`.
pub(super) fn define_parts<R>(define: &mut impl FnMut(&str, Map<String, Value>) -> R) {
    define("part", part());
    define("port_group", port_group());
    define("cable", cable());
    define("cable_end", cable_end());
    define("inside", inside());
    define("thing", thing());
    define("wire", wire());
    define(
        "figure",
        one_of(
            "A number with what it rests on: the number alone, [value, confidence, source] or [value, low, high, confidence, source]; the source is a place in the part's sources.",
            &["number", "array"],
        ),
    );
    define("basis", one_of("What facts rest on: [confidence, source].", &["array"]));
}

fn one_of(description: &str, types: &[&str]) -> Map<String, Value> {
    Map::from_iter([("description".to_owned(), json!(description)), ("type".to_owned(), json!(types))])
}

fn figure(description: &str) -> Value {
    reference("figure", description)
}

fn texts(description: &str) -> Value {
    json!({"type": "array", "items": {"type": "string"}, "description": description})
}

fn part() -> Map<String, Value> {
    object(
        "A catalogue entry: what can be bought or drawn.",
        &["id", "kind"],
        vec![
            ("id", text("Its id, by which records name it.")),
            ("kind", json!({"enum": ["rack", "system", "xpu", "switch", "nic", "cable", "transceiver"], "description": "What it is."})),
            ("vendor", text("Who makes it.")),
            ("name", text("Its name.")),
            ("summary", text("One line for the palette.")),
            ("status", json!({"enum": ["shipping", "announced", "retired"], "default": "shipping", "description": "Whether it can be bought."})),
            ("ports", list("port_group", "Cages of one kind each, in panel order; cages are numbered from 1 through all groups.")),
            ("rack_units", figure("Its height in rack units.")),
            ("power_w", figure("The most it draws, in watts, with what its cages feed.")),
            ("bare_power_w", figure("The most it draws with nothing in its cages, where the power holds modules too.")),
            ("weight_kg", figure("What it weighs.")),
            ("depth_m", figure("How deep it is.")),
            ("cooling", json!({"enum": ["air", "liquid", "rear-door"], "description": "How it is cooled; only racks have a rear door."})),
            ("latency_ns", figure("Of a switch, port to port; of a NIC, one way through NIC and host.")),
            ("asic", text("Of a switch: its chip.")),
            ("in_network", text("Of a switch: reductions it can do.")),
            (
                "forwards",
                json!({"enum": ["cut-through", "store-and-forward"], "description": "Of a switch: whether it takes a packet in whole before it sends it on; without it, as the design's settings say."}),
            ),
            ("units", whole("Of a rack: its rack units.", 1)),
            ("units_basis", reference("basis", "What that rests on.")),
            ("max_power_w", figure("Of a rack: the power it may draw.")),
            ("max_load_kg", figure("Of a rack: the load it may carry.")),
            ("generation", text("Of an XPU: its family.")),
            ("memory_gb", figure("Of an XPU: memory on the package, in gigabytes.")),
            ("bf16_tflops", figure("Of an XPU: its peak of dense matrix products in 16 bits, in TFLOPS.")),
            ("fp8_tflops", figure("Of an XPU: the same in 8 bits.")),
            ("scale_up_gbps", figure("Of an XPU: its scale-up rate, one direction.")),
            ("inside", reference("inside", "Of a system: what is in it.")),
            ("cable", reference("cable", "Of a cable or transceiver: what only they have.")),
            ("notes", texts("Remarks, conflicts of sources among them.")),
            (
                "sources",
                json!({"type": "array", "items": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 2}, "description": "Where its figures were read: title and place."}),
            ),
        ],
    )
}

fn port_group() -> Map<String, Value> {
    object(
        "Cages of one kind.",
        &[],
        vec![
            ("name", text("What the panel prints.")),
            (
                "names",
                text("What its ports are called, as a pattern: Ethernet[1-64]/1, several parted by commas; {p} is the port of a cage that holds several."),
            ),
            ("count", whole("How many cages; any number if left out (generic parts).", 1)),
            ("role", json!({"enum": ["compute", "front-end", "management", "scale-up", "storage"], "default": "compute", "description": "What they are for."})),
            ("form", text("The shape of the cage; any if left out.")),
            ("top", json!({"enum": ["finned", "flat"], "description": "The module top it takes."})),
            ("per_cage", whole("How many ports one cage holds as it comes.", 1)),
            ("lanes", whole("Electrical lanes of a cage; unknown if left out.", 0)),
            ("gbps", number("Rate of a whole cage, one direction; whatever is asked if left out.", Some(0.0))),
            ("protocols", texts("Protocols it can speak, by id.")),
            ("layers", texts("Link layers it can speak; any if left out.")),
            ("breakouts", texts("Splits it allows, for example 2x400G.")),
            ("on", texts("What each cage hangs on inside, by name.")),
            ("basis", reference("basis", "What the rate rests on.")),
        ],
    )
}

fn cable() -> Map<String, Value> {
    let end = json!({"$ref": "#/$defs/cable_end"});
    object(
        "What only a cable or a transceiver has.",
        &["kind", "ends"],
        vec![
            ("kind", json!({"enum": ["acc", "aec", "aoc", "dac", "optic"], "description": "How it carries bits."})),
            (
                "ends",
                json!({"anyOf": [end, {"type": "array", "items": end, "minItems": 2, "maxItems": 2}], "description": "Its two sides; one for both where they are equal."}),
            ),
            ("reach_m", figure("The longest run, in metres.")),
            ("latency_ns", figure("Added latency of one end.")),
            ("power_w", figure("Power of one end.")),
            ("optical", text("Optical lanes and wavelength plan; only equal plans talk.")),
            ("layers", texts("Link layers it is made for; any if left out.")),
            ("modules", texts("Transceivers it is used with, by part id.")),
            ("basis", reference("basis", "What its shape and rate rest on.")),
        ],
    )
}

fn cable_end() -> Map<String, Value> {
    object(
        "One side of a cable.",
        &["form"],
        vec![
            ("form", text("The connector.")),
            ("top", json!({"enum": ["finned", "flat"], "description": "Its top, where that matters."})),
            ("connectors", whole("How many connectors on this side; 1 if left out.", 1)),
            ("lanes", whole("Electrical lanes of one connector.", 0)),
            ("gbps", number("Rate of one connector.", Some(0.0))),
            ("lane_gbps", number("Rate of one lane.", Some(0.0))),
        ],
    )
}

fn inside() -> Map<String, Value> {
    object("The inside of a system as a graph.", &[], vec![("things", list("thing", "Groups of equal things.")), ("wires", list("wire", "What joins them."))])
}

fn thing() -> Map<String, Value> {
    object(
        "Equal things inside a system.",
        &["name", "kind"],
        vec![
            ("name", text("Its name; with a count, the stem of their names (xpu: xpu1, xpu2).")),
            ("count", whole("How many; a single one of exactly this name if left out.", 1)),
            ("kind", json!({"enum": ["cpu", "nic", "switch", "xpu"], "description": "What it is."})),
            ("part", text("The part it is, if the catalogue has it.")),
            ("transit", json!({"type": "boolean", "description": "Whether it forwards traffic that is not its own; what its kind does if left out."})),
        ],
    )
}

fn wire() -> Map<String, Value> {
    object(
        "Parallel wires between things.",
        &["a", "b", "gbps", "layer"],
        vec![
            ("a", text("One side: a name, or a stem with * for all of them.")),
            ("b", text("The other side.")),
            ("join", text("How two groups are joined: all, pair, mesh, torus with its size.")),
            ("count", whole("How many parallel wires.", 1)),
            ("gbps", number("Rate of all of them together, one direction.", Some(0.0))),
            ("layer", text("What is on the wire.")),
            ("latency", figure("Latency of crossing it, in nanoseconds.")),
            ("basis", reference("basis", "What the rate rests on.")),
        ],
    )
}
