//! The acceptor: promises, votes, and what a liar could say (*Paxos Made Simple*, 2.2).

use kernel::{Context, Local, Node, NodeId};

use super::{Ballot, Disk, Message, MultiPaxos, Output, Ram, Role, Slot, Timer, Vote, Votes};
use crate::shared::store::Command;

impl MultiPaxos {
    /// Phase 1 (b).
    pub(super) fn on_prepare(
        &self,
        node: &mut Node<'_, Self>,
        from: NodeId,
        (ballot, slot): (Ballot, Slot),
        cx: &mut Context<'_, Self>,
    ) {
        // The ballot may also be the one that it has promised already: the promise is given again, since it
        // may be lost.
        if !self.admit(node, from, ballot, cx) {
            return;
        }
        cx.note("Paxos Made Simple, 2.2 (1b)", "promises the ballot and reports what it has accepted");
        // All votes from there on, chosen or not: the acceptor cannot tell which, and one that it leaves out
        // might be.
        let votes = node.ram.votes(node.disk).from(slot).collect();
        cx.send(from, Message::Promise { ballot, votes });
    }

    /// Phase 2 (b).
    pub(super) fn on_accept(
        &self,
        node: &mut Node<'_, Self>,
        from: NodeId,
        slot: Slot,
        vote: Vote,
        cx: &mut Context<'_, Self>,
    ) {
        // Only where the rule is off: the vote is cast, and the higher promise stays.
        if vote.ballot < node.ram.promised(node.disk) && !self.rules.keep_promise {
            cx.note("the rule “keep promise” is off", "accepts although it has promised a higher ballot");
        } else if self.admit(node, from, vote.ballot, cx) {
            cx.note("Paxos Made Simple, 2.2 (2b)", "has promised no higher ballot, and accepts");
        } else {
            return;
        }
        node.ram.vote(node.disk, slot, vote);
        cx.output(Output::Accepted { slot, vote });
        cx.send(from, Message::Accepted { ballot: vote.ballot, slot });
    }

    /// What a ballot does before its message is looked at: a lower one than promised is refused, a higher one is
    /// promised. Says whether to go on.
    pub(super) fn admit(
        &self,
        node: &mut Node<'_, Self>,
        from: NodeId,
        ballot: Ballot,
        cx: &mut Context<'_, Self>,
    ) -> bool {
        let promised = node.ram.promised(node.disk);
        if ballot < promised {
            cx.note("Paxos Made Simple, 2.5", "has promised a higher ballot, and says which");
            cx.send(from, Message::Refuse { promised });
            return false;
        }
        // A higher ballot is promised whatever its message is. To accept in it without promising it would
        // leave the acceptor free to vote in a lower one afterwards.
        if ballot > promised {
            self.promise(node, ballot, cx);
        // The leader of the promised ballot is there: no reason to take a ballot of its own yet. The leader
        // itself has no election timer.
        } else if !matches!(node.ram.role, Role::Leader(_)) {
            self.await_leader(cx);
        }
        true
    }

    /// Promises a ballot that is not its own: it no longer leads, nor asks to.
    fn promise(&self, node: &mut Node<'_, Self>, ballot: Ballot, cx: &mut Context<'_, Self>) {
        node.ram.promise(node.disk, ballot);
        match node.ram.role {
            Role::Acceptor => {}
            Role::Proposer { .. } => cx.note("Moderately Complex, 2.4", "is preempted by a higher ballot"),
            // Its proposals that are open may still be chosen: their votes are cast. It only does not count
            // them any more.
            Role::Leader(_) => {
                cx.note("Moderately Complex, 2.4", "is preempted by a higher ballot and leads no more");
                cx.cancel_timer(Timer::Heartbeat);
            }
        }
        node.ram.role = Role::Acceptor;
        self.await_leader(cx);
    }

    /// Somebody has promised a higher ballot: it is promised here too, so that the next own one is higher still.
    pub(super) fn on_refuse(&self, node: &mut Node<'_, Self>, promised: Ballot, cx: &mut Context<'_, Self>) {
        // To promise is always safe. Without it the next own ballot could be refused again, one step at a
        // time.
        if promised > node.ram.promised(node.disk) {
            self.promise(node, promised, cx);
        } else {
            cx.note("Paxos Made Simple, 2.5", "knows of that ballot");
        }
    }
}

/// What an acceptor remembers, wherever the rules say that it is kept.
impl Ram {
    /// The highest ballot promised.
    pub(super) fn promised(&self, disk: &Disk) -> Ballot {
        // `Some` from boot on where “persist promise” is off, and never otherwise: there is one place at a
        // time.
        self.unsaved_promise.unwrap_or(disk.promised)
    }

    pub(super) fn promise(&mut self, disk: &mut Disk, ballot: Ballot) {
        *self.unsaved_promise.as_mut().unwrap_or(&mut disk.promised) = ballot;
    }

    /// What was accepted.
    pub(super) fn votes<'a>(&'a self, disk: &'a Disk) -> &'a Votes {
        self.unsaved_votes.as_ref().unwrap_or(&disk.votes)
    }

    pub(super) fn vote(&mut self, disk: &mut Disk, slot: Slot, vote: Vote) {
        self.unsaved_votes.as_mut().unwrap_or(&mut disk.votes).set(slot, vote);
    }
}

/// The votes of a server, also of one that is down.
pub(super) fn votes(local: &Local<MultiPaxos>) -> &Votes {
    local.ram.as_ref().map_or(&local.disk.votes, |ram| ram.votes(&local.disk))
}

/// What a liar could say: other commands than it was asked for, and that it has accepted nothing.
pub(super) fn lies(honest: &Message) -> Vec<Message> {
    let others = |votes: &[(Slot, Vote)]| {
        let forged = |(slot, vote): &(Slot, Vote)| (*slot, Vote { command: other(vote.command), ..*vote });
        votes.iter().map(forged).collect::<Vec<_>>()
    };
    match honest {
        Message::Accept { command: Command::NoOp, .. } => Vec::new(),
        Message::Accept { ballot, slot, command } => {
            vec![Message::Accept { ballot: *ballot, slot: *slot, command: other(*command) }]
        }
        Message::Promise { ballot, votes } if !votes.is_empty() => {
            let mut menu = vec![Message::Promise { ballot: *ballot, votes: Vec::new() }];
            if others(votes) != *votes {
                menu.push(Message::Promise { ballot: *ballot, votes: others(votes) });
            }
            menu
        }
        Message::Chosen { entries } if others(entries) != *entries => {
            vec![Message::Chosen { entries: others(entries) }]
        }
        Message::Chosen { .. }
        | Message::Promise { .. }
        | Message::Prepare { .. }
        | Message::Refuse { .. }
        | Message::Accepted { .. }
        | Message::Heartbeat { .. }
        | Message::Learn { .. } => Vec::new(),
    }
}

fn other(command: Command) -> Command {
    match command {
        Command::NoOp => Command::NoOp,
        Command::Write { client, seq, key, value } => {
            Command::Write { client, seq, key, value: value.wrapping_add(90) }
        }
    }
}
