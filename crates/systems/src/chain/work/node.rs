//! The blocks and payments that a node knows, and what a new block does to them.

use kernel::{Node, NodeId};

use super::plot::{Conduct, Plot};
use super::{Cx, Input, Message, Mining, Output, Timer};
use crate::chain::block::{Block, Content, found};
use crate::chain::leaves::Leaves;
use crate::chain::transaction::{Ledger, Note, Unpaid};

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
    /// So many ticks it has counted: its clock runs on while it is down no more than it is.
    pub ticks: u64,
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
}

/// So many blocks wait at most for the ones before them.
const ORPHANS: usize = 100;
/// So many refusals are remembered.
const REFUSALS: usize = 4;
/// A block holds so many payments at most.
const PAYMENTS: usize = 20;
/// A payment waits at most for so many before it.
const EARLY: u64 = 20;

impl Store {
    /// Begins with the first block, where there is nothing yet.
    pub(super) fn begin(&mut self, genesis: &Block) {
        if self.tip.is_none() {
            self.leaves = Leaves::new(genesis);
            self.tip = Some(genesis.clone());
        }
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

    /// Takes up blocks that a node was told of: those that it can, and orphans that waited for them.
    pub(super) fn hear(&self, node: &mut Node<'_, Self>, from: NodeId, blocks: &[Block], cx: Cx<'_, '_>) {
        let mut newest: Option<Block> = None;
        let mut missing = None;
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
            if block.before().is_some_and(|before| !node.disk.leaves.knows(before)) {
                missing = block.before().cloned();
                if !node.ram.orphans.contains(&block) && node.ram.orphans.len() < ORPHANS {
                    node.ram.orphans.push(block);
                }
                continue;
            }
            node.ram.orphans.retain(|orphan| *orphan != block);
            next.extend(node.ram.orphans.iter().filter(|orphan| orphan.before() == Some(&block)).cloned());
            self.take(node, &block, cx);
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
            return theirs == 0 && block.work() > tip.work();
        }
        let order = if self.rules.most_work {
            block.work().cmp(&tip.work())
        } else {
            block.height().cmp(&tip.height())
        };
        let reached = || {
            let (rank, others) = (u64::from(cx.me()).saturating_sub(1), u64::from(cx.size()) - 1);
            cx.me() > 0 && rank * 100 < self.gamma * others
        };
        let reached = self.conduct == Conduct::Selfish && theirs == 0 && mine != 0 && reached();
        order.is_gt() || (order.is_eq() && (reached || (!self.rules.first_seen && cx.choose(2) == 1)))
    }

    /// Another block is the end of the chain that counts.
    fn turn_to(&self, node: &mut Node<'_, Self>, new: Block, cx: Cx<'_, '_>) {
        let old = node.disk.tip(self).clone();
        node.disk.tip = Some(new.clone());
        let shared = old.shared(&new);
        let undone: Vec<Note> = {
            let blocks: Vec<&Block> = old.back_to(&shared).collect();
            blocks.into_iter().rev().flat_map(|block| block.content().payments.clone()).collect()
        };
        let lost = self.sort_pool(node, &new, undone, cx);
        let depth = old.height() - shared.height();
        if depth > 0 {
            cx.note("Nakamoto 2008, section 5", "the other chain counts now: undoes this branch");
            let unpaid = old.back_to(&shared).filter(|block| {
                let gone = |note: &Note| new.ledger().check(note) != Err(Unpaid::Replayed);
                block.content().payments.iter().any(gone)
            });
            let unpaid = unpaid.map(|block| old.height() - block.height() + 1).max().unwrap_or(0);
            let lighter = new.work() < old.work();
            cx.output(Output::Reorganised { undone: depth, unpaid, lost, lighter });
        }
        // Who mines in secret does not build on it.
        let elsewhere = node.ram.plot.secret.is_some() && self.conduct == Conduct::EasyBlocks;
        if !elsewhere && self.effort(cx.me(), &old) != self.effort(cx.me(), &new) {
            cx.set_timer(Timer::Find, self.effort(cx.me(), &new));
        }
    }

    /// What waits now: what was undone and what waited before, as far as it can still be made. Says how many payments
    /// could be made and wait no more.
    fn sort_pool(&self, node: &mut Node<'_, Self>, tip: &Block, undone: Vec<Note>, cx: Cx<'_, '_>) -> u64 {
        if undone.is_empty() && node.ram.pool.is_empty() {
            return 0;
        }
        let mut ledger = tip.ledger().clone();
        let back = undone.len();
        let mut lost = 0;
        let waited = std::mem::take(&mut node.ram.pool);
        for (place, note) in undone.into_iter().chain(waited).enumerate() {
            match self.pass(&mut ledger, &note) {
                Ok(()) if place < back && !self.rules.back_to_pool => lost += 1,
                Ok(()) | Err(Unpaid::Early { .. }) => node.ram.pool.push(note),
                Err(Unpaid::Replayed) => {}
                Err(why) => self.refuse(node, note, why, cx),
            }
        }
        lost
    }

