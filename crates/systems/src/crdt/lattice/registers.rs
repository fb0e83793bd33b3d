//! Registers and a map (Shapiro and others 2011, section 3.2).

use std::collections::BTreeMap;

use super::{Agent, Replicated};

/// What stands in the registers of the laws.
pub type Content = u8;

/// A register in which the last write wins: later by Lamport's clock, and of equally late ones that of the higher replica,
/// so that any two writes are in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LwwRegister {
    /// Clock, writer and what was written; nothing yet at clock 0.
    pub write: (u32, Agent, Content),
}

impl Replicated for LwwRegister {
    type Update = Content;
    type Value = Content;
    const NAME: &'static str = "LWW-Register";

    fn updates() -> Vec<Content> {
        vec![1, 2]
    }

    fn update(&mut self, by: Agent, content: &Content) {
        self.write = (self.write.0 + 1, by, *content);
    }

    fn join(&self, other: &Self) -> Self {
        Self { write: self.write.max(other.write) }
    }

    fn value(&self) -> Content {
        self.write.2
    }
}

/// Of each replica, how many of its writes were seen.
pub type Version = BTreeMap<Agent, u32>;

fn covers(one: &Version, other: &Version) -> bool {
    other.iter().all(|(agent, count)| one.get(agent).is_some_and(|known| known >= count))
}

/// A register that keeps all writes of which none has seen the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MvRegister {
    /// Each with what it had seen, itself among that; in order.
    pub writes: Vec<(Version, Content)>,
}

impl Replicated for MvRegister {
    type Update = Content;
    type Value = Vec<Content>;
    const NAME: &'static str = "MV-Register";

    fn updates() -> Vec<Content> {
        vec![1, 2]
    }

    fn update(&mut self, by: Agent, content: &Content) {
        let mut version = Version::new();
        for (seen, _) in &self.writes {
            for (&agent, &count) in seen {
                let known = version.entry(agent).or_default();
                *known = count.max(*known);
            }
        }
        *version.entry(by).or_default() += 1;
        self.writes = vec![(version, *content)];
    }

    fn join(&self, other: &Self) -> Self {
        let latest = |of: &Self, against: &Self| {
            let writes = of.writes.iter().filter(|(version, _)| {
                !against.writes.iter().any(|(later, _)| later != version && covers(later, version))
            });
            writes.cloned().collect::<Vec<_>>()
        };
        let mut writes = latest(self, other);
        writes.extend(latest(other, self));
        writes.sort();
        writes.dedup();
        Self { writes }
    }

    fn value(&self) -> Vec<Content> {
        let mut values: Vec<Content> = self.writes.iter().map(|write| write.1).collect();
        values.sort_unstable();
        values.dedup();
        values
    }
}

/// A map of registers in which the last write wins; to remove a key is to write nothing into it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LwwMap(pub BTreeMap<u8, LwwRegister>);

impl Replicated for LwwMap {
    /// A key, and what is written; 0 removes it.
    type Update = (u8, Content);
    type Value = Vec<(u8, Content)>;
    const NAME: &'static str = "LWW-Map";

    fn updates() -> Vec<(u8, Content)> {
        vec![(0, 1), (0, 0), (1, 1)]
    }

    fn update(&mut self, by: Agent, (key, content): &(u8, Content)) {
        self.0.entry(*key).or_default().update(by, content);
    }

    fn join(&self, other: &Self) -> Self {
        let mut both = self.0.clone();
        for (key, register) in &other.0 {
            let known = both.entry(*key).or_default();
            *known = known.join(register);
        }
        Self(both)
    }

    fn value(&self) -> Vec<(u8, Content)> {
        let values = self.0.iter().map(|(&key, register)| (key, register.value()));
        values.filter(|(_, content)| *content != 0).collect()
    }
}
