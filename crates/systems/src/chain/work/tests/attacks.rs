//! Attacks on the network come to what the literature says.

use kernel::Micros;

use super::super::super::odds;
use super::super::{Miners, Mining, panels};
use super::{open, play};

type WorkState = kernel::cluster::State<Mining, super::super::Watch>;

/// The attacker's part of the chain of the last node.
fn share(run: &simulator::Run<Miners>) -> f64 {
    let mining = &run.system().protocol;
    let now: &WorkState = run.state();
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

/// γ is a share of hashes: in a row of unequal miners as near to it as whole ones allow, and what is shown is what is met.
#[test]
fn gamma_counts_hashes_and_not_heads() {
    let mining = |set: &[(&str, &str)]| open("selfish", set).1.protocol;
    let met = |set: &[(&str, &str)]| mining(set).gamma_met();
    for (gamma, known) in [("0", 0.0), ("9", 0.0), ("10", 0.2), ("29", 0.2), ("50", 0.6), ("100", 1.0)] {
        assert!((met(&[("gamma", gamma)]) - known).abs() < 1e-9, "five miners, {gamma} %");
    }
    // The first of eleven has 1 of 3.02 parts: alone it is a third, and not a tenth.
    let uneven = [("miners", "12"), ("power", "uneven")];
    let third = met(&[uneven[0], uneven[1], ("gamma", "33")]);
    assert!((third - 0.3311).abs() < 1e-3, "{third}");
    for gamma in 0..=100_u32 {
        let text = gamma.to_string();
        let found = met(&[uneven[0], uneven[1], ("gamma", &text)]);
        assert!((found - f64::from(gamma) / 100.0).abs() < 0.166, "{gamma} %: {found}");
    }
    assert!((met(&[("gamma", "0"), ("without", "first-seen")]) - 0.5).abs() < 1e-9, "a coin");
    let shown = panels::met(&mining(&[]));
    assert_eq!(shown, "60 %: the nearest to 50 % that whole miners allow");
}

#[test]
fn unequal_miners_earn_a_pool_what_the_formula_says() {
    let set = [
        AT_ONCE[0],
        AT_ONCE[1],
        ("share", "30"),
        ("gamma", "50"),
        ("power", "uneven"),
        ("hashes", "2"),
        ("miners", "6"),
        ("neighbours", "10"),
    ];
    let run = play("selfish", &set, 1, Some(Micros::ms(300_000_000)));
    let gamma = run.system().protocol.gamma_met();
    let (measured, exact) = (share(&run), odds::revenue(0.3, gamma));
    assert!((measured - exact).abs() < 0.015, "γ {gamma}: {measured}, and exactly {exact}");
}

#[test]
fn what_is_said_of_nakamotos_number_is_so() {
    let said = |q, z| match panels::two_numbers(q, z) {
        kernel::view::Panel::Text { title, body } => (title, body),
        other => panic!("{other:?} is no text"),
    };
    for (q, z, words) in [(0.1, 2, "too low"), (0.3, 6, "too low"), (0.3, 1, "too high")] {
        let (title, body) = said(q, z);
        assert!(
            title == "Why the two numbers differ" && body.contains(&format!("his number is {words}")),
            "{q} {z}: {body}"
        );
        assert_eq!(odds::nakamoto(q, z) > odds::race(q, z), words == "too high");
    }
    let (title, body) = said(0.1, 1);
    assert!(title == "Why there are two numbers" && !body.contains("too high"), "20 % and 20 %: {body}");
    for q in [0.5, 0.6] {
        let (title, body) = said(q, 6);
        assert!(title == "Why both numbers are 100 %" && !body.contains("his number"), "{body}");
    }
}
