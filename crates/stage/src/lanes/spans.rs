//! What each node was for a while: bands on its lane.

use kernel::view::{Chart, Figure, Span};
use scene::kurbo::{BezPath, Point, Rect};
use scene::{Ink, Item, Scene, Shape, Text, Weight};

use super::LaneFrame;
use crate::placement::Space;
use crate::{era_ink, stands_out, words};

pub(super) fn draw(scene: &mut Scene, space: &mut Space, frame: &LaneFrame, chart: &Chart) {
    for (i, span) in chart.spans.iter().enumerate() {
        let Some((from, until)) = stretch(frame, span) else { continue };
        let lane = frame.lanes[usize::from(span.node)];
        let (start, end) = (frame.along(from), frame.along(until));
        let ink = era_ink(span.era);
        let half = frame.band() / 2.0;
        let band = |half: f64| {
            let (a, b) = (frame.point(start, lane - half), frame.point(end, lane + half));
            Shape::rect(Rect::from_points(a, b), 1.5)
        };
        let items: Vec<Item> = match (span.role.figure, span.role.acting) {
            (Figure::Broken, _) => {
                let ground = band(half * 0.6).fill(Ink::Sunken);
                let line = Shape::line(frame.point(start, lane), frame.point(end, lane));
                vec![ground.into(), line.stroke(Ink::Bad, 1.5).dashed(3.0, 4.0).into()]
            }
            (Figure::Waiting, _) => {
                let ground = band(half - 0.75).tint(Ink::Both, 0.22).stroke(Ink::Both, 1.0);
                let mut items: Vec<Item> = vec![ground.into()];
                items.extend(hatch(frame, (start, end), lane, half - 0.75));
                items
            }
            (_, true) => vec![band(half).fill(ink).into()],
            (Figure::Hexagon | Figure::Diamond, false) => {
                vec![band(half - 0.75).fill(Ink::Raised).stroke(ink, 1.5).into()]
            }
            (Figure::Circle | Figure::Square, false) => {
                vec![band(half * 0.6).fill(Ink::Paper).into(), band(half * 0.6).tint(ink, 0.3).into()]
            }
        };
        if let Item::Shape(shape) = &items[0] {
            space.boxes.push(shape.bounds().inset(1.0));
        }
        scene.push_target(format!("span:{i}"), title(chart, span), items);
    }
}

/// Strokes across a band, a fixed way apart in time, so that they stand still while it grows.
fn hatch(frame: &LaneFrame, (start, end): (f64, f64), lane: f64, half: f64) -> Option<Item> {
    const APART: f64 = 6.0;
    let origin = frame.along(0.0);
    let mut path = BezPath::new();
    let mut along = start + (APART - (start - origin).rem_euclid(APART));
    while along < end {
        // The stroke rises by the width of the band, and ends where the band does.
        let run = (2.0 * half).min(end - along);
        path.move_to(frame.point(along, lane + half));
        path.line_to(frame.point(along + run, lane + half - run));
        along += APART;
    }
    (!path.elements().is_empty()).then(|| Shape::path(path).stroke(Ink::Both, 0.9).faint(0.6).into())
}

/// The words of spans: of those that stand out first, then of the others.
pub(super) fn label(scene: &mut Scene, space: &mut Space, frame: &LaneFrame, chart: &Chart) {
    if frame.pitch < 30.0 {
        return;
    }
    let notable = |span: &Span| stands_out(&span.role) || span.role.figure == Figure::Broken;
    let mut items = Vec::new();
    let ordered = chart.spans.iter().filter(|s| notable(s)).chain(chart.spans.iter().filter(|s| !notable(s)));
    for span in ordered {
        let Some((from, until)) = stretch(frame, span) else { continue };
        let (start, end) = (frame.along(from), frame.along(until));
        let lane = frame.lanes[usize::from(span.node)];
        let size = 11.0;
        let off = frame.band() / 2.0 + 4.0;
        let words = match span.era {
            Some(era) if frame.wide && notable(span) && span.role.figure != Figure::Broken => {
                format!("{}, {} {era}", span.role.word, chart.era)
            }
            _ => span.role.word.to_string(),
        };
        let width = words::width(&words, size) * 1.05;
        // A little more than it takes, so that the words of the next span do not touch.
        let fits = if frame.wide {
            width + 6.0 <= end - start
        } else {
            size <= end - start && width <= frame.pitch - off - 2.0
        };
        if words.is_empty() || !fits {
            continue;
        }
        // At the start of the span; what stands out may also stand further on.
        let parts: &[f64] = if notable(span) { &[0.0, 0.25, 0.5, 0.75, 1.0] } else { &[0.0] };
        let mut spots = parts.iter().flat_map(|part| {
            if frame.wide {
                let x = start + part * (end - start - width);
                [Point::new(x, lane - off), Point::new(x, lane + off + size * 0.75)]
            } else {
                let y = start + size + part * (end - start - size * 2.3).max(0.0);
                [Point::new(lane + off, y), Point::new(lane + off, y + size * 1.3)]
            }
        });
        let place = |at: Point| Rect::new(at.x, at.y - size * 0.8, at.x + width, at.y + size * 0.25);
        let free = |at: &Point| space.cost(place(*at)) <= if notable(span) { 20.0 } else { 4.0 };
        let Some(at) = spots.find(free) else { continue };
        space.take(place(at));
        let ink = match span.role.figure {
            Figure::Broken => Ink::Bad,
            Figure::Waiting => Ink::Both,
            Figure::Circle | Figure::Hexagon | Figure::Diamond | Figure::Square if notable(span) => {
                era_ink(span.era)
            }
            Figure::Circle | Figure::Hexagon | Figure::Diamond | Figure::Square => Ink::Quiet,
        };
        let weight = if notable(span) { Weight::Strong } else { Weight::Regular };
        items.push(Text::new(at, size, words).ink(ink).weight(weight).halo().into());
    }
    scene.push(items);
}

/// The part of a span that is on the page and past.
fn stretch(frame: &LaneFrame, span: &Span) -> Option<(f64, f64)> {
    let from = (span.from.0 as f64).max(frame.from);
    let until = span.until.map_or(f64::INFINITY, |until| until.0 as f64).min(frame.past());
    (from < until && usize::from(span.node) < frame.lanes.len()).then_some((from, until))
}

/// `S3, leader, term 3, from 371 ms to 412 ms`.
fn title(chart: &Chart, span: &Span) -> String {
    let mut title = format!("{}, {}", chart.names[usize::from(span.node)], span.role.word);
    if let Some(era) = span.era {
        title.push_str(&format!(", {} {era}", chart.era));
    }
    title.push_str(&format!(", from {}", span.from));
    if let Some(until) = span.until {
        title.push_str(&format!(" to {until}"));
    }
    title
}
