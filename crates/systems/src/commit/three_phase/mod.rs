//! # Three-phase commit
//!
//! ```text
//!  coordinator   VoteRequest ─────► participants       phase 1: may I?
//!                ◄───────────────── Vote yes, Vote no
//!                PreCommit ───────►                    phase 2: all have said yes
//!                ◄───────────────── Ack
//!                Commit ──────────►                    phase 3: do it
//! ```
//!
//! With two phases a participant in doubt cannot know whether somebody has committed. Skeen (*Nonblocking Commit
//! Protocols*, 1981) puts a state between: nobody commits before everybody who is up knows that all have voted yes.
//! Then nobody is in doubt while another has committed, so those who are left can decide by themselves, whoever
//! crashes.
//!
//! ```text
//!   participant ── yes ──► in doubt ── PreCommit ──► pre-committed ── Commit ──► committed
//!        └─ no ─► aborted ◄── Abort ──┴─────────────── Abort ─────┘
//! ```
//!
//! When a participant does not hear from the coordinator, another takes over (Skeen 1981; Bernstein, Hadzilacos
//! and Goodman 1987, section 7.5). Which one: the node after the one it waited for, in the order of their
//! numbers; it is told so, if it has not found out itself. The new coordinator asks those after it how far they are.
//! If anybody has decided, that is it. If nobody who answers is pre-committed, it decides to abort. Else it
//! pre-commits those in doubt, waits for their answers, and decides to commit. A node that was down answers that it
//! was, and is left out: it asks the others, and is told. If all who know of the transaction have been down, nobody
//! decides: the total failure, where a protocol would have to find out who failed last, is not in this room.
//!
//! All this takes timeouts that are never wrong (Skeen's network reports every crash, and nothing else). A network
//! that is cut, or a message that is late, makes two coordinators, and they can decide differently: see the scenario
//! `partition`.

mod coordinator;
mod describe;
mod moments;
mod participant;
mod room;
pub mod rules;
mod scenarios;
mod takeover;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use kernel::{Claim, Context, Kind, Local, Named, Node, NodeId, Outcome, Property, Protocol, Reads, Verdict};
use serde::{Deserialize, Serialize};

use super::node;
use super::{
    COORDINATOR, Commit, Disk, Input, Message, NodeMemory, Output, Says, Setting, Timer, Tx, VoteState,
    Waiting, Watch, monitor, records, words,
};
pub use room::ThreePhaseRoom;
pub use rules::Rules;

/// The configuration of a node; all have the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ThreePhase {
    /// The options.
    pub setting: Setting,
    /// The rules.
    pub rules: Rules,
}

/// A cluster that can be run.
pub type Nodes = kernel::Cluster<ThreePhase, Watch>;

/// What a crash loses.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Ram {
    /// What both protocols keep.
    pub memory: NodeMemory,
    /// Who coordinates the transaction, as far as this node knows.
    pub leader: NodeId,
    /// What it is waiting for, where it coordinates and has the votes.
    pub round: Option<Round>,
    /// It was down, and asks what has become of the transaction.
    pub recovering: bool,
}

/// The answers that a coordinator is waiting for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Round {
    /// To its pre-commit.
    Acks {
        /// Of which transaction.
        tx: Tx,
        /// Whose answer has not come.
        missing: BTreeSet<NodeId>,
    },
    /// To its question how far the others are.
    States {
        /// In which transaction.
        tx: Tx,
        /// Whose answer has not come.
        missing: BTreeSet<NodeId>,
        /// Who is in doubt.
        in_doubt: BTreeSet<NodeId>,
        /// Somebody is pre-committed.
        pre_committed: bool,
    },
}

impl Round {
    /// In which transaction.
    pub const fn tx(&self) -> Tx {
        match self {
            Self::Acks { tx, .. } | Self::States { tx, .. } => *tx,
        }
    }

    /// Whose answer has not come.
    pub const fn missing(&self) -> &BTreeSet<NodeId> {
        match self {
            Self::Acks { missing, .. } | Self::States { missing, .. } => missing,
        }
    }
}

impl Protocol for ThreePhase {
    type Message = Message;
    type Timer = Timer;
    type Input = Input;
    type Output = Output;
    type Disk = Disk;
    type Ram = Ram;

    fn boot(&self, disk: &mut Disk, cx: &mut Context<'_, Self>) -> Ram {
        let mut ram = Ram::default();
        if std::mem::replace(&mut disk.used, true) {
            self.recover(&mut Node { disk, ram: &mut ram }, cx);
        }
        ram
    }

    fn on_message(
        &self,
        node: &mut Node<'_, Self>,
        from: NodeId,
        message: Message,
        cx: &mut Context<'_, Self>,
    ) {
        let coordinates = cx.me() == COORDINATOR;
        match message {
            Message::VoteRequest { tx } if !coordinates => self.on_vote_request(node, tx, cx),
            Message::Vote { tx, yes } if coordinates => self.on_vote(node, from, (tx, yes), cx),
            Message::PreCommit { tx } if !coordinates => self.on_pre_commit(node, from, tx, cx),
            Message::Ack { tx } => self.on_ack(node, from, tx, cx),
            Message::Decision { tx, commit } => self.on_decision(node, tx, commit, cx),
            Message::TakeOver { tx } if !coordinates => self.on_take_over(node, from, tx, cx),
            Message::StateRequest { tx } if !coordinates => self.on_state_request(node, from, tx, cx),
            Message::State { tx, standing } => self.on_state(node, from, (tx, standing), cx),
            Message::DecisionRequest { tx } => self.on_decision_request(node, from, tx, cx),
            Message::Back => self.on_back(node, from, cx),
            Message::VoteRequest { .. }
            | Message::Vote { .. }
            | Message::PreCommit { .. }
            | Message::TakeOver { .. }
            | Message::StateRequest { .. }
            | Message::Unknown { .. } => {}
        }
    }

