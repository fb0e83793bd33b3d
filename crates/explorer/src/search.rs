//! The search itself: breadth first, one parent a state, within limits, in slices.

mod verdicts;

use std::rc::Rc;

use kernel::{Cluster, Kind, Monitor, Property, Protocol, Shaped, Shapes, System};

use crate::graph::Graph;
use crate::parts::Parts;
use crate::path::{self, Path};
use crate::report::{Report, Sample, Verdict};
use crate::shelf::{plain, shelf};
use crate::space::{Found, Label, Space};
use crate::store::Chunks;
use crate::symmetry::Symmetry;
use crate::whole::{Forms, Whole, has_names};

/// An event that a search leaves out in a state.
pub type Veto<S> = Rc<dyn Fn(&S, &<S as System>::State, &<S as System>::Event) -> bool>;

/// What an event is, where it is for a system to say: the same in every state in which it can happen. `None`: nothing
/// that can be said of one node.
pub type LabelOf<S> = fn(&S, &<S as System>::State, &<S as System>::Event) -> Option<Label>;

/// How far a search goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Distinct states.
    pub states: usize,
    /// Levels, the first being that of the states it starts from.
    pub depth: usize,
    /// Bytes for states and what is kept with them.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { states: u32::MAX as usize - 2, depth: usize::MAX, bytes: usize::MAX }
    }
}

/// What to search.
pub struct Plan<S: System> {
    /// How far.
    pub limits: Limits,
    /// The state to start from; `None`: the system's own.
    pub from: Option<S::State>,
    /// Take states that differ only in which interchangeable node is which for one.
    pub symmetric: bool,
    /// Events to leave out.
    pub veto: Option<Veto<S>>,
    /// Store states whole even where their parts could be stored.
    pub whole: bool,
    /// Keep all transitions, as valency and `Eventually` need them.
    pub edges: bool,
    /// And what happens on each: see [`Graph::labels`].
    pub labels: bool,
    /// What an event is. A cluster whose states are stored in parts knows that by itself; any other system says it here,
    /// or its transitions have no labels. Two events are the same if [`System::fair_key`] says so, or, of what has no
    /// such key, if they are equal. Where states stand for others that differ in names, so would events, and there are
    /// no labels.
    pub label: Option<LabelOf<S>>,
}

impl<S: System> Default for Plan<S> {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            from: None,
            symmetric: false,
            veto: None,
            whole: false,
            edges: false,
            labels: false,
            label: None,
        }
    }
}

/// Why a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Every state has been found.
    Complete,
    /// It had found as many states as it may.
    States,
    /// States beyond the last level it may enter were left.
    Depth,
    /// It had taken as much memory as it may.
    Memory,
}

/// How far a search has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Distinct states found.
    pub states: usize,
    /// Transitions followed, each way to make a step counted. The states to start from are not among them.
    pub transitions: u64,
    /// Levels entered, the first being that of the states it started from.
    pub depth: usize,
    /// States found whose successors are not known yet.
    pub waiting: usize,
    /// Bytes taken.
    pub bytes: usize,
    /// Why it ended, once it has.
    pub end: Option<End>,
}

/// A search under way, or ended.
pub trait Search<S: System> {
    /// Follows the transitions of at most so many more states.
    fn advance(&mut self, most: usize) -> Progress;

    /// Tells the search how many bytes it really holds, where its host can measure that. What it has not counted
    /// itself counts from now on.
    fn weigh(&mut self, held: usize);

    /// How far it is.
    fn progress(&self) -> Progress;

    /// What can be said now. Of a search that was cut short only what was found counts.
    fn report(&mut self) -> Report;

    /// The states on a shortest path to a state, from one to start from.
    fn walk(&self, to: u32) -> Vec<u32>;

    /// A shortest path to a state.
    fn path(&self, to: u32) -> Path<S>;

    /// A path on from the states of a walk, as a lasso's cycle: each must be a successor of the one before.
    ///
    /// # Panics
    /// If one is not: then the space and the system disagree, which the laws exclude.
    fn along(&self, walk: &[u32]) -> Path<S> {
        self.replay(walk).expect("each state of the walk follows from the one before")
    }

    /// The same; `None` where the system cannot go that way.
    fn replay(&self, walk: &[u32]) -> Option<Path<S>>;

    /// A state as the system knows it.
    fn state(&self, index: u32) -> S::State;

    /// Whether states that differ only in names are taken for one. Then a property that is to hold at last may be
    /// unknown although all states were found.
    fn merges(&self) -> bool;

    /// The outcomes decided in any state found so far.
    fn decided(&self) -> u16;

