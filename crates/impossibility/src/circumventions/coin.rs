//! Ben-Or's coin: how many rounds the worst scheduler can make of it, exactly, and how many runs take.
//!
//! A round is a game: the scheduler, who sees everything, chooses which message arrives next, and now and then a coin
//! falls. Its end gives each process a value, with which the next round begins. The game of one round is played by the
//! real handlers, in every order; the worst expected number of rounds is the value of the game in which each round's end
//! goes on with the value of its values (value iteration; Bellman 1957).
//!
//! In step, nobody is proposing while another still waits for values, and nobody is in a later round: this is the
//! scheduler of lectures, and it makes Ben-Or last 2^(n-1) + 1 rounds. One that may leave a process behind *within* a
//! round does better: it looks at the coins of the others first, and where these fall alike it may yet have the last
//! process hear a majority for the other value, and so take that over: 9 rounds for three processes, and not 5. One that
//! leaves a process behind for whole rounds may do better still; such schedules are not played here.

use std::collections::{BTreeMap, HashMap};

use kernel::cluster::State;
use kernel::{Choices, Event, Odometer, Report, System, Turn};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};
use systems::flp::{Algorithm, Bit, Consensus, Detector, ProcessProgress, Processes, Timer, Watch};

type FlpState = State<Consensus, Watch>;
type Happens = Event<Consensus>;

/// What the worst scheduler can do.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Worst {
    /// So many processes.
    pub processes: u16,
    /// All are in step.
    pub in_step: bool,
    /// The expected number of rounds, by inputs.
    pub from: Vec<(String, f64)>,
    /// The chance that it takes so many rounds, from 1, with the inputs that are worst and that scheduler.
    pub chances: Vec<f64>,
    /// So many configurations of one round, from all inputs.
    pub configurations: usize,
}

/// So many rounds, in so many runs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// So many processes.
    pub processes: u16,
    /// The scheduler shows every process both values while there are two; otherwise it chooses at random.
    pub hostile: bool,
    /// Runs that took so many rounds, from 1.
    pub runs: Vec<u32>,
    /// Runs that had not ended after [`LAST`] rounds.
    pub longer: u32,
}

/// Nobody waits for more rounds.
pub const LAST: u8 = 250;
/// The distribution is given for so many rounds.
const SHOWN: usize = 40;

/// Processes with their values, and so many rounds before them.
fn ben_or(inputs: Vec<Bit>, bound: u8) -> Processes {
    let size = inputs.len() as u16;
    let consensus = Consensus {
        algorithm: Algorithm::Rounds { coin: true },
        inputs: Some(inputs),
        bound,
        all_promise: false,
        detector: Detector::None,
        wrong: 0,
        patience: kernel::Micros::ms(1),
    };
    let mut processes = Processes::new(consensus, size);
    processes.leave_ignored = true;
    processes
}

fn values(code: usize, size: usize) -> Vec<Bit> {
    (0..size).map(|process| Bit::from(code >> (size - 1 - process) & 1 == 1)).collect()
}

fn code(values: impl Iterator<Item = Bit>) -> usize {
    values.fold(0, |code, value| code << 1 | usize::from(value))
}

/// What a round can come to from here.
enum Place {
    /// The scheduler chooses one of these; each has its results, equally likely.
    Open(Vec<Vec<u32>>),
    /// It is over, and the next begins with these values; `None`: all have decided.
    Over(Option<usize>),
}

/// The configurations of one round from given values; the first is the start.
struct Round {
    places: Vec<Place>,
    /// All of them, each after everything that it leads to.
    order: Vec<u32>,
}

impl Round {
    fn explore(values: Vec<Bit>, in_step: bool) -> Self {
        let system = ben_or(values, 2);
        let mut turn = Odometer::default();
        let start = system.initial(&mut Turn { choices: &mut turn, report: &mut Report::default() });
        let mut known = HashMap::from([(start.clone(), 0_u32)]);
        let (mut states, mut places) = (vec![start], Vec::new());
        while let Some(state) = states.get(places.len()).cloned() {
            let mut moves = Vec::new();
            for event in open(&system, &state, in_step) {
                let mut results = Vec::new();
                for next in results_of(&system, &state, &event) {
                    let place = *known.entry(next).or_insert_with_key(|next| {
                        states.push(next.clone());
                        states.len() as u32 - 1
                    });
                    results.push(place);
                }
                moves.push(results);
            }
            places.push(if moves.is_empty() { Place::Over(left(&state)) } else { Place::Open(moves) });
        }
        let order = last_first(&places);
        Self { places, order }
    }

    /// The most that the scheduler can make of each configuration, the later rounds being worth this.
    fn worth(&self, later: &[f64]) -> Vec<f64> {
        let mut worth = vec![0.0; self.places.len()];
        for place in self.order.iter().map(|&place| place as usize) {
            worth[place] = match &self.places[place] {
                Place::Over(None) => 0.0,
                Place::Over(Some(values)) => later[*values],
                Place::Open(moves) => moves.iter().map(|results| mean(results, &worth)).fold(0.0, f64::max),
            };
        }
        worth
    }

