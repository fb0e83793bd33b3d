//! Paxos, tested: by hand on nodes whose messages are delivered one by one, by running its scenarios, and by searching
//! all of its runs.

mod canonical;
mod facts;
mod scenarios;
mod search;
mod stories;

use kernel::cluster::State;
use kernel::{Event, Local, Micros, NodeId, Report, Scripted, Stimulus, System, Touched, Turn};

use super::{
    Ballot, Disk, Input, Layout, Message, Paxos, PaxosRoom, Phase, Rules, Synod, Timer, Value, Vote, Watch,
};

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

/// Nodes in a test's hand: nothing happens but what the test makes happen.
pub(super) struct Hand {
    pub(super) synod: Synod,
    pub(super) now: State<Paxos, Watch>,
    /// Properties that must always hold and were broken.
    pub(super) broken: Vec<&'static str>,
}

impl Hand {
    pub(super) fn new(paxos: Paxos) -> Self {
        let synod = Synod::new(paxos.clone(), paxos.layout.size());
        let mut turn = Turn { choices: &mut Scripted::default(), report: &mut Report::default() };
        let now = synod.initial(&mut turn);
        Self { synod, now, broken: Vec::new() }
    }

    /// Makes it happen and looks at all properties; says whether it was possible.
    pub(super) fn force(&mut self, event: Event<Paxos>) -> bool {
        if !self.synod.permits(&self.now, &event) {
            return false;
        }
        let mut report = Report::default();
        let mut turn = Turn { choices: &mut Scripted::default(), report: &mut report };
        self.synod.apply(&mut self.now, &event, &mut turn);
        for (index, property) in self.synod.properties().iter().enumerate() {
            let quick = self.synod.check(&self.now, index, report.touched);
            let whole = self.synod.check(&self.now, index, Touched::EVERYTHING);
            if property.kind == kernel::Kind::Always
                && whole.is_err()
                && !self.broken.contains(&property.name)
            {
                assert!(quick.is_err(), "{}: what was touched is enough", property.name);
                self.broken.push(property.name);
            }
        }
        true
    }

    pub(super) fn ask(&mut self, node: NodeId, value: Value) {
        assert!(self.force(Event::Input(node, Input::Propose { value })));
    }

    /// Delivers the oldest message from one to another; gives it.
    pub(super) fn deliver(&mut self, from: NodeId, to: NodeId) -> Option<Message> {
        let mut mail = self.now.mail.iter();
        let (id, message) = mail
            .find(|(_, sent)| (sent.from, sent.to) == (from, to))
            .map(|(id, sent)| (*id, sent.message.clone()))?;
        self.force(Event::Deliver(id)).then_some(message)
    }

    /// There and back.
    pub(super) fn round_trip(&mut self, from: NodeId, to: NodeId) -> Option<Message> {
        self.deliver(from, to)?;
        self.deliver(to, from)
    }

    /// Delivers everything, and what comes of it, until nothing is in flight.
    pub(super) fn settle(&mut self) {
        let mut delivered = 0;
        while let Some(id) = self.now.mail.keys().next().copied() {
            self.force(Event::Deliver(id));
            delivered += 1;
            assert!(delivered < 1000, "nodes that are left alone come to rest");
        }
    }

    /// Gives the node this message at once; what it answers.
    pub(super) fn tell(&mut self, from: NodeId, to: NodeId, message: Message) -> Vec<Message> {
        let stimulus = Stimulus::Message(from, message);
        let local = &mut self.now.locals[usize::from(to)];
        let identity = self.synod.identity(to);
        let effects = local.step(&self.synod.protocol, identity, stimulus, &mut Scripted::default());
        effects.sent.into_iter().filter(|(peer, ..)| *peer == from).map(|(_, message, _)| message).collect()
    }

    pub(super) fn disk(&self, node: NodeId) -> &Disk {
        &self.local(node).disk
    }

    pub(super) fn local(&self, node: NodeId) -> &Local<Paxos> {
        &self.now.locals[usize::from(node)]
    }

    pub(super) fn phase(&self, node: NodeId) -> Option<&Phase> {
        self.local(node).ram.as_ref()?.proposal.as_ref().map(|proposal| &proposal.phase)
    }

    pub(super) fn timers(&self, node: NodeId) -> Vec<Timer> {
        self.local(node).timers.iter().map(|(timer, _)| *timer).collect()
    }
}
