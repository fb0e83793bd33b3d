//! The single-decree synod with a bounded number of ballots (Lamport, *The Part-Time Parliament*, 1998, section 2.3;
//! *Paxos Made Simple*, 2001, section 2.2).
//!
//! Every process accepts and learns. Ballot b belongs to process b, counted around; a process begins its first ballot
//! with its first step, and its next one when it is refused. With ballots for ever, two processes can overtake each
//! other for ever. With so many and no more, a run can be out of ballots and undecided: that is the bound of this
//! model and says nothing of the protocol.

use kernel::NodeId;
use serde::{Deserialize, Serialize};

use super::{Bit, Consensus, Cx, Message, Next, Set, majority};

const SOURCE: &str = "Paxos Made Simple, section 2.2";

/// A process that accepts, and may have a ballot of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Vote {
    /// It accepts nothing below this ballot; 0: it has promised nothing.
    pub(super) promised: u8,
    /// Its latest vote: ballot and value.
    pub(super) vote: Option<(u8, Bit)>,
    /// Its own ballot, if it has begun one.
    pub(super) own: Option<Own>,
}

/// A ballot of the process's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) struct Own {
    /// Which one.
    pub(super) ballot: u8,
    /// How far it is.
    pub(super) phase: Phase,
}

/// How far a ballot is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Phase {
    /// It gathers promises.
    Prepare {
        /// Who has promised.
        promises: Set,
        /// The highest vote named.
        highest: Option<(u8, Bit)>,
    },
    /// It gathers votes.
    Accept {
        /// Who has voted.
        votes: Set,
        /// For what.
        value: Bit,
    },
}

impl Vote {
    pub(super) fn begin(protocol: &Consensus, cx: Cx<'_, '_>) -> Self {
        let mut vote = Self::default();
        vote.open(protocol, cx);
        vote
    }

    /// The first ballot of a process that is above this one.
    fn own_above(above: u8, me: NodeId, size: NodeId) -> u8 {
        let (size, mut ballot) = (size as u8, me as u8 + 1);
        while ballot <= above {
            ballot = ballot.saturating_add(size);
        }
        ballot
    }

    /// Begins the next ballot of its own, if there is one within the bound.
    fn open(&mut self, protocol: &Consensus, cx: Cx<'_, '_>) {
        let used = self.own.map_or(0, |own| own.ballot);
        let ballot = Self::own_above(self.promised.max(used), cx.me(), cx.size());
        if ballot > protocol.bound {
            return;
        }
        self.promised = ballot;
        let phase = Phase::Prepare { promises: 1 << cx.me(), highest: self.vote };
        self.own = Some(Own { ballot, phase });
        cx.note(SOURCE, "phase 1(a): begins a ballot of its own and asks for promises");
        cx.broadcast(&Message::Prepare { ballot });
    }

    /// It has no ballot left, and its last one, if any, cannot succeed or has not been answered.
    pub(super) fn out_of_ballots(&self, protocol: &Consensus, me: NodeId, size: NodeId) -> bool {
        let used = self.own.map_or(0, |own| own.ballot);
        Self::own_above(self.promised.max(used), me, size) > protocol.bound
    }

    pub(super) fn receive(
        &mut self,
        protocol: &Consensus,
        (from, input): (NodeId, Bit),
        message: Message,
        cx: Cx<'_, '_>,
    ) -> Next {
        match message {
            Message::Prepare { ballot } if ballot > self.promised => {
                self.promised = ballot;
                cx.note(SOURCE, "phase 1(b): promises to accept nothing lower, and names its latest vote");
                cx.send(from, Message::Promise { ballot, vote: self.vote });
            }
            Message::Accept { ballot, value } if ballot >= self.promised => {
                (self.promised, self.vote) = (ballot, Some((ballot, value)));
                cx.note(SOURCE, "phase 2(b): votes, since it has promised nothing higher");
                cx.send(from, Message::Accepted { ballot });
            }
            // A sender that has no ballot left could do nothing with a refusal.
            Message::Prepare { ballot } | Message::Accept { ballot, .. }
                if Self::own_above(self.promised, from, cx.size()) <= protocol.bound =>
            {
                cx.send(from, Message::Refused { ballot, promised: self.promised });
            }
            Message::Promise { ballot, vote } => self.promise((from, input), (ballot, vote), cx),
            Message::Accepted { ballot } => return self.accepted(from, ballot, cx),
            Message::Refused { ballot, promised } if self.own.is_some_and(|own| own.ballot == ballot) => {
                self.promised = self.promised.max(promised);
                self.open(protocol, cx);
            }
            Message::Prepare { .. } | Message::Accept { .. } | Message::Refused { .. } => {}
            // Of another protocol.
            Message::Value(_) | Message::Estimate { .. } | Message::Adopt { .. } | Message::Reply { .. } => {}
            Message::Mine { .. } | Message::Propose { .. } | Message::Decided(_) => {}
        }
        Next::Goes
    }

    fn promise(&mut self, (from, input): (NodeId, Bit), (of, vote): (u8, Option<(u8, Bit)>), cx: Cx<'_, '_>) {
        let Some(Own { ballot, phase }) = &mut self.own else { return };
        let Phase::Prepare { promises, highest } = phase else { return };
        if *ballot != of {
            return;
        }
        *promises |= 1 << from;
        *highest = (*highest).max(vote);
        if promises.count_ones() < majority(cx.size()) {
            return;
        }
        let (ballot, value) = (*ballot, highest.map_or(input, |(_, value)| value));
        cx.note(
            SOURCE,
            "phase 2(a): of the votes named, takes that of the highest ballot; of none, its input",
        );
        let mut votes = 0;
        if self.promised <= ballot {
            (self.promised, self.vote) = (ballot, Some((ballot, value)));
            votes = 1 << cx.me();
        }
        self.own = Some(Own { ballot, phase: Phase::Accept { votes, value } });
        cx.broadcast(&Message::Accept { ballot, value });
    }

    fn accepted(&mut self, from: NodeId, of: u8, cx: Cx<'_, '_>) -> Next {
        let Some(Own { ballot, phase: Phase::Accept { votes, value } }) = &mut self.own else {
            return Next::Goes;
        };
        if *ballot != of {
            return Next::Goes;
        }
        *votes |= 1 << from;
        if votes.count_ones() < majority(cx.size()) {
            return Next::Goes;
        }
        cx.note(SOURCE, "a majority has voted: decides, and tells all");
        cx.broadcast(&Message::Decided(*value));
        Next::Decides(*value)
    }
}
