//! What the protocols do in every schedule.

mod stories;
mod valency;

use std::rc::Rc;

use expect_test::expect;
use explorer::{Plan, run};
use kernel::{Faults, Room};

use super::{Flp, Processes};
use crate::shared::testing::setup;

/// The system of a scenario, with some options set, and within the budget of its search.
fn open(scenario: &str, set: &[(&str, &str)]) -> Processes {
    let (_, setup) = setup::<Flp>(scenario, set);
    Flp::build(&setup).expect("options that go together").bounded(Flp::search(&setup))
}

/// Configurations and transitions; 0-valent, 1-valent, bivalent, stuck and critical ones; and the verdicts.
fn counts(scenario: &str, set: &[(&str, &str)]) -> String {
    let mut search = run(Rc::new(open(scenario, set)), Plan { edges: true, ..Plan::default() });
    let report = search.report();
    let states = report.progress.states as u32;
    let decided = (0..states).map(|state| search.outcomes(state)).collect();
    let graph = search.graph().expect("the edges were asked for");
    let valency = graph.valency(decided);
    let count = |wanted: u16| valency.iter().filter(|&&set| set == wanted).count();
    let critical = graph.critical(&valency).len();
    let verdicts = report.properties.iter().map(|(property, verdict)| {
        let word = match verdict {
            explorer::Verdict::Holds => "holds".to_owned(),
            explorer::Verdict::Violated { length, .. } => format!("broken after {length}"),
            explorer::Verdict::Unknown => "unknown".to_owned(),
            other @ (explorer::Verdict::Witnessed { .. } | explorer::Verdict::Unreached) => {
                format!("{other:?}")
            }
        };
        format!("{} {word}", property.name)
    });
    let verdicts: Vec<String> = verdicts.collect();
    format!(
        "{states} configurations, {} transitions: {} 0-valent, {} 1-valent, {} bivalent ({critical} critical), {} stuck; {}\n",
        report.progress.transitions,
        count(1),
        count(2),
        count(3),
        count(0),
        verdicts.join(", "),
    )
}

/// What is known of each scenario with these options.
fn table(scenarios: &[&str], set: &[(&str, &str)]) -> String {
    scenarios.iter().map(|name| format!("{name}: {}", counts(name, set))).collect()
}

const SIMPLE: &[&str] = &["wait-for-all", "first-heard", "majority", "rotating-coordinator", "paxos"];
const ROUNDS: &[&str] = &["ben-or-no-coin", "ben-or"];
const DETECTORS: &[&str] = &["failure-detector", "bounded-delays"];

