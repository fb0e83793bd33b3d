//! The long-range attack, and what protects from it (Buterin, *Proof of Stake: How I Learned to Love Weak Subjectivity*,
//! 2014; Buterin and Griffith 2017, section 4.1).
//!
//! Those who once had two thirds of the deposits keep their keys when they have withdrawn them. They can write a second
//! history from the first block on and vote for it. Their votes prove them guilty, and it costs them nothing: the deposits
//! are paid out. Who was there all the time does not listen: votes for what is long past are of no use. But who comes back
//! cannot tell the two apart, unless somebody it trusts names a recent final checkpoint. While a deposit is locked the
//! attack costs it; so a checkpoint is recent enough if it is younger than the time that deposits stay locked.

use std::collections::BTreeSet;

use kernel::{Delay, Node, NodeId};

use super::deposits::{Exit, Record};
use super::vote::Vote;
use super::{Cx, Memory, Message, Output, Staking, Timer};
use crate::chain::block::{Block, Content};

impl Staking {
    /// Whom a validator asks the how many-th time: all that keep to the rules in turn, the one before it first. `None`:
    /// there is nobody else.
    fn friend(&self, me: NodeId, size: NodeId, turn: u16) -> Option<NodeId> {
        // The one before itself first, so that several who ask at once spread over the others.
        let others = (1..size).map(|step| (me + size - step) % size);
        let friends: Vec<NodeId> = others.filter(|&node| self.honest(node)).collect();
        friends.get(usize::from(turn).checked_rem(friends.len())?).copied()
    }

    /// Asks somebody it trusts which checkpoint is final, and believes nobody until there is an answer. Who is asked may be
    /// down and messages are lost, so it asks the next one after a while.
    pub(super) fn ask(&self, memory: &mut Memory, cx: Cx<'_, '_>) {
        let Some(friend) = self.friend(cx.me(), cx.size(), memory.asked) else { return };
        memory.asks = true;
        memory.asked = memory.asked.wrapping_add(1);
        cx.note(
            "Buterin 2014, weak subjectivity",
            "was away: asks somebody it trusts for a recent checkpoint",
        );
        cx.send(friend, Message::Away);
        cx.set_timer(Timer::Ask, Delay::exactly(self.slot));
    }

    /// Somebody answered who is trusted.
    pub(super) fn trust(&self, node: &mut Node<'_, Self>, from: NodeId, block: Block, cx: Cx<'_, '_>) {
        // Only an answer to its question counts. Whoever else names a checkpoint may be the attacker, and
        // that is all that the attack needs.
        if !node.ram.asks || from == cx.me() || !self.honest(from) {
            return;
        }
        node.ram.asks = false;
        cx.cancel_timer(Timer::Ask);
        if !node.disk.leaves.knows(&block) {
            node.disk.leaves.add(&block);
        }
        // The other may be behind.
        if !node.disk.finals.iter().any(|last| block.leads_to(last)) {
            if !node.disk.justified.contains(&block) {
                node.disk.justified.push(block.clone());
            }
            node.disk.finals.retain(|last| !last.leads_to(&block));
            node.disk.finals.push(block.clone());
            cx.output(Output::Final(block));
        }
        self.settle(node, cx);
        self.await_slot(node.disk, node.ram, cx);
    }

    /// Asks to leave. It goes on until the blocks say that it has left.
    pub(super) fn leave(&self, node: &mut Node<'_, Self>, cx: Cx<'_, '_>) {
        let exit = Exit::sign(cx.me(), &Self::wallet(cx.me()));
        if node.disk.exits.contains(&exit) {
            return;
        }
        self.leaves(node, exit);
        cx.note("Buterin and Griffith 2017, section 3", "asks to leave: the deposit stays locked for a time");
        cx.output(Output::Leaves);
        cx.broadcast(&Message::Exit(exit));
    }

    /// Writes a second history, as long as the first, and shows it. Blocks carry its votes, as in the first.
    pub(super) fn rewrite(&self, node: &Node<'_, Self>, cx: Cx<'_, '_>) {
        let end = node.disk.tip(self).header().time;
        let mut last = self.genesis.clone();
        let (mut blocks, mut cast, mut record) = (Vec::new(), BTreeSet::new(), Record::default());
        for slot in 1..=end {
            let Some(maker) = self.proposer(&last, slot).filter(|&maker| maker < self.faulty) else {
                continue;
            };
            // Votes for a checkpoint stand in the block after it: it cannot hold votes for its own hash.
            let said = std::mem::take(&mut record);
            let content =
                Content { finder: maker, number: 1_000_000 + slot, record: said, ..Content::default() };
            let source =
                last.at(last.height() - last.height() % self.epoch).unwrap_or_else(|| self.genesis.clone());
            last = self.seal(&last, slot, content);
            blocks.push(last.clone());
            if last.height().is_multiple_of(self.epoch) {
                let link = (self.named(&source), self.named(&last));
                let votes = (0..self.faulty).map(|by| Vote::sign(by, link.0, link.1, &Self::wallet(by)));
                record.votes.extend(votes);
                cast.extend(record.votes.iter().copied());
            }
        }
        cx.note("Buterin 2014, weak subjectivity", "writes another history with old keys");
        cx.output(Output::Rewrote(last, cast.into_iter().collect()));
        for peer in cx.peers() {
            cx.send(peer, Message::Chain(blocks.clone()));
        }
    }
}
