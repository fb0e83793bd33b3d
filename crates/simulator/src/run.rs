//! A moment of a run, and how it moves on.

use std::rc::Rc;

use kernel::view::Tone;
use kernel::{
    Dates, Directive, Does, Explain, Happening, Mark, Micros, Property, Report, ScheduleStep, Scripted,
    System, Touched, Turn,
};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::line::{Cause, Line, Turned};
use crate::schedule::Schedule;
use crate::script::Cursor;
use crate::streams::Streams;
use crate::timetable::Timetable;

/// Something a reader does to a run at a date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intervention<E> {
    /// When: after everything dated before, and before everything dated at or after.
    pub at: Micros,
    /// What.
    #[serde(rename = "do")]
    pub does: Does<E>,
}

/// A property that is broken: since which step and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The step that broke it.
    pub step: u64,
    /// When.
    pub at: Micros,
    /// Why it is broken, in a sentence.
    pub reason: String,
}

/// A step about to be made: what, why, and the answers to its questions where they are given.
type Upcoming<E> = (Does<E>, Cause, Option<Scripted>);

/// A moment of a run. Copies are moments too: that is how checkpoints and branches are made.
pub struct Run<S: System> {
    system: Rc<S>,
    script: Rc<[Directive<S>]>,
    properties: Rc<[Property]>,
    now: Micros,
    steps: u64,
    state: S::State,
    timetable: Timetable<S::Event>,
    streams: Streams,
    cursor: Cursor<S::Event>,
    schedule: Option<Schedule<S::Event>>,
    /// How many of the interventions are behind.
    done: usize,
    broken: Vec<Option<Rc<Broken>>>,
    hash: u64,
    report: Report<S::Event>,
    bytes: Vec<u8>,
}

impl<S: System> Clone for Run<S> {
    fn clone(&self) -> Self {
        Self {
            system: Rc::clone(&self.system),
            script: Rc::clone(&self.script),
            properties: Rc::clone(&self.properties),
            state: self.state.clone(),
            timetable: self.timetable.clone(),
            streams: self.streams.clone(),
            cursor: self.cursor.clone(),
            schedule: self.schedule.clone(),
            broken: self.broken.clone(),
            report: Report::default(),
            bytes: Vec::new(),
            ..*self
        }
    }
}

impl<S: System> Run<S> {
    /// A run stops where more events than this are waiting: it would only grow, until the memory is full.
    pub const WAITING_MAX: usize = 400_000;

    /// The start of the run that this seed gives.
    pub fn new(system: Rc<S>, script: Vec<Directive<S>>, seed: u64) -> Self {
        let mut streams = Streams::new(seed);
        let mut report = Report::default();
        let state = system.initial(&mut Turn { choices: &mut streams, report: &mut report });
        let properties: Rc<[Property]> = system.properties().into();
        let mut run = Self {
            broken: vec![None; properties.len()],
            properties,
            script: script.into(),
            now: Micros::ZERO,
            steps: 0,
            state,
            timetable: Timetable::new(),
            streams,
            cursor: Cursor::new(),
            schedule: None,
            done: 0,
            hash: xxh3_64_with_seed(b"bivalent trace 1", seed),
            report,
            bytes: Vec::new(),
            system,
        };
        for event in run.system.enabled(&run.state) {
            run.date(&event);
        }
        run.cursor.watch(&run.script, &run.system, &run.state, Micros::ZERO);
        run.judge(Touched::EVERYTHING);
        run
    }

    /// The system that runs.
    pub fn system(&self) -> &S {
        &self.system
    }

    /// The state now.
    pub fn state(&self) -> &S::State {
        &self.state
    }

    /// The date of the last step.
    pub fn now(&self) -> Micros {
        self.now
    }

    /// How many steps have been made.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// How many interventions are behind.
    pub fn done(&self) -> usize {
        self.done
    }

