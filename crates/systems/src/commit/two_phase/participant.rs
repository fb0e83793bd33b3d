//! A participant: it votes, waits in doubt, and asks the others when the decision does not come.

use kernel::{Context, Node, NodeId};

use super::super::node::{about, read, records_of, vote, write};
use super::{Message, Output, Says, Timer, TwoPhase, Tx, Waiting};

impl TwoPhase {
    pub(super) fn on_vote_request(&self, node: &mut Node<'_, Self>, tx: Tx, cx: &mut Context<'_, Self>) {
        let records = records_of(node);
        match (records.decision(tx), records.doubt()) {
            // It has aborted alone before it was asked.
            (Some(false), _) => cx.send(super::COORDINATOR, Message::Vote { tx, yes: false }),
            // The decision is there, so nobody waits for its vote: the request is a late copy.
            (Some(true), _) => {}
            // Asked again, it says again what it has promised; it must not vote anew.
            (None, Some(open)) if open == tx => cx.send(super::COORDINATOR, Message::Vote { tx, yes: true }),
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
            cx.note(
                "Gray 1978, two-phase commit, phase 1",
                "can carry out its part whatever happens: votes yes",
            );
            write(self, node, (tx, Says::Yes), self.rules.force_vote, cx);
            cx.set_timer(Timer::Decision, about(self.setting.patience));
        } else {
            cx.note("Gray 1978, two-phase commit, phase 1", "cannot carry out its part: aborts and votes no");
            // A no need not wait for the decision: it is a veto, so there can be only one.
            self.conclude(node, tx, false, cx);
        }
        cx.send(super::COORDINATOR, Message::Vote { tx, yes });
    }

    pub(super) fn on_decision(
        &self,
        node: &mut Node<'_, Self>,
        tx: Tx,
        commit: bool,
        cx: &mut Context<'_, Self>,
    ) {
        let records = records_of(node);
        if records.decision(tx).is_some() {
            return;
        }
        // No decision to commit can come without its own yes (AC3), unless a rule is off: then it has lost
        // its yes in a crash, or was outvoted. It cannot do what it is told, and the monitor sees it.
        let promised = records.holds(tx, Says::Yes);
        if commit && !promised {
            cx.note(
                "Bernstein et al. 1987, section 7.4",
                "has no yes of its own, its part is lost: can only abort",
            );
        }
        self.conclude(node, tx, commit && promised, cx);
    }

    /// Writes the decision and lets those go on who wait for the lock.
    fn conclude(&self, node: &mut Node<'_, Self>, tx: Tx, commit: bool, cx: &mut Context<'_, Self>) {
        // It may abort a later transaction alone while it is in doubt about an earlier one: that doubt, with
        // its timers, its locks and those who asked, stays.
        let settled = records_of(node).doubt().is_none_or(|open| open == tx);
        write(self, node, (tx, Says::decision(commit)), true, cx);
        cx.output(Output::Decides { tx, commit });
        if settled {
            (node.ram.asking, node.ram.told_nothing) = (false, false);
            for asked_by in std::mem::take(&mut node.ram.memory.asked_by) {
                cx.send(asked_by, Message::Decision { tx, commit });
            }
            cx.cancel_timer(Timer::Decision);
            cx.cancel_timer(Timer::Again);
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

    pub(super) fn on_doubt_timeout(&self, node: &mut Node<'_, Self>, cx: &mut Context<'_, Self>) {
        let Some(tx) = records_of(node).doubt() else { return };
        if self.rules.wait_in_doubt {
            cx.note(
                "Bernstein et al. 1987, section 7.4",
                "in doubt for too long: asks the other participants",
            );
            // Not the coordinator: its word is what this node has waited for in vain. When it asks again
            // (`Timer::Again`) it asks everybody, since the coordinator may be back.
            self.ask(node, tx, |peer| peer != super::COORDINATOR, cx);
        } else {
            cx.note("Bernstein et al. 1987, section 7.4", "aborts alone, although it has voted yes");
            self.conclude(node, tx, false, cx);
        }
    }

    /// Asks those others, and will ask again.
    pub(super) fn ask(
        &self,
        node: &mut Node<'_, Self>,
        tx: Tx,
        whom: fn(NodeId) -> bool,
        cx: &mut Context<'_, Self>,
    ) {
        node.ram.asking = true;
        for peer in cx.peers().filter(|peer| whom(*peer)) {
            cx.send(peer, Message::DecisionRequest { tx });
        }
        cx.set_timer(Timer::Again, about(self.setting.ask_again));
    }

    pub(super) fn on_decision_request(
        &self,
        node: &mut Node<'_, Self>,
        from: NodeId,
        tx: Tx,
        cx: &mut Context<'_, Self>,
    ) {
        let records = records_of(node);
        match (records.decision(tx), records.holds(tx, Says::Yes)) {
            (Some(commit), _) => cx.send(from, Message::Decision { tx, commit }),
            (None, true) => {
                // In doubt itself, it cannot answer, but the other need not ask again: it is told as soon as
                // this node knows.
                node.ram.memory.asked_by.insert(from);
            }
            // The coordinator cannot commit without its yes, and it will not give one now: so abort is sure,
            // and whoever asks need not wait for the coordinator. This is what cooperation gains.
            (None, false) => {
                cx.note(
                    "Babaoglu and Toueg 1993, section 4",
                    "has not voted yet: aborts alone, and can tell",
                );
                self.conclude(node, tx, false, cx);
                cx.send(from, Message::Decision { tx, commit: false });
            }
        }
    }

    pub(super) fn recover_participant(&self, node: &mut Node<'_, Self>, cx: &mut Context<'_, Self>) {
        match records_of(node).doubt() {
            Some(tx) => {
                cx.note(
                    "Bernstein et al. 1987, section 7.4",
                    "its log holds a yes and no decision: asks all others",
                );
                self.ask(node, tx, |_| true, cx);
                // What it was asked in the meantime is lost, so its vote on a later transaction will not come.
                cx.send(super::COORDINATOR, Message::Back);
            }
            None => cx.broadcast(&Message::Back),
        }
    }

    /// Somebody has been down. It may know the decision; if it was the coordinator, it is asked in any case.
    pub(super) fn on_back(&self, node: &mut Node<'_, Self>, from: NodeId, cx: &mut Context<'_, Self>) {
        if let Some(tx) = records_of(node).doubt()
            && (node.ram.asking || from == super::COORDINATOR)
        {
            cx.send(from, Message::DecisionRequest { tx });
        }
    }
}
