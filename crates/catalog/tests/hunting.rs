//! What the search finds plays in the same picture: each run it found shows, when played, what it was found for.

use catalog::{Budget, Findings, Micros, Question, Recording, hunt, open};

fn search(recording: &Recording, question: &Question) -> Findings {
    let mut hunt = hunt(recording, question).expect("a search of a room that there is");
    while !hunt.advance(1_000) {}
    hunt.findings()
}

fn raft(without: &[&str]) -> Recording {
    let mut recording = Recording::new("raft", "", 1);
    recording.options.insert("servers".to_owned(), "3".to_owned());
    recording.without = without.iter().map(|rule| (*rule).to_owned()).collect();
    recording
}

/// The name of the first property that is broken when the recording is played to the end of its schedule.
fn broken_when_played(recording: &Recording) -> Vec<&'static str> {
    let mut session = open(recording).expect("a run that the search found opens");
    session.seek(session.position().shown.plus(Micros::ms(60_000)));
    session
        .verdicts()
        .into_iter()
        .filter(|standing| standing.broken.is_some())
        .map(|one| one.property.name)
        .collect()
}

#[test]
fn a_counterexample_breaks_its_property_when_it_is_played() {
    let budget = Budget { timeouts: 2, ..Budget::default() };
    let question = Question { budget: Some(budget), ..Question::default() };
    let found = search(&raft(&["one-vote-per-term"]), &question);
    let violated: Vec<_> = found.properties.iter().filter(|one| one.verdict == "violated").collect();
    assert!(!violated.is_empty(), "{found:?}");
    for one in violated {
        let played = broken_when_played(one.run.as_ref().unwrap());
        assert!(played.contains(&one.name.as_str()), "{} is not among {played:?}", one.name);
    }
}

#[test]
fn a_search_can_start_in_the_middle_of_a_run() {
    let mut recording = raft(&[]);
    recording.at = Micros::ms(400).0;
    let budget = Budget { timeouts: 1, crashes: 1, ..Budget::default() };
    let question = Question { budget: Some(budget), here: true, ..Question::default() };
    let found = search(&recording, &question);
    assert!(found.complete && found.states > 10, "{found:?}");
    let longest = found.samples.iter().find(|sample| sample.title == "the longest run").unwrap();
    let session = open(longest.run.as_ref().unwrap()).unwrap();
    assert_eq!(session.position().branches, 2);
}

/// The messages under way have other ids in a run than in a search, and the run that is found must name those of the run.
#[test]
fn what_a_search_finds_in_the_middle_of_a_run_plays_from_there() {
    let mut recording = raft(&["one-vote-per-term"]);
    recording.at = Micros::ms(400).0;
    let budget = Budget { timeouts: 2, ..Budget::default() };
    let question = Question { budget: Some(budget), here: true, states: 60_000, ..Question::default() };
    let found = search(&recording, &question);
    let violated = found.properties.iter().find(|one| one.name == "Election Safety").unwrap();
    assert_eq!(violated.verdict, "violated");
    assert_eq!(broken_when_played(violated.run.as_ref().unwrap()), ["Election Safety"]);
}

/// Two servers are crashed for nothing and a link is cut and healed; only what lets two leaders be elected matters.
#[test]
fn a_failing_run_is_shortened_to_what_matters() {
    let mut recording = raft(&["one-vote-per-term"]);
    let deeds = [
        r#"{"at":1000,"do":{"force":{"cut":[[0,1]]}}}"#,
        r#"{"at":1500,"do":{"force":{"heal":[[0,1]]}}}"#,
        r#"{"at":2000,"do":{"force":{"fire":[0,"election"]}}}"#,
        r#"{"at":2500,"do":{"force":{"slow":[0,1,90000,90000]}}}"#,
        r#"{"at":3000,"do":{"force":{"fire":[2,"election"]}}}"#,
    ];
    recording.branches = vec![catalog::BranchRecord {
        name: "main".to_owned(),
        fork: None,
        interventions: deeds.iter().map(|deed| serde_json::from_str(deed).unwrap()).collect(),
    }];
    recording.at = Micros::ms(400).0;
    let shortened = catalog::minimise(&recording).unwrap().unwrap();
    assert_eq!((shortened.before, shortened.after, &*shortened.property), (5, 2, "Election Safety"));
    assert_eq!(broken_when_played(&shortened.recording), ["Election Safety"]);
    recording.branches[0].interventions.truncate(2);
    assert_eq!(catalog::minimise(&recording).unwrap(), None, "nothing is broken without them");
}
