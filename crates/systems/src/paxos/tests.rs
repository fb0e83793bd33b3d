//! Paxos, tested: by hand on nodes whose messages are delivered one by one, by running its scenarios, and by searching
//! all of its runs.

mod canonical;
mod facts;
mod scenarios;
mod search;
mod stories;

use kernel::{Event, Micros, NodeId};

use super::{
    Ballot, Disk, Input, Layout, Message, Paxos, PaxosRoom, Phase, Rules, Synod, Timer, Value, Vote, Watch,
};
use crate::shared::testing::hand;

/// Two proposers among three servers, with all rules on; nobody waits for another.
pub(super) fn paxos() -> Paxos {
    Paxos {
        layout: Layout::combined(2, 3),
        prepare_quorum: 2,
        accept_quorum: 2,
        leader: false,
        patience: Micros::ms(200),
        backoff: (Micros::ms(20), Micros::ms(120)),
        rules: Rules::default(),
    }
}

/// The first ballot of the first proposer is 1, that of the second 2, and so on.
pub(super) fn ballot(number: u32) -> Ballot {
    Ballot { round: number.div_ceil(2), proposer: NodeId::from(number.is_multiple_of(2)) }
}

pub(super) type Hand = hand::Hand<Paxos, Watch>;

impl Hand {
    pub(super) fn new(paxos: Paxos) -> Self {
        let size = paxos.layout.size();
        Self::of(Synod::new(paxos, size))
    }

    pub(super) fn ask(&mut self, node: NodeId, value: Value) {
        assert!(self.force(Event::Input(node, Input::Propose { value })));
    }

    /// Delivers the oldest message from one to another; gives it.
    pub(super) fn delivered(&mut self, from: NodeId, to: NodeId) -> Option<Message> {
        let mut mail = self.now.mail.values();
        let message = mail.find(|sent| (sent.from, sent.to) == (from, to))?.message.clone();
        self.deliver(from, to).then_some(message)
    }

    /// There and back.
    pub(super) fn round_trip(&mut self, from: NodeId, to: NodeId) -> Option<Message> {
        self.delivered(from, to)?;
        self.delivered(to, from)
    }

    /// Delivers everything, and what comes of it, until nothing is in flight.
    pub(super) fn settle_all(&mut self) {
        self.settle(&(0..self.system.size).collect::<Vec<_>>());
    }

    pub(super) fn disk(&self, node: NodeId) -> &Disk {
        &self.local(node).disk
    }

    pub(super) fn phase(&self, node: NodeId) -> Option<&Phase> {
        self.local(node).ram.as_ref()?.proposal.as_ref().map(|proposal| &proposal.phase)
    }

    pub(super) fn timers(&self, node: NodeId) -> Vec<Timer> {
        self.local(node).timers.iter().map(|(timer, _)| *timer).collect()
    }
}
