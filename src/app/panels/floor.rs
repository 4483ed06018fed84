//! The floor plan: racks on their tiles with cold and hot aisles, moved by tiles; beside it the selected rack.

use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

use super::field::choice_field;
use super::floor_rack::FloorRack;
use super::icon::Icon;
use crate::app::hooks::{use_action, use_selector, use_store};
use crate::editor::{Extend, Field, Intent, Session};
use crate::engine::assumptions::{RACK_DEPTH, TILE_DEPTH, TILE_WIDTH};
use crate::engine::facts::Facts;
use crate::engine::racks::{self, Load, Meter};
use crate::model::{RackId, Subject};
use crate::render::telling;
use crate::units::{counted, significant};

/// Pixels of a metre at the usual scale.
const SCALE: f64 = 56.0;
/// The least scale that a plan opens at: a rack is so wide that its name can be read.
const LEAST_SCALE: f64 = 36.0;
/// More racks than this are drawn without their names, unless their tiles are this many pixels wide.
const NAMED: usize = 600;
const LEGIBLE: f64 = 64.0;
/// More tiles than this in a row or a column are not drawn.
const MOST_TILES: i32 = 400;
/// How wide a character of a rack's name is, in pixels.
const LETTER: f64 = 5.8;

/// A rack as the plan shows it.
#[derive(Clone, Debug, PartialEq)]
struct Placed {
    id: RackId,
    name: String,
    tile: (i32, i32),
    turned: bool,
    load: Load,
}

/// What the plan shows.
#[derive(Clone, Debug, PartialEq)]
struct Plan {
    racks: Vec<Placed>,
    /// Racks without a tile.
    loose: Vec<(RackId, Load)>,
    /// Width and depth of a tile, and depth of a rack, in metres.
    tile: [f64; 3],
    least: (i32, i32),
    most: (i32, i32),
}

impl Plan {
    fn of(session: &Session) -> Self {
        let (design, catalog) = (session.design(), session.catalog());
        let settings = &design.meta.settings;
        let mut racks = Vec::new();
        let mut loose = Vec::new();
        for (id, load) in racks::loads(design, catalog, &Facts::of(design, catalog)) {
            let Some(rack) = design.racks.get(id) else { continue };
            match rack.tile {
                Some(tile) => racks.push(Placed { id, name: design.rack_name(id), tile, turned: rack.turned, load }),
                None => loose.push((id, load)),
            }
        }
        let bounds = |pick: fn(&Placed) -> i32| {
            let least = racks.iter().map(pick).min().unwrap_or(0).saturating_sub(1);
            // A plan of more tiles than this is cut; racks that far apart stand in different halls.
            (least, racks.iter().map(pick).max().unwrap_or(0).saturating_add(1).min(least.saturating_add(MOST_TILES)))
        };
        let (columns, lines) = (bounds(|rack| rack.tile.0), bounds(|rack| rack.tile.1));
        let (least, most) = ((columns.0, lines.0), (columns.1, lines.1));
        let depth = TILE_DEPTH.value(settings);
        Self { racks, loose, tile: [TILE_WIDTH.value(settings), depth, RACK_DEPTH.value(settings).min(depth)], least, most }
    }
    /// The corner of a tile, in metres.
    fn corner(&self, (column, line): (i32, i32)) -> (f64, f64) {
        ((f64::from(column) - f64::from(self.least.0)) * self.tile[0], (f64::from(line) - f64::from(self.least.1)) * self.tile[1])
    }
    /// What a rack holds.
    fn load(&self, id: RackId) -> Option<Load> {
        let placed = self.racks.iter().find(|rack| rack.id == id).map(|rack| rack.load);
        placed.or_else(|| self.loose.iter().find(|(other, _)| *other == id).map(|(_, load)| *load))
    }
    fn size(&self) -> (f64, f64) {
        self.corner((self.most.0.saturating_add(1), self.most.1.saturating_add(1)))
    }
}

/// What racks are coloured by.
const METERS: [&str; 5] = ["Power", "Rack units", "Heat into air", "Weight", "Cables"];

