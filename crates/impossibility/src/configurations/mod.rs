//! The configurations of a protocol that decides 0 or 1: which there are, what can still be decided from each, and
//! what the proof that consensus is impossible says of them.

mod chain;
mod nondeciding;
mod tree_view;

use std::rc::Rc;

use catalog::{Enter, Error, PathRecorder, Recording, Valency, enter, with_room};
use explorer::{End, Label, Limits, Plan, Search};
use kernel::view::{NodeView, View};
use kernel::{Faults, Room, Subject, Tool, Undated};
use scene::Scene;
use stage::{Canvas, ring, tree::Shade};

use crate::proof::Proof;

pub use chain::{Chain, Flip, Start};
pub use nondeciding::{Forced, NondecidingRun, Stage};
pub use tree_view::{Drawn, Look, TreeView};

/// More configurations than this are not looked at.
const MOST: usize = 1_000_000;

/// The configurations of a recording's protocol, being explored or explored.
pub trait Configurations {
    /// Goes on: the transitions of at most so many more configurations. Says whether it has ended.
    fn advance(&mut self, most: usize) -> bool;

    /// How far it is.
    fn extent(&self) -> Extent;

    /// How many configurations are of which kind; nothing before it has ended.
    fn totals(&self) -> Totals;

    /// The configurations, what is known of each, and the steps of the proof.
    fn proof(&self) -> Proof<'_>;

    /// What can be decided from a configuration, as it is drawn.
    fn shade(&self, state: u32) -> Shade;

    /// The configurations that it starts from.
    fn roots(&self) -> &[u32];

    /// The inputs with which a run to this configuration begins: `011`.
    fn inputs(&self, state: u32) -> String;

    /// A walk from a start to the configuration, a shortest one.
    fn way(&self, state: u32) -> Vec<u32>;

    /// What happens between a configuration and one of its successors.
    fn event(&self, state: u32, successor: u32) -> EventWords;

    /// A configuration in words.
    fn view(&self, state: u32) -> View;

    /// A configuration as a picture, in pixels.
    fn scene(&self, state: u32, size: (f64, f64)) -> Scene;

    /// A walk as a run that can be played. It begins at a start.
    fn record(&self, walk: &[u32]) -> Option<Recording>;

    /// The names of the processes.
    fn processes(&self) -> &[String];

    /// Whether a process tosses coins.
    fn coins(&self) -> bool;

    /// The chain of initial configurations of Lemma 2.
    fn chain(&self) -> Result<Box<dyn Chain>, Error>;

    /// The scheduler of the proof at work, or why it cannot begin, in a sentence.
    fn nondeciding(&self) -> Result<Box<dyn NondecidingRun>, String>;
}

/// How far an exploration is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// Configurations found.
    pub states: usize,
    /// Events between them.
    pub transitions: u64,
    /// It has ended.
    pub ended: bool,
    /// All of them were found.
    pub complete: bool,
}

/// What kinds of configurations there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// By what can be decided.
    pub valency: Valency,
    /// Bivalent ones, no successor of which is bivalent.
    pub critical: u64,
}

/// An event in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventWords {
    /// In a sentence without its full stop: `p1 receives value 0 from p2`.
    pub title: String,
    /// As short as it can be said: `p1 ← p2: value 0`.
    pub short: String,
}

/// Begins to explore the protocol of a recording, whose room is any that has [`Tool::Valency`].
pub fn explore(recording: &Recording) -> Result<Box<dyn Configurations>, Error> {
    struct Explore<'a>(&'a Recording);
    impl Enter for Explore<'_> {
        type Out = Box<dyn Configurations>;
        fn enter<R: Room>(self) -> Result<Self::Out, Error> {
            explore_in::<R>(self.0)
        }
    }
    with_room(&recording.system, Explore(recording))
}

/// Begins to explore a recording of this room.
pub fn explore_in<R: Room>(recording: &Recording) -> Result<Box<dyn Configurations>, Error> {
    // A constant, so that what follows is compiled for no room without the tool: the page loads all of it at once.
    if const { !decides(R::TOOLS) } {
        return Err(Error::NotNow(format!("{} does not decide 0 or 1", R::TITLE)));
    }
    recording.check().map_err(Error::File)?;
    Ok(Box::new(Explored::start::<R>(recording)?))
}

