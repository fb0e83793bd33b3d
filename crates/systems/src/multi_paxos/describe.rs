//! Multi-Paxos in words.

use kernel::cluster::State;
use kernel::view::{
    Badge, Field, Figure, LogCell, LogRow, Logs, MessageView, NodeView, Pointer, Role as RoleView, Tone,
};
use kernel::{Describe, KeyEvent, Local, Mark, NodeId, Outcome};

use super::learner::chosen;
use super::{
    Ballot, Input, Message, MultiPaxos, Output, Role, Servers, Slot, Timer, Vote, Watch, acceptor, clients,
};
use crate::shared::store::{Command, client};
use crate::shared::words::counted;

/// The logs show at most so many of the latest slots.
const WINDOW: u64 = 24;

impl Describe for MultiPaxos {
    fn outcome_name(&self, outcome: Outcome) -> String {
        outcome_name(outcome)
    }

    fn era(&self) -> &'static str {
        "ballot"
    }

    fn role(&self, _me: NodeId, local: &Local<Self>) -> (RoleView, Option<u64>) {
        role(local)
    }

    fn describe_node(&self, _me: NodeId, local: &Local<Self>, view: &mut NodeView) {
        view.lines.push(format!("ballot {}", promised(local)));
        view.disk.push(Field::new("promised", ballot(local.disk.promised)));
        view.disk.push(Field::new("accepted", slots(local.disk.votes.from(1).map(|(slot, _)| slot))));
        let Some(ram) = &local.ram else { return };
        view.badges.push(Badge { text: format!("executed {}", ram.executed), tone: Tone::Plain });
        if let Some(promised) = ram.unsaved_promise {
            view.ram.push(Field::new("promised, not saved", ballot(promised)));
        }
        if let Some(votes) = &ram.unsaved_votes {
            view.ram.push(Field::new("accepted, not saved", slots(votes.from(1).map(|(slot, _)| slot))));
        }
        view.ram.push(Field::new("executed", slots(1..=ram.executed)));
        view.ram.push(Field::new("chosen, not executed", slots(ram.waiting.keys().copied())));
        let stored = ram.machine.words();
        view.ram
            .push(Field::new("state machine", if stored.is_empty() { "empty".to_owned() } else { stored }));
        match &ram.role {
            Role::Acceptor => {}
            Role::Proposer { promises, reported, .. } => {
                let servers: Vec<String> = promises.iter().copied().map(server).collect();
                view.ram.push(Field::new("promises", servers.join(" ")));
                view.ram.push(Field::new("reported", slots(reported.keys().copied())));
                let text = counted(promises.len() as u64, "promise");
                view.badges.push(Badge { text, tone: Tone::Plain });
            }
            Role::Leader(leadership) => {
                view.ram.push(Field::new("next slot", leadership.next));
                view.ram.push(Field::new("proposed, not chosen", slots(leadership.open.keys().copied())));
                if !leadership.recovered.is_empty() {
                    let left = slots(leadership.recovered.keys().copied());
                    view.ram.push(Field::new("to propose again", left));
                }
                if !leadership.queue.is_empty() {
                    view.ram.push(Field::new("requests waiting", leadership.queue.len()));
                }
            }
        }
    }

    fn describe_message(&self, message: &Message, view: &mut MessageView) {
        let (ballot, kind, letter, label) = match message {
            Message::Prepare { ballot, from } => {
                view.fields.push(Field::new("from slot", from));
                (Some(*ballot), "Prepare", 'P', format!("ballot {ballot}"))
            }
            Message::Promise { ballot, votes } => {
                view.fields.push(Field::new("accepted", batch(votes)));
                let label = if votes.is_empty() { "nothing accepted".to_owned() } else { batch(votes) };
                (Some(*ballot), "Promise", 'p', label)
            }
            Message::Refuse { promised } => (Some(*promised), "Refuse", 'r', format!("ballot {promised}")),
            Message::Accept { ballot, slot, command } => {
                view.fields.push(Field::new("slot", slot));
                view.fields.push(Field::new("command", command.words()));
                (Some(*ballot), "Accept", 'A', format!("{slot}: {}", command.words()))
            }
            Message::Accepted { ballot, slot } => {
                view.fields.push(Field::new("slot", slot));
                (Some(*ballot), "Accepted", 'a', format!("slot {slot}"))
            }
            Message::Chosen { entries } => {
                view.fields.push(Field::new("chosen", batch(entries)));
                (entries.last().map(|(_, vote)| vote.ballot), "Chosen", 'C', batch(entries))
            }
            Message::Heartbeat { ballot, executed } => {
                view.fields.push(Field::new("executed", executed));
                (Some(*ballot), "Heartbeat", 'H', format!("executed {executed}"))
            }
            Message::Learn { from } => {
                view.fields.push(Field::new("from slot", from));
                (None, "Learn", 'L', format!("from slot {from}"))
            }
        };
        if let Some(ballot) = ballot {
            view.fields.insert(0, Field::new("ballot", ballot));
        }
        view.kind = kind.into();
        view.letter = letter;
        view.label = label;
        view.era = ballot.map(|ballot| ballot.0);
        view.reply = letter.is_lowercase();
    }

    fn timer_name(&self, timer: &Timer) -> String {
        match *timer {
            Timer::Election => "election",
            Timer::Heartbeat => "heartbeat",
        }
        .to_owned()
    }

    fn describe_input(&self, input: &Input) -> String {
        let Input::Write { client: who, seq, key, value } = *input;
        format!("{key}={value} ({}{seq})", client(who))
    }

    fn describe_output(&self, me: NodeId, output: &Output) -> Option<String> {
        match output {
            Output::Led { ballot } => Some(format!("{} leads in ballot {ballot}", server(me))),
            Output::Accepted { .. } | Output::Learned { .. } => None,
            Output::Chosen { slot, vote } => {
                Some(format!("{} is chosen in slot {slot}", vote.command.words()))
            }
            Output::Executed { slot, .. } => Some(format!("{} executes slot {slot}", server(me))),
            Output::Answer { client: who, seq, reply } => {
                let (who, reply) = (client(*who), reply.words());
                Some(format!("{} answers client {who} (request {seq}): {reply}", server(me)))
            }
            Output::TooOld { client: who, seq } => Some(format!(
                "{} tells client {} that request {seq} is too old: a later request of the client was executed",
                server(me),
                client(*who)
            )),
            Output::NotLeader { client: who, leader: Some(leader) } => {
                Some(format!("{} sends client {} to {}", server(me), client(*who), server(*leader)))
            }
            Output::NotLeader { client: who, leader: None } => {
                Some(format!("{} knows no leader and refuses client {}", server(me), client(*who)))
            }
        }
    }

    fn timer_mark(&self, timer: &Timer) -> Option<Mark> {
        (*timer == Timer::Election).then_some(Mark::era("ballot", "New ballot"))
    }

    fn story(&self, me: NodeId, local: &Local<Self>, event: KeyEvent<'_, Self>) -> Option<String> {
        let name = server(me);
        match event {
            KeyEvent::Output(Output::Led { ballot }) => Some(format!(
                "{name} leads in ballot {ballot}: enough servers promised to accept nothing in an older one"
            )),
            KeyEvent::Output(Output::Chosen { slot, vote }) => Some(format!(
                "{} is chosen in slot {slot}: enough servers accepted it in one ballot",
                vote.command.words()
            )),
            KeyEvent::Output(output) => self.describe_output(me, output),
            KeyEvent::Timer(_) => Some(format!(
                "{name} times out, as it has heard from no leader, and asks for promises in ballot {}",
                promised(local).0
            )),
        }
    }

    fn mark(&self, output: &Output) -> Option<Mark> {
        match output {
            Output::Led { .. } => Some(Mark::era("leads", "New leader")),
            Output::Chosen { .. } => Some(Mark::decided("chosen", "Chosen")),
            Output::Answer { .. } => Some(Mark::decided("answered", "Answered")),
            Output::Accepted { .. }
            | Output::Learned { .. }
            | Output::Executed { .. }
            | Output::TooOld { .. }
            | Output::NotLeader { .. } => None,
        }
    }

    fn menu(&self, _me: NodeId, nodes: &[Local<Self>]) -> Vec<Input> {
        clients::menu(nodes)
    }
}

