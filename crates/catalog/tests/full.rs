//! Whatever the page writes, into its address or into a file, opens again; what could not is refused when it is done. And
//! what it wrote at other times opens still.

use catalog::{BranchRecord, Error, Gesture, Micros, NodeId, Recording, Session, open};
use serde_json::json;

fn empty(branches: Vec<BranchRecord>) -> Recording {
    let mut recording = Recording::new("text", "three-people", 1);
    recording.options.insert("updates".to_owned(), "0".to_owned());
    recording.options.insert("gossip".to_owned(), "0".to_owned());
    recording.branches = branches;
    recording
}

/// From its address and from a file.
fn opens_again(session: &dyn Session) {
    let recording = session.recording();
    let (link, file) = (recording.to_link(), recording.to_json());
    assert!(link.len() < 1_000_000, "some browsers take no more: {}", link.len());
    for again in [Recording::from_link(&link), Recording::from_json(&file)] {
        let again = again.expect("what was written is read");
        assert_eq!(again, recording);
        assert_eq!(open(&again).expect("it opens").hash(), session.hash());
    }
}

fn typed(session: &mut dyn Session, at: NodeId, edit: (u32, u32), text: &str) -> Result<(), Error> {
    session.gesture(&Gesture::Type { at, edit, text })
}

#[test]
fn thousands_of_keystrokes_open_again() {
    let mut session = open(&empty(Vec::new())).expect("it opens");
    for at in 0..2_500 {
        typed(session.as_mut(), 0, (at, 0), "a").expect("there is room");
    }
    opens_again(&*session);
}

/// One branch on which so much was done that does nothing.
fn done(deeds: usize) -> Vec<BranchRecord> {
    let deeds = (1..=deeds).map(|at| json!({ "at": at, "do": { "force": { "crash": 9 } } }));
    vec![BranchRecord { name: "main".to_owned(), fork: None, interventions: deeds.collect() }]
}

#[test]
fn one_thing_too_many_is_refused_when_it_is_done() {
    let mut recording = empty(done(Recording::ACTIONS - 5));
    recording.at = 1_000_000;
    let mut session = open(&recording).expect("it opens");
    typed(session.as_mut(), 0, (0, 0), "a").expect("there is room for two more");
    session.seek(Micros::ms(500));
    typed(session.as_mut(), 1, (0, 0), "b").expect("there is room for a branch and this");
    let refused = typed(session.as_mut(), 1, (0, 0), "c").expect_err("there is no room");
    assert_eq!(
        refused.to_string(),
        "This cannot be done: this run holds 10,000 actions and branches, and a link is made for 10,000. \
         Download it, or open the scenario again."
    );
    assert_eq!(session.texts()[1].letters.len(), 1, "what was refused was not done");
    opens_again(&*session);
}

#[test]
fn too_large_a_thing_is_refused_when_it_is_done() {
    let mut session = open(&empty(Vec::new())).expect("it opens");
    typed(session.as_mut(), 0, (0, 0), &"x".repeat(Recording::PLAYED - 1_000)).expect("it fits into a link");
    let refused = typed(session.as_mut(), 0, (0, 0), &"x".repeat(1_000)).expect_err("it does not fit");
    assert_eq!(
        refused.to_string(),
        "This cannot be done: this run holds as much as fits into a link. Download it, or open the scenario again."
    );
    typed(session.as_mut(), 0, (0, 0), "y").expect("a letter still fits");
    session.rename(0, &"\u{1f600}".repeat(60));
    opens_again(&*session);
}

/// A run is not played to where no link goes.
#[test]
fn a_run_lasts_for_two_years() {
    let mut recording = empty(Vec::new());
    recording.at = Recording::AT_MAX - 1;
    let mut session = open(&recording).expect("it opens");
    session.play_to(Micros(u64::MAX), 10);
    opens_again(&*session);
    assert!(typed(session.as_mut(), 0, (0, 0), "a").is_err());
    session.seek(Micros(u64::MAX));
    opens_again(&*session);
}

/// What is the most that a link may hold, a file holds too, in lines that are moved in.
#[test]
fn what_a_link_may_hold_a_file_holds_too() {
    let links: Vec<(u16, u16)> = vec![(0, 1); 250];
    let deeds = (1..720).map(|at| json!({ "at": at, "do": { "force": { "cut": links } } }));
    let branch = BranchRecord { name: "main".to_owned(), fork: None, interventions: deeds.collect() };
    let mut recording = empty(vec![branch]);
    while Recording::from_link(&recording.to_link()).is_err() {
        recording.branches[0].interventions.pop();
    }
    assert!(recording.branches[0].interventions.len() > 690);
    assert_eq!(Recording::from_json(&recording.to_json()), Ok(recording));
}

/// Links of other times name what is called otherwise now, or is not offered any more. The hashes are those of then.
#[test]
fn older_links_keep_their_runs() {
    for (link, today, hash) in [
        (
            "text/interleaving?seed=1&type=fugue",
            "text/interleaving?seed=1&algorithm=fugue-max",
            0xf467_952d_e0b0_b439,
        ),
        ("text/apart?seed=3&type=rga", "text/apart?seed=3&algorithm=rga", 0xb0b8_d8e2_11e1_9372),
        (
            "text/three-people?seed=2&duplication=40&without=exactly-once",
            "text/three-people?seed=2&duplication=40&without=exactly-once",
            0x94c5_c019_01ab_4390,
        ),
        (
            "text/three-people?seed=2&duplication=40&type=fugue",
            "text/three-people?seed=2&duplication=40",
            0x13c6_72f4_34e3_e733,
        ),
    ] {
        let mut session = open(&Recording::from_link(link).expect("it is a link")).expect("it opens");
        assert_eq!(session.recording().to_link(), today);
        let length = session.about().length;
        session.play_to(length, 1_000_000);
        assert_eq!(session.hash(), hash, "{link}");
    }
    let refused =
        open(&Recording::from_link("text/apart?type=yjs").expect("it is a link")).err().expect("no such");
    assert!(refused.to_string().contains("algorithm"), "{refused}");
}
