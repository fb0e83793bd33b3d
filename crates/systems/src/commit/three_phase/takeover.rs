//! When the coordinator is gone: who comes next, and what nodes do that were gone themselves.

use std::collections::BTreeSet;

use kernel::{Context, Delay, Node, NodeId};

use super::super::node::{about, records_of, send_to, still_sends};
use super::{COORDINATOR, Message, Output, Round, Says, ThreePhase, Timer, Tx, VoteState};

impl ThreePhase {
    pub(super) fn on_leader_timeout(&self, node: &mut Node<'_, Self>, cx: &mut Context<'_, Self>) {
        if let Some(tx) = records_of(node).doubt() {
            let why = "the coordinator is down: it is the turn of the next";
            cx.note("Skeen 1981", why);
            self.pass_on(node, tx, cx);
        }
    }

    /// The coordinator that this node waited for is down: the next one is this node, or is told.
    fn pass_on(&self, node: &mut Node<'_, Self>, tx: Tx, cx: &mut Context<'_, Self>) {
        // In the order of numbers, so that all come to the same one without an election. After the last there
        // is nobody left to wait for.
        let next = node.ram.leader + 1;
        if next == cx.me() || next >= cx.size() {
            self.lead(node, tx, cx);
            return;
        }
        // It is told, since it may not have noticed yet; and watched, since it may be down too.
        node.ram.leader = next;
        cx.send(next, Message::TakeOver { tx });
        cx.set_timer(Timer::Decision, about(self.setting.patience));
    }

    fn lead(&self, node: &mut Node<'_, Self>, tx: Tx, cx: &mut Context<'_, Self>) {
        let (me, size) = (cx.me(), cx.size());
        node.ram.leader = me;
        cx.cancel_timer(Timer::Decision);
        cx.output(Output::TakesOver { tx });
        // Those before it were coordinators before it and have been down: they are left out, and ask when
        // they are back.
        let missing: BTreeSet<NodeId> = (me + 1..size).collect();
        for &peer in &missing {
            cx.send(peer, Message::StateRequest { tx });
        }
        let alone = missing.is_empty();
        // Its own state counts like the answers of the others.
        let pre_committed = records_of(node).holds(tx, Says::PreCommit);
        node.ram.round = Some(Round::States { tx, missing, in_doubt: BTreeSet::new(), pre_committed });
        if alone {
            self.on_round_timeout(node, cx);
        } else {
            cx.set_timer(Timer::States, Delay::exactly(self.setting.vote_timeout));
        }
    }

    pub(super) fn on_take_over(
        &self,
        node: &mut Node<'_, Self>,
        from: NodeId,
        tx: Tx,
        cx: &mut Context<'_, Self>,
    ) {
        match self.standing(node, tx, cx) {
            Err(commit) => cx.send(from, Message::Decision { tx, commit }),
            Ok(VoteState::Recovering) => {
                cx.send(from, Message::State { tx, standing: VoteState::Recovering })
            }
            // Only once: it may be told by several, and may lead already.
            Ok(VoteState::InDoubt | VoteState::PreCommitted) if node.ram.leader < cx.me() => {
                cx.note("Skeen 1981", "hears that the coordinators before it are down, and takes over");
                self.lead(node, tx, cx);
            }
            Ok(VoteState::InDoubt | VoteState::PreCommitted) => {}
        }
    }

    /// How far this node is, or what has been decided. If it has not voted yet it aborts alone.
    fn standing(
        &self,
        node: &mut Node<'_, Self>,
        tx: Tx,
        cx: &mut Context<'_, Self>,
    ) -> Result<VoteState, bool> {
        let records = records_of(node);
        let (decision, told) = (records.decision(tx), records.holds(tx, Says::PreCommit));
        match (decision, told, records.holds(tx, Says::Yes)) {
            (Some(commit), ..) => Err(commit),
            // What its disk says is out of date: the others went on without it, and may have decided either
            // way.
            (None, true, _) | (None, _, true) if node.ram.recovering => Ok(VoteState::Recovering),
            (None, true, _) => Ok(VoteState::PreCommitted),
            (None, false, true) => Ok(VoteState::InDoubt),
            // Nobody commits without its yes, so abort is sure from now on, and whoever asks may know.
            (None, false, false) => {
                cx.note(
                    "Babaoglu and Toueg 1993, section 4",
                    "has not voted yet: aborts alone, and can tell",
                );
                self.conclude(node, tx, false, cx);
                Err(false)
            }
        }
    }

