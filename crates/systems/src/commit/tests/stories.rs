//! The scripts of the folders `scripts`, one a scenario: test, documentation and lecture demo in one.
//!
//! ```text
//! open seed=1              starts the scenario that the file is named after
//! run until=300ms          goes on to this time; `for=50ms`: so much longer; `steps=3`: so many steps
//! run to="a decision"      goes on until somebody has decided; `to="all decided"`; `to="all in doubt"`;
//!                          `to="a break"`: until a property is broken
//! nodes   logs             a line a node: what it is; its log, what is not on the disk in brackets
//! verdicts                 what is broken, and why
//! events last=5            the latest steps, and why they happened
//! crash C   restart C      `cut C,P1 from P2,P3`   `heal`
//! begin T1                 a client asks the coordinator
//! read P1 client=A         a client asks a participant
//! ```
//!
//! `UPDATE_GOLDENFILES=1 cargo test -p systems stories` writes the answers anew: read the difference.

use std::error::Error;
use std::fmt::Write;
use std::path::Path;

use goldenscript::{Command, Context};
use kernel::{Does, Event, Explain, Local, Micros, NodeId};
use simulator::{Cause, History, Line};

use super::super::moments::{all_in_doubt, decided};
use super::super::three_phase::ThreePhaseRoom;
use super::super::two_phase::TwoPhaseRoom;
use super::super::{Commit, Input, records, words};
use super::{CommitRoom, open};

#[test]
fn every_scenario_of_two_phase_commit_has_a_story() {
    tell::<TwoPhaseRoom>("two_phase");
}

#[test]
fn every_scenario_of_three_phase_commit_has_a_story() {
    tell::<ThreePhaseRoom>("three_phase");
}

fn tell<R: CommitRoom>(folder: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/commit").join(folder).join("scripts");
    for scenario in R::scenarios() {
        let mut story = Story::<R> { scenario: scenario.name, run: None };
        goldenscript::run(&mut story, folder.join(scenario.name))
            .unwrap_or_else(|error| panic!("{}: {error}", scenario.name));
    }
}

struct Story<R: CommitRoom> {
    scenario: &'static str,
    run: Option<History<R::System>>,
}

type Answer = Result<String, Box<dyn Error>>;
type Run<R> = History<<R as kernel::Room>::System>;

impl<R: CommitRoom> goldenscript::Runner for Story<R> {
    type Command = Command;

    fn run(&mut self, command: &Command, _: &Context) -> Answer {
        let name = command.name.as_str();
        if name == "open" {
            let mut args = command.consume_args();
            let seed = args.take_key("seed").unwrap_or("1").parse()?;
            args.reject_next()?;
            let (scenario, run) = open::<R>(self.scenario, seed, &[]);
            let participants = run.run().system().nodes() - 1;
            self.run = Some(run);
            return Ok(format!("{}: {participants} participants", scenario.title));
        }
        let run = self.run.as_mut().ok_or("open comes first")?;
        match name {
            "run" => go::<R>(run, command),
            "nodes" => Ok(lines::<R>(run, node::<R>)),
            "logs" => Ok(lines::<R>(run, |_, local| log::<R>(local))),
            "verdicts" => Ok(verdicts::<R>(run)),
            "events" => events::<R>(run, command),
            _ => {
                let event = event::<R>(run, command)?;
                let done = run.intervene(run.run().now(), Does::Force(event));
                let line = run.lines().next_back().filter(|_| done).ok_or("this is not possible now")?;
                Ok(event_words(line))
            }
        }
    }
}

fn go<R: CommitRoom>(run: &mut Run<R>, command: &Command) -> Answer {
    let mut args = command.consume_args();
    let (mut until, mut most, mut to) = (Micros::ms(10_000), u64::MAX, None);
    while let Some((key, value)) = args.next_key() {
        match key {
            "until" => until = span(value)?,
            "for" => until = run.run().now().plus(span(value)?),
            "steps" => most = value.parse()?,
            "to" => to = Some(value),
            _ => return Err(format!("run knows no {key}").into()),
        }
    }
    args.reject_next()?;
    let arrived = |run: &Run<R>| {
        let now = run.run().state();
        let decisions =
            (0..).zip(&now.locals).filter_map(|(node, _)| decided(now, node, now.monitor.tx)).count();
        to.is_some_and(|to| match to {
            "a decision" => decisions > 0,
            "all decided" => decisions == now.locals.len(),
            "all in doubt" => all_in_doubt(now),
            "a break" => run.run().verdicts().any(|(_, broken)| broken.is_some()),
            _ => false,
        })
    };
    let start = run.run().steps();
    while !arrived(run) && run.run().steps() - start < most && run.step(until) {}
    if to.is_some() && !arrived(run) {
        return Err("it never came to that".into());
    }
    Ok(format!("at {}, after {} steps", run.run().now(), run.run().steps()))
}

