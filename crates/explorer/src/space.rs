//! What a search needs of a way to store states.

use kernel::{Explain, Faults, NodeId, System, Touched, Withheld};

use crate::search::LabelOf;

/// Every state found so far, by index in the order in which they were found.
pub(crate) trait Space<S: System> {
    /// The system.
    fn system(&self) -> &S;

    /// Labels what happens, where the space does not know by itself what that is: as this says of an event.
    fn label_by(&mut self, _label: LabelOf<S>) {}

    /// Finds the states to start from.
    fn begin(&mut self, from: Option<&S::State>, found: &mut Vec<Found>);

    /// Finds no more than so many states.
    fn limit(&mut self, states: usize);

    /// Finds the successors of a state, one for each thing that can happen and each answer to its questions.
    fn expand(&mut self, index: u32, found: &mut Vec<Found>);

    /// How many states there are.
    fn len(&self) -> usize;

    /// What all of it takes.
    fn bytes(&self) -> usize;

    /// No further state has room.
    fn full(&self) -> bool;

    /// Gives up what only finding further states needs: there will be none.
    fn close(&mut self);

    /// A state as the system knows it.
    fn state(&self, index: u32) -> S::State;

    /// The state by which a state is known here.
    fn form(&self, state: &S::State) -> S::State {
        state.clone()
    }

    /// Whether a state stands for others that differ from it in names, so that one round through states need not be a
    /// round of the system.
    fn merges(&self) -> bool {
        false
    }

    /// Whether a property holds, looking only at what the last step touched.
    fn holds(&mut self, index: u32, property: usize, touched: Touched) -> bool;

    /// What would have to happen in a state and is withheld.
    fn withheld(&mut self, index: u32) -> Vec<Withheld> {
        self.system().withheld(&self.state(index))
    }

    /// What has been decided.
    fn outcomes(&mut self, index: u32) -> u16;

    /// How many messages are in flight.
    fn messages(&self, index: u32) -> usize;

    /// What a label says.
    fn meaning(&self, label: u32) -> Option<Label>;
}

/// What happens, as far as it is the same in every state in which it can happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    /// The node at which it happens.
    pub node: NodeId,
    /// The sender of the message that arrives; `None`: the node does it by itself.
    pub from: Option<NodeId>,
    /// The node crashes.
    pub crash: bool,
}

impl Label {
    /// The label of an event as far as a system tells of it, for [`Plan::label`](crate::Plan::label): where it happens, and
    /// whether that node crashes. Who has sent what arrives it does not tell.
    #[must_use]
    pub fn told<S: Explain + Faults>(system: &S, state: &S::State, event: &S::Event) -> Option<Self> {
        let crashes = system.crashes(event).and_then(|(node, down)| down.then_some(node));
        let node = crashes.or_else(|| system.narrate(state, event).node)?;
        Some(Self { node, from: None, crash: crashes.is_some() })
    }
}

/// A state that a step leads to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    pub(crate) index: u32,
    pub(crate) new: bool,
    /// What the step changed that a property could read.
    pub(crate) touched: Touched,
    /// What happens, as a number that is the same in every state that has it; [`NO_LABEL`]: nobody gave it one.
    pub(crate) label: u32,
}

/// The label of what has none.
pub(crate) const NO_LABEL: u32 = u32::MAX;
