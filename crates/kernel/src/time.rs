//! Time, as the simulator deals it out. Nothing else in the core knows of it.

use serde::{Deserialize, Serialize};

/// A date or a span of simulated time, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Micros(pub u64);

impl Micros {
    /// The start of every run.
    pub const ZERO: Self = Self(0);

    /// So many milliseconds.
    pub const fn ms(ms: u64) -> Self {
        Self(ms * 1000)
    }

    /// The date that is `span` later.
    #[must_use]
    pub const fn plus(self, span: Self) -> Self {
        Self(self.0.saturating_add(span.0))
    }

    /// The span from `earlier` to here; zero where `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Self {
        Self(self.0.saturating_sub(earlier.0))
    }

    /// In milliseconds, with fraction.
    #[must_use]
    pub const fn as_ms(self) -> f64 {
        self.0 as f64 / 1000.0
    }
}

impl std::fmt::Display for Micros {
    /// `412.03 ms`, and from ten seconds on `12.5 s`, without needless digits.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (number, unit) = if self.0 < 10_000_000 { (self.0, "ms") } else { (self.0 / 1000, "s") };
        let (whole, part) = (number / 1000, number % 1000);
        if part == 0 {
            write!(f, "{whole} {unit}")
        } else {
            write!(f, "{whole}.{} {unit}", format!("{part:03}").trim_end_matches('0'))
        }
    }
}

/// How long an event takes once it is enabled. Only the simulator asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Delay {
    /// It happens only when it is asked for.
    Never,
    /// Evenly distributed between the two, both included.
    Between(Micros, Micros),
    /// Exponentially distributed with this mean: a Poisson process.
    Exponential(Micros),
    /// With a chance of so many in a million between the two, else never.
    Chance(u32, Micros, Micros),
}

impl Delay {
    /// Exactly so long.
    pub const fn exactly(span: Micros) -> Self {
        Self::Between(span, span)
    }
}
