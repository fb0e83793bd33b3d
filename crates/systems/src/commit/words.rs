//! Atomic commit in words.

use kernel::view::{
    Badge, Field, Figure, LogCell, LogRow, Logs, MessageView, NodeView, Panel, Role as RoleView, Table, Tone,
};
use kernel::{Local, NodeId};

use super::log::{Records, Says, Tx};
use super::message::{Input, Message, Output, Timer, VoteState, Waiting};
use super::{COORDINATOR, Commit, records};

/// The logs show what is written about so many of the latest transactions, and what is in doubt.
const SHOWN: Tx = 3;

/// `C`, `P2`.
pub(super) fn name(node: NodeId) -> String {
    if node == COORDINATOR { "C".to_owned() } else { format!("P{node}") }
}

/// `P1, P3`.
pub(super) fn names(nodes: impl IntoIterator<Item = NodeId>) -> String {
    nodes.into_iter().map(name).collect::<Vec<_>>().join(", ")
}

/// `commit`, `abort`.
pub(super) const fn decision(commit: bool) -> &'static str {
    if commit { "commit" } else { "abort" }
}

/// What a node is, and in which transaction.
pub(super) fn role<P: Commit>(me: NodeId, local: &Local<P>) -> (RoleView, Option<u64>) {
    let records = records(local);
    let role = |word: &str, figure, acting| RoleView { word: word.into(), figure, acting };
    let era = |tx: Tx| (tx > 0).then_some(u64::from(tx));
    let Some(ram) = &local.ram else { return (role("down", Figure::Broken, false), era(records.last())) };
    let outcome = records.outcome().filter(|(tx, _)| *tx == records.last());
    let word = match outcome {
        Some((_, true)) => "committed",
        Some((_, false)) => "aborted",
        None if me == COORDINATOR => "coordinator",
        None => "participant",
    };
    if let Some(tx) = collecting::<P>(ram) {
        return (role("collects votes", Figure::Hexagon, true), era(tx));
    }
    if let Some(tx) = records.doubt() {
        let told = records.holds(tx, Says::PreCommit);
        let figure = if me == COORDINATOR { Figure::Hexagon } else { Figure::Waiting };
        return (role(if told { "pre-committed" } else { "in doubt" }, figure, false), era(tx));
    }
    let figure = if me == COORDINATOR { Figure::Hexagon } else { Figure::Circle };
    let committed = outcome.is_some_and(|(_, commit)| commit);
    (role(word, figure, committed || me == COORDINATOR), era(records.last()))
}

/// The transaction that the coordinator is collecting votes for.
fn collecting<P: Commit>(ram: &P::Ram) -> Option<Tx> {
    P::memory(ram).poll.as_ref().map(|poll| poll.tx)
}

/// What both protocols show of a node.
pub(super) fn node<P: Commit>(protocol: &P, me: NodeId, local: &Local<P>, view: &mut NodeView) {
    let participants = protocol.setting().participants;
    let records = records(local);
    let doubt = records.doubt();
    view.lines.push(match (doubt, records.outcome()) {
        (Some(tx), _) if records.holds(tx, Says::PreCommit) => "all said yes".to_owned(),
        (Some(tx), _) => format!("yes to T{tx}"),
        (None, Some((tx, commit))) => format!("{} T{tx}", decision(commit)),
        (None, None) => String::new(),
    });
    view.lines.retain(|line| !line.is_empty());
    view.disk.push(Field::new("log", log_words(&local.disk.log)));
    if me != COORDINATOR {
        let lock = doubt.map_or_else(|| "free".to_owned(), |tx| format!("held for T{tx}"));
        view.disk.push(Field::new("lock", lock));
        view.disk.push(Field::new("data", version(records.version())));
    }
    let Some(ram) = &local.ram else { return };
    let unsaved = &P::memory(ram).unsaved;
    if !unsaved.is_empty() {
        view.ram.push(Field::new("not on disk yet", log_words(unsaved)));
        view.badges.push(Badge { text: "not on disk yet".to_owned(), tone: Tone::Warn });
    }
    if let Some(outbox) = &P::memory(ram).outbox {
        let mut sent = message_view();
        message(&outbox.message, &mut sent);
        view.ram.push(Field::new(
            "still to send",
            format!("{} to {}", sent.kind, names(outbox.to.iter().copied())),
        ));
    }
    if let Some(poll) = &P::memory(ram).poll {
        view.lines = vec![format!("{} of {participants} yes", poll.yes.len())];
        view.ram.push(Field::new("yes from", names(poll.yes.iter().copied())));
        view.ram.push(Field::new("vote missing", names(poll.missing(participants))));
    }
    let asked_by = &P::memory(ram).asked_by;
    if !asked_by.is_empty() {
        view.ram.push(Field::new("will tell", names(asked_by.iter().copied())));
    }
    let waiting = &P::memory(ram).waiting;
    if !waiting.is_empty() {
        view.ram.push(Field::new("waits for the lock", waiting_words(waiting)));
        let many = if waiting.len() == 1 { "waits" } else { "wait" };
        view.badges.push(Badge { text: format!("{} {many}", waiting_words(waiting)), tone: Tone::Warn });
    }
}

