//! The space-time diagram: a lane a node, time to the right where the page is wide and downward where it is narrow,
//! an arrow a message.
//!
//! Everything is drawn up to now: what is later has not happened yet.

mod arrows;
mod axis;
mod spans;

use kernel::view::Chart;
use scene::kurbo::{Point, Rect};
use scene::{Ink, Item, Scene, Shape, Text, Weight};

use crate::placement::Space;
use crate::{Canvas, tone_ink, words};

/// From this width on time flows to the right.
pub const WIDE_FROM: f64 = 560.0;

/// A stretch of a run. Targets: `arrow:17` (message), `dot:0`, `span:0` (in the order of the chart).
pub fn draw(chart: &Chart, canvas: &Canvas) -> Scene {
    let frame = LaneFrame::new(chart, canvas);
    let mut scene = Scene::new(canvas.width, canvas.height);
    let mut space = Space { page: frame.plot.inflate(0.0, 6.0), ..Space::default() };
    scene.groups.reserve(chart.arrows.len() + chart.dots.len() + chart.spans.len() + 8);
    axis::draw(&mut scene, &frame, chart);
    spans::draw(&mut scene, &mut space, &frame, chart);
    arrows::draw(&mut scene, &mut space, &frame, chart);
    dots(&mut scene, &mut space, &frame, chart);
    if !canvas.compact {
        spans::label(&mut scene, &mut space, &frame, chart);
        arrows::label(&mut scene, &mut space, &frame, chart);
    }
    axis::now(&mut scene, &frame, chart);
    scene
}

/// Where times and nodes are on the page.
struct LaneFrame {
    /// Time flows to the right, else downward.
    wide: bool,
    /// Where the lanes and the arrows are.
    plot: Rect,
    /// The middle of each lane, across the flow of time.
    lanes: Vec<f64>,
    /// From one lane to the next.
    pitch: f64,
    /// In microseconds.
    from: f64,
    until: f64,
    now: f64,
    compact: bool,
}

impl LaneFrame {
    fn new(chart: &Chart, canvas: &Canvas) -> Self {
        let wide = canvas.width >= WIDE_FROM || (canvas.compact && canvas.width > canvas.height);
        let n = chart.names.len();
        let names = chart.names.iter().map(|name| words::width(name, 14.5)).fold(0.0, f64::max);
        let (width, height) = (canvas.width.max(48.0), canvas.height.max(48.0));
        let plot = match (canvas.compact, wide) {
            (true, _) => Rect::new(8.0, 8.0, width - 8.0, height - 8.0),
            (false, true) => Rect::new((names + 16.0).min(width * 0.3), 22.0, width - 14.0, height - 24.0),
            (false, false) => Rect::new(50.0, 26.0, width - 8.0, height - 12.0),
        };
        let pitch = if wide { plot.height() } else { plot.width() } / n.max(1) as f64;
        let start = if wide { plot.y0 } else { plot.x0 };
        let lanes = (0..n).map(|i| start + pitch * (i as f64 + 0.5)).collect();
        let (from, until) = (chart.from.0 as f64, chart.until.0 as f64);
        let until = until.max(from + 1.0);
        Self { wide, plot, lanes, pitch, from, until, now: chart.now.0 as f64, compact: canvas.compact }
    }

    /// Where a time is, along its flow.
    fn along(&self, time: f64) -> f64 {
        let part = (time - self.from) / (self.until - self.from);
        if self.wide {
            self.plot.x0 + part * self.plot.width()
        } else {
            self.plot.y0 + part * self.plot.height()
        }
    }

    /// A place, by its distances along and across the flow of time.
    fn point(&self, along: f64, across: f64) -> Point {
        if self.wide { Point::new(along, across) } else { Point::new(across, along) }
    }

    fn at(&self, node: usize, time: f64) -> Point {
        self.point(self.along(time), self.lanes[node])
    }

    /// The last time that is both past and on the page.
    fn past(&self) -> f64 {
        self.now.min(self.until)
    }

    /// How thick a band is that acts.
    fn band(&self) -> f64 {
        (self.pitch * 0.3).clamp(1.5, 13.0)
    }
}

/// What happened at the nodes; in words too where there is room.
fn dots(scene: &mut Scene, space: &mut Space, frame: &LaneFrame, chart: &Chart) {
    let r = (frame.pitch * 0.16).clamp(1.5, 4.5);
    let few = chart.dots.len() <= 24 && !frame.compact && frame.pitch >= 30.0;
    let mut said: Vec<Item> = Vec::new();
    for (i, dot) in chart.dots.iter().enumerate() {
        let (node, at) = (usize::from(dot.node), dot.at.0 as f64);
        if node >= frame.lanes.len() || at < frame.from || at > frame.past() {
            continue;
        }
        let center = frame.at(node, at);
        let ink = tone_ink(dot.tone);
        let circle = Shape::circle(center, r).fill(ink).stroke(Ink::Paper, 1.5);
        let title = format!("{}, {}: {}", chart.names[node], dot.at, dot.text);
        scene.push_target(format!("dot:{i}"), title, vec![circle.into()]);
        space.circles.push(scene::kurbo::Circle::new(center, r));
        if few && let Some(text) = dot_words(space, frame, &dot.text, center, ink) {
            said.push(text.into());
        }
    }
    scene.push(said);
}

/// Words beside a dot, on the side of its lane, where nothing else is.
fn dot_words(space: &mut Space, frame: &LaneFrame, said: &str, center: Point, ink: Ink) -> Option<Text> {
    let size = 11.0;
    let off = frame.band() / 2.0 + 4.0;
    let room = if frame.wide { 130.0 } else { frame.pitch - off - 4.0 };
    let words = words::fit(said, size, room);
    if !frame.wide && words != said {
        return None;
    }
    let width = words::width(&words, size);
    let spots = if frame.wide {
        [
            Point::new(center.x - 4.0, center.y - off),
            Point::new(center.x - 4.0, center.y + off + size * 0.75),
            Point::new(center.x - width + 4.0, center.y - off),
        ]
    } else {
        let x = center.x + off;
        [
            Point::new(x, center.y + 4.0),
            Point::new(x, center.y + 4.0 - size * 1.2),
            Point::new(x, center.y + 4.0 + size * 1.2),
        ]
    };
    let place = |at: Point| Rect::new(at.x, at.y - size * 0.8, at.x + width, at.y + size * 0.25);
    let free = |at: &Point| !words.is_empty() && space.cost(place(*at)) <= 8.0;
    let at = spots.into_iter().find(free)?;
    space.take(place(at));
    Some(Text::new(at, size, words).ink(ink).halo())
}

/// The name of a lane.
fn lane_name(frame: &LaneFrame, name: &str, i: usize) -> Item {
    let strong = |text: Text| text.weight(Weight::Bold).into();
    if frame.wide {
        let size = (frame.pitch * 0.9).clamp(8.0, 14.0);
        let name = words::fit(name, size, frame.plot.x0 - 8.0);
        strong(Text::new(Point::new(0.0, frame.lanes[i] + size * 0.36), size, name))
    } else {
        let name = words::fit(name, 13.0, frame.pitch.max(24.0));
        strong(Text::new(Point::new(frame.lanes[i], 15.0), 12.5, name).middle())
    }
}

#[cfg(test)]
mod tests;
