//! One shopping cart, kept as objects of several types at once.

use std::collections::BTreeSet;

use super::registers::{Version, latest, version_weight, write};
use super::sets::changes;
use super::{Agent, GSet, LwwMap, OrSet, Replicated, TwoPhaseSet, Update, VisibleValue};
use crate::crdt::update::Element;

/// A register that holds the whole cart and keeps concurrent writes, which a reader merges by their union: what was
/// removed from one of them comes back out of another (DeCandia and others, *Dynamo*, SOSP 2007, section 4.4).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnionCart {
    /// Each with what it had seen, itself among that; in order.
    pub writes: Vec<(Version, BTreeSet<Element>)>,
}

impl UnionCart {
    fn union(&self) -> BTreeSet<Element> {
        self.writes.iter().flat_map(|(_, cart)| cart).copied().collect()
    }
}

impl Replicated for UnionCart {
    const NAME: &'static str = "register, merged by union";

    fn updates() -> Vec<Update> {
        changes()
    }

    fn update(&mut self, by: Agent, update: &Update) {
        *self = self.join(&self.delta(by, update));
    }

    fn delta(&self, by: Agent, update: &Update) -> Self {
        let mut cart = self.union();
        match update {
            Update::Add(element) => {
                cart.insert(*element);
            }
            Update::Remove(element) => {
                cart.remove(element);
            }
            Update::Count(_) | Update::Write(_) | Update::Put(..) | Update::Splice { .. } => {
                return Self::default();
            }
        }
        Self { writes: vec![write(&self.writes, by, cart)] }
    }

    fn join(&self, other: &Self) -> Self {
        Self { writes: latest(&self.writes, &other.writes) }
    }

    fn value(&self) -> VisibleValue {
        VisibleValue::Set(self.union().into_iter().collect())
    }

    fn weight(&self) -> usize {
        self.writes.iter().map(|(version, cart)| version_weight(version) + cart.len()).sum()
    }
}

/// The same cart as objects of five types. What is done to it is done to each; a product of lattices is a lattice.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cart {
    /// From which nothing can be removed.
    pub grow: GSet,
    /// To which nothing comes back.
    pub two_phase: TwoPhaseSet,
    /// Whose siblings are merged by union.
    pub union: UnionCart,
    /// In which the last of additions and removals counts.
    pub last: LwwMap,
    /// In which additions win.
    pub observed: OrSet,
}

impl Cart {
    /// The names of the types, in the order of [`Cart::all`].
    pub const NAMES: [&str; 5] = ["G-Set", "2P-Set", "Union", "LWW", "OR-Set"];

    /// What each of them shows.
    #[must_use]
    pub fn all(&self) -> [Vec<Element>; 5] {
        let last = |key: &Element| self.last.0.get(key).is_some_and(|register| register.content() != 0);
        [
            self.grow.0.iter().copied().collect(),
            self.two_phase.added.0.difference(&self.two_phase.removed.0).copied().collect(),
            self.union.union().into_iter().collect(),
            self.last.0.keys().copied().filter(last).collect(),
            self.observed.tags.keys().copied().collect(),
        ]
    }
}

/// The same for a map: an element is there if something stands under it.
fn put(update: &Update) -> Option<Update> {
    match update {
        Update::Add(element) => Some(Update::Put(*element, 1)),
        Update::Remove(element) => Some(Update::Put(*element, 0)),
        Update::Count(_) | Update::Write(_) | Update::Put(..) | Update::Splice { .. } => None,
    }
}

impl Replicated for Cart {
    const NAME: &'static str = "shopping cart";

    fn updates() -> Vec<Update> {
        changes()
    }

    fn update(&mut self, by: Agent, update: &Update) {
        *self = self.join(&self.delta(by, update));
    }

    fn delta(&self, by: Agent, update: &Update) -> Self {
        Self {
            grow: self.grow.delta(by, update),
            two_phase: self.two_phase.delta(by, update),
            union: self.union.delta(by, update),
            last: put(update).map(|put| self.last.delta(by, &put)).unwrap_or_default(),
            observed: self.observed.delta(by, update),
        }
    }

    fn join(&self, other: &Self) -> Self {
        Self {
            grow: self.grow.join(&other.grow),
            two_phase: self.two_phase.join(&other.two_phase),
            union: self.union.join(&other.union),
            last: self.last.join(&other.last),
            observed: self.observed.join(&other.observed),
        }
    }

    fn value(&self) -> VisibleValue {
        VisibleValue::Carts(Self::NAMES.into_iter().zip(self.all()).collect())
    }

    fn weight(&self) -> usize {
        self.grow.weight()
            + self.two_phase.weight()
            + self.union.weight()
            + self.last.weight()
            + self.observed.weight()
    }
}
