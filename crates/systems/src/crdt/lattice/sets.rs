//! Sets (Shapiro and others 2011, section 3.3).

use std::collections::{BTreeMap, BTreeSet};

use super::{Agent, Replicated, Update, VisibleValue};
use crate::crdt::dots::{Dot, Dots};
use crate::crdt::update::Element;

/// A set that only grows.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GSet(pub BTreeSet<Element>);

impl Replicated for GSet {
    const NAME: &'static str = "G-Set";

    fn updates() -> Vec<Update> {
        vec![Update::Add(0), Update::Add(1)]
    }

    fn update(&mut self, by: Agent, update: &Update) {
        *self = self.join(&self.delta(by, update));
    }

    fn delta(&self, _: Agent, update: &Update) -> Self {
        if let Update::Add(element) = update { Self(BTreeSet::from([*element])) } else { Self::default() }
    }

    fn join(&self, other: &Self) -> Self {
        Self(&self.0 | &other.0)
    }

    fn value(&self) -> VisibleValue {
        VisibleValue::Set(self.0.iter().copied().collect())
    }

    fn weight(&self) -> usize {
        self.0.len()
    }
}

/// What is done to sets from which elements can be removed.
pub(super) fn changes() -> Vec<Update> {
    vec![Update::Add(0), Update::Remove(0), Update::Add(1)]
}

/// A set from which an element can be removed once and for all: what was removed cannot be added again.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TwoPhaseSet {
    /// Ever added.
    pub added: GSet,
    /// Ever removed.
    pub removed: GSet,
}

impl TwoPhaseSet {
    /// Whether the element is there.
    #[must_use]
    pub fn contains(&self, element: Element) -> bool {
        self.added.0.contains(&element) && !self.removed.0.contains(&element)
    }
}

impl Replicated for TwoPhaseSet {
    const NAME: &'static str = "2P-Set";

    fn updates() -> Vec<Update> {
        changes()
    }

    fn update(&mut self, by: Agent, update: &Update) {
        *self = self.join(&self.delta(by, update));
    }

    /// Only what is there can be removed.
    fn delta(&self, _: Agent, update: &Update) -> Self {
        let one = |element: &Element| GSet(BTreeSet::from([*element]));
        match update {
            Update::Add(element) => Self { added: one(element), removed: GSet::default() },
            Update::Remove(element) if self.contains(*element) => {
                Self { added: GSet::default(), removed: one(element) }
            }
            Update::Remove(_)
            | Update::Count(_)
            | Update::Write(_)
            | Update::Put(..)
            | Update::Splice { .. } => Self::default(),
        }
    }

    fn join(&self, other: &Self) -> Self {
        Self { added: self.added.join(&other.added), removed: self.removed.join(&other.removed) }
    }

    fn value(&self) -> VisibleValue {
        VisibleValue::Set(self.added.0.difference(&self.removed.0).copied().collect())
    }

    fn weight(&self) -> usize {
        self.added.weight() + self.removed.weight()
    }
}

/// A set in which an addition wins over a removal that has not seen it: each addition has a tag of its own, and a removal
/// takes the tags that it sees (optimized, with the tags that were seen in the place of tombstones: Bieniusa and others,
/// INRIA RR-8083, 2012).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrSet {
    /// The tags of each element.
    pub tags: BTreeMap<Element, BTreeSet<Dot>>,
    /// The tags that were seen, whether they are still there or not.
    pub seen: Dots,
}

impl Replicated for OrSet {
    const NAME: &'static str = "OR-Set";

    fn updates() -> Vec<Update> {
        changes()
    }

    fn update(&mut self, by: Agent, update: &Update) {
        *self = self.join(&self.delta(by, update));
    }

    fn delta(&self, by: Agent, update: &Update) -> Self {
        let mut delta = Self::default();
        let (Update::Add(element) | Update::Remove(element)) = update else { return delta };
        for &tag in self.tags.get(element).into_iter().flatten() {
            delta.seen.add(tag);
        }
        if let Update::Add(_) = update {
            let tag = self.seen.next(by);
            delta.seen.add(tag);
            delta.tags.insert(*element, BTreeSet::from([tag]));
        }
        delta
    }

    fn join(&self, other: &Self) -> Self {
        let mut tags: BTreeMap<Element, BTreeSet<Dot>> = BTreeMap::new();
        for (one, against) in [(self, other), (other, self)] {
            for (&element, known) in &one.tags {
                // What the other has seen and does not have was removed there.
                let there = against.tags.get(&element);
                let stays = |tag: &Dot| {
                    !against.seen.contains(*tag) || there.is_some_and(|there| there.contains(tag))
                };
                let kept: Vec<Dot> = known.iter().copied().filter(stays).collect();
                if !kept.is_empty() {
                    tags.entry(element).or_default().extend(kept);
                }
            }
        }
        let mut seen = self.seen.clone();
        seen.join(&other.seen);
        Self { tags, seen }
    }

    fn value(&self) -> VisibleValue {
        VisibleValue::Set(self.tags.keys().copied().collect())
    }

    fn weight(&self) -> usize {
        self.tags.values().map(|tags| 1 + tags.len() * (1 + 4)).sum::<usize>() + self.seen.weight()
    }
}
