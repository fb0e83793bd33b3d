//! Headers of other networks, and heights that are not theirs. All headers are those of public networks.

use super::super::audit::audit_below;
use super::super::{Compact, PERIOD, Work, audit};

const FIRST: &str = super::GENESIS;
const SECOND: &str = "010000006fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000982051fd1e4ba744bbbe680e1fee14\
                      677ba1a3c3540bf7b1cdb606e857233e0e61bc6649ffff001d01e36299";
const THIRD: &str = "010000004860eb18bf1b1620e37e9490fc8a427514416fd75159ab86688e9a8300000000d5fdcc541e25de1c7a5add\
                     edf24858b8bb665c9f36ef744ee42c316022c90f9bb0bc6649ffff001d08d2bd61";
const TESTNET3: [&str; 2] = [
    "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f617fc81b\
     c3888a51323a9fb8aa4b1e5e4adae5494dffff001d1aa4ae18",
    "0100000043497fd7f826957108f4a30fd9cec3aeba79972084e90ead01ea330900000000bac8b0fa927c0ac8234287e33c5f74d38d3548\
     20e24756ad709d7038fc5f31f020e7494dffff001d03e4b672",
];
const REGTEST: &str = "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67\
                       768f617fc81bc3888a51323a9fb8aa4b1e5e4adae5494dffff7f2002000000";

/// The first fault, in words.
fn fault(text: &str) -> String {
    audit(text).1.map_or_else(|| "none".to_owned(), |fault| fault.to_string())
}

fn table(rows: &[(u64, &str)]) -> String {
    let rows = rows.iter().map(|(height, header)| format!("{height},{header}\n"));
    format!("height,header_hex\n{}", rows.collect::<String>())
}

#[test]
fn headers_of_another_network_are_refused_by_its_name() {
    let (found, fault_in_main) = audit(&format!("{FIRST}\n{SECOND}\n"));
    assert_eq!((fault_in_main, found.work, found.main), (None, Work::read("0x200020002"), true));
    let begins = "another network: the main network begins with \
                  000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f";
    let [first, second] = TESTNET3;
    let rows = [
        (format!("{first}\n{second}\n"), 1, "is", "testnet3"),
        // Without its first header, and in a table.
        (second.to_owned(), 1, "follows", "testnet3"),
        (table(&[(0, first), (1, second)]), 2, "is", "testnet3"),
        // Behind headers of the main network.
        (format!("{FIRST}\n{second}\n"), 2, "follows", "testnet3"),
        (REGTEST.to_owned(), 1, "is", "regtest"),
    ];
    for (text, line, how, name) in rows {
        assert_eq!(fault(&text), format!("line {line}: it {how} the first header of {name}, {begins}"));
    }
}

#[test]
fn a_file_that_begins_later_says_that_its_network_is_not_known() {
    let words = |text: &str| audit(text).0.told().1[0].1.clone();
    assert!(words(FIRST).starts_with("the main network"));
    let (found, fault) = audit(SECOND);
    assert_eq!((fault, found.heights, found.main), (None, Some((1, 1)), true), "it names the first of all");
    assert_eq!(found.work, Work::read("0x200020002"));
    let (found, fault) = audit(THIRD);
    assert_eq!((fault, found.headers, found.main, found.heights), (None, 1, false, None));
    assert!(words(THIRD).starts_with("not known"));
}

#[test]
fn a_height_is_the_one_that_the_header_implies() {
    let (found, fault_in_right) = audit(&table(&[(0, FIRST), (1, SECOND)]));
    assert_eq!((fault_in_right, found.work), (None, Work::read("0x200020002")));
    let names = "it names the first header of all as the one before";
    let rows = [
        (table(&[(0, FIRST), (2, SECOND)]), format!("line 3: its height is stated as 2, and it is 1: {names}")),
        (
            table(&[(5, FIRST), (6, SECOND)]),
            "line 2: its height is stated as 5, and it is 0: it names none before it".to_owned(),
        ),
        (
            table(&[(0, FIRST), (2016, SECOND)]),
            format!("line 3: its height is stated as 2016, and it is 1: {names}"),
        ),
        (
            table(&[(1, SECOND), (7, THIRD)]),
            "line 3: its height is stated as 7, and it is 2: it names the header of the row before as the one before"
                .to_owned(),
        ),
        (
            table(&[(0, SECOND)]),
            format!("line 2: its height is stated as 0, and it is 1: {names}"),
        ),
    ];
    for (text, words) in rows {
        assert_eq!(fault(&text), words);
    }
}

/// Rows that leave blocks out are still of one period, or of the first.
#[test]
fn a_target_of_another_period_is_seen_across_a_gap() {
    let easiest = Compact(0x207f_ffff);
    let mut chain = super::easy_chain(easiest, 400, PERIOD + 9);
    let rows = |chain: &[super::Header], heights: [u64; 2]| {
        let lines = super::lines(chain);
        let lines: Vec<&str> = lines.lines().collect();
        audit_below(&table(&heights.map(|height| (height, lines[height as usize]))), easiest, None)
    };
    let places = [PERIOD + 1, PERIOD + 8];
    let (found, fault) = rows(&chain, places);
    assert_eq!((fault, found.kept), (None, 1));
    let (bits, last) = (chain[places[0] as usize].bits, places[1] as usize);
    for (place, other) in [(last, easiest), (5, bits)] {
        chain[place].bits = other;
        while !chain[place].meets_its_target() {
            chain[place].nonce += 1;
        }
    }
    let due = |height, wrong, due| {
        let fault = rows(&chain, height).1.map(|fault| fault.to_string());
        assert_eq!(fault, Some(format!("line 3: its target {wrong} is not the {due} of its period")));
    };
    due(places, easiest, bits);
    due([2, 5], bits, easiest);
}
