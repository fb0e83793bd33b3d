//! Every run within budgets: what holds in all of them, and what each rule is for.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::rc::Rc;

use expect_test::expect;
use explorer::{End, Limits, Plan, Search, Verdict};
use kernel::{Budget, Counts, Explain, Faults, Micros, Room, Setup};

use super::super::rules::RULES;
use super::{RaftRoom, Servers};
use crate::shared::testing::{open, setup, violated};

/// A scenario with some options set, some rules off and some on again.
fn changed(name: &str, set: &[(&str, &str)], off: &[&str], on: &[&str]) -> Setup {
    let off = off.iter().map(|rule| ("without", *rule));
    let rules = off.chain(on.iter().map(|rule| ("with", *rule)));
    setup::<RaftRoom>(name, &set.iter().copied().chain(rules).collect::<Vec<_>>()).1
}

fn start(setup: &Setup, within: impl Into<Counts>, states: usize) -> Box<dyn Search<Servers>> {
    let system = RaftRoom::build(setup).expect("the options fit together").bounded(within.into());
    let limits = Limits { states, ..Limits::default() };
    explorer::open(Rc::new(system), Plan { limits, ..Plan::default() })
}

/// Searches to the end. A test that has to find more than this is too slow.
fn whole(setup: &Setup, within: impl Into<Counts>) -> Box<dyn Search<Servers>> {
    let mut search = start(setup, within, 3_000_000);
    while search.advance(10_000).end.is_none() {}
    search
}

/// Searches until something is broken: property, steps, reason. The first found is a shortest.
fn first_broken(setup: &Setup, budget: Budget) -> (&'static str, usize, String) {
    first_found(&mut *start(setup, budget, 3_000_000))
}

fn first_found(search: &mut dyn Search<Servers>) -> (&'static str, usize, String) {
    loop {
        let end = search.advance(500).end;
        let found = search.report().properties.into_iter().filter_map(|(property, verdict)| match verdict {
            Verdict::Violated { length, reason, .. } => Some((property.name, length, reason)),
            Verdict::Holds | Verdict::Witnessed { .. } | Verdict::Unreached | Verdict::Unknown => None,
        });
        if let Some(found) = found.min_by_key(|(_, length, _)| *length) {
            return found;
        }
        assert_eq!(end, None, "the search ended and found nothing");
    }
}

/// How a search ended, in a line.
fn standing(search: &mut dyn Search<Servers>) -> String {
    let progress = search.progress();
    let end = match progress.end {
        Some(End::Complete) => "",
        Some(End::States | End::Depth | End::Memory) | None => ", cut short",
    };
    let broken: Vec<String> = violated(&search.report())
        .iter()
        .map(|(name, length)| format!("; {name} broken after {length}"))
        .collect();
    let (states, transitions, depth) = (progress.states, progress.transitions, progress.depth);
    format!("{states} states, {transitions} transitions, depth {depth}{end}{}", broken.concat())
}

/// The scenarios in which the search shows what the rules are for. That each rule is caught is a test over all rooms, in
/// the catalogue.
const SEARCHED: [&str; 8] = [
    "deposed-leader-read",
    "every-schedule",
    "figure-7-small",
    "figure-8-small",
    "lost-answer",
    "lost-vote",
    "stale-read",
    "two-halves",
];

