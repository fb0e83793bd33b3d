//! A protocol: what one node does on one stimulus.
//!
//! A handler sees its own [`Node`] and a [`Context`], and nothing else: no clock, no generator, no other node.
//! [`Local::step`] is the only function that runs a handler; [`crate::Cluster`] and the explorer both call it.

use crate::choices::Choices;
use crate::system::{Data, Note, Value};
use crate::time::Delay;
use crate::{NodeId, Outcome};

/// A protocol that all nodes of a cluster run. `&self` is its configuration, plain data; all that changes is in
/// values.
pub trait Protocol: Clone + Ord + std::hash::Hash + std::fmt::Debug + 'static {
    /// What nodes send each other.
    type Message: Value;
    /// The names of a node's timers. A node has at most one running timer of each name.
    type Timer: Data;
    /// What a client asks of a node.
    type Input: Data;
    /// What a node answers, and what it lets a monitor know.
    type Output: Value;
    /// What survives a crash.
    type Disk: Value + Default;
    /// What a crash loses.
    type Ram: Value;

    /// Starts a node from its disk: the first time, and after each crash.
    fn boot(&self, disk: &mut Self::Disk, cx: &mut Context<'_, Self>) -> Self::Ram;

    /// A message arrives. Nonsense from a peer does nothing; it never fails.
    fn on_message(
        &self,
        node: &mut Node<'_, Self>,
        from: NodeId,
        message: Self::Message,
        cx: &mut Context<'_, Self>,
    );

    /// A timer fires. It is no longer running.
    fn on_timer(&self, node: &mut Node<'_, Self>, timer: Self::Timer, cx: &mut Context<'_, Self>);

    /// A client asks.
    fn on_input(&self, node: &mut Node<'_, Self>, input: Self::Input, cx: &mut Context<'_, Self>);

    /// What a Byzantine sender could send instead.
    fn lies(&self, _honest: &Self::Message) -> Vec<Self::Message> {
        Vec::new()
    }

    /// Request number `k` of the workload, and the node that the client turns to; `None`: there is none now. Whether
    /// there is one may depend on `k` and on which nodes are up, and on nothing else.
    fn request(&self, _k: u32, _nodes: &[Local<Self>]) -> Option<(NodeId, Self::Input)> {
        None
    }

    /// A number that changes when something changes that a property reads; lets a run skip its checks.
    fn watch(&self, local: &Local<Self>) -> u64;

    /// A number that is the same for nodes that no property of pairs can tell apart, so that a pair is checked once
    /// for each kind of node and not for each node. Where such a property reads who the nodes are (speaks only of honest
    /// ones, say), their kinds say so too.
    fn kind(&self, _me: NodeId, local: &Local<Self>) -> u64 {
        self.watch(local)
    }

    /// What the node has decided, if it has; a node that is down, from its disk.
    fn decided(&self, _me: NodeId, _local: &Local<Self>) -> Option<Outcome> {
        None
    }

    /// The node takes part in a decision and has not decided. One that knows of none to be made is not undecided.
    fn undecided(&self, me: NodeId, local: &Local<Self>) -> bool {
        self.decided(me, local).is_none()
    }

    /// A bound of the configuration keeps the running node from going on, and nothing in the protocol does: what it
    /// would do next is not in the search.
    fn halted(&self, _me: NodeId, _size: NodeId, _local: &Local<Self>) -> bool {
        false
    }

    /// Groups of nodes of a cluster of this size that the protocol cannot tell apart.
    fn interchangeable(&self, _size: NodeId) -> Vec<Vec<NodeId>> {
        Vec::new()
    }

    /// Puts `map[a]` for each node `a` that the node knows by its id. Only for protocols with interchangeable nodes.
    fn relabel_local(&self, _local: &mut Local<Self>, _map: &[NodeId]) {}

    /// Puts `map[a]` for each node `a` that the message names. Only for protocols with interchangeable nodes.
    fn relabel_message(&self, _message: &mut Self::Message, _map: &[NodeId]) {}

    /// The timer is how the node goes on with what it is doing (to send to the next of several, to write what it has
    /// put off), and says nothing of how long others take: no budget of timeouts counts it. Its name says what the node
    /// does: `sending`.
    fn own_step(&self, _timer: &Self::Timer) -> bool {
        false
    }

    /// The timer is longer than any message takes: in a search it fires only when all that its node has sent has arrived or is
    /// lost. What is sent again and again, one message at a time, makes a finite space.
    fn settles(&self, _timer: &Self::Timer) -> bool {
        false
    }

    /// The nodes whose message the timer waits for, where timeouts are reliable: a search lets it fire only when
    /// nothing from any of them can come any more, because each is down or cut off and nothing it sent is under way;
    /// or, once a message was lost or a link was cut, when nothing else is left to happen.
    /// A timer that waits for nobody may fire at any time; one that waits for its own node only after a loss.
    fn awaits(&self, _me: NodeId, _local: &Local<Self>, _timer: &Self::Timer) -> Vec<NodeId> {
        Vec::new()
    }
}

