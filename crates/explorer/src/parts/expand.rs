//! The successors of a state, in numbers.

use std::rc::Rc;

use kernel::{Budget, Delay, Envelope, Local, Monitor, NodeId, Protocol, Seen, Stimulus, Touched};

use super::local::Running;
use super::{EXTRA, Parts, Wires, part};
use crate::space::{Found, NO_LABEL};

/// What a successor differs in from the state being expanded.
#[derive(Clone, Copy, Default)]
struct Change {
    /// A node and the step it makes.
    step: Option<(NodeId, u32)>,
    monitor: Option<u32>,
    world: Option<u32>,
    taken: Option<u32>,
    added: Option<u32>,
    /// What happens: twice the number of the message that arrives, or one more than twice that of a stimulus.
    label: Option<u32>,
}

/// The state being expanded.
#[derive(Clone, Copy)]
struct Here<'a> {
    slice: &'a [u32],
    hash: u64,
    nodes: usize,
}

impl Here<'_> {
    const fn monitor(&self) -> u32 {
        self.slice[self.nodes]
    }

    const fn world(&self) -> u32 {
        self.slice[self.nodes + 1]
    }

    fn local(&self, node: NodeId) -> u32 {
        self.slice[usize::from(node)]
    }
}

impl<P: Protocol, M: Monitor<P>> Parts<P, M> {
    pub(super) fn expand_slice(&mut self, slice: &[u32], found: &mut Vec<Found>) {
        let nodes = self.nodes();
        self.learn_mixes();
        let here = Here { slice, hash: self.hash_of(slice), nodes };
        let (spent, cut_links) = {
            let (spent, wires) = &self.worlds[here.world() as usize];
            (*spent, !wires.is_empty())
        };
        let mut last = None;
        for &envelope in &slice[nodes + EXTRA..] {
            // Copies of a message are interchangeable. They stand side by side, since messages are sorted.
            if last == Some(envelope) {
                continue;
            }
            last = Some(envelope);
            self.deliver(here, envelope, cut_links, found);
            self.disturb(here, envelope, spent, found);
        }
        // `quiet` asks for the timers of all nodes and cannot work them out itself.
        if spent.unreliable() {
            for node in 0..self.cluster.size {
                self.steps.timers((&*self.cluster, &self.locals), node, here.local(node));
            }
        }
        for node in 0..self.cluster.size {
            self.stir(here, node, spent, found);
        }
        self.request(here, spent, found);
        self.links(here, spent, found);
    }

    #[inline]
    fn deliver(&mut self, here: Here<'_>, envelope: u32, cut_links: bool, found: &mut Vec<Found>) {
        let (from, to) = {
            let mail = &self.envelopes[envelope as usize];
            (mail.from, mail.to)
        };
        let local = here.local(to);
        // A message is lost where it would arrive and not where it is sent: a link that heals in time lets it
        // pass.
        let lost = (cut_links
            && self.worlds[here.world() as usize].1.get(&(from, to)).is_some_and(|wire| wire.cut))
            || !self.locals[local as usize].up();
        if lost {
            // It would never make a difference; to leave it in flight saves a state in which it is gone.
            if self.cluster.crash_is_final && !self.locals[local as usize].up() {
                return;
            }
            let monitor = self.failed(here, to);
            self.put(here, Change { taken: Some(envelope), monitor, ..Change::default() }, found);
            return;
        }
        let Self { steps, cluster, locals, envelopes, .. } = self;
        let (start, end) = steps.on_message((&**cluster, locals), envelopes, local, envelope);
        // All ways of it: if one does something, the message is delivered.
        if self.cluster.leave_ignored && (start..end).all(|step| self.steps.steps[step as usize].idle) {
            return;
        }
        for step in start..end {
            let taken = Some(envelope);
            let change =
                Change { step: Some((to, step)), taken, label: Some(envelope << 1), ..Change::default() };
            self.put(here, change, found);
        }
    }

