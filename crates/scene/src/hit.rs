//! What a reader points at, and where a target is.

use kurbo::{BezPath, Line, ParamCurve, ParamCurveNearest, PathSeg, Point, Rect, Shape as _};

use crate::{Geometry, Group, Item, Scene, Shape, Target};

impl Scene {
    /// The target at a point: the nearest within `slack` (a finger needs more than a mouse), the topmost among
    /// equals. A point inside a filled figure is at no distance from it.
    pub fn hit(&self, x: f64, y: f64, slack: f64) -> Option<&Target> {
        let point = Point::new(x, y);
        let mut best: Option<(&Target, f64)> = None;
        for group in self.groups.iter().rev() {
            let Some(target) = &group.target else { continue };
            let distance = group.distance(point);
            if distance <= slack && best.is_none_or(|(_, least)| distance < least) {
                best = Some((target, distance));
                if distance == 0.0 {
                    break;
                }
            }
        }
        best.map(|(target, _)| target)
    }

    /// The box around the shapes of a target, for a ring that shows the focus. A target of texts alone is a box
    /// around their points.
    pub fn bounds(&self, id: &str) -> Option<Rect> {
        let group = self.groups.iter().find(|g| g.target.as_ref().is_some_and(|t| t.id == id))?;
        let shapes = group.items.iter().filter_map(|item| match item {
            Item::Shape(shape) => Some(shape.bounds()),
            Item::Text(_) => None,
        });
        let texts = group.items.iter().filter_map(|item| match item {
            Item::Text(text) => Some(Rect::from_center_size(text.at, (text.size, text.size))),
            Item::Shape(_) => None,
        });
        shapes.reduce(|a, b| a.union(b)).or_else(|| texts.reduce(|a, b| a.union(b)))
    }
}

impl Group {
    /// How far a point is from its nearest shape; texts do not count, since they are never measured.
    fn distance(&self, point: Point) -> f64 {
        let shapes = self.items.iter().filter_map(|item| match item {
            Item::Shape(shape) => Some(shape.distance(point)),
            Item::Text(_) => None,
        });
        shapes.fold(f64::INFINITY, f64::min)
    }
}

impl Shape {
    /// How far a point is from what is painted of the shape; 0 on it.
    pub fn distance(&self, point: Point) -> f64 {
        let half = self.stroke.map_or(0.0, |stroke| stroke.width / 2.0);
        let inside = self.fill.is_some();
        let away = match &self.geometry {
            Geometry::Circle(circle) => {
                let away = circle.center.distance(point) - circle.radius;
                if inside { away } else { away.abs() }
            }
            Geometry::Line(line) => near([*line], point),
            Geometry::Rect(rect, _) => {
                if inside && rect.contains(point) {
                    0.0
                } else {
                    near(rect.path_segments(0.1).flat_map(chords), point)
                }
            }
            Geometry::Arc(arc) => {
                let turn = libm::atan2(point.y - arc.center.y, point.x - arc.center.x) - arc.start;
                let turn = turn.rem_euclid(std::f64::consts::TAU);
                if turn <= arc.sweep {
                    (arc.center.distance(point) - arc.radius).abs()
                } else {
                    let end = arc.point(arc.start + arc.sweep);
                    point.distance(end).min(point.distance(arc.point(arc.start)))
                }
            }
            Geometry::Path(path) => {
                if inside && holds(path, point) {
                    0.0
                } else {
                    near(path.segments().flat_map(chords), point)
                }
            }
        };
        (away - half).max(0.0)
    }

    /// The box around it, with its outline.
    pub fn bounds(&self) -> Rect {
        let half = self.stroke.map_or(0.0, |stroke| stroke.width / 2.0);
        let inner = match &self.geometry {
            Geometry::Circle(circle) => circle.bounding_box(),
            Geometry::Line(line) => Rect::from_points(line.p0, line.p1),
            Geometry::Rect(rect, _) => rect.abs(),
            Geometry::Arc(arc) => kurbo::Circle::new(arc.center, arc.radius).bounding_box(),
            Geometry::Path(path) => {
                let boxes =
                    path.segments().flat_map(chords).map(|chord| Rect::from_points(chord.p0, chord.p1));
                boxes.reduce(|one, other| one.union(other)).unwrap_or_default()
            }
        };
        inner.inset(half)
    }
}

/// So many chords are one with a curve of a picture, to less than a pixel. What there is of them is exact and takes little
/// code: for curves themselves it is equations of the fifth degree.
const CHORDS: u32 = 24;

