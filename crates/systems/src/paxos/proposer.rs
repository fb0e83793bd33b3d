//! The proposer: ballots (section 2.2, phases 1(a) and 2(a)), and what it does when it gets no further (section 2.4).

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Context, Delay, Micros, Node, NodeId};

use super::{Ballot, Message, Output, Paxos, Phase, Proposal, Timer, Value, Vote};

impl Paxos {
    /// Somebody wants a value. A proposer does one thing at a time: one value is chosen at all.
    pub(super) fn take_up(
        &self,
        node: &mut Node<'_, Self>,
        (wanted, client): (Value, bool),
        cx: &mut Context<'_, Self>,
    ) {
        if let Some(proposal) = &mut node.ram.proposal {
            // The second wish is dropped and its client is answered with what is chosen: nothing else can be.
            proposal.client |= client;
            return;
        }
        node.ram.proposal = Some(Proposal { wanted, client, phase: Phase::Waiting, owing: BTreeSet::new() });
        if self.follows(cx.me()) {
            cx.note("Section 2.4", "leaves it to the distinguished proposer");
            cx.send(self.layout.distinguished(), Message::Request { value: wanted });
            self.be_patient(cx);
        } else {
            self.begin(node, cx);
        }
    }

    /// Phase 1(a): a ballot above all that it knows of.
    pub(super) fn begin(&self, node: &mut Node<'_, Self>, cx: &mut Context<'_, Self>) {
        let Some(proposal) = &mut node.ram.proposal else { return };
        // Written before the ballot is used. A proposer that forgot it in a crash would use the ballot again,
        // perhaps with another value, and acceptors cannot tell the two apart. `give_up` has raised it to the
        // round that overtook this one, so that one more is above both.
        node.disk.round = node.disk.round.saturating_add(1);
        let ballot = self.ballot(cx.me(), node.disk.round);
        proposal.phase = Phase::Prepare { ballot, promises: BTreeMap::new() };
        cx.note("Section 2.2, phase 1(a)", "begins a ballot above all that it knows of: asks for promises");
        cx.output(Output::Begun { ballot });
        self.be_patient(cx);
        self.ask_all(node, cx);
    }

    pub(super) fn on_promise(
        &self,
        node: &mut Node<'_, Self>,
        from: NodeId,
        (ballot, vote): (Ballot, Option<Vote>),
        cx: &mut Context<'_, Self>,
    ) {
        let Some(proposal) = answered(node, from) else { return };
        // A promise of an older ballot does not count for this one: since it was given, the acceptor may have
        // voted in a ballot between the two, and it has not promised to keep out of it.
        if let Phase::Prepare { ballot: own, promises } = &mut proposal.phase
            && *own == ballot
        {
            promises.insert(from, vote);
            if promises.len() >= self.prepare_quorum {
                self.ask_for_votes(node, cx);
            }
        } else {
            self.ask_late(node, from, cx);
        }
    }

    /// Phase 2(a): the value of the highest ballot that the promises name, or its own.
    fn ask_for_votes(&self, node: &mut Node<'_, Self>, cx: &mut Context<'_, Self>) {
        let Some(proposal) = &mut node.ram.proposal else { return };
        let Phase::Prepare { ballot, promises } = &proposal.phase else { return };
        let ballot = *ballot;
        // P2c. Suppose v is chosen in ballot c. Every ballot from c up to this one then asks for v (by
        // induction), and this quorum meets the one that chose v, so the highest vote named is of c or later,
        // and for v. A lower vote may be one that came to nothing, however many acceptors name it. Votes
        // compare by ballot first, so `max` is the highest ballot.
        let named = promises.values().flatten();
        let named = if self.rules.highest_ballot { named.max() } else { named.min() };
        let value = named.map_or(proposal.wanted, |vote| vote.value);
        cx.note(
            "Section 2.2, phase 2(a)",
            match (named, self.rules.highest_ballot) {
                (None, _) => "a quorum has promised and names no vote: asks for votes for its own value",
                (Some(_), true) => "a quorum has promised: takes over the value of the highest ballot named",
                (Some(_), false) => "a quorum has promised: takes over the value of the lowest ballot named",
            },
        );
        cx.output(Output::Proposed(Vote { ballot, value }));
        proposal.phase = Phase::Accept { ballot, value, accepted: BTreeSet::new() };
        self.ask_all(node, cx);
    }

