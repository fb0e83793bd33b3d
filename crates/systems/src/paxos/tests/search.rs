//! Every run, within the budgets that a search starts with: what holds, what does not, and how short the way there is.

use std::fmt::Write;
use std::rc::Rc;

use expect_test::{expect, expect_file};
use explorer::{Limits, Plan, Report, Verdict};
use kernel::{Faults, Kind, Room};

use super::PaxosRoom;
use crate::shared::testing::setup;

/// Searches the room with these values.
fn search(scenario: &str, set: &[(&str, &str)]) -> Report {
    let setup = setup::<PaxosRoom>(scenario, set).1;
    let system = PaxosRoom::build(&setup).expect("the values fit together");
    let system = system.bounded(PaxosRoom::search(&setup));
    let limits = Limits { states: 1_000_000, ..Limits::default() };
    explorer::run(Rc::new(system), Plan { limits, edges: true, ..Plan::default() }).report()
}

/// The same with the usual values, two proposers among them.
fn search_two(set: &[(&str, &str)]) -> Report {
    search("first", &[&[("proposers", "2")], set].concat())
}

fn words(report: &Report) -> String {
    let progress = report.progress;
    let whole = if report.complete { "" } else { ", cut short" };
    let mut text = format!(
        "{} states, {} transitions, depth {}{whole}\n",
        progress.states, progress.transitions, progress.depth
    );
    for (property, verdict) in &report.properties {
        let name = property.name;
        match verdict {
            Verdict::Holds => {}
            Verdict::Violated { length, reason, .. } => {
                writeln!(text, "    {name} broken after {length}: {reason}").unwrap();
            }
            Verdict::Witnessed { length, .. } => writeln!(text, "    {name}: after {length}").unwrap(),
            Verdict::Unreached => writeln!(text, "    {name}: never").unwrap(),
            Verdict::Unknown => writeln!(text, "    {name}: not decided").unwrap(),
        }
    }
    text
}

#[test]
fn all_runs_of_each_scenario() {
    let mut table = String::new();
    for scenario in PaxosRoom::scenarios() {
        let report = search(scenario.name, &[]);
        write!(table, "{}: {}", scenario.name, words(&report)).unwrap();
    }
    expect_file!["runs.txt"].assert_eq(&table);
}

