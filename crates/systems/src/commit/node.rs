//! What every node does with its log, its messages and its clients, whatever the protocol.

use std::collections::BTreeSet;

use kernel::{Context, Delay, Micros, Node, NodeId};
use serde::{Deserialize, Serialize};

use super::log::{Record, Records, Says, Tx};
use super::message::{Message, Outbox, Output, Timer, Waiting};
use super::{Commit, Votes};

/// The part of a node's memory that both protocols have.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NodeMemory {
    /// Records that are written and not forced.
    pub unsaved: Vec<Record>,
    /// What is being sent to one after the other.
    pub outbox: Option<Outbox>,
    /// The coordinator: the votes it is collecting.
    pub poll: Option<Poll>,
    /// In doubt: who has asked it, and is told once it knows.
    pub asked_by: BTreeSet<NodeId>,
    /// Who waits for the lock.
    pub waiting: Vec<Waiting>,
}

/// The votes on a transaction.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Poll {
    /// Which.
    pub tx: Tx,
    /// Who has voted yes.
    pub yes: BTreeSet<NodeId>,
    /// Who has voted no: with unanimity, nobody for long.
    pub no: BTreeSet<NodeId>,
}

impl Poll {
    /// Nobody has voted yet.
    pub const fn new(tx: Tx) -> Self {
        Self { tx, yes: BTreeSet::new(), no: BTreeSet::new() }
    }

    /// Takes a vote in, and says what it comes to, if that is clear: by unanimity, or by majority.
    pub fn count(&mut self, from: NodeId, yes: bool, participants: NodeId, unanimity: bool) -> Option<bool> {
        if yes {
            self.yes.insert(from);
        } else {
            self.no.insert(from);
        }
        let (all, yes, no) = (usize::from(participants), self.yes.len(), self.no.len());
        let (commit, abort) = if unanimity {
            (yes == all, no > 0)
        } else {
            // More than half of all nodes: the coordinator wants it too.
            let majority = |yes: usize| 2 * (yes + 1) > all + 1;
            // Abort as soon as a majority is out of reach, even if all that have not voted say yes.
            (majority(yes), !majority(all - no.min(all)))
        };
        (commit || abort).then_some(commit)
    }

    /// Whose vote has not come.
    pub fn missing(&self, participants: NodeId) -> impl Iterator<Item = NodeId> + use<'_> {
        let all = 1..=participants;
        all.filter(|participant| !self.yes.contains(participant) && !self.no.contains(participant))
    }
}

/// The records of a node that handles something.
pub(super) fn records_of<'a, P: Commit>(node: &'a Node<'_, P>) -> Records<'a> {
    Records { disk: &node.disk.log, unsaved: &P::memory(node.ram).unsaved }
}

/// Writes a record; where no rule forces it, it reaches the disk later.
pub(super) fn write<P: Commit>(
    protocol: &P,
    node: &mut Node<'_, P>,
    (tx, says): (Tx, Says),
    forced: bool,
    cx: &mut Context<'_, P>,
) {
    if node.disk.write(&mut P::desk_mut(node.ram).unsaved, Record { tx, says }, forced) {
        // What is not forced gets to the disk by itself after a while; until then a crash loses it.
        cx.set_timer(Timer::Force, Delay::exactly(protocol.setting().write_delay));
    } else {
        cx.cancel_timer(Timer::Force);
    }
}

/// Sends a message to these nodes, one after the other.
pub(super) fn send_to<P: Commit>(
    protocol: &P,
    node: &mut Node<'_, P>,
    to: impl IntoIterator<Item = NodeId>,
    message: Message,
    cx: &mut Context<'_, P>,
) {
    let to: Vec<NodeId> = to.into_iter().collect();
    if to.is_empty() {
        return;
    }
    // What was still to be sent is dropped: a later message says more. Whoever was not yet asked for a vote
    // when the decision falls has nothing to vote on any more.
    P::desk_mut(node.ram).outbox = Some(Outbox { message, to });
    cx.set_timer(Timer::Send, Delay::exactly(protocol.setting().gap));
}

/// Sends to the next; says what was sent, once all have it.
pub(super) fn send_next<P: Commit>(
    protocol: &P,
    node: &mut Node<'_, P>,
    cx: &mut Context<'_, P>,
) -> Option<Message> {
    let outbox = &mut P::desk_mut(node.ram).outbox;
    let Some(Outbox { message, to }) = outbox else { return None };
    let message = *message;
    // One a step: a crash between two sends is what tells these protocols apart.
    if !to.is_empty() {
        cx.send(to.remove(0), message);
    }
    if to.is_empty() {
        *outbox = None;
        return Some(message);
    }
    cx.set_timer(Timer::Send, Delay::exactly(protocol.setting().gap));
    None
}

/// Whether a message is still to be sent to a node.
pub(super) fn still_sends<P: Commit>(node: &Node<'_, P>, to: NodeId, message: Message) -> bool {
    let outbox = P::memory(node.ram).outbox.as_ref();
    outbox.is_some_and(|outbox| outbox.message == message && outbox.to.contains(&to))
}

/// Begins to collect votes, if nothing else is under way.
pub(super) fn begin<P: Commit>(protocol: &P, node: &mut Node<'_, P>, tx: Tx, cx: &mut Context<'_, P>) {
    // One transaction at a time: there is one poll and one outbox, and `doubt` knows one open transaction.
    let (memory, last) = (P::memory(node.ram), records_of(node).last());
    if memory.poll.is_some() || memory.outbox.is_some() || records_of(node).doubt().is_some() {
        cx.output(Output::Busy { tx: last });
        return;
    }
    // A number is never used twice, or the decision on the old transaction would be taken for that on the new
    // one.
    let tx = tx.max(last.saturating_add(1));
    cx.note("Gray 1978, two-phase commit, phase 1", "asks all participants for their votes");
    // On the disk before anybody is asked: after a crash the coordinator must know of those who wait for its
    // word.
    write(protocol, node, (tx, Says::Begin), true, cx);
    P::desk_mut(node.ram).poll = Some(Poll::new(tx));
    cx.output(Output::Begins { tx });
    send_to(protocol, node, 1..cx.size(), Message::VoteRequest { tx }, cx);
    cx.set_timer(Timer::Votes, Delay::exactly(protocol.setting().vote_timeout));
}

/// How a participant votes.
pub(super) fn vote<P: Commit>(protocol: &P, cx: &mut Context<'_, P>) -> bool {
    match protocol.setting().votes {
        Votes::Yes => true,
        Votes::OneNo => cx.me() != protocol.setting().participants,
        Votes::Any => cx.choose(2) == 0,
    }
}

/// A client reads, or waits for the lock.
pub(super) fn read<P: Commit>(node: &mut Node<'_, P>, client: u8, cx: &mut Context<'_, P>) {
    match records_of(node).doubt() {
        Some(tx) => {
            cx.output(Output::Waits { client, tx });
            P::desk_mut(node.ram).waiting.push(Waiting::Client(client));
        }
        None => cx.output(Output::Reads { client, version: records_of(node).version() }),
    }
}

/// A span around this one, so that nodes do not act in step.
pub(super) fn about(span: Micros) -> Delay {
    Delay::Between(span, Micros(span.0 + span.0 / 5))
}
