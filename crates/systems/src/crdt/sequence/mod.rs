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
//!   Editing*, IEEE TPDS 36(11), 2025): it also names the one to its right. The characters are a tree that is read from left
//!   to right, in which each is a child of one of the two, on its side: what is typed beside a character stays with it.
//!   Of children on the same side that of the lower replica comes first.
//! - [`Kind::FugueMax`] (the same paper): of children on the right side, that comes first which had the character furthest to
//!   the right on its right. The authors prove that this is *maximally non-interleaving*: two passages that were typed at
//!   the same time are mixed only where what stands to the left, and then to the right, of their characters forces it.
//!   With Fugue there is one more case: where three people or more type, a character can be parted from the one on its right.
//!
//! Characters typed in a row are one *span*, also in what is sent. Spans stand in the leaves of a tree ([`tree`]) that
//! counts what is below, so that a place is found in logarithmic time, by its number or by a character's name.

mod cells;
mod place;
mod replica;
#[cfg(test)]
mod tests;
mod tree;

pub use cells::{Beside, Cell};
pub use replica::{Kind, Operation, Refusal, Replica};
pub use tree::Id;
