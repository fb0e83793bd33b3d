//! What the tests of both rooms share: opening a scenario, searching a room, telling what was found.

mod stories;

use std::fmt::Write;
use std::rc::Rc;

use explorer::{Plan, Search, Verdict};
use kernel::{Budget, Cluster, Describe, Explain, Faults, Room, Scenario, Setup};
use simulator::History;

use super::{Commit, Watch};

/// A room of this chapter.
pub(super) trait CommitRoom: Room<System = Cluster<Self::Protocol, Watch>> {
    type Protocol: Commit + Describe;
}

impl CommitRoom for super::three_phase::ThreePhaseRoom {
    type Protocol = super::three_phase::ThreePhase;
}

impl CommitRoom for super::two_phase::TwoPhaseRoom {
    type Protocol = super::two_phase::TwoPhase;
}

/// The values of a scenario, with some of them changed. `without` is a value too: rules, by name.
pub(super) fn setup<R: CommitRoom>(scenario: &str, set: &[(&str, &str)]) -> (Scenario<R::System>, Setup) {
    let found = R::scenarios().into_iter().find(|known| known.name == scenario);
    let found = found.expect("there is such a scenario");
    let mut setup = Setup { scenario: scenario.to_owned(), ..Setup::default() };
    for option in R::options() {
        setup.options.insert(option.name.to_owned(), option.default.to_owned());
    }
    for &(name, value) in found.set.iter().chain(set) {
        if name == "without" {
            setup.without.extend(value.split(',').filter(|rule| !rule.is_empty()).map(str::to_owned));
            assert!(setup.without.iter().all(|off| R::rules().iter().any(|rule| rule.name == off)));
        } else {
            let options = R::options();
            let option =
                options.iter().find(|option| option.name == name).expect("a scenario sets an option");
            option.check(value).expect("a scenario sets an option to what it may be");
            setup.options.insert(name.to_owned(), value.to_owned());
        }
    }
    (found, setup)
}

/// A scenario as a run under a seed.
pub(super) fn open<R: CommitRoom>(
    scenario: &str,
    seed: u64,
    set: &[(&str, &str)],
) -> (Scenario<R::System>, History<R::System>) {
    let (scenario, setup) = setup::<R>(scenario, set);
    let system = R::build(&setup).expect("a scenario can be built");
    let script = (scenario.script)(&system);
    (scenario, History::new(Rc::new(system), script, seed, Vec::new()))
}

/// Every run of the room, with some values and within the room's own budget as changed.
pub(super) fn search<R: CommitRoom>(
    set: &[(&str, &str)],
    change: impl Fn(&mut Budget),
) -> (Rc<R::System>, Box<dyn Search<R::System>>) {
    let first = R::scenarios()[0].name;
    let (_, setup) = setup::<R>(first, set);
    let mut budget = Budget::from(R::search(&setup));
    change(&mut budget);
    let system = Rc::new(R::build(&setup).expect("the values fit together").bounded(budget.into()));
    let search = explorer::run(Rc::clone(&system), Plan::default());
    (system, search)
}

/// What a search found, a line a property; those that hold are left out.
pub(super) fn found<R: CommitRoom>(set: &[(&str, &str)], change: impl Fn(&mut Budget)) -> String {
    let (_, mut search) = search::<R>(set, change);
    let report = search.report();
    let mut text = format!("{} states, depth {}", report.progress.states, report.progress.depth);
    assert!(report.complete, "every state has been found");
    for (property, verdict) in &report.properties {
        let said = match verdict {
            Verdict::Holds => continue,
            Verdict::Violated { length, reason, .. } => format!("broken after {length}: {reason}"),
            Verdict::Witnessed { length, .. } => format!("seen after {length}"),
            Verdict::Unreached => "not seen".to_owned(),
            Verdict::Unknown => "unknown".to_owned(),
        };
        write!(text, "\n    {}: {said}", property.name).expect("text can be written");
    }
    text
}

/// The names of the properties that a search finds broken.
pub(super) fn broken<R: CommitRoom>(set: &[(&str, &str)]) -> Vec<(&'static str, usize)> {
    let (_, mut search) = search::<R>(set, |_| ());
    let properties = search.report().properties.into_iter();
    let lengths = properties.filter_map(|(property, verdict)| match verdict {
        Verdict::Violated { length, .. } => Some((property.name, length)),
        Verdict::Holds | Verdict::Witnessed { .. } | Verdict::Unreached | Verdict::Unknown => None,
    });
    lengths.collect()
}

/// What a run has broken.
pub(super) fn broken_in<R: CommitRoom>(history: &History<R::System>) -> Vec<&'static str> {
    let verdicts = history.run().verdicts();
    verdicts.filter(|(_, broken)| broken.is_some()).map(|(property, _)| property.name).collect()
}

/// Every moment of the room comes about at some node, in a search without crashes.
pub(super) fn every_moment_comes<R: CommitRoom>(set: &[(&str, &str)]) {
    let (system, mut search) = search::<R>(set, |budget| budget.crashes = 0);
    let states = search.report().progress.states as u32;
    for moment in R::moments() {
        let comes = (0..states).any(|state| {
            let state = search.state(state);
            (0..system.nodes()).any(|node| (moment.at)(&system, &state, node))
        });
        assert!(comes, "{} never comes about", moment.name);
    }
}
