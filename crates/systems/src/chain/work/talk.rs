//! What nodes tell each other.

use kernel::{Node, NodeId};

use super::{Cx, Message, Mining};
use crate::chain::block::Block;
use crate::chain::hash::Hash;

/// So many blocks are sent at once at most.
const AT_ONCE: usize = 500;

impl Mining {
    /// Tells the neighbours, but for the one who told. Where everybody is everybody's neighbour, who made it has told all.
    pub(super) fn tell(&self, from: Option<NodeId>, message: &Message, cx: Cx<'_, '_>) {
        if from.is_some() && self.degree + 1 >= cx.size() {
            return;
        }
        for peer in self.neighbours(cx.me(), cx.size()) {
            if Some(peer) != from {
                cx.send(peer, message.clone());
            }
        }
    }

    /// Asks for the blocks up to one that is missing.
    pub(super) fn ask(&self, node: &Node<'_, Self>, from: NodeId, missing: &Block, cx: Cx<'_, '_>) {
        cx.note("Nakamoto 2008, section 5", "misses blocks before it: asks for them");
        let tip = node.disk.tip(self);
        // Ever further apart, down to the first.
        let mut have = vec![];
        let (mut height, mut step) = (tip.height(), 1);
        loop {
            have.extend(tip.at(height).map(|block| (height, block.hash())));
            if height == 0 {
                break;
            }
            height = height.saturating_sub(step);
            step *= if have.len() > 8 { 2 } else { 1 };
        }
        cx.send(from, Message::Ask { want: (missing.height(), missing.hash()), have });
    }

    /// Sends the blocks that somebody asks for, if it knows them.
    pub(super) fn answer(
        &self,
        node: &Node<'_, Self>,
        from: NodeId,
        want: (u64, Hash),
        have: &[(u64, Hash)],
        cx: Cx<'_, '_>,
    ) {
        let named = |leaf: &Block, (height, hash): (u64, Hash)| leaf.at(height).filter(|block| block.hash() == hash);
        let Some(wanted) = node.disk.leaves.iter().rev().find_map(|leaf| named(leaf, want)) else { return };
        let start = have.iter().find_map(|&known| named(&wanted, known));
        let start = start.unwrap_or_else(|| self.genesis.clone());
        let mut blocks: Vec<Block> = wanted.back_to(&start).cloned().collect();
        blocks.reverse();
        blocks.truncate(AT_ONCE);
        if !blocks.is_empty() {
            cx.send(from, Message::Chain(blocks));
        }
    }
}
