//! The blocks and votes that a validator knows, and what it does with them.

use kernel::{Delay, Micros, Node, NodeId};

use super::lottery::winner;
use super::vote::{Checkpoint, Offence, Vote};
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
}

/// So many refused blocks are remembered.
const REFUSED: usize = 4;
/// So many blocks wait at most for the ones before them.
const ORPHANS: usize = 100;
/// A validator looks so many slots ahead for its own.
const AHEAD: u32 = 400;
/// Votes for targets so far behind the last final checkpoint are of no use to anybody any more.
const KEPT: u64 = 8;

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

    /// The last final checkpoint.
    pub fn last_final<'a>(&'a self, staking: &'a Staking) -> &'a Block {
        self.finals.last().unwrap_or(&staking.genesis)
    }

    /// Remembers an offence, and says so if it is new.
    pub(super) fn catch(&mut self, who: NodeId, offence: Offence, cx: Cx<'_, '_>) -> bool {
        if self.caught.iter().any(|(known, _)| *known == who) {
            return false;
        }
        self.caught.push((who, offence.clone()));
        cx.note("Buterin and Griffith 2017, section 2", "this costs the whole deposit");
        cx.output(Output::Caught(who, offence));
        true
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

    /// The deposits after a block.
    pub(super) fn deposits(&self, at: &Block) -> Vec<u64> {
        self.terms.accounts.iter().map(|&account| at.ledger().balance(account)).collect()
    }

    /// Who may make the block of a slot that comes after this one: by the deposits at the last checkpoint but one.
    pub(super) fn proposer(&self, before: &Block, slot: u32) -> Option<NodeId> {
        let back = before.height() - before.height() % self.epoch;
        let snapshot = before.at(back.saturating_sub(self.epoch)).unwrap_or_else(|| self.genesis.clone());
        let seed = if self.rules.fair_seed { self.seed } else { before.hash() };
        winner(seed, slot, &self.deposits(&snapshot))
    }

    /// Waits for its next slot on the branch that it builds on. Slots are counted from the last one that it knows to have
    /// been; where it waits for the right one already it goes on.
    pub(super) fn await_slot(&self, disk: &Store, memory: &mut Memory, cx: Cx<'_, '_>) {
        let tip = disk.tip(self);
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
        if slot <= tip.header().time || self.proposer(&tip, slot) != Some(me) {
            return self.await_slot(node.disk, node.ram, cx);
        }
        node.disk.slot = slot;
        node.disk.made += 1;
        let has = |who: &NodeId| tip.ledger().balance(self.terms.accounts[usize::from(*who)]) > 0;
        let burned = node.disk.caught.iter().map(|(who, _)| *who).filter(|who| has(who)).collect();
        let content = Content { finder: me, number: node.disk.made * 1000, burned, ..Content::default() };
        let block = self.best(&tip, slot, &content);
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

    /// The block that its maker likes best: the first, or the first of several that gives it the next slot too.
    fn best(&self, tip: &Block, slot: u32, content: &Content) -> Block {
        let tries = if content.finder == 0 { self.tries.max(1) } else { 1 };
        let block = |k: u32| self.seal(tip, slot, Content { number: content.number + k, ..content.clone() });
        let mine = |block: &Block| self.proposer(block, slot + 1) == Some(content.finder);
        (0..tries).map(block).find(mine).unwrap_or_else(|| block(0))
    }

    /// A block of this slot, signed by its maker.
    pub(super) fn seal(&self, before: &Block, slot: u32, mut content: Content) -> Block {
        let signed = before.sealed(&content, slot);
        content.seal = Some(Self::wallet(content.finder).seal(&signed.0));
        let header = before.draft(&self.terms, &content, slot);
        before.then(&self.terms, header, content)
    }

    /// What a faulty validator makes beside a block: another of the same slot, or where the block before has a twin, one
    /// on that; and one that makes it rich.
    pub(super) fn twins(&self, block: &Block) -> Vec<Block> {
        let Some(before) = block.before().filter(|_| self.reckless(block.content().finder)) else {
            return vec![];
        };
        let (slot, content) = (block.header().time, block.content());
        let odd = Content { number: content.number ^ 1, ..content.clone() };
        let forked = self.twins(before).into_iter().find(|twin| !self.breaks(twin));
        let twin = match forked {
            Some(other) => self.seal(&other, slot, content.clone()),
            None => self.seal(before, slot, odd),
        };
        let wallet = Self::wallet(content.finder);
        let theft = wallet.sign(before.ledger().next(wallet.account()), wallet.account(), u64::MAX / 2);
        let rich =
            Content { payments: vec![Note::new(theft)], number: content.number ^ 2, ..content.clone() };
        vec![twin, self.seal(before, slot, rich)]
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
            if !self.is_due(&block) || (self.rules.valid_only && self.breaks(&block)) {
                self.refuse(node, block, cx);
                continue;
            }
            next.extend(node.ram.orphans.iter().filter(|orphan| orphan.before() == Some(&block)).cloned());
            self.take(node, &block);
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
        for vote in node.disk.votes.clone().iter().filter(|vote| vote.target.1 == block.hash()) {
            self.judge(node, vote, cx);
        }
        cx.output(Output::Refused(block));
    }

    /// A vote arrives.
    pub(super) fn count(&self, node: &mut Node<'_, Self>, vote: Vote, cx: Cx<'_, '_>) {
        let Err(place) = node.disk.votes.binary_search(&vote) else { return };
        let old = vote.target.0 + KEPT <= self.number(node.disk.last_final(self));
        if node.ram.asks || old || !vote.is_sound(self) {
            return;
        }
        self.judge(node, &vote, cx);
        node.disk.votes.insert(place, vote);
        self.settle(node, cx);
    }

    /// What two votes prove, as far as the rules that are on punish it.
    pub(super) fn punished(&self, one: &Vote, other: &Vote) -> Option<Offence> {
        Offence::of(one, other).filter(|offence| match offence {
            Offence::Double(..) => self.rules.double_vote,
            Offence::Surround(..) => self.rules.surround_vote,
            Offence::Invalid(..) => false,
        })
    }

    /// Whether the vote proves something against who gave it.
    fn judge(&self, node: &mut Node<'_, Self>, vote: &Vote, cx: Cx<'_, '_>) {
        let proof = node.disk.votes.iter().find_map(|other| self.punished(vote, other));
        let bad = node.ram.refused.iter().find(|block| block.hash() == vote.target.1 && self.breaks(block));
        let invalid =
            bad.map(|block| Offence::Invalid(*vote, block.clone())).filter(|_| self.rules.valid_only);
        let proof = proof.or(invalid);
        if let Some(offence) = proof
            && node.disk.catch(vote.by, offence.clone(), cx)
        {
            cx.broadcast(&Message::Proof(vote.by, offence));
        }
    }

    /// Draws the consequences of what is known: which checkpoints are justified and final, where to build, what to vote
    /// for; until nothing changes.
    pub(super) fn settle(&self, node: &mut Node<'_, Self>, cx: Cx<'_, '_>) {
        loop {
            self.finalise(node, cx);
            if self.given > 0 {
                return;
            }
            self.choose(node, cx);
            if !self.vote(node, cx) {
                return;
            }
        }
    }

    /// The number of a checkpoint on its branch.
    pub(super) fn number(&self, block: &Block) -> u64 {
        block.height() / self.epoch
    }

    pub(super) fn named(&self, block: &Block) -> Checkpoint {
        (self.number(block), block.hash())
    }

    pub(super) fn finalise(&self, node: &mut Node<'_, Self>, cx: Cx<'_, '_>) {
        let links = self.links(&node.disk.votes);
        let found = |node: &Node<'_, Self>, (number, hash): Checkpoint| {
            node.disk.leaves.find(number * self.epoch, hash)
        };
        for (source, target) in links {
            let just = node.disk.justified.iter().find(|block| self.named(block) == source).cloned();
            let (Some(from), Some(to)) = (just, found(node, target)) else { continue };
            if !from.leads_to(&to) {
                continue;
            }
            if !node.disk.justified.contains(&to) {
                node.disk.justified.push(to.clone());
                cx.output(Output::Justified(to));
            }
            let known = node.disk.finals.iter().any(|last| from.leads_to(last));
            if source.0 + 1 == target.0 && !known {
                node.disk.finals.retain(|last| !last.leads_to(&from));
                node.disk.finals.push(from.clone());
                cx.note(
                    "Buterin and Griffith 2017, section 2",
                    "justified, and a link from it to the next one is carried",
                );
                cx.output(Output::Final(from));
            }
        }
        let last = self.number(node.disk.last_final(self));
        let recent = |block: &Block| self.number(block) + KEPT > last;
        node.disk.justified.retain(recent);
        node.disk.votes.retain(|vote| vote.target.0 + KEPT > last);
    }

    /// The branch to build on: after the highest justified checkpoint the longest one.
    fn choose(&self, node: &mut Node<'_, Self>, cx: Cx<'_, '_>) {
        let old = node.disk.tip(self).clone();
        let best = node.disk.justified.iter().rev().max_by_key(|block| block.height());
        let Some(start) = best.cloned() else { return };
        let mut new = if start.leads_to(&old) { old.clone() } else { start.clone() };
        for end in node.disk.leaves.ends() {
            if end.height() > new.height() && start.leads_to(end) {
                new = end.clone();
            }
        }
        if new == old {
            return;
        }
        let undone = old.height() - old.shared(&new).height();
        if undone > 0 {
            cx.output(Output::Reorganised(undone));
        }
        node.disk.tip = Some(new);
        self.await_slot(node.disk, node.ram, cx);
    }

    /// Votes for what it has not voted for, and may; says whether it did.
    fn vote(&self, node: &mut Node<'_, Self>, cx: Cx<'_, '_>) -> bool {
        let me = cx.me();
        let tip = node.disk.tip(self).clone();
        let free = self.reckless(me) || !self.rules.double_vote;
        let ends: Vec<Block> = if free { node.disk.leaves.ends().cloned().collect() } else { vec![tip] };
        for end in ends {
            let Some(target) = end.at(end.height() - end.height() % self.epoch) else { continue };
            let just =
                node.disk.justified.iter().filter(|block| block.leads_to(&target) && **block != target);
            let Some(source) = just.max_by_key(|block| block.height()).cloned() else { continue };
            let link = (self.named(&source), self.named(&target));
            if node.disk.votes.iter().any(|vote| vote.by == me && vote.target == link.1) {
                continue;
            }
            if link.1.0 + KEPT <= self.number(node.disk.last_final(self)) {
                continue;
            }
            let vote = Vote::sign(me, link.0, link.1, &Self::wallet(me));
            if !self.reckless(me) && node.disk.votes.iter().any(|other| self.punished(&vote, other).is_some())
            {
                continue;
            }
            if let Err(place) = node.disk.votes.binary_search(&vote) {
                node.disk.votes.insert(place, vote);
            }
            cx.output(Output::Voted(vote));
            cx.broadcast(&Message::Vote(vote));
            return true;
        }
        false
    }
}
