//! Where whole states lie: as they are, or, of a cluster, each distinct part once (Holzmann 1997, "State compression in
//! SPIN": collapse). A state as it is takes thousands of bytes, most of them in pieces that thousands of others share.

use std::hash::{Hash, Hasher};
use std::rc::Rc;

use kernel::cluster::State;
use kernel::{Budget, Cluster, Envelope, Local, Monitor, Protocol, Shaped, Shapes, System};
use rustc_hash::FxHasher;

use crate::intern::{Interner, heap_of};
use crate::parts::Wires;
use crate::store::{Chunks, Slices};
use crate::table::{Table, mix};

/// States by index, each once.
pub(crate) trait Shelf<S: System> {
    /// The index of a state and whether it is new; `None`: it is new and there is no room for it.
    fn find_or_put(&mut self, state: S::State, room: bool) -> Option<(u32, bool)>;

    /// A state.
    fn state(&self, index: u32) -> S::State;

    /// A state to look at.
    fn look(&mut self, index: u32) -> &S::State;

    /// How many messages are in flight.
    fn messages(&self, index: u32) -> usize;

    /// How many states there are.
    fn len(&self) -> usize;

    /// What all of it takes.
    fn bytes(&self) -> usize;

    /// Gives up what only finding needs.
    fn close(&mut self);
}

/// The shelf for the states of a system.
pub(crate) fn shelf<S: Shaped>(system: Rc<S>) -> Box<dyn Shelf<S>> {
    S::shape(system, Builder)
}

/// A shelf on which states lie as they are; nobody says which of their parts are messages.
pub(crate) fn plain<S: System>(system: Rc<S>) -> Box<dyn Shelf<S>> {
    Box::new(Plain { system, states: Chunks::new(), table: Table::new(), heap: 0, messages: |_, _| 0 })
}

struct Builder;

impl Shapes for Builder {
    type Out<S: Shaped> = Box<dyn Shelf<S>>;

    fn whole<S: Shaped>(self, system: Rc<S>) -> Self::Out<S> {
        let messages = S::messages;
        Box::new(Plain { system, states: Chunks::new(), table: Table::new(), heap: 0, messages })
    }

    fn cluster<P: Protocol, M: Monitor<P>>(self, system: Rc<Cluster<P, M>>) -> Self::Out<Cluster<P, M>> {
        Box::new(Collapsed {
            system,
            slices: Slices::new(),
            table: Table::new(),
            locals: Interner::default(),
            envelopes: Interner::default(),
            monitors: Interner::default(),
            worlds: Interner::default(),
            numbers: Vec::new(),
            words: Vec::new(),
            looked: None,
        })
    }
}

/// Each state as the system has it.
struct Plain<S: System> {
    system: Rc<S>,
    states: Chunks<S::State>,
    table: Table,
    /// Bytes that the states hold beyond themselves.
    heap: usize,
    /// How many messages are under way in a state.
    messages: fn(&S, &S::State) -> usize,
}

impl<S: System> Shelf<S> for Plain<S> {
    fn find_or_put(&mut self, state: S::State, room: bool) -> Option<(u32, bool)> {
        let mut hasher = FxHasher::default();
        state.hash(&mut hasher);
        let next = self.states.len() as u32;
        let states = &self.states;
        let same = |index| *states.get(index) == state;
        match self.table.find_or_put(mix(hasher.finish()), room.then_some(next), same) {
            Some(known) => Some((known, false)),
            None if !room => None,
            None => {
                self.heap += heap_of(&state);
                self.states.push(state);
                Some((next, true))
            }
        }
    }

    fn state(&self, index: u32) -> S::State {
        self.states.get(index).clone()
    }

    fn look(&mut self, index: u32) -> &S::State {
        self.states.get(index)
    }

    fn messages(&self, index: u32) -> usize {
        (self.messages)(&self.system, self.states.get(index))
    }

    fn len(&self) -> usize {
        self.states.len()
    }

    fn bytes(&self) -> usize {
        self.states.bytes() + self.table.bytes() + self.heap
    }

