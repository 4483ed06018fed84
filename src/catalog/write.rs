//! Parts as JSON: the form of the catalogue's data files, also used for a design's own parts. The order of fields is
//! fixed and what is as usual is left out, so that equal parts give equal text.

use super::inside;
use super::words::Word;
use crate::json::{Map, Value};
use crate::model::{Basis, Breakout, CableDetail, CableEnd, Figure, Part, PartDetail, PortGroup, PortRole, Source, Status};
use crate::units::{Metres, Nanoseconds, Watts};

/// A JSON object in the making.
#[derive(Default)]
pub(super) struct Object(Map);

impl Object {
    /// Sets a field.
    pub(super) fn set(&mut self, key: &str, value: impl Into<Value>) {
        self.0.insert(key.to_owned(), value.into());
    }
    /// Sets a field on a condition.
    pub(super) fn set_if(&mut self, condition: bool, key: &str, value: impl Into<Value>) {
        if condition {
            self.set(key, value);
        }
    }
    /// Sets a field if there is something to say.
    pub(super) fn set_some(&mut self, key: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.set(key, value);
        }
    }
    /// Sets a list if it is not empty.
    pub(super) fn set_list<T: Into<Value>>(&mut self, key: &str, values: impl IntoIterator<Item = T>) {
        let values: Vec<Value> = values.into_iter().map(Into::into).collect();
        self.set_if(!values.is_empty(), key, values);
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Self {
        Value::Object(object.0)
    }
}

/// A number as part data has it: whole numbers without a point.
pub fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 1e15 { Value::from(value as i64) } else { Value::from(value) }
}

/// A figure as `[value, confidence, source]` or `[value, low, high, confidence, source]`.
pub(super) fn figure<T: Copy>(figure: &Figure<T>, bare: fn(T) -> f64) -> Value {
    let (value, low, high) = (bare(figure.value), bare(figure.low), bare(figure.high));
    let mut entries = vec![number(value)];
    if low != value || high != value {
        entries.extend([number(low), number(high)]);
    }
    entries.extend(basis_entries(Basis { confidence: figure.confidence, source: figure.source }));
    entries.into()
}

/// A basis as `[confidence, source]`; nothing where it is merely stated.
pub(super) fn basis(basis: Basis) -> Option<Value> {
    (basis != Basis::default()).then(|| basis_entries(basis).into())
}

fn basis_entries(basis: Basis) -> Vec<Value> {
    let mut entries = vec![Value::from(basis.confidence.word())];
    entries.extend(basis.source.map(Value::from));
    entries
}

fn plain(value: f64) -> f64 {
    value
}

/// Writes one part in the catalogue's JSON form. [`super::part_from_json`] reads it back.
pub fn part_to_json(part: &Part) -> Value {
    let mut object = Object::default();
    object.set("id", part.id.as_str());
    object.set("kind", part.kind.word());
    object.set("vendor", part.vendor.as_str());
    object.set("name", part.name.as_str());
    object.set_if(!part.summary.is_empty(), "summary", part.summary.as_str());
    object.set_if(part.status != Status::Shipping, "status", part.status.word());
    object.set_list("ports", part.ports.iter().map(|group| port_group(group, part)));
    object.set_some("rack_units", part.rack_units.as_ref().map(|units| figure(units, plain)));
    object.set_some("power_w", part.power.as_ref().map(|power| figure(power, |power| power.0)));
    object.set_some("bare_power_w", part.bare_power.as_ref().map(|power| figure(power, |power| power.0)));
    object.set_some("weight_kg", part.weight.as_ref().map(|weight| figure(weight, |weight| weight.0)));
    object.set_some("depth_m", part.depth.as_ref().map(|depth| figure(depth, |depth| depth.0)));
    object.set_some("cooling", part.cooling.map(Word::word));
    detail(&mut object, &part.detail);
    object.set_list("notes", part.notes.iter().map(String::as_str));
    object.set_list("sources", part.sources.iter().map(source));
    let rest: Vec<_> = part.extra.0.iter().flat_map(|extra| extra.iter()).filter(|(key, _)| !object.0.contains_key(key)).collect();
    for (key, value) in rest {
        object.0.add(key.clone(), value.clone());
    }
    object.0.settle();
    object.into()
}

fn source(source: &Source) -> Value {
    [source.title.as_str(), source.place.as_str()].into_iter().filter(|text| !text.is_empty()).map(Value::from).collect()
}

