//! # Two-phase commit
//!
//! ```text
//!  coordinator   VoteRequest ─────► participants       phase 1: may I?
//!                ◄───────────────── Vote yes, Vote no
//!                Commit, Abort ───►                    phase 2: do it
//! ```
//!
//! The coordinator asks every participant to vote. If all say yes it decides to commit; if one says no, or if a vote
//! does not come in time, it decides to abort. It tells the decision to all. This is the protocol of Gray, *Notes on
//! Data Base Operating Systems*, 1978, with the cooperative termination protocol of Bernstein,
//! Hadzilacos and Goodman 1987, section 7.4 (also Babaoglu and Toueg 1993, section 4): a participant that has voted
//! yes and hears nothing asks all others.
//!
//! Whoever is asked and has decided, says so. One that has not voted yet can still abort alone, and does. One that is
//! in doubt itself can only say that it does not know. If the coordinator is down and everybody else is in doubt,
//! nobody can decide: the transaction is *blocked*, and so is everybody who waits for its locks. No protocol with two
//! phases can avoid that (Skeen 1981).
//!
//! Before it asks for votes, the coordinator forces a start record to its disk (Bernstein et al., section 7.4: *start-2PC*).
//! If it crashes and finds this record with no decision beside it, it cannot have told anybody to commit: it decides to
//! abort, and tells all. *Presumed abort* (Mohan, Lindsay and Obermarck, *Transaction Management in the R\* Distributed
//! Database Management System*, 1986) saves the start record, and answers abort to whoever asks about a transaction that
//! it has no record of. This room does not. A node that has been down tells all others that it is back, so that those
//! who wait for it ask again.
//!
//! Messages to several nodes leave one after the other, because a crash in between is what the protocol is about.

mod coordinator;
mod describe;
mod moments;
mod participant;
mod room;
pub mod rules;
mod scenarios;
#[cfg(test)]
mod tests;

use kernel::{Claim, Context, Kind, Local, Node, NodeId, Outcome, Property, Protocol, Reads, Verdict};
use serde::{Deserialize, Serialize};

use super::node::{self, records_of};
use super::{
    COORDINATOR, Commit, Disk, Input, Message, NodeMemory, Output, Says, Setting, Timer, Tx, Waiting, Watch,
    monitor, records, words,
};
pub use room::TwoPhaseRoom;
pub use rules::Rules;

/// The configuration of a node; all have the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TwoPhase {
    /// The options.
    pub setting: Setting,
    /// The rules.
    pub rules: Rules,
}

/// A cluster that can be run.
pub type Nodes = kernel::Cluster<TwoPhase, Watch>;

/// What a crash loses.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Ram {
    /// What both protocols keep.
    pub memory: NodeMemory,
    /// A participant in doubt: it has asked others for the decision.
    pub asking: bool,
    /// A participant in doubt: the coordinator has answered that it knows nothing.
    pub told_nothing: bool,
}

impl Protocol for TwoPhase {
    type Message = Message;
    type Timer = Timer;
    type Input = Input;
    type Output = Output;
    type Disk = Disk;
    type Ram = Ram;

    fn boot(&self, disk: &mut Disk, cx: &mut Context<'_, Self>) -> Ram {
        let mut ram = Ram::default();
        let first = !std::mem::replace(&mut disk.used, true);
        match (first, cx.me()) {
            (true, _) => {}
            (false, COORDINATOR) => self.recover_coordinator(&mut Node { disk, ram: &mut ram }, cx),
            (false, _) => self.recover_participant(&mut Node { disk, ram: &mut ram }, cx),
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
            Message::Vote { tx, yes } if coordinates => self.on_vote(node, from, (tx, yes), cx),
            Message::DecisionRequest { tx } if coordinates => self.answer(node, from, tx, cx),
            Message::Back if coordinates => self.on_back_to_coordinator(node, from, cx),
            Message::VoteRequest { tx } if !coordinates => self.on_vote_request(node, tx, cx),
            Message::Decision { tx, commit } if !coordinates => self.on_decision(node, tx, commit, cx),
            Message::DecisionRequest { tx } => self.on_decision_request(node, from, tx, cx),
            Message::Unknown { tx } if !coordinates => {
                node.ram.told_nothing |= records_of(node).doubt() == Some(tx) && from == COORDINATOR;
            }
            Message::Back => self.on_back(node, from, cx),
            Message::VoteRequest { .. }
            | Message::Vote { .. }
            | Message::Decision { .. }
            | Message::Unknown { .. }
            | Message::PreCommit { .. }
            | Message::Ack { .. }
            | Message::TakeOver { .. }
            | Message::StateRequest { .. }
            | Message::State { .. } => {}
        }
    }

