//! Raft, tested: by hand on a cluster whose messages are delivered one by one, and by running its scenarios.

mod chaos;
mod clients;
mod elections;
mod figures;
mod reached;
mod replicas;
mod scenarios;
mod search;
mod stories;
mod watched;

use kernel::{Event, Local, Micros, NodeId};

use super::{
    Clients, Command, Disk, Entry, Index, Input, Log, Message, Raft, RaftRoom, Role, Rules, Servers, Term,
    Timer, Watch,
};
use crate::shared::testing::hand;

/// The configuration of the page: all rules on, no pre-vote, no check of the quorum.
pub(super) fn raft() -> Raft {
    Raft {
        election_timeout: (Micros::ms(150), Micros::ms(300)),
        heartbeat: Micros::ms(50),
        no_op: true,
        pre_vote: false,
        check_quorum: false,
        clients: Clients::Write,
        open_index: 1,
        rules: Rules::default(),
    }
}

pub(super) type Hand = hand::Hand<Raft, Watch>;

impl Hand {
    pub(super) fn new(raft: Raft, size: NodeId) -> Self {
        Self::with_logs(raft, size, &[])
    }

    /// With these terms in the logs, and disks in the term of the last of all.
    pub(super) fn with_logs(raft: Raft, size: NodeId, logs: &[&[Term]]) -> Self {
        let mut servers = Servers::new(raft, size);
        let current_term = logs.iter().flat_map(|log| log.iter()).max().copied().unwrap_or(0);
        servers.disks = logs.iter().map(|terms| disk(current_term, terms)).collect();
        Self::of(servers)
    }

    pub(super) fn stand(&mut self, node: NodeId) {
        self.force(Event::Fire(node, Timer::Election));
    }

    pub(super) fn beat(&mut self, node: NodeId) {
        self.force(Event::Fire(node, Timer::Heartbeat));
    }

    pub(super) fn write(&mut self, node: NodeId, seq: u32) {
        let input = Input::Write { client: 0, seq, key: 'x', value: seq };
        assert!(self.force(Event::Input(node, input)));
    }

    /// Lets these servers answer the candidate's request for a vote, and nothing else.
    pub(super) fn elect(&mut self, node: NodeId, voters: &[NodeId]) {
        for &voter in voters {
            self.deliver(node, voter);
            self.deliver(voter, node);
        }
    }

    pub(super) fn disk(&self, node: NodeId) -> &Disk {
        &self.local(node).disk
    }

    pub(super) fn term(&self, node: NodeId) -> Term {
        self.disk(node).current_term
    }

    pub(super) fn terms(&self, node: NodeId) -> Vec<Term> {
        terms(&self.disk(node).log)
    }

    pub(super) fn commit(&self, node: NodeId) -> Index {
        self.local(node).ram.as_ref().map_or(0, |ram| ram.commit_index)
    }

    pub(super) fn leads(&self, node: NodeId) -> bool {
        leads(self.local(node))
    }
}

pub(super) fn leads(local: &Local<Raft>) -> bool {
    local.ram.as_ref().is_some_and(|ram| matches!(ram.role, Role::Leader(_)))
}

pub(super) fn terms(log: &Log) -> Vec<Term> {
    (1..=log.last_index()).filter_map(|index| log.term(index)).collect()
}

pub(super) fn entry(term: Term, value: u32) -> Entry {
    Entry { term, command: Command::Write { client: 9, seq: value, key: 'y', value } }
}

/// A disk whose entries are the same wherever index and term are.
pub(super) fn disk(current_term: Term, terms: &[Term]) -> Disk {
    let log = (1..).zip(terms).map(|(index, &term)| entry(term, term as u32 * 100 + index)).collect();
    Disk { current_term, voted_for: None, log }
}
