//! The scripts of the chains and of the replicated data types: test, documentation and lecture demo in one.
//!
//! ```text
//! open miners=3 hashes=2       starts the scenario that the file is named after, with these options
//! fire M1                      the timer of M1 fires: it finds a block, its slot has come
//! deliver M2 from M1           the oldest message from M1 to M2 arrives; `all`: every message, oldest first
//! crash M1, restart M1         and `cut M1 M2`, `heal M1 M2` for both ways between two
//! lose M2 from M1              the oldest message from M1 to M2 is lost; `duplicate`: there is a second one
//! ask M1 2                     a client asks what stands in place 2 of the menu of M1, from 1
//! ask A "add milk"             or what is called so
//! type A 3 "words"             somebody types into the text of A, before character 3; `erase A 3 2` deletes two there
//! blocks                       the tree of blocks, a line a block
//! nodes                        a line a node
//! verdicts                     what is broken, and why
//! ```
//!
//! What happens is only what the script says: the reader is the scheduler. `UPDATE_GOLDENFILES=1 cargo test -p systems
//! stories` writes the answers anew: read the difference.

use std::error::Error;
use std::path::Path;

use goldenscript::{Command, Context};
use kernel::view::{BlockStanding, Blocks};
use kernel::{
    Cluster, Describe, Diagrams, Event, Explain, Gesture, Label, Monitor, NodeId, Report, Room, Scripted,
    System, Touched, Turn, Undated,
};

use super::setup;

#[test]
fn every_story_of_proof_of_work() {
    tell::<crate::chain::work::WorkRoom, _, _>(
        "chain/work/scripts",
        &["steady", "slow-network", "partition", "double-spend", "selfish"],
    );
}

#[test]
fn every_story_of_proof_of_stake() {
    tell::<crate::chain::stake::StakeRoom, _, _>("chain/stake/scripts", &["finality", "one-liar", "a-third"]);
}

#[test]
fn every_story_of_replicated_types() {
    use crate::crdt::replication::{CounterRoom, RegisterRoom, SetRoom, TextRoom};
    tell::<CounterRoom, _, _>("crdt/replication/scripts/counters", &["apart", "deltas", "operations"]);
    tell::<SetRoom, _, _>(
        "crdt/replication/scripts/sets",
        &["add-wins", "buffer", "cart", "early-removal", "once-and-for-all"],
    );
    tell::<RegisterRoom, _, _>("crdt/replication/scripts/registers", &["last-wins", "map", "siblings"]);
    tell::<TextRoom, _, _>("crdt/replication/scripts/text", &["interleaving", "not-mixed", "three-people"]);
}

