//! The run that never decides, as the proof makes it (Fischer, Lynch and Paterson 1985, Theorem 1): processes take
//! turns, and the turn of a process ends when the oldest event pending for it has happened, at a moment at which the
//! configuration stays bivalent. So the run is fair: no process waits for ever, and no message does.
//!
//! Nothing here knows all configurations. That one is bivalent is shown by two runs from it that decide differently;
//! where no two are found it counts as univalent, although it might not be.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use catalog::{PathRecorder, Recording};
use explorer::{Label, Limits, Path, Plan};
use kernel::view::View;
use kernel::{Choices, NodeId, Odometer, Report, Scripted, Subject, Turn, Undated};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use scene::Scene;
use stage::{Canvas, ring};

use super::{Explored, meanings};
use crate::proof::{Proof, several};

/// The scheduler at work.
pub trait NondecidingRun {
    /// Makes the next turn. An `Err` says in a sentence why there is none.
    fn turn(&mut self) -> Result<Stage, String>;

    /// The inputs that it began with: `011`.
    fn inputs(&self) -> String;

    /// How many steps it has made.
    fn steps(&self) -> usize;

    /// The configuration after so many steps, in words.
    fn view(&self, step: usize) -> View;

    /// The same as a picture, in pixels.
    fn scene(&self, step: usize, size: (f64, f64)) -> Scene;

    /// Everything so far, as a run that can be played.
    fn record(&self) -> Option<Recording>;
}

/// The turn of one process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Whose turn it was.
    pub process: String,
    /// The oldest event that was pending for it.
    pub event: String,
    /// For how many steps it had been pending.
    pub waited: usize,
    /// The steps, the event itself being the last.
    pub steps: Vec<Forced>,
}

/// A step, and why the scheduler may make it and wants to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forced {
    /// What happens.
    pub title: String,
    /// Why.
    pub why: String,
}

/// So many configurations around the present one are looked at in a turn.
const AROUND: usize = 4_000;
/// So many runs from a configuration are tried before it counts as univalent.
const RUNS: u64 = 24;
/// And each is so long at most.
const LONG: usize = 400;
/// So many members of D are tried.
const WAYS: usize = 400;

struct Scheduler<S: Subject> {
    system: Rc<S>,
    recorder: PathRecorder,
    names: Vec<String>,
    inputs: String,
    start: (S::State, Vec<u32>),
    /// The steps so far, and the configuration after each; the first is the start.
    path: Vec<kernel::ScheduleStep<S::Event>>,
    states: Vec<S::State>,
    /// Since which step each pending event has been pending, by its key.
    since: BTreeMap<u64, usize>,
    /// Processes in the order of their turns.
    queue: Vec<NodeId>,
}

pub(super) fn open<S: Subject>(whole: &Explored<S>) -> Result<Box<dyn NondecidingRun>, String> {
    if whole.coins {
        return Err("Its coins are not the scheduler's: the proof is of protocols without any.".to_owned());
    }
    let mut recording = whole.recording.clone();
    for &(name, value) in whole.endless {
        recording.options.insert(name.to_owned(), value.to_owned());
    }
    let (system, recorder) = (whole.reopen)(&recording).map_err(|error| error.to_string())?;
    let mut odometer = Odometer::default();
    loop {
        let mut report = Report::default();
        let state = system.initial(&mut Turn { choices: &mut odometer, report: &mut report });
        if several(decisions(&*system, &state)) {
            let answers = odometer.answers();
            let inputs = if answers.is_empty() {
                whole.given.clone()
            } else {
                answers.iter().map(u32::to_string).collect()
            };
            let mut scheduler = Scheduler {
                names: whole.names.clone(),
                inputs,
                path: Vec::new(),
                states: vec![state.clone()],
                since: BTreeMap::new(),
                queue: (0..system.nodes()).collect(),
                start: (state, answers),
                system,
                recorder,
            };
            scheduler.note();
            return Ok(Box::new(scheduler));
        }
        if !odometer.next_run() {
            return Err(
                "No two runs from an initial configuration were found that decide differently.".to_owned()
            );
        }
    }
}

