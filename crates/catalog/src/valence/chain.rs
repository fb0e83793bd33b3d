//! The initial configurations of Lemma 2: from all 0 to all 1, one input flipped at a time.

use explorer::{Limits, Plan, Search};
use kernel::System;

use super::{Explored, MOST, Reopen};
use crate::recording::Recording;
use crate::trouble::Trouble;

/// The chain, being explored or explored.
pub trait Chain {
    /// Goes on: the transitions of at most so many more configurations. Says whether it has ended.
    fn advance(&mut self, most: usize) -> bool;

    /// The initial configurations, as far as they are known.
    fn starts(&self) -> &[Start];

    /// Neighbours in the chain: which process they differ in, and what is decided if it crashes before its first
    /// step.
    fn flips(&self) -> Vec<Flip>;
}

/// An initial configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Start {
    /// What each process begins with: `011`.
    pub inputs: String,
    /// What can be decided; `None`: not known yet, or there are too many configurations.
    pub valency: Option<u16>,
    /// What can be decided if a process crashes before its first step, by process; `None`: it cannot crash.
    pub crashed: Vec<Option<u16>>,
    /// How many configurations follow from it.
    pub states: usize,
}

/// Two neighbours in the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flip {
    /// The place of the first.
    pub place: usize,
    /// The process whose input differs, by number.
    pub process: usize,
    /// What can be decided from each if that process crashes before its first step.
    pub crashed: (Option<u16>, Option<u16>),
}

struct Links<S: System> {
    recording: Recording,
    reopen: Reopen<S>,
    starts: Vec<Start>,
    /// Which is being explored, and how far it is.
    now: usize,
    search: Option<Box<dyn Search<S>>>,
}

pub(super) fn open<S: System>(whole: &Explored<S>) -> Result<Box<dyn Chain>, Trouble> {
    let size = whole.names.len();
    let inputs = (0..=size).map(|ones| "0".repeat(size - ones) + &"1".repeat(ones));
    let starts = inputs.map(|inputs| Start { inputs, ..Start::default() }).collect();
    let mut links =
        Links { recording: whole.recording.clone(), reopen: whole.reopen, starts, now: 0, search: None };
    links.begin()?;
    Ok(Box::new(links))
}

impl<S: System> Links<S> {
    fn begin(&mut self) -> Result<(), Trouble> {
        let Some(start) = self.starts.get(self.now) else { return Ok(()) };
        let mut recording = self.recording.clone();
        recording.options.insert("inputs".to_owned(), start.inputs.clone());
        let (system, _) = (self.reopen)(&recording)?;
        let limits = Limits { states: MOST, ..Limits::default() };
        self.search = Some(explorer::open(system, Plan { limits, labels: true, ..Plan::default() }));
        Ok(())
    }

    fn conclude(&mut self) {
        let Some(mut search) = self.search.take() else { return };
        let progress = search.progress();
        let start = &mut self.starts[self.now];
        start.states = progress.states;
        let decided = (0..progress.states as u32).map(|state| search.outcomes(state)).collect();
        let Some(graph) = search.graph().filter(|_| progress.end == Some(explorer::End::Complete)) else {
            return;
        };
        let valency = graph.valency(decided);
        start.valency = valency.first().copied();
        start.crashed = vec![None; start.inputs.len()];
        for (&label, &next) in graph.labels(0).iter().zip(graph.successors(0)) {
            if let Some(meaning) = search.meaning(label).filter(|meaning| meaning.crash)
                && let Some(crashed) = start.crashed.get_mut(usize::from(meaning.node))
            {
                *crashed = valency.get(next as usize).copied();
            }
        }
    }
}

impl<S: System> Chain for Links<S> {
    fn advance(&mut self, most: usize) -> bool {
        let Some(search) = &mut self.search else { return true };
        let progress = search.advance(most);
        self.starts[self.now].states = progress.states;
        if progress.end.is_some() {
            self.conclude();
            self.now += 1;
            // The same options as of the whole, which could be opened.
            if self.begin().is_err() {
                self.now = self.starts.len();
            }
        }
        self.search.is_none()
    }

    fn starts(&self) -> &[Start] {
        &self.starts
    }

    fn flips(&self) -> Vec<Flip> {
        let size = self.starts.len() - 1;
        let flip = |place: usize| {
            let process = size - 1 - place;
            let crashed = |start: usize| self.starts[start].crashed.get(process).copied().flatten();
            Flip { place, process, crashed: (crashed(place), crashed(place + 1)) }
        };
        (0..size).map(flip).collect()
    }
}
