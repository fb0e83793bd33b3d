//! Views to scenes: every system is drawn by the same few layouts, and none is known by name.
//!
//! - [`ring`]: nodes on an ellipse, links between them, messages under way;
//! - [`lanes`]: the space-time diagram of a stretch of a run;
//! - [`logs`]: replicated logs, one above the other;
//! - [`blocks`]: a tree of blocks, on its way from left to right;
//! - [`lattice`]: states as a Hasse diagram;
//! - [`texts`]: what several people wrote, by who wrote it;
//! - [`table`], [`prose`]: what is said in cells and in sentences;
//! - [`tree`]: trees and graphs of states, a million from far away or a few from near;
//! - [`column`]: several of these, one under the other.
//!
//! A layout is a pure function of what it is given. Text is never measured: [`words`] estimates its width, a
//! little too wide on purpose, so that the same picture comes out on every machine.

pub mod blocks;
pub mod lanes;
pub mod lattice;
pub mod logs;
pub mod prose;
pub mod ring;
pub mod table;
pub mod texts;
pub mod tree;
pub mod words;

mod placement;

use kernel::view::{Role, Tone};
use scene::{Ink, Scene};

/// The room there is for a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Canvas {
    /// In pixels.
    pub width: f64,
    /// In pixels.
    pub height: f64,
    /// A picture to recognise rather than to read: no words but the names.
    pub compact: bool,
}

impl Canvas {
    /// A picture to read.
    pub const fn new(width: f64, height: f64) -> Self {
        Self { width, height, compact: false }
    }

    /// A picture to recognise.
    pub const fn compact(width: f64, height: f64) -> Self {
        Self { width, height, compact: true }
    }
}

/// Pictures one under the other.
pub fn column(pictures: impl IntoIterator<Item = Scene>, width: f64) -> Scene {
    let mut scene = Scene::new(width, 0.0);
    for (place, one) in pictures.into_iter().enumerate() {
        let down = scene.height + if place > 0 { BETWEEN } else { 0.0 };
        scene.height = down + one.height;
        scene.append(one, down, &format!("{place}-"));
    }
    scene
}

/// Between two pictures.
const BETWEEN: f64 = 22.0;

/// The ink of an era; the first, 1, has the first of the series. What has no era is quiet.
pub fn era_ink(era: Option<u64>) -> Ink {
    era.map_or(Ink::Quiet, |era| Ink::Series(((era % 8 + 7) % 8) as u8))
}

/// The ink of a tone.
pub const fn tone_ink(tone: Tone) -> Ink {
    match tone {
        Tone::Plain => Ink::Quiet,
        Tone::Good => Ink::Good,
        Tone::Bad => Ink::Bad,
        Tone::Warn => Ink::Warn,
    }
}

/// Whether a role stands out among its peers: it leads, or asks to, or must wait.
fn stands_out(role: &Role) -> bool {
    use kernel::view::Figure;
    match role.figure {
        Figure::Hexagon | Figure::Diamond | Figure::Waiting => true,
        Figure::Circle | Figure::Square | Figure::Broken => role.acting,
    }
}
