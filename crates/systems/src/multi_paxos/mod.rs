//! # Multi-Paxos
//!
//! Paxos chooses one command. A replicated log needs one for each of its *slots*, and Multi-Paxos runs Paxos in every
//! slot with the first phase made once for all of them: a server that wants to lead takes a *ballot* of its own, asks
//! all acceptors for a promise that holds for every slot, and with the promises of a majority it leads. From then on a
//! command costs one round trip: the leader proposes it in the next free slot, and once a majority has accepted it
//! there it is *chosen*, for good. Servers execute the chosen commands in the order of their slots.
//!
//! ```text
//!          hears no leader               has the promises of a majority
//! acceptor ────────────────► proposer ────────────────────────────────► leader
//!    ▲                          │                                          │
//!    └──────────────────────────┴──────── sees a higher ballot ────────────┘
//!
//!            Prepare 4, from slot 3              Accept 4, slot 3: x=2            Chosen, slot 3
//!   leader ──────────┬───────────────────────────────────┬─────────────────────────────┬──────────
//!                    ▼                 ▲                 ▼               ▲             ▼
//! acceptor ─────────────── Promise 4, what it has ──────────── Accepted 4, slot 3 ────────────────
//! ```
//!
//! A new leader must not overrule what may have been chosen before it. The promises report what the acceptors have
//! accepted: in each slot the command of the highest ballot is proposed again, in the new ballot and before any new
//! command. A slot of which nothing is reported, before one of which something is, is a *gap*: it is filled with a
//! no-op, since later commands wait for it. Several slots may be open at once (a window), so that commands are chosen
//! out of order and gaps come about. A client that asks again may get its command into two slots; it is executed once.
//!
//! The protocol is that of section 3 of Lamport, *Paxos Made Simple* (2001), every server being proposer, acceptor and
//! learner at once (van Renesse and Altinbuken, *Paxos Made Moderately Complex*, 2015, "Colocation"); the window,
//! preemption by a higher ballot and the slots of a replica follow the latter. Heartbeats say how far the leader has
//! executed, and a server that is behind asks for what it has missed.
//!
//! What survives a crash is [`Disk`]: the promise and the votes. What is chosen, and so the state machine, is learnt
//! anew. Each safety rule is a switch, see [`rules`]; `monitor` holds what must be true. Nothing is claimed about
//! *when* a command is executed: two servers can preempt each other for ever.
//!
//! Not here: changes of membership, snapshots, and reads that do not go through the log.

mod acceptor;
mod clients;
mod describe;
mod leader;
mod learner;
mod monitor;
mod room;
pub mod rules;
mod scenarios;
#[cfg(test)]
mod tests;
pub mod votes;

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Cluster, Context, Delay, Local, Micros, Node, NodeId, Outcome, Protocol};
use serde::{Deserialize, Serialize};

use crate::shared::store::{Command, Machine, Reply};
pub use monitor::Watch;
pub use room::MultiPaxos as MultiPaxosRoom;
pub use rules::Rules;
pub use votes::{Ballot, Slot, Vote, Votes};

/// A Multi-Paxos cluster that can be run.
pub type Servers = Cluster<MultiPaxos, Watch>;

/// The configuration of a server; all have the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MultiPaxos {
    /// A server takes a ballot so long after the last sign of a leader.
    pub election_timeout: (Micros, Micros),
    /// A leader gives a sign this often.
    pub heartbeat: Micros,
    /// How many slots beyond the last executed one may be open.
    pub window: u64,
    /// Clients send each request twice.
    pub twice: bool,
    /// The safety rules.
    pub rules: Rules,
}

/// What survives a crash: what an acceptor must remember (*Paxos Made Simple*, 2.5).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Disk {
    /// The highest ballot it has promised; it holds for all slots.
    pub promised: Ballot,
    /// The latest vote in each slot.
    pub votes: Votes,
}

