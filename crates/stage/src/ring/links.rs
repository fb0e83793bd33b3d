//! The links of a ring. Whole links are hair lines; cut ones are dashed and crossed; a great many of them become
//! one line through the network.

use std::collections::BTreeMap;

use kernel::view::View;
use scene::kurbo::{BezPath, Circle, Line, Point, Size, Vec2};
use scene::{Ink, Item, Scene, Shape, Text};

use super::LINKS_UP_TO;
use super::labels::link;
use super::place::{Layout, direction, right_hand};
use crate::placement::Space;
use crate::words;

/// More cut links than these are not crossed one by one.
const CROSSES_UP_TO: usize = 12;
/// More cut links than these are not drawn one by one where whole links are not drawn either.
const DRAWN_UP_TO: usize = 24;

/// How a pair of nodes differs from others; `there` is from the lesser to the greater.
#[derive(Default)]
struct Odd {
    cut_there: bool,
    cut_back: bool,
    slow_there: Option<String>,
    slow_back: Option<String>,
}

impl Odd {
    const fn is_cut(&self) -> bool {
        self.cut_there || self.cut_back
    }
}

pub(super) fn draw(scene: &mut Scene, view: &View, layout: &Layout) {
    let n = view.nodes.len();
    let odd = odd_links(view);
    let cuts = odd.values().filter(|odd| odd.is_cut()).count();
    let crossed = cuts <= CROSSES_UP_TO;
    if n <= LINKS_UP_TO {
        let whole = Odd::default();
        for a in 0..n {
            for b in a + 1..n {
                draw_link(scene, view, layout, (a, b), odd.get(&(a, b)).unwrap_or(&whole), crossed);
            }
        }
    } else {
        scene.push(vec![Shape::path(ellipse(layout)).stroke(Ink::Hair, 1.5).into()]);
        if cuts <= DRAWN_UP_TO {
            for (pair, odd) in odd.iter().filter(|(_, odd)| odd.is_cut()) {
                draw_link(scene, view, layout, *pair, odd, crossed);
            }
        }
    }
    if !crossed && (n <= LINKS_UP_TO || cuts > DRAWN_UP_TO) {
        scene.push(divide(&odd, layout));
    }
}

/// The words of slow links.
pub(super) fn label(scene: &mut Scene, space: &mut Space, view: &View, layout: &Layout) {
    let mut items = Vec::new();
    for ((a, b), odd) in odd_links(view) {
        let line = link(layout, a, b);
        let (there, back) = (odd.slow_there, odd.slow_back);
        let (here, yonder) = (&view.nodes[a].name, &view.nodes[b].name);
        let said = match (there, back) {
            (None, None) => continue,
            (Some(there), Some(back)) if there == back => there,
            (Some(there), None) => format!("to {yonder} {there}"),
            (None, Some(back)) => format!("to {here} {back}"),
            (Some(there), Some(back)) => format!("to {yonder} {there}, back {back}"),
        };
        let size = 11.0;
        let area = Size::new(words::width(&said, size), size * 1.2);
        let side = right_hand(direction(line.p0, line.p1));
        let middle = Circle::new(middle(line, layout), layout.radius * 0.7);
        let (spot, cost) = space.around(middle, area, side, 3.0);
        if cost < 100.0 {
            space.take(spot.place);
            let at = spot.at(spot.place.y1 - size * 0.25);
            items.push(Text::new(at, size, said).anchor(spot.anchor).ink(Ink::Warn).halo().into());
        }
    }
    scene.push(items);
}

/// The lines that pass near a node: its own links, and the one between its neighbours.
pub(super) fn near(i: usize, layout: &Layout, lines: &mut Vec<Line>) {
    let n = layout.places.len();
    if n > LINKS_UP_TO {
        return;
    }
    lines.extend((0..n).filter(|&k| k != i).map(|k| link(layout, i, k)));
    if n > 3 {
        lines.push(link(layout, (i + 1) % n, (i + n - 1) % n));
    }
}

fn odd_links(view: &View) -> BTreeMap<(usize, usize), Odd> {
    let n = view.nodes.len();
    let mut odd = BTreeMap::<_, Odd>::new();
    for link in &view.links {
        let (from, to) = (usize::from(link.from), usize::from(link.to));
        if from == to || from.max(to) >= n {
            continue;
        }
        let entry = odd.entry((from.min(to), from.max(to))).or_default();
        if from < to {
            entry.cut_there |= link.cut;
            entry.slow_there.clone_from(&link.slow);
        } else {
            entry.cut_back |= link.cut;
            entry.slow_back.clone_from(&link.slow);
        }
    }
    odd
}

fn draw_link(
    scene: &mut Scene,
    view: &View,
    layout: &Layout,
    (a, b): (usize, usize),
    odd: &Odd,
    crossed: bool,
) {
    let way = direction(layout.places[a], layout.places[b]);
    let r = layout.radius;
    let line = Line::new(layout.places[a] + way * r, layout.places[b] - way * r);
    let slow = odd.slow_there.is_some() || odd.slow_back.is_some();
    let mut items = Vec::with_capacity(1);
    if odd.cut_there && odd.cut_back {
        items.push(dashes(line, crossed));
        if crossed {
            items.extend(cross(middle(line, layout), r));
        }
    } else {
        let whole = Shape::line(line.p0, line.p1).stroke(Ink::Hair, 1.5);
        items.push(if slow { whole.dashed(7.0, 3.0).into() } else { whole.into() });
        if odd.cut_there {
            one_way(&mut items, line, layout, crossed);
        } else if odd.cut_back {
            one_way(&mut items, line.reversed(), layout, crossed);
        }
    }
    scene.push_target(format!("link:{a}-{b}"), title(view, (a, b), odd), items);
}