pub(super) fn role(local: &Local<MultiPaxos>) -> (RoleView, Option<u64>) {
    let (word, figure, acting) = match local.ram.as_ref().map(|ram| &ram.role) {
        None => ("down", Figure::Broken, false),
        Some(Role::Acceptor) => ("acceptor", Figure::Circle, false),
        Some(Role::Proposer { .. }) => ("proposer", Figure::Diamond, false),
        Some(Role::Leader(_)) => ("leader", Figure::Hexagon, true),
    };
    let ballot = promised(local).0;
    (RoleView { word: word.into(), figure, acting }, (ballot > 0).then_some(ballot))
}

fn promised(local: &Local<MultiPaxos>) -> Ballot {
    local.ram.as_ref().map_or(local.disk.promised, |ram| ram.promised(&local.disk))
}

/// `none`, `slots 1 to 4 and 6`, or how many there are.
fn slots(slots: impl Iterator<Item = Slot>) -> String {
    let mut runs: Vec<(Slot, Slot)> = Vec::new();
    for slot in slots {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == slot => *last = slot,
            Some(_) | None => runs.push((slot, slot)),
        }
    }
    let single = matches!(runs.as_slice(), [(first, last)] if first == last);
    let words = runs.iter().map(|(first, last)| match last - first {
        0 => first.to_string(),
        1 => format!("{first}, {last}"),
        _ => format!("{first} to {last}"),
    });
    match runs.len() {
        0 => "none".to_owned(),
        1..=4 => {
            format!("{} {}", if single { "slot" } else { "slots" }, words.collect::<Vec<_>>().join(", "))
        }
        _ => {
            let count: Slot = runs.iter().map(|(first, last)| last - first + 1).sum();
            format!("{count} slots up to {}", runs.last().map_or(0, |(_, last)| *last))
        }
    }
}

