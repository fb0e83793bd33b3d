//! What was searched, in words.

use catalog::{Budget, Findings, Question};

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
pub(super) fn budget(budget: &Budget) -> String {
    let parts = [
        (budget.crashes, "crash", "crashes"),
        (budget.losses, "lost message", "lost messages"),
        (budget.duplicates, "duplicate", "duplicates"),
        (budget.cuts, "cut link", "cut links"),
        (budget.timeouts, "timeout", "timeouts"),
        (budget.requests, "request", "requests"),
    ];
    let words: Vec<String> = parts
        .into_iter()
        .filter(|(number, ..)| *number > 0)
        .map(|(number, one, more)| format!("{number} {}", if number == 1 { one } else { more }))
        .collect();
    match words.split_last() {
        None => "without faults, timeouts and requests".to_owned(),
        Some((only, [])) => format!("with at most {only}"),
        Some((last, first)) => format!("with at most {} and {last}", first.join(", ")),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budgets_are_said_in_words() {
        let none = Budget::default();
        assert_eq!(budget(&none), "without faults, timeouts and requests");
        assert_eq!(budget(&Budget { timeouts: 1, ..none }), "with at most 1 timeout");
        assert_eq!(
            budget(&Budget { crashes: 1, timeouts: 2, requests: 1, ..none }),
            "with at most 1 crash, 2 timeouts and 1 request"
        );
    }
}
