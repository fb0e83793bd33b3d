//! A sequence of characters that several replicas edit at once.
//!
//! Every character has a name that nobody else gives: who typed it, and the how many-th of theirs it is. A deleted
//! character leaves a tombstone, since others may have typed beside it. All replicas hold the characters in the same
//! order; where two were typed at the same place at the same time, a rule says which comes first:
//!
//! - [`Kind::Rga`] (Roh, Jeon, Kim and Lee, *Replicated abstract data types: Building blocks for collaborative
//!   applications*, JPDC 71(3), 2011): a character names the one to its left. Of those that name the same, later ones
//!   stand further left, by Lamport's clocks; of equally late ones that of the lower replica. Two people who type
//!   backwards at the same place get their characters mixed.
//! - [`Kind::Fugue`] (Weidner and Kleppmann, *The Art of the Fugue: Minimizing Interleaving in Collaborative Text
//!   Editing*, IEEE TPDS 36(11), 2025): it also names the one to its right. Of those between the same two, that of the
//!   lower replica comes first; what was typed beside one of them stays with it, on either side, so that what one person
//!   typed at a place stays together.
//!
//! Characters typed in a row are one *span*, also in what is sent. Spans stand in the leaves of a tree ([`tree`]) that
//! counts what is below, so that a place is found in logarithmic time, by its number or by a character's name.

mod cells;
mod replica;
#[cfg(test)]
mod tests;
mod tree;

pub use cells::Cell;
pub use replica::{Kind, Operation, Refusal, Replica};
pub use tree::Id;
