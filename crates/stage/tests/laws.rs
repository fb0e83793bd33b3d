//! Laws of every picture: its numbers are finite, its targets unique, and it is the same when it is drawn again.

use std::collections::BTreeSet;

use kernel::view::{
    Arrow, Badge, Chart, Delivery, Dot, Figure, LinkView, LogCell, LogRow, Logs, MessageView, NodeView,
    Pointer, Role, Span, Table, TimerView, Tone, View,
};
use kernel::{Micros, NodeId};
use proptest::prelude::*;
use scene::{Scene, Theme, svg};
use stage::{Canvas, lanes, logs, prose, ring, table};

fn check(scene: &Scene) {
    assert!(scene.is_finite());
    let mut seen = BTreeSet::new();
    for target in scene.targets() {
        assert!(seen.insert(&target.id), "two targets are {}", target.id);
        assert!(!target.title.is_empty(), "{} has no title", target.id);
        let bounds = scene.bounds(&target.id).expect("a target is somewhere");
        assert!(bounds.is_finite());
    }
    let file = svg::write(scene, Theme::Light, &svg::Options { title: "A picture", ..Default::default() });
    // Between quotes stand attributes alone: the quotes of words are escaped.
    let attributes = file.split('"').skip(1).step_by(2).flat_map(|attribute| attribute.split(' '));
    for number in attributes.filter(|part| part.parse::<f64>().is_ok()) {
        let plain = number != "-0" && number.chars().all(|c| c.is_ascii_digit() || c == '.' || c == '-');
        assert!(plain, "{number} is not written plainly");
    }
}

fn canvas() -> impl Strategy<Value = Canvas> {
    let width = prop_oneof![Just(328.0), Just(360.0), Just(760.0), Just(1440.0), 1.0..2000.0];
    (width, 1.0..1200.0, any::<bool>()).prop_map(|(width, height, compact)| Canvas { width, height, compact })
}

fn role() -> impl Strategy<Value = Role> {
    let figures =
        [Figure::Circle, Figure::Hexagon, Figure::Diamond, Figure::Square, Figure::Waiting, Figure::Broken];
    ("[a-z]{0,12}", prop::sample::select(figures.to_vec()), any::<bool>())
        .prop_map(|(word, figure, acting)| Role { word: word.into(), figure, acting })
}

fn tone() -> impl Strategy<Value = Tone> {
    prop::sample::select(vec![Tone::Plain, Tone::Good, Tone::Bad, Tone::Warn])
}

/// Progress as it should be, and as it should not.
fn progress() -> impl Strategy<Value = Option<f64>> {
    prop_oneof![Just(None), (0.0..1.0).prop_map(Some), (-5.0..5.0).prop_map(Some)]
}

fn node() -> impl Strategy<Value = NodeView> {
    let badge = ("\\PC{0,20}", tone()).prop_map(|(text, tone)| Badge { text, tone });
    let words = (".{1,4}", prop::collection::vec("\\PC{0,10}", 0..3), prop::collection::vec(badge, 0..3));
    (words, role(), prop::option::of(any::<u64>()), progress()).prop_map(
        |((name, lines, badges), role, era, progress)| NodeView {
            id: 0,
            name,
            role,
            era,
            lines,
            badges,
            disk: vec![],
            ram: vec![],
            timers: vec![TimerView { name: "t".into(), progress, left: None }],
        },
    )
}

fn message() -> impl Strategy<Value = MessageView> {
    (0..30u16, 0..30u16, any::<char>(), "\\PC{0,30}", progress(), any::<[bool; 3]>()).prop_map(
        |(from, to, letter, label, progress, [reply, forged, doomed])| MessageView {
            id: 0,
            from,
            to,
            kind: "Kind".into(),
            letter,
            label,
            era: Some(u64::from(from)),
            reply,
            forged,
            progress,
            doomed,
            fields: vec![],
        },
    )
}

