//! A line drawn through the network: which links it crosses, and who stands on which side.

use kernel::NodeId;
use scene::kurbo::Point;

use super::place;
use crate::Canvas;

/// The nodes to the left and to the right of the endless line through two points, seen in its direction.
/// A node on the line counts as left.
pub fn sides(from: Point, to: Point, n: usize, canvas: &Canvas) -> (Vec<NodeId>, Vec<NodeId>) {
    let places = place(n, canvas);
    (0..n as NodeId).partition(|&i| turn(from, to, places[usize::from(i)]) <= 0.0)
}

/// The links that the stroke from one point to another crosses, each with the lesser node first.
pub fn crossed(from: Point, to: Point, n: usize, canvas: &Canvas) -> Vec<(NodeId, NodeId)> {
    let places = place(n, canvas);
    let mut links = Vec::new();
    for (a, p) in places.iter().enumerate() {
        for (b, q) in places.iter().enumerate().skip(a + 1) {
            let stroke_parts_nodes = turn(from, to, *p) * turn(from, to, *q) < 0.0;
            let link_parts_ends = turn(*p, *q, from) * turn(*p, *q, to) < 0.0;
            if stroke_parts_nodes && link_parts_ends {
                links.push((a as NodeId, b as NodeId));
            }
        }
    }
    links
}

/// Positive where a point lies to the right of the way from one point to another (y grows downward).
fn turn(from: Point, to: Point, point: Point) -> f64 {
    (to - from).cross(point - from)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANVAS: Canvas = Canvas::new(640.0, 430.0);

    #[test]
    fn a_stroke_parts_the_network() {
        let (from, to) = (Point::new(96.0, 330.0), Point::new(560.0, 96.0));
        assert_eq!(sides(from, to, 5, &CANVAS), (vec![0, 4], vec![1, 2, 3]));
        let links = crossed(from, to, 5, &CANVAS);
        assert_eq!(links, [(0, 1), (0, 2), (0, 3), (1, 4), (2, 4), (3, 4)]);
    }

    #[test]
    fn a_short_stroke_crosses_one_link() {
        let places = place(5, &CANVAS);
        let middle = places[0].midpoint(places[1]);
        let links = crossed(middle - (8.0, -8.0), middle + (8.0, -8.0), 5, &CANVAS);
        assert_eq!(links, [(0, 1)]);
        assert_eq!(crossed(middle, middle, 5, &CANVAS), []);
    }
}
