//! What a reader could do to a run, drawn at random.

use std::rc::Rc;

use kernel::{Does, Explain, Micros, OptKind, Room, Setup, System, Target, Undated};
use proptest::prelude::*;
use simulator::{History, Intervention};

/// A run and what is done to it, in numbers that mean something in any room.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) scenario: usize,
    pub(crate) seed: u64,
    /// Options that are set: which, and to what.
    pub(crate) options: Vec<(usize, u64)>,
    pub(crate) deeds: Vec<(u8, u64)>,
}

pub(crate) fn case() -> impl Strategy<Value = Case> {
    let options = prop::collection::vec((any::<usize>(), any::<u64>()), 0..4);
    let deeds = prop::collection::vec((0_u8..10, any::<u64>()), 1..40);
    (any::<usize>(), any::<u64>(), options, deeds).prop_map(|(scenario, seed, options, deeds)| Case {
        scenario,
        seed,
        options,
        deeds,
    })
}

/// Deeds without proptest.
pub(crate) fn drawn(seed: u64, count: u64) -> Vec<(u8, u64)> {
    let mix = |n: u64| (n ^ (n >> 31)).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (n << 7);
    let numbers = (0..count).map(|n| mix(mix(seed * 1_000 + n + 1)));
    numbers.map(|number| ((number >> 40) as u8 % 8, number >> 8)).collect()
}

/// The start of the run; `None` where the options do not fit together.
pub(crate) fn build<R: Room>(case: &Case) -> Option<History<R::System>> {
    with::<R>(case, Vec::new())
}

type Deeds<R> = Vec<Intervention<<<R as Room>::System as System>::Event>>;

pub(crate) fn with<R: Room>(case: &Case, interventions: Deeds<R>) -> Option<History<R::System>> {
    let system = R::build(&setup::<R>(case)).ok()?;
    let mut scenarios = R::scenarios();
    let scenario = scenarios.swap_remove(case.scenario % scenarios.len());
    let script = (scenario.script)(&system);
    Some(History::new(Rc::new(system), script, case.seed, interventions))
}

pub(crate) fn setup<R: Room>(case: &Case) -> Setup {
    let (mut scenarios, options) = (R::scenarios(), R::options());
    let scenario = scenarios.swap_remove(case.scenario % scenarios.len());
    let mut setup = Setup { scenario: scenario.name.to_owned(), ..Setup::default() };
    for option in &options {
        setup.options.insert(option.name.to_owned(), option.default.to_owned());
    }
    for &(name, value) in scenario.set {
        if name == "without" {
            setup.without.extend(value.split(',').map(str::to_owned));
        } else {
            setup.options.insert(name.to_owned(), value.to_owned());
        }
    }
    for &(which, number) in &case.options {
        let option = &options[which % options.len()];
        let value = match &option.kind {
            // Not far above the usual, or a run of one case takes as long as all others.
            OptKind::Number { least, most, .. } => {
                let usual: u64 = option.default.parse().expect("the default of a number is one");
                (least + number % (2 * usual + 6)).min(*most).to_string()
            }
            OptKind::Switch => if number % 2 == 0 { "on" } else { "off" }.to_owned(),
            OptKind::Choice(words) => words[number as usize % words.len()].to_owned(),
        };
        option.check(&value).expect("the value is in the range");
        setup.options.insert(option.name.to_owned(), value);
    }
    setup
}

impl Case {
    /// Plays, acts, seeks, goes over to other branches.
    pub(crate) fn walk<S: Explain>(&self, history: &mut History<S>) {
        for deed in &self.deeds {
            does(history, *deed);
        }
    }

    /// Plays and acts, and never goes back.
    pub(crate) fn forward<S: Explain>(&self, history: &mut History<S>) {
        for &(kind, number) in &self.deeds {
            does(history, (kind.min(7), number));
        }
    }
}

pub(crate) fn does<S: Explain>(history: &mut History<S>, (kind, number): (u8, u64)) {
    let now = history.run().now();
    match kind {
        0..4 => {
            history.advance(Micros(u64::MAX), number % 40);
        }
        4 => {
            history.advance_silently(now.plus(Micros::ms(number % 100)), 500);
        }
        5..8 => {
            if let Some(does) = deed(history, number) {
                history.intervene(now, does);
            }
        }
        8 => {
            history.seek(Micros(number % (now.0 + 1)), 0);
        }
        _ => {
            let branch = number as usize % history.branches().len();
            history.switch(branch, now);
        }
    }
}

/// Something that a reader is offered now.
pub(crate) fn deed<S: Explain>(history: &History<S>, number: u64) -> Option<Does<S::Event>> {
    let targets = targets(history);
    let target = targets[number as usize % targets.len()];
    let mut actions = history.run().system().actions(history.run().state(), target);
    if actions.is_empty() {
        return None;
    }
    let action = actions.swap_remove((number >> 32) as usize % actions.len());
    Some(action.does)
}

pub(crate) fn targets<S: Explain>(history: &History<S>) -> Vec<Target> {
    let (system, state) = (history.run().system(), history.run().state());
    let mut targets = vec![Target::World];
    targets.extend((0..system.nodes()).map(Target::Node));
    targets.extend((1..system.nodes()).map(|node| Target::Link(node - 1, node)));
    let messages = system.view(state, &Undated).messages;
    targets.extend(messages.iter().take(20).map(|message| Target::Message(message.id)));
    targets
}
