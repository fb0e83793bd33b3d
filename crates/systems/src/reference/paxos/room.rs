//! The room.

use kernel::{Micros, Opt, Room, Rule, Scenario, Setup};

use super::super::ballots::{self, Sizes};
use super::Paxos;
use kernel::guarded::Actions;

/// The room.
#[derive(Debug)]
pub struct PaxosRoom;

impl Room for PaxosRoom {
    type System = Actions<Paxos>;

    const NAME: &'static str = "reference/paxos";
    const TITLE: &'static str = "Paxos, specification";
    const SHELF: &'static str = "Reference models";
    const ABOUT: &'static str =
        "Ballots, promises, proposals and votes, with messages that are never consumed.";
    const SOURCE: &'static str = "Lamport, Paxos.tla of the TLA+ examples";
    const REFERENCE: bool = true;

    fn options() -> Vec<Opt> {
        ballots::options("2")
    }

    fn rules() -> Vec<Rule> {
        Vec::new()
    }

    fn scenarios() -> Vec<Scenario<Actions<Paxos>>> {
        vec![Scenario {
            name: "two-ballots",
            title: "Two ballots",
            story: "A ballot is opened, promises allow any value, and it is chosen. The promises of the second ballot \
                    allow no other.",
            source: "Paxos.tla",
            set: &[],
            length: Micros::ms(120),
            pace: Micros::ms(20),
            script: |_| Vec::new(),
        }]
    }

    fn build(setup: &Setup) -> Result<Actions<Paxos>, String> {
        Paxos::new(Sizes::of(setup)).map(Actions::new)
    }
}