    fn on_timer(&self, node: &mut Node<'_, Self>, timer: Timer, cx: &mut Context<'_, Self>) {
        match timer {
            Timer::Send => drop(node::send_next(self, node, cx)),
            Timer::Force => node.disk.log.append(&mut node.ram.memory.unsaved),
            Timer::Votes => self.on_vote_timeout(node, cx),
            Timer::Decision => self.on_doubt_timeout(node, cx),
            Timer::Again => {
                if let Some(tx) = records_of(node).doubt() {
                    self.ask(node, tx, |_| true, cx);
                }
            }
            Timer::Acks | Timer::States => {}
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
        let records = records(local);
        let told_nothing = local.ram.as_ref().is_some_and(|ram| ram.told_nothing);
        words::print(records).wrapping_mul(4) ^ u64::from(told_nothing) << 1 ^ u64::from(local.up())
    }

    fn kind(&self, _: NodeId, local: &Local<Self>) -> u64 {
        words::print(records(local))
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
        match timer {
            _ if !self.setting.reliable => Vec::new(),
            Timer::Votes => {
                let poll = local.ram.as_ref().and_then(|ram| ram.memory.poll.as_ref());
                poll.map_or(Vec::new(), |poll| poll.missing(self.setting.participants).collect())
            }
            Timer::Decision => vec![COORDINATOR],
            // Whoever has been down says so, and is asked then.
            Timer::Again => vec![me],
            Timer::Send | Timer::Force | Timer::Acks | Timer::States => Vec::new(),
        }
    }
}

impl Commit for TwoPhase {
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
            "Everybody decides",
            "As long as the coordinator is up, or once it is back, nobody stays in doubt.",
            "AC5; Bernstein et al. 1987, section 7.4",
            Kind::Recurrently,
            Reads::Nodes(|_, nodes, _| everybody_decides(nodes)),
        ));
        claims.push(claim(
            "Blocking is possible",
            "In some run the coordinator is down, and all who are up are in doubt: they have to wait for it.",
            "Skeen 1981; Babaoglu and Toueg 1993, section 4",
            Kind::Reachable,
            Reads::Nodes(|_, nodes, _| blocked(nodes)),
        ));
        claims
    }
}

/// Whether nobody who is up is in doubt, unless the coordinator is down.
fn everybody_decides(nodes: &[&Local<TwoPhase>]) -> Verdict {
    let coordinator_up = nodes.first().is_some_and(|local| local.up());
    let mut up = (0..).zip(nodes).filter(|(_, local)| local.up());
    match up.find_map(|(node, local)| Some((node, records(local).doubt()?))) {
        Some((node, tx)) if coordinator_up => {
            Err(format!("{} is in doubt about T{tx}, and the coordinator is up", words::name(node)))
        }
        Some(_) | None => Ok(()),
    }
}

/// Whether the coordinator is down and all participants that are up, one at least, are in doubt.
fn blocked(nodes: &[&Local<TwoPhase>]) -> Verdict {
    let Some((coordinator, participants)) = nodes.split_first() else {
        return Err("there are no nodes".to_owned());
    };
    let mut up = participants.iter().filter(|local| local.up()).peekable();
    if coordinator.up() || up.peek().is_none() {
        return Err("the coordinator is up, or nobody else is".to_owned());
    }
    if up.all(|local| records(local).doubt().is_some()) {
        Ok(())
    } else {
        Err("somebody is not in doubt".to_owned())
    }
}
