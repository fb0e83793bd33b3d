//! # Raft
//!
//! Raft keeps one log on several servers, so that all of them apply the same commands in the same order. Time is cut
//! into *terms*; each term has at most one *leader*, chosen by a majority. The leader takes requests, appends them to
//! its log and sends them to the others. An entry is *committed* once the leader that made it has it on a majority, and
//! all entries before it are committed with it (section 5.3). What is committed is never lost, as long as a majority of
//! the disks survives; that an entry is on a majority is not enough, as Figure 8 shows.
//!
//! ```text
//!              times out              wins a majority
//!  follower ──────────────► candidate ────────────────► leader
//!     ▲  ▲                      │                          │
//!     │  └── sees a leader ─────┘                          │
//!     └───────────── sees a higher term ───────────────────┘
//! ```
//!
//! This is the protocol of the extended paper (Ongaro and Ousterhout, *In Search of an Understandable Consensus
//! Algorithm*, 2014), Figure 2 as it stands, with what the thesis (Ongaro, *Consensus: Bridging Theory and Practice*,
//! 2014) adds for use: the leader's no-op (8), client sessions (6.3), linearizable reads (6.4), pre-vote (9.6), and the
//! leader that steps down when it does not hear from a majority (6.2). Back-up over conflicting entries is a term at a
//! time (section 5.3, last paragraphs).
//!
//! What survives a crash is [`Disk`], what does not is [`Ram`]. Three places where implementations go wrong: counting
//! replicas commits only entries of the leader's own term (5.4.2, Figure 8; `replication`), a follower truncates only
//! where an entry conflicts, since a late short message must not shorten its log (`replication`), and a vote is on
//! the disk before the answer leaves (`election`). Each safety rule is a switch, see [`rules`]; `monitor` holds what
//! must be true.
//!
//! One thing is simpler than it is in use: a leader answers the clients of all entries that it applies, also of those
//! that it found in its log and whose clients have never asked it. In truth these hear nothing, and ask again.
//!
//! Not here yet: membership changes and snapshots.

mod clients;
mod describe;
mod election;
pub mod log;
mod monitor;
pub mod quorum;
mod replication;
mod room;
pub mod rules;
mod scenarios;
mod searched;
#[cfg(test)]
mod tests;
mod told;

use std::collections::BTreeSet;

use kernel::{Cluster, Context, Delay, Local, Micros, Node, NodeId, Protocol};
use serde::{Deserialize, Serialize};

use crate::shared::store::mix;
pub use crate::shared::store::{Machine, Reply};
pub use clients::Clients;
pub use log::{Command, Entry, Index, Log, Term};
pub use monitor::Watch;
pub use room::Raft as RaftRoom;
pub use rules::Rules;

/// A Raft cluster that can be run.
pub type Servers = Cluster<Raft, Watch>;

/// The configuration of a server; all have the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Raft {
    /// An election begins so long after the last sign of a leader.
    pub election_timeout: (Micros, Micros),
    /// A leader gives a sign this often.
    pub heartbeat: Micros,
    /// A leader begins its term with an empty entry.
    pub no_op: bool,
    /// A server asks whether it could win before it raises its term.
    pub pre_vote: bool,
    /// A leader that does not hear from a majority steps down, and votes are refused while a leader is heard.
    pub check_quorum: bool,
    /// What the clients of the workload ask.
    pub clients: Clients,
    /// The first index at which the disks leave open what is committed: the outcome of a run is the term of that entry.
    pub open_index: Index,
    /// The safety rules.
    pub rules: Rules,
}

/// What survives a crash (Figure 2, "Persistent state on all servers").
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Disk {
    /// The latest term this server has seen.
    pub current_term: Term,
    /// Whom it voted for in that term.
    pub voted_for: Option<NodeId>,
    /// Its log.
    pub log: Log,
}

/// What a crash loses (Figure 2, "Volatile state").
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Ram {
    /// What it is.
    pub role: Role,
    /// The leader it knows of in this term.
    pub leader: Option<NodeId>,
    /// A leader was heard within the least election timeout; kept only for pre-vote and check-quorum.
    pub hears_leader: bool,
    /// The highest entry known to be committed.
    pub commit_index: Index,
    /// The highest entry applied to the state machine.
    pub last_applied: Index,
    /// The state machine.
    pub machine: Machine,
    /// The vote of this term, where the rule that it must be on disk is off.
    pub unsaved_vote: Option<NodeId>,
}

/// What a server is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Role {
    /// It follows a leader, or waits for one.
    Follower,
    /// It asks whether it could win an election.
    PreCandidate {
        /// Who said yes.
        votes: BTreeSet<NodeId>,
    },
    /// It asks for votes.
    Candidate {
        /// Who voted for it.
        votes: BTreeSet<NodeId>,
    },
    /// It leads.
    Leader(Leadership),
}

