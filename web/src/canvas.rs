//! Paints a scene on a canvas, 60 times a second.
//!
//! The calls into the browser are what costs, so nothing is set that is set already: colours, fonts, widths and
//! opacities are compared first. Everything on a canvas is the scene's; the page adds only the line that a reader
//! draws through the network.

use scene::kurbo::PathEl;
use scene::{
    Anchor, Cap, Family, Geometry, Group, Hatch, Ink, Item, Paint, Scene, Shape, Stroke, Text, Theme, Weight,
};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasPattern, CanvasRenderingContext2d, HtmlCanvasElement};

use crate::browser;
use crate::words;

/// A canvas and the state that its context has.
pub struct Painter {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    theme: Theme,
    /// Width and height in pixels of the page, and device pixels in each.
    size: (f64, f64, f64),
    set: Set,
    patterns: [Option<CanvasPattern>; 3],
    dashes: Vec<([f64; 2], JsValue)>,
}

/// What is set on the context.
#[derive(Default)]
struct Set {
    fill: Option<Ink>,
    stroke: Option<Ink>,
    alpha: Option<f32>,
    width: Option<f64>,
    dash: Option<Option<[f64; 2]>>,
    cap: Option<Cap>,
    font: Option<(f64, Weight, Family)>,
    anchor: Option<Anchor>,
}

impl Painter {
    /// A painter for a canvas; `None` where the browser gives no context.
    #[must_use]
    pub fn new(canvas: HtmlCanvasElement, theme: Theme) -> Option<Self> {
        let context = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        let (set, patterns, dashes) = (Set::default(), [const { None }; 3], Vec::new());
        Some(Self { canvas, context, theme, size: (0.0, 0.0, 0.0), set, patterns, dashes })
    }

    /// Makes the canvas as large as the picture, in device pixels. Does nothing where it is.
    pub fn fit(&mut self, width: f64, height: f64) {
        let ratio = browser::pixel_ratio().clamp(1.0, 3.0);
        if self.size == (width, height, ratio) {
            return;
        }
        self.size = (width, height, ratio);
        // Beyond this, browsers give an empty canvas.
        let pixels = |length: f64| (length * ratio).round().clamp(1.0, 16_000.0) as u32;
        self.canvas.set_width(pixels(width));
        self.canvas.set_height(pixels(height));
        browser::set_style(&self.canvas, "width", &format!("{}px", words::fixed(width, 2)));
        browser::set_style(&self.canvas, "height", &format!("{}px", words::fixed(height, 2)));
        self.set = Set::default();
    }

