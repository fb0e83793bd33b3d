//! What a search found out.

use kernel::{Limit, Outcome, Property};

use crate::fair::Walk;
use crate::search::Progress;

/// What can be said after a search, or during one.
#[derive(Clone, Debug)]
pub struct Report {
    /// How far it came.
    pub progress: Progress,
    /// Every state was found, so what holds in all of them holds.
    pub complete: bool,
    /// Every property, and how it stands.
    pub properties: Vec<(Property, Verdict)>,
    /// Properties that hold because what they speak of happened in no state, by number, with what never happened.
    pub untested: Vec<(usize, &'static str)>,
    /// Why some of them are unknown although every state was found.
    pub beyond: Vec<Beyond>,
    /// States in which nothing can happen.
    pub deadlocks: u64,
    /// Runs worth looking at: what for, the state they lead to, and how many steps they take.
    pub samples: Vec<(Sample, u32, usize)>,
}

/// How a property stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// In every state, or in every fair run.
    Holds,
    /// Not in the run to this state, which is a shortest one, or not in a run that never ends.
    Violated {
        /// The state.
        state: u32,
        /// How many steps lead there.
        length: usize,
        /// Why it is broken there, in a sentence.
        reason: String,
        /// The run, where it is not the shortest way to the state.
        walk: Option<Walk>,
    },
    /// In this state, which is a nearest one.
    Witnessed {
        /// The state.
        state: u32,
        /// How many steps lead there.
        length: usize,
    },
    /// In no state.
    Unreached,
    /// The search was cut short, or a limit ends runs that go on in the system: see [`Report::beyond`].
    Unknown,
}

/// A run that goes on in the system, and at whose end a limit of the search withholds what must happen: what a property
/// that is to hold at last comes to on it is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beyond {
    /// The number of the property.
    pub property: usize,
    /// The states of the run, from one to start from on.
    pub states: Vec<u32>,
    /// What ends it.
    pub by: Limit,
}

/// Why a run is worth looking at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sample {
    /// No state is further away.
    Longest,
    /// The most messages are in flight at its end.
    MostMessages,
    /// The first to decide so.
    Outcome(Outcome),
    /// The first after which nothing can happen.
    Deadlock,
}
