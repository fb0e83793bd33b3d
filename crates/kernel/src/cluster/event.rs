//! What can happen to a cluster.

use serde::{Deserialize, Serialize};

use super::{Cluster, State};
use crate::monitor::Monitor;
use crate::protocol::Protocol;
use crate::time::{Delay, Micros};
use crate::{MessageId, NodeId};

/// One atomic step of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "snake_case")]
pub enum Event<P: Protocol> {
    /// A message arrives; it is lost where its receiver is down or its link is cut.
    Deliver(MessageId),
    /// A message is lost.
    Lose(MessageId),
    /// A second copy of a message comes into being.
    Duplicate(MessageId),
    /// A timer fires.
    Fire(NodeId, P::Timer),
    /// The workload makes its next request.
    Request,
    /// A client asks this of this node.
    Input(NodeId, P::Input),
    /// A node stops and loses its memory.
    Crash(NodeId),
    /// A node starts again from its disk.
    Restart(NodeId),
    /// Links are cut, one way each.
    Cut(Vec<(NodeId, NodeId)>),
    /// Links are whole again, one way each, and as fast as the others.
    Heal(Vec<(NodeId, NodeId)>),
    /// A link gets its own latency, one way.
    Slow(NodeId, NodeId, Micros, Micros),
    /// A node's clock ticks.
    Tick(NodeId),
}

impl<P: Protocol> Event<P> {
    /// Cuts both ways between all of the one side and all of the other.
    pub fn partition(one: &[NodeId], other: &[NodeId]) -> Self {
        Self::Cut(one.iter().flat_map(|&a| other.iter().flat_map(move |&b| [(a, b), (b, a)])).collect())
    }
}

impl<P: Protocol, M: Monitor<P>> Cluster<P, M> {
    /// All events within the budget: messages first, then nodes, then links.
    pub(super) fn enabled_events(&self, state: &State<P, M>) -> Vec<Event<P>> {
        let (spent, budget) = (state.spent, self.budget);
        let mut events = Vec::new();
        for (&id, envelope) in &state.mail {
            if !self.stays(state, envelope) {
                events.push(Event::Deliver(id));
            }
            if spent.losses < budget.losses || self.network.loss_ppm > 0 {
                events.push(Event::Lose(id));
            }
            if spent.duplicates < budget.duplicates || self.network.duplication_ppm > 0 {
                events.push(Event::Duplicate(id));
            }
        }
        for (me, local) in (0..).zip(&state.locals) {
            let timers = local.timers.iter().filter(|(timer, _)| self.may_fire(state, me, timer));
            events.extend(timers.map(|(timer, _)| Event::Fire(me, timer.clone())));
            if !local.up() {
                if self.may_restart(spent, state.locals.iter().filter(|local| !local.up()).count()) {
                    events.push(Event::Restart(me));
                }
            } else if spent.crashes < budget.crashes {
                events.push(Event::Crash(me));
            }
            if self.may_tick(state, me) {
                events.push(Event::Tick(me));
            }
        }
        if self.may_request(state) {
            events.push(Event::Request);
        }
        self.enabled_links(state, &mut events);
        events
    }

    /// Whether another of the nodes that are down may come back. All others that crashed have.
    pub fn may_restart(&self, spent: super::Budget, down: usize) -> bool {
        !self.crash_is_final && (!self.searched || spent.crashes.saturating_sub(down as u32) < self.restarts)
    }

    fn may_fire(&self, state: &State<P, M>, me: NodeId, timer: &P::Timer) -> bool {
        !self.unsettled(state, me, timer)
            && (self.protocol.own_step(timer)
                || (state.spent.timeouts < self.budget.timeouts && self.due(state, me, timer)))
    }

    /// Something that the node has sent is under way, and the timer waits for that, too.
    pub(super) fn unsettled(&self, state: &State<P, M>, me: NodeId, timer: &P::Timer) -> bool {
        self.searched
            && self.protocol.settles(timer)
            && state.mail.values().any(|envelope| envelope.from == me)
    }

    /// Whether the timer has waited long enough, budgets aside.
    ///
    /// Where timeouts are reliable, it has when nothing from those it waits for can come any more. As long as nothing
    /// is lost, one that is up and not cut off answers at last. After a loss it may not have been asked, or its answer
    /// is gone; nobody knows which, and all that a timeout tells is that everything has become quiet. So then, and
    /// only then, the timer is due although those it waits for are up: timeouts are long, compared with messages.
    pub(super) fn due(&self, state: &State<P, M>, me: NodeId, timer: &P::Timer) -> bool {
        !self.searched || self.hopeless(state, me, timer) || (state.spent.unreliable() && self.quiet(state))
    }

    /// Nothing from any node that the timer waits for can come any more: each is cut off, or down and its messages
    /// have arrived. One that stays in flight since it makes no difference is not waited for.
    fn hopeless(&self, state: &State<P, M>, me: NodeId, timer: &P::Timer) -> bool {
        let coming = |peer: NodeId| {
            let mut mail = state.mail.values();
            mail.any(|envelope| (envelope.from, envelope.to) == (peer, me) && !self.stays(state, envelope))
        };
        let gone = |peer: NodeId| {
            state.wire(peer, me).cut || (!state.locals[usize::from(peer)].up() && !coming(peer))
        };
        self.protocol.awaits(me, &state.locals[usize::from(me)], timer).into_iter().all(gone)
    }

