//! What the search finds plays in the same picture: each run it found shows, when played, what it was found for.

use std::collections::BTreeMap;

use catalog::{Findings, Micros, Question, Recording, open};
use kernel::Budget;

fn search(recording: &Recording, question: &Question) -> Findings {
    let mut search = catalog::search(recording, question).expect("a search of a room that there is");
    while !search.advance(1_000) {}
    search.findings()
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
    let budget = Budget { timeouts: 2, ..Budget::NONE };
    let question = Question { limits: told(budget), ..Question::default() };
    let found = search(&raft(&["one-vote-per-term"]), &question);
    let violated: Vec<_> = found.properties.iter().filter(|one| one.verdict == "violated").collect();
    assert!(!violated.is_empty(), "{found:?}");
    for one in violated {
        let played = broken_when_played(one.run.as_ref().unwrap());
        assert!(played.contains(&one.name.as_str()), "{} is not among {played:?}", one.name);
    }
}

/// Nobody reads where nobody asks: that every read is right was not tested then.
#[test]
fn what_could_not_happen_was_not_tested() {
    let verdict = |set: &[(&str, &str)], budget: Budget| {
        let mut recording = raft(&[]);
        let set = set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        recording.options.extend(set);
        let found = search(&recording, &Question { limits: told(budget), ..Question::default() });
        assert!(found.complete);
        let one = |name: &str| {
            let mut properties = found.properties.iter();
            let one = properties.find(|one| one.name == name).expect("there is such a property");
            (one.verdict.clone(), one.reason.clone())
        };
        (one("Election Safety"), one("Linearizable reads"), one("Leader Completeness"))
    };
    let untested = |why: &str| ("untested".to_owned(), Some(why.to_owned()));
    let holds = || ("holds".to_owned(), None);
    let once = Budget { timeouts: 1, ..Budget::NONE };
    let later = "no server was elected after an entry was committed in an earlier term";
    assert_eq!(
        verdict(&[], Budget::NONE),
        (untested("no server was elected"), untested("no client asked to read"), untested(later))
    );
    assert_eq!(verdict(&[], once), (holds(), untested("no client asked to read"), untested(later)));
    let reads = [("clients", "read"), ("no-op", "off")];
    let asked = verdict(&reads, Budget { requests: 2, ..once });
    assert_eq!(asked, (holds(), holds(), untested(later)));
    assert_eq!(verdict(&[], Budget { timeouts: 2, ..Budget::NONE }).2, holds());
}

/// A link from before `confirm-reads` was taken apart.
#[test]
fn a_rule_is_known_by_its_former_name() {
    let off = |link: &str| {
        let recording = Recording::from_link(link).expect("the link is whole");
        let session = open(&recording).expect("an old link opens");
        let off = session.about().rules.iter().filter(|rule| !rule.on).map(|rule| rule.name);
        (off.collect::<Vec<_>>(), session.recording())
    };
    let (rules, recording) = off("raft/first-election?without=confirm-reads");
    assert_eq!(rules, ["confirm-leadership", "own-term-read"]);
    assert_eq!(recording.without, rules, "a new link has the new names");
    assert_eq!(off("raft/stale-read?with=confirm-reads").0, [""; 0]);
    assert_eq!(off("two-phase-commit/commit?without=presumed-abort").0, ["abort-if-undecided"]);
    let both = off("raft/stale-read?without=confirm-reads,own-term-read,client-sessions").0;
    assert_eq!(both, ["confirm-leadership", "own-term-read", "client-sessions"]);
}

#[test]
fn a_search_can_start_in_the_middle_of_a_run() {
    let mut recording = raft(&[]);
    recording.at = Micros::ms(400).0;
    let budget = Budget { timeouts: 1, crashes: 1, ..Budget::NONE };
    let question = Question { limits: told(budget), here: true, ..Question::default() };
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
    let budget = Budget { timeouts: 2, ..Budget::NONE };
    let question = Question { limits: told(budget), here: true, states: 60_000, ..Question::default() };
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

fn check(system: &str, scenario: &str, set: &[(&str, &str)], change: impl Fn(&mut Budget)) -> Findings {
    let mut recording = Recording::new(system, scenario, 1);
    recording.options.extend(set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let mut budget = Budget::from(open(&recording).expect("a scenario opens").about().limits);
    change(&mut budget);
    search(&recording, &Question { limits: told(budget), ..Question::default() })
}

/// A budget as a question tells it.
fn told(budget: Budget) -> BTreeMap<String, u32> {
    catalog::told(&budget.into())
}

fn finding<'a>(found: &'a Findings, name: &str) -> &'a catalog::Finding {
    found.properties.iter().find(|one| one.name == name).expect("the system has such a property")
}

