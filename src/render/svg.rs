//! The drawing as an SVG file: real text, no script, no style sheet, nothing loaded from elsewhere.
//!
//! The writer knows eight elements (`svg`, `title`, `desc`, `g`, `rect`, `path`, `circle`, `text`) and the attributes it writes; what is
//! not on that list cannot come out of it. Every text is cleaned and escaped, every number is finite.

use std::fmt::Write;
use std::sync::Arc;

use super::Colour;
use super::display::{Align, Command, Dash, DisplayList, Font, HALO, Line, Mark, Shape};
use super::list::scene_list;
use super::palette::hex;
use super::ring;
use super::view::{SceneView, clean};
use crate::catalog::Catalog;
use crate::editor::Theme;
use crate::editor::overlay::Overlay;
use crate::engine::context::Context;
use crate::engine::diagnostics::Diagnostic;
use crate::engine::rules;
use crate::model::{Design, Fabric, Node, Part, PartKind, Rack};
use crate::scene::{Camera, Scene};
use crate::units::{Point, Rect};

/// Up to this many nodes a file shows everything, ports included.
const FULL: usize = 800;
/// Up to this many it shows every node and trunk; beyond, groups and bundles.
const PARTS: usize = 4000;
/// Around the drawing, in drawing units at full zoom.
const MARGIN: f64 = 24.0;
/// Share of the height of a type that a character is wide on average.
const GLYPH: f64 = 0.56;

/// A design as an SVG file, as near as its size allows. The same design gives the same bytes.
pub fn svg(design: &Design, catalog: &Catalog, theme: Theme) -> String {
    coloured(design, catalog, theme, &Overlay::default())
}

/// As [`svg`], with what colours the drawing besides its own colours, and its legend.
pub fn coloured(design: &Design, catalog: &Catalog, theme: Theme, overlay: &Overlay) -> String {
    drawn(design, catalog, theme, overlay, Extent::Window, |nodes, scene, bounds| {
        if nodes <= FULL {
            1.0
        } else if nodes <= PARTS {
            0.5
        } else {
            (2400.0 / bounds.width.max(bounds.height)).clamp(0.002, scene.far_zoom())
        }
    })
}

/// A design as a picture of at most `width` by `height`, with as much as can be seen at that size.
pub fn small(design: &Design, catalog: &Catalog, theme: Theme, (width, height): (f64, f64)) -> String {
    drawn(design, catalog, theme, &Overlay::default(), Extent::Pixels, |_, scene, bounds| {
        let (fitted, far) = ((width / (bounds.width + MARGIN)).min(height / (bounds.height + MARGIN)).clamp(0.002, 1.0), scene.far_zoom());
        // Where one distance fades into the next both are half seen; a still picture is of one of them.
        if (far * 0.85..far * 1.15).contains(&fitted) { far * 1.15 } else { fitted }
    })
}

/// A design as an SVG file at the zoom that `choose` makes of its nodes, its scene and its bounds.
fn drawn(design: &Design, catalog: &Catalog, theme: Theme, overlay: &Overlay, extent: Extent, choose: impl FnOnce(usize, &Scene, &Rect) -> f64) -> String {
    let scene = Scene::build(design, catalog);
    let bounds = scene.drawn_bounds().unwrap_or(Rect::new(0.0, 0.0, 320.0, 200.0));
    let nodes = design.nodes.len();
    let zoom = choose(nodes, &scene, &bounds);
    let area = bounds.grown(MARGIN / zoom.min(1.0));
    // The legend stands below everything.
    let below = if overlay.links.is_some() { 92.0 / zoom } else { 0.0 };
    let area = Rect::new(area.x, area.y - 40.0 / zoom, area.width, area.height + 40.0 / zoom + below);
    let camera = Camera { origin: Point::new(area.x, area.y), zoom, width: area.width * zoom, height: area.height * zoom };
    let view = SceneView { unbounded: nodes <= PARTS, overlay, ..SceneView::still(design, catalog, &scene, &camera) };
    let name = clean(&design.meta.name);
    let title = if name.is_empty() { "Fabric".to_owned() } else { name };
    let mut list = scene_list(&view);
    super::overlay::lively(&view, &mut list.lively);
    for steps in ring::of(design, &circles(design, catalog), |_| true) {
        ring::draw(&scene, &steps, zoom, &mut list.lively);
    }
    if let Some(shades) = &overlay.links {
        super::overlay::legend(shades, &area, zoom, &mut list.lively);
    }
    written(&list, &area, zoom, theme, &title, None, extent)
}