/// Everything but termination, of which the limits leave open whether it comes: the limit of one timeout keeps a server
/// that has waited in vain from starting over.
#[test]
fn with_all_rules_on_everything_safe_holds_in_all_runs() {
    let report = search_two(&[]);
    assert!(report.complete);
    for (property, verdict) in &report.properties {
        let fine = match property.kind {
            Kind::Always => *verdict == Verdict::Holds,
            Kind::Eventually | Kind::Recurrently => *verdict == Verdict::Unknown,
            Kind::Reachable => matches!(verdict, Verdict::Witnessed { .. }),
        };
        assert!(fine, "{}: {verdict:?}", property.name);
    }
    expect![[r#"
        196070 states, 753673 transitions, depth 29
            A choice is possible: after 4
            Termination: not decided
    "#]]
    .assert_eq(&words(&report));
}

/// A proposer that was overtaken starts over after a while, so two can overtake each other for ever. With a limit on
/// timeouts that is not seen to its end, however many are allowed; without the wait it is a round, and nothing withheld.
#[test]
fn a_limit_on_timeouts_never_lets_termination_hold() {
    let two = [("acceptors", "2"), ("leader", "off"), ("patience", "0")];
    for timeouts in 0..3 {
        let setup = setup::<PaxosRoom>("second-proposer", &two).1;
        let within = PaxosRoom::search(&setup).with("timeouts", timeouts);
        let system = PaxosRoom::build(&setup).expect("the values fit together").bounded(within);
        let report = explorer::run(Rc::new(system), Plan::default()).report();
        assert!(
            report.complete && words(&report).ends_with("Termination: not decided\n"),
            "{}",
            words(&report)
        );
        assert_eq!(
            report.beyond.iter().map(|one| one.by).collect::<Vec<_>>(),
            [kernel::Limit::Count("timeouts")]
        );
    }
    let at_once = [two[0], two[1], two[2], ("backoff-min", "0"), ("backoff-max", "0")];
    assert!(length(&search("second-proposer", &at_once), "Termination").is_some());
}

#[test]
fn each_rule_switched_off_is_caught() {
    let mut table = String::new();
    for rule in PaxosRoom::rules() {
        // With a crash and a timer the space is large, and the shortest way to the break is found long before its end.
        let leader = if rule.name == "persist-promise" { "off" } else { "on" };
        let report = search_two(&[("leader", leader), ("without", rule.name)]);
        assert!(report.complete);
        assert!(length(&report, "Agreement").is_some(), "{} is there for agreement", rule.name);
        write!(table, "without {}: {}", rule.name, words(&report)).unwrap();
    }
    expect![[r#"
        without keep-promise: 811139 states, 3045835 transitions, depth 31
            Agreement broken after 9: 0 is chosen in ballot 1, and 1 in ballot 2
            One answer broken after 11: S1 has learned 0, and S2 has learned 1
            Safe ballots broken after 7: ballot 2 asks for votes for 1, and ballot 1 has chosen another value or still could
            A choice is possible: after 4
            Termination: not decided
        without persist-promise: 106999 states, 392413 transitions, depth 24
            Agreement broken after 10: 0 is chosen in ballot 1, and 1 in ballot 2
            One answer broken after 12: S1 has learned 0, and S2 has learned 1
            Safe ballots broken after 7: ballot 2 asks for votes for 1, and ballot 1 has chosen another value or still could
            A choice is possible: after 4
            Termination: not decided
        without highest-ballot: 194970 states, 748238 transitions, depth 29
            Agreement broken after 13: 0 is chosen in ballot 3, and 1 in ballot 2
            One answer broken after 15: S1 has learned 0, and S2 has learned 1
            Safe ballots broken after 11: ballot 3 asks for votes for 0, and ballot 2 has chosen another value or still could
            A choice is possible: after 4
            Termination: not decided
        without one-value-per-ballot: 123155 states, 486622 transitions, depth 25
            Agreement broken after 9: 0 is chosen in ballot 1, and 1 in ballot 1
            One answer broken after 11: S1 has learned 0, and S2 has learned 1
            One value a ballot broken after 7: in ballot 1 S1 voted for 0, and S2 for 1
            A choice is possible: after 4
            Termination: not decided
        without majority: 6727 states, 33942 transitions, depth 18
            Agreement broken after 3: 0 is chosen in ballot 1, and 1 in ballot 2
            One answer broken after 3: S1 has learned 0, and S2 has learned 1
            Safe ballots broken after 3: ballot 2 asks for votes for 1, and ballot 1 has chosen another value or still could
            A choice is possible: after 1
    "#]].assert_eq(&table);
    let large = search_two(&[("without", "persist-promise")]);
    assert_eq!((large.complete, length(&large, "Agreement")), (false, Some(11)));
}

/// How many steps break a property.
fn length(report: &Report, name: &str) -> Option<usize> {
    report.properties.iter().find_map(|(property, verdict)| match verdict {
        Verdict::Violated { length, .. } if property.name == name => Some(*length),
        Verdict::Violated { .. }
        | Verdict::Holds
        | Verdict::Witnessed { .. }
        | Verdict::Unreached
        | Verdict::Unknown => None,
    })
}

#[test]
fn quorums_are_safe_if_and_only_if_they_meet() {
    for servers in [2, 3] {
        for prepare in 1..=servers {
            for accept in 1..=servers {
                let [n, q1, q2] = [servers, prepare, accept].map(|number: u32| number.to_string());
                let report = search_two(&[
                    ("leader", "off"),
                    ("acceptors", &n),
                    ("prepare-quorum", &q1),
                    ("accept-quorum", &q2),
                ]);
                assert!(report.complete, "{servers} servers");
                let always = report.properties.iter().filter(|(property, _)| property.kind == Kind::Always);
                let safe = always.clone().all(|(_, verdict)| *verdict == Verdict::Holds);
                assert_eq!(safe, prepare + accept > servers, "{prepare} and {accept} of {servers}");
            }
        }
    }
}

#[test]
fn a_lie_breaks_agreement_and_one_is_enough() {
    let report = search_two(&[("leader", "off"), ("liar", "3")]);
    expect![[r#"
        15804 states, 60593 transitions, depth 20
            Agreement broken after 8: 0 is chosen in ballot 1, and 1 in ballot 2
            One answer broken after 10: S1 has learned 0, and S2 has learned 1
            No false lesson broken after 7: S1 has learned 0, which was not chosen
            Safe ballots broken after 7: ballot 2 asks for votes for 1, and ballot 1 has chosen another value or still could
            A choice is possible: after 4
            Termination: not decided
    "#]].assert_eq(&words(&report));
}
