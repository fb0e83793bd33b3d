//! The valency tree and the proof: what the reader looks at, shared by the stage and the side.
//!
//! The configurations are explored here, in slices between frames, by the code of the room: they are drawn as soon as
//! they are known, and nothing has to be carried over from a worker.

mod bar;
mod configuration;
mod figure;
mod game;
mod lemmas;
mod proof;
mod tree;
mod way_out;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use catalog::valence::{Grove, Look, Valence};
use catalog::{Flp, Recording};
use yew::prelude::*;

use crate::browser::{self, Timer};
use crate::components::open::Shared;
use crate::hooks::Desk;

/// The ways to what is loaded when a reader opens the tree for the first time.
#[derive(Clone, Copy, Debug)]
pub struct Valency {
    /// The tree, in the place of a picture.
    pub stage: fn(&Shared) -> Html,
    /// The proof, in the side.
    pub side: fn(&Shared) -> Html,
}

/// All of it.
pub const ALL: Valency = Valency {
    stage: |shared| html! { <tree::TreeStage key="tree" shared={shared.clone()} /> },
    side: |shared| html! { <proof::ProofSide key="proof" shared={shared.clone()} /> },
};

/// A tree of about so many nodes is shown at first.
const FIRST: usize = 400;
/// A slice of the exploration takes about so many milliseconds.
const SLICE_MS: f64 = 10.0;

/// What is shared.
pub struct Core {
    setting: Recording,
    valence: RefCell<Result<Box<dyn Valence>, String>>,
    grove: RefCell<Option<Grove>>,
    look: Cell<Look>,
    /// The size of the window on the tree, in pixels.
    size: Cell<(f64, f64)>,
    hears: RefCell<Vec<(u64, UseForceUpdateHandle)>>,
    numbers: Cell<u64>,
    revision: Cell<u64>,
    timer: RefCell<Option<Timer>>,
}

thread_local! {
    /// Of the setting that was looked at last.
    static LATEST: RefCell<Option<Rc<Core>>> = const { RefCell::new(None) };
}

/// The configurations of the run's setting. Two are equal if nothing has changed between them.
#[derive(Clone)]
pub struct Shown {
    core: Rc<Core>,
    revision: u64,
}

impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.core, &other.core) && self.revision == other.revision
    }
}

/// The configurations of the run's setting; the component is rendered again when something has changed.
#[hook]
pub fn use_shown(desk: &Desk) -> Shown {
    let update = use_force_update();
    let core = use_memo(desk.look(|run| setting(run.session().recording())), core_of);
    use_effect_with(Rc::as_ptr(&*core) as usize, {
        let core = Rc::clone(&core);
        move |_| {
            let number = core.numbers.get();
            core.numbers.set(number + 1);
            core.hears.borrow_mut().push((number, update));
            core.go_on();
            move || core.hears.borrow_mut().retain(|(known, _)| *known != number)
        }
    });
    Shown { revision: core.revision.get(), core: Rc::clone(&core) }
}

/// Of a run only what is the same for all runs of its protocol.
fn setting(mut recording: Recording) -> Recording {
    recording.branches.clear();
    (recording.branch, recording.at, recording.seed) = (0, 0, 0);
    recording
}

fn core_of(setting: &Recording) -> Rc<Core> {
    LATEST.with_borrow_mut(|latest| {
        if let Some(core) = latest.as_ref().filter(|core| core.setting == *setting) {
            return Rc::clone(core);
        }
        let valence = catalog::valence::valence::<Flp>(setting).map_err(|trouble| trouble.to_string());
        let core = Rc::new(Core {
            setting: setting.clone(),
            valence: RefCell::new(valence),
            grove: RefCell::default(),
            look: Cell::new(Look::Schedules(0)),
            size: Cell::default(),
            hears: RefCell::default(),
            numbers: Cell::default(),
            revision: Cell::default(),
            timer: RefCell::default(),
        });
        *latest = Some(Rc::clone(&core));
        core
    })
}

impl Core {
    fn changed(&self) {
        self.revision.set(self.revision.get() + 1);
        for (_, update) in self.hears.borrow().iter() {
            update.force_update();
        }
    }

    /// Explores for a while, and then goes on.
    fn go_on(self: &Rc<Self>) {
        let start = browser::now();
        let ended = match &mut *self.valence.borrow_mut() {
            Err(_) => return,
            Ok(valence) if valence.extent().ended => return self.plant_if_bare(&**valence),
            Ok(valence) => loop {
                if valence.advance(500) {
                    break true;
                }
                if browser::now() - start > SLICE_MS {
                    break false;
                }
            },
        };
        let core = Rc::downgrade(self);
        *self.timer.borrow_mut() = Some(Timer::new(0, move || {
            if let Some(core) = core.upgrade() {
                core.go_on();
            }
        }));
        if ended || self.numbers.get() > 0 {
            self.changed();
        }
    }

