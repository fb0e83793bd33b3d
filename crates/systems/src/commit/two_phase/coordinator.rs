//! The coordinator: it collects votes, decides, and tells.

use kernel::{Context, Node, NodeId};

use super::super::node::{records_of, send_to, still_sends, write};
use super::{Message, Output, Says, Timer, TwoPhase, Tx};

impl TwoPhase {
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
                self.answer(node, from, tx, cx);
            }
            return;
        };
        // With unanimity the first no decides: the other votes could change nothing. A yes decides only as
        // the last vote.
        let outcome = poll.count(from, yes, self.setting.participants, self.rules.unanimity);
        let all = poll.yes.len() == usize::from(self.setting.participants);
        let why = match outcome {
            None => return,
            Some(true) if all => "all have voted yes: decides to commit",
            Some(true) => "a majority has voted yes: decides to commit",
            Some(false) => "there is a no: decides to abort",
        };
        cx.note("Gray 1978, two-phase commit, phase 2", why);
        self.decide(node, tx, outcome == Some(true), cx);
    }

    pub(super) fn on_vote_timeout(&self, node: &mut Node<'_, Self>, cx: &mut Context<'_, Self>) {
        if let Some(poll) = &node.ram.memory.poll {
            let tx = poll.tx;
            // The missing vote may be a no, and nobody has been told of a commit: to abort is safe.
            cx.note("Bernstein et al. 1987, section 7.4", "a vote is missing: decides to abort");
            self.decide(node, tx, false, cx);
        }
    }

    /// A participant that crashed before it voted has lost its part of the work.
    pub(super) fn on_back_to_coordinator(
        &self,
        node: &mut Node<'_, Self>,
        from: NodeId,
        cx: &mut Context<'_, Self>,
    ) {
        if let Some(poll) = &node.ram.memory.poll
            && poll.missing(self.setting.participants).any(|participant| participant == from)
        {
            let tx = poll.tx;
            let why = "a participant has crashed before it voted: decides to abort";
            cx.note("Bernstein et al. 1987, section 7.4", why);
            self.decide(node, tx, false, cx);
        }
    }

    fn decide(&self, node: &mut Node<'_, Self>, tx: Tx, commit: bool, cx: &mut Context<'_, Self>) {
        // Votes that come later find no poll: a decision is not reversed (AC2).
        node.ram.memory.poll = None;
        cx.cancel_timer(Timer::Votes);
        // Before the first is told. If it told one of a commit and forgot it in a crash, it would find the
        // start alone, decide to abort, and tell the others so.
        write(self, node, (tx, Says::decision(commit)), self.rules.force_decision, cx);
        cx.output(Output::Decides { tx, commit });
        send_to(self, node, 1..cx.size(), Message::Decision { tx, commit }, cx);
    }

    /// After a crash: what was decided is told again, what was not is aborted.
    pub(super) fn recover_coordinator(&self, node: &mut Node<'_, Self>, cx: &mut Context<'_, Self>) {
        let tx = records_of(node).last();
        match records_of(node).decision(tx) {
            Some(commit) => {
                cx.note(
                    "Bernstein et al. 1987, section 7.4",
                    "its log holds a decision: tells it to all again",
                );
                send_to(self, node, 1..cx.size(), Message::Decision { tx, commit }, cx);
            }
            // It has never begun a transaction, so nobody waits for it.
            None if tx == 0 => {}
            None if self.rules.abort_if_undecided => {
                let why = "its log holds a start and no decision, so it has told nobody to commit: decides to abort";
                cx.note("Bernstein et al. 1987, section 7.4", why);
                self.decide(node, tx, false, cx);
            }
            None => cx.broadcast(&Message::Back),
        }
    }

    /// Somebody is in doubt and wants to know.
    pub(super) fn answer(&self, node: &mut Node<'_, Self>, from: NodeId, tx: Tx, cx: &mut Context<'_, Self>) {
        if node.ram.memory.poll.as_ref().is_some_and(|poll| poll.tx == tx) {
            // The decision is still to come, and will be told to all.
            return;
        }
        match records_of(node).decision(tx) {
            Some(commit) => {
                let decision = Message::Decision { tx, commit };
                if !still_sends(node, from, decision) {
                    cx.send(from, decision);
                }
            }
            // Only where a rule is off. Otherwise a transaction that somebody is in doubt about has a start
            // record, and by now a decision: recovery takes it if nobody did before the crash.
            None => cx.send(from, Message::Unknown { tx }),
        }
    }
}
