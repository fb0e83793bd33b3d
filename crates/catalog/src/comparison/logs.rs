//! Two logs of the same requests, side by side: this run's, and that of another system with the same number of servers,
//! the same network, the same clients and the same seed, at the same time. What a reader does happens in this run alone.

use std::cell::RefCell;

use kernel::Micros;
use kernel::view::{LogRow, Logs};

use super::open_beside;
use crate::rooms::{About, names};
use crate::session::{Open, Session};

/// Systems that keep the same requests in a log, in pairs.
const PAIRS: &[(&str, &str)] = &[("raft", "multi-paxos")];

/// The options that both runs share, where both systems have them.
const SHARED: &[(&str, &str)] = &[
    ("servers", "servers"),
    ("requests", "requests"),
    ("latency-min", "latency-min"),
    ("latency-max", "latency-max"),
    ("loss", "loss"),
    ("duplication", "duplication"),
];

/// The system whose log stands beside the one of this name, where it is there.
pub(crate) fn partner(name: &str) -> Option<&'static str> {
    let (one, other) = *PAIRS.iter().find(|(one, other)| *one == name || *other == name)?;
    let partner = if one == name { other } else { one };
    names().iter().any(|room| room.name == partner).then_some(partner)
}

/// A run of the other system, which follows the time shown.
pub(crate) struct LogsComparison {
    other: RefCell<Box<dyn Session>>,
}

impl LogsComparison {
    /// The run beside the one of a room, if the room has such a partner and it can be opened now.
    pub(crate) fn of(about: &About, seed: u64, open: Open) -> Option<Self> {
        let other = open_beside(partner(about.room.name)?, about, seed, SHARED, open)?;
        Some(Self { other: RefCell::new(other) })
    }

    /// Both logs at a time, in one list of rows.
    pub(crate) fn logs(&self, mine: Logs, about: &About, shown: Micros) -> Logs {
        let mut other = self.other.borrow_mut();
        if other.position().shown > shown {
            other.seek(shown);
        } else {
            other.play_to(shown, u64::MAX);
        }
        let theirs = other.logs().unwrap_or_default();
        let first = mine.first.max(theirs.first);
        let offset = u16::try_from(mine.rows.len()).unwrap_or(u16::MAX);
        let mut rows = titled(mine, about.room.title, first, 0);
        rows.extend(titled(theirs, other.about().room.title, first, offset));
        Logs { first, era: "era", place: "slot", settled: "settled", open: "not known to be settled", rows }
    }
}

/// The rows from an index on, under the system's name; node ids stay unique in the picture.
fn titled(logs: Logs, title: &str, first: u64, offset: u16) -> Vec<LogRow> {
    let skip = usize::try_from(first - logs.first).unwrap_or(usize::MAX);
    let rows = logs.rows.into_iter().map(|mut row| {
        // The server first: where there is little room, the end is cut off.
        row.name = format!("{} {title}", row.name);
        row.node = row.node.saturating_add(offset);
        row.cells.drain(..skip.min(row.cells.len()));
        row.pointers.clear();
        row
    });
    rows.collect()
}
