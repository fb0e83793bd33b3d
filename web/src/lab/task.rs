//! One question under way, or answered.

use std::cell::RefCell;
use std::rc::Rc;

use catalog::{About, Question, Recording, Session};
use serde::de::DeserializeOwned;

use super::{Ask, Core, wire};

/// What a question was about.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    /// The run, as it was.
    pub recording: Recording,
    /// What was asked.
    pub question: Question,
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
        Self { recording: session.recording(), question, title: title(about), off }
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
pub enum Stage {
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
    pub stage: Stage,
    /// What it said last.
    pub found: Option<Rc<T>>,
    /// How long it has taken, in milliseconds.
    pub ms: f64,
    number: u64,
    stop: Option<js_sys::Function>,
}

impl<T> Task<T> {
    /// Whether more is to come.
    #[must_use]
    pub fn running(&self) -> bool {
        matches!(self.stage, Stage::Running | Stage::Stopping)
    }
}

/// Where a task of this kind stands.
type Slot<T> = fn(&Core) -> &RefCell<Option<Task<T>>>;

pub(super) fn start<T: DeserializeOwned + 'static>(
    core: &Rc<Core>,
    slot: Slot<T>,
    ask: &Ask<'_>,
    subject: Subject,
) {
    stop(core, slot);
    let number = core.numbers.get();
    core.numbers.set(number + 1);
    let text = serde_json::to_string(ask).unwrap_or_default();
    let task = Task { subject, stage: Stage::Running, found: None, ms: 0.0, number, stop: None };
    *slot(core).borrow_mut() = Some(task);
    let owner = Rc::clone(core);
    wire::load(move |loaded| {
        let hear = {
            let core = Rc::clone(&owner);
            move |kind: String, text: String, ms: f64| hear(&core, slot, number, &kind, text, ms)
        };
        let asked = loaded.and_then(|()| wire::ask(&text, hear));
        if let Some(task) = slot(&owner).borrow_mut().as_mut().filter(|task| task.number == number) {
            match asked {
                Ok(stop) => task.stop = Some(stop),
                Err(words) => task.stage = Stage::Refused(words),
            }
        }
        owner.changed();
    });
    core.changed();
}

pub(super) fn stop<T>(core: &Rc<Core>, slot: Slot<T>) {
    let stop = slot(core).borrow_mut().as_mut().filter(|task| task.running()).and_then(|task| {
        task.stage = Stage::Stopping;
        task.stop.clone()
    });
    if let Some(stop) = stop {
        let _ = stop.call0(&wasm_bindgen::JsValue::NULL);
    }
    core.changed();
}

fn hear<T: DeserializeOwned>(core: &Rc<Core>, slot: Slot<T>, number: u64, kind: &str, text: String, ms: f64) {
    {
        let mut place = slot(core).borrow_mut();
        let Some(task) = place.as_mut().filter(|task| task.number == number) else { return };
        task.ms = ms;
        task.stage = match kind {
            "progress" => task.stage.clone(),
            "done" => Stage::Done,
            "cut" => Stage::Cut,
            "lost" => Stage::Lost(text.clone()),
            _ => Stage::Refused(text.clone()),
        };
        if let "progress" | "done" | "cut" = kind {
            match serde_json::from_str(&text) {
                Ok(found) => task.found = Some(Rc::new(found)),
                Err(error) => task.stage = Stage::Lost(format!("Its answer cannot be read ({error}).")),
            }
        }
    }
    core.changed();
}
