//! A few blocks that a reader changes by hand, to see what that does to all after them.

use super::hash::{Hash, double};
use super::header::Header;
use super::mine::Search;
use super::target::Target;

/// Blocks of words, one after the other.
#[derive(Clone, Debug)]
pub struct Sheet {
    leaves: Vec<Leaf>,
    /// A hash must begin with so many zeros, in bits.
    zeros: u32,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// What it holds.
    pub words: String,
    /// Its header.
    pub header: Header,
    /// How many nonces were tried for it.
    pub tries: u64,
}

/// What is wrong with a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wrong {
    /// Its hash does not begin with enough zeros.
    Hash,
    /// It names another block than the one before it.
    Link,
    /// Something is wrong before it.
    Before,
}

impl Sheet {
    /// The least and the most zeros.
    pub const ZEROS: (u32, u32) = (4, 26);

    /// Blocks with these words, whose nonces are found.
    #[must_use]
    pub fn new(words: &[&str], zeros: u32) -> Self {
        let mut sheet = Self { leaves: Vec::new(), zeros: zeros.clamp(Self::ZEROS.0, Self::ZEROS.1) };
        for words in words {
            let header = Header { version: 1, ..Header::default() };
            sheet.leaves.push(Leaf { words: (*words).to_owned(), header, tries: 0 });
            let place = sheet.leaves.len() - 1;
            sheet.write(place, words);
            let mut search = sheet.search(place);
            while let Some(tried) = search.as_mut() {
                if let Some(header) = tried.advance(1 << 16) {
                    sheet.found(place, header, tried.tries());
                    break;
                }
            }
        }
        sheet
    }

    /// The blocks.
    #[must_use]
    pub fn leaves(&self) -> &[Leaf] {
        &self.leaves
    }

    /// A hash must begin with so many zeros, in bits.
    #[must_use]
    pub fn zeros(&self) -> u32 {
        self.zeros
    }

    /// Asks for another number of zeros.
    pub fn ask(&mut self, zeros: u32) {
        self.zeros = zeros.clamp(Self::ZEROS.0, Self::ZEROS.1);
        for leaf in &mut self.leaves {
            leaf.header.bits = target(self.zeros).compact();
        }
    }

    /// So many tries a block takes on average.
    #[must_use]
    pub fn expected(&self) -> u64 {
        1 << self.zeros
    }

    /// Puts other words in a block. Its header follows, and its nonce does not.
    pub fn write(&mut self, place: usize, words: &str) {
        let (zeros, Some(leaf)) = (self.zeros, self.leaves.get_mut(place)) else { return };
        words.clone_into(&mut leaf.words);
        leaf.header.merkle = double(words.as_bytes());
        leaf.header.bits = target(zeros).compact();
    }

    /// Puts another nonce in a block.
    pub fn turn(&mut self, place: usize, nonce: u32) {
        if let Some(leaf) = self.leaves.get_mut(place) {
            leaf.header.nonce = nonce;
        }
    }

    /// A search for the nonce of a block, which names the one before it as that is now.
    pub fn search(&mut self, place: usize) -> Option<Search> {
        let before = place.checked_sub(1).and_then(|before| self.leaves.get(before));
        let previous = before.map_or_else(Hash::default, |leaf| leaf.header.hash());
        let leaf = self.leaves.get_mut(place)?;
        leaf.header.previous = previous;
        Search::new(leaf.header)
    }

    /// The search has come to an end.
    pub fn found(&mut self, place: usize, header: Header, tries: u64) {
        if let Some(leaf) = self.leaves.get_mut(place) {
            (leaf.header, leaf.tries) = (header, tries);
        }
    }

    /// What is wrong with each block.
    #[must_use]
    pub fn wrongs(&self) -> Vec<Option<Wrong>> {
        let mut before = Hash::default();
        let mut broken = false;
        let mut judge = |leaf: &Leaf| {
            let wrong = if !leaf.header.meets_its_target() {
                Some(Wrong::Hash)
            } else if leaf.header.previous != before {
                Some(Wrong::Link)
            } else {
                broken.then_some(Wrong::Before)
            };
            broken |= wrong.is_some();
            before = leaf.header.hash();
            wrong
        };
        self.leaves.iter().map(&mut judge).collect()
    }
}

fn target(zeros: u32) -> Target {
    Target::taking(1 << zeros)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_makes_all_that_follows_wrong_until_each_is_mined_again() {
        let mut sheet = Sheet::new(&["one", "two", "three", "four"], 10);
        assert_eq!(sheet.wrongs(), [None; 4]);
        let nonce = sheet.leaves()[1].header.nonce;
        sheet.write(1, "two, changed");
        assert_eq!(sheet.wrongs(), [None, Some(Wrong::Hash), Some(Wrong::Link), Some(Wrong::Before)]);
        sheet.write(1, "two");
        sheet.turn(1, nonce);
        assert_eq!(sheet.wrongs(), [None; 4], "what is put back is right again");
        sheet.write(1, "two, changed");
        for place in 1..4 {
            let mut search = sheet.search(place).expect("there is such a block");
            let header = std::iter::repeat_with(|| search.advance(1_000)).find_map(|found| found);
            sheet.found(place, header.expect("it is found"), search.tries());
            assert_eq!(sheet.wrongs()[place], None);
        }
        assert_eq!(sheet.wrongs(), [None; 4]);
        sheet.ask(20);
        assert!(sheet.wrongs().contains(&Some(Wrong::Hash)), "more zeros are asked for");
        assert!(sheet.search(9).is_none());
    }

    #[test]
    fn tries_are_what_is_expected_on_average() {
        let words: Vec<String> = (0..200).map(|k| format!("block {k}")).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let sheet = Sheet::new(&words, 8);
        let all: u64 = sheet.leaves().iter().map(|leaf| leaf.tries).sum();
        let mean = all as f64 / 200.0;
        // The number of tries is of the geometric distribution, whose spread is its mean.
        assert!((mean - 256.0).abs() < 4.0 * 256.0 / 200_f64.sqrt(), "{mean}");
    }
}
