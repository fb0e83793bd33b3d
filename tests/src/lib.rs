//! Tests of the whole: what goes in at one end of Bivalent and comes out at the other.
//!
//! - `pictures/`: every scenario at three moments, as SVG, byte for byte by their hashes, and what the gallery shows;
//! - `recordings/`: runs recorded once, which must open and come out the same, or fail loudly;
//! - `journeys/`: what a reader does, in a real browser on the built page (Node.js);
//! - `bench/`: what the page costs (Node.js).

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use catalog::{Diagram, Micros, Picture, RoomInfo, Session, rooms, start};
use scene::{Theme, svg};
use sha2::{Digest, Sha256};

/// A moment of a run as the SVG that `bivalent draw` writes.
///
/// # Panics
/// If a million steps do not reach the moment.
pub fn draw(session: &mut dyn Session, diagram: Diagram, at: Micros) -> String {
    assert!(session.seek(at), "the moment is within a million steps");
    let title = format!("{}, {}, at {at}", session.about().room.title, session.about().scenario.title);
    let options = svg::Options {
        title: &title,
        desc: session.about().scenario.story,
        margin: 12,
        ..svg::Options::default()
    };
    svg::write(&session.scene(&Picture::new(diagram, 720.0, 480.0)), Theme::Light, &options)
}

/// The pictures whose names are `wanted`, as SVG by the name of their file. There are, of every scenario of every room,
/// the ring at a third, at two thirds and at the end, and at the end all other pictures. Scenarios are drawn on all
/// cores, each by one.
///
/// # Panics
/// If the catalogue does not open what it lists.
pub fn pictures(wanted: impl Fn(&str) -> bool + Sync) -> BTreeMap<String, String> {
    let rooms = rooms();
    let scenarios: Vec<(&RoomInfo, usize)> =
        rooms.iter().flat_map(|room| (0..room.scenarios.len()).map(move |number| (room, number))).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut drawn = Vec::new();
        while let Some((room, number)) = scenarios.get(next.fetch_add(1, Ordering::Relaxed)) {
            drawn.extend(of_scenario(room, *number, &wanted));
        }
        drawn
    };
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        let running: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        running.into_iter().flat_map(|one| one.join().expect("every scenario can be drawn")).collect()
    })
}

fn of_scenario(room: &RoomInfo, number: usize, wanted: impl Fn(&str) -> bool) -> Vec<(String, String)> {
    let scenario = &room.scenarios[number];
    let mut session = start(room.name, scenario.name, 1).expect("the catalogue opens what it lists");
    let length = session.about().length;
    let mut drawn = Vec::new();
    for third in 1..=3 {
        let at = Micros(length.0 * third / 3);
        for diagram in session.diagrams() {
            let name = name(room, scenario.name, third, diagram.key);
            // The other system's log does not follow the scenario: once is enough.
            let one_of_ours = diagram.key != "side-by-side" || number == 0;
            if one_of_ours && (third == 3 || diagram.key == Diagram::RING.key) && wanted(&name) {
                drawn.push((name, draw(session.as_mut(), diagram, at)));
            }
        }
    }
    drawn
}

/// The one picture of a room that is kept to be looked at: the ring of its first scenario, two thirds through.
pub fn shown(room: &RoomInfo) -> String {
    name(room, room.scenarios[0].name, 2, Diagram::RING.key)
}

fn name(room: &RoomInfo, scenario: &str, third: u64, diagram: &str) -> String {
    format!("{}-{scenario}-{third}-{diagram}.svg", room.name.replace('/', "-"))
}

/// A line a picture, in the order of their names: SHA-256, two blanks and the name, as `sha256sum` writes them.
pub fn hashes(pictures: &BTreeMap<String, String>) -> String {
    let hash = |svg: &String| {
        Sha256::digest(svg.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    pictures.iter().map(|(name, svg)| format!("{}  {name}\n", hash(svg))).collect()
}
