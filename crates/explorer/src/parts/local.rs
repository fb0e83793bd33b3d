//! Steps of single nodes, run once and remembered.

use std::rc::Rc;

use kernel::{Cluster, Effects, Envelope, Local, Monitor, NodeId, Odometer, Protocol, Stimulus};

use super::{MAIL, part};
use crate::intern::{Interner, list_bytes};
use crate::table::Memo;

/// What one node does on one stimulus, for one way to answer its questions.
#[derive(Clone, Copy, Debug)]
pub(super) struct LocalStep {
    /// Its next local state.
    pub(super) local: u32,
    /// What it sends: a part of [`Steps::sent`].
    pub(super) sent: (u32, u32),
    /// What it does to the hash of any state: the next local state for the old, and the messages.
    pub(super) delta: u64,
    /// Something a property could read changed at the node.
    pub(super) watched: bool,
    /// It answers something, so the monitor looks: which outputs, or none.
    pub(super) outputs: Option<u32>,
    /// It changes nothing and says nothing.
    pub(super) idle: bool,
}

/// All steps known so far.
pub(super) struct Steps<P: Protocol> {
    /// (local state, message) to a range of `steps`.
    delivered: Memo,
    /// (local state, other stimulus) to the same.
    others: Memo,
    stimuli: Interner<(NodeId, Stimulus<P>)>,
    pub(super) steps: Vec<LocalStep>,
    pub(super) sent: Vec<u32>,
    pub(super) outputs: Interner<Vec<P::Output>>,
    /// The timers of each local state, for each node: filled on demand.
    timers: Vec<Vec<Option<(u32, u32)>>>,
    pub(super) timer_pool: Vec<Running>,
    /// Bytes that the timers of the pool hold beyond themselves.
    awaited: usize,
}

/// A timer that runs.
#[derive(Clone)]
pub(super) struct Running {
    /// That it fires, as a stimulus.
    pub(super) stimulus: u32,
    /// No budget counts it.
    pub(super) own_step: bool,
    /// It fires only when nothing that its node has sent is under way.
    pub(super) settles: bool,
    /// The nodes that it waits for.
    pub(super) awaits: Rc<[NodeId]>,
}

