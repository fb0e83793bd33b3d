//! Ballots: how they are numbered, and renumbered.
//!
//! A ballot is a round and a proposer, compared in this order, so that proposers take their ballots from disjoint sets
//! (section 2.5). In words it is one number: of two proposers the first has 1, 3, 5, and the second 2, 4, 6.

use std::collections::{BTreeMap, BTreeSet};

use kernel::NodeId;
use serde::{Deserialize, Serialize};

use super::Paxos;

/// A ballot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Ballot {
    /// The round, from 1.
    pub round: u32,
    /// Whose ballot it is: the proposers are counted from 0.
    pub proposer: NodeId,
}

impl Paxos {
    /// The ballot of this node in this round. Where the rule that a ballot belongs to one proposer is off, all
    /// proposers have the same.
    pub(super) fn ballot(&self, me: NodeId, round: u32) -> Ballot {
        let proposer = if self.rules.one_value_per_ballot { self.layout.proposer_place(me) } else { 0 };
        Ballot { round, proposer }
    }

    /// The ballot as one number, in the same order.
    pub(super) fn number(&self, ballot: Ballot) -> u64 {
        let Ballot { round, proposer } = ballot;
        if !self.rules.one_value_per_ballot {
            return u64::from(round);
        }
        u64::from(round.max(1) - 1) * u64::from(self.layout.proposers) + u64::from(proposer) + 1
    }

    /// Whether states that differ only in the numbers of their ballots have the same future. Proposers compare ballots,
    /// and take the round after one that they know of, so beside the order of two rounds it could matter whether there
    /// is an unused one between them. It does not where there are two proposers, and each starts over only when it
    /// was overtaken: its new round is then one above a round of the other's, so that the latest rounds of the two
    /// are never more than one apart, and nobody ever takes a round between older ones.
    pub(super) fn only_compares(&self) -> bool {
        let Self { layout, patience, rules, .. } = self;
        layout.proposers <= 2 && patience.0 == 0 && rules.one_value_per_ballot && rules.keep_promise
    }
}

/// New rounds for these, from 1 and without gaps, in the same order. Round 0 is none.
pub(super) fn renumber(rounds: &BTreeSet<u32>) -> BTreeMap<u32, u32> {
    let used = rounds.iter().copied().filter(|round| *round > 0);
    std::iter::once((0, 0)).chain(used.zip(1..)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_keep_their_order() {
        let new = renumber(&BTreeSet::from([4, 5, 9, 12]));
        assert_eq!(new, BTreeMap::from([(0, 0), (4, 1), (5, 2), (9, 3), (12, 4)]));
        let again = renumber(&new.values().copied().collect());
        assert!(again.iter().all(|(old, new)| old == new), "what is small stays as it is");
    }
}
