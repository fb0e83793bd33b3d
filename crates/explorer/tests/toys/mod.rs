//! Small systems of nodes that are alike, whose answers can be found by hand.

use std::fmt::Debug;
use std::hash::Hash;
use std::rc::Rc;

use explorer::{Plan, Verdict, run};
use kernel::{Alike, Delay, Kind, NodeId, Property, Shaped, System, Touched, Turn, Verdict as Checked};

/// What a toy says of itself: an event is a node that does something.
pub(crate) trait Toy: Copy + 'static {
    type State: Clone + Eq + Hash + Debug + 'static;
    const NODES: NodeId;
    const KIND: Kind;

    fn start(&self) -> Self::State;
    fn can(&self, state: &Self::State, node: NodeId) -> bool;
    fn step(&self, state: &mut Self::State, node: NodeId);
    /// Whether the property holds, of the one node or of all.
    fn holds(&self, state: &Self::State, touched: Option<NodeId>) -> bool;
    fn relabel(&self, state: &Self::State, map: &[NodeId]) -> Self::State;
}

/// What a search without symmetry and one with it say.
pub(crate) fn verdicts<T: Toy>(toy: T) -> [Verdict; 2] {
    [false, true].map(|symmetric| {
        let plan = Plan { symmetric, whole: true, ..Plan::default() };
        run(Rc::new(Of(toy)), plan).report().properties[0].1.clone()
    })
}

/// Two workers, and whose turn it is, in which of several phases; `None`: they have met. Who works in turn goes on to
/// the next phase, and hands on after the last one or goes on by itself. Who works out of turn meets the other.
#[derive(Clone, Copy)]
pub(crate) struct Turns {
    pub(crate) phases: u8,
    pub(crate) hands_on: bool,
}

impl Toy for Turns {
    type State = Option<(NodeId, u8)>;
    const NODES: NodeId = 2;
    const KIND: Kind = Kind::Eventually;

    fn start(&self) -> Self::State {
        Some((0, 0))
    }

    fn can(&self, state: &Self::State, _: NodeId) -> bool {
        state.is_some()
    }

    fn step(&self, state: &mut Self::State, node: NodeId) {
        *state = state.filter(|(turn, _)| *turn == node).map(|(turn, phase)| match phase + 1 {
            next if next < self.phases => (turn, next),
            _ => (if self.hands_on { 1 - turn } else { turn }, 0),
        });
    }

    fn holds(&self, state: &Self::State, _: Option<NodeId>) -> bool {
        state.is_none()
    }

    fn relabel(&self, state: &Self::State, map: &[NodeId]) -> Self::State {
        state.map(|(turn, phase)| (map[usize::from(turn)], phase))
    }
}

/// Three nodes that say one word after the other; nobody is to say the last.
#[derive(Clone, Copy)]
pub(crate) struct Marked {
    pub(crate) words: [u8; 3],
}

impl Toy for Marked {
    type State = [u8; 3];
    const NODES: NodeId = 3;
    const KIND: Kind = Kind::Always;

    fn start(&self) -> Self::State {
        [self.words[0]; 3]
    }

    fn can(&self, state: &Self::State, node: NodeId) -> bool {
        state[usize::from(node)] != self.words[2]
    }

    fn step(&self, state: &mut Self::State, node: NodeId) {
        let said = &mut state[usize::from(node)];
        *said = if *said == self.words[0] { self.words[1] } else { self.words[2] };
    }

    fn holds(&self, state: &Self::State, touched: Option<NodeId>) -> bool {
        let said = |node: NodeId| state[usize::from(node)] != self.words[2];
        touched.map_or_else(|| (0..Self::NODES).all(said), said)
    }

    fn relabel(&self, state: &Self::State, map: &[NodeId]) -> Self::State {
        let mut next = *state;
        for (said, &place) in state.iter().zip(map) {
            next[usize::from(place)] = *said;
        }
        next
    }
}

struct Of<T>(T);

impl<T: Toy> System for Of<T> {
    type State = T::State;
    type Event = NodeId;

    fn initial(&self, _: &mut Turn<'_, NodeId>) -> T::State {
        self.0.start()
    }

    fn enabled(&self, state: &T::State) -> Vec<NodeId> {
        (0..T::NODES).filter(|&node| self.0.can(state, node)).collect()
    }

    fn permits(&self, state: &T::State, event: &NodeId) -> bool {
        self.0.can(state, *event)
    }

    fn apply(&self, state: &mut T::State, event: &NodeId, turn: &mut Turn<'_, NodeId>) {
        turn.report.touched = Touched { node: Some(*event), ..Touched::default() };
        self.0.step(state, *event);
    }

    fn delay(&self, _: &T::State, _: &NodeId) -> Delay {
        Delay::Never
    }

    fn stream(&self, _: &T::State, _: &NodeId) -> u32 {
        0
    }

    fn properties(&self) -> Vec<Property> {
        vec![Property::new("toy", "", "", T::KIND)]
    }

    fn check(&self, state: &T::State, _: usize, touched: Touched) -> Checked {
        let one = touched.node.filter(|_| !touched.everything);
        let holds = !touched.any() || self.0.holds(state, one);
        if holds { Ok(()) } else { Err("it does not".to_owned()) }
    }

    fn fair_key(&self, _: &T::State, event: &NodeId) -> Option<u64> {
        Some(u64::from(*event))
    }
}

impl<T: Toy> Alike for Of<T> {
    fn places(&self) -> NodeId {
        T::NODES
    }

    fn interchangeable(&self) -> Vec<Vec<NodeId>> {
        vec![(0..T::NODES).collect()]
    }

    fn relabel(&self, state: &T::State, map: &[NodeId]) -> T::State {
        self.0.relabel(state, map)
    }
}

impl<T: Toy> Shaped for Of<T> {}
