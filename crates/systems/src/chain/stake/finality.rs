//! What follows from votes: offences, justified and final checkpoints, the branch to build on, and the own vote.

use kernel::Node;

use super::vote::{Checkpoint, Offence, Vote, is_invalid, links};
use super::{Cx, Message, Output, Staking};
use crate::chain::block::Block;

impl Staking {
    /// Whether the vote proves something against who gave it.
    pub(super) fn judge(&self, node: &mut Node<'_, Self>, vote: &Vote, cx: Cx<'_, '_>) {
        // One offence is enough: it takes the whole deposit.
        let proof = node.disk.votes.iter().find_map(|other| self.punished(vote, other));
        // The block has to be part of the proof: who gets it has perhaps never seen that block.
        let bad = node.ram.refused.iter().find(|block| block.hash() == vote.target.1 && is_invalid(block));
        let invalid =
            bad.map(|block| Offence::Invalid(*vote, block.clone())).filter(|_| self.rules.valid_only);
        let proof = proof.or(invalid);
        if let Some(offence) = proof
            && self.catch(node.disk, vote.by, offence.clone(), cx)
        {
            cx.broadcast(&Message::Proof(vote.by, offence));
        }
    }

    /// Draws the consequences of what is known: which checkpoints are justified and final, where to build, what to vote
    /// for; until nothing changes.
    pub(super) fn settle(&self, node: &mut Node<'_, Self>, cx: Cx<'_, '_>) {
        loop {
            self.finalise(node, cx);
            // In a search of votes alone, `poll` votes.
            if self.given > 0 {
                return;
            }
            self.choose(node, cx);
            // Its own vote may be the one that a link lacked: then more is justified, and there may be more
            // to vote for.
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
        let found = |node: &Node<'_, Self>, (number, hash): Checkpoint| {
            node.disk.leaves.find(number * self.epoch, hash)
        };
        // In the order of targets. A source lies before its target, so what an earlier round of this loop
        // justified can be a source here, and one pass is enough.
        for ((target, source), voters) in links(&node.disk.votes) {
            let just = node.disk.justified.iter().find(|block| self.named(block) == source).cloned();
            let (Some(from), Some(to)) = (just, found(node, target)) else { continue };
            // What the votes weigh is what the branch of the target says.
            if !from.leads_to(&to) || !self.record(&to).carry(&voters) {
                continue;
            }
            if !node.disk.justified.contains(&to) {
                node.disk.justified.push(to.clone());
                cx.output(Output::Justified(to));
            }
            // Final only by a link to the very next checkpoint. Over a longer link there would be a height in
            // between that no vote of it takes: another branch could be justified there, by votes that
            // neither share a target height with this link nor lie around it or within.
            let known = node.disk.finals.iter().any(|last| from.leads_to(last));
            if source.0 + 1 == target.0 && !known {
                // What is before it on its branch is final with it. One of another branch stays: that is the
                // violation to be seen.
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
        // Votes are kept at least as long as who gave them and left has its deposit locked.
        let recent = |block: &Block| self.number(block) + self.locked > last;
        node.disk.justified.retain(recent);
        node.disk.votes.retain(|vote| vote.target.0 + self.locked > last);
    }

    /// The branch to build on: after the highest justified checkpoint the longest one.
    fn choose(&self, node: &mut Node<'_, Self>, cx: Cx<'_, '_>) {
        let old = node.disk.tip(self).clone();
        // By length alone a branch could win on which nobody can vote any more without an offence.
        // `max_by_key` takes the last of equals, so from the back: the one that was justified first.
        let best = node.disk.justified.iter().rev().max_by_key(|block| block.height());
        let Some(start) = best.cloned() else { return };
        let mut new = if start.leads_to(&old) { old.clone() } else { start.clone() };
        for end in node.disk.leaves.ends() {
            // Strictly higher: of equals it stays with the one it builds on.
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
        node.disk.build_on(new);
        self.await_slot(node.disk, node.ram, cx);
    }

    /// Votes for what it has not voted for, and may; says whether it did.
    fn vote(&self, node: &mut Node<'_, Self>, cx: Cx<'_, '_>) -> bool {
        let me = cx.me();
        let tip = node.disk.tip(self).clone();
        let free = self.reckless(me) || !self.rules.double_vote;
        // With the rule on two votes for a height cost the deposit, so it votes on its own branch alone.
        let ends: Vec<Block> = if free { node.disk.leaves.ends().cloned().collect() } else { vec![tip] };
        for end in ends {
            let Some(target) = end.at(end.height() - end.height() % self.epoch) else { continue };
            let just =
                node.disk.justified.iter().filter(|block| block.leads_to(&target) && **block != target);
            // The highest: only a link from the checkpoint right before the target can make that one final.
            let Some(source) = just.max_by_key(|block| block.height()).cloned() else { continue };
            let link = (self.named(&source), self.named(&target));
            if node.disk.votes.iter().any(|vote| vote.by == me && vote.target == link.1) {
                continue;
            }
            // Too old for the others to take (`absorb`), and its own vote would be forgotten by `finalise`,
            // and given again.
            if link.1.0 + self.locked <= self.number(node.disk.last_final(self)) {
                continue;
            }
            if !self.reckless(me) && !self.record(&target).votes(me) {
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
            node.disk.voted += 1;
            cx.output(Output::Voted(vote));
            cx.broadcast(&Message::Vote(vote));
            return true;
        }
        false
    }
}