impl<S: Subject> Scheduler<S> {
    fn here(&self) -> &S::State {
        &self.states[self.states.len() - 1]
    }

    /// Notes which events have become pending.
    fn note(&mut self) {
        let here = self.here();
        let keys = self.system.enabled(here);
        let keys: Vec<u64> = keys.iter().filter_map(|event| self.system.fair_key(here, event)).collect();
        let before = std::mem::take(&mut self.since);
        let now = self.path.len();
        self.since = keys.into_iter().map(|key| (key, before.get(&key).copied().unwrap_or(now))).collect();
    }

    /// The oldest event that is pending for a process: its label, and since when.
    fn oldest(
        &self,
        proof: &Proof<'_>,
        search: &dyn explorer::Search<S>,
        node: NodeId,
    ) -> Option<(u32, usize)> {
        let pending = proof.events(0).filter(|(label, _)| {
            proof.meaning(*label).is_some_and(|meaning| meaning.node == node && !meaning.crash)
        });
        let aged = pending.filter_map(|(label, next)| {
            let path = search.along(&[0, next]);
            let key = self.system.fair_key(&path.start.0, &path.steps.first()?.event)?;
            Some((label, self.since.get(&key).copied().unwrap_or(self.path.len())))
        });
        aged.min_by_key(|(_, since)| *since)
    }

    /// Follows a path that was found from the present configuration, and says what happens on it.
    fn follow(&mut self, path: &Path<S>) -> Vec<String> {
        let mut titles = Vec::new();
        let mut there = path.start.0.clone();
        for found in &path.steps {
            // Messages have other numbers there: the same event is looked for here.
            let key = self.system.fair_key(&there, &found.event);
            let here = self.here();
            let same = |event: &S::Event| self.system.fair_key(here, event) == key;
            let Some(event) = self.system.enabled(here).into_iter().find(same) else { break };
            titles.push(self.system.narrate(here, &event).title);
            let mut state = here.clone();
            apply(&*self.system, &mut state, &event, &found.answers);
            apply(&*self.system, &mut there, &found.event, &found.answers);
            self.path.push(kernel::ScheduleStep { event, answers: found.answers.clone() });
            self.states.push(state);
            self.note();
        }
        titles
    }
}

impl<S: Subject> NondecidingRun for Scheduler<S> {
    fn turn(&mut self) -> Result<Stage, String> {
        if several(self.system.outcomes(self.here())) {
            return Err("Two processes have decided differently: this protocol breaks agreement.".to_owned());
        }
        let limits = Limits { states: AROUND, ..Limits::default() };
        let plan = Plan {
            limits,
            from: Some(self.here().clone()),
            labels: true,
            label: Some(Label::told),
            ..Plan::default()
        };
        let mut search = explorer::run(Rc::clone(&self.system), plan);
        let found = search.progress().states as u32;
        let decided: Vec<u16> = (0..found).map(|state| search.outcomes(state)).collect();
        let graph = search.graph().ok_or("Nothing can happen any more.")?;
        let valency = graph.valency(decided.clone());
        let (meanings, _) = meanings(&*search, graph.len() as u32);
        let proof = Proof { graph, valency: &valency, decided: &decided, meanings: &meanings };
        let now = self.path.len();
        for place in 0..self.queue.len() {
            let node = self.queue[place];
            let Some((event, since)) = self.oldest(&proof, &*search, node) else { continue };
            let sets = proof.sets(0, event);
            let mut known = HashMap::<u32, bool>::new();
            let mut bivalent = |state: u32| {
                let proven = proof.bivalent(state);
                let mut look = || proven || several(decisions(&*self.system, &search.state(state)));
                *known.entry(state).or_insert_with(&mut look)
            };
            let Some(&(member, end)) = sets.d.iter().take(WAYS).find(|(_, state)| bivalent(*state)) else {
                return Err(self.lost(node));
            };
            let mut walk = sets.walk(member);
            walk.push(end);
            let path = search.along(&walk);
            let titles = self.follow(&path);
            let process = self.queue.remove(place);
            self.queue.push(process);
            return Ok(self.stage(process, now - since, titles));
        }
        Err("No event is pending for any process.".to_owned())
    }

