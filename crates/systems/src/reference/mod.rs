//! Reference models: specifications and examples from elsewhere whose state spaces have been counted by others.
//!
//! They prove the explorer right, not a point about distributed systems: each is modelled exactly as in its source, so
//! that the number of its states, the depth of its graph and the length of its shortest witnesses can be compared with
//! published figures.
//!
//! - `tcommit`, `two_phase`, `voting`, `paxos`: the specifications of the TLA+ examples. A state is a few bits and an
//!   action is a guard and an update ([`kernel::guarded`]). Messages are a set that only grows,
//!   so that receiving one again is possible and changes nothing.
//! - [`register`]: the examples of Stateright, where clients write once and read once, and a history says whether what
//!   they saw is linearizable. Servers and clients are nodes of a cluster.
//!
//! Only what the sources count is here: no faults, no timers, no rules to switch off.

mod ballots;
mod commit;
mod paxos;
pub mod register;
mod tcommit;
mod two_phase;
mod voting;

pub use paxos::{Paxos, PaxosRoom};
pub use register::{AbdRegisterRoom, PaxosClientsRoom, SingleCopyRegisterRoom};
pub use tcommit::{TCommit, TCommitRoom};
pub use two_phase::{TwoPhase, TwoPhaseRoom};
pub use voting::{Voting, VotingRoom};

use kernel::guarded::{ActionClaim, Guarded};
use kernel::{Delay, Kind, Micros, Property, Verdict};

/// A claim that is to hold always, or to be reached.
fn claim<G: Guarded>(
    (name, statement, source): (&'static str, &'static str, &'static str),
    kind: Kind,
    check: fn(&G, &G::State) -> Verdict,
) -> ActionClaim<G> {
    (Property::new(name, statement, source, kind), check)
}

/// Between so many and so many milliseconds.
const fn ms(least: u64, most: u64) -> Delay {
    Delay::Between(Micros::ms(least), Micros::ms(most))
}