fn title(view: &View, (a, b): (usize, usize), odd: &Odd) -> String {
    let (here, yonder) = (&view.nodes[a].name, &view.nodes[b].name);
    let mut title = format!("Link {here}–{yonder}");
    match (odd.cut_there, odd.cut_back) {
        (true, true) => title.push_str(", cut"),
        (true, false) => title.push_str(&format!(", cut from {here} to {yonder}")),
        (false, true) => title.push_str(&format!(", cut from {yonder} to {here}")),
        (false, false) => {}
    }
    for (slow, to) in [(&odd.slow_there, yonder), (&odd.slow_back, here)] {
        if let Some(slow) = slow {
            title.push_str(&format!(", {slow} to {to}"));
        }
    }
    title
}

fn dashes(line: Line, crossed: bool) -> Item {
    let dashes = Shape::line(line.p0, line.p1).stroke(Ink::Bad, if crossed { 2.0 } else { 1.0 });
    dashes.dashed(2.0, 6.0).rounded().faint(if crossed { 0.8 } else { 0.2 }).into()
}

/// A cross between nodes of a radius.
fn cross(at: Point, r: f64) -> [Item; 2] {
    let arm = (r * 0.18).clamp(3.0, 5.5);
    [Vec2::new(arm, arm), Vec2::new(arm, -arm)]
        .map(|arm| Shape::line(at - arm, at + arm).stroke(Ink::Bad, 2.5).rounded().into())
}

/// What goes along the line is lost: dashes on its right-hand side, with a head that says which way.
fn one_way(items: &mut Vec<Item>, line: Line, layout: &Layout, crossed: bool) {
    let way = direction(line.p0, line.p1);
    let shift = right_hand(way) * 5.0;
    let lane = Line::new(line.p0 + shift, line.p1 + shift);
    items.push(dashes(lane, crossed));
    let tip = lane.p1 - way * 3.0;
    let foot = tip - way * 10.0;
    let wing = right_hand(way) * 4.5;
    items.push(Shape::polygon(&[tip, foot + wing, foot - wing]).fill(Ink::Bad).into());
    if crossed {
        items.extend(cross(middle(lane, layout), layout.radius));
    }
}

/// The middle of a link; off the middle where it is that of the ring, through which other links run.
fn middle(line: Line, layout: &Layout) -> Point {
    let middle = line.p0.midpoint(line.p1);
    if middle.distance(layout.center) < 14.0 { line.p0.lerp(line.p1, 0.38) } else { middle }
}

/// A line through the network where it is cut in two; ticks on the ring where it is cut in more pieces.
fn divide(odd: &BTreeMap<(usize, usize), Odd>, layout: &Layout) -> Vec<Item> {
    let n = layout.places.len();
    let parted = |i: usize| {
        let j = (i + 1) % n;
        odd.get(&(i.min(j), i.max(j))).is_some_and(Odd::is_cut)
    };
    let gaps: Vec<f64> = (0..n).filter(|&i| parted(i)).map(|i| layout.angle(i as f64 + 0.5, n)).collect();
    let dotted = |from: Point, to: Point| {
        Shape::line(from, to).stroke(Ink::Bad, 3.0).dashed(2.0, 8.0).rounded().into()
    };
    let outside = 1.0 + 1.2 * layout.radius.max(12.0) / layout.reach.x.min(layout.reach.y).max(1.0);
    match gaps[..] {
        [one, other] => {
            let (from, to) = (layout.on_ellipse(one, outside), layout.on_ellipse(other, outside));
            let mut path = BezPath::with_capacity(2);
            path.move_to(from);
            path.quad_to(from.midpoint(to).lerp(layout.center, 0.7), to);
            vec![Shape::path(path).stroke(Ink::Bad, 3.0).dashed(2.0, 8.0).rounded().into()]
        }
        _ => {
            let tick = |angle: f64| {
                dotted(layout.on_ellipse(angle, 2.0 - outside), layout.on_ellipse(angle, outside))
            };
            gaps.into_iter().map(tick).collect()
        }
    }
}

/// An ellipse from four curves, by arithmetic alone.
fn ellipse(layout: &Layout) -> BezPath {
    const KAPPA: f64 = 0.552_284_749_830_793_6;
    let at = |x: f64, y: f64| layout.center + Vec2::new(x * layout.reach.x, y * layout.reach.y);
    let mut path = BezPath::with_capacity(6);
    path.move_to(at(0.0, -1.0));
    path.curve_to(at(KAPPA, -1.0), at(1.0, -KAPPA), at(1.0, 0.0));
    path.curve_to(at(1.0, KAPPA), at(KAPPA, 1.0), at(0.0, 1.0));
    path.curve_to(at(-KAPPA, 1.0), at(-1.0, KAPPA), at(-1.0, 0.0));
    path.curve_to(at(-1.0, -KAPPA), at(-KAPPA, -1.0), at(0.0, -1.0));
    path.close_path();
    path
}
