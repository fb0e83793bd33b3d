//! Sets (Shapiro and others 2011, section 3.3).

use std::collections::{BTreeMap, BTreeSet};

use super::{Agent, Replicated};

/// What is in the sets of the laws.
pub type Element = u8;

/// A set that only grows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GSet(pub BTreeSet<Element>);

impl Replicated for GSet {
    type Update = Element;
    type Value = Vec<Element>;
    const NAME: &'static str = "G-Set";

    fn updates() -> Vec<Element> {
        vec![0, 1]
    }

    fn update(&mut self, _: Agent, element: &Element) {
        self.0.insert(*element);
    }

    fn join(&self, other: &Self) -> Self {
        Self(&self.0 | &other.0)
    }

    fn value(&self) -> Vec<Element> {
        self.0.iter().copied().collect()
    }
}

/// What is done to a set: an element is added (`true`) or removed.
pub type Change = (Element, bool);

/// A set from which an element can be removed once and for all: what was removed cannot be added again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TwoPhaseSet {
    /// Ever added.
    pub added: GSet,
    /// Ever removed.
    pub removed: GSet,
}

impl Replicated for TwoPhaseSet {
    type Update = Change;
    type Value = Vec<Element>;
    const NAME: &'static str = "2P-Set";

    fn updates() -> Vec<Change> {
        vec![(0, true), (0, false), (1, true)]
    }

    /// Only what is there can be removed.
    fn update(&mut self, by: Agent, &(element, add): &Change) {
        if add {
            self.added.update(by, &element);
        } else if self.value().contains(&element) {
            self.removed.update(by, &element);
        }
    }

    fn join(&self, other: &Self) -> Self {
        Self { added: self.added.join(&other.added), removed: self.removed.join(&other.removed) }
    }

    fn value(&self) -> Vec<Element> {
        (&self.added.0 - &self.removed.0).into_iter().collect()
    }
}

/// The name of an addition: who, and the how many-th of theirs.
pub type Tag = (Agent, u32);

/// A set in which an addition wins over a removal that has not seen it: each addition has a tag of its own, and a removal
/// takes the tags that it sees (optimized, with a version vector in the place of tombstones: Bieniusa and others, INRIA
/// RR-8083, 2012).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrSet {
    /// The tags of each element.
    pub tags: BTreeMap<Element, BTreeSet<Tag>>,
    /// Of each replica, how many of its additions were seen.
    pub seen: BTreeMap<Agent, u32>,
}

impl Replicated for OrSet {
    type Update = Change;
    type Value = Vec<Element>;
    const NAME: &'static str = "OR-Set";

    fn updates() -> Vec<Change> {
        vec![(0, true), (0, false), (1, true)]
    }

    fn update(&mut self, by: Agent, &(element, add): &Change) {
        if add {
            let count = self.seen.entry(by).or_default();
            *count += 1;
            self.tags.insert(element, BTreeSet::from([(by, *count)]));
        } else {
            self.tags.remove(&element);
        }
    }

    fn join(&self, other: &Self) -> Self {
        let mut tags: BTreeMap<Element, BTreeSet<Tag>> = BTreeMap::new();
        for (one, against) in [(self, other), (other, self)] {
            for (&element, known) in &one.tags {
                // What the other has seen and does not have was removed there.
                let there = against.tags.get(&element);
                let kept = known.iter().copied().filter(|tag| {
                    let seen = against.seen.get(&tag.0).is_some_and(|&count| tag.1 <= count);
                    !seen || there.is_some_and(|there| there.contains(tag))
                });
                let kept: Vec<Tag> = kept.collect();
                if !kept.is_empty() {
                    tags.entry(element).or_default().extend(kept);
                }
            }
        }
        let mut seen = self.seen.clone();
        for (&agent, &count) in &other.seen {
            let known = seen.entry(agent).or_default();
            *known = count.max(*known);
        }
        Self { tags, seen }
    }

    fn value(&self) -> Vec<Element> {
        self.tags.keys().copied().collect()
    }
}