fn view() -> impl Strategy<Value = View> {
    let link = (0..30u16, 0..30u16, any::<bool>(), prop::option::of("\\PC{1,12}"))
        .prop_map(|(from, to, cut, slow)| LinkView { from, to, cut, slow });
    let nodes = prop::collection::vec(node(), 0..30);
    (nodes, prop::collection::vec(message(), 0..40), prop::collection::vec(link, 0..60)).prop_map(
        |(mut nodes, mut messages, links)| {
            (0..).zip(&mut nodes).for_each(|(id, node)| node.id = id);
            (0..).zip(&mut messages).for_each(|(id, message)| message.id = id);
            View { nodes, links, messages }
        },
    )
}

fn chart() -> impl Strategy<Value = Chart> {
    let time = || (0..200_000u64).prop_map(Micros);
    let delivery = prop::sample::select(vec![Delivery::InFlight, Delivery::Delivered, Delivery::Lost]);
    let span = (0..8 as NodeId, time(), prop::option::of(time()), role())
        .prop_map(|(node, from, until, role)| Span { node, from, until, role, era: Some(3) });
    let arrow = (0..8 as NodeId, 0..8 as NodeId, time(), prop::option::of(time()), delivery, "\\PC{0,20}")
        .prop_map(|(from, to, sent, ends, delivery, label)| Arrow {
            id: 0,
            from,
            to,
            sent,
            ends,
            delivery,
            kind: "Kind".into(),
            label,
            era: None,
            reply: from < to,
        });
    let dot = (0..8 as NodeId, time(), "\\PC{1,20}", tone()).prop_map(|(node, at, text, tone)| Dot {
        node,
        at,
        text,
        tone,
    });
    let times = (time(), time(), time());
    let parts = (
        prop::collection::vec(span, 0..9),
        prop::collection::vec(arrow, 0..60),
        prop::collection::vec(dot, 0..9),
    );
    (0..8usize, times, parts).prop_map(|(n, (from, until, now), (spans, mut arrows, dots))| {
        (0..).zip(&mut arrows).for_each(|(id, arrow)| arrow.id = id);
        Chart {
            names: (0..n).map(|i| format!("S{i}")).collect(),
            era: "term",
            from,
            until,
            now,
            spans,
            arrows,
            dots,
        }
    })
}

fn log() -> impl Strategy<Value = Logs> {
    let cell = (any::<u64>(), "\\PC{0,12}", any::<bool>()).prop_map(|(era, label, committed)| LogCell {
        era,
        label,
        committed,
        applied: false,
    });
    let pointer = (0..80u64, "\\PC{0,12}").prop_map(|(index, label)| Pointer { index, label });
    let row = (
        prop::collection::vec(prop::option::weighted(0.8, cell), 0..60),
        prop::collection::vec(pointer, 0..4),
        "\\PC{0,9}",
        any::<bool>(),
    )
        .prop_map(|(cells, pointers, name, down)| LogRow {
            node: 0,
            role: "role".into(),
            acting: !down,
            name,
            down,
            cells,
            pointers,
        });
    (0..50u64, prop::collection::vec(row, 0..6)).prop_map(|(first, mut rows)| {
        (0..).zip(&mut rows).for_each(|(node, row)| row.node = node);
        let open = "not known to be committed";
        Logs { first, era: "term", place: "entry", settled: "committed", open, rows }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rings_are_sound(view in view(), canvas in canvas()) {
        let scene = ring::draw(&view, &canvas);
        check(&scene);
        prop_assert_eq!(scene, ring::draw(&view, &canvas));
    }

    #[test]
    fn lanes_are_sound(chart in chart(), canvas in canvas()) {
        check(&lanes::draw(&chart, &canvas));
    }

    #[test]
    fn logs_are_sound(log in log(), width in 1.0..1500.0) {
        check(&logs::draw(&log, width));
    }

    #[test]
    fn tables_and_prose_are_sound(
        title in "\\PC{0,30}",
        head in prop::collection::vec("\\PC{0,20}", 0..5),
        rows in prop::collection::vec(prop::collection::vec("\\PC{1,30}", 1..6), 0..5),
        width in 1.0..1500.0,
    ) {
        check(&prose::draw(&title, &rows.concat().concat(), width));
        check(&table::draw(&Table { title, head, rows }, width));
    }
}
