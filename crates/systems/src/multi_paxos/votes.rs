//! Ballots, and what an acceptor has accepted in each slot.

use kernel::NodeId;
use rpds::Vector;
use serde::{Deserialize, Serialize};

use crate::shared::store::{Command, mix};

/// A slot of the log, from 1; 0 comes before the first.
pub type Slot = u64;

/// A ballot: a round and the server whose ballot it is, written as one number, so that ballots are ordered and no two
/// servers share one. Among three servers 1, 4, 7, … are ballots of S1 and 2, 5, 8, … of S2; 0 comes before all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ballot(pub u64);

impl Ballot {
    /// The least ballot of a server, among so many, that is higher than this one.
    pub fn next(self, server: NodeId, servers: NodeId) -> Self {
        let (own, servers) = (u64::from(server) + 1, u64::from(servers));
        // How far the least own ballot above is: from 1 to `servers`.
        let ahead = (own + servers - 1 - self.0 % servers) % servers + 1;
        Self(self.0 + ahead)
    }

    /// Whose ballot it is, among so many servers.
    pub fn owner(self, servers: NodeId) -> Option<NodeId> {
        NodeId::try_from(self.0.checked_sub(1)? % u64::from(servers)).ok()
    }
}

impl std::fmt::Display for Ballot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// What an acceptor accepted in a slot: a command, in a ballot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Vote {
    /// The ballot in which a leader proposed it.
    pub ballot: Ballot,
    /// What it does.
    pub command: Command,
}

/// The latest vote of an acceptor in each slot. Copies share their slots, so that a checkpoint of a run costs little.
#[derive(Clone, Debug, Default, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Votes {
    slots: Vector<Option<Vote>>,
    /// Stands for all votes: the sum of what stands for each.
    hash: u64,
}

impl Votes {
    /// The vote in a slot.
    pub fn get(&self, slot: Slot) -> Option<Vote> {
        *self.slots.get(usize::try_from(slot.checked_sub(1)?).ok()?)?
    }

    /// Votes in a slot; an older vote there is forgotten.
    pub fn set(&mut self, slot: Slot, vote: Vote) {
        let Some(index) = slot.checked_sub(1).and_then(|index| usize::try_from(index).ok()) else { return };
        // A sum can be corrected in place: taking out the old vote and adding the new gives what any order of
        // votes would give, without a look at the other slots.
        let old = self.get(slot).map_or(0, |old| fingerprint(slot, old));
        self.hash = self.hash.wrapping_sub(old).wrapping_add(fingerprint(slot, vote));
        while self.slots.len() <= index {
            self.slots.push_back_mut(None);
        }
        self.slots.set_mut(index, Some(vote));
    }

    /// The last slot with a vote.
    pub fn last(&self) -> Slot {
        self.slots.len() as Slot
    }

    /// The votes from a slot on.
    pub fn from(&self, slot: Slot) -> impl Iterator<Item = (Slot, Vote)> {
        (slot.max(1)..=self.last()).filter_map(|slot| Some((slot, self.get(slot)?)))
    }
}

fn fingerprint(slot: Slot, vote: Vote) -> u64 {
    mix(mix(slot, vote.ballot.0), vote.command.fingerprint())
}

impl PartialEq for Votes {
    fn eq(&self, other: &Self) -> bool {
        // The hash only decides quickly against: equality is that of the votes.
        self.hash == other.hash && self.slots == other.slots
    }
}

impl std::hash::Hash for Votes {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        state.write_u64(self.last());
        state.write_u64(self.hash);
    }
}

impl FromIterator<(Slot, Vote)> for Votes {
    fn from_iter<I: IntoIterator<Item = (Slot, Vote)>>(votes: I) -> Self {
        let mut all = Self::default();
        votes.into_iter().for_each(|(slot, vote)| all.set(slot, vote));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_ballot_is_the_least_own_one_above() {
        let next = |ballot: u64, server| Ballot(ballot).next(server, 3).0;
        assert_eq!(
            [next(0, 0), next(0, 2), next(1, 0), next(1, 1), next(3, 2), next(5, 0)],
            [1, 3, 4, 2, 6, 7]
        );
        for servers in 1..6 {
            for server in 0..servers {
                for ballot in 0..20 {
                    let next = Ballot(ballot).next(server, servers);
                    assert_eq!(next.owner(servers), Some(server));
                    assert!(
                        next.0 > ballot && next.0 <= ballot + u64::from(servers),
                        "{next} after {ballot}"
                    );
                }
            }
        }
        assert_eq!(Ballot(0).owner(3), None);
    }

    #[test]
    fn votes_leave_gaps_and_a_newer_vote_leaves_no_trace_of_the_older() {
        let vote = |ballot| Vote { ballot: Ballot(ballot), command: Command::NoOp };
        let mut votes: Votes = [(1, vote(1)), (3, vote(1))].into_iter().collect();
        assert_eq!(
            [votes.get(0), votes.get(2), votes.get(3), votes.get(4)],
            [None, None, Some(vote(1)), None]
        );
        assert_eq!(votes.from(2).collect::<Vec<_>>(), [(3, vote(1))]);
        votes.set(3, vote(2));
        assert_eq!(votes, [(3, vote(2)), (1, vote(1))].into_iter().collect());
        assert_ne!(votes, [(1, vote(1))].into_iter().collect());
    }
}
