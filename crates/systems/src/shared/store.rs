//! The state machine that every replicated log here drives: a small key-value store that remembers each client's last
//! request. With the same commands and the same workload, logs of different systems can be set side by side.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What an entry of a log does to the state machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Command {
    /// Nothing.
    NoOp,
    /// Sets a key.
    Write {
        /// Who asked.
        client: u8,
        /// Which request of this client.
        seq: u32,
        /// Which key.
        key: char,
        /// Which value.
        value: u32,
    },
}

/// A key-value store with client sessions (Ongaro, *Consensus: Bridging Theory and Practice*, 2014, section 6.3).
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

    /// Whether a request, or a later one of the same client, was carried out.
    pub fn has_done(&self, client: u8, seq: u32) -> bool {
        self.sessions.get(&client).is_some_and(|(last, _)| seq <= *last)
    }

    /// What is stored, in words: `x=4 y=2`.
    pub fn words(&self) -> String {
        self.data.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(" ")
    }
}

impl Command {
    /// Request number `k` of the workload: clients A and B take turns and write to three keys.
    pub fn request(k: u32) -> Self {
        let key = ['x', 'y', 'z'][k as usize % 3];
        Self::Write { client: (k % 2) as u8, seq: k / 2 + 1, key, value: k % 1000 + 1 }
    }

    /// In words: `x=2`.
    pub fn words(self) -> String {
        match self {
            Self::NoOp => "no-op".to_owned(),
            Self::Write { key, value, .. } => format!("{key}={value}"),
        }
    }

    /// Stands for the command.
    pub fn fingerprint(&self) -> u64 {
        match self {
            Self::NoOp => 1,
            Self::Write { client, seq, key, value } => {
                let who = u64::from(*client) << 32 | u64::from(*seq);
                mix(mix(2, who), u64::from(*key) << 32 | u64::from(*value))
            }
        }
    }
}

impl Reply {
    /// In words.
    pub fn words(self) -> String {
        match self {
            Self::Wrote(None) => "written, it was not set".to_owned(),
            Self::Wrote(Some(before)) => format!("written, it was {before}"),
            Self::Value(None) => "not set".to_owned(),
            Self::Value(Some(value)) => format!("it is {value}"),
        }
    }
}

/// The letter of a client.
pub fn client(client: u8) -> char {
    char::from(b'A' + client % 26)
}

/// Folds a word into a hash: the finalizer of SplitMix64 over both.
pub fn mix(hash: u64, word: u64) -> u64 {
    let mut z = (hash.rotate_left(5) ^ word).wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
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

    #[test]
    fn the_workload_takes_clients_and_keys_in_turn() {
        let words: Vec<String> = (0..4).map(|k| Command::request(k).words()).collect();
        assert_eq!(words, ["x=1", "y=2", "z=3", "x=4"]);
        let Command::Write { client, seq, .. } = Command::request(3) else { panic!("a request is a write") };
        assert_eq!((super::client(client), seq), ('B', 2));
    }
}
