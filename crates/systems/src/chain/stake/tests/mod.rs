//! What validators do, in time and in every order.

mod deposits;
mod offences;
mod stories;

use std::collections::BTreeSet;
use std::rc::Rc;

use kernel::{Directive, Explain, Micros, NodeId, System, Target, Touched};
use simulator::Run;

use super::{StakeRoom, Staking, Validators, winner};
use crate::chain::hash::double;
use crate::shared::testing::{broken, built, decided, setup};

fn play(name: &str, set: &[(&str, &str)], seed: u64, seconds: Option<u64>) -> Run<Validators> {
    let (scenario, _) = setup::<StakeRoom>(name, set);
    let until = seconds.map_or(scenario.length, |seconds| Micros::ms(seconds * 1_000));
    play_script((name, set), seed, until, scenario.script)
}

type Script = fn(&Validators) -> Vec<Directive<Validators>>;

/// A scenario with another script.
fn play_script(
    (name, set): (&str, &[(&str, &str)]),
    seed: u64,
    until: Micros,
    script: Script,
) -> Run<Validators> {
    let (_, system) = built::<StakeRoom>(name, set);
    let script = script(&system);
    let mut run = Run::new(Rc::new(system), script, seed);
    while run.step(&[], until) {}
    run
}

/// The heights of tip and last final checkpoint of each validator.
fn heights(run: &Run<Validators>) -> Vec<(u64, u64)> {
    let staking = &run.system().protocol;
    let of = |local: &kernel::Local<Staking>| {
        (local.disk.tip(staking).height(), local.disk.last_final(staking).height())
    };
    run.state().locals.iter().map(of).collect()
}

/// Who made the blocks that count at the last validator.
fn makers(run: &Run<Validators>) -> Vec<NodeId> {
    let tip = run.state().locals.last().expect("there are some").disk.tip(&run.system().protocol).clone();
    let way = std::iter::successors(Some(&tip), |block| block.before());
    way.filter(|block| block.height() > 0).map(|block| block.content().finder).collect()
}

fn caught(run: &Run<Validators>) -> BTreeSet<NodeId> {
    run.state().locals.iter().flat_map(|local| local.disk.caught.iter().map(|(who, _)| *who)).collect()
}

/// Chi-squared with 5 degrees of freedom: 20.5 is exceeded with a chance of one in a thousand.
#[test]
fn a_million_draws_fall_as_the_deposits_say() {
    let stakes = [100, 200, 300, 50, 350, 1_000];
    let total: u64 = stakes.iter().sum();
    let seed = double(b"a lottery");
    let mut won = [0_u64; 6];
    for slot in 0..1_000_000 {
        won[usize::from(winner(seed, slot, &stakes).expect("there are deposits"))] += 1;
    }
    let off = |(won, stake): (&u64, &u64)| {
        let expected = *stake as f64 / total as f64 * 1_000_000.0;
        (*won as f64 - expected).powi(2) / expected
    };
    let chi: f64 = won.iter().zip(&stakes).map(off).sum();
    assert!(chi < 20.5, "χ² = {chi}, {won:?}");
    assert_eq!(winner(seed, 1, &[0, 0]), None);
    assert_eq!(winner(seed, 1, &[0, 3, 0]), Some(1));
}

#[test]
fn checkpoints_become_final_one_after_the_other() {
    for seed in 1..4 {
        let run = play("finality", &[], seed, Some(2_000));
        assert!(broken(&run).is_empty());
        for (tip, last) in heights(&run) {
            assert!(tip > 190 && tip - last < 9, "tip {tip}, final {last}");
        }
    }
}

/// In a search the blocks are given, and all of them are valid; in a run somebody makes others.
#[test]
fn only_valid_blocks_is_tested_by_who_makes_others() {
    let tested = |run: &Run<Validators>| {
        let system = run.system();
        let number = system.properties().iter().position(|property| property.name == "Only valid blocks");
        let premise = system.premises().into_iter().find(|(property, ..)| Some(*property) == number);
        let (_, denial, _) = premise.expect("it has a premise");
        system.check(run.state(), denial, Touched::EVERYTHING).is_err()
    };
    let refused = play("rich", &[("with", "valid-only")], 1, Some(240));
    assert!(broken(&refused).is_empty() && tested(&refused));
    assert!(!tested(&play("finality", &[], 1, Some(100))));
}

#[test]
fn what_a_reader_can_ask_of_a_validator_is_said_with_a_verb() {
    let run = play("long-range", &[], 1, Some(1));
    let actions = run.system().actions(run.state(), Target::Node(0));
    let titles: Vec<(&str, &str)> =
        actions.iter().map(|action| (action.title.as_str(), action.short.as_str())).collect();
    assert!(titles.contains(&("Have V1 leave with its deposit", "Leave with the deposit")), "{titles:?}");
    let rewrite = "rite another history from the first block";
    assert!(titles.contains(&(&format!("Have V1 w{rewrite}"), &format!("W{rewrite}"))), "{titles:?}");
}

