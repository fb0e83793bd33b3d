//! Messages under way: circles that carry the letter of their kind, filled where they ask, open where they answer.

use std::collections::{BTreeMap, BTreeSet};

use kernel::NodeId;
use kernel::view::{MessageView, View};
use scene::kurbo::{Circle, Point, Size, Vec2};
use scene::{Ink, Item, Scene, Shape, Text, Weight};

use super::nodes::NAME_FROM;
use super::place::{Layout, direction, right_hand};
use crate::placement::Space;
use crate::{era_ink, words};

/// So many different labels are written at most.
const LABELS_UP_TO: usize = 6;
/// A circle of this radius has room for its letter.
const LETTER_FROM: f64 = 8.0;

/// Where a message is.
struct Flight<'a> {
    message: &'a MessageView,
    at: Point,
    way: Vec2,
}

pub(super) fn draw(scene: &mut Scene, space: &mut Space, view: &View, layout: &Layout) {
    let r = radius(view.messages.len(), layout);
    let flights = flights(view, layout, r);
    for flight in &flights {
        let id = format!("message:{}", flight.message.id);
        scene.push_target(id, title(flight.message, view), figure(flight, r, layout.compact));
        if flight.message.doomed {
            let left = 1.0 - 0.6 * flight.message.progress.unwrap_or(0.0).clamp(0.0, 1.0);
            if let Some(group) = scene.groups.last_mut() {
                group.opacity = left as f32;
            }
        }
    }
    if !layout.compact && r >= LETTER_FROM {
        let labels = label(space, &flights, r);
        scene.push(labels);
    }
}

/// The more there are, the smaller they are: together they cover about the same part of the page.
fn radius(count: usize, layout: &Layout) -> f64 {
    let alone = match (layout.compact, layout.radius < NAME_FROM) {
        (true, _) => layout.radius * 0.29,
        (false, true) => (layout.radius * 1.35).clamp(4.5, 8.5),
        (false, false) => (layout.radius * 0.34).max(8.5),
    };
    let area = layout.reach.x.max(60.0) * layout.reach.y.max(60.0) * 0.19;
    let crowded = (area / count.max(1) as f64).sqrt();
    alone.min(12.0).min(crowded.max(2.8))
}

/// `AppendEntries from S1 to S3: append x=2`.
fn title(message: &MessageView, view: &View) -> String {
    let name = |id: NodeId| view.nodes.get(usize::from(id)).map_or("?", |node| node.name.as_str());
    let mut title = String::with_capacity(64);
    title.push_str(&message.kind);
    title.push_str(" from ");
    title.push_str(name(message.from));
    title.push_str(" to ");
    title.push_str(name(message.to));
    if !message.label.is_empty() {
        title.push_str(": ");
        title.push_str(&message.label);
    }
    if message.forged {
        title.push_str(" (forged)");
    }
    if message.doomed {
        title.push_str(" (will be lost)");
    }
    title
}

/// Dated messages where their progress says; the others in a queue in the middle of their way, the oldest ahead.
fn flights<'a>(view: &'a View, layout: &Layout, r: f64) -> Vec<Flight<'a>> {
    let n = layout.places.len();
    let mut waiting = BTreeMap::<(NodeId, NodeId), (usize, usize)>::new();
    for message in view.messages.iter().filter(|message| message.progress.is_none()) {
        waiting.entry((message.from, message.to)).or_default().0 += 1;
    }
    let mut flights = Vec::with_capacity(view.messages.len());
    for message in &view.messages {
        let (from, to) = (usize::from(message.from), usize::from(message.to));
        if from.max(to) >= n {
            continue;
        }
        let queue = || {
            let (all, before) = waiting.entry((message.from, message.to)).or_default();
            *before += 1;
            (*all, *before - 1)
        };
        let (at, way) = spot(layout, (from, to), message.progress, r, queue);
        flights.push(Flight { message, at, way });
    }
    flights
}