/// What a leader keeps (Figure 2, "Volatile state on leaders").
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Leadership {
    /// What it knows of each server, by id; its own entry counts its own log.
    pub progress: Vec<Progress>,
    /// The heartbeat round: counts the times it sent to all.
    pub round: u64,
    /// Reads that wait for a round to be answered by a majority (thesis 6.4).
    pub reads: Vec<PendingRead>,
}

/// What a leader knows of one server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Progress {
    /// The next entry to send.
    pub next_index: Index,
    /// The highest entry known to be the same there.
    pub match_index: Index,
    /// The latest round it answered.
    pub round: u64,
    /// It was heard since the last check of the quorum.
    pub heard: bool,
}

/// A read that a leader must not answer yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PendingRead {
    /// Who asks.
    pub client: u8,
    /// Which request of this client.
    pub seq: u32,
    /// What is read.
    pub key: char,
    /// The commit index when it came in; `None`: it waits until an entry of this term is committed.
    pub index: Option<Index>,
    /// The round that a majority has to answer; 0: none.
    pub round: u64,
}

/// What servers send each other. The sender stands on the envelope.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Message {
    /// "Would you vote for me?", or with `pre` "could I win?".
    RequestVote {
        /// The candidate's term; with `pre` the term it would have.
        term: Term,
        /// It only asks.
        pre: bool,
        /// The index of the candidate's last entry.
        last_log_index: Index,
        /// The term of the candidate's last entry.
        last_log_term: Term,
    },
    /// The answer to it.
    Vote {
        /// The voter's term; for a granted pre-vote the term asked about.
        term: Term,
        /// It answers a pre-vote.
        pre: bool,
        /// Yes.
        granted: bool,
    },
    /// Entries, or none: then it is a heartbeat.
    AppendEntries {
        /// The leader's term.
        term: Term,
        /// The index of the entry before the new ones.
        prev_log_index: Index,
        /// The term of that entry.
        prev_log_term: Term,
        /// The new entries.
        entries: Vec<Entry>,
        /// The leader's commit index.
        leader_commit: Index,
        /// The leader's round, to be sent back.
        round: u64,
    },
    /// The answer to it.
    Appended {
        /// The follower's term.
        term: Term,
        /// Up to where its log now is the leader's, or where it is not.
        outcome: Outcome,
        /// The round of the message answered.
        round: u64,
    },
}

/// What came of an AppendEntries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Outcome {
    /// The logs are the same up to this index.
    Matches(Index),
    /// The term was old.
    OldTerm,
    /// There is no entry at that index: the log is shorter, this is its last.
    TooShort(Index),
    /// Another term stands at that index: the term, and its first index in this log (section 5.3).
    Conflict(Term, Index),
}

/// The timers of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timer {
    /// No leader was heard for too long.
    Election,
    /// A leader must give a sign.
    Heartbeat,
    /// A leader looks whom it has heard.
    Quorum,
    /// A leader was not heard for the least election timeout: from now on others may be voted for.
    Lease,
}

/// What a client asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// Set a key to a value.
    Write {
        /// Who asks: 0 for client A.
        client: u8,
        /// Which request of this client, from 1; a retried one has the same number.
        seq: u32,
        /// Which key.
        key: char,
        /// Which value.
        value: u32,
    },
    /// Read a key.
    Read {
        /// Who asks.
        client: u8,
        /// Which request of this client.
        seq: u32,
        /// Which key.
        key: char,
    },
}

/// What a server answers, and what the monitor learns.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Output {
    /// It has won the election of this term.
    Elected {
        /// The term.
        term: Term,
    },
    /// As a leader it has appended to its log.
    Extended,
    /// It has appended entries `from..=through` to its log: a leader its own, a follower what it was sent.
    Stored {
        /// The first.
        from: Index,
        /// The last.
        through: Index,
        /// How many servers there are.
        servers: NodeId,
    },
    /// It has applied entries `from..=through` to its state machine.
    Applied {
        /// The first.
        from: Index,
        /// The last.
        through: Index,
        /// Those that changed it: all but no-ops and requests that had been applied before.
        done: Vec<Index>,
    },
    /// It answers a client.
    Answer {
        /// Who asked.
        client: u8,
        /// Which request.
        seq: u32,
        /// The answer.
        reply: Reply,
        /// The client had asked an earlier leader, and this one found the request in its log.
        inherited: bool,
    },
    /// It does not apply a request: a later one of the same client was applied before it.
    TooOld {
        /// Who asked.
        client: u8,
        /// Which request.
        seq: u32,
    },
    /// It is not the leader; perhaps this one is.
    NotLeader {
        /// Who asked.
        client: u8,
        /// The leader it knows of.
        leader: Option<NodeId>,
    },
}

