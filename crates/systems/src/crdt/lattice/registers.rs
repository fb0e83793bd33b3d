//! Registers and a map (Shapiro and others 2011, section 3.2).

use std::collections::BTreeMap;

use super::{Agent, Replicated, Update, VisibleValue};
use crate::crdt::update::{Content, Element};

/// A register in which the last write wins: later by Lamport's clock, and of equally late ones that of the higher replica,
/// so that any two writes are in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LwwRegister {
    /// Clock, writer and what was written; nothing yet at clock 0.
    pub write: (u32, Agent, Content),
}

impl LwwRegister {
    fn next(&self, by: Agent, content: Content) -> Self {
        Self { write: (self.write.0 + 1, by, content) }
    }

    /// What stands there; 0 before the first write.
    pub(super) fn content(&self) -> Content {
        self.write.2
    }
}

/// What a register shows.
pub(super) fn shown(content: Content) -> VisibleValue {
    VisibleValue::Contents(if content == 0 { Vec::new() } else { vec![content] })
}

/// What is done to registers.
pub(super) fn writes() -> Vec<Update> {
    vec![Update::Write(1), Update::Write(2)]
}

impl Replicated for LwwRegister {
    const NAME: &'static str = "LWW-Register";

    fn updates() -> Vec<Update> {
        writes()
    }

    fn update(&mut self, by: Agent, update: &Update) {
        if let Update::Write(content) = update {
            *self = self.next(by, *content);
        }
    }

    fn join(&self, other: &Self) -> Self {
        Self { write: self.write.max(other.write) }
    }

    fn value(&self) -> VisibleValue {
        shown(self.content())
    }

    fn weight(&self) -> usize {
        if self.write.0 == 0 { 0 } else { 4 + 1 + 1 }
    }
}

/// Of each replica, how many of its writes were seen.
pub type Version = BTreeMap<Agent, u32>;

fn covers(one: &Version, other: &Version) -> bool {
    other.iter().all(|(agent, count)| one.get(agent).is_some_and(|known| known >= count))
}

/// Writes of which none has seen another, each with what it had seen, itself among that; in order.
pub(super) type Writes<C> = Vec<(Version, C)>;

/// A write that has seen all of these.
pub(super) fn write<C>(writes: &Writes<C>, by: Agent, content: C) -> (Version, C) {
    let mut version = Version::new();
    for (seen, _) in writes {
        for (&agent, &count) in seen {
            let known = version.entry(agent).or_default();
            *known = count.max(*known);
        }
    }
    *version.entry(by).or_default() += 1;
    (version, content)
}

/// Those of both that no other has seen.
pub(super) fn latest<C: Clone + Ord>(one: &Writes<C>, other: &Writes<C>) -> Writes<C> {
    let unseen = |of: &Writes<C>, against: &Writes<C>| {
        let writes = of.iter().filter(|(version, _)| {
            !against.iter().any(|(later, _)| later != version && covers(later, version))
        });
        writes.cloned().collect::<Vec<_>>()
    };
    let mut writes = unseen(one, other);
    writes.extend(unseen(other, one));
    writes.sort();
    writes.dedup();
    writes
}

pub(super) fn version_weight(version: &Version) -> usize {
    version.len() * (1 + 4)
}

/// A register that keeps all writes of which none has seen the other.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MvRegister {
    /// Each with what it had seen, itself among that; in order.
    pub writes: Vec<(Version, Content)>,
}

impl Replicated for MvRegister {
    const NAME: &'static str = "MV-Register";

    fn updates() -> Vec<Update> {
        writes()
    }

    fn update(&mut self, by: Agent, update: &Update) {
        *self = self.join(&self.delta(by, update));
    }

    fn delta(&self, by: Agent, update: &Update) -> Self {
        let Update::Write(content) = update else { return Self::default() };
        Self { writes: vec![write(&self.writes, by, *content)] }
    }

    fn join(&self, other: &Self) -> Self {
        Self { writes: latest(&self.writes, &other.writes) }
    }

    fn value(&self) -> VisibleValue {
        let mut values: Vec<Content> = self.writes.iter().map(|write| write.1).collect();
        values.sort_unstable();
        values.dedup();
        VisibleValue::Contents(values)
    }

    fn weight(&self) -> usize {
        self.writes.iter().map(|(version, _)| version_weight(version) + 1).sum()
    }
}

/// A map of registers in which the last write wins; to remove a key is to write nothing into it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LwwMap(pub BTreeMap<Element, LwwRegister>);

impl Replicated for LwwMap {
    const NAME: &'static str = "LWW-Map";

    fn updates() -> Vec<Update> {
        vec![Update::Put(0, 1), Update::Put(0, 0), Update::Put(1, 1)]
    }

    fn update(&mut self, by: Agent, update: &Update) {
        *self = self.join(&self.delta(by, update));
    }

    fn delta(&self, by: Agent, update: &Update) -> Self {
        let Update::Put(key, content) = update else { return Self::default() };
        let before = self.0.get(key).cloned().unwrap_or_default();
        Self(BTreeMap::from([(*key, before.next(by, *content))]))
    }

    fn join(&self, other: &Self) -> Self {
        let mut both = self.0.clone();
        for (key, register) in &other.0 {
            let known = both.entry(*key).or_default();
            *known = known.join(register);
        }
        Self(both)
    }

    fn value(&self) -> VisibleValue {
        let values = self.0.iter().map(|(&key, register)| (key, register.content()));
        VisibleValue::Map(values.filter(|(_, content)| *content != 0).collect())
    }

    fn weight(&self) -> usize {
        self.0.values().map(|register| 1 + register.weight()).sum()
    }
}
