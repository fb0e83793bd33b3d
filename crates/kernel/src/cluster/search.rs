//! What a search needs to know of a cluster beyond its events: limits, and which states are alike.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use super::{Budget, Cluster, Event, State};
use crate::NodeId;
use crate::choices::Odometer;
use crate::monitor::Monitor;
use crate::protocol::{Envelope, Local, Protocol, Stimulus};
use crate::system::{Limit, Withheld};
use crate::time::{Delay, Micros};

impl<P: Protocol, M: Monitor<P>> Cluster<P, M> {
    /// The same cluster within these limits. What the network loses or copies by itself is within them too, and
    /// clients ask as often as they allow.
    pub(super) fn within(mut self, budget: Budget) -> Self {
        self.budget = budget;
        self.searched = true;
        self.network.loss_ppm = 0;
        self.network.duplication_ppm = 0;
        if self.workload == Delay::Never {
            self.workload = Delay::Between(Micros::ZERO, Micros::ZERO);
        }
        self
    }

    /// What a fair run would have to do and this search does not let it: see [`System::withheld`](crate::System).
    ///
    /// A budget of crashes, losses, copies and cuts says what is assumed of the world, and clients may stop asking at
    /// any time: these limits cut no run short. Timers are different. One that runs fires at last, unless it is
    /// stopped, so a search that has no timeout left for it does not follow the run to its end.
    pub(super) fn withheld_from(&self, state: &State<P, M>) -> Vec<Withheld> {
        let spent_up = state.spent.timeouts >= self.budget.timeouts;
        let mut withheld = Vec::new();
        for (me, local) in (0..).zip(&state.locals) {
            for (timer, _) in local.timers.iter().filter(|(timer, _)| !self.protocol.own_step(timer)) {
                let by = match self.due(state, me, timer) && !self.unsettled(state, me, timer) {
                    true if spent_up => Limit::Count("timeouts"),
                    false if state.spent.unreliable() => Limit::Patience,
                    true | false => continue,
                };
                withheld.push(Withheld { key: key_of(&Event::<P>::Fire(me, timer.clone())), by });
            }
            if self.protocol.halted(me, self.size, local) {
                withheld.push(Withheld { key: key_of(&("halted", me)), by: Limit::Setting });
            }
        }
        let unasked = self.budget.requests == 0 && self.workload != Delay::Never;
        if unasked && state.spent.requests == 0 && self.protocol.request(0, &state.locals).is_some() {
            withheld.push(Withheld { key: key_of(&Event::<P>::Request), by: Limit::Count("requests") });
        }
        withheld
    }

    /// Whether the message stays in flight, since its receiver ignores it or has crashed for good.
    pub(super) fn stays(&self, state: &State<P, M>, envelope: &Envelope<P>) -> bool {
        let gone = self.crash_is_final && !state.locals[usize::from(envelope.to)].up();
        gone || (self.leave_ignored && self.ignored(state, envelope))
    }

    /// Whether the message would make no difference to anybody, whatever the answers to the receiver's questions. One
    /// that would be lost is not ignored.
    pub fn ignored(&self, state: &State<P, M>, envelope: &Envelope<P>) -> bool {
        let before = &state.locals[usize::from(envelope.to)];
        if !before.up() || state.wire(envelope.from, envelope.to).cut {
            return false;
        }
        let mut odometer = Odometer::default();
        loop {
            let mut local: Local<P> = before.clone();
            let stimulus = Stimulus::Message(envelope.from, envelope.message.clone());
            let effects = local.step(&self.protocol, self.identity(envelope.to), stimulus, &mut odometer);
            if local != *before || !effects.sent.is_empty() || !effects.outputs.is_empty() {
                return false;
            }
            if !odometer.next_run() {
                return true;
            }
        }
    }

    /// The nodes that nothing tells apart: neither the protocol, nor who lies, nor what is on the disks at the start.
    pub(super) fn alike(&self) -> Vec<Vec<NodeId>> {
        let empty = P::Disk::default();
        let differs = |node: NodeId| {
            let disk = self.disks.get(usize::from(node)).unwrap_or(&empty);
            (self.byzantine.contains(&node), disk)
        };
        let mut alike = Vec::new();
        for group in self.protocol.interchangeable(self.size) {
            let mut classes = BTreeMap::<_, Vec<NodeId>>::new();
            for node in group {
                classes.entry(differs(node)).or_default().push(node);
            }
            alike.extend(classes.into_values().filter(|class| class.len() > 1));
        }
        alike
    }

