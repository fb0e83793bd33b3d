//! The leader: a ballot, the promises of a majority, and proposals in slots (*Paxos Made Simple*, 2.2 and 3).

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Context, Delay, Node, NodeId};

use super::{Ballot, Leadership, Message, MultiPaxos, Output, Proposal, Role, Slot, Timer, Vote};
use crate::shared::store::Command;

/// A leader keeps so many requests that wait for a slot; clients ask again.
const QUEUE_MAX: usize = 64;

impl MultiPaxos {
    /// Phase 1 (a), for all slots at once.
    pub(super) fn prepare(&self, node: &mut Node<'_, Self>, cx: &mut Context<'_, Self>) {
        if matches!(node.ram.role, Role::Leader(_)) {
            return;
        }
        cx.note(
            "Paxos Made Simple, 2.2 (1a) and 3",
            "takes a higher ballot of its own and asks for promises",
        );
        // Above all that it has promised, or it would break its own promise. It promises the new one in the
        // same step: it is a member of its own majority, so it must take part in no lower ballot either.
        let ballot = node.ram.promised(node.disk).next(cx.me(), cx.size());
        node.ram.promise(node.disk, ballot);
        // What it has executed is chosen, and it knows it: only later slots have to be reported.
        let from = node.ram.executed + 1;
        // Its own votes are a report like the others: a chosen command may be on itself and on a server
        // outside the majority.
        let reported = node.ram.votes(node.disk).from(from).collect();
        let promises = BTreeSet::from([cx.me()]);
        // A server alone is a majority, and nobody will answer it.
        let enough = promises.len() >= self.quorum(cx.size());
        node.ram.role = Role::Proposer { ballot, promises, reported };
        self.await_leader(cx);
        if enough {
            self.lead(node, cx);
        } else {
            cx.broadcast(&Message::Prepare { ballot, from });
        }
    }

    pub(super) fn on_promise(
        &self,
        node: &mut Node<'_, Self>,
        from: NodeId,
        promised: Ballot,
        votes: Vec<(Slot, Vote)>,
        cx: &mut Context<'_, Self>,
    ) {
        let quorum = self.quorum(cx.size());
        let Role::Proposer { ballot, promises, reported } = &mut node.ram.role else {
            cx.note("Paxos Made Simple, 2.2", "needs this promise no more");
            return;
        };
        // A promise of an older ballot binds the acceptor to too little and may lack a vote that it has cast
        // since. A copy of one must not count twice.
        if promised != *ballot || !promises.insert(from) {
            cx.note("Paxos Made Simple, 2.2", "has no use for this promise");
            return;
        }
        for (slot, vote) in votes {
            let best = reported.entry(slot).or_insert(vote);
            // P2c, slot by slot: if a command is chosen in a slot, every later ballot proposes only it, so
            // the highest vote reported is for it. Votes of the same ballot are for the same command.
            let higher = vote.ballot > best.ballot;
            if vote.ballot != best.ballot && higher == self.rules.highest_ballot {
                *best = vote;
            }
        }
        if promises.len() >= quorum {
            self.lead(node, cx);
        }
    }

    /// A majority has promised: it leads, and first proposes again what they report.
    fn lead(&self, node: &mut Node<'_, Self>, cx: &mut Context<'_, Self>) {
        let Role::Proposer { ballot, reported, .. } = &node.ram.role else { return };
        cx.note("Paxos Made Simple, 3", "has the promises of a majority, and leads");
        let ballot = *ballot;
        let recovered: BTreeMap<Slot, Command> = if self.rules.recover {
            reported.iter().map(|(slot, vote)| (*slot, vote.command)).collect()
        } else {
            cx.note("the rule “recover” is off", "forgets what the promises report");
            BTreeMap::new()
        };
        if !recovered.is_empty() {
            cx.note("Paxos Made Simple, 2.2 (P2c)", "first proposes again what may have been chosen");
        }
        // After this slot nothing can have been chosen: one of this majority would have reported its vote.
        // New commands go there. Gaps before it are different: later commands wait for them to be filled
        // before they are executed.
        let recovered_last = recovered.keys().next_back().copied().unwrap_or(0);
        let next = node.ram.executed + 1;
        // The first heartbeat repeats nothing: all that it proposes now may still be under way by then.
        let (open, queue, last_beat) = (BTreeMap::new(), Vec::new(), (node.ram.executed, next));
        node.ram.role =
            Role::Leader(Leadership { ballot, next, recovered, recovered_last, open, queue, last_beat });
        cx.cancel_timer(Timer::Election);
        cx.set_timer(Timer::Heartbeat, Delay::exactly(self.heartbeat));
        cx.output(Output::Led { ballot });
        self.go_on(node, cx);
    }

    /// Takes a request; a leader proposes it as soon as the window allows.
    pub(super) fn take(&self, node: &mut Node<'_, Self>, command: Command, cx: &mut Context<'_, Self>) {
        let Role::Leader(leadership) = &mut node.ram.role else { return };
        // Without a bound a leader that cannot reach a majority would grow for as long as clients ask.
        if leadership.queue.len() >= QUEUE_MAX {
            cx.note("Moderately Complex, 2.1", "has too many requests waiting, and forgets this one");
            return;
        }
        leadership.queue.push(command);
        self.go_on(node, cx);
        if let Role::Leader(leadership) = &node.ram.role
            && !leadership.queue.is_empty()
        {
            cx.note("Moderately Complex, invariant R5", "waits until an earlier slot is chosen");
        }
    }

