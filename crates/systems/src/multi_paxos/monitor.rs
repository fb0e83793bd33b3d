//! What must be true, and what must be remembered to say so.
//!
//! A command is chosen in a slot when a quorum has accepted it there in one ballot. No server need ever know: the one
//! that counts may crash first. Acceptors overwrite their votes, so the monitor counts them as they are given.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Claim, Kind, Local, Monitor, NodeId, Premise, Property, Reads, Seen, Verdict, not_yet};
use rpds::{RedBlackTreeMap, RedBlackTreeSet, Vector};
use serde::{Deserialize, Serialize};

use super::describe::server;
use super::room::BEFORE;
use super::{Input, MultiPaxos, Output, Ram, Slot, Vote};
use crate::shared::store::{Command, client};

/// What the properties remember of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Watch {
    /// How many servers there are.
    servers: NodeId,
    /// What became of each slot, from slot 1 on.
    slots: Vector<SlotVotes>,
    /// What clients have asked.
    asked: RedBlackTreeSet<Command>,
    /// The slot in which each request changed the state machine.
    done: RedBlackTreeMap<(u8, u32), Slot>,
    /// Two commands are chosen in one slot: slot, the first, the second.
    two_chosen: Option<(Slot, Vote, Vote)>,
    /// A higher ballot proposed another command than is chosen: slot, chosen, proposed.
    overruled: Option<(Slot, Vote, Vote)>,
    /// A server took a command for chosen that is not: slot, who, the command.
    false_lesson: Option<(Slot, NodeId, Command)>,
    /// A server that had executed something else up to a slot than another had.
    diverged: Option<(Slot, NodeId)>,
    /// A command was chosen, or taken for chosen, that nobody asked for.
    invented: Option<(Slot, Command)>,
    /// A request changed the state machine in two slots: client, request, slots.
    done_twice: Option<(u8, u32, Slot, Slot)>,
}

/// What became of one slot.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
struct SlotVotes {
    /// Who has accepted what, as far as it still matters: see [`SlotVotes::forget`].
    votes: BTreeMap<Vote, BTreeSet<NodeId>>,
    /// What was chosen first, and the lowest ballot in which it was.
    chosen: Option<Vote>,
    /// Stands for all that was executed up to this slot, by whom it was executed first.
    history: Option<u64>,
}

impl SlotVotes {
    /// Leaves out the votes that no property can read any more: once a command is chosen, further votes for it in this
    /// ballot or a higher one change nothing. Those for another one may still choose it, and those for the same one in
    /// a lower ballot may yet show that it was chosen earlier.
    fn forget(&mut self) {
        if let Some(chosen) = self.chosen {
            self.votes.retain(|vote, _| vote.command != chosen.command || vote.ballot < chosen.ballot);
        }
    }
}

impl Monitor<MultiPaxos> for Watch {
    fn begin(&mut self, protocol: &MultiPaxos, locals: &[Local<MultiPaxos>]) {
        self.servers = NodeId::try_from(locals.len()).unwrap_or(NodeId::MAX);
        for (node, local) in (0..).zip(locals) {
            for (slot, vote) in local.disk.votes.from(1) {
                self.accepted(protocol, node, slot, vote);
            }
        }
    }

    fn observe(
        &mut self,
        protocol: &MultiPaxos,
        node: NodeId,
        _: &Local<MultiPaxos>,
        seen: Seen<'_, MultiPaxos>,
    ) -> bool {
        match seen {
            Seen::Input(Input::Write { client, seq, key, value }) => {
                let command = Command::Write { client: *client, seq: *seq, key: *key, value: *value };
                let new = !self.asked.contains(&command);
                if new {
                    self.asked.insert_mut(command);
                }
                new
            }
            Seen::Output(Output::Accepted { slot, vote }) => self.accepted(protocol, node, *slot, *vote),
            Seen::Output(Output::Chosen { slot, vote } | Output::Learned { slot, vote }) => {
                self.taken_for_chosen(node, *slot, vote.command)
            }
            Seen::Output(Output::Executed { slot, history, request }) => {
                let diverged = self.executed(node, *slot, *history);
                request.is_some_and(|(client, seq)| self.done(client, seq, *slot)) || diverged
            }
            Seen::Output(
                Output::Led { .. } | Output::Answer { .. } | Output::TooOld { .. } | Output::NotLeader { .. },
            )
            | Seen::Crash
            | Seen::Failure => false,
        }
    }