    /// Paints a scene in the place of what is there.
    pub fn paint(&mut self, scene: &Scene) {
        let ratio = self.size.2;
        let _ = self.context.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0);
        self.context.clear_rect(0.0, 0.0, self.size.0, self.size.1);
        for group in &scene.groups {
            self.group(group);
        }
    }

    /// The same on a ground of paper, for a file of its own.
    pub fn paint_on_paper(&mut self, scene: &Scene) {
        self.paint(&Scene::new(scene.width, scene.height));
        self.alpha(1.0);
        self.fill_ink(Ink::Paper);
        self.context.fill_rect(0.0, 0.0, scene.width, scene.height);
        for group in &scene.groups {
            self.group(group);
        }
    }

    /// Paints more on top.
    pub fn group(&mut self, group: &Group) {
        for item in &group.items {
            match item {
                Item::Shape(shape) => self.shape(shape, group.opacity),
                Item::Text(text) => self.text(text, group.opacity),
            }
        }
    }

    fn shape(&mut self, shape: &Shape, opacity: f32) {
        if let (Some(fill), Geometry::Rect(rect, radius)) = (shape.fill, &shape.geometry)
            && *radius <= 0.0
        {
            self.fill_with(fill, opacity, shape);
            self.context.fill_rect(rect.x0, rect.y0, rect.width(), rect.height());
            if let Some(stroke) = shape.stroke {
                self.stroke_with(stroke, opacity);
                self.context.stroke_rect(rect.x0, rect.y0, rect.width(), rect.height());
            }
            return;
        }
        self.context.begin_path();
        self.outline(&shape.geometry);
        if let Some(fill) = shape.fill {
            self.fill_with(fill, opacity, shape);
            self.context.fill();
        }
        if let Some(stroke) = shape.stroke {
            self.stroke_with(stroke, opacity);
            self.context.stroke();
        }
    }

    fn outline(&self, geometry: &Geometry) {
        let to = &self.context;
        match geometry {
            Geometry::Circle(circle) => {
                let _ = to.arc(circle.center.x, circle.center.y, circle.radius, 0.0, std::f64::consts::TAU);
            }
            Geometry::Line(line) => {
                to.move_to(line.p0.x, line.p0.y);
                to.line_to(line.p1.x, line.p1.y);
            }
            Geometry::Rect(rect, radius) => {
                let radius = radius.min(rect.width() / 2.0).min(rect.height() / 2.0).max(0.0);
                let (x0, y0, x1, y1) = (rect.x0, rect.y0, rect.x1, rect.y1);
                to.move_to(x0 + radius, y0);
                for (ax, ay, bx, by) in
                    [(x1, y0, x1, y1), (x1, y1, x0, y1), (x0, y1, x0, y0), (x0, y0, x1, y0)]
                {
                    let _ = to.arc_to(ax, ay, bx, by, radius);
                }
                to.close_path();
            }
            Geometry::Arc(arc) => {
                let _ = to.arc(arc.center.x, arc.center.y, arc.radius, arc.start, arc.start + arc.sweep);
            }
            Geometry::Path(path) => {
                for element in path.elements() {
                    match *element {
                        PathEl::MoveTo(a) => to.move_to(a.x, a.y),
                        PathEl::LineTo(a) => to.line_to(a.x, a.y),
                        PathEl::QuadTo(a, b) => to.quadratic_curve_to(a.x, a.y, b.x, b.y),
                        PathEl::CurveTo(a, b, c) => to.bezier_curve_to(a.x, a.y, b.x, b.y, c.x, c.y),
                        PathEl::ClosePath => to.close_path(),
                    }
                }
            }
        }
    }

    fn text(&mut self, text: &Text, opacity: f32) {
        let font = (text.size, text.weight, text.family);
        if self.set.font != Some(font) {
            self.set.font = Some(font);
            let (weight, family) = (text.weight.number(), text.family.stack());
            self.context.set_font(&format!("{weight} {}px {family}", words::fixed(text.size, 2)));
        }
        if self.set.anchor != Some(text.anchor) {
            self.set.anchor = Some(text.anchor);
            self.context.set_text_align(match text.anchor {
                Anchor::Start => "left",
                Anchor::Middle => "center",
                Anchor::End => "right",
            });
        }
        if text.halo {
            let rim = Stroke { paint: Ink::Paper.into(), width: 4.0, dash: None, cap: Cap::Butt };
            self.stroke_with(rim, opacity);
            self.context.set_line_join("round");
            let _ = self.context.stroke_text(&text.words, text.at.x, text.at.y);
            self.context.set_line_join("miter");
        }
        self.alpha(opacity);
        self.fill_ink(text.ink);
        let _ = self.context.fill_text(&text.words, text.at.x, text.at.y);
    }

    fn fill_with(&mut self, paint: Paint, opacity: f32, shape: &Shape) {
        self.alpha(paint.opacity * opacity);
        if let Some(hatch) = paint.ink.hatch() {
            let size = shape.bounds();
            if paint.opacity >= 1.0 && size.width() >= 12.0 && size.height() >= 12.0 {
                self.fill_pattern(paint.ink, hatch);
                return;
            }
        }
        self.fill_ink(paint.ink);
    }

    fn fill_ink(&mut self, ink: Ink) {
        if self.set.fill != Some(ink) {
            self.set.fill = Some(ink);
            self.context.set_fill_style_str(self.theme.colour(ink));
        }
    }

    fn fill_pattern(&mut self, ink: Ink, hatch: Hatch) {
        let place = match hatch {
            Hatch::Rising => 0,
            Hatch::Falling => 1,
            Hatch::Crossed => 2,
        };
        if self.patterns[place].is_none() {
            self.patterns[place] = pattern(&self.context, self.theme, ink, hatch);
        }
        if let Some(pattern) = &self.patterns[place] {
            self.context.set_fill_style_canvas_pattern(pattern);
            self.set.fill = None;
        } else {
            self.fill_ink(ink);
        }
    }

    fn stroke_with(&mut self, stroke: Stroke, opacity: f32) {
        self.alpha(stroke.paint.opacity * opacity);
        if self.set.stroke != Some(stroke.paint.ink) {
            self.set.stroke = Some(stroke.paint.ink);
            self.context.set_stroke_style_str(self.theme.colour(stroke.paint.ink));
        }
        if self.set.width != Some(stroke.width) {
            self.set.width = Some(stroke.width);
            self.context.set_line_width(stroke.width);
        }
        if self.set.dash != Some(stroke.dash) {
            self.set.dash = Some(stroke.dash);
            let list = self.dash_list(stroke.dash);
            let _ = self.context.set_line_dash(&list);
        }
        if self.set.cap != Some(stroke.cap) {
            self.set.cap = Some(stroke.cap);
            self.context.set_line_cap(match stroke.cap {
                Cap::Butt => "butt",
                Cap::Round => "round",
            });
        }
    }

    fn dash_list(&mut self, dash: Option<[f64; 2]>) -> JsValue {
        let Some(dash) = dash else { return js_sys::Array::new().into() };
        if let Some((_, list)) = self.dashes.iter().find(|(known, _)| *known == dash) {
            return list.clone();
        }
        let list: JsValue =
            dash.iter().map(|length| JsValue::from_f64(*length)).collect::<js_sys::Array>().into();
        self.dashes.push((dash, list.clone()));
        list
    }

    fn alpha(&mut self, alpha: f32) {
        let alpha = alpha.clamp(0.0, 1.0);
        if self.set.alpha != Some(alpha) {
            self.set.alpha = Some(alpha);
            self.context.set_global_alpha(f64::from(alpha));
        }
    }
}

