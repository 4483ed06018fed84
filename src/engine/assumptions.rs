//! What is assumed where nobody knows better: of the floor, of buying, of energy. Each is a number with a range, a default and where that is
//! from; a design keeps its own under `settings.assumptions`.

use crate::model::{Confidence, Figure, Settings};

/// Something that is assumed of every design until the design says otherwise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Assumption {
    /// Its key in the file, which ends with its unit.
    pub key: &'static str,
    /// What it is, in a few words.
    pub label: &'static str,
    /// Its unit, as it is shown.
    pub unit: &'static str,
    /// What is assumed: value, least and most it usually is.
    pub usual: [f64; 3],
    /// The least and the most a design may say.
    pub bounds: [f64; 2],
    /// Where the value is from.
    pub source: &'static str,
}

const fn of(key: &'static str, label: &'static str, unit: &'static str, usual: [f64; 3], bounds: [f64; 2], source: &'static str) -> Assumption {
    Assumption { key, label, unit, usual, bounds, source }
}

/// Width of a floor tile along a row: one rack.
pub const TILE_WIDTH: Assumption =
    of("tile-width-m", "Floor tile along a row", "m", [0.8, 0.6, 0.8], [0.1, 100.0], "Width of a 48U cabinet (HPE 10848 G2); 0.6 m is common too");
/// From one row of racks to the next.
pub const TILE_DEPTH: Assumption =
    of("tile-depth-m", "Floor tile across rows", "m", [2.4, 1.8, 3.0], [0.1, 100.0], "A rack of 1.2 m and its share of the aisles; recalled, not verified");
/// Height of the cable tray above the floor on which rack unit 1 stands.
pub const TRAY_HEIGHT: Assumption =
    of("tray-height-m", "Height of the cable tray", "m", [2.6, 2.3, 3.5], [0.0, 50.0], "Above a 48U cabinet of 2.3 m; recalled, not verified");
/// Spare length at each end of a cable that leaves its rack.
pub const SLACK: Assumption = of("slack-m", "Slack at each end of a cable between racks", "m", [0.5, 0.3, 1.5], [0.0, 50.0], "A planning convention of Weft");
/// What a cable within one rack takes beyond the difference in height.
pub const RACK_SLACK: Assumption =
    of("rack-slack-m", "Slack of a cable within a rack", "m", [0.5, 0.3, 1.0], [0.0, 20.0], "To the side of the rack and back; a planning convention of Weft");
/// From the front of a rack to its rear.
pub const RACK_DEPTH: Assumption =
    of("rack-depth-m", "From front to rear of a rack", "m", [1.1, 1.0, 1.2], [0.1, 10.0], "Depth of 42U and 48U cabinets (APC AR3100, HPE 10848 G2)");
/// Share of the heat of a liquid-cooled system that its cold plates take; fans blow the rest into the air.
pub const LIQUID_SHARE: Assumption = of(
    "liquid-share-percent",
    "Heat of a liquid-cooled system that the liquid takes",
    "%",
    [80.0, 70.0, 85.0],
    [0.0, 100.0],
    "15 to 30 % of a hybrid rack stays in the air (AI Data Center Guide, chapter 5.3)",
);
/// What a heat exchanger in a rear door takes where the rack does not state it.
pub const REAR_DOOR: Assumption = of(
    "rear-door-w",
    "Heat that a rear door takes",
    "W",
    [50_000.0, 14_000.0, 75_000.0],
    [0.0, 1e6],
    "Doors of 14 to 75 kW by model (HPE liquid-cooled door QuickSpecs, quoted by Coolnetpower)",
);
/// Spare cables, modules and fibres, of those that are drawn.
pub const SPARES: Assumption =
    of("spares-percent", "Spare cables and modules", "%", [5.0, 2.0, 10.0], [0.0, 1000.0], "A planning convention of Weft, rounded up line by line");
/// Spare nodes, of those that are drawn.
pub const NODE_SPARES: Assumption =
    of("spares-node-percent", "Spare systems, switches and adapters", "%", [0.0, 0.0, 5.0], [0.0, 1000.0], "None until the design says so");
