//! # Paxos, single decree
//!
//! Paxos chooses one value, once and for all, although messages are late, lost or copied and nodes stop and come back.
//! *Clients* want a value; *proposers* ask for it on their behalf; *acceptors* vote, and their votes are the memory of
//! the whole; *learners* are told what was chosen and act on it. A node may have one role or all of them.
//!
//! A proposer works in *ballots*. Ballots are ordered, and no two proposers share one: a ballot is a round and the
//! number of its proposer, compared in this order. One ballot goes through two phases, and
//! then what was chosen is learned:
//!
//! ```text
//!             proposer                                  acceptor
//!  phase 1    Prepare(b)            ──────────────►     promises to accept nothing below b,
//!                                   ◄──────────────     Promise(b, its latest vote)
//!  phase 2    of the votes named by a quorum, takes the value of the highest ballot; if there is none, its own
//!             Accept(b, v)          ──────────────►     votes for v in b, unless it has promised more than b
//!                                   ◄──────────────     Accepted(b)
//!  learning   a quorum has accepted: v is chosen
//!             Learn(v)              ──────────────►     learners
//! ```
//!
//! A value is *chosen* as soon as a quorum has accepted it in one ballot. Nobody need know: chosen is not *learned*.
//! What keeps a second value from being chosen is that every quorum of phase 1 meets every quorum of phase 2, in an
//! acceptor that tells of its vote, or has promised never to cast it. `monitor` states this and looks for it in every
//! state; `overlay` shows, for each ballot, what could still be chosen in it.
//!
//! This is the algorithm of Lamport, *Paxos Made Simple*, 2001, section 2 (first as the Synod of *The Part-Time
//! Parliament*, 1998). Proposers can go on overtaking each other for ever; that is the price which Fischer, Lynch and
//! Paterson (1985) put on any such algorithm, and a *distinguished proposer* (section 2.4) avoids it as long as it is
//! trusted. Quorums of the two phases may differ in size as long as they meet (Howard, Malkhi and Spiegelman,
//! *Flexible Paxos*, 2016).
//!
//! Three places where implementations go wrong: an acceptor takes an `Accept` of any ballot that is not *below* its
//! promise, and taking it raises the promise (`acceptor`); a proposer takes the value of the *highest* ballot, not the
//! most frequent one (`proposer`); and a ballot is on the proposer's disk before it is used, so that it is never used
//! for two values (`ballot`). Each safety rule is a switch, see [`rules`].
//!
//! Here a proposer is also the distinguished learner of its own ballots (section 2.3), and has at most one request
//! under way to each acceptor: it asks again when the answer is there, or when its patience ends. Without patience the
//! messages in flight are bounded, and since ballots are only compared, so is the number of states that differ in
//! anything but the names of ballots. A search can then go through all of an endless duel.

mod acceptor;
mod ballot;
mod canonical;
mod describe;
mod layout;
mod learner;
mod monitor;
mod overlay;
mod proposer;
mod room;
pub mod rules;
mod scenarios;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Cluster, Context, Local, Micros, Node, NodeId, Outcome, Protocol};
use serde::{Deserialize, Serialize};

pub use ballot::Ballot;
pub use layout::Layout;
pub use monitor::Watch;
pub use room::Paxos as PaxosRoom;
pub use rules::Rules;

/// Nodes that run Paxos.
pub type Synod = Cluster<Paxos, Watch>;

/// What is to be chosen: a small number.
pub type Value = u8;

/// The configuration of a node; all have the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Paxos {
    /// Which node has which roles.
    pub layout: Layout,
    /// How many acceptors must promise.
    pub prepare_quorum: usize,
    /// How many acceptors must accept.
    pub accept_quorum: usize,
    /// Only the first proposer begins ballots, unless another has waited for it in vain.
    pub leader: bool,
    /// A proposer that gets no further starts over after so long, or at most twice as long; zero: never.
    pub patience: Micros,
    /// A proposer that was overtaken waits so long before it starts over; zero: not at all.
    pub backoff: (Micros, Micros),
    /// The safety rules.
    pub rules: Rules,
}

/// What survives a crash ("stable storage", section 2.5).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Disk {
    /// As a proposer: the highest round that it has used or was refused for.
    pub round: u32,
    /// As an acceptor: it accepts nothing below this ballot.
    pub promised: Option<Ballot>,
    /// As an acceptor: its latest vote.
    pub vote: Option<Vote>,
    /// What was chosen, once it knows.
    pub known: Option<Value>,
}

/// What a crash loses.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Ram {
    /// As a proposer: what it is doing for a client.
    pub proposal: Option<Proposal>,
    /// Its promise, where the rule that it must be on disk is off.
    pub unsaved_promise: Option<Ballot>,
}

/// A vote of an acceptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Vote {
    /// In which ballot.
    pub ballot: Ballot,
    /// For which value.
    pub value: Value,
}

/// What a proposer is doing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Proposal {
    /// The value that it was asked for.
    pub wanted: Value,
    /// A client waits for its answer.
    pub client: bool,
    /// How far it is.
    pub phase: Phase,
    /// Acceptors that it has asked and that have not answered yet.
    pub owing: BTreeSet<NodeId>,
}

/// How far a ballot is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Phase {
    /// There is none: it was overtaken, or waits for the distinguished proposer.
    Waiting,
    /// It asks for promises.
    Prepare {
        /// The ballot.
        ballot: Ballot,
        /// Who has promised, and the vote that was named.
        promises: BTreeMap<NodeId, Option<Vote>>,
    },
    /// It asks for votes.
    Accept {
        /// The ballot.
        ballot: Ballot,
        /// The value of the ballot.
        value: Value,
        /// Who has accepted.
        accepted: BTreeSet<NodeId>,
    },
}

