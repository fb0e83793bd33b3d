//! The triangle: agreement, termination and fault tolerance, looked for in every protocol of the list.
//!
//! - *Agreement*: no two processes decide differently in any configuration, one crash allowed.
//! - *Fault tolerance*: wherever one process crashes, each of the others can still decide. It fails in a configuration
//!   from which no schedule leads to that, nor to one in which only the model's own bound of rounds or ballots stands in
//!   the way: nobody is left who could go on within it, and somebody would beyond it.
//! - *Termination*: without a crash all decide. It fails if a fair run is found in which somebody never does, or if the
//!   scheduler of the proof keeps both decisions open for [`TURNS`] turns, beyond every bound of a search. Where coins
//!   are tossed it holds with probability 1 (Aguilera and Toueg, *The Correctness Proof of Ben-Or's Randomized Consensus
//!   Algorithm*, Distributed Computing 25(5), 2012); the game of `coin` says how long it may last.
//!
//! A detector of failures that may be wrong is wrong as often as the setting says, and right from then on. So what holds
//! of it holds for so many wrong suspicions, and says so.

use std::collections::BTreeMap;
use std::rc::Rc;

use catalog::{Error, PathRecorder, Recording, enter};
use explorer::{Limits, Plan, Search, Verdict};
use kernel::{Explain, Faults};
use serde::{Deserialize, Serialize};
use systems::flp::{Detector, Flp, ProcessProgress, Processes};

use super::coin::Game;
use super::protocols::{self, Protocol, Searched};
use super::raft::Duel;
use crate::configurations::{Configurations, explore_in};

/// A protocol and what holds of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Placed {
    /// The name of its room in a link.
    pub room: String,
    /// Its name in a link.
    pub scenario: String,
    /// Options that differ from the scenario's.
    pub options: BTreeMap<String, String>,
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
    protocols: Vec<Protocol>,
    /// What is known.
    pub placed: Vec<Placed>,
    under_way: UnderWay,
}

enum UnderWay {
    Nothing,
    Half(Box<Half>),
    Duel(Box<Duel>),
}

/// The search of one protocol, with a crash or without one.
struct Half {
    crash: bool,
    search: Box<dyn Search<Processes>>,
    system: Rc<Processes>,
    recorder: PathRecorder,
    /// What was to be placed, and what of it is searched.
    asked: Recording,
    recording: Recording,
    /// It tosses coins.
    coin: bool,
}

/// Places the protocol that a recording of the room sets, with a crash and without one.
pub fn place(recording: &Recording) -> Result<Placed, Error> {
    let protocol = Protocol { title: "", recording: recording.clone(), searched: Searched::Decisions };
    let mut triangle = Triangle::of(vec![protocol]);
    while !triangle.go_on(usize::MAX)? {}
    Ok(triangle.placed.swap_remove(0))
}

impl Triangle {
    pub(super) fn new() -> Self {
        Self::of(protocols::all())
    }

    fn of(protocols: Vec<Protocol>) -> Self {
        Self { protocols, placed: Vec::new(), under_way: UnderWay::Nothing }
    }

    /// How many protocols there are.
    pub fn protocols(&self) -> usize {
        self.protocols.len()
    }

    /// Goes on: the transitions of at most so many more configurations. Says whether all are placed.
    pub fn advance(&mut self, most: usize) -> bool {
        // The rooms' own scenarios with the rooms' own options can be opened.
        self.go_on(most).unwrap_or(true)
    }

    fn go_on(&mut self, most: usize) -> Result<bool, Error> {
        match &mut self.under_way {
            UnderWay::Nothing => return self.next(),
            UnderWay::Half(half) => {
                if half.search.advance(most).end.is_none() {
                    return Ok(false);
                }
                let Some(placed) = self.placed.last_mut() else { return Ok(true) };
                placed.states += half.search.progress().states;
                if half.crash {
                    placed.agreement = half.agreement();
                    placed.tolerance = half.tolerance();
                    let second = Half::open(&half.asked, false)?;
                    self.under_way = UnderWay::Half(Box::new(second));
                } else {
                    placed.termination = half.termination()?;
                    self.under_way = UnderWay::Nothing;
                }
            }
            UnderWay::Duel(duel) => {
                let Some(placed) = self.placed.last_mut() else { return Ok(true) };
                if duel.advance(most, placed) {
                    self.under_way = UnderWay::Nothing;
                }
            }
        }
        Ok(self.placed.len() == self.protocols() && matches!(self.under_way, UnderWay::Nothing))
    }

