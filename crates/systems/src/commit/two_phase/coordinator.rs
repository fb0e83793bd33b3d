//! The coordinator: it collects votes, decides, and tells.

use std::collections::BTreeSet;

use kernel::{Context, Delay, Node, NodeId};

use super::{Handy, Message, Output, Poll, Says, Timer, TwoPhase, Tx};

impl TwoPhase {
    pub(super) fn begin(&self, node: &mut Node<'_, Self>, tx: Tx, cx: &mut Context<'_, Self>) {
        if node.ram.poll.is_some() || node.ram.outbox.is_some() {
            cx.output(Output::Busy { tx: node.records().last() });
            return;
        }
        let tx = tx.max(node.records().last().saturating_add(1));
        cx.note("Gray 1978, two-phase commit, phase 1", "asks all participants for their votes");
        self.write(node, (tx, Says::Begin), true, cx);
        node.ram.poll = Some(Poll { tx, yes: BTreeSet::new(), no: BTreeSet::new() });
        cx.output(Output::Begins { tx });
        self.send_to_all(node, Message::VoteRequest { tx }, cx);
        cx.set_timer(Timer::Votes, Delay::exactly(self.setting.vote_timeout));
    }

    /// Whose vote has not come.
    pub(super) fn missing<'a>(&self, poll: &'a Poll) -> impl Iterator<Item = NodeId> + use<'a> {
        let all = 1..=self.setting.participants;
        all.filter(|participant| !poll.yes.contains(participant) && !poll.no.contains(participant))
    }

    pub(super) fn on_vote(
        &self,
        node: &mut Node<'_, Self>,
        from: NodeId,
        tx: Tx,
        yes: bool,
        cx: &mut Context<'_, Self>,
    ) {
        let Some(poll) = node.ram.poll.as_mut().filter(|poll| poll.tx == tx) else {
            // Whoever votes yes late is in doubt, and may have been down when it was told.
            if yes {
                self.answer(node, from, tx, cx);
            }
            return;
        };
        if yes {
            poll.yes.insert(from);
        } else {
            poll.no.insert(from);
        }
        let (all, count) = (usize::from(self.setting.participants), |votes: &BTreeSet<_>| votes.len());
        let (yes, no) = (count(&poll.yes), count(&poll.no));
        let (commit, abort) = if self.rules.unanimity {
            (yes == all, no > 0)
        } else {
            // The rule of a majority vote.
            (yes > all / 2, no >= all - all / 2)
        };
        if commit {
            let why = if yes == all {
                "all have voted yes: decides to commit"
            } else {
                "a majority has voted yes: decides to commit"
            };
            cx.note("Gray 1978, two-phase commit, phase 2", why);
            self.decide(node, tx, true, cx);
        } else if abort {
            cx.note("Gray 1978, two-phase commit, phase 2", "there is a no: decides to abort");
            self.decide(node, tx, false, cx);
        }
    }

    pub(super) fn on_vote_timeout(&self, node: &mut Node<'_, Self>, cx: &mut Context<'_, Self>) {
        if let Some(poll) = &node.ram.poll {
            let tx = poll.tx;
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
        if let Some(poll) = &node.ram.poll
            && self.missing(poll).any(|participant| participant == from)
        {
            let tx = poll.tx;
            cx.note(
                "Bernstein et al. 1987, section 7.4",
                "a participant has crashed before it voted: decides to abort",
            );
            self.decide(node, tx, false, cx);
        }
    }

    fn decide(&self, node: &mut Node<'_, Self>, tx: Tx, commit: bool, cx: &mut Context<'_, Self>) {
        node.ram.poll = None;
        cx.cancel_timer(Timer::Votes);
        self.write(node, (tx, Says::decision(commit)), self.rules.force_decision, cx);
        cx.output(Output::Decides { tx, commit });
        self.send_to_all(node, Message::Decision { tx, commit }, cx);
    }

    /// After a crash: what was decided is told again, what was not is aborted.
    pub(super) fn recover_coordinator(&self, node: &mut Node<'_, Self>, cx: &mut Context<'_, Self>) {
        let tx = node.records().last();
        match node.records().decision(tx) {
            Some(commit) => {
                cx.note(
                    "Bernstein et al. 1987, section 7.4",
                    "its log holds a decision: tells it to all again",
                );
                self.send_to_all(node, Message::Decision { tx, commit }, cx);
            }
            None if tx == 0 => {}
            None if self.rules.presumed_abort => {
                cx.note(
                    "Mohan et al. 1986, section 3",
                    "its log holds no decision, so it has not committed: abort",
                );
                self.decide(node, tx, false, cx);
            }
            None => cx.broadcast(&Message::Back),
        }
    }

    /// Somebody is in doubt and wants to know.
    pub(super) fn answer(&self, node: &mut Node<'_, Self>, from: NodeId, tx: Tx, cx: &mut Context<'_, Self>) {
        if node.ram.poll.as_ref().is_some_and(|poll| poll.tx == tx) {
            // The decision is still to come, and will be told to all.
            return;
        }
        match node.records().decision(tx) {
            Some(commit) => {
                let decision = Message::Decision { tx, commit };
                let outbox = node.ram.outbox.as_ref();
                let comes =
                    outbox.is_some_and(|outbox| outbox.message == decision && outbox.to.contains(&from));
                if !comes {
                    cx.send(from, decision);
                }
            }
            None => cx.send(from, Message::Unknown { tx }),
        }
    }
}
