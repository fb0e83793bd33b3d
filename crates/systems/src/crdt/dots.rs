//! Which updates a replica has seen, by their names.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::lattice::Agent;

/// The name of an update: who made it, and the how many-th of theirs it is, from 1.
pub type Dot = (Agent, u32);

/// A set of updates. Where each replica's come in their order, numbers are enough: a vector clock. What came before
/// one that is missing stands in a cloud beside it (Almeida, Shoker and Baquero, *Delta state replicated data types*,
/// 2018, section 7.2).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dots {
    vector: BTreeMap<Agent, u32>,
    cloud: BTreeSet<Dot>,
}

impl Dots {
    /// One update alone.
    #[must_use]
    pub fn one(dot: Dot) -> Self {
        let mut dots = Self::default();
        dots.add(dot);
        dots
    }

    /// How many of a replica's are there without a gap.
    #[must_use]
    pub fn count(&self, agent: Agent) -> u32 {
        self.vector.get(&agent).copied().unwrap_or(0)
    }

    /// The name of a replica's next update, if it has seen all of its own.
    #[must_use]
    pub fn next(&self, agent: Agent) -> Dot {
        (agent, self.count(agent) + 1)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.vector.values().map(|&count| count as usize).sum::<usize>() + self.cloud.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.vector.is_empty() && self.cloud.is_empty()
    }

    /// Whether the update is among them.
    #[must_use]
    pub fn contains(&self, dot: Dot) -> bool {
        dot.1 <= self.count(dot.0) || self.cloud.contains(&dot)
    }

    /// Puts in an update.
    pub fn add(&mut self, dot: Dot) {
        if !self.contains(dot) {
            self.cloud.insert(dot);
            self.compact();
        }
    }

    /// Puts in all updates of another set.
    pub fn join(&mut self, other: &Self) {
        for (&agent, &count) in &other.vector {
            let known = self.vector.entry(agent).or_default();
            *known = count.max(*known);
        }
        self.cloud.extend(&other.cloud);
        self.compact();
    }

    /// Whether all updates of another set are among them.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        let gapless = other.vector.iter().all(|(&agent, &count)| {
            let known = self.count(agent);
            (known + 1..=count).all(|number| self.cloud.contains(&(agent, number)))
        });
        gapless && other.cloud.iter().all(|&dot| self.contains(dot))
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = Dot> {
        let counted = self.vector.iter().flat_map(|(&agent, &count)| (1..=count).map(move |n| (agent, n)));
        counted.chain(self.cloud.iter().copied())
    }

    /// In bytes: a number for each replica, a name for each that stands apart.
    #[must_use]
    pub fn weight(&self) -> usize {
        (self.vector.len() + self.cloud.len()) * (1 + 4)
    }

    /// What follows on what is counted is counted too, so that equal sets are equal values.
    fn compact(&mut self) {
        let mut left = BTreeSet::new();
        for (agent, number) in std::mem::take(&mut self.cloud) {
            let known = self.count(agent);
            if number == known + 1 {
                self.vector.insert(agent, number);
            } else if number > known {
                left.insert((agent, number));
            }
        }
        self.cloud = left;
    }
}

/// A replica's name in words: `A`.
#[must_use]
pub fn letter(agent: Agent) -> char {
    char::from(b'A' + agent % 26)
}

/// An update's name in words: `A2`.
#[must_use]
pub fn name((agent, number): Dot) -> String {
    format!("{}{number}", letter(agent))
}

impl fmt::Display for Dots {
    /// `A 2, B 1`, and what stands apart: `A 2, B 1 and B3`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("nothing");
        }
        let counted: Vec<String> =
            self.vector.iter().map(|(&agent, count)| format!("{} {count}", letter(agent))).collect();
        f.write_str(&counted.join(", "))?;
        let apart: Vec<String> = self.cloud.iter().map(|&dot| name(dot)).collect();
        match (counted.is_empty(), apart.is_empty()) {
            (_, true) => Ok(()),
            (true, false) => f.write_str(&apart.join(", ")),
            (false, false) => write!(f, " and {}", apart.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// As a plain set of names would be, whatever the order.
        #[test]
        fn they_are_a_set(one in prop::collection::vec((0_u8..3, 1_u32..6), 0..12),
                          other in prop::collection::vec((0_u8..3, 1_u32..6), 0..12)) {
            let plain = |list: &[Dot]| list.iter().copied().collect::<BTreeSet<Dot>>();
            let dots = |list: &[Dot]| {
                let mut dots = Dots::default();
                list.iter().for_each(|&dot| dots.add(dot));
                dots
            };
            let (a, b) = (dots(&one), dots(&other));
            prop_assert_eq!(a.iter().collect::<BTreeSet<_>>(), plain(&one));
            prop_assert_eq!(a.len(), plain(&one).len());
            prop_assert_eq!(a.covers(&b), plain(&one).is_superset(&plain(&other)));
            let mut both = a.clone();
            both.join(&b);
            let all: Vec<Dot> = one.iter().chain(&other).copied().collect();
            prop_assert_eq!(&both, &dots(&all));
            let backwards: Vec<Dot> = all.iter().rev().copied().collect();
            prop_assert_eq!(both, dots(&backwards));
        }
    }

    #[test]
    fn in_words() {
        let mut dots = Dots::default();
        assert_eq!(dots.to_string(), "nothing");
        dots.add((1, 2));
        assert_eq!(dots.to_string(), "B2");
        dots.add((0, 1));
        assert_eq!(dots.to_string(), "A 1 and B2");
        dots.add((1, 1));
        assert_eq!(dots.to_string(), "A 1, B 2");
    }
}
