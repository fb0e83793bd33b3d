//! Who coordinates: votes, pre-commit, decision. The first is node 0; others come after it if they must.

use std::collections::BTreeSet;

use kernel::{Context, Delay, Node, NodeId};

use super::super::node::{records_of, send_next, send_to, write};
use super::{COORDINATOR, Message, Round, Says, ThreePhase, Timer, Tx};

impl ThreePhase {
    pub(super) fn on_vote(
        &self,
        node: &mut Node<'_, Self>,
        from: NodeId,
        (tx, yes): (Tx, bool),
        cx: &mut Context<'_, Self>,
    ) {
        let Some(poll) = node.ram.memory.poll.as_mut().filter(|poll| poll.tx == tx) else {
            // Whoever votes yes late is in doubt, and may have been down when it was told.
            if yes {
                self.tell(node, from, tx, cx);
            }
            return;
        };
        match poll.count(from, yes, self.setting.participants, self.rules.unanimity) {
            None => {}
            Some(false) => {
                cx.note("Skeen 1981", "there is a no: decides to abort");
                self.decide(node, tx, false, cx);
            }
            Some(true) if self.rules.pre_commit => {
                cx.note("Skeen 1981", "all have voted yes: tells everybody before it commits");
                self.pre_commit(node, tx, (1..cx.size()).collect(), cx);
            }
            Some(true) => {
                cx.note("Skeen 1981", "commits without telling everybody first that it will");
                self.decide(node, tx, true, cx);
            }
        }
    }

    pub(super) fn on_vote_timeout(&self, node: &mut Node<'_, Self>, cx: &mut Context<'_, Self>) {
        // The missing vote may be a no, and nobody has been told of a commit: to abort is safe.
        if let Some(poll) = &node.ram.memory.poll {
            let tx = poll.tx;
            cx.note("Bernstein et al. 1987, section 7.5", "a vote is missing: decides to abort");
            self.decide(node, tx, false, cx);
        }
    }

    /// All have voted yes: tells it to these, and will commit once they have answered.
    pub(super) fn pre_commit(
        &self,
        node: &mut Node<'_, Self>,
        tx: Tx,
        to: BTreeSet<NodeId>,
        cx: &mut Context<'_, Self>,
    ) {
        node.ram.memory.poll = None;
        cx.cancel_timer(Timer::Votes);
        cx.cancel_timer(Timer::States);
        if !records_of(node).holds(tx, Says::PreCommit) {
            // Before anybody is told. If the coordinator told all, crashed and forgot it, the others could
            // commit without it, and it would come back, find no pre-commit and abort. The rule is about the
            // first coordinator; those after it always force.
            let forced = self.rules.force_pre_commit || cx.me() != COORDINATOR;
            write(self, node, (tx, Says::PreCommit), forced, cx);
        }
        // Nobody who is up is in doubt any more, so nobody has to be told before the commit.
        if to.is_empty() {
            self.decide(node, tx, true, cx);
            return;
        }
        // After a takeover only to those in doubt: the others are pre-committed, or have been down and are
        // left out.
        send_to(self, node, to.iter().copied(), Message::PreCommit { tx }, cx);
        node.ram.round = Some(Round::Acks { tx, missing: to });
        cx.set_timer(Timer::Acks, Delay::exactly(self.setting.vote_timeout));
    }

    pub(super) fn go_on_sending(&self, node: &mut Node<'_, Self>, cx: &mut Context<'_, Self>) {
        if let Some(Message::PreCommit { tx }) = send_next(self, node, cx)
            && !self.rules.all_acknowledge
        {
            cx.note("Skeen 1981", "commits before all have acknowledged the pre-commit");
            self.decide(node, tx, true, cx);
        }
    }

    pub(super) fn on_ack(&self, node: &mut Node<'_, Self>, from: NodeId, tx: Tx, cx: &mut Context<'_, Self>) {
        match &node.ram.round {
            Some(Round::Acks { tx: asked, .. }) if *asked == tx => self.answered(node, from, cx),
            // It has decided without this answer, taking the sender for down: so the sender may have missed
            // the decision.
            None => self.set_right(node, from, tx, cx),
            Some(Round::Acks { .. } | Round::States { .. }) => {}
        }
    }

    /// Nothing more has to be waited for from this node.
    pub(super) fn answered(&self, node: &mut Node<'_, Self>, from: NodeId, cx: &mut Context<'_, Self>) {
        let Some(Round::Acks { missing, .. } | Round::States { missing, .. }) = &mut node.ram.round else {
            return;
        };
        // The last answer ends the round just as the timeout does: what follows is the same.
        if missing.remove(&from) && missing.is_empty() {
            self.on_round_timeout(node, cx);
        }
    }

    /// Whoever has not answered is down.
    pub(super) fn on_round_timeout(&self, node: &mut Node<'_, Self>, cx: &mut Context<'_, Self>) {
        match node.ram.round.take() {
            None => {}
            // All who are up are pre-committed, and whoever is missing has crashed, since timeouts are
            // reliable. None of those decides by what it finds on its disk when it comes back, so nobody can
            // abort any more.
            Some(Round::Acks { tx, .. }) => {
                cx.note("Skeen 1981", "everybody who is up knows: decides to commit");
                self.decide(node, tx, true, cx);
            }
            // Somebody may have committed, so abort is out. But to commit at once would leave those in doubt
            // beside a commit: if this node and the pre-committed crashed then, the rest would find nobody
            // pre-committed among them, and abort.
            Some(Round::States { tx, in_doubt, pre_committed: true, .. }) => {
                let why = "somebody is pre-committed: pre-commits the others first";
                cx.note("Bernstein et al. 1987, section 7.5, TR4", why);
                self.pre_commit(node, tx, in_doubt, cx);
            }
            // A commit is decided only after all who are up are pre-committed. These have been up all the
            // time and are not, so nobody has committed, not even a node that is down now.
            Some(Round::States { tx, pre_committed: false, .. }) => {
                let why = "nobody who is up is pre-committed, so nobody has committed: decides to abort";
                cx.note("Bernstein et al. 1987, section 7.5, TR3", why);
                self.decide(node, tx, false, cx);
            }
        }
    }

    /// Decides, and tells everybody else.
    pub(super) fn decide(&self, node: &mut Node<'_, Self>, tx: Tx, commit: bool, cx: &mut Context<'_, Self>) {
        // The decision goes to all others anyway, below.
        node.ram.memory.asked_by.clear();
        self.conclude(node, tx, commit, cx);
        let me = cx.me();
        send_to(self, node, (0..cx.size()).filter(|&peer| peer != me), Message::Decision { tx, commit }, cx);
    }
}
