//! The scripts of the folder `scripts`, one a scenario: test, documentation and lecture demo in one.
//!
//! ```text
//! open seed=1                  starts the scenario that the file is named after
//! run until=300ms              goes on to this time; `for=50ms`: so much longer; `steps=3`: so many steps
//! run to=S3                    goes on until S3 leads; `to="a leader"`: until somebody does; `to="slot 2"`: until
//!                              somebody knows what is chosen there; `to="a break"`: until a property is broken
//! roles   logs   store         a line a server: what it is; its votes; its state machine
//! verdicts                     what is broken, and why
//! events last=5                the latest steps, and why they happened
//! crash S1   restart S1   stand S1
//! cut S1,S2 from S3,S4,S5      both ways; `cut S1 to S3`: one way
//! heal                         all links
//! write S1 x=1 client=A seq=1  a client asks
//! ```
//!
//! In a log, `2:x=1` is a command accepted in ballot 2, with a star where it is known to be chosen; `-` is a gap.
//! `UPDATE_GOLDENFILES=1 cargo test -p systems stories` writes the answers anew: read the difference.

use std::error::Error;
use std::fmt::Write;
use std::path::Path;

use goldenscript::{Command, Context};
use kernel::{Does, Event, Explain, Local, Micros, NodeId, Room};
use simulator::{Cause, History, Line};

use super::super::describe;
use super::{Input, MultiPaxos, MultiPaxosRoom, Servers, Timer, acceptor, leads, learner, open};

#[test]
fn every_scenario_has_a_story() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/multi_paxos/scripts");
    for scenario in MultiPaxosRoom::scenarios() {
        let mut story = Story { scenario: scenario.name, run: None };
        goldenscript::run(&mut story, folder.join(scenario.name))
            .unwrap_or_else(|error| panic!("{}: {error}", scenario.name));
    }
}

struct Story {
    scenario: &'static str,
    run: Option<History<Servers>>,
}

type Answer = Result<String, Box<dyn Error>>;

impl goldenscript::Runner for Story {
    type Command = Command;

    fn run(&mut self, command: &Command, _: &Context) -> Answer {
        let name = command.name.as_str();
        if name == "open" {
            return self.open(command);
        }
        let run = self.run.as_mut().ok_or("open comes first")?;
        match name {
            "run" => go(run, command),
            "roles" => Ok(lines(run, role)),
            "logs" => Ok(lines(run, log)),
            "store" => Ok(lines(run, store)),
            "verdicts" => Ok(verdicts(run)),
            "events" => events(run, command),
            _ => act(run, event(run, command)?),
        }
    }
}

impl Story {
    fn open(&mut self, command: &Command) -> Answer {
        let mut args = command.consume_args();
        let seed = args.take_key("seed").unwrap_or("1").parse()?;
        args.reject_next()?;
        let (scenario, run) = open(self.scenario, seed, |_| {});
        let count = run.run().system().nodes();
        self.run = Some(run);
        Ok(format!("{}: {count} servers", scenario.title))
    }
}

fn go(run: &mut History<Servers>, command: &Command) -> Answer {
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
    let arrived = |run: &History<Servers>| to.is_some_and(|to| is_there(run, to));
    let start = run.run().steps();
    while !arrived(run) && run.run().steps() - start < most && run.step(until) {}
    if to.is_some() && !arrived(run) {
        return Err("it never came to that".into());
    }
    Ok(format!("at {}, after {} steps", run.run().now(), run.run().steps()))
}

fn is_there(run: &History<Servers>, goal: &str) -> bool {
    let locals = &run.run().state().locals;
    match (goal, goal.strip_prefix("slot ").and_then(|slot| slot.parse().ok())) {
        (_, Some(slot)) => locals.iter().any(|local| learner::chosen(local, slot).is_some()),
        ("a leader", None) => locals.iter().any(leads),
        ("a break", None) => run.run().verdicts().any(|(_, broken)| broken.is_some()),
        (name, None) => server(name).is_ok_and(|node| leads(&locals[usize::from(node)])),
    }
}

fn span(text: &str) -> Result<Micros, Box<dyn Error>> {
    Ok(Micros::ms(text.strip_suffix("ms").ok_or("a span is written 50ms")?.parse()?))
}