    fn on_timer(&self, node: &mut Node<'_, Self>, timer: Timer, cx: &mut Context<'_, Self>) {
        match timer {
            Timer::Send => self.go_on_sending(node, cx),
            Timer::Force => node.disk.log.append(&mut node.ram.memory.unsaved),
            Timer::Votes => self.on_vote_timeout(node, cx),
            Timer::Acks | Timer::States => self.on_round_timeout(node, cx),
            Timer::Decision => self.on_leader_timeout(node, cx),
            Timer::Again => self.ask_again(node, cx),
        }
    }

    fn on_input(&self, node: &mut Node<'_, Self>, input: Input, cx: &mut Context<'_, Self>) {
        match (input, cx.me()) {
            (Input::Begin { tx }, COORDINATOR) => node::begin(self, node, tx, cx),
            (Input::Read { client }, me) if me != COORDINATOR => node::read(node, client, cx),
            (Input::Begin { .. } | Input::Read { .. }, _) => {}
        }
    }

    fn request(&self, k: u32, nodes: &[Local<Self>]) -> Option<(NodeId, Input)> {
        let up = nodes.first().is_some_and(Local::up);
        up.then_some((COORDINATOR, Input::Begin { tx: k.saturating_add(1) }))
    }

    fn watch(&self, local: &Local<Self>) -> u64 {
        let recovering = local.ram.as_ref().is_some_and(|ram| ram.recovering);
        words::print(records(local)).wrapping_mul(4) ^ u64::from(recovering) << 1 ^ u64::from(local.up())
    }

    fn decided(&self, _: NodeId, local: &Local<Self>) -> Option<Outcome> {
        words::outcome(records(local))
    }

    fn undecided(&self, _: NodeId, local: &Local<Self>) -> bool {
        words::undecided(local)
    }

    fn own_step(&self, timer: &Timer) -> bool {
        matches!(timer, Timer::Send | Timer::Force)
    }

    fn awaits(&self, me: NodeId, local: &Local<Self>, timer: &Timer) -> Vec<NodeId> {
        let Some(ram) = local.ram.as_ref().filter(|_| self.setting.reliable) else { return Vec::new() };
        match timer {
            Timer::Votes => {
                let poll = ram.memory.poll.as_ref();
                poll.map_or(Vec::new(), |poll| poll.missing(self.setting.participants).collect())
            }
            Timer::Acks | Timer::States => {
                ram.round.as_ref().map_or(Vec::new(), |round| round.missing().iter().copied().collect())
            }
            Timer::Decision => vec![ram.leader],
            // Whoever has been down says so, and is asked then.
            Timer::Again => vec![me],
            Timer::Send | Timer::Force => Vec::new(),
        }
    }
}

impl Commit for ThreePhase {
    fn setting(&self) -> &Setting {
        &self.setting
    }

    fn memory(ram: &Ram) -> &NodeMemory {
        &ram.memory
    }

    fn desk_mut(ram: &mut Ram) -> &mut NodeMemory {
        &mut ram.memory
    }

    fn claims() -> Vec<Claim<Self, Watch>> {
        let claim = |name, statement, source, kind, reads| Claim {
            property: Property::new(name, statement, source, kind),
            reads,
        };
        let mut claims = monitor::claims();
        claims.push(claim(
            "Nobody is in doubt beside a commit",
            "While a node has committed, no node that has been up all the time is in doubt.",
            "Skeen 1981, the theorem on nonblocking protocols",
            Kind::Always,
            Reads::Pair(nobody_in_doubt),
        ));
        claims.push(claim(
            "Everybody decides",
            "As long as somebody who takes part has been up all the time, nobody who is up stays undecided.",
            "AC5; Skeen 1981",
            Kind::Recurrently,
            Reads::Nodes(|_, nodes, _| everybody_decides(nodes)),
        ));
        claims
    }
}

fn nobody_in_doubt(_: &ThreePhase, one: Named<'_, ThreePhase>, other: Named<'_, ThreePhase>) -> Verdict {
    for (committed, doubtful) in [(one, other), (other, one)] {
        let Some(tx) = records(doubtful.1).doubt() else { continue };
        // A node that is back from a crash may well be in doubt beside a commit: it was left out, and asks.
        let fresh = doubtful.1.ram.as_ref().is_some_and(|ram| !ram.recovering);
        let told = records(doubtful.1).holds(tx, Says::PreCommit);
        if fresh && !told && records(committed.1).decision(tx) == Some(true) {
            return Err(format!(
                "{} has committed T{tx}, and {} is in doubt about it",
                words::name(committed.0),
                words::name(doubtful.0)
            ));
        }
    }
    Ok(())
}

fn everybody_decides(nodes: &[&Local<ThreePhase>]) -> Verdict {
    let up = || (0..).zip(nodes).filter(|(_, local)| local.up());
    let undecided = up().find_map(|(node, local)| Some((node, records(local).doubt()?)));
    let Some((node, tx)) = undecided else { return Ok(()) };
    let able = up().find(|(_, local)| {
        let fresh = local.ram.as_ref().is_some_and(|ram| !ram.recovering);
        fresh && records(local).latest().any(|record| record.tx == tx)
    });
    match able {
        None => Ok(()),
        Some((able, _)) => Err(format!(
            "{} has not decided T{tx}, and {} has been up all the time",
            words::name(node),
            words::name(able)
        )),
    }
}
