//! Time as a way out: how long the rotating coordinator takes to decide when no message takes longer than a bound, and
//! what a wrong suspicion costs.
//!
//! A process suspects the coordinator of round r when it has waited for r times its patience (Dwork, Lynch and
//! Stockmeyer 1988: the timeout grows until it is longer than the delays, whatever these are). With delays far below
//! the patience nobody is suspected wrongly; above it somebody is, and the round is lost, but never agreement.

use std::rc::Rc;

use kernel::cluster::Network;
use kernel::{Budget, Does, Event, Micros, NodeId};
use serde::{Deserialize, Serialize};
use simulator::{Intervention, Run};
use systems::flp::{Algorithm, Consensus, Detector, ProcessProgress, Processes, Timer};

/// What many runs did, the delays being at most so long.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Delays {
    /// No message takes longer, in milliseconds.
    pub most_ms: u64,
    /// The first coordinator crashes before its first step.
    pub crash: bool,
    /// Each run.
    pub runs: Vec<Lasted>,
}

/// What one run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lasted {
    /// When the last process that was up decided, in microseconds; `None`: not within the rounds there are.
    pub decided_us: Option<u64>,
    /// The last round that anybody entered.
    pub rounds: u8,
    /// Messages sent.
    pub messages: u32,
    /// How often a coordinator that had not crashed was suspected.
    pub wrong: u32,
}

/// A process waits for the coordinator of the first round for so long.
pub const PATIENCE_MS: u64 = 60;
/// So many rounds there are: with the last one's patience, [`PATIENCE_MS`] times as long, no delay of the page is left.
const BOUND: u8 = 60;
/// So many processes.
const SIZE: NodeId = 3;

impl Delays {
    /// Nothing measured yet.
    #[must_use]
    pub fn new(most_ms: u64, crash: bool) -> Self {
        Self { most_ms, crash, runs: Vec::new() }
    }

    /// Makes one more run, with a seed of its own.
    pub fn run(&mut self) {
        let seed = self.runs.len() as u64 + 1;
        self.runs.push(lasted(self.most_ms, self.crash, seed));
    }
}

fn processes(most_ms: u64) -> Processes {
    let consensus = Consensus {
        algorithm: Algorithm::Coordinator,
        inputs: None,
        bound: BOUND,
        all_promise: false,
        detector: Detector::Eventual,
        wrong: 0,
        patience: Micros::ms(PATIENCE_MS),
    };
    let mut processes = Processes::new(consensus, SIZE);
    processes.network =
        Network { latency: (Micros::ms(1), Micros::ms(most_ms.max(1))), ..Network::default() };
    processes.budget = Budget::TIMED;
    processes.crash_is_final = true;
    processes
}

fn lasted(most_ms: u64, crash: bool, seed: u64) -> Lasted {
    let crashes = Intervention { at: Micros(1), does: Does::Force(Event::Crash(0)) };
    let deeds = if crash { vec![crashes] } else { Vec::new() };
    let mut run = Run::new(Rc::new(processes(most_ms)), Vec::new(), seed);
    let mut lasted = Lasted::default();
    loop {
        let before: Vec<ProcessProgress> = run.state().locals.iter().map(ProcessProgress::of).collect();
        let due: Vec<Option<Micros>> =
            (0..SIZE).map(|node| run.span(&Event::Fire(node, Timer::Suspect)).map(|(_, due)| due)).collect();
        if !run.step(&deeds, Micros(u64::MAX)) {
            return lasted;
        }
        lasted.messages += run.report().sent.len() as u32;
        for (node, was) in before.iter().enumerate() {
            let is = ProcessProgress::of(&run.state().locals[node]);
            lasted.rounds = lasted.rounds.max(is.round);
            let up = was.coordinator.is_some_and(|who| run.state().locals[usize::from(who)].up());
            lasted.wrong += u32::from(up && is.round > was.round && due[node] == Some(run.now()));
        }
        if run.state().locals.iter().all(|local| !local.up() || ProcessProgress::of(local).decided.is_some())
        {
            lasted.decided_us = Some(run.now().0);
            return lasted;
        }
    }
}
