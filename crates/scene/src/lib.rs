//! A display list: what a picture consists of, before anyone paints it.
//!
//! A [`Scene`] is a list of [`Group`]s of shapes (on kurbo geometry) and texts. Colours are tokens ([`Ink`]) that a
//! [`Theme`] turns into colours when the picture is painted, so one scene serves light, dark and print. A group may
//! have a [`Target`]: the same id and title serve the mouse, the keyboard, the tooltip and the screen reader.
//!
//! [`svg::write`] gives a stand-alone SVG, the same bytes on every machine; the page paints the same list on a
//! canvas, 60 times a second, which is why circles, lines and arcs are not paths and why texts may be borrowed.
#![warn(missing_docs)]

mod hit;
mod ink;
mod item;
pub mod svg;

pub use ink::{Hatch, Ink, Theme};
pub use item::{Anchor, Arc, Cap, Family, Geometry, Item, Paint, Shape, Stroke, Text, Weight};
pub use kurbo;

/// A picture: groups, the first at the bottom, in pixels of a page (y grows downward).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    /// The width of the picture.
    pub width: f64,
    /// The height of the picture.
    pub height: f64,
    /// What it shows, the first at the bottom.
    pub groups: Vec<Group>,
}

/// Items that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// What a reader points at when they point at these items; `None`: at nothing.
    pub target: Option<Target>,
    /// How much of them is seen, 0 to 1.
    pub opacity: f32,
    /// The items, the first at the bottom.
    pub items: Vec<Item>,
}

/// Something that can be pointed at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Unique in a scene: `node:3`.
    pub id: String,
    /// What it is, in words: `S3, follower, term 3`.
    pub title: String,
}

impl Scene {
    /// An empty picture.
    pub const fn new(width: f64, height: f64) -> Self {
        Self { width, height, groups: Vec::new() }
    }

    /// Puts items on top of the others, as one group that is no target. Without items nothing is added.
    pub fn push(&mut self, items: Vec<Item>) {
        if !items.is_empty() {
            self.groups.push(Group { target: None, opacity: 1.0, items });
        }
    }

    /// Puts items on top of the others, as a target.
    pub fn push_target(&mut self, id: String, title: String, items: Vec<Item>) {
        self.groups.push(Group { target: Some(Target { id, title }), opacity: 1.0, items });
    }

    /// Puts another picture on top, so far down. Its targets get a prefix, since ids are unique in a scene.
    pub fn append(&mut self, other: Self, down: f64, prefix: &str) {
        for mut group in other.groups {
            group.items.iter_mut().for_each(|item| item.shift(down));
            if let Some(target) = &mut group.target {
                target.id.insert_str(0, prefix);
            }
            self.groups.push(group);
        }
    }

    /// All targets, the lowest first.
    pub fn targets(&self) -> impl Iterator<Item = &Target> {
        self.groups.iter().filter_map(|group| group.target.as_ref())
    }

    /// Whether every number in it is finite: a picture can be painted only then.
    pub fn is_finite(&self) -> bool {
        self.width.is_finite()
            && self.height.is_finite()
            && self.groups.iter().all(|g| g.opacity.is_finite() && g.items.iter().all(Item::is_finite))
    }
}
