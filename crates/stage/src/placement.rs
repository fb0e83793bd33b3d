//! Where labels go: boxes that are taken, and the best free place among a few.

use scene::Anchor;
use scene::kurbo::{Circle, Line, Point, Rect, Size, Vec2};

/// What is already taken of a picture.
#[derive(Clone, Debug, Default)]
pub(crate) struct Space {
    /// Nothing may lie outside of this.
    pub(crate) page: Rect,
    /// Figures: nothing may lie on them.
    pub(crate) circles: Vec<Circle>,
    /// Words: nothing may lie on them.
    pub(crate) boxes: Vec<Rect>,
    /// Lines: better not to lie on them.
    pub(crate) lines: Vec<Line>,
}

impl Space {
    pub(crate) fn new(width: f64, height: f64) -> Self {
        Self { page: Rect::new(2.0, 2.0, width - 2.0, height - 2.0), ..Self::default() }
    }

    /// How bad a place is: 0 is free; 100 and more is taken.
    pub(crate) fn cost(&self, place: Rect) -> f64 {
        let out = if self.page.union(place) == self.page { 0.0 } else { 400.0 };
        let circles = self.circles.iter().filter(|circle| meets(**circle, place)).count();
        let boxes = self.boxes.iter().filter(|taken| taken.overlaps(place)).count();
        let lines = self.lines.iter().filter(|line| crosses(**line, place)).count();
        out + 100.0 * (circles + boxes) as f64 + 4.0 * lines as f64
    }

    pub(crate) fn take(&mut self, place: Rect) {
        self.boxes.push(place);
    }

    /// The best of places around a circle for a box of a size, and how bad it is. `toward` is the direction that
    /// is liked best; how far a place turns away from it counts a little.
    pub(crate) fn around(&self, circle: Circle, size: Size, toward: Vec2, gap: f64) -> (Spot, f64) {
        let mut best = (Spot::beside(circle, size, toward, gap), f64::INFINITY);
        for direction in COMPASS {
            let spot = Spot::beside(circle, size, direction, gap);
            let away = 1.0 - direction.dot(toward);
            let cost = self.cost(spot.place) + 3.0 * away;
            if cost < best.1 {
                best = (spot, cost);
            }
        }
        best
    }
}

const S: f64 = std::f64::consts::FRAC_1_SQRT_2;
const C: f64 = 0.923_879_532_511_286_7;
const D: f64 = 0.382_683_432_365_089_8;

/// Sixteen directions.
const COMPASS: [Vec2; 16] = [
    Vec2::new(0.0, -1.0),
    Vec2::new(0.0, 1.0),
    Vec2::new(1.0, 0.0),
    Vec2::new(-1.0, 0.0),
    Vec2::new(S, -S),
    Vec2::new(-S, -S),
    Vec2::new(S, S),
    Vec2::new(-S, S),
    Vec2::new(C, -D),
    Vec2::new(-C, -D),
    Vec2::new(C, D),
    Vec2::new(-C, D),
    Vec2::new(D, -C),
    Vec2::new(-D, -C),
    Vec2::new(D, C),
    Vec2::new(-D, C),
];

/// A place for lines of text, and the end at which they stand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spot {
    pub(crate) place: Rect,
    pub(crate) anchor: Anchor,
}

impl Spot {
    /// The box that touches a circle (and a gap) in a direction.
    pub(crate) fn beside(circle: Circle, size: Size, direction: Vec2, gap: f64) -> Self {
        let lean = Vec2::new((direction.x * 1.4).clamp(-1.0, 1.0), (direction.y * 1.25).clamp(-1.0, 1.0));
        let touch = circle.center + direction * (circle.radius + gap);
        let mut center = touch + Vec2::new(lean.x * size.width / 2.0, lean.y * size.height / 2.0);
        // Askew, a corner may come too near.
        let clear = Circle::new(circle.center, circle.radius + gap * 0.8);
        for _ in 0..8 {
            if !meets(clear, Rect::from_center_size(center, size)) {
                break;
            }
            center += direction * (0.12 * size.height);
        }
        let anchor = if lean.x > 0.5 {
            Anchor::Start
        } else if lean.x < -0.5 {
            Anchor::End
        } else {
            Anchor::Middle
        };
        Self { place: Rect::from_center_size(center, size), anchor }
    }

    /// Where a line of text stands whose base line is at `y`.
    pub(crate) fn at(&self, y: f64) -> Point {
        let x = match self.anchor {
            Anchor::Start => self.place.x0,
            Anchor::Middle => self.place.center().x,
            Anchor::End => self.place.x1,
        };
        Point::new(x, y)
    }
}

/// A number held between two others. `f64::clamp` would name both if they were the wrong way round, and so bring all that
/// it takes to write a number with a point into the first view of the page.
pub(crate) fn held(value: f64, least: f64, most: f64) -> f64 {
    value.max(least).min(most)
}

/// Whether a box lies on a circle.
fn meets(circle: Circle, place: Rect) -> bool {
    let center = circle.center;
    let nearest = Point::new(held(center.x, place.x0, place.x1), held(center.y, place.y0, place.y1));
    nearest.distance_squared(circle.center) < circle.radius * circle.radius
}

/// Whether a line comes into a box: clipped against its sides, as Liang and Barsky do.
pub(crate) fn crosses(line: Line, place: Rect) -> bool {
    let way = line.p1 - line.p0;
    let (mut enters, mut leaves) = (0.0_f64, 1.0_f64);
    let sides = [
        (-way.x, line.p0.x - place.x0),
        (way.x, place.x1 - line.p0.x),
        (-way.y, line.p0.y - place.y0),
        (way.y, place.y1 - line.p0.y),
    ];
    for (step, room) in sides {
        if step == 0.0 {
            if room < 0.0 {
                return false;
            }
        } else if step < 0.0 {
            enters = enters.max(room / step);
        } else {
            leaves = leaves.min(room / step);
        }
    }
    enters < leaves
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_crosses_a_box_or_passes_it() {
        let place = Rect::new(10.0, 10.0, 20.0, 20.0);
        let line = |x0: f64, y0: f64, x1: f64, y1: f64| Line::new((x0, y0), (x1, y1));
        assert!(crosses(line(0.0, 0.0, 30.0, 30.0), place));
        assert!(crosses(line(15.0, 0.0, 15.0, 12.0), place));
        assert!(!crosses(line(15.0, 0.0, 15.0, 8.0), place));
        assert!(!crosses(line(0.0, 15.0, 30.0, 60.0), place));
    }

    #[test]
    fn a_label_keeps_clear_of_what_is_taken() {
        let mut space = Space::new(200.0, 200.0);
        let circle = Circle::new((100.0, 100.0), 20.0);
        space.circles.push(circle);
        let size = Size::new(40.0, 14.0);
        let (right, _) = space.around(circle, size, Vec2::new(1.0, 0.0), 6.0);
        assert_eq!(right.anchor, Anchor::Start);
        space.take(right.place);
        let (other, cost) = space.around(circle, size, Vec2::new(1.0, 0.0), 6.0);
        assert!(cost < 100.0 && !other.place.overlaps(right.place));
    }
}
