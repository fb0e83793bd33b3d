//! The initial configurations of Lemma 2: from all 0 to all 1, one input flipped at a time.

use std::collections::{BTreeMap, VecDeque};

use explorer::{Graph, Label, Limits, Plan, Search};
use kernel::Subject;

use catalog::{Error, PathRecorder, Recording};

use super::{Explored, MOST, Reopen};

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
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Start {
    /// What each process begins with: `011`.
    pub inputs: String,
    /// What can be decided; `None`: not known yet, or there are too many configurations.
    pub valency: Option<u16>,
    /// What can be decided if a process crashes before its first step, by process; `None`: it cannot crash.
    pub crashed: Vec<Option<u16>>,
    /// A run in which that happens, to a decision or, where none comes, to its end; by process.
    pub crash_runs: Vec<Option<Recording>>,
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

struct Links<S: Subject> {
    recording: Recording,
    reopen: Reopen<S>,
    starts: Vec<Start>,
    /// Which is being explored, and how far it is.
    now: usize,
    search: Option<(Box<dyn Search<S>>, PathRecorder)>,
}

pub(super) fn open<S: Subject>(whole: &Explored<S>) -> Result<Box<dyn Chain>, Error> {
    let size = whole.names.len();
    let inputs = (0..=size).map(|ones| "0".repeat(size - ones) + &"1".repeat(ones));
    let starts = inputs.map(|inputs| Start { inputs, ..Start::default() }).collect();
    let mut links =
        Links { recording: whole.recording.clone(), reopen: whole.reopen, starts, now: 0, search: None };
    links.begin()?;
    Ok(Box::new(links))
}

impl<S: Subject> Links<S> {
    fn begin(&mut self) -> Result<(), Error> {
        let Some(start) = self.starts.get(self.now) else { return Ok(()) };
        let mut recording = self.recording.clone();
        recording.options.insert("inputs".to_owned(), start.inputs.clone());
        let (system, recorder) = (self.reopen)(&recording)?;
        let limits = Limits { states: MOST, ..Limits::default() };
        let plan = Plan { limits, labels: true, label: Some(Label::told), ..Plan::default() };
        self.search = Some((explorer::open(system, plan), recorder));
        Ok(())
    }

    fn conclude(&mut self) {
        let Some((mut search, recorder)) = self.search.take() else { return };
        let progress = search.progress();
        let start = &mut self.starts[self.now];
        start.states = progress.states;
        let decided: Vec<u16> = (0..progress.states as u32).map(|state| search.outcomes(state)).collect();
        let Some(graph) = search.graph().filter(|_| progress.end == Some(explorer::End::Complete)) else {
            return;
        };
        let valency = graph.valency(decided.clone());
        start.valency = valency.first().copied();
        start.crashed = vec![None; start.inputs.len()];
        start.crash_runs = vec![None; start.inputs.len()];
        for (&label, &next) in graph.labels(0).iter().zip(graph.successors(0)) {
            let Some(meaning) = search.meaning(label).filter(|meaning| meaning.crash) else { continue };
            let process = usize::from(meaning.node);
            if process < start.crashed.len() {
                start.crashed[process] = valency.get(next as usize).copied();
                let walk: Vec<u32> = [0].into_iter().chain(to_its_end(graph, &decided, next)).collect();
                start.crash_runs[process] = recorder.record(search.along(&walk));
            }
        }
    }
}

/// The shortest walk from a state to a decision; where there is none, to a state in which nothing more can happen.
fn to_its_end(graph: &Graph, decided: &[u16], from: u32) -> Vec<u32> {
    let mut parent = BTreeMap::from([(from, from)]);
    let (mut queue, mut last) = (VecDeque::from([from]), from);
    while let Some(here) = queue.pop_front() {
        last = here;
        if decided[here as usize] != 0 {
            break;
        }
        for &next in graph.successors(here) {
            parent.entry(next).or_insert_with(|| {
                queue.push_back(next);
                here
            });
        }
    }
    let mut walk = vec![last];
    while parent[&last] != last {
        last = parent[&last];
        walk.push(last);
    }
    walk.reverse();
    walk
}

impl<S: Subject> Chain for Links<S> {
    fn advance(&mut self, most: usize) -> bool {
        let Some((search, _)) = &mut self.search else { return true };
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