    /// Proposes in every slot of the window for which there is something: first what was recovered, a no-op in gaps,
    /// then what clients ask.
    pub(super) fn go_on(&self, node: &mut Node<'_, Self>, cx: &mut Context<'_, Self>) {
        loop {
            // Read again in each round: what is proposed may be chosen at once, where the leader is a
            // majority by itself, and moves the window.
            let end = node.ram.executed + self.window;
            let Role::Leader(leadership) = &mut node.ram.role else { return };
            let slot = leadership.next;
            if slot > end {
                return;
            }
            // Taken out even if it is not needed: a slot that was learned in the meantime is not proposed
            // again.
            let recovered = leadership.recovered.remove(&slot);
            let known = slot <= node.ram.executed || node.ram.waiting.contains_key(&slot);
            let gap = slot < leadership.recovered_last;
            if known {
                leadership.next += 1;
            // Proposed again, though it may be chosen already: the leader cannot know, and in its own ballot
            // no other command may compete with it.
            } else if let Some(command) = recovered {
                self.propose(node, command, cx);
            // It has to be voted on. A server outside the majority may have a command of a lower ballot here:
            // without votes for the no-op in this ballot a later leader would find that command, propose it
            // and get it chosen.
            } else if gap && self.rules.fill_gaps {
                cx.note("Paxos Made Simple, 3", "fills a gap with a no-op");
                self.propose(node, Command::NoOp, cx);
            } else if gap {
                cx.note("the rule “fill gaps” is off", "takes the gap for a no-op without asking anybody");
                let vote = Vote { ballot: leadership.ballot, command: Command::NoOp };
                leadership.next += 1;
                self.announce(node, slot, vote, cx);
            } else if leadership.queue.is_empty() {
                return;
            } else {
                cx.note("Paxos Made Simple, 2.2 (2a)", "proposes the request in the next free slot");
                let command = leadership.queue.remove(0);
                self.propose(node, command, cx);
            }
        }
    }

    /// Phase 2 (a), in the next slot. The leader is an acceptor too, and has promised its own ballot.
    fn propose(&self, node: &mut Node<'_, Self>, command: Command, cx: &mut Context<'_, Self>) {
        let Role::Leader(leadership) = &mut node.ram.role else { return };
        let (slot, ballot) = (leadership.next, leadership.ballot);
        let vote = Vote { ballot, command };
        leadership.next += 1;
        leadership.open.insert(slot, Proposal { command, accepted: BTreeSet::from([cx.me()]) });
        // Its own vote is on the disk before others are asked: it counts as one of the majority.
        node.ram.vote(node.disk, slot, vote);
        cx.output(Output::Accepted { slot, vote });
        cx.broadcast(&Message::Accept { ballot, slot, command });
        self.count(node, slot, cx);
    }

    pub(super) fn on_accepted(
        &self,
        node: &mut Node<'_, Self>,
        from: NodeId,
        (ballot, slot): (Ballot, Slot),
        cx: &mut Context<'_, Self>,
    ) {
        let proposal = match &mut node.ram.role {
            // A vote in an earlier ballot of its own says nothing about this one.
            Role::Leader(leadership) if leadership.ballot == ballot => leadership.open.get_mut(&slot),
            Role::Leader(_) | Role::Proposer { .. } | Role::Acceptor => None,
        };
        let Some(proposal) = proposal else {
            cx.note("Paxos Made Simple, 2.3", "needs this vote no more");
            return;
        };
        proposal.accepted.insert(from);
        self.count(node, slot, cx);
        self.go_on(node, cx);
    }

    /// A command that a majority has accepted in one ballot is chosen.
    fn count(&self, node: &mut Node<'_, Self>, slot: Slot, cx: &mut Context<'_, Self>) {
        let quorum = self.quorum(cx.size());
        let Role::Leader(leadership) = &mut node.ram.role else { return };
        let Some(proposal) = leadership.open.get(&slot).filter(|one| one.accepted.len() >= quorum) else {
            return;
        };
        cx.note("Paxos Made Simple, 2.2", "a majority has accepted it: it is chosen");
        let vote = Vote { ballot: leadership.ballot, command: proposal.command };
        self.announce(node, slot, vote, cx);
    }

    /// Tells everybody what is chosen (*Paxos Made Simple*, 2.3: the leader is the distinguished learner).
    fn announce(&self, node: &mut Node<'_, Self>, slot: Slot, vote: Vote, cx: &mut Context<'_, Self>) {
        cx.output(Output::Chosen { slot, vote });
        cx.broadcast(&Message::Chosen { entries: vec![(slot, vote)] });
        self.learn(node, slot, vote, cx);
    }

    /// Says that it is there, and sends again what has not been answered since the last heartbeat.
    pub(super) fn beat(&self, node: &mut Node<'_, Self>, cx: &mut Context<'_, Self>) {
        let executed = node.ram.executed;
        let Role::Leader(leadership) = &mut node.ram.role else { return };
        cx.note(
            "Paxos Made Simple, 2.4 and 3",
            "says that it leads, and repeats what was not answered for long",
        );
        cx.set_timer(Timer::Heartbeat, Delay::exactly(self.heartbeat));
        let ballot = leadership.ballot;
        // As it stood at the last heartbeat. What was proposed since may be under way, and repeating it would
        // double the messages. What was chosen since may be too: a follower that was told of it would ask for
        // what is about to arrive.
        let (executed, next) = std::mem::replace(&mut leadership.last_beat, (executed, leadership.next));
        for peer in cx.peers() {
            cx.send(peer, Message::Heartbeat { ballot, executed });
            for (&slot, proposal) in leadership.open.range(..next) {
                if !proposal.accepted.contains(&peer) {
                    cx.send(peer, Message::Accept { ballot, slot, command: proposal.command });
                }
            }
        }
    }
}
