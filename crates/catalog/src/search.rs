//! Every run of a recording's system: what the page's worker and the command ask the explorer.

use std::collections::BTreeMap;
use std::rc::Rc;

use explorer::{End, Limits, Plan, Sample, Search, Verdict};
use kernel::{Counts, Kind, Room, Subject, Tool};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::finding::{self, Finding};
use crate::recorder::PathRecorder;
use crate::recording::Recording;
use crate::room_session::open_room;
use crate::rooms::{Enter, enter, with_room};
use crate::session::alone;

/// What to search, and how far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Question {
    /// How often what may happen, by the key of the fault; what is not told is as the room proposes.
    pub limits: BTreeMap<String, u32>,
    /// Distinct states at most.
    pub states: usize,
    /// Levels at most; 0: as many as there are.
    pub depth: usize,
    /// Megabytes at most.
    pub megabytes: usize,
    /// Take states that differ only in which interchangeable node is which for one.
    pub symmetric: bool,
    /// From the moment that the recording shows, and not from its start.
    pub here: bool,
    /// Count the states by the outcomes that can still be reached from them.
    pub valency: bool,
}

impl Default for Question {
    fn default() -> Self {
        Self {
            limits: BTreeMap::new(),
            states: 8_000_000,
            depth: 0,
            megabytes: 1_500,
            symmetric: false,
            here: false,
            valency: false,
        }
    }
}

impl Question {
    /// The limits of the question, where these are what the room proposes.
    pub fn within(&self, proposed: Counts) -> Result<Counts, Error> {
        let told = self.limits.iter().map(|(key, &number)| (key.as_str(), number));
        proposed.told(told).map_err(Error::Limit)
    }
}

/// Limits as a question tells them.
#[must_use]
pub fn told(limits: &Counts) -> BTreeMap<String, u32> {
    limits.each().map(|(fault, number)| (fault.key.to_owned(), number)).collect()
}

/// A search under way, or ended.
pub trait RoomSearch {
    /// Follows the transitions of at most so many more states. Says whether it has ended.
    fn advance(&mut self, most: usize) -> bool;

    /// Tells the search how many bytes it really holds, where its host can measure that.
    fn weigh(&mut self, held: usize);

    /// How far it is, without what needs work: cheap.
    fn progress(&self) -> Findings;

    /// What can be said now, each run with a recording that plays it.
    fn findings(&mut self) -> Findings;
}

/// What a search has found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    /// Distinct states.
    pub states: usize,
    /// Transitions; the states to start from are not among them.
    pub transitions: u64,
    /// Levels, the first being that of the states it started from.
    pub depth: usize,
    /// States whose successors are not known yet.
    pub waiting: usize,
    /// Bytes that states and what is kept with them take.
    pub bytes: usize,
    /// Whether every state within the limits was found.
    pub complete: bool,
    /// Why it ended: `complete`, `states`, `depth`, `memory`; empty while it goes on.
    pub end: String,
    /// What the system takes for granted and this search does not grant it, in a sentence.
    pub assumption: Option<String>,
    /// Every property and how it stands.
    pub properties: Vec<Finding>,
    /// Runs worth looking at.
    pub samples: Vec<SampleRun>,
    /// States in which nothing can happen within the limits.
    pub deadlocks: u64,
    /// How many states can still reach which outcomes, in words, by number of states; empty where not asked for.
    pub valency: Vec<(String, u64)>,
    /// States with several outcomes left, whose every successor leaves one; `None` where not all states are known, and
    /// so not what their successors leave.
    pub critical: Option<u64>,
    /// The same where the outcomes are 0 and 1, and where it was asked for.
    pub binary: Option<Valency>,
}

/// How many configurations of a protocol that decides 0 or 1 are of which kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Valency {
    /// From which only 0 can be decided.
    pub zero: u64,
    /// Only 1.
    pub one: u64,
    /// Both.
    pub bivalent: u64,
    /// Nothing.
    pub stuck: u64,
}

impl Valency {
    /// Counts them, by what can be decided from each: bit 0 for 0, bit 1 for 1.
    #[must_use]
    pub fn of(sets: &[u16]) -> Self {
        let count = |wanted: u16| sets.iter().filter(|&&set| set == wanted).count() as u64;
        Self { zero: count(0b01), one: count(0b10), bivalent: count(0b11), stuck: count(0) }
    }
}

