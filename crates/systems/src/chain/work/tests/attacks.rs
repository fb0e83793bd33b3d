//! Attacks on the network come to what the literature says.

use kernel::Micros;

use super::super::super::odds;
use super::super::{Miners, Mining};
use super::play;

type Now = kernel::cluster::State<Mining, super::super::Watch>;

/// The attacker's part of the chain of the last node.
fn share(run: &simulator::Run<Miners>) -> f64 {
    let mining = &run.system().protocol;
    let now: &Now = run.state();
    let tip = now.locals.last().expect("there are nodes").disk.tip(mining);
    let account = mining.terms.accounts[0];
    let earned = tip.ledger().granted(account) - mining.genesis.ledger().granted(account);
    earned as f64 / (mining.terms.reward * tip.height()) as f64
}

/// So fast that hardly ever two blocks are under way at once, and all alike: what a pool shows as an answer to a block comes
/// after that block.
const AT_ONCE: [(&str, &str); 2] = [("delay-min", "1"), ("delay-max", "1")];

#[test]
fn double_spends_succeed_as_often_as_the_race_says() {
    for (q, z) in [("10", "1"), ("30", "2"), ("30", "4")] {
        let set =
            [AT_ONCE[0], AT_ONCE[1], ("share", q), ("confirmations", z), ("hashes", "2"), ("miners", "3")];
        let run = play("double-spend", &set, 1, Some(Micros::ms(2_400_000_000)));
        let (ended, won) = run.state().monitor.attempts;
        let (q, z) = (q.parse::<f64>().expect("a number") / 100.0, z.parse().expect("a number"));
        let (measured, exact) = (f64::from(won) / f64::from(ended), odds::race(q, z));
        let spread = (exact * (1.0 - exact) / f64::from(ended)).sqrt();
        assert!(ended > 2_000, "{ended} attempts");
        // Who gives up at a chance of one in a thousand loses no more than that.
        let off = (measured - exact).abs();
        assert!(off < 4.0 * spread + 0.001, "q {q}, z {z}: {measured} of {ended}, and exactly {exact}");
    }
}

#[test]
fn most_of_the_hashes_undo_any_number_of_confirmations() {
    for confirmations in ["1", "6", "20"] {
        let set = [("confirmations", confirmations)];
        let run = play("one-of-seven", &set, 3, Some(Micros::ms(40_000_000)));
        let (ended, won) = run.state().monitor.attempts;
        assert!(won > 3, "{won} of {ended} against {confirmations}");
        assert!(super::broken(&run).contains(&"Settled payments stay"));
    }
}

/// Six of seven peers are honest in both: what counts is hashes.
#[test]
fn fewer_than_half_of_the_peers_is_not_what_counts() {
    let undone = |share: &str| {
        let set = [("share", share), ("confirmations", "12"), ("delay-max", "500")];
        !super::broken(&play("one-of-seven", &set, 1, Some(Micros::ms(10_000_000)))).is_empty()
    };
    assert!(undone("60"));
    assert!(!undone("15"));
}

#[test]
fn selfish_mining_earns_what_the_formula_says() {
    for (alpha, gamma) in [("40", "0"), ("40", "50"), ("40", "100"), ("20", "0"), ("30", "50")] {
        let set = [
            AT_ONCE[0],
            AT_ONCE[1],
            ("share", alpha),
            ("gamma", gamma),
            ("hashes", "2"),
            ("miners", "11"),
            ("neighbours", "10"),
        ];
        let run = play("selfish", &set, 1, Some(Micros::ms(400_000_000)));
        let number = |text: &str| text.parse::<f64>().expect("a number") / 100.0;
        let (measured, exact) = (share(&run), odds::revenue(number(alpha), number(gamma)));
        assert!((measured - exact).abs() < 0.015, "α {alpha}, γ {gamma}: {measured}, and exactly {exact}");
    }
}

#[test]
fn who_ignores_the_longest_chain_earns_nothing() {
    let run = play("stubborn", &[], 1, Some(Micros::ms(6_000_000)));
    assert!(share(&run) < 0.01);
    assert!(run.state().locals[0].disk.found > 50);
}

#[test]
fn a_coin_in_place_of_first_seen_makes_gamma_a_half() {
    let set = [
        AT_ONCE[0],
        AT_ONCE[1],
        ("share", "30"),
        ("gamma", "0"),
        ("hashes", "2"),
        ("miners", "11"),
        ("neighbours", "10"),
    ];
    let first = share(&play("selfish", &set, 1, Some(Micros::ms(400_000_000))));
    let coin = [&set[..], &[("without", "first-seen")]].concat();
    let coin = share(&play("selfish", &coin, 1, Some(Micros::ms(400_000_000))));
    assert!((first - odds::revenue(0.3, 0.0)).abs() < 0.015, "{first}");
    assert!((coin - odds::revenue(0.3, 0.5)).abs() < 0.02, "{coin}");
}