    /// With which chance it comes to which end, if the scheduler does what is worth most.
    fn ends(&self, later: &[f64]) -> BTreeMap<Option<usize>, f64> {
        let worth = self.worth(later);
        let mut chance = vec![0.0; self.places.len()];
        chance[0] = 1.0;
        let mut ends = BTreeMap::new();
        for place in self.order.iter().rev().map(|&place| place as usize) {
            match &self.places[place] {
                Place::Over(end) => *ends.entry(*end).or_default() += chance[place],
                Place::Open(moves) => {
                    let best =
                        moves.iter().max_by(|one, other| mean(one, &worth).total_cmp(&mean(other, &worth)));
                    for &result in best.into_iter().flatten() {
                        chance[result as usize] += chance[place] / best.map_or(1, Vec::len) as f64;
                    }
                }
            }
        }
        ends
    }
}

/// The places in such an order that each stands after everything it leads to. A run never comes back to a place.
fn last_first(places: &[Place]) -> Vec<u32> {
    let next = |place: u32| match &places[place as usize] {
        Place::Over(_) => Vec::new(),
        Place::Open(moves) => moves.concat(),
    };
    let (mut order, mut seen) = (Vec::new(), vec![false; places.len()]);
    seen[0] = true;
    let mut way = vec![(0, next(0))];
    while let Some((place, open)) = way.last_mut() {
        match open.pop() {
            Some(child) if !std::mem::replace(&mut seen[child as usize], true) => {
                way.push((child, next(child)))
            }
            Some(_) => {}
            None => {
                order.push(*place);
                way.pop();
            }
        }
    }
    order
}

fn mean(results: &[u32], worth: &[f64]) -> f64 {
    results.iter().map(|&result| worth[result as usize]).sum::<f64>() / results.len() as f64
}

/// What can happen in the first round: a process that has gone on has left its game.
fn open(system: &Processes, state: &FlpState, in_step: bool) -> Vec<Happens> {
    let mut events = system.enabled(state);
    events.retain(|event| phase(state, event).is_some());
    if in_step {
        let least = events.iter().filter_map(|event| phase(state, event)).min();
        events.retain(|event| phase(state, event) == least);
    }
    events
}

/// Which part of the first round an event belongs to: first steps, values, proposals. `None`: it is of a later one.
fn phase(state: &FlpState, event: &Happens) -> Option<u8> {
    if matches!(event, Event::Fire(_, Timer::Begin)) {
        return Some(0);
    }
    let Event::Deliver(id) = event else { return None };
    let envelope = state.mail.get(id)?;
    let standing = ProcessProgress::of(&state.locals[usize::from(envelope.to)]);
    let (round, proposal, _) = envelope.message.phase()?;
    (round == 1 && standing.decided.is_none() && standing.round <= 1).then_some(1 + u8::from(proposal))
}

/// Every result of an event: one for each way in which its coins can fall.
fn results_of(system: &Processes, state: &FlpState, event: &Happens) -> Vec<FlpState> {
    let (mut coins, mut results) = (Odometer::default(), Vec::new());
    loop {
        let mut next = state.clone();
        let mut report = Report::default();
        system.apply(&mut next, event, &mut Turn { choices: &mut coins, report: &mut report });
        results.push(next);
        if !coins.next_run() {
            return results;
        }
    }
}

/// The values with which the next round begins: who has decided tells what it decided.
fn left(state: &FlpState) -> Option<usize> {
    let standings = || state.locals.iter().map(ProcessProgress::of);
    let open = standings().any(|standing| standing.decided.is_none());
    open.then(|| code(standings().map(|at| at.decided.or(at.value).unwrap_or(0))))
}

/// The worst scheduler's game, a round at a time.
pub struct Game {
    size: usize,
    in_step: bool,
    rounds: Vec<Round>,
}

impl Game {
    /// Of so many processes, all in step or not.
    #[must_use]
    pub fn new(size: usize, in_step: bool) -> Self {
        Self { size, in_step, rounds: Vec::new() }
    }

    /// Explores the round from the next inputs; says whether all are explored.
    pub fn advance(&mut self) -> bool {
        if self.rounds.len() < 1 << self.size {
            self.rounds.push(Round::explore(values(self.rounds.len(), self.size), self.in_step));
        }
        self.rounds.len() == 1 << self.size
    }