    /// A number that stands for the whole run up to here: equal runs have equal hashes, on every machine.
    pub fn hash(&self) -> u64 {
        self.hash
    }

    /// What is claimed, and since when it is broken.
    pub fn verdicts(&self) -> impl Iterator<Item = (&Property, Option<&Broken>)> {
        self.properties.iter().zip(self.broken.iter().map(Option::as_deref))
    }

    /// What the last step did. Empty after a seek.
    pub fn report(&self) -> &Report<S::Event> {
        &self.report
    }

    /// How many events have a date: what a copy of this moment costs.
    pub(crate) fn weight(&self) -> u64 {
        self.timetable.len() as u64
    }

    /// Since when an event has its date, and the date.
    pub fn span(&self, event: &S::Event) -> Option<(Micros, Micros)> {
        self.timetable.span(event)
    }

    /// Whether so much is waiting that the run does not go on.
    pub fn overflows(&self) -> bool {
        self.timetable.len() > Self::WAITING_MAX
    }

    /// Whether a deed can be done now.
    pub fn permits(&self, does: &Does<S::Event>) -> bool {
        match does {
            Does::Force(event) => self.system.permits(&self.state, event),
            Does::Postpone(event, _) => self.timetable.span(event).is_some(),
            Does::Follow(steps, _) => !steps.is_empty(),
        }
    }

    /// When the next step happens, unless somebody intervenes.
    pub fn next_date(&self, interventions: &[Intervention<S::Event>]) -> Option<Micros> {
        self.upcoming(interventions).map(|(at, _)| at)
    }

    fn upcoming(&self, interventions: &[Intervention<S::Event>]) -> Option<(Micros, Cause)> {
        if self.overflows() {
            return None;
        }
        // Dates grow strictly, so that a date alone says where in a run an intervention belongs.
        let soonest = Micros(self.now.0 + 1);
        let reader = interventions.get(self.done).map(|next| (next.at.max(soonest), Cause::Reader));
        let script = match &self.schedule {
            Some(schedule) => schedule.next().map(|at| (at.max(soonest), Cause::Schedule)),
            None => self.cursor.next().map(|at| (at.max(soonest), Cause::Script)),
        };
        let natural = self.timetable.next().map(|at| (at.max(soonest), Cause::Time));
        // Of equal dates the first in this order: the reader, the script or schedule, what would have happened anyway.
        [reader, script, natural].into_iter().flatten().min_by_key(|(at, _)| *at)
    }

    /// Makes the next step if its date is not after `until`; says whether it did.
    pub fn step(&mut self, interventions: &[Intervention<S::Event>], until: Micros) -> bool {
        let next = self.next(interventions, until);
        let made = next.is_some();
        if let Some((does, cause, answers)) = next {
            self.perform(&does, cause, answers);
        }
        made
    }

    /// Goes to the date of the next step, and says what is to be done there.
    fn next(
        &mut self,
        interventions: &[Intervention<S::Event>],
        until: Micros,
    ) -> Option<Upcoming<S::Event>> {
        // However many have nothing to do: a loop, since a link may hold thousands of them.
        while let Some((at, cause)) = self.upcoming(interventions).filter(|(at, _)| *at <= until) {
            let (does, answers) = self.take(interventions, cause);
            // A directive may have nothing to do in this state, and a reader's deed may have become impossible.
            let Some(does) = does.filter(|does| cause == Cause::Time || self.permits(does)) else {
                self.cursor.watch(&self.script, &self.system, &self.state, at);
                continue;
            };
            self.now = at;
            self.steps += 1;
            return Some((does, cause, answers));
        }
        None
    }