impl<P: Protocol> Steps<P> {
    pub(super) fn new(nodes: usize) -> Self {
        Self {
            delivered: Memo::new(),
            others: Memo::new(),
            stimuli: Interner::default(),
            steps: Vec::new(),
            sent: Vec::new(),
            outputs: Interner::default(),
            timers: vec![Vec::new(); nodes],
            timer_pool: Vec::new(),
            awaited: 0,
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.delivered.bytes()
            + self.others.bytes()
            + self.stimuli.bytes()
            + list_bytes(&self.steps)
            + list_bytes(&self.sent)
            + self.outputs.bytes()
            + self.timers.iter().map(list_bytes).sum::<usize>()
            + list_bytes(&self.timer_pool)
            + self.awaited
    }

    /// Gives up which steps are known.
    pub(super) fn forget(&mut self) {
        // Stimuli and outputs stay: labels are made of the numbers of stimuli (`meaning`).
        (self.delivered, self.others) = (Memo::new(), Memo::new());
        (self.steps, self.sent) = (Vec::new(), Vec::new());
    }

    pub(super) fn stimulus(&mut self, node: NodeId, stimulus: Stimulus<P>) -> u32 {
        self.stimuli.number((node, stimulus))
    }

    /// The stimulus of this number.
    pub(super) fn stimulus_at(&self, place: usize) -> Option<&(NodeId, Stimulus<P>)> {
        self.stimuli.get(place)
    }

    /// The timers that run in a local state of a node: a range of the pool.
    pub(super) fn timers<M: Monitor<P>>(
        &mut self,
        (cluster, locals): (&Cluster<P, M>, &Interner<Local<P>>),
        node: NodeId,
        local: u32,
    ) -> (u32, u32) {
        let known = &mut self.timers[usize::from(node)];
        // Lists by number and not a map: local states of one node are dense enough, and this is asked for
        // every state.
        if known.len() <= local as usize {
            known.resize(local as usize + 1, None);
        }
        if let Some(range) = known[local as usize] {
            return range;
        }
        let start = self.timer_pool.len() as u32;
        for (timer, _) in &locals[local as usize].timers {
            let stimulus = self.stimuli.number((node, Stimulus::Timer(timer.clone())));
            let own_step = cluster.protocol.own_step(timer);
            // Steps of a node's own wait for nobody; outside a search dates decide.
            let awaits = match own_step || !cluster.searched {
                true => Vec::new(),
                false => cluster.protocol.awaits(node, &locals[local as usize], timer),
            };
            self.awaited += size_of_val(&*awaits) + 32;
            let settles = cluster.searched && cluster.protocol.settles(timer);
            self.timer_pool.push(Running { stimulus, own_step, settles, awaits: awaits.into() });
        }
        let range = (start, self.timer_pool.len() as u32);
        self.timers[usize::from(node)][local as usize] = Some(range);
        range
    }

    /// The timers that run in a local state of a node, where [`Self::timers`] has been asked for them before.
    pub(super) fn known_timers(&self, node: NodeId, local: u32) -> &[Running] {
        let range = self.timers[usize::from(node)].get(local as usize).copied().flatten();
        range.map_or(&[], |(start, end)| &self.timer_pool[start as usize..end as usize])
    }

    /// Whether a message makes no difference to its receiver, where [`Self::on_message`] has been asked before.
    pub(super) fn known_idle(&self, local: u32, envelope: u32) -> bool {
        let known = self.delivered.get(u64::from(local) << 32 | u64::from(envelope));
        // For every way to answer its questions: one that does something is enough for the message to matter.
        known.is_some_and(|range| {
            let (start, end) = unpack(range);
            self.steps[start as usize..end as usize].iter().all(|step| step.idle)
        })
    }

    /// The steps that a message causes at its receiver.
    #[inline]
    pub(super) fn on_message<M: Monitor<P>>(
        &mut self,
        (cluster, locals): (&Cluster<P, M>, &mut Interner<Local<P>>),
        envelopes: &mut Interner<Envelope<P>>,
        local: u32,
        envelope: u32,
    ) -> (u32, u32) {
        // An envelope names its receiver, so the node need not be in the key: equal local states of two nodes
        // do not mix.
        let key = u64::from(local) << 32 | u64::from(envelope);
        if let Some(range) = self.delivered.get(key) {
            return unpack(range);
        }
        let mail = &envelopes[envelope as usize];
        let (node, stimulus) = (mail.to, Stimulus::Message(mail.from, mail.message.clone()));
        let range = self.run((cluster, locals), envelopes, (node, local), &stimulus);
        self.delivered.put(key, range);
        unpack(range)
    }

    /// The steps that another stimulus causes.
    pub(super) fn on_stimulus<M: Monitor<P>>(
        &mut self,
        (cluster, locals): (&Cluster<P, M>, &mut Interner<Local<P>>),
        envelopes: &mut Interner<Envelope<P>>,
        local: u32,
        stimulus: u32,
    ) -> (u32, u32) {
        let key = u64::from(local) << 32 | u64::from(stimulus);
        if let Some(range) = self.others.get(key) {
            return unpack(range);
        }
        let (node, what) = self.stimuli[stimulus as usize].clone();
        let range = self.run((cluster, locals), envelopes, (node, local), &what);
        self.others.put(key, range);
        unpack(range)
    }

    #[cold]
    fn run<M: Monitor<P>>(
        &mut self,
        (cluster, locals): (&Cluster<P, M>, &mut Interner<Local<P>>),
        envelopes: &mut Interner<Envelope<P>>,
        (node, old): (NodeId, u32),
        stimulus: &Stimulus<P>,
    ) -> u64 {
        let start = self.steps.len() as u32;
        // One run for each way to answer what the node asks (coins, choices), until there is no other way.
        let before = locals[old as usize].clone();
        let mut odometer = Odometer::default();
        loop {
            let mut local = before.clone();
            let effects =
                local.step(&cluster.protocol, cluster.identity(node), stimulus.clone(), &mut odometer);
            // Compared with the state before and not with some successor: properties are skipped for steps
            // that change nothing that they read.
            let watched = cluster.protocol.watch(&local) != cluster.protocol.watch(&before);
            let idle = local == before && effects.sent.is_empty() && effects.outputs.is_empty();
            let step = self.remember(locals, envelopes, (node, old), (local, effects));
            self.steps.push(LocalStep { watched, idle, ..step });
            if !odometer.next_run() {
                break;
            }
        }
        u64::from(start) << 32 | self.steps.len() as u64
    }

    fn remember(
        &mut self,
        locals: &mut Interner<Local<P>>,
        envelopes: &mut Interner<Envelope<P>>,
        (node, old): (NodeId, u32),
        (local, effects): (Local<P>, Effects<P>),
    ) -> LocalStep {
        let local = locals.number(local);
        let place = u64::from(node);
        // A sum modulo 2^64, so what the step does to the hash is the same number whatever the rest of the
        // state is.
        let mut delta = part(place, local).wrapping_sub(part(place, old));
        let start = self.sent.len() as u32;
        for (to, message, forged) in effects.sent {
            let envelope = envelopes.number(Envelope { from: node, to, message, forged });
            delta = delta.wrapping_add(part(MAIL, envelope));
            self.sent.push(envelope);
        }
        let sent = (start, self.sent.len() as u32);
        // Sorted once here, so that each successor only has to merge two sorted lists.
        self.sent[start as usize..].sort_unstable();
        let outputs = (!effects.outputs.is_empty()).then(|| self.outputs.number(effects.outputs));
        LocalStep { local, sent, delta, watched: false, outputs, idle: false }
    }
}

/// A range as it is remembered.
const fn unpack(range: u64) -> (u32, u32) {
    ((range >> 32) as u32, range as u32)
}