/// A node as its handler sees it.
#[derive(Debug)]
pub struct Node<'a, P: Protocol> {
    /// What survives a crash. What is written here is on the disk before any message leaves.
    pub disk: &'a mut P::Disk,
    /// What a crash loses.
    pub ram: &'a mut P::Ram,
}

/// A node as the cluster keeps it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Local<P: Protocol> {
    /// What survives a crash.
    pub disk: P::Disk,
    /// What a crash loses; `None` while the node is down.
    pub ram: Option<P::Ram>,
    /// The running timers, in order of name.
    pub timers: Vec<(P::Timer, Delay)>,
    /// The node's own clock, in ticks since it booted.
    pub clock: u64,
}

/// A message in flight.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Envelope<P: Protocol> {
    /// Who sent it.
    pub from: NodeId,
    /// Who is to receive it.
    pub to: NodeId,
    /// What it says.
    pub message: P::Message,
    /// An adversary wrote it.
    pub forged: bool,
}

/// What a node reacts to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stimulus<P: Protocol> {
    /// It starts, for the first time or after a crash.
    Boot,
    /// A message arrives.
    Message(NodeId, P::Message),
    /// A timer fires.
    Timer(P::Timer),
    /// A client asks.
    Input(P::Input),
    /// It loses its memory.
    Crash,
    /// Its clock ticks.
    Tick,
}

/// What a step of a node asks of the world.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Effects<P: Protocol> {
    /// Messages to send: receiver, message, and whether it is a lie.
    pub sent: Vec<(NodeId, P::Message, bool)>,
    /// Timers set (`Some`) and cancelled (`None`), in order.
    pub timers: Vec<(P::Timer, Option<Delay>)>,
    /// Answers.
    pub outputs: Vec<P::Output>,
    /// Why.
    pub notes: Vec<Note>,
}

impl<P: Protocol> Default for Effects<P> {
    fn default() -> Self {
        Self { sent: Vec::new(), timers: Vec::new(), outputs: Vec::new(), notes: Vec::new() }
    }
}

impl<P: Protocol> Local<P> {
    /// A node that has not been started yet.
    pub fn off(disk: P::Disk) -> Self {
        Self { disk, ram: None, timers: Vec::new(), clock: 0 }
    }

    /// Whether the node is running.
    pub fn up(&self) -> bool {
        self.ram.is_some()
    }

