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
    crate::units::decimal(text)
}

/// A number with the digits that can be typed.
pub(super) fn digits(value: f64) -> String {
    significant(value, 6)
}

type Kinds = &'static [PartKind];

const fn watts(key: &'static str, label: &'static str, example: &'static str, kinds: Kinds, most: f64) -> Quantity {
    Quantity { key, label, example, kinds, read: |text| typed(text, |amount: Watts| amount.0), show: |amount| Watts(amount).to_string(), most }
}

const fn kilograms(key: &'static str, label: &'static str, example: &'static str, kinds: Kinds, most: f64) -> Quantity {
    Quantity { key, label, example, kinds, read: |text| typed(text, |amount: Kilograms| amount.0), show: |amount| Kilograms(amount).to_string(), most }
}

const fn nanoseconds(key: &'static str, label: &'static str, example: &'static str, kinds: Kinds, most: f64) -> Quantity {
    Quantity { key, label, example, kinds, read: |text| typed(text, |amount: Nanoseconds| amount.0), show: |amount| Nanoseconds(amount).to_string(), most }
}

const fn metres(key: &'static str, label: &'static str, example: &'static str, kinds: Kinds, most: f64) -> Quantity {
    Quantity { key, label, example, kinds, read: |text| typed(text, |amount: Metres| amount.0), show: |amount| Metres(amount).to_string(), most }
}

/// Those of parts that are no cables.
pub(super) const QUANTITIES: &[Quantity] = &[
    Quantity { key: "units", label: "Height, U", example: "48", kinds: &[Rack], read: plain, show: digits, most: 200.0 },
    Quantity { key: "rack_units", label: "Height, U", example: "1", kinds: BOXES, read: plain, show: digits, most: 100.0 },
    watts("power_w", "Power", "1.2 kW", BOXES, 1e7),
    watts("bare_power_w", "Power without modules", "0.9 kW", &[Switch], 1e7),
    watts("max_power_w", "Power it may draw", "40 kW", &[Rack], 1e7),
    kilograms("weight_kg", "Weight", "20 kg", &[Rack, System, Xpu, Switch, Nic], 1e5),
    kilograms("max_load_kg", "Load it may carry", "1400 kg", &[Rack], 1e5),
    nanoseconds("latency_ns", "Latency", "500 ns", &[Switch, Nic], 1e9),
    Quantity { key: "memory_gb", label: "Memory, GB", example: "192", kinds: &[Xpu], read: plain, show: digits, most: 1e6 },
    Quantity { key: "bf16_tflops", label: "Dense peak in 16 bits, TFLOPS", example: "989", kinds: &[Xpu], read: plain, show: digits, most: 1e6 },
    Quantity { key: "fp8_tflops", label: "Dense peak in 8 bits, TFLOPS", example: "1979", kinds: &[Xpu], read: plain, show: digits, most: 1e6 },
];

/// The same of a cable, below `cable`.
pub(super) const OF_CABLES: &[Quantity] = &[
    metres("reach_m", "Reach", "3 m", &[Cable, Transceiver], 1e6),
    watts("power_w", "Power of one end", "9 W", &[Cable, Transceiver], 1e3),
    nanoseconds("latency_ns", "Latency of one end", "100 ns", &[Cable, Transceiver], 1e9),
];
