//! What must be true, and what must be remembered to say so.

use kernel::{Claim, Kind, Local, Monitor, NodeId, Premise, Property, Reads, Seen, Verdict, not_yet};
use rpds::{RedBlackTreeMap, RedBlackTreeSet, Vector};
use serde::{Deserialize, Serialize};

use super::describe::server;
use super::room::BEFORE;
use super::{Input, MultiPaxos, Output, Slot, Vote};
use crate::store::{Command, client};

/// What the properties remember of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Watch {
    /// What became of each slot, from slot 1 on.
    slots: Vector<Fate>,
    /// What clients have asked.
    asked: RedBlackTreeSet<Command>,
    /// The slot in which each request changed the state machine.
    done: RedBlackTreeMap<(u8, u32), Slot>,
    /// Two commands are known to be chosen in one slot: slot, who learnt the second, the first, the second.
    two_chosen: Option<(Slot, NodeId, Command, Command)>,
    /// A higher ballot proposed another command than is chosen: slot, chosen, proposed.
    overruled: Option<(Slot, Vote, Vote)>,
    /// A server that had executed something else up to a slot than another had.
    diverged: Option<(Slot, NodeId)>,
    /// A command was chosen that nobody asked for.
    invented: Option<(Slot, NodeId, Command)>,
    /// A request changed the state machine in two slots: client, request, slots.
    done_twice: Option<(u8, u32, Slot, Slot)>,
}

/// What became of one slot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
struct Fate {
    /// What was proposed in the highest ballot.
    proposed: Option<Vote>,
    /// What was first known to be chosen.
    chosen: Option<Vote>,
    /// Stands for all that was executed up to this slot, by whom it was executed first.
    history: Option<u64>,
}

impl Monitor<MultiPaxos> for Watch {
    fn observe(
        &mut self,
        _: &MultiPaxos,
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
            Seen::Output(Output::Proposed { slot, vote }) => self.proposed(*slot, *vote),
            Seen::Output(Output::Chosen { slot, vote } | Output::Learned { slot, vote }) => {
                self.chosen(node, *slot, *vote)
            }
            Seen::Output(Output::Executed { slot, history, request }) => {
                let diverged = self.executed(node, *slot, *history);
                request.is_some_and(|(client, seq)| self.done(client, seq, *slot)) || diverged
            }
            Seen::Output(Output::Led { .. } | Output::Answer { .. } | Output::NotLeader { .. })
            | Seen::Crash => false,
        }
    }

    fn claims(_: &MultiPaxos) -> Vec<Claim<MultiPaxos, Self>> {
        let claim = |kind, name, statement, source, holds| Claim {
            property: Property { name, statement, source, kind },
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
            Reads::Monitor(|_, watch: &Self| not_yet(watch.slots.iter().any(|fate| fate.chosen.is_some())))
        };
        vec![
            Premise::new("Agreement", "no command was chosen", chosen()),
            Premise::new("Higher ballots", "no command was chosen", chosen()),
            Premise::new("Validity", "no command was chosen", chosen()),
            Premise::new(
                "State machine safety",
                "no command was executed",
                Reads::Monitor(|_, watch| not_yet(watch.slots.iter().any(|fate| fate.history.is_some()))),
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
    fn fate(&mut self, slot: Slot) -> Option<&mut Fate> {
        let index = usize::try_from(slot.checked_sub(1)?).ok()?;
        while self.slots.len() <= index {
            self.slots.push_back_mut(Fate::default());
        }
        self.slots.get_mut(index)
    }

    fn proposed(&mut self, slot: Slot, vote: Vote) -> bool {
        let Some(fate) = self.fate(slot) else { return false };
        if fate.proposed.is_some_and(|highest| highest.ballot >= vote.ballot) {
            return false;
        }
        fate.proposed = Some(vote);
        self.compare(slot);
        true
    }

    fn chosen(&mut self, node: NodeId, slot: Slot, vote: Vote) -> bool {
        let Some(first) = self.fate(slot).map(|fate| fate.chosen) else { return false };
        if first.is_some_and(|first| first.command == vote.command) {
            return false;
        }
        if !self.is_asked(vote.command) && self.invented.is_none() {
            self.invented = Some((slot, node, vote.command));
        }
        match first {
            None => {
                self.fate(slot).expect("the slot is known").chosen = Some(vote);
                self.compare(slot);
            }
            Some(first) if self.two_chosen.is_none() => {
                self.two_chosen = Some((slot, node, first.command, vote.command));
            }
            Some(_) => {}
        }
        true
    }

    /// Whether the highest ballot that proposed in a slot agrees with what is chosen.
    fn compare(&mut self, slot: Slot) {
        let Some(Fate { proposed: Some(proposed), chosen: Some(chosen), .. }) = self.fate(slot).copied()
        else {
            return;
        };
        if proposed.ballot > chosen.ballot && proposed.command != chosen.command && self.overruled.is_none() {
            self.overruled = Some((slot, chosen, proposed));
        }
    }

    fn is_asked(&self, command: Command) -> bool {
        match command {
            Command::NoOp | Command::Write { client: BEFORE, .. } => true,
            Command::Write { .. } => self.asked.contains(&command),
        }
    }

    fn executed(&mut self, node: NodeId, slot: Slot, history: u64) -> bool {
        let Some(fate) = self.fate(slot) else { return false };
        let first = fate.history;
        match first {
            None => {
                fate.history = Some(history);
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
    watch.two_chosen.map_or(Ok(()), |(slot, node, first, second)| {
        Err(format!(
            "{} knows that {} is chosen in slot {slot}, and {} was chosen there before",
            server(node),
            second.words(),
            first.words()
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

fn state_machine_safety(_: &MultiPaxos, watch: &Watch) -> Verdict {
    watch.diverged.map_or(Ok(()), |(slot, node)| {
        Err(format!("{} has executed something else up to slot {slot} than a server before it", server(node)))
    })
}

fn validity(_: &MultiPaxos, watch: &Watch) -> Verdict {
    watch.invented.map_or(Ok(()), |(slot, node, command)| {
        Err(format!(
            "{} takes {} for chosen in slot {slot}, and no client has asked for it",
            server(node),
            command.words()
        ))
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
