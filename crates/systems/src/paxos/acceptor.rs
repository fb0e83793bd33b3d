//! The acceptor: promises and votes (section 2.2, phases 1(b) and 2(b)).

use kernel::{Context, Local, Node, NodeId};

use super::{Ballot, Message, Output, Paxos, Ram, Vote};

impl Paxos {
    pub(super) fn on_prepare(
        &self,
        node: &mut Node<'_, Self>,
        from: NodeId,
        ballot: Ballot,
        cx: &mut Context<'_, Self>,
    ) {
        if !self.layout.acceptors().contains(&cx.me()) {
            return;
        }
        let answer = self.consider_prepare(node, ballot, cx);
        cx.send(from, answer);
        // After the answer: as a proposer the node may begin a ballot higher than this one, and its own
        // acceptor promises that at once. Done first, it would refuse every ballot that overtakes it.
        self.overhear(node, ballot, cx);
    }

    pub(super) fn on_accept(
        &self,
        node: &mut Node<'_, Self>,
        from: NodeId,
        vote: Vote,
        cx: &mut Context<'_, Self>,
    ) {
        if !self.layout.acceptors().contains(&cx.me()) {
            return;
        }
        let answer = self.consider_accept(node, vote, cx);
        cx.send(from, answer);
        self.overhear(node, vote.ballot, cx);
    }

    /// Phase 1(b). A promise of the same ballot is given again, since the answer may have been lost.
    pub(super) fn consider_prepare(
        &self,
        node: &mut Node<'_, Self>,
        ballot: Ballot,
        cx: &mut Context<'_, Self>,
    ) -> Message {
        if let Some(promised) = self.forbids(node, ballot) {
            cx.note("Section 2.2", "refuses: it has promised a higher ballot");
            return Message::Refused { ballot, promised };
        }
        self.promise(node, ballot);
        cx.note("Section 2.2, phase 1(b)", "promises to accept nothing lower, and names its latest vote");
        // The vote is named whatever its value is. Without it the proposer might take its own value while the
        // one voted for is already chosen.
        Message::Promise { ballot, vote: node.disk.vote }
    }

    /// Phase 2(b). The ballot need not be the one promised, only not lower; to accept it raises the promise.
    pub(super) fn consider_accept(
        &self,
        node: &mut Node<'_, Self>,
        vote: Vote,
        cx: &mut Context<'_, Self>,
    ) -> Message {
        let ballot = vote.ballot;
        if let Some(promised) = self.forbids(node, ballot) {
            cx.note("Section 2.2", "refuses: it has promised a higher ballot");
            return Message::Refused { ballot, promised };
        }
        // Without this the acceptor could vote in 5, promise 3 afterwards, and vote in 3: its vote in 5,
        // which may have chosen a value, would be overwritten by an older one.
        self.promise(node, ballot);
        node.disk.vote = Some(vote);
        cx.note("Section 2.2, phase 2(b)", "accepts: it has promised nothing higher");
        cx.output(Output::Voted(vote));
        Message::Accepted { ballot }
    }

    /// The promise that forbids it to take part in this ballot.
    fn forbids(&self, node: &Node<'_, Self>, ballot: Ballot) -> Option<Ballot> {
        // The memory counts only where “persist promise” is off; the disk may still hold a promise from its
        // start.
        let promised = [node.disk.promised, node.ram.unsaved_promise].into_iter().flatten().max();
        // Strictly below: the proposer that was promised this very ballot comes back with it in phase 2.
        promised.filter(|&promised| self.rules.keep_promise && ballot < promised)
    }

    /// What is written here is on the disk before the answer leaves.
    fn promise(&self, node: &mut Node<'_, Self>, ballot: Ballot) {
        let place =
            if self.rules.persist_promise { &mut node.disk.promised } else { &mut node.ram.unsaved_promise };
        *place = (*place).max(Some(ballot));
    }

    /// The highest ballot that an acceptor takes part in, as its disk and its memory have it.
    pub(super) fn promised(&self, local: &Local<Self>) -> Option<Ballot> {
        let unsaved = local.ram.as_ref().and_then(|ram: &Ram| ram.unsaved_promise);
        [local.disk.promised, unsaved].into_iter().flatten().max()
    }

    /// Whether an acceptor could still vote in this ballot.
    pub(super) fn may_vote(&self, local: &Local<Self>, ballot: Ballot) -> bool {
        !self.rules.keep_promise || self.promised(local).is_none_or(|promised| promised <= ballot)
    }
}

/// A lying acceptor hides its vote, promises again what it has promised away, or claims a vote that it did not cast.
pub(super) fn lies(honest: &Message) -> Vec<Message> {
    match honest {
        Message::Promise { ballot, vote: Some(_) } => vec![Message::Promise { ballot: *ballot, vote: None }],
        Message::Refused { ballot, .. } => {
            vec![Message::Promise { ballot: *ballot, vote: None }, Message::Accepted { ballot: *ballot }]
        }
        Message::Promise { vote: None, .. }
        | Message::Request { .. }
        | Message::Prepare { .. }
        | Message::Accept { .. }
        | Message::Accepted { .. }
        | Message::Learn { .. } => Vec::new(),
    }
}
