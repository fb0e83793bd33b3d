//! What a replica does, in each of the three ways of telling others.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use kernel::{Delay, Micros, Node, NodeId};

use super::object::{Object, Operation};
use super::{Cx, Form, Message, Output, Replication, Timer, Typing, agent, typing};
use crate::crdt::dots::{Dot, Dots};
use crate::crdt::lattice::Agent;
use crate::crdt::update::Update;

/// What is told of an operation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Told {
    /// Its name.
    pub dot: Dot,
    /// Which operations its replica had carried out before it.
    pub seen: Dots,
    /// What was done.
    pub operation: Operation,
}

impl Told {
    /// How many bytes it takes: the operation, its name, and what it had seen.
    #[must_use]
    pub fn weight(&self) -> usize {
        (1 + 4) + self.seen.weight() + self.operation.weight()
    }
}

/// What survives a crash.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Store {
    /// The object; `None` before the replica has started for the first time.
    pub object: Option<Object>,
    /// Which updates are in it. The types do not need it where states are sent; the properties do.
    pub seen: Dots,
    /// Where operations are told, those that somebody may not have.
    pub log: BTreeMap<Dot, Told>,
    /// Where deltas are told, how many changes there were.
    pub changes: u32,
}

/// What a crash loses.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Memory {
    /// Operations that came before one that they build on.
    pub waiting: BTreeSet<Told>,
    /// What others are known to have.
    pub known: BTreeMap<NodeId, Dots>,
    /// The changes that somebody may not have, and which updates are in each.
    pub deltas: BTreeMap<u32, (Object, Dots)>,
    /// Up to which change each of the others has acknowledged.
    pub acks: BTreeMap<NodeId, u32>,
    /// Whose turn it is to be told.
    pub turn: NodeId,
}

impl Store {
    /// Starts with an empty object, unless there is one.
    pub fn begin(&mut self, replication: &Replication, me: Agent) {
        self.object.get_or_insert_with(|| Object::new(replication.kind, me));
    }

    /// What a property reads, as a number.
    pub fn watch(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.seen.hash(&mut hasher);
        // A text is all that was seen of it.
        if let Some(object) = self.object.as_ref().filter(|object| !matches!(object, Object::Text(_))) {
            object.hash(&mut hasher);
        }
        hasher.finish()
    }
}

impl Replication {
    /// Any update that a client could make here.
    pub(super) fn any(&self, store: &Store, cx: Cx<'_, '_>) -> Option<Update> {
        if let Some(Object::Text(text)) = &store.object {
            let me = agent(cx.me());
            let at = match self.typing {
                Typing::InARow => text.cursor(me),
                Typing::Anywhere => cx.choose(text.replica().len() as u32 + 1),
            };
            let letter = typing::letter(me, text.replica().typed(u32::from(me)));
            return Some(Update::Splice { at, delete: 0, insert: letter.to_string() });
        }
        let mut updates = self.kind.updates();
        let chosen = cx.choose(updates.len() as u32) as usize;
        (chosen < updates.len()).then(|| updates.swap_remove(chosen))
    }

