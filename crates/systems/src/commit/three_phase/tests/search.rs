//! Every run within small budgets.

use std::fmt::Write;
use std::rc::Rc;

use expect_test::expect;
use explorer::{Limits, Plan, Verdict};
use kernel::{Budget, Faults, Room};

use super::super::super::moments::decided;
use super::super::super::tests::{broken, every_moment_comes, found, open, setup};
use super::super::ThreePhaseRoom;

#[test]
fn every_property_holds_in_every_run_with_two_crashes() {
    expect![[r#"
        173524 states, depth 31
            Commit is possible: seen after 17"#]]
    .assert_eq(&found::<ThreePhaseRoom>(&[], |_| ()));
    expect![[r#"
        182276 states, depth 31
            Commit is possible: seen after 17"#]]
    .assert_eq(&found::<ThreePhaseRoom>(&[("votes", "any")], |_| ()));
}

#[test]
fn every_property_holds_with_three_participants_where_nobody_comes_back() {
    let set = [("participants", "3"), ("restarts", "0")];
    expect![[r#"
        20903 states, depth 37
            Commit is possible: seen after 25"#]]
    .assert_eq(&found::<ThreePhaseRoom>(&set, |_| ()));
}

#[test]
fn two_transactions_one_after_the_other_do_not_get_mixed_up() {
    expect![[r#"
        414078 states, depth 45
            Commit is possible: seen after 17"#]]
    .assert_eq(&found::<ThreePhaseRoom>(&[], |budget| (budget.requests, budget.crashes) = (2, 1)));
}

/// Without reliable timeouts, two nodes coordinate at once, and nobody has to crash.
#[test]
fn a_timeout_that_is_wrong_is_enough_to_decide_twice() {
    expect![[r#"
        172831 states, depth 32
            Agreement: broken after 10: C has decided to commit T1, and P1 to abort it
            Commit is possible: seen after 12
            Nobody is in doubt beside a commit: broken after 8: C has committed T1, and P1 is in doubt about it
            Everybody decides: unknown"#]].assert_eq(&found::<ThreePhaseRoom>(&[("reliable-timeouts", "off")], |_| ()));
}

#[test]
fn every_rule_that_is_off_is_caught() {
    let mut table = String::new();
    for rule in ThreePhaseRoom::rules() {
        let found = broken::<ThreePhaseRoom>(&[("without", rule.name)]);
        assert!(!found.is_empty(), "{} can be left out", rule.name);
        let found = found.iter().map(|(name, length)| format!("{name} after {length}"));
        writeln!(table, "{}: {}", rule.name, found.collect::<Vec<_>>().join(", ")).unwrap();
    }
    expect![[r#"
        unanimity: Agreement after 10, Unanimity after 7, Nobody is in doubt beside a commit after 10, Everybody decides after 13
        force-vote: Agreement after 13, Everybody decides after 16
        pre-commit: Agreement after 11, Nobody is in doubt beside a commit after 7
        force-pre-commit: Agreement after 14
        all-acknowledge: Agreement after 15, Nobody is in doubt beside a commit after 9
        newest-coordinator: Agreement after 18
        ask-after-crash: Agreement after 11, Nobody is in doubt beside a commit after 9
    "#]].assert_eq(&table);
}

#[test]
fn every_moment_of_the_grid_comes_about() {
    every_moment_comes::<ThreePhaseRoom>(&[]);
}

/// From the moment the network has been cut: timeouts are right about what cannot come any more, and no further fault
/// is needed.
#[test]
fn a_search_from_the_partition_on_finds_that_it_is_decided_twice() {
    let (scenario, mut history) = open::<ThreePhaseRoom>("partition", 1, &[]);
    while history.run().state().wires.is_empty() {
        assert!(history.step(scenario.length), "the network is cut");
    }
    let (_, setup) = setup::<ThreePhaseRoom>("partition", &[("reliable-timeouts", "on")]);
    let budget = Budget { timeouts: 100, requests: 0, ..Budget::NONE };
    let system =
        Rc::new(ThreePhaseRoom::build(&setup).expect("the values fit together").bounded(budget.into()));
    let limits = Limits { states: 100_000, ..Limits::default() };
    let plan = Plan { from: Some(history.run().state().clone()), limits, ..Plan::default() };
    let mut search = explorer::run(system, plan);
    let (property, verdict) = search.report().properties.swap_remove(0);
    let Verdict::Violated { state, length, .. } = verdict else { panic!("{} is not broken", property.name) };
    let state = search.state(state);
    let decisions = (0..3).map(|node| decided(&state, node, 1));
    let decisions: Vec<_> =
        decisions.map(|decision| decision.map_or("-", |yes| ["abort", "commit"][usize::from(yes)])).collect();
    expect!["5 steps on: commit - abort"].assert_eq(&format!("{length} steps on: {}", decisions.join(" ")));
}
