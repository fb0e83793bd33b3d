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
//!
//! # How it is made, and why
//!
//! A `Block` holds the one before it, and what is true of it for ever is found when it is made: its hash, the work up to it,
//! the balances after it, and whatever is wrong with it (`Flaws`; which flaws a node refuses is a matter of its rules). So all
//! nodes share one tree in memory, and a node keeps only the ends of what it has heard of (`Leaves`); that a block is there does
//! not mean that a node knows it. A pointer further back makes the way to an ancestor short. Values of a state need no serde
//! ([`kernel::Value`]): only what events say is ever written.
//!
//! Time reaches miners as the ticks of a timer of their own, where targets follow the time; elsewhere a header's time is what
//! it would be if every block took as long as it should. A header that is dated more than twelve blocks ahead of a node's clock
//! (two hours in Bitcoin) is refused until its time comes near. A node that comes back asks its neighbors for the time, since its
//! clock stood still, and for the latest blocks. To look for a block is a timer of exponential delay, set anew only
//! where the target changes, since the wait has no memory. A search knows no shares of hashes: there `minority` says how many
//! blocks an attacker may find. In the search of proof of stake the blocks are given and validators only vote
//! (`chain/stake/ballot.rs`): honest ones for any link that breaks no rule, and the votes of faulty ones are there from the
//! start, so that what holds covers whatever they tell whom.
//!
//! Blocks of proof of stake carry votes, proofs of offences and exits (`Record`), and each block has what all of them up to it say
//! of the deposits (`Deposits`): what a vote weighs is a matter of its branch, and never of what a node has heard. Validators
//! keep votes for as many epochs behind the last final checkpoint as a deposit stays locked after an exit; the monitor keeps all,
//! so accountable safety is asked of all votes ever given.
//!
//! `chain::Search` tries nonces: natively with the library's compression function, on WebAssembly four side by side in
//! functions that alone switch `simd128` on.

mod audit;
mod block;
pub mod by_hand;
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