    fn inputs(&self) -> String {
        self.inputs.clone()
    }

    fn steps(&self) -> usize {
        self.path.len()
    }

    fn view(&self, step: usize) -> View {
        self.system.view(&self.states[step.min(self.path.len())], &Undated)
    }

    fn scene(&self, step: usize, (width, height): (f64, f64)) -> Scene {
        ring::draw(&self.view(step), &Canvas { width, height, compact: false })
    }

    fn record(&self) -> Option<Recording> {
        let end = self.here().clone();
        self.recorder.record(Path::<S> { start: self.start.clone(), steps: self.path.clone(), end })
    }
}

impl<S: Subject> Scheduler<S> {
    fn stage(&self, process: NodeId, waited: usize, titles: Vec<String>) -> Stage {
        let name = self.names[usize::from(process)].clone();
        let last = titles.len().saturating_sub(1);
        let event = titles.last().cloned().unwrap_or_default();
        let step = |(place, title): (usize, String)| {
            let why = if place == last {
                format!(
                    "It is the oldest event pending for {name}, and after it two runs still decide differently."
                )
            } else {
                format!(
                    "It is pending, so it may happen now. After it the oldest event of {name} can happen and leave both decisions open."
                )
            };
            Forced { title, why }
        };
        let steps = titles.into_iter().enumerate().map(step).collect();
        Stage { process: name, event, waited, steps }
    }

    fn lost(&self, node: NodeId) -> String {
        let name = &self.names[usize::from(node)];
        format!(
            "It is the turn of {name}, and wherever its oldest event happens, no two runs from there were found that \
             decide differently: this protocol escapes the third lemma here, by breaking one of its conditions or by \
             coming to the bound of its rounds.",
        )
    }
}

/// Which values runs from a configuration decide: bit k for outcome k. What is found is there; more may be.
fn decisions<S: Subject>(system: &S, from: &S::State) -> u16 {
    let mut found = system.outcomes(from);
    for run in 0..RUNS {
        if several(found) {
            break;
        }
        found |= decision(system, from, run);
    }
    found
}

/// What one run from a configuration decides: any schedule, drawn by the number of the run. The first runs leave one
/// process out each.
fn decision<S: Subject>(system: &S, from: &S::State, run: u64) -> u16 {
    let mut dice = Dice(ChaCha8Rng::seed_from_u64(run));
    let left_out = u16::try_from(run).ok().filter(|node| *node < system.nodes());
    let mut state = from.clone();
    for _ in 0..LONG {
        let outcomes = system.outcomes(&state);
        if outcomes != 0 {
            return outcomes;
        }
        let mut events = system.enabled(&state);
        events.retain(|event| {
            system.fair_key(&state, event).is_some()
                && left_out.is_none_or(|node| system.narrate(&state, event).node != Some(node))
        });
        if events.is_empty() {
            break;
        }
        let event = events.swap_remove(dice.choose(events.len() as u32) as usize);
        let mut report = Report::default();
        system.apply(&mut state, &event, &mut Turn { choices: &mut dice, report: &mut report });
    }
    0
}

struct Dice(ChaCha8Rng);

impl Choices for Dice {
    fn choose(&mut self, bound: u32) -> u32 {
        self.0.next_u32() % bound.max(1)
    }
}

fn apply<S: Subject>(system: &S, state: &mut S::State, event: &S::Event, answers: &[u32]) {
    let mut report = Report::default();
    let mut script = Scripted::new(answers);
    system.apply(state, event, &mut Turn { choices: &mut script, report: &mut report });
}
