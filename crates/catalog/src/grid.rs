//! The grid of crash points: who crashes, and when; each cell computed by a search of its own.

use std::collections::BTreeSet;
use std::rc::Rc;

use explorer::{End, Limits, Plan, Search, Veto};
use kernel::{Fault, Faults, Limit, Moment, NodeId, Outcome, Room, Subject};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::recorder::PathRecorder;
use crate::recording::Recording;
use crate::rooms::{Enter, enter, with_room};

/// Who × when, cell by cell.
pub trait Grid {
    /// The names of the nodes.
    fn rows(&self) -> Vec<String>;

    /// The names of the moments.
    fn columns(&self) -> Vec<String>;

    /// Computes the next cell, row by row; `None` after the last.
    fn next(&mut self) -> Option<Cell>;
}

/// What comes of it when one node crashes at one moment and stays down: in every schedule, without other faults.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// Which node.
    pub row: usize,
    /// Which moment.
    pub column: usize,
    /// The worst that can come of it: `inconsistent` (two outcomes in one run), `blocked` (somebody waits for ever),
    /// `decided`, or `nothing` (nobody decides, and nobody waits); `never` where the node never is there; `unknown` where the search was cut short, or where runs in which
    /// somebody has not decided go on beyond a limit of the search.
    pub class: String,
    /// Where all decide: what, by its number and in words. Several: each in some runs, the same for all in each.
    pub outcomes: Vec<(Outcome, String)>,
    /// How many states were searched.
    pub states: usize,
    /// A run that ends so.
    pub run: Option<Recording>,
}

/// The grid of a recording's system.
pub fn grid(recording: &Recording) -> Result<Box<dyn Grid>, Error> {
    struct Open<'a>(&'a Recording);
    impl Enter for Open<'_> {
        type Out = Box<dyn Grid>;
        fn enter<R: Room>(self) -> Result<Self::Out, Error> {
            grid_in::<R>(self.0)
        }
    }
    with_room(&recording.system, Open(recording))
}

/// Takes up the grid of this room.
pub(crate) fn grid_in<R: Room>(recording: &Recording) -> Result<Box<dyn Grid>, Error> {
    recording.check().map_err(Error::File)?;
    let entry = enter::<R>(recording)?;
    // One crash, and nothing else goes wrong.
    let number = |fault: &Fault, usual| if fault.harm { u32::from(fault.key == CRASHES) } else { usual };
    let within = entry.about.limits.map(number);
    if R::moments().is_empty() {
        return Err(Error::NotNow(format!("{} has no grid of crash points", R::TITLE)));
    }
    let recorder = PathRecorder::of(recording, &entry);
    Ok(Box::new(Points {
        rows: entry.about.nodes,
        system: Rc::new(entry.system.bounded(within)),
        moments: R::moments(),
        recorder,
        at: 0,
    }))
}

/// What can come of a crash; the worst last.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Worst {
    Decided,
    Blocked,
    Inconsistent,
}

struct Points<S: Subject> {
    rows: Vec<String>,
    system: Rc<S>,
    moments: Vec<Moment<S>>,
    recorder: PathRecorder,
    at: usize,
}

/// The key of the fault that the grid is about.
const CRASHES: &str = "crashes";

/// A cell's search finds at most so many states.
const STATES: usize = 200_000;

impl<S: Subject> Grid for Points<S> {
    fn rows(&self) -> Vec<String> {
        self.rows.clone()
    }

    fn columns(&self) -> Vec<String> {
        self.moments.iter().map(|moment| moment.name.to_owned()).collect()
    }

