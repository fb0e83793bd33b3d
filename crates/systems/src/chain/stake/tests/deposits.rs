//! Deposits that are taken, leak away, and are paid out; who comes back; and what evidence is left.

use std::collections::BTreeSet;

use kernel::{Event, Micros, NodeId};
use simulator::Run;

use super::super::deposits::{DepositState, Deposits, Exit, Law, Record};
use super::super::vote::{Offence, Vote, is_invalid};
use super::super::{Input, StakeRoom, Staking, Validators, monitor, panels};
use super::{broken, caught, heights, play, play_script};
use crate::chain::block::{Block, Content, Flaws};
use crate::shared::testing::built;

type Directive = kernel::Directive<Validators>;

fn after(seconds: u64, does: fn() -> Vec<Event<Staking>>) -> Directive {
    Directive::after(Micros::ms(seconds * 1_000), move |_, _| does())
}

fn staking(set: &[(&str, &str)]) -> Staking {
    built::<StakeRoom>("finality", set).1.protocol
}

/// What the last validator's branch says of each.
fn standings(run: &Run<Validators>, judge: usize) -> Vec<DepositState> {
    let staking = &run.system().protocol;
    let tip = run.state().locals[judge].disk.tip(staking);
    (0..run.state().locals.len()).map(|node| staking.record(tip).standing(node as NodeId)).collect()
}

/// A branch of one block an epoch, each with this record.
fn branch(staking: &Staking, records: impl IntoIterator<Item = Record>) -> Vec<Block> {
    let mut blocks = vec![staking.genesis.clone()];
    for (slot, record) in (1..).zip(records) {
        let content = Content { number: slot, record, ..Content::default() };
        let next = staking.seal(&blocks[blocks.len() - 1], slot, content);
        blocks.push(next);
    }
    blocks
}

fn vote(staking: &Staking, by: NodeId, from: &Block, to: &Block) -> Vote {
    Vote::sign(by, staking.named(from), staking.named(to), &Staking::wallet(by))
}

/// One block more, with the votes of these validators for the link between the last two.
fn grow(staking: &Staking, blocks: &mut Vec<Block>, voters: &[NodeId], mut record: Record) {
    if let [.., from, to] = &blocks[..] {
        record.votes.extend(voters.iter().map(|&by| vote(staking, by, from, to)));
    }
    let slot = blocks.len() as u32;
    let content = Content { number: slot, record, ..Content::default() };
    let next = staking.seal(&blocks[blocks.len() - 1], slot, content);
    blocks.push(next);
}

fn double(staking: &Staking, by: NodeId) -> Offence {
    let twin = |number| {
        let content = Content { number, ..Content::default() };
        staking.seal(&staking.genesis, 1, content)
    };
    let cast = |number| vote(staking, by, &staking.genesis, &twin(number));
    Offence::of(&cast(1), &cast(2)).expect("two votes for one height")
}

#[test]
fn a_proved_offence_takes_the_deposit_and_its_weight_in_votes() {
    let staking = staking(&[("epoch", "1"), ("validators", "6")]);
    let carries = |block: &Block, voters: &[NodeId]| {
        staking.record(block).carry(&voters.iter().copied().collect::<BTreeSet<NodeId>>())
    };
    let record = Record { evidence: vec![(0, double(&staking, 0))], ..Record::default() };
    let blocks = branch(&staking, [Record::default(), record]);
    assert!(carries(&blocks[1], &[0, 1, 2, 3]) && !carries(&blocks[1], &[1, 2, 3]), "four of six");
    // Five are left: two thirds of them are four, and V1 is none of them.
    assert!(carries(&blocks[2], &[1, 2, 3, 4]) && !carries(&blocks[2], &[0, 1, 2, 3]));
    assert_eq!(staking.record(&blocks[2]).standing(0), DepositState::Slashed);
    assert_eq!((staking.deposit(&blocks[2], 0), staking.deposit(&blocks[1], 0) > 0), (0, true));
}

