//! Replays a display list on Canvas 2D: one path per run of boxes or curves, settings only when they change, text measured only
//! when it may not fit.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::colours::Colours;
use crate::render::{Align, Colour, Command, Dash, Font, HALO, Line, Mark, Shape};
use crate::scene::Camera;
use crate::units::{Point, Rect, SortedMap};

/// Text smaller than this many view pixels is not drawn.
const SMALLEST_TEXT: f64 = 4.0;
/// No glyph of an interface font is wider than this many ems on average; shorter text needs no measuring.
const WIDE_GLYPH: f64 = 0.68;
const KEPT_TEXTS: usize = 4000;

/// A canvas with its context and what was set on it last.
pub struct Layer {
    /// The element.
    pub canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    set: Settings,
    shortened: SortedMap<(String, u32, u32, bool), String>,
}

/// What was set on the context last, so that it is not set again.
#[derive(Default)]
struct Settings {
    fill: Option<Colour>,
    stroke: Option<Colour>,
    width: f64,
    dash: Option<(Dash, u64)>,
    font: Option<(u32, bool)>,
    align: Option<Align>,
    alpha: f32,
}

impl Layer {
    /// A layer on this canvas.
    pub fn new(canvas: HtmlCanvasElement) -> Option<Self> {
        let context = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        Some(Self { canvas, context, set: Settings::default(), shortened: SortedMap::new() })
    }

    /// Makes the bitmap this large; setting it clears it.
    pub fn resize(&mut self, width: u32, height: u32) {
        self.canvas.set_width(width);
        self.canvas.set_height(height);
    }

    /// Draws commands over `paper`, or over nothing.
    pub fn draw<'a>(&mut self, commands: impl Iterator<Item = &'a Command>, camera: &Camera, pixels: f64, colours: &Colours, paper: bool) {
        self.set = Settings { alpha: 1.0, ..Settings::default() };
        let context = &self.context;
        context.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0).ok();
        context.set_global_alpha(1.0);
        let (width, height) = (f64::from(self.canvas.width()), f64::from(self.canvas.height()));
        if paper {
            context.set_fill_style_str(colours.of(Colour::Paper));
            context.fill_rect(0.0, 0.0, width, height);
        } else {
            context.clear_rect(0.0, 0.0, width, height);
        }
        let scale = camera.zoom * pixels;
        context.set_transform(scale, 0.0, 0.0, scale, -camera.origin.x * scale, -camera.origin.y * scale).ok();
        context.set_text_baseline("alphabetic");
        context.set_line_cap("round");
        context.set_line_join("round");
        let mut pen = Pen { context, set: &mut self.set, shortened: &mut self.shortened, colours, camera, seen: camera.visible() };
        for command in commands {
            pen.draw(command);
        }
    }
}

struct Pen<'a> {
    context: &'a CanvasRenderingContext2d,
    set: &'a mut Settings,
    shortened: &'a mut SortedMap<(String, u32, u32, bool), String>,
    colours: &'a Colours,
    camera: &'a Camera,
    seen: Rect,
}