fn port_group(group: &PortGroup, part: &Part) -> Value {
    let mut object = Object::default();
    object.set("name", group.name.as_str());
    object.set_if(!group.names.is_empty(), "names", group.names.as_str());
    object.set_some("count", group.count);
    object.set_if(group.role != PortRole::Compute, "role", group.role.word());
    object.set("form", group.form.word());
    object.set_some("top", group.top.map(Word::word));
    object.set_if(group.per_cage != 1, "per_cage", group.per_cage);
    object.set_if(group.lanes != 0, "lanes", group.lanes);
    object.set_some("gbps", group.gbps.map(|rate| number(rate.0)));
    object.set_list("protocols", group.protocols.iter().map(String::as_str));
    object.set_list("layers", group.layers.iter().map(|layer| layer.word()));
    object.set_list("breakouts", group.breakouts.iter().map(Breakout::to_string));
    let name = |index: &u16| part.inside().and_then(|inside| inside.vertices.get(usize::from(*index))).map(|vertex| vertex.name.as_str());
    object.set_list("on", group.inside.iter().filter_map(name));
    object.set_some("basis", basis(group.basis));
    object.into()
}

fn detail(object: &mut Object, detail: &PartDetail) {
    match detail {
        PartDetail::Cable(cable) => object.set("cable", cable_detail(cable)),
        PartDetail::Nic { latency } => object.set_some("latency_ns", latency.as_ref().map(nanoseconds)),
        PartDetail::Rack(rack) => {
            object.set("units", rack.units);
            object.set_some("units_basis", basis(rack.basis));
            object.set_some("max_power_w", rack.power.as_ref().map(|power| figure(power, |power| power.0)));
            object.set_some("max_load_kg", rack.load.as_ref().map(|load| figure(load, |load| load.0)));
        }
        PartDetail::Switch(switch) => {
            object.set_some("latency_ns", switch.latency.as_ref().map(nanoseconds));
            object.set_if(!switch.asic.is_empty(), "asic", switch.asic.as_str());
            object.set_some("in_network", switch.in_network.as_deref());
            object.set_some("forwards", switch.forwards.map(Word::word));
        }
        PartDetail::System(inside) => object.set_if(!inside.vertices.is_empty(), "inside", inside::written(inside)),
        PartDetail::Xpu(xpu) => {
            object.set_if(!xpu.generation.is_empty(), "generation", xpu.generation.as_str());
            for (key, amount) in [("memory_gb", &xpu.memory_gb), ("bf16_tflops", &xpu.bf16_tflops), ("fp8_tflops", &xpu.fp8_tflops)] {
                object.set_some(key, amount.as_ref().map(|amount| figure(amount, plain)));
            }
            object.set_some("scale_up_gbps", xpu.scale_up.as_ref().map(|rate| figure(rate, |rate| rate.0)));
        }
    }
}

fn nanoseconds(latency: &Figure<Nanoseconds>) -> Value {
    figure(latency, |latency| latency.0)
}

fn cable_detail(cable: &CableDetail) -> Value {
    let mut object = Object::default();
    object.set("kind", cable.kind.word());
    let [first, second] = &cable.ends;
    if first == second {
        object.set("ends", cable_end(first));
    } else {
        object.set("ends", vec![cable_end(first), cable_end(second)]);
    }
    object.set_some("reach_m", cable.reach.as_ref().map(|reach| figure(reach, |reach: Metres| reach.0)));
    object.set_some("latency_ns", cable.latency.as_ref().map(nanoseconds));
    object.set_some("power_w", cable.power.as_ref().map(|power| figure(power, |power: Watts| power.0)));
    object.set_some("optical", cable.optical.as_deref());
    object.set_list("layers", cable.layers.iter().map(|layer| layer.word()));
    object.set_list("modules", cable.modules.iter().map(|module| module.as_str()));
    object.set_some("basis", basis(cable.basis));
    object.into()
}

fn cable_end(end: &CableEnd) -> Value {
    let mut object = Object::default();
    object.set("form", end.form.word());
    object.set_some("top", end.top.map(Word::word));
    object.set_if(end.connectors != 1, "connectors", end.connectors);
    object.set_if(end.lanes != 0, "lanes", end.lanes);
    object.set_if(end.gbps.0 != 0.0, "gbps", number(end.gbps.0));
    object.set_if(end.lane.0 != 0.0, "lane_gbps", number(end.lane.0));
    object.into()
}
