//! The run that is shown, and the one place that asks the browser for animation frames.
//!
//! What changes every frame (the picture, the thumb of the time bar) listens with [`use_frame`] and draws by itself.
//! What is made of elements is rendered again when a step has happened, and at most ten times a second.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use yew::prelude::*;

use super::store::{Seen, Store, use_store};
use crate::browser;
use crate::playback::{Command, Playback};

/// Between renderings of panels while the run plays, in milliseconds.
const PANELS_EVERY: f64 = 100.0;
/// The same for so large a run that a frame takes long: what is made of elements costs much more than that.
const LARGE_PANELS_EVERY: f64 = 600.0;
/// A frame that takes as long as this, in milliseconds, takes long.
const LONG_FRAME: f64 = 3.0;

/// What the browser calls before it paints.
type FrameCallback = Closure<dyn FnMut(f64)>;

/// A run that was opened, and what draws it in every frame. Its clones are the same run; so are two that are equal.
#[derive(Clone)]
pub struct Run(Rc<Core>);

impl PartialEq for Run {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

struct Core {
    run: Store<Playback>,
    listeners: RefCell<Vec<(u64, Hear)>>,
    numbers: Cell<u64>,
    frame: RefCell<Option<FrameCallback>>,
    waiting: Cell<Option<i32>>,
    last: Cell<Option<f64>>,
    /// When panels were rendered last, and the version of the run then.
    rendered: Cell<(f64, u64)>,
    /// What a frame costs lately, in milliseconds.
    cost: Cell<f64>,
}

type Hear = Rc<dyn Fn(&Playback)>;

impl Run {
    /// A run that nobody looks at yet.
    #[must_use]
    pub fn new(run: Playback) -> Self {
        let core = Rc::new(Core {
            run: Store::new(run),
            listeners: RefCell::default(),
            numbers: Cell::default(),
            frame: RefCell::default(),
            waiting: Cell::default(),
            last: Cell::default(),
            rendered: Cell::default(),
            cost: Cell::default(),
        });
        let weak = Rc::downgrade(&core);
        *core.frame.borrow_mut() = Some(Closure::new(move |now| tick(&weak, now)));
        Self(core)
    }
}

impl Core {
    fn wake(&self) {
        if self.waiting.get().is_some() {
            return;
        }
        if let Some(frame) = &*self.frame.borrow() {
            let asked = browser::window().request_animation_frame(frame.as_ref().unchecked_ref());
            self.waiting.set(asked.ok());
        }
    }

    fn frame(&self, now: f64) {
        self.waiting.set(None);
        let passed = self.last.replace(Some(now)).map_or(0.0, |last| now - last);
        let playing = self.run.change_quietly(|run| run.frame(passed));
        let begin = browser::now();
        self.run.look(|run| {
            for (_, hear) in self.listeners.borrow().iter() {
                hear(run);
            }
        });
        self.cost.set(0.9 * self.cost.get() + 0.1 * (browser::now() - begin));
        let pace = if self.cost.get() < LONG_FRAME { PANELS_EVERY } else { LARGE_PANELS_EVERY };
        let version = self.version();
        let (when, known) = self.rendered.get();
        if !playing || (version != known && now - when >= pace) {
            self.render(now, version);
        }
        if playing {
            self.wake();
        } else {
            self.last.set(None);
        }
    }

    fn version(&self) -> u64 {
        self.run.look(|run| run.session().position().version)
    }

    fn render(&self, now: f64, version: u64) {
        self.rendered.set((now, version));
        self.run.tell();
    }

    fn send(&self, command: Command) {
        self.run.change_quietly(|run| run.apply(command));
        self.render(browser::now(), self.version());
        self.wake();
    }
}

impl Drop for Core {
    fn drop(&mut self) {
        if let Some(id) = self.waiting.get() {
            let _ = browser::window().cancel_animation_frame(id);
        }
    }
}

fn tick(core: &Weak<Core>, now: f64) {
    if let Some(core) = core.upgrade() {
        core.frame(now);
    }
}

/// The run, for components. Two are equal if nothing that panels show has changed between them.
#[derive(Clone)]
pub struct RunHandle {
    core: Rc<Core>,
    seen: Seen<Playback>,
}

impl PartialEq for RunHandle {
    fn eq(&self, other: &Self) -> bool {
        self.seen == other.seen
    }
}

impl RunHandle {
    /// Whether they hold the same run, if at another moment.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.core, &other.core)
    }

    /// A number for each run.
    #[must_use]
    pub fn identity(&self) -> usize {
        Rc::as_ptr(&self.core).addr()
    }

    /// Looks at the run.
    pub fn look<T>(&self, look: impl FnOnce(&Playback) -> T) -> T {
        self.seen.look(look)
    }

    /// Does something to the run.
    pub fn send(&self, command: Command) {
        self.core.send(command);
    }

    /// Something to be done when it is asked for.
    pub fn sends<E>(&self, command: impl Fn() -> Command + 'static) -> Callback<E> {
        let core = Rc::clone(&self.core);
        Callback::from(move |_| core.send(command()))
    }

    /// Draws a frame soon, even if no time passes.
    pub fn wake(&self) {
        self.core.wake();
    }

    /// Calls this in every frame, until what is given back is dropped.
    #[must_use]
    pub fn listen(&self, hear: impl Fn(&Playback) + 'static) -> Listening {
        let number = self.core.numbers.get();
        self.core.numbers.set(number + 1);
        self.core.listeners.borrow_mut().push((number, Rc::new(hear)));
        self.core.wake();
        Listening { core: Rc::downgrade(&self.core), number }
    }
}

/// Listens to frames until it is dropped.
pub struct Listening {
    core: Weak<Core>,
    number: u64,
}

impl Drop for Listening {
    fn drop(&mut self) {
        if let Some(core) = self.core.upgrade() {
            core.listeners.borrow_mut().retain(|(number, _)| *number != self.number);
        }
    }
}

/// A run for the component that opened it, which is rendered again as the run goes on.
#[hook]
pub fn use_run(run: &Run) -> RunHandle {
    let seen = use_store(&run.0.run);
    let handle = RunHandle { core: Rc::clone(&run.0), seen };
    // No time passes in a run that nobody looks at.
    use_effect_with(handle.identity(), {
        let core = Rc::clone(&run.0);
        move |_| {
            core.wake();
            move || {
                core.listeners.borrow_mut().clear();
                core.run.change_quietly(|run| run.apply(Command::Pause));
            }
        }
    });
    handle
}

/// Draws in every frame: `make` is called again when the run or the dependencies change.
#[hook]
pub fn use_frame<D, F>(handle: &RunHandle, dependencies: D, make: impl FnOnce() -> F + 'static)
where
    D: PartialEq + 'static,
    F: Fn(&Playback) + 'static,
{
    let handle = handle.clone();
    use_effect_with((handle.identity(), dependencies), move |_| {
        let listening = handle.listen(make());
        move || drop(listening)
    });
}