    /// A message is lost or copied.
    fn disturb(&mut self, here: Here<'_>, envelope: u32, spent: Budget, found: &mut Vec<Found>) {
        let (budget, network) = (self.cluster.budget, self.cluster.network);
        // A network that loses messages may lose any number of them.
        if spent.losses < budget.losses || network.loss_ppm > 0 {
            let spent = Budget { losses: spent.losses.saturating_add(1), ..spent };
            let world = self.spend(here, spent);
            let monitor = self.failed(here, self.envelopes[envelope as usize].to);
            self.put(here, Change { taken: Some(envelope), world, monitor, ..Change::default() }, found);
        }
        if spent.duplicates < budget.duplicates || network.duplication_ppm > 0 {
            let spent = Budget { duplicates: spent.duplicates.saturating_add(1), ..spent };
            let world = self.spend(here, spent);
            self.put(here, Change { added: Some(envelope), world, ..Change::default() }, found);
        }
    }

    /// What can happen at a node by itself.
    fn stir(&mut self, here: Here<'_>, node: NodeId, spent: Budget, found: &mut Vec<Found>) {
        let budget = self.cluster.budget;
        let local = here.local(node);
        self.timers(here, node, spent, found);
        if !self.locals[local as usize].up() {
            // Of the crashes so far, those that are not down now have come back: so many restarts are spent.
            let down = here.slice[..here.nodes].iter().filter(|&&local| !self.locals[local as usize].up());
            if self.cluster.may_restart(spent, down.count()) {
                let stimulus = self.steps.stimulus(node, Stimulus::Boot);
                self.react(here, node, stimulus, Change::default(), found);
            }
        } else if spent.crashes < budget.crashes {
            let monitor = self.observe(here, node, Seen::Crash);
            let world = self.spend(here, Budget { crashes: spent.crashes.saturating_add(1), ..spent });
            let stimulus = self.steps.stimulus(node, Stimulus::Crash);
            self.react(here, node, stimulus, Change { world, monitor, ..Change::default() }, found);
        }
        if self.may_tick(here, node) {
            let stimulus = self.steps.stimulus(node, Stimulus::Tick);
            self.react(here, node, stimulus, Change::default(), found);
        }
    }

    fn timers(&mut self, here: Here<'_>, node: NodeId, spent: Budget, found: &mut Vec<Found>) {
        let (start, end) = self.steps.timers((&*self.cluster, &self.locals), node, here.local(node));
        for place in start..end {
            let running = self.steps.timer_pool[place as usize].clone();
            let mut change = Change::default();
            // Gossip without this would send again and again before anything arrives: no end of states.
            if running.settles && self.mail(here).any(|envelope| envelope.from == node) {
                continue;
            }
            if !running.own_step {
                let left = spent.timeouts < self.cluster.budget.timeouts;
                let due =
                    || self.has_waited(here, node, &running) || (spent.unreliable() && self.quiet(here));
                // The budget first: to know what is due takes a look at all messages.
                if !left || !due() {
                    continue;
                }
                let spent = Budget { timeouts: spent.timeouts.saturating_add(1), ..spent };
                change.world = self.spend(here, spent);
                change.monitor = self.failed(here, node);
            }
            self.react(here, node, running.stimulus, change, found);
        }
    }

    /// Nothing that the timer waits for can come any more.
    fn has_waited(&self, here: Here<'_>, node: NodeId, timer: &Running) -> bool {
        // One that waits for nobody may fire at any time.
        timer.awaits.iter().all(|&peer| self.hopeless(here, peer, node))
    }

    /// Nothing is under way, and no node goes on by itself. The timers of all nodes must be known.
    fn quiet(&self, here: Here<'_>) -> bool {
        let stirs = |node: NodeId| {
            let timers = self.steps.known_timers(node, here.local(node)).iter();
            timers.into_iter().any(|timer| timer.own_step || self.has_waited(here, node, timer))
        };
        // No messages: nothing stands behind the nodes, the monitor and the world.
        here.slice.len() == here.nodes + EXTRA && !(0..self.cluster.size).any(stirs)
    }

    /// Nothing from the one node can reach the other any more.
    fn hopeless(&self, here: Here<'_>, from: NodeId, to: NodeId) -> bool {
        if self.worlds[here.world() as usize].1.get(&(from, to)).is_some_and(|wire| wire.cut) {
            return true;
        }
        // What was delivered before in this expansion is known: all messages are, before any timer.
        let stays = |number: u32| self.cluster.leave_ignored && self.steps.known_idle(here.local(to), number);
        let mut mail = here.slice[here.nodes + EXTRA..].iter();
        // A peer that is up may still send something: a timer that waits for it waits on. A message to the
        // node that makes no difference to it would stay for ever, and must not keep the timer waiting for
        // ever.
        !self.locals[here.local(from) as usize].up()
            && !mail.any(|&number| {
                let envelope = &self.envelopes[number as usize];
                (envelope.from, envelope.to) == (from, to) && !stays(number)
            })
    }

