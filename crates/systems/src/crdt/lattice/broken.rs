//! Types that look right and are not: each breaks a law.

use std::collections::{BTreeMap, BTreeSet};

use super::registers::Content;
use super::sets::{Change, Element};
use super::{Agent, Replicated};

/// A counter that adds up what it hears: it counts again what it hears again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddingCounter(pub u64);

impl Replicated for AddingCounter {
    type Update = ();
    type Value = u64;
    const NAME: &'static str = "counter that adds";

    fn updates() -> Vec<()> {
        vec![()]
    }

    fn update(&mut self, _: Agent, (): &()) {
        self.0 += 1;
    }

    fn join(&self, other: &Self) -> Self {
        Self(self.0 + other.0)
    }

    fn value(&self) -> u64 {
        self.0
    }
}

/// A register in which the last write wins, and of two that are equally late one's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TiedRegister(pub (u32, Content));

impl Replicated for TiedRegister {
    type Update = Content;
    type Value = Content;
    const NAME: &'static str = "LWW-Register without a tie-break";

    fn updates() -> Vec<Content> {
        vec![1, 2]
    }

    fn update(&mut self, _: Agent, content: &Content) {
        self.0 = (self.0.0 + 1, *content);
    }

    fn join(&self, other: &Self) -> Self {
        if other.0.0 > self.0.0 { other.clone() } else { self.clone() }
    }

    fn value(&self) -> Content {
        self.0.1
    }
}

/// A register by the clock on the wall, and the clocks differ: replica 0 is ahead. A write that has seen another may count
/// as the earlier one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SkewedRegister {
    /// By the clock of the writer, who, and what.
    pub write: (u32, Agent, Content),
    /// How often this replica's clock has ticked.
    pub ticks: u32,
}

impl Replicated for SkewedRegister {
    type Update = Content;
    type Value = Content;
    const NAME: &'static str = "register by wall clocks";

    fn updates() -> Vec<Content> {
        vec![1, 2]
    }

    fn update(&mut self, by: Agent, content: &Content) {
        self.ticks += 1;
        let ahead = if by == 0 { 10 } else { 0 };
        self.write = (self.ticks + ahead, by, *content);
    }

    fn join(&self, other: &Self) -> Self {
        Self { write: self.write.max(other.write), ticks: self.ticks.max(other.ticks) }
    }

    fn value(&self) -> Content {
        self.write.2
    }
}

/// A set in which a removal takes an element away whoever added it, seen or not, until it is added again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnobservedSet {
    /// Who added each element.
    pub added: BTreeMap<Element, BTreeSet<Agent>>,
    /// What was removed.
    pub removed: BTreeSet<Element>,
}

impl Replicated for UnobservedSet {
    type Update = Change;
    type Value = Vec<Element>;
    const NAME: &'static str = "set that removes what it has not seen";

    fn updates() -> Vec<Change> {
        vec![(0, true), (0, false), (1, true)]
    }

    fn update(&mut self, by: Agent, &(element, add): &Change) {
        if add {
            self.removed.remove(&element);
            self.added.entry(element).or_default().insert(by);
        } else {
            self.added.remove(&element);
            self.removed.insert(element);
        }
    }

    fn join(&self, other: &Self) -> Self {
        let removed = &self.removed | &other.removed;
        let mut added = self.added.clone();
        for (&element, by) in &other.added {
            added.entry(element).or_default().extend(by);
        }
        added.retain(|element, _| !removed.contains(element));
        Self { added, removed }
    }

    fn value(&self) -> Vec<Element> {
        self.added.keys().copied().collect()
    }
}
