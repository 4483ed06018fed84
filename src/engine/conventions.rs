//! The thresholds of rules that are conventions: what each is, what Weft takes until a design says otherwise, and where that is from. A
//! design keeps its own under `settings.thresholds`, by the code of the rule.

use crate::model::Settings;
use crate::units::{Bytes, Metres, Nanoseconds};

/// The threshold of a rule that a design may set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Convention {
    /// The code of the rule.
    pub code: &'static str,
    /// What is compared, in a few words.
    pub label: &'static str,
    /// The unit the number is in.
    pub unit: &'static str,
    /// What holds where the design says nothing.
    pub usual: f64,
    /// Where that is from.
    pub source: &'static str,
}

const fn of(code: &'static str, label: &'static str, unit: &'static str, usual: f64, source: &'static str) -> Convention {
    Convention { code, label, unit, usual, source }
}

/// All of them, by code.
pub static ALL: &[Convention] = &[
    of("feed-overloaded", "Power drawn from a feed, as a share of what it gives", "of the limit", 1.0, "What each feed can give"),
    of("fronthaul-too-slow", "One-way time of a fronthaul, at most", "µs", 100.0, "O-RAN WG9 as quoted by Juniper"),
    of(
        "hash-collisions-likely",
        "Flows for each uplink that is hashed to, at least",
        "flows",
        8.0,
        "A convention of Weft; Juniper, Meta and Alibaba HPN on hash collisions",
    ),
    of("headroom-missing", "Free ports of a leaf, at least; 0 asks for none", "%", 0.0, "5 to 10 % are usual"),
    of("leaf-oversubscribed", "Rate down for 1 up at a leaf of a compute fabric, at most", ": 1", 1.0, "Juniper AI data centre design, NVIDIA Enterprise RA"),
    of("mtu-mismatch", "What a host stays below its switch for encapsulation", "B", 0.0, "Hedgehog fabric checks"),
    of("mtu-too-small", "Largest frame of a fabric for RDMA, at least", "B", 4200.0, "Derived from the headers of RoCE v2"),
    of("name-too-long", "Characters in the name of a switch, at most", "characters", 64.0, "Slurm topology.yaml(5)"),
    of("nvlink-domain-too-large", "XPUs in one stage of NVLink switches, at most", "XPUs", 72.0, "NVIDIA Mission Control manual"),
    of("rack-overpowered", "Power drawn in a rack, as a share of its limit", "of the limit", 1.0, "The limit of each rack"),
    of("rack-overweight", "Weight in a rack, as a share of its limit", "of the limit", 1.0, "The limit of each rack"),
    of("spines-few", "Spines of a compute fabric, at least", "spines", 4.0, "Juniper AI data centre design"),
    of("subnet-too-large", "Unicast addresses of an InfiniBand subnet, at most", "addresses", 49151.0, "InfiniBand specification"),
    of(
        "tier-oversubscribed",
        "Rate down for 1 up above the leaves, at most",
        ": 1",
        1.0,
        "Where nothing is stated; Meta Llama 3 (7 : 1) and Alibaba HPN (15 : 1) state theirs",
    ),
    of("ualink-pod-too-large", "XPUs of a UALink pod, at most", "XPUs", 1024.0, "UALink Consortium"),
    of("ualink-too-long", "Length of a UALink cable, at most", "m", 4.0, "UALink Consortium webinar: 1 to 4 racks"),
];

/// The largest threshold that may be set.
const MOST: f64 = 1e12;

/// The convention of a rule.
pub fn by_code(code: &str) -> Option<&'static Convention> {
    ALL.binary_search_by(|convention| convention.code.cmp(code)).ok().and_then(|at| ALL.get(at))
}

impl Convention {
    /// The number that holds in a design.
    pub fn value(&self, settings: &Settings) -> f64 {
        self.own(settings).unwrap_or(self.usual)
    }
    /// The number a design states itself, where it is sound.
    pub fn own(&self, settings: &Settings) -> Option<f64> {
        settings.thresholds.get(self.code).copied().filter(|value| value.is_finite() && *value > 0.0)
    }
    /// What somebody typed, in [`Convention::unit`]; `None` is what holds without. A sentence where it is no such number.
    ///
    /// ```
    /// let budget = weft::engine::conventions::by_code("fronthaul-too-slow").unwrap();
    /// assert_eq!(budget.read("0.15 ms"), Ok(Some(150.0)));
    /// assert!(budget.read("-3").is_err());
    /// ```
    pub fn read(&self, text: &str) -> Result<Option<f64>, String> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let bare = text.strip_suffix(self.unit).unwrap_or(text).trim();
        let value = match (crate::units::decimal(&bare.replace(',', ".")), self.unit) {
            (Some(number), _) => number,
            (_, "µs") => text.parse::<Nanoseconds>().map_err(|error| error.to_string())?.0 / 1e3,
            (_, "m") => text.parse::<Metres>().map_err(|error| error.to_string())?.0,
            (_, "B") => text.parse::<Bytes>().map_err(|error| error.to_string())?.0,
            _ => return Err(format!("“{text}” is not a number of {}", self.unit)),
        };
        if value > 0.0 && value <= MOST {
            Ok(Some(value))
        } else {
            Err(format!("{} is a number above 0; leave it empty for {} {}", self.label, self.usual, self.unit))
        }
    }
}
