//! Multi-Paxos, tested: by hand on a cluster whose messages are delivered one by one, by running its scenarios, and by
//! searching every schedule within small budgets.

mod chaos;
mod facts;
mod hand;
mod scenarios;
mod search;
mod stories;

use std::rc::Rc;

use kernel::{Local, Room, Scenario, Setup};
use simulator::History;

use super::clients::leads_in;
use super::rules::RULES;
use super::{
    Ballot, Command, Disk, Input, Message, MultiPaxos, MultiPaxosRoom, Rules, Servers, Slot, Timer, Watch,
    acceptor, learner,
};

pub(super) fn leads(local: &Local<MultiPaxos>) -> bool {
    leads_in(local).is_some()
}

/// A scenario of the room, with what it sets.
pub(super) fn setup(name: &str) -> (Scenario<Servers>, Setup) {
    let scenario = MultiPaxosRoom::scenarios().into_iter().find(|scenario| scenario.name == name);
    let scenario = scenario.expect("there is such a scenario");
    let options = MultiPaxosRoom::options();
    let mut setup = Setup {
        scenario: name.to_owned(),
        options: options.iter().map(|option| (option.name.to_owned(), option.default.to_owned())).collect(),
        without: Vec::new(),
    };
    for &(name, value) in scenario.set {
        if name == "without" {
            setup.without.extend(value.split(',').map(str::to_owned));
        } else {
            let option =
                options.iter().find(|option| option.name == name).expect("a scenario sets an option");
            option.check(value).expect("a scenario sets an option to what it may be");
            setup.options.insert(name.to_owned(), value.to_owned());
        }
    }
    (scenario, setup)
}

/// A scenario under a seed, with more options or rules than it says.
pub(super) fn open(
    name: &str,
    seed: u64,
    change: impl Fn(&mut Setup),
) -> (Scenario<Servers>, History<Servers>) {
    let (scenario, mut setup) = setup(name);
    change(&mut setup);
    let system = MultiPaxosRoom::build(&setup).expect("a scenario can be built");
    let script = (scenario.script)(&system);
    (scenario, History::new(Rc::new(system), script, seed, Vec::new()))
}
