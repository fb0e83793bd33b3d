//! Storms: of what may happen, something happens, drawn by a generator of the test's own, with crashes, cuts, losses,
//! copies and clients that ask again. Nothing breaks, and once the faults stop the cluster goes on.

use std::collections::BTreeMap;
use std::fmt::Write;

use expect_test::expect;

use kernel::{Event, NodeId};

use super::hand::{Hand, protocol};
use super::{Command, Input, MultiPaxos, RULES, Rules, Timer};

/// A small generator: the storms must not change when a library does.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % bound
    }
}

const STEPS: u32 = 400;

fn storm(rules: Rules, seed: u64) -> Hand {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5DEE_CE66);
    let size: NodeId = [3, 4, 5][dice.below(3)];
    let window = [1, 2, 4][dice.below(3)];
    let mut hand = Hand::new(MultiPaxos { window, rules, ..protocol() }, size);
    for step in 1..=STEPS {
        let event = draw(&mut dice, seed, &hand, step);
        hand.force(event);
        if !hand.broken.is_empty() {
            break;
        }
    }
    hand
}

/// Something that happens next.
fn draw(dice: &mut Dice, seed: u64, hand: &Hand, step: u32) -> Event<MultiPaxos> {
    let size = usize::from(hand.system.size);
    let node = dice.below(size) as NodeId;
    let peer = ((usize::from(node) + 1 + dice.below(size - 1)) % size) as NodeId;
    // Some storms crash and elect a lot, some hardly.
    let wild = 1 + seed as u32 % 4;
    match dice.below(100) as u32 {
        roll if roll < 2 * wild => Event::Fire(node, Timer::Election),
        roll if roll < 3 * wild => Event::Crash(node),
        roll if roll < 6 * wild => Event::Restart(node),
        24..30 => Event::Fire(node, Timer::Heartbeat),
        30..40 => request(node, step / 20),
        40..42 => Event::Cut(vec![(node, peer), (peer, node)]),
        42..47 => Event::Heal(vec![(node, peer), (peer, node)]),
        message => match hand.now.mail.keys().nth(dice.below(hand.now.mail.len().max(1))) {
            Some(id) if message < 50 => Event::Lose(*id),
            Some(id) if message < 53 => Event::Duplicate(*id),
            Some(id) => Event::Deliver(*id),
            None => Event::Fire(node, Timer::Election),
        },
    }
}

fn request(node: NodeId, k: u32) -> Event<MultiPaxos> {
    let (client, seq, key, value) = match Command::request(k) {
        Command::Write { client, seq, key, value } => (client, seq, key, value),
        Command::NoOp => (0, 0, 'x', 0),
    };
    Event::Input(node, Input::Write { client, seq, key, value })
}

#[test]
fn no_storm_breaks_anything() {
    let mut executed = 0;
    for seed in 0..1_500 {
        let hand = storm(Rules::default(), seed);
        assert_eq!(hand.broken, BTreeMap::new(), "storm {seed}");
        executed += (0..hand.system.size).map(|node| hand.executed(node)).max().unwrap_or(0);
    }
    assert!(executed > 1_500, "only {executed} slots were executed in all storms");
}

#[test]
fn without_a_rule_a_storm_breaks_something() {
    let mut table = String::new();
    for rule in RULES {
        let without = Rules::without(|name| name == rule.name);
        let found =
            (0..6_000).map(|seed| (seed, storm(without, seed))).find(|(_, hand)| !hand.broken.is_empty());
        let words = found.map_or("nothing".to_owned(), |(seed, hand)| {
            format!("{} in storm {seed}", hand.broken.into_keys().collect::<Vec<_>>().join(", "))
        });
        writeln!(table, "{}: {words}", rule.name).unwrap();
    }
    expect![[r#"
        keep-promise: Higher ballots in storm 21
        persist-promise: Higher ballots in storm 139
        persist-votes: Higher ballots in storm 22
        recover: Higher ballots in storm 0
        highest-ballot: Higher ballots in storm 27
        fill-gaps: No false lesson in storm 276
        majority: Higher ballots in storm 1
        in-order: State machine safety in storm 1
        once: Exactly once in storm 9
    "#]]
    .assert_eq(&table);
}

#[test]
fn after_a_storm_a_new_request_is_executed_everywhere() {
    for seed in 0..300 {
        let mut hand = storm(Rules::default(), seed);
        let all: Vec<NodeId> = (0..hand.system.size).collect();
        hand.force(Event::Heal(hand.now.wires.keys().copied().collect()));
        for &node in &all {
            hand.force(Event::Restart(node));
        }
        hand.settle(&all);
        // An old leader learns with its heartbeat that it is one, and a ballot may be refused once: the refusal says
        // which is high enough.
        for _ in 0..2 {
            hand.beat(0);
            hand.settle(&all);
            hand.stand(0);
            hand.settle(&all);
        }
        assert!(hand.leads(0), "storm {seed}");
        hand.write(0, 999);
        // The heartbeats bring those that are behind up to date.
        for _ in 0..6 {
            hand.beat(0);
            hand.settle(&all);
        }
        for &node in &all {
            assert!(
                hand.store(node).contains("z=999"),
                "storm {seed}: S{} has {}",
                node + 1,
                hand.store(node)
            );
        }
        assert_eq!(hand.broken, BTreeMap::new(), "storm {seed}");
    }
}
