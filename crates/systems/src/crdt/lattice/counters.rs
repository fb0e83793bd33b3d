//! Counters (Shapiro and others 2011, sections 3.1.2 and 3.1.3).

use std::collections::BTreeMap;

use super::{Agent, Replicated};

/// A counter that only grows: how often each replica has counted. The join takes the larger number of each.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct GCounter(pub BTreeMap<Agent, u64>);

impl Replicated for GCounter {
    type Update = ();
    type Value = u64;
    const NAME: &'static str = "G-Counter";

    fn updates() -> Vec<()> {
        vec![()]
    }

    fn update(&mut self, by: Agent, (): &()) {
        *self.0.entry(by).or_default() += 1;
    }

    fn join(&self, other: &Self) -> Self {
        let mut both = self.0.clone();
        for (&agent, &count) in &other.0 {
            let known = both.entry(agent).or_default();
            *known = count.max(*known);
        }
        Self(both)
    }

    fn value(&self) -> u64 {
        self.0.values().sum()
    }
}

/// A counter that goes up and down: one that only grows for each direction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PnCounter {
    /// Up.
    pub up: GCounter,
    /// Down.
    pub down: GCounter,
}

impl Replicated for PnCounter {
    type Update = bool;
    type Value = i64;
    const NAME: &'static str = "PN-Counter";

    fn updates() -> Vec<bool> {
        vec![true, false]
    }

    fn update(&mut self, by: Agent, up: &bool) {
        let counter = if *up { &mut self.up } else { &mut self.down };
        counter.update(by, &());
    }

    fn join(&self, other: &Self) -> Self {
        Self { up: self.up.join(&other.up), down: self.down.join(&other.down) }
    }

    fn value(&self) -> i64 {
        self.up.value() as i64 - self.down.value() as i64
    }
}
