//! Facts and small pictures of the lanes.

use expect_test::expect;
use kernel::Micros;
use kernel::view::{Arrow, Chart, Delivery, Dot, Figure, Role, Span, Tone};
use scene::kurbo::Point;
use scene::{Geometry, Item, Scene, Theme, svg};

use super::draw;
use crate::Canvas;

fn arrow(id: u64, sent: u64, ends: u64, delivery: Delivery) -> Arrow {
    Arrow {
        id,
        from: 0,
        to: 1,
        sent: Micros::ms(sent),
        ends: Some(Micros::ms(ends)),
        delivery,
        kind: "Ping".into(),
        label: String::new(),
        era: Some(1),
        reply: false,
    }
}

fn chart() -> Chart {
    let leader = Role { word: "leader".into(), figure: Figure::Hexagon, acting: true };
    Chart {
        names: vec!["S1".into(), "S2".into()],
        era: "term",
        from: Micros::ZERO,
        until: Micros::ms(100),
        now: Micros::ms(80),
        spans: vec![Span { node: 0, from: Micros::ms(10), until: None, role: leader, era: Some(1) }],
        arrows: vec![
            arrow(0, 10, 30, Delivery::Delivered),
            arrow(1, 30, 50, Delivery::Lost),
            arrow(2, 70, 95, Delivery::Delivered),
            arrow(3, 90, 99, Delivery::Delivered),
        ],
        dots: vec![Dot { node: 1, at: Micros::ms(60), text: "crash".into(), tone: Tone::Bad }],
    }
}

/// The ends of the shaft of an arrow.
fn shaft(scene: &Scene, id: &str) -> Option<(Point, Point)> {
    let group = scene.groups.iter().find(|g| g.target.as_ref().is_some_and(|t| t.id == id))?;
    match &group.items[0] {
        Item::Shape(shape) => match &shape.geometry {
            Geometry::Line(line) => Some((line.p0, line.p1)),
            Geometry::Circle(_) | Geometry::Rect(..) | Geometry::Arc(_) | Geometry::Path(_) => None,
        },
        Item::Text(_) => None,
    }
}

#[test]
fn a_small_picture() {
    let scene = draw(&chart(), &Canvas::compact(120.0, 60.0));
    expect![[r##"
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 60" width="120" height="60" role="img" aria-labelledby="title" font-family="system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif">
        <title id="title"></title>
        <rect width="120" height="60" fill="#fbfaf6"/>
        <g>
        <line x1="8" y1="19" x2="112" y2="19" fill="none" stroke="#dcd8cc" stroke-width="1.5"/>
        <line x1="8" y1="41" x2="112" y2="41" fill="none" stroke="#dcd8cc" stroke-width="1.5"/>
        </g>
        <g id="span-0"><title>S1, leader, term 1, from 10 ms</title>
        <rect x="18.4" y="15.7" width="72.8" height="6.6" rx="1.5" fill="#0a6ebd"/>
        </g>
        <g id="arrow-0"><title>Ping from S1 to S2; sent 10 ms, arrived 30 ms</title>
        <line x1="18.4" y1="19" x2="39.2" y2="41" fill="none" stroke="#0a6ebd" stroke-width="1.6"/>
        <path d="M37.33 39.02L32.96 37.09L35.65 34.55Z" fill="#0a6ebd"/>
        </g>
        <g id="arrow-1"><title>Ping from S1 to S2; sent 30 ms, lost 50 ms</title>
        <line x1="39.2" y1="19" x2="60" y2="32.2" fill="none" stroke="#0a6ebd" stroke-opacity="0.6" stroke-width="1.6"/>
        <line x1="55.5" y1="27.7" x2="64.5" y2="36.7" fill="none" stroke="#b3261e" stroke-width="2"/>
        <line x1="55.5" y1="36.7" x2="64.5" y2="27.7" fill="none" stroke="#b3261e" stroke-width="2"/>
        </g>
        <g id="arrow-2"><title>Ping from S1 to S2; sent 70 ms</title>
        <line x1="80.8" y1="19" x2="91.2" y2="27.8" fill="none" stroke="#0a6ebd" stroke-width="1.6" stroke-dasharray="5 4"/>
        <circle cx="91.2" cy="27.8" r="3" fill="#0a6ebd"/>
        </g>
        <g id="dot-0"><title>S2, 60 ms: crash</title>
        <circle cx="70.4" cy="41" r="3.52" fill="#b3261e" stroke="#fbfaf6" stroke-width="1.5"/>
        </g>
        <g>
        <line x1="91.2" y1="4" x2="91.2" y2="52" fill="none" stroke="#3b4cc0" stroke-width="1.5"/>
        </g>
        </svg>
    "##]].assert_eq(&svg::write(&scene, Theme::Light, &svg::Options::default()));
}

#[test]
fn targets_say_what_they_are() {
    let scene = draw(&chart(), &Canvas::new(760.0, 200.0));
    let said: Vec<_> = scene.targets().map(|t| format!("{} = {}", t.id, t.title)).collect();
    expect![[r#"
        span:0 = S1, leader, term 1, from 10 ms
        arrow:0 = Ping from S1 to S2; sent 10 ms, arrived 30 ms
        arrow:1 = Ping from S1 to S2; sent 30 ms, lost 50 ms
        arrow:2 = Ping from S1 to S2; sent 70 ms
        dot:0 = S2, 60 ms: crash"#]]
    .assert_eq(&said.join("\n"));
}

#[test]
fn time_flows_right_on_wide_pages_and_down_on_narrow_ones() {
    let wide = shaft(&draw(&chart(), &Canvas::new(760.0, 400.0)), "arrow:0").unwrap();
    let narrow = shaft(&draw(&chart(), &Canvas::new(328.0, 480.0)), "arrow:0").unwrap();
    // 20 of 100 ms along; a whole lane across.
    assert!(wide.1.x > wide.0.x + 100.0 && wide.1.y > wide.0.y + 100.0);
    assert!(narrow.1.y > narrow.0.y + 80.0 && narrow.1.x > narrow.0.x + 100.0);
}

#[test]
fn nothing_is_drawn_after_now() {
    let scene = draw(&chart(), &Canvas::new(760.0, 400.0));
    assert!(shaft(&scene, "arrow:3").is_none(), "sent after now");
    let (landed, flying) = (shaft(&scene, "arrow:0").unwrap(), shaft(&scene, "arrow:2").unwrap());
    assert!(flying.1.y < landed.1.y, "still under way");
    let lost = shaft(&scene, "arrow:1").unwrap();
    assert!(lost.1.y < landed.1.y, "lost before it arrived");
}

#[test]
fn thousands_of_arrows_are_one_figure_each() {
    let mut chart = chart();
    chart.arrows = (0..3000).map(|id| arrow(id, id % 60, id % 60 + 15, Delivery::Delivered)).collect();
    let scene = draw(&chart, &Canvas::new(760.0, 400.0));
    assert!(scene.groups.iter().map(|group| group.items.len()).sum::<usize>() < 3100);
}
