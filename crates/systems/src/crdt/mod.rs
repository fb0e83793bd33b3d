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
//!
//! # How it is made, and why
//!
//! `crdt::lattice` has the types as states that are joined, with their deltas, and the laws; `crdt::sequence` text as
//! operations. `crdt::replication` is one `Protocol` for all of them (`Object`, `Type`: enumerations by a macro, since a state must
//! be a plain value) in three forms: states, operations in causal order, deltas with acknowledgements. The four rooms differ in
//! the types that they offer, and share all code, so they are one part of the page.
//!
//! `meaning` says what a replica must show by the updates that it has seen and by what those had seen, without any state or
//! message; the property *Specification* compares. A monitor keeps the updates for it, by name and not by order, so that a search
//! does not tell orders of concurrent updates apart. Bytes by form and the lattice are computed from that history where they are
//! drawn: each set of updates that can have been seen gives a state, and a replica stands where its set is. A text is not in the
//! history; it is compared as its characters with all that is beside them, and its copies share what they hold.
//!
//! The laws of a type are tried when the picture is first drawn, and kept: on all histories of a few sizes, and
//! the picture says which. A text knows three algorithms (RGA, Fugue, FugueMax); the tree of the last two is not kept, since
//! what stood beside a character says where it is in it. The windows to type into are
//! elements over the picture, not part of it: each keystroke is an intervention (`kernel::Gesture::Type`), so a link holds what was
//! typed.

pub mod dots;
pub mod lattice;
pub mod replication;
pub mod sequence;
pub mod trace;
pub mod update;
