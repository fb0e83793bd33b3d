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
#![warn(missing_docs)]

pub mod circumventions;
mod configurations;
mod proof;
mod unfolding;

pub use configurations::{
    Chain, Configurations, Drawn, Extent, Flip, Forced, Look, NondecidingRun, Stage, Start, Step, Totals,
    TreeView, explore, explore_in, line,
};
pub use proof::{Diamond, Neighbours, Proof, Sets, Third};
pub use stage::tree::Toward;
pub use unfolding::Unfolding;
