//! Every schedule, within small budgets: with all rules nothing breaks. (That each rule is
//! caught where it is off is a test over all rooms, in the catalogue.)

use std::fmt::Write;
use std::rc::Rc;

use expect_test::expect;
use explorer::{Limits, Plan, Search, Verdict};
use kernel::{Budget, Counts, Explain, Faults, Room, Setup};

use super::{MultiPaxosRoom, Servers};
use crate::shared::testing::{open, setup, violated};

fn search(setup: &Setup, within: impl Into<Counts>, limits: Limits) -> Box<dyn Search<Servers>> {
    let system = MultiPaxosRoom::build(setup).expect("a scenario can be built").bounded(within.into());
    explorer::open(Rc::new(system), Plan { limits, ..Plan::default() })
}

#[test]
fn with_all_rules_every_property_holds_in_the_whole_space() {
    let mut table = String::new();
    for name in ["normal-case", "window", "gap", "duplicate", "leader-crash"] {
        let setup = setup::<MultiPaxosRoom>(name, &[]).1;
        let mut search = search(&setup, MultiPaxosRoom::search(&setup), Limits::default());
        while search.advance(4_096).end.is_none() {}
        let report = search.report();
        assert!(report.complete);
        let progress = report.progress;
        writeln!(table, "{name}: {} states, {} transitions", progress.states, progress.transitions).unwrap();
        for (property, verdict) in &report.properties {
            match verdict {
                Verdict::Holds => {}
                Verdict::Witnessed { length, .. } => {
                    writeln!(table, "    {} after {length} steps", property.name).unwrap();
                }
                Verdict::Violated { .. } | Verdict::Unreached | Verdict::Unknown => {
                    panic!("{name}: {}: {verdict:?}", property.name);
                }
            }
        }
    }
    expect![[r#"
        normal-case: 401559 states, 2007779 transitions
            Progress after 6 steps
        window: 17844 states, 79001 transitions
            Progress after 6 steps
        gap: 663181 states, 4183419 transitions
            Progress after 5 steps
        duplicate: 17844 states, 79001 transitions
            Progress after 6 steps
        leader-crash: 178932 states, 966576 transitions
            Progress after 10 steps
    "#]]
    .assert_eq(&table);
}

/// Searches until this property is broken.
fn search_for(setup: &Setup, property: &str) -> Vec<(&'static str, usize)> {
    let mut search = search(setup, MultiPaxosRoom::search(setup), Limits::default());
    loop {
        let end = search.advance(4_096).end;
        let broken = violated(&search.report());
        if broken.iter().any(|(name, _)| *name == property) {
            return broken;
        }
        assert!(end.is_none(), "{} never breaks {property}", setup.scenario);
    }
}

#[test]
fn one_server_that_lies_is_enough() {
    let mut table = String::new();
    for (name, property) in [("lying-leader", "Validity"), ("lying-acceptor", "Agreement")] {
        let words = search_for(&setup::<MultiPaxosRoom>(name, &[]).1, property);
        writeln!(table, "{name}: {words:?}").unwrap();
    }
    expect![[r#"
        lying-leader: [("No false lesson", 6), ("State machine safety", 7), ("Validity", 6)]
        lying-acceptor: [("Agreement", 8), ("Higher ballots", 7), ("No false lesson", 5), ("State machine safety", 6)]
    "#]]
    .assert_eq(&table);
}

/// Two commands have been accepted and none is chosen: which of them it will be is open, and it will be one.
#[test]
fn either_of_two_commands_can_be_chosen_and_never_both() {
    let (_, mut setup) = setup::<MultiPaxosRoom>("broken-promise", &[]);
    setup.without.clear();
    let budget = Budget { timeouts: 1, ..Budget::default() };
    let mut search = search(&setup, budget, Limits::default());
    while search.advance(4_096).end.is_none() {}
    let mut seen = 0;
    for index in 0..search.progress().states as u32 {
        let outcomes = search.outcomes(index);
        assert!(outcomes.count_ones() <= 1);
        seen |= outcomes;
    }
    let system = MultiPaxosRoom::build(&setup).expect("it was built before");
    let names =
        (0..16).filter(|outcome| seen >> outcome & 1 == 1).map(|outcome| system.outcome_name(outcome));
    assert_eq!(names.collect::<Vec<_>>(), ["x=1", "y=2"]);
}

/// Nobody knows that x=1 is chosen in slot 1 when S2 gets y=2 chosen there: only who counts the votes sees it.
#[test]
fn a_choice_that_nobody_knows_of_counts() {
    let (scenario, mut history) = open::<MultiPaxosRoom>("recovered-command", 1, &[("without", "recover")]);
    history.advance(scenario.length, 10_000);
    let words = history.run().verdicts().filter_map(|(property, broken)| Some((property.name, broken?)));
    let broken: Vec<(&str, &str)> = words.map(|(name, broken)| (name, broken.reason.as_str())).collect();
    expect![[r#"
        [
            (
                "Agreement",
                "y=2 is chosen in slot 1 in ballot 2, and x=1 was chosen there before, in ballot 1",
            ),
            (
                "Higher ballots",
                "x=1 is chosen in slot 1 in ballot 1, and ballot 2 proposes y=2 there",
            ),
        ]
    "#]]
    .assert_debug_eq(&broken);
}