/// What the engine says of circles of waiting. Asked only where a fabric says how it is routed. Time: that of the rules.
fn circles(design: &Design, catalog: &Catalog) -> Vec<Diagnostic> {
    let says = |fabric: &Fabric| fabric.paths.is_some() || fabric.engine.is_some() || fabric.lanes.is_some();
    if !design.fabrics.iter().any(|(_, fabric)| says(fabric)) {
        return Vec::new();
    }
    rules::run(&Context::new(design, catalog))
}

/// A part by itself, drawn as the canvas draws it from near, as an SVG file `width` view pixels wide. `None` for a cable or a transceiver,
/// which is drawn between ports only. Time: O(cages + inside).
pub fn plate(part: &Part, catalog: &Catalog, theme: Theme, width: f64) -> Option<String> {
    let mut design = Design::default();
    match part.kind {
        PartKind::Cable | PartKind::Transceiver => return None,
        PartKind::Rack => {
            design.racks.push(Rack::new(part.id.clone(), String::new(), Point::default()));
        }
        _ => {
            design.nodes.push(Node::new(part.id.clone(), String::new(), Point::default()));
        }
    }
    // The part as it is handed over, whatever the catalogue has under its id.
    design.parts.insert(part.id.clone(), Arc::new(part.clone()));
    let scene = Scene::build(&design, catalog);
    let area = scene.bounds()?.grown(3.0);
    let zoom = (width / area.width).clamp(0.1, 6.0);
    let camera = Camera { origin: Point::new(area.x, area.y), zoom, width: area.width * zoom, height: area.height * zoom };
    let view = SceneView { unbounded: true, ..SceneView::still(&design, catalog, &scene, &camera) };
    Some(of_list(&scene_list(&view), &area, zoom, theme, &clean(&part.name)))
}

/// A display list as an SVG file that shows `area` at `zoom`.
pub fn of_list(list: &DisplayList, area: &Rect, zoom: f64, theme: Theme, title: &str) -> String {
    written(list, area, zoom, theme, title, None, Extent::Pixels)
}

/// The same at full zoom with a description in place of the note on dotted lines: for plots.
pub(super) fn described(list: &DisplayList, area: &Rect, theme: Theme, title: &str, description: &str) -> String {
    written(list, area, 1.0, theme, title, Some(description), Extent::Pixels)
}

/// How large a file says that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    /// As many pixels as it was drawn for: a picture in a page.
    Pixels,
    /// As large as what shows it: a drawing that is opened by itself and zoomed there.
    Window,
}

fn written(list: &DisplayList, area: &Rect, zoom: f64, theme: Theme, title: &str, description: Option<&str>, extent: Extent) -> String {
    let mut writer = Writer { out: String::new(), zoom: if zoom > 0.0 { zoom } else { 1.0 }, theme };
    let note = description.is_none() && list.commands().any(is_dotted);
    let (width, height) = match extent {
        Extent::Pixels => (number(area.width * writer.zoom), number(area.height * writer.zoom)),
        Extent::Window => ("100%".to_owned(), "100%".to_owned()),
    };
    let _ = write!(
        writer.out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{} {} {} {}\" width=\"{width}\" height=\"{height}\" role=\"img\" font-family=\"ui-sans-serif, system-ui, sans-serif\">\n<title>{}</title>\n",
        number(area.x),
        number(area.y),
        number(area.width),
        number(area.height),
        escaped(&clean(title))
    );
    if let Some(description) = description {
        let _ = writeln!(writer.out, "<desc>{}</desc>", escaped(&clean(description)));
    }
    if note {
        writer.out.push_str("<desc>What is dotted rests on recalled figures, or on parts that are not known.</desc>\n");
    }
    let _ = writeln!(
        writer.out,
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{}\"/>",
        number(area.x),
        number(area.y),
        number(area.width),
        number(area.height),
        hex(Colour::Paper, theme)
    );
    for command in list.commands() {
        writer.command(command);
    }
    if note {
        writer.legend(area);
    }
    writer.out.push_str("</svg>\n");
    writer.out
}

