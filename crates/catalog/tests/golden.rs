//! Every scenario at seed 1, natively: the hash of its run to the end is the one in `golden_hashes.txt`. The browser
//! looks at the same file, so that both run the same.
//!
//! `UPDATE_EXPECT=1 cargo test -p catalog --test golden` writes the file anew: only after a change that is meant to
//! change runs, for old links then show another run.

use std::fmt::Write;

use catalog::{rooms, start};

#[test]
fn every_scenario_runs_as_it_always_did() {
    let mut table = String::new();
    for room in rooms() {
        for scenario in &room.scenarios {
            let mut session = start(room.name, scenario.name, 1).expect("a scenario opens");
            let length = session.about().length;
            assert!(session.play_to(length, 1_000_000));
            writeln!(table, "{}/{} {:016x}", room.name, scenario.name, session.hash())
                .expect("text can be written");
        }
    }
    expect_test::expect_file!["golden_hashes.txt"].assert_eq(&table);
}