    /// A client updates the object here.
    pub(super) fn update(&self, node: &mut Node<'_, Self>, update: Update, cx: Cx<'_, '_>) {
        let by = agent(cx.me());
        if !self.kind.takes(&update) {
            return cx.output(Output::Refused(format!("a {} has no such update", self.kind.name())));
        }
        let Some(object) = &mut node.disk.object else { return };
        let dot = node.disk.seen.next(by);
        let before = node.disk.seen.clone();
        match self.form {
            Form::State => {
                object.update(by, &update);
                node.disk.seen.add(dot);
                cx.note("Shapiro et al. 2011, section 2.1", "updates its own state and tells it to all");
                let state = Message::State(object.clone(), node.disk.seen.clone());
                cx.output(Output::Updated(dot, update, before));
                cx.broadcast(&state);
            }
            Form::Operation => {
                let operation = match object.prepare(by, &update) {
                    Ok(operation) => operation,
                    Err(reason) => return cx.output(Output::Refused(reason)),
                };
                object.effect(dot, &operation);
                node.disk.seen.add(dot);
                cx.note("Shapiro et al. 2011, section 2.2", "carries it out and tells all what was done");
                let told = Told { dot, seen: before.clone(), operation };
                node.disk.log.insert(dot, told.clone());
                cx.output(Output::Updated(dot, update, before));
                cx.broadcast(&Message::Operation(told));
            }
            Form::Delta => {
                let delta = object.delta(by, &update);
                object.join(&delta);
                node.disk.seen.add(dot);
                cx.note("Almeida et al. 2018, algorithm 2", "joins the delta and keeps it for the others");
                self.keep(node, delta, Dots::one(dot));
                cx.output(Output::Updated(dot, update, before));
                let peers: Vec<NodeId> = cx.peers().collect();
                peers.into_iter().for_each(|peer| self.tell(node, peer, cx));
            }
        }
    }

    fn keep(&self, node: &mut Node<'_, Self>, delta: Object, dots: Dots) {
        node.ram.deltas.insert(node.disk.changes, (delta, dots));
        node.disk.changes += 1;
    }

    /// Tells another replica what it may not have.
    pub(super) fn tell(&self, node: &mut Node<'_, Self>, peer: NodeId, cx: Cx<'_, '_>) {
        if peer == cx.me() || peer >= cx.size() {
            return;
        }
        let Some(object) = &node.disk.object else { return };
        match self.form {
            Form::State => cx.send(peer, Message::State(object.clone(), node.disk.seen.clone())),
            Form::Operation => {
                let known = node.ram.known.get(&peer);
                let missing = |told: &&Told| known.is_none_or(|known| !known.contains(told.dot));
                let missing: Vec<Told> = node.disk.log.values().filter(missing).cloned().collect();
                cx.send(peer, Message::Operations(missing));
            }
            Form::Delta => {
                let acked = node.ram.acks.get(&peer).copied().unwrap_or(0);
                if acked >= node.disk.changes {
                    return;
                }
                // After a crash, or for somebody long away, the changes are not there any more: the whole state is.
                let whole = node.ram.deltas.first_key_value().is_none_or(|(&first, _)| first > acked);
                let (mut delta, mut dots) = (object.clone(), node.disk.seen.clone());
                if !whole {
                    let mut new = node.ram.deltas.range(acked..).map(|(_, new)| new.clone());
                    if let Some((first, in_it)) = new.next() {
                        (delta, dots) = (first, in_it);
                    }
                    for (more, in_it) in new {
                        delta.join(&more);
                        dots.join(&in_it);
                    }
                }
                cx.send(peer, Message::Delta(delta, dots, node.disk.changes));
            }
        }
    }

    /// Turns to the next replica.
    pub(super) fn gossip(&self, node: &mut Node<'_, Self>, cx: Cx<'_, '_>) {
        let peers: Vec<NodeId> = cx.peers().collect();
        if let Some(&peer) = peers.get(usize::from(node.ram.turn) % peers.len().max(1)) {
            node.ram.turn = (node.ram.turn + 1) % peers.len() as NodeId;
            match self.form {
                Form::State if node.disk.seen.is_empty() => {}
                Form::State | Form::Delta => self.tell(node, peer, cx),
                Form::Operation => cx.send(peer, Message::Have(node.disk.seen.clone())),
            }
        }
        self.wait(cx);
    }

    /// Has the replica turn to the next one after a while.
    pub(super) fn wait(&self, cx: Cx<'_, '_>) {
        if let Some(Micros(span)) = self.gossip {
            cx.set_timer(Timer::Gossip, Delay::Between(Micros(span / 2), Micros(span + span / 2)));
        }
    }

