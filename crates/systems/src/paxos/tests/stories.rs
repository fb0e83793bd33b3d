//! The scripts of the folder `scripts`, one a scenario: test, documentation and lecture demo in one.
//!
//! ```text
//! open seed=1                  starts the scenario that the file is named after
//! run until=300ms              goes on to this time; `for=50ms`: so much longer; `steps=3`: so many steps
//! run to="a choice"            goes on until a value is chosen; `to="a break"`: until a property is broken
//! nodes                        a line a node: what it is, its promise, its vote, what it knows
//! ballots                      what could still be chosen, a line a ballot
//! quorums                      where quorums meet
//! verdicts                     what is broken, and why
//! events last=5                the latest steps, and why they happened
//! crash S1   restart S1   fire S1 patience   ask
//! cut S1,S2 from S3            both ways; `cut S1 to S3`: one way
//! heal                         all links
//! ```
//!
//! `UPDATE_GOLDENFILES=1 cargo test -p systems stories` writes the answers anew: read the difference.

use std::error::Error;
use std::fmt::Write;
use std::path::Path;

use goldenscript::{Command, Context};
use kernel::view::Panel;
use kernel::{Does, Event, Explain, Kind, Local, Micros, NodeId, Room};
use simulator::{Cause, History, Line};

use super::super::overlay;
use super::super::{Timer, describe};
use super::{Paxos, PaxosRoom, Synod, open};

#[test]
fn every_scenario_has_a_story() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/paxos/scripts");
    for scenario in PaxosRoom::scenarios() {
        let mut story = Story { scenario: scenario.name, run: None };
        goldenscript::run(&mut story, folder.join(scenario.name))
            .unwrap_or_else(|error| panic!("{}: {error}", scenario.name));
    }
}

struct Story {
    scenario: &'static str,
    run: Option<History<Synod>>,
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
            "nodes" => Ok(nodes(run)),
            "ballots" => Ok(ballots(run)),
            "quorums" => Ok(quorums(run)),
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
        let paxos = &run.run().system().protocol;
        let (prepare, accept) = (paxos.prepare_quorum, paxos.accept_quorum);
        let quorums = if prepare == accept {
            format!("quorums of {prepare}")
        } else {
            format!("quorums of {prepare} and {accept}")
        };
        let about = format!("{}: {} acceptors, {quorums}", scenario.title, paxos.layout.acceptors);
        self.run = Some(run);
        Ok(about)
    }
}

fn go(run: &mut History<Synod>, command: &Command) -> Answer {
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
    if to.is_some_and(|to| !["a choice", "a break"].contains(&to)) {
        return Err("a run goes to “a choice” or “a break”".into());
    }
    let arrived = |run: &History<Synod>| match to {
        Some("a choice") => !run.run().state().monitor.chosen.is_empty(),
        Some(_) => broken(run).next().is_some(),
        None => false,
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
fn nodes(run: &History<Synod>) -> String {
    let paxos = &run.run().system().protocol;
    let locals = (0..).zip(&run.run().state().locals);
    locals.map(|(node, local)| words(paxos, node, local)).collect::<Vec<_>>().join("\n")
}

fn words(paxos: &Paxos, node: NodeId, local: &Local<Paxos>) -> String {
    let (role, ballot) = describe::role(paxos, node, local);
    let mut text = format!("{} {}", paxos.layout.name(node), role.word);
    if let Some(ballot) = ballot.filter(|_| ["preparing", "proposing"].contains(&&*role.word)) {
        write!(text, " in ballot {ballot}").unwrap();
    }
    if let Some(promised) = paxos.promised(local) {
        write!(text, ", promised {}", paxos.number(promised)).unwrap();
    }
    if let Some(vote) = local.disk.vote {
        write!(text, ", accepted {}", describe::vote_words(paxos, vote)).unwrap();
    }
    if let Some(value) = local.disk.known {
        write!(text, ", knows {value}").unwrap();
    }
    text
}

fn panels(run: &History<Synod>) -> Vec<Panel> {
    let (system, now) = (run.run().system(), run.run().state());
    overlay::panels(&now.monitor, &system.protocol, &now.locals)
}

fn ballots(run: &History<Synod>) -> String {
    let mut text = String::new();
    for panel in panels(run) {
        let Panel::Table(table) = panel else { continue };
        for row in table.rows {
            let cells = table.head.iter().zip(row).map(|(head, cell)| match head.as_str() {
                "can be chosen" => format!("can be chosen: {cell}"),
                head => format!("{head} {cell}"),
            });
            writeln!(text, "{}", cells.collect::<Vec<_>>().join(", ")).unwrap();
        }
    }
    if text.is_empty() { "no ballot".to_owned() } else { text }
}

fn quorums(run: &History<Synod>) -> String {
    let panels = panels(run);
    let texts = panels.into_iter().filter_map(|panel| match panel {
        Panel::Text { body, .. } => Some(body),
        Panel::Table(_) => None,
    });
    texts.collect::<Vec<_>>().join("\n")
}

fn broken(run: &History<Synod>) -> impl Iterator<Item = String> {
    let verdicts = run.run().verdicts().filter(|(property, _)| property.kind == Kind::Always);
    verdicts.filter_map(|(property, broken)| {
        let broken = broken?;
        Some(format!("{} is broken since {}: {}", property.name, broken.at, broken.reason))
    })
}

fn verdicts(run: &History<Synod>) -> String {
    let lines: Vec<String> = broken(run).collect();
    if lines.is_empty() { "all properties hold".to_owned() } else { lines.join("\n") }
}

fn events(run: &History<Synod>, command: &Command) -> Answer {
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
        Cause::Schedule => " [the search]",
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

fn act(run: &mut History<Synod>, event: Event<Paxos>) -> Answer {
    let done = run.intervene(run.run().now(), Does::Force(event));
    let line = run.lines().next_back().filter(|_| done).ok_or("this is not possible now")?;
    Ok(event_words(line))
}

/// The event that a command of the reader stands for.
fn event(run: &History<Synod>, command: &Command) -> Result<Event<Paxos>, Box<dyn Error>> {
    let mut args = command.consume_args();
    let words: Vec<&str> = std::iter::from_fn(|| args.next_pos()).collect();
    args.reject_next()?;
    let system = run.run().system();
    let node = |name: &str| {
        let found = (0..system.nodes()).find(|&node| system.node_name(node) == name);
        found.ok_or_else(|| format!("there is no {name}"))
    };
    let list = |names: &str| names.split(',').map(node).collect::<Result<Vec<NodeId>, String>>();
    Ok(match (command.name.as_str(), words.as_slice()) {
        ("crash", [name]) => Event::Crash(node(name)?),
        ("restart", [name]) => Event::Restart(node(name)?),
        ("fire", [name, "patience"]) => Event::Fire(node(name)?, Timer::Patience),
        ("fire", [name, "retry"]) => Event::Fire(node(name)?, Timer::Retry),
        ("ask", []) => Event::Request,
        ("cut", [one, "from", other]) => Event::partition(&list(one)?, &list(other)?),
        ("cut", [one, "to", other]) => Event::Cut(vec![(node(one)?, node(other)?)]),
        ("heal", []) => Event::Heal(run.run().state().wires.keys().copied().collect()),
        (name, words) => return Err(format!("{name} {words:?} is not known").into()),
    })
}
