//! The ring: nodes on an ellipse, the first at the top, links between them, messages under way.
//!
//! Where a node stands depends on how many there are and on the canvas, on nothing else: nothing jumps when a role
//! changes, and the page can ask [`place`], [`sides`] and [`crossed`] without a picture.
//!
//! Traffic keeps to the right, so that a message and its answer do not cover each other.

mod cut;
mod labels;
mod links;
mod messages;
mod nodes;
mod place;

pub use cut::{crossed, sides};
pub use place::{Layout, layout, place};

use kernel::view::View;
use scene::Scene;

use crate::Canvas;
use crate::placement::Space;

/// Up to so many nodes every link is drawn.
pub const LINKS_UP_TO: usize = 16;

/// A state as a ring. Targets: `node:3`, `message:17`, `link:1-3`.
pub fn draw(view: &View, canvas: &Canvas) -> Scene {
    let layout = layout(view.nodes.len(), canvas);
    let mut scene = Scene::new(canvas.width, canvas.height);
    let mut space = Space::new(canvas.width, canvas.height);
    scene.groups.reserve(view.nodes.len() + view.messages.len() + 8);
    links::draw(&mut scene, view, &layout);
    nodes::draw(&mut scene, view, &layout);
    if !canvas.compact {
        labels::draw(&mut scene, &mut space, view, &layout);
        links::label(&mut scene, &mut space, view, &layout);
    }
    messages::draw(&mut scene, &mut space, view, &layout);
    scene
}

#[cfg(test)]
mod tests;
