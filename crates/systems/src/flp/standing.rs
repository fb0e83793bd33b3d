//! Where a process stands, for who measures a protocol from outside.

use kernel::{Local, NodeId};

use super::{Bit, Consensus, Message, Work};

/// Where a process stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProcessProgress {
    /// What it has decided.
    pub decided: Option<Bit>,
    /// The round it is in; 0: in none, or the protocol has no rounds.
    pub round: u8,
    /// What it would decide, or tells in this round.
    pub value: Option<Bit>,
    /// In Ben-Or's rounds, whether it waits for proposals and no longer for values.
    pub proposing: bool,
    /// The coordinator that it waits for.
    pub coordinator: Option<NodeId>,
    /// It would begin a round or a ballot beyond the bound, and does nothing more of its own.
    pub stopped: bool,
    /// It need not go on by itself where another does: it only votes, or would follow the other into a later round.
    pub passive: bool,
}

impl ProcessProgress {
    /// Of a process.
    #[must_use]
    pub fn of(local: &Local<Consensus>) -> Self {
        let decided = local.disk.decided;
        match local.ram.as_ref().map(|ram| &ram.work) {
            Some(Work::Round(at)) => Self {
                decided,
                round: at.round,
                value: Some(at.value),
                proposing: at.proposing,
                ..Self::default()
            },
            Some(Work::Follow(at)) => Self {
                decided,
                round: at.round,
                value: Some(at.estimate),
                coordinator: at.lead.is_none().then_some(at.coordinator),
                passive: true,
                ..Self::default()
            },
            Some(Work::OutOfRounds) => Self { decided, value: decided, stopped: true, ..Self::default() },
            Some(Work::Vote(at)) => Self {
                decided,
                value: decided,
                stopped: at.stopped,
                passive: at.own.is_none(),
                ..Self::default()
            },
            Some(Work::Asleep | Work::Gather(_) | Work::Done) | None => {
                Self { decided, value: decided, ..Self::default() }
            }
        }
    }
}

impl Message {
    /// The round of Ben-Or that it belongs to, whether it is a proposal there, and what it says.
    #[must_use]
    pub const fn phase(&self) -> Option<(u8, bool, Option<Bit>)> {
        match *self {
            Self::Mine { round, value } => Some((round, false, Some(value))),
            Self::Propose { round, value } => Some((round, true, value)),
            Self::Value(_) | Self::Estimate { .. } | Self::Adopt { .. } | Self::Reply { .. } => None,
            Self::Prepare { .. } | Self::Promise { .. } | Self::Accept { .. } => None,
            Self::Accepted { .. } | Self::Refused { .. } | Self::Decided(_) => None,
        }
    }
}