    pub(super) fn hear(&self, node: &mut Node<'_, Self>, from: NodeId, message: Message, cx: Cx<'_, '_>) {
        match message {
            Message::State(state, dots) => {
                cx.note("Shapiro et al. 2011, section 2.1", "joins what it hears with its own state");
                if let Some(object) = &mut node.disk.object {
                    object.join(&state);
                    node.disk.seen.join(&dots);
                }
            }
            Message::Operation(told) => self.hear_of(node, told, cx),
            Message::Operations(all) => all.into_iter().for_each(|told| self.hear_of(node, told, cx)),
            Message::Have(dots) => self.answer(node, from, dots, cx),
            Message::Delta(delta, dots, upto) => self.hear_delta(node, (from, upto), &delta, dots, cx),
            Message::Ack(upto) => {
                let known = node.ram.acks.entry(from).or_default();
                *known = upto.min(node.disk.changes).max(*known);
                let least = cx.peers().map(|peer| node.ram.acks.get(&peer).copied().unwrap_or(0)).min();
                node.ram.deltas = node.ram.deltas.split_off(&least.unwrap_or(0));
            }
        }
    }

    fn hear_of(&self, node: &mut Node<'_, Self>, told: Told, cx: Cx<'_, '_>) {
        if self.rules.exactly_once && node.disk.seen.contains(told.dot) {
            return cx.note("Shapiro et al. 2011, section 2.2", "has carried it out before");
        }
        if self.rules.causal_delivery && !node.disk.seen.covers(&told.seen) {
            cx.note("Shapiro et al. 2011, section 2.2", "keeps it until all that it had seen has come");
            cx.output(Output::Waits(told.dot));
            node.ram.waiting.insert(told);
            return;
        }
        self.carry_out(node, told, cx);
        let ready = |node: &Node<'_, Self>| {
            let seen = &node.disk.seen;
            node.ram.waiting.iter().find(|told| seen.covers(&told.seen)).cloned()
        };
        while let Some(told) = ready(node) {
            node.ram.waiting.remove(&told);
            if !node.disk.seen.contains(told.dot) {
                self.carry_out(node, told, cx);
            }
        }
    }

    fn carry_out(&self, node: &mut Node<'_, Self>, told: Told, cx: Cx<'_, '_>) {
        cx.note("Shapiro et al. 2011, section 2.2", "carries out what was told");
        if let Some(object) = &mut node.disk.object {
            object.effect(told.dot, &told.operation);
        }
        node.disk.seen.add(told.dot);
        node.disk.log.insert(told.dot, told);
    }

    /// Somebody says what it has: it is sent what it has not, and what all have is not kept any longer.
    fn answer(&self, node: &mut Node<'_, Self>, from: NodeId, dots: Dots, cx: Cx<'_, '_>) {
        node.ram.known.entry(from).or_default().join(&dots);
        let missing = node.disk.log.values().filter(|told| !dots.contains(told.dot));
        let missing: Vec<Told> = missing.cloned().collect();
        if !missing.is_empty() {
            cx.note("Shapiro et al. 2011, section 2.2", "sends what the other one does not have");
            cx.send(from, Message::Operations(missing));
        }
        let known = &node.ram.known;
        let everywhere =
            |dot: &Dot| cx.peers().all(|peer| known.get(&peer).is_some_and(|known| known.contains(*dot)));
        node.disk.log.retain(|dot, _| !everywhere(dot));
    }

    fn hear_delta(
        &self,
        node: &mut Node<'_, Self>,
        (from, upto): (NodeId, u32),
        delta: &Object,
        dots: Dots,
        cx: Cx<'_, '_>,
    ) {
        let Some(object) = &mut node.disk.object else { return };
        let before = object.clone();
        object.join(delta);
        // What is new here may be new to others too.
        if *object != before || !node.disk.seen.covers(&dots) {
            cx.note("Almeida et al. 2018, algorithm 2", "joins the delta and keeps it for the others");
            node.disk.seen.join(&dots);
            self.keep(node, delta.clone(), dots);
        }
        cx.send(from, Message::Ack(upto));
    }
}
