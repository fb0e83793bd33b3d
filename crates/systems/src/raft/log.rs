//! The log: entries from index 1, each with the hash of all up to it.
//!
//! Copies share their entries, so a checkpoint of a run costs little however long the log is, and two logs that are
//! the same up to an index are recognised by one comparison.

use rpds::Vector;
use serde::{Deserialize, Serialize};

pub use crate::shared::store::Command;
use crate::shared::store::mix;

/// A term, from 1; 0 comes before the first.
pub type Term = u64;
/// An index of a log, from 1; 0 comes before the first.
pub type Index = u64;

/// One entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Entry {
    /// The term in which a leader made it.
    pub term: Term,
    /// What it does.
    pub command: Command,
}

/// A log.
#[derive(Clone, Debug, Default, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Log {
    slots: Vector<Slot>,
    /// A copy of the last slot's term and hash: every step asks for them.
    tip: (Term, u64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Slot {
    entry: Entry,
    /// Stands for all entries up to this one.
    hash: u64,
}

impl Log {
    /// The index of the last entry.
    pub fn last_index(&self) -> Index {
        self.slots.len() as u64
    }

    /// The term of the last entry.
    pub fn last_term(&self) -> Term {
        self.tip.0
    }

    /// The entry at an index.
    pub fn get(&self, index: Index) -> Option<Entry> {
        Some(self.slots.get(usize::try_from(index.checked_sub(1)?).ok()?)?.entry)
    }

    /// The term at an index; that of index 0 is 0.
    pub fn term(&self, index: Index) -> Option<Term> {
        if index == 0 { Some(0) } else { self.get(index).map(|entry| entry.term) }
    }

    /// The entries from an index on, at most `most`.
    pub fn from(&self, index: Index, most: usize) -> Vec<Entry> {
        (index.max(1)..=self.last_index()).take(most).filter_map(|index| self.get(index)).collect()
    }

    /// Appends an entry.
    pub fn push(&mut self, entry: Entry) {
        // Built on the hash before it: two logs are the same up to an index if the hashes there are (64 bits,
        // so a coincidence is left out of account), without a look at the entries before.
        let hash = mix(mix(self.hash(), entry.term), entry.command.fingerprint());
        self.slots.push_back_mut(Slot { entry, hash });
        self.tip = (entry.term, hash);
    }

    /// Removes all entries after an index.
    pub fn truncate(&mut self, last: Index) {
        while self.last_index() > last {
            self.slots.drop_last_mut();
        }
        self.tip = self.slots.last().map_or((0, 0), |slot| (slot.entry.term, slot.hash));
    }

    /// Stands for the whole log.
    pub fn hash(&self) -> u64 {
        self.tip.1
    }

    /// Stands for all entries up to an index.
    pub fn hash_at(&self, index: Index) -> Option<u64> {
        match index {
            0 => Some(0),
            _ => Some(self.slots.get(usize::try_from(index - 1).ok()?)?.hash),
        }
    }

    /// The first index whose term is at least this. Terms never fall along a log that a leader wrote.
    pub fn first_of(&self, term: Term) -> Index {
        // A binary search: all before `low` have a lower term, and `high` is past the end or has at least
        // this term.
        let (mut low, mut high) = (1, self.last_index() + 1);
        while low < high {
            let middle = low.midpoint(high);
            if self.term(middle).is_some_and(|at| at < term) { low = middle + 1 } else { high = middle }
        }
        low
    }

    /// The last index whose term is exactly this.
    pub fn last_of(&self, term: Term) -> Option<Index> {
        // The entry before the first of a higher term; it may be of a lower one, if the log has none of this
        // term.
        let last = self.first_of(term + 1) - 1;
        (last > 0 && self.term(last) == Some(term)).then_some(last)
    }

    /// The highest index at which both logs have the same term. Section 5.3: up to there they must be the same.
    pub fn last_common_term(&self, other: &Self) -> Index {
        let mut index = self.last_index().min(other.last_index());
        // From the end: the highest such index says the most, since sameness there implies it for all indexes
        // before.
        while index > 0 && self.term(index) != other.term(index) {
            index -= 1;
        }
        index
    }
}

impl PartialEq for Log {
    fn eq(&self, other: &Self) -> bool {
        // The hash only decides quickly against: equality is that of the entries.
        self.hash() == other.hash() && self.slots == other.slots
    }
}

impl std::hash::Hash for Log {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        // Equal logs have equal hashes, which is all that is asked of this function; the entries need not be
        // read again.
        state.write_u64(self.last_index());
        state.write_u64(self.hash());
    }
}

impl FromIterator<Entry> for Log {
    fn from_iter<I: IntoIterator<Item = Entry>>(entries: I) -> Self {
        let mut log = Self::default();
        entries.into_iter().for_each(|entry| log.push(entry));
        log
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(terms: &[Term]) -> Log {
        terms.iter().map(|&term| Entry { term, command: Command::NoOp }).collect()
    }

    #[test]
    fn indexes_begin_at_one_and_zero_has_term_zero() {
        let log = log(&[1, 1, 3]);
        assert_eq!((log.last_index(), log.last_term()), (3, 3));
        assert_eq!([log.term(0), log.term(1), log.term(3), log.term(4)], [Some(0), Some(1), Some(3), None]);
        assert_eq!(log.from(2, 9).len(), 2);
        assert_eq!(log.get(0), None);
    }

    #[test]
    fn the_ends_of_a_term_are_found() {
        let log = log(&[1, 1, 1, 4, 4, 5, 5, 6, 6, 6]);
        assert_eq!([log.first_of(1), log.first_of(4), log.first_of(5), log.first_of(7)], [1, 4, 6, 11]);
        assert_eq!(
            [log.last_of(1), log.last_of(4), log.last_of(3), log.last_of(6)],
            [Some(3), Some(5), None, Some(10)]
        );
    }

    #[test]
    fn what_was_removed_leaves_no_trace() {
        let mut one = log(&[1, 2, 2]);
        one.truncate(1);
        one.push(Entry { term: 3, command: Command::NoOp });
        assert_eq!(one, log(&[1, 3]));
        assert_eq!(one.hash(), log(&[1, 3]).hash());
        assert_ne!(one.hash(), log(&[1, 2]).hash());
    }
}
