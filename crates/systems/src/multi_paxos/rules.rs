//! The safety rules, each with a switch.

use kernel::{Caught, Rule};

use crate::shared::rules::rules;

rules! {
    keep_promise "keep-promise"
        "An acceptor that has promised a ballot accepts nothing in a lower one."
        "Paxos Made Simple, 2.2 (P1a)"
        "Otherwise an old leader can still get a command chosen in a slot where a newer leader has found none."
        => Caught::search("broken-promise", "Agreement");
    persist_promise "persist-promise"
        "A promise is on the disk before it is sent."
        "Paxos Made Simple, 2.5"
        "An acceptor that forgets its promise in a crash breaks it."
        => Caught::search("forgotten-promise", "Agreement");
    persist_votes "persist-votes"
        "What an acceptor accepts is on its disk before it says so."
        "Paxos Made Simple, 2.5"
        "An acceptor that forgets a chosen command in a crash lets the next leader choose another."
        => Caught::search("forgotten-vote", "Agreement");
    recover "recover"
        "A new leader first proposes again what the acceptors of its majority report."
        "Paxos Made Simple, 2.2 (P2c) and 3"
        "What they report may have been chosen: a new command in its slot would overrule it."
        => Caught::search("new-command-first", "Agreement");
    highest_ballot "highest-ballot"
        "Of several commands reported for a slot the leader takes that of the highest ballot."
        "Paxos Made Simple, 2.2 (P2c)"
        "Only that one can have been chosen; the others were overtaken."
        => Caught::search("oldest-command", "Agreement");
    fill_gaps "fill-gaps"
        "A slot of which nothing is reported is filled with a no-op that a majority accepts."
        "Paxos Made Simple, 3"
        "A server outside the majority may have accepted a command there, and a later leader may find it."
        => Caught::search("guessed-gap", "No false lesson");
    majority "majority"
        "A ballot needs the promises, and a command the votes, of more than half of all servers."
        "Paxos Made Simple, 2.2"
        "Two halves need not share a server."
        => Caught::search("two-halves", "Agreement");
    in_order "in-order"
        "Commands are executed in the order of their slots."
        "Paxos Made Simple, 3; Moderately Complex, invariant R2"
        "Slots are chosen in any order; servers that execute in different orders end in different states."
        => Caught::search("out-of-order", "State machine safety");
    once "once"
        "A command that stands in two slots is executed once."
        "Moderately Complex, 2.1"
        "A client that got no answer asks again, and both copies may be chosen."
        => Caught::search("executed-twice", "Exactly once");
}
