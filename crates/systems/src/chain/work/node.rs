//! The blocks that a node knows, and what a new one does to them.

use kernel::{Node, NodeId};

use super::adversary::{Conduct, Plot};
use super::{Cx, Message, Mining, Output, Timer};
use crate::chain::block::{Block, Content, found};
use crate::chain::leaves::Leaves;
use crate::chain::transaction::{Note, Unpaid};

/// What a node keeps on its disk: its blocks.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Store {
    /// The blocks that it knows.
    pub leaves: Leaves,
    /// The last block of the chain that counts for it.
    tip: Option<Block>,
    /// So many blocks it found.
    pub found: u32,
    /// So many it knows of others.
    pub others: u32,
    /// So many ticks it has counted. Its clock stands still while it is down.
    pub ticks: u64,
    /// The payments that it was asked to make, until they are settled or cannot be made any more: a wallet keeps them.
    pub own: Vec<Note>,
}

/// What a crash takes from a node.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Memory {
    /// Payments that wait for a block, in the order in which they came.
    pub pool: Vec<Note>,
    /// Blocks that it knows none before.
    pub orphans: Vec<Block>,
    /// Payments that it refused lately, and why.
    pub refused: Vec<(Note, Unpaid)>,
    /// What it is up to, if it is not honest.
    pub plot: Plot,
    /// Its clock stood still, and nobody has told it the time yet.
    pub slow: bool,
}

/// So many blocks wait at most for the ones before them.
const ORPHANS: usize = 100;
/// So many refusals are remembered.
pub(super) const REFUSALS: usize = 4;
/// A block may be dated ahead of the clock of who hears of it by the time of so many blocks: two hours in Bitcoin, where a
/// block takes ten minutes (Bitcoin Core, `MAX_FUTURE_BLOCK_TIME`).
const AHEAD: u32 = 12;

impl Store {
    /// Begins with the first block, where there is nothing yet. Says whether there was something.
    pub(super) fn begin(&mut self, genesis: &Block) -> bool {
        if self.tip.is_some() {
            return true;
        }
        self.leaves = Leaves::new(genesis);
        self.tip = Some(genesis.clone());
        false
    }

    /// The last block of the chain that counts for the node.
    pub fn tip<'a>(&'a self, mining: &'a Mining) -> &'a Block {
        self.tip.as_ref().unwrap_or(&mining.genesis)
    }

    /// Takes up a block, whose predecessor it knows.
    fn add(&mut self, me: NodeId, block: &Block) {
        self.leaves.add(block);
        self.others += u32::from(block.content().finder != me);
    }
}

impl Mining {
    /// Whether the node, if it keeps to its rules, takes the block.
    pub(super) fn accepts(&self, block: &Block) -> bool {
        block.flaws().among(self.rules.refused()).none()
    }

    /// What the clock of a node shows, in seconds.
    pub(super) fn clock(&self, disk: &Store) -> u32 {
        u32::try_from(disk.ticks * self.tick.0 / 1_000_000).unwrap_or(u32::MAX)
    }

    /// How far ahead of a clock a header may be dated, in seconds.
    pub(super) fn ahead(&self) -> u32 {
        AHEAD.saturating_mul(self.terms.interval)
    }

    /// Where a clock stood still and nobody has told the time yet, it is set by the latest of these blocks: who comes back
    /// would refuse what was found meanwhile. Where nobody lies a block is not dated later than the time.
    fn set_clock(&self, node: &mut Node<'_, Self>, blocks: &[Block]) {
        if node.ram.slow {
            // Only valid blocks: to date one far ahead must at least cost its work.
            let valid = blocks.iter().filter(|block| self.accepts(block));
            let time = valid.map(|block| u64::from(block.header().time)).max().unwrap_or(0);
            node.disk.ticks = node.disk.ticks.max(time * 1_000_000 / self.tick.0);
        }
    }

    /// Whether a header is dated further ahead of the node's clock than it may be. Where the target does not follow the
    /// time there are no clocks.
    fn too_new(&self, disk: &Store, block: &Block) -> bool {
        self.terms.period > 0 && block.header().time > self.clock(disk).saturating_add(self.ahead())
    }

    /// Takes up blocks that a node was told of: those that it can, and orphans that waited for them.
    pub(super) fn hear(&self, node: &mut Node<'_, Self>, from: NodeId, blocks: &[Block], cx: Cx<'_, '_>) {
        self.set_clock(node, blocks);
        let mut newest: Option<Block> = None;
        let mut missing = None;
        // A stack, so turned around: predecessors come first, or each block of a chain would become an
        // orphan.
        let mut next: Vec<Block> = blocks.iter().rev().cloned().collect();
        while let Some(block) = next.pop() {
            if node.disk.leaves.knows(&block) {
                continue;
            }
            if !self.accepts(&block) {
                cx.note("Nakamoto 2008, section 5", "refuses the block");
                cx.output(Output::RefusedBlock(block));
                continue;
            }
            // Not for good: when it hears of a block after it, and time has passed, it asks for it.
            if self.too_new(node.disk, &block) {
                cx.note("Bitcoin Core, chain.h", "refuses the block: its time is too far ahead");
                cx.output(Output::TooNew(block));
                continue;
            }
            if block.before().is_some_and(|before| !node.disk.leaves.knows(before)) {
                // One question is enough, for the last gap found: the answer begins at a block that both
                // know.
                missing = block.before().cloned();
                if !node.ram.orphans.contains(&block) && node.ram.orphans.len() < ORPHANS {
                    node.ram.orphans.push(block);
                }
                continue;
            }
            node.ram.orphans.retain(|orphan| *orphan != block);
            next.extend(node.ram.orphans.iter().filter(|orphan| orphan.before() == Some(&block)).cloned());
            self.take(node, &block, cx);
            // Only what is new is passed on, so gossip ends; and only the highest, since who lacks those
            // before asks for them.
            newest = newest.filter(|newest| newest.height() >= block.height()).or(Some(block));
        }
        if let Some(missing) = missing {
            self.ask(node, from, &missing, cx);
        }
        if let Some(newest) = newest {
            self.tell(Some(from), &Message::Block(newest), cx);
        }
        self.scheme(node, cx);
    }

