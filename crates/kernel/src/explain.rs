//! A system in words: what its states look like, what happens in a step, and what a reader can do. No search asks for it.

use crate::action::{Action, Gesture, Target};
use crate::system::{Outcome, System};
use crate::time::Micros;
use crate::view::{MessageView, NodeView, Role, Tone, View};
use crate::{MessageId, NodeId};

/// A system that can be told and drawn.
pub trait Explain: System {
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

    /// An outcome in words.
    fn outcome_name(&self, outcome: Outcome) -> String {
        outcome.to_string()
    }

    /// The state in words; `dates` adds what only a timed run knows.
    fn view(&self, state: &Self::State, dates: &dyn Dates<Self::Event>) -> View;

    /// The same without what is not drawn: fields of nodes and of messages may be missing.
    fn sketch(&self, state: &Self::State, dates: &dyn Dates<Self::Event>) -> View {
        self.view(state, dates)
    }

    /// One node of [`Explain::view`].
    fn node(&self, state: &Self::State, node: NodeId, dates: &dyn Dates<Self::Event>) -> Option<NodeView> {
        self.view(state, dates).nodes.into_iter().find(|view| view.id == node)
    }

    /// What the event is, in words, in the state before it happens.
    fn narrate(&self, state: &Self::State, event: &Self::Event) -> Happening;

    /// What the node is now, and in which era.
    fn role(&self, state: &Self::State, node: NodeId) -> (Role, Option<u64>);

    /// One message in flight, in words.
    fn message(&self, _state: &Self::State, _id: MessageId) -> Option<MessageView> {
        None
    }

    /// The event that a gesture means; an `Err` is a sentence that says why it means none here.
    fn gesture(&self, _state: &Self::State, _gesture: &Gesture<'_>) -> Result<Self::Event, String> {
        Err("Nothing here can be moved, cut or typed.".to_owned())
    }

    /// What a reader can do to a node, a message, a link or the whole system.
    fn actions(&self, state: &Self::State, target: Target) -> Vec<Action<Self::Event>>;
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