fn spot(
    layout: &Layout,
    (from, to): (usize, usize),
    progress: Option<f64>,
    r: f64,
    queue: impl FnOnce() -> (usize, usize),
) -> (Point, Vec2) {
    let reach = layout.radius + r + 1.0;
    let (start, end, way) = if from == to {
        // To itself: past the node, beside it.
        let way = layout.outward(from);
        let middle = layout.places[from] + right_hand(way) * (reach + 3.0);
        (middle - way * layout.radius * 0.7, middle + way * layout.radius * 0.7, way)
    } else {
        let way = direction(layout.places[from], layout.places[to]);
        let aside = right_hand(way) * if layout.compact { 0.0 } else { r + 0.75 };
        (layout.places[from] + way * reach + aside, layout.places[to] - way * reach + aside, way)
    };
    let part = match progress {
        Some(progress) => progress.clamp(0.0, 1.0),
        None => {
            let (all, before) = queue();
            let room = start.distance(end).max(1.0);
            let step = ((2.0 * r + 3.0) / room).min(0.9 / all as f64);
            0.5 + step * ((all - 1) as f64 / 2.0 - before as f64)
        }
    };
    (start.lerp(end, part), way)
}

fn figure(flight: &Flight<'_>, r: f64, compact: bool) -> Vec<Item> {
    let message = flight.message;
    let ink = era_ink(message.era);
    let mut items = Vec::with_capacity(2);
    let circle = Shape::circle(flight.at, r);
    let rim = (r * 0.18).clamp(1.0, 2.0);
    if message.reply {
        items.push(Shape::circle(flight.at, r - rim / 2.0).fill(Ink::Raised).stroke(ink, rim).into());
    } else {
        items.push(circle.fill(ink).into());
    }
    if r >= LETTER_FROM && !compact {
        let size = r * 1.02;
        let ink = if message.reply { Ink::Text } else { Ink::OnSeries };
        let at = flight.at + Vec2::new(0.0, size * 0.36);
        let letter = Text::new(at, size, words::letter(message.letter));
        items.push(letter.middle().weight(Weight::Bold).ink(ink).into());
    }
    if message.forged {
        items.push(Shape::circle(flight.at, r + 1.5).stroke(Ink::Bad, 2.0).into());
        mark(&mut items, flight.at + Vec2::new(r * 0.85, -r * 0.85), r, "!");
    }
    if message.doomed {
        mark(&mut items, flight.at + Vec2::new(r * 0.85, r * 0.85), r, "×");
    }
    items
}

/// A mark at the rim of a message: `!` where its sender lied, `×` where it will be lost.
fn mark(items: &mut Vec<Item>, at: Point, r: f64, sign: &'static str) {
    let size = (r * 0.6).max(2.0);
    items.push(Shape::circle(at, size).fill(Ink::Bad).into());
    if r >= LETTER_FROM {
        let sign = Text::new(at + Vec2::new(0.0, size * 0.6), size * 1.7, sign);
        items.push(sign.middle().weight(Weight::Bold).ink(Ink::OnSeries).into());
    }
}

/// Writes what messages say, once for those that one node sent to several, as long as there are few of them.
fn label(space: &mut Space, flights: &[Flight<'_>], r: f64) -> Vec<Item> {
    let mut said = BTreeSet::new();
    let mut first = Vec::new();
    for flight in flights {
        let m = flight.message;
        if (!m.label.is_empty() || m.forged) && said.insert((m.from, m.letter, &m.label, m.forged)) {
            first.push(flight);
        }
        if first.len() > LABELS_UP_TO {
            return Vec::new();
        }
    }
    let clear = r + 1.0;
    space.circles.extend(flights.iter().map(|flight| Circle::new(flight.at, clear)));
    let size = (r * 1.1).clamp(11.0, 13.0);
    let mut items = Vec::new();
    for flight in first {
        let words = match (flight.message.forged, flight.message.label.as_str()) {
            (true, "") => "forged".to_owned(),
            (true, label) => format!("forged: {label}"),
            (false, label) => label.to_owned(),
        };
        let words = words::fit(&words, size, 170.0);
        let area = Size::new(words::width(&words, size), size * 1.15);
        let side = right_hand(flight.way);
        let (spot, cost) = space.around(Circle::new(flight.at, clear), area, side, 4.0);
        if cost < 100.0 {
            space.take(spot.place);
            let ink = if flight.message.forged { Ink::Bad } else { Ink::Text };
            let at = spot.at(spot.place.y1 - size * 0.28);
            items.push(Text::new(at, size, words).anchor(spot.anchor).ink(ink).halo().into());
        }
    }
    items
}
