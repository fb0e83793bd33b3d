//! The triangle: agreement, termination and fault tolerance, looked for in every protocol of the FLP room.
//!
//! - *Agreement*: no two processes decide differently in any configuration, one crash allowed.
//! - *Fault tolerance*: wherever one process crashes, each of the others can still decide. It fails in a configuration
//!   from which no schedule leads to that, unless the model's own bound of rounds or ballots stands in the way.
//! - *Termination*: without a crash all decide. It fails if a fair run is found in which somebody never does, or if the
//!   scheduler of the proof keeps both decisions open for [`TURNS`] turns, beyond every bound of a search. Where coins
//!   are tossed it holds with probability 1 if the worst expected number of rounds is finite (`coin`).

use std::rc::Rc;

use explorer::{Limits, Plan, Search, Verdict};
use kernel::{Room, System};
use serde::{Deserialize, Serialize};
use systems::flp::{Flp, Processes};

use super::coin::Game;
use crate::atlas::enter;
use crate::hunt::Frame;
use crate::recording::Recording;
use crate::trouble::Trouble;
use crate::valence::{Valence, valence};

/// A protocol and what holds of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Placed {
    /// Its name in a link.
    pub scenario: String,
    /// Its name.
    pub title: String,
    /// Nobody decides differently.
    pub agreement: Held,
    /// All decide if nobody crashes.
    pub termination: Held,
    /// A crash does not keep the others from deciding.
    pub tolerance: Held,
    /// How many configurations were looked at.
    pub states: usize,
}

/// Whether something holds, and why.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// `None`: that is not known.
    pub holds: Option<bool>,
    /// Why, in a sentence.
    pub words: String,
    /// A run that shows that it does not.
    pub run: Option<Recording>,
}

/// So many turns of the scheduler of the proof are enough to say that a protocol does not terminate.
pub const TURNS: usize = 40;
/// More configurations are not looked at.
const STATES: usize = 4_000_000;

/// The protocols, one after the other.
pub struct Triangle {
    scenarios: Vec<(&'static str, &'static str)>,
    /// What is known.
    pub placed: Vec<Placed>,
    under_way: Option<Half>,
}

/// The search of one protocol, with a crash or without one.
struct Half {
    crash: bool,
    search: Box<dyn Search<Processes>>,
    system: Rc<Processes>,
    frame: Frame,
    /// It tosses coins.
    coin: bool,
}

impl Triangle {
    pub(super) fn new() -> Self {
        let scenarios = Flp::scenarios().into_iter().map(|known| (known.name, known.title)).collect();
        Self { scenarios, placed: Vec::new(), under_way: None }
    }

    /// How many protocols there are.
    pub fn protocols(&self) -> usize {
        self.scenarios.len()
    }

    /// Goes on: the transitions of at most so many more configurations. Says whether all are placed.
    pub fn advance(&mut self, most: usize) -> bool {
        // The room's own scenarios with the room's own options can be opened.
        self.go_on(most).unwrap_or(true)
    }

    fn go_on(&mut self, most: usize) -> Result<bool, Trouble> {
        let Some(half) = &mut self.under_way else {
            let Some(&(scenario, title)) = self.scenarios.get(self.placed.len()) else { return Ok(true) };
            self.under_way = Some(Half::open(scenario, true)?);
            self.placed.push(Placed {
                scenario: scenario.to_owned(),
                title: title.to_owned(),
                ..Placed::default()
            });
            return Ok(false);
        };
        if half.search.advance(most).end.is_none() {
            return Ok(false);
        }
        let Some(placed) = self.placed.last_mut() else { return Ok(true) };
        placed.states += half.search.progress().states;
        if half.crash {
            placed.agreement =
                half.property("Agreement", "No two processes decide differently in any configuration.");
            placed.tolerance = half.tolerance();
            self.under_way = Some(Half::open(&placed.scenario, false)?);
        } else {
            placed.termination = half.termination(&placed.scenario)?;
            self.under_way = None;
        }
        Ok(self.placed.len() == self.scenarios.len() && self.under_way.is_none())
    }
}