fn is_dotted(command: &Command) -> bool {
    let line = match &command.shape {
        Shape::Box { line, .. } | Shape::Boxes { line, .. } => *line,
        Shape::Curve { line, .. } | Shape::Curves { line, .. } | Shape::Polyline { line, .. } => Some(*line),
        Shape::Grid { .. } | Shape::Sign { .. } | Shape::Text { .. } => None,
    };
    line.is_some_and(|line| line.dash == Dash::Dotted)
}

struct Writer {
    out: String,
    zoom: f64,
    theme: Theme,
}

impl Writer {
    fn command(&mut self, command: &Command) {
        if command.opacity <= 0.0 {
            return;
        }
        let faded = command.opacity < 1.0;
        if faded {
            let _ = writeln!(self.out, "<g opacity=\"{}\">", number(f64::from(command.opacity)));
        }
        match &command.shape {
            Shape::Box { rect, radius, fill, line } => self.boxes(std::slice::from_ref(rect), *radius, *fill, *line),
            Shape::Boxes { rects, radius, fill, line } => self.boxes(rects, *radius, *fill, *line),
            Shape::Curve { from, c1, c2, to, line } => self.curves(&[[*from, *c1, *c2, *to]], line),
            Shape::Curves { curves, line } => self.curves(curves, line),
            Shape::Polyline { points, line } => self.polyline(points, line),
            Shape::Sign { at, mark, colour, size } => self.sign(*at, *mark, *colour, f64::from(*size)),
            Shape::Text { at, text, width, font, align } => {
                let anchor = match align {
                    Align::Start => "start",
                    Align::Middle => "middle",
                    Align::End => "end",
                };
                self.text(*at, &shortened(text, f64::from(*width), f64::from(font.size)), font, anchor);
            }
            // A file has no use for the dots one snaps to.
            Shape::Grid { .. } => {}
        }
        if faded {
            self.out.push_str("</g>\n");
        }
    }

    fn boxes(&mut self, rects: &[Rect], radius: f32, fill: Option<Colour>, line: Option<Line>) {
        let paint = self.paint(fill, line);
        let many = rects.len() > 1;
        if many {
            let _ = writeln!(self.out, "<g{paint}>");
        }
        for rect in rects {
            let round = f64::from(radius).min(rect.width / 2.0).min(rect.height / 2.0);
            let own = if many { "" } else { paint.as_str() };
            let _ = writeln!(
                self.out,
                "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\"{own}/>",
                number(rect.x),
                number(rect.y),
                number(rect.width),
                number(rect.height),
                number(round)
            );
        }
        if many {
            self.out.push_str("</g>\n");
        }
    }

    fn curves(&mut self, curves: &[[Point; 4]], line: &Line) {
        let paint = self.paint(None, Some(*line));
        let mut path = String::new();
        for [from, c1, c2, to] in curves {
            let _ = write!(
                path,
                "M{} {}C{} {} {} {} {} {}",
                number(from.x),
                number(from.y),
                number(c1.x),
                number(c1.y),
                number(c2.x),
                number(c2.y),
                number(to.x),
                number(to.y)
            );
        }
        let _ = writeln!(self.out, "<path d=\"{path}\"{paint}/>");
    }

    fn polyline(&mut self, points: &[Point], line: &Line) {
        let paint = self.paint(None, Some(*line));
        let mut path = String::new();
        for (at, point) in points.iter().enumerate() {
            let _ = write!(path, "{}{} {}", if at == 0 { 'M' } else { 'L' }, number(point.x), number(point.y));
        }
        let _ = writeln!(self.out, "<path d=\"{path}\"{paint}/>");
    }