/// The same in a run: where V1 is punished, two of the other three are enough.
#[test]
fn who_is_punished_is_not_waited_for() {
    let run = |script| play_script(("one-liar", &[("validators", "4")]), 1, Micros::ms(1_200_000), script);
    let late = run(|_| vec![after(300, || vec![Event::Crash(0), Event::Crash(3)])]);
    let early = run(|_| vec![after(2, || vec![Event::Crash(0), Event::Crash(3)])]);
    assert_eq!(standings(&late, 1)[0], DepositState::Slashed);
    assert!(heights(&late)[1].1 > 40, "{:?}", heights(&late));
    assert_eq!(standings(&early, 1)[0], DepositState::Active);
    assert!(heights(&early)[1].1 < 4, "half of four: {:?}", heights(&early));
}

#[test]
fn a_deposit_is_only_taken_with_a_proof() {
    let staking = staking(&[("epoch", "1")]);
    let make = |record: Record| staking.seal(&staking.genesis, 1, Content { record, ..Content::default() });
    let with = |who, offence| make(Record { evidence: vec![(who, offence)], ..Record::default() });
    let good = double(&staking, 3);
    assert!(with(3, good.clone()).flaws().among(Flaws::UNPROVED).none());
    // The proof is against somebody else; a signature is wrong; two votes that are no offence.
    let Offence::Double(one, mut two) = good.clone() else { panic!("{good:?}") };
    two.signature[3] ^= 1;
    let no_offence = Offence::Double(one, Vote { by: 3, ..one });
    for (who, offence) in [(2, good), (3, Offence::Double(one, two)), (3, no_offence)] {
        let block = with(who, offence);
        assert!(!block.flaws().among(Flaws::UNPROVED).none() && super::super::vote::breaks(&block));
    }
    // Votes and exits need signatures too.
    let unsigned = Record { votes: vec![Vote { signature: [0; 64], ..one }], ..Record::default() };
    let exit = Record { exits: vec![Exit { by: 2, signature: [0; 64] }], ..Record::default() };
    for record in [unsigned, exit] {
        assert!(!make(record).flaws().among(Flaws::UNPROVED).none());
    }
    let fine = Record { exits: vec![Exit::sign(2, &Staking::wallet(2))], ..Record::default() };
    assert!(make(fine).flaws().among(Flaws::UNPROVED).none());
}

/// Anybody can put other content behind the header of a good block: that proves nothing against those who voted for it.
#[test]
fn a_good_header_with_bad_content_is_no_proof() {
    let staking = staking(&[("epoch", "1")]);
    let block = staking.seal(&staking.genesis, 1, Content::default());
    let theft = Record { exits: vec![Exit { by: 2, signature: [0; 64] }], ..Record::default() };
    let content = Content { record: theft, ..block.content().clone() };
    let swapped = staking.genesis.then(&staking.terms, *block.header(), content);
    assert_eq!(swapped.hash(), block.hash());
    let cast = vote(&staking, 3, &staking.genesis, &block);
    assert!(!is_invalid(&swapped) && !Offence::Invalid(cast, swapped).proves(&staking.terms, 3));
}

/// Section 3 of the paper: who asks in dynasty d is in the set for the last time in dynasty d + 1.
#[test]
fn who_leaves_votes_for_two_dynasties_and_is_paid_after_a_delay() {
    let staking = staking(&[("epoch", "1"), ("validators", "3"), ("locked", "3")]);
    let exit = Record { exits: vec![Exit::sign(2, &Staking::wallet(2))], ..Record::default() };
    let mut blocks = branch(&staking, [Record::default()]);
    grow(&staking, &mut blocks, &[0, 1, 2], exit);
    let mut seen = Vec::new();
    for _ in 0..7 {
        let end = blocks.last().expect("there are some");
        let record = staking.record(end);
        let alone = record.carry(&BTreeSet::from([0, 2]));
        let without = record.carry(&BTreeSet::from([0, 1]));
        seen.push((record.dynasty(), record.standing(2), alone, without, record.can_be_taken(2)));
        grow(&staking, &mut blocks, &[0, 1], Record::default());
    }
    let locked = DepositState::Locked(Some(7));
    // Two of three carry a link all the time. From dynasty 2 on V3 weighs nothing in the forward set; V1 and V2, the whole
    // of it, are two thirds of the rear set too.
    let expected = [
        (0, DepositState::Leaving, true, true, true),
        (1, DepositState::Leaving, true, true, true),
        (2, locked, false, true, true),
        (3, locked, false, true, true),
        (4, locked, false, true, true),
        (5, DepositState::Withdrawn, false, true, false),
        (6, DepositState::Withdrawn, false, true, false),
    ];
    assert_eq!(seen, expected);
    let paid = &blocks[7];
    assert_eq!((staking.deposit(paid, 2), staking.deposit(paid, 1)), (0, 1_000));
    // A proof reaches who is locked, and not who was paid.
    let proof = || Record { evidence: vec![(2, double(&staking, 2))], ..Record::default() };
    let taken = |at: &Block| staking.record(at).after(at, &proof()).1;
    assert_eq!((taken(&blocks[4]), taken(paid)), (vec![2], vec![]));
}

