//! Which part of a layout a window shows, and how large.
//!
//! A tree is a thousand times as wide as it is high, so the two directions have scales of their own: when all of it
//! is seen, it fills the window; when single nodes are, both scales are those of a picture to read; between, both
//! grow by the same part of their way.

use super::Layout;

/// How far neighbours and layers are apart when single nodes are seen, in pixels.
pub const NEAR: (f64, f64) = (96.0, 112.0);
/// Free at the edges of the window, in pixels.
const MARGIN: f64 = 16.0;

/// A window on a layout.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    /// The width of the window, in pixels.
    pub width: f64,
    /// The height of the window, in pixels.
    pub height: f64,
    /// What stands at the left edge of the window, in units of the layout.
    pub left: f64,
    /// Which layer stands at the upper edge.
    pub top: f64,
    /// How many pixels neighbours are apart, at least.
    pub unit: f64,
    /// How many pixels layers are apart.
    pub row: f64,
    /// Scales at which all is seen.
    fit: (f64, f64),
    /// How far away the last node and the last layer are.
    end: (f64, f64),
}

impl Camera {
    /// All of a layout.
    pub fn fit(layout: &Layout, width: f64, height: f64) -> Self {
        let (width, height) = (width.max(1.0), height.max(1.0));
        let end = (f64::from(layout.width), layout.height().saturating_sub(1) as f64);
        let room = |length: f64| (length - 2.0 * MARGIN).max(length / 2.0);
        let fit = ((room(width) / (end.0 + 1.0)).min(NEAR.0), (room(height) / (end.1 + 1.0)).min(NEAR.1));
        let mut camera = Self { width, height, left: 0.0, top: 0.0, unit: fit.0, row: fit.1, fit, end };
        camera.clamp();
        camera
    }

    /// The same place and level in a window of another size, or in a layout that has changed.
    #[must_use]
    pub fn refit(&self, layout: &Layout, width: f64, height: f64) -> Self {
        let (x, layer) = self.at(self.width / 2.0, self.height / 2.0);
        let mut camera = Self::fit(layout, width, height);
        if self.level() > 0.0 {
            let (unit, row) = (self.unit.max(camera.fit.0), self.row.max(camera.fit.1));
            (camera.unit, camera.row) = (unit, row);
            camera.center(x, layer);
        }
        camera
    }

    /// From 0, where all is seen, to 1, where single nodes are.
    pub fn level(&self) -> f64 {
        let whole = self.ratio();
        if whole <= 1.0 { 1.0 } else { (libm::log(self.growth()) / libm::log(whole)).clamp(0.0, 1.0) }
    }

    /// Magnifies by a factor, so that a point of the window stays where it is.
    pub fn zoom(&mut self, factor: f64, x: f64, y: f64) {
        let whole = self.ratio();
        if whole > 1.0 && factor > 0.0 && factor.is_finite() {
            let level = libm::log(self.growth() * factor) / libm::log(whole);
            self.set_level(level, x, y);
        }
    }

    /// Takes a level, so that a point of the window stays where it is.
    pub fn set_level(&mut self, level: f64, x: f64, y: f64) {
        let level = level.clamp(0.0, 1.0);
        let (across, down) = self.at(x, y);
        self.unit = self.fit.0 * libm::pow(NEAR.0 / self.fit.0, level);
        self.row = self.fit.1 * libm::pow(NEAR.1 / self.fit.1, level);
        self.left = across - x / self.unit;
        self.top = down - y / self.row;
        self.clamp();
    }

    /// Moves what is seen by so many pixels.
    pub fn pan(&mut self, x: f64, y: f64) {
        self.left -= x / self.unit;
        self.top -= y / self.row;
        self.clamp();
    }

    /// Brings a place of the layout to the middle of the window.
    pub fn center(&mut self, x: f64, layer: f64) {
        self.left = x - self.width / 2.0 / self.unit;
        self.top = layer - self.height / 2.0 / self.row;
        self.clamp();
    }

    /// Where a place of the layout is in the window.
    pub fn to_window(&self, x: f64, layer: f64) -> (f64, f64) {
        ((x - self.left) * self.unit, (layer - self.top) * self.row)
    }

    /// Which place of the layout a point of the window shows.
    pub fn at(&self, x: f64, y: f64) -> (f64, f64) {
        (self.left + x / self.unit, self.top + y / self.row)
    }

