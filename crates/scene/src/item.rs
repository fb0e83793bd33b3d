//! The items of a picture: shapes and texts, and short ways to write them down.

use std::borrow::Cow;

use kurbo::{Affine, BezPath, Circle, Line, Point, Rect, Vec2};

use crate::Ink;

/// One thing to paint.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// A figure.
    Shape(Shape),
    /// A line of text.
    Text(Text),
}

/// A figure with an inside, an outline, or both.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// Where its outline runs.
    pub geometry: Geometry,
    /// How its inside is painted.
    pub fill: Option<Paint>,
    /// How its outline is painted, over the inside.
    pub stroke: Option<Stroke>,
}

/// An outline. What moves every frame is a circle, a line or an arc: these own no memory.
#[derive(Clone, Debug, PartialEq)]
pub enum Geometry {
    /// A circle.
    Circle(Circle),
    /// A straight line.
    Line(Line),
    /// A rectangle whose corners are rounded with a radius.
    Rect(Rect, f64),
    /// A part of a circle.
    Arc(Arc),
    /// Anything else.
    Path(BezPath),
}

/// A part of a circle, clockwise from `start`; angles in radians, 0 to the right, growing clockwise on the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arc {
    /// The centre of the circle.
    pub center: Point,
    /// Its radius.
    pub radius: f64,
    /// Where the arc starts.
    pub start: f64,
    /// How far it goes, 0 to a full turn.
    pub sweep: f64,
}

impl Arc {
    /// The point of the circle at an angle.
    pub fn point(&self, angle: f64) -> Point {
        Point::new(
            self.center.x + self.radius * libm::cos(angle),
            self.center.y + self.radius * libm::sin(angle),
        )
    }
}

/// An ink and how much of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Paint {
    /// Which ink.
    pub ink: Ink,
    /// How much of it, 0 to 1.
    pub opacity: f32,
}

impl From<Ink> for Paint {
    fn from(ink: Ink) -> Self {
        Self { ink, opacity: 1.0 }
    }
}

/// How an outline is painted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    /// With which ink.
    pub paint: Paint,
    /// How wide.
    pub width: f64,
    /// Lengths of dash and gap; `None`: unbroken.
    pub dash: Option<[f64; 2]>,
    /// How the ends of lines and dashes look.
    pub cap: Cap,
}

/// How the ends of lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cap {
    /// Cut off.
    Butt,
    /// Rounded.
    Round,
}

/// One line of text.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// Where its base line is, at the end that `anchor` says.
    pub at: Point,
    /// The size of the letters.
    pub size: f64,
    /// Which end of the text stands at `at`.
    pub anchor: Anchor,
    /// How bold.
    pub weight: Weight,
    /// Which ink.
    pub ink: Ink,
    /// Which letters.
    pub family: Family,
    /// A rim of paper around the letters, for text that stands over lines.
    pub halo: bool,
    /// The words.
    pub words: Cow<'static, str>,
}

/// Which end of a text stands at its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// It begins there.
    Start,
    /// Its middle is there.
    Middle,
    /// It ends there.
    End,
}

/// How bold a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// 400.
    Regular,
    /// 600.
    Strong,
    /// 700.
    Bold,
}

/// Which letters a text is set in; the stacks are those of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// The letters of the page.
    Text,
    /// The letters of a book, for headings.
    Book,
    /// Letters of one width, for values.
    Code,
}

impl Family {
    /// The stack of fonts, as CSS writes it.
    pub const fn stack(self) -> &'static str {
        match self {
            Self::Text => {
                "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif"
            }
            Self::Book => "ui-serif, 'Iowan Old Style', Palatino, Georgia, 'Noto Serif', serif",
            Self::Code => "ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', monospace",
        }
    }
}

impl Weight {
    /// As CSS counts it.
    pub const fn number(self) -> u16 {
        match self {
            Self::Regular => 400,
            Self::Strong => 600,
            Self::Bold => 700,
        }
    }
}

impl Item {
    /// Whether every number in it is finite.
    pub fn is_finite(&self) -> bool {
        match self {
            Self::Shape(shape) => shape.is_finite(),
            Self::Text(text) => text.at.is_finite() && text.size.is_finite(),
        }
    }
}

impl From<Shape> for Item {
    fn from(shape: Shape) -> Self {
        Self::Shape(shape)
    }
}

impl From<Text> for Item {
    fn from(text: Text) -> Self {
        Self::Text(text)
    }
}

impl Item {
    /// Moves it so far down.
    pub(crate) fn shift(&mut self, down: f64) {
        let by = Vec2::new(0.0, down);
        match self {
            Self::Text(text) => text.at += by,
            Self::Shape(shape) => match &mut shape.geometry {
                Geometry::Circle(circle) => circle.center += by,
                Geometry::Line(line) => *line = *line + by,
                Geometry::Rect(rect, _) => *rect = *rect + by,
                Geometry::Arc(arc) => arc.center += by,
                Geometry::Path(path) => path.apply_affine(Affine::translate(by)),
            },
        }
    }
}

