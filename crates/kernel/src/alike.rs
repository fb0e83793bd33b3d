//! States that a search may take for one.

use crate::NodeId;
use crate::system::System;

/// Which states of a system differ only in names. A system that says nothing here has none.
pub trait Alike: System {
    /// How many nodes have a place in a relabelling.
    fn places(&self) -> NodeId {
        0
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
}
