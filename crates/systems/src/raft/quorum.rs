//! Quorum arithmetic: what enough servers have stored, and how a vote stands. Elections, commits, confirmed reads and the
//! leader's check of its quorum all count here. Where there are two sets of servers, as while the membership changes
//! (section 6), each must agree by itself.

use kernel::NodeId;

use super::log::Index;

/// How a vote stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tally {
    /// It can still go either way.
    Pending,
    /// It cannot be won any more.
    Lost,
    /// It is won.
    Won,
}

/// The least number that is more than half of so many servers: any two such groups share a server.
pub fn majority(servers: usize) -> usize {
    servers / 2 + 1
}

/// Half of so many servers, rounded down, but one at least: two such groups need not share a server.
pub fn half(servers: usize) -> usize {
    (servers / 2).max(1)
}

/// The highest index that `needed` servers of each set have stored; `None` stands for no bound, where there is no
/// server. `needed` says how many of a set's servers it takes, at least one.
pub fn committed(
    sets: &[&[NodeId]],
    needed: impl Fn(usize) -> usize,
    stored: impl Fn(NodeId) -> Index,
) -> Option<Index> {
    let in_one = |servers: &&[NodeId]| {
        let indexes: Vec<Index> = servers.iter().map(|&server| stored(server)).collect();
        // The highest index that enough servers have stored: each of them has all before it, too.
        let have = |index| indexes.iter().filter(|&&one| one >= index).count();
        indexes.iter().copied().filter(|&index| have(index) >= needed(servers.len())).max()
    };
    // What one set has stored and the other has not is not committed: leaders that need only the other would
    // not see it.
    sets.iter().filter_map(in_one).min()
}

/// How a vote stands that must be won in each set; `None` has not voted yet. Among no servers it is won.
pub fn tally(
    sets: &[&[NodeId]],
    needed: impl Fn(usize) -> usize,
    vote: impl Fn(NodeId) -> Option<bool>,
) -> Tally {
    let in_one = |servers: &&[NodeId]| {
        let count = |wanted| servers.iter().filter(|&&server| vote(server) == wanted).count();
        let (yes, open, needed) = (count(Some(true)), count(None), needed(servers.len()));
        if servers.is_empty() || yes >= needed {
            Tally::Won
        // Even if all that have not voted say yes it must suffice, or waiting is pointless.
        } else if yes + open >= needed {
            Tally::Pending
        } else {
            Tally::Lost
        }
    };
    sets.iter().map(in_one).fold(Tally::Won, |one, other| match (one, other) {
        (Tally::Won, Tally::Won) => Tally::Won,
        (Tally::Lost, _) | (_, Tally::Lost) => Tally::Lost,
        (Tally::Pending, _) | (_, Tally::Pending) => Tally::Pending,
    })
}
