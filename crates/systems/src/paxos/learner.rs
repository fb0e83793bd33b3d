//! Learning what was chosen (section 2.3), and clients, who wait for it.
//!
//! A proposer is the distinguished learner of its own ballots: the acceptors answer it alone, and it tells the others.

use kernel::{Context, Node, NodeId};

use super::{Message, Output, Paxos, Timer, Value};

impl Paxos {
    /// A client asks from outside: a node that stands for a client passes it on, a proposer takes it up.
    pub(super) fn on_client(&self, node: &mut Node<'_, Self>, value: Value, cx: &mut Context<'_, Self>) {
        let me = cx.me();
        // For good: no other value can be chosen, so there is nothing to ask the acceptors.
        if let Some(value) = node.disk.known {
            cx.output(Output::Answered { value });
        } else if self.layout.clients().contains(&me) {
            cx.note("Section 3", "sends its value to a proposer");
            cx.send(self.layout.proposer_of(me), Message::Request { value });
        } else if self.layout.proposers().contains(&me) {
            self.take_up(node, (value, true), cx);
        }
    }

    /// A client or another proposer asks.
    pub(super) fn on_request(
        &self,
        node: &mut Node<'_, Self>,
        from: NodeId,
        value: Value,
        cx: &mut Context<'_, Self>,
    ) {
        if let Some(value) = node.disk.known {
            cx.send(from, Message::Learn { value });
        } else if self.layout.proposers().contains(&cx.me()) {
            self.take_up(node, (value, false), cx);
        }
    }

    /// Learning (section 2.3): a quorum has accepted.
    pub(super) fn tell(&self, node: &mut Node<'_, Self>, value: Value, cx: &mut Context<'_, Self>) {
        cx.note("Section 2.3", "a quorum has accepted its value: it is chosen, and learners are told");
        self.learn(node, value, cx);
        let (learners, proposers) = (self.layout.learners(), self.layout.proposers());
        // Proposers are told too: one that still tries would go on with ballots, and its client would wait.
        for peer in cx.peers().filter(|peer| learners.contains(peer) || proposers.contains(peer)) {
            cx.send(peer, Message::Learn { value });
        }
    }

    /// Takes it as chosen.
    pub(super) fn learn(&self, node: &mut Node<'_, Self>, value: Value, cx: &mut Context<'_, Self>) {
        // Told again, it does nothing: clients would otherwise be told as often as learners are.
        if node.disk.known.is_some() {
            return;
        }
        node.disk.known = Some(value);
        cx.output(Output::Learned { value });
        // Its ballot needs no end: what acceptors answer from now on finds no proposal and is ignored.
        if let Some(proposal) = node.ram.proposal.take() {
            cx.cancel_timer(Timer::Patience);
            cx.cancel_timer(Timer::Retry);
            if proposal.client {
                cx.output(Output::Answered { value });
            }
        }
        if self.layout.learners().contains(&cx.me()) {
            for client in self.layout.clients() {
                cx.send(client, Message::Learn { value });
            }
        }
    }
}