/// A run worth looking at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SampleRun {
    /// What for.
    pub title: String,
    /// How many steps it takes.
    pub length: usize,
    /// The run.
    pub run: Option<Recording>,
}

/// Starts a search.
pub fn search(recording: &Recording, question: &Question) -> Result<Box<dyn RoomSearch>, Error> {
    struct Open<'a>(&'a Recording, &'a Question);
    impl Enter for Open<'_> {
        type Out = Box<dyn RoomSearch>;
        fn enter<R: Room>(self) -> Result<Self::Out, Error> {
            search_in::<R>(self.0, self.1)
        }
    }
    with_room(&recording.system, Open(recording, question))
}

/// Starts a search in this room.
pub(crate) fn search_in<R: Room>(
    recording: &Recording,
    question: &Question,
) -> Result<Box<dyn RoomSearch>, Error> {
    recording.check().map_err(Error::File)?;
    Ok(Box::new(Asked::<R::System>::start::<R>(recording, question)?))
}

struct Asked<S: Subject> {
    search: Box<dyn Search<S>>,
    system: Rc<S>,
    limits: Counts,
    assumption: Option<&'static str>,
    /// Whether what happened in a run breaks an assumption that a run without faults keeps.
    breaks: Box<dyn Fn(Counts) -> bool>,
    valency: bool,
    binary: bool,
    recorder: PathRecorder,
}

/// Why a property that is to hold at last is not decided although all states were found.
const MERGED: &str = "states that differ only in names count as one here, and whether a run among them can go on for \
                      ever and be fair is left open.";

impl<S: Subject> Asked<S> {
    fn start<R: Room<System = S>>(recording: &Recording, question: &Question) -> Result<Self, Error> {
        let entry = enter::<R>(recording)?;
        let limits = question.within(entry.about.limits)?;
        let (from, recorder) = if question.here {
            let session = open_room::<R>(recording, alone)?;
            let run = session.run();
            let recorder = PathRecorder::after(recording, &entry, (run.steps(), run.now()));
            (Some(run.state().clone()), recorder)
        } else {
            (None, PathRecorder::of(recording, &entry))
        };
        let spent =
            from.as_ref().map_or_else(|| Counts::none(S::faults()), |state| entry.system.spent(state));
        let assumption = R::assumption(&entry.setup, limits.beyond(spent));
        let (setup, faultless) =
            (entry.setup.clone(), R::assumption(&entry.setup, Counts::none(S::faults())));
        let breaks = Box::new(move |spent| R::assumption(&setup, spent) != faultless);
        let system = Rc::new(entry.system.bounded(limits.beyond(spent)));
        let plan = Plan {
            limits: Limits {
                states: question.states,
                depth: if question.depth == 0 { usize::MAX } else { question.depth },
                bytes: question.megabytes.saturating_mul(1_000_000),
            },
            from,
            symmetric: question.symmetric,
            edges: question.valency,
            ..Plan::default()
        };
        let search = explorer::open(Rc::clone(&system), plan);
        let (valency, binary) = (question.valency, R::TOOLS.contains(&Tool::Valency));
        Ok(Self { search, system, limits, assumption, breaks, valency, binary, recorder })
    }

    fn run(&self, walk: &[u32]) -> Option<Recording> {
        self.recorder.record(self.search.replay(walk)?)
    }

    fn finding(
        &self,
        property: &kernel::Property,
        verdict: Verdict,
        beyond: Option<&explorer::Beyond>,
    ) -> Finding {
        let kind = match property.kind {
            Kind::Always => "always",
            Kind::Reachable => "reachable",
            Kind::Eventually => "eventually",
            Kind::Recurrently => "recurrently",
        };
        let mut unassumed = false;
        let (word, length, reason, run) = match verdict {
            Verdict::Holds => ("holds", None, None, None),
            Verdict::Unreached => ("unreached", None, None, None),
            Verdict::Unknown => {
                let merged = self.search.merges() && self.search.progress().end == Some(End::Complete);
                let merged = merged.then(|| MERGED.to_owned());
                let reason = beyond.map(|beyond| finding::beyond(beyond, &self.limits)).or(merged);
                let run = beyond.and_then(|beyond| self.run(&beyond.states));
                ("unknown", None, reason, run)
            }
            Verdict::Witnessed { state, length } => {
                ("witnessed", Some(length), None, self.run(&self.search.walk(state)))
            }
            Verdict::Violated { state, length, reason, walk } => {
                let walk = walk.map_or_else(|| self.search.walk(state), |walk| walk.states);
                let path = self.search.replay(&walk);
                unassumed = path.as_ref().is_some_and(|path| (self.breaks)(self.system.spent(&path.end)));
                let run = path.and_then(|path| self.recorder.record(path));
                ("violated", Some(length), Some(reason), run)
            }
        };
        Finding {
            key: property.key(),
            name: property.name.to_owned(),
            statement: property.statement.to_owned(),
            kind: kind.to_owned(),
            verdict: word.to_owned(),
            length,
            reason,
            unassumed,
            run,
        }
    }