    /// How wide and how high a node is drawn, in pixels.
    pub fn cell(&self) -> (f64, f64) {
        ((self.unit * 0.7).max(1.0), (self.row * 0.6).clamp(1.0, 40.0))
    }

    /// The layers that are seen, in part or whole.
    pub fn layers(&self, layout: &Layout) -> std::ops::Range<usize> {
        let half = self.cell().1 / 2.0 / self.row;
        let first = libm::ceil(self.top - half).max(0.0) as usize;
        let last = libm::floor(self.top + self.height / self.row + half).max(-1.0) + 1.0;
        let end = (last as usize).min(layout.height());
        first.min(end)..end
    }

    /// The places between which nodes are seen, with `more` pixels at either side.
    pub fn span(&self, more: f64) -> (f64, f64) {
        let more = (more + self.cell().0 / 2.0) / self.unit;
        (self.left - more, self.left + self.width / self.unit + more)
    }

    /// How much larger the direction that grows more is now than where all is seen.
    fn growth(&self) -> f64 {
        if NEAR.0 / self.fit.0 >= NEAR.1 / self.fit.1 {
            self.unit / self.fit.0
        } else {
            self.row / self.fit.1
        }
    }

    /// How much larger it is when single nodes are seen.
    fn ratio(&self) -> f64 {
        (NEAR.0 / self.fit.0).max(NEAR.1 / self.fit.1)
    }

    /// What is smaller than the window stands in its middle; of what is larger, no more than a margin is left over.
    fn clamp(&mut self) {
        let axis = |start: f64, scale: f64, window: f64, end: f64| {
            let (window, half) = (window / scale, 0.5 + MARGIN / scale);
            if end + 1.0 <= window { (end - window) / 2.0 } else { start.clamp(-half, end + half - window) }
        };
        self.left = axis(self.left, self.unit, self.width, self.end.0);
        self.top = axis(self.top, self.row, self.height, self.end.1);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tree::{tests::trees, tidy};

    fn seen(camera: &Camera, layout: &Layout, node: u32) -> bool {
        let (x, layer) = layout.place(node);
        let (x, y) = camera.to_window(x, layer as f64);
        (0.0..=camera.width).contains(&x) && (0.0..=camera.height).contains(&y)
    }

    proptest! {
        #[test]
        fn all_is_seen_at_first_and_again_after_any_journey(
            parent in trees(200),
            moves in proptest::collection::vec((-500.0..500.0, -500.0..500.0, 0.2..5.0), 0..8),
        ) {
            let layout = tidy(&parent);
            let mut camera = Camera::fit(&layout, 640.0, 400.0);
            let whole = camera;
            prop_assert!((0..parent.len() as u32).all(|node| seen(&camera, &layout, node)));
            for (x, y, factor) in moves {
                camera.pan(x, y);
                camera.zoom(factor, x.abs(), y.abs() / 2.0);
                // Never an empty window beyond the layout.
                let (from, to) = camera.span(0.0);
                prop_assert!(from < camera.end.0 + 1.0 && to > -1.0);
                prop_assert!(!camera.layers(&layout).is_empty());
            }
            camera.zoom(1e-9, 0.0, 0.0);
            prop_assert!((camera.left - whole.left).abs() < 1e-6 && (camera.top - whole.top).abs() < 1e-6);
            prop_assert_eq!(camera.level(), whole.level());
        }
    }

    #[test]
    fn what_is_under_the_pointer_stays_there() {
        let layout = tidy(&std::iter::repeat_n(0, 5_000).collect::<Vec<_>>());
        let mut camera = Camera::fit(&layout, 800.0, 600.0);
        assert_eq!(camera.level(), 0.0);
        let before = camera.at(300.0, 200.0);
        camera.zoom(8.0, 300.0, 200.0);
        let after = camera.at(300.0, 200.0);
        assert!((after.0 - before.0).abs() < 1e-9, "{before:?} {after:?}");
        assert!((0.1..0.9).contains(&camera.level()));
        camera.zoom(1e9, 300.0, 200.0);
        assert_eq!((camera.level(), camera.unit, camera.row), (1.0, NEAR.0, NEAR.1));
        let smaller = camera.refit(&layout, 400.0, 300.0);
        assert_eq!(smaller.unit, NEAR.0);
        assert!((smaller.at(200.0, 0.0).0 - camera.at(400.0, 0.0).0).abs() < 1e-9);
    }
}
