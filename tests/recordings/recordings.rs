//! Runs that were recorded once. An old recording opens and gives the same run, or this fails loudly: links that
//! people have put into their course notes must not come to mean something else unnoticed.
//!
//! Beside each `name.json` stands `name.hash`: a line for each branch, with the hash of its run at the time shown.
//! `UPDATE_RECORDINGS=1 cargo test -p bivalent-tests` records the stories below anew.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::PathBuf;

use catalog::{Gesture, Micros, Recording, Session, Target, open, start};

#[test]
fn every_recording_gives_the_run_it_was_made_from() {
    if std::env::var_os("UPDATE_RECORDINGS").is_some() {
        for (name, story) in STORIES {
            let session = story();
            std::fs::write(folder().join(format!("{name}.json")), session.recording().to_json())
                .expect("the folder can be written");
            std::fs::write(folder().join(format!("{name}.hash")), hashes(&session.recording()))
                .expect("the folder can be written");
        }
    }
    let mut opened = 0;
    for recording in recordings() {
        let file = folder().join(format!("{}.hash", recording.0));
        let expected = std::fs::read_to_string(file).expect("each recording has its hashes");
        assert_eq!(hashes(&recording.1), expected, "{} is another run now", recording.0);
        opened += 1;
    }
    assert_eq!(opened, STORIES.len());
}

#[test]
fn a_link_gives_the_same_run_as_the_file() {
    for (name, recording) in recordings() {
        let link = recording.to_link();
        assert_eq!(Recording::from_link(&link).as_ref(), Ok(&recording), "{name}");
        assert!(link.len() < 2000, "{name}: a link of {} letters is too long for a course page", link.len());
    }
}

#[test]
fn the_stories_told_today_are_the_recorded_ones() {
    for (name, story) in STORIES {
        let (_, recorded) =
            recordings().into_iter().find(|(known, _)| known == name).expect("it was recorded");
        assert_eq!(story().recording(), recorded, "{name}");
    }
}

#[test]
fn every_kind_of_deed_is_recorded() {
    let mut kinds = BTreeSet::new();
    for (_, recording) in recordings() {
        for branch in &recording.branches {
            for deed in &branch.interventions {
                let (how, what) =
                    deed["do"].as_object().and_then(|one| one.iter().next()).expect("a deed has a kind");
                let event = if how == "postpone" { "postpone" } else { first_key(what) };
                kinds.insert(event.to_owned());
            }
        }
    }
    let known = [
        "crash",
        "cut",
        "deliver",
        "duplicate",
        "fire",
        "heal",
        "input",
        "lose",
        "postpone",
        "request",
        "restart",
        "slow",
    ];
    assert_eq!(kinds.iter().map(String::as_str).collect::<Vec<_>>(), known);
}

fn first_key(event: &serde_json::Value) -> &str {
    event
        .as_object()
        .and_then(|one| one.keys().next())
        .map(String::as_str)
        .or(event.as_str())
        .unwrap_or("nothing")
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("recordings")
}

fn recordings() -> Vec<(String, Recording)> {
    let files = std::fs::read_dir(folder()).expect("the recordings are there");
    let mut all: Vec<(String, Recording)> = files
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("a recording can be read");
            let name = path.file_stem().map(|name| name.to_string_lossy().into_owned());
            (name.unwrap_or_default(), Recording::from_json(&text).expect("an old recording opens"))
        })
        .collect();
    all.sort_by(|one, other| one.0.cmp(&other.0));
    all
}

/// A line for each branch.
fn hashes(recording: &Recording) -> String {
    let mut session = open(recording).expect("a recording opens");
    let shown = session.position().shown;
    let mut text = String::new();
    for (number, branch) in session.branches().iter().enumerate() {
        session.switch(number);
        session.seek(shown);
        writeln!(text, "{:016x} {} steps  {}", session.hash(), session.position().steps, branch.name)
            .expect("a string can be written");
    }
    text
}

type Story = fn() -> Box<dyn Session>;

const STORIES: [(&str, Story); 4] =
    [("faults", faults), ("messages", messages), ("clients", clients), ("branches", branches)];

fn begin(scenario: &str, seed: u64, ms: u64) -> Box<dyn Session> {
    let mut session = start("raft", scenario, seed).expect("the scenario is there");
    session.play_to(Micros::ms(ms), 100_000);
    session
}

fn act(session: &mut dyn Session, target: Target, key: &str) {
    session.act(target, key).unwrap_or_else(|error| panic!("{error}"));
}

/// Does what is called so.
fn ask(session: &mut dyn Session, target: Target, title: &str) {
    let offer = session.offers(target).into_iter().find(|offer| offer.title == title);
    act(session, target, &offer.unwrap_or_else(|| panic!("{title} is offered")).key);
}

fn faults() -> Box<dyn Session> {
    let mut session = begin("first-election", 5, 400);
    act(session.as_mut(), Target::Node(1), "crash");
    session.play_to(Micros::ms(500), 10_000);
    session.gesture(&Gesture::Cut(&[(0, 2), (0, 3)])).expect("the links are whole");
    act(session.as_mut(), Target::Link(3, 4), "cut");
    session.play_to(Micros::ms(900), 10_000);
    act(session.as_mut(), Target::Node(1), "restart");
    act(session.as_mut(), Target::Link(0, 1), "slow-one-way");
    session.play_to(Micros::ms(1200), 10_000);
    act(session.as_mut(), Target::World, "heal");
    act(session.as_mut(), Target::Node(3), "fire-election");
    session.play_to(Micros::ms(1800), 10_000);
    session
}

fn messages() -> Box<dyn Session> {
    let mut session = begin("replication", 9, 300);
    for key in ["lose", "duplicate", "delay-200", "deliver"] {
        while session.view().messages.is_empty() {
            session.step();
        }
        let message = session.view().messages[0].id;
        act(session.as_mut(), Target::Message(message), key);
        let next = Micros(session.position().now.0 + 40_000);
        session.play_to(next, 10_000);
    }
    session.play_to(Micros::ms(1000), 10_000);
    session
}

fn clients() -> Box<dyn Session> {
    let mut session = begin("figure-7", 2, 120);
    ask(session.as_mut(), Target::Node(0), "Send x=1 (R1) to S1");
    session.play_to(Micros::ms(200), 10_000);
    ask(session.as_mut(), Target::Node(0), "Send x=1 (R1) to S1");
    ask(session.as_mut(), Target::Node(0), "Send read x (R2) to S1");
    ask(session.as_mut(), Target::Node(4), "Send read x (R2) to S5");
    act(session.as_mut(), Target::World, "request");
    session.play_to(Micros::ms(400), 10_000);
    session
}

fn branches() -> Box<dyn Session> {
    let mut session = begin("leader-crash", 4, 1000);
    session.seek(Micros::ms(300));
    act(session.as_mut(), Target::Node(2), "crash");
    session.rename(1, "without S3");
    session.play_to(Micros::ms(1000), 100_000);
    session.seek(Micros::ms(600));
    act(session.as_mut(), Target::Node(2), "restart");
    session.play_to(Micros::ms(1000), 100_000);
    session.switch(0);
    session.seek(Micros::ms(1000));
    session
}
