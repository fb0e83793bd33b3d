//! Every scenario makes its point: at seed 1 exactly, and under twenty other seeds.

use std::fmt::Write;

use expect_test::expect;
use kernel::Room;
use simulator::History;

use super::super::super::moments::decided;
use super::super::super::tests::{broken_in, open};
use super::super::super::{records, words};
use super::super::{Nodes, TwoPhaseRoom};

fn play(name: &str, seed: u64) -> History<Nodes> {
    let (scenario, mut history) = open::<TwoPhaseRoom>(name, seed, &[]);
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
    for scenario in TwoPhaseRoom::scenarios() {
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
        commit: commit commit commit commit
        abort: abort abort abort abort
        majority: commit commit commit abort
            broken at 61.235 ms: Agreement: C has decided to commit T1, and P3 to abort it
            broken at 61.235 ms: Unanimity: C decided to commit T1, and P3 had not voted yes
        many: commit commit commit
        blocked: commit commit commit commit
        told-one: commit commit commit commit
        asked-some: - abort abort abort
        missing-vote: abort abort abort -
        crash-in-doubt: commit commit commit commit
        lost-vote: commit abort commit commit
            broken at 89.04 ms: Agreement: C has decided to commit T1, and P1 to abort it
        lost-decision: abort commit abort abort
            broken at 147.235 ms: Agreement: C has decided to abort T1, and P1 to commit it
            broken at 147.235 ms: No reversal: C had decided to commit T1, and then decided to abort it
        impatient: commit abort abort abort
            broken at 370.71 ms: Agreement: C has decided to commit T1, and P1 to abort it
        forgetful: - - - -
    "#]]
    .assert_eq(&table);
}

#[test]
fn every_scenario_makes_its_point_under_twenty_seeds() {
    for scenario in TwoPhaseRoom::scenarios() {
        for seed in 100..120 {
            assert!(point(scenario.name, &play(scenario.name, seed)), "{} under seed {seed}", scenario.name);
        }
    }
}

/// A scenario that breaks nothing with its own number of participants breaks nothing with another, and something happens.
#[test]
fn no_scenario_minds_how_many_participants_there_are() {
    for scenario in TwoPhaseRoom::scenarios() {
        let safe = broken_in::<TwoPhaseRoom>(&play(scenario.name, 3)).is_empty();
        for participants in ["1", "2", "5", "9"] {
            let (_, mut history) = open::<TwoPhaseRoom>(scenario.name, 3, &[("participants", participants)]);
            history.advance(scenario.length, 5_000);
            assert!(history.run().steps() > 0, "{} with {participants}", scenario.name);
            let broken = broken_in::<TwoPhaseRoom>(&history);
            assert!(!safe || broken.is_empty(), "{} with {participants}: {broken:?}", scenario.name);
        }
    }
}

/// What a scenario is there to show.
fn point(name: &str, history: &History<Nodes>) -> bool {
    const COMMIT: Option<bool> = Some(true);
    const ABORT: Option<bool> = Some(false);
    let broken = broken_in::<TwoPhaseRoom>(history);
    let safe = broken.is_empty();
    let decisions = decisions(history);
    let all = |decision| decisions.iter().all(|&other| other == decision);
    let now = history.run().state();
    match name {
        "commit" | "told-one" | "crash-in-doubt" | "blocked" => {
            let rest = if name == "told-one" { &decisions[1..] } else { &decisions[..] };
            safe && rest.iter().all(|&one| one == COMMIT)
        }
        "abort" | "missing-vote" => {
            // Whoever was down when it was told has nothing to do with it any more.
            safe && decisions[..3].iter().all(|&one| one == ABORT)
        }
        "asked-some" => safe && decisions == [None, ABORT, ABORT, ABORT],
        "majority" => broken == ["Agreement", "Unanimity"] && decisions == [COMMIT, COMMIT, COMMIT, ABORT],
        "many" => {
            let ended = now.locals.iter().all(|local| records(local).decisions().count() >= 3);
            safe && ended && now.monitor.tx >= 8
        }
        "lost-vote" => broken.contains(&"Agreement") && decisions[..2] == [COMMIT, ABORT],
        "lost-decision" => broken.contains(&"Agreement") && decisions == [ABORT, COMMIT, ABORT, ABORT],
        "impatient" => broken == ["Agreement"] && decisions == [COMMIT, ABORT, ABORT, ABORT],
        "forgetful" => all(None) && now.locals.iter().all(kernel::Local::up),
        _ => panic!("{name} has no point"),
    }
}
