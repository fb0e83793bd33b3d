//! What stands beside the nodes of a ring: roles, badges, and the names of nodes that are dots.

use kernel::view::{Figure, NodeView, Tone, View};
use scene::kurbo::{Circle, Line, Point, Size};
use scene::{Ink, Item, Scene, Text, Weight};

use super::nodes::{LINES_FROM, NAME_FROM, arc_gap, node_ink};
use super::place::{Layout, label_size};
use super::{LINKS_UP_TO, links};
use crate::placement::{Space, Spot};
use crate::{stands_out, tone_ink, words};

pub(super) fn draw(scene: &mut Scene, space: &mut Space, view: &View, layout: &Layout) {
    let dots = layout.radius < NAME_FROM;
    let reach = layout.radius + if dots { 1.0 } else { arc_gap(layout.radius) };
    space.circles.extend(layout.places.iter().map(|place| Circle::new(*place, reach)));
    let mut items = [Detail::Everything, Detail::Roles, Detail::Notable].into_iter().find_map(|detail| {
        space.boxes.clear();
        roles(space, view, layout, detail)
    });
    if dots {
        names(items.get_or_insert_default(), space, view, layout);
    }
    scene.push(items.unwrap_or_default());
}

/// How much is written beside the nodes: the same for all of them, so that no node seems to differ.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Detail {
    /// The role, what found no room in the figure, and badges.
    Everything,
    /// The role and badges.
    Roles,
    /// The role and badges of nodes that stand out, as far as there is room.
    Notable,
}

/// The words beside the nodes, or `None` where there is no room for some of them.
fn roles(space: &mut Space, view: &View, layout: &Layout, detail: Detail) -> Option<Vec<Item>> {
    let mut items = Vec::new();
    let all = detail != Detail::Notable;
    if all && view.nodes.len() > LINKS_UP_TO {
        return None;
    }
    for (i, node) in view.nodes.iter().enumerate() {
        if all || is_notable(node) {
            let block = block(node, layout, detail == Detail::Everything);
            let placed = beside(&mut items, space, &block, i, layout);
            if all && placed < block.len() {
                return None;
            }
        }
    }
    Some(items)
}

fn is_notable(node: &NodeView) -> bool {
    stands_out(&node.role) || node.role.figure == Figure::Broken || !node.badges.is_empty()
}

/// Remarks that are no warning stand beside nodes of this radius or more.
const REMARKS_FROM: f64 = 28.0;

/// One line beside a node.
struct Remark {
    words: String,
    ink: Ink,
    weight: Weight,
}

/// The role, then what found no room in the figure, then the badges.
fn block(node: &NodeView, layout: &Layout, everything: bool) -> Vec<Remark> {
    let outstanding = stands_out(&node.role);
    let role = Remark {
        words: node.role.word.to_string(),
        ink: match node.role.figure {
            Figure::Broken => Ink::Bad,
            Figure::Circle | Figure::Hexagon | Figure::Diamond | Figure::Square | Figure::Waiting
                if !outstanding =>
            {
                Ink::Text
            }
            Figure::Circle | Figure::Hexagon | Figure::Diamond | Figure::Square | Figure::Waiting => {
                node_ink(node)
            }
        },
        weight: if outstanding { Weight::Strong } else { Weight::Regular },
    };
    let mut lines = vec![role];
    if layout.radius < NAME_FROM {
        lines[0].words = format!("{} {}", node.name, node.role.word);
    }
    if layout.radius < LINES_FROM && everything {
        let first = node.lines.iter().take(1).cloned();
        lines.extend(first.map(|words| Remark { words, ink: Ink::Quiet, weight: Weight::Regular }));
    }
    // In a small ring a remark would lie across the links.
    let badges =
        node.badges.iter().filter(|badge| badge.tone != Tone::Plain || layout.radius >= REMARKS_FROM);
    lines.extend(badges.map(|badge| Remark {
        words: badge.text.clone(),
        ink: tone_ink(badge.tone),
        weight: Weight::Regular,
    }));
    lines.retain(|line| !line.words.is_empty());
    lines
}

/// Puts lines where they cover nothing, the last left out first where there is no room. How many were put.
fn beside(items: &mut Vec<Item>, space: &mut Space, block: &[Remark], i: usize, layout: &Layout) -> usize {
    let size = label_size(layout.radius);
    let leading = size * 1.25;
    // One link may run behind the words, in a crowd; few nodes have no better place.
    let bearable = if layout.places.len() > 5 { 10.0 } else { 100.0 };
    let around = Circle::new(layout.places[i], layout.radius + arc_gap(layout.radius));
    space.lines.clear();
    links::near(i, layout, &mut space.lines);
    let mut placed = 0;
    for lines in (1..=block.len()).rev().map(|count| &block[..count]) {
        let width = lines.iter().map(|line| measure(line, size)).fold(0.0, f64::max);
        let area = Size::new(width, leading * lines.len() as f64);
        let (spot, cost) = space.around(around, area, layout.outward(i), layout.radius * 0.08 + 2.0);
        if cost >= bearable {
            continue;
        }
        space.take(spot.place);
        for (k, line) in lines.iter().enumerate() {
            let base = spot.place.y0 + leading * k as f64 + size * 0.95;
            items.push(set(line, &spot, base, size));
        }
        placed = lines.len();
        break;
    }
    space.lines.clear();
    placed
}

fn measure(line: &Remark, size: f64) -> f64 {
    words::text_width(&Text::new(Point::ZERO, size, line.words.clone()).weight(line.weight))
}

fn set(line: &Remark, spot: &Spot, base: f64, size: f64) -> Item {
    Text::new(spot.at(base), size, line.words.clone())
        .anchor(spot.anchor)
        .weight(line.weight)
        .ink(line.ink)
        .halo()
        .into()
}

/// The names of dots, outside of the ring: of all, or of every second, fifth or tenth, as the narrowest place allows.
fn names(items: &mut Vec<Item>, space: &mut Space, view: &View, layout: &Layout) {
    let taken = space.boxes.len();
    for stride in [1, 2, 5, 10, 25, 100] {
        let count = items.len();
        let mut named = (1..).zip(&view.nodes).filter(|(i, node)| i % stride == 0 && !is_notable(node));
        if named.all(|(i, node)| name(items, space, node, i - 1, layout, taken)) {
            return;
        }
        items.truncate(count);
        space.boxes.truncate(taken);
    }
}

/// Puts a name outside of its dot, unless a role is there. False where it meets another name.
fn name(
    items: &mut Vec<Item>,
    space: &mut Space,
    node: &NodeView,
    i: usize,
    layout: &Layout,
    roles: usize,
) -> bool {
    let size = 10.0;
    let area = Size::new(words::width(&node.name, size), size * 1.05);
    let spot = Spot::beside(layout.circle(i), area, layout.outward(i), arc_gap(layout.radius) + 1.5);
    let place = spot.place.inflate(2.0, 0.0);
    if space.boxes[..roles].iter().any(|role| role.overlaps(place)) {
        return true;
    }
    if space.cost(place) >= 100.0 {
        return false;
    }
    space.take(place);
    let at = spot.at(spot.place.y1 - size * 0.2);
    items.push(Text::new(at, size, node.name.clone()).anchor(spot.anchor).ink(Ink::Quiet).into());
    true
}

/// A link of the ring, from node to node.
pub(super) fn link(layout: &Layout, a: usize, b: usize) -> Line {
    Line::new(layout.places[a], layout.places[b])
}
