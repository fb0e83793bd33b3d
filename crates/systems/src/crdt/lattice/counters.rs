//! Counters (Shapiro and others 2011, sections 3.1.2 and 3.1.3).

use std::collections::BTreeMap;

use super::{Agent, Replicated, Update, VisibleValue};

/// A counter that only grows: how often each replica has counted. The join takes the larger number of each.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GCounter(pub BTreeMap<Agent, u64>);

impl GCounter {
    /// How often all have counted.
    #[must_use]
    pub fn sum(&self) -> u64 {
        self.0.values().sum()
    }

    /// Once more by this replica: its number alone.
    fn next(&self, by: Agent) -> Self {
        Self(BTreeMap::from([(by, self.0.get(&by).copied().unwrap_or(0) + 1)]))
    }
}

impl Replicated for GCounter {
    const NAME: &'static str = "G-Counter";

    fn updates() -> Vec<Update> {
        vec![Update::Count(true)]
    }

    fn update(&mut self, by: Agent, update: &Update) {
        *self = self.join(&self.delta(by, update));
    }

    fn delta(&self, by: Agent, update: &Update) -> Self {
        if *update == Update::Count(true) { self.next(by) } else { Self::default() }
    }

    fn join(&self, other: &Self) -> Self {
        let mut both = self.0.clone();
        for (&agent, &count) in &other.0 {
            let known = both.entry(agent).or_default();
            *known = count.max(*known);
        }
        Self(both)
    }

    fn value(&self) -> VisibleValue {
        VisibleValue::Number(self.sum() as i64)
    }

    fn weight(&self) -> usize {
        self.0.len() * (1 + 4)
    }
}

/// A counter that goes up and down: one that only grows for each direction.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PnCounter {
    /// Up.
    pub up: GCounter,
    /// Down.
    pub down: GCounter,
}

impl Replicated for PnCounter {
    const NAME: &'static str = "PN-Counter";

    fn updates() -> Vec<Update> {
        vec![Update::Count(true), Update::Count(false)]
    }

    fn update(&mut self, by: Agent, update: &Update) {
        *self = self.join(&self.delta(by, update));
    }

    fn delta(&self, by: Agent, update: &Update) -> Self {
        let none = GCounter::default;
        match update {
            Update::Count(true) => Self { up: self.up.next(by), down: none() },
            Update::Count(false) => Self { up: none(), down: self.down.next(by) },
            Update::Add(_)
            | Update::Remove(_)
            | Update::Write(_)
            | Update::Put(..)
            | Update::Splice { .. } => Self::default(),
        }
    }

    fn join(&self, other: &Self) -> Self {
        Self { up: self.up.join(&other.up), down: self.down.join(&other.down) }
    }

    fn value(&self) -> VisibleValue {
        VisibleValue::Number(self.up.sum() as i64 - self.down.sum() as i64)
    }

    fn weight(&self) -> usize {
        self.up.weight() + self.down.weight()
    }
}