    pub(super) fn on_accepted(
        &self,
        node: &mut Node<'_, Self>,
        from: NodeId,
        ballot: Ballot,
        cx: &mut Context<'_, Self>,
    ) {
        let Some(proposal) = answered(node, from) else { return };
        // Votes of different ballots do not add up: only a quorum in one ballot chooses.
        if let Phase::Accept { ballot: own, value, accepted } = &mut proposal.phase
            && *own == ballot
        {
            accepted.insert(from);
            let value = *value;
            if accepted.len() >= self.accept_quorum {
                self.tell(node, value, cx);
            }
        } else {
            self.ask_late(node, from, cx);
        }
    }

    pub(super) fn on_refused(
        &self,
        node: &mut Node<'_, Self>,
        from: NodeId,
        (ballot, promised): (Ballot, Ballot),
        cx: &mut Context<'_, Self>,
    ) {
        let Some(proposal) = answered(node, from) else { return };
        // A refusal of a ballot that was given up already must not end the present one, which may be higher
        // than the promise it names.
        if proposal.phase.ballot() == Some(ballot) {
            self.give_up(node, promised, cx);
        } else {
            self.ask_late(node, from, cx);
        }
    }

    /// As an acceptor the node hears of a ballot; as a proposer it is overtaken if that one is higher than its own.
    pub(super) fn overhear(&self, node: &mut Node<'_, Self>, ballot: Ballot, cx: &mut Context<'_, Self>) {
        let own = node.ram.proposal.as_ref().and_then(|proposal| proposal.phase.ballot());
        if own.is_some_and(|own| own < ballot) {
            self.give_up(node, ballot, cx);
        }
    }

    /// Its ballot was overtaken.
    fn give_up(&self, node: &mut Node<'_, Self>, overtaken_by: Ballot, cx: &mut Context<'_, Self>) {
        let Some(proposal) = &mut node.ram.proposal else { return };
        // Above this round is above the ballot that overtook it. Counting up from its own round, it could be
        // refused many times before it gets there.
        node.disk.round = node.disk.round.max(overtaken_by.round);
        proposal.phase = Phase::Waiting;
        let (least, most) = self.backoff;
        if self.follows(cx.me()) {
            cx.note("Section 2.4", "was overtaken: leaves it to the distinguished proposer again");
            self.be_patient(cx);
        // Two proposers that start over at once can overtake each other for ever; the random wait below ends
        // that in practice. The distinguished proposer need not wait: the others leave ballots to it.
        } else if self.leader || most == Micros::ZERO {
            self.begin(node, cx);
        } else {
            cx.note("Section 2.2", "was overtaken: waits a while before it starts over");
            cx.cancel_timer(Timer::Patience);
            cx.set_timer(Timer::Retry, Delay::Between(least, most));
        }
    }

    /// Nothing comes of it: answers may be lost, or the distinguished proposer may be down.
    pub(super) fn on_patience(&self, node: &mut Node<'_, Self>, cx: &mut Context<'_, Self>) {
        let Some(proposal) = &mut node.ram.proposal else { return };
        // The answers may be lost. If they still counted as owed, `ask` would never ask these acceptors
        // again.
        proposal.owing.clear();
        self.begin(node, cx);
    }

    /// Whether the node leaves ballots to the distinguished proposer.
    fn follows(&self, me: NodeId) -> bool {
        self.leader && me != self.layout.distinguished()
    }

    fn be_patient(&self, cx: &mut Context<'_, Self>) {
        if self.patience > Micros::ZERO {
            cx.set_timer(Timer::Patience, Delay::Between(self.patience, Micros(self.patience.0 * 2)));
        }
    }

    /// Asks every acceptor for what the phase is about, and itself last.
    fn ask_all(&self, node: &mut Node<'_, Self>, cx: &mut Context<'_, Self>) {
        // Itself last: its own answer is there at once, may complete the quorum, and moves the proposal on
        // within this call. By then all others must have been asked what this phase is about.
        let me = cx.me();
        for acceptor in self.layout.acceptors().filter(|&acceptor| acceptor != me) {
            self.ask(node, acceptor, cx);
        }
        if self.layout.acceptors().contains(&me) {
            self.ask_itself(node, cx);
        }
    }