/// Where sets change, a link needs two thirds of the old set and of the new one.
#[test]
fn a_link_needs_the_set_of_before_too() {
    let staking = staking(&[("epoch", "1"), ("validators", "4")]);
    let exits = [2, 3].map(|by| Exit::sign(by, &Staking::wallet(by))).to_vec();
    let mut blocks = branch(&staking, [Record::default()]);
    grow(&staking, &mut blocks, &[0, 1, 2, 3], Record { exits, ..Record::default() });
    let mut seen = Vec::new();
    for _ in 0..4 {
        let record = staking.record(&blocks[blocks.len() - 1]);
        let carries = |voters: [NodeId; 2]| record.carry(&BTreeSet::from(voters));
        seen.push((record.dynasty(), carries([0, 1]), carries([2, 3]), record.votes(2)));
        grow(&staking, &mut blocks, &[0, 1, 2, 3], Record::default());
    }
    let expected =
        [(0, false, false, true), (1, false, false, true), (2, false, false, true), (3, true, false, false)];
    assert_eq!(seen, expected, "in dynasty 2 the two who stay are all of one set and half of the other");
}

/// Votes that are kept back until after the next checkpoint do not change sets of validators.
#[test]
fn a_dynasty_needs_its_votes_in_time() {
    let staking = staking(&[("epoch", "1"), ("validators", "3")]);
    let dynasty = |late: usize| {
        let mut blocks = branch(&staking, [Record::default(), Record::default()]);
        let links = [(0, 1), (1, 2)];
        let votes: Vec<Vote> = links
            .iter()
            .flat_map(|&(from, to)| (0..3).map(move |by| (by, from, to)))
            .map(|(by, from, to)| vote(&staking, by, &blocks[from], &blocks[to]))
            .collect();
        for _ in 0..late {
            grow(&staking, &mut blocks, &[], Record::default());
        }
        grow(&staking, &mut blocks, &[], Record { votes, ..Record::default() });
        staking.record(&blocks[blocks.len() - 1]).dynasty()
    };
    assert_eq!((dynasty(0), dynasty(1)), (1, 0));
}

#[test]
fn who_does_not_vote_loses_a_part_in_every_epoch() {
    let staking = staking(&[("epoch", "1"), ("validators", "3"), ("leak", "10")]);
    let mut blocks = branch(&staking, [Record::default()]);
    let left = |blocks: &[Block]| {
        let end = staking.record(&blocks[blocks.len() - 1]);
        [end.left(0), end.left(1), end.left(2)]
    };
    let mut seen = Vec::new();
    for voters in [&[0, 1, 2][..], &[0, 1], &[0, 1], &[0]] {
        grow(&staking, &mut blocks, voters, Record::default());
        seen.push(left(&blocks));
    }
    assert_eq!(seen, [[1_000; 3], [1_000, 1_000, 900], [1_000, 1_000, 810], [1_000, 900, 729]]);
    assert_eq!(staking.deposit(&blocks[5], 2), 729);
    // It comes to an end.
    let law = Law { epoch: 1, leak: 50, locked: 1, two_thirds: true };
    let mut deposits = Deposits::new(law, vec![1_000, 3]);
    for block in &blocks {
        deposits = deposits.after(block, &Record::default()).0;
    }
    assert_eq!(deposits.left(1), 0);
}