const fn decides(tools: &[Tool]) -> bool {
    let mut place = 0;
    while place < tools.len() {
        if matches!(tools[place], Tool::Valency) {
            return true;
        }
        place += 1;
    }
    false
}

struct Explored<S: Subject> {
    search: Box<dyn Search<S>>,
    system: Rc<S>,
    recording: Recording,
    names: Vec<String>,
    recorder: PathRecorder,
    complete: bool,
    decided: Vec<u16>,
    valency: Vec<u16>,
    meanings: Vec<Option<Label>>,
    roots: Vec<u32>,
    /// Whether some event can have several results.
    coins: bool,
    totals: Totals,
    ended: bool,
    /// What each process begins with, where that is not asked.
    given: String,
    /// Opens the protocol with other options.
    reopen: Reopen<S>,
    /// Options with which it can go on longest.
    endless: &'static [(&'static str, &'static str)],
}

type Reopen<S> = fn(&Recording) -> Result<(Rc<S>, PathRecorder), Error>;

/// The system that is explored, and how its paths become recordings.
fn open<R: Room>(recording: &Recording) -> Result<(Rc<R::System>, PathRecorder), Error> {
    let entry = enter::<R>(recording)?;
    let recorder = PathRecorder::of(recording, &entry);
    Ok((Rc::new(entry.system.bounded(entry.about.limits)), recorder))
}

impl<S: Subject> Explored<S> {
    fn start<R: Room<System = S>>(recording: &Recording) -> Result<Self, Error> {
        let given = enter::<R>(recording)?.setup.word("inputs").to_owned();
        let (system, recorder) = open::<R>(recording)?;
        let limits = Limits { states: MOST, ..Limits::default() };
        let plan = Plan { limits, labels: true, label: Some(Label::told), ..Plan::default() };
        let names = (0..system.nodes()).map(|node| system.node_name(node)).collect();
        Ok(Self {
            search: explorer::open(Rc::clone(&system), plan),
            system,
            recording: recording.clone(),
            names,
            recorder,
            complete: false,
            decided: Vec::new(),
            valency: Vec::new(),
            meanings: Vec::new(),
            roots: Vec::new(),
            coins: false,
            totals: Totals::default(),
            ended: false,
            given,
            reopen: open::<R>,
            endless: R::endless(),
        })
    }

    /// What follows from the transitions once all are there.
    fn conclude(&mut self) {
        let Some(graph) = self.search.graph() else { return };
        self.valency = graph.valency(self.decided.clone());
        (self.meanings, self.coins) = meanings(&*self.search, graph.len() as u32);
        let critical = graph.critical(&self.valency).len() as u64;
        self.totals = Totals { valency: Valency::of(&self.valency), critical };
        let states = self.decided.len() as u32;
        self.roots = (0..states).take_while(|&state| self.search.walk(state).len() == 1).collect();
        self.ended = true;
    }
}

/// What each label says, and whether an event has several results.
fn meanings<S: Subject>(search: &dyn Search<S>, states: u32) -> (Vec<Option<Label>>, bool) {
    let (mut meanings, mut coins) = (Vec::new(), false);
    let Some(graph) = search.graph() else { return (meanings, coins) };
    for state in 0..states {
        let labels = graph.labels(state);
        coins |= labels.windows(2).any(|pair| pair[0] == pair[1]);
        for &label in labels {
            let place = label as usize;
            if search.meaning(label).is_none() {
                continue;
            }
            if place >= meanings.len() {
                meanings.resize(place + 1, None);
            }
            if meanings[place].is_none() {
                meanings[place] = search.meaning(label);
            }
        }
    }
    (meanings, coins)
}

/// What is decided is looked up for so many configurations at a time.
const SLICE: usize = 100_000;

impl<S: Subject> Configurations for Explored<S> {
    fn advance(&mut self, most: usize) -> bool {
        if self.ended {
            return true;
        }
        let progress = self.search.advance(most);
        self.complete = progress.end == Some(End::Complete);
        if progress.end.is_some() {
            let from = self.decided.len();
            let to = progress.states.min(from + SLICE);
            for state in from..to {
                let outcomes = self.search.outcomes(state as u32);
                self.decided.push(outcomes);
            }
            if to == progress.states {
                self.conclude();
            }
        }
        self.ended
    }