/// Without a distinguished proposer one that was overtaken waits and starts over: here it may not, and the other's ballot
/// is all there is. With time for one retry the run goes on, up to the next limit.
#[test]
fn what_only_a_limit_keeps_from_happening_leaves_termination_unknown() {
    for (timeouts, limit) in [(0, "the limit of 0 timeouts"), (1, "the limit of 1 timeout ")] {
        let set = [("acceptors", "2"), ("proposers", "2"), ("leader", "off"), ("patience", "0")];
        let found = check("paxos", "second-proposer", &set, |budget| budget.timeouts = timeouts);
        let one = finding(&found, "Termination");
        assert_eq!((found.complete, one.verdict.as_str(), one.length), (true, "unknown", None));
        let words = one.sentence(found.states, false);
        assert!(words.starts_with("Not known: after ") && words.contains(limit), "{words}");
        let run = one.run.as_ref().expect("the run that the limit ends");
        assert!(open(run).expect("it opens").position().shown > Micros::ZERO);
    }
}

/// Where nobody may ask, nothing is proposed.
#[test]
fn without_requests_termination_is_not_tested() {
    let found = check("paxos", "duel", &[], |budget| budget.requests = 0);
    let words = finding(&found, "Termination").sentence(found.states, false);
    assert_eq!(
        words,
        "Not known: at the start only the limit of 0 requests keeps a client from asking, and what would come of it was not \
         searched."
    );
}

/// A vote, a request for one or a decision may be lost, or a link cut and healed: in a timed run somebody times out, so
/// nothing is broken. That all decide is not claimed: who asks again and again comes to the limit on timeouts.
#[test]
fn a_loss_does_not_leave_two_phase_commit_undecided() {
    let faults: [fn(&mut Budget); 2] =
        [|budget| (budget.crashes, budget.losses) = (0, 1), |budget| (budget.crashes, budget.cuts) = (0, 1)];
    for change in faults {
        let found = check("two-phase-commit", "commit", &[("participants", "2")], change);
        assert!(found.complete && found.assumption.is_none());
        assert!(
            found.properties.iter().all(|one| one.verdict != "violated"),
            "something is broken by a loss alone"
        );
        let one = finding(&found, "Everybody decides");
        let words = one.sentence(found.states, false);
        assert!(words.contains("again and again") || words.contains("the limit of 100 timeouts"), "{words}");
    }
}

#[test]
fn three_phase_commit_says_that_a_loss_breaks_its_assumption() {
    let found = check("three-phase-commit", "commit", &[], |budget| (budget.crashes, budget.losses) = (0, 1));
    let words = found.assumption.as_deref().unwrap_or_default();
    assert!(words.contains("assumes that no message is lost"), "{words}");
    assert_ne!(finding(&found, "Everybody decides").verdict, "violated");
    let broken = found.properties.iter().filter(|one| one.verdict == "violated");
    let broken: Vec<String> = broken.map(|one| one.sentence(found.states, false)).collect();
    assert!(!broken.is_empty());
    for words in broken {
        assert!(words.contains(" steps, in a run that breaks what the protocol assumes: "), "{words}");
    }
    let found = check("three-phase-commit", "commit", &[("participants", "1")], |budget| budget.crashes = 0);
    assert_eq!(found.assumption, None);
}

#[test]
fn critical_states_are_counted_only_where_all_are_known() {
    let question = |states| Question { valency: true, states, ..Question::default() };
    let flp = Recording::new("flp", "wait-for-all", 1);
    let whole = search(&flp, &question(1_000_000));
    let part = search(&flp, &question(200));
    assert_eq!((whole.complete, part.complete, whole.critical, part.critical), (true, false, Some(0), None));
    assert!(
        part.samples
            .iter()
            .all(|sample| !sample.title.starts_with("the ") || sample.title.ends_with("so far"))
    );
}