    /// Takes a block up, and builds on it from now on if its chain is the better one.
    pub(super) fn take(&self, node: &mut Node<'_, Self>, block: &Block, cx: Cx<'_, '_>) {
        node.disk.add(cx.me(), block);
        if self.prefers(node.disk.tip(self), block, cx) {
            self.turn_to(node, block.clone(), cx);
        }
    }

    fn prefers(&self, tip: &Block, block: &Block, cx: Cx<'_, '_>) -> bool {
        let (mine, theirs) = (tip.content().finder, block.content().finder);
        if self.conduct == Conduct::Stubborn && cx.me() == 0 {
            // It never gives its own branch up, however far behind it falls.
            return theirs == 0 && block.work() > tip.work();
        }
        let order = if self.rules.most_work {
            block.work().cmp(&tip.work())
        } else {
            block.height().cmp(&tip.height())
        };
        let reached = self.conduct == Conduct::Selfish && theirs == 0 && mine != 0 && self.reached(cx.me());
        // More work always wins, or nodes would never agree. Between equals the first one seen stays, so that
        // nobody can make others leave a block by showing an equal one; `reached` stands for an attacker
        // whose block arrives first. A coin is asked for only where the rule is off.
        order.is_gt() || (order.is_eq() && (reached || (!self.rules.first_seen && cx.choose(2) == 1)))
    }

    /// Another block is the end of the chain that counts.
    fn turn_to(&self, node: &mut Node<'_, Self>, new: Block, cx: Cx<'_, '_>) {
        let old = node.disk.tip(self).clone();
        node.disk.tip = Some(new.clone());
        let shared = old.shared(&new);
        let undone: Vec<Note> = {
            // Oldest first, so that payments of one account come back in the order of their numbers.
            let blocks: Vec<&Block> = old.back_to(&shared).collect();
            blocks.into_iter().rev().flat_map(|block| block.content().payments.clone()).collect()
        };
        self.sort_pool(node, &new, undone, cx);
        self.offer_again(node, &new, cx);
        if old != shared {
            cx.note("Nakamoto 2008, section 5", "the other chain counts now: undoes this branch");
        }
        // Who mines in secret does not build on it.
        let elsewhere = node.ram.plot.secret.is_some() && self.conduct == Conduct::EasyBlocks;
        // The time to find a block is exponential: what has passed says nothing about what is left, so the
        // timer that runs serves for the new block too, unless its difficulty is another.
        if !elsewhere && self.effort(cx.me(), &old) != self.effort(cx.me(), &new) {
            cx.set_timer(Timer::Find, self.effort(cx.me(), &new));
        }
    }

    /// Says what a step has come to: the chain that counts for the node is another than before it.
    pub(super) fn adopted(&self, node: &Node<'_, Self>, from: Block, cx: Cx<'_, '_>) {
        let to = node.disk.tip(self).clone();
        if from == to {
            return;
        }
        let shared = from.shared(&to);
        // A payment that stands in the new chain as well, in whichever block, has lost nothing.
        let unpaid = from.back_to(&shared).filter(|block| {
            let mut payments = block.content().payments.iter();
            payments.any(|note| !to.ledger().has_made(note))
        });
        let unpaid = unpaid.map(|block| from.height() - block.height() + 1).max().unwrap_or(0);
        cx.output(Output::Adopted { undone: from.height() - shared.height(), from, to, unpaid });
    }

    /// A block after this one, found by this node.
    pub(super) fn make(
        &self,
        node: &mut Node<'_, Self>,
        on: &Block,
        payments: Vec<Note>,
        cx: Cx<'_, '_>,
    ) -> Block {
        // The number makes its blocks distinct, even two on the same block; on the disk, so also after a
        // crash.
        node.disk.found += 1;
        let content = Content { finder: cx.me(), number: node.disk.found, payments, ..Content::default() };
        let easily = !self.honest(cx.me()) && self.conduct == Conduct::EasyBlocks;
        let time = match self.terms.period {
            // Without clocks, as if every block had taken as long as it should.
            0 => on.header().time.saturating_add(self.terms.interval),
            // A target follows the time from the first block of a period to its last: that one is dated as late as others
            // take it, and all others as early, so that the next period begins early too.
            period if easily && (on.height() + 2).is_multiple_of(period) => {
                self.clock(node.disk).saturating_add(self.ahead())
            }
            _ if easily => 0,
            _ => self.clock(node.disk),
        };
        let draft = on.draft(&self.terms, &content, time);
        let forger = cx.me() == 0 && self.conduct == Conduct::Forger;
        let header = if forger { draft.without_work() } else { found(draft) };
        on.then(&self.terms, header, content)
    }
}
