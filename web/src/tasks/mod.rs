//! Tasks: what was asked of the search, how far it is, and what it found.
//!
//! They belong to the page and not to a run, so that results outlive the tab they stand in and the run they were asked
//! about: a counterexample is opened, played and left again, and the verdicts are still there. Everything found says
//! about which setting it was found ([`Subject`]). What can be asked is declared in [`catalog::task`].

mod task;
mod wire;

use std::cell::Ref;

use catalog::task::{Ask, GridFindings};
use catalog::{Findings, Minimised, OutcomesLeftFindings, Question};
use yew::prelude::*;

use crate::context::use_page;
use crate::hooks::{Seen, use_store};

pub use task::{Subject, Task, TaskStage, same_run};
pub use wire::{Stop, Wire};

/// What the reader has put in, for one room.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Form {
    /// The room that it is about.
    pub system: String,
    /// The question.
    pub question: Question,
}

/// The latest question of each kind.
#[derive(Default)]
pub struct Tasks {
    form: Form,
    search: Option<Task<Findings>>,
    grid: Option<Task<GridFindings>>,
    outcomes_left: Option<Task<OutcomesLeftFindings>>,
    shorter: Option<Task<Minimised>>,
    /// How many questions there were.
    asked: u64,
}

/// The tasks, for components. Two are equal if nothing has changed between them.
#[derive(Clone, PartialEq)]
pub struct TasksHandle {
    seen: Seen<Tasks>,
    wire: Wire,
}

/// The tasks; the component is rendered again when something about them has changed.
#[hook]
pub fn use_tasks() -> TasksHandle {
    let page = use_page();
    TasksHandle { seen: use_store(&page.tasks), wire: page.wire }
}

impl TasksHandle {
    /// What the reader has put in for this room; of another room nothing is kept.
    #[must_use]
    pub fn form(&self, system: &str) -> Form {
        self.seen.look(|tasks| {
            if tasks.form.system == system {
                tasks.form.clone()
            } else {
                Form { system: system.to_owned(), ..Form::default() }
            }
        })
    }

    /// Keeps what the reader puts in.
    pub fn put(&self, form: Form) {
        self.seen.change(|tasks| tasks.form = form);
    }

    /// The latest search.
    #[must_use]
    pub fn search(&self) -> Ref<'_, Option<Task<Findings>>> {
        Ref::map(self.seen.borrow(), |tasks| &tasks.search)
    }

    /// The latest grid.
    #[must_use]
    pub fn grid(&self) -> Ref<'_, Option<Task<GridFindings>>> {
        Ref::map(self.seen.borrow(), |tasks| &tasks.grid)
    }

    /// The latest answer to when it was decided.
    #[must_use]
    pub fn outcomes_left(&self) -> Ref<'_, Option<Task<OutcomesLeftFindings>>> {
        Ref::map(self.seen.borrow(), |tasks| &tasks.outcomes_left)
    }

    /// The latest run that was shortened.
    #[must_use]
    pub fn shorter(&self) -> Ref<'_, Option<Task<Minimised>>> {
        Ref::map(self.seen.borrow(), |tasks| &tasks.shorter)
    }

    /// Begins a search; one under way is given up.
    pub fn start_search(&self, subject: Subject) {
        let (recording, question) = (subject.recording.clone(), subject.question.clone());
        task::start(self, |tasks| &mut tasks.search, &Ask::Search { recording, question }, subject);
    }

    /// Begins a grid.
    pub fn start_grid(&self, subject: Subject) {
        let recording = subject.recording.clone();
        task::start(self, |tasks| &mut tasks.grid, &Ask::Grid { recording }, subject);
    }

    /// Asks when it was decided.
    pub fn start_outcomes_left(&self, subject: Subject) {
        let recording = subject.recording.clone();
        task::start(self, |tasks| &mut tasks.outcomes_left, &Ask::OutcomesLeft { recording }, subject);
    }

    /// Begins to shorten a failing run.
    pub fn start_shorter(&self, subject: Subject) {
        let recording = subject.recording.clone();
        task::start(self, |tasks| &mut tasks.shorter, &Ask::Shorten { recording }, subject);
    }

    /// Asks the search to say what it has found and to end.
    pub fn stop_search(&self) {
        task::stop(self, |tasks| &mut tasks.search);
    }

    /// Ends the grid.
    pub fn stop_grid(&self) {
        task::stop(self, |tasks| &mut tasks.grid);
    }

    /// Ends the question of when.
    pub fn stop_outcomes_left(&self) {
        task::stop(self, |tasks| &mut tasks.outcomes_left);
    }

    /// Leaves a failing run as it is.
    pub fn stop_shorter(&self) {
        task::stop(self, |tasks| &mut tasks.shorter);
    }

    /// Loads what the search needs, before it is asked for.
    pub fn warm(&self) {
        self.wire.load(|_| {});
    }
}
