//! Every block that is known, and which of them count.

use std::collections::BTreeMap;

use super::hash::Hash;
use super::header::Header;
use super::target::Work;

/// The blocks that follow from one.
#[derive(Clone, Debug)]
pub struct Tree {
    blocks: BTreeMap<Hash, Known>,
    /// Blocks whose predecessor is not known yet, by its hash.
    orphans: BTreeMap<Hash, Vec<Header>>,
    tip: Hash,
}

/// What is known of a block.
#[derive(Clone, Copy, Debug)]
struct Known {
    header: Header,
    height: u64,
    /// Of it and all before it.
    work: Work,
}

/// What a block did to the chain that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Its hash is above its target, or the target is none.
    Refused,
    /// It was known.
    Known,
    /// The one before it is not known: it waits.
    Orphan,
    /// It stands aside: another chain has as much work or more.
    Aside,
    /// The chain that counts is another: these blocks do not count any more, the last first, and these do, the first
    /// first. Where nothing was undone the chain has grown.
    Tip {
        /// No longer part of it.
        undone: Vec<Hash>,
        /// New in it.
        done: Vec<Hash>,
    },
}

impl Tree {
    /// Of one block, which is trusted.
    #[must_use]
    pub fn new(genesis: Header) -> Self {
        let tip = genesis.hash();
        let work = genesis.bits.target().map(|target| target.work()).unwrap_or_default();
        let blocks = BTreeMap::from([(tip, Known { header: genesis, height: 0, work })]);
        Self { blocks, orphans: BTreeMap::new(), tip }
    }

    /// The last block that counts.
    #[must_use]
    pub fn tip(&self) -> Hash {
        self.tip
    }

    /// The header of a block.
    #[must_use]
    pub fn header(&self, block: Hash) -> Option<&Header> {
        self.blocks.get(&block).map(|known| &known.header)
    }

    /// How many blocks are before it.
    #[must_use]
    pub fn height(&self, block: Hash) -> Option<u64> {
        self.blocks.get(&block).map(|known| known.height)
    }

    /// The work of a block and all before it.
    #[must_use]
    pub fn work(&self, block: Hash) -> Option<Work> {
        self.blocks.get(&block).map(|known| known.work)
    }

    /// Takes a block up, and the orphans that waited for it.
    pub fn insert(&mut self, header: Header) -> Change {
        let (hash, before) = (header.hash(), self.tip);
        if self.blocks.contains_key(&hash) {
            return Change::Known;
        }
        // Before anything is stored: orphans without work would cost their sender nothing, and this node
        // memory.
        if !header.meets_its_target() {
            return Change::Refused;
        }
        if !self.blocks.contains_key(&header.previous) {
            let waiting = self.orphans.entry(header.previous).or_default();
            if !waiting.contains(&header) {
                waiting.push(header);
            }
            return Change::Orphan;
        }
        // A list and not a recursion: a long branch of orphans may hang on one block.
        let mut next = vec![header];
        while let Some(header) = next.pop() {
            if let Some(hash) = self.attach(header) {
                next.extend(self.orphans.remove(&hash).unwrap_or_default());
            }
        }
        // Compared once at the end: the orphans that came with the block may carry the tip further than the
        // block itself.
        if self.tip == before { Change::Aside } else { self.between(before, self.tip) }
    }

    fn attach(&mut self, header: Header) -> Option<Hash> {
        let before = self.blocks.get(&header.previous)?;
        // Work and not length: many blocks with an easy target are quickly made, and must not outweigh fewer
        // hard ones.
        let work = before.work.plus(header.bits.target()?.work());
        let (hash, height) = (header.hash(), before.height + 1);
        self.blocks.insert(hash, Known { header, height, work });
        // Of two that are equal, the first that was seen.
        if self.work(self.tip).is_some_and(|most| work > most) {
            self.tip = hash;
        }
        Some(hash)
    }

    /// How one comes from one tip to another.
    fn between(&self, from: Hash, to: Hash) -> Change {
        let (mut undone, mut done, mut old, mut new) = (Vec::new(), Vec::new(), from, to);
        while old != new {
            // The higher one steps back, or both where they are equally high: so they meet at the block where
            // the branches part, and neither steps past it.
            let heights = (self.height(old).unwrap_or(0), self.height(new).unwrap_or(0));
            if heights.0 >= heights.1 {
                undone.push(old);
                old = self.before(old);
            }
            if heights.1 >= heights.0 {
                done.push(new);
                new = self.before(new);
            }
        }
        done.reverse();
        Change::Tip { undone, done }
    }

    fn before(&self, block: Hash) -> Hash {
        self.header(block).map_or(block, |header| header.previous)
    }
}