    /// The messages under way.
    fn mail<'a>(&'a self, here: Here<'a>) -> impl Iterator<Item = &'a Envelope<P>> {
        here.slice[here.nodes + EXTRA..].iter().map(|&number| &self.envelopes[number as usize])
    }

    fn may_tick(&self, here: Here<'_>, node: NodeId) -> bool {
        let Some((_, skew)) = self.cluster.clocks else { return false };
        let locals = || (0..self.cluster.size).map(|node| &self.locals[here.local(node) as usize]);
        let slowest = locals().filter(|local| local.up()).map(|local| local.clock).min();
        let local = &self.locals[here.local(node) as usize];
        // A clock that is ahead by the whole skew waits for the slowest, of those that run.
        local.up() && slowest.is_some_and(|slowest| local.clock < slowest + skew)
    }

    fn request(&mut self, here: Here<'_>, spent: Budget, found: &mut Vec<Found>) {
        if self.cluster.workload == Delay::Never || spent.requests >= self.cluster.budget.requests {
            return;
        }
        let locals = here.slice[..here.nodes].iter();
        let locals: Vec<Local<P>> = locals.map(|&local| self.locals[local as usize].clone()).collect();
        // Numbered by the requests made so far, so every run within the budget asks the same things in the
        // same order.
        let Some((node, input)) = self.cluster.protocol.request(spent.requests, &locals) else { return };
        // Before the node reacts: what it answers has to find the request in the monitor.
        let monitor = self.observe(here, node, Seen::Input(&input));
        let world = self.spend(here, Budget { requests: spent.requests.saturating_add(1), ..spent });
        let stimulus = self.steps.stimulus(node, Stimulus::Input(input));
        self.react(here, node, stimulus, Change { world, monitor, ..Change::default() }, found);
    }

    fn links(&mut self, here: Here<'_>, spent: Budget, found: &mut Vec<Found>) {
        let wires: Wires = self.worlds[here.world() as usize].1.clone();
        let is_cut = |link: &(NodeId, NodeId)| wires.get(link).is_some_and(|wire| wire.cut);
        if spent.cuts < self.cluster.budget.cuts {
            let size = self.cluster.size;
            let all = (0..size).flat_map(|a| (0..size).map(move |b| (a, b)));
            // One direction of one link at a time: a partition is several cuts, in any order.
            for link in all.filter(|link| link.0 != link.1 && !is_cut(link)) {
                let mut wires = wires.clone();
                wires.entry(link).or_default().cut = true;
                let spent = Budget { cuts: spent.cuts.saturating_add(1), ..spent };
                let world = Some(self.worlds.number((spent, wires)));
                self.put(here, Change { world, ..Change::default() }, found);
            }
        }
        // To heal costs nothing: what is assumed is how much may go wrong, and not for how long.
        for link in wires.keys().filter(|link| is_cut(link)) {
            let mut wires = wires.clone();
            // Removed and not set whole, so that a link that was cut and healed is the link that it was: one
            // world, not two.
            wires.remove(link);
            let world = Some(self.worlds.number((spent, wires)));
            self.put(here, Change { world, ..Change::default() }, found);
        }
    }

    fn spend(&mut self, here: Here<'_>, spent: Budget) -> Option<u32> {
        let wires = self.worlds[here.world() as usize].1.clone();
        Some(self.worlds.number((spent, wires)))
    }

    /// The monitor after something has failed at a node, where it wants to know.
    fn failed(&mut self, here: Here<'_>, node: NodeId) -> Option<u32> {
        if M::SEES_FAILURES { self.observe(here, node, Seen::Failure) } else { None }
    }

    /// The monitor after it has seen something at a node, before the node reacts.
    fn observe(&mut self, here: Here<'_>, node: NodeId, seen: Seen<'_, P>) -> Option<u32> {
        let cluster = Rc::clone(&self.cluster);
        // Not remembered as steps are: crashes, failures and requests are few.
        let mut monitor = self.monitors[here.monitor() as usize].clone();
        let local = &self.locals[here.local(node) as usize];
        let changed = monitor.observe(&cluster.protocol, node, local, seen);
        // `None`, and no new number, where it says that nothing has changed.
        changed.then(|| self.monitors.number(monitor))
    }

