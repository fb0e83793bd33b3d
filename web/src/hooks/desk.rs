//! The run on the reader's desk, and the one place that asks the browser for animation frames.
//!
//! What changes every frame (the picture, the thumb of the time bar) listens with [`use_frame`] and draws by itself.
//! What is made of elements is rendered again when a step has happened, and at most ten times a second.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use yew::prelude::*;

use crate::browser;
use crate::playback::{Command, Playback};

/// Between renderings of panels while the run plays, in milliseconds.
const PANELS_EVERY: f64 = 100.0;
/// The same for so large a run that a frame takes long: what is made of elements costs much more than that.
const LARGE_PANELS_EVERY: f64 = 600.0;
/// A frame that takes as long as this, in milliseconds, takes long.
const LONG_FRAME: f64 = 3.0;

/// What the browser calls before it paints.
type Frame = Closure<dyn FnMut(f64)>;

/// What a desk consists of. One for each run that is opened.
pub struct Core {
    run: RefCell<Playback>,
    listeners: RefCell<Vec<(u64, Hear)>>,
    numbers: Cell<u64>,
    frame: RefCell<Option<Frame>>,
    waiting: Cell<Option<i32>>,
    last: Cell<Option<f64>>,
    render: RefCell<Option<UseForceUpdateHandle>>,
    revision: Cell<u64>,
    /// When panels were rendered last, and the version of the run then.
    rendered: Cell<(f64, u64)>,
    /// What a frame costs lately, in milliseconds.
    cost: Cell<f64>,
}

type Hear = Rc<dyn Fn(&Playback)>;

impl Core {
    /// Puts a run on a desk.
    #[must_use]
    pub fn new(run: Playback) -> Rc<Self> {
        let core = Rc::new(Self {
            run: RefCell::new(run),
            listeners: RefCell::default(),
            numbers: Cell::default(),
            frame: RefCell::default(),
            waiting: Cell::default(),
            last: Cell::default(),
            render: RefCell::default(),
            revision: Cell::default(),
            rendered: Cell::default(),
            cost: Cell::default(),
        });
        let weak = Rc::downgrade(&core);
        *core.frame.borrow_mut() = Some(Closure::new(move |now| tick(&weak, now)));
        core
    }

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
        let playing = self.run.borrow_mut().frame(passed);
        let run = self.run.borrow();
        let begin = browser::now();
        for (_, hear) in self.listeners.borrow().iter() {
            hear(&run);
        }
        self.cost.set(0.9 * self.cost.get() + 0.1 * (browser::now() - begin));
        let pace = if self.cost.get() < LONG_FRAME { PANELS_EVERY } else { LARGE_PANELS_EVERY };
        let version = run.session().position().version;
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

    fn render(&self, now: f64, version: u64) {
        self.rendered.set((now, version));
        self.revision.set(self.revision.get() + 1);
        if let Some(render) = &*self.render.borrow() {
            render.force_update();
        }
    }

    fn send(&self, command: Command) {
        self.run.borrow_mut().apply(command);
        let version = self.run.borrow().session().position().version;
        self.render(browser::now(), version);
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
pub struct Desk {
    core: Rc<Core>,
    revision: u64,
}

impl PartialEq for Desk {
    fn eq(&self, other: &Self) -> bool {
        self.same(other) && self.revision == other.revision
    }
}

impl Desk {
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
        look(&self.core.run.borrow())
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

/// Keeps the component that holds a desk up to date.
#[hook]
pub fn use_desk(core: &Rc<Core>) -> Desk {
    let update = use_force_update();
    *core.render.borrow_mut() = Some(update);
    let desk = Desk { core: Rc::clone(core), revision: core.revision.get() };
    // No time passes on a desk that nobody looks at.
    use_effect_with(desk.identity(), {
        let core = Rc::clone(core);
        move |_| {
            core.wake();
            move || {
                *core.render.borrow_mut() = None;
                core.listeners.borrow_mut().clear();
                core.run.borrow_mut().apply(Command::Pause);
            }
        }
    });
    desk
}

/// Draws in every frame: `make` is called again when the run or the dependencies change.
#[hook]
pub fn use_frame<D, F>(desk: &Desk, dependencies: D, make: impl FnOnce() -> F + 'static)
where
    D: PartialEq + 'static,
    F: Fn(&Playback) + 'static,
{
    let desk = desk.clone();
    use_effect_with((desk.identity(), dependencies), move |_| {
        let listening = desk.listen(make());
        move || drop(listening)
    });
}
