//! Multi-Paxos, tested: by hand on a cluster whose messages are delivered one by one, by running its scenarios, and by
//! searching every schedule within small budgets.

mod chaos;
mod facts;
mod hand;
mod scenarios;
mod search;
mod stories;

use kernel::Local;

use super::clients::leads_in;
use super::rules::RULES;
use super::{
    Ballot, Command, Disk, Input, Message, MultiPaxos, MultiPaxosRoom, Rules, Servers, Slot, Timer, Watch,
    acceptor, learner,
};

pub(super) fn leads(local: &Local<MultiPaxos>) -> bool {
    leads_in(local).is_some()
}

/// The votes of a server: `1:x=1 - 2:y=2*`, a star where it is known to be chosen.
pub(super) fn log(local: &Local<MultiPaxos>) -> String {
    let votes = acceptor::votes(local);
    let words = (1..=votes.last()).map(|slot| {
        let star = if learner::chosen(local, slot).is_some() { "*" } else { "" };
        votes
            .get(slot)
            .map_or("-".to_owned(), |vote| format!("{}:{}{star}", vote.ballot, vote.command.words()))
    });
    words.collect::<Vec<_>>().join(" ")
}