    pub(super) fn on_state_request(
        &self,
        node: &mut Node<'_, Self>,
        from: NodeId,
        tx: Tx,
        cx: &mut Context<'_, Self>,
    ) {
        // An older coordinator that is still at work must get no answer that it could decide by.
        if !self.follows(node, from) {
            return;
        }
        match self.standing(node, tx, cx) {
            Err(commit) => cx.send(from, Message::Decision { tx, commit }),
            Ok(standing) => {
                // Before it answers: once the new coordinator has its state, a pre-commit of an older one
                // that comes late must not change it. A node that has been down has no part in the outcome,
                // and asks.
                if standing != VoteState::Recovering {
                    self.follow(node, from, cx);
                }
                cx.send(from, Message::State { tx, standing });
            }
        }
    }

    /// Whether a coordinator is no older than the newest one known.
    pub(super) fn follows(&self, node: &Node<'_, Self>, leader: NodeId) -> bool {
        leader >= node.ram.leader || !self.rules.newest_coordinator
    }

    /// From now on this one coordinates, and this node waits for its word.
    pub(super) fn follow(&self, node: &mut Node<'_, Self>, leader: NodeId, cx: &mut Context<'_, Self>) {
        node.ram.leader = leader;
        // If it was coordinating itself, it does so no more: two that decide could decide differently.
        node.ram.round = None;
        cx.cancel_timer(Timer::Acks);
        cx.cancel_timer(Timer::States);
        cx.set_timer(Timer::Decision, about(self.setting.patience));
    }

    pub(super) fn on_state(
        &self,
        node: &mut Node<'_, Self>,
        from: NodeId,
        (about, standing): (Tx, VoteState),
        cx: &mut Context<'_, Self>,
    ) {
        match &mut node.ram.round {
            Some(Round::States { tx, missing, in_doubt, pre_committed }) => {
                if *tx == about && missing.contains(&from) {
                    match standing {
                        VoteState::InDoubt => drop(in_doubt.insert(from)),
                        VoteState::PreCommitted => *pre_committed = true,
                        // It has answered, but neither says that somebody is pre-committed nor is it told of
                        // a pre-commit.
                        VoteState::Recovering => {}
                    }
                    self.answered(node, from, cx);
                }
            }
            Some(Round::Acks { .. }) | None if standing == VoteState::Recovering => {
                self.on_crash_of(node, from, about, cx);
            }
            None => self.set_right(node, from, about, cx),
            Some(Round::Acks { .. }) => {}
        }
    }

    /// An answer to what it asked before it decided, or before it was down.
    pub(super) fn set_right(&self, node: &Node<'_, Self>, from: NodeId, tx: Tx, cx: &mut Context<'_, Self>) {
        match records_of(node).decision(tx) {
            Some(commit) if !still_sends(node, from, Message::Decision { tx, commit }) => {
                cx.send(from, Message::Decision { tx, commit });
            }
            // So that whoever waits for this node's answers knows that it cannot go on where it was.
            None if node.ram.recovering => {
                cx.send(from, Message::State { tx, standing: VoteState::Recovering });
            }
            Some(_) | None => {}
        }
    }

    /// A node has been down in this transaction: it will not answer what it was asked, and does not coordinate any
    /// more.
    fn on_crash_of(&self, node: &mut Node<'_, Self>, from: NodeId, tx: Tx, cx: &mut Context<'_, Self>) {
        self.on_lost_vote(node, from, cx);
        if node.ram.round.as_ref().is_some_and(|round| round.tx() == tx) {
            self.answered(node, from, cx);
        }
        if records_of(node).doubt() == Some(tx)
            // It coordinates no more, even though it is up again: it has forgotten what it had asked, so it
            // is passed over like one that is down.
            && node.ram.leader == from
            && cx.me() != from
            && !node.ram.recovering
        {
            cx.note("Skeen 1981", "the coordinator has been down: it is the turn of the next");
            self.pass_on(node, tx, cx);
        }
    }

    /// A participant that crashed before it voted has lost its part of the work.
    fn on_lost_vote(&self, node: &mut Node<'_, Self>, from: NodeId, cx: &mut Context<'_, Self>) {
        let poll = node.ram.memory.poll.as_ref();
        let lost = poll.filter(|poll| poll.missing(self.setting.participants).any(|missing| missing == from));
        if let Some(tx) = lost.map(|poll| poll.tx) {
            let why = "a participant has crashed before it voted: decides to abort";
            cx.note("Bernstein et al. 1987, section 7.5", why);
            self.decide(node, tx, false, cx);
        }
    }

