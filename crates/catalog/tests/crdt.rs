//! Replicated types through a session: typing, telling, and the run of consensus beside them.

use catalog::{Error, Gesture, Micros, NodeId, Picture, Recording, Session, Target};
use scene::Item;

fn open(system: &str, scenario: &str) -> Box<dyn Session> {
    catalog::open(&Recording::new(system, scenario, 1)).expect("there is such a scenario")
}

fn texts(session: &dyn Session) -> Vec<String> {
    let letters = |row: catalog::view::TextRow| -> String {
        row.letters.iter().filter(|letter| !letter.deleted).map(|letter| letter.letter).collect()
    };
    session.texts().into_iter().map(letters).collect()
}

fn typed(session: &mut dyn Session, at: NodeId, edit: (u32, u32), text: &str) -> Result<(), Error> {
    session.gesture(&Gesture::Type { at, edit, text })
}

fn dragged(session: &mut dyn Session, from: NodeId, onto: NodeId) -> Result<(), Error> {
    session.gesture(&Gesture::Drag { from: Target::Node(from), onto: Target::Node(onto) })
}

#[test]
fn what_is_typed_is_in_the_link_and_comes_to_all() {
    let mut recording = Recording::new("text", "three-people", 1);
    recording.options.insert("updates".to_owned(), "0".to_owned());
    let mut session = catalog::open(&recording).unwrap();
    session.seek(Micros::ms(100));
    for (at, letter) in (0..).zip(["h", "é", "😀"]) {
        typed(session.as_mut(), 1, (at, 0), letter).unwrap();
    }
    assert_eq!(texts(&*session), ["", "hé😀", ""]);
    // What cannot be is refused, and nothing has changed.
    typed(session.as_mut(), 1, (9, 0), "x").unwrap();
    typed(session.as_mut(), 1, (0, 9), "").unwrap();
    assert_eq!(texts(&*session)[1], "hé😀");
    assert!(typed(session.as_mut(), 7, (0, 0), "x").is_err(), "there is no such replica");
    typed(session.as_mut(), 1, (1, 1), "o").unwrap();
    session.seek(Micros::ms(9_000));
    assert_eq!(texts(&*session), ["ho😀"; 3]);
    let linked = catalog::open(&Recording::from_link(&session.recording().to_link()).unwrap()).unwrap();
    assert_eq!(texts(&*linked), ["ho😀"; 3]);
    assert_eq!(linked.hash(), session.hash());
}

#[test]
fn only_texts_are_edited_and_only_replicas_tell() {
    let mut raft = open("raft", "");
    assert!(typed(raft.as_mut(), 0, (0, 0), "x").is_err() && dragged(raft.as_mut(), 0, 1).is_err());
    assert!(raft.texts().is_empty());
    let mut counters = open("counters", "apart");
    assert!(typed(counters.as_mut(), 0, (0, 0), "x").is_err());
    counters.seek(Micros::ms(50));
    let before = counters.view().messages.len();
    dragged(counters.as_mut(), 0, 1).unwrap();
    assert_eq!(counters.view().messages.len(), before + 1);
    assert!(counters.offers(Target::Node(0)).iter().any(|offer| offer.title == "At A: +1"));
}

fn words(session: &dyn Session) -> Vec<String> {
    let scene =
        session.scene(&Picture::new(session.diagram("consensus").expect("counters list it"), 900.0, 500.0));
    let items = scene.groups.iter().flat_map(|group| &group.items);
    let words = items
        .filter_map(|item| if let Item::Text(text) = item { Some(text.words.to_string()) } else { None });
    words.filter(|words| words.contains(": ")).collect()
}

/// The number after the colon in each lane's name: what each counter shows, what each server knows to be committed.
fn counts(session: &dyn Session) -> Vec<u64> {
    let number = |words: &String| {
        let digits: String = words.split(": ").nth(1)?.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    };
    words(session).iter().filter_map(number).collect()
}

#[test]
fn behind_the_cut_a_counter_goes_on_and_consensus_waits() {
    let mut session = open("counters", "beside-consensus");
    session.seek(Micros::ms(1_050));
    let (early, names) = (counts(&*session), words(&*session));
    assert_eq!(early.len(), 6, "{names:?}");
    assert!(names[3].starts_with("S1 Raft: "), "{names:?}");
    session.seek(Micros::ms(1_950));
    let late = counts(&*session);
    assert!(late[0] > early[0] && late[1] > early[1], "both sides count: {early:?}, {late:?}");
    assert_eq!(early[3], late[3], "S1 is alone, and learns of nothing that is committed");
    assert!(late[4].max(late[5]) > late[3], "the others go on: {late:?}");
    session.seek(Micros::ms(2_950));
    let healed = counts(&*session);
    assert!(healed[3] > late[3], "{healed:?}");
    // Whoever comes by another way sees the same.
    let mut other = open("counters", "beside-consensus");
    other.seek(Micros::ms(1_950));
    assert_eq!(counts(&*other), late);
    session.seek(Micros::ms(1_950));
    assert_eq!(counts(&*session), late);
}
