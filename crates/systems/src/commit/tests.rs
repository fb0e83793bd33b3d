//! What the tests of both rooms share: opening a scenario, searching a room, telling what was found.

mod stories;

use std::fmt::Write;
use std::rc::Rc;

use explorer::{Plan, Search, Verdict};
use kernel::{Budget, Cluster, Describe, Explain, Faults, Room};
use simulator::History;

use super::{Commit, Watch};
use crate::shared::testing::{self as shared, violated};
pub(super) use crate::shared::testing::{open, setup};

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
    violated(&search.report())
}

/// What a run has broken.
pub(super) fn broken_in<R: CommitRoom>(history: &History<R::System>) -> Vec<&'static str> {
    shared::broken(history.run())
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
