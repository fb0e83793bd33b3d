//! The long-range attack, and what protects from it (Buterin, *Proof of Stake: How I Learned to Love Weak Subjectivity*,
//! 2014).
//!
//! Those who once had two thirds of the deposits keep their keys when they have withdrawn them. They can write a second
//! history from the first block on and vote for it, and no punishment reaches them. Who was there all the time does not
//! listen: votes for what is long past are of no use. But who comes back cannot tell the two apart, unless somebody it trusts
//! names a recent final checkpoint.

use kernel::{Node, NodeId};

use super::vote::Vote;
use super::{Cx, Message, Output, Staking};
use crate::chain::block::{Block, Content};

impl Staking {
    /// Whom a validator trusts: the next one that keeps to the rules.
    pub(super) fn friend(&self, me: NodeId, size: NodeId) -> NodeId {
        let others = (1..size).map(|step| (me + size - step) % size);
        others.into_iter().find(|&node| self.honest(node)).unwrap_or(me)
    }

    /// Somebody answered who is trusted.
    pub(super) fn trust(&self, node: &mut Node<'_, Self>, from: NodeId, block: Block, cx: Cx<'_, '_>) {
        if !node.ram.asks || from != self.friend(cx.me(), cx.size()) {
            return;
        }
        node.ram.asks = false;
        if !node.disk.leaves.knows(&block) {
            node.disk.leaves.add(&block);
        }
        if !node.disk.justified.contains(&block) {
            node.disk.justified.push(block.clone());
        }
        node.disk.finals.retain(|last| !last.leads_to(&block));
        node.disk.finals.push(block.clone());
        cx.output(Output::Final(block));
        self.settle(node, cx);
    }

    /// Writes a second history, as long as the first, and shows it.
    pub(super) fn rewrite(&self, node: &Node<'_, Self>, cx: Cx<'_, '_>) {
        let end = node.disk.tip(self).header().time;
        let mut last = self.genesis.clone();
        let (mut blocks, mut votes) = (Vec::new(), Vec::new());
        for slot in 1..=end {
            let Some(maker) = self.proposer(&last, slot).filter(|&maker| maker < self.faulty) else {
                continue;
            };
            let content = Content { finder: maker, number: 1_000_000 + slot, ..Content::default() };
            let source =
                last.at(last.height() - last.height() % self.epoch).unwrap_or_else(|| self.genesis.clone());
            last = self.seal(&last, slot, content);
            blocks.push(last.clone());
            if last.height().is_multiple_of(self.epoch) {
                let link = (self.named(&source), self.named(&last));
                votes.extend((0..self.faulty).map(|by| Vote::sign(by, link.0, link.1, &Self::wallet(by))));
            }
        }
        cx.note("Buterin 2014, weak subjectivity", "writes another history with old keys");
        for peer in cx.peers() {
            cx.send(peer, Message::Chain(blocks.clone()));
            for &vote in &votes {
                cx.send(peer, Message::Vote(vote));
            }
        }
    }
}
