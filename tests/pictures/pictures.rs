//! Every scenario of every room at three moments: the ring at a third, at two thirds and at the end, and at the end
//! all other pictures. The files are what `UPDATE_EXPECT=1 cargo test -p bivalent-tests` writes; read the difference
//! before you keep it.

use bivalent_tests::draw;
use catalog::{Micros, rooms, start};
use expect_test::expect_file;

#[test]
fn every_scenario_looks_as_it_did() {
    for room in rooms() {
        for (number, scenario) in room.scenarios.iter().enumerate() {
            let mut session = start(room.name, scenario.name, 1).expect("the catalogue opens what it lists");
            let length = session.about().length;
            for third in 1..=3 {
                let at = Micros(length.0 * third / 3);
                for diagram in session.diagrams() {
                    // The other system's log does not follow the scenario: once is enough.
                    let wanted = diagram.key != "side-by-side" || number == 0;
                    if wanted && (third == 3 || diagram.key == "ring") {
                        let system = room.name.replace('/', "-");
                        let file = format!("{system}-{}-{third}-{}.svg", scenario.name, diagram.key);
                        let svg = draw(session.as_mut(), diagram, at);
                        expect_file![file].assert_eq(&svg);
                    }
                }
            }
        }
    }
}

#[test]
fn a_picture_does_not_depend_on_the_way_to_its_moment() {
    let mut straight = start("raft", "leader-crash", 1).expect("the scenario is there");
    let mut roundabout = start("raft", "leader-crash", 1).expect("the scenario is there");
    roundabout.play_to(Micros::ms(1900), 100_000);
    roundabout.step_back();
    for diagram in straight.diagrams() {
        let at = Micros(703_211);
        assert_eq!(
            draw(straight.as_mut(), diagram, at),
            draw(roundabout.as_mut(), diagram, at),
            "{}",
            diagram.key
        );
    }
}