#[test]
fn the_leak_brings_finality_back() {
    for seed in 1..4 {
        let end = play("too-few", &[], seed, None);
        assert!(broken(&end).is_empty());
        let before = play("too-few", &[], seed, Some(200));
        let stuck = heights(&before)[5].1;
        assert!(stuck < 10, "{:?}", heights(&before));
        let (tip, last) = heights(&end)[5];
        assert!(last > stuck + 4 && tip - last < 7, "seed {seed}: {:?}", heights(&end));
        let dry = play("too-few", &[("leak", "0")], seed, None);
        assert!(heights(&dry)[5].1 < 10);
    }
}

/// Figure 5 of the paper: "conflicting checkpoints finalized without any validator getting slashed".
#[test]
fn the_leak_lets_both_halves_become_final_and_nobody_is_guilty() {
    for seed in 1..4 {
        let run = play("leak-in-halves", &[], seed, None);
        assert!(
            ["Finality", "Accountable safety"].iter().all(|name| broken(&run).contains(name)),
            "{:?}",
            broken(&run)
        );
        assert!(caught(&run).is_empty());
        assert!(broken(&play("leak-in-halves", &[("leak", "0")], seed, None)).is_empty());
    }
}

#[test]
fn who_leaves_has_no_slot_any_more_and_gets_the_deposit_back() {
    let run = play("leaving", &[], 1, None);
    assert!(broken(&run).is_empty());
    assert_eq!(
        standings(&run, 0),
        [[DepositState::Active; 5].as_slice(), &[DepositState::Withdrawn]].concat()
    );
    let late = super::makers(&run);
    assert!(late.len() > 25 && !late[..10].contains(&5) && late.contains(&5), "{late:?}");
    let (tip, last) = heights(&run)[0];
    assert!(tip - last < 7, "the others go on");
    // Where the deposit stays locked for long, it has no slot either.
    let locked = play("leaving", &[("locked", "100")], 1, None);
    assert!(!super::makers(&locked)[..15].contains(&5), "{:?}", super::makers(&locked));
    assert!(matches!(standings(&locked, 0)[5], DepositState::Locked(Some(_))));
    let before = play("leaving", &[], 1, Some(150));
    assert!(matches!(standings(&before, 0)[5], DepositState::Locked(_)), "{:?}", standings(&before, 0));
}

/// Those who had two thirds and were paid out have nothing to lose.
#[test]
fn a_history_from_the_first_block_deceives_only_who_was_away() {
    let deceived = |run: &Run<Validators>, node: usize| {
        let last = run.state().locals[node].disk.last_final(&run.system().protocol).clone();
        std::iter::successors(Some(&last), |block| block.before())
            .any(|block| block.content().number > 1_000_000)
    };
    for seed in 1..4 {
        let run = play("long-range", &[], seed, None);
        assert!(broken(&run).contains(&"Finality"), "seed {seed}");
        assert!(deceived(&run, 8) && !deceived(&run, 7) && !deceived(&run, 6), "seed {seed}");
        assert_eq!(standings(&run, 6)[..6], [DepositState::Withdrawn; 6], "nothing was taken");
        // All votes together prove who it was. Those that validators still have do not: they forget old ones.
        assert!(!broken(&run).contains(&"Accountable safety"));
        let kept = run.state().locals.iter().flat_map(|local| &local.disk.votes);
        assert_eq!(monitor::guilty(kept), BTreeSet::new(), "seed {seed}");
        let all: Vec<_> = run.state().locals.iter().collect();
        assert_eq!(run.state().monitor.guilty(&all), (0..6).collect());
        let asked = play("long-range", &[("with", "recent-checkpoint")], seed, None);
        assert!(broken(&asked).is_empty() && !deceived(&asked, 8), "seed {seed}: {:?}", broken(&asked));
        assert!(heights(&asked)[8].1 + 8 > heights(&asked)[7].1, "it keeps up with the others");
    }
}