fn ballot(ballot: Ballot) -> String {
    if ballot == Ballot::default() { "nothing".to_owned() } else { format!("ballot {ballot}") }
}

fn batch(votes: &[(Slot, Vote)]) -> String {
    let words = |(slot, vote): &(Slot, Vote)| format!("{slot}: {}", vote.command.words());
    match votes {
        [] => "none".to_owned(),
        [one] => words(one),
        [one, other] => format!("{}, {}", words(one), words(other)),
        [one, .., last] => format!("{} … {} ({})", words(one), words(last), votes.len()),
    }
}

pub(super) fn server(node: NodeId) -> String {
    format!("S{}", u32::from(node) + 1)
}

/// What is chosen in slot 1: 0 for a no-op, the number of the request for one of the first twelve of the workload.
pub(super) fn outcome(command: Command) -> Outcome {
    let Command::Write { key, value, .. } = command else { return 0 };
    let number = (1..=12).find(|&number| request(number) == Some((key, value)));
    number.unwrap_or(ANOTHER)
}

/// Any other command.
const ANOTHER: Outcome = 15;

pub(super) fn outcome_name(outcome: Outcome) -> String {
    match request(outcome) {
        Some((key, value)) => format!("{key}={value}"),
        None if outcome == 0 => Command::NoOp.words(),
        None => "another command".to_owned(),
    }
}

fn request(number: Outcome) -> Option<(char, u32)> {
    match Command::request(u32::from(number.checked_sub(1)?)) {
        Command::Write { key, value, .. } if number < ANOTHER => Some((key, value)),
        Command::Write { .. } | Command::NoOp => None,
    }
}

/// The latest slots of all logs.
pub(super) fn logs(_: &Servers, now: &State<MultiPaxos, Watch>) -> Logs {
    let nodes = &now.locals;
    let last = nodes.iter().map(|local| acceptor::votes(local).last()).max().unwrap_or(0);
    let first = last.saturating_sub(WINDOW) + 1;
    let rows = (0..).zip(nodes).map(|(node, local)| row(node, local, first)).collect();
    let open = "not known to be chosen";
    Logs { first, era: "ballot", place: "slot", settled: "chosen", open, rows }
}

fn row(node: NodeId, local: &Local<MultiPaxos>, first: Slot) -> LogRow {
    let (role, _) = role(local);
    let executed = local.ram.as_ref().map_or(0, |ram| ram.executed);
    let votes = acceptor::votes(local);
    let cell = |slot: Slot| {
        votes.get(slot).map(|vote| LogCell {
            era: vote.ballot.0,
            label: vote.command.words(),
            committed: chosen(local, slot).is_some(),
            applied: slot <= executed,
        })
    };
    let next = match local.ram.as_ref().map(|ram| &ram.role) {
        Some(Role::Leader(leadership)) if leadership.next >= first => Some(leadership.next),
        Some(Role::Leader(_) | Role::Proposer { .. } | Role::Acceptor) | None => None,
    };
    LogRow {
        node,
        name: server(node),
        acting: role.acting,
        role: role.word.into(),
        down: local.ram.is_none(),
        cells: (first..=votes.last()).map(cell).collect(),
        pointers: next.map(|index| Pointer { index, label: "next".to_owned() }).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_said_in_runs() {
        let words = |list: &[Slot]| slots(list.iter().copied());
        assert_eq!(words(&[]), "none");
        assert_eq!(words(&[3]), "slot 3");
        assert_eq!(words(&[1, 2]), "slots 1, 2");
        assert_eq!(words(&[1, 2, 3, 6, 7]), "slots 1 to 3, 6, 7");
        assert_eq!(words(&[1, 3, 5, 7, 9, 10]), "6 slots up to 10");
    }

    #[test]
    fn an_outcome_is_named_by_its_command() {
        let names = (0..4).map(|k| outcome_name(outcome(Command::request(k))));
        assert_eq!(names.collect::<Vec<_>>(), ["x=1", "y=2", "z=3", "x=4"]);
        let other = Command::Write { client: 0, seq: 1, key: 'x', value: 91 };
        assert_eq!(
            [outcome_name(outcome(Command::NoOp)), outcome_name(outcome(other))],
            ["no-op", "another command"]
        );
    }
}