#[test]
fn a_half_makes_nothing_final_and_a_network_that_is_whole_again_does() {
    let cut = play("halves", &[], 1, Some(149));
    let stuck: BTreeSet<u64> = heights(&cut).iter().map(|(_, last)| *last).collect();
    assert_eq!(stuck, BTreeSet::from([0]));
    let healed = play("halves", &[], 1, Some(400));
    assert!(broken(&healed).is_empty());
    assert!(
        heights(&healed).iter().all(|(tip, last)| *last > 15 && tip - last < 9),
        "{:?}",
        heights(&healed)
    );
    let gone = play("too-few", &[("leak", "0")], 1, Some(3_000));
    assert!(heights(&gone)[5].0 > 100 && heights(&gone)[5].1 < 8);
}

#[test]
fn who_votes_twice_is_caught_and_wins_no_slot_any_more() {
    for seed in 1..6 {
        let run = play("one-liar", &[], seed, Some(900));
        assert_eq!(caught(&run), BTreeSet::from([0]), "seed {seed}");
        assert!(broken(&run).is_empty());
        let staking = &run.system().protocol;
        let last = &run.state().locals[5];
        assert_eq!(last.disk.tip(staking).ledger().balance(staking.terms.accounts[0]), 0);
        assert!(heights(&run)[5].1 > 40, "the others go on");
    }
}

#[test]
fn without_punishment_both_branches_become_final() {
    let run = play("nothing-at-stake", &[], 1, None);
    assert!(broken(&run).contains(&"Finality") && caught(&run).is_empty());
    let run = play("nothing-at-stake", &[("with", "double-vote")], 1, None);
    assert!(broken(&run).is_empty() && caught(&run).is_empty());
}

/// Who can turn the lottery with 32 tries misses the next slot with a chance of (5/6)^32.
#[test]
fn a_seed_that_can_be_turned_is_turned() {
    let part = |set: &[(&str, &str)]| {
        let made = makers(&play("grinding", set, 1, Some(3_000)));
        made.iter().filter(|&&maker| maker == 0).count() as f64 / made.len() as f64
    };
    assert!(part(&[]) > 0.7, "{}", part(&[]));
    let fair = part(&[("with", "fair-seed")]);
    assert!((fair - 1.0 / 6.0).abs() < 0.08, "{fair}");
}

#[test]
fn an_invalid_block_costs_who_votes_for_it() {
    let rich = broken(&play("rich", &[], 1, None));
    assert!(rich.contains(&"Only valid blocks"));
    assert!(
        rich.contains(&"Nobody is punished for nothing"),
        "V6 has lost its deposit without proof: {rich:?}"
    );
    for seed in 1..6 {
        let run = play("rich", &[("with", "valid-only")], seed, Some(900));
        assert!(broken(&run).is_empty());
        assert_eq!(caught(&run), BTreeSet::from([0]));
    }
    // Where nothing else is punished, that is.
    let set = [("with", "valid-only"), ("without", "double-vote"), ("without", "surround-vote")];
    let run = play("rich", &set, 1, Some(900));
    let kinds: BTreeSet<&str> = run
        .state()
        .locals
        .iter()
        .flat_map(|local| local.disk.caught.iter().map(|(_, offence)| offence.words()))
        .collect();
    assert_eq!(kinds, BTreeSet::from(["voted for an invalid block"]));
}

/// The work that is in a chain of each room, for the same number of blocks.
#[test]
fn stake_takes_fewer_hashes_than_work() {
    let run = play("finality", &[], 1, Some(2_000));
    let tip = run.state().locals[0].disk.tip(&run.system().protocol).clone();
    let drawn = tip.work().small() as f64 / tip.height() as f64;
    let first = super::super::work::Mining::target(64).target().expect("a target").work().small() as f64;
    assert!(
        tip.height() > 190 && drawn < 2.1 && first > 30.0 * drawn,
        "{drawn} hashes a block, and {first} by work"
    );
}

/// States, and what is broken, with the length of the shortest way there.
fn search(name: &str, set: &[(&str, &str)]) -> (usize, Vec<(&'static str, usize)>) {
    decided::<StakeRoom>(name, set)
}

#[test]
fn a_third_can_break_finality_and_is_named() {
    assert_eq!(search("a-third", &[]), (13_737, vec![("Finality", 4), ("One branch", 6)]));
    // With a deposit that makes less than a third of all it cannot.
    assert!(search("a-third", &[("part", "90")]).1.is_empty());
}

#[test]
fn less_than_a_third_cannot_in_any_order() {
    // With four validators of the same deposit, as in the page, there are two million states; three will do here.
    assert!(search("less-than-a-third", &[("validators", "3"), ("part", "40")]).1.is_empty());
}

#[test]
fn each_rule_that_is_off_is_caught() {
    assert_eq!(search("two-votes", &[]).1, [("Finality", 14), ("One branch", 14)]);
    assert!(search("two-votes", &[("with", "double-vote")]).1.is_empty());
    assert_eq!(search("surrounded", &[]).1, [("Finality", 14), ("One branch", 14)]);
    assert!(search("surrounded", &[("with", "surround-vote")]).1.is_empty());
    // Half of the deposits for each branch.
    let halves = [("faulty", "0"), ("validators", "2"), ("without", "two-thirds")];
    assert!(search("a-third", &halves).1.iter().any(|(name, _)| *name == "Finality"));
}