/// What nodes send each other. The sender stands on the envelope.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Message {
    /// "Propose this": from a client to a proposer, or from a proposer to the distinguished one.
    Request {
        /// The value that is wanted.
        value: Value,
    },
    /// Phase 1(a).
    Prepare {
        /// The ballot.
        ballot: Ballot,
    },
    /// Phase 1(b).
    Promise {
        /// The ballot promised.
        ballot: Ballot,
        /// The acceptor's latest vote.
        vote: Option<Vote>,
    },
    /// Phase 2(a).
    Accept {
        /// The ballot.
        ballot: Ballot,
        /// Its value.
        value: Value,
    },
    /// Phase 2(b).
    Accepted {
        /// The ballot voted in.
        ballot: Ballot,
    },
    /// "No": the answer to a Prepare or an Accept below a promise.
    Refused {
        /// The ballot refused.
        ballot: Ballot,
        /// The higher one that was promised.
        promised: Ballot,
    },
    /// Learning: this was chosen.
    Learn {
        /// The value chosen.
        value: Value,
    },
}

/// The timers of a proposer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timer {
    /// Too long has nothing come of what it does, or of what it waits for.
    Patience,
    /// It was overtaken and has waited before it starts over.
    Retry,
}

/// What a client asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// Have this value chosen, or tell which one was.
    Propose {
        /// The value.
        value: Value,
    },
}

/// What a node answers, and what the monitor learns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Output {
    /// It begins a ballot.
    Begun {
        /// The ballot.
        ballot: Ballot,
    },
    /// It asks for votes for this value.
    Proposed(Vote),
    /// It votes.
    Voted(Vote),
    /// It knows what was chosen.
    Learned {
        /// The value.
        value: Value,
    },
    /// It answers its client.
    Answered {
        /// The value.
        value: Value,
    },
}

impl Protocol for Paxos {
    type Message = Message;
    type Timer = Timer;
    type Input = Input;
    type Output = Output;
    type Disk = Disk;
    type Ram = Ram;

    fn boot(&self, _disk: &mut Disk, _cx: &mut Context<'_, Self>) -> Ram {
        Ram::default()
    }

    fn on_message(
        &self,
        node: &mut Node<'_, Self>,
        from: NodeId,
        message: Message,
        cx: &mut Context<'_, Self>,
    ) {
        match message {
            Message::Request { value } => self.on_request(node, from, value, cx),
            Message::Prepare { ballot } => self.on_prepare(node, from, ballot, cx),
            Message::Promise { ballot, vote } => self.on_promise(node, from, (ballot, vote), cx),
            Message::Accept { ballot, value } => self.on_accept(node, from, Vote { ballot, value }, cx),
            Message::Accepted { ballot } => self.on_accepted(node, from, ballot, cx),
            Message::Refused { ballot, promised } => self.on_refused(node, from, (ballot, promised), cx),
            Message::Learn { value } => self.learn(node, value, cx),
        }
    }

    fn on_timer(&self, node: &mut Node<'_, Self>, timer: Timer, cx: &mut Context<'_, Self>) {
        match timer {
            Timer::Patience => self.on_patience(node, cx),
            Timer::Retry => self.begin(node, cx),
        }
    }

    fn on_input(&self, node: &mut Node<'_, Self>, input: Input, cx: &mut Context<'_, Self>) {
        let Input::Propose { value } = input;
        self.on_client(node, value, cx);
    }

    fn lies(&self, honest: &Message) -> Vec<Message> {
        acceptor::lies(honest).into_iter().chain(proposer::lies(honest)).collect()
    }

    fn request(&self, k: u32, nodes: &[Local<Self>]) -> Option<(NodeId, Input)> {
        let asked = self.layout.asked();
        let k = NodeId::try_from(k).ok().filter(|&k| k < asked.len() as NodeId)?;
        let turned_to = asked.clone().cycle().skip(usize::from(k)).take(asked.len());
        let up = |node: &NodeId| nodes.get(usize::from(*node)).is_some_and(Local::up);
        let node = turned_to.into_iter().find(up)?;
        Some((node, Input::Propose { value: k as Value }))
    }

    fn watch(&self, local: &Local<Self>) -> u64 {
        let Disk { round: _, promised, vote, known } = &local.disk;
        let unsaved = local.ram.as_ref().and_then(|ram| ram.unsaved_promise);
        let of = |ballot: Option<Ballot>| {
            ballot.map_or(0, |ballot| 1 + u64::from(ballot.round) * 64 + u64::from(ballot.proposer))
        };
        let vote = vote.map_or(0, |vote| 1 + of(Some(vote.ballot)) * 32 + u64::from(vote.value));
        let known = known.map_or(0, |value| 1 + u64::from(value));
        [of(*promised), of(unsaved), vote, known]
            .into_iter()
            .fold(0, |hash, part| (hash ^ part).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29))
    }

    fn decided(&self, _me: NodeId, local: &Local<Self>) -> Option<Outcome> {
        local.disk.known
    }

    fn interchangeable(&self, _size: NodeId) -> Vec<Vec<NodeId>> {
        self.layout.interchangeable()
    }

    fn relabel_local(&self, local: &mut Local<Self>, map: &[NodeId]) {
        if let Some(proposal) = local.ram.as_mut().and_then(|ram| ram.proposal.as_mut()) {
            proposal.relabel(map);
        }
    }
}
