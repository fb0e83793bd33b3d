//! Types that look right and are not: each breaks a law.

use std::collections::{BTreeMap, BTreeSet};

use super::registers::{shown, writes};
use super::sets::changes;
use super::{Agent, Replicated, Update, VisibleValue};
use crate::crdt::update::{Content, Element};

/// A counter that adds up what it hears: it counts again what it hears again.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddingCounter(pub i64);

impl Replicated for AddingCounter {
    const NAME: &'static str = "counter that adds";

    fn updates() -> Vec<Update> {
        vec![Update::Count(true)]
    }

    fn update(&mut self, _: Agent, update: &Update) {
        if let Update::Count(up) = update {
            self.0 = self.0.saturating_add(if *up { 1 } else { -1 });
        }
    }

    fn join(&self, other: &Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    fn value(&self) -> VisibleValue {
        VisibleValue::Number(self.0)
    }

    fn weight(&self) -> usize {
        4
    }
}

/// A register in which the last write wins, and of two that are equally late one's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TiedRegister(pub (u32, Content));

impl Replicated for TiedRegister {
    const NAME: &'static str = "LWW-Register without a tie-break";

    fn updates() -> Vec<Update> {
        writes()
    }

    fn update(&mut self, _: Agent, update: &Update) {
        if let Update::Write(content) = update {
            self.0 = (self.0.0 + 1, *content);
        }
    }

    fn join(&self, other: &Self) -> Self {
        if other.0.0 > self.0.0 { other.clone() } else { self.clone() }
    }

    fn value(&self) -> VisibleValue {
        shown(self.0.1)
    }

    fn weight(&self) -> usize {
        4 + 1
    }
}

/// A register by the clock on the wall, and the clocks differ: replica 0 is ahead. A write that has seen another may count
/// as the earlier one.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SkewedRegister {
    /// By the clock of the writer, who, and what.
    pub write: (u32, Agent, Content),
    /// How often this replica's clock has ticked.
    pub ticks: u32,
}

impl Replicated for SkewedRegister {
    const NAME: &'static str = "register by wall clocks";

    fn updates() -> Vec<Update> {
        writes()
    }

    fn update(&mut self, by: Agent, update: &Update) {
        if let Update::Write(content) = update {
            self.ticks += 1;
            let ahead = if by == 0 { 10 } else { 0 };
            self.write = (self.ticks + ahead, by, *content);
        }
    }

    fn join(&self, other: &Self) -> Self {
        Self { write: self.write.max(other.write), ticks: self.ticks.max(other.ticks) }
    }

    fn value(&self) -> VisibleValue {
        shown(self.write.2)
    }

    fn weight(&self) -> usize {
        4 + 1 + 1
    }
}

/// A set in which a removal takes an element away whoever added it, seen or not, until it is added again.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnobservedSet {
    /// Who added each element.
    pub added: BTreeMap<Element, BTreeSet<Agent>>,
    /// What was removed.
    pub removed: BTreeSet<Element>,
}

impl Replicated for UnobservedSet {
    const NAME: &'static str = "set that removes what it has not seen";

    fn updates() -> Vec<Update> {
        changes()
    }

    fn update(&mut self, by: Agent, update: &Update) {
        match update {
            Update::Add(element) => {
                self.removed.remove(element);
                self.added.entry(*element).or_default().insert(by);
            }
            Update::Remove(element) => {
                self.added.remove(element);
                self.removed.insert(*element);
            }
            Update::Count(_) | Update::Write(_) | Update::Put(..) | Update::Splice { .. } => {}
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

    fn value(&self) -> VisibleValue {
        VisibleValue::Set(self.added.keys().copied().collect())
    }

    fn weight(&self) -> usize {
        self.added.values().map(|by| 1 + by.len()).sum::<usize>() + self.removed.len()
    }
}
