//! Facts and small pictures of the ring.

use expect_test::expect;
use kernel::view::{Badge, Figure, LinkView, MessageView, NodeView, Role, Tone, View};
use scene::kurbo::{Point, Rect};
use scene::{Anchor, Geometry, Item, Scene, Text, Theme, svg};

use super::draw;
use crate::{Canvas, words};

fn node(id: u16, word: &str, figure: Figure, era: u64) -> NodeView {
    NodeView {
        id,
        name: format!("S{}", id + 1),
        role: Role { word: word.into(), figure, acting: figure == Figure::Hexagon },
        era: Some(era),
        lines: vec![format!("term {era}")],
        badges: vec![],
        disk: vec![],
        ram: vec![],
        timers: vec![],
    }
}

fn message(id: u64, from: u16, to: u16, letter: char, progress: Option<f64>) -> MessageView {
    MessageView {
        id,
        from,
        to,
        kind: "AppendEntries".into(),
        letter,
        label: "append x=2".into(),
        era: Some(1),
        reply: letter.is_lowercase(),
        forged: false,
        progress,
        doomed: false,
        fields: vec![],
    }
}

fn followers(n: u16) -> View {
    let nodes = (0..n).map(|i| node(i, "follower", Figure::Circle, 1)).collect();
    let mut view = View { nodes, ..View::default() };
    view.nodes[0] = node(0, "leader", Figure::Hexagon, 1);
    view
}

fn texts(scene: &Scene) -> impl Iterator<Item = &Text> {
    scene.groups.iter().flat_map(|group| &group.items).filter_map(|item| match item {
        Item::Text(text) => Some(text),
        Item::Shape(_) => None,
    })
}

/// The box of a text, estimated, a little smaller than its letters may be.
fn text_box(text: &Text) -> Rect {
    let width = words::text_width(text);
    let left = match text.anchor {
        Anchor::Start => text.at.x,
        Anchor::Middle => text.at.x - width / 2.0,
        Anchor::End => text.at.x - width,
    };
    Rect::new(left, text.at.y - 0.7 * text.size, left + width, text.at.y)
}

fn center(scene: &Scene, id: &str) -> Point {
    scene.bounds(id).unwrap().center()
}

