//! Raft in words.

use kernel::cluster::State;
use kernel::view::{
    Badge, Field, Figure, LogCell, LogRow, Logs, MessageView, NodeView, Pointer, Role as RoleView, Tone,
};
use kernel::{Describe, KeyEvent, Local, Mark, NodeId};

use crate::shared::store::client;
use crate::shared::words::counted;

use super::log::{Entry, Index};
use super::{Input, LATE, Message, Outcome, Output, Raft, Role, Servers, Timer, Watch, clients};

/// The logs show at most so many of the latest entries.
const WINDOW: u64 = 24;

impl Describe for Raft {
    fn outcome_name(&self, outcome: kernel::Outcome) -> String {
        let late = if u64::from(outcome) == LATE { " or later" } else { "" };
        format!("index {} holds the entry of term {outcome}{late}", self.open_index)
    }

    fn era(&self) -> &'static str {
        "term"
    }

    fn role(&self, _me: NodeId, local: &Local<Self>) -> (RoleView, Option<u64>) {
        role(local)
    }

    fn describe_node(&self, me: NodeId, local: &Local<Self>, view: &mut NodeView) {
        let disk = &local.disk;
        view.lines.push(format!("term {}", disk.current_term));
        view.disk.push(Field::new("current term", disk.current_term));
        view.disk.push(Field::new("voted for", vote(disk.voted_for)));
        view.disk.push(Field::new("log", entries(disk.log.last_index())));
        let Some(ram) = &local.ram else { return };
        let voted = ram
            .unsaved_vote
            .or(disk.voted_for)
            .map_or_else(String::new, |vote| format!(", vote {}", server(vote)));
        view.badges.push(Badge { text: format!("commit {}{voted}", ram.commit_index), tone: Tone::Plain });
        view.ram.push(Field::new("commit index", ram.commit_index));
        view.ram.push(Field::new("last applied", ram.last_applied));
        if let Some(vote) = ram.unsaved_vote {
            view.ram.push(Field::new("voted for, not saved", server(vote)));
        }
        view.ram.push(Field::new("known leader", vote(ram.leader)));
        let stored = ram.machine.data.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>();
        view.ram.push(Field::new(
            "state machine",
            if stored.is_empty() { "empty".to_owned() } else { stored.join(" ") },
        ));
        match &ram.role {
            Role::Follower => {}
            Role::PreCandidate { votes } | Role::Candidate { votes } => {
                let votes: Vec<String> = votes.iter().copied().map(server).collect();
                view.ram.push(Field::new("votes", votes.join(" ")));
                view.badges.push(Badge { text: counted(votes.len() as u64, "vote"), tone: Tone::Plain });
            }
            Role::Leader(leadership) => {
                let list = |index: fn(&super::Progress) -> Index| {
                    let others = (0..).zip(&leadership.progress).filter(|(peer, _)| *peer != me).take(9);
                    others
                        .map(|(peer, one)| format!("{} {}", server(peer), index(one)))
                        .collect::<Vec<_>>()
                        .join(", ")
                };
                view.ram.push(Field::new("next index", list(|one| one.next_index)));
                view.ram.push(Field::new("match index", list(|one| one.match_index)));
                if !leadership.reads.is_empty() {
                    view.ram.push(Field::new("reads waiting", leadership.reads.len()));
                }
            }
        }
    }

    fn describe_message(&self, message: &Message, view: &mut MessageView) {
        let (term, kind, letter, label) = match message {
            Message::RequestVote { term, pre, last_log_index, last_log_term } => {
                view.fields.push(Field::new("last log index", last_log_index));
                view.fields.push(Field::new("last log term", last_log_term));
                let (kind, letter) = if *pre { ("RequestPreVote", 'P') } else { ("RequestVote", 'V') };
                (*term, kind, letter, if *pre { format!("term {term}?") } else { format!("term {term}") })
            }
            Message::Vote { term, pre, granted } => {
                view.fields.push(Field::new("vote granted", if *granted { "yes" } else { "no" }));
                let (kind, letter) = if *pre { ("PreVote", 'p') } else { ("Vote", 'v') };
                (*term, kind, letter, if *granted { "yes" } else { "no" }.to_owned())
            }
            Message::AppendEntries { term, prev_log_index, prev_log_term, entries, leader_commit, round } => {
                view.fields.push(Field::new("prev log index", prev_log_index));
                view.fields.push(Field::new("prev log term", prev_log_term));
                view.fields.push(Field::new("entries", batch(entries)));
                view.fields.push(Field::new("leader commit", leader_commit));
                view.fields.push(Field::new("round", round));
                let (letter, label) =
                    if entries.is_empty() { ('H', "heartbeat".to_owned()) } else { ('A', batch(entries)) };
                (*term, "AppendEntries", letter, label)
            }
            Message::Appended { term, outcome, round } => {
                let label = outcome_words(*outcome);
                view.fields.push(Field::new("answer", &label));
                view.fields.push(Field::new("round", round));
                (*term, "Appended", 'a', label)
            }
        };
        view.fields.insert(0, Field::new("term", term));
        view.kind = kind.into();
        view.letter = letter;
        view.label = label;
        view.era = Some(term);
        view.reply = letter.is_lowercase();
    }

    fn timer_name(&self, timer: &Timer) -> String {
        match *timer {
            Timer::Election => "election",
            Timer::Heartbeat => "heartbeat",
            Timer::Quorum => "quorum check",
            Timer::Lease => "leader lease",
        }
        .to_owned()
    }

    fn describe_input(&self, input: &Input) -> String {
        match *input {
            Input::Write { client: who, seq, key, value } => format!("{key}={value} ({}{seq})", client(who)),
            Input::Read { client: who, seq, key } => format!("read {key} ({}{seq})", client(who)),
        }
    }

    fn describe_output(&self, me: NodeId, output: &Output) -> Option<String> {
        match output {
            Output::Elected { term } => Some(format!("{} leads term {term}", server(me))),
            Output::Extended | Output::Stored { .. } => None,
            Output::Applied { from, through, .. } if from == through => {
                Some(format!("{} applies entry {from}", server(me)))
            }
            Output::Applied { from, through, .. } => {
                Some(format!("{} applies entries {from} to {through}", server(me)))
            }
            Output::Answer { client: who, seq, reply: answer, inherited } => {
                let (who, answer) = (client(*who), answer.words());
                let simplified = if *inherited {
                    format!(" (a simplification: {who} asked an earlier leader, and would have to ask again)")
                } else {
                    String::new()
                };
                Some(format!("{} answers client {who} (request {seq}): {answer}{simplified}", server(me)))
            }
            Output::TooOld { client: who, seq } => Some(format!(
                "{} tells client {} that request {seq} is too old: a later request of the client was applied",
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
        (*timer == Timer::Election).then_some(Mark::era("election", "Election"))
    }

    fn story(&self, me: NodeId, local: &Local<Self>, event: KeyEvent<'_, Self>) -> Option<String> {
        let name = server(me);
        match event {
            KeyEvent::Output(Output::Elected { term }) => {
                Some(format!("{name} wins the election of term {term}: enough servers have voted for it"))
            }
            KeyEvent::Output(output) => self.describe_output(me, output),
            KeyEvent::Timer(Timer::Election) => {
                let term = local.disk.current_term;
                Some(match local.ram.as_ref().map(|ram| &ram.role) {
                    Some(Role::PreCandidate { .. }) => format!(
                        "{name} times out, as it has heard from no leader, and asks whether it could win an election"
                    ),
                    Some(Role::Follower | Role::Candidate { .. } | Role::Leader(_)) | None => format!(
                        "{name} times out, as it has heard from no leader, and starts the election of term {term}"
                    ),
                })
            }
            KeyEvent::Timer(Timer::Heartbeat | Timer::Quorum | Timer::Lease) => None,
        }
    }

    fn mark(&self, output: &Output) -> Option<Mark> {
        match output {
            Output::Elected { .. } => Some(Mark::era("elected", "Elected")),
            Output::Answer { .. } => Some(Mark::decided("answered", "Answered")),
            Output::Extended
            | Output::Stored { .. }
            | Output::Applied { .. }
            | Output::TooOld { .. }
            | Output::NotLeader { .. } => None,
        }
    }

    fn menu(&self, _me: NodeId, nodes: &[Local<Self>]) -> Vec<Input> {
        clients::menu(nodes)
    }
}

pub(super) fn role(local: &Local<Raft>) -> (RoleView, Option<u64>) {
    let (word, figure, acting) = match local.ram.as_ref().map(|ram| &ram.role) {
        None => ("down", Figure::Broken, false),
        Some(Role::Follower) => ("follower", Figure::Circle, false),
        Some(Role::PreCandidate { .. }) => ("pre-candidate", Figure::Diamond, false),
        Some(Role::Candidate { .. }) => ("candidate", Figure::Diamond, false),
        Some(Role::Leader(_)) => ("leader", Figure::Hexagon, true),
    };
    let term = local.disk.current_term;
    (RoleView { word: word.into(), figure, acting }, (term > 0).then_some(term))
}

fn outcome_words(outcome: Outcome) -> String {
    match outcome {
        Outcome::Matches(index) => format!("matches to {index}"),
        Outcome::OldTerm => "no: old term".to_owned(),
        Outcome::TooShort(last) => format!("no: ends at {last}"),
        Outcome::Conflict(term, first) => format!("no: term {term} from {first}"),
    }
}

fn batch(entries: &[Entry]) -> String {
    match entries {
        [] => "none".to_owned(),
        [one] => one.command.words(),
        [one, other] => format!("{}, {}", one.command.words(), other.command.words()),
        [one, .., last] => {
            format!("{} … {} ({})", one.command.words(), last.command.words(), entries.len())
        }
    }
}

pub(super) fn server(node: NodeId) -> String {
    format!("S{}", u32::from(node) + 1)
}

fn vote(node: Option<NodeId>) -> String {
    node.map_or_else(|| "nobody".to_owned(), server)
}

fn entries(count: u64) -> String {
    match count {
        0 => "empty".to_owned(),
        1 => "1 entry".to_owned(),
        _ => format!("{count} entries"),
    }
}

/// The latest entries of all logs.
pub(super) fn logs(_: &Servers, now: &State<Raft, Watch>) -> Logs {
    let nodes = &now.locals;
    let last = nodes.iter().map(|local| local.disk.log.last_index()).max().unwrap_or(0);
    let first = last.saturating_sub(WINDOW) + 1;
    let rows = (0..).zip(nodes).map(|(node, local)| row(node, local, first)).collect();
    let open = "not known to be committed";
    Logs { first, era: "term", place: "entry", settled: "committed", open, rows }
}

fn row(node: NodeId, local: &Local<Raft>, first: Index) -> LogRow {
    let (role, _) = role(local);
    let (committed, applied) = local.ram.as_ref().map_or((0, 0), |ram| (ram.commit_index, ram.last_applied));
    let cell = |index: Index| {
        local.disk.log.get(index).map(|entry| LogCell {
            era: entry.term,
            label: entry.command.words(),
            committed: index <= committed,
            applied: index <= applied,
        })
    };
    let mut pointers = Vec::new();
    if let Some(Role::Leader(leadership)) = local.ram.as_ref().map(|ram| &ram.role)
        && leadership.progress.len() <= 9
    {
        let others =
            (0..).zip(&leadership.progress).filter(|(peer, one)| *peer != node && one.next_index >= first);
        pointers.extend(others.map(|(peer, one)| Pointer { index: one.next_index, label: server(peer) }));
    }
    LogRow {
        node,
        name: server(node),
        acting: role.acting,
        role: role.word.into(),
        down: local.ram.is_none(),
        cells: (first..=local.disk.log.last_index()).map(cell).collect(),
        pointers,
    }
}