    fn claims(_: &MultiPaxos) -> Vec<Claim<MultiPaxos, Self>> {
        let claim = |kind, name, statement, source, holds| Claim {
            property: Property::new(name, statement, source, kind),
            reads: Reads::Monitor(holds),
        };
        vec![
            claim(
                Kind::Always,
                "Agreement",
                "No two commands are chosen in one slot.",
                "Paxos Made Simple, 2.1; Moderately Complex, invariant R1",
                agreement as fn(&MultiPaxos, &Self) -> Verdict,
            ),
            claim(
                Kind::Always,
                "Higher ballots",
                "If a command is chosen in a slot, every higher ballot proposes that command there.",
                "Paxos Made Simple, 2.2 (P2b); Moderately Complex, invariant C2",
                higher_ballots,
            ),
            claim(
                Kind::Always,
                "No false lesson",
                "A server takes a command for chosen only if it is.",
                "Paxos Made Simple, 2.1",
                no_false_lesson,
            ),
            claim(
                Kind::Always,
                "State machine safety",
                "Servers that have executed a slot have executed the same commands in the same order up to it.",
                "Paxos Made Simple, 3; Moderately Complex, invariant R3",
                state_machine_safety,
            ),
            claim(
                Kind::Always,
                "Validity",
                "Only what a client asked for is chosen, or a no-op.",
                "Paxos Made Simple, 2.1",
                validity,
            ),
            claim(
                Kind::Always,
                "Exactly once",
                "A request changes the state machine in one slot at most.",
                "Moderately Complex, 2.1",
                exactly_once,
            ),
            claim(
                Kind::Reachable,
                "Progress",
                "A command of a client can be chosen and executed.",
                "Paxos Made Simple, 2.4",
                progress,
            ),
        ]
    }

    fn premises(_: &MultiPaxos) -> Vec<Premise<MultiPaxos, Self>> {
        let chosen = || {
            Reads::Monitor(|_, watch: &Self| {
                not_yet(watch.slots.iter().any(|votes_of_slot| votes_of_slot.chosen.is_some()))
            })
        };
        vec![
            Premise::new("Agreement", "no command was chosen", chosen()),
            Premise::new("Higher ballots", "no command was chosen", chosen()),
            Premise::new("Validity", "no command was chosen", chosen()),
            Premise::new(
                "No false lesson",
                "no server took a command for chosen",
                Reads::Node(|_, _, local| {
                    let knows = |ram: &Ram| ram.executed > 0 || !ram.waiting.is_empty();
                    not_yet(local.ram.as_ref().is_some_and(knows))
                }),
            ),
            Premise::new(
                "State machine safety",
                "no command was executed",
                Reads::Monitor(|_, watch| {
                    not_yet(watch.slots.iter().any(|votes_of_slot| votes_of_slot.history.is_some()))
                }),
            ),
            Premise::new(
                "Exactly once",
                "no request was carried out",
                Reads::Monitor(|_, watch| not_yet(!watch.done.is_empty())),
            ),
        ]
    }
}

impl Watch {
    fn votes_of_slot(&mut self, slot: Slot) -> Option<&mut SlotVotes> {
        let index = usize::try_from(slot.checked_sub(1)?).ok()?;
        while self.slots.len() <= index {
            self.slots.push_back_mut(SlotVotes::default());
        }
        self.slots.get_mut(index)
    }

    /// A server accepts a command. Whether that makes it chosen is found by counting: no server need ever know.
    fn accepted(&mut self, protocol: &MultiPaxos, node: NodeId, slot: Slot, vote: Vote) -> bool {
        let quorum = protocol.quorum(self.servers);
        let Some(votes_of_slot) = self.votes_of_slot(slot) else { return false };
        let known = votes_of_slot.chosen.filter(|chosen| chosen.command == vote.command);
        if known.is_some_and(|chosen| chosen.ballot <= vote.ballot) {
            return false;
        }
        let voters = votes_of_slot.votes.entry(vote).or_default();
        if !voters.insert(node) {
            return false;
        }
        let enough = voters.len() >= quorum;
        // A vote is for what was proposed in its ballot.
        let overruled =
            votes_of_slot.chosen.filter(|first| first.command != vote.command && first.ballot < vote.ballot);
        if let Some(first) = overruled {
            self.overruled.get_or_insert((slot, first, vote));
        }
        if enough {
            self.chosen(slot, vote);
        }
        true
    }

