//! Labels of what happens in systems that are no clusters: the specifications of the reference models.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use explorer::{Label, Plan, Search, run, run_plain};
use kernel::{Explain, Room, Setup, System};
use systems::reference::{PaxosRoom, TCommitRoom, TwoPhaseRoom, VotingRoom};

fn build<R: Room>() -> Rc<R::System> {
    let options = R::options().into_iter();
    let options = options.map(|option| (option.name.to_owned(), option.default.to_owned())).collect();
    let setup = Setup { scenario: R::scenarios()[0].name.to_owned(), options, ..Setup::default() };
    Rc::new(R::build(&setup).expect("the defaults fit together"))
}

fn plan<R: Room>() -> Plan<R::System> {
    let mut plan = Plan { labels: true, label: Some(Label::told), ..Plan::default() };
    plan.limits.states = 5_000;
    plan
}

/// The labels of the transitions that were followed, state by state.
fn labels<S: System>(search: &dyn Search<S>) -> Vec<Vec<u32>> {
    let graph = search.graph().expect("labels keep the transitions");
    (0..graph.len() as u32).map(|state| graph.labels(state).to_vec()).collect()
}

fn one_label_an_event<R: Room>() {
    let system = build::<R>();
    let search = run(Rc::clone(&system), plan::<R>());
    let mut known = BTreeMap::new();
    for (state, labels) in (0..).zip(labels(&*search)) {
        let state = search.state(state);
        let events = system.enabled(&state);
        assert_eq!(events.len(), labels.len());
        for (event, label) in events.into_iter().zip(labels) {
            let meaning = search.meaning(label).expect("every event is at a node");
            assert_eq!((Some(meaning.node), meaning.from), (system.narrate(&state, &event).node, None));
            assert_eq!(*known.entry(event).or_insert(label), label);
        }
    }
    let distinct: BTreeSet<u32> = known.values().copied().collect();
    assert_eq!(distinct.len(), known.len());
    assert!(known.len() > 5, "{}: {known:?}", R::NAME);
    assert_eq!(labels(&*search), labels(&*run_plain(system, plan::<R>())));
}

#[test]
fn an_event_has_one_label_in_every_state() {
    one_label_an_event::<TCommitRoom>();
    one_label_an_event::<TwoPhaseRoom>();
    one_label_an_event::<VotingRoom>();
    one_label_an_event::<PaxosRoom>();
}

/// Where nodes change places an event would have the name of another, and where nobody says what events are they have none.
#[test]
fn where_events_have_no_names_there_are_no_labels() {
    let system = build::<TwoPhaseRoom>();
    let symmetric = Plan { symmetric: true, ..plan::<TwoPhaseRoom>() };
    let silent = Plan { label: None, ..plan::<TwoPhaseRoom>() };
    for plan in [symmetric, silent] {
        let search = run(Rc::clone(&system), plan);
        assert!(labels(&*search).concat().into_iter().all(|label| search.meaning(label).is_none()));
    }
}