/// Eight by eight pixels of an ink with strokes over it, as `scene::svg` writes them.
fn pattern(to: &CanvasRenderingContext2d, theme: Theme, ink: Ink, hatch: Hatch) -> Option<CanvasPattern> {
    let tile: HtmlCanvasElement = browser::document().create_element("canvas").ok()?.dyn_into().ok()?;
    tile.set_width(8);
    tile.set_height(8);
    let on: CanvasRenderingContext2d = tile.get_context("2d").ok()??.dyn_into().ok()?;
    on.set_fill_style_str(theme.colour(ink));
    on.fill_rect(0.0, 0.0, 8.0, 8.0);
    on.set_stroke_style_str(theme.colour(Ink::OnSeries));
    on.set_global_alpha(0.55);
    on.set_line_width(1.2);
    let strokes: &[[f64; 4]] = match hatch {
        Hatch::Rising => &[[-2.0, 2.0, 2.0, -2.0], [0.0, 8.0, 8.0, 0.0], [6.0, 10.0, 10.0, 6.0]],
        Hatch::Falling => &[[-2.0, 6.0, 2.0, 10.0], [0.0, 0.0, 8.0, 8.0], [6.0, -2.0, 10.0, 2.0]],
        Hatch::Crossed => &[[0.0, 8.0, 8.0, 0.0], [0.0, 0.0, 8.0, 8.0]],
    };
    on.begin_path();
    for [x0, y0, x1, y1] in strokes {
        on.move_to(*x0, *y0);
        on.line_to(*x1, *y1);
    }
    on.stroke();
    to.create_pattern_with_html_canvas_element(&tile, "repeat").ok().flatten()
}