#[test]
fn with_its_rule_the_default_search_finds_nothing() {
    let rules: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
    let mut table = String::new();
    for scenario in SEARCHED {
        let setup = changed(scenario, &[], &[], &rules);
        assert!(setup.without.is_empty());
        let too_large = scenario == "deposed-leader-read";
        let most = if too_large { 400_000 } else { 3_000_000 };
        let mut search = start(&setup, RaftRoom::search(&setup), most);
        while search.advance(10_000).end.is_none() {}
        assert_eq!(search.report().complete, !too_large, "{scenario}");
        writeln!(table, "{scenario}: {}", standing(&mut *search)).unwrap();
    }
    expect![[r#"
        deposed-leader-read: 400000 states, 1023556 transitions, depth 11, cut short
        every-schedule: 1541057 states, 8382754 transitions, depth 25
        figure-7-small: 345986 states, 1369041 transitions, depth 23
        figure-8-small: 530238 states, 2470952 transitions, depth 25
        lost-answer: 919398 states, 4188446 transitions, depth 25
        lost-vote: 1187933 states, 5146839 transitions, depth 25
        stale-read: 39203 states, 114875 transitions, depth 21
        two-halves: 1610503 states, 9298260 transitions, depth 27
    "#]]
    .assert_eq(&table);
}

/// Scenarios that differ only in dates are one to a search.
#[test]
fn the_default_search_of_every_other_scenario() {
    let mut groups: Vec<(Vec<&str>, Setup)> = Vec::new();
    let dated = ["election-min", "election-max", "heartbeat", "latency-min", "latency-max", "requests"];
    for scenario in RaftRoom::scenarios() {
        if SEARCHED.contains(&scenario.name) {
            continue;
        }
        let mut setup = changed(scenario.name, &[], &[], &[]);
        for option in dated {
            setup.options.remove(option);
        }
        let disks = |setup: &Setup| setup.scenario.contains("figure");
        let same = |other: &Setup| (&other.options, &other.without) == (&setup.options, &setup.without);
        match groups.iter_mut().find(|(_, other)| !disks(&setup) && !disks(other) && same(other)) {
            Some((names, _)) => names.push(scenario.name),
            None => groups.push((vec![scenario.name], setup)),
        }
    }
    let mut table = String::new();
    for (names, _) in groups {
        let setup = changed(names[0], &[], &[], &[]);
        // Two are too large to be searched whole. What is wrong with one of them is found before this limit.
        let mut search = start(&setup, RaftRoom::search(&setup), 2_200_000);
        while search.advance(10_000).end.is_none() {}
        writeln!(table, "{}: {}", names.join(", "), standing(&mut *search)).unwrap();
    }
    expect![[r#"
        first-election, replication, leader-crash, follower-behind, minority-partition, one-way-link, disruptive-server: 486547 states, 2229740 transitions, depth 20
        split-vote: 512890 states, 2224133 transitions, depth 26
        disruptive-server-pre-vote: 2151366 states, 12391525 transitions, depth 26
        figure-7: 2200000 states, 11866387 transitions, depth 19, cut short
        figure-8: 219057 states, 1053275 transitions, depth 20
        figure-8-rule-off: 229947 states, 1095680 transitions, depth 20
        lying-leader: 2200000 states, 2832137 transitions, depth 7, cut short; Log Matching broken after 7
    "#]].assert_eq(&table);
}

#[test]
fn all_properties_hold_within_every_kind_of_budget() {
    let little = Budget { timeouts: 1, requests: 1, ..Budget::NONE };
    let mut table = String::new();
    for (set, budget) in [
        (&[][..], Budget { crashes: 1, losses: 1, ..little }),
        (&[], Budget { duplicates: 1, ..little }),
        (&[], Budget { cuts: 1, ..little }),
        (&[("no-op", "off")], Budget { crashes: 1, losses: 1, duplicates: 1, ..little }),
        (&[("no-op", "off")], Budget { timeouts: 2, cuts: 1, ..Budget::NONE }),
        (&[("pre-vote", "on")], little),
        (&[("check-quorum", "on")], Budget { timeouts: 2, ..Budget::NONE }),
        (&[("clients", "retry"), ("no-op", "off")], Budget { requests: 2, ..little }),
        (&[("clients", "read"), ("no-op", "off")], Budget { requests: 2, losses: 1, ..little }),
    ] {
        let setup = changed("first-election", &[&[("servers", "3")], set].concat(), &[], &[]);
        let mut search = whole(&setup, budget);
        let Budget { crashes, losses, duplicates, cuts, timeouts, requests } = budget;
        let set: Vec<String> = set.iter().map(|(name, value)| format!(", {name} {value}")).collect();
        write!(table, "{timeouts} timeouts, {requests} requests, {crashes} crashes, {losses} losses, ")
            .unwrap();
        writeln!(table, "{duplicates} duplicates, {cuts} cuts{}", set.concat()).unwrap();
        writeln!(table, "    {}", standing(&mut *search)).unwrap();
    }
    expect![[r#"
        1 timeouts, 1 requests, 1 crashes, 1 losses, 0 duplicates, 0 cuts
            317449 states, 1455596 transitions, depth 20
        1 timeouts, 1 requests, 0 crashes, 0 losses, 1 duplicates, 0 cuts
            159869 states, 626092 transitions, depth 20
        1 timeouts, 1 requests, 0 crashes, 0 losses, 0 duplicates, 1 cuts
            134122 states, 548852 transitions, depth 20
        1 timeouts, 1 requests, 1 crashes, 1 losses, 1 duplicates, 0 cuts, no-op off
            784813 states, 4378748 transitions, depth 19
        2 timeouts, 0 requests, 0 crashes, 0 losses, 0 duplicates, 1 cuts, no-op off
            430862 states, 2199126 transitions, depth 21
        1 timeouts, 1 requests, 0 crashes, 0 losses, 0 duplicates, 0 cuts, pre-vote on
            82493 states, 318130 transitions, depth 22
        2 timeouts, 0 requests, 0 crashes, 0 losses, 0 duplicates, 0 cuts, check-quorum on
            61366 states, 217575 transitions, depth 21
        1 timeouts, 2 requests, 0 crashes, 0 losses, 0 duplicates, 0 cuts, clients retry, no-op off
            84441 states, 370088 transitions, depth 24
        1 timeouts, 2 requests, 0 crashes, 1 losses, 0 duplicates, 0 cuts, clients read, no-op off
            118683 states, 624041 transitions, depth 20
    "#]]
    .assert_eq(&table);
}

#[test]
fn two_elections_among_three_are_enough_to_need_six_rules() {
    let three = [("servers", "3")];
    let mut table = String::new();
    for rule in RULES.iter().map(|rule| rule.name) {
        let setup = changed("first-election", &three, &[rule], &[]);
        let budget = Budget::from(RaftRoom::search(&setup));
        assert_eq!((budget.timeouts, budget.requests, budget.crashes), (2, 0, 1));
        let rules = [
            "one-vote-per-term",
            "persist-vote",
            "up-to-date-log",
            "log-matching",
            "majority-quorum",
            "step-down",
        ];
        if rules.contains(&rule) {
            let (property, length, _) = first_broken(&setup, budget);
            writeln!(table, "{rule}: {property} after {length}").unwrap();
        }
    }
    expect![[r#"
        one-vote-per-term: Election Safety after 6
        persist-vote: Election Safety after 8
        up-to-date-log: Leader Completeness after 7
        log-matching: Log Matching after 10
        majority-quorum: Election Safety after 2
        step-down: Election Safety after 5
    "#]]
    .assert_eq(&table);
}

#[test]
fn raft_does_not_tolerate_a_lie() {
    // A leader that tells its followers different things.
    let leader = changed("lying-leader", &[("servers", "3")], &[], &[]);
    let mut search = whole(&leader, RaftRoom::search(&leader));
    assert!(search.report().complete);
    assert_eq!(violated(&search.report()), [("Log Matching", 5), ("State Machine Safety", 6)]);
    // A voter that votes for both.
    let voter = changed("first-election", &[("servers", "3"), ("liar", "3"), ("no-op", "off")], &[], &[]);
    let budget = Budget { timeouts: 2, ..Budget::NONE };
    let mut search = whole(&voter, budget);
    assert!(search.report().complete);
    assert_eq!(violated(&search.report()), [("Election Safety", 6)]);
}

/// Two leaders and two requests among three servers are too many runs to try them all; a stale read is found long
/// before.
#[test]
fn a_leader_that_was_deposed_reads_what_is_old() {
    let set = [("servers", "3"), ("no-op", "off"), ("clients", "read")];
    let setup = changed("first-election", &set, &["confirm-leadership", "own-term-read"], &[]);
    let budget = Budget { timeouts: 2, requests: 2, ..Budget::NONE };
    let (property, length, _) = first_broken(&setup, budget);
    assert_eq!((property, length), ("Linearizable reads", 10));
}

/// Figure 8 from its start takes six elections. From the moment on at which the old entry is committed, the search
/// finds what comes of it.
#[test]
fn figure_8_is_found_from_the_middle_of_its_run() {
    let (_, mut run) = open::<RaftRoom>("figure-8-rule-off", 1, &[]);
    while run.run().state().locals[0].ram.as_ref().is_none_or(|ram| ram.commit_index < 2) {
        assert!(run.step(Micros::ms(1_000)), "S1 commits its entry of term 2");
    }
    let state = run.run().state().clone();
    let system =
        RaftRoom::build(&changed("figure-8-rule-off", &[], &[], &[])).expect("a scenario can be built");
    let within = Counts::from(Budget { timeouts: 2, ..Budget::NONE }).beyond(system.spent(&state));
    let plan = Plan { from: Some(state), ..Plan::default() };
    let (property, length, reason) = first_found(&mut *explorer::open(Rc::new(system.bounded(within)), plan));
    // S5 starts again, stands twice, and S2 to S4 are enough to vote for it.
    assert_eq!((property, length), ("Leader Completeness", 7));
    let taken = "S5 leads term 5 without an entry, up to index 2, that a server took for committed in term 4";
    assert_eq!(reason, taken);
}

#[test]
fn what_is_committed_first_is_open_until_it_is_not() {
    let setup = changed("first-election", &[("servers", "3")], &[], &[]);
    let budget = Budget { timeouts: 2, ..Budget::NONE };
    let system = Rc::new(RaftRoom::build(&setup).unwrap().bounded(budget.into()));
    let mut search = explorer::run(Rc::clone(&system), Plan { edges: true, ..Plan::default() });
    let states = search.progress().states as u32;
    let decided = (0..states).map(|state| search.outcomes(state)).collect();
    let graph = search.graph().expect("the edges were asked for");
    let valency = graph.valency(decided);
    let critical = graph.critical(&valency).len();
    let mut counts: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    for set in &valency {
        let names = (0..16).filter(|bit| set >> bit & 1 == 1).map(|bit| system.outcome_name(bit));
        *counts.entry(names.collect()).or_default() += 1;
    }
    assert_eq!(valency[0].count_ones(), 2, "at the start two entries can still be the first");
    expect![[r#"
        {
            []: 1560,
            [
                "index 1 holds the entry of term 1",
            ]: 86829,
            [
                "index 1 holds the entry of term 1",
                "index 1 holds the entry of term 2",
            ]: 88,
            [
                "index 1 holds the entry of term 2",
            ]: 19467,
        }, critical: 6"#]]
    .assert_eq(&format!("{counts:#?}, critical: {critical}"));
}
