//! Writes a scene as a stand-alone SVG: the same bytes on every machine.
//!
//! Numbers have two decimals at most, so that a last bit cannot show; nothing is measured; nothing is looked up.

use std::collections::BTreeSet;

use kurbo::PathEl;

use crate::{
    Anchor, Cap, Family, Geometry, Group, Hatch, Ink, Item, Paint, Scene, Shape, Text, Theme, Weight,
};

/// What a file says besides its picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options<'a> {
    /// What the picture is, in a few words.
    pub title: &'a str,
    /// What it shows, in a sentence or two; left out where empty.
    pub desc: &'a str,
    /// Goes before every id, for pages with more than one picture.
    pub prefix: &'a str,
    /// Leaves the ground out, for a page that has its own.
    pub transparent: bool,
    /// Room around the picture, in pixels: a file of its own wants some.
    pub margin: u16,
}

/// A scene in a theme, as SVG.
pub fn write(scene: &Scene, theme: Theme, options: &Options<'_>) -> String {
    let mut out = Writer { text: String::with_capacity(4096), theme, prefix: options.prefix };
    out.head(scene, options);
    out.hatches(scene);
    if !options.transparent {
        let (edge, width, height) = page(scene, options);
        out.text.push_str("<rect");
        if options.margin > 0 {
            out.number("x", edge);
            out.number("y", edge);
        }
        out.number("width", width);
        out.number("height", height);
        out.attribute("fill", theme.colour(Ink::Paper));
        out.text.push_str("/>\n");
    }
    for group in &scene.groups {
        out.group(group);
    }
    out.text.push_str("</svg>\n");
    out.text
}

/// Where the page begins, how wide and how high it is.
fn page(scene: &Scene, options: &Options<'_>) -> (f64, f64, f64) {
    let margin = f64::from(options.margin);
    (-margin, scene.width + 2.0 * margin, scene.height + 2.0 * margin)
}

struct Writer<'a> {
    text: String,
    theme: Theme,
    prefix: &'a str,
}