    /// Takes up the next protocol.
    fn next(&mut self) -> Result<bool, Error> {
        let Some(Protocol { title, recording, searched }) = self.protocols.get(self.placed.len()) else {
            return Ok(true);
        };
        self.under_way = match searched {
            Searched::Decisions => UnderWay::Half(Box::new(Half::open(recording, true)?)),
            Searched::Elections => UnderWay::Duel(Box::new(Duel::open(recording)?)),
        };
        self.placed.push(Placed {
            room: recording.system.clone(),
            scenario: recording.scenario.clone(),
            options: recording.options.clone(),
            title: (*title).to_owned(),
            ..Placed::default()
        });
        Ok(false)
    }
}

/// What a configuration is an end of: all that are up have decided.
const DECIDED: u16 = 0b01;
/// Only the bound keeps those that are up from going on.
const BOUNDED: u16 = 0b10;

impl Half {
    fn open(asked: &Recording, crash: bool) -> Result<Self, Error> {
        let recording = setting(asked, crash)?;
        let entry = enter::<Flp>(&recording)?;
        let recorder = PathRecorder::of(&recording, &entry);
        let coin = entry.setup.word("protocol") == "ben-or";
        let mut within = entry.about.limits;
        let protocol = &entry.system.protocol;
        if protocol.detector == Detector::Eventual {
            // Everybody once in each round: there are no more, so this limit keeps nobody from suspecting.
            within = within.with("timeouts", u32::from(entry.system.size) * u32::from(protocol.bound));
        }
        let system = Rc::new(entry.system.bounded(within));
        let limits = Limits { states: STATES, ..Limits::default() };
        let search = explorer::open(Rc::clone(&system), Plan { limits, edges: true, ..Plan::default() });
        Ok(Self { crash, search, system, recorder, asked: asked.clone(), recording, coin })
    }

    fn property(&mut self, name: &str, holds: &str) -> Held {
        let report = self.search.report();
        let found = report.properties.into_iter().find(|(property, _)| property.name == name);
        match found.map(|(_, verdict)| verdict) {
            Some(Verdict::Holds) => Held { holds: Some(true), words: holds.to_owned(), run: None },
            Some(Verdict::Violated { state, reason, walk, .. }) => {
                let path =
                    walk.map_or_else(|| self.search.path(state), |walk| self.search.along(&walk.states));
                Held { holds: Some(false), words: reason, run: self.recorder.record(path) }
            }
            _ => Held { holds: None, words: "The search could not say.".to_owned(), run: None },
        }
    }

    fn agreement(&mut self) -> Held {
        let assumed = self.assumed();
        self.property(
            "Agreement",
            &format!("No two processes decide differently in any configuration{assumed}."),
        )
    }

    /// What is assumed: inputs that are given, and a detector of failures that is wrong only so often. `, ...`.
    fn assumed(&self) -> String {
        let protocol = &self.system.protocol;
        let mut words = String::new();
        if let Some(inputs) = &protocol.inputs {
            let inputs: String = inputs.iter().map(ToString::to_string).collect();
            words += &format!(", with inputs {inputs}");
        }
        match (protocol.detector, protocol.wrong) {
            (Detector::None | Detector::Accurate, _) => {}
            (Detector::Eventual, 0) => words += ", if nobody is suspected wrongly",
            (Detector::Eventual, 1) => words += ", if each process suspects wrongly at most once",
            (Detector::Eventual, wrong) => {
                words += &format!(", if each process suspects wrongly at most {wrong} times");
            }
        }
        words
    }

