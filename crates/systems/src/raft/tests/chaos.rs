//! Each safety rule switched off is caught: a storm of faults that no property survives without the rule, and every
//! property survives with it.
//!
//! A storm is a run without time: of what may happen, something happens, drawn by a generator of its own. It stands
//! often for election, cuts often, and has clients that write, retry and read.

use std::collections::BTreeMap;
use std::fmt::Write;

use expect_test::expect;
use kernel::{Budget, Event, NodeId, Report, Scripted, System, Touched, Turn};

use super::super::rules::RULES;
use super::clients::{deposed, early};
use super::figures::figure_8_to_its_end;
use super::{Hand, Input, Raft, Rules, Servers, Timer, raft};

/// A small generator: the storms must not change when a library does.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % bound
    }
}

const STEPS: u32 = 400;
const SEEDS: u64 = 2000;

/// How a storm begins: its dice, how many servers there are, and whether with no-op, pre-vote and check-quorum.
fn begin(seed: u64) -> (Dice, NodeId, [bool; 3]) {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5DEE_CE66);
    let size: NodeId = [3, 4, 5][dice.below(3)];
    let switches = [(); 3].map(|()| dice.below(2) == 0);
    (dice, size, switches)
}

/// The step at which each property broke, in one storm.
fn storm(rules: Rules, seed: u64) -> BTreeMap<&'static str, u32> {
    let (mut dice, size, [no_op, pre_vote, check_quorum]) = begin(seed);
    let mut servers = Servers::new(Raft { rules, no_op, pre_vote, check_quorum, ..raft() }, size);
    servers.budget = Budget::UNLIMITED;
    let mut report = Report::default();
    let mut choices = Scripted::default();
    let mut now = servers.initial(&mut Turn { choices: &mut choices, report: &mut report });
    let mut broken = BTreeMap::new();
    for step in 1..=STEPS {
        let event = draw(&mut dice, seed, &servers, &now, step);
        report.clear();
        servers.apply(&mut now, &event, &mut Turn { choices: &mut choices, report: &mut report });
        for (index, property) in servers.properties().iter().enumerate() {
            if servers.check(&now, index, report.touched).is_err() {
                broken.entry(property.name).or_insert(step);
            }
        }
        if !broken.is_empty() {
            break;
        }
    }
    // Whoever looks at everything finds each property broken that was found by what was touched, and no other.
    for (index, property) in servers.properties().iter().enumerate() {
        let whole = servers.check(&now, index, Touched::EVERYTHING);
        assert_eq!(whole.is_err(), broken.contains_key(property.name), "{} in storm {seed}", property.name);
    }
    broken
}

type RaftState = <Servers as System>::State;

/// Something that happens next.
fn draw(dice: &mut Dice, seed: u64, servers: &Servers, now: &RaftState, step: u32) -> Event<Raft> {
    let size = usize::from(servers.size);
    let node = dice.below(size) as NodeId;
    let peer = ((usize::from(node) + 1 + dice.below(size - 1)) % size) as NodeId;
    let client = dice.below(2) as u8;
    let request = step / 40 + 1;
    // Some storms crash and elect a lot, some hardly.
    let wild = 1 + seed as u32 % 4;
    // Only a timer that is set can fire; which one is left to the dice.
    let ends = |timer| {
        let set = now.locals[usize::from(node)].timers.iter().any(|(set, _)| *set == timer);
        if set { Event::Fire(node, timer) } else { Event::Fire(node, Timer::Election) }
    };
    match dice.below(100) as u32 {
        roll if roll < 4 * wild => Event::Fire(node, Timer::Election),
        roll if roll < 5 * wild => Event::Crash(node),
        roll if roll < 8 * wild => Event::Restart(node),
        32..34 => Event::Fire(node, Timer::Heartbeat),
        34 => ends(Timer::Quorum),
        35 => ends(Timer::Lease),
        36..44 => {
            // Now and then a client sends its request before the last again.
            let seq = if dice.below(4) == 0 { (request - 1).max(1) } else { request };
            Event::Input(node, Input::Write { client, seq, key: 'x', value: seq })
        }
        44..47 => Event::Input(node, Input::Read { client, seq: request, key: 'x' }),
        47..49 => Event::Cut(vec![(node, peer), (peer, node)]),
        49..54 => Event::Heal(vec![(node, peer), (peer, node)]),
        message => match now.mail.keys().nth(dice.below(now.mail.len().max(1))) {
            Some(id) if message < 57 => Event::Lose(*id),
            Some(id) if message < 60 => Event::Duplicate(*id),
            Some(id) => Event::Deliver(*id),
            None => Event::Fire(node, Timer::Election),
        },
    }
}