fn log_words(log: &[super::Record]) -> String {
    let left_out = log.len().saturating_sub(4);
    let mut words: Vec<String> =
        log[left_out..].iter().map(|one| format!("T{} {}", one.tx, says(one.says))).collect();
    if left_out > 0 {
        words.insert(0, "…".to_owned());
    }
    if words.is_empty() { "empty".to_owned() } else { words.join(", ") }
}

pub(super) const fn says(says: Says) -> &'static str {
    match says {
        Says::Begin => "begin",
        Says::Yes => "yes",
        Says::PreCommit => "pre-commit",
        Says::Abort => "abort",
        Says::Commit => "commit",
    }
}

fn version(tx: Tx) -> String {
    if tx == 0 { "as it was at first".to_owned() } else { format!("as T{tx} left it") }
}

fn waiting_words(waiting: &[Waiting]) -> String {
    let one = |waiting: &Waiting| match waiting {
        Waiting::Client(client) => format!("client {}", letter(*client)),
        Waiting::Transaction(tx) => format!("T{tx}"),
    };
    match waiting {
        few if few.len() <= 3 => few.iter().map(one).collect::<Vec<_>>().join(", "),
        many => format!("{} and {} others", one(&many[0]), many.len() - 1),
    }
}

fn letter(client: u8) -> char {
    char::from(b'A' + client % 26)
}

fn message_view() -> MessageView {
    MessageView {
        id: 0,
        from: 0,
        to: 0,
        kind: "".into(),
        letter: 'M',
        label: String::new(),
        era: None,
        reply: false,
        forged: false,
        progress: None,
        doomed: false,
        fields: Vec::new(),
    }
}

/// A message.
pub(super) fn message(message: &Message, view: &mut MessageView) {
    let (kind, letter, tx, said) = match *message {
        Message::VoteRequest { tx } => ("VoteRequest", 'V', tx, None),
        Message::Vote { tx, yes } => ("Vote", 'v', tx, Some(if yes { "yes" } else { "no" })),
        Message::Decision { tx, commit: true } => ("Commit", 'C', tx, None),
        Message::Decision { tx, commit: false } => ("Abort", 'A', tx, None),
        Message::DecisionRequest { tx } => ("DecisionRequest", 'D', tx, None),
        Message::Unknown { tx } => ("Unknown", 'd', tx, Some("does not know")),
        Message::Back => ("Back", 'B', 0, Some("was down")),
        Message::PreCommit { tx } => ("PreCommit", 'P', tx, None),
        Message::Ack { tx } => ("Ack", 'p', tx, None),
        Message::TakeOver { tx } => ("TakeOver", 'T', tx, None),
        Message::StateRequest { tx } => ("StateRequest", 'S', tx, None),
        Message::State { tx, standing } => ("State", 's', tx, Some(standing_word(standing))),
    };
    view.kind = kind.into();
    view.letter = letter;
    view.reply = letter.is_lowercase();
    if tx > 0 {
        view.era = Some(u64::from(tx));
        view.fields.push(Field::new("transaction", format!("T{tx}")));
    }
    if let Some(said) = said {
        view.fields.push(Field::new("says", said));
    }
    view.label = match (tx, said) {
        (0, said) => said.unwrap_or_default().to_owned(),
        (tx, None) => format!("T{tx}"),
        (_, Some(said)) => said.to_owned(),
    };
}

/// How far a node is.
pub(super) const fn standing_word(standing: VoteState) -> &'static str {
    match standing {
        VoteState::InDoubt => "in doubt",
        VoteState::PreCommitted => "pre-committed",
        VoteState::Recovering => "was down",
    }
}

/// A timer.
pub(super) const fn timer(timer: Timer) -> &'static str {
    match timer {
        Timer::Send => "sending",
        Timer::Force => "writing to its disk",
        Timer::Votes => "vote",
        Timer::Acks => "acknowledgement",
        Timer::States => "state",
        Timer::Decision => "decision",
        Timer::Again => "ask again",
    }
}

/// A request.
pub(super) fn input(input: &Input) -> String {
    match *input {
        Input::Begin { tx } => format!("commit T{tx}"),
        Input::Read { client } => format!("read ({})", letter(client)),
    }
}

/// An answer.
pub(super) fn output(me: NodeId, output: &Output) -> Option<String> {
    let me = name(me);
    Some(match *output {
        Output::Begins { tx } => format!("{me} begins to collect votes on T{tx}"),
        Output::Busy { tx } => format!("{me} is busy with T{tx} and refuses another transaction"),
        Output::Votes { tx, yes } => format!("{me} votes {} on T{tx}", if yes { "yes" } else { "no" }),
        Output::TakesOver { tx } => format!("{me} takes over as the coordinator of T{tx}"),
        Output::Decides { tx, commit } => format!("{me} decides to {} T{tx}", decision(commit)),
        Output::Waits { client, tx } => format!("client {} waits for the lock of T{tx}", letter(client)),
        Output::Reads { client, version: tx } => {
            format!("client {} reads the data {}", letter(client), version(tx))
        }
    })
}