    fn close(&mut self) {
        self.table = Table::new();
    }
}

/// Of each state the numbers of its parts: the nodes, the monitor, the world, and the messages in the order in which
/// they were sent. That order is no part of the state, and only says in which order a search takes up its events.
struct Collapsed<P: Protocol, M: Monitor<P>> {
    system: Rc<Cluster<P, M>>,
    slices: Slices,
    table: Table,
    locals: Interner<Local<P>>,
    envelopes: Interner<Envelope<P>>,
    monitors: Interner<M>,
    worlds: Interner<(Budget, Wires)>,
    /// The state being put, in numbers, and in half-words.
    numbers: Vec<u32>,
    words: Vec<u16>,
    /// The state looked at last.
    looked: Option<(u32, State<P, M>)>,
}

impl<P: Protocol, M: Monitor<P>> Collapsed<P, M> {
    /// Where the messages begin in a slice.
    fn fixed(&self) -> usize {
        usize::from(self.system.size) + 2
    }

    fn slice(&self, index: u32) -> Vec<u32> {
        let mut slice = Vec::new();
        self.slices.decode(index, &mut slice);
        slice
    }
}

impl<P: Protocol, M: Monitor<P>> Shelf<Cluster<P, M>> for Collapsed<P, M> {
    fn find_or_put(&mut self, state: State<P, M>, room: bool) -> Option<(u32, bool)> {
        let fixed = self.fixed();
        let State { locals, mail, wires, spent, monitor, .. } = state;
        self.numbers.clear();
        self.numbers.extend(locals.into_iter().map(|local| self.locals.number(local)));
        self.numbers.push(self.monitors.number(monitor));
        self.numbers.push(self.worlds.number((spent, wires)));
        self.numbers.extend(mail.into_values().map(|envelope| self.envelopes.number(envelope)));
        Slices::encode(&self.numbers, &mut self.words);
        // Two states are the same if the same messages are in flight, however often each, in whatever order.
        self.numbers[fixed..].sort_unstable();
        let mut hasher = FxHasher::default();
        self.numbers.hash(&mut hasher);
        let next = self.slices.len() as u32;
        let Self { slices, table, numbers, words, .. } = self;
        let mut other = Vec::new();
        let same = |index| {
            slices.words(index) == words.as_slice() || {
                slices.decode(index, &mut other);
                other.len() == numbers.len() && {
                    other[fixed..].sort_unstable();
                    other == *numbers
                }
            }
        };
        match table.find_or_put(mix(hasher.finish()), room.then_some(next), same) {
            Some(known) => Some((known, false)),
            None => (room && self.slices.push(&self.words)).then_some((next, true)),
        }
    }

    fn state(&self, index: u32) -> State<P, M> {
        let (slice, fixed) = (self.slice(index), self.fixed());
        let nodes = fixed - 2;
        let locals = slice[..nodes].iter().map(|&local| self.locals[local as usize].clone()).collect();
        let mail = slice[fixed..].iter().map(|&envelope| self.envelopes[envelope as usize].clone());
        let (spent, wires) = self.worlds[slice[nodes + 1] as usize].clone();
        let monitor = self.monitors[slice[nodes] as usize].clone();
        self.system.assemble(locals, mail, wires, (spent, monitor))
    }

    fn look(&mut self, index: u32) -> &State<P, M> {
        let looked = self.looked.take().filter(|(known, _)| *known == index);
        let looked = looked.unwrap_or_else(|| (index, self.state(index)));
        &self.looked.insert(looked).1
    }

    fn messages(&self, index: u32) -> usize {
        self.slice(index).len() - self.fixed()
    }

    fn len(&self) -> usize {
        self.slices.len()
    }

    fn bytes(&self) -> usize {
        let parts =
            self.locals.bytes() + self.envelopes.bytes() + self.monitors.bytes() + self.worlds.bytes();
        self.slices.bytes() + self.table.bytes() + parts
    }

    fn close(&mut self) {
        self.table = Table::new();
    }
}
