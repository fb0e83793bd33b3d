//! The scripts of the folder `scripts`, one a protocol: test, documentation and lecture demo in one.
//!
//! ```text
//! open inputs=011              starts the scenario that the file is named after, with these inputs
//! step p1                      p1 makes its first step
//! deliver p1 from p2           the oldest message from p2 to p1 arrives; `all`: every message, oldest first
//! suspect p1                   the failure detector of p1 suspects
//! crash p1                     and whatever brings a coin about may say how it falls: `coin=1`
//! nodes                        a line a process
//! mail                         the messages in flight
//! verdicts                     what is broken, and why
//! ```
//!
//! What happens is only what the script says: the reader is the scheduler. `UPDATE_GOLDENFILES=1 cargo test -p systems
//! stories` writes the answers anew: read the difference.

use std::error::Error;
use std::path::Path;

use goldenscript::{Command, Context};
use kernel::{Event, Explain, NodeId, Report, Room, Scripted, System, Touched, Turn, Undated};

use super::super::{Consensus, Flp, Processes, Timer};
use super::open;

#[test]
fn every_protocol_has_a_story() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/flp/scripts");
    for scenario in Flp::scenarios() {
        let mut story = Story { scenario: scenario.name, now: None };
        goldenscript::run(&mut story, folder.join(scenario.name))
            .unwrap_or_else(|error| panic!("{}: {error}", scenario.name));
    }
}

struct Story {
    scenario: &'static str,
    now: Option<(Processes, <Processes as System>::State)>,
}

type Answer = Result<String, Box<dyn Error>>;

impl goldenscript::Runner for Story {
    type Command = Command;

    fn run(&mut self, command: &Command, _: &Context) -> Answer {
        let mut args = command.consume_args();
        if command.name == "open" {
            let inputs = args.take_key("inputs").unwrap_or("011").to_owned();
            args.reject_next()?;
            let system = open(self.scenario, &[("inputs", &inputs), ("crash", "on")]);
            let mut turn = Turn { choices: &mut Scripted::default(), report: &mut Report::default() };
            let state = system.initial(&mut turn);
            self.now = Some((system, state));
            return Ok(String::new());
        }
        let words: Vec<&str> = std::iter::from_fn(|| args.next_pos()).collect();
        let coin = args.take_key("coin").unwrap_or("0").parse()?;
        args.reject_next()?;
        let (system, state) = self.now.as_mut().ok_or("open comes first")?;
        let node = |name: &str| {
            let found = (0..system.nodes()).find(|&node| system.node_name(node) == name);
            found.ok_or_else(|| format!("there is no {name}"))
        };
        let event = match (command.name.as_str(), words.as_slice()) {
            ("nodes", []) => return Ok(nodes(system, state)),
            ("mail", []) => return Ok(mail(system, state)),
            ("verdicts", []) => return Ok(verdicts(system, state)),
            ("deliver", ["all"]) => return Ok(everything(system, state, coin)),
            ("step", [name]) => Event::Fire(node(name)?, Timer::Begin),
            ("suspect", [name]) => Event::Fire(node(name)?, Timer::Suspect),
            ("crash", [name]) => Event::Crash(node(name)?),
            ("deliver", [to, "from", from]) => Event::Deliver(oldest(state, node(from)?, node(to)?)?),
            (name, words) => return Err(format!("{name} {words:?} is not known").into()),
        };
        happen(system, state, &event, coin)
    }
}

type Now = <Processes as System>::State;

fn oldest(state: &Now, from: NodeId, to: NodeId) -> Result<u64, String> {
    let found = state.mail.iter().find(|(_, envelope)| (envelope.from, envelope.to) == (from, to));
    found.map(|(&id, _)| id).ok_or_else(|| "there is no such message".to_owned())
}

fn happen(system: &Processes, state: &mut Now, event: &Event<Consensus>, coin: u32) -> Answer {
    if !system.permits(state, event) {
        return Err("this is not possible now".into());
    }
    let mut said = system.narrate(state, event).title;
    let mut report = Report { wordy: true, ..Report::default() };
    let mut coins = Scripted::new(vec![coin]);
    system.apply(state, event, &mut Turn { choices: &mut coins, report: &mut report });
    for note in &report.notes {
        said += &format!("\n    {} ({})", note.text, note.source);
    }
    for word in &report.words {
        said += &format!("\n    {word}");
    }
    Ok(said)
}

/// Every message arrives, the oldest first, until there is none.
fn everything(system: &Processes, state: &mut Now, coin: u32) -> String {
    let mut said = Vec::new();
    while let Some((&id, _)) = state.mail.first_key_value() {
        match happen(system, state, &Event::Deliver(id), coin) {
            Ok(words) => said.push(words),
            Err(_) => {
                state.mail.remove(&id);
            }
        }
    }
    said.join("\n")
}

fn nodes(system: &Processes, state: &Now) -> String {
    let view = system.view(state, &Undated);
    let line = |node: &kernel::view::NodeView| {
        let badges: Vec<String> = node.badges.iter().map(|badge| badge.text.clone()).collect();
        format!("{} {}, {}: {}", node.name, node.role.word, node.lines.join(", "), badges.join(", "))
    };
    view.nodes.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn mail(system: &Processes, state: &Now) -> String {
    let line = |(&id, envelope): (&u64, &kernel::Envelope<Consensus>)| {
        let (from, to) = (system.node_name(envelope.from), system.node_name(envelope.to));
        let message = system.message(state, id).map(|view| format!("{} {}", view.kind, view.label));
        format!("{from} to {to}: {}", message.unwrap_or_default())
    };
    state.mail.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn verdicts(system: &Processes, state: &Now) -> String {
    let properties = system.properties();
    let broken = properties.iter().enumerate().filter_map(|(place, property)| {
        let reason = system.check(state, place, Touched::EVERYTHING).err()?;
        Some(format!("{}: {reason}", property.name))
    });
    let lines: Vec<String> = broken.collect();
    if lines.is_empty() { "all properties hold".to_owned() } else { lines.join("\n") }
}