    /// Somebody has been down, and is not in doubt: it has decided, or has not voted.
    pub(super) fn on_back(&self, node: &mut Node<'_, Self>, from: NodeId, cx: &mut Context<'_, Self>) {
        self.on_lost_vote(node, from, cx);
        if let Some(Round::States { tx, missing, .. }) = &node.ram.round
            && missing.contains(&from)
        {
            // What it was asked may have come while it was down.
            cx.send(from, Message::StateRequest { tx: *tx });
        }
        if let Some(tx) = records_of(node).doubt() {
            // Not having been in doubt, the other may know the decision, or can abort by not having voted.
            if node.ram.recovering {
                cx.send(from, Message::DecisionRequest { tx });
            // Told to take over while it was down. The first coordinator is not asked: it tells everybody
            // itself when it is back.
            } else if node.ram.leader == from && from != COORDINATOR && cx.me() != from {
                cx.send(from, Message::TakeOver { tx });
            }
        }
    }

    pub(super) fn on_decision_request(
        &self,
        node: &mut Node<'_, Self>,
        from: NodeId,
        tx: Tx,
        cx: &mut Context<'_, Self>,
    ) {
        self.on_crash_of(node, from, tx, cx);
        self.tell(node, from, tx, cx);
    }

    /// Somebody asks for the decision: it is told now, or once there is one.
    pub(super) fn tell(&self, node: &mut Node<'_, Self>, to: NodeId, tx: Tx, cx: &mut Context<'_, Self>) {
        // `standing` would take it for a participant that has not voted, and abort: it has no yes of its own.
        if cx.me() == COORDINATOR && records_of(node).decision(tx).is_none() {
            // It will tell everybody, or asks itself.
            if node.ram.recovering {
                node.ram.memory.asked_by.insert(to);
            }
            return;
        }
        match self.standing(node, tx, cx) {
            Err(commit) => {
                let decision = Message::Decision { tx, commit };
                if !still_sends(node, to, decision) {
                    cx.send(to, decision);
                }
            }
            // In doubt itself, it tells the other as soon as it knows.
            Ok(_) => drop(node.ram.memory.asked_by.insert(to)),
        }
    }

    /// After a crash.
    pub(super) fn recover(&self, node: &mut Node<'_, Self>, cx: &mut Context<'_, Self>) {
        let records = records_of(node);
        let (doubt, last) = (records.doubt(), records.last());
        let (decision, told) = (records.decision(last), records.holds(last, Says::PreCommit));
        match (doubt, decision) {
            (Some(tx), _) if !self.rules.ask_after_crash => {
                cx.note("Skeen 1981", "decides alone, by what it finds on its disk");
                self.decide(node, tx, told, cx);
            }
            (Some(tx), _) => {
                cx.note("Bernstein et al. 1987, section 7.5", "its log holds no decision: asks all others");
                node.ram.recovering = true;
                self.ask(tx, cx);
            }
            // Some may not have been told before the crash, and are in doubt still.
            (None, Some(commit)) if cx.me() == COORDINATOR => {
                cx.note(
                    "Bernstein et al. 1987, section 7.5",
                    "its log holds a decision: tells it to all again",
                );
                send_to(self, node, 1..cx.size(), Message::Decision { tx: last, commit }, cx);
            }
            (None, None) if cx.me() == COORDINATOR && last > 0 => {
                let why = "its log holds no pre-commit, so nobody has committed: abort";
                cx.note("Bernstein et al. 1987, section 7.5", why);
                // A commit needs its pre-commit, which is on the disk before the first message of it. Others
                // that took over found nobody pre-committed either, and can only have aborted.
                self.decide(node, last, false, cx);
            }
            // Nobody waits for its decision, but others may have asked it something while it was down.
            (None, _) => cx.broadcast(&Message::Back),
        }
    }

    fn ask(&self, tx: Tx, cx: &mut Context<'_, Self>) {
        cx.broadcast(&Message::DecisionRequest { tx });
        cx.set_timer(Timer::Again, about(self.setting.ask_again));
    }

    pub(super) fn ask_again(&self, node: &mut Node<'_, Self>, cx: &mut Context<'_, Self>) {
        if let Some(tx) = records_of(node).doubt() {
            self.ask(tx, cx);
        }
    }
}