/// The same attack while the deposits are locked costs all of them.
#[test]
fn who_is_not_paid_out_yet_pays_for_another_history() {
    let early = play_script(("long-range", &[("locked", "30")]), 1, Micros::ms(400_000), |_| {
        vec![
            after(60, || (0..6).map(|node| Event::Input(node, Input::Leave)).collect()),
            after(240, || vec![Event::Input(0, Input::Rewrite)]),
        ]
    });
    assert_eq!(caught(&early), (0..6).collect());
    assert_eq!(standings(&early, 6)[..6], [DepositState::Slashed; 6]);
}

/// Nobody forgets to listen for good: whom it asks may be down, and the votes that it missed are pruned everywhere else.
#[test]
fn a_validator_that_returns_keeps_up_again() {
    let near = |run: &Run<Validators>| {
        let all = heights(run);
        assert!(all[5].1 + 9 > all[0].1 && all[0].1 > 60 && broken(run).is_empty(), "{all:?}");
    };
    // The first whom it asks, V5, is down.
    near(&play_script(("finality", &[("epoch", "2")]), 1, Micros::ms(1_400_000), |_| {
        vec![
            after(30, || vec![Event::Crash(5)]),
            after(900, || vec![Event::Crash(4)]),
            after(1, || vec![Event::Restart(5)]),
        ]
    }));
    // It asks nobody, and all votes are long pruned.
    let set = &[("epoch", "2"), ("without", "recent-checkpoint")];
    near(&play_script(("finality", set), 1, Micros::ms(1_400_000), |_| {
        vec![after(30, || vec![Event::Crash(5)]), after(900, || vec![Event::Restart(5)])]
    }));
    // All come back at once.
    near(&play_script(("finality", &[("epoch", "2")]), 1, Micros::ms(1_400_000), |_| {
        vec![
            after(300, || (0..6).map(Event::Crash).collect()),
            after(30, || (0..6).map(Event::Restart).collect()),
        ]
    }));
    // Nobody else keeps to the rules, so there is nobody to ask.
    let alone = play_script(("one-liar", &[("validators", "2")]), 1, Micros::ms(60_000), |_| {
        vec![after(1, || vec![Event::Crash(1)]), after(1, || vec![Event::Restart(1)])]
    });
    assert!(alone.state().locals[1].ram.as_ref().is_some_and(|ram| !ram.asks));
}

/// Whom it asks may be behind: what was final for it stays so.
#[test]
fn a_trusted_answer_takes_nothing_back() {
    let run = play_script(("finality", &[("epoch", "2")]), 1, Micros::ms(303_000), |_| {
        let back = || {
            let links = (0..6).filter(|&node| node != 4).flat_map(|node| [(node, 4), (4, node)]);
            vec![Event::Heal(links.collect()), Event::Restart(5)]
        };
        vec![
            after(30, || vec![Event::partition(&[0, 1, 2, 3, 5], &[4])]),
            after(268, || vec![Event::Crash(5)]),
            after(2, back),
        ]
    });
    let ram = run.state().locals[5].ram.as_ref();
    assert!(ram.is_some_and(|ram| !ram.asks && ram.asked == 1), "V5 has answered");
    assert!(heights(&run)[4].1 < 6 && heights(&run)[5].1 > 20, "{:?}", heights(&run));
}

/// Hashes are counted as they are tried: who turns the lottery tries several blocks for one.
#[test]
fn the_table_of_costs_counts_what_was_done() {
    let cells = |run: &Run<Validators>| -> Vec<u64> {
        let table = panels::energy(&run.system().protocol, &run.state().locals);
        table.rows[0][1..].iter().map(|cell| cell.parse().expect("a number")).collect()
    };
    let sum = |run: &Run<Validators>, of: fn(&super::super::Store) -> u32| {
        run.state().locals.iter().map(|local| u64::from(of(&local.disk))).sum::<u64>()
    };
    let run = play("finality", &[], 1, None);
    let (made, voted) = (sum(&run, |disk| disk.made), sum(&run, |disk| disk.voted));
    assert!(made > 20 && voted > 6 * 4);
    assert_eq!(cells(&run), [made, made + voted]);
    let run = play("grinding", &[], 1, None);
    let made = sum(&run, |disk| disk.made);
    // V1 tries until it wins, six times on average; never 32 times for every block of everybody.
    assert!(cells(&run)[0] > made && cells(&run)[0] < 10 * made, "{:?} for {made}", cells(&run));
}
