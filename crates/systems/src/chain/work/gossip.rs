//! What nodes tell each other.

use kernel::{Node, NodeId};

use super::{Cx, Message, Mining, Store};
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
        cx.send(from, Message::Ask { want: Some((missing.height(), missing.hash())), have });
    }

    /// Who comes back asks its neighbours for what was found meanwhile, and does not wait for the next block to learn of it.
    pub(super) fn catch_up(&self, disk: &Store, cx: Cx<'_, '_>) {
        cx.note("Bitcoin Core, net_processing.cpp", "comes back: asks for the time and the latest blocks");
        let have = landmarks(disk.tip(self));
        for peer in self.neighbours(cx.me(), cx.size()) {
            cx.send(peer, Message::Ask { want: None, have: have.clone() });
        }
    }

    /// Sends the blocks that somebody asks for, if it knows them.
    pub(super) fn answer(
        &self,
        node: &Node<'_, Self>,
        from: NodeId,
        want: Option<(u64, Hash)>,
        have: &[(u64, Hash)],
        cx: Cx<'_, '_>,
    ) {
        let tip = node.disk.tip(self);
        let latest = want.is_none();
        let want = want.unwrap_or((tip.height(), tip.hash()));
        let blocks = node.disk.leaves.way(&self.genesis, want, have);
        if latest {
            let ticks = (self.terms.period > 0 && !node.ram.slow).then_some(node.disk.ticks);
            if ticks.is_some() || !blocks.is_empty() {
                cx.send(from, Message::News { ticks, blocks });
            }
        } else if !blocks.is_empty() {
            cx.send(from, Message::Chain(blocks));
        }
    }
}