    /// Looks for a configuration in which somebody has crashed and somebody else can never decide.
    fn tolerance(&mut self) -> Held {
        if !self.search.report().complete {
            return Held { words: "There are too many configurations.".to_owned(), ..Held::default() };
        }
        let states = self.search.progress().states as u32;
        let ends = (0..states).map(|state| self.end(state)).collect();
        let hopes = self.search.graph().map(|graph| graph.valency(ends)).unwrap_or_default();
        let (mut crashed, mut bounded) = (0_u64, 0_u64);
        for state in 0..states {
            if self.system.spent(&self.search.state(state)).get("crashes") == 0 {
                continue;
            }
            crashed += 1;
            match hopes.get(state as usize).copied().unwrap_or_default() {
                0 => {
                    return Held {
                        holds: Some(false),
                        words: "One process has crashed, and no schedule lets all others decide.".to_owned(),
                        run: self.recorder.record(self.search.path(state)),
                    };
                }
                BOUNDED => bounded += 1,
                _ => {}
            }
        }
        let mut words =
            format!("Wherever one process crashes, all others can still decide{}.", self.assumed());
        if bounded > 0 {
            words += &format!(
                " In {bounded} of the {crashed} configurations with a crash only the bound of this search, {}, \
                 stands in the way.",
                self.system.protocol.bound_words()
            );
        }
        Held { holds: (bounded < crashed).then_some(true), words, run: None }
    }

    /// Which end a configuration is: 0, [`DECIDED`] or [`BOUNDED`]. A process that has stopped at the bound does not
    /// excuse one that could still go on by itself: that one must come to a decision, or stop as well.
    fn end(&self, state: u32) -> u16 {
        let state = self.search.state(state);
        if self.system.undecided(&state) == 0 {
            return DECIDED;
        }
        let up = state.locals.iter().filter(|local| local.up());
        let open: Vec<ProcessProgress> =
            up.map(ProcessProgress::of).filter(|at| at.decided.is_none()).collect();
        let bounded = open.iter().any(|at| at.stopped) && open.iter().all(|at| at.stopped || at.passive);
        if bounded { BOUNDED } else { 0 }
    }

    fn termination(&mut self) -> Result<Held, Error> {
        let holds = format!("In every fair schedule without a crash all decide{}.", self.assumed());
        let found = self.property("Termination", &holds);
        if found.holds == Some(false) {
            return Ok(found);
        }
        if self.coin {
            return Ok(in_the_end(usize::from(self.system.nodes())));
        }
        let protocol = explore_in::<Flp>(&self.recording)?;
        Ok(never(&*protocol).unwrap_or(found))
    }
}

/// What the game against the worst scheduler says of termination.
fn in_the_end(processes: usize) -> Held {
    let mut game = Game::new(processes, false);
    while !game.advance() {}
    let rounds = game.worst().from.into_iter().map(|(_, rounds)| rounds).fold(0.0, f64::max);
    let words = format!(
        "With probability 1 (proved by Aguilera and Toueg 2012). {rounds:.0} rounds are expected against the worst of the \
         schedulers played here: those that see everything and may leave a process behind within a round, but not for \
         whole rounds."
    );
    Held { holds: Some(true), words, run: None }
}

/// A run of the scheduler of the proof in which nobody decides, if there is one.
fn never(protocol: &dyn Configurations) -> Option<Held> {
    let mut scheduler = protocol.nondeciding().ok()?;
    for _ in 0..TURNS {
        scheduler.turn().ok()?;
    }
    let words = format!(
        "After {TURNS} turns of the scheduler of the proof, which is fair, both decisions are still open."
    );
    Some(Held { holds: Some(false), words, run: scheduler.record() })
}

/// The recording, and whether one process may crash. Where suspicions may be wrong, with as much of everything else as
/// can be searched whole: with a crash two rounds. Without one four rounds, which are enough for three wrong suspicions,
/// and no idle deliveries. (With a crash these are wanted, since a process takes another for crashed only once nothing
/// from it is under way.)
fn setting(recording: &Recording, crash: bool) -> Result<Recording, Error> {
    let eventual = enter::<Flp>(recording)?.setup.word("detector") == "eventual";
    let mut recording = recording.clone();
    recording.options.insert("crash".to_owned(), if crash { "on" } else { "off" }.to_owned());
    let smaller: &[(&str, &str)] = match (eventual, crash) {
        (false, _) => &[],
        (true, true) => &[("inputs", "011"), ("bound", "2")],
        (true, false) => &[("inputs", "011"), ("bound", "4"), ("idle", "off")],
    };
    for (name, value) in smaller {
        recording.options.entry((*name).to_owned()).or_insert_with(|| (*value).to_owned());
    }
    Ok(recording)
}