/// What a crash loses.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Ram {
    /// What it is.
    pub role: Role,
    /// All slots up to this one are known to be chosen, and their commands are executed.
    pub executed: Slot,
    /// What is known to be chosen in later slots.
    pub waiting: BTreeMap<Slot, Command>,
    /// The state machine.
    pub machine: Machine,
    /// Stands for all commands executed so far, in their order.
    pub history: u64,
    /// The promise, where the rule that it must be on disk is off.
    pub unsaved_promise: Option<Ballot>,
    /// The votes, where the rule that they must be on disk is off.
    pub unsaved_votes: Option<Votes>,
}

/// What a server is, beside being an acceptor.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Role {
    /// Nothing else: it waits for a leader.
    Acceptor,
    /// It asks for promises.
    Proposer {
        /// Its ballot.
        ballot: Ballot,
        /// Who has promised.
        promises: BTreeSet<NodeId>,
        /// What the promises report: in each slot the vote that counts.
        reported: BTreeMap<Slot, Vote>,
    },
    /// It leads.
    Leader(Leadership),
}

/// What a leader keeps.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Leadership {
    /// Its ballot.
    pub ballot: Ballot,
    /// The first slot in which it has proposed nothing.
    pub next: Slot,
    /// What it found and has yet to propose again.
    pub recovered: BTreeMap<Slot, Command>,
    /// The last slot of which something was reported: gaps before it are filled.
    pub recovered_last: Slot,
    /// What it has proposed and not yet got chosen.
    pub open: BTreeMap<Slot, Proposal>,
    /// Requests that wait for a slot within the window.
    pub queue: Vec<Command>,
    /// What it had executed, and its next slot, at its last heartbeat: what is younger may still be under way.
    pub last_beat: (Slot, Slot),
}

/// A command that a leader has proposed in a slot.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Proposal {
    /// What it does.
    pub command: Command,
    /// Who has accepted it.
    pub accepted: BTreeSet<NodeId>,
}

/// What servers send each other. The sender stands on the envelope.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Message {
    /// "Promise me this ballot, and tell me what you have accepted from this slot on" (phase 1a).
    Prepare {
        /// The sender's ballot.
        ballot: Ballot,
        /// The first slot that it does not know to be chosen.
        from: Slot,
    },
    /// The promise (phase 1b).
    Promise {
        /// The ballot promised.
        ballot: Ballot,
        /// What was accepted, from the slot asked about on.
        votes: Vec<(Slot, Vote)>,
    },
    /// A higher ballot has been promised.
    Refuse {
        /// That ballot.
        promised: Ballot,
    },
    /// "Accept this command in this slot" (phase 2a).
    Accept {
        /// The leader's ballot.
        ballot: Ballot,
        /// Which slot.
        slot: Slot,
        /// What it does.
        command: Command,
    },
    /// It is accepted (phase 2b).
    Accepted {
        /// The ballot.
        ballot: Ballot,
        /// Which slot.
        slot: Slot,
    },
    /// These are chosen, each with a ballot in which it was accepted.
    Chosen {
        /// The slots and what is chosen there.
        entries: Vec<(Slot, Vote)>,
    },
    /// The leader is still there.
    Heartbeat {
        /// Its ballot.
        ballot: Ballot,
        /// All slots up to this one were executed at the heartbeat before.
        executed: Slot,
    },
    /// "What is chosen from this slot on?"
    Learn {
        /// The first slot that the sender does not know to be chosen.
        from: Slot,
    },
}

/// The timers of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timer {
    /// No leader was heard for too long.
    Election,
    /// A leader must give a sign.
    Heartbeat,
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
}

