//! A cluster in a test's hand: nothing happens but what the test makes happen.

use std::collections::BTreeMap;

use kernel::cluster::State;
use kernel::{
    Cluster, Describe, Event, Kind, Local, Monitor, NodeId, Report, Scripted, Stimulus, System, Touched, Turn,
};

pub(crate) struct Hand<P: Describe, M: Monitor<P>> {
    pub(crate) system: Cluster<P, M>,
    pub(crate) now: State<P, M>,
    pub(crate) report: Report<Event<P>>,
    /// Properties that must always hold and were broken, with the reason.
    pub(crate) broken: BTreeMap<&'static str, String>,
}

impl<P: Describe, M: Monitor<P>> Hand<P, M> {
    /// At the start.
    pub(crate) fn of(system: Cluster<P, M>) -> Self {
        let mut report = Report { wordy: true, ..Report::default() };
        let now = system.initial(&mut Turn { choices: &mut Scripted::default(), report: &mut report });
        Self { system, now, report, broken: BTreeMap::new() }
    }

    /// Makes it happen and looks at what must always hold; says whether it was possible.
    pub(crate) fn force(&mut self, event: Event<P>) -> bool {
        if !self.system.permits(&self.now, &event) {
            return false;
        }
        self.report.clear();
        let mut turn = Turn { choices: &mut Scripted::default(), report: &mut self.report };
        self.system.apply(&mut self.now, &event, &mut turn);
        let properties = self.system.properties();
        for (index, property) in (0..).zip(&properties).filter(|(_, one)| one.kind == Kind::Always) {
            let quick = self.system.check(&self.now, index, self.report.touched);
            let whole = self.system.check(&self.now, index, Touched::EVERYTHING);
            if !self.broken.contains_key(property.name) {
                assert_eq!(quick.is_err(), whole.is_err(), "{}: what was touched is enough", property.name);
            }
            if let Err(reason) = whole {
                self.broken.entry(property.name).or_insert(reason);
            }
        }
        true
    }

    /// Delivers the oldest message from one to another; says whether there was one.
    pub(crate) fn deliver(&mut self, from: NodeId, to: NodeId) -> bool {
        let mut mail = self.now.mail.iter();
        let id = mail.find(|(_, sent)| (sent.from, sent.to) == (from, to)).map(|(id, _)| *id);
        id.is_some_and(|id| self.force(Event::Deliver(id)))
    }

    /// Delivers what is under way among these nodes, and what comes of it, until nothing is.
    pub(crate) fn settle(&mut self, among: &[NodeId]) {
        let within = |now: &State<P, M>| {
            let mut mail = now.mail.iter();
            mail.find(|(_, sent)| among.contains(&sent.from) && among.contains(&sent.to)).map(|(id, _)| *id)
        };
        let mut delivered = 0;
        while let Some(id) = within(&self.now) {
            self.force(Event::Deliver(id));
            delivered += 1;
            assert!(delivered < 1000, "nodes that are left alone come to rest");
        }
    }

    /// Loses all that is under way.
    pub(crate) fn lose_all(&mut self) {
        for id in self.now.mail.keys().copied().collect::<Vec<_>>() {
            self.force(Event::Lose(id));
        }
    }

    /// Sends this message and delivers it at once; gives the answers.
    pub(crate) fn tell(&mut self, from: NodeId, to: NodeId, message: P::Message) -> Vec<P::Message> {
        let stimulus = Stimulus::Message(from, message);
        let identity = self.system.identity(to);
        let local = &mut self.now.locals[usize::from(to)];
        let effects = local.step(&self.system.protocol, identity, stimulus, &mut Scripted::default());
        effects.sent.into_iter().filter(|(peer, ..)| *peer == from).map(|(_, message, _)| message).collect()
    }

    pub(crate) fn local(&self, node: NodeId) -> &Local<P> {
        &self.now.locals[usize::from(node)]
    }

    /// What the last step answered.
    pub(crate) fn answers(&self) -> Vec<&str> {
        self.report.words.iter().map(String::as_str).filter(|word| word.contains("answers")).collect()
    }
}
