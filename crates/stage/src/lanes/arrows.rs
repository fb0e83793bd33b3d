//! Messages: arrows from lane to lane. Lost ones end in a cross, those under way are dashed up to now.

use std::collections::BTreeSet;

use kernel::NodeId;
use kernel::view::{Arrow, Chart, Delivery};
use scene::kurbo::{BezPath, Circle, Line, Point, Size, Vec2};
use scene::{Ink, Item, Scene, Shape, Text};

use super::LaneFrame;
use crate::placement::{Space, held};
use crate::{era_ink, words};

/// More arrows than these have no heads.
const HEADS_UP_TO: usize = 400;
/// More arrows than these have no words.
const WORDS_UP_TO: usize = 80;
/// How far a lost message comes.
const LOST_AT: f64 = 0.6;

/// An arrow on the page.
struct Flight {
    line: Line,
    /// How it ended, as far as it has: an arrow that will arrive is under way.
    delivery: Delivery,
}

pub(super) fn draw(scene: &mut Scene, space: &mut Space, frame: &LaneFrame, chart: &Chart) {
    let heads = chart.arrows.len() <= HEADS_UP_TO;
    for arrow in &chart.arrows {
        let Some(flight) = flight(frame, arrow) else { continue };
        let ink = era_ink(arrow.era);
        let items = if arrow.from == arrow.to {
            loop_back(frame, &flight, ink)
        } else {
            straight(frame, &flight, arrow, ink, heads)
        };
        scene.push_target(format!("arrow:{}", arrow.id), title(chart, arrow), items);
        if chart.arrows.len() <= WORDS_UP_TO {
            space.lines.push(flight.line);
            if flight.delivery == Delivery::Lost {
                space.circles.push(Circle::new(flight.line.p1, 5.0));
            }
        }
    }
}

/// What the messages say, where there is room beside their arrow; once in an era.
pub(super) fn label(scene: &mut Scene, space: &mut Space, frame: &LaneFrame, chart: &Chart) {
    if chart.arrows.len() > WORDS_UP_TO {
        return;
    }
    let mut items = Vec::new();
    let mut before = BTreeSet::new();
    for arrow in &chart.arrows {
        let Some(flight) = flight(frame, arrow) else { continue };
        let said = if arrow.label.is_empty() { &*arrow.kind } else { &*arrow.label };
        if before.contains(&(arrow.era, said)) {
            continue;
        }
        let size = 11.0;
        let room = if frame.wide { 110.0 } else { frame.pitch * 1.2 };
        let words = words::fit(said, size, room);
        let area = Size::new(words::width(&words, size), size * 1.1);
        let line = flight.line;
        let length = line.p0.distance(line.p1);
        if words.chars().count() < 2 || length < 24.0 {
            continue;
        }
        let side = aside(line);
        let spots = [0.5, 0.35, 0.65]
            .map(|part| space.around(Circle::new(line.p0.lerp(line.p1, part), 2.0), area, side, 2.0));
        let best = spots.into_iter().min_by(|one, other| one.1.total_cmp(&other.1));
        if let Some((spot, cost)) = best
            && cost < 9.0
        {
            before.insert((arrow.era, said));
            space.take(spot.place);
            let at = spot.at(spot.place.y1 - size * 0.28);
            items.push(Text::new(at, size, words).anchor(spot.anchor).ink(Ink::Text).halo().into());
        }
    }
    scene.push(items);
}

/// The part of an arrow that is on the page and past.
fn flight(frame: &LaneFrame, arrow: &Arrow) -> Option<Flight> {
    let (from, to) = (usize::from(arrow.from), usize::from(arrow.to));
    let sent = arrow.sent.0 as f64;
    if from.max(to) >= frame.lanes.len() || sent > frame.past() {
        return None;
    }
    let ends = arrow.ends.map(|ends| (ends.0 as f64).max(sent));
    let done = ends.is_some_and(|ends| ends <= frame.now) && arrow.delivery != Delivery::InFlight;
    let delivery = if done { arrow.delivery } else { Delivery::InFlight };
    // How far across it comes, by when; without a date it is somewhere before the middle.
    let reach = match arrow.delivery {
        Delivery::Lost => LOST_AT,
        Delivery::InFlight | Delivery::Delivered => 1.0,
    };
    let (ends, reach) = match ends {
        Some(ends) => (ends, reach),
        None => (frame.now.max(sent), 0.4),
    };
    let (start, goal) = (frame.lanes[from], frame.lanes[to]);
    let way = |time: f64| {
        let part = if ends > sent { ((time - sent) / (ends - sent)).clamp(0.0, 1.0) } else { 1.0 };
        let node = start + (goal - start) * reach * part;
        frame.point(frame.along(held(time, sent, ends)), node)
    };
    if ends < frame.from {
        return None;
    }
    let line = Line::new(way(sent.max(frame.from)), way(ends.min(frame.past())));
    let whole = ends <= frame.past();
    Some(Flight {
        line,
        delivery: if whole || delivery == Delivery::InFlight { delivery } else { Delivery::InFlight },
    })
}