/// Outcomes are told apart up to this term.
const LATE: Term = 15;

impl Protocol for Raft {
    type Message = Message;
    type Timer = Timer;
    type Input = Input;
    type Output = Output;
    type Disk = Disk;
    type Ram = Ram;

    fn boot(&self, _disk: &mut Disk, cx: &mut Context<'_, Self>) -> Ram {
        self.reset_election_timer(cx);
        Ram {
            role: Role::Follower,
            leader: None,
            hears_leader: false,
            commit_index: 0,
            last_applied: 0,
            machine: Machine::default(),
            unsaved_vote: None,
        }
    }

    fn on_message(
        &self,
        node: &mut Node<'_, Self>,
        from: NodeId,
        message: Message,
        cx: &mut Context<'_, Self>,
    ) {
        if !self.admit_term(node, from, &message, cx) {
            return;
        }
        match message {
            Message::RequestVote { term, pre, last_log_index, last_log_term } => {
                self.on_request_vote(node, from, (term, pre), (last_log_term, last_log_index), cx);
            }
            Message::Vote { term, pre, granted } => self.on_vote(node, from, (term, pre, granted), cx),
            Message::AppendEntries { term, prev_log_index, prev_log_term, entries, leader_commit, round } => {
                let batch = replication::Batch { prev_log_index, prev_log_term, entries, leader_commit };
                self.on_append_entries(node, from, (term, round), batch, cx);
            }
            Message::Appended { term, outcome, round } => {
                self.on_appended(node, from, (term, round), outcome, cx)
            }
        }
    }

    fn on_timer(&self, node: &mut Node<'_, Self>, timer: Timer, cx: &mut Context<'_, Self>) {
        match timer {
            Timer::Election => self.on_election_timeout(node, cx),
            Timer::Heartbeat => self.on_heartbeat(node, cx),
            Timer::Quorum => self.on_quorum_check(node, cx),
            Timer::Lease => node.ram.hears_leader = false,
        }
    }

    fn on_input(&self, node: &mut Node<'_, Self>, input: Input, cx: &mut Context<'_, Self>) {
        match input {
            Input::Write { client, seq, key, value } => {
                self.on_write(node, Command::Write { client, seq, key, value }, cx);
            }
            Input::Read { client, seq, key } => self.on_read(node, (client, seq), key, cx),
        }
    }

    fn lies(&self, honest: &Message) -> Vec<Message> {
        election::lies(honest).into_iter().chain(replication::lies(honest)).collect()
    }

    fn request(&self, k: u32, nodes: &[Local<Self>]) -> Option<(NodeId, Input)> {
        clients::request(self.clients, k, nodes)
    }

    fn watch(&self, local: &Local<Self>) -> u64 {
        // Whatever a property reads of a server is in here: where this number stays the same, properties are
        // not asked again.
        let (role, applied) = match &local.ram {
            None => (0, 0),
            Some(ram) => (1 + u64::from(matches!(ram.role, Role::Leader(_))), ram.last_applied),
        };
        let disk = &local.disk;
        [disk.current_term, role, applied].into_iter().fold(disk.log.hash(), mix)
    }

    fn kind(&self, _: NodeId, local: &Local<Self>) -> u64 {
        // The one property of pairs is Log Matching, which reads logs alone.
        local.disk.log.hash()
    }

    fn decided(&self, _me: NodeId, local: &Local<Self>) -> Option<kernel::Outcome> {
        let committed = local.ram.as_ref()?.commit_index >= self.open_index;
        let term = committed.then(|| local.disk.log.term(self.open_index)).flatten()?;
        // Entries of one index and term are the same, so the term says which entry it is.
        Some(term.min(LATE) as kernel::Outcome)
    }
}

impl Raft {
    fn reset_election_timer(&self, cx: &mut Context<'_, Self>) {
        let (least, most) = self.election_timeout;
        cx.set_timer(Timer::Election, Delay::Between(least, most));
    }

    /// How many of so many servers decide.
    fn quorum(&self, servers: usize) -> usize {
        if self.rules.majority_quorum { quorum::majority(servers) } else { quorum::half(servers) }
    }

    /// Whether enough of all servers say yes.
    fn agreed(&self, size: NodeId, yes: impl Fn(NodeId) -> bool) -> bool {
        let all: Vec<NodeId> = (0..size).collect();
        let vote = |server| yes(server).then_some(true);
        quorum::tally(&[&all], |servers| self.quorum(servers), vote) == quorum::Tally::Won
    }

    /// The highest number that enough of all servers have reached.
    fn reached(&self, size: NodeId, number: impl Fn(NodeId) -> u64) -> u64 {
        let all: Vec<NodeId> = (0..size).collect();
        let reached = quorum::committed(&[&all], |servers| self.quorum(servers), number);
        reached.expect("a cluster has a server")
    }
}
