//! A system: initial states, enabled events, and what an event does. No time.

use std::fmt::Debug;
use std::hash::Hash;
use std::rc::Rc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::action::{Action, Target};
use crate::choices::Choices;
use crate::cluster::{Budget, Cluster};
use crate::monitor::Monitor;
use crate::property::{Property, Touched, Verdict};
use crate::protocol::{Note, Protocol};
use crate::time::{Delay, Micros};
use crate::view::{Blocks, Lattice, Logs, MessageView, NodeView, Panel, Role, TextRow, Tone, View};
use crate::{MessageId, NodeId};

/// Plain data that can be ordered, hashed and shown: all that a state is made of.
pub trait Value: Clone + Ord + Hash + Debug + 'static {}
impl<T: Clone + Ord + Hash + Debug + 'static> Value for T {}

/// Values that can be stored: what an event says, since events stand in links and in files.
pub trait Data: Value + Serialize + DeserializeOwned {}
impl<T: Value + Serialize + DeserializeOwned> Data for T {}

/// What a run has decided, for valency: a number below 16 with a meaning of the system's own.
pub type Outcome = u8;

/// A system that can be simulated, explored and drawn.
pub trait System: Sized + 'static {
    /// Everything that the future depends on. It holds no clock.
    type State: Clone + Eq + Hash + Debug + 'static;
    /// One atomic step of the whole system.
    type Event: Data;

    /// A state to start from; several, through the choices of `turn`.
    fn initial(&self, turn: &mut Turn<'_, Self::Event>) -> Self::State;

    /// What may happen next, within the budgets of the configuration. The order depends on the state alone.
    fn enabled(&self, state: &Self::State) -> Vec<Self::Event>;

    /// Whether the event can physically happen now, budgets aside: a reader may crash more nodes than a search.
    fn permits(&self, state: &Self::State, event: &Self::Event) -> bool;

    /// Makes the event happen. An event that is not permitted changes nothing.
    fn apply(&self, state: &mut Self::State, event: &Self::Event, turn: &mut Turn<'_, Self::Event>);

    /// How long an enabled event takes. Only the simulator asks, at the moment the event becomes enabled.
    fn delay(&self, state: &Self::State, event: &Self::Event) -> Delay;

    /// Whose random stream dates the event and answers its questions: events of different streams do not disturb
    /// each other's draws.
    fn stream(&self, state: &Self::State, event: &Self::Event) -> u32;

    /// What should be true.
    fn properties(&self) -> Vec<Property>;

    /// Whether property number `property` holds, looking only at what the last step touched.
    fn check(&self, state: &Self::State, property: usize, touched: Touched) -> Verdict;

    /// Properties that say nothing until something has happened: the number of the property, the number under which
    /// [`System::check`] says that it has not, and that in words.
    fn premises(&self) -> Vec<(usize, usize, &'static str)> {
        Vec::new()
    }

    /// What has been decided anywhere: bit `k` stands for outcome `k`. More than one bit is a disagreement.
    fn outcomes(&self, _state: &Self::State) -> u16 {
        0
    }

    /// An outcome in words.
    fn outcome_name(&self, outcome: Outcome) -> String {
        outcome.to_string()
    }

    /// The system with these limits on what a search may do to it, and with no fault that has no limit.
    #[must_use]
    fn bounded(self, _budget: Budget) -> Self {
        self
    }

    /// A number that stands for the event in every state that has it, if a fair run may not put it off for ever: a
    /// delivery, a timer, a request. `None`: a fault, which need not happen.
    fn fair_key(&self, state: &Self::State, event: &Self::Event) -> Option<u64>;

    /// The node that the event crashes (`true`) or starts again (`false`), if it does either.
    fn crashes(&self, _event: &Self::Event) -> Option<(NodeId, bool)> {
        None
    }

    /// How many nodes are running and have not decided.
    fn undecided(&self, _state: &Self::State) -> usize {
        0
    }

    /// What has happened in this state of what a budget limits.
    fn spent(&self, _state: &Self::State) -> Budget {
        Budget::default()
    }

    /// How many messages are in flight.
    fn messages(&self, _state: &Self::State) -> usize {
        0
    }

    /// What would have to happen in every fair run from this state on, and cannot in a search: since a limit is
    /// reached, or since the search lets timers wait for what was lost. A run in which it stays so is no run of the
    /// system, and beyond a limit there are runs that the search has not seen.
    fn withheld(&self, _state: &Self::State) -> Vec<Withheld> {
        Vec::new()
    }

    /// Groups of nodes that the system cannot tell apart.
    fn interchangeable(&self) -> Vec<Vec<NodeId>> {
        Vec::new()
    }

    /// A number that says something of the node and does not change when nodes are relabelled: it saves a search from
    /// trying all orders of nodes that differ in it.
    fn signature(&self, _state: &Self::State, _node: NodeId) -> u64 {
        0
    }

    /// The state with node `a` in the place of node `map[a]`, for each `a`.
    fn relabel(&self, state: &Self::State, _map: &[NodeId]) -> Self::State {
        state.clone()
    }

    /// The event that stands to the relabelled state as this one to the state.
    fn relabel_event(&self, event: &Self::Event, _map: &[NodeId]) -> Self::Event {
        event.clone()
    }

    /// One state for all that differ from this one only in names that nobody can tell apart (ballots that are only
    /// compared, say), where the system has such names. Its successors stand for theirs.
    fn canonical(&self, _state: &Self::State) -> Option<Self::State> {
        None
    }

    /// Shows a search how the system is made: see [`Shapes`].
    fn shape<V: Shapes>(system: Rc<Self>, visitor: V) -> V::Out<Self> {
        visitor.whole(system)
    }

    /// How many nodes there are to draw.
    fn nodes(&self) -> NodeId;

    /// The name of a node in words.
    fn node_name(&self, node: NodeId) -> String {
        format!("S{}", u32::from(node) + 1)
    }

    /// What an era is called: a term, a ballot, a view.
    fn era(&self) -> &'static str {
        "era"
    }

    /// The logs that the nodes keep, where they keep any.
    fn logs(&self, _state: &Self::State) -> Option<Logs> {
        None
    }

    /// The blocks that anybody knows, where there are blocks.
    fn blocks(&self, _state: &Self::State) -> Option<Blocks> {
        None
    }

    /// The texts that the nodes hold, where they hold any.
    fn texts(&self, _state: &Self::State) -> Vec<TextRow> {
        Vec::new()
    }

    /// The states that the nodes can come to by what has been done, where states have an order.
    fn lattice(&self, _state: &Self::State) -> Option<Lattice> {
        None
    }

    /// What else is to be said of the state, in tables and sentences.
    fn panels(&self, _state: &Self::State) -> Vec<Panel> {
        Vec::new()
    }

    /// What laws hold of what nodes hold, and which do not: nothing that changes in a run. Takes a while.
    fn laws(&self) -> Vec<Panel> {
        Vec::new()
    }

    /// The state in words; `dates` adds what only a timed run knows.
    fn view(&self, state: &Self::State, dates: &dyn Dates<Self::Event>) -> View;

    /// The same without what is not drawn: fields of nodes and of messages may be missing.
    fn sketch(&self, state: &Self::State, dates: &dyn Dates<Self::Event>) -> View {
        self.view(state, dates)
    }

    /// One node of [`System::view`].
    fn node(&self, state: &Self::State, node: NodeId, dates: &dyn Dates<Self::Event>) -> Option<NodeView> {
        self.view(state, dates).nodes.into_iter().find(|view| view.id == node)
    }

    /// What the event is, in words, in the state before it happens.
    fn narrate(&self, state: &Self::State, event: &Self::Event) -> Happening;

    /// What the node is now, and in which era.
    fn role(&self, state: &Self::State, node: NodeId) -> (Role, Option<u64>);

    /// One message in flight, in words.
    fn message(&self, state: &Self::State, id: MessageId) -> Option<MessageView>;

    /// The event that cuts these links, one way each, where the system has links to cut.
    fn cut(&self, _state: &Self::State, _links: &[(NodeId, NodeId)]) -> Option<Self::Event> {
        None
    }

    /// The event that has a node tell another one all that it knows, where nodes do so.
    fn tell(&self, _state: &Self::State, _from: NodeId, _to: NodeId) -> Option<Self::Event> {
        None
    }

    /// The event that edits the text that a node holds, where nodes hold one: before which character, how many are
    /// deleted from there on, and what is typed instead.
    fn splice(
        &self,
        _state: &Self::State,
        _node: NodeId,
        _edit: (u32, u32),
        _insert: &str,
    ) -> Option<Self::Event> {
        None
    }

    /// What a reader can do to a node, a message, a link or the whole system.
    fn actions(&self, state: &Self::State, target: Target) -> Vec<Action<Self::Event>>;
}

