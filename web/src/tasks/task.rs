//! One question under way, or answered.

use std::rc::Rc;

use catalog::task::{Ask, Report};
use catalog::{About, Counts, Question, Recording, Session};
use serde::de::DeserializeOwned;

use super::wire::Stop;
use super::{Tasks, TasksHandle};
use crate::hooks::Store;

/// What a question was about.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    /// The run, as it was.
    pub recording: Recording,
    /// What was asked.
    pub question: Question,
    /// What might happen and how often, of a search.
    pub limits: Option<Counts>,
    /// The scenario and what differs from it, in words.
    pub title: String,
    /// The rules that were off, in words.
    pub off: Vec<&'static str>,
}

impl Subject {
    /// A question about the run as it is now.
    #[must_use]
    pub fn of(session: &dyn Session, question: Question) -> Self {
        let about = session.about();
        let off = about.rules.iter().filter(|rule| !rule.on).map(|rule| rule.title).collect();
        Self { recording: session.recording(), question, limits: None, title: title(about), off }
    }

    /// Whether a run is of the same scenario with the same options and rules.
    #[must_use]
    pub fn fits(&self, other: &Recording) -> bool {
        same_setting(&self.recording, other)
    }

    /// Whether a run is this one, at whatever moment.
    #[must_use]
    pub fn same_run(&self, other: &Recording) -> bool {
        same_run(&self.recording, other)
    }
}

fn same_setting(one: &Recording, other: &Recording) -> bool {
    let place = |recording: &Recording| (recording.system.clone(), recording.scenario.clone());
    place(one) == place(other)
        && one.options == other.options
        && one.without == other.without
        && one.with == other.with
}

/// Whether two runs are the same, at whatever moment.
#[must_use]
pub fn same_run(one: &Recording, other: &Recording) -> bool {
    // A run in which nothing was done has no branch in a link, and an empty one in a file.
    let done = |recording: &Recording| {
        let branch = recording.branches.get(recording.branch).cloned();
        branch.filter(|branch| branch.fork.is_some() || !branch.interventions.is_empty())
    };
    same_setting(one, other) && one.seed == other.seed && done(one) == done(other)
}

fn title(about: &About) -> String {
    let changed = about.options.iter().filter(|option| option.value != option.usual);
    let changed: Vec<String> = changed.map(|option| format!("{} {}", option.title, option.value)).collect();
    let scenario = about.scenario.title;
    if changed.is_empty() { scenario.to_owned() } else { format!("{scenario} ({})", changed.join(", ")) }
}

/// How far a question is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskStage {
    /// It is being answered.
    Running,
    /// It was asked to stop.
    Stopping,
    /// It came to its end, which may be a limit.
    Done,
    /// It was stopped, and said what it had found.
    Cut,
    /// It ended without an answer: why, if that is known. What it had reported last is kept.
    Lost(String),
    /// It cannot be asked: why, in a sentence.
    Refused(String),
}

/// A question, and the answer as far as there is one.
pub struct Task<T> {
    /// What it is about.
    pub subject: Subject,
    /// How far it is.
    pub stage: TaskStage,
    /// What it said last.
    pub found: Option<Rc<T>>,
    /// How long it has taken, in milliseconds.
    pub ms: f64,
    number: u64,
    stop: Option<Stop>,
}

impl<T> Task<T> {
    /// Whether more is to come.
    #[must_use]
    pub fn running(&self) -> bool {
        matches!(self.stage, TaskStage::Running | TaskStage::Stopping)
    }
}

/// Where a task of this kind stands.
type Slot<T> = fn(&mut Tasks) -> &mut Option<Task<T>>;

pub(super) fn start<T: DeserializeOwned + 'static>(
    asker: &TasksHandle,
    slot: Slot<T>,
    ask: &Ask,
    subject: Subject,
) {
    stop(asker, slot);
    let number = asker.seen.change(|tasks| {
        tasks.asked += 1;
        let number = tasks.asked;
        let task = Task { subject, stage: TaskStage::Running, found: None, ms: 0.0, number, stop: None };
        *slot(tasks) = Some(task);
        number
    });
    let tasks: Store<Tasks> = Store::clone(&asker.seen);
    let hear = {
        let tasks = tasks.clone();
        move |report: Report, text: String, ms: f64| hear(&tasks, slot, number, report, text, ms)
    };
    asker.wire.ask(ask, hear, move |asked| {
        tasks.change(|tasks| {
            if let Some(task) = slot(tasks).as_mut().filter(|task| task.number == number) {
                match asked {
                    Ok(stop) => task.stop = Some(stop),
                    Err(words) => task.stage = TaskStage::Refused(words),
                }
            }
        });
    });
}

pub(super) fn stop<T>(asker: &TasksHandle, slot: Slot<T>) {
    let stop = asker.seen.change(|tasks| {
        let running = slot(tasks).as_mut().filter(|task| task.running());
        running.and_then(|task| {
            task.stage = TaskStage::Stopping;
            task.stop.clone()
        })
    });
    if let Some(stop) = stop {
        stop.stop();
    }
}

fn hear<T: DeserializeOwned>(
    tasks: &Store<Tasks>,
    slot: Slot<T>,
    number: u64,
    report: Report,
    text: String,
    ms: f64,
) {
    tasks.change(|tasks| {
        let Some(task) = slot(tasks).as_mut().filter(|task| task.number == number) else { return };
        task.ms = ms;
        if report.answers() {
            match serde_json::from_str(&text) {
                Ok(found) => task.found = Some(Rc::new(found)),
                Err(error) => {
                    task.stage = TaskStage::Lost(format!("Its answer cannot be read ({error})."));
                    return;
                }
            }
        }
        task.stage = match report {
            Report::Progress => task.stage.clone(),
            Report::Done => TaskStage::Done,
            Report::Cut => TaskStage::Cut,
            Report::Lost => TaskStage::Lost(text),
            Report::Refused => TaskStage::Refused(text),
        };
    });
}
