//! The laboratory: what was asked of the search, how far it is, and what it found.
//!
//! It belongs to the page and not to a run, so that results outlive the tab they stand in and the run they were asked
//! about: a counterexample is opened, played and left again, and the verdicts are still there. Everything found says
//! about which setting it was found ([`Subject`]).

mod task;
pub(crate) mod wire;

use std::cell::{Cell, Ref, RefCell};
use std::rc::Rc;

use catalog::{Budget, FateFindings, Findings, Minimised, Question, Recording};
use serde::{Deserialize, Serialize};
use yew::prelude::*;

pub use task::{Stage, Subject, Task, same_run};

/// What a question to the worker looks like.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Ask<'a> {
    Search { recording: &'a Recording, question: &'a Question },
    Grid { recording: &'a Recording },
    Fate { recording: &'a Recording },
    Shorten { recording: &'a Recording },
}

/// The crash grid as far as it is computed.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct GridFindings {
    /// The nodes.
    pub rows: Vec<String>,
    /// The moments.
    pub columns: Vec<String>,
    /// What comes of each.
    pub cells: Vec<catalog::Cell>,
}

/// What the reader has put in, for one room.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Form {
    /// The room that it is about.
    pub system: String,
    /// What may go wrong; none: what the room proposes.
    pub budget: Option<Budget>,
    /// The rest of the question.
    pub question: Question,
}

/// Shared by the whole page.
pub struct Core {
    form: RefCell<Form>,
    search: RefCell<Option<Task<Findings>>>,
    grid: RefCell<Option<Task<GridFindings>>>,
    fate: RefCell<Option<Task<FateFindings>>>,
    shorter: RefCell<Option<Task<Minimised>>>,
    /// What is to be done when something has changed.
    hears: RefCell<Vec<(u64, UseForceUpdateHandle)>>,
    numbers: Cell<u64>,
    revision: Cell<u64>,
}

/// The laboratory, for components. Two are equal if nothing has changed between them.
#[derive(Clone)]
pub struct Lab {
    core: Rc<Core>,
    revision: u64,
}

impl PartialEq for Lab {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.core, &other.core) && self.revision == other.revision
    }
}

thread_local! {
    static CORE: Rc<Core> = Rc::new(Core {
        form: RefCell::default(),
        search: RefCell::default(),
        grid: RefCell::default(),
        fate: RefCell::default(),
        shorter: RefCell::default(),
        hears: RefCell::default(),
        numbers: Cell::default(),
        revision: Cell::default(),
    });
}

/// The laboratory; the component is rendered again when something in it has changed.
#[hook]
pub fn use_lab() -> Lab {
    let update = use_force_update();
    let core = use_memo((), |()| CORE.with(Rc::clone));
    use_effect_with((), {
        let core = Rc::clone(&core);
        move |()| {
            let number = core.numbers.get();
            core.numbers.set(number + 1);
            core.hears.borrow_mut().push((number, update));
            move || core.hears.borrow_mut().retain(|(known, _)| *known != number)
        }
    });
    Lab { revision: core.revision.get(), core: Rc::clone(&core) }
}

impl Core {
    fn changed(&self) {
        self.revision.set(self.revision.get() + 1);
        for (_, update) in self.hears.borrow().iter() {
            update.force_update();
        }
    }
}

impl Lab {
    /// What the reader has put in for this room; of another room nothing is kept.
    #[must_use]
    pub fn form(&self, system: &str) -> Form {
        let form = self.core.form.borrow();
        if form.system == system {
            form.clone()
        } else {
            Form { system: system.to_owned(), ..Form::default() }
        }
    }

    /// Keeps what the reader puts in.
    pub fn put(&self, form: Form) {
        *self.core.form.borrow_mut() = form;
        self.core.changed();
    }

    /// The latest search.
    #[must_use]
    pub fn search(&self) -> Ref<'_, Option<Task<Findings>>> {
        self.core.search.borrow()
    }

    /// The latest grid.
    #[must_use]
    pub fn grid(&self) -> Ref<'_, Option<Task<GridFindings>>> {
        self.core.grid.borrow()
    }

    /// The latest answer to when it was decided.
    #[must_use]
    pub fn fate(&self) -> Ref<'_, Option<Task<FateFindings>>> {
        self.core.fate.borrow()
    }

    /// The latest run that was shortened.
    #[must_use]
    pub fn shorter(&self) -> Ref<'_, Option<Task<Minimised>>> {
        self.core.shorter.borrow()
    }

    /// Begins a search; one under way is given up.
    pub fn start_search(&self, subject: Subject) {
        let recording = &subject.recording;
        let ask = Ask::Search { recording, question: &subject.question };
        task::start(&self.core, |core| &core.search, &ask, subject.clone());
    }

    /// Begins a grid.
    pub fn start_grid(&self, subject: Subject) {
        let ask = Ask::Grid { recording: &subject.recording };
        task::start(&self.core, |core| &core.grid, &ask, subject.clone());
    }

    /// Asks when it was decided.
    pub fn start_fate(&self, subject: Subject) {
        let ask = Ask::Fate { recording: &subject.recording };
        task::start(&self.core, |core| &core.fate, &ask, subject.clone());
    }

    /// Begins to shorten a failing run.
    pub fn start_shorter(&self, subject: Subject) {
        let ask = Ask::Shorten { recording: &subject.recording };
        task::start(&self.core, |core| &core.shorter, &ask, subject.clone());
    }

    /// Asks the search to say what it has found and to end.
    pub fn stop_search(&self) {
        task::stop(&self.core, |core| &core.search);
    }

    /// Ends the grid.
    pub fn stop_grid(&self) {
        task::stop(&self.core, |core| &core.grid);
    }

    /// Ends the question of when.
    pub fn stop_fate(&self) {
        task::stop(&self.core, |core| &core.fate);
    }

    /// Leaves a failing run as it is.
    pub fn stop_shorter(&self) {
        task::stop(&self.core, |core| &core.shorter);
    }

    /// Loads what the search needs, before it is asked for.
    pub fn warm(&self) {
        wire::load(|_| {});
    }
}
