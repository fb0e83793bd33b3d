//! A lattice as a Hasse diagram: a state above another has all that the other has, and lines join neighbours.
//!
//! A state in which replicas are is filled and has their names beside it. The lowest state is at the bottom.

use kernel::view::Lattice;
use scene::kurbo::Point;
use scene::{Ink, Item, Scene, Shape, Text, Weight};

use crate::{era_ink, prose, words};

const STEP: f64 = 58.0;
const RADIUS: f64 = 9.0;
const TOP: f64 = 62.0;
const BOTTOM: f64 = 40.0;

/// The diagram, as wide as it may be and as high as it needs. Targets: `point:3`.
pub fn draw(lattice: &Lattice, width: f64) -> Scene {
    let title = "The lattice of states so far";
    if lattice.points.is_empty() {
        return prose::draw("The lattice", &lattice.instead, width);
    }
    let places = places(lattice, width);
    let ranks = lattice.points.iter().map(|point| point.rank).max().unwrap_or(0);
    let mut scene = Scene::new(width, TOP + STEP * ranks as f64 + BOTTOM);
    let mut y = 6.0;
    scene.push(prose::heading(title, width, &mut y).into_iter().collect());
    let lines = lattice.edges.iter().filter_map(|&(low, high)| {
        let (from, to) = (places.get(low)?.0, places.get(high)?.0);
        Some(Item::from(Shape::line(from, to).stroke(Ink::Hair, 1.2)))
    });
    scene.push(lines.collect());
    for (number, (point, &(at, room))) in lattice.points.iter().zip(&places).enumerate() {
        let mut items: Vec<Item> = Vec::new();
        let circle = Shape::circle(at, RADIUS);
        let here = !point.who.is_empty();
        items.push(if here {
            circle.fill(era_ink(Some(point.rank as u64))).stroke(Ink::Text, 1.5).into()
        } else {
            circle.fill(Ink::Paper).stroke(Ink::Quiet, 1.2).into()
        });
        if here {
            let who = words::fit(&point.who.join(" "), 13.0, room);
            let above = Point::new(at.x, at.y - RADIUS - 5.0);
            items.push(Text::new(above, 13.0, who).middle().weight(Weight::Bold).into());
        }
        let label = words::fit(&point.label, 12.0, room);
        let below = Point::new(at.x, at.y + RADIUS + 13.0);
        let ink = if here { Ink::Text } else { Ink::Quiet };
        items.push(Text::new(below, 12.0, label).middle().ink(ink).into());
        scene.push_target(format!("point:{number}"), point.title.clone(), items);
    }
    scene
}

/// Where each state stands, and how much room its words have. Within a rank each stands as near to those below it as it
/// can, so that few lines cross.
fn places(lattice: &Lattice, width: f64) -> Vec<(Point, f64)> {
    let ranks = lattice.points.iter().map(|point| point.rank).max().unwrap_or(0);
    let mut places = vec![(Point::ZERO, 0.0); lattice.points.len()];
    for rank in 0..=ranks {
        let mut row: Vec<usize> =
            (0..lattice.points.len()).filter(|&point| lattice.points[point].rank == rank).collect();
        let middle = |point: usize| {
            let below: Vec<f64> = lattice
                .edges
                .iter()
                .filter(|(_, high)| *high == point)
                .map(|&(low, _)| places[low].0.x)
                .collect();
            if below.is_empty() { 0.0 } else { below.iter().sum::<f64>() / below.len() as f64 }
        };
        let middles: Vec<f64> = (0..lattice.points.len()).map(middle).collect();
        row.sort_by(|&a, &b| middles[a].total_cmp(&middles[b]).then(a.cmp(&b)));
        let step = (width / row.len() as f64).min(190.0);
        let left = (width - step * row.len() as f64) / 2.0;
        let y = TOP + STEP * (ranks - rank) as f64;
        for (place, point) in row.into_iter().enumerate() {
            places[point] = (Point::new(left + step * (place as f64 + 0.5), y), step - 6.0);
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use kernel::view::LatticePoint;

    use super::*;

    /// Two replicas, one update each: a diamond.
    fn diamond() -> Lattice {
        let point = |rank, label: &str, who: &[&str]| LatticePoint {
            rank,
            label: label.to_owned(),
            who: who.iter().map(|&name| name.to_owned()).collect(),
            title: format!("state {label}"),
        };
        Lattice {
            points: vec![
                point(0, "0", &[]),
                point(1, "left", &["A"]),
                point(1, "right", &["B"]),
                point(2, "2", &[]),
            ],
            edges: vec![(0, 1), (0, 2), (1, 3), (2, 3)],
            instead: String::new(),
        }
    }

    #[test]
    fn what_has_more_stands_higher() {
        let lattice = diamond();
        let places = places(&lattice, 400.0);
        for (low, high) in lattice.edges {
            assert!(places[low].0.y > places[high].0.y);
        }
        assert!(places[1].0.x < places[2].0.x);
        assert_eq!(draw(&diamond(), 400.0).targets().count(), 4);
    }

    #[test]
    fn without_states_there_are_words() {
        let none = Lattice { instead: "There are too many.".to_owned(), ..Lattice::default() };
        assert_eq!(draw(&none, 300.0).targets().count(), 0);
        assert!(!draw(&none, 300.0).groups.is_empty());
    }
}
