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