    /// What has been decided in a state.
    fn outcomes(&mut self, index: u32) -> u16;

    /// What happens on a transition with this label; `None`: it has none.
    fn meaning(&self, label: u32) -> Option<Label>;

    /// The transitions, if they were kept.
    fn graph(&self) -> Option<&Graph>;
}

/// Starts a search.
pub fn open<S: Shaped>(system: Rc<S>, plan: Plan<S>) -> Box<dyn Search<S>> {
    // A step remembered for a pair of parts knows nothing of the other parts: a veto looks at whole states,
    // and a renaming changes several parts at once.
    let renames = plan.symmetric || has_names(&*system, plan.from.as_ref());
    if plan.whole || plan.veto.is_some() || renames {
        let symmetry = if plan.symmetric { Symmetry::of(&*system) } else { Symmetry::default() };
        let space =
            Whole::new(Rc::clone(&system), shelf(system), Some(Box::new(symmetry)), plan.veto.clone());
        let label = plan.label.filter(|_| !renames);
        return Box::new(Machine::new(space, &Plan { label, ..plan }));
    }
    let opener = Opener { limits: plan.limits, edges: plan.edges, labels: plan.labels };
    S::shape(system, opener).start(plan.from, plan.label)
}

/// Starts a search of a system that says nothing of itself but what can happen: each state is itself, whatever the plan
/// says of symmetry.
pub fn open_plain<S: System>(system: Rc<S>, plan: Plan<S>) -> Box<dyn Search<S>> {
    let space = Whole::new(Rc::clone(&system), plain(system), None, plan.veto.clone());
    Box::new(Machine::new(space, &plan))
}

/// Searches to the end, or to the limits.
pub fn run<S: Shaped>(system: Rc<S>, plan: Plan<S>) -> Box<dyn Search<S>> {
    ended(open(system, plan))
}

/// [`open_plain`], to the end or to the limits.
pub fn run_plain<S: System>(system: Rc<S>, plan: Plan<S>) -> Box<dyn Search<S>> {
    ended(open_plain(system, plan))
}

fn ended<S: System>(mut search: Box<dyn Search<S>>) -> Box<dyn Search<S>> {
    while search.advance(4_096).end.is_none() {}
    search
}

#[derive(Clone, Copy)]
struct Opener {
    limits: Limits,
    edges: bool,
    labels: bool,
}

/// A search that has no state to start from yet.
trait Startable<S: System> {
    fn start(self: Box<Self>, from: Option<S::State>, label: Option<LabelOf<S>>) -> Box<dyn Search<S>>;
}

struct Unstarted<Sp>(Sp, Opener);

impl<S: System, Sp: Space<S> + 'static> Startable<S> for Unstarted<Sp> {
    fn start(self: Box<Self>, from: Option<S::State>, label: Option<LabelOf<S>>) -> Box<dyn Search<S>> {
        let Self(space, Opener { limits, edges, labels }) = *self;
        Box::new(Machine::new(space, &Plan { limits, from, edges, labels, label, ..Plan::default() }))
    }
}

impl Shapes for Opener {
    type Out<S: Shaped> = Box<dyn Startable<S>>;

    fn whole<S: Shaped>(self, system: Rc<S>) -> Self::Out<S> {
        let forms = Some(Box::new(Symmetry::default()) as Box<dyn Forms<S>>);
        Box::new(Unstarted(Whole::new(Rc::clone(&system), shelf(system), forms, None), self))
    }

    fn cluster<P: Protocol, M: Monitor<P>>(self, system: Rc<Cluster<P, M>>) -> Self::Out<Cluster<P, M>> {
        Box::new(Unstarted(Parts::new(system), self))
    }
}

