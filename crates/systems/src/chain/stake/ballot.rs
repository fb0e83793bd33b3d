//! Votes alone, for a search: two branches of blocks are given to everybody, and validators do nothing but vote.
//!
//! An honest validator votes for any link that breaks no rule that is on, whichever branch it is on: more than it would ever
//! do. The votes of faulty ones are there from the start, for every link that there is. So what holds here holds whatever
//! faulty validators tell whom, and however the others come to see branches.

use kernel::{Delay, Node};

use super::node::Store;
use super::vote::Vote;
use super::{Cx, Message, Output, Staking, Timer};
use crate::chain::block::{Block, Content};

impl Staking {
    /// Gives a validator the two branches, and the votes of the faulty.
    pub(super) fn give(&self, disk: &mut Store, cx: Cx<'_, '_>) {
        let mut checkpoints = vec![self.genesis.clone()];
        for branch in 0..2_u32 {
            let mut last = self.genesis.clone();
            // To go around two links of one branch the other must be longer.
            let length = if branch == 1 { self.given.min(2) } else { self.given };
            for slot in 1..=length {
                let content = Content { number: branch * 1_000 + slot, ..Content::default() };
                last = self.seal(&last, slot, content);
                checkpoints.push(last.clone());
            }
            disk.leaves.add(&last);
        }
        let links = self.every_link(&checkpoints);
        let sign = |by| links.iter().map(move |(from, to)| self.sign(by, from, to));
        disk.votes = (0..self.faulty).flat_map(sign).collect();
        disk.votes.sort_unstable();
        // The votes of the faulty are all there already, at everybody.
        if cx.me() >= self.faulty {
            cx.set_timer(Timer::Slot, Delay::exactly(self.slot));
        }
    }

    fn sign(&self, by: kernel::NodeId, from: &Block, to: &Block) -> Vote {
        Vote::sign(by, self.named(from), self.named(to), &Self::wallet(by))
    }

    fn every_link(&self, checkpoints: &[Block]) -> Vec<(Block, Block)> {
        let forward = |from: &Block, to: &Block| from != to && from.leads_to(to);
        let pairs = checkpoints.iter().flat_map(|from| checkpoints.iter().map(move |to| (from, to)));
        pairs.filter(|(from, to)| forward(from, to)).map(|(from, to)| (from.clone(), to.clone())).collect()
    }

    /// Votes for one of the links that it may vote for.
    pub(super) fn poll(&self, node: &mut Node<'_, Self>, cx: Cx<'_, '_>) {
        let me = cx.me();
        let mut checkpoints: Vec<Block> = node.disk.justified.clone();
        for end in node.disk.leaves.ends() {
            checkpoints.extend(end.back_to(&self.genesis).cloned());
        }
        checkpoints.sort_unstable();
        checkpoints.dedup();
        let just = |from: &Block| node.disk.justified.contains(from);
        let links = self.every_link(&checkpoints).into_iter().filter(|(from, _)| just(from));
        let own: Vec<Vote> = node.disk.votes.iter().filter(|vote| vote.by == me).copied().collect();
        let allowed = |(from, to): &(Block, Block)| {
            let vote = Vote { by: me, source: self.named(from), target: self.named(to), signature: [0; 64] };
            // One vote for a target, even where the rule is off: otherwise it would vote for the same link
            // again and again.
            own.iter().all(|other| vote.target != other.target && self.punished(&vote, other).is_none())
        };
        let links: Vec<(Block, Block)> = links.filter(allowed).collect();
        let Some((from, to)) = links.get(cx.choose(links.len().max(1) as u32) as usize) else { return };
        let vote = self.sign(me, from, to);
        if let Err(place) = node.disk.votes.binary_search(&vote) {
            node.disk.votes.insert(place, vote);
        }
        node.disk.voted += 1;
        cx.output(Output::Voted(vote));
        for peer in cx.peers().filter(|&peer| peer >= self.faulty) {
            cx.send(peer, Message::Vote(vote));
        }
        cx.set_timer(Timer::Slot, Delay::exactly(self.slot));
        self.finalise(node, cx);
    }
}
