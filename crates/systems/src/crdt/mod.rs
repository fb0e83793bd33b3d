//! # Replicated data types that converge
//!
//! Replicas change their state without asking anybody and tell each other later. If the order in which changes arrive
//! makes no difference, replicas that have seen the same changes have the same state (Shapiro, Preguiça, Baquero and
//! Zawirski, *A comprehensive study of Convergent and Commutative Replicated Data Types*, INRIA RR-7506, 2011).
//!
//! - `lattice`: counters, sets and registers whose states are joined, and the laws that this takes;
//! - `sequence`: text that several people write at once;
//! - `replication`: replicas of any of them, in three forms, and the rooms;
//! - `trace`: what people really typed, replayed;
//! - `update`, `dots`: what is done, what is seen of it, and by whom.

pub mod dots;
pub mod lattice;
pub mod replication;
pub mod sequence;
pub mod trace;
pub mod update;
