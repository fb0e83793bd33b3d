//! What the gallery shows before the code of its rooms is there: `web/rooms.txt`, and a picture of each room in each
//! colour scheme of the screen. The files are what `UPDATE_EXPECT=1 cargo test -p bivalent-tests` writes; the page is
//! built from them.

use catalog::{Diagram, Micros, Picture, RoomInfo, rooms, start};
use expect_test::expect_file;
use scene::{Theme, svg};

#[test]
fn the_gallery_tells_what_the_catalogue_holds() {
    let text: String = rooms().iter().map(told).collect();
    expect_file!["../../web/rooms.txt"].assert_eq(&text);
}

/// A line a room, and after it one for each of its scenarios, as `web/src/rooms.rs` reads them.
fn told(room: &RoomInfo) -> String {
    let part = part_of(room.name).expect("every room has a part");
    let kind = if room.reference { "reference" } else { "room" };
    let rules = room.rules.len().to_string();
    let mut lines = vec![vec![room.name, part, room.title, room.shelf, room.about, kind, &rules]];
    // The reference models stand in a list, a line each.
    let scenarios = room.scenarios.iter().filter(|_| !room.reference);
    lines.extend(scenarios.map(|one| vec!["", one.name, one.title]));
    assert!(lines.iter().flatten().all(|word| !word.contains(['\t', '\n'])), "{lines:?}");
    lines.iter().map(|words| words.join("\t") + "\n").collect()
}

/// The part of the page that a room's code is in.
fn part_of(room: &str) -> Option<&'static str> {
    macro_rules! find {
        ($($part:ident: $room:ty;)+) => {
            [$((stringify!($part), catalog::name_of::<$room>())),+]
        };
    }
    catalog::parts!(find).into_iter().find(|(_, name)| *name == room).map(|(part, _)| part)
}

#[test]
fn each_card_shows_a_moment_of_a_real_run() {
    for room in rooms().iter().filter(|room| !room.reference) {
        let mut session = start(room.name, "", 1).expect("the catalogue opens what it lists");
        let length = session.about().length;
        assert!(session.seek(Micros(length.0 * 2 / 3)), "two thirds through, where something is to be seen");
        let wanted = Picture { compact: true, ..Picture::new(Diagram::RING, 300.0, 150.0) };
        let scene = session.scene(&wanted);
        for theme in [Theme::Light, Theme::Dark, Theme::Safe] {
            let options = svg::Options { title: "", desc: "", prefix: "", transparent: true, margin: 4 };
            let file = format!("../../web/cards/{}-{}.svg", room.name, theme.name());
            expect_file![file].assert_eq(&svg::write(&scene, theme, &options));
        }
    }
}