fn tell<R: Room<System = Cluster<P, M>>, P: Describe, M: Monitor<P>>(folder: &str, names: &[&str]) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder);
    for name in names {
        let mut story = Story::<R> { scenario: (*name).to_owned(), now: None };
        goldenscript::run(&mut story, folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

type Now<S> = <S as System>::State;

struct Story<R: Room> {
    scenario: String,
    now: Option<(R::System, Now<R::System>)>,
}

type Answer = Result<String, Box<dyn Error>>;

impl<R: Room<System = Cluster<P, M>>, P: Describe, M: Monitor<P>> goldenscript::Runner for Story<R> {
    type Command = Command;

    fn run(&mut self, command: &Command, _: &Context) -> Answer {
        let mut args = command.consume_args();
        if command.name == "open" {
            let names = R::options().into_iter().map(|option| option.name).chain(["with", "without"]);
            let set: Vec<(&str, String)> =
                names.filter_map(|name| Some((name, args.take_key(name)?.to_owned()))).collect();
            args.reject_next()?;
            let set: Vec<(&str, &str)> = set.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let system = R::build(&setup::<R>(&self.scenario, &set).1)?;
            let mut turn = Turn { choices: &mut Scripted::default(), report: &mut Report::default() };
            let state = system.initial(&mut turn);
            self.now = Some((system, state));
            return Ok(String::new());
        }
        let words: Vec<&str> = std::iter::from_fn(|| args.next_pos()).collect();
        args.reject_next()?;
        let (system, state) = self.now.as_mut().ok_or("open comes first")?;
        let node = |name: &str| {
            let found = (0..system.size).find(|&node| system.node_name(node) == name);
            found.ok_or_else(|| format!("there is no {name}"))
        };
        let both = |a: NodeId, b: NodeId| vec![(a, b), (b, a)];
        let event = match (command.name.as_str(), words.as_slice()) {
            ("nodes", []) => return Ok(nodes(system, state)),
            ("blocks", []) => return Ok(blocks::<R>(system, state)),
            ("verdicts", []) => return Ok(verdicts(system, state)),
            ("deliver", ["all"]) => return Ok(everything(system, state)),
            ("fire", [name]) => {
                let me = node(name)?;
                let timer = state.locals[usize::from(me)].timers.first().ok_or("no timer runs")?.0.clone();
                Event::Fire(me, timer)
            }
            (what @ ("deliver" | "lose" | "duplicate"), [to, "from", from]) => {
                mail_event(what, state, (node(from)?, node(to)?))?
            }
            (what @ ("type" | "erase"), [name, at, rest]) => {
                let erased = if what == "erase" { rest.parse()? } else { 0 };
                let typed = if what == "type" { *rest } else { "" };
                let typing = Gesture::Type { at: node(name)?, edit: (at.parse()?, erased), text: typed };
                system.gesture(state, &typing)?
            }
            ("crash", [name]) => Event::Crash(node(name)?),
            ("restart", [name]) => Event::Restart(node(name)?),
            ("cut", [a, b]) => Event::Cut(both(node(a)?, node(b)?)),
            ("heal", [a, b]) => Event::Heal(both(node(a)?, node(b)?)),
            ("ask", [name, place]) => {
                let me = node(name)?;
                let mut menu = system.protocol.menu(me, &state.locals);
                let named = menu.iter().position(|input| system.protocol.describe_input(input) == *place);
                let place: usize = named.map_or_else(|| place.parse(), |named| Ok(named + 1))?;
                if place == 0 || place > menu.len() {
                    return Err(format!("the menu of {name} has {} places", menu.len()).into());
                }
                Event::Input(me, menu.swap_remove(place - 1))
            }
            (name, words) => return Err(format!("{name} {words:?} is not known").into()),
        };
        happen(system, state, &event)
    }
}

/// What befalls the oldest message from one to another.
fn mail_event<P: Describe, M: Monitor<P>>(
    what: &str,
    state: &Now<Cluster<P, M>>,
    ends: (NodeId, NodeId),
) -> Result<Event<P>, Box<dyn Error>> {
    let mut mail = state.mail.iter();
    let found = mail.find(|(_, envelope)| (envelope.from, envelope.to) == ends);
    let id = *found.ok_or("there is no such message")?.0;
    Ok(match what {
        "deliver" => Event::Deliver(id),
        "lose" => Event::Lose(id),
        _ => Event::Duplicate(id),
    })
}

fn happen<P: Describe, M: Monitor<P>>(
    system: &Cluster<P, M>,
    state: &mut Now<Cluster<P, M>>,
    event: &Event<P>,
) -> Answer {
    if !system.permits(state, event) {
        return Err("this is not possible now".into());
    }
    let mut said = system.narrate(state, event).title;
    let mut report = Report { wordy: true, ..Report::default() };
    system.apply(state, event, &mut Turn { choices: &mut Scripted::default(), report: &mut report });
    for note in &report.notes {
        said += &format!("\n    {} ({})", note.text, note.source);
    }
    for word in &report.words {
        said += &format!("\n    {word}");
    }
    Ok(said)
}

fn everything<P: Describe, M: Monitor<P>>(system: &Cluster<P, M>, state: &mut Now<Cluster<P, M>>) -> String {
    let mut said = Vec::new();
    while let Some((&id, _)) = state.mail.first_key_value() {
        match happen(system, state, &Event::Deliver(id)) {
            Ok(words) => said.push(words),
            Err(_) => drop(state.mail.remove(&id)),
        }
    }
    said.join("\n")
}

fn nodes<P: Describe, M: Monitor<P>>(system: &Cluster<P, M>, state: &Now<Cluster<P, M>>) -> String {
    let view = system.view(state, &Undated);
    let line = |node: &kernel::view::NodeView| {
        let badges: String = node.badges.iter().map(|badge| format!(", {}", badge.text)).collect();
        // What takes more than a line stands in its fields alone.
        let shows =
            node.disk.iter().find(|field| field.name.is("shows") && !node.lines.contains(&field.value));
        let shows = shows.map(|field| format!(", {}", field.value)).unwrap_or_default();
        format!("{} {}, {}{shows}{badges}", node.name, node.role.word, node.lines.join(", "))
    };
    view.nodes.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The tree of blocks of a room that lists one.
struct Tree<S: System>(Option<fn(&S, &S::State) -> Blocks>);

impl<S: Explain> Diagrams<S> for Tree<S> {
    fn blocks(&mut self, _: Label, of: fn(&S, &S::State) -> Blocks) {
        self.0 = Some(of);
    }

    fn any(&mut self, _: Label) {}
}

fn blocks<R: Room>(system: &R::System, state: &Now<R::System>) -> String {
    let mut tree = Tree::<R::System>(None);
    R::diagrams(&mut tree);
    let tree = tree.0.map(|of| of(system, state).cells);
    let line = |cell: &kernel::view::BlockCell| {
        let standing = match cell.standing {
            BlockStanding::Counts => "counts for all",
            BlockStanding::Disputed => "counts for some",
            BlockStanding::Aside => "counts for nobody",
            BlockStanding::Hidden => "secret",
        };
        let badge = cell.badge.as_ref().map(|badge| format!(", {}", badge.text)).unwrap_or_default();
        let payments = match cell.count {
            0 => String::new(),
            1 => ", 1 payment".to_owned(),
            more => format!(", {more} payments"),
        };
        let flawed = if cell.flawed { ", invalid" } else { "" };
        let tips = if cell.tips.is_empty() { String::new() } else { format!(": {}", cell.tips.join(" ")) };
        format!("{} {} {}, {standing}{badge}{payments}{flawed}{tips}", cell.height, cell.name, cell.label)
    };
    tree.unwrap_or_default().iter().map(line).collect::<Vec<_>>().join("\n")
}

fn verdicts<P: Describe, M: Monitor<P>>(system: &Cluster<P, M>, state: &Now<Cluster<P, M>>) -> String {
    let properties = system.properties();
    let broken = properties.iter().enumerate().filter_map(|(place, property)| {
        let always = property.kind == kernel::Kind::Always;
        let reason = system.check(state, place, Touched::EVERYTHING).err().filter(|_| always)?;
        Some(format!("{}: {reason}", property.name))
    });
    let lines: Vec<String> = broken.collect();
    if lines.is_empty() { "all properties hold".to_owned() } else { lines.join("\n") }
}
