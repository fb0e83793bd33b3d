//! From when on only one outcome of a run could still be decided: a search from moments of the run.
//!
//! That is less than that it had to be decided: where only commit is left, there may be runs that decide nothing.
//!
//! Once only one outcome can be reached, it stays so; the moment is found by halving. Two reachable outcomes are found
//! soon; that there is only one takes the whole space from that moment on.

use std::rc::Rc;

use explorer::{Limits, Plan, Search};
use kernel::{Explain, Faults, Mark, Outcome, Room};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::recording::Recording;
use crate::room_session::{RoomSession, open_room};
use crate::rooms::{Enter, enter, with_room};
use crate::session::{Session, alone};

/// The question of when it was decided, under way or answered.
pub trait OutcomesLeft {
    /// Follows the transitions of at most so many more states; says whether the answer is there.
    fn advance(&mut self, most: usize) -> bool;

    /// The answer, as far as it is known.
    fn verdict(&self) -> OutcomesLeftFindings;
}

/// Which outcomes were still open, along a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OutcomesLeftFindings {
    /// Stretches of the run, in order.
    pub spans: Vec<Span>,
    /// In a sentence.
    pub note: String,
}

/// A stretch of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Span {
    /// The step it begins with.
    pub from_step: u64,
    /// The date of that step, in microseconds.
    pub from_at: u64,
    /// The outcomes that could still be reached.
    pub outcomes: Vec<String>,
    /// Whether the whole space was searched, or the outcomes found are enough to say so.
    pub sure: bool,
}

/// Asks when the run of this recording was decided, up to the time shown.
pub fn outcomes_left(recording: &Recording) -> Result<Box<dyn OutcomesLeft>, Error> {
    struct Open<'a>(&'a Recording);
    impl Enter for Open<'_> {
        type Out = Box<dyn OutcomesLeft>;
        fn enter<R: Room>(self) -> Result<Self::Out, Error> {
            outcomes_left_in::<R>(self.0)
        }
    }
    with_room(&recording.system, Open(recording))
}

/// Asks when it was decided in a run of this room.
pub(crate) fn outcomes_left_in<R: Room>(recording: &Recording) -> Result<Box<dyn OutcomesLeft>, Error> {
    recording.check().map_err(Error::File)?;
    Ok(Box::new(Halving::<R>::new(recording)?))
}

struct Halving<R: Room> {
    session: RoomSession<R>,
    recording: Recording,
    /// Steps known to leave several outcomes, and known not to: the moment lies between.
    open: Option<Probe>,
    closed: Option<Probe>,
    last: u64,
    under_way: Option<UnderWay<R>>,
    done: bool,
}

type UnderWay<R> = (Probe, Box<dyn Search<<R as Room>::System>>);

/// What was found from one moment.
#[derive(Clone, Copy, Debug)]
struct Probe {
    step: u64,
    at: u64,
    outcomes: u16,
    sure: bool,
}

/// A search from one moment finds at most so many states.
const STATES: usize = 400_000;

impl<R: Room> Halving<R> {
    fn new(recording: &Recording) -> Result<Self, Error> {
        let session = open_room::<R>(recording, alone)?;
        let last = session.run().steps();
        let recording = recording.clone();
        let mut outcomes =
            Self { session, recording, open: None, closed: None, last, under_way: None, done: false };
        outcomes.probe(last)?;
        Ok(outcomes)
    }

    fn probe(&mut self, step: u64) -> Result<(), Error> {
        self.session.seek_step(step);
        let run = self.session.run();
        let state = run.state().clone();
        let entry = enter::<R>(&self.recording)?;
        // Another request is another question: of those that the room proposes, what clients have asked is gone.
        let asked =
            self.session.marks().iter().filter(|(at, _, mark)| *at <= step && *mark == Mark::REQUEST).count();
        let usual = entry.about.limits;
        let requests = usual.get("requests").saturating_sub(u32::try_from(asked).unwrap_or(u32::MAX));
        let within = usual.with("requests", requests).beyond(entry.system.spent(&state));
        let probe = Probe { step, at: run.now().0, outcomes: 0, sure: false };
        let limits = Limits { states: STATES, ..Limits::default() };
        let plan = Plan { limits, from: Some(state), ..Plan::default() };
        self.under_way = Some((probe, explorer::open(Rc::new(entry.system.bounded(within)), plan)));
        Ok(())
    }

    /// Takes the answer of a probe in, and begins the next one.
    fn settle(&mut self, probe: Probe) {
        if probe.outcomes.count_ones() > 1 {
            self.open = Some(probe);
        } else {
            self.closed = Some(probe);
        }
        let from = self.open.map_or(0, |open| open.step + 1);
        let to = self.closed.map_or(self.last + 1, |closed| closed.step);
        self.done = from >= to || self.probe(from + (to - from) / 2).is_err();
    }

    fn names(&self, set: u16) -> Vec<String> {
        let system = self.session.run().system();
        (0..16).filter(|bit: &Outcome| set >> bit & 1 == 1).map(|bit| system.outcome_name(bit)).collect()
    }

    fn span(&self, step: u64, at: u64, probe: Probe) -> Span {
        Span { from_step: step, from_at: at, outcomes: self.names(probe.outcomes), sure: probe.sure }
    }
}

impl<R: Room> OutcomesLeft for Halving<R> {
    fn advance(&mut self, most: usize) -> bool {
        let Some((mut probe, mut search)) = self.under_way.take() else { return true };
        let progress = search.advance(most);
        probe.outcomes = search.decided();
        let several = probe.outcomes.count_ones() > 1;
        if progress.end.is_none() && !several {
            self.under_way = Some((probe, search));
            return false;
        }
        probe.sure = several || progress.end == Some(explorer::End::Complete);
        self.settle(probe);
        self.done
    }

    fn verdict(&self) -> OutcomesLeftFindings {
        let mut spans = Vec::new();
        spans.extend(self.open.map(|probe| self.span(0, 0, probe)));
        spans.extend(self.closed.map(|probe| {
            let first = self.open.is_none();
            self.span(if first { 0 } else { probe.step }, if first { 0 } else { probe.at }, probe)
        }));
        let note = match (self.done, self.open, self.closed) {
            (false, ..) => "Still searching.".to_owned(),
            (true, _, Some(closed)) if !closed.sure => {
                "The space from there on is too large to be sure: another outcome may still have been open."
                    .to_owned()
            }
            (true, None, Some(closed)) if closed.outcomes == 0 => {
                "The limits of the search are too small for any run to decide.".to_owned()
            }
            (true, None, Some(closed)) => {
                format!("From the start only {} could be decided.", self.names(closed.outcomes).join(" or "))
            }
            (true, Some(_), None) => "Several outcomes are still open at this moment.".to_owned(),
            (true, Some(_), Some(closed)) if closed.outcomes == 0 => {
                format!("From step {} on no run within the limits of the search decides.", closed.step)
            }
            (true, Some(_), Some(closed)) => {
                let names = self.names(closed.outcomes).join(" or ");
                format!("From step {} on only {names} could still be decided.", closed.step)
            }
            (true, None, None) => String::new(),
        };
        OutcomesLeftFindings { spans, note }
    }
}
