//! Every run within small budgets.

use std::fmt::Write;

use expect_test::expect;
use kernel::Room;

use super::super::super::tests::{broken, every_moment_comes, found};
use super::super::TwoPhaseRoom;

#[test]
fn every_property_holds_in_every_run_with_one_crash() {
    expect![[r#"
        328699 states, depth 34
            Commit is possible: seen after 16
            Blocking is possible: seen after 8"#]]
    .assert_eq(&found::<TwoPhaseRoom>(&[], |_| ()));
    expect![[r#"
        425680 states, depth 34
            Commit is possible: seen after 16
            Blocking is possible: seen after 8"#]]
    .assert_eq(&found::<TwoPhaseRoom>(&[("votes", "any")], |_| ()));
}

#[test]
fn every_property_holds_with_two_participants_and_two_crashes() {
    let two = [("participants", "2"), ("restarts", "2")];
    expect![[r#"
        118517 states, depth 25
            Commit is possible: seen after 11
            Blocking is possible: seen after 5"#]]
    .assert_eq(&found::<TwoPhaseRoom>(&two, |budget| budget.crashes = 2));
    expect![[r#"
        135535 states, depth 25
            Commit is possible: seen after 11
            Blocking is possible: seen after 5"#]]
    .assert_eq(&found::<TwoPhaseRoom>(&[two[0], two[1], ("votes", "any")], |budget| budget.crashes = 2));
}

/// Timeouts that are wrong, lost and copied messages, cut links: two-phase commit stays safe. Whether everybody decides
/// is not known then, since a budget ends the asking.
#[test]
fn nothing_is_broken_by_unreliable_timeouts_and_links() {
    let set = [("participants", "2"), ("reliable-timeouts", "off")];
    expect![[r#"
        293298 states, depth 29
            Commit is possible: seen after 11
            Everybody decides: unknown
            Blocking is possible: seen after 6"#]]
    .assert_eq(&found::<TwoPhaseRoom>(&set, |budget| budget.crashes = 1));
    expect![[r#"
        188088 states, depth 25
            Commit is possible: seen after 11
            Everybody decides: unknown
            Blocking is possible: seen after 6"#]]
    .assert_eq(&found::<TwoPhaseRoom>(&set, |budget| {
        (budget.crashes, budget.losses, budget.timeouts) = (1, 1, 2);
    }));
    expect![[r#"
        650779 states, depth 27
            Commit is possible: seen after 11
            Everybody decides: unknown
            Blocking is possible: seen after 6"#]]
    .assert_eq(&found::<TwoPhaseRoom>(&set, |budget| {
        (budget.crashes, budget.duplicates, budget.timeouts) = (1, 1, 2);
    }));
    expect![[r#"
        68122 states, depth 22
            Commit is possible: seen after 11
            Everybody decides: unknown
            Blocking is possible: not seen"#]]
    .assert_eq(&found::<TwoPhaseRoom>(&set, |budget| {
        (budget.crashes, budget.cuts, budget.timeouts) = (0, 2, 2);
    }));
}

#[test]
fn two_transactions_one_after_the_other_do_not_get_mixed_up() {
    let set = [("participants", "2")];
    expect![[r#"
        130640 states, depth 31
            Commit is possible: seen after 11
            Blocking is possible: seen after 6"#]]
    .assert_eq(&found::<TwoPhaseRoom>(&set, |budget| budget.requests = 2));
}

#[test]
fn every_rule_that_is_off_is_caught() {
    let mut table = String::new();
    for rule in TwoPhaseRoom::rules() {
        let found = broken::<TwoPhaseRoom>(&[("without", rule.name)]);
        assert!(!found.is_empty(), "{} can be left out", rule.name);
        let found = found.iter().map(|(name, length)| format!("{name} after {length}"));
        writeln!(table, "{}: {}", rule.name, found.collect::<Vec<_>>().join(", ")).unwrap();
    }
    expect![[r#"
        unanimity: Agreement after 10, Unanimity after 7
        force-vote: Agreement after 14
        force-decision: Agreement after 14, No reversal after 12
        wait-in-doubt: Agreement after 12
        abort-if-undecided: Everybody decides after 10
    "#]]
    .assert_eq(&table);
}

#[test]
fn every_moment_of_the_grid_comes_about() {
    every_moment_comes::<TwoPhaseRoom>(&[]);
}