pub(crate) struct Machine<S: System, Sp> {
    space: Sp,
    from: Option<S::State>,
    limits: Limits,
    properties: Vec<Property>,
    /// The state from which each was found first; itself, for a state to start from.
    parents: Chunks<u32>,
    /// The first state of each level entered.
    levels: Vec<u32>,
    /// The first state beyond the level being expanded, as far as that is known: where the next level starts.
    level_end: u32,
    next: u32,
    transitions: u64,
    edges: Option<Graph>,
    labels: bool,
    /// For each property, the first state that settles it.
    first: Vec<Option<u32>>,
    /// What has happened in no state so far, of what properties speak of: see [`System::premises`].
    unmet: Vec<(usize, usize, &'static str)>,
    decided: [Option<u32>; 16],
    deadlocks: (u64, Option<u32>),
    found: Vec<Found>,
    end: Option<End>,
    /// Bytes that the host has found and that are not counted here.
    uncounted: usize,
    /// The most bytes taken so far.
    peak: usize,
}

impl<S: System, Sp: Space<S>> Machine<S, Sp> {
    fn new(mut space: Sp, plan: &Plan<S>) -> Self {
        let mut found = Vec::new();
        space.limit(plan.limits.states.min(Limits::default().states));
        if let Some(label) = plan.label.filter(|_| plan.labels) {
            space.label_by(label);
        }
        space.begin(plan.from.as_ref(), &mut found);
        let properties = space.system().properties();
        let lasting = |kind: Kind| matches!(kind, Kind::Eventually | Kind::Recurrently);
        let eventually = properties.iter().any(|property| lasting(property.kind));
        let mut machine = Self {
            first: vec![None; properties.len()],
            unmet: space.system().premises(),
            properties,
            from: plan.from.clone(),
            limits: plan.limits,
            parents: Chunks::new(),
            levels: vec![0],
            level_end: 0,
            next: 0,
            transitions: 0,
            edges: (plan.edges || plan.labels || eventually).then(Graph::default),
            labels: plan.labels,
            decided: [None; 16],
            deadlocks: (0, None),
            found: Vec::new(),
            end: None,
            uncounted: 0,
            peak: 0,
            space,
        };
        for start in found.into_iter().filter(|start| start.new) {
            machine.meet(start, start.index);
        }
        machine.level_end = machine.space.len() as u32;
        machine
    }

    /// Takes a new state in.
    fn meet(&mut self, found: Found, parent: u32) {
        self.parents.push(parent);
        for (number, property) in self.properties.iter().enumerate() {
            let settles = match property.kind {
                Kind::Always => false,
                Kind::Reachable => true,
                Kind::Eventually | Kind::Recurrently => continue,
            };
            if self.first[number].is_none() {
                // A state need only be asked about what the step to it touched. The state before it was met
                // earlier and asked too: had the property been broken there, `first` would be set, and this
                // one would not be asked. A property that is to hold at some time gives no such start: it is
                // false until then.
                let touched = if settles { kernel::Touched::EVERYTHING } else { found.touched };
                if self.space.holds(found.index, number, touched) == settles {
                    self.first[number] = Some(found.index);
                }
            }
        }
        let space = &mut self.space;
        // A denial that is broken once has been met, and is never asked again.
        self.unmet.retain(|&(_, denial, _)| space.holds(found.index, denial, kernel::Touched::EVERYTHING));
        let outcomes = self.space.outcomes(found.index);
        if outcomes != 0 {
            for (outcome, first) in self.decided.iter_mut().enumerate() {
                if outcomes >> outcome & 1 == 1 && first.is_none() {
                    *first = Some(found.index);
                }
            }
        }
    }

    /// Follows the transitions of the next state.
    fn expand(&mut self) {
        let here = self.next;
        let mut found = std::mem::take(&mut self.found);
        found.clear();
        self.space.expand(here, &mut found);
        self.transitions += found.len() as u64;
        // Where there is no room for a successor, those that are known are not all there are.
        let whole = !self.space.full();
        // Full, the space gives no successors, though there may be some: that is no deadlock.
        if found.is_empty() && whole {
            self.deadlocks.0 += 1;
            self.deadlocks.1.get_or_insert(here);
        }
        for &one in &found {
            if one.new {
                self.meet(one, here);
            }
        }
        // A state has all its transitions in the graph or none, or verdicts on whole runs would take it for
        // expanded.
        if !whole {
            self.found = found;
            return;
        }
        if let Some(edges) = &mut self.edges {
            if self.labels {
                edges.label(found.iter().map(|one| one.label));
            }
            edges.push(found.iter().map(|one| one.index));
        }
        self.found = found;
        self.next += 1;
        // Breadth first: all states of a level are expanded before any of the next. So the first state that
        // breaks a property has a shortest path, and parents lead back along it.
        if self.next == self.level_end && (self.next as usize) < self.space.len() {
            if self.levels.len() == self.limits.depth {
                self.end = Some(End::Depth);
                return;
            }
            self.levels.push(self.next);
            self.level_end = self.space.len() as u32;
        }
    }

    /// States expanded between two looks at the memory taken.
    const LOOKS: u32 = 64;

    fn ended(&mut self) -> Option<End> {
        let states = self.space.len();
        // Complete before all limits: a search that ends exactly at one has seen everything.
        if self.next as usize == states && !self.space.full() {
            Some(End::Complete)
        } else if self.space.full() {
            // Full of states, or a slice found no room in its store.
            Some(if states >= self.limits.states { End::States } else { End::Memory })
        // Counting takes longer than expanding, so not at every state.
        } else if self.next.is_multiple_of(Self::LOOKS) && self.taken() > self.limits.bytes {
            Some(End::Memory)
        } else {
            None
        }
    }

