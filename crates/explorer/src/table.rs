//! Which states are known: a linear-probing table of words, each a tag and an index.
//!
//! The place of an entry follows from its tag alone, so that the table grows without hashing anything again. Equal
//! tags are only a suspicion: the caller compares the states themselves.

/// A set of indices, found by hash.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    /// The tag in the upper half; the index plus one in the lower half; 0 is free.
    slots: Vec<u64>,
    /// How far a tag is shifted to the right to give a place.
    shift: u32,
    used: usize,
}

impl Table {
    const START_BITS: u32 = 10;

    pub(crate) fn new() -> Self {
        Self { slots: vec![0; 1 << Self::START_BITS], shift: 32 - Self::START_BITS, used: 0 }
    }

    /// The index with this hash for which `same` holds; otherwise gives `None` and remembers `next`, if there is one.
    #[inline]
    pub(crate) fn find_or_put(
        &mut self,
        hash: u64,
        next: Option<u32>,
        mut same: impl FnMut(u32) -> bool,
    ) -> Option<u32> {
        // Before looking: a full table would be searched for ever.
        if self.used * 4 >= self.slots.len() * 3 {
            self.grow();
        }
        let tag = hash >> 32;
        let mask = self.slots.len() - 1;
        // The upper bits of the tag. When the table grows one more of them counts: a place follows from the
        // slot alone.
        let mut place = (tag >> self.shift) as usize;
        loop {
            let slot = self.slots[place];
            if slot == 0 {
                if let Some(next) = next {
                    // Plus one, so that no slot in use is 0, which means free.
                    self.slots[place] = tag << 32 | (u64::from(next) + 1);
                    self.used += 1;
                }
                return None;
            }
            // Another state can have the same tag, so a difference only means to look further.
            if slot >> 32 == tag {
                let index = (slot as u32) - 1;
                if same(index) {
                    return Some(index);
                }
            }
            place = (place + 1) & mask;
        }
    }

    #[cold]
    fn grow(&mut self) {
        let old = std::mem::take(&mut self.slots);
        self.slots = vec![0; old.len() * 2];
        // With 2^32 places all bits of the tag are used; beyond that, entries only stand closer together in
        // half of them.
        self.shift = self.shift.saturating_sub(1);
        let mask = self.slots.len() - 1;
        for slot in old.into_iter().filter(|slot| *slot != 0) {
            let mut place = (slot >> 32 >> self.shift) as usize;
            while self.slots[place] != 0 {
                place = (place + 1) & mask;
            }
            self.slots[place] = slot;
        }
    }

    /// What it takes; where it is about to double, with the old and the new.
    pub(crate) fn bytes(&self) -> usize {
        let slots = self.slots.len();
        // It doubles at 12 of 16: from 11 on the old and the new are counted, so that a limit is met before
        // and not in the middle of it.
        let soon = self.used * 16 >= slots * 11 && slots > 1 << Self::START_BITS;
        slots * 8 * if soon { 3 } else { 1 }
    }
}

/// Numbers by number: a linear-probing map for what has been worked out once. A key and its value lie side by side, so
/// that a look-up is one access to memory.
#[derive(Clone, Debug)]
pub(crate) struct Memo {
    slots: Vec<(u64, u64)>,
    used: usize,
}

impl Memo {
    const FREE: u64 = u64::MAX;

    pub(crate) fn new() -> Self {
        Self { slots: vec![(Self::FREE, 0); 64], used: 0 }
    }

    #[inline]
    pub(crate) fn get(&self, key: u64) -> Option<u64> {
        let mask = self.slots.len() - 1;
        let mut place = spread(key) as usize & mask;
        loop {
            let (found, value) = self.slots[place];
            if found == key {
                return Some(value);
            }
            if found == Self::FREE {
                return None;
            }
            place = (place + 1) & mask;
        }
    }

    /// Remembers a value for a key that has none.
    pub(crate) fn put(&mut self, key: u64, value: u64) {
        assert_ne!(key, Self::FREE, "keys are made of two indices, and no index is the largest number");
        // Half full at most: a look-up that finds nothing ends at a free place, and should come to one soon.
        if self.used * 2 >= self.slots.len() {
            let old = std::mem::take(&mut self.slots);
            self.slots = vec![(Self::FREE, 0); old.len() * 2];
            for (key, value) in old.into_iter().filter(|(key, _)| *key != Self::FREE) {
                self.place(key, value);
            }
        }
        self.used += 1;
        self.place(key, value);
    }

    fn place(&mut self, key: u64, value: u64) {
        let mask = self.slots.len() - 1;
        let mut place = spread(key) as usize & mask;
        while self.slots[place].0 != Self::FREE {
            place = (place + 1) & mask;
        }
        self.slots[place] = (key, value);
    }

    /// What it takes; where it is about to double, with the old and the new.
    pub(crate) fn bytes(&self) -> usize {
        let slots = self.slots.len();
        // As above, one sixteenth before it doubles.
        let soon = self.used * 16 >= slots * 7 && slots > 1 << 10;
        slots * 16 * if soon { 3 } else { 1 }
    }
}

/// Enough for places in a small table of pairs of small numbers: one multiplication, upper bits (Knuth, section 6.4).
#[inline]
const fn spread(key: u64) -> u64 {
    (key ^ (key >> 29)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 24
}

/// Spreads a number over all 64 bits (the finaliser of splitmix64).
#[inline]
pub(crate) const fn mix(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_finds_what_was_put_in_and_nothing_else() {
        let mut table = Table::new();
        let hashes: Vec<u64> = (0..10_000).map(|n| mix(n / 2 + 1)).collect();
        for (index, &hash) in (0..).zip(&hashes) {
            // Every hash occurs twice: the second is another state with the same hash, then found by its index.
            assert_eq!(table.find_or_put(hash, Some(index), |_| false), None);
        }
        for (index, &hash) in (0..).zip(&hashes) {
            assert_eq!(table.find_or_put(hash, None, |found| found == index), Some(index));
        }
    }

    #[test]
    fn a_memo_keeps_its_values_while_it_grows() {
        let mut memo = Memo::new();
        for key in 0..5_000 {
            assert_eq!(memo.get(key << 20), None);
            memo.put(key << 20, key);
        }
        assert!((0..5_000).all(|key| memo.get(key << 20) == Some(key)));
    }
}