    /// What comes up by this cause, which comes up no more; and the answers to its questions, of a schedule.
    fn take(
        &mut self,
        interventions: &[Intervention<S::Event>],
        cause: Cause,
    ) -> (Option<Does<S::Event>>, Option<Scripted>) {
        let does = match cause {
            Cause::Schedule => {
                let step = self.schedule.as_mut().and_then(Schedule::take);
                let Some(step) = step else { return (None, None) };
                return (Some(Does::Force(step.event)), Some(Scripted::new(step.answers)));
            }
            Cause::Time => self.timetable.take().map(Does::Force),
            Cause::Script => self.cursor.take(&self.script, &self.system, &self.state).map(Does::Force),
            Cause::Reader => {
                self.done += 1;
                Some(interventions[self.done - 1].does.clone())
            }
        };
        (does, None)
    }

    fn perform(&mut self, does: &Does<S::Event>, cause: Cause, answers: Option<Scripted>) {
        self.report.clear();
        match does {
            Does::Force(event) => self.happen(event, answers),
            Does::Follow(steps, every) => self.follow(steps, *every),
            Does::Postpone(event, by) => {
                if let Some(span) = self.timetable.span(event) {
                    let (since, due) = postponed(span, self.now, *by);
                    self.timetable.set(event, since, due);
                }
                self.report.marks.push(Mark::FAULT);
            }
        }
        if cause == Cause::Time {
            // A network that loses messages by itself would fill the time bar with them.
            self.report.marks.retain(|mark| *mark != Mark::FAULT);
        }
        self.fold(does);
        self.judge(self.report.touched);
        self.cursor.watch(&self.script, &self.system, &self.state, self.now);
    }

    /// Dates everything that waits by the schedule, which takes the place of the script for good.
    fn follow(&mut self, steps: &[ScheduleStep<S::Event>], every: Micros) {
        self.cursor = Cursor::ended(self.script.len());
        self.schedule = Some(Schedule::new(steps, self.now, every));
        let waiting: Vec<S::Event> = self.timetable.events().cloned().collect();
        for event in &waiting {
            self.date(event);
        }
    }

    fn happen(&mut self, event: &S::Event, answers: Option<Scripted>) {
        self.streams.ask(self.system.stream(&self.state, event));
        self.timetable.drop(event);
        let mut answers = answers;
        let choices: &mut dyn kernel::Choices = match &mut answers {
            Some(answers) => answers,
            None => &mut self.streams,
        };
        let mut turn = Turn { choices, report: &mut self.report };
        self.system.apply(&mut self.state, event, &mut turn);
        if self.report.rescan {
            self.rescan();
            return;
        }
        for event in &self.report.disabled {
            self.timetable.drop(event);
        }
        let enabled = std::mem::take(&mut self.report.enabled);
        for event in &enabled {
            self.date(event);
        }
        self.report.enabled = enabled;
    }

    /// The system did not say what became of the events: keep the dates of those still enabled, date the new ones.
    fn rescan(&mut self) {
        let enabled = self.system.enabled(&self.state);
        self.timetable.keep(&enabled);
        let anew = std::mem::take(&mut self.report.enabled);
        for event in &enabled {
            if self.timetable.span(event).is_none() || anew.contains(event) {
                self.date(event);
            }
        }
        self.report.enabled = anew;
    }

    fn date(&mut self, event: &S::Event) {
        let delay = self.system.delay(&self.state, event);
        let stream = self.system.stream(&self.state, event);
        let delay = self.streams.delay(stream, delay);
        let due = match &self.schedule {
            // The end of the schedule may lie behind, at its last step.
            Some(schedule) => {
                schedule.date(event).or(delay.map(|delay| schedule.end().max(self.now).plus(delay)))
            }
            None => delay.map(|delay| self.now.plus(delay)),
        };
        match due {
            Some(due) => self.timetable.set(event, self.now, due),
            None => self.timetable.drop(event),
        }
    }

    /// Takes the step into the hash of the run.
    fn fold(&mut self, does: &Does<S::Event>) {
        let report = &self.report;
        let counts = (report.sent.len() as u64, report.lost.len() as u64, report.received);
        let notes = report.notes.as_slice();
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.clear();
        let bytes = postcard::to_extend(&(self.now, does, counts, notes), bytes).unwrap_or_default();
        self.hash = xxh3_64_with_seed(&bytes, self.hash);
        self.bytes = bytes;
    }

