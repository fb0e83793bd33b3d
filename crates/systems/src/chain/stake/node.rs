//! The blocks and votes that a validator knows, and what it does with them.

use kernel::{Delay, Micros, Node, NodeId};

use super::deposits::{DepositState, Deposits, Exit, Record};
use super::lottery::winner;
use super::vote::{Offence, Vote, breaks};
use super::{Cx, Message, Output, Staking, Timer};
use crate::chain::block::{Block, Content};
use crate::chain::leaves::{Leaves, landmarks};
use crate::chain::transaction::{Note, Wallet};

/// What a validator keeps on its disk.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Store {
    /// The blocks that it knows.
    pub leaves: Leaves,
    /// The end of the branch that it builds on.
    tip: Option<Block>,
    /// The votes that it has heard of, in order: what it needs of them.
    pub votes: Vec<Vote>,
    /// The justified checkpoints of late, in the order in which they came to be.
    pub justified: Vec<Block>,
    /// The last final ones: of a branch the highest, and what is before it is final too. Two would be of two branches.
    pub finals: Vec<Block>,
    /// Who is caught, and at what.
    pub caught: Vec<(NodeId, Offence)>,
    /// The last slot in which it made a block, or that it let pass.
    pub slot: u32,
    /// So many blocks it made.
    pub made: u32,
    /// So many it tried to make them: each cost a hash of a header and a signature.
    pub tried: u32,
    /// So many votes it gave.
    pub voted: u32,
    /// Who asked to leave, as far as it has heard.
    pub exits: Vec<Exit>,
    /// It started so often.
    pub boots: u32,
}

/// What a crash takes from a validator.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Memory {
    /// Blocks that it knows none before.
    pub orphans: Vec<Block>,
    /// Blocks that break a rule, which it was told of lately.
    pub refused: Vec<Block>,
    /// The slot that it waits for.
    pub waits: Option<u32>,
    /// It was away and believes nobody until somebody it trusts has answered.
    pub asks: bool,
    /// So often it has asked.
    pub asked: u16,
}

/// So many refused blocks are remembered.
const REFUSED: usize = 4;
/// So many blocks wait at most for the ones before them.
const ORPHANS: usize = 100;
/// A validator looks so many slots ahead for its own.
const AHEAD: u32 = 400;

impl Store {
    /// Begins with the first block, where there is nothing yet.
    pub(super) fn begin(&mut self, genesis: &Block) {
        if self.tip.is_none() {
            self.leaves = Leaves::new(genesis);
            self.tip = Some(genesis.clone());
            self.justified = vec![genesis.clone()];
            self.finals = vec![genesis.clone()];
        }
    }

    /// The end of the branch that the validator builds on.
    pub fn tip<'a>(&'a self, staking: &'a Staking) -> &'a Block {
        self.tip.as_ref().unwrap_or(&staking.genesis)
    }

    pub(super) fn build_on(&mut self, tip: Block) {
        self.tip = Some(tip);
    }

    /// The last final checkpoint.
    pub fn last_final<'a>(&'a self, staking: &'a Staking) -> &'a Block {
        self.finals.last().unwrap_or(&staking.genesis)
    }
}

impl Staking {
    pub(super) fn wallet(node: NodeId) -> Wallet {
        Wallet::of(9, node)
    }

    /// Where each of so many validators has its deposit.
    #[must_use]
    pub fn accounts(size: NodeId) -> Vec<crate::chain::Account> {
        (0..size).map(|node| Self::wallet(node).account()).collect()
    }

