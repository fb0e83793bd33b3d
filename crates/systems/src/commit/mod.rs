//! # Atomic commit
//!
//! A transaction has changed data at several nodes. Either all of it is to count or nothing: every node must *commit*
//! or every node must *abort*, although any of them can crash at any moment. The problem is known by five properties
//! (Babaoglu and Toueg, *Understanding Non-Blocking Atomic Commitment*, 1993, section 2; Bernstein, Hadzilacos and
//! Goodman, *Concurrency Control and Recovery in Database Systems*, 1987, section 7.3):
//!
//! - **AC1** nodes that decide, decide the same;
//! - **AC2** nobody reverses a decision;
//! - **AC3** commit is decided only if all have voted yes;
//! - **AC4** it is decided if all vote yes and nothing fails;
//! - **AC5** once all failures are repaired, and for long enough, everybody decides.
//!
//! It is not consensus, and the vote is no majority vote. Each participant has a veto, because only it knows whether
//! its own part can be carried out: one that has voted no has undone its part already, and no majority can bring it
//! back. Nor is Raft, or Paxos, a kind of two-phase commit: they too ask in rounds, but any majority is enough for them,
//! since all servers are to store the same, and that is why they go on when some are down.
//!
//! ```text
//!                      votes yes                     hears commit
//!   participant ───────────────────►  in doubt  ──────────────────► committed
//!        │                               │
//!        │ votes no                      │ hears abort
//!        └──────────► aborted ◄──────────┘
//! ```
//!
//! A participant that has voted yes has given its veto away. Until it hears the decision it is *in doubt*: it may
//! neither commit nor abort, and it keeps its locks, so that others who want the data wait for it. The two rooms here
//! differ in what happens when the coordinator is gone in this time:
//!
//! - [`two_phase`]: participants ask each other. If all of them are in doubt they are *blocked* until it comes back.
//! - [`three_phase`]: one more round makes sure that nobody is in doubt while another has committed, so those who are
//!   left can decide. That takes timeouts that are never wrong, and a network that is never cut.
//!
//! What both share is here: `log` (the write-ahead log and what is in it), `message`, `monitor` (the properties),
//! `setting` (the options), `words`. Node 0 is the coordinator, the others are participants. There is one transaction
//! at a time. Acknowledgements, by which a coordinator learns when it may forget, are left out: it keeps its records.

mod log;
mod message;
mod moments;
mod monitor;
mod node;
mod setting;
#[cfg(test)]
mod tests;

pub mod three_phase;
pub mod two_phase;
mod words;

use kernel::{Claim, Local, NodeId, Protocol};

pub use log::{Disk, Record, Records, Says, Tx};
pub use message::{Input, Message, Outbox, Output, Timer, VoteState, Waiting};
pub use monitor::Watch;
pub use node::{NodeMemory, Poll};
pub use setting::{Setting, Votes};

/// The node that coordinates.
pub const COORDINATOR: NodeId = 0;

/// What the protocols of this chapter have in common, for what looks at them from outside.
pub trait Commit:
    Protocol<Message = Message, Timer = Timer, Input = Input, Output = Output, Disk = Disk>
{
    /// The options.
    fn setting(&self) -> &Setting;

    /// The part of the memory that both have.
    fn memory(ram: &Self::Ram) -> &NodeMemory;

    /// The same, to change it.
    fn desk_mut(ram: &mut Self::Ram) -> &mut NodeMemory;

    /// What must be true.
    fn claims() -> Vec<Claim<Self, Watch>>;
}

/// All that a node has written, on its disk and, while it is up, in its memory.
pub fn records<P: Commit>(local: &Local<P>) -> Records<'_> {
    Records { disk: &local.disk.log, unsaved: local.ram.as_ref().map_or(&[], |ram| &P::memory(ram).unsaved) }
}
