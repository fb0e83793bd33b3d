//! Types whose states are joined (Shapiro and others 2011, section 2.1: state-based objects).
//!
//! A state can only grow, in an order of its own, and two states have a least one above both, their *join*. Replicas send
//! each other whole states, as often as they like, in any order; whoever has joined the same updates has the same state.
//! For that the join must be commutative, associative and idempotent, and an update must not take a state down. [`laws`]
//! tries all short histories of a type and finds the shortest one that breaks a law, if there is one; [`broken`] has
//! types for which there is.

mod broken;
mod cart;
mod counters;
mod laws;
mod registers;
mod sets;
#[cfg(test)]
mod tests;

use std::fmt::Debug;
use std::hash::Hash;

pub use broken::{AddingCounter, SkewedRegister, TiedRegister, UnobservedSet};
pub use cart::{Cart, UnionCart};
pub use counters::{GCounter, PnCounter};
pub use laws::{Breach, HistoryStep, Law, TRIED, Tried, laws, try_laws};
pub use registers::{LwwMap, LwwRegister, MvRegister, Version};
pub use sets::{GSet, OrSet, TwoPhaseSet};

use super::update::{Update, VisibleValue};

/// A replica, by number.
pub type Agent = u8;

/// A replicated type, as the state of one replica.
pub trait Replicated: Clone + Debug + Default + Ord + Hash + 'static {
    /// Its name, as in the literature.
    const NAME: &'static str;

    /// A few updates, enough to meet everything that matters.
    fn updates() -> Vec<Update>;

    /// A replica updates its own state.
    fn update(&mut self, by: Agent, update: &Update);

    /// The part of the state after an update that is new: joined with the state before, it is the state after it (a
    /// delta-mutator: Almeida, Shoker and Baquero, *Delta state replicated data types*, 2018, section 3).
    #[must_use]
    fn delta(&self, by: Agent, update: &Update) -> Self {
        let mut after = self.clone();
        after.update(by, update);
        after
    }

    /// The least state above both.
    #[must_use]
    fn join(&self, other: &Self) -> Self;

    /// What is to be seen.
    fn value(&self) -> VisibleValue;

    /// How many bytes the state takes when it is sent: one for a replica, an element or a content, four for a number.
    fn weight(&self) -> usize;

    /// Whether the other one has all that this one has.
    fn below(&self, other: &Self) -> bool {
        self.join(other) == *other
    }
}