    pub(super) fn relabelled(&self, state: &State<P, M>, map: &[NodeId]) -> State<P, M> {
        let to = |node: NodeId| map[usize::from(node)];
        let mut next = state.clone();
        for (node, local) in (0..).zip(&state.locals) {
            let mut local = local.clone();
            self.protocol.relabel_local(&mut local, map);
            next.locals[usize::from(to(node))] = local;
        }
        for envelope in next.mail.values_mut() {
            (envelope.from, envelope.to) = (to(envelope.from), to(envelope.to));
            self.protocol.relabel_message(&mut envelope.message, map);
        }
        next.wires = state.wires.iter().map(|(&(a, b), &wire)| ((to(a), to(b)), wire)).collect();
        next.monitor.relabel(map);
        self.sort_all_in(&mut next);
        next
    }

    /// The state with the least names in place of those that are only compared.
    pub(super) fn renamed(&self, state: &State<P, M>) -> Option<State<P, M>> {
        let mut next = state.clone();
        let mut mail: Vec<Envelope<P>> = std::mem::take(&mut next.mail).into_values().collect();
        if !next.monitor.canonical(&self.protocol, &mut next.locals, &mut mail) {
            return None;
        }
        next.mail = (0..).zip(mail).collect();
        next.next_message = next.mail.len() as u64;
        self.sort_all_in(&mut next);
        Some(next)
    }

    /// Finds the kinds of all nodes anew.
    pub(super) fn sort_all_in(&self, state: &mut State<P, M>) {
        let kinds: Vec<u64> =
            (0..).zip(&state.locals).map(|(node, local)| self.protocol.kind(node, local)).collect();
        let mut members: BTreeMap<u64, std::collections::BTreeSet<NodeId>> = BTreeMap::new();
        for (node, &kind) in (0..).zip(&kinds) {
            members.entry(kind).or_default().insert(node);
        }
        state.kinds = (members, kinds);
    }

    /// A state put together from its parts, as a search keeps them; messages get new ids, in this order.
    pub fn assemble(
        &self,
        locals: Vec<Local<P>>,
        mail: impl IntoIterator<Item = Envelope<P>>,
        wires: BTreeMap<(NodeId, NodeId), super::Wire>,
        (spent, monitor): (Budget, M),
    ) -> State<P, M> {
        let mail: BTreeMap<_, _> = (0..).zip(mail).collect();
        let next_message = mail.len() as u64;
        let kinds = (BTreeMap::new(), Vec::new());
        let mut state = State { locals, mail, wires, spent, monitor, next_message, kinds };
        self.sort_all_in(&mut state);
        state
    }
}

fn key_of(what: &impl Hash) -> u64 {
    let mut hasher = FxHasher::default();
    what.hash(&mut hasher);
    hasher.finish()
}

/// The same number for the same message, whatever its id.
pub(super) fn fair_key<P: Protocol, M>(state: &State<P, M>, event: &Event<P>) -> Option<u64> {
    match event {
        Event::Deliver(id) => Some(key_of(state.mail.get(id)?)),
        Event::Fire(..) | Event::Request | Event::Tick(_) => Some(key_of(event)),
        Event::Lose(_)
        | Event::Duplicate(_)
        | Event::Input(..)
        | Event::Crash(_)
        | Event::Restart(_)
        | Event::Cut(_)
        | Event::Heal(_)
        | Event::Slow(..) => None,
    }
}

impl<P: Protocol> Event<P> {
    pub(super) fn crash(&self) -> Option<(NodeId, bool)> {
        if let Self::Crash(node) = self {
            Some((*node, true))
        } else if let Self::Restart(node) = self {
            Some((*node, false))
        } else {
            None
        }
    }

    pub(super) fn relabelled(&self, map: &[NodeId]) -> Self {
        let to = |node: &NodeId| map[usize::from(*node)];
        let links = |links: &[(NodeId, NodeId)]| links.iter().map(|(a, b)| (to(a), to(b))).collect();
        match self {
            Self::Deliver(_) | Self::Lose(_) | Self::Duplicate(_) | Self::Request => self.clone(),
            Self::Fire(node, timer) => Self::Fire(to(node), timer.clone()),
            Self::Input(node, input) => Self::Input(to(node), input.clone()),
            Self::Crash(node) => Self::Crash(to(node)),
            Self::Restart(node) => Self::Restart(to(node)),
            Self::Cut(cut) => Self::Cut(links(cut)),
            Self::Heal(healed) => Self::Heal(links(healed)),
            Self::Slow(a, b, least, most) => Self::Slow(to(a), to(b), *least, *most),
            Self::Tick(node) => Self::Tick(to(node)),
        }
    }
}