/// A part of a path in straight lines.
fn chords(part: PathSeg) -> impl Iterator<Item = Line> {
    let count = if matches!(part, PathSeg::Line(_)) { 1 } else { CHORDS };
    let at = move |chord: u32| part.eval(f64::from(chord) / f64::from(count));
    (0..count).map(move |chord| Line::new(at(chord), at(chord + 1)))
}

/// How far a point is from the nearest of some lines.
fn near(lines: impl IntoIterator<Item = Line>, point: Point) -> f64 {
    let away = lines.into_iter().map(|line| line.nearest(point, 0.1).distance_sq);
    away.fold(f64::INFINITY, f64::min).sqrt()
}

/// Whether a path winds around a point.
fn holds(path: &BezPath, point: Point) -> bool {
    let winding = path.segments().flat_map(chords).map(|chord| {
        let side = (chord.p1 - chord.p0).cross(point - chord.p0);
        i32::from(chord.p0.y <= point.y && chord.p1.y > point.y && side > 0.0)
            - i32::from(chord.p1.y <= point.y && chord.p0.y > point.y && side < 0.0)
    });
    winding.sum::<i32>() != 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Ink;

    fn picture() -> Scene {
        let mut scene = Scene::new(100.0, 100.0);
        let line = Shape::line(Point::new(10.0, 50.0), Point::new(90.0, 50.0)).stroke(Ink::Hair, 2.0);
        scene.push_target("link".into(), "a link".into(), vec![line.into()]);
        let node = Shape::circle(Point::new(90.0, 50.0), 8.0).fill(Ink::Raised).stroke(Ink::Text, 2.0);
        scene.push_target("node".into(), "a node".into(), vec![node.into()]);
        scene.push(vec![Shape::circle(Point::new(50.0, 50.0), 40.0).fill(Ink::Bad).into()]);
        scene
    }

    fn at(scene: &Scene, x: f64, y: f64, slack: f64) -> &str {
        scene.hit(x, y, slack).map_or("", |target| target.id.as_str())
    }

    #[test]
    fn the_topmost_target_is_hit_and_decoration_is_not() {
        let scene = picture();
        assert_eq!(at(&scene, 88.0, 50.0, 0.0), "node");
        assert_eq!(at(&scene, 30.0, 50.5, 0.0), "link");
        assert_eq!(at(&scene, 30.0, 60.0, 0.0), "");
    }

    #[test]
    fn slack_finds_the_nearest() {
        let scene = picture();
        assert_eq!(at(&scene, 30.0, 60.0, 12.0), "link");
        assert_eq!(at(&scene, 80.0, 51.0, 12.0), "link", "on the link, beside the node");
        assert_eq!(at(&scene, 90.0, 62.0, 12.0), "node");
    }

    #[test]
    fn an_arc_is_hit_along_its_part_alone() {
        let arc = Shape::arc(Point::ZERO, 10.0, 0.0, std::f64::consts::FRAC_PI_2).stroke(Ink::Text, 2.0);
        assert!(arc.distance(Point::new(7.07, 7.07)) < 0.01);
        assert!(arc.distance(Point::new(-10.0, 0.0)) > 10.0);
    }

    #[test]
    fn a_curve_is_hit_along_its_way_and_holds_what_it_winds_around() {
        let mut path = BezPath::new();
        path.move_to((0.0, 0.0));
        path.quad_to((50.0, 100.0), (100.0, 0.0));
        path.close_path();
        let line = Shape::path(path.clone()).stroke(Ink::Text, 0.0);
        let (top, middle) = (Point::new(50.0, 50.0), Point::new(50.0, 20.0));
        assert!(line.distance(top) < 0.1 && (line.distance(middle) - 20.0).abs() < 0.1);
        let full = Shape::path(path).fill(Ink::Text);
        assert_eq!((full.distance(middle), full.distance(Point::new(50.0, -3.0))), (0.0, 3.0));
        assert!((full.distance(Point::new(50.0, 55.0)) - 5.0).abs() < 0.1);
        let bounds = full.bounds();
        assert!((bounds.y1 - 50.0).abs() < 0.1 && bounds.x1 == 100.0, "{bounds:?}");
    }

    #[test]
    fn bounds_hold_the_outline_too() {
        assert_eq!(picture().bounds("node"), Some(Rect::new(81.0, 41.0, 99.0, 59.0)));
        assert_eq!(picture().bounds("nobody"), None);
    }
}
