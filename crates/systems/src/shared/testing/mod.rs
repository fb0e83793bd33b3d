//! What the tests of several rooms need.

pub(crate) mod hand;
pub(crate) mod stories;

use std::rc::Rc;

use explorer::{Plan, Report, Verdict};
use kernel::{Faults, Room, Scenario, Setup, System};
use simulator::{History, Run};

/// A scenario, and its options and rules with some set: `without` switches rules off, `with` switches them on again.
pub(crate) fn setup<R: Room>(name: &str, set: &[(&str, &str)]) -> (Scenario<R::System>, Setup) {
    let scenario = R::scenarios().into_iter().find(|known| known.name == name);
    let scenario = scenario.unwrap_or_else(|| panic!("there is no scenario {name}"));
    let mut setup = Setup { scenario: name.to_owned(), ..Setup::default() };
    let options = R::options();
    for option in &options {
        setup.options.insert(option.name.to_owned(), option.default.to_owned());
    }
    for (name, value) in scenario.set.iter().chain(set) {
        match *name {
            "without" => setup.without.extend(rules::<R>(value)),
            "with" => setup.without.retain(|off| rules::<R>(value).all(|on| on != *off)),
            _ => {
                let option = options.iter().find(|option| option.name == *name);
                let option = option.unwrap_or_else(|| panic!("there is no option {name}"));
                option.check(value).expect("an option is set to what it may be");
                setup.options.insert((*name).to_owned(), (*value).to_owned());
            }
        }
    }
    (scenario, setup)
}

/// The names of rules, with commas between them.
fn rules<R: Room>(names: &str) -> impl Iterator<Item = String> {
    names.split(',').filter(|name| !name.is_empty()).map(|name| {
        assert!(R::rules().iter().any(|rule| rule.name == name), "there is no rule {name}");
        name.to_owned()
    })
}

/// The system of a scenario with some options and rules set.
pub(crate) fn built<R: Room>(name: &str, set: &[(&str, &str)]) -> (Scenario<R::System>, R::System) {
    let (scenario, setup) = setup::<R>(name, set);
    let system = R::build(&setup).expect("the options go together");
    (scenario, system)
}

/// A scenario as a run under a seed.
pub(crate) fn open<R: Room>(
    name: &str,
    seed: u64,
    set: &[(&str, &str)],
) -> (Scenario<R::System>, History<R::System>) {
    let (scenario, system) = built::<R>(name, set);
    let script = (scenario.script)(&system);
    (scenario, History::new(Rc::new(system), script, seed, Vec::new()))
}

/// The names of the properties that a run has broken.
pub(crate) fn broken<S: System>(run: &Run<S>) -> Vec<&'static str> {
    let broken = run.verdicts().filter(|(_, broken)| broken.is_some());
    broken.map(|(property, _)| property.name).collect()
}

/// The names of the properties that a search has found broken, with the length of the shortest way there.
pub(crate) fn violated(report: &Report) -> Vec<(&'static str, usize)> {
    let violated = report.properties.iter().filter_map(|(property, verdict)| match verdict {
        Verdict::Violated { length, .. } => Some((property.name, *length)),
        Verdict::Holds | Verdict::Witnessed { .. } | Verdict::Unreached | Verdict::Unknown => None,
    });
    violated.collect()
}

/// A search of a scenario to its end, within the budget of its room.
pub(crate) fn searched<R: Room>(name: &str, set: &[(&str, &str)]) -> Report {
    let (_, setup) = setup::<R>(name, set);
    let system = R::build(&setup).expect("the options go together").bounded(R::search(&setup));
    explorer::run(Rc::new(system), Plan::default()).report()
}

/// The same, where every property is decided: how many states, and what is violated.
pub(crate) fn decided<R: Room>(name: &str, set: &[(&str, &str)]) -> (usize, Vec<(&'static str, usize)>) {
    let report = searched::<R>(name, set);
    for (property, verdict) in &report.properties {
        let open = matches!(verdict, Verdict::Unreached | Verdict::Unknown);
        assert!(!open, "{}: {verdict:?}", property.name);
    }
    (report.progress.states, violated(&report))
}