    /// Bytes counted here: what is held, what a table that is about to double will hold while it does, and what the
    /// verdicts on whole runs will need at the end.
    fn counted(&self) -> usize {
        let edges = self.edges.as_ref().map_or(0, |edges| edges.bytes() + Self::DECIDING * self.space.len());
        self.space.bytes() + self.parents.bytes() + edges
    }

    /// For each state, what `fair` and the valency of states need: a parent, a number and a low link, a place on two
    /// stacks and in a component, and two sets of outcomes.
    const DECIDING: usize = 48;

    fn taken(&mut self) -> usize {
        self.peak = self.peak.max(self.counted() + self.uncounted);
        self.peak
    }

    /// The level of a state; one beyond the level that is expanded is on the next, which has not been entered yet.
    fn depth_of(&self, index: u32) -> usize {
        self.levels.partition_point(|&start| start <= index) + usize::from(index >= self.level_end)
    }
}

impl<S: System, Sp: Space<S>> Search<S> for Machine<S, Sp> {
    fn advance(&mut self, most: usize) -> Progress {
        for _ in 0..most {
            if self.end.is_none() {
                self.end = self.ended();
            }
            if self.end.is_some() {
                break;
            }
            self.expand();
        }
        self.taken();
        if self.end.is_some() {
            // What is left to do needs room of its own.
            self.space.close();
        }
        self.progress()
    }

    fn weigh(&mut self, held: usize) {
        // Kept as a difference, so that it goes on counting while what is counted here grows.
        self.uncounted = held.saturating_sub(self.counted());
        self.taken();
    }

    fn progress(&self) -> Progress {
        Progress {
            states: self.space.len(),
            transitions: self.transitions,
            depth: self.levels.len(),
            waiting: self.space.len() - self.next as usize,
            // A table that would have grown beyond the limit was not grown.
            bytes: self.peak.min(self.limits.bytes),
            end: self.end,
        }
    }

    fn report(&mut self) -> Report {
        let complete = self.end == Some(End::Complete);
        let properties = self.properties.clone();
        let mut beyond = Vec::new();
        let verdicts: Vec<Verdict> = properties
            .iter()
            .enumerate()
            .map(|(number, property)| self.verdict(number, property, &mut beyond))
            .collect();
        let most_mail = (1..self.next)
            // A sample will do for a picture: all of millions of states would have to be decoded.
            .step_by(1 + self.next as usize / 20_000)
            .max_by_key(|&state| self.space.messages(state));
        // Found last, so it is on the deepest level.
        let last = self.space.len() as u32 - 1;
        let mut samples = vec![(Sample::Longest, last)];
        samples.extend(most_mail.map(|state| (Sample::MostMessages, state)));
        for (outcome, first) in (0..).zip(self.decided) {
            samples.extend(first.map(|state| (Sample::Outcome(outcome), state)));
        }
        samples.extend(self.deadlocks.1.map(|state| (Sample::Deadlock, state)));
        Report {
            progress: self.progress(),
            complete,
            untested: self.untested(&verdicts),
            properties: properties.into_iter().zip(verdicts).collect(),
            beyond,
            deadlocks: self.deadlocks.0,
            samples: samples
                .into_iter()
                .map(|(sample, state)| (sample, state, self.depth_of(state) - 1))
                .collect(),
        }
    }

    fn walk(&self, to: u32) -> Vec<u32> {
        let mut walk = vec![to];
        loop {
            let here = walk[walk.len() - 1];
            let parent = *self.parents.get(here);
            // A state to start from is its own parent.
            if parent == here {
                walk.reverse();
                return walk;
            }
            walk.push(parent);
        }
    }

    fn path(&self, to: u32) -> Path<S> {
        self.along(&self.walk(to))
    }

    fn replay(&self, walk: &[u32]) -> Option<Path<S>> {
        path::along(&self.space, self.from.as_ref(), walk)
    }

    fn state(&self, index: u32) -> S::State {
        self.space.state(index)
    }

    fn merges(&self) -> bool {
        self.space.merges()
    }

    fn decided(&self) -> u16 {
        (0..).zip(&self.decided).filter(|(_, first)| first.is_some()).fold(0, |set, (bit, _)| set | 1 << bit)
    }

    fn outcomes(&mut self, index: u32) -> u16 {
        self.space.outcomes(index)
    }

    fn meaning(&self, label: u32) -> Option<Label> {
        self.space.meaning(label)
    }

    fn graph(&self) -> Option<&Graph> {
        self.edges.as_ref()
    }
}
