//! Every scenario makes its point: at seed 1, and where it does not hang on luck under other seeds.

use std::collections::BTreeSet;

use kernel::Micros;

use super::super::super::Hash;
use super::{broken, play};

type Run = simulator::Run<super::super::Miners>;

fn tips(run: &Run) -> Vec<(u64, Hash)> {
    let tip = |local: &kernel::Local<super::super::Mining>| {
        let tip = local.disk.tip(&run.system().protocol);
        (tip.height(), tip.hash())
    };
    run.state().locals.iter().map(tip).collect()
}

#[test]
fn blocks_come_as_often_as_they_should() {
    let run = play("steady", &[("payments", "0")], 1, Some(Micros::ms(20_000_000)));
    let height = tips(&run)[0].0 as f64;
    // A thousand blocks, less the few that are lost to forks.
    assert!((height - 1000.0).abs() < 120.0, "{height}");
    assert!(broken(&run).is_empty());
    let found: u32 = run.state().locals.iter().map(|local| local.disk.found).sum();
    assert!(f64::from(found) > height && f64::from(found) < height * 1.15);
}

#[test]
fn who_has_more_hashes_finds_more_blocks() {
    let run = play("uneven", &[("payments", "0")], 1, Some(Micros::ms(60_000_000)));
    let shares = &run.system().protocol.shares;
    let total = shares.iter().sum::<u64>() as f64;
    let found: Vec<f64> = run.state().locals.iter().map(|local| f64::from(local.disk.found)).collect();
    let all: f64 = found.iter().sum();
    let chi: f64 = shares
        .iter()
        .zip(&found)
        .map(|(&share, &found)| {
            let expected = all * share as f64 / total;
            (found - expected).powi(2) / expected
        })
        .sum();
    assert!(all > 2500.0 && found[0] > 10.0 * found[11]);
    // Eleven degrees of freedom, one in a thousand.
    assert!(chi < 31.3, "{chi}: {found:?}");
}

#[test]
fn slow_news_makes_forks_and_everybody_comes_back_together() {
    for seed in 1..6 {
        let run = play("slow-network", &[("payments", "0")], seed, Some(Micros::ms(4_000_000)));
        assert!(run.state().monitor.reorganisations > 10, "seed {seed}");
        let heights: BTreeSet<u64> = tips(&run).iter().map(|(height, _)| *height).collect();
        assert!(heights.last().zip(heights.first()).is_some_and(|(most, least)| most - least < 6));
    }
}

#[test]
fn a_partition_heals_by_work() {
    for seed in 1..8 {
        let run = play("partition", &[], seed, Some(Micros::ms(600_000)));
        let sides: BTreeSet<_> = tips(&run).into_iter().map(|(height, _)| height).collect();
        assert!(sides.last().zip(sides.first()).is_some_and(|(most, least)| most - least < 4), "seed {seed}");
        assert!(!broken(&run).contains(&"No payment is lost") && !broken(&run).contains(&"Money adds up"));
    }
    let run = play("partition", &[], 1, None);
    assert_eq!(broken(&run), ["Common prefix", "Settled payments stay"]);
    assert_eq!(tips(&run).into_iter().collect::<BTreeSet<_>>().len(), 1);
}

#[test]
fn every_payment_that_is_asked_for_is_made_in_the_end() {
    let run = play("slow-network", &[("payments", "20")], 2, Some(Micros::ms(3_000_000)));
    let ledger = run.state().locals[0].disk.tip(&run.system().protocol).ledger().clone();
    let made: u64 = run.system().protocol.terms.accounts.iter().map(|&account| ledger.next(account)).sum();
    let asked = u64::from(run.state().spent.requests);
    assert!(asked > 100 && made + 12 > asked, "{made} of {asked}");
}

#[test]
fn the_target_follows_the_hashes() {
    let (mut gone, mut back) = (0, 0);
    for seed in 1..9 {
        let run = play("retarget", &[("payments", "0")], seed, Some(Micros::ms(3_000_000)));
        let mining = &run.system().protocol;
        let tip = run.state().locals[0].disk.tip(mining).clone();
        let work = |height: u64| {
            let block = tip.at(height).expect("the chain is longer");
            block.header().bits.target().expect("a target").work().small()
        };
        // Half of the miners are gone from block 16 on and back from 48.
        gone += (4..6).map(|k| work(8 * k + 1)).sum::<u64>() * 3;
        back += (9..12).map(|k| work(8 * k + 1)).sum::<u64>() * 2;
        assert!(seed > 1 || broken(&run).is_empty());
    }
    assert!(back * 10 > gone * 13, "{} hashes a block, then {}", gone / 48, back / 48);
}

#[test]
fn two_hundred_miners_stay_together() {
    let run = play("many", &[("payments", "60")], 1, None);
    assert_eq!(tips(&run).len(), 200);
    assert!(broken(&run).is_empty());
    assert!(tips(&run).into_iter().collect::<BTreeSet<_>>().len() < 4);
}

#[test]
fn each_rule_that_is_off_is_seen_and_none_that_is_on() {
    for (scenario, rule, property) in [
        ("easy-blocks", "most-work", "Most work counts"),
        ("easy-blocks", "most-work", "Common prefix"),
        ("no-work", "proof-of-work", "Only valid blocks"),
        ("stolen", "signatures", "Only valid blocks"),
        ("spent-twice", "no-double-spends", "Money adds up"),
        ("forgotten", "back-to-pool", "No payment is lost"),
    ] {
        assert!(broken(&play(scenario, &[], 1, None)).contains(&property), "{scenario}");
        assert!(
            !broken(&play(scenario, &[("with", rule)], 1, None)).contains(&property),
            "{scenario} with {rule}"
        );
    }
}