/// What a reader could ask of a node.
pub(super) fn menu<P: Commit>(me: NodeId, nodes: &[Local<P>]) -> Vec<Input> {
    if me == COORDINATOR {
        let begun = nodes.iter().filter_map(|local| collecting::<P>(local.ram.as_ref()?));
        let last = nodes.iter().map(|local| records(local).last()).chain(begun).max().unwrap_or(0);
        vec![Input::Begin { tx: last + 1 }]
    } else {
        vec![Input::Read { client: (me % 26) as u8 }]
    }
}

/// The logs of all nodes.
pub(super) fn logs<P: Commit>(nodes: &[Local<P>]) -> Logs {
    let last = nodes.iter().map(|local| records(local).last()).max().unwrap_or(0);
    let since = last.saturating_sub(SHOWN - 1);
    // Logs are of different lengths, and what belongs together is to stand together: the numbers are those of the
    // coordinator, which writes most.
    let earlier =
        nodes.first().map_or(0, |local| records(local).latest().filter(|record| record.tx < since).count());
    let rows = (0..).zip(nodes).map(|(node, local)| row(node, local, since)).collect();
    let first = earlier as u64 + 1;
    let (settled, open) = ("safe on disk", "in memory only");
    Logs { first, era: "transaction", place: "record", settled, open, rows }
}

/// Who holds what.
pub(super) fn panels<P: Commit>(nodes: &[Local<P>]) -> Vec<Panel> {
    let held = (0..).zip(nodes).skip(1).map(|(node, local)| held(node, local)).collect();
    let head = ["participant", "knows", "lock", "waiting for it"].map(str::to_owned).to_vec();
    vec![Panel::Table(Table { title: "Locks".to_owned(), head, rows: held })]
}

fn row<P: Commit>(node: NodeId, local: &Local<P>, since: Tx) -> LogRow {
    let (role, _) = role(node, local);
    let records = records(local);
    let on_disk = records.disk.iter().map(|record| (record, true));
    let all = on_disk.chain(records.unsaved.iter().map(|record| (record, false)));
    let doubt = records.doubt();
    let shown = all.filter(|(record, _)| record.tx >= since || Some(record.tx) == doubt);
    let cell = |(record, forced): (&super::Record, bool)| LogCell {
        era: u64::from(record.tx),
        label: if record.says == Says::PreCommit { "pre" } else { says(record.says) }.to_owned(),
        committed: forced,
        applied: false,
    };
    LogRow {
        node,
        name: name(node),
        acting: role.acting,
        role: role.word.into(),
        down: !local.up(),
        cells: shown.map(|record| Some(cell(record))).collect(),
        pointers: Vec::new(),
    }
}

fn held<P: Commit>(node: NodeId, local: &Local<P>) -> Vec<String> {
    let records = records(local);
    let lock = records.doubt().map_or_else(|| "free".to_owned(), |tx| format!("held for T{tx}"));
    let knows = match (records.doubt(), records.outcome()) {
        (Some(tx), _) => format!("T{tx}: in doubt"),
        (None, Some((tx, commit))) => format!("T{tx}: {}", decision(commit)),
        (None, None) => "nothing yet".to_owned(),
    };
    let waiting = local.ram.as_ref().map_or(String::new(), |ram| waiting_words(&P::memory(ram).waiting));
    vec![name(node), knows, lock, waiting]
}

/// What an output is worth on the time bar.
pub(super) const fn mark(output: &Output) -> Option<kernel::Mark> {
    match output {
        Output::Decides { .. } => Some(kernel::Mark::decided("decided", "Decided")),
        Output::TakesOver { .. } => Some(kernel::Mark::era("takes-over", "New coordinator")),
        Output::Begins { .. }
        | Output::Busy { .. }
        | Output::Votes { .. }
        | Output::Waits { .. }
        | Output::Reads { .. } => None,
    }
}

/// Whether the node collects votes, or is in doubt. One that was never asked to vote has nothing to decide.
pub(super) fn undecided<P: Commit>(local: &Local<P>) -> bool {
    local.ram.as_ref().is_some_and(|ram| collecting::<P>(ram).is_some()) || records(local).doubt().is_some()
}

/// A number that is the same for logs that no property can tell apart.
pub(super) fn print(records: Records<'_>) -> u64 {
    records.latest().take(24).fold(17, |sum, record| {
        sum.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (u64::from(record.tx) << 3 | record.says as u64)
    })
}

/// The decision on the latest transaction that the node knows of: 0 for abort, 1 for commit.
pub(super) fn outcome(records: Records<'_>) -> Option<kernel::Outcome> {
    records.outcome().filter(|(tx, _)| *tx == records.last()).map(|(_, commit)| u8::from(commit))
}