/// What a server answers, and what the monitor learns.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Output {
    /// It has the promises of a majority for this ballot.
    Led {
        /// The ballot.
        ballot: Ballot,
    },
    /// It has accepted this. A leader accepts what it proposes.
    Accepted {
        /// In which slot.
        slot: Slot,
        /// The command and the ballot.
        vote: Vote,
    },
    /// As a leader it knows that this is chosen.
    Chosen {
        /// In which slot.
        slot: Slot,
        /// The command and the ballot.
        vote: Vote,
    },
    /// It was told that this is chosen.
    Learned {
        /// In which slot.
        slot: Slot,
        /// The command and a ballot in which it was accepted.
        vote: Vote,
    },
    /// It has executed the command of a slot.
    Executed {
        /// Which slot.
        slot: Slot,
        /// Stands for all that it has executed, in order, up to this.
        history: u64,
        /// The request that changed the state machine: client and number.
        request: Option<(u8, u32)>,
    },
    /// It answers a client.
    Answer {
        /// Who asked.
        client: u8,
        /// Which request.
        seq: u32,
        /// The answer.
        reply: Reply,
    },
    /// It does not execute a request: it has executed a later one of the same client.
    TooOld {
        /// Who asked.
        client: u8,
        /// Which request.
        seq: u32,
    },
    /// It does not lead; perhaps this server does.
    NotLeader {
        /// Who asked.
        client: u8,
        /// The server whose ballot it has promised.
        leader: Option<NodeId>,
    },
}

impl Protocol for MultiPaxos {
    type Message = Message;
    type Timer = Timer;
    type Input = Input;
    type Output = Output;
    type Disk = Disk;
    type Ram = Ram;

    fn boot(&self, disk: &mut Disk, cx: &mut Context<'_, Self>) -> Ram {
        self.await_leader(cx);
        Ram {
            role: Role::Acceptor,
            executed: 0,
            waiting: BTreeMap::new(),
            machine: Machine::default(),
            history: 0,
            unsaved_promise: (!self.rules.persist_promise).then_some(disk.promised),
            unsaved_votes: (!self.rules.persist_votes).then(|| disk.votes.clone()),
        }
    }

    fn on_message(
        &self,
        node: &mut Node<'_, Self>,
        from: NodeId,
        message: Message,
        cx: &mut Context<'_, Self>,
    ) {
        match message {
            Message::Prepare { ballot, from: slot } => self.on_prepare(node, from, (ballot, slot), cx),
            Message::Promise { ballot, votes } => self.on_promise(node, from, ballot, votes, cx),
            Message::Refuse { promised } => self.on_refuse(node, promised, cx),
            Message::Accept { ballot, slot, command } => {
                self.on_accept(node, from, slot, Vote { ballot, command }, cx);
            }
            Message::Accepted { ballot, slot } => self.on_accepted(node, from, (ballot, slot), cx),
            Message::Chosen { entries } => self.on_chosen(node, entries, cx),
            Message::Heartbeat { ballot, executed } => self.on_heartbeat(node, from, (ballot, executed), cx),
            Message::Learn { from: slot } => self.on_learn(node, from, slot, cx),
        }
    }

    fn on_timer(&self, node: &mut Node<'_, Self>, timer: Timer, cx: &mut Context<'_, Self>) {
        match timer {
            Timer::Election => self.prepare(node, cx),
            Timer::Heartbeat => self.beat(node, cx),
        }
    }

    fn on_input(&self, node: &mut Node<'_, Self>, input: Input, cx: &mut Context<'_, Self>) {
        let Input::Write { client, seq, key, value } = input;
        self.on_write(node, Command::Write { client, seq, key, value }, cx);
    }

    fn lies(&self, honest: &Message) -> Vec<Message> {
        acceptor::lies(honest)
    }

    fn request(&self, k: u32, nodes: &[Local<Self>]) -> Option<(NodeId, Input)> {
        clients::request(if self.twice { k / 2 } else { k }, nodes)
    }

    fn watch(&self, _local: &Local<Self>) -> u64 {
        // Every property reads the monitor alone.
        0
    }

    fn decided(&self, _me: NodeId, local: &Local<Self>) -> Option<Outcome> {
        learner::chosen(local, 1).map(describe::outcome)
    }
}

impl MultiPaxos {
    /// Waits anew for a sign of a leader.
    fn await_leader(&self, cx: &mut Context<'_, Self>) {
        let (least, most) = self.election_timeout;
        cx.set_timer(Timer::Election, Delay::Between(least, most));
    }

    /// How many servers decide.
    fn quorum(&self, servers: NodeId) -> usize {
        let servers = usize::from(servers);
        if self.rules.majority { servers / 2 + 1 } else { (servers / 2).max(1) }
    }
}