    /// Makes a payment if the rules that are on allow it.
    fn pass(&self, ledger: &mut Ledger, note: &Note) -> Result<(), Unpaid> {
        let allowed = match ledger.check(note) {
            Err(Unpaid::Forged) => !self.rules.signatures,
            Err(Unpaid::DoubleSpend | Unpaid::Poor { .. }) => !self.rules.no_double_spends,
            checked => checked.is_ok(),
        };
        if allowed {
            ledger.force(note);
            return Ok(());
        }
        ledger.check(note)
    }

    /// Who has how much when all that waits at a node is made, as far as it can be.
    pub(super) fn expected(&self, disk: &Store, ram: &Memory) -> Ledger {
        let mut ledger = disk.tip(self).ledger().clone();
        for waiting in &ram.pool {
            // One that cannot be made yet stays out.
            let _ = self.pass(&mut ledger, waiting);
        }
        ledger
    }

    fn refuse(&self, node: &mut Node<'_, Self>, note: Note, why: Unpaid, cx: Cx<'_, '_>) {
        if node.ram.refused.iter().any(|(known, _)| *known == note) {
            return;
        }
        if node.ram.refused.len() == REFUSALS {
            node.ram.refused.remove(0);
        }
        node.ram.refused.push((note.clone(), why));
        cx.output(Output::Refused(note, why));
    }

    /// Takes up a payment, and tells the neighbours if it is new and can be made.
    pub(super) fn take_up(
        &self,
        node: &mut Node<'_, Self>,
        from: Option<NodeId>,
        note: Note,
        cx: Cx<'_, '_>,
    ) {
        // Who spends twice does not help the one payment that is to be undone.
        let mine = node.ram.plot.paid.as_ref() == Some(&note);
        if mine || node.ram.pool.contains(&note) {
            return;
        }
        let mut ledger = self.expected(node.disk, node.ram);
        match self.pass(&mut ledger, &note) {
            Ok(()) => {}
            Err(Unpaid::Early { next }) if note.payment().id < next + EARLY => {}
            // It came by another way already.
            Err(Unpaid::Replayed) if from.is_some() => return,
            Err(why) => return self.refuse(node, note, why, cx),
        }
        node.ram.pool.push(note.clone());
        self.tell(from, &Message::Payment(note), cx);
    }

    /// A client asks the node to pay.
    pub(super) fn ask_to_pay(&self, node: &mut Node<'_, Self>, input: Input, cx: Cx<'_, '_>) {
        let (me, wallet) = (cx.me(), Self::wallet(cx.me()));
        let ledger = self.expected(node.disk, node.ram);
        let next = ledger.next(wallet.account());
        let payment = match input {
            Input::Pay { to, quantity } => wallet.sign(next, self.account(to), quantity),
            Input::Again { to } => wallet.sign(next.saturating_sub(1), self.account(to), 1),
            Input::Replay => match self.latest(node, me) {
                Some(note) => return self.take_up(node, None, note, cx),
                None => return,
            },
            Input::Forge { from } => {
                let (source, id) = (self.account(from), ledger.next(self.account(from)));
                crate::chain::Payment { source, ..wallet.sign(id, wallet.account(), 1) }
            }
        };
        self.take_up(node, None, Note::new(payment), cx);
    }

    /// The latest payment of a node that is made.
    fn latest(&self, node: &Node<'_, Self>, of: NodeId) -> Option<Note> {
        let account = self.account(of);
        let mut chain = std::iter::successors(Some(node.disk.tip(self)), |block| block.before());
        chain.find_map(|block| {
            let payments = block.content().payments.iter().rev();
            payments.into_iter().find(|note| note.payment().source == account).cloned()
        })
    }

    /// The payments that can be made after this block, of those that wait.
    pub(super) fn ready(&self, pool: &[Note], tip: &Block) -> Vec<Note> {
        let mut ledger = tip.ledger().clone();
        let ready = pool.iter().filter(|note| self.pass(&mut ledger, note).is_ok());
        ready.take(PAYMENTS).cloned().collect()
    }

    /// A block after this one, found by this node.
    pub(super) fn make(
        &self,
        node: &mut Node<'_, Self>,
        on: &Block,
        payments: Vec<Note>,
        cx: Cx<'_, '_>,
    ) -> Block {
        node.disk.found += 1;
        let content = Content { finder: cx.me(), number: node.disk.found, payments, ..Content::default() };
        let time = if !self.honest(cx.me()) && self.conduct == Conduct::EasyBlocks {
            // As late as the clamp of the retarget counts.
            on.header().time.saturating_add(4 * self.terms.interval)
        } else if self.terms.period > 0 {
            u32::try_from(node.disk.ticks * self.tick.0 / 1_000_000).unwrap_or(u32::MAX)
        } else {
            // Without clocks, as if every block had taken as long as it should.
            on.header().time.saturating_add(self.terms.interval)
        };
        let draft = on.draft(&self.terms, &content, time);
        let forger = cx.me() == 0 && self.conduct == Conduct::Forger;
        let header = if forger { draft.without_work() } else { found(draft) };
        on.then(&self.terms, header, content)
    }
}