impl Pen<'_> {
    fn draw(&mut self, command: &Command) {
        match &command.shape {
            Shape::Box { rect, radius, fill, line } => self.boxes(std::slice::from_ref(rect), *radius, *fill, *line, command.opacity),
            Shape::Boxes { rects, radius, fill, line } => self.boxes(rects, *radius, *fill, *line, command.opacity),
            Shape::Curve { from, c1, c2, to, line } => self.curves(&[[*from, *c1, *c2, *to]], line, command.opacity),
            Shape::Curves { curves, line } => self.curves(curves, line, command.opacity),
            Shape::Grid { area, step, radius, colour } => self.grid(area, *step, *radius, *colour, command.opacity),
            Shape::Polyline { points, line } => self.polyline(points, line, command.opacity),
            Shape::Sign { at, mark, colour, size } => self.sign(*at, *mark, *colour, *size, command.opacity),
            Shape::Text { at, text, width, font, align } => self.text(*at, text, *width, font, *align, command.opacity),
        }
    }

    fn boxes(&mut self, rects: &[Rect], radius: f32, fill: Option<Colour>, line: Option<Line>, opacity: f32) {
        let round = f64::from(radius) * self.camera.zoom >= 1.0;
        if let (Some(colour), None, false) = (fill, line, round) {
            self.alpha(opacity);
            self.fill(colour);
            for rect in rects {
                self.context.fill_rect(rect.x, rect.y, rect.width, rect.height);
            }
            return;
        }
        self.context.begin_path();
        for rect in rects {
            if round {
                self.context.round_rect_with_f64(rect.x, rect.y, rect.width, rect.height, f64::from(radius)).ok();
            } else {
                self.context.rect(rect.x, rect.y, rect.width, rect.height);
            }
        }
        if let Some(colour) = fill {
            self.alpha(opacity);
            self.fill(colour);
            self.context.fill();
        }
        if let Some(line) = line {
            self.stroke(&line, opacity);
        }
    }

    fn curves(&mut self, curves: &[[Point; 4]], line: &Line, opacity: f32) {
        self.context.begin_path();
        for [from, c1, c2, to] in curves {
            self.context.move_to(from.x, from.y);
            self.context.bezier_curve_to(c1.x, c1.y, c2.x, c2.y, to.x, to.y);
        }
        self.stroke(line, opacity);
    }

    fn polyline(&mut self, points: &[Point], line: &Line, opacity: f32) {
        let Some((first, rest)) = points.split_first() else { return };
        self.context.begin_path();
        self.context.move_to(first.x, first.y);
        for point in rest {
            self.context.line_to(point.x, point.y);
        }
        self.stroke(line, opacity);
    }

    fn grid(&mut self, area: &Rect, step: f64, radius: f32, colour: Colour, opacity: f32) {
        let (left, right) = (area.x.max(self.seen.x), area.right().min(self.seen.right()));
        let (top, bottom) = (area.y.max(self.seen.y), area.bottom().min(self.seen.bottom()));
        // A grid of dots nearer than 8 view pixels is a grey smear; the zoom bounds the count.
        if step <= 0.0 || step * self.camera.zoom < 8.0 || right <= left || bottom <= top {
            return;
        }
        self.alpha(opacity);
        self.fill(colour);
        let size = f64::from(radius) * 2.0 / self.camera.zoom;
        let mut x = (left / step).ceil() * step;
        self.context.begin_path();
        while x <= right {
            let mut y = (top / step).ceil() * step;
            while y <= bottom {
                self.context.rect(x - size / 2.0, y - size / 2.0, size, size);
                y += step;
            }
            x += step;
        }
        self.context.fill();
    }

    fn sign(&mut self, at: Point, mark: Mark, colour: Colour, size: f32, opacity: f32) {
        let half = f64::from(size) / 2.0 / self.camera.zoom;
        self.context.begin_path();
        match mark {
            Mark::Disc | Mark::Ring => {
                self.context.arc(at.x, at.y, half, 0.0, std::f64::consts::TAU).ok();
            }
            Mark::Triangle => {
                self.context.move_to(at.x, at.y - half);
                self.context.line_to(at.x + half, at.y + half * 0.85);
                self.context.line_to(at.x - half, at.y + half * 0.85);
                self.context.close_path();
            }
        }
        // An edge of paper keeps the sign readable over links.
        self.stroke(&Line::solid(Colour::Paper, 3.0), opacity);
        self.alpha(opacity);
        if mark == Mark::Ring {
            self.fill(Colour::Panel);
            self.context.fill();
            self.stroke(&Line::solid(colour, 1.5), opacity);
        } else {
            self.fill(colour);
            self.context.fill();
        }
    }

    fn text(&mut self, at: Point, text: &str, width: f32, font: &Font, align: Align, opacity: f32) {
        let size = f64::from(font.size);
        if size * self.camera.zoom < SMALLEST_TEXT || text.is_empty() {
            return;
        }
        self.font(font);
        self.alpha(opacity);
        self.fill(font.colour);
        if self.set.align != Some(align) {
            self.set.align = Some(align);
            self.context.set_text_align(match align {
                Align::End => "end",
                Align::Middle => "center",
                Align::Start => "start",
            });
        }
        let fits = width <= 0.0 || text.chars().count() as f64 * size * WIDE_GLYPH <= f64::from(width);
        let shortened = (!fits).then(|| self.shorten(text, width, font));
        let shown = shortened.as_deref().unwrap_or(text);
        if let Some(ground) = font.halo {
            self.pen(&Line::solid(ground, HALO), opacity);
            self.context.stroke_text(shown, at.x, at.y).ok();
        }
        self.context.fill_text(shown, at.x, at.y).ok();
    }

    /// The text, or as much of it as fits with an ellipsis. Measured once per text, width and type.
    fn shorten(&mut self, text: &str, width: f32, font: &Font) -> String {
        let key = (text.to_owned(), width.to_bits(), font.size.to_bits(), font.bold);
        if let Some(known) = self.shortened.get(&key) {
            return known.clone();
        }
        let room = f64::from(width);
        let measure = |text: &str| self.context.measure_text(text).map_or(0.0, |measured| measured.width());
        let shown = if measure(text) <= room {
            text.to_owned()
        } else {
            let letters: Vec<char> = text.chars().collect();
            let (mut fits, mut over) = (0, letters.len());
            while over - fits > 1 {
                let middle = (fits + over) / 2;
                let candidate: String = letters.iter().take(middle).chain(std::iter::once(&'…')).collect();
                if measure(&candidate) <= room { fits = middle } else { over = middle }
            }
            if fits == 0 { String::new() } else { letters.iter().take(fits).collect::<String>().trim_end().to_owned() + "…" }
        };
        if self.shortened.len() >= KEPT_TEXTS {
            *self.shortened = SortedMap::default();
        }
        self.shortened.insert(key, shown.clone());
        shown
    }

    fn alpha(&mut self, alpha: f32) {
        if self.set.alpha != alpha {
            self.set.alpha = alpha;
            self.context.set_global_alpha(f64::from(alpha));
        }
    }

    fn fill(&mut self, colour: Colour) {
        if self.set.fill != Some(colour) {
            self.set.fill = Some(colour);
            self.context.set_fill_style_str(self.colours.of(colour));
        }
    }

    fn font(&mut self, font: &Font) {
        let wanted = (font.size.to_bits(), font.bold);
        if self.set.font != Some(wanted) {
            self.set.font = Some(wanted);
            let weight = if font.bold { "600" } else { "400" };
            self.context.set_font(&format!("{weight} {}px {}", font.size, self.colours.font));
        }
    }

    fn stroke(&mut self, line: &Line, opacity: f32) {
        self.pen(line, opacity);
        self.context.stroke();
    }

    fn pen(&mut self, line: &Line, opacity: f32) {
        self.alpha(opacity * line.opacity);
        if self.set.stroke != Some(line.colour) {
            self.set.stroke = Some(line.colour);
            self.context.set_stroke_style_str(self.colours.of(line.colour));
        }
        let width = f64::from(line.width) / self.camera.zoom;
        if self.set.width != width {
            self.set.width = width;
            self.context.set_line_width(width);
        }
        let dash = (line.dash, self.camera.zoom.to_bits());
        if self.set.dash != Some(dash) {
            self.set.dash = Some(dash);
            self.context.set_line_dash(&dashes(line.dash, self.camera.zoom)).ok();
        }
    }
}

fn dashes(dash: Dash, zoom: f64) -> JsValue {
    let lengths: &[f64] = match dash {
        Dash::Dashed => &[6.0, 4.0],
        Dash::Dotted => &[2.0, 3.0],
        Dash::Solid => &[],
    };
    lengths.iter().map(|length| JsValue::from_f64(length / zoom)).collect::<Array>().into()
}