    fn next(&mut self) -> Option<Cell> {
        let (row, column) = (self.at / self.moments.len(), self.at % self.moments.len());
        if row >= self.rows.len() {
            return None;
        }
        self.at += 1;
        let who = u16::try_from(row).unwrap_or(NodeId::MAX);
        let when = self.moments[column].at;
        // Nobody else crashes, not at another moment, and it stays down.
        let veto: Veto<S> = Rc::new(move |system: &S, state: &S::State, event: &S::Event| {
            system
                .crashes(event)
                .is_some_and(|(node, down)| !down || node != who || !when(system, state, who))
        });
        let limits = Limits { states: STATES, ..Limits::default() };
        let plan = Plan { limits, veto: Some(veto), edges: true, ..Plan::default() };
        let mut search = explorer::run(Rc::clone(&self.system), plan);
        let (class, set, state) = self.judge(search.as_mut());
        let run = state.and_then(|state| self.recorder.record(search.path(state)));
        let outcomes = (0..16).filter(|bit: &Outcome| set >> bit & 1 == 1);
        let outcomes = outcomes.map(|bit| (bit, self.system.outcome_name(bit))).collect();
        Some(Cell { row, column, class: class.to_owned(), outcomes, states: search.progress().states, run })
    }
}

impl<S: Subject> Points<S> {
    /// The worst class among the ends, what is decided in them, and the nearest state that ends so.
    ///
    /// A run ends in the system only where nothing is withheld from it. One that a limit ends before all have decided
    /// may yet decide either way or never, so then nothing is known but what is worse in any case.
    fn judge(&self, search: &mut dyn Search<S>) -> (&'static str, u16, Option<u32>) {
        let complete = search.progress().end == Some(End::Complete);
        let mut worst: Option<(Worst, u32)> = None;
        let mut decided = 0;
        for state in ends(search) {
            let whole = search.state(state);
            if self.system.spent(&whole).get(CRASHES) == 0 {
                continue;
            }
            let class = match (self.system.outcomes(&whole), self.system.undecided(&whole)) {
                (set, _) if set.count_ones() > 1 => Worst::Inconsistent,
                (_, open) if open > 0 && !self.system.withheld(&whole).is_empty() => continue,
                (_, open) if open > 0 => Worst::Blocked,
                (set, _) => {
                    decided |= set;
                    Worst::Decided
                }
            };
            if worst.is_none_or(|(known, place)| class > known || (class == known && state < place)) {
                worst = Some((class, state));
            }
        }
        let beyond = match worst {
            Some((Worst::Blocked | Worst::Inconsistent, _)) => None,
            Some(_) => self.beyond(search, true),
            None => self.beyond(search, false),
        };
        let class = match worst {
            Some((Worst::Inconsistent, _)) => "inconsistent",
            _ if !complete => "unknown",
            Some((Worst::Blocked, _)) => "blocked",
            _ if beyond.is_some() => "unknown",
            None => "never",
            Some((Worst::Decided, _)) if decided == 0 => "nothing",
            Some((Worst::Decided, _)) => "decided",
        };
        let outcomes = if class == "decided" { decided } else { 0 };
        (class, outcomes, beyond.or(worst.map(|(_, state)| state)))
    }

    /// The nearest state from which runs go on beyond a limit although somebody has not decided, after the crash where
    /// there is one.
    fn beyond(&self, search: &dyn Search<S>, crash: bool) -> Option<u32> {
        let states = search.progress().states as u32;
        (0..states).find(|&state| {
            let whole = search.state(state);
            let limit = |one: kernel::Withheld| one.by != Limit::Patience;
            let counts = self.system.spent(&whole).get(CRASHES) > 0 && self.system.undecided(&whole) > 0;
            (counts || !crash) && self.system.withheld(&whole).into_iter().any(limit)
        })
    }
}

/// One state of each set of states that a run can end in: a state without successors, or states that lead only to each
/// other.
fn ends<S: Subject>(search: &dyn Search<S>) -> Vec<u32> {
    let Some(graph) = search.graph() else { return Vec::new() };
    let components = graph.components(|_| true);
    let is_end = |component: &Vec<u32>| {
        let members: BTreeSet<u32> = component.iter().copied().collect();
        component.iter().all(|&state| graph.successors(state).iter().all(|next| members.contains(next)))
    };
    components
        .iter()
        .filter(|component| is_end(component))
        .filter_map(|component| component.iter().min().copied())
        .collect()
}
