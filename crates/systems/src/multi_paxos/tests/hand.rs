//! Servers in a test's hand.

use kernel::{Budget, Event, Micros, NodeId};

use super::super::room::before;
use super::{
    Ballot, Command, Disk, Input, Message, MultiPaxos, Rules, Servers, Slot, Timer, Watch, leads, log,
};
use crate::shared::testing::hand;

/// The configuration of the page.
pub(super) fn protocol() -> MultiPaxos {
    MultiPaxos {
        election_timeout: (Micros::ms(150), Micros::ms(300)),
        heartbeat: Micros::ms(50),
        window: 4,
        twice: false,
        rules: Rules::default(),
    }
}

pub(super) type Hand = hand::Hand<MultiPaxos, Watch>;

impl Hand {
    pub(super) fn new(protocol: MultiPaxos, size: NodeId) -> Self {
        Self::with_votes(protocol, size, &[])
    }

    /// With votes on the disks: slot, ballot, number of the request.
    pub(super) fn with_votes(protocol: MultiPaxos, size: NodeId, disks: &[&[(Slot, u64, u32)]]) -> Self {
        let mut servers = Servers::new(protocol, size);
        servers.budget = Budget::UNLIMITED;
        let disk = |votes: &&[(Slot, u64, u32)]| Disk {
            promised: Ballot(votes.iter().map(|&(_, ballot, _)| ballot).max().unwrap_or(0)),
            votes: votes.iter().map(|&(slot, ballot, number)| (slot, before(ballot, number))).collect(),
        };
        servers.disks = disks.iter().map(disk).collect();
        Self::of(servers)
    }

    pub(super) fn stand(&mut self, node: NodeId) {
        self.force(Event::Fire(node, Timer::Election));
    }

    pub(super) fn beat(&mut self, node: NodeId) {
        self.force(Event::Fire(node, Timer::Heartbeat));
    }

    /// A client asks for request number `number`, from 1.
    pub(super) fn write(&mut self, node: NodeId, number: u32) {
        let Command::Write { client, seq, key, value } = Command::request(number - 1) else { return };
        assert!(self.force(Event::Input(node, Input::Write { client, seq, key, value })));
    }

    /// What is under way from one to another, oldest first.
    pub(super) fn under_way(&self, from: NodeId, to: NodeId) -> Vec<Message> {
        let mail = self.now.mail.values().filter(|sent| (sent.from, sent.to) == (from, to));
        mail.map(|sent| sent.message.clone()).collect()
    }

    pub(super) fn leads(&self, node: NodeId) -> bool {
        leads(self.local(node))
    }

    pub(super) fn promised(&self, node: NodeId) -> u64 {
        let local = self.local(node);
        local.ram.as_ref().map_or(local.disk.promised, |ram| ram.promised(&local.disk)).0
    }

    pub(super) fn executed(&self, node: NodeId) -> Slot {
        self.local(node).ram.as_ref().map_or(0, |ram| ram.executed)
    }

    pub(super) fn log(&self, node: NodeId) -> String {
        log(self.local(node))
    }

    pub(super) fn store(&self, node: NodeId) -> String {
        self.local(node).ram.as_ref().map_or(String::new(), |ram| ram.machine.words())
    }
}
