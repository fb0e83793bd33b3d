//! What nodes send, wait for, are asked and answer.

use kernel::NodeId;
use serde::{Deserialize, Serialize};

use super::log::Tx;

/// What nodes send each other. The sender stands on the envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Message {
    /// The coordinator asks a participant to vote; with it comes the participant's part of the work.
    VoteRequest {
        /// On which transaction.
        tx: Tx,
    },
    /// The answer to it.
    Vote {
        /// On which transaction.
        tx: Tx,
        /// Yes, or the veto.
        yes: bool,
    },
    /// The decision.
    Decision {
        /// On which transaction.
        tx: Tx,
        /// Commit, or abort.
        commit: bool,
    },
    /// Somebody in doubt asks whether the receiver knows the decision.
    DecisionRequest {
        /// On which transaction.
        tx: Tx,
    },
    /// The receiver of such a question does not know either.
    Unknown {
        /// On which transaction.
        tx: Tx,
    },
    /// The sender has been down: whoever is waiting for it may ask it again.
    Back,
    /// Three phases only: all have voted yes, and commit will be decided.
    PreCommit {
        /// On which transaction.
        tx: Tx,
    },
    /// Three phases only: the answer to it.
    Ack {
        /// On which transaction.
        tx: Tx,
    },
    /// Three phases only: the coordinators before the receiver are down, and it is its turn.
    TakeOver {
        /// In which transaction.
        tx: Tx,
    },
    /// Three phases only: a new coordinator asks how far the receiver is.
    StateRequest {
        /// In which transaction.
        tx: Tx,
    },
    /// Three phases only: the answer to it, from a node that has not decided.
    State {
        /// In which transaction.
        tx: Tx,
        /// How far it is.
        standing: VoteState,
    },
}

/// How far a node that has not decided is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum VoteState {
    /// It has voted yes, and nobody has told it that all have.
    InDoubt,
    /// It knows that all have voted yes.
    PreCommitted,
    /// It was down in the meantime, so what it knows may be out of date.
    Recovering,
}

/// The timers of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timer {
    /// It sends to the next.
    Send,
    /// It forces what it has written.
    Force,
    /// A coordinator has not got all votes.
    Votes,
    /// Three phases only: a coordinator has not got all answers to its pre-commit.
    Acks,
    /// Three phases only: a new coordinator has not got all states.
    States,
    /// A participant in doubt has not heard from the coordinator.
    Decision,
    /// A participant in doubt asks again.
    Again,
}

/// What a client asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// Of the coordinator: to commit this transaction, or a later one where this number is used up.
    Begin {
        /// Which.
        tx: Tx,
    },
    /// Of a participant: to read its data.
    Read {
        /// Who asks: 0 for client A.
        client: u8,
    },
}

/// What a node answers, and what the monitor learns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Output {
    /// The coordinator begins to collect votes.
    Begins {
        /// On which transaction.
        tx: Tx,
    },
    /// The coordinator is busy with this transaction and refuses another.
    Busy {
        /// With which transaction.
        tx: Tx,
    },
    /// A participant has voted.
    Votes {
        /// On which transaction.
        tx: Tx,
        /// Yes, or no.
        yes: bool,
    },
    /// Three phases only: it coordinates in place of others.
    TakesOver {
        /// Which transaction.
        tx: Tx,
    },
    /// It has decided.
    Decides {
        /// On which transaction.
        tx: Tx,
        /// Commit, or abort.
        commit: bool,
    },
    /// A client has to wait for the lock.
    Waits {
        /// Who.
        client: u8,
        /// Which transaction holds it.
        tx: Tx,
    },
    /// A client reads.
    Reads {
        /// Who.
        client: u8,
        /// The data as this transaction left it.
        version: Tx,
    },
}

/// A message that goes to several nodes, one after the other: a crash can come in between.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Outbox {
    /// What is sent.
    pub message: Message,
    /// To whom it has not been sent yet, in order.
    pub to: Vec<NodeId>,
}

/// Who waits for the lock of a participant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Waiting {
    /// A client that wants to read.
    Client(u8),
    /// A transaction on which the participant is to vote.
    Transaction(Tx),
}
