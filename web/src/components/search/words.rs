//! What was searched, in words.

use catalog::{Counts, Findings, Question};

use crate::tasks::{Task, TaskStage};
use crate::words;

/// The name of a stage, for style sheets and tests.
#[must_use]
pub const fn stage(stage: &TaskStage) -> &'static str {
    match stage {
        TaskStage::Running => "running",
        TaskStage::Stopping => "stopping",
        TaskStage::Done => "done",
        TaskStage::Cut => "cut",
        TaskStage::Lost(_) => "lost",
        TaskStage::Refused(_) => "refused",
    }
}

/// `with at most 1 crash, 2 timeouts and 1 request`.
pub(super) fn within(limits: &Counts) -> String {
    match limits.words() {
        Some(words) => format!("with {words}"),
        None => "with every limit at 0".to_owned(),
    }
}

/// A number of states.
pub(super) fn states(number: usize) -> String {
    if number == 1 { "1 state".to_owned() } else { format!("{} states", words::grouped(number as u64)) }
}

/// A number of steps.
pub(super) fn steps(number: usize) -> String {
    if number == 1 { "1 step".to_owned() } else { format!("{} steps", words::grouped(number as u64)) }
}

/// Where a search ends by itself.
pub(super) fn limit(question: &Question) -> String {
    let megabytes = words::grouped(question.megabytes as u64);
    format!("It ends by itself at {} or {megabytes} MB of memory, and then says so.", states(question.states))
}

/// Why the search was cut short, if it was.
pub(super) fn cut(task: &Task<Findings>, found: &Findings) -> Option<String> {
    let question = &task.subject.question;
    match (&task.stage, found.end.as_str()) {
        (TaskStage::Lost(_), _) => Some("it ended before it could answer".to_owned()),
        (TaskStage::Cut, _) => Some("you cancelled it".to_owned()),
        _ if found.complete => None,
        (_, "states") => Some(format!("at its limit of {}", states(question.states))),
        (_, "depth") => Some(format!("at its limit of {}", steps(question.depth))),
        (_, "memory") => {
            Some(format!("at its limit of {} MB of memory", words::grouped(question.megabytes as u64)))
        }
        _ => Some("before its end".to_owned()),
    }
}
