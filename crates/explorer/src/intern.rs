//! Values by number: each distinct one is kept once. And how much memory values take, as far as that can be told.

use std::hash::{Hash, Hasher};
use std::ops::Index;

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

/// Distinct values, numbered in the order in which they came.
pub(crate) struct Interner<T> {
    items: IndexSet<T, FxBuildHasher>,
    /// Bytes that the values hold beyond themselves.
    heap: usize,
}

impl<T> Default for Interner<T> {
    fn default() -> Self {
        Self { items: IndexSet::default(), heap: 0 }
    }
}

impl<T: Hash + Eq> Interner<T> {
    /// The number of a value.
    pub(crate) fn number(&mut self, item: T) -> u32 {
        let (place, new) = self.items.insert_full(item);
        if new {
            self.heap += heap_of(&self.items[place]);
        }
        u32::try_from(place).expect("fewer than 2^32 distinct parts fit into memory")
    }

    pub(crate) fn get(&self, place: usize) -> Option<&T> {
        self.items.get_index(place)
    }
}

impl<T> Interner<T> {
    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    pub(crate) fn bytes(&self) -> usize {
        // An entry with its hash, and a place in the table of places with its byte of control.
        let (len, capacity) = (self.items.len(), self.items.capacity());
        let table = (capacity.saturating_mul(8) / 7) * (size_of::<usize>() + 1);
        grown(len, capacity, size_of::<T>() + size_of::<u64>()) + table + self.heap
    }
}

impl<T> Index<usize> for Interner<T> {
    type Output = T;

    #[inline]
    fn index(&self, place: usize) -> &T {
        &self.items[place]
    }
}

/// What a list takes that holds `len` of `capacity` items. One that is nearly full is about to double, and has to hold
/// the old and the new while it does: a limit must be met before that, since there is no way back afterwards.
pub(crate) const fn grown(len: usize, capacity: usize, size: usize) -> usize {
    let soon = len >= capacity - capacity / 8 && capacity > 1 << 10;
    capacity * size * if soon { 3 } else { 1 }
}

/// The same for a list as it is.
pub(crate) fn list_bytes<T>(list: &Vec<T>) -> usize {
    grown(list.len(), list.capacity(), size_of::<T>())
}

/// About how many bytes a value holds beyond itself.
///
/// Nothing but its hash goes through all of a value, so the bytes that it feeds to a hasher are counted: what it
/// contains, with a length for each list. Lists and trees keep room that is not used, and an allocator rounds up;
/// twice is what the values of the rooms take on average.
pub(crate) fn heap_of<T: Hash>(value: &T) -> usize {
    let mut counter = Counter(0);
    value.hash(&mut counter);
    2 * counter.0.saturating_sub(size_of::<T>() / 2)
}

/// A hasher that counts what it is fed.
struct Counter(usize);

impl Hasher for Counter {
    fn write(&mut self, bytes: &[u8]) {
        self.0 += bytes.len();
    }

    fn finish(&self) -> u64 {
        self.0 as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_one_number_and_what_it_holds_counts() {
        let mut interner = Interner::default();
        assert_eq!(interner.number(vec![0_u8; 10_000]), 0);
        assert_eq!(interner.number(vec![1_u8]), 1);
        let before = interner.bytes();
        assert!(before > 10_000);
        assert_eq!(interner.number(vec![0_u8; 10_000]), 0);
        assert_eq!((interner.len(), interner.bytes()), (2, before));
    }

    #[test]
    fn a_list_that_is_about_to_double_counts_with_what_it_will_take() {
        let mut list = Vec::with_capacity(4_096);
        list.resize(2_000, 0_u64);
        assert_eq!(list_bytes(&list), 4_096 * 8);
        list.resize(4_000, 0_u64);
        assert_eq!(list_bytes(&list), 3 * 4_096 * 8);
    }
}
