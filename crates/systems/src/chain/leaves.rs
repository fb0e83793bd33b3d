//! The blocks that a node knows, by their ends.

use super::block::Block;
use super::hash::Hash;

/// So many blocks are sent at once at most.
const AT_ONCE: usize = 500;

/// The blocks that a node knows none after, the lowest first. What is before them it knows too.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Leaves(Vec<Block>);

impl Leaves {
    /// Of the first block.
    pub(super) fn new(genesis: &Block) -> Self {
        Self(vec![genesis.clone()])
    }

    /// The ends, the highest first.
    pub fn ends(&self) -> impl Iterator<Item = &Block> {
        self.0.iter().rev()
    }

    /// How many branches there are.
    pub fn branches(&self) -> usize {
        self.0.len()
    }

    /// Whether the block is known.
    pub fn knows(&self, block: &Block) -> bool {
        self.ends().take_while(|end| end.height() >= block.height()).any(|end| block.leads_to(end))
    }

    /// The block of this height and hash, if it is known.
    pub fn find(&self, height: u64, hash: Hash) -> Option<Block> {
        let mut high = self.ends().take_while(|end| end.height() >= height);
        high.find_map(|end| end.at(height).filter(|block| block.hash() == hash))
    }

    /// Takes up a block, whose predecessor is known.
    pub(super) fn add(&mut self, block: &Block) {
        if let Some(before) = block.before()
            && let Some(place) = self.0.iter().rposition(|end| end == before)
        {
            self.0.remove(place);
        }
        let place = self.0.partition_point(|end| end.height() <= block.height());
        self.0.insert(place, block.clone());
    }

    /// The blocks after the latest of those named that leads to the one wanted, up to that one, or as many as are sent at
    /// once; the first first.
    pub(super) fn way(&self, genesis: &Block, want: (u64, Hash), have: &[(u64, Hash)]) -> Vec<Block> {
        let Some(wanted) = self.find(want.0, want.1) else { return Vec::new() };
        let named = |&(height, hash): &(u64, Hash)| wanted.at(height).filter(|block| block.hash() == hash);
        let start = have.iter().find_map(named).unwrap_or_else(|| genesis.clone());
        let mut blocks = wanted.since(&start);
        blocks.truncate(AT_ONCE);
        blocks
    }
}

/// Some blocks on the way to this one, ever further apart, down to the first: what to say to somebody who is asked for
/// blocks.
pub(super) fn landmarks(tip: &Block) -> Vec<(u64, Hash)> {
    let mut marks = vec![];
    let (mut height, mut step) = (tip.height(), 1);
    loop {
        marks.extend(tip.at(height).map(|block| (height, block.hash())));
        if height == 0 {
            return marks;
        }
        height = height.saturating_sub(step);
        step *= if marks.len() > 8 { 2 } else { 1 };
    }
}
