//! What clients asked and were told: the half of the monitor that knows no server's log.
//!
//! An *operation* of a client is a request with its number, from the first time it is asked to its answer. A client
//! that hears nothing asks again, often at another server; that is the same operation. The order in which requests
//! changed the state machine is the order in which they took effect, so reads can be judged key by key (Herlihy and Wing
//! 1990: a history is linearizable if it is for each object).

use std::collections::BTreeMap;

use kernel::{NodeId, Verdict};
use rpds::RedBlackTreeMap;
use serde::{Deserialize, Serialize};

use super::Reply;
use super::log::{Command, Index};
use crate::shared::store;

/// A client and the number of its request.
type Request = (u8, u32);

/// What properties about clients remember of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) struct Told {
    /// Where each request changed the state machine first: which key, by which entry.
    done: RedBlackTreeMap<Request, (char, Index)>,
    /// A request that changed the state machine twice: the request, the first entry, the second.
    done_twice: Option<(Request, Index, Index)>,
    /// The values of each key, by the entry that wrote them.
    written: RedBlackTreeMap<(char, Index), u32>,
    /// What each write was answered first.
    answers: RedBlackTreeMap<Request, Reply>,
    /// A write that was answered twice, and not the same: the request, the first answer, the second.
    two_answers: Option<(Request, Reply, Reply)>,
    /// For each key the latest entry that wrote it and of which a client was told, as writer or as reader.
    seen: BTreeMap<char, Index>,
    /// Reads whose answer may still come, by request and by the server asked.
    reads: RedBlackTreeMap<(Request, NodeId), Asking>,
    /// A read that was answered with a value that was no longer there when it was asked.
    stale_read: Option<Stale>,
}

/// A read, asked at one server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
struct Asking {
    key: char,
    /// What had been seen of the key when the operation began.
    floor: Index,
    /// No server has answered it, so that asking again belongs to the same operation.
    open: bool,
}

/// A read that missed a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
struct Stale {
    client: u8,
    key: char,
    value: Option<u32>,
    /// The entry that had been seen; 0: the value is one that no entry wrote.
    floor: Index,
}

impl Told {
    /// An entry changed the state machine, for the first time on any server.
    pub(super) fn did(&mut self, index: Index, command: Command) {
        let Command::Write { client, seq, key, value } = command else { return };
        self.written.insert_mut((key, index), value);
        match self.done.get(&(client, seq)) {
            None => self.done.insert_mut((client, seq), (key, index)),
            // Only the first offence is kept: the properties are broken for good, and states stay small.
            Some(&(_, first)) if self.done_twice.is_none() => {
                self.done_twice = Some(((client, seq), first, index));
            }
            Some(_) => {}
        }
    }

    /// A client asks a server to read a key; says whether that changed anything.
    pub(super) fn asked(&mut self, request: Request, server: NodeId, key: char) -> bool {
        // A client that hears nothing asks elsewhere, and the operation still began when it first asked. So
        // the floor stays the old one: writes that were answered in between overlap the read, which may see
        // them or not.
        let same = self.same(request).find(|(_, asking)| asking.open && asking.key == key);
        let seen = self.seen.get(&key).copied().unwrap_or(0);
        let asking = Asking { key, floor: same.map_or(seen, |(_, asking)| asking.floor), open: true };
        let known = self.reads.get(&(request, server)) == Some(&asking);
        self.reads.insert_mut((request, server), asking);
        !known
    }

    /// All askings of a request.
    fn same(&self, request: Request) -> impl Iterator<Item = (NodeId, Asking)> {
        let all = self.reads.range((request, NodeId::MIN)..=(request, NodeId::MAX));
        all.map(|(&(_, server), &asking)| (server, asking))
    }

    /// A server answers a client; says whether that changed anything.
    pub(super) fn answered(&mut self, request: Request, server: NodeId, reply: Reply) -> bool {
        match reply {
            Reply::Value(value) => self.read(request, server, value),
            Reply::Wrote(_) => self.wrote(request, reply),
        }
    }

    fn wrote(&mut self, request: Request, reply: Reply) -> bool {
        // From now on a client knows of this write, so every read that begins later must see it or a later
        // one.
        if let Some(&(key, index)) = self.done.get(&request) {
            self.see(key, index);
        }
        match self.answers.get(&request).copied() {
            None => self.answers.insert_mut(request, reply),
            Some(first) if first != reply && self.two_answers.is_none() => {
                self.two_answers = Some((request, first, reply));
            }
            Some(_) => {}
        }
        true
    }

    fn read(&mut self, request: Request, server: NodeId, value: Option<u32>) -> bool {
        let Some(Asking { key, floor, .. }) = self.reads.get(&(request, server)).copied() else {
            return false;
        };
        self.reads.remove_mut(&(request, server));
        // The operation is over. Other servers may still answer their copies, and are judged by the old
        // floor; but if the client asks again, that is a new operation, which must see what was answered by
        // now.
        let others: Vec<(NodeId, Asking)> = self.same(request).collect();
        for (server, asking) in others {
            self.reads.insert_mut((request, server), Asking { open: false, ..asking });
        }
        match self.first_with(key, floor, value) {
            Some(index) => self.see(key, index),
            None if self.stale_read.is_none() => {
                self.stale_read = Some(Stale { client: request.0, key, value, floor });
            }
            None => {}
        }
        true
    }

    /// The first entry, from `floor` on, after which a key has a value; 0 is the start, when no key is set.
    fn first_with(&self, key: char, floor: Index, value: Option<u32>) -> Option<Index> {
        // Nothing ever removes a key: “not set” is right only if no write of it had been seen.
        let Some(value) = value else { return (floor == 0).then_some(0) };
        // The first that fits, since two entries may have written the same value. A later choice would raise
        // what counts as seen further than the answer proves, and call a correct read stale.
        let mut versions = self.written.range((key, floor)..=(key, Index::MAX));
        versions.find(|(_, written)| **written == value).map(|(&(_, index), _)| index)
    }

    fn see(&mut self, key: char, index: Index) {
        let seen = self.seen.entry(key).or_default();
        *seen = index.max(*seen);
    }

    /// A write was answered.
    pub(super) fn has_answered(&self) -> bool {
        !self.answers.is_empty()
    }

    /// A request changed the state machine.
    pub(super) fn has_done(&self) -> bool {
        !self.done.is_empty()
    }

    /// A client waits for the answer to a read.
    pub(super) fn has_been_asked(&self) -> bool {
        !self.reads.is_empty()
    }

    pub(super) fn agreement_of_answers(&self) -> Verdict {
        self.two_answers.map_or(Ok(()), |((client, seq), first, second)| {
            Err(format!(
                "client {} was answered “{}” and then “{}” to its request {seq}",
                store::client(client),
                first.words(),
                second.words()
            ))
        })
    }

    pub(super) fn exactly_once(&self) -> Verdict {
        self.done_twice.map_or(Ok(()), |((client, seq), first, second)| {
            Err(format!(
                "request {seq} of client {} changed the state machine by entry {first} and by entry {second}",
                store::client(client)
            ))
        })
    }

    pub(super) fn linearizable_reads(&self) -> Verdict {
        self.stale_read.map_or(Ok(()), |Stale { client, key, value, floor }| {
            let (client, answer) = (store::client(client), Reply::Value(value).words());
            Err(match floor {
                0 => format!("client {client} read {key} and was answered “{answer}”, which no entry had written"),
                _ => format!(
                    "client {client} read {key} and was answered “{answer}”; before it asked, a client knew that entry \
                     {floor} had written {key}"
                ),
            })
        })
    }
}