    fn react(&mut self, here: Here<'_>, node: NodeId, stimulus: u32, change: Change, found: &mut Vec<Found>) {
        let Self { steps, cluster, locals, envelopes, .. } = self;
        let (start, end) = steps.on_stimulus((&**cluster, locals), envelopes, here.local(node), stimulus);
        for step in start..end {
            let label = Some(stimulus << 1 | 1);
            self.put(here, Change { step: Some((node, step)), label, ..change }, found);
        }
    }

    /// The monitor after a step whose outputs it has seen.
    fn monitored(&mut self, monitor: u32, node: NodeId, step: u32) -> u32 {
        // The number of a step stands for its node, its local state and what it answers: with the monitor,
        // that is all there is to know.
        let key = u64::from(monitor) << 32 | u64::from(step);
        if let Some(next) = self.observed.get(key) {
            return next as u32;
        }
        let cluster = Rc::clone(&self.cluster);
        let remembered = self.steps.steps[step as usize];
        let local = &self.locals[remembered.local as usize];
        let mut folded = self.monitors[monitor as usize].clone();
        if let Some(outputs) = remembered.outputs {
            for output in &self.steps.outputs[outputs as usize] {
                folded.observe(&cluster.protocol, node, local, Seen::Output(output));
            }
        }
        let next = self.monitors.number(folded);
        self.observed.put(key, next.into());
        next
    }

    /// Makes the successor and finds or adds it.
    #[inline]
    fn put(&mut self, here: Here<'_>, change: Change, found: &mut Vec<Found>) {
        // From the parent's hash: the words of the parts that change are exchanged, the rest is not looked at.
        let mut hash = here.hash;
        let mut touched = Touched::default();
        let mut monitor = change.monitor.unwrap_or(here.monitor());
        let mut sent = (0, 0);
        let mut there = std::mem::take(&mut self.there);
        there.clear();
        there.extend_from_slice(&here.slice[..here.nodes + EXTRA]);
        if let Some((node, number)) = change.step {
            let step = self.steps.steps[number as usize];
            // From the monitor that has seen the stimulus already, if it did: both belong to one step.
            if step.outputs.is_some() {
                monitor = self.monitored(monitor, node, number);
            }
            hash = hash.wrapping_add(step.delta);
            there[usize::from(node)] = step.local;
            sent = step.sent;
            // No other node changes in the step, so properties of others need not be asked.
            touched.node = step.watched.then_some(node);
        }
        let n = here.nodes as u64;
        if monitor != here.monitor() {
            hash = hash.wrapping_sub(part(n, here.monitor())).wrapping_add(part(n, monitor));
            there[here.nodes] = monitor;
            touched.monitor = true;
        }
        if let Some(world) = change.world {
            hash = hash.wrapping_sub(part(n + 1, here.world())).wrapping_add(part(n + 1, world));
            there[here.nodes + 1] = world;
        }
        if let Some(taken) = change.taken {
            // One copy of it: how often a message is there counts in the sum.
            hash = hash.wrapping_sub(self.mixes[taken as usize]);
        }
        let sent = &self.steps.sent[sent.0 as usize..sent.1 as usize];
        let added: &[u32] = match &change.added {
            Some(added) => {
                hash = hash.wrapping_add(self.mixes[*added as usize]);
                std::slice::from_ref(added)
            }
            None => sent,
        };
        merge(&here.slice[here.nodes + EXTRA..], change.taken, added, &mut there);
        self.there = there;
        self.put_there(hash, (touched, change.label.unwrap_or(NO_LABEL)), found);
    }
}

/// The messages in flight but for one that was taken, with others added; all in order.
#[inline]
fn merge(mail: &[u32], taken: Option<u32>, added: &[u32], into: &mut Vec<u32>) {
    // No message has the largest number, so this takes none away.
    let mut taken = taken.unwrap_or(u32::MAX);
    let mut added = added.iter().copied().peekable();
    for &envelope in mail {
        if envelope == taken {
            // Only one copy.
            taken = u32::MAX;
            continue;
        }
        while let Some(&next) = added.peek()
            && next <= envelope
        {
            into.push(next);
            added.next();
        }
        into.push(envelope);
    }
    into.extend(added);
}