    fn judge(&mut self, touched: Touched) {
        if !touched.any() {
            return;
        }
        for (index, broken) in self.broken.iter_mut().enumerate() {
            if broken.is_some() || self.properties[index].kind != kernel::Kind::Always {
                continue;
            }
            if let Err(reason) = self.system.check(&self.state, index, touched) {
                *broken = Some(Rc::new(Broken { step: self.steps, at: self.now, reason }));
                self.report.marks.push(Mark::VIOLATION);
            }
        }
    }
}

impl<S: Explain> Run<S> {
    /// [`Run::step`], in words.
    pub fn step_in_words(&mut self, interventions: &[Intervention<S::Event>], until: Micros) -> Option<Line> {
        let (does, cause, answers) = self.next(interventions, until)?;
        Some(self.perform_in_words(&does, cause, answers))
    }

    fn narrate(&self, does: &Does<S::Event>) -> Happening {
        match does {
            Does::Force(event) => self.system.narrate(&self.state, event),
            Does::Postpone(event, by) => {
                let happening = self.system.narrate(&self.state, event);
                Happening { title: format!("delayed by {by}: {}", happening.title), ..happening }
            }
            Does::Follow(steps, _) => {
                let steps =
                    if steps.len() == 1 { "one step".to_owned() } else { format!("{} steps", steps.len()) };
                let title = format!("a schedule of {steps} begins: these happen, and nothing else");
                Happening { node: None, title, tone: Tone::Plain, dot: None }
            }
        }
    }

    fn perform_in_words(&mut self, does: &Does<S::Event>, cause: Cause, answers: Option<Scripted>) -> Line {
        let happening = self.narrate(does);
        let node = happening.node;
        let before = node.map(|node| self.system.role(&self.state, node));
        let unbroken: Vec<usize> =
            (0..self.broken.len()).filter(|&index| self.broken[index].is_none()).collect();
        self.report.wordy = true;
        self.perform(does, cause, answers);
        self.report.wordy = false;
        let turned = node.zip(before).and_then(|(node, was)| {
            let is = self.system.role(&self.state, node);
            (is != was).then_some(Turned { node, was, is })
        });
        let broken = unbroken.into_iter().filter_map(|index| {
            let broken = self.broken[index].as_ref()?;
            Some((self.properties[index].name, broken.reason.clone()))
        });
        Line {
            step: self.steps,
            at: self.now,
            happening,
            cause,
            notes: self.report.notes.clone(),
            words: self.report.words.clone(),
            story: self.report.story.clone(),
            sent: self.report.sent.iter().filter_map(|&id| self.system.message(&self.state, id)).collect(),
            received: self.report.received,
            lost: self.report.lost.clone(),
            turned,
            marks: self.report.marks.clone(),
            broken: broken.collect(),
        }
    }
}

/// A date moved back by a span. Its start moves too, so that the part of the way behind it stays what it is.
fn postponed((since, due): (Micros, Micros), now: Micros, by: Micros) -> (Micros, Micros) {
    let left = due.since(now).0.max(1);
    let passed = u128::from(now.since(since).0) * (u128::from(left) + u128::from(by.0)) / u128::from(left);
    (Micros(now.0.saturating_sub(u64::try_from(passed).unwrap_or(u64::MAX))), due.max(now).plus(by))
}

/// The dates of a run, as they stand at a time shown that may lie between two steps.
pub(crate) struct ShownState<'a, S: System> {
    pub(crate) run: &'a Run<S>,
    pub(crate) at: Micros,
}

impl<S: System> Dates<S::Event> for ShownState<'_, S> {
    fn now(&self) -> Option<Micros> {
        Some(self.at)
    }

    fn span(&self, event: &S::Event) -> Option<(Micros, Micros)> {
        self.run.span(event)
    }
}
