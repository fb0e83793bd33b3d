//! What the specifications of voting share: acceptors, numbered ballots, values, and quorums that are majorities.

use kernel::view::{Figure, Role};
use kernel::{NodeId, Opt, OptKind, Outcome, Setup, Verdict};

/// No more acceptors, values or ballots than this.
pub(super) const MOST: u32 = 8;

/// How many there are of what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sizes {
    pub(super) acceptors: u32,
    pub(super) values: u32,
    pub(super) ballots: u32,
}

impl Sizes {
    pub(super) fn of(setup: &Setup) -> Self {
        let number = |name| setup.number(name) as u32;
        Self { acceptors: number("acceptors"), values: number("values"), ballots: number("ballots") }
    }

    pub(super) const fn majority(self) -> u32 {
        self.acceptors / 2 + 1
    }

    /// The values, as bits.
    pub(super) const fn all_values(self) -> u64 {
        (1 << self.values) - 1
    }

    /// The values that an acceptor may safely vote for in a ballot, as bits.
    ///
    /// A majority of `ready` shows that a value is safe if the last of them to vote before did so for that value, or if
    /// none of them has voted (Voting.tla, `ShowsSafeAt`; Paxos.tla, `Phase2a`). In a ballot there is only one value, so
    /// it is enough to go down from ballot to ballot and to set aside who voted later. `voted` gives who of `ready`
    /// voted in a ballot, `value` the ballot's value.
    #[inline]
    pub(super) fn safe(
        self,
        ballot: u32,
        ready: u64,
        voted: impl Fn(u32) -> u64,
        value: impl Fn(u32) -> u32,
    ) -> u64 {
        let (mut quiet, mut safe) = (ready, 0);
        for earlier in (0..ballot).rev() {
            if quiet.count_ones() < self.majority() {
                return safe;
            }
            let here = quiet & voted(earlier);
            if here != 0 {
                safe |= 1 << value(earlier);
                quiet &= !here;
            }
        }
        if quiet.count_ones() >= self.majority() { self.all_values() } else { safe }
    }
}

/// One value at most has been chosen (Consensus.tla, `Inv`).
pub(super) fn agreement(chosen: u64) -> Verdict {
    if chosen & chosen.wrapping_sub(1) == 0 {
        return Ok(());
    }
    let (one, other) = (chosen.trailing_zeros(), (chosen & (chosen - 1)).trailing_zeros());
    Err(format!("Both {} and {} are chosen.", value_name(one), value_name(other)))
}

/// Whether a value has been chosen. A search asks in every state until one has, so no words are made of it.
pub(super) fn reached(chosen: u64) -> Verdict {
    if chosen == 0 { Err(String::new()) } else { Ok(()) }
}

/// The places of the bits of a word, from the lowest.
#[inline]
pub(super) fn each(mut bits: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let next = (bits != 0).then(|| bits.trailing_zeros());
        bits &= bits.wrapping_sub(1);
        next
    })
}

/// How many bits hold a number below `count`.
pub(super) const fn width(count: u32) -> u32 {
    u32::BITS - (count - 1).leading_zeros()
}

pub(super) fn value_name(value: u32) -> String {
    format!("v{}", value + 1)
}

pub(super) fn acceptor_name(acceptor: u32) -> String {
    format!("A{}", acceptor + 1)
}

pub(super) fn outcome_name(outcome: Outcome) -> String {
    value_name(outcome.into())
}

pub(super) fn acceptor_role(max_ballot: Option<u32>) -> (Role, Option<u64>) {
    (Role { word: "acceptor".into(), figure: Figure::Circle, acting: false }, max_ballot.map(u64::from))
}

pub(super) fn value_role(chosen: bool) -> (Role, Option<u64>) {
    let word = if chosen { "chosen" } else { "value" };
    (Role { word: word.into(), figure: Figure::Square, acting: chosen }, None)
}

pub(super) fn in_words(ballot: Option<u32>) -> String {
    ballot.map_or_else(|| "none".to_owned(), |ballot| ballot.to_string())
}

/// The nodes from one number on.
pub(super) fn nodes(first: u32, count: u32) -> Vec<NodeId> {
    (first..first + count).map(|node| node as NodeId).collect()
}

pub(super) fn options(values: &'static str) -> Vec<Opt> {
    let option = |name, title, default, help| {
        let kind = OptKind::Number { least: 1, most: MOST.into(), unit: "" };
        Opt { name, title, kind, default, help }
    };
    vec![
        option("acceptors", "Acceptors", "3", "How many acceptors vote; a majority is a quorum."),
        option("values", "Values", values, "How many values can be proposed."),
        option("ballots", "Ballots", "2", "How many ballots there are, counted from 0."),
    ]
}