    /// Draws the tree for the first time.
    fn plant_if_bare(&self, valence: &dyn Valence) {
        if self.grove.borrow().is_some() || self.size.get().0 < 1.0 {
            return;
        }
        if self.look.get() == Look::Schedules(0) {
            self.look.set(Look::Schedules(Grove::depth_for(valence, FIRST)));
        }
        *self.grove.borrow_mut() = Some(Grove::new(valence, self.look.get(), self.size.get()));
        self.changed();
    }
}

impl Shown {
    /// Looks at the configurations, if they could be opened.
    fn valence<T>(&self, look: impl FnOnce(&dyn Valence) -> T) -> Option<T> {
        self.core.valence.borrow().as_ref().ok().map(|valence| look(&**valence))
    }

    /// Looks at them once all are there.
    fn whole<T>(&self, look: impl FnOnce(&dyn Valence) -> T) -> Option<T> {
        self.valence(|valence| valence.extent().ended.then(|| look(valence))).flatten()
    }

    /// Why there are none, in a sentence.
    fn trouble(&self) -> Option<String> {
        self.core.valence.borrow().as_ref().err().cloned()
    }

    /// Looks at the picture.
    fn grove<T>(&self, look: impl FnOnce(&Grove) -> T) -> Option<T> {
        self.core.grove.borrow().as_ref().map(look)
    }

    /// Changes the picture.
    fn change<T>(&self, change: impl FnOnce(&mut Grove, &dyn Valence) -> T) -> Option<T> {
        let changed = {
            let mut grove = self.core.grove.borrow_mut();
            let valence = self.core.valence.borrow();
            match (grove.as_mut(), valence.as_ref()) {
                (Some(grove), Ok(valence)) => Some(change(grove, &**valence)),
                _ => None,
            }
        };
        self.core.changed();
        changed
    }

    /// Draws the configurations as something else.
    fn draw_as(&self, look: Look) {
        self.core.look.set(look);
        let walk = self.selected_walk();
        let grown = self.whole(|valence| {
            let mut grove = Grove::new(valence, look, self.core.size.get());
            if let Some(walk) = walk {
                grove.follow(valence, &walk);
            }
            grove
        });
        if let Some(grove) = grown {
            *self.core.grove.borrow_mut() = Some(grove);
            self.core.changed();
        }
    }

    /// The window on the tree has this size.
    fn resize(&self, size: (f64, f64)) {
        if size.0 < 1.0 || self.core.size.replace(size) == size {
            return;
        }
        let planted = self.core.grove.borrow_mut().as_mut().map(|grove| grove.resize(size)).is_some();
        if planted {
            self.core.changed();
        }
        self.core.go_on();
    }

    /// The way to the configuration that is looked at.
    fn selected_walk(&self) -> Option<Vec<u32>> {
        self.grove(|grove| grove.selected().map(|node| grove.walk(node))).flatten()
    }

    /// The configuration that is looked at.
    fn selected(&self) -> Option<u32> {
        self.grove(|grove| grove.selected().map(|node| grove.state(node))).flatten()
    }

    /// Follows a walk from a start, and looks at its end.
    fn follow(&self, walk: &[u32]) {
        self.change(|grove, valence| grove.follow(valence, walk));
    }

    /// Plays a walk as a run of its own.
    fn play(&self, walk: &[u32]) {
        if let Some(run) = self.whole(|valence| valence.record(walk)).flatten() {
            play(run);
        }
    }
}

/// Opens a run from its beginning, and plays it.
fn play(mut run: Recording) {
    run.at = 0;
    let look = crate::route::Look { play: Some(true), ..crate::route::Look::default() };
    browser::go(&crate::route::write(&run, &look));
}

/// A number with its thousands apart.
fn number(value: u64) -> String {
    crate::words::grouped(value)
}

/// What can be decided, for a style sheet.
const fn class_of(valency: u16) -> &'static str {
    match valency & 0b11 {
        0b01 => "zero",
        0b10 => "one",
        0b11 => "both",
        _ => "stuck",
    }
}

/// What can be decided, in a word.
const fn kind_of(valency: u16) -> &'static str {
    match valency & 0b11 {
        0b01 => "0-valent",
        0b10 => "1-valent",
        0b11 => "bivalent",
        _ => "stuck",
    }
}
