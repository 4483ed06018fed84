//! The selected rack beside the floor plan: from front and rear, what it holds against what it bears, and where its cables run.

use yew::prelude::*;

use crate::app::hooks::{use_action, use_selector, use_store};
use crate::editor::{Extend, Intent};
use crate::engine::racks::{self, Bundle, Load, Meter, Standing};
use crate::model::{Cooling, Face, RackId, Subject};
use crate::render::telling;
use crate::units::{Kilograms, Watts, counted, significant};

/// Pixels of a rack unit in an elevation, of its width, and of a character of a name.
const UNIT: f64 = 8.0;
const WIDTH: f64 = 118.0;
const LETTER: f64 = 4.6;

/// What the selected rack is told.
#[derive(Properties, PartialEq)]
pub struct FloorRackProps {
    /// The rack.
    pub id: RackId,
    /// What it holds against what it bears.
    pub load: Load,
    /// Where its cables run.
    pub bundles: Vec<Bundle>,
    /// How many cables have an end that is not placed.
    pub loose: usize,
    /// The revision of the design.
    pub revision: u64,
}

/// The selected rack: what it holds, its two elevations, its cables.
#[component]
pub fn FloorRack(props: &FloorRackProps) -> Html {
    let store = use_store();
    let id = props.id;
    let shown = use_memo((props.revision, id), |_| {
        store.read(|view| {
            let (design, catalog) = (view.session.design(), view.session.catalog());
            let rack = design.racks.get(id)?;
            let standing: Vec<(Standing, String)> = racks::standing(design, catalog, id)
                .into_iter()
                .map(|standing| {
                    let name = design.nodes.get(standing.node).map(|node| node.name.clone()).unwrap_or_default();
                    (standing, name)
                })
                .collect();
            Some((design.rack_name(id), racks::cooling(design, catalog, rack), standing))
        })
    });
    let names = use_selector({
        let ids: Vec<RackId> = props.bundles.iter().map(|bundle| bundle.to).collect();
        move |view| ids.iter().map(|id| view.session.design().rack_name(*id)).collect::<Vec<_>>()
    });
    let select = use_action(|store, subject: Subject| store.dispatch(Intent::Select { subjects: vec![subject], extend: Extend::Replace }));
    let load = &props.load;
    let Some((name, cooling, standing)) = &*shown else { return Html::default() };
    let units = load.units.limit.unwrap_or(48.0).clamp(1.0, 100.0);
    let watts = |value: f64| Watts(value).to_string();
    let plain = |value: f64| significant(value, 5);
    let rows = [
        bar("Rack units", &load.units, &plain),
        bar("Power", &load.power, &watts),
        bar("Heat into air", &load.air, &watts),
        bar("Heat into liquid", &load.liquid, &watts),
        bar("Weight", &load.weight, &|value| Kilograms(value).to_string()),
        bar("Cables", &load.cables, &plain),
    ];
    let elevation = |face: Face, words: &'static str| {
        let nodes = standing.iter().filter_map(|(standing, name)| {
            let own = standing.face == face;
            let u = standing.u.filter(|_| own || standing.through)?;
            let tall = f64::from(standing.height) * UNIT;
            let y = (units - f64::from(u) + 1.0) * UNIT - tall;
            let subject = Subject::Node(standing.node);
            let words = format!("{name}, U{u}");
            let press = select.reform(move |_: MouseEvent| subject.clone());
            Some(html! {
                <g key={standing.node.to_string()} class={classes!("stood", (!own).then_some("behind"))} onclick={press}>
                    <title>{ words }</title>
                    <rect x="1" y={(y + 0.5).to_string()} width={(WIDTH - 2.0).to_string()} height={(tall - 1.0).max(1.0).to_string()} rx="1.5" />
                    if own && tall >= UNIT { <text x="6" y={(y + tall / 2.0 + 3.0).to_string()}>{ telling(name, (WIDTH - 8.0) / LETTER).into_owned() }</text> }
                </g>
            })
        });
        html! {
            <figure>
                <figcaption>{ words }</figcaption>
                <svg width={WIDTH.to_string()} height={(units * UNIT).to_string()} role="img" aria-label={format!("{words} of {name}")}>
                    <rect class="frame" x="0.5" y="0.5" width={(WIDTH - 1.0).to_string()} height={(units * UNIT - 1.0).to_string()} />
                    { for nodes }
                </svg>
            </figure>
        }
    };
    let ways = props.bundles.iter().zip(names.iter()).map(|(bundle, to)| {
        let legs = &bundle.legs;
        let within = bundle.to == id;
        let lengths: Vec<String> = bundle.lengths.iter().map(|(length, count)| format!("{count} × {length}")).collect();
        let way = if within {
            format!("height {}, depth {}, slack {}", legs.up, legs.along, legs.slack)
        } else {
            format!("up {}, along {}, across {}, down {}, slack {}", legs.up, legs.along, legs.across, legs.down, legs.slack)
        };
        html! {
            <li key={bundle.to.to_string()}>
                <b>{ if within { "within the rack".to_owned() } else { format!("to {to}") } }</b>{ format!(": {}, bought as {}", counted(bundle.cables as u64, "cable", "cables"), lengths.join(", ")) }
                <small>{ format!("longest way {}: {way}", legs.run()) }</small>
            </li>
        }
    });
    html! { <>
        <h3>{ name }</h3>
        <small>{ format!("cooled by {}", cooling.map_or("nobody says what", Cooling::label)) }</small>
        <div class="bars">{ for rows }</div>
        <div class="elevations">{ elevation(Face::Front, "Front") }{ elevation(Face::Rear, "Rear") }</div>
        <h3>{ "Cables" }</h3>
        if props.bundles.is_empty() { <p class="note">{ "No cable of it has a known way." }</p> }
        <ul class="ways">{ for ways }</ul>
        if props.loose > 0 { <p class="note">{ format!("{} an end that is not placed; such a length is unknown.", counted(props.loose as u64, "cable has", "cables have")) }</p> }
    </> }
}

/// What is used of something, as words and a bar.
fn bar(label: &'static str, meter: &Meter, shown: &dyn Fn(f64) -> String) -> Html {
    let over = meter.share().is_some_and(|share| share > 1.0);
    let words = match meter.limit {
        Some(limit) => format!("{} of {}", shown(meter.used), shown(limit)),
        None => shown(meter.used),
    };
    let unknown = if meter.unknown > 0 { format!(" · {} unknown", meter.unknown) } else { String::new() };
    let width = (meter.share().unwrap_or(0.0) * 100.0).clamp(0.0, 100.0);
    html! {
        <div class={classes!("bar", over.then_some("over"))}>
            <span>{ label }</span>
            <span class={classes!("number", meter.recalled.then_some("recalled"))}>{ words }{ unknown }{ if over { " · too much" } else { "" } }</span>
            if meter.limit.is_some() { <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect class="rail" width="100" height="4" /><rect class="fill" width={width.to_string()} height="4" /></svg> }
        </div>
    }
}