impl Writer<'_> {
    fn head(&mut self, scene: &Scene, options: &Options<'_>) {
        let (edge, width, height) = page(scene, options);
        self.text.push_str("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"");
        for (i, value) in [edge, edge, width, height].into_iter().enumerate() {
            self.text.push_str(if i > 0 { " " } else { "" });
            number(&mut self.text, value);
        }
        self.text.push('"');
        self.number("width", width);
        self.number("height", height);
        self.attribute("role", "img");
        self.text.push_str(" aria-labelledby=\"");
        escape(&mut self.text, self.prefix);
        self.text.push_str("title");
        if !options.desc.is_empty() {
            self.text.push(' ');
            escape(&mut self.text, self.prefix);
            self.text.push_str("desc");
        }
        self.text.push('"');
        self.attribute("font-family", Family::Text.stack());
        self.text.push_str(">\n");
        self.words("title", options.title);
        if !options.desc.is_empty() {
            self.words("desc", options.desc);
        }
    }

    fn words(&mut self, element: &str, words: &str) {
        self.text.push('<');
        self.text.push_str(element);
        self.text.push_str(" id=\"");
        escape(&mut self.text, self.prefix);
        self.text.push_str(element);
        self.text.push_str("\">");
        escape(&mut self.text, words);
        self.text.push_str("</");
        self.text.push_str(element);
        self.text.push_str(">\n");
    }

    /// Defines the patterns that the scene needs.
    fn hatches(&mut self, scene: &Scene) {
        let shapes = scene.groups.iter().flat_map(|group| &group.items).filter_map(|item| match item {
            Item::Shape(shape) => shape.fill.filter(|fill| hatched(shape, *fill)),
            Item::Text(_) => None,
        });
        let mut inks = BTreeSet::new();
        // Not collected: that brings a sort of its own.
        inks.extend(shapes.map(|fill| fill.ink));
        if inks.is_empty() {
            return;
        }
        self.text.push_str("<defs>\n");
        for ink in inks {
            let Some(hatch) = ink.hatch() else { continue };
            self.text.push_str("<pattern id=\"");
            self.hatch_name(hatch);
            self.text.push_str("\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\">");
            self.text.push_str("<rect width=\"8\" height=\"8\"");
            self.attribute("fill", self.theme.colour(ink));
            self.text.push_str("/><path d=\"");
            self.text.push_str(match hatch {
                Hatch::Rising => "M-2 2 2-2M0 8 8 0M6 10 10 6",
                Hatch::Falling => "M-2 6 2 10M0 0 8 8M6-2 10 2",
                Hatch::Crossed => "M0 8 8 0M0 0 8 8",
            });
            self.text.push('"');
            self.attribute("stroke", self.theme.colour(Ink::OnSeries));
            self.text.push_str(" stroke-opacity=\"0.55\" stroke-width=\"1.2\"/></pattern>\n");
        }
        self.text.push_str("</defs>\n");
    }

    fn hatch_name(&mut self, hatch: Hatch) {
        escape(&mut self.text, self.prefix);
        self.text.push_str(self.theme.name());
        self.text.push_str(match hatch {
            Hatch::Rising => "-one",
            Hatch::Falling => "-stuck",
            Hatch::Crossed => "-both",
        });
    }

    fn group(&mut self, group: &Group) {
        self.text.push_str("<g");
        if let Some(target) = &group.target {
            self.text.push_str(" id=\"");
            escape(&mut self.text, self.prefix);
            self.text.extend(target.id.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }));
            self.text.push('"');
        }
        self.share("opacity", group.opacity);
        self.text.push('>');
        if let Some(target) = &group.target {
            self.text.push_str("<title>");
            escape(&mut self.text, &target.title);
            self.text.push_str("</title>");
        }
        self.text.push('\n');
        for item in &group.items {
            match item {
                Item::Shape(shape) => self.shape(shape),
                Item::Text(text) => self.line_of_text(text),
            }
        }
        self.text.push_str("</g>\n");
    }

    fn shape(&mut self, shape: &Shape) {
        self.outline(&shape.geometry);
        match shape.fill {
            None => self.attribute("fill", "none"),
            Some(fill) if hatched(shape, fill) => {
                self.text.push_str(" fill=\"url(#");
                if let Some(hatch) = fill.ink.hatch() {
                    self.hatch_name(hatch);
                }
                self.text.push_str(")\"");
            }
            Some(fill) => self.paint("fill", fill, "fill-opacity"),
        }
        if let Some(stroke) = shape.stroke {
            self.paint("stroke", stroke.paint, "stroke-opacity");
            self.number("stroke-width", stroke.width);
            if let Some([dash, gap]) = stroke.dash {
                self.text.push_str(" stroke-dasharray=\"");
                number(&mut self.text, dash);
                self.text.push(' ');
                number(&mut self.text, gap);
                self.text.push('"');
            }
            match stroke.cap {
                Cap::Butt => {}
                Cap::Round => self.attribute("stroke-linecap", "round"),
            }
        }
        self.text.push_str("/>\n");
    }

    fn outline(&mut self, geometry: &Geometry) {
        match geometry {
            Geometry::Circle(circle) => {
                self.text.push_str("<circle");
                self.number("cx", circle.center.x);
                self.number("cy", circle.center.y);
                self.number("r", circle.radius);
            }
            Geometry::Line(line) => {
                self.text.push_str("<line");
                self.number("x1", line.p0.x);
                self.number("y1", line.p0.y);
                self.number("x2", line.p1.x);
                self.number("y2", line.p1.y);
            }
            Geometry::Rect(rect, radius) => {
                self.text.push_str("<rect");
                self.number("x", rect.min_x());
                self.number("y", rect.min_y());
                self.number("width", rect.max_x() - rect.min_x());
                self.number("height", rect.max_y() - rect.min_y());
                if *radius > 0.0 {
                    self.number("rx", *radius);
                }
            }
            Geometry::Arc(arc) => self.arc(arc),
            Geometry::Path(path) => {
                self.text.push_str("<path d=\"");
                for element in path.elements() {
                    self.element(*element);
                }
                self.text.push('"');
            }
        }
    }

    /// In two halves, since an arc of SVG from a point to itself is nothing.
    fn arc(&mut self, arc: &crate::Arc) {
        let steps = [arc.start, arc.start + arc.sweep / 2.0, arc.start + arc.sweep];
        self.text.push_str("<path d=\"M");
        self.pair(arc.point(steps[0]));
        for angle in [steps[1], steps[2]] {
            self.text.push('A');
            number(&mut self.text, arc.radius);
            self.text.push(' ');
            number(&mut self.text, arc.radius);
            self.text.push_str(" 0 0 1 ");
            self.pair(arc.point(angle));
        }
        self.text.push('"');
    }

    fn element(&mut self, element: PathEl) {
        let (letter, points) = match element {
            PathEl::MoveTo(a) => ('M', vec![a]),
            PathEl::LineTo(a) => ('L', vec![a]),
            PathEl::QuadTo(a, b) => ('Q', vec![a, b]),
            PathEl::CurveTo(a, b, c) => ('C', vec![a, b, c]),
            PathEl::ClosePath => ('Z', vec![]),
        };
        self.text.push(letter);
        for (i, point) in points.into_iter().enumerate() {
            if i > 0 {
                self.text.push(' ');
            }
            self.pair(point);
        }
    }

    fn pair(&mut self, point: kurbo::Point) {
        number(&mut self.text, point.x);
        self.text.push(' ');
        number(&mut self.text, point.y);
    }

    fn line_of_text(&mut self, text: &Text) {
        self.text.push_str("<text");
        self.number("x", text.at.x);
        self.number("y", text.at.y);
        self.number("font-size", text.size);
        match text.anchor {
            Anchor::Start => {}
            Anchor::Middle => self.attribute("text-anchor", "middle"),
            Anchor::End => self.attribute("text-anchor", "end"),
        }
        match text.weight {
            Weight::Regular => {}
            Weight::Strong | Weight::Bold => self.number("font-weight", f64::from(text.weight.number())),
        }
        match text.family {
            Family::Text => {}
            Family::Book | Family::Code => self.attribute("font-family", text.family.stack()),
        }
        self.attribute("fill", self.theme.colour(text.ink));
        if text.halo {
            self.attribute("stroke", self.theme.colour(Ink::Paper));
            self.text.push_str(" stroke-width=\"4\" stroke-linejoin=\"round\" paint-order=\"stroke\"");
        }
        self.text.push('>');
        escape(&mut self.text, &text.words);
        self.text.push_str("</text>\n");
    }

    fn paint(&mut self, name: &str, paint: Paint, share: &str) {
        self.attribute(name, self.theme.colour(paint.ink));
        self.share(share, paint.opacity);
    }

    fn share(&mut self, name: &str, share: f32) {
        if share < 1.0 {
            self.number(name, f64::from(share.max(0.0)));
        }
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.text.push(' ');
        self.text.push_str(name);
        self.text.push_str("=\"");
        self.text.push_str(value);
        self.text.push('"');
    }

    fn number(&mut self, name: &str, value: f64) {
        self.text.push(' ');
        self.text.push_str(name);
        self.text.push_str("=\"");
        number(&mut self.text, value);
        self.text.push('"');
    }
}

