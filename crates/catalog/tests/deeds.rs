//! A reader who does anything in any order: no panic, and the session stays what it says it is.

mod dice;

use catalog::{Gesture, Micros, Picture, Recording, Session, Target, open, rooms, start};
use dice::Dice;

/// A kind of diagram that nobody draws would be listed and not shown.
#[test]
fn what_a_room_lists_is_drawn() {
    for room in rooms() {
        let listed: Vec<&str> = room.diagrams.iter().map(|label| label.key).collect();
        let session = start(room.name, "", 1).expect("the catalogue opens what it lists");
        let drawn: Vec<&str> = session.diagrams().iter().map(|diagram| diagram.key).collect();
        assert_eq!(drawn, listed, "{}", room.name);
    }
}

#[test]
fn three_hundred_readers_do_as_they_like() {
    let all = rooms();
    for seed in 0..300 {
        let mut dice = Dice(seed);
        let room = dice.pick(&all);
        let scenario = dice.pick(&room.scenarios).name;
        let mut session = start(room.name, scenario, seed).expect("a scenario opens");
        for _ in 0..1 + dice.below(25) {
            deed(&mut dice, session.as_mut());
            check(session.as_ref());
        }
        if seed % 5 == 0 {
            reopened(session.as_mut());
        }
    }
}

/// What is recorded opens, from a file and from a link, at the same moment of the same run, on each branch.
fn reopened(session: &mut dyn Session) {
    let recording = session.recording();
    assert_eq!(Recording::from_json(&recording.to_json()), Ok(recording.clone()));
    assert_eq!(Recording::from_link(&recording.to_link()), Ok(recording.clone()));
    let mut again = open(&recording).expect("what was recorded opens");
    assert_eq!(again.hash(), session.hash(), "{}", recording.to_link());
    assert_eq!(
        (again.position().shown, again.position().steps),
        (session.position().shown, session.position().steps)
    );
    assert_eq!(again.recording(), recording);
    for (number, branch) in session.branches().iter().enumerate() {
        session.switch(number);
        session.seek(branch.end.1);
        again.switch(number);
        again.seek(branch.end.1);
        assert_eq!(again.hash(), session.hash(), "branch {number} of {}", recording.to_link());
        assert_eq!(again.verdicts(), session.verdicts());
    }
}

pub(crate) fn deed(dice: &mut Dice, session: &mut dyn Session) {
    let (position, nodes) = (session.position(), session.about().nodes.len());
    let later = Micros(position.shown.0 + dice.below(60_000) as u64);
    match dice.below(16) {
        0..4 => {
            session.play_to(later, 1 + dice.below(300) as u64);
            assert!(session.position().shown >= position.shown, "playing never goes back");
        }
        4 => drop(session.step()),
        5 => drop(session.step_back()),
        6 => drop(session.seek(Micros(dice.below(position.end.0 as usize + 1) as u64))),
        7 => session.seek_step(dice.below(400) as u64),
        8..12 => act(dice, session, nodes),
        12 => {
            let node = |dice: &mut Dice| dice.below(nodes + 1) as u16;
            let links: Vec<(u16, u16)> = (0..dice.below(6)).map(|_| (node(dice), node(dice))).collect();
            told(session.gesture(&Gesture::Cut(&links)));
        }
        13 => session.switch(dice.below(session.branches().len() + 1)),
        14 => {
            let names = ["", " what if ", "a\nb\u{7}", "שלום", &"long ".repeat(40)];
            session.rename(dice.below(4), names[dice.below(names.len())]);
        }
        _ => {
            let (one, other) = (dice.below(4), dice.below(4));
            if one.max(other) < session.branches().len() {
                let shared = session.shared(one, other);
                assert!(session.narrate(one, shared, 20).len() <= 20);
            }
        }
    }
}

fn act(dice: &mut Dice, session: &mut dyn Session, nodes: usize) {
    let messages = session.view().messages;
    let node = |dice: &mut Dice| dice.below(nodes) as u16;
    let target = match dice.below(5) {
        0 => Target::World,
        1 => Target::Link(node(dice), node(dice)),
        2 if !messages.is_empty() => Target::Message(dice.pick(&messages).id),
        3 => Target::Message(dice.below(500) as u64),
        _ => Target::Node(node(dice)),
    };
    let offers = session.offers(target);
    if offers.is_empty() {
        told(session.act(target, "stop-the-world"));
        return;
    }
    let (title, version) = (dice.pick(&offers).key.clone(), session.position().version);
    session.act(target, &title).unwrap_or_else(|error| panic!("{title} was offered: {error}"));
    assert_ne!(session.position().version, version, "{title} changes something");
}

fn told(done: Result<(), catalog::Error>) {
    if let Err(error) = done {
        dice::sentence(&error.to_string());
    }
}

pub(crate) fn check(session: &dyn Session) {
    let position = session.position();
    assert!(position.shown >= position.now, "{position:?}");
    assert!(position.end >= position.shown, "{position:?}");
    assert!(position.branch < position.branches, "{position:?}");
    assert_eq!(position.branches, session.branches().len());
    let view = session.view();
    assert_eq!(view.nodes.len(), session.about().nodes.len());
    let progress = view.messages.iter().filter_map(|message| message.progress);
    let timers = view.nodes.iter().flat_map(|node| node.timers.iter().filter_map(|timer| timer.progress));
    assert!(progress.chain(timers).all(|part| (0.0..=1.0).contains(&part)));
    for diagram in session.diagrams() {
        assert!(session.scene(&Picture::new(diagram, 640.0, 480.0)).is_finite());
    }
    assert!(session.diagram("ring").is_some());
    assert!(session.lines(10).len() <= 10);
    let steps: Vec<u64> = session.marks().iter().map(|mark| mark.0).collect();
    assert!(steps.is_sorted(), "marks stand in the order of their steps");
}
