//! Where the nodes of a ring stand, and how large they are.

use std::f64::consts::{PI, TAU};

use scene::kurbo::{Circle, Point, Vec2};

use super::LINKS_UP_TO;
use super::nodes::NAME_FROM;
use crate::Canvas;

/// The measures of a ring.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// The middle of the ellipse.
    pub center: Point,
    /// Half its width and half its height.
    pub reach: Vec2,
    /// The radius of a node.
    pub radius: f64,
    /// Where each node stands.
    pub places: Vec<Point>,
    /// A picture to recognise rather than to read.
    pub compact: bool,
}

/// Where each of `n` nodes stands: evenly on an ellipse, clockwise, the first at the top (two stand side by side).
pub fn place(n: usize, canvas: &Canvas) -> Vec<Point> {
    layout(n, canvas).places
}

/// The measures of a ring of `n` nodes.
pub fn layout(n: usize, canvas: &Canvas) -> Layout {
    let (width, height) = (canvas.width.max(48.0), canvas.height.max(48.0));
    let alone = if canvas.compact { 38.0 } else { 33.0 };
    let largest = alone * (height / 430.0).min(width / 440.0).clamp(0.24, 1.3);
    let mut layout = Layout {
        center: Point::new(width / 2.0, height / 2.0),
        reach: Vec2::ZERO,
        radius: largest,
        places: Vec::new(),
        compact: canvas.compact,
    };
    layout.reach_out(n, width, height);
    // Neighbours keep a distance of rather more than their size; then there may be room to grow again.
    let crowd = if n > 16 { 2.7 } else { 3.3 };
    layout.radius = largest.min(layout.gap(n) / crowd).max(3.5);
    layout.reach_out(n, width, height);
    layout.places = (0..n).map(|i| layout.on_ellipse(layout.angle(i as f64, n), 1.0)).collect();
    layout
}

impl Layout {
    /// Room above for two lines of words, below for one, at the sides where a page is wide.
    fn reach_out(&mut self, n: usize, width: f64, height: f64) {
        let r = self.radius;
        let (top, bottom, side) = match (self.compact, n > LINKS_UP_TO && r < NAME_FROM) {
            (true, _) => (r * 1.3 + 8.0, r * 1.3 + 8.0, r * 1.3 + 8.0),
            (false, true) => (r + 22.0, r + 22.0, r + if width < 560.0 { 38.0 } else { 58.0 }),
            (false, false) => {
                let line = label_size(r) * 1.25;
                let side = if width < 560.0 { 13.0 } else { 4.0 + 6.4 * label_size(r) };
                (r * 1.3 + 2.0 * line + 9.0, r * 1.3 + line + 5.0, r + side)
            }
        };
        let half = match n {
            0..=2 => (1.0, 1.0),
            _ if n % 2 == 1 => (1.0, libm::cos(PI / n as f64)),
            _ => (1.0, 1.0),
        };
        let high = ((height - top - bottom) / (half.0 + half.1)).max(1.0);
        let wide = (width / 2.0 - side).max(1.0);
        self.reach = Vec2::new(wide.min(high * 1.36), high.min(wide * 1.3));
        let spare = (height - top - bottom) - self.reach.y * (half.0 + half.1);
        self.center = Point::new(width / 2.0, top + self.reach.y + spare / 2.0);
        if n <= 1 {
            self.reach = Vec2::ZERO;
            self.center.y = height / 2.0;
        }
    }

    /// The angle of a node, from the top, clockwise. Two nodes stand side by side.
    pub(super) fn angle(&self, i: f64, n: usize) -> f64 {
        let start = if n == 2 { -PI / 2.0 } else { 0.0 };
        start + TAU * i / n.max(1) as f64
    }

    /// The point of the ellipse, stretched, at an angle from the top, clockwise.
    pub(super) fn on_ellipse(&self, angle: f64, stretch: f64) -> Point {
        self.center
            + Vec2::new(self.reach.x * stretch * libm::sin(angle), -self.reach.y * stretch * libm::cos(angle))
    }

    /// The least distance of neighbours.
    fn gap(&self, n: usize) -> f64 {
        if n <= 1 {
            return f64::INFINITY;
        }
        let at = |i: usize| self.on_ellipse(self.angle(i as f64, n), 1.0);
        (0..n).map(|i| at(i).distance(at((i + 1) % n))).fold(f64::INFINITY, f64::min)
    }

    /// The direction away from the middle of the ring; upward for a node that stands alone.
    pub(super) fn outward(&self, i: usize) -> Vec2 {
        let away = self.places[i] - self.center;
        if away.hypot2() < 1.0 { Vec2::new(0.0, -1.0) } else { away / away.hypot2().sqrt() }
    }

    /// What a node covers.
    pub(super) fn circle(&self, i: usize) -> Circle {
        Circle::new(self.places[i], self.radius)
    }
}

/// The size of the words beside a node of a radius.
pub(super) fn label_size(r: f64) -> f64 {
    (r * 0.4).clamp(11.0, 15.0)
}

/// The direction from one point to another; to the right where they are the same.
pub(super) fn direction(from: Point, to: Point) -> Vec2 {
    let way = to - from;
    let length = way.hypot2().sqrt();
    if length < 1e-6 { Vec2::new(1.0, 0.0) } else { way / length }
}

/// The right-hand side of a direction (y grows downward).
pub(super) fn right_hand(direction: Vec2) -> Vec2 {
    Vec2::new(-direction.y, direction.x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_nodes_stand_as_in_the_sketch() {
        let layout = layout(5, &Canvas::new(640.0, 430.0));
        assert!((layout.radius - 33.0).abs() < 0.01);
        assert!((layout.places[0].x - 320.0).abs() < 0.01 && layout.places[0].y < 90.0);
        assert!(layout.places[1].x > 320.0, "clockwise");
    }

    #[test]
    fn nodes_stay_on_the_page_and_apart_at_every_size() {
        for (width, height) in [(328.0, 300.0), (360.0, 480.0), (760.0, 430.0), (1440.0, 800.0), (90.0, 60.0)]
        {
            for n in [1, 2, 3, 4, 5, 7, 9, 16, 25, 64, 100] {
                let layout = layout(n, &Canvas::new(width, height));
                for (i, a) in layout.places.iter().enumerate() {
                    assert!(a.x >= 0.0 && a.x <= width, "{n} nodes at {width}");
                    let apart = layout.places[..i].iter().all(|b| a.distance(*b) > 2.0 * layout.radius);
                    assert!(apart || width < 100.0, "{n} nodes on {width} by {height} overlap");
                }
            }
        }
    }
}
