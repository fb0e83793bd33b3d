//! Quorum arithmetic: what a majority has stored, and how a vote stands. Joint quorums need a majority of each of two
//! sets of servers (section 6).

use std::collections::BTreeSet;

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

/// The highest index that a majority of `servers` has stored; `None` stands for no bound, where there is no server.
pub fn committed(servers: &BTreeSet<NodeId>, stored: impl Fn(NodeId) -> Index) -> Option<Index> {
    let mut indexes: Vec<Index> = servers.iter().map(|&server| stored(server)).collect();
    indexes.sort_unstable_by(|a, b| b.cmp(a));
    indexes.get(servers.len() / 2).copied()
}

/// The highest index that a majority of each set has stored.
pub fn jointly_committed(sets: [&BTreeSet<NodeId>; 2], stored: impl Fn(NodeId) -> Index) -> Option<Index> {
    let [one, other] = sets.map(|servers| committed(servers, &stored));
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// How a vote among `servers` stands; `None` has not voted yet. Among no servers it is won.
pub fn tally(servers: &BTreeSet<NodeId>, vote: impl Fn(NodeId) -> Option<bool>) -> Tally {
    let count = |wanted| servers.iter().filter(|&&server| vote(server) == wanted).count();
    let (yes, open, majority) = (count(Some(true)), count(None), servers.len() / 2 + 1);
    if servers.is_empty() || yes >= majority {
        Tally::Won
    } else if yes + open >= majority {
        Tally::Pending
    } else {
        Tally::Lost
    }
}

/// How a vote among both sets stands: both must be won, and one lost is enough to lose.
pub fn joint_tally(sets: [&BTreeSet<NodeId>; 2], vote: impl Fn(NodeId) -> Option<bool>) -> Tally {
    match sets.map(|servers| tally(servers, &vote)) {
        [Tally::Won, Tally::Won] => Tally::Won,
        [Tally::Lost, _] | [_, Tally::Lost] => Tally::Lost,
        [Tally::Pending, _] | [_, Tally::Pending] => Tally::Pending,
    }
}