    /// A quorum has accepted a command.
    fn chosen(&mut self, slot: Slot, vote: Vote) {
        let asked = self.is_asked(vote.command);
        let Some(votes_of_slot) = self.votes_of_slot(slot) else { return };
        let first = *votes_of_slot.chosen.get_or_insert(vote);
        if first.command == vote.command {
            votes_of_slot.chosen = Some(first.min(vote));
            votes_of_slot.forget();
            let overrules = |other: &&Vote| other.ballot > vote.ballot && other.command != vote.command;
            if let Some(higher) = votes_of_slot.votes.keys().find(overrules).copied() {
                self.overruled.get_or_insert((slot, vote, higher));
            }
        } else {
            if first.ballot > vote.ballot {
                self.overruled.get_or_insert((slot, vote, first));
            }
            self.two_chosen.get_or_insert((slot, first, vote));
        }
        if !asked {
            self.invented.get_or_insert((slot, vote.command));
        }
    }

    /// A server acts from now on as if a command were chosen.
    fn taken_for_chosen(&mut self, node: NodeId, slot: Slot, command: Command) -> bool {
        let before = (self.false_lesson, self.invented);
        let second = self.two_chosen.filter(|(where_, ..)| *where_ == slot).map(|(.., second)| second);
        let first = self.votes_of_slot(slot).and_then(|votes_of_slot| votes_of_slot.chosen);
        if ![first, second].into_iter().flatten().any(|chosen| chosen.command == command) {
            self.false_lesson.get_or_insert((slot, node, command));
        }
        if !self.is_asked(command) {
            self.invented.get_or_insert((slot, command));
        }
        (self.false_lesson, self.invented) != before
    }

    fn is_asked(&self, command: Command) -> bool {
        match command {
            Command::NoOp | Command::Write { client: BEFORE, .. } => true,
            Command::Write { .. } => self.asked.contains(&command),
        }
    }

    fn executed(&mut self, node: NodeId, slot: Slot, history: u64) -> bool {
        let Some(votes_of_slot) = self.votes_of_slot(slot) else { return false };
        let first = votes_of_slot.history;
        match first {
            None => {
                votes_of_slot.history = Some(history);
                true
            }
            Some(first) if first != history && self.diverged.is_none() => {
                self.diverged = Some((slot, node));
                true
            }
            Some(_) => false,
        }
    }

    fn done(&mut self, client: u8, seq: u32, slot: Slot) -> bool {
        match self.done.get(&(client, seq)).copied() {
            None => {
                self.done.insert_mut((client, seq), slot);
                true
            }
            Some(first) if first != slot && self.done_twice.is_none() => {
                self.done_twice = Some((client, seq, first, slot));
                true
            }
            Some(_) => false,
        }
    }
}

fn agreement(_: &MultiPaxos, watch: &Watch) -> Verdict {
    watch.two_chosen.map_or(Ok(()), |(slot, first, second)| {
        Err(format!(
            "{} is chosen in slot {slot} in ballot {}, and {} was chosen there before, in ballot {}",
            second.command.words(),
            second.ballot,
            first.command.words(),
            first.ballot
        ))
    })
}

fn higher_ballots(_: &MultiPaxos, watch: &Watch) -> Verdict {
    watch.overruled.map_or(Ok(()), |(slot, chosen, proposed)| {
        Err(format!(
            "{} is chosen in slot {slot} in ballot {}, and ballot {} proposes {} there",
            chosen.command.words(),
            chosen.ballot,
            proposed.ballot,
            proposed.command.words()
        ))
    })
}

fn no_false_lesson(_: &MultiPaxos, watch: &Watch) -> Verdict {
    watch.false_lesson.map_or(Ok(()), |(slot, node, command)| {
        Err(format!(
            "{} takes {} for chosen in slot {slot}, and not enough servers have accepted it there in one ballot",
            server(node),
            command.words()
        ))
    })
}

fn state_machine_safety(_: &MultiPaxos, watch: &Watch) -> Verdict {
    watch.diverged.map_or(Ok(()), |(slot, node)| {
        Err(format!("{} has executed something else up to slot {slot} than a server before it", server(node)))
    })
}

fn validity(_: &MultiPaxos, watch: &Watch) -> Verdict {
    watch.invented.map_or(Ok(()), |(slot, command)| {
        let words = command.words();
        Err(format!("{words} is chosen in slot {slot}, or taken for chosen, and no client has asked for it"))
    })
}

fn exactly_once(_: &MultiPaxos, watch: &Watch) -> Verdict {
    watch.done_twice.map_or(Ok(()), |(who, seq, first, second)| {
        Err(format!("request {seq} of client {} was carried out in slots {first} and {second}", client(who)))
    })
}

fn progress(_: &MultiPaxos, watch: &Watch) -> Verdict {
    if watch.done.is_empty() { Err("no request has been carried out yet".to_owned()) } else { Ok(()) }
}
