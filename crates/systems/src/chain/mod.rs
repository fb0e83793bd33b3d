//! # Chains of blocks
//!
//! A block is a header of 80 bytes and what it stands for; a header names the one before by its hash, so that the last
//! header vouches for all. With proof of work (Nakamoto, *Bitcoin: A Peer-to-Peer Electronic Cash System*, 2008, section
//! 4) the hash, read as a number, must not be above a target. The chain that counts is the one with the most work in it:
//! not the longest, and of two with the same work the one that was seen first.
//!
//! - `hash`: SHA-256 twice, and the 32 bytes that come of it;
//! - `header`: the header as it is hashed;
//! - `target`: targets in 32 bits and in 256, difficulty, work, and how the target follows the time that blocks take;
//! - `merkle`: one hash for all transactions of a block;
//! - `mine`: the search for a nonce;
//! - [`hand`]: a few blocks to change by hand;
//! - `tree`: every block that is known, and which of them count;
//! - `transaction`: payments, signed, and who has how much;
//! - `block`: a block with everything before it, and what is wrong with it;
//! - `leaves`: the blocks that a node knows;
//! - `work`: the network that finds blocks by work, and those who attack it;
//! - `stake`: the network whose blocks are drawn by deposit and settled by votes;
//! - `audit`: a file of real headers, verified line by line;
//! - `network`: the first header of the main network, and of others;
//! - `picture`: the tree of blocks, for both;
//! - [`odds`]: what an attacker can hope for.

mod audit;
mod block;
pub mod hand;
mod hash;
mod header;
mod leaves;
mod merkle;
mod mine;
mod network;
pub mod odds;
mod picture;
pub mod stake;
mod target;
#[cfg(test)]
mod tests;
mod transaction;
mod tree;
pub mod work;

pub use audit::{Audit, Fault, audit};
pub use block::{Block, Content, Flaws, Terms, found};
pub use hash::{Hash, double};
pub use header::Header;
pub use leaves::Leaves;
pub use merkle::root;
pub use mine::Search;
pub use target::{Compact, PERIOD, Target, Work, difficulty, log2, retarget};
pub use transaction::{Account, Ledger, Note, Payment, Unpaid, Wallet};
pub use tree::{Change, Tree};