fn straight(frame: &LaneFrame, flight: &Flight, arrow: &Arrow, ink: Ink, heads: bool) -> Vec<Item> {
    let line = flight.line;
    let width = match (heads, arrow.reply) {
        (false, _) => 0.9,
        (true, false) => 1.6,
        (true, true) => 1.2,
    };
    let mut items = Vec::with_capacity(2);
    let shaft = Shape::line(line.p0, line.p1).stroke(ink, width);
    let way = line.p1 - line.p0;
    let length = way.hypot2().sqrt();
    match flight.delivery {
        Delivery::InFlight => {
            items.push(shaft.dashed(5.0, 4.0).into());
            items.push(Shape::circle(line.p1, if heads { 3.0 } else { 1.5 }).fill(ink).into());
        }
        Delivery::Delivered => {
            items.push(shaft.into());
            if heads && length > 6.0 {
                items.push(head(frame, line.p1, way / length, ink, arrow.reply));
            }
        }
        Delivery::Lost => {
            items.push(shaft.faint(0.6).into());
            let (arm, bold) = if heads { (4.5, 2.0) } else { (2.0, 1.0) };
            for arm in [Vec2::new(arm, arm), Vec2::new(arm, -arm)] {
                items.push(Shape::line(line.p1 - arm, line.p1 + arm).stroke(Ink::Bad, bold).into());
            }
        }
    }
    items
}

/// The head of an arrow, at the edge of the lane: full where it asks, open where it answers.
fn head(frame: &LaneFrame, end: Point, way: Vec2, ink: Ink, reply: bool) -> Item {
    let across = if frame.wide { way.y } else { way.x }.abs().max(0.3);
    let tip = end - way * (frame.band() * 0.3 / across);
    let size = (frame.pitch * 0.2).clamp(3.5, 8.0);
    let foot = tip - way * size;
    let wing = Vec2::new(-way.y, way.x) * (size * 0.42);
    if reply {
        let mut path = BezPath::with_capacity(3);
        path.move_to(foot + wing);
        path.line_to(tip);
        path.line_to(foot - wing);
        Shape::path(path).stroke(ink, 1.5).into()
    } else {
        Shape::polygon(&[tip, foot + wing, foot - wing]).fill(ink).into()
    }
}

/// A message to oneself: a bow beside the lane.
fn loop_back(frame: &LaneFrame, flight: &Flight, ink: Ink) -> Vec<Item> {
    let (from, to) = (flight.line.p0, flight.line.p1);
    let bow = (frame.pitch * 0.35).min(18.0);
    let bow = if frame.wide { Vec2::new(0.0, -bow) } else { Vec2::new(bow, 0.0) };
    let mut path = BezPath::with_capacity(2);
    path.move_to(from);
    path.quad_to(from.midpoint(to) + bow, to);
    let bow = Shape::path(path).stroke(ink, 1.4);
    vec![match flight.delivery {
        Delivery::InFlight => bow.dashed(5.0, 4.0).into(),
        Delivery::Delivered | Delivery::Lost => bow.into(),
    }]
}

/// The upper side of a line; the right-hand side of an upright one.
fn aside(line: Line) -> Vec2 {
    let way = line.p1 - line.p0;
    let length = way.hypot2().sqrt().max(1e-6);
    let side = Vec2::new(way.y, -way.x) / length;
    if side.y > 0.2 { -side } else { side }
}

/// `AppendEntries from S1 to S3: append x=2; sent 400 ms, arrived 412 ms`.
fn title(chart: &Chart, arrow: &Arrow) -> String {
    let name = |id: NodeId| chart.names[usize::from(id)].as_str();
    let mut title = format!("{} from {} to {}", arrow.kind, name(arrow.from), name(arrow.to));
    if !arrow.label.is_empty() {
        title.push_str(": ");
        title.push_str(&arrow.label);
    }
    title.push_str(&format!("; sent {}", arrow.sent));
    let ended = match arrow.delivery {
        Delivery::InFlight => None,
        Delivery::Delivered => Some("arrived"),
        Delivery::Lost => Some("lost"),
    };
    if let (Some(ended), Some(ends)) = (ended, arrow.ends.filter(|ends| *ends <= chart.now)) {
        title.push_str(&format!(", {ended} {ends}"));
    }
    title
}