    /// The value of the game, once all is explored.
    #[must_use]
    pub fn worst(&self) -> Worst {
        let mut worth = vec![1.0; self.rounds.len()];
        loop {
            let next: Vec<f64> = self.rounds.iter().map(|round| 1.0 + round.worth(&worth)[0]).collect();
            let change = next.iter().zip(&worth).map(|(new, old)| (new - old).abs()).fold(0.0, f64::max);
            worth = next;
            if change < 1e-13 {
                break;
            }
        }
        let inputs = |code: usize| values(code, self.size).iter().map(Bit::to_string).collect();
        Worst {
            processes: self.size as u16,
            in_step: self.in_step,
            from: worth.iter().enumerate().map(|(code, &rounds)| (inputs(code), rounds)).collect(),
            chances: self.chances(&worth),
            configurations: self.rounds.iter().map(|round| round.places.len()).sum(),
        }
    }

    /// The chance of each number of rounds, from the inputs that are worst.
    fn chances(&self, worth: &[f64]) -> Vec<f64> {
        let ends: Vec<_> = self.rounds.iter().map(|round| round.ends(worth)).collect();
        let worst = (0..worth.len()).max_by(|&one, &other| worth[one].total_cmp(&worth[other]));
        let mut here = vec![0.0; worth.len()];
        here[worst.unwrap_or(0)] = 1.0;
        let mut chances = Vec::new();
        for _ in 0..SHOWN {
            let (mut next, mut over) = (vec![0.0; worth.len()], 0.0);
            for (place, ends) in ends.iter().enumerate() {
                for (end, chance) in ends {
                    match end {
                        None => over += here[place] * chance,
                        Some(values) => next[*values] += here[place] * chance,
                    }
                }
            }
            chances.push(over);
            here = next;
        }
        chances
    }
}

struct Dice(ChaCha8Rng);

impl Choices for Dice {
    fn choose(&mut self, bound: u32) -> u32 {
        self.0.next_u32() % bound.max(1)
    }
}

/// Runs one after the other, each with a seed of its own and inputs that differ.
pub struct Sampler {
    seed: u64,
    /// What was found so far.
    pub measured: Measured,
}

impl Sampler {
    /// Of so many processes.
    #[must_use]
    pub fn new(processes: u16, hostile: bool) -> Self {
        let runs = vec![0; SHOWN];
        Self { seed: 0, measured: Measured { processes, hostile, runs, longer: 0 } }
    }

    /// Makes one more run.
    pub fn run(&mut self) {
        self.seed += 1;
        let size = usize::from(self.measured.processes);
        match rounds(size, self.measured.hostile, self.seed) {
            Some(rounds) => {
                let place = usize::from(rounds) - 1;
                if place >= self.measured.runs.len() {
                    self.measured.runs.resize(place + 1, 0);
                }
                self.measured.runs[place] += 1;
            }
            None => self.measured.longer += 1,
        }
    }
}

/// The rounds that a run takes until all have decided; `None`: more than [`LAST`].
fn rounds(size: usize, hostile: bool, seed: u64) -> Option<u8> {
    let mut dice = Dice(ChaCha8Rng::seed_from_u64(seed));
    let system = ben_or((0..size).map(|process| Bit::from(process % 2 == 1)).collect(), LAST);
    let mut state = system.initial(&mut Turn { choices: &mut dice, report: &mut Report::default() });
    let mut latest = 1;
    let mut report = Report::default();
    loop {
        let standings: Vec<ProcessProgress> = state.locals.iter().map(ProcessProgress::of).collect();
        latest = standings.iter().map(|standing| standing.round).fold(latest, u8::max);
        if standings.iter().all(|standing| standing.decided.is_some()) {
            return Some(latest);
        }
        let mut events = system.enabled(&state);
        if hostile {
            let least = events.iter().map(|event| rank(&state, &standings, event)).min();
            events.retain(|event| Some(rank(&state, &standings, event)) == least);
        }
        if events.is_empty() {
            return None;
        }
        let event = events.swap_remove(dice.choose(events.len() as u32) as usize);
        report.clear();
        system.apply(&mut state, &event, &mut Turn { choices: &mut dice, report: &mut report });
        // What nobody will ever use need not be carried along.
        state.mail.retain(|_, envelope| useful(envelope, &state.locals));
    }
}

fn useful(envelope: &kernel::Envelope<Consensus>, locals: &[kernel::Local<Consensus>]) -> bool {
    let at = ProcessProgress::of(&locals[usize::from(envelope.to)]);
    let phase = envelope.message.phase();
    at.decided.is_none()
        && phase.is_some_and(|(round, proposal, _)| (round, proposal) >= (at.round, at.proposing))
}

/// What a hostile scheduler lets happen first, lowest first: nobody runs ahead, and everybody sees, of values, the one
/// that is not its own, and of proposals those that propose nothing.
fn rank(state: &FlpState, standings: &[ProcessProgress], event: &Happens) -> (u8, bool, bool) {
    let Event::Deliver(id) = event else { return (0, false, false) };
    let Some(envelope) = state.mail.get(id) else { return (0, false, false) };
    let Some((round, proposal, value)) = envelope.message.phase() else { return (0, false, false) };
    let own = standings[usize::from(envelope.to)].value;
    let dull = if proposal { value.is_some() } else { value == own };
    (round, proposal, dull)
}
