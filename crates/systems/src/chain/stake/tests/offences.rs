//! What two votes prove, against the definition and against cases in the shape of EIP-3076's test files.

use super::super::{Offence, StakeRoom, Staking, Vote, monitor};
use crate::chain::hash::Hash;
use crate::shared::testing::built;

fn at(number: u64, branch: u8) -> (u64, Hash) {
    (number, Hash([branch; 32]))
}

fn vote(from: (u64, Hash), to: (u64, Hash)) -> Vote {
    Vote::sign(1, from, to, &Staking::wallet(1))
}

#[test]
fn two_votes_prove_what_they_prove() {
    let staking = built::<StakeRoom>("finality", &[]).1.protocol;
    let (one, two) = (vote(at(0, 0), at(1, 1)), vote(at(0, 0), at(1, 2)));
    assert_eq!(Offence::of(&one, &two), Some(Offence::Double(one, two)));
    let (inner, outer) = (vote(at(1, 1), at(2, 1)), vote(at(0, 0), at(3, 2)));
    for (a, b) in [(inner, outer), (outer, inner)] {
        assert_eq!(Offence::of(&a, &b), Some(Offence::Surround(outer, inner)));
    }
    // One after the other, the same twice, and those of two validators prove nothing.
    assert_eq!(Offence::of(&one, &inner), None);
    assert_eq!(Offence::of(&one, &one), None);
    assert_eq!(Offence::of(&one, &Vote { by: 2, ..two }), None);
    assert_eq!(
        Offence::of(&vote(at(1, 1), at(3, 1)), &vote(at(1, 1), at(2, 1))),
        None,
        "the same source is no span"
    );
    assert!(Offence::Double(one, two).proves(&staking.terms, 1));
    assert!(!Offence::Double(one, two).proves(&staking.terms, 2));
    let forged = Vote { target: at(1, 3), ..one };
    assert!(!forged.is_sound(&staking.terms) && !Offence::Double(one, forged).proves(&staking.terms, 1));
    assert!(!vote(at(2, 1), at(1, 1)).is_sound(&staking.terms), "no vote goes back");
}

/// Buterin and Griffith 2017, section 2, commandment I: "two distinct votes for the same target height".
#[test]
fn two_votes_for_one_target_height_are_an_offence_whatever_their_sources() {
    let (one, two) = (vote(at(0, 0), at(2, 1)), vote(at(1, 1), at(2, 1)));
    assert_eq!(Offence::of(&one, &two), Some(Offence::Double(one, two)), "one target, two sources");
    let other = vote(at(1, 2), at(2, 2));
    assert_eq!(Offence::of(&one, &other), Some(Offence::Double(one, other)), "both differ");
    let staking = built::<StakeRoom>("finality", &[]).1.protocol;
    assert!(Offence::Double(one, two).proves(&staking.terms, 1));
    // The same vote under a second signature is no second vote.
    let again = Vote { signature: [7; 64], ..one };
    assert_eq!(Offence::of(&one, &again), None);
}

/// (source, target, branch) of what was signed, the same of what is asked for, and whether signing that is an offence.
type Case = (&'static [(u64, u64, u8)], (u64, u64, u8), bool);

/// The sequences of attestations that EIP-3076's test files are made of: what was signed before, and the next one.
const CASES: [Case; 12] = [
    // The same again, and one epoch after the other.
    (&[(0, 1, 1)], (0, 1, 1), false),
    (&[(0, 1, 1)], (1, 2, 1), false),
    (&[(2, 3, 1)], (3, 5, 1), false),
    // Double votes: another target, another source, both.
    (&[(2, 3, 1)], (2, 3, 2), true),
    (&[(2, 3, 1)], (1, 3, 1), true),
    (&[(1, 3, 1)], (2, 3, 1), true),
    (&[(0, 2, 1), (2, 3, 1)], (0, 3, 2), true),
    // Surrounding one, and surrounded by one, by more than one epoch or by just one on each side.
    (&[(2, 3, 1)], (1, 4, 1), true),
    (&[(1, 4, 1)], (2, 3, 1), true),
    (&[(10, 20, 1), (25, 27, 1)], (24, 28, 1), true),
    // A span that shares an end with another is around nothing.
    (&[(1, 3, 1)], (1, 4, 1), false),
    (&[(1, 2, 1)], (1, 5, 2), false),
];

#[test]
fn attestations_that_slashing_protection_must_refuse_are_offences() {
    let cast = |(from, to, branch): (u64, u64, u8)| vote(at(from, branch), at(to, branch));
    for (before, next, offends) in CASES {
        let next = cast(next);
        let found = before.iter().any(|&old| Offence::of(&cast(old), &next).is_some());
        assert_eq!(found, offends, "{before:?} and then {next:?}");
        let all: Vec<Vote> = before.iter().map(|&old| cast(old)).chain([next]).collect();
        assert_eq!(!monitor::guilty(&all).is_empty(), offends, "all of {before:?} with {next:?}");
    }
}

/// The quick way to find the guilty agrees with looking at every pair, for all sets of three votes out of many.
#[test]
fn the_guilty_are_those_whom_some_pair_of_votes_proves_guilty() {
    let spans = (0..4).flat_map(|from| (from + 1..5).map(move |to| (from, to)));
    let votes: Vec<Vote> = spans
        .flat_map(|(from, to)| (0..2).map(move |branch| (from, to, branch)))
        .map(|(from, to, branch)| Vote {
            by: 1,
            source: at(from, branch),
            target: at(to, branch),
            signature: [0; 64],
        })
        .collect();
    let pair = |a: &Vote, b: &Vote| Offence::of(a, b).is_some();
    let mut seen = [0; 2];
    for a in &votes {
        for b in &votes {
            for c in &votes {
                let guilty = pair(a, b) || pair(a, c) || pair(b, c);
                assert_eq!(!monitor::guilty(&[*a, *b, *c]).is_empty(), guilty, "{a:?} {b:?} {c:?}");
                seen[usize::from(guilty)] += 1;
            }
        }
    }
    assert!(seen.iter().all(|&times| times > 100), "{seen:?}");
    let mine = Vote { by: 2, ..votes[0] };
    assert!(monitor::guilty(&[mine, votes[1]]).is_empty(), "votes of two validators");
}
