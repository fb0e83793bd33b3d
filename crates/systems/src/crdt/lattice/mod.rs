//! Types whose states are joined (Shapiro and others 2011, section 2.1: state-based objects).
//!
//! A state can only grow, in an order of its own, and two states have a least one above both, their *join*. Replicas send
//! each other whole states, as often as they like, in any order; whoever has joined the same updates has the same state.
//! For that the join must be commutative, associative and idempotent, and an update must not take a state down. [`laws`]
//! tries all short histories of a type and finds the shortest one that breaks a law, if there is one; [`broken`] has
//! types for which there is.

mod broken;
mod counters;
mod laws;
mod registers;
mod sets;
#[cfg(test)]
mod tests;

use std::fmt::Debug;

pub use broken::{AddingCounter, SkewedRegister, TiedRegister, UnobservedSet};
pub use counters::{GCounter, PnCounter};
pub use laws::{Breach, Law, Step, laws};
pub use registers::{Content, LwwMap, LwwRegister, MvRegister, Version};
pub use sets::{Change, Element, GSet, OrSet, Tag, TwoPhaseSet};

/// A replica, by number.
pub type Agent = u8;

/// A replicated type, as the state of one replica.
pub trait Replicated: Clone + Debug + Default + PartialEq {
    /// What a reader of it can do.
    type Update: Clone + Debug + PartialEq + 'static;
    /// What a reader of it sees.
    type Value: Debug + PartialEq;

    /// Its name, as in the literature.
    const NAME: &'static str;

    /// A few updates, enough to meet everything that matters.
    fn updates() -> Vec<Self::Update>;

    /// A replica updates its own state.
    fn update(&mut self, by: Agent, update: &Self::Update);

    /// The least state above both.
    #[must_use]
    fn join(&self, other: &Self) -> Self;

    /// What is to be seen.
    fn value(&self) -> Self::Value;

    /// Whether the other one has all that this one has.
    fn below(&self, other: &Self) -> bool {
        self.join(other) == *other
    }
}