    /// Nothing is under way, and no node goes on by itself.
    fn quiet(&self, state: &State<P, M>) -> bool {
        let stirs =
            |me: NodeId, timer: &P::Timer| self.protocol.own_step(timer) || self.hopeless(state, me, timer);
        let mut nodes = (0..).zip(&state.locals);
        state.mail.is_empty()
            && !nodes.any(|(me, local)| local.timers.iter().any(|(timer, _)| stirs(me, timer)))
    }

    fn enabled_links(&self, state: &State<P, M>, events: &mut Vec<Event<P>>) {
        if state.spent.cuts < self.budget.cuts {
            let all = (0..self.size).flat_map(|a| (0..self.size).map(move |b| (a, b)));
            let whole = all.filter(|&(a, b)| a != b && !state.wire(a, b).cut);
            events.extend(whole.map(|link| Event::Cut(vec![link])));
        }
        let cut = state.wires.iter().filter(|(_, wire)| wire.cut);
        events.extend(cut.map(|(&link, _)| Event::Heal(vec![link])));
    }

    pub(super) fn may_request(&self, state: &State<P, M>) -> bool {
        self.workload != Delay::Never
            && state.spent.requests < self.budget.requests
            && self.protocol.request(state.spent.requests, &state.locals).is_some()
    }

    pub(super) fn may_tick(&self, state: &State<P, M>, node: NodeId) -> bool {
        let Some((_, skew)) = self.clocks else { return false };
        let slowest = state.locals.iter().filter(|local| local.up()).map(|local| local.clock).min();
        let Some(local) = state.locals.get(usize::from(node)) else { return false };
        local.up() && slowest.is_some_and(|slowest| local.clock < slowest + skew)
    }

    pub(super) fn permits_event(&self, state: &State<P, M>, event: &Event<P>) -> bool {
        let up = |node: &NodeId| state.locals.get(usize::from(*node)).is_some_and(|local| local.up());
        let link = |&(a, b): &(NodeId, NodeId)| a != b && a < self.size && b < self.size;
        match event {
            Event::Deliver(id) if self.crash_is_final => {
                state.mail.get(id).is_some_and(|envelope| up(&envelope.to))
            }
            Event::Deliver(id) | Event::Lose(id) | Event::Duplicate(id) => state.mail.contains_key(id),
            Event::Fire(node, timer) => {
                up(node)
                    && state.locals[usize::from(*node)].timers.iter().any(|(running, _)| running == timer)
            }
            Event::Request => self.protocol.request(state.spent.requests, &state.locals).is_some(),
            Event::Input(node, _) | Event::Crash(node) => up(node),
            Event::Restart(node) => !self.crash_is_final && *node < self.size && !up(node),
            Event::Cut(links) => links.iter().all(link) && links.iter().any(|&(a, b)| !state.wire(a, b).cut),
            Event::Heal(links) => {
                links.iter().all(link) && links.iter().any(|link| state.wires.contains_key(link))
            }
            Event::Slow(a, b, least, most) => link(&(*a, *b)) && least <= most && most.0 <= LATENCY_US_MAX,
            Event::Tick(node) => self.may_tick(state, *node),
        }
    }

    pub(super) fn delay_of(&self, state: &State<P, M>, event: &Event<P>) -> Delay {
        let latency = |id: &MessageId| {
            let envelope = &state.mail[id];
            state.wire(envelope.from, envelope.to).slow.unwrap_or(self.network.latency)
        };
        match event {
            Event::Deliver(id) => {
                let (least, most) = latency(id);
                Delay::Between(least, most)
            }
            Event::Lose(id) => self.network.loss(latency(id).0),
            Event::Duplicate(id) => self.network.duplication(latency(id).0),
            Event::Fire(node, timer) => {
                let timers = &state.locals[usize::from(*node)].timers;
                timers.iter().find(|(running, _)| running == timer).map_or(Delay::Never, |(_, delay)| *delay)
            }
            Event::Request => self.workload,
            Event::Tick(_) => self.clocks.map_or(Delay::Never, |(tick, _)| tick),
            Event::Input(..)
            | Event::Crash(_)
            | Event::Restart(_)
            | Event::Cut(_)
            | Event::Heal(_)
            | Event::Slow(..) => Delay::Never,
        }
    }

    /// A stream for each node's timers and sends, one more for what befalls messages, one for clients.
    pub(super) fn stream_of(&self, state: &State<P, M>, event: &Event<P>) -> u32 {
        let n = u32::from(self.size);
        match event {
            Event::Deliver(id) => 2 + state.mail.get(id).map_or(0, |envelope| u32::from(envelope.from)),
            Event::Lose(_) | Event::Duplicate(_) => 0,
            Event::Request => 1,
            Event::Fire(node, _)
            | Event::Input(node, _)
            | Event::Crash(node)
            | Event::Restart(node)
            | Event::Tick(node) => 2 + n + u32::from(*node),
            Event::Cut(_) | Event::Heal(_) | Event::Slow(..) => 0,
        }
    }
}

/// The most latency that a link can be given: ten minutes.
const LATENCY_US_MAX: u64 = 600_000_000;
