//! The nodes of a ring: a figure, a name, a line or two, the arc of a timer.

use std::f64::consts::{FRAC_PI_2, TAU};

use kernel::view::{Figure, NodeView, View};
use scene::kurbo::{Point, Rect, Vec2};
use scene::{Ink, Item, Scene, Shape, Text, Weight};

use super::place::Layout;
use crate::{era_ink, words};

/// Nodes of this radius have room for a line under the name.
pub(super) const LINES_FROM: f64 = 24.0;
/// Nodes of this radius have room for a name.
pub(super) const NAME_FROM: f64 = 11.0;

pub(super) fn draw(scene: &mut Scene, view: &View, layout: &Layout) {
    for (i, node) in view.nodes.iter().enumerate() {
        let mut items = Vec::with_capacity(6);
        let (at, r) = (layout.places[i], layout.radius);
        items.push(figure(node, at, r).into());
        if !layout.compact && r >= NAME_FROM {
            items.extend(timer(node, at, r));
        }
        if r >= NAME_FROM {
            inscribe(&mut items, node, at, r, layout.compact);
        }
        scene.push_target(format!("node:{}", node.id), title(node), items);
    }
}

/// `S3, follower, term 3; out of date`.
fn title(node: &NodeView) -> String {
    let mut title = node.name.clone();
    let lines = node.lines.iter().map(|line| &**line);
    for part in std::iter::once(&*node.role.word).chain(lines).filter(|part| !part.is_empty()) {
        title.push_str(", ");
        title.push_str(part);
    }
    for badge in &node.badges {
        title.push_str("; ");
        title.push_str(&badge.text);
    }
    title
}

/// The ink of a node: that of its era, as long as it is up.
pub(super) fn node_ink(node: &NodeView) -> Ink {
    match node.role.figure {
        Figure::Broken => Ink::Quiet,
        Figure::Waiting => Ink::Both,
        Figure::Circle | Figure::Hexagon | Figure::Diamond | Figure::Square => era_ink(node.era),
    }
}

fn figure(node: &NodeView, at: Point, r: f64) -> Shape {
    let bold = if r < 8.0 { 1.5 } else { 2.0 };
    let (shape, width) = match node.role.figure {
        Figure::Circle => (Shape::circle(at, r), bold),
        Figure::Hexagon => (Shape::polygon(&hexagon(at, r * 1.12)), bold + 1.0),
        Figure::Diamond => (Shape::polygon(&diamond(at, r * 1.3)), bold + 0.5),
        Figure::Square => (Shape::rect(Rect::from_center_size(at, (1.8 * r, 1.8 * r)), 0.16 * r), bold),
        Figure::Waiting => (Shape::polygon(&octagon(at, r * 1.06)), bold + 1.5),
        Figure::Broken => {
            let dash = (r * 0.3).max(2.0);
            let broken = Shape::circle(at, r).fill(Ink::Sunken).stroke(Ink::Quiet, bold);
            return broken.dashed(dash, dash * 0.9);
        }
    };
    let ink = node_ink(node);
    let ground = if node.role.acting { ink } else { Ink::Raised };
    shape.fill(ground).stroke(ink, width)
}

fn hexagon(at: Point, r: f64) -> [Point; 6] {
    let (x, y) = (r * 0.892, r * 0.486);
    let corners = [(0.0, -r), (x, -y), (x, y), (0.0, r), (-x, y), (-x, -y)];
    corners.map(|corner| at + Vec2::from(corner))
}

fn octagon(at: Point, r: f64) -> [Point; 8] {
    let (long, short) = (r * 0.924, r * 0.383);
    let corners = [
        (short, -long),
        (long, -short),
        (long, short),
        (short, long),
        (-short, long),
        (-long, short),
        (-long, -short),
        (-short, -long),
    ];
    corners.map(|corner| at + Vec2::from(corner))
}

fn diamond(at: Point, r: f64) -> [Point; 4] {
    [(0.0, -r), (r, 0.0), (0.0, r), (-r, 0.0)].map(|corner| at + Vec2::from(corner))
}

/// The timer that is nearest to its end, as an arc that grows around the node.
fn timer(node: &NodeView, at: Point, r: f64) -> Option<Item> {
    let progress = node
        .timers
        .iter()
        .filter_map(|timer| timer.progress)
        .fold(None, |most, progress| Some(most.map_or(progress, |most: f64| most.max(progress))))?;
    let sweep = TAU * progress.clamp(0.0, 1.0);
    let arc = Shape::arc(at, r + arc_gap(r), -FRAC_PI_2, sweep).stroke(node_ink(node), (r * 0.11).max(2.0));
    (sweep > 0.01).then(|| arc.faint(0.4).rounded().into())
}

/// How far the arc of a timer is from the figure.
pub(super) fn arc_gap(r: f64) -> f64 {
    (r * 0.2).max(3.0)
}

/// Nodes are small below this radius.
const SMALL: f64 = 30.0;

/// The name, and the lines under it where there is room.
fn inscribe(items: &mut Vec<Item>, node: &NodeView, at: Point, r: f64, compact: bool) {
    let (strong, weak) = match (node.role.acting, node.role.figure) {
        (_, Figure::Broken) => (Ink::Quiet, Ink::Quiet),
        (true, _) => (Ink::OnSeries, Ink::OnSeries),
        (false, _) => (Ink::Text, Ink::Quiet),
    };
    let roomy = r >= LINES_FROM && !compact;
    let lines = if roomy { &node.lines[..node.lines.len().min(2)] } else { &[] };
    let size = (r * 0.48).clamp(if r < LINES_FROM { 9.5 } else { 12.0 }, 20.0).min(r * 0.78);
    let small = (r * if lines.len() > 1 { 0.34 } else { 0.39 }).clamp(10.0, 15.0);
    let height = size * 0.72 + lines.len() as f64 * small * 1.3;
    let mut y = at.y - height / 2.0 + size * 0.72;
    let name = words::fit(&node.name, size * 1.05, 1.9 * r);
    items.push(Text::new(Point::new(at.x, y), size, name).middle().weight(Weight::Bold).ink(strong).into());
    for line in lines {
        y += small * 1.3;
        // The chord of the figure at the foot of the line, less what keeps the words off its outline.
        let foot = (y - at.y).abs() + small * 0.1;
        let chord = match node.role.figure {
            Figure::Diamond => r * 1.3 - foot,
            Figure::Circle | Figure::Hexagon | Figure::Square | Figure::Waiting | Figure::Broken => {
                (r * r - foot * foot).max(0.0).sqrt()
            }
        };
        let room = 2.0 * chord.max(0.0) * 0.94;
        // A little smaller rather than cut short.
        let wide = words::width(line, small * 0.92);
        let small = if wide > room { (small * room / wide).max(9.0) } else { small };
        // Half a line says nothing in a small node.
        if r < SMALL && words::width(line, small * 0.92) > room + 0.01 {
            continue;
        }
        let line = words::fit(line, small * 0.92, room + 0.01);
        items.push(Text::new(Point::new(at.x, y), small, line).middle().ink(weak).into());
    }
}
