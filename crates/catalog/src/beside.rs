//! Two logs of the same requests, side by side: this run's, and that of another system with the same number of servers,
//! the same network, the same clients and the same seed, at the same time. What a reader does happens in this run alone.

use std::cell::RefCell;

use kernel::Micros;
use kernel::view::{LogRow, Logs};

use crate::atlas::{About, names};
use crate::recording::Recording;
use crate::session::{Open, Session};

/// Systems that keep the same requests in a log, in pairs.
const PAIRS: &[(&str, &str)] = &[("raft", "multi-paxos")];

/// The options that both runs share, where both systems have them.
const SHARED: &[&str] = &["servers", "requests", "latency-min", "latency-max", "loss", "duplication"];

/// The system whose log stands beside the one of this name, where it is there.
#[must_use]
pub fn partner(name: &str) -> Option<&'static str> {
    let (one, other) = *PAIRS.iter().find(|(one, other)| *one == name || *other == name)?;
    let partner = if one == name { other } else { one };
    names().iter().any(|room| room.name == partner).then_some(partner)
}

/// A run of the other system, which follows the time shown.
pub(crate) struct Beside {
    other: RefCell<Box<dyn Session>>,
}

impl Beside {
    /// The run beside the one of a room, if the room has such a partner and it can be opened now.
    pub(crate) fn of(about: &About, seed: u64, open: Open) -> Option<Self> {
        let mut recording = Recording::new(partner(about.room.name)?, "", seed);
        let bare = open(&recording).ok()?;
        let known = |name: &str| bare.about().options.iter().any(|option| option.name == name);
        let shared =
            about.options.iter().filter(|option| SHARED.contains(&option.name) && known(option.name));
        recording.options = shared.map(|option| (option.name.to_owned(), option.value.clone())).collect();
        Some(Self { other: RefCell::new(open(&recording).ok()?) })
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