/// How long the fabric runs.
pub const YEARS: Assumption = of("years", "Years of running", "years", [4.0, 3.0, 6.0], [0.1, 50.0], "Common depreciation; recalled, not verified");
/// Energy of the hall over energy of the equipment.
pub const COOLING: Assumption =
    of("cooling-factor", "Cooling factor (PUE)", "", [1.3, 1.1, 1.6], [1.0, 5.0], "Halls of the last ten years; recalled, not verified");
/// The price of a kWh in the design's currency.
pub const ENERGY_PRICE: Assumption = of(
    "price-of-a-kwh",
    "Price of a kWh",
    "",
    [0.1, 0.068, 0.2],
    [0.0, 1000.0],
    "Industrial customers of US states paid 0.068 (Iowa) to 0.2 USD (Rhode Island): EIA, Electric Power Monthly, table 5.6.B, July 2024; the currency is the design's",
);
/// Share of the power drawn at most that is drawn on average.
pub const LOAD: Assumption = of(
    "load-percent",
    "Power in use, of the most each part draws",
    "%",
    [80.0, 60.0, 100.0],
    [0.0, 100.0],
    "Training clusters run near their most; recalled, not verified",
);
/// Handling one failed part.
pub const FAILURE_LABOUR: Assumption =
    of("labour-per-failure", "Labour for one failure", "", [150.0, 50.0, 500.0], [0.0, 1e6], "A planning convention of Weft, in the currency of the design");
/// How long a job stands still for one failed part.
pub const OUTAGE: Assumption =
    of("outage-hours", "Hours a job loses to one failure", "h", [0.5, 0.1, 2.0], [0.0, 1e4], "Restart from the last checkpoint; a planning convention of Weft");
/// What an XPU-hour is worth.
pub const XPU_HOUR: Assumption = of(
    "price-of-an-xpu-hour",
    "Price of an XPU-hour",
    "",
    [2.95, 1.99, 5.0],
    [0.0, 1e6],
    "H100 on demand in USD: median of 37 providers (AIMultiple, cloud GPU index, 2026-05-20), least and most (Mercatus, 2026-05); the currency is the design's",
);
/// What a refurbished switch saves where no offer is listed.
pub const REFURBISHED_SAVING: Assumption = of(
    "refurbished-saving-percent",
    "Saving of a refurbished switch without an offer",
    "%",
    [50.0, 40.0, 60.0],
    [0.0, 100.0],
    "A reseller's claim of 40 to 60 % below new (2026); no independent price list was found",
);

/// All of them, in the order they are shown.
pub static ALL: &[Assumption] = &[
    TILE_WIDTH,
    TILE_DEPTH,
    TRAY_HEIGHT,
    SLACK,
    RACK_SLACK,
    RACK_DEPTH,
    LIQUID_SHARE,
    REAR_DOOR,
    SPARES,
    NODE_SPARES,
    YEARS,
    COOLING,
    ENERGY_PRICE,
    LOAD,
    FAILURE_LABOUR,
    OUTAGE,
    XPU_HOUR,
    REFURBISHED_SAVING,
];

impl Assumption {
    /// The number a design uses: its own where that is sound, else what is assumed.
    pub fn value(&self, settings: &Settings) -> f64 {
        self.own(settings).unwrap_or(self.usual[0])
    }
    /// The number a design states itself, where it is finite and within bounds.
    pub fn own(&self, settings: &Settings) -> Option<f64> {
        settings.assumptions.get(self.key).copied().filter(|value| self.allows(*value))
    }
    /// Whether a design may say so.
    pub fn allows(&self, value: f64) -> bool {
        (self.bounds[0]..=self.bounds[1]).contains(&value)
    }
    /// The number with its range and what it rests on: stated where the design says so, else recalled.
    pub fn figure(&self, settings: &Settings) -> Figure<f64> {
        match self.own(settings) {
            Some(value) => Figure::exact(value, Confidence::Stated),
            None => Figure { value: self.usual[0], low: self.usual[1], high: self.usual[2], confidence: Confidence::Recalled, source: None },
        }
    }
}

/// The assumption with this key.
pub fn by_key(key: &str) -> Option<&'static Assumption> {
    ALL.iter().find(|assumption| assumption.key == key)
}
