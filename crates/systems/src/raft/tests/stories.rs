//! The scripts of the folder `scripts`, one a scenario: test, documentation and lecture demo in one.
//!
//! ```text
//! open seed=1                  starts the scenario that the file is named after
//! run until=300ms              goes on to this time; `for=50ms`: so much longer; `steps=3`: so many steps
//! run to="a leader"            goes on until somebody leads; `to=S3`: until S3 does; `to="a break"`: until a
//!                              property is broken
//! roles   logs   store         a line a server: what it is; its log; its state machine
//! verdicts                     what is broken, and why
//! events last=5                the latest steps, and why they happened
//! crash S1   restart S1   stand S1
//! cut S1,S2 from S3,S4,S5      both ways; `cut S1 to S3`: one way
//! heal                         all links
//! write S1 x=1 client=A seq=1  a client asks; `read S1 x client=A seq=2`
//! ```
//!
//! In a log, `2:x=1` is a write made in term 2; a star follows the last entry that is known to be committed.
//! `UPDATE_GOLDENFILES=1 cargo test -p systems stories` writes the answers anew: read the difference.

use std::error::Error;
use std::fmt::Write;
use std::path::Path;

use goldenscript::{Command, Context};
use kernel::{Does, Event, Explain, Micros, NodeId, Room};
use simulator::{Cause, History, Line};

use super::super::describe;
use super::{Index, Input, Raft, RaftRoom, Servers, Timer, leads, open};

#[test]
fn every_scenario_has_a_story() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/raft/scripts");
    for scenario in RaftRoom::scenarios() {
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
    let arrived = |run: &History<Servers>| {
        let now = run.run().state();
        to.is_some_and(|to| match to {
            "a leader" => now.locals.iter().any(leads),
            "a break" => run.run().verdicts().any(|(_, broken)| broken.is_some()),
            name => server(name).is_ok_and(|node| leads(&now.locals[usize::from(node)])),
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

/// A line a server.
fn lines(run: &History<Servers>, line: fn(&kernel::Local<Raft>) -> String) -> String {
    let locals = run.run().state().locals.iter().zip(0..);
    let lines = locals.map(|(local, node)| format!("{} {}", describe::server(node), line(local)));
    lines.map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

fn committed(local: &kernel::Local<Raft>) -> Index {
    local.ram.as_ref().map_or(0, |ram| ram.commit_index)
}

fn role(local: &kernel::Local<Raft>) -> String {
    let disk = &local.disk;
    let vote = disk.voted_for.map_or(String::new(), |node| format!(", voted for {}", describe::server(node)));
    let commit = if local.up() { format!(", committed {}", committed(local)) } else { String::new() };
    format!("{} of term {}{vote}{commit}", describe::role(local).0.word, disk.current_term)
}

fn log(local: &kernel::Local<Raft>) -> String {
    let mut words = Vec::new();
    for (index, entry) in (1..).zip(local.disk.log.from(1, usize::MAX)) {
        words.push(format!("{}:{}", entry.term, entry.command.words()));
        if index == committed(local) {
            words.push("*".to_owned());
        }
    }
    words.join(" ")
}

fn store(local: &kernel::Local<Raft>) -> String {
    let data = local.ram.iter().flat_map(|ram| &ram.machine.data);
    data.map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(" ")
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
        Cause::Time => "",
        Cause::Script => " [the scenario]",
        Cause::Reader => " [you]",
        Cause::Schedule => " [the schedule]",
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

fn act(run: &mut History<Servers>, event: Event<Raft>) -> Answer {
    let done = run.intervene(run.run().now(), Does::Force(event));
    let line = run.lines().next_back().filter(|_| done).ok_or("this is not possible now")?;
    Ok(event_words(line))
}

/// The event that a command of the reader stands for.
fn event(run: &History<Servers>, command: &Command) -> Result<Event<Raft>, Box<dyn Error>> {
    let mut args = command.consume_args();
    let words: Vec<&str> = std::iter::from_fn(|| args.next_pos()).collect();
    Ok(match (command.name.as_str(), words.as_slice()) {
        ("crash", [node]) => Event::Crash(server(node)?),
        ("restart", [node]) => Event::Restart(server(node)?),
        ("stand", [node]) => Event::Fire(server(node)?, Timer::Election),
        ("cut", [one, "from", other]) => Event::partition(&servers(one)?, &servers(other)?),
        ("cut", [one, "to", other]) => Event::Cut(vec![(server(one)?, server(other)?)]),
        ("heal", []) => Event::Heal(run.run().state().wires.keys().copied().collect()),
        ("write" | "read", [node, key @ ..]) => Event::Input(server(node)?, input(command, key)?),
        (name, words) => return Err(format!("{name} {words:?} is not known").into()),
    })
}

fn input(command: &Command, read: &[&str]) -> Result<Input, Box<dyn Error>> {
    let mut args = command.consume_args();
    let client = args.take_key("client").unwrap_or("A").bytes().next().ok_or("a client is a letter")? - b'A';
    let seq = args.take_key("seq").unwrap_or("1").parse()?;
    let letter = |word: &str| word.chars().next().ok_or("a key is a letter");
    Ok(match (read, args.next_key()) {
        ([key], None) => Input::Read { client, seq, key: letter(key)? },
        ([], Some((key, value))) => Input::Write { client, seq, key: letter(key)?, value: value.parse()? },
        _ => return Err("write S1 x=1, or read S1 x".into()),
    })
}

fn server(name: &str) -> Result<NodeId, Box<dyn Error>> {
    let number: NodeId = name.strip_prefix('S').ok_or("a server is written S1")?.parse()?;
    Ok(number.checked_sub(1).ok_or("servers are counted from 1")?)
}

fn servers(names: &str) -> Result<Vec<NodeId>, Box<dyn Error>> {
    names.split(',').map(server).collect()
}
