//! What holds in every schedule of a few blocks, and what does not.

use super::super::WorkRoom;
use crate::shared::testing::{searched, violated};

/// States, and the properties that are broken, with the length of the shortest way there.
fn search(name: &str, set: &[(&str, &str)]) -> (usize, Vec<(&'static str, usize)>) {
    let report = searched::<WorkRoom>(name, set);
    (report.progress.states, violated(&report))
}

#[test]
fn one_confirmation_is_undone_by_two_secret_blocks() {
    let (states, broken) = search("one-confirmation", &[]);
    assert_eq!(states, 12_569);
    // With k = 0 any two blocks of one height break the prefix.
    assert_eq!(broken, [("Common prefix", 2), ("Settled payments stay", 6)]);
}

#[test]
fn a_majority_in_step_undoes_nothing_and_without_it_it_is_caught() {
    let (states, broken) = search("honest-majority", &[("blocks", "6")]);
    assert!(states > 10_000 && broken.is_empty(), "{states} {broken:?}");
    let (_, broken) = search("honest-majority", &[("blocks", "6"), ("minority", "off")]);
    assert_eq!(
        broken.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
        ["Common prefix", "Settled payments stay"]
    );
}

#[test]
fn a_majority_that_hears_late_is_not_enough() {
    let (_, broken) = search("late-majority", &[]);
    assert_eq!(broken, [("Common prefix", 2), ("Settled payments stay", 8)]);
}

#[test]
fn each_rule_that_is_off_is_caught() {
    let (_, broken) =
        search("no-work", &[("miners", "2"), ("blocks", "2"), ("hashes", "2"), ("payments", "0")]);
    assert!(broken.iter().any(|(name, _)| *name == "Only valid blocks"), "{broken:?}");
    let (_, broken) =
        search("stolen", &[("miners", "2"), ("blocks", "2"), ("hashes", "2"), ("payments", "0")]);
    assert!(broken.iter().any(|(name, _)| *name == "Only valid blocks"), "{broken:?}");
    for rule in ["no-work", "stolen"] {
        let on = if rule == "no-work" { "proof-of-work" } else { "signatures" };
        let set = [("miners", "2"), ("blocks", "2"), ("hashes", "2"), ("payments", "0"), ("with", on)];
        let (_, broken) = search(rule, &set);
        assert!(broken.iter().all(|(name, _)| *name != "Only valid blocks"), "{rule}: {broken:?}");
    }
}
