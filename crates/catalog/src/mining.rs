//! A few blocks that are mined by hand: what is in each, what is wrong with it, and the search for a nonce.

use systems::chain::Search;
use systems::chain::by_hand::{Sheet, Wrong};

/// Blocks of words, one after the other, and the search for the nonce of one of them.
pub struct Mining {
    sheet: Sheet,
    running: Option<(usize, Search)>,
}

/// One of the blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MinedBlock {
    /// What it holds.
    pub words: String,
    /// Its nonce.
    pub nonce: u32,
    /// The hash of the block before it, as it names it, in hexadecimal digits.
    pub previous: String,
    /// Its hash.
    pub hash: String,
    /// How many nonces were tried for it.
    pub tries: u64,
    /// What is wrong with it, in words.
    pub wrong: Option<&'static str>,
}

impl Mining {
    /// The least and the most zeros.
    pub const ZEROS: (u32, u32) = Sheet::ZEROS;

    /// Blocks with these words, whose nonces are found: each hash begins with so many zeros, in bits.
    #[must_use]
    pub fn new(words: &[&str], zeros: u32) -> Self {
        Self { sheet: Sheet::new(words, zeros), running: None }
    }

    /// The blocks.
    #[must_use]
    pub fn blocks(&self) -> Vec<MinedBlock> {
        let leaves = self.sheet.leaves().iter().zip(self.sheet.wrongs());
        let block = |(leaf, wrong): (&systems::chain::by_hand::Leaf, Option<Wrong>)| MinedBlock {
            words: leaf.words.clone(),
            nonce: leaf.header.nonce,
            previous: leaf.header.previous.to_string(),
            hash: leaf.header.hash().to_string(),
            tries: leaf.tries,
            wrong: wrong.map(|wrong| match wrong {
                Wrong::Hash => "its hash has too few zeros",
                Wrong::Link => "it names another block than the one before it",
                Wrong::Before => "a block before it is wrong",
            }),
        };
        leaves.map(block).collect()
    }

    /// A hash must begin with so many zeros, in bits.
    #[must_use]
    pub fn zeros(&self) -> u32 {
        self.sheet.zeros()
    }

    /// Asks for another number of zeros.
    pub fn ask(&mut self, zeros: u32) {
        self.sheet.ask(zeros);
    }

    /// So many tries a block takes on average.
    #[must_use]
    pub fn expected(&self) -> u64 {
        self.sheet.expected()
    }

    /// Puts other words in a block. Its header follows, and its nonce does not.
    pub fn write(&mut self, place: usize, words: &str) {
        self.sheet.write(place, words);
    }

    /// Puts another nonce in a block.
    pub fn turn(&mut self, place: usize, nonce: u32) {
        self.sheet.turn(place, nonce);
    }

    /// Begins to search for the nonce of a block, which names the one before it as that is now.
    pub fn start(&mut self, place: usize) {
        self.running = self.sheet.search(place).map(|search| (place, search));
    }

    /// Ends the search.
    pub fn stop(&mut self) {
        self.running = None;
    }

    /// The block whose nonce is searched for, and how many were tried.
    #[must_use]
    pub fn running(&self) -> Option<(usize, u64)> {
        self.running.as_ref().map(|(place, search)| (*place, search.tries()))
    }

    /// Tries so many nonces more, and puts the right one in the block. Once the search has ended, which it also does where no
    /// nonce is right, it says how many tries that took.
    pub fn advance(&mut self, tries: u64) -> Option<u64> {
        let Some((place, search)) = &mut self.running else { return Some(0) };
        let found = search.advance(tries);
        let tried = search.tries();
        if let Some(header) = found {
            self.sheet.found(*place, header, tried);
        } else if !search.is_over() {
            return None;
        }
        self.running = None;
        Some(tried)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_mined_again_after_a_change() {
        let mut mining = Mining::new(&["one", "two"], 8);
        let wrongs =
            |mining: &Mining| mining.blocks().iter().map(|block| block.wrong.is_some()).collect::<Vec<_>>();
        assert_eq!(wrongs(&mining), [false, false]);
        mining.write(0, "one, changed");
        assert_eq!(wrongs(&mining), [true, true]);
        for place in 0..2 {
            mining.start(place);
            assert_eq!(mining.running(), Some((place, 0)));
            let tries = std::iter::repeat_with(|| mining.advance(64)).find_map(|tries| tries);
            let block = &mining.blocks()[place];
            assert_eq!((mining.running(), block.wrong, Some(block.tries)), (None, None, tries));
        }
        assert_eq!(mining.blocks()[1].previous, mining.blocks()[0].hash);
        mining.start(0);
        mining.stop();
        assert_eq!(mining.advance(64), Some(0), "nothing is searched for");
    }
}