/// A pattern needs room, and the whole of its ink.
fn hatched(shape: &Shape, fill: Paint) -> bool {
    let size = shape.bounds();
    fill.ink.hatch().is_some() && fill.opacity >= 1.0 && size.width() >= 12.0 && size.height() >= 12.0
}

/// At most two decimals, no exponent, no `-0`. What is not finite is 0: a file must open.
fn number(out: &mut String, value: f64) {
    let hundredths = if value.is_finite() { (value * 100.0).round() as i64 } else { 0 };
    let (whole, part) = (hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100);
    if hundredths < 0 {
        out.push('-');
    }
    out.push_str(&whole.to_string());
    if part > 0 {
        out.push('.');
        out.push((b'0' + (part / 10) as u8) as char);
        if part % 10 > 0 {
            out.push((b'0' + (part % 10) as u8) as char);
        }
    }
}

/// Text for XML, in an element or in a quoted attribute; what XML cannot hold becomes U+FFFD.
fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\u{0}'..'\u{20}' | '\u{FFFE}' | '\u{FFFF}' => out.push('\u{FFFD}'),
            _ => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use kurbo::{Point, Rect};

    use super::*;

    fn written(value: f64) -> String {
        let mut out = String::new();
        number(&mut out, value);
        out
    }

    #[test]
    fn numbers_are_short_and_plain() {
        let values = [0.0, -0.0, -0.001, 1.0, 1.005, -1.5, 12.345, 1e9, 0.07, f64::NAN, f64::INFINITY];
        let found = values.map(written).join(" ");
        expect!["0 0 0 1 1 -1.5 12.35 1000000000 0.07 0 0"].assert_eq(&found);
    }

    #[test]
    fn text_is_escaped() {
        let mut out = String::new();
        escape(&mut out, "a<b & \"c\" > d\u{1}\n\u{FFFE}…");
        expect!["a&lt;b &amp; &quot;c&quot; &gt; d\u{FFFD} \u{FFFD}…"].assert_eq(&out);
    }

    #[test]
    fn a_small_picture() {
        let mut scene = Scene::new(60.0, 40.0);
        scene.push(vec![Shape::rect(Rect::new(2.0, 2.0, 58.0, 38.0), 4.0).stroke(Ink::Hair, 1.5).into()]);
        let node = Shape::circle(Point::new(20.0, 20.0), 10.0).fill(Ink::One).stroke(Ink::Series(0), 2.0);
        let arc = Shape::arc(Point::new(20.0, 20.0), 13.0, 0.0, std::f64::consts::PI).stroke(Ink::Both, 3.0);
        let name = Text::new(Point::new(20.0, 24.0), 11.0, "S<1>").middle().weight(Weight::Bold).halo();
        let tip = Shape::polygon(&[Point::ZERO, Point::new(4.0, 2.0), Point::new(0.0, 4.0)]);
        scene.push_target(
            "node:0".into(),
            "S1 & co".into(),
            vec![node.into(), arc.faint(0.35).rounded().into(), name.into(), tip.tint(Ink::Bad, 0.5).into()],
        );
        let options = Options { title: "One node", desc: "It waits.", prefix: "a-", ..Options::default() };
        expect![[r##"
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 40" width="60" height="40" role="img" aria-labelledby="a-title a-desc" font-family="system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif">
            <title id="a-title">One node</title>
            <desc id="a-desc">It waits.</desc>
            <defs>
            <pattern id="a-light-one" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" fill="#b45309"/><path d="M-2 2 2-2M0 8 8 0M6 10 10 6" stroke="#fbfaf6" stroke-opacity="0.55" stroke-width="1.2"/></pattern>
            </defs>
            <rect width="60" height="40" fill="#fbfaf6"/>
            <g>
            <rect x="2" y="2" width="56" height="36" rx="4" fill="none" stroke="#dcd8cc" stroke-width="1.5"/>
            </g>
            <g id="a-node-0"><title>S1 &amp; co</title>
            <circle cx="20" cy="20" r="10" fill="url(#a-light-one)" stroke="#0a6ebd" stroke-width="2"/>
            <path d="M33 20A13 13 0 0 1 20 33A13 13 0 0 1 7 20" fill="none" stroke="#7a3fa0" stroke-opacity="0.35" stroke-width="3" stroke-linecap="round"/>
            <text x="20" y="24" font-size="11" text-anchor="middle" font-weight="700" fill="#1c1e22" stroke="#fbfaf6" stroke-width="4" stroke-linejoin="round" paint-order="stroke">S&lt;1&gt;</text>
            <path d="M0 0L4 2L0 4Z" fill="#b3261e" fill-opacity="0.5"/>
            </g>
            </svg>
        "##]].assert_eq(&write(&scene, Theme::Light, &options));
    }
}