/// Something that would have to happen at last, and that a search withholds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Withheld {
    /// What it is: the [`System::fair_key`] that the event has where it can happen.
    pub key: u64,
    /// What withholds it.
    pub by: Limit,
}

/// What keeps something from happening in a search that nothing in the system does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Limit {
    /// As many timers have fired as the budget allows.
    Timeouts,
    /// The budget allows no request at all, so that nobody asks for anything.
    Requests,
    /// A bound of the setting, on rounds or ballots.
    Setting,
    /// The search takes timeouts to be reliable: a timer waits until nothing can come any more, and here it waits for
    /// what was lost.
    Patience,
}

/// What a search makes of a system, by the way it is made: of a cluster it can store each distinct part once.
pub trait Shapes {
    /// What it makes.
    type Out<S: System>;
    /// Of a system of any kind.
    fn whole<S: System>(self, system: Rc<S>) -> Self::Out<S>;
    /// Of a cluster.
    fn cluster<P: Protocol, M: Monitor<P>>(self, system: Rc<Cluster<P, M>>) -> Self::Out<Cluster<P, M>>;
}

/// One step under way: who answers its questions, and where it says what it did.
pub struct Turn<'a, E> {
    /// Who answers.
    pub choices: &'a mut dyn Choices,
    /// What the step did.
    pub report: &'a mut Report<E>,
}