    fn sign(&mut self, at: Point, mark: Mark, colour: Colour, size: f64) {
        let half = size / 2.0 / self.zoom;
        let colour = hex(colour, self.theme);
        let _ = match mark {
            Mark::Disc => writeln!(self.out, "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"{colour}\"/>", number(at.x), number(at.y), number(half)),
            Mark::Ring => {
                let width = number(1.5 / self.zoom);
                let (x, y, r) = (number(at.x), number(at.y), number(half));
                writeln!(self.out, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{r}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\"/>")
            }
            Mark::Triangle => {
                let (left, right, top, low) = (number(at.x - half), number(at.x + half), number(at.y - half), number(at.y + half * 0.85));
                writeln!(self.out, "<path d=\"M{} {top}L{right} {low}L{left} {low}Z\" fill=\"{colour}\"/>", number(at.x))
            }
        };
    }

    fn text(&mut self, at: Point, text: &str, font: &Font, anchor: &str) {
        let text = clean(text);
        if text.is_empty() {
            return;
        }
        let weight = if font.bold { " font-weight=\"600\"" } else { "" };
        let halo = font.halo.map_or_else(String::new, |ground| {
            let width = number(f64::from(HALO) / self.zoom);
            format!(" stroke=\"{}\" stroke-width=\"{width}\" stroke-linejoin=\"round\" paint-order=\"stroke\"", hex(ground, self.theme))
        });
        let _ = writeln!(
            self.out,
            "<text x=\"{}\" y=\"{}\" font-size=\"{}\"{weight} fill=\"{}\"{halo} text-anchor=\"{anchor}\">{}</text>",
            number(at.x),
            number(at.y),
            number(f64::from(font.size)),
            hex(font.colour, self.theme),
            escaped(&text)
        );
    }

    fn legend(&mut self, area: &Rect) {
        let pixel = 1.0 / self.zoom;
        let at = Point::new(area.x + 12.0 * pixel, area.bottom() - 8.0 * pixel);
        let font = Font { size: (10.0 * pixel) as f32, bold: false, colour: Colour::Ink2, halo: None };
        self.text(at, "Dotted: rests on recalled figures, or on a part that is not known", &font, "start");
    }

    fn paint(&self, fill: Option<Colour>, line: Option<Line>) -> String {
        let mut paint = format!(" fill=\"{}\"", fill.map_or("none", |colour| hex(colour, self.theme)));
        if let Some(line) = line.filter(|line| line.opacity > 0.0) {
            let _ = write!(paint, " stroke=\"{}\" stroke-width=\"{}\"", hex(line.colour, self.theme), number(f64::from(line.width) / self.zoom));
            let pixels: &[f64] = match line.dash {
                Dash::Solid => &[],
                Dash::Dashed => &[6.0, 4.0],
                Dash::Dotted => &[2.0, 3.0],
            };
            if let [on, off] = pixels {
                let _ = write!(paint, " stroke-dasharray=\"{} {}\"", number(on / self.zoom), number(off / self.zoom));
            }
            if line.opacity < 1.0 {
                let _ = write!(paint, " stroke-opacity=\"{}\"", number(f64::from(line.opacity)));
            }
        }
        paint
    }
}

/// A number with at most two digits behind the point (three below one); never an exponent, never infinite.
fn number(value: f64) -> String {
    if !value.is_finite() {
        return "0".to_owned();
    }
    let text = if value.abs() < 1.0 { format!("{value:.3}") } else { format!("{value:.2}") };
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// As much of a text as a width has room for, by the average width of a character.
fn shortened(text: &str, width: f64, size: f64) -> String {
    let room = width / (size * GLYPH).max(0.001);
    if width <= 0.0 || text.chars().count() as f64 <= room {
        return text.to_owned();
    }
    let kept: String = text.chars().take((room - 1.0).max(0.0) as usize).collect();
    if kept.is_empty() { kept } else { format!("{}…", kept.trim_end()) }
}

/// Text for XML: what means something there is written out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(character),
        }
    }
    out
}
