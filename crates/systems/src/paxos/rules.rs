//! The safety rules, each with a switch.

use kernel::{Caught, Rule};

use crate::shared::rules::rules;

const TWO: &[(&str, &str)] = &[("proposers", "2")];
/// With a crash and a timer there would be too many schedules.
const NO_TIMER: &[(&str, &str)] = &[("proposers", "2"), ("leader", "off")];

rules! {
    keep_promise "keep-promise"
        "An acceptor that has promised a ballot takes part in no lower one."
        "Paxos Made Simple, section 2.2, P1a"
        "Otherwise a lower ballot can still have its value chosen after a higher one has looked and seen nothing."
        => Caught::search("first", "Agreement").set(TWO);
    persist_promise "persist-promise"
        "A promise is on the disk before it is given."
        "Paxos Made Simple, section 2.5"
        "An acceptor that forgets its promise in a crash breaks it."
        => Caught::search("first", "Agreement").set(NO_TIMER);
    highest_ballot "highest-ballot"
        "A proposer takes over the value of the highest ballot that its promises name."
        "Paxos Made Simple, section 2.2, P2c"
        "The vote of a lower ballot may be one that came to nothing; only the highest is sure to be for what was chosen."
        => Caught::search("first", "Agreement").set(TWO);
    one_value_per_ballot "one-value-per-ballot"
        "A ballot belongs to one proposer, so that it has one value."
        "Paxos Made Simple, section 2.5"
        "If two proposers share a ballot, an acceptor cannot tell them apart and may vote for both values in it; one \
         such acceptor can complete a quorum for each."
        => Caught::search("first", "Agreement").set(TWO);
    majority "majority"
        "A quorum is more than half of the acceptors."
        "Paxos Made Simple, section 2.2"
        "Two halves need not share an acceptor, and then nobody tells the one of the other's value."
        => Caught::search("first", "Agreement").set(TWO);
}
