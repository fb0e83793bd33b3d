//! What miners do, and what attacks on them come to.

mod attacks;
mod blocks;
mod payments;
mod prefix;
mod scenarios;
mod search;
mod stories;

use std::rc::Rc;

use kernel::{Micros, Room, Scenario};
use simulator::Run;

use super::{Miners, WorkRoom};
use crate::shared::testing::setup;

/// The scenario of this name, with some options set.
fn open(name: &str, set: &[(&str, &str)]) -> (Scenario<Miners>, Miners) {
    let (scenario, setup) = setup::<WorkRoom>(name, set);
    let system = WorkRoom::build(&setup).expect("options that go together");
    (scenario, system)
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

/// The names of the properties that are broken.
fn broken(run: &Run<Miners>) -> Vec<&'static str> {
    let always =
        run.verdicts().filter(|(property, broken)| property.kind == kernel::Kind::Always && broken.is_some());
    always.map(|(property, _)| property.name).collect()
}
