//! The single-decree synod with a bounded number of ballots (Lamport, *The Part-Time Parliament*, 1998, section 2.3;
//! *Paxos Made Simple*, 2001, section 2.2).
//!
//! Every process accepts and learns. Ballot b belongs to process b, counted around; a process begins its first ballot
//! with its first step, and its next one when it is refused: by another process, or by itself, since it may have
//! promised a higher ballot before it could vote in its own. With ballots for ever, two processes can overtake each
//! other for ever. With so many and no more, a process that would begin another gives its ballot up and stops there:
//! that is the bound of this model and says nothing of the protocol. A process whose first ballot is beyond the bound
//! proposes nothing at all, and only votes.

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
    /// Its own ballot, if it has begun one and has not given it up.
    pub(super) own: Option<Own>,
    /// Its last ballot within the bound is dead, and it would begin another.
    pub(super) stopped: bool,
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

    /// Begins the next ballot of its own, and gives up the one before it. If that would be beyond the bound it stops:
    /// unless it has had no ballot, since then it is nobody who proposes.
    fn open(&mut self, protocol: &Consensus, cx: Cx<'_, '_>) {
        let used = self.own.map_or(0, |own| own.ballot);
        let ballot = Self::own_above(self.promised.max(used), cx.me(), cx.size());
        if ballot > protocol.bound {
            self.stopped = self.own.take().is_some();
            return;
        }
        self.promised = ballot;
        let phase = Phase::Prepare { promises: 1 << cx.me(), highest: self.vote };
        self.own = Some(Own { ballot, phase });
        cx.note(SOURCE, "phase 1(a): begins a ballot of its own and asks for promises");
        cx.broadcast(&Message::Prepare { ballot });
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
            Message::Prepare { ballot } | Message::Accept { ballot, .. } => {
                cx.send(from, Message::Refused { ballot, promised: self.promised });
            }
            Message::Promise { ballot, vote } => self.promise(protocol, (from, input), (ballot, vote), cx),
            Message::Accepted { ballot } => return self.accepted(from, ballot, cx),
            Message::Refused { ballot, promised } if self.own.is_some_and(|own| own.ballot == ballot) => {
                self.promised = self.promised.max(promised);
                self.open(protocol, cx);
            }
            Message::Refused { .. } => {}
            // Of another protocol.
            Message::Value(_) | Message::Estimate { .. } | Message::Adopt { .. } | Message::Reply { .. } => {}
            Message::Mine { .. } | Message::Propose { .. } | Message::Decided(_) => {}
        }
        Next::Goes
    }

    fn promise(
        &mut self,
        protocol: &Consensus,
        (from, input): (NodeId, Bit),
        (of, vote): (u8, Option<(u8, Bit)>),
        cx: Cx<'_, '_>,
    ) {
        let Some(Own { ballot, phase }) = &mut self.own else { return };
        let Phase::Prepare { promises, highest } = phase else { return };
        if *ballot != of {
            return;
        }
        *promises |= 1 << from;
        *highest = (*highest).max(vote);
        let needed = if protocol.all_promise { u32::from(cx.size()) } else { majority(cx.size()) };
        if promises.count_ones() < needed {
            return;
        }
        let (ballot, value) = (*ballot, highest.map_or(input, |(_, value)| value));
        // Without its own vote a crash of one other could leave the ballot without a majority, and nobody to refuse it.
        if self.promised > ballot {
            cx.note(SOURCE, "has promised a higher ballot, so it gives its own up");
            self.open(protocol, cx);
            return;
        }
        cx.note(
            SOURCE,
            "phase 2(a): of the votes named, takes that of the highest ballot; of none, its input",
        );
        (self.promised, self.vote) = (ballot, Some((ballot, value)));
        self.own = Some(Own { ballot, phase: Phase::Accept { votes: 1 << cx.me(), value } });
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