    fn extent(&self) -> Extent {
        let progress = self.search.progress();
        Extent {
            states: progress.states,
            transitions: progress.transitions,
            ended: self.ended,
            complete: self.complete,
        }
    }

    fn totals(&self) -> Totals {
        self.totals
    }

    fn proof(&self) -> Proof<'_> {
        static NONE: std::sync::LazyLock<explorer::Graph> =
            std::sync::LazyLock::new(explorer::Graph::default);
        Proof {
            graph: self.search.graph().filter(|_| self.ended).unwrap_or(&NONE),
            valency: &self.valency,
            decided: &self.decided,
            meanings: &self.meanings,
        }
    }

    fn shade(&self, state: u32) -> Shade {
        self.valency.get(state as usize).map_or(Shade::Unknown, |&set| Shade::of(set, self.complete))
    }

    fn roots(&self) -> &[u32] {
        &self.roots
    }

    fn inputs(&self, state: u32) -> String {
        let start = self.search.walk(state)[0];
        let answers = self.search.along(&[start]).start.1;
        if answers.is_empty() {
            return self.given.clone();
        }
        answers.iter().map(u32::to_string).collect()
    }

    fn way(&self, state: u32) -> Vec<u32> {
        self.search.walk(state)
    }

    fn event(&self, state: u32, successor: u32) -> EventWords {
        let path = self.search.along(&[state, successor]);
        let Some(step) = path.steps.first() else {
            return EventWords { title: String::new(), short: String::new() };
        };
        let mut title = self.system.narrate(&path.start.0, &step.event).title;
        let labels = self.search.graph().map_or(&[][..], |graph| graph.labels(state));
        let place = self
            .search
            .graph()
            .and_then(|graph| graph.successors(state).iter().position(|&next| next == successor));
        let label = place.and_then(|place| labels.get(place)).and_then(|&label| self.search.meaning(label));
        let mut short = label.map_or_else(|| title.clone(), |label| self.short(label));
        if let [answer, ..] = step.answers[..] {
            // A coin has two sides.
            let chance = format!("1/{}", 1_u64 << step.answers.len().min(63));
            title.push_str(&format!(", and its coin shows {answer}, with chance {chance}"));
            short.push_str(&format!(", {chance}"));
        }
        EventWords { title, short }
    }

    fn view(&self, state: u32) -> View {
        self.system.view(&self.search.state(state), &Undated)
    }

    fn scene(&self, state: u32, (width, height): (f64, f64)) -> Scene {
        ring::draw(&self.view(state), &Canvas { width, height, compact: false })
    }

    fn record(&self, walk: &[u32]) -> Option<Recording> {
        self.recorder.record(self.search.along(walk))
    }

    fn processes(&self) -> &[String] {
        &self.names
    }

    fn coins(&self) -> bool {
        self.coins
    }

    fn chain(&self) -> Result<Box<dyn Chain>, Error> {
        chain::open(self)
    }

    fn nondeciding(&self) -> Result<Box<dyn NondecidingRun>, String> {
        nondeciding::open(self)
    }
}

impl<S: Subject> Explored<S> {
    fn short(&self, label: Label) -> String {
        let name = |node: kernel::NodeId| self.names.get(usize::from(node)).cloned().unwrap_or_default();
        match (label.crash, label.from) {
            (true, _) => format!("{} crashes", name(label.node)),
            (false, Some(from)) => format!("{} ← {}", name(label.node), name(from)),
            (false, None) => format!("{} steps", name(label.node)),
        }
    }
}

/// What a process is and has, in a line: `p1: input 1, decided 0`.
#[must_use]
pub fn line(node: &NodeView) -> String {
    let mut words = vec![node.role.word.to_string()];
    words.extend(node.badges.iter().map(|badge| badge.text.clone()));
    words.extend(node.lines.iter().cloned());
    format!("{}: {}", node.name, words.join(", "))
}