impl Half {
    fn open(scenario: &str, crash: bool) -> Result<Self, Trouble> {
        let recording = setting(scenario, crash);
        let entry = enter::<Flp>(&recording)?;
        let system = Rc::new(entry.system.bounded(entry.about.budget));
        let limits = Limits { states: STATES, ..Limits::default() };
        let search = explorer::open(Rc::clone(&system), Plan { limits, edges: true, ..Plan::default() });
        let coin = entry.setup.word("protocol") == "ben-or";
        let frame = Frame::of::<Flp>(&recording, entry.about.pace, entry.setup);
        Ok(Self { crash, search, system, frame, coin })
    }

    fn property(&mut self, name: &str, holds: &str) -> Held {
        let report = self.search.report();
        let found = report.properties.into_iter().find(|(property, _)| property.name == name);
        match found.map(|(_, verdict)| verdict) {
            Some(Verdict::Holds) => Held { holds: Some(true), words: holds.to_owned(), run: None },
            Some(Verdict::Violated { state, reason, walk, .. }) => {
                let path =
                    walk.map_or_else(|| self.search.path(state), |walk| self.search.along(&walk.states));
                Held { holds: Some(false), words: reason, run: self.frame.record(path) }
            }
            _ => Held { holds: None, words: "The search could not say.".to_owned(), run: None },
        }
    }

    /// Looks for a configuration in which somebody has crashed and somebody else can never decide.
    fn tolerance(&mut self) -> Held {
        if !self.search.report().complete {
            return Held { words: "There are too many configurations.".to_owned(), ..Held::default() };
        }
        let states = self.search.progress().states as u32;
        let done = |state: u32| {
            let state = self.search.state(state);
            u16::from(self.system.undecided(&state) == 0 || self.system.cut_short(&state))
        };
        let done: Vec<u16> = (0..states).map(done).collect();
        let hopes = self.search.graph().map(|graph| graph.valency(done)).unwrap_or_default();
        let crashed = |state: u32| self.system.spent(&self.search.state(state)).crashes > 0;
        let blocked = (0..states).find(|&state| hopes.get(state as usize) == Some(&0) && crashed(state));
        match blocked {
            None => {
                let words = "Wherever one process crashes, all others can still decide.";
                Held { holds: Some(true), words: words.to_owned(), run: None }
            }
            Some(state) => Held {
                holds: Some(false),
                words: "One process has crashed, and no schedule lets all others decide.".to_owned(),
                run: self.frame.record(self.search.path(state)),
            },
        }
    }

    fn termination(&mut self, scenario: &str) -> Result<Held, Trouble> {
        let found = self.property("Termination", "In every fair schedule without a crash all decide.");
        if found.holds == Some(false) {
            return Ok(found);
        }
        if self.coin {
            return Ok(in_the_end(usize::from(self.system.nodes())));
        }
        let protocol = valence::<Flp>(&setting(scenario, false))?;
        Ok(never(&*protocol).unwrap_or(found))
    }
}

/// What the game against the worst scheduler says of termination.
fn in_the_end(processes: usize) -> Held {
    let mut game = Game::new(processes, false);
    while !game.advance() {}
    let rounds = game.worst().from.into_iter().map(|(_, rounds)| rounds).fold(0.0, f64::max);
    let words =
        format!("With probability 1: the worst scheduler makes it last {rounds:.0} rounds on average.");
    Held { holds: Some(true), words, run: None }
}

/// A run of the scheduler of the proof in which nobody decides, if there is one.
fn never(protocol: &dyn Valence) -> Option<Held> {
    let mut scheduler = protocol.endless().ok()?;
    for _ in 0..TURNS {
        scheduler.turn().ok()?;
    }
    let words = format!(
        "After {TURNS} turns of the scheduler of the proof, which is fair, both decisions are still open."
    );
    Some(Held { holds: Some(false), words, run: scheduler.record() })
}

/// The scenario, and whether one process may crash.
fn setting(scenario: &str, crash: bool) -> Recording {
    let mut recording = Recording::new("flp", scenario, 1);
    recording.options.insert("crash".to_owned(), if crash { "on" } else { "off" }.to_owned());
    recording
}