#[test]
fn a_small_picture() {
    let mut view = followers(2);
    view.messages.push(message(0, 0, 1, 'A', Some(0.5)));
    let scene = draw(&view, &Canvas::compact(120.0, 60.0));
    expect![[r##"
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 60" width="120" height="60" role="img" aria-labelledby="title" font-family="system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif">
        <title id="title"></title>
        <rect width="120" height="60" fill="#ffffff"/>
        <g id="link-0-1"><title>Link S1–S2</title>
        <line x1="53.22" y1="30" x2="66.78" y2="30" fill="none" stroke="#bdbdbd" stroke-width="1.5"/>
        </g>
        <g id="node-0"><title>S1, leader, term 1</title>
        <path d="M44.86 20.64L53.22 25.45L53.22 34.55L44.86 39.36L36.51 34.55L36.51 25.45Z" fill="#1a1a1a" stroke="#1a1a1a" stroke-width="3"/>
        </g>
        <g id="node-1"><title>S2, follower, term 1</title>
        <circle cx="75.14" cy="30" r="8.36" fill="#ffffff" stroke="#1a1a1a" stroke-width="2"/>
        </g>
        <g id="message-0"><title>AppendEntries from S1 to S2: append x=2</title>
        <circle cx="60" cy="30" r="2.42" fill="#1a1a1a"/>
        </g>
        </svg>
    "##]].assert_eq(&svg::write(&scene, Theme::Print, &svg::Options::default()));
}

#[test]
fn targets_say_what_they_are() {
    let mut view = followers(3);
    view.nodes[1].badges.push(Badge { text: "out of date".into(), tone: Tone::Warn });
    view.nodes[2] = node(2, "down", Figure::Broken, 1);
    view.links = vec![
        LinkView { from: 0, to: 1, cut: true, slow: None },
        LinkView { from: 1, to: 0, cut: true, slow: None },
        LinkView { from: 2, to: 1, cut: true, slow: None },
        LinkView { from: 0, to: 2, cut: false, slow: Some("20–40 ms".into()) },
    ];
    view.messages = vec![MessageView { doomed: true, forged: true, ..message(17, 0, 2, 'A', Some(0.3)) }];
    let scene = draw(&view, &Canvas::new(640.0, 430.0));
    let said: Vec<_> = scene.targets().map(|t| format!("{} = {}", t.id, t.title)).collect();
    expect![[r#"
        link:0-1 = Link S1–S2, cut
        link:0-2 = Link S1–S3, 20–40 ms to S3
        link:1-2 = Link S2–S3, cut from S3 to S2
        node:0 = S1, leader, term 1
        node:1 = S2, follower, term 1; out of date
        node:2 = S3, down, term 1
        message:17 = AppendEntries from S1 to S3: append x=2 (forged) (will be lost)"#]]
    .assert_eq(&said.join("\n"));
}

#[test]
fn words_beside_nodes_cover_no_words_at_any_size() {
    for (width, height) in [(328.0, 320.0), (360.0, 480.0), (640.0, 430.0), (760.0, 430.0), (1440.0, 800.0)] {
        for n in [1, 2, 3, 4, 5, 6, 7, 9, 12, 16, 25, 100] {
            let mut view = followers(n);
            view.nodes[0].badges.push(Badge { text: "out of date".into(), tone: Tone::Warn });
            let scene = draw(&view, &Canvas::new(width, height));
            let boxes: Vec<_> = texts(&scene).map(|text| (text_box(text), &text.words)).collect();
            for (i, (one, said)) in boxes.iter().enumerate() {
                assert!(one.x0 >= 0.0 && one.x1 <= width, "{said:?} of {n} leaves {width}");
                for (other, also) in &boxes[..i] {
                    assert!(!one.overlaps(*other), "{said:?} covers {also:?}: {n} nodes on {width}");
                }
            }
        }
    }
}

#[test]
fn a_message_and_its_answer_pass_each_other() {
    let mut view = followers(5);
    view.messages = vec![message(0, 0, 2, 'A', Some(0.5)), message(1, 2, 0, 'a', Some(0.5))];
    let scene = draw(&view, &Canvas::new(640.0, 430.0));
    let (there, back) = (scene.bounds("message:0").unwrap(), scene.bounds("message:1").unwrap());
    assert!(there.center().distance(back.center()) >= there.width());
}

#[test]
fn messages_without_a_date_queue_on_their_link() {
    let mut view = followers(3);
    view.messages = (0..3).map(|id| message(id, 0, 1, 'A', None)).collect();
    let scene = draw(&view, &Canvas::new(640.0, 430.0));
    let at: Vec<_> = ["message:0", "message:1", "message:2"].map(|id| center(&scene, id)).into();
    assert!(at[0].distance(at[1]) > 20.0 && at[1].distance(at[2]) > 20.0);
    let goal = super::place(3, &Canvas::new(640.0, 430.0))[1];
    assert!(at[0].distance(goal) < at[2].distance(goal), "the oldest is ahead");
}

#[test]
fn progress_is_a_way_from_node_to_node() {
    let mut view = followers(5);
    let goal = super::place(5, &Canvas::new(640.0, 430.0))[1];
    let mut last = f64::INFINITY;
    for tenth in 0..=10 {
        view.messages = vec![message(0, 0, 1, 'A', Some(f64::from(tenth) / 10.0))];
        let left = center(&draw(&view, &Canvas::new(640.0, 430.0)), "message:0").distance(goal);
        assert!(left < last);
        last = left;
    }
}

#[test]
fn a_thousand_messages_stay_small() {
    let mut view = followers(100);
    view.messages = (0..1000).map(|id| message(id, 0, 1 + (id % 99) as u16, 'A', Some(0.5))).collect();
    let scene = draw(&view, &Canvas::new(760.0, 430.0));
    let circles = scene.groups.iter().flat_map(|group| &group.items).filter_map(|item| match item {
        Item::Shape(shape) => match &shape.geometry {
            Geometry::Circle(circle) => Some(circle.radius),
            Geometry::Line(_) | Geometry::Rect(..) | Geometry::Arc(_) | Geometry::Path(_) => None,
        },
        Item::Text(_) => None,
    });
    assert!(circles.into_iter().all(|radius| radius < 5.0));
    assert_eq!(scene.targets().count(), 1100, "no links among a hundred nodes");
}

#[test]
fn many_cuts_become_one_line() {
    let mut view = followers(100);
    for from in 0..50 {
        for to in 50..100 {
            view.links.push(LinkView { from, to, cut: true, slow: None });
            view.links.push(LinkView { from: to, to: from, cut: true, slow: None });
        }
    }
    let scene = draw(&view, &Canvas::new(760.0, 430.0));
    assert!(scene.targets().all(|target| !target.id.starts_with("link:")));
    assert!(scene.groups.len() < 110);
}