    /// What the blocks up to this one say of the deposits.
    pub(super) fn record<'a>(&self, at: &'a Block) -> &'a Deposits {
        at.deposits().expect("the first block has deposits, so that every block after it has them")
    }

    /// What a validator has put down, with its rewards, after a block: what the leak took is gone, and who was paid has
    /// nothing here any more.
    pub(super) fn deposit(&self, at: &Block, node: NodeId) -> u64 {
        let record = self.record(at);
        if record.standing(node) == DepositState::Withdrawn {
            return 0;
        }
        let leaked = self.stake(node).saturating_sub(record.left(node));
        at.ledger().balance(self.terms.accounts[usize::from(node)]).saturating_sub(leaked)
    }

    /// What counts in the lottery after a block: the deposits of those who make blocks.
    fn tickets(&self, at: &Block) -> Vec<u64> {
        let record = self.record(at);
        let of = |node| if record.serves(node) { self.deposit(at, node) } else { 0 };
        (0..).map(of).take(self.stakes.len()).collect()
    }

    /// Who may make the block of a slot that comes after this one: by the deposits at the last checkpoint but one.
    pub(super) fn proposer(&self, before: &Block, slot: u32) -> Option<NodeId> {
        // Not by the newest blocks: validators that are on branches which parted lately agree about whose
        // slot it is.
        let back = before.height() - before.height() % self.epoch;
        let snapshot = before.at(back.saturating_sub(self.epoch)).unwrap_or_else(|| self.genesis.clone());
        let seed = if self.rules.fair_seed { self.seed } else { before.hash() };
        winner(seed, slot, &self.tickets(&snapshot))
    }

    /// Waits for its next slot on the branch that it builds on. Slots are counted from the last one that it knows to have
    /// been; where it waits for the right one already it goes on.
    pub(super) fn await_slot(&self, disk: &Store, memory: &mut Memory, cx: Cx<'_, '_>) {
        let tip = disk.tip(self);
        // Not from the tip alone: when it turns to a shorter branch, a slot in which it has made a block must
        // not come again.
        let now = disk.slot.max(tip.header().time);
        let next = (now + 1..=now + AHEAD).find(|&slot| self.proposer(tip, slot) == Some(cx.me()));
        if next == memory.waits {
            return;
        }
        memory.waits = next;
        match next {
            Some(slot) => {
                let span = Micros(self.slot.0 * u64::from(slot - now));
                cx.set_timer(Timer::Slot, Delay::exactly(span));
            }
            None => cx.cancel_timer(Timer::Slot),
        }
    }

    /// Its slot has come: it makes a block.
    pub(super) fn make(&self, node: &mut Node<'_, Self>, cx: Cx<'_, '_>) {
        let me = cx.me();
        let tip = node.disk.tip(self).clone();
        let Some(slot) = node.ram.waits.take() else { return };
        // It may build on another branch by now, where the slot is past or another's.
        if slot <= tip.header().time || self.proposer(&tip, slot) != Some(me) {
            return self.await_slot(node.disk, node.ram, cx);
        }
        // On the disk before the block leaves: after a crash it must not make another one for this slot.
        node.disk.slot = slot;
        node.disk.made += 1;
        let number = node.disk.made * 1000;
        let record = self.news(node.disk, &tip);
        let content = Content { finder: me, number, record, ..Content::default() };
        let (block, tried) = self.best(&tip, slot, &content);
        node.disk.tried += tried;
        cx.output(Output::Made(block.clone()));
        self.take(node, &block);
        if self.reckless(me) {
            for twin in self.twins(&block) {
                if twin.before().is_some_and(|before| node.disk.leaves.knows(before)) {
                    self.take(node, &twin);
                }
            }
        }
        // Votes travel with blocks too, so that one who tells its vote to few does not keep the others apart.
        let votes = node.disk.votes.clone();
        cx.broadcast(&Message::Block(block, votes));
        self.settle(node, cx);
        self.await_slot(node.disk, node.ram, cx);
    }

    /// What a validator knows of votes and deposits, and no block up to this one says.
    fn news(&self, disk: &Store, tip: &Block) -> Record {
        let deposits = self.record(tip);
        let wanted = |vote: &&Vote| deposits.wants(tip, vote);
        let taken = |(who, _): &&(NodeId, Offence)| deposits.can_be_taken(*who);
        let leaves = |exit: &&Exit| deposits.standing(exit.by) == DepositState::Active;
        Record {
            votes: disk.votes.iter().filter(wanted).copied().collect(),
            evidence: disk.caught.iter().filter(taken).cloned().collect(),
            exits: disk.exits.iter().filter(leaves).copied().collect(),
        }
    }

    /// Somebody asks to leave.
    pub(super) fn leaves(&self, node: &mut Node<'_, Self>, exit: Exit) {
        if exit.is_signed(&self.terms) && !node.disk.exits.iter().any(|known| known.by == exit.by) {
            node.disk.exits.push(exit);
        }
    }

    /// The block that its maker likes best: the first, or the first of several that gives it the next slot too. And how
    /// many it made for that.
    fn best(&self, tip: &Block, slot: u32, content: &Content) -> (Block, u32) {
        let tries = if content.finder == 0 { self.tries.max(1) } else { 1 };
        let block = |k: u32| self.seal(tip, slot, Content { number: content.number + k, ..content.clone() });
        let mine = |block: &Block| self.proposer(block, slot + 1) == Some(content.finder);
        if tries == 1 {
            return (block(0), 1);
        }
        let found = (0..tries).map(|k| (block(k), k + 1)).find(|(block, _)| mine(block));
        found.unwrap_or_else(|| (block(0), tries))
    }

    /// A block of this slot, signed by its maker.
    pub(super) fn seal(&self, before: &Block, slot: u32, mut content: Content) -> Block {
        let signed = before.sealed(&content, slot);
        content.seal = Some(Self::wallet(content.finder).seal(&signed.0));
        let header = before.draft(&self.terms, &content, slot);
        before.then(&self.terms, header, content)
    }

    /// What a faulty validator makes beside a block: another of the same slot, or where the block before has a twin, one
    /// on that; one that makes it rich; and one that takes the deposit of the last validator without proof.
    pub(super) fn twins(&self, block: &Block) -> Vec<Block> {
        let Some(before) = block.before().filter(|_| self.reckless(block.content().finder)) else {
            return vec![];
        };
        let (slot, content) = (block.header().time, block.content());
        let odd = Content { number: content.number ^ 1, ..content.clone() };
        let forked = self.twins(before).into_iter().find(|twin| !breaks(twin));
        let twin = match forked {
            Some(other) => self.seal(&other, slot, content.clone()),
            None => self.seal(before, slot, odd),
        };
        let wallet = Self::wallet(content.finder);
        let theft = wallet.sign(before.ledger().next(wallet.account()), wallet.account(), u64::MAX / 2);
        let rich =
            Content { payments: vec![Note::new(theft)], number: content.number ^ 2, ..content.clone() };
        let by = self.stakes.len() as NodeId - 1;
        let forged = |target| Vote { by, source: self.named(&self.genesis), target, signature: [0; 64] };
        let two = Offence::Double(forged((1, before.hash())), forged((1, block.hash())));
        let record = Record { evidence: vec![(by, two)], ..content.record.clone() };
        let framed = Content { record, number: content.number ^ 3, ..content.clone() };
        vec![twin, self.seal(before, slot, rich), self.seal(before, slot, framed)]
    }

    /// Whether the block is what it should be, but for its payments: of the winner of its slot, and signed.
    fn is_due(&self, block: &Block) -> bool {
        let Some(before) = block.before() else { return false };
        let (slot, content) = (block.header().time, block.content());
        let account = self.terms.accounts.get(usize::from(content.finder));
        let sealed = account
            .zip(content.seal)
            .is_some_and(|(account, seal)| account.signed(&before.sealed(content, slot).0, &seal));
        sealed && slot > before.header().time && self.proposer(before, slot) == Some(content.finder)
    }

    /// Takes up blocks that it was told of.
    pub(super) fn hear(&self, node: &mut Node<'_, Self>, from: NodeId, blocks: &[Block], cx: Cx<'_, '_>) {
        if node.ram.asks {
            return;
        }
        let mut missing = None;
        let mut next: Vec<Block> = blocks.iter().rev().cloned().collect();
        while let Some(block) = next.pop() {
            if node.disk.leaves.knows(&block) {
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
            // Only now that the block before is known: whose slot it is follows from the deposits there.
            if !self.is_due(&block) || (self.rules.valid_only && breaks(&block)) {
                self.refuse(node, block, cx);
                continue;
            }
            next.extend(node.ram.orphans.iter().filter(|orphan| orphan.before() == Some(&block)).cloned());
            self.take(node, &block);
            // Who was away long has missed votes that nobody tells of any more: blocks do.
            for &vote in &block.content().record.votes {
                self.absorb(node, vote, cx);
            }
            for (who, offence) in &block.content().record.evidence {
                self.hear_proof(node, *who, offence.clone(), cx);
            }
        }
        if let Some(missing) = missing {
            let have = landmarks(node.disk.tip(self));
            cx.send(from, Message::Ask { want: (missing.height(), missing.hash()), have });
        }
        self.settle(node, cx);
    }

    pub(super) fn take(&self, node: &mut Node<'_, Self>, block: &Block) {
        node.disk.leaves.add(block);
    }

    /// Remembers a block that breaks a rule: it is the proof against who votes for it.
    fn refuse(&self, node: &mut Node<'_, Self>, block: Block, cx: Cx<'_, '_>) {
        if node.ram.refused.contains(&block) {
            return;
        }
        if node.ram.refused.len() == REFUSED {
            node.ram.refused.remove(0);
        }
        node.ram.refused.push(block.clone());
        // Votes for it may have come before the block itself, when nothing could be held against them.
        for vote in node.disk.votes.clone().iter().filter(|vote| vote.target.1 == block.hash()) {
            self.judge(node, vote, cx);
        }
        cx.output(Output::Refused(block));
    }

    /// Remembers an offence, and says so if it is new.
    pub(super) fn catch(&self, disk: &mut Store, who: NodeId, offence: Offence, cx: Cx<'_, '_>) -> bool {
        // The deposit is gone with the first proof: later ones are neither kept nor told.
        if disk.caught.iter().any(|(known, _)| *known == who) {
            return false;
        }
        disk.caught.push((who, offence.clone()));
        if self.record(disk.tip(self)).can_be_taken(who) {
            cx.note("Buterin and Griffith 2017, section 2", "this costs the whole deposit");
        } else {
            cx.note(
                "Buterin and Griffith 2017, section 4.1",
                "it has nothing here any more: this costs it nothing",
            );
        }
        cx.output(Output::Caught(who, offence));
        true
    }

    /// Somebody tells of an offence, or a block does.
    pub(super) fn hear_proof(
        &self,
        node: &mut Node<'_, Self>,
        who: NodeId,
        offence: Offence,
        cx: Cx<'_, '_>,
    ) {
        let known = node.disk.caught.iter().any(|(known, _)| *known == who);
        if !known && self.punishes(&offence) && offence.proves(&self.terms, who) {
            self.catch(node.disk, who, offence, cx);
        }
    }

    /// A vote arrives.
    pub(super) fn count(&self, node: &mut Node<'_, Self>, vote: Vote, cx: Cx<'_, '_>) {
        if self.absorb(node, vote, cx) {
            self.settle(node, cx);
        }
    }

    /// Takes up a vote; says whether it is new and of use.
    fn absorb(&self, node: &mut Node<'_, Self>, vote: Vote, cx: Cx<'_, '_>) -> bool {
        let Err(place) = node.disk.votes.binary_search(&vote) else { return false };
        // A vote for what is long past proves and justifies nothing more here. This is also what keeps the
        // second history of `history` out of a validator that was there all the time.
        let old = vote.target.0 + self.locked <= self.number(node.disk.last_final(self));
        if node.ram.asks || old || !vote.is_sound(&self.terms) {
            return false;
        }
        // Before it is among the votes that it is compared with.
        self.judge(node, &vote, cx);
        node.disk.votes.insert(place, vote);
        true
    }
}