impl Shape {
    /// A figure that is not painted yet: neither inside nor outline.
    pub const fn new(geometry: Geometry) -> Self {
        Self { geometry, fill: None, stroke: None }
    }

    /// A circle.
    pub fn circle(center: Point, radius: f64) -> Self {
        Self::new(Geometry::Circle(Circle::new(center, radius)))
    }

    /// A straight line.
    pub fn line(from: Point, to: Point) -> Self {
        Self::new(Geometry::Line(Line::new(from, to)))
    }

    /// A rectangle with rounded corners.
    pub const fn rect(rect: Rect, radius: f64) -> Self {
        Self::new(Geometry::Rect(rect, radius))
    }

    /// A part of a circle.
    pub const fn arc(center: Point, radius: f64, start: f64, sweep: f64) -> Self {
        Self::new(Geometry::Arc(Arc { center, radius, start, sweep }))
    }

    /// Any other figure.
    pub const fn path(path: BezPath) -> Self {
        Self::new(Geometry::Path(path))
    }

    /// A closed figure with straight sides.
    pub fn polygon(corners: &[Point]) -> Self {
        let mut path = BezPath::with_capacity(corners.len() + 1);
        for (i, corner) in corners.iter().enumerate() {
            if i == 0 {
                path.move_to(*corner);
            } else {
                path.line_to(*corner);
            }
        }
        if !corners.is_empty() {
            path.close_path();
        }
        Self::path(path)
    }

    /// With its inside in this ink.
    #[must_use]
    pub fn fill(mut self, ink: Ink) -> Self {
        self.fill = Some(ink.into());
        self
    }

    /// With its inside in so much of this ink.
    #[must_use]
    pub const fn tint(mut self, ink: Ink, opacity: f32) -> Self {
        self.fill = Some(Paint { ink, opacity });
        self
    }

    /// With its outline in this ink.
    #[must_use]
    pub fn stroke(mut self, ink: Ink, width: f64) -> Self {
        self.stroke = Some(Stroke { paint: ink.into(), width, dash: None, cap: Cap::Butt });
        self
    }

    /// With an outline that is so much of its ink. No outline, no change.
    #[must_use]
    pub fn faint(mut self, opacity: f32) -> Self {
        if let Some(stroke) = &mut self.stroke {
            stroke.paint.opacity = opacity;
        }
        self
    }

    /// With a dashed outline. No outline, no change.
    #[must_use]
    pub fn dashed(mut self, dash: f64, gap: f64) -> Self {
        if let Some(stroke) = &mut self.stroke {
            stroke.dash = Some([dash, gap]);
        }
        self
    }

    /// With round ends. No outline, no change.
    #[must_use]
    pub fn rounded(mut self) -> Self {
        if let Some(stroke) = &mut self.stroke {
            stroke.cap = Cap::Round;
        }
        self
    }

    /// Whether every number in it is finite.
    pub fn is_finite(&self) -> bool {
        let outline = match &self.geometry {
            Geometry::Circle(circle) => circle.is_finite(),
            Geometry::Line(line) => line.is_finite(),
            Geometry::Rect(rect, radius) => rect.is_finite() && radius.is_finite(),
            Geometry::Arc(arc) => {
                arc.center.is_finite()
                    && arc.radius.is_finite()
                    && arc.start.is_finite()
                    && arc.sweep.is_finite()
            }
            Geometry::Path(path) => path.is_finite(),
        };
        outline && self.stroke.is_none_or(|stroke| stroke.width.is_finite())
    }
}

impl Text {
    /// Ordinary words that begin at a point.
    pub fn new(at: Point, size: f64, words: impl Into<Cow<'static, str>>) -> Self {
        Self {
            at,
            size,
            anchor: Anchor::Start,
            weight: Weight::Regular,
            ink: Ink::Text,
            family: Family::Text,
            halo: false,
            words: words.into(),
        }
    }

    /// With this end at the point.
    #[must_use]
    pub const fn anchor(mut self, anchor: Anchor) -> Self {
        self.anchor = anchor;
        self
    }

    /// With its middle at the point.
    #[must_use]
    pub const fn middle(self) -> Self {
        self.anchor(Anchor::Middle)
    }

    /// So bold.
    #[must_use]
    pub const fn weight(mut self, weight: Weight) -> Self {
        self.weight = weight;
        self
    }

    /// In this ink.
    #[must_use]
    pub const fn ink(mut self, ink: Ink) -> Self {
        self.ink = ink;
        self
    }

    /// In these letters.
    #[must_use]
    pub const fn family(mut self, family: Family) -> Self {
        self.family = family;
        self
    }

    /// With a rim of paper around the letters.
    #[must_use]
    pub const fn halo(mut self) -> Self {
        self.halo = true;
        self
    }
}
