//! What miners do, and what attacks on them come to.

mod attacks;
mod blocks;
mod payments;
mod prefix;
mod scenarios;
mod search;
mod stories;

use std::rc::Rc;

use kernel::{Micros, Scenario};
use simulator::Run;

use super::{Miners, WorkRoom};
use crate::shared::testing::{broken, built};

/// A scenario with some options set, and its system.
fn open(name: &str, set: &[(&str, &str)]) -> (Scenario<Miners>, Miners) {
    built::<WorkRoom>(name, set)
}

/// Plays it to its end, or to another one.
fn play(name: &str, set: &[(&str, &str)], seed: u64, until: Option<Micros>) -> Run<Miners> {
    let (scenario, system) = open(name, set);
    let until = until.unwrap_or(scenario.length);
    let script = (scenario.script)(&system);
    let mut run = Run::new(Rc::new(system), script, seed);
    while run.step(&[], until) {}
    run
}
