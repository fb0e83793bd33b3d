//! The links between nodes, and how much may go wrong on them.

use serde::{Deserialize, Serialize};

use crate::time::{Delay, Micros};

/// How links behave, unless one is slow or cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    /// The least and the most time a message takes.
    pub latency: (Micros, Micros),
    /// How many in a million messages are lost.
    pub loss_ppm: u32,
    /// How many in a million messages arrive twice.
    pub duplication_ppm: u32,
}

impl Default for Network {
    fn default() -> Self {
        Self { latency: (Micros::ms(10), Micros::ms(20)), loss_ppm: 0, duplication_ppm: 0 }
    }
}

impl Network {
    /// When a message is lost, if it is: before it could arrive.
    pub(super) fn loss(&self, least: Micros) -> Delay {
        chance(self.loss_ppm, Micros(0), Micros(least.0.saturating_sub(1)))
    }

    /// When a message is copied, if it is: before it could arrive.
    pub(super) fn duplication(&self, least: Micros) -> Delay {
        chance(self.duplication_ppm, Micros(0), Micros(least.0.saturating_sub(1)))
    }
}

fn chance(ppm: u32, least: Micros, most: Micros) -> Delay {
    if ppm == 0 { Delay::Never } else { Delay::Chance(ppm, least, most) }
}

/// What one link is beyond the ordinary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Wire {
    /// Messages along it are lost.
    pub cut: bool,
    /// Its own least and most latency.
    pub slow: Option<(Micros, Micros)>,
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
