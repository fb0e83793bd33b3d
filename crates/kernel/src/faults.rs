//! What may go wrong, and how often.

use serde::{Deserialize, Serialize};

use crate::NodeId;
use crate::system::System;

/// A system that a search may do something to, within limits.
pub trait Faults: System {
    /// The system with these limits on what a search may do to it, and with no fault that has no limit.
    #[must_use]
    fn bounded(self, _budget: Budget) -> Self {
        self
    }

    /// What has happened in this state of what a budget limits.
    fn spent(&self, _state: &Self::State) -> Budget {
        Budget::default()
    }

    /// The node that the event crashes (`true`) or starts again (`false`), if it does either.
    fn crashes(&self, _event: &Self::Event) -> Option<(NodeId, bool)> {
        None
    }

    /// How many nodes are running and have not decided.
    fn undecided(&self, _state: &Self::State) -> usize {
        0
    }
}

/// How often each fault may happen, or has happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Budget {
    /// Crashes.
    pub crashes: u32,
    /// Lost messages.
    pub losses: u32,
    /// Duplicated messages.
    pub duplicates: u32,
    /// Links cut, one way each.
    pub cuts: u32,
    /// Timers fired.
    pub timeouts: u32,
    /// Requests of the workload.
    pub requests: u32,
}

impl Budget {
    /// Nothing.
    pub const NONE: Self = Self { crashes: 0, losses: 0, duplicates: 0, cuts: 0, timeouts: 0, requests: 0 };

    /// A timed run without faults of its own: timers and requests without end.
    pub const TIMED: Self =
        Self { crashes: 0, losses: 0, duplicates: 0, cuts: 0, timeouts: u32::MAX, requests: u32::MAX };

    /// So much more than what has happened.
    #[must_use]
    pub const fn beyond(self, spent: Self) -> Self {
        Self {
            crashes: self.crashes.saturating_add(spent.crashes),
            losses: self.losses.saturating_add(spent.losses),
            duplicates: self.duplicates.saturating_add(spent.duplicates),
            cuts: self.cuts.saturating_add(spent.cuts),
            timeouts: self.timeouts.saturating_add(spent.timeouts),
            requests: self.requests.saturating_add(spent.requests),
        }
    }

    /// Whether a message may be missing although both its ends are up and nothing is cut now.
    #[must_use]
    pub const fn unreliable(self) -> bool {
        self.losses > 0 || self.cuts > 0
    }

    /// Anything, without end.
    pub const UNLIMITED: Self = Self {
        crashes: u32::MAX,
        losses: u32::MAX,
        duplicates: u32::MAX,
        cuts: u32::MAX,
        timeouts: u32::MAX,
        requests: u32::MAX,
    };
}
