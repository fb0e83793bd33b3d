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

use std::collections::BTreeMap;

use kernel::cluster::State;
use kernel::{Event, Local, Micros, NodeId, Report, Scripted, System, Touched, Turn};

use super::{
    Clients, Command, Disk, Entry, Index, Input, Log, Message, Raft, RaftRoom, Role, Rules, Servers, Term,
    Timer, Watch,
};

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

/// A cluster in a test's hand: nothing happens but what the test makes happen.
pub(super) struct Hand {
    pub(super) servers: Servers,
    pub(super) now: State<Raft, Watch>,
    pub(super) report: Report<Event<Raft>>,
    /// Properties that were broken, with the reason.
    pub(super) broken: BTreeMap<&'static str, String>,
}

impl Hand {
    pub(super) fn new(raft: Raft, size: NodeId) -> Self {
        Self::with_logs(raft, size, &[])
    }

    /// With these terms in the logs, and disks in the term of the last of all.
    pub(super) fn with_logs(raft: Raft, size: NodeId, logs: &[&[Term]]) -> Self {
        let mut servers = Servers::new(raft, size);
        let current_term = logs.iter().flat_map(|log| log.iter()).max().copied().unwrap_or(0);
        servers.disks = logs.iter().map(|terms| disk(current_term, terms)).collect();
        let mut report = Report { wordy: true, ..Report::default() };
        let now = servers.initial(&mut Turn { choices: &mut Scripted::default(), report: &mut report });
        Self { servers, now, report, broken: BTreeMap::new() }
    }

    /// Makes it happen and looks at all properties; says whether it was possible.
    pub(super) fn force(&mut self, event: Event<Raft>) -> bool {
        if !self.servers.permits(&self.now, &event) {
            return false;
        }
        self.report.clear();
        let mut turn = Turn { choices: &mut Scripted::default(), report: &mut self.report };
        self.servers.apply(&mut self.now, &event, &mut turn);
        for (index, property) in self.servers.properties().iter().enumerate() {
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

    pub(super) fn write(&mut self, node: NodeId, seq: u32) {
        let input = Input::Write { client: 0, seq, key: 'x', value: seq };
        assert!(self.force(Event::Input(node, input)));
    }

    /// Delivers the oldest message from one to another; says whether there was one.
    pub(super) fn deliver(&mut self, from: NodeId, to: NodeId) -> bool {
        let mail = self.now.mail.iter();
        let id = mail.filter(|(_, sent)| (sent.from, sent.to) == (from, to)).map(|(id, _)| *id).next();
        id.is_some_and(|id| self.force(Event::Deliver(id)))
    }

    /// Delivers what is under way among these servers, and what comes of it, until nothing is.
    pub(super) fn settle(&mut self, among: &[NodeId]) {
        let within = |now: &State<Raft, Watch>| {
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

    /// Lets these servers answer the candidate's request for a vote, and nothing else.
    pub(super) fn elect(&mut self, node: NodeId, voters: &[NodeId]) {
        for &voter in voters {
            self.deliver(node, voter);
            self.deliver(voter, node);
        }
    }

    /// Loses all that is under way.
    pub(super) fn lose_all(&mut self) {
        for id in self.now.mail.keys().copied().collect::<Vec<_>>() {
            self.force(Event::Lose(id));
        }
    }

    /// Sends this message and delivers it at once; gives the answers.
    pub(super) fn tell(&mut self, from: NodeId, to: NodeId, message: Message) -> Vec<Message> {
        let servers = &self.servers;
        let stimulus = kernel::Stimulus::Message(from, message);
        let local = &mut self.now.locals[usize::from(to)];
        let effects = local.step(&servers.protocol, servers.identity(to), stimulus, &mut Scripted::default());
        effects.sent.into_iter().filter(|(peer, ..)| *peer == from).map(|(_, message, _)| message).collect()
    }

    pub(super) fn local(&self, node: NodeId) -> &Local<Raft> {
        &self.now.locals[usize::from(node)]
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

    /// What the last step answered.
    pub(super) fn words(&self) -> Vec<&str> {
        self.report.words.iter().map(String::as_str).filter(|word| word.contains("answers")).collect()
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
