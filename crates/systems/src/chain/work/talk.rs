//! What nodes tell each other.

use kernel::{Node, NodeId};

use super::{Cx, Message, Mining};
use crate::chain::block::Block;
use crate::chain::hash::Hash;
use crate::chain::leaves::landmarks;

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
        let have = landmarks(node.disk.tip(self));
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
        let blocks = node.disk.leaves.way(&self.genesis, want, have);
        if !blocks.is_empty() {
            cx.send(from, Message::Chain(blocks));
        }
    }
}