/// A line a server.
fn lines(run: &History<Servers>, line: fn(&Local<MultiPaxos>) -> String) -> String {
    let locals = run.run().state().locals.iter().zip(0..);
    let lines = locals.map(|(local, node)| format!("{} {}", describe::server(node), line(local)));
    lines.map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

fn role(local: &Local<MultiPaxos>) -> String {
    let promised = local.ram.as_ref().map_or(local.disk.promised, |ram| ram.promised(&local.disk));
    let executed = local.ram.as_ref().map_or(String::new(), |ram| format!(", executed {}", ram.executed));
    format!("{}, promised {promised}{executed}", describe::role(local).0.word)
}

fn log(local: &Local<MultiPaxos>) -> String {
    let votes = acceptor::votes(local);
    let words = (1..=votes.last()).map(|slot| {
        let star = if learner::chosen(local, slot).is_some() { "*" } else { "" };
        votes
            .get(slot)
            .map_or("-".to_owned(), |vote| format!("{}:{}{star}", vote.ballot, vote.command.words()))
    });
    words.collect::<Vec<_>>().join(" ")
}

fn store(local: &Local<MultiPaxos>) -> String {
    local.ram.as_ref().map_or(String::new(), |ram| ram.machine.words())
}

fn verdicts(run: &History<Servers>) -> String {
    let mut text = String::new();
    for (property, broken) in run.run().verdicts() {
        if let Some(broken) = broken {
            writeln!(text, "{} is broken since {}: {}", property.name, broken.at, broken.reason).unwrap();
        }
    }
    if text.is_empty() { "all properties hold".to_owned() } else { text }
}

fn events(run: &History<Servers>, command: &Command) -> Answer {
    let mut args = command.consume_args();
    let last: usize = args.take_key("last").unwrap_or("5").parse()?;
    args.reject_next()?;
    let skip = run.lines().len().saturating_sub(last);
    Ok(run.lines().skip(skip).map(event_words).collect::<Vec<_>>().join("\n"))
}

fn event_words(line: &Line) -> String {
    let by = match line.cause {
        Cause::Time | Cause::Schedule => "",
        Cause::Script => " [the scenario]",
        Cause::Reader => " [you]",
    };
    let mut text = format!("{}: {}{by}", line.at, line.happening.title);
    for note in &line.notes {
        write!(text, "\n    {} ({})", note.text, note.source).unwrap();
    }
    for word in &line.words {
        write!(text, "\n    {word}").unwrap();
    }
    text
}

fn act(run: &mut History<Servers>, event: Event<MultiPaxos>) -> Answer {
    let done = run.intervene(run.run().now(), Does::Force(event));
    let line = run.lines().next_back().filter(|_| done).ok_or("this is not possible now")?;
    Ok(event_words(line))
}

/// The event that a command of the reader stands for.
fn event(run: &History<Servers>, command: &Command) -> Result<Event<MultiPaxos>, Box<dyn Error>> {
    let mut args = command.consume_args();
    let words: Vec<&str> = std::iter::from_fn(|| args.next_pos()).collect();
    Ok(match (command.name.as_str(), words.as_slice()) {
        ("crash", [node]) => Event::Crash(server(node)?),
        ("restart", [node]) => Event::Restart(server(node)?),
        ("stand", [node]) => Event::Fire(server(node)?, Timer::Election),
        ("cut", [one, "from", other]) => Event::partition(&servers(one)?, &servers(other)?),
        ("cut", [one, "to", other]) => Event::Cut(vec![(server(one)?, server(other)?)]),
        ("heal", []) => Event::Heal(run.run().state().wires.keys().copied().collect()),
        ("write", [node]) => Event::Input(server(node)?, input(command)?),
        (name, words) => return Err(format!("{name} {words:?} is not known").into()),
    })
}

fn input(command: &Command) -> Result<Input, Box<dyn Error>> {
    let mut args = command.consume_args();
    let client = args.take_key("client").unwrap_or("A").bytes().next().ok_or("a client is a letter")? - b'A';
    let seq = args.take_key("seq").unwrap_or("1").parse()?;
    let (key, value) = args.next_key().ok_or("write S1 x=1")?;
    let key = key.chars().next().ok_or("a key is a letter")?;
    Ok(Input::Write { client, seq, key, value: value.parse()? })
}

fn server(name: &str) -> Result<NodeId, Box<dyn Error>> {
    let number: NodeId = name.strip_prefix('S').ok_or("a server is written S1")?.parse()?;
    Ok(number.checked_sub(1).ok_or("servers are counted from 1")?)
}

fn servers(names: &str) -> Result<Vec<NodeId>, Box<dyn Error>> {
    names.split(',').map(server).collect()
}
