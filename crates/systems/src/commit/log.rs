//! The write-ahead log: what a node has promised and decided.
//!
//! A record is *forced* when it is on the disk before the node goes on. One that is only written stands in memory
//! until it is forced with a later one or by itself after a while; a crash in between loses it.

use serde::{Deserialize, Serialize};

/// A transaction, counted from 1.
pub type Tx = u32;

/// One record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Record {
    /// The transaction it is about.
    pub tx: Tx,
    /// What it says.
    pub says: Says,
}

/// What a record says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Says {
    /// The coordinator has begun to collect votes.
    Begin,
    /// A participant has voted yes: it can carry out its part whatever happens, and waits for the decision.
    Yes,
    /// All have voted yes, and everybody is told before anybody commits.
    PreCommit,
    /// Abort is decided.
    Abort,
    /// Commit is decided.
    Commit,
}

impl Says {
    /// The record of a decision.
    pub const fn decision(commit: bool) -> Self {
        if commit { Self::Commit } else { Self::Abort }
    }

    /// The decision that it records.
    pub const fn decided(self) -> Option<bool> {
        match self {
            Self::Commit => Some(true),
            Self::Abort => Some(false),
            Self::Begin | Self::Yes | Self::PreCommit => None,
        }
    }
}

/// What survives a crash.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Disk {
    /// The log.
    pub log: Vec<Record>,
    /// The node has been started before.
    pub used: bool,
}

impl Disk {
    /// Writes a record. If it is forced, what was written before it reaches the disk too, and in order; says whether
    /// anything is left in memory.
    pub fn write(&mut self, unsaved: &mut Vec<Record>, record: Record, forced: bool) -> bool {
        unsaved.push(record);
        if forced {
            self.log.append(unsaved);
        }
        !unsaved.is_empty()
    }
}

/// All records of a node, in order.
#[derive(Clone, Copy, Debug)]
pub struct Records<'a> {
    /// Those on the disk.
    pub disk: &'a [Record],
    /// Those after them, in memory.
    pub unsaved: &'a [Record],
}

impl<'a> Records<'a> {
    /// The records, latest first.
    pub fn latest(self) -> impl Iterator<Item = Record> + 'a {
        self.disk.iter().chain(self.unsaved).rev().copied()
    }

    /// What was decided on a transaction.
    pub fn decision(self, tx: Tx) -> Option<bool> {
        self.latest().filter(|record| record.tx == tx).find_map(|record| record.says.decided())
    }

    /// Whether a record about the transaction says this.
    pub fn holds(self, tx: Tx, says: Says) -> bool {
        self.latest().any(|record| record == Record { tx, says })
    }

    /// The transaction that was voted yes on, or pre-committed, and not decided. There is at most one: its locks are
    /// held.
    pub fn doubt(self) -> Option<Tx> {
        let open = self.latest().find(|record| matches!(record.says, Says::Yes | Says::PreCommit))?;
        self.decision(open.tx).is_none().then_some(open.tx)
    }

    /// The latest transaction that there is a record of; 0 where there is none.
    pub fn last(self) -> Tx {
        // Transactions can end in another order than they began in, but only by a few.
        self.latest().take(16).map(|record| record.tx).max().unwrap_or(0)
    }

    /// The latest decision.
    pub fn outcome(self) -> Option<(Tx, bool)> {
        self.decisions().next()
    }

    /// Decisions, latest first.
    pub fn decisions(self) -> impl Iterator<Item = (Tx, bool)> + 'a {
        self.latest().filter_map(|record| Some((record.tx, record.says.decided()?)))
    }

    /// The version of the node's data: the latest transaction that was committed, 0 before the first.
    pub fn version(self) -> Tx {
        self.decisions().find(|(_, commit)| *commit).map_or(0, |(tx, _)| tx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(tx: Tx, says: Says) -> Record {
        Record { tx, says }
    }

    #[test]
    fn a_yes_without_a_decision_is_a_doubt_whatever_was_decided_about_others() {
        let log = [record(1, Says::Yes), record(2, Says::Abort)];
        let records = Records { disk: &log, unsaved: &[] };
        assert_eq!((records.doubt(), records.last(), records.outcome()), (Some(1), 2, Some((2, false))));
        let more = [record(1, Says::Commit)];
        let records = Records { disk: &log, unsaved: &more };
        assert_eq!((records.doubt(), records.version(), records.decision(2)), (None, 1, Some(false)));
    }

    #[test]
    fn forcing_a_record_forces_those_before_it() {
        let (mut disk, mut unsaved) = (Disk::default(), Vec::new());
        assert!(disk.write(&mut unsaved, record(1, Says::Yes), false));
        assert_eq!((disk.log.len(), unsaved.len()), (0, 1));
        assert!(!disk.write(&mut unsaved, record(1, Says::Commit), true));
        assert_eq!((disk.log, unsaved), (vec![record(1, Says::Yes), record(1, Says::Commit)], Vec::new()));
    }
}
