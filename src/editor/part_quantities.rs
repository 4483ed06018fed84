//! The quantities that a form for a part asks for: how each is typed, shown and limited.

use crate::model::PartKind;
use crate::units::{Kilograms, Metres, Nanoseconds, Watts, significant};

use PartKind::{Cable, Nic, Rack, Switch, System, Transceiver, Xpu};

/// A quantity of a part: where it stands in its data, for which kinds, and what may be typed.
pub(super) struct Quantity {
    pub key: &'static str,
    pub label: &'static str,
    pub example: &'static str,
    pub kinds: &'static [PartKind],
    pub read: fn(&str) -> Option<f64>,
    pub show: fn(f64) -> String,
    pub most: f64,
}

const BOXES: &[PartKind] = &[System, Xpu, Switch, Nic];
/// All kinds of part, in palette order.
pub(super) const ALL: &[PartKind] = &[Rack, System, Xpu, Switch, Nic, Cable, Transceiver];

fn typed<Q: std::str::FromStr>(text: &str, number: fn(Q) -> f64) -> Option<f64> {
    text.parse().ok().map(number)
}

fn plain(text: &str) -> Option<f64> {
    text.parse().ok()
}

/// A number with the digits that can be typed.
pub(super) fn digits(value: f64) -> String {
    significant(value, 6)
}

/// Those of parts that are no cables.
pub(super) const QUANTITIES: &[Quantity] = &[
    Quantity { key: "units", label: "Height, U", example: "48", kinds: &[Rack], read: plain, show: digits, most: 200.0 },
    Quantity { key: "rack_units", label: "Height, U", example: "1", kinds: BOXES, read: plain, show: digits, most: 100.0 },
    Quantity {
        key: "power_w",
        label: "Power",
        example: "1.2 kW",
        kinds: BOXES,
        read: |text| typed(text, |power: Watts| power.0),
        show: |watts| Watts(watts).to_string(),
        most: 1e7,
    },
    Quantity {
        key: "max_power_w",
        label: "Power it may draw",
        example: "40 kW",
        kinds: &[Rack],
        read: |text| typed(text, |power: Watts| power.0),
        show: |watts| Watts(watts).to_string(),
        most: 1e7,
    },
    Quantity {
        key: "weight_kg",
        label: "Weight",
        example: "20 kg",
        kinds: &[Rack, System, Xpu, Switch, Nic],
        read: |text| typed(text, |weight: Kilograms| weight.0),
        show: |weight| Kilograms(weight).to_string(),
        most: 1e5,
    },
    Quantity {
        key: "max_load_kg",
        label: "Load it may carry",
        example: "1400 kg",
        kinds: &[Rack],
        read: |text| typed(text, |weight: Kilograms| weight.0),
        show: |weight| Kilograms(weight).to_string(),
        most: 1e5,
    },
    Quantity {
        key: "latency_ns",
        label: "Latency",
        example: "500 ns",
        kinds: &[Switch, Nic],
        read: |text| typed(text, |latency: Nanoseconds| latency.0),
        show: |latency| Nanoseconds(latency).to_string(),
        most: 1e9,
    },
    Quantity { key: "memory_gb", label: "Memory, GB", example: "192", kinds: &[Xpu], read: plain, show: digits, most: 1e6 },
];

/// The same of a cable, below `cable`.
pub(super) const OF_CABLES: &[Quantity] = &[
    Quantity {
        key: "reach_m",
        label: "Reach",
        example: "3 m",
        kinds: &[Cable, Transceiver],
        read: |text| typed(text, |length: Metres| length.0),
        show: |length| Metres(length).to_string(),
        most: 1e6,
    },
    Quantity {
        key: "power_w",
        label: "Power of one end",
        example: "9 W",
        kinds: &[Cable, Transceiver],
        read: |text| typed(text, |power: Watts| power.0),
        show: |watts| Watts(watts).to_string(),
        most: 1e3,
    },
    Quantity {
        key: "latency_ns",
        label: "Latency of one end",
        example: "100 ns",
        kinds: &[Cable, Transceiver],
        read: |text| typed(text, |latency: Nanoseconds| latency.0),
        show: |latency| Nanoseconds(latency).to_string(),
        most: 1e9,
    },
];