fn span(text: &str) -> Result<Micros, Box<dyn Error>> {
    Ok(Micros::ms(text.strip_suffix("ms").ok_or("a span is written 50ms")?.parse()?))
}

/// A line a node.
fn lines<R: CommitRoom>(run: &Run<R>, line: impl Fn(NodeId, &Local<R::Protocol>) -> String) -> String {
    let locals = (0..).zip(&run.run().state().locals);
    let lines = locals.map(|(node, local)| format!("{} {}", words::name(node), line(node, local)));
    lines.map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

fn node<R: CommitRoom>(node: NodeId, local: &Local<R::Protocol>) -> String {
    let (role, _) = words::role(node, local);
    let waiting = local.ram.as_ref().map_or(&[][..], |ram| &R::Protocol::desk(ram).waiting);
    let waiting = match waiting.len() {
        0 => String::new(),
        1 => ", one waits for its lock".to_owned(),
        many => format!(", {many} wait for its lock"),
    };
    let version = records(local).version();
    let data = if version > 0 && node > 0 { format!(", data of T{version}") } else { String::new() };
    format!("{}{data}{waiting}", role.word)
}

fn log<R: CommitRoom>(local: &Local<R::Protocol>) -> String {
    let records = records(local);
    let one = |record: &super::super::Record| format!("T{} {}", record.tx, words::says(record.says));
    let disk = records.disk.iter().map(one);
    let unsaved = records.unsaved.iter().map(|record| format!("({})", one(record)));
    disk.chain(unsaved).collect::<Vec<_>>().join(", ")
}

fn verdicts<R: CommitRoom>(run: &Run<R>) -> String {
    let mut text = String::new();
    for (property, broken) in run.run().verdicts() {
        if let Some(broken) = broken {
            writeln!(text, "{} is broken since {}: {}", property.name, broken.at, broken.reason)
                .expect("text can be written");
        }
    }
    if text.is_empty() { "nothing is broken".to_owned() } else { text }
}

fn events<R: CommitRoom>(run: &Run<R>, command: &Command) -> Answer {
    let mut args = command.consume_args();
    let last: usize = args.take_key("last").unwrap_or("5").parse()?;
    args.reject_next()?;
    let skip = run.lines().len().saturating_sub(last);
    Ok(run.lines().skip(skip).map(event_words).collect::<Vec<_>>().join("\n"))
}

fn event_words(line: &Line) -> String {
    let by = match line.cause {
        Cause::Time => "",
        Cause::Script => " [the scenario]",
        Cause::Reader => " [you]",
        Cause::Schedule => " [the schedule]",
    };
    let mut text = format!("{}: {}{by}", line.at, line.happening.title);
    for note in &line.notes {
        write!(text, "\n    {} ({})", note.text, note.source).expect("text can be written");
    }
    for word in &line.words {
        write!(text, "\n    {word}").expect("text can be written");
    }
    text
}

/// The event that a command of the reader stands for.
fn event<R: CommitRoom>(run: &Run<R>, command: &Command) -> Result<Event<R::Protocol>, Box<dyn Error>> {
    let mut args = command.consume_args();
    let words: Vec<&str> = std::iter::from_fn(|| args.next_pos()).collect();
    Ok(match (command.name.as_str(), words.as_slice()) {
        ("crash", [node]) => Event::Crash(node_id(node)?),
        ("restart", [node]) => Event::Restart(node_id(node)?),
        ("cut", [one, "from", other]) => Event::partition(&node_ids(one)?, &node_ids(other)?),
        ("heal", []) => Event::Heal(run.run().state().wires.keys().copied().collect()),
        ("begin", [tx]) => {
            let tx = tx.strip_prefix('T').ok_or("a transaction is written T1")?.parse()?;
            Event::Input(super::super::COORDINATOR, Input::Begin { tx })
        }
        ("read", [node]) => {
            let client =
                args.take_key("client").unwrap_or("A").bytes().next().ok_or("a client is a letter")? - b'A';
            Event::Input(node_id(node)?, Input::Read { client })
        }
        (name, words) => return Err(format!("{name} {words:?} is not known").into()),
    })
}

fn node_id(name: &str) -> Result<NodeId, Box<dyn Error>> {
    if name == "C" {
        return Ok(super::super::COORDINATOR);
    }
    Ok(name.strip_prefix('P').ok_or("a participant is written P1")?.parse()?)
}

fn node_ids(names: &str) -> Result<Vec<NodeId>, Box<dyn Error>> {
    names.split(',').map(node_id).collect()
}
