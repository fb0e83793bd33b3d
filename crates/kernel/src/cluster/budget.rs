//! What may happen to a cluster, and how often.

use crate::faults::{Counts, Fault};

/// How often each fault of a cluster may happen, or has happened: [`Counts`] of [`Budget::FAULTS`], as they stand in states
/// and are compared in every step of a search.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

/// A fault of the network or of a node, of which there is none unless somebody asks for it.
const fn harm(
    key: &'static str,
    title: &'static str,
    words: (&'static str, &'static str),
    help: &'static str,
) -> Fault {
    Fault { key, title, words, help, harm: true, usual: 0, most: 999, withholds: "" }
}

impl Budget {
    /// What a search of a cluster may limit.
    pub const FAULTS: &'static [Fault] = &[
        harm("crashes", "Crashes", ("crash", "crashes"), "How many crashes there may be"),
        harm("losses", "Losses", ("lost message", "lost messages"), "How many messages may be lost"),
        harm("duplicates", "Duplicates", ("duplicate", "duplicates"), "How many messages may be duplicated"),
        harm("cuts", "Cut links", ("cut link", "cut links"), "How often the network may be cut"),
        Fault {
            key: "timeouts",
            title: "Timeouts",
            words: ("timeout", "timeouts"),
            help: "How many timeouts there may be",
            harm: false,
            usual: 2,
            most: 999,
            withholds: "a timer from firing",
        },
        Fault {
            key: "requests",
            title: "Requests",
            words: ("request", "requests"),
            help: "How many requests of clients there may be",
            harm: false,
            usual: 1,
            most: 999,
            withholds: "a client from asking",
        },
    ];

    /// Nothing.
    pub const NONE: Self = Self { crashes: 0, losses: 0, duplicates: 0, cuts: 0, timeouts: 0, requests: 0 };

    /// A timed run without faults of its own: timers and requests without end.
    pub const TIMED: Self =
        Self { crashes: 0, losses: 0, duplicates: 0, cuts: 0, timeouts: u32::MAX, requests: u32::MAX };

    /// Anything, without end.
    pub const UNLIMITED: Self = Self {
        crashes: u32::MAX,
        losses: u32::MAX,
        duplicates: u32::MAX,
        cuts: u32::MAX,
        timeouts: u32::MAX,
        requests: u32::MAX,
    };

    /// Whether a message may be missing although both its ends are up and nothing is cut now.
    #[must_use]
    pub const fn unreliable(self) -> bool {
        self.losses > 0 || self.cuts > 0
    }

    /// In the order of the list.
    const fn numbers(&mut self) -> [&mut u32; 6] {
        let Self { crashes, losses, duplicates, cuts, timeouts, requests } = self;
        [crashes, losses, duplicates, cuts, timeouts, requests]
    }
}

impl From<Budget> for Counts {
    fn from(mut budget: Budget) -> Self {
        let numbers = budget.numbers();
        Self::of(Budget::FAULTS, numbers.into_iter().map(|number| *number))
    }
}

impl From<Counts> for Budget {
    fn from(counts: Counts) -> Self {
        let mut budget = Self::NONE;
        for (place, (_, number)) in budget.numbers().into_iter().zip(counts.each()) {
            *place = number;
        }
        budget
    }
}
