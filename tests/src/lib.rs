//! Tests of the whole: what goes in at one end of Bivalent and comes out at the other.
//!
//! - `pictures/`: every scenario at three moments, as SVG, byte for byte, and what the gallery shows;
//! - `recordings/`: runs recorded once, which must open and come out the same, or fail loudly;
//! - `journeys/`: what a reader does, in a real browser on the built page (Node.js);
//! - `bench/`: what the page costs (Node.js).

use catalog::{Diagram, Micros, Picture, Session};
use scene::{Theme, svg};

/// A moment of a run as the SVG that `bivalent draw` writes.
///
/// # Panics
/// If a million steps do not reach the moment.
pub fn draw(session: &mut dyn Session, diagram: Diagram, at: Micros) -> String {
    assert!(session.seek(at), "the moment is within a million steps");
    let title = format!("{}, {}, at {at}", session.about().room.title, session.about().scenario.title);
    let options = svg::Options {
        title: &title,
        desc: session.about().scenario.story,
        margin: 12,
        ..svg::Options::default()
    };
    svg::write(&session.scene(&Picture::new(diagram, 720.0, 480.0)), Theme::Light, &options)
}
