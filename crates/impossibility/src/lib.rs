//! That no protocol of consensus, in which messages may take any time, both tolerates one crash and always decides (Fischer,
//! Lynch and Paterson, *Impossibility of Distributed Consensus with One Faulty Process*, Journal of the ACM 32(2), 1985):
//! what the proof says of a given protocol, and the ways around it.
//!
//! - [`explore`]: the [`Configurations`] of a room that decides 0 or 1, and what can still be decided from each;
//! - [`Proof`]: the lemmas, looked for in that graph; [`Chain`]: the initial configurations of Lemma 2;
//!   [`NondecidingRun`]: the scheduler of the proof at work;
//! - [`TreeView`]: the configurations as a picture; [`Unfolding`]: the tree in it;
//! - [`circumventions`]: a coin, time, a detector of failures, and where each protocol stands.
//!
//! Any room will do that has [`kernel::Tool::Valency`]; only [`circumventions`] names protocols.
//!
//! # How it is computed
//!
//! A room with `Tool::Valency` decides 0 or 1, and has an option `inputs`. `impossibility::explore` explores all configurations of
//! a recording's setting, keeps the transitions with their labels (`Plan::labels`: a number that is the same event in every
//! state, so that "the event e" of the proof means something), and computes valency backwards. A cluster stored in parts labels
//! its steps itself; of any other system `Plan::label` says at which node an event happens, and `System::fair_key` which events
//! are the same, so the lemmas work without messages too (`tests/shared_memory.rs`: there steps need not commute, and Lemma 3
//! fails in the case that messages exclude). No label is compiled for a room without the tool, since `explore_in` asks for it as a
//! constant. `Proof` looks for the lemmas in that graph: every diamond, the sets C and D, the neighbours where D changes its
//! mind, the longest bivalent walk. The paper has no event for a crash, so the lemmas leave crashes out, while valency counts
//! them. The scheduler that never decides (`configurations/nondeciding.rs`) knows no whole graph: that a configuration is bivalent
//! it proves by two runs from there that decide differently, so it can go on with bounds far beyond what could be explored.
//! `TreeView` is the picture: an `Unfolding`, placed and painted by `stage::tree`.
//!
//! `impossibility::circumventions` computes the ways around the theorem. The coin: one round of Ben-Or, played by the handlers in every
//! order, is a game between a scheduler that sees everything and the coins; the expected number of rounds is the value of the
//! game whose rounds follow each other. Kept in step the worst scheduler makes three processes take 5 rounds, as lectures say;
//! one that may leave a process behind within a round until it has seen the others' coins makes them take 9. Both are shown;
//! that no scheduler at all does worse is not claimed.
//! Time: many timed runs for each bound. The triangle: two searches for each protocol, and the scheduler of the proof.
//! "Fault tolerance" is that from every configuration with a crash all others can still decide; one is excused only where
//! somebody has stopped at the model's bound of rounds or ballots and nobody is left who could go on by itself, and how many
//! are is said. "Termination" is asked without a crash. Raft, from its own room, stands beside them: its terms grow for ever, so
//! `circumventions::raft` searches its elections with terms known by how they differ, and a livelock is a cycle. These run in the worker.
//!
//! In the page the tree runs beside the page itself, in slices of 10 ms, and not in the worker: what is drawn is read from the
//! graph sixty times a second, and the code of the room is there already.
#![warn(missing_docs)]

pub mod circumventions;
mod configurations;
mod proof;
mod unfolding;

pub use configurations::{
    Chain, Configurations, Drawn, EventWords, Extent, Flip, Forced, Look, NondecidingRun, Stage, Start,
    Totals, TreeView, explore, explore_in, line,
};
pub use proof::{Diamond, Neighbours, Proof, Sets, Third};
pub use stage::tree::Toward;
pub use unfolding::Unfolding;
