//! The state machine: a small key-value store that remembers each client's last request.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::log::Command;

/// A key-value store with client sessions (thesis, section 6.3).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Machine {
    /// What is stored.
    pub data: BTreeMap<char, u32>,
    /// Each client's latest request and what it was answered.
    pub sessions: BTreeMap<u8, (u32, Reply)>,
}

/// An answer to a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Reply {
    /// The write is done; this was there before.
    Wrote(Option<u32>),
    /// The value read.
    Value(Option<u32>),
}

impl Machine {
    /// Applies a command; with `sessions`, one that was applied before is only answered again.
    pub fn apply(&mut self, command: Command, sessions: bool) -> Option<Reply> {
        let Command::Write { client, seq, key, value } = command else { return None };
        if let Some(&(last, reply)) = self.sessions.get(&client)
            && sessions
            && seq <= last
        {
            // A client that has gone on does not wait for an older answer, and it is no longer known.
            return (seq == last).then_some(reply);
        }
        let reply = Reply::Wrote(self.data.insert(key, value));
        self.sessions.insert(client, (seq, reply));
        Some(reply)
    }

    /// What a request was answered, if it is the client's latest.
    pub fn answered(&self, client: u8, seq: u32) -> Option<Reply> {
        self.sessions.get(&client).filter(|(last, _)| *last == seq).map(|(_, reply)| *reply)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_retried_write_is_applied_once_and_answered_the_same() {
        let write = |seq, value| Command::Write { client: 0, seq, key: 'x', value };
        let mut machine = Machine::default();
        assert_eq!(machine.apply(write(1, 5), true), Some(Reply::Wrote(None)));
        assert_eq!(machine.apply(write(1, 5), true), Some(Reply::Wrote(None)));
        assert_eq!(machine.apply(write(2, 6), true), Some(Reply::Wrote(Some(5))));
        assert_eq!(machine.apply(write(2, 6), false), Some(Reply::Wrote(Some(6))), "without sessions: twice");
    }
}
