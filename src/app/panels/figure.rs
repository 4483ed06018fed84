//! A plot on the page: its shapes as SVG nodes, its points by keyboard, its values as a table, both as files.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use yew::prelude::*;

use crate::app::effects::download;
use crate::app::hooks::use_selector;
use crate::app::{actions, host};
use crate::editor::Theme;
use crate::render::palette::TOKENS;
use crate::render::plot::Plot;
use crate::render::{Align, Colour, Dash, Line, Shape};
use crate::units::is_word;

/// A plot.
#[derive(Properties)]
pub struct FigureProps {
    /// What is shown.
    pub plot: Rc<Plot>,
    /// How wide it is laid out, in pixels.
    pub width: f64,
}

impl PartialEq for FigureProps {
    fn eq(&self, other: &Self) -> bool {
        (Rc::ptr_eq(&self.plot, &other.plot) || self.plot == other.plot) && self.width == other.width
    }
}

/// A plot.
#[component]
pub fn Figure(props: &FigureProps) -> Html {
    let plot = &props.plot;
    let drawn = use_memo((props.plot.clone(), props.width), |(plot, width)| plot.drawn(*width));
    let at = use_state(|| 0usize);
    let dark = use_selector(|view| actions::is_dark(view.ui.theme));
    let stem: String = plot.title.chars().map(|letter| if is_word(letter) { letter.to_ascii_lowercase() } else { '-' }).collect();
    let count = drawn.targets.len();
    let now = (*at).min(count.saturating_sub(1));
    let id = {
        let stem = stem.clone();
        move |place: usize| format!("{stem}-{place}")
    };
    let pressed = {
        let (at, id) = (at.clone(), id.clone());
        Callback::from(move |event: KeyboardEvent| {
            let next = match event.key().as_str() {
                "ArrowRight" | "ArrowDown" => now + 1,
                "ArrowLeft" | "ArrowUp" => now.wrapping_sub(1),
                "Home" => 0,
                "End" => count.wrapping_sub(1),
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            if next < count {
                at.set(next);
                // A node of a drawing takes the focus like any other, though it is no HTML element.
                if let Some(point) = host::element::<web_sys::Element>(&id(next)) {
                    point.unchecked_ref::<web_sys::HtmlElement>().focus().ok();
                }
            }
        })
    };
    let points = drawn.targets.iter().enumerate().map(|(place, target)| {
        let area = target.area;
        html! {
            <rect key={place} id={id(place)} class="spot" tabindex={if place == now { "0" } else { "-1" }} role="img" aria-label={target.words.clone()}
                x={px(area.x)} y={px(area.y)} width={px(area.width)} height={px(area.height)} rx="2"><title>{ &target.words }</title></rect>
        }
    });
    let file = |ending: &'static str, kind: &'static str, text: Rc<dyn Fn() -> String>| {
        let name = format!("{stem}{ending}");
        Callback::from(move |_: MouseEvent| download(&name, kind, &text().into()))
    };
    let theme = if *dark { Theme::Dark } else { Theme::Light };
    let (pictured, listed) = (props.plot.clone(), props.plot.clone());
    let svg = file(".svg", "image/svg+xml", Rc::new(move || pictured.svg(720.0, theme)));
    let csv = file(".csv", "text/csv", Rc::new(move || listed.csv()));
    let table = {
        let head = plot.head().map(|cell| html! { <th scope="col">{ cell }</th> });
        let rows = plot.rows().map(|row| html! { <tr>{ for row.into_iter().map(|cell| html! { <td>{ cell }</td> }) }</tr> });
        html! { <div class="figure-values"><table><thead><tr>{ for head }</tr></thead><tbody>{ for rows }</tbody></table></div> }
    };
    let (width, height) = drawn.size;
    html! {
        <figure class="figure">
            <figcaption><b>{ &plot.title }</b><small>{ &plot.description }</small></figcaption>
            <svg viewBox={format!("0 0 {} {}", px(width), px(height))} role="group" aria-label={format!("{}. Arrow keys go from point to point.", plot.title)} onkeydown={pressed}>
                { for drawn.shapes.iter().map(node) }
                { for points }
            </svg>
            <div class="finding-actions">
                <button class="button" onclick={svg} aria-label={format!("{} as SVG", plot.title)}>{ "SVG" }</button>
                <button class="button" onclick={csv} aria-label={format!("{} as CSV", plot.title)}>{ "CSV" }</button>
            </div>
            <details><summary>{ "Values" }</summary>{ table }</details>
        </figure>
    }
}

fn px(value: f64) -> String {
    format!("{value:.1}")
}

fn paint(colour: Option<Colour>) -> String {
    let token = colour.and_then(|colour| TOKENS.iter().find(|(role, ..)| *role == colour));
    token.map_or_else(|| "none".to_owned(), |(_, name, ..)| format!("var({name})"))
}

fn dashes(line: &Line) -> Option<&'static str> {
    match line.dash {
        Dash::Solid => None,
        Dash::Dashed => Some("6 4"),
        Dash::Dotted => Some("2 3"),
    }
}

/// A shape of a plot as a node; what plots do not use is nothing.
fn node(shape: &Shape) -> Html {
    match shape {
        Shape::Box { rect, fill, .. } => {
            html! { <rect x={px(rect.x)} y={px(rect.y)} width={px(rect.width)} height={px(rect.height)} rx="1" fill={paint(*fill)} /> }
        }
        Shape::Polyline { points, line } => {
            let places: Vec<String> = points.iter().map(|point| format!("{},{}", px(point.x), px(point.y))).collect();
            html! { <polyline points={places.join(" ")} fill="none" stroke={paint(Some(line.colour))} stroke-width={px(f64::from(line.width))} stroke-dasharray={dashes(line)} /> }
        }
        Shape::Sign { at, colour, size, .. } => html! { <circle cx={px(at.x)} cy={px(at.y)} r={px(f64::from(*size) / 2.0)} fill={paint(Some(*colour))} /> },
        Shape::Text { at, text, font, align, .. } => {
            let anchor = match align {
                Align::Start => "start",
                Align::Middle => "middle",
                Align::End => "end",
            };
            html! { <text class={classes!(font.bold.then_some("strong"))} x={px(at.x)} y={px(at.y)} text-anchor={anchor} fill={paint(Some(font.colour))} aria-hidden="true">{ text }</text> }
        }
        _ => Html::default(),
    }
}