    /// The one place where a handler runs: one node, one stimulus.
    ///
    /// A stimulus that cannot reach the node as it is (a message to a node that is down) does nothing.
    pub fn step(
        &mut self,
        protocol: &P,
        (me, size, liar): (NodeId, NodeId, bool),
        stimulus: Stimulus<P>,
        choices: &mut dyn Choices,
    ) -> Effects<P> {
        let mut effects = Effects::default();
        let mut cx = Context { me, size, clock: self.clock, liar, protocol, choices, effects: &mut effects };
        match (stimulus, &mut self.ram) {
            (Stimulus::Boot, None) => {
                self.clock = 0;
                self.ram = Some(protocol.boot(&mut self.disk, &mut cx));
            }
            (Stimulus::Crash, Some(_)) => {
                self.ram = None;
                self.timers.clear();
            }
            (Stimulus::Tick, Some(_)) => self.clock += 1,
            (Stimulus::Message(from, message), Some(ram)) => {
                protocol.on_message(&mut Node { disk: &mut self.disk, ram }, from, message, &mut cx);
            }
            (Stimulus::Timer(timer), Some(ram)) => {
                self.timers.retain(|(running, _)| *running != timer);
                protocol.on_timer(&mut Node { disk: &mut self.disk, ram }, timer, &mut cx);
            }
            (Stimulus::Input(input), Some(ram)) => {
                protocol.on_input(&mut Node { disk: &mut self.disk, ram }, input, &mut cx);
            }
            (Stimulus::Boot, Some(_))
            | (
                Stimulus::Crash
                | Stimulus::Tick
                | Stimulus::Message(..)
                | Stimulus::Timer(_)
                | Stimulus::Input(_),
                None,
            ) => {}
        }
        for (timer, delay) in &effects.timers {
            let place = self.timers.binary_search_by(|(running, _)| running.cmp(timer));
            match (place, delay) {
                (Ok(at), Some(delay)) => self.timers[at].1 = *delay,
                (Err(at), Some(delay)) => self.timers.insert(at, (timer.clone(), *delay)),
                (Ok(at), None) => drop(self.timers.remove(at)),
                (Err(_), None) => {}
            }
        }
        effects
    }
}

/// The whole world of a handler.
pub struct Context<'a, P: Protocol> {
    me: NodeId,
    size: NodeId,
    clock: u64,
    liar: bool,
    protocol: &'a P,
    choices: &'a mut dyn Choices,
    effects: &'a mut Effects<P>,
}

impl<P: Protocol> Context<'_, P> {
    /// This node.
    #[must_use]
    pub fn me(&self) -> NodeId {
        self.me
    }

    /// How many nodes there are.
    #[must_use]
    pub fn size(&self) -> NodeId {
        self.size
    }

    /// All other nodes, in order.
    pub fn peers(&self) -> impl Iterator<Item = NodeId> + use<P> {
        let me = self.me;
        (0..self.size).filter(move |&node| node != me)
    }

    /// The node's own clock: ticks since it booted, within the skew that the configuration allows.
    #[must_use]
    pub fn clock(&self) -> u64 {
        self.clock
    }

    /// Sends a message. What a Byzantine node sends is the honest message, a lie from [`Protocol::lies`], or nothing.
    pub fn send(&mut self, to: NodeId, message: P::Message) {
        if !self.liar {
            self.effects.sent.push((to, message, false));
            return;
        }
        let mut menu = self.protocol.lies(&message);
        let silence = menu.len() as u32 + 1;
        match self.choices.choose(silence + 1) {
            0 => self.effects.sent.push((to, message, false)),
            pick if pick == silence => {}
            pick => self.effects.sent.push((to, menu.swap_remove(pick as usize - 1), true)),
        }
    }

    /// Sends the same message to all other nodes.
    pub fn broadcast(&mut self, message: &P::Message) {
        for peer in self.peers() {
            self.send(peer, message.clone());
        }
    }

    /// Starts the timer, anew if it is running.
    pub fn set_timer(&mut self, timer: P::Timer, delay: Delay) {
        self.effects.timers.push((timer, Some(delay)));
    }

    /// Stops the timer.
    pub fn cancel_timer(&mut self, timer: P::Timer) {
        self.effects.timers.push((timer, None));
    }

    /// A coin with `bound` sides.
    pub fn choose(&mut self, bound: u32) -> u32 {
        self.choices.choose(bound)
    }

    /// Answers a client, or lets a monitor know.
    pub fn output(&mut self, output: P::Output) {
        self.effects.outputs.push(output);
    }

    /// Says which line of the paper this is.
    pub fn note(&mut self, source: &'static str, text: &'static str) {
        self.effects.notes.push(Note { text, source });
    }
}
