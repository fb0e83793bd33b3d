//! A participant: it votes, learns that all have, and learns the decision.

use kernel::{Context, Node, NodeId};

use super::super::node::{read, records_of, vote, write};
use super::{COORDINATOR, Message, Output, Says, ThreePhase, Timer, Tx, VoteState, Waiting};

impl ThreePhase {
    pub(super) fn on_vote_request(&self, node: &mut Node<'_, Self>, tx: Tx, cx: &mut Context<'_, Self>) {
        let records = records_of(node);
        match (records.decision(tx), records.doubt()) {
            // It has aborted alone before it was asked.
            (Some(false), _) => cx.send(COORDINATOR, Message::Vote { tx, yes: false }),
            // The decision is there, so nobody waits for its vote: the request is a late copy.
            (Some(true), _) => {}
            // Asked again, it says again what it has promised; it must not vote anew.
            (None, Some(open)) if open == tx => cx.send(COORDINATOR, Message::Vote { tx, yes: true }),
            (None, Some(_)) => {
                let waiting = Waiting::Transaction(tx);
                if !node.ram.memory.waiting.contains(&waiting) {
                    cx.note(
                        "Bernstein et al. 1987, section 7.4",
                        "its data are locked by a transaction in doubt",
                    );
                    node.ram.memory.waiting.push(waiting);
                }
            }
            (None, None) => self.vote(node, tx, cx),
        }
    }

    fn vote(&self, node: &mut Node<'_, Self>, tx: Tx, cx: &mut Context<'_, Self>) {
        let yes = vote(self, cx);
        cx.output(Output::Votes { tx, yes });
        if yes {
            cx.note("Skeen 1981", "can carry out its part whatever happens: votes yes");
            write(self, node, (tx, Says::Yes), self.rules.force_vote, cx);
            // From its yes on it may not decide alone, so it watches who is to tell it.
            self.follow(node, COORDINATOR, cx);
        } else {
            cx.note("Skeen 1981", "cannot carry out its part: aborts and votes no");
            self.conclude(node, tx, false, cx);
        }
        cx.send(COORDINATOR, Message::Vote { tx, yes });
    }

    pub(super) fn on_pre_commit(
        &self,
        node: &mut Node<'_, Self>,
        from: NodeId,
        tx: Tx,
        cx: &mut Context<'_, Self>,
    ) {
        // A new coordinator may have asked this node while it was in doubt, and decided to abort by that. The
        // pre-commit of an older one that comes after must not make others believe that all may commit.
        if !self.follows(node, from) {
            return;
        }
        // It cannot be counted on: the others may have decided without it. It says so instead of
        // acknowledging.
        if node.ram.recovering {
            cx.send(from, Message::State { tx, standing: VoteState::Recovering });
            return;
        }
        let records = records_of(node);
        let (told, promised) = (records.holds(tx, Says::PreCommit), records.holds(tx, Says::Yes));
        match records.decision(tx) {
            Some(commit) => cx.send(from, Message::Decision { tx, commit }),
            None if !promised => {
                cx.note(
                    "Bernstein et al. 1987, section 7.5",
                    "has no yes of its own, its part is lost: can only abort",
                );
                self.conclude(node, tx, false, cx);
                cx.send(from, Message::Decision { tx, commit: false });
            }
            None => {
                if !told {
                    cx.note("Skeen 1981", "knows now that all have voted yes");
                    write(self, node, (tx, Says::PreCommit), true, cx);
                }
                // The acknowledgement lets the coordinator commit, so the record is on the disk before it.
                self.follow(node, from, cx);
                cx.send(from, Message::Ack { tx });
            }
        }
    }

    pub(super) fn on_decision(
        &self,
        node: &mut Node<'_, Self>,
        tx: Tx,
        commit: bool,
        cx: &mut Context<'_, Self>,
    ) {
        let records = records_of(node);
        // A decision is not reversed (AC2), even where two coordinators decide differently: then the nodes
        // differ.
        if records.decision(tx).is_some() {
            return;
        }
        // The coordinator has no vote of its own, and nothing that it could have lost.
        let promised = records.holds(tx, Says::Yes) || cx.me() == COORDINATOR;
        if commit && !promised {
            cx.note(
                "Bernstein et al. 1987, section 7.5",
                "has no yes of its own, its part is lost: can only abort",
            );
        }
        // Whoever has taken over owes the others the decision: they follow it, and may not have heard from
        // anybody else.
        let coordinates = cx.me() == COORDINATOR || node.ram.round.is_some();
        if coordinates && !node.ram.recovering {
            self.decide(node, tx, commit && promised, cx);
        } else {
            self.conclude(node, tx, commit && promised, cx);
        }
    }

    /// Writes the decision and lets those go on who wait for it.
    pub(super) fn conclude(
        &self,
        node: &mut Node<'_, Self>,
        tx: Tx,
        commit: bool,
        cx: &mut Context<'_, Self>,
    ) {
        // A decision on another transaction leaves the open one, its timers and its coordinator as they are.
        let settled = records_of(node).doubt().is_none_or(|open| open == tx);
        write(self, node, (tx, Says::decision(commit)), true, cx);
        cx.output(Output::Decides { tx, commit });
        if node.ram.memory.poll.as_ref().is_some_and(|poll| poll.tx == tx) {
            node.ram.memory.poll = None;
            cx.cancel_timer(Timer::Votes);
        }
        if settled {
            // The next transaction begins with the first coordinator again.
            (node.ram.leader, node.ram.round, node.ram.recovering) = (COORDINATOR, None, false);
            for timer in [Timer::Acks, Timer::States, Timer::Decision, Timer::Again] {
                cx.cancel_timer(timer);
            }
            // They asked while this node did not know, and are in doubt still unless somebody else has told
            // them.
            for asked_by in std::mem::take(&mut node.ram.memory.asked_by) {
                cx.send(asked_by, Message::Decision { tx, commit });
            }
            self.release(node, cx);
        }
    }

    fn release(&self, node: &mut Node<'_, Self>, cx: &mut Context<'_, Self>) {
        // A transaction that waited may be voted yes on here: the node is in doubt again, and the rest wait
        // on.
        while records_of(node).doubt().is_none() && !node.ram.memory.waiting.is_empty() {
            match node.ram.memory.waiting.remove(0) {
                Waiting::Client(client) => read(node, client, cx),
                Waiting::Transaction(tx) => self.on_vote_request(node, tx, cx),
            }
        }
    }
}