#[test]
fn two_processes() {
    let all = table(
        &[SIMPLE, ROUNDS, DETECTORS].concat(),
        &[("processes", "2"), ("inputs", "any"), ("crash", "on")],
    );
    expect![[r#"
        wait-for-all: 84 configurations, 136 transitions: 51 0-valent, 17 1-valent, 0 bivalent (0 critical), 16 stuck; Agreement holds, Validity holds, Termination broken after 2
        first-heard: 84 configurations, 136 transitions: 23 0-valent, 23 1-valent, 22 bivalent (4 critical), 16 stuck; Agreement broken after 3, Validity holds, Termination broken after 2
        majority: 84 configurations, 136 transitions: 51 0-valent, 17 1-valent, 0 bivalent (0 critical), 16 stuck; Agreement holds, Validity holds, Termination broken after 2
        rotating-coordinator: 88 configurations, 132 transitions: 26 0-valent, 26 1-valent, 0 bivalent (0 critical), 36 stuck; Agreement holds, Validity holds, Termination broken after 2
        paxos: 280 configurations, 472 transitions: 74 0-valent, 74 1-valent, 0 bivalent (0 critical), 132 stuck; Agreement holds, Validity holds, Termination broken after 2
        ben-or-no-coin: 276 configurations, 448 transitions: 128 0-valent, 60 1-valent, 0 bivalent (0 critical), 88 stuck; Agreement holds, Validity holds, Termination broken after 2
        ben-or: 452 configurations, 832 transitions: 110 0-valent, 110 1-valent, 18 bivalent (6 critical), 214 stuck; Agreement holds, Validity holds, Termination broken after 2
        failure-detector: 376 configurations, 644 transitions: 110 0-valent, 110 1-valent, 12 bivalent (2 critical), 144 stuck; Agreement holds, Validity holds, Termination broken after 2
        bounded-delays: 96 configurations, 140 transitions: 26 0-valent, 26 1-valent, 0 bivalent (0 critical), 44 stuck; Agreement holds, Validity holds, Termination broken after 2
    "#]].assert_eq(&all);
}

#[test]
fn three_processes() {
    let all = table(&[SIMPLE, DETECTORS].concat(), &[]);
    expect![[r#"
        wait-for-all: 2518 configurations, 7980 transitions: 1196 0-valent, 1196 1-valent, 0 bivalent (0 critical), 126 stuck; Agreement holds, Validity holds, Termination broken after 4
        first-heard: 3334 configurations, 9852 transitions: 602 0-valent, 602 1-valent, 2130 bivalent (120 critical), 0 stuck; Agreement broken after 3, Validity holds, Termination holds
        majority: 2896 configurations, 8898 transitions: 1472 0-valent, 347 1-valent, 1077 bivalent (75 critical), 0 stuck; Agreement broken after 3, Validity holds, Termination holds
        rotating-coordinator: 2776 configurations, 7824 transitions: 1292 0-valent, 1292 1-valent, 64 bivalent (8 critical), 128 stuck; Agreement holds, Validity holds, Termination broken after 3
        paxos: 405440 configurations, 1789556 transitions: 192117 0-valent, 192117 1-valent, 526 bivalent (50 critical), 20680 stuck; Agreement holds, Validity holds, Termination unknown
        failure-detector: 163500 configurations, 680178 transitions: 78719 0-valent, 78719 1-valent, 370 bivalent (52 critical), 5692 stuck; Agreement holds, Validity holds, Termination unknown
        bounded-delays: 3286 configurations, 8508 transitions: 1611 0-valent, 1611 1-valent, 64 bivalent (8 critical), 0 stuck; Agreement holds, Validity holds, Termination holds
    "#]].assert_eq(&all);
}

#[test]
fn three_processes_in_rounds() {
    expect![[r#"
        ben-or-no-coin: 872208 configurations, 2400600 transitions: 248210 0-valent, 378620 1-valent, 346 bivalent (84 critical), 245032 stuck; Agreement holds, Validity holds, Termination unknown
        ben-or: 704900 configurations, 2320484 transitions: 90860 0-valent, 261724 1-valent, 396 bivalent (130 critical), 351920 stuck; Agreement holds, Validity holds, Termination unknown
    "#]].assert_eq(&table(ROUNDS, &[]));
    expect![[r#"
        ben-or-no-coin: 21682 configurations, 58980 transitions: 4532 0-valent, 4532 1-valent, 0 bivalent (0 critical), 12618 stuck; Agreement holds, Validity holds, Termination unknown
        ben-or: 21682 configurations, 68232 transitions: 4532 0-valent, 4532 1-valent, 0 bivalent (0 critical), 12618 stuck; Agreement holds, Validity holds, Termination unknown
    "#]].assert_eq(&table(ROUNDS, &[("bound", "1"), ("inputs", "any"), ("crash", "on")]));
}

#[test]
fn four_processes() {
    expect![[r#"
        wait-for-all: 21905 configurations, 123780 transitions: 21585 0-valent, 0 1-valent, 0 bivalent (0 critical), 320 stuck; Agreement holds, Validity holds, Termination broken after 8
        first-heard: 75158 configurations, 369448 transitions: 3370 0-valent, 3370 1-valent, 68418 bivalent (304 critical), 0 stuck; Agreement broken after 3, Validity holds, Termination holds
        majority: 34226 configurations, 175304 transitions: 830 0-valent, 830 1-valent, 32566 bivalent (236 critical), 0 stuck; Agreement broken after 6, Validity holds, Termination holds
    "#]].assert_eq(&table(&SIMPLE[..3], &[("processes", "4"), ("inputs", "0011")]));
}

#[test]
fn without_idle_deliveries_the_verdicts_are_the_same() {
    for scenario in [SIMPLE, DETECTORS].concat() {
        let verdicts =
            |set: &[(&str, &str)]| counts(scenario, set).split_once("; ").map(|it| it.1.to_owned());
        assert_eq!(verdicts(&[("idle", "off")]), verdicts(&[]), "{scenario}");
    }
}
