//! Every scenario makes its point: at seed 1 exactly, and under twenty other seeds.

use std::fmt::Write;

use expect_test::expect;
use kernel::Room;
use simulator::History;

use super::super::super::moments::decided;
use super::super::super::tests::{broken_in, open};
use super::super::super::words;
use super::super::{Nodes, ThreePhaseRoom};

fn play(name: &str, seed: u64) -> History<Nodes> {
    let (scenario, mut history) = open::<ThreePhaseRoom>(name, seed, &[]);
    while history.step(scenario.length) {}
    history
}

/// What each node has decided on the first transaction.
fn decisions(history: &History<Nodes>) -> Vec<Option<bool>> {
    let now = history.run().state();
    (0..now.locals.len() as u16).map(|node| decided(now, node, 1)).collect()
}

#[test]
fn the_outcomes_at_seed_1() {
    let mut table = String::new();
    for scenario in ThreePhaseRoom::scenarios() {
        let history = play(scenario.name, 1);
        let word = |decision: Option<bool>| decision.map_or("-", words::decision);
        let decisions: Vec<&str> = decisions(&history).into_iter().map(word).collect();
        writeln!(table, "{}: {}", scenario.name, decisions.join(" ")).unwrap();
        for (property, broken) in history.run().verdicts() {
            if let Some(broken) = broken {
                writeln!(table, "    broken at {}: {}: {}", broken.at, property.name, broken.reason).unwrap();
            }
        }
    }
    expect![[r#"
        commit: commit commit commit
        abort: abort abort abort abort
        coordinator-crash: - abort abort abort
        told-one: commit commit commit commit
        two-crashes: - abort abort abort
        crash-in-doubt: commit commit commit commit
        partition: commit commit abort
            broken at 707.852 ms: Agreement: P1 has decided to commit T1, and P2 to abort it
            broken at 211.235 ms: Nobody is in doubt beside a commit: C has committed T1, and P2 is in doubt about it
        no-pre-commit: commit abort abort
            broken at 424.997 ms: Agreement: C has decided to commit T1, and P1 to abort it
            broken at 61.235 ms: Nobody is in doubt beside a commit: C has committed T1, and P1 is in doubt about it
        early-commit: commit abort abort
            broken at 424.997 ms: Agreement: C has decided to commit T1, and P1 to abort it
            broken at 71.235 ms: Nobody is in doubt beside a commit: C has committed T1, and P1 is in doubt about it
        old-coordinator: - abort commit
            broken at 1204.015 ms: Agreement: P1 has decided to abort T1, and P2 to commit it
        decides-alone: - commit abort
            broken at 1298.951 ms: Agreement: P1 has decided to commit T1, and P2 to abort it
        lost-vote: commit abort commit
            broken at 245.323 ms: Agreement: P1 has decided to abort T1, and P2 to commit it
        lost-pre-commit: abort commit commit
            broken at 771.236 ms: Agreement: C has decided to abort T1, and P1 to commit it
    "#]].assert_eq(&table);
}

#[test]
fn every_scenario_makes_its_point_under_twenty_seeds() {
    for scenario in ThreePhaseRoom::scenarios() {
        for seed in 100..120 {
            let history = play(scenario.name, seed);
            let decisions = decisions(&history);
            assert!(point(scenario.name, &history), "{} under seed {seed}: {decisions:?}", scenario.name);
        }
    }
}

/// A scenario that breaks nothing with its own number of participants breaks nothing with another, and something happens.
#[test]
fn no_scenario_minds_how_many_participants_there_are() {
    for scenario in ThreePhaseRoom::scenarios() {
        let safe = broken_in::<ThreePhaseRoom>(&play(scenario.name, 3)).is_empty();
        for participants in ["1", "2", "5", "9"] {
            let (_, mut history) =
                open::<ThreePhaseRoom>(scenario.name, 3, &[("participants", participants)]);
            history.advance(scenario.length, 5_000);
            assert!(history.run().steps() > 0, "{} with {participants}", scenario.name);
            let broken = broken_in::<ThreePhaseRoom>(&history);
            assert!(!safe || broken.is_empty(), "{} with {participants}: {broken:?}", scenario.name);
        }
    }
}

/// What a scenario is there to show.
fn point(name: &str, history: &History<Nodes>) -> bool {
    const COMMIT: Option<bool> = Some(true);
    const ABORT: Option<bool> = Some(false);
    let broken = broken_in::<ThreePhaseRoom>(history);
    let decisions = decisions(history);
    let all = |decision| decisions.iter().all(|&other| other == decision);
    match name {
        "commit" | "told-one" | "crash-in-doubt" => broken.is_empty() && all(COMMIT),
        "abort" => broken.is_empty() && all(ABORT),
        "coordinator-crash" | "two-crashes" => broken.is_empty() && decisions == [None, ABORT, ABORT, ABORT],
        "partition" => broken.contains(&"Agreement") && decisions == [COMMIT, COMMIT, ABORT],
        "no-pre-commit" => broken.contains(&"Agreement") && decisions == [COMMIT, ABORT, ABORT],
        "early-commit" => broken.contains(&"Agreement") && decisions == [COMMIT, ABORT, ABORT],
        "old-coordinator" => broken.contains(&"Agreement") && decisions == [None, ABORT, COMMIT],
        "decides-alone" => broken.contains(&"Agreement") && decisions == [None, COMMIT, ABORT],
        "lost-vote" => broken.contains(&"Agreement") && decisions[..2] == [COMMIT, ABORT],
        "lost-pre-commit" => broken.contains(&"Agreement") && decisions == [ABORT, COMMIT, COMMIT],
        _ => panic!("{name} has no point"),
    }
}
