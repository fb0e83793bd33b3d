//! What the tests of several rooms need.

mod stories;

use kernel::{Room, Scenario, Setup};

/// A scenario, and its options and rules with some set: `without` switches a rule off, `with` switches one on again.
pub(crate) fn setup<R: Room>(name: &str, set: &[(&str, &str)]) -> (Scenario<R::System>, Setup) {
    let scenario = R::scenarios().into_iter().find(|known| known.name == name);
    let scenario = scenario.unwrap_or_else(|| panic!("there is no scenario {name}"));
    let mut setup = Setup { scenario: name.to_owned(), ..Setup::default() };
    for option in R::options() {
        setup.options.insert(option.name.to_owned(), option.default.to_owned());
    }
    for (option, value) in scenario.set.iter().chain(set) {
        match *option {
            "without" => setup.without.push((*value).to_owned()),
            "with" => setup.without.retain(|off| off != value),
            _ => {
                let before = setup.options.insert((*option).to_owned(), (*value).to_owned());
                assert!(before.is_some(), "there is no option {option}");
            }
        }
    }
    (scenario, setup)
}
