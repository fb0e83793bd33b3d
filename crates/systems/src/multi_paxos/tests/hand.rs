//! A cluster in a test's hand: nothing happens but what the test makes happen.

use std::collections::BTreeMap;

use kernel::cluster::State;
use kernel::{Budget, Event, Local, Micros, NodeId, Report, Scripted, System, Touched, Turn};

use super::super::room::before;
use super::{
    Ballot, Command, Disk, Input, Message, MultiPaxos, Rules, Servers, Slot, Timer, Watch, leads, log,
};

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

pub(super) struct Hand {
    pub(super) servers: Servers,
    pub(super) now: State<MultiPaxos, Watch>,
    pub(super) report: Report<Event<MultiPaxos>>,
    /// Properties that were broken, with the reason.
    pub(super) broken: BTreeMap<&'static str, String>,
}

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
        let mut report = Report { wordy: true, ..Report::default() };
        let now = servers.initial(&mut Turn { choices: &mut Scripted::default(), report: &mut report });
        Self { servers, now, report, broken: BTreeMap::new() }
    }

    /// Makes it happen and looks at all properties; says whether it was possible.
    pub(super) fn force(&mut self, event: Event<MultiPaxos>) -> bool {
        if !self.servers.permits(&self.now, &event) {
            return false;
        }
        self.report.clear();
        let mut turn = Turn { choices: &mut Scripted::default(), report: &mut self.report };
        self.servers.apply(&mut self.now, &event, &mut turn);
        // The last property is that something can be reached.
        let always = self.servers.properties().len() - 1;
        for (index, property) in self.servers.properties().iter().enumerate().take(always) {
            let quick = self.servers.check(&self.now, index, self.report.touched);
            let whole = self.servers.check(&self.now, index, Touched::EVERYTHING);
            if !self.broken.contains_key(property.name) {
                assert_eq!(quick.is_err(), whole.is_err(), "{}: what was touched is enough", property.name);
            }
            if let Err(reason) = whole {
                self.broken.entry(property.name).or_insert(reason);
            }
        }
        true
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

    /// Delivers the oldest message from one to another; says whether there was one.
    pub(super) fn deliver(&mut self, from: NodeId, to: NodeId) -> bool {
        let mail = self.now.mail.iter();
        let id = mail.filter(|(_, sent)| (sent.from, sent.to) == (from, to)).map(|(id, _)| *id).next();
        id.is_some_and(|id| self.force(Event::Deliver(id)))
    }

    /// Delivers what is under way among these servers, and what comes of it, until nothing is.
    pub(super) fn settle(&mut self, among: &[NodeId]) {
        let within = |now: &State<MultiPaxos, Watch>| {
            let mut mail = now.mail.iter();
            mail.find(|(_, sent)| among.contains(&sent.from) && among.contains(&sent.to)).map(|(id, _)| *id)
        };
        let mut delivered = 0;
        while let Some(id) = within(&self.now) {
            self.force(Event::Deliver(id));
            delivered += 1;
            assert!(delivered < 1000, "servers that are left alone come to rest");
        }
    }

    /// Loses all that is under way.
    pub(super) fn lose_all(&mut self) {
        for id in self.now.mail.keys().copied().collect::<Vec<_>>() {
            self.force(Event::Lose(id));
        }
    }

    /// What is under way from one to another, oldest first.
    pub(super) fn under_way(&self, from: NodeId, to: NodeId) -> Vec<Message> {
        let mail = self.now.mail.values().filter(|sent| (sent.from, sent.to) == (from, to));
        mail.map(|sent| sent.message.clone()).collect()
    }

    pub(super) fn local(&self, node: NodeId) -> &Local<MultiPaxos> {
        &self.now.locals[usize::from(node)]
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

    /// What the last step answered.
    pub(super) fn answers(&self) -> Vec<&str> {
        self.report.words.iter().map(String::as_str).filter(|word| word.contains("answers")).collect()
    }
}
