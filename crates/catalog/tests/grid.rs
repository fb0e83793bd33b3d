//! The grid of crash points of the rooms of atomic commit: what each cell says, and that its run plays.

use std::fmt::Write;

use catalog::{Micros, Recording, grid, open};
use expect_test::expect;

/// A line a moment: what comes of it when each of the nodes crashes then.
fn table(system: &str, without: &[&str]) -> String {
    let mut recording = Recording::new(system, "commit", 1);
    recording.without = without.iter().map(|rule| (*rule).to_owned()).collect();
    let mut grid = grid(&recording).expect("the room has a grid");
    let (rows, columns) = (grid.rows(), grid.columns());
    let mut classes = vec![vec![String::new(); rows.len()]; columns.len()];
    while let Some(cell) = grid.next() {
        if let Some(run) = &cell.run {
            let mut session = open(run).expect("the run of a cell opens");
            session.seek(session.position().shown.plus(Micros::ms(60_000)));
            let broken = session.verdicts().into_iter().any(|standing| standing.broken.is_some());
            assert!(broken || cell.class != "inconsistent", "a run that ends in disagreement shows it");
        }
        classes[cell.column][cell.row] = match &*cell.outcomes {
            [] => cell.class,
            [(_, name)] => name.clone(),
            [..] => "either".to_owned(),
        };
    }
    let mut text = format!("{}\n", rows.join(" "));
    for (column, classes) in columns.iter().zip(classes) {
        let classes: Vec<&str> =
            classes.iter().map(|class| if class == "never" { "-" } else { class }).collect();
        writeln!(text, "{column}: {}", classes.join(" ")).expect("text can be written");
    }
    text
}

#[test]
fn two_phase_commit_is_blocked_where_its_coordinator_leaves_all_in_doubt() {
    expect![[r#"
        C P1 P2 P3
        has asked nobody to vote: nothing - - -
        has asked some to vote: abort - - -
        has asked all, votes are missing: blocked - - -
        has decided, told nobody: blocked - - -
        has told some the decision: commit - - -
        has told all the decision: commit - - -
        has not voted: - abort abort abort
        has voted yes, is in doubt: - commit commit commit
        knows the decision: - commit commit commit
    "#]]
    .assert_eq(&table("two-phase-commit", &[]));
}

#[test]
fn a_participant_that_does_not_wait_in_doubt_makes_a_cell_inconsistent() {
    expect![[r#"
        C P1 P2 P3
        has asked nobody to vote: nothing - - -
        has asked some to vote: abort - - -
        has asked all, votes are missing: abort - - -
        has decided, told nobody: inconsistent - - -
        has told some the decision: inconsistent - - -
        has told all the decision: commit - - -
        has not voted: - abort abort abort
        has voted yes, is in doubt: - commit commit commit
        knows the decision: - commit commit commit
    "#]]
    .assert_eq(&table("two-phase-commit", &["wait-in-doubt"]));
}

#[test]
fn three_phase_commit_is_never_blocked_by_one_crash() {
    expect![[r#"
        C P1 P2
        has asked nobody to vote: nothing - -
        has asked some to vote: abort - -
        has asked all, votes are missing: abort - -
        has pre-committed, told nobody: abort - -
        has told some of the pre-commit: either - -
        has told all of the pre-commit: commit - -
        has decided, told nobody: commit - -
        has told some the decision: commit - -
        has told all the decision: commit - -
        has not voted: - abort abort
        has voted yes, is in doubt: - commit commit
        is pre-committed: - commit commit
        knows the decision: - commit commit
    "#]]
    .assert_eq(&table("three-phase-commit", &[]));
}

#[test]
fn without_the_pre_commit_it_is_inconsistent() {
    expect![[r#"
        C P1 P2
        has asked nobody to vote: nothing - -
        has asked some to vote: abort - -
        has asked all, votes are missing: abort - -
        has pre-committed, told nobody: - - -
        has told some of the pre-commit: - - -
        has told all of the pre-commit: - - -
        has decided, told nobody: inconsistent - -
        has told some the decision: inconsistent - -
        has told all the decision: commit - -
        has not voted: - abort abort
        has voted yes, is in doubt: - commit commit
        is pre-committed: - - -
        knows the decision: - commit commit
    "#]]
    .assert_eq(&table("three-phase-commit", &["pre-commit"]));
}

/// Where timeouts are not reliable, participants ask again until the limit on timeouts is reached: that they have not
/// decided by then does not block them. What is worse in any case is said all the same.
#[test]
fn a_run_that_a_limit_ends_is_not_blocked() {
    let mut recording = Recording::new("two-phase-commit", "commit", 1);
    for (name, value) in [("reliable-timeouts", "off"), ("participants", "1")] {
        recording.options.insert(name.to_owned(), value.to_owned());
    }
    let mut grid = grid(&recording).expect("the room has a grid");
    let mut classes = Vec::new();
    while let Some(cell) = grid.next() {
        classes.push(cell.class);
    }
    assert!(!classes.iter().any(|class| class == "blocked"), "{classes:?}");
    assert!(classes.iter().any(|class| class == "unknown"), "{classes:?}");
}
