//! The time axis, the lanes, and the line at now.

use kernel::Micros;
use kernel::view::Chart;
use scene::kurbo::Point;
use scene::{Anchor, Ink, Scene, Shape, Text, Weight};

use super::{LaneFrame, lane_name};
use crate::placement::held;
use crate::words;

pub(super) fn draw(scene: &mut Scene, frame: &LaneFrame, chart: &Chart) {
    let plot = frame.plot;
    let mut items = Vec::new();
    if !frame.compact {
        let (room, length) = if frame.wide { (84.0, plot.width()) } else { (56.0, plot.height()) };
        for tick in ticks(chart.from, chart.until, (length / room).floor().max(1.0) as u64) {
            let along = frame.along(tick.0 as f64);
            let (from, to) = if frame.wide {
                (Point::new(along, plot.y0), Point::new(along, plot.y1))
            } else {
                (Point::new(plot.x0, along), Point::new(plot.x1, along))
            };
            items.push(Shape::line(from, to).stroke(Ink::Hair, 1.0).faint(0.7).into());
            let said = Text::new(Point::ZERO, 11.0, name(tick)).ink(Ink::Quiet);
            items.push(if frame.wide {
                let half = words::width(&said.words, 11.0) / 2.0;
                let x = held(along, half, (scene.width - half).max(half));
                Text { at: Point::new(x, plot.y1 + 16.0), anchor: Anchor::Middle, ..said }.into()
            } else {
                Text { at: Point::new(plot.x0 - 6.0, along + 4.0), anchor: Anchor::End, ..said }.into()
            });
        }
    }
    let (start, end) = (frame.along(frame.from), frame.along(frame.until));
    for &lane in &frame.lanes {
        let line = Shape::line(frame.point(start, lane), frame.point(end, lane));
        items.push(line.stroke(Ink::Hair, 1.5).into());
    }
    if !frame.compact {
        let room = if frame.wide { 9.0 } else { 24.0 };
        let stride = (room / frame.pitch).ceil().max(1.0) as usize;
        let names = chart.names.iter().enumerate().step_by(stride);
        items.extend(names.map(|(i, name)| lane_name(frame, name, i)));
    }
    scene.push(items);
}

pub(super) fn now(scene: &mut Scene, frame: &LaneFrame, chart: &Chart) {
    if frame.now < frame.from || frame.now > frame.until {
        return;
    }
    let plot = frame.plot;
    let along = frame.along(frame.now);
    let (from, to) = if frame.wide {
        (Point::new(along, plot.y0 - 4.0), Point::new(along, plot.y1))
    } else {
        (Point::new(plot.x0 - 4.0, along), Point::new(plot.x1, along))
    };
    let mut items = vec![Shape::line(from, to).stroke(Ink::Accent, 1.5).into()];
    if !frame.compact {
        let said = Micros(chart.now.0 / 10 * 10);
        let said = Text::new(Point::ZERO, 11.0, name(said)).weight(Weight::Strong).ink(Ink::Accent).halo();
        let width = words::text_width(&said);
        let at = if frame.wide {
            let x = held(along, width / 2.0, (scene.width - width / 2.0).max(width / 2.0));
            Point::new(x, plot.y0 - 9.0)
        } else {
            Point::new(plot.x0 - 6.0, along + 4.0)
        };
        let anchor = if frame.wide { Anchor::Middle } else { Anchor::End };
        items.push(Text { at, anchor, ..said }.into());
    }
    scene.push(items);
}

/// `412 ms`, `1.5 s`.
fn name(time: Micros) -> String {
    if time.0 >= 1_000_000 && time.0.is_multiple_of(100_000) {
        let (whole, tenth) = (time.0 / 1_000_000, time.0 / 100_000 % 10);
        if tenth == 0 { format!("{whole} s") } else { format!("{whole}.{tenth} s") }
    } else {
        time.to_string()
    }
}

/// At most about so many round times from one to another, at a distance of 1, 2 or 5 of a power of ten.
fn ticks(from: Micros, until: Micros, count: u64) -> impl Iterator<Item = Micros> {
    let least = (until.since(from).0 / count.max(1)).max(1);
    let mut power = 1;
    while power * 10 <= least {
        power *= 10;
    }
    let step = [1, 2, 5, 10].map(|k| k * power).into_iter().find(|&step| step >= least);
    let step = step.unwrap_or(power * 10);
    (from.0.div_ceil(step)..=until.0 / step).map(move |k| Micros(k * step))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(from: u64, until: u64, count: u64) -> Vec<String> {
        ticks(Micros::ms(from), Micros::ms(until), count).map(name).collect()
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(found(312, 512, 4), ["350 ms", "400 ms", "450 ms", "500 ms"]);
        assert_eq!(found(0, 3000, 3), ["0 ms", "1 s", "2 s", "3 s"]);
        assert_eq!(found(10, 10, 3).len(), 1);
    }
}