fn meter(load: &Load, which: usize) -> &Meter {
    match which {
        1 => &load.units,
        2 => &load.air,
        3 => &load.weight,
        4 => &load.cables,
        _ => &load.power,
    }
}

/// The floor plan, where it is open.
#[component]
pub fn FloorPlan() -> Html {
    let open = use_selector(|view| view.ui.floor);
    if *open {
        html! { <Floor /> }
    } else {
        Html::default()
    }
}

#[component]
fn Floor() -> Html {
    let store = use_store();
    let key = use_selector(|view| (view.session.revision(), view.session.selection().clone()));
    let plan = use_memo(key.0, |_| store.read(|view| Plan::of(view.session)));
    let which = use_state(|| 0usize);
    let scale = use_state(|| SCALE);
    let grip = use_state(|| None::<(f64, f64)>);
    let pulled = use_state(|| (0i32, 0i32));
    let only = match key.1.iter().collect::<Vec<_>>().as_slice() {
        [Subject::Rack(id)] => Some(*id),
        _ => None,
    };
    let bundles = use_memo((key.0, only), |(_, only)| {
        only.map_or_else(|| (Vec::new(), 0), |id| store.read(|view| racks::bundles(view.session.design(), view.session.catalog(), id)))
    });
    let send = use_action(|store, intent: Intent| store.dispatch(intent));
    let close = use_action(|store, _: MouseEvent| store.change(|ui| ui.floor = false));
    let size = plan.size();
    let frame = use_node_ref();
    {
        // All racks side by side are seen when they first stand there, as long as they can be told apart.
        let (frame, scale, wide) = (frame.clone(), scale.setter(), size.0);
        use_effect_with(plan.racks.is_empty(), move |_| {
            if let Some(frame) = frame.cast::<web_sys::Element>() {
                scale.set((f64::from(frame.client_width() - 24) / wide.max(1.0)).clamp(LEAST_SCALE, SCALE));
            }
        });
    }
    let px = *scale;
    let named = plan.racks.len() <= NAMED || plan.tile[0] * px >= LEGIBLE;
    let beyond = plan.racks.iter().filter(|rack| rack.tile.0 > plan.most.0 || rack.tile.1 > plan.most.1).count();
    let [tile_width, tile_depth, depth] = plan.tile;

    // Racks are pulled by whole tiles; while one is pulled the others stay.
    let moved = {
        let (grip, pulled) = (grip.clone(), pulled.clone());
        Callback::from(move |event: PointerEvent| {
            let Some((x, y)) = *grip else { return };
            let step = |from: f64, to: i32, tile: f64| ((f64::from(to) - from) / (tile * px)).round() as i32;
            pulled.set((step(x, event.client_x(), tile_width), step(y, event.client_y(), tile_depth)));
        })
    };
    let released = {
        let (grip, pulled, send) = (grip.clone(), pulled.clone(), send.clone());
        Callback::from(move |_: PointerEvent| {
            let (columns, lines) = *pulled;
            if grip.is_some() && (columns, lines) != (0, 0) {
                send.emit(Intent::Edit { subjects: Vec::new(), field: Field::Tiles(columns, lines) });
            }
            grip.set(None);
            pulled.set((0, 0));
        })
    };
    let racks = plan.racks.iter().map(|rack| {
        let chosen = key.1.contains(&Subject::Rack(rack.id));
        let id = rack.id;
        let shift = if chosen { *pulled } else { (0, 0) };
        let (x, y) = plan.corner((rack.tile.0.saturating_add(shift.0), rack.tile.1.saturating_add(shift.1)));
        let top = y + (tile_depth - depth) / 2.0;
        let share = meter(&rack.load, *which).share();
        let level = match share {
            None => "none",
            Some(share) if share > 1.0 => "over",
            Some(share) if share > 0.8 => "near",
            Some(_) => "fine",
        };
        let words = share.map_or_else(|| "no limit".to_owned(), |share| format!("{} %", significant(share * 100.0, 2)));
        let pressed = {
            let (send, grip) = (send.clone(), grip.clone());
            Callback::from(move |event: PointerEvent| {
                if event.button() != 0 {
                    return;
                }
                let extend = if event.shift_key() || event.ctrl_key() || event.meta_key() { Extend::Toggle } else { Extend::Replace };
                if !chosen || extend == Extend::Toggle {
                    send.emit(Intent::Select { subjects: vec![Subject::Rack(id)], extend });
                }
                if let Some(plan) = event.current_target().and_then(|target| target.dyn_into::<Element>().ok()).and_then(|rack| rack.closest("svg").ok().flatten()) {
                    plan.set_pointer_capture(event.pointer_id()).ok();
                }
                grip.set(Some((f64::from(event.client_x()), f64::from(event.client_y()))));
            })
        };
        let keyed = {
            let send = send.clone();
            Callback::from(move |event: KeyboardEvent| {
                let step = match event.key().as_str() {
                    "ArrowDown" => (0, 1),
                    "ArrowLeft" => (-1, 0),
                    "ArrowRight" => (1, 0),
                    "ArrowUp" => (0, -1),
                    "Enter" | " " => (0, 0),
                    _ => return,
                };
                event.prevent_default();
                event.stop_propagation();
                if !chosen || step == (0, 0) {
                    send.emit(Intent::Select { subjects: vec![Subject::Rack(id)], extend: Extend::Replace });
                }
                if step != (0, 0) {
                    send.emit(Intent::Edit { subjects: Vec::new(), field: Field::Tiles(step.0, step.1) });
                }
            })
        };
        let (at, from, wide, deep) = (x * px, top * px, tile_width * px, depth * px);
        let front = if rack.turned { from } else { from + deep };
        // It begins with the words that are seen.
        let seen = telling(&rack.name, tile_width * px / LETTER);
        let label = format!("{seen} {words}, {}, rack {}, tile {}, {}", METERS.get(*which).unwrap_or(&""), rack.name, rack.tile.0, rack.tile.1);
        let aisle = (tile_depth - depth) / 2.0 * px;
        let (above, below) = if rack.turned { ("aisle cold", "aisle hot") } else { ("aisle hot", "aisle cold") };
        html! {
            <g key={id.to_string()} class={classes!("floor-rack", level, chosen.then_some("chosen"))} role="button" tabindex="0" aria-pressed={chosen.to_string()} aria-label={label}
                data-rack={id.to_string()} onpointerdown={pressed} onkeydown={keyed}>
                <rect class={above} x={at.to_string()} y={(from - aisle).to_string()} width={wide.to_string()} height={aisle.to_string()} />
                <rect class={below} x={at.to_string()} y={(from + deep).to_string()} width={wide.to_string()} height={aisle.to_string()} />
                <rect class="body" x={(at + 2.0).to_string()} y={from.to_string()} width={(wide - 4.0).max(1.0).to_string()} height={deep.to_string()} rx="3" />
                <path class="front" d={format!("M{} {front}h{}", at + 4.0, (wide - 8.0).max(1.0))} />
                if named {
                    <text x={(at + wide / 2.0).to_string()} y={(from + deep / 2.0 - 3.0).to_string()}>{ format!("{seen} ") }</text>
                    <text class="share" x={(at + wide / 2.0).to_string()} y={(from + deep / 2.0 + 13.0).to_string()}>{ words }</text>
                }
            </g>
        }
    });
    let middle = |id: RackId| {
        let rack = plan.racks.iter().find(|rack| rack.id == id)?;
        let (x, y) = plan.corner(rack.tile);
        Some(((x + tile_width / 2.0) * px, (y + tile_depth / 2.0) * px))
    };
    let ways = only.and_then(middle).into_iter().flat_map(|(x, y)| bundles.0.iter().filter_map(move |bundle| Some((bundle, (x, y), middle(bundle.to)?)))).filter(|(bundle, ..)| Some(bundle.to) != only).map(|(bundle, (x, y), (to_x, to_y))| {
        html! { <path key={bundle.to.to_string()} class="tray" d={format!("M{x} {y}H{to_x}V{to_y}")}><title>{ format!("{}, {} to {}", counted(bundle.cables as u64, "cable", "cables"), bundle.run[0], bundle.run[1]) }</title></path> }
    });
    let zoom = |factor: f64| {
        let scale = scale.clone();
        Callback::from(move |_: MouseEvent| scale.set((*scale * factor).clamp(6.0, 160.0)))
    };
    let place = {
        let loose: Vec<Subject> = plan.loose.iter().map(|(id, _)| Subject::Rack(*id)).collect();
        send.reform(move |_: MouseEvent| Intent::Edit { subjects: loose.clone(), field: Field::OnFloor })
    };
    let choices: Vec<(AttrValue, AttrValue)> =
        METERS.iter().enumerate().map(|(at, words)| (AttrValue::from(at.to_string()), AttrValue::from(*words))).collect();
    let choose = {
        let which = which.clone();
        Callback::from(move |key: String| which.set(key.parse().unwrap_or(0)))
    };
    let (wide, tall) = (size.0 * px, size.1 * px);
    html! {
        <section class="floor" aria-label="Floor plan">
            <div class="floor-tools">
                <h2>{ "Floor plan" }</h2>
                <small>{ format!("{}; a tile is {} by {} m", counted(plan.racks.len() as u64, "rack", "racks"), significant(tile_width, 3), significant(tile_depth, 3)) }</small>
                if !named { <small>{ "Names show from a larger scale on (+)" }</small> }
                if beyond > 0 { <small class="missing">{ format!("{} more than {MOST_TILES} tiles away and not shown", counted(beyond as u64, "rack stands", "racks stand")) }</small> }
                <span class="grow"></span>
                { choice_field("Colour by", &choices, Some(which.to_string().into()), &choose) }
                if !plan.loose.is_empty() { <button type="button" class="button primary" onclick={place}>{ format!("Stand {} on the floor", counted(plan.loose.len() as u64, "rack", "racks")) }</button> }
                <button type="button" class="button icon" aria-label="Smaller" title="Smaller" onclick={zoom(0.8)}>{ "−" }</button>
                <button type="button" class="button icon" aria-label="Larger" title="Larger" onclick={zoom(1.25)}>{ "+" }</button>
                <button type="button" class="button" onclick={close}>{ Icon::Close.html() }{ "Drawing" }</button>
            </div>
            <div class="floor-body">
                <div class="floor-frame" ref={frame} tabindex="0" role="region" aria-label="Racks on their tiles">
                    if plan.racks.is_empty() { <p class="nothing">{ "No rack stands on a floor tile yet. Cable lengths follow from tiles." }</p> }
                    else {
                        <svg class="floor-plan" width={wide.to_string()} height={tall.to_string()} viewBox={format!("0 0 {wide} {tall}")} onpointermove={moved} onpointerup={released.clone()} onpointercancel={released}>
                            <defs><pattern id="floor-tiles" width={(tile_width * px).to_string()} height={(tile_depth * px).to_string()} patternUnits="userSpaceOnUse">
                                <path class="tile-edge" d={format!("M{} 0H0V{}", tile_width * px, tile_depth * px)} />
                            </pattern></defs>
                            <rect width={wide.to_string()} height={tall.to_string()} fill="url(#floor-tiles)" />
                            { for racks }
                            <g class="trays">{ for ways }</g>
                        </svg>
                    }
                </div>
                <aside class="floor-side" aria-label="The selected rack">
                    if let Some((id, load)) = only.and_then(|id| Some((id, plan.load(id)?))) { <FloorRack {id} {load} bundles={bundles.0.clone()} loose={bundles.1} revision={key.0} /> }
                    else {
                        <p class="note">{ "Select a rack to see it from front and rear, what it holds and where its cables run. Drag it, or use the arrow keys, to move it by tiles." }</p>
                        <p class="legend"><span class="swatch cold"></span>{ "cold aisle, at the fronts" }<span class="swatch hot"></span>{ "hot aisle" }</p>
                    }
                </aside>
            </div>
        </section>
    }
}