/// What a step did, beside changing the state. Reused from step to step.
#[derive(Clone, Debug)]
pub struct Report<E> {
    /// Events that are enabled now and may have a date; one that was enabled before is dated anew.
    pub enabled: Vec<E>,
    /// Events that are no longer enabled.
    pub disabled: Vec<E>,
    /// The system did not keep the two lists above: compare `enabled` before and after.
    pub rescan: bool,
    /// What a property could read that changed.
    pub touched: Touched,
    /// Why: the paper's lines that the step followed.
    pub notes: Vec<Note>,
    /// The messages sent.
    pub sent: Vec<MessageId>,
    /// Messages that ended without being received.
    pub lost: Vec<MessageId>,
    /// The message that was received.
    pub received: Option<MessageId>,
    /// Marks for the time bar.
    pub marks: Vec<Mark>,
    /// Whether `words` is wanted.
    pub wordy: bool,
    /// What the step put out, in words; only when `wordy`.
    pub words: Vec<String>,
}

impl<E> Default for Report<E> {
    fn default() -> Self {
        Self {
            enabled: Vec::new(),
            disabled: Vec::new(),
            rescan: false,
            touched: Touched::default(),
            notes: Vec::new(),
            sent: Vec::new(),
            lost: Vec::new(),
            received: None,
            marks: Vec::new(),
            wordy: false,
            words: Vec::new(),
        }
    }
}

impl<E> Report<E> {
    /// Ready for the next step. Keeps the buffers and `wordy`.
    pub fn clear(&mut self) {
        self.enabled.clear();
        self.disabled.clear();
        self.rescan = false;
        self.touched = Touched::default();
        self.notes.clear();
        self.sent.clear();
        self.lost.clear();
        self.received = None;
        self.marks.clear();
        self.words.clear();
    }
}

/// What a moment is worth on the time bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// A new era: somebody was elected.
    Era,
    /// Something was decided or committed.
    Decided,
    /// A fault: a crash, a cut, a loss.
    Fault,
    /// A fault ended: a restart, a healed link.
    Repair,
    /// A client asked for something.
    Request,
    /// A property was broken.
    Violation,
}

/// An event in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// The node it happens at, if at one.
    pub node: Option<NodeId>,
    /// One sentence without a full stop: `S3 receives AppendEntries from S1: x=2`.
    pub title: String,
    /// How it is meant.
    pub tone: Tone,
    /// It is worth a dot on the node's lane of a space-time diagram.
    pub dot: Option<String>,
}

/// What only a timed run knows.
pub trait Dates<E> {
    /// The time shown.
    fn now(&self) -> Option<Micros>;
    /// Since when the event is enabled, and when it will happen.
    fn span(&self, event: &E) -> Option<(Micros, Micros)>;

    /// The part of the event's time that has passed, 0 to 1.
    fn progress(&self, event: &E) -> Option<f64> {
        let (since, due) = self.span(event)?;
        let (passed, whole) = (self.now()?.since(since).0, due.since(since).0);
        Some(if whole == 0 { 1.0 } else { (passed as f64 / whole as f64).min(1.0) })
    }
}

/// No dates: a state of an exploration.
#[derive(Clone, Copy, Debug, Default)]
pub struct Undated;

impl<E> Dates<E> for Undated {
    fn now(&self) -> Option<Micros> {
        None
    }

    fn span(&self, _: &E) -> Option<(Micros, Micros)> {
        None
    }
}