    fn outcomes(&self, set: u16) -> String {
        let names = (0..16).filter(|bit| set >> bit & 1 == 1).map(|bit| self.system.outcome_name(bit));
        let names: Vec<String> = names.collect();
        if names.is_empty() { "none".to_owned() } else { names.join(" or ") }
    }

    fn valencies(&mut self, findings: &mut Findings) {
        if !self.valency {
            return;
        }
        let states = self.search.progress().states as u32;
        let decided = (0..states).map(|state| self.search.outcomes(state)).collect();
        let Some(graph) = self.search.graph() else { return };
        let valency = graph.valency(decided);
        // Of a search that was cut short a decision that was not found says nothing.
        findings.critical = findings.complete.then(|| graph.critical(&valency).len() as u64);
        findings.binary = (self.binary && findings.complete).then(|| Valency::of(&valency));
        let mut counts = std::collections::BTreeMap::<u16, u64>::new();
        for set in valency {
            *counts.entry(set).or_default() += 1;
        }
        findings.valency = counts.into_iter().map(|(set, count)| (self.outcomes(set), count)).collect();
    }
}

impl<S: Subject> RoomSearch for Asked<S> {
    fn advance(&mut self, most: usize) -> bool {
        self.search.advance(most).end.is_some()
    }

    fn weigh(&mut self, held: usize) {
        self.search.weigh(held);
    }

    fn progress(&self) -> Findings {
        let progress = self.search.progress();
        let end = match progress.end {
            None => "",
            Some(End::Complete) => "complete",
            Some(End::States) => "states",
            Some(End::Depth) => "depth",
            Some(End::Memory) => "memory",
        };
        Findings {
            states: progress.states,
            transitions: progress.transitions,
            depth: progress.depth,
            waiting: progress.waiting,
            bytes: progress.bytes,
            complete: progress.end == Some(End::Complete),
            end: end.to_owned(),
            assumption: self.assumption.map(str::to_owned),
            ..Findings::default()
        }
    }

    fn findings(&mut self) -> Findings {
        let report = self.search.report();
        let beyond = |number: usize| report.beyond.iter().find(|beyond| beyond.property == number);
        let properties = report.properties.into_iter().enumerate();
        let mut properties: Vec<Finding> = properties
            .map(|(number, (property, verdict))| self.finding(&property, verdict, beyond(number)))
            .collect();
        for (number, denial) in report.untested {
            properties[number].verdict = "untested".to_owned();
            properties[number].reason = Some(denial.to_owned());
        }
        let samples = report.samples.into_iter().filter(|(_, _, length)| *length > 0);
        let samples = samples.map(|(sample, state, length)| {
            let title = match sample {
                Sample::Longest if report.complete => "the longest run".to_owned(),
                Sample::Longest => "the longest run so far".to_owned(),
                Sample::MostMessages if report.complete => "the most messages at once".to_owned(),
                Sample::MostMessages => "the most messages at once so far".to_owned(),
                Sample::Outcome(outcome) => format!("outcome {}", self.system.outcome_name(outcome)),
                Sample::Deadlock => "nothing more can happen within the limits".to_owned(),
            };
            SampleRun { title, length, run: self.run(&self.search.walk(state)) }
        });
        let samples = samples.collect();
        let mut findings = Findings { properties, samples, deadlocks: report.deadlocks, ..self.progress() };
        self.valencies(&mut findings);
        findings
    }
}