/// What breaks first without a rule, and where. The same schedule breaks nothing with it.
fn caught(rule: &'static str) -> String {
    let without = Rules::without(|name| name == rule);
    let words = |properties: Vec<&str>, place: String| format!("{}, {place}", properties.join(" and "));
    let played: Option<fn(Rules) -> Hand> = match rule {
        "persist-vote" => Some(forgotten_vote),
        "own-term-commit" => Some(figure_8_to_its_end),
        "confirm-leadership" => Some(deposed),
        "own-term-read" => Some(early),
        _ => None,
    };
    if let Some(play) = played {
        assert!(play(Rules::default()).broken.is_empty(), "with all rules nothing breaks");
        return words(play(without).broken.into_keys().collect(), "by hand".to_owned());
    }
    let found = (0..SEEDS)
        .find_map(|seed| Some((seed, storm(without, seed))).filter(|(_, broken)| !broken.is_empty()));
    let (seed, broken) = found.unwrap_or_else(|| panic!("{rule} is switched off and nothing breaks"));
    assert!(storm(Rules::default(), seed).is_empty(), "with all rules nothing breaks");
    let step = broken.values().next().copied().unwrap_or(0);
    words(broken.into_keys().collect(), format!("storm {seed}, step {step}"))
}

/// S3 votes for S1, crashes, and is asked by S2 in the same term.
fn forgotten_vote(rules: Rules) -> Hand {
    let mut hand = Hand::new(Raft { rules, ..raft() }, 3);
    hand.stand(0);
    hand.stand(1);
    hand.elect(0, &[2]);
    hand.force(Event::Crash(2));
    hand.force(Event::Restart(2));
    hand.elect(1, &[2]);
    hand
}

#[test]
fn each_rule_switched_off_is_caught() {
    let mut table = String::new();
    for rule in RULES {
        writeln!(table, "without {}: {}", rule.name, caught(rule.name)).unwrap();
    }
    expect![[r#"
        without one-vote-per-term: Election Safety, storm 150, step 13
        without persist-vote: Election Safety, by hand
        without up-to-date-log: Leader Completeness, storm 4, step 181
        without log-matching: Log Matching, storm 4, step 330
        without truncate-on-conflict: Leader Completeness, storm 31, step 267
        without unroll-conflicts: Leader Completeness, storm 156, step 292
        without own-term-commit: Leader Completeness and State Machine Safety, by hand
        without majority-quorum: Leader Completeness, storm 0, step 214
        without step-down: Election Safety, storm 1, step 95
        without confirm-leadership: Linearizable reads, by hand
        without own-term-read: Linearizable reads, by hand
        without client-sessions: Agreement of answers and Exactly once, storm 5, step 116
    "#]]
    .assert_eq(&table);
}

#[test]
fn with_all_rules_no_storm_breaks_anything() {
    for seed in 0..SEEDS {
        assert_eq!(storm(Rules::default(), seed), BTreeMap::new(), "storm {seed}");
    }
}

/// With pre-vote and check-quorum elections are rarer, and still what goes wrong in them comes to light.
#[test]
fn storms_of_every_kind_catch_a_rule_that_is_off() {
    let without = Rules::without(|rule| rule == "majority-quorum");
    for kind in [[false, false], [true, false], [false, true], [true, true]] {
        let mut of_kind = (0..SEEDS).filter(|&seed| begin(seed).2[1..] == kind);
        assert!(of_kind.any(|seed| !storm(without, seed).is_empty()), "pre-vote and check-quorum: {kind:?}");
    }
}