    /// One request at a time is under way to each acceptor.
    fn ask(&self, node: &mut Node<'_, Self>, acceptor: NodeId, cx: &mut Context<'_, Self>) {
        let Some(proposal) = &mut node.ram.proposal else { return };
        // An acceptor that owes an answer is not asked again, not even in a new ballot: so messages in flight
        // are bounded, and a search through endless ballots has finitely many states. `ask_late` makes up for
        // it.
        if let Some(request) = proposal.phase.request()
            && proposal.owing.insert(acceptor)
        {
            cx.send(acceptor, request);
        }
    }

    /// An acceptor has answered an older question and is free for the present one.
    fn ask_late(&self, node: &mut Node<'_, Self>, acceptor: NodeId, cx: &mut Context<'_, Self>) {
        let phase = node.ram.proposal.as_ref().map(|proposal| &proposal.phase);
        // Whoever has answered in this phase is not asked again, or a late answer would lead to one question
        // after another.
        if phase.is_some_and(|phase| !phase.answered_by(acceptor)) {
            self.ask(node, acceptor, cx);
        }
    }

    /// The node is an acceptor too, and answers itself without a message.
    fn ask_itself(&self, node: &mut Node<'_, Self>, cx: &mut Context<'_, Self>) {
        let me = cx.me();
        let Some(phase) = node.ram.proposal.as_ref().map(|proposal| &proposal.phase) else { return };
        let answer = match *phase {
            Phase::Waiting => return,
            Phase::Prepare { ballot, .. } => self.consider_prepare(node, ballot, cx),
            Phase::Accept { ballot, value, .. } => self.consider_accept(node, Vote { ballot, value }, cx),
        };
        match answer {
            Message::Promise { ballot, vote } => self.on_promise(node, me, (ballot, vote), cx),
            Message::Accepted { ballot } => self.on_accepted(node, me, ballot, cx),
            Message::Refused { ballot, promised } => self.on_refused(node, me, (ballot, promised), cx),
            Message::Request { .. }
            | Message::Prepare { .. }
            | Message::Accept { .. }
            | Message::Learn { .. } => unreachable!("an acceptor promises, accepts or refuses"),
        }
    }
}

/// The acceptor owes no answer any more; `None`: nobody waits for one.
fn answered<'a>(node: &'a mut Node<'_, Paxos>, from: NodeId) -> Option<&'a mut Proposal> {
    let proposal = node.ram.proposal.as_mut()?;
    proposal.owing.remove(&from);
    Some(proposal)
}

impl Phase {
    /// The ballot under way.
    pub(super) fn ballot(&self) -> Option<Ballot> {
        match self {
            Self::Waiting => None,
            Self::Prepare { ballot, .. } | Self::Accept { ballot, .. } => Some(*ballot),
        }
    }

    /// What acceptors are asked.
    fn request(&self) -> Option<Message> {
        match *self {
            Self::Waiting => None,
            Self::Prepare { ballot, .. } => Some(Message::Prepare { ballot }),
            Self::Accept { ballot, value, .. } => Some(Message::Accept { ballot, value }),
        }
    }

    fn answered_by(&self, acceptor: NodeId) -> bool {
        match self {
            Self::Waiting => true,
            Self::Prepare { promises, .. } => promises.contains_key(&acceptor),
            Self::Accept { accepted, .. } => accepted.contains(&acceptor),
        }
    }
}

impl Proposal {
    pub(super) fn relabel(&mut self, map: &[NodeId]) {
        let to = |node: &NodeId| map[usize::from(*node)];
        self.owing = self.owing.iter().map(to).collect();
        match &mut self.phase {
            Phase::Waiting => {}
            Phase::Prepare { promises, .. } => {
                *promises = promises.iter().map(|(node, vote)| (to(node), *vote)).collect();
            }
            Phase::Accept { accepted, .. } => *accepted = accepted.iter().map(to).collect(),
        }
    }
}

/// A lying proposer asks for votes for another value than it says elsewhere, or says that another one was chosen.
pub(super) fn lies(honest: &Message) -> Vec<Message> {
    match *honest {
        Message::Accept { ballot, value } => vec![Message::Accept { ballot, value: value ^ 1 }],
        Message::Learn { value } => vec![Message::Learn { value: value ^ 1 }],
        Message::Request { .. }
        | Message::Prepare { .. }
        | Message::Promise { .. }
        | Message::Accepted { .. }
        | Message::Refused { .. } => Vec::new(),
    }
}
