//! The learner: what is chosen, its execution in order, and catching up (*Paxos Made Simple*, 2.3 and 3).

use kernel::{Context, Local, Node, NodeId};

use super::{Ballot, Message, MultiPaxos, Output, Role, Slot, Vote, acceptor};
use crate::shared::store::{Command, mix};

/// At most so many slots are told at once to a server that is behind.
const BATCH: u64 = 32;

impl MultiPaxos {
    pub(super) fn on_chosen(
        &self,
        node: &mut Node<'_, Self>,
        entries: Vec<(Slot, Vote)>,
        cx: &mut Context<'_, Self>,
    ) {
        for (slot, vote) in entries {
            // Told twice, as by an answer to `Learn` that overtakes a late `Chosen`: it is executed once all
            // the same.
            if slot > node.ram.executed && !node.ram.waiting.contains_key(&slot) {
                cx.output(Output::Learned { slot, vote });
                self.learn(node, slot, vote, cx);
            }
        }
        self.go_on(node, cx);
    }

    /// Knows from now on that this is chosen, and executes what it can.
    pub(super) fn learn(
        &self,
        node: &mut Node<'_, Self>,
        slot: Slot,
        vote: Vote,
        cx: &mut Context<'_, Self>,
    ) {
        if let Role::Leader(leadership) = &mut node.ram.role {
            // No longer repeated at heartbeats, and no vote that comes later counts to a second choice of the
            // slot.
            leadership.open.remove(&slot);
        }
        // What is chosen in a ballot may be remembered as a vote in it, whatever has been promised since: no leader
        // of a higher ballot proposes anything else.
        let voted = node.ram.votes(node.disk).get(slot);
        if voted.is_none_or(|voted| voted.ballot < vote.ballot) {
            node.ram.vote(node.disk, slot, vote);
        }
        node.ram.waiting.insert(slot, vote.command);
        if !self.rules.in_order {
            cx.note("the rule “in order” is off", "executes the command as soon as it is known");
            self.execute(node, slot, vote.command, cx);
        } else if slot == node.ram.executed + 1 {
            cx.note("Paxos Made Simple, 3", "executes it, since all slots before it are executed");
        } else {
            cx.note("Paxos Made Simple, 3", "waits to execute it until the slots before it are chosen");
        }
        // One slot may be what several later ones waited for.
        while let Some(command) = node.ram.waiting.remove(&(node.ram.executed + 1)) {
            node.ram.executed += 1;
            // Where the rule is off it was executed on arrival, and this only counts how far there are no
            // gaps.
            if self.rules.in_order {
                self.execute(node, node.ram.executed, command, cx);
            }
        }
    }

    /// Runs the state machine; a leader answers its clients.
    fn execute(&self, node: &mut Node<'_, Self>, slot: Slot, command: Command, cx: &mut Context<'_, Self>) {
        let request = match command {
            Command::NoOp => None,
            Command::Write { client, seq, .. } => Some((client, seq)),
        };
        // Asked before the machine runs it: afterwards every request looks as if it had been executed before.
        let new =
            request.filter(|&(client, seq)| !self.rules.once || !node.ram.machine.has_done(client, seq));
        if let Some((client, seq)) = request.filter(|_| new.is_none()) {
            let words = match (node.ram.machine.answered(client, seq), self.rules.in_order) {
                (Some(_), true) => "has executed this request in an earlier slot: does nothing",
                (Some(_), false) => "has executed this request in another slot: does nothing",
                (None, _) => "has executed a later request of this client: does nothing",
            };
            cx.note("Moderately Complex, 2.1", words);
        }
        let reply = node.ram.machine.apply(command, self.rules.once);
        node.ram.history = mix(mix(node.ram.history, slot), command.fingerprint());
        cx.output(Output::Executed { slot, history: node.ram.history, request: new });
        // All execute, but only one may answer: the client asked a leader.
        if let (Role::Leader(_), Some((client, seq))) = (&node.ram.role, request) {
            cx.output(match reply {
                Some(reply) => Output::Answer { client, seq, reply },
                None => Output::TooOld { client, seq },
            });
        }
    }

    /// A sign of a leader: waits on, and asks for what it has missed.
    pub(super) fn on_heartbeat(
        &self,
        node: &mut Node<'_, Self>,
        from: NodeId,
        (ballot, executed): (Ballot, Slot),
        cx: &mut Context<'_, Self>,
    ) {
        if self.admit(node, from, ballot, cx) && executed > node.ram.executed {
            cx.note("Paxos Made Simple, 2.3", "is behind, and asks what was chosen");
            cx.send(from, Message::Learn { from: node.ram.executed + 1 });
        }
    }

    pub(super) fn on_learn(
        &self,
        node: &mut Node<'_, Self>,
        from: NodeId,
        slot: Slot,
        cx: &mut Context<'_, Self>,
    ) {
        // Votes are told as chosen, so only those of slots that it has executed: a later vote may be for a
        // command that was never chosen. Up to there `learn` has made sure that the vote is for what is
        // chosen.
        let last = node.ram.executed.min(slot.saturating_add(BATCH - 1));
        let votes = node.ram.votes(node.disk).from(slot);
        let entries: Vec<(Slot, Vote)> = votes.take_while(|(slot, _)| *slot <= last).collect();
        if !entries.is_empty() {
            cx.note("Paxos Made Simple, 2.3", "tells what was chosen");
            cx.send(from, Message::Chosen { entries });
        }
    }
}

/// What a server knows to be chosen in a slot.
pub(super) fn chosen(local: &Local<MultiPaxos>, slot: Slot) -> Option<Command> {
    let ram = local.ram.as_ref()?;
    // A vote beyond what is executed proves nothing by itself.
    if slot > ram.executed {
        return ram.waiting.get(&slot).copied();
    }
    acceptor::votes(local).get(slot).map(|vote| vote.command)
}
