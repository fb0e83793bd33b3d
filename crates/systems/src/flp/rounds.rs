//! Ben-Or's rounds (Ben-Or, *Another Advantage of Free Choice*, PODC 1983), in the form of Wattenhofer's lecture
//! *Principles of Distributed Computing*, algorithm 16.15.
//!
//! In each round a process tells its value and waits for the values of a majority. If all that it has are v, it
//! proposes v, and else nothing; then it waits for the proposals of a majority. If all propose v it decides v; if one
//! does, it takes v over; else it tosses a coin. Two majorities meet, so no two processes propose different values in a
//! round, and once somebody decides v, all others take v over in the same round. A process that decides still tells
//! its value and its proposal of the next round, since others may wait for them.
//!
//! Without the coin a process that sees no proposal takes 0. Then a scheduler can let all go through the same round for
//! ever.

use kernel::NodeId;
use serde::{Deserialize, Serialize};

use super::{Algorithm, Bit, Consensus, Cx, Message, Next, majority};

const SOURCE: &str = "Algorithm 16.15";

/// A process in a round.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Round {
    /// The round, from 1.
    pub(super) round: u8,
    /// It waits for proposals, and no longer for values.
    pub(super) proposing: bool,
    /// Its value.
    pub(super) value: Bit,
    /// What it has heard of this round and of later ones and has not used yet, in order.
    pub(super) heard: Vec<Heard>,
}

/// What a process has told of itself: in which round, as a proposal or a value, who, and what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) struct Heard {
    pub(super) round: u8,
    pub(super) proposal: bool,
    pub(super) from: u8,
    pub(super) value: Option<Bit>,
}

impl Round {
    pub(super) fn begin(input: Bit, cx: Cx<'_, '_>) -> Self {
        let mut round = Self { round: 1, proposing: false, value: input, heard: Vec::new() };
        round.tell(Some(input), cx);
        round
    }

    /// Tells its value or its proposal of the phase that it is in to all, itself among them.
    fn tell(&mut self, value: Option<Bit>, cx: Cx<'_, '_>) {
        let round = self.round;
        cx.broadcast(&message(round, self.proposing, value));
        self.note(Heard { round, proposal: self.proposing, from: cx.me() as u8, value });
    }

    fn note(&mut self, heard: Heard) {
        if (heard.round, heard.proposal) < (self.round, self.proposing) {
            return;
        }
        if let Err(place) = self.heard.binary_search(&heard) {
            self.heard.insert(place, heard);
        }
    }

    pub(super) fn receive(
        &mut self,
        protocol: &Consensus,
        from: NodeId,
        message: Message,
        cx: Cx<'_, '_>,
    ) -> Next {
        let from = from as u8;
        if let Message::Mine { round, value } = message {
            self.note(Heard { round, proposal: false, from, value: Some(value) });
        } else if let Message::Propose { round, value } = message {
            self.note(Heard { round, proposal: true, from, value });
        } else {
            return Next::Goes;
        }
        // What it has heard of the next phase may be enough for that, too.
        loop {
            let phase = (self.round, self.proposing);
            let here = self.heard.iter().filter(|heard| (heard.round, heard.proposal) == phase);
            let votes: Vec<Option<Bit>> = here.map(|heard| heard.value).collect();
            if (votes.len() as u32) < majority(cx.size()) {
                return Next::Goes;
            }
            self.heard.retain(|heard| (heard.round, heard.proposal) > phase);
            if self.proposing {
                let next = self.vote(protocol, &votes, cx);
                if !matches!(next, Next::Goes) {
                    return next;
                }
            } else {
                let first = votes[0];
                let proposal = if votes.iter().all(|&value| value == first) { first } else { None };
                cx.note(SOURCE, "has the values of a majority: proposes the value if all are the same");
                self.proposing = true;
                self.tell(proposal, cx);
            }
        }
    }

    /// Has the proposals of a majority.
    fn vote(&mut self, protocol: &Consensus, votes: &[Option<Bit>], cx: Cx<'_, '_>) -> Next {
        let proposed = votes.iter().flatten().next().copied();
        if let Some(value) = proposed
            && votes.iter().all(|&vote| vote == proposed)
        {
            cx.note(
                SOURCE,
                "all proposals are the same: decides, and still tells its part of the next round",
            );
            for (proposal, round) in [(false, self.round + 1), (true, self.round + 1)] {
                if round <= protocol.bound {
                    cx.broadcast(&message(round, proposal, Some(value)));
                }
            }
            return Next::Decides(value);
        }
        self.value = match (proposed, protocol.algorithm) {
            (Some(value), _) => {
                cx.note(SOURCE, "takes over the value that was proposed");
                value
            }
            (None, Algorithm::Rounds { coin: true }) => {
                cx.note(SOURCE, "no proposal: tosses a coin");
                Bit::from(cx.choose(2) == 1)
            }
            (None, _) => {
                cx.note(SOURCE, "no proposal, and no coin: takes 0");
                0
            }
        };
        if self.round == protocol.bound {
            return Next::Stops;
        }
        (self.round, self.proposing) = (self.round + 1, false);
        self.tell(Some(self.value), cx);
        Next::Goes
    }
}

fn message(round: u8, proposal: bool, value: Option<Bit>) -> Message {
    match value {
        Some(value) if !proposal => Message::Mine { round, value },
        value => Message::Propose { round, value },
    }
}
