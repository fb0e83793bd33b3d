//! What a search needs of a way to store states.

use kernel::{NodeId, System, Touched};

/// Every state found so far, by index in the order in which they were found.
pub(crate) trait Space<S: System> {
    /// The system.
    fn system(&self) -> &S;

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

    /// What has been decided.
    fn outcomes(&mut self, index: u32) -> u16;

    /// How many messages are in flight.
    fn messages(&self, index: u32) -> usize;

    /// What a label says.
    fn meaning(&self, _label: u32) -> Option<Label> {
        None
    }
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
