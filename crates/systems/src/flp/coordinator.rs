//! A coordinator in turns (Chandra and Toueg, *Unreliable Failure Detectors for Reliable Distributed Systems*, Journal
//! of the ACM 43(2), 1996, figure 6).
//!
//! In round r the coordinator is process r, counted around. Each process sends it an estimate with the round in which
//! it adopted it; of a majority of estimates the coordinator takes one that was adopted last, and asks all to adopt it;
//! when a majority has, it decides. A process that suspects the coordinator says no and goes on to the next round.
//! Whatever a majority has adopted is in every later majority of estimates, and newest there: that is the lock which
//! makes agreement hold whatever the detector says. Without a detector a process waits for a crashed coordinator for
//! ever.
//!
//! Here a process goes on to the next round only when it suspects; a message of a later round takes it there.

use kernel::{Delay, Micros, NodeId};
use serde::{Deserialize, Serialize};

use super::{Bit, Consensus, Cx, Detector, Message, Next, Set, Timer, majority};

const SOURCE: &str = "Chandra and Toueg, figure 6";

/// A process between coordinators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Follow {
    /// The round it is in, from 1.
    pub(super) round: u8,
    /// Who coordinates that round.
    pub(super) coordinator: NodeId,
    /// What it would decide.
    pub(super) estimate: Bit,
    /// The round in which it adopted that; 0: it is its input.
    pub(super) adopted: u8,
    /// As the coordinator of this round, how far it is.
    pub(super) lead: Option<Lead>,
    /// How often it has suspected, up to the number of times that its detector may be wrong.
    pub(super) suspicions: u8,
}

/// How far a coordinator is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Lead {
    /// It gathers estimates.
    Estimates {
        /// From whom.
        from: Set,
        /// The newest so far: when it was adopted, and what it is.
        newest: (u8, Bit),
    },
    /// It has asked all to adopt its estimate.
    Asked {
        /// Who has.
        adopted: Set,
    },
}

impl Follow {
    pub(super) fn begin(protocol: &Consensus, input: Bit, cx: Cx<'_, '_>) -> Self {
        let mut follow =
            Self { round: 0, coordinator: 0, estimate: input, adopted: 0, lead: None, suspicions: 0 };
        follow.enter(protocol, 1, cx);
        follow
    }

    /// Enters a round, from a lower one.
    fn enter(&mut self, protocol: &Consensus, round: u8, cx: Cx<'_, '_>) {
        self.round = round;
        self.coordinator = NodeId::from(round - 1) % cx.size();
        if self.coordinator == cx.me() {
            self.lead = Some(Lead::Estimates { from: 1 << cx.me(), newest: (self.adopted, self.estimate) });
            cx.cancel_timer(Timer::Suspect);
            return;
        }
        self.lead = None;
        let (value, adopted) = (self.estimate, self.adopted);
        cx.note(SOURCE, "phase 1: tells the coordinator what it would decide");
        cx.send(self.coordinator, Message::Estimate { round, value, adopted });
        if protocol.detector != Detector::None {
            let patience = Micros(protocol.patience.0.saturating_mul(u64::from(round)));
            cx.set_timer(Timer::Suspect, Delay::Between(patience, patience));
        }
    }

    /// Follows a message into a later round.
    fn reach(&mut self, protocol: &Consensus, round: u8, cx: Cx<'_, '_>) {
        if round > self.round && round <= protocol.bound {
            self.enter(protocol, round, cx);
        }
    }

    pub(super) fn receive(
        &mut self,
        protocol: &Consensus,
        from: NodeId,
        message: Message,
        cx: Cx<'_, '_>,
    ) -> Next {
        match message {
            Message::Estimate { round, value, adopted } => {
                self.reach(protocol, round, cx);
                if round == self.round {
                    self.gather(from, (adopted, value), cx);
                }
            }
            Message::Adopt { round, value } => {
                self.reach(protocol, round, cx);
                if round == self.round && from == self.coordinator && self.adopted < round {
                    (self.estimate, self.adopted) = (value, round);
                    cx.note(SOURCE, "phase 3: adopts what the coordinator asks for");
                    cx.send(from, Message::Reply { round, adopted: true });
                }
            }
            Message::Reply { round, adopted } if round == self.round => {
                return self.count(protocol, from, adopted, cx);
            }
            // Of a round that is over, or of another protocol.
            Message::Reply { .. } | Message::Value(_) | Message::Decided(_) => {}
            Message::Prepare { .. } | Message::Promise { .. } | Message::Accept { .. } => {}
            Message::Accepted { .. } | Message::Refused { .. } => {}
            Message::Mine { .. } | Message::Propose { .. } => {}
        }
        Next::Goes
    }

    /// Phase 2: of a majority of estimates, one that was adopted last.
    fn gather(&mut self, who: NodeId, estimate: (u8, Bit), cx: Cx<'_, '_>) {
        let Some(Lead::Estimates { from, newest }) = &mut self.lead else { return };
        *from |= 1 << who;
        // Of several that are equally new, the one heard last.
        if estimate.0 >= newest.0 {
            *newest = estimate;
        }
        if from.count_ones() < majority(cx.size()) {
            return;
        }
        let (value, round) = (newest.1, self.round);
        (self.estimate, self.adopted) = (value, round);
        self.lead = Some(Lead::Asked { adopted: 1 << cx.me() });
        cx.note(SOURCE, "phase 2: of a majority of estimates, asks all to adopt the newest");
        cx.broadcast(&Message::Adopt { round, value });
    }

    /// Phase 4: decides when a majority has adopted, and gives the round up at the first no.
    fn count(&mut self, protocol: &Consensus, from: NodeId, yes: bool, cx: Cx<'_, '_>) -> Next {
        let Some(Lead::Asked { adopted }) = &mut self.lead else {
            return if yes || self.lead.is_none() { Next::Goes } else { self.give_up(protocol, cx) };
        };
        if !yes {
            return self.give_up(protocol, cx);
        }
        *adopted |= 1 << from;
        if adopted.count_ones() < majority(cx.size()) {
            return Next::Goes;
        }
        cx.note(SOURCE, "phase 4: a majority has adopted it: decides, and tells all");
        cx.broadcast(&Message::Decided(self.estimate));
        Next::Decides(self.estimate)
    }

    /// The detector suspects the coordinator.
    pub(super) fn suspect(&mut self, protocol: &Consensus, cx: Cx<'_, '_>) -> Next {
        if protocol.detector == Detector::Eventual {
            self.suspicions = (self.suspicions + 1).min(protocol.wrong);
        }
        if self.adopted < self.round {
            cx.note(SOURCE, "phase 3: suspects the coordinator, and says no");
            cx.send(self.coordinator, Message::Reply { round: self.round, adopted: false });
        }
        self.give_up(protocol, cx)
    }

    fn give_up(&mut self, protocol: &Consensus, cx: Cx<'_, '_>) -> Next {
        if self.round == protocol.bound {
            return Next::Stops;
        }
        self.enter(protocol, self.round + 1, cx);
        Next::Goes
    }
}
