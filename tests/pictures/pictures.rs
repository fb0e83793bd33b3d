//! All pictures of all scenarios, byte for byte. `hashes.txt` has the hash of each, as `sha256sum` writes them; one
//! picture of each room lies beside it, to be looked at. The files are what `UPDATE_EXPECT=1 cargo test -p
//! bivalent-tests` writes; look at the difference (`cargo xtask pictures`) before you keep it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{env, fs};

use bivalent_tests::{draw, hashes, pictures, shown};
use catalog::{Micros, rooms, start};
use expect_test::expect_file;

#[test]
fn every_scenario_looks_as_it_did() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("pictures/hashes.txt");
    let drawn = pictures(|_| true);
    let now = hashes(&drawn);
    if env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&file, &now).expect("the list can be written");
    }
    let then = fs::read_to_string(&file).expect("the list of hashes is there");
    let changed = changed(&then, &now);
    assert!(
        changed.is_empty(),
        "{} of {} pictures are not as they were:\n{}\n`cargo xtask pictures` shows each side by side with what it was; \
         `UPDATE_EXPECT=1 cargo test -p bivalent-tests` keeps them.",
        changed.len(),
        drawn.len(),
        changed.join("\n")
    );
    // The list is sorted, and says nothing twice.
    assert_eq!(then, now);
    for room in rooms() {
        let name = shown(&room);
        expect_file![&name].assert_eq(&drawn[&name]);
    }
}

/// What came, went, or has another hash.
fn changed(then: &str, now: &str) -> Vec<String> {
    let [then, now] = [then, now].map(|list| {
        list.lines()
            .filter_map(|line| line.split_once("  "))
            .map(|(hash, name)| (name, hash))
            .collect::<BTreeMap<_, _>>()
    });
    let mut changed = Vec::new();
    for name in then.keys().chain(now.keys().filter(|name| !then.contains_key(*name))) {
        match (then.get(name), now.get(name)) {
            (Some(_), None) => changed.push(format!("  {name}: is not drawn any more")),
            (None, _) => changed.push(format!("  {name}: is new")),
            (before, after) if before != after => changed.push(format!("  {name}")),
            _ => {}
        }
    }
    changed
}

/// Into the folder that is named: those in its `names.txt`, or all where that is empty, and the list of their hashes.
#[test]
#[ignore = "`cargo xtask pictures` runs it, with the code of two revisions"]
fn pictures_are_written() {
    let folder = env::var_os("BIVALENT_PICTURES").map(PathBuf::from).expect("the folder is named");
    let names = fs::read_to_string(folder.join("names.txt")).expect("the folder says what is wanted");
    let names: BTreeSet<&str> = names.lines().collect();
    let drawn = pictures(|name| names.is_empty() || names.contains(name));
    for (name, svg) in &drawn {
        fs::write(folder.join(name), svg).expect("the folder can be written");
    }
    fs::write(folder.join("hashes.txt"), hashes(&drawn)).expect("the folder can be written");
}

#[test]
fn what_differs_is_named() {
    let list = "01  a.svg\n02  b.svg\n03  c.svg\n";
    assert_eq!(changed(list, list), [""; 0]);
    let other = "01  a.svg\n05  c.svg\n04  d.svg\n";
    assert_eq!(changed(list, other), ["  b.svg: is not drawn any more", "  c.svg", "  d.svg: is new"]);
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
