//! What the tests of several rooms need.

pub(crate) mod stories;

use std::rc::Rc;

use kernel::{Room, Scenario, Setup};
use simulator::History;

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
