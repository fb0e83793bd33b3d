//! The valency tree and the proof: what the reader looks at, shared by the stage and the side.
//!
//! The configurations are explored here, in slices between frames, by the code of the room: they are drawn as soon as
//! they are known, and nothing has to be carried over from a worker.

mod bar;
mod circumventions;
mod configuration;
mod figure;
mod game;
mod lemmas;
mod proof;
mod tree;

use catalog::Recording;
use impossibility::{Configurations, Look, TreeView};
use yew::prelude::*;

use crate::browser::{self, Timer};
use crate::context::{use_page, use_room};
use crate::hooks::{Seen, Store, use_store};

/// The ways to what is loaded when a reader opens the tree for the first time.
#[derive(Clone, Copy, Debug)]
pub struct Valency {
    /// The tree, in the place of a picture.
    pub stage: fn() -> Html,
    /// The proof, in the side.
    pub side: fn() -> Html,
}

/// All of it.
pub const ALL: Valency = Valency {
    stage: || html! { <tree::TreeStage key="tree" /> },
    side: || html! { <proof::ProofSide key="proof" /> },
};

/// A tree of about so many nodes is shown at first.
const FIRST: usize = 400;
/// A slice of the exploration takes about so many milliseconds.
const SLICE_MS: f64 = 10.0;

/// The configurations of a setting, and the picture of them.
struct Explored {
    configurations: Result<Box<dyn Configurations>, String>,
    tree: Option<TreeView>,
    look: Look,
    /// The size of the window on the tree, in pixels.
    size: (f64, f64),
    timer: Option<Timer>,
}

/// The configurations of the run's setting. Two are equal if nothing has changed between them.
#[derive(Clone, PartialEq)]
pub struct ExploredHandle(Seen<Explored>);

/// The configurations of the run's setting; the component is rendered again when something has changed. Those of the
/// setting that was looked at last are kept while other runs are shown.
#[hook]
fn use_explored() -> ExploredHandle {
    let (kept, handle) = (use_page().kept, use_room().handle);
    let store = use_memo(handle.look(|run| setting(run.session().recording())), |setting| {
        let fits = |known: &(Recording, Store<Explored>)| known.0 == *setting;
        kept.or_made(fits, || (setting.clone(), Store::new(Explored::new(setting)))).1.clone()
    });
    let shown = use_store(&store);
    use_effect_with(store, |store| go_on(store));
    ExploredHandle(shown)
}

/// Of a run only what is the same for all runs of its protocol.
fn setting(mut recording: Recording) -> Recording {
    recording.branches.clear();
    (recording.branch, recording.at, recording.seed) = (0, 0, 0);
    recording
}

/// What came of a slice of the exploration.
enum Slice {
    /// There was nothing to do.
    Nothing,
    /// All configurations are there, and the tree was drawn for the first time.
    Drawn,
    /// More were found.
    Found,
}

/// Explores for a while, and then goes on.
fn go_on(store: &Store<Explored>) {
    match store.change_quietly(Explored::advance) {
        Slice::Nothing => {}
        Slice::Drawn => store.tell(),
        Slice::Found => {
            let later = store.weak();
            let timer = Timer::new(0, move || {
                if let Some(store) = later.get() {
                    go_on(&store);
                }
            });
            store.change(|explored| explored.timer = Some(timer));
        }
    }
}

impl Explored {
    fn new(setting: &Recording) -> Self {
        let configurations = impossibility::explore(setting).map_err(|error| error.to_string());
        Self { configurations, tree: None, look: Look::Schedules(0), size: (0.0, 0.0), timer: None }
    }

    /// Explores for a while; when that has ended, draws the tree for the first time.
    fn advance(&mut self) -> Slice {
        let start = browser::now();
        let Ok(configurations) = &mut self.configurations else { return Slice::Nothing };
        if configurations.extent().ended {
            return self.draw();
        }
        while !configurations.advance(500) && browser::now() - start <= SLICE_MS {}
        Slice::Found
    }

    /// Draws the tree, unless it is drawn, or there is no window yet.
    fn draw(&mut self) -> Slice {
        let Ok(configurations) = &self.configurations else { return Slice::Nothing };
        if self.tree.is_some() || self.size.0 < 1.0 {
            return Slice::Nothing;
        }
        if self.look == Look::Schedules(0) {
            self.look = Look::Schedules(TreeView::depth_for(&**configurations, FIRST));
        }
        self.tree = Some(TreeView::new(&**configurations, self.look, self.size));
        Slice::Drawn
    }
}

impl ExploredHandle {
    /// Looks at the configurations, if they could be opened.
    fn configurations<T>(&self, look: impl FnOnce(&dyn Configurations) -> T) -> Option<T> {
        self.0.look(|explored| {
            explored.configurations.as_ref().ok().map(|configurations| look(&**configurations))
        })
    }

    /// Looks at them once all are there.
    fn whole<T>(&self, look: impl FnOnce(&dyn Configurations) -> T) -> Option<T> {
        self.configurations(|configurations| configurations.extent().ended.then(|| look(configurations)))
            .flatten()
    }

    /// Why there are none, in a sentence.
    fn refused(&self) -> Option<String> {
        self.0.look(|explored| explored.configurations.as_ref().err().cloned())
    }

    /// Looks at the picture.
    fn tree<T>(&self, look: impl FnOnce(&TreeView) -> T) -> Option<T> {
        self.0.look(|explored| explored.tree.as_ref().map(look))
    }

    /// Paints the picture, which changes nothing that is shown.
    fn paint<T>(&self, paint: impl FnOnce(&mut TreeView) -> T) -> Option<T> {
        self.0.change_quietly(|explored| explored.tree.as_mut().map(paint))
    }

    /// Changes the picture.
    fn change<T>(&self, change: impl FnOnce(&mut TreeView, &dyn Configurations) -> T) -> Option<T> {
        self.0.change(|explored| match (explored.tree.as_mut(), explored.configurations.as_ref()) {
            (Some(tree), Ok(configurations)) => Some(change(tree, &**configurations)),
            _ => None,
        })
    }

    /// Draws the configurations as something else.
    fn draw_as(&self, look: Look) {
        let walk = self.selected_walk();
        self.0.change(|explored| {
            explored.look = look;
            let Some(configurations) =
                explored.configurations.as_ref().ok().filter(|configurations| configurations.extent().ended)
            else {
                return;
            };
            let mut tree = TreeView::new(&**configurations, look, explored.size);
            if let Some(walk) = walk {
                tree.follow(&**configurations, &walk);
            }
            explored.tree = Some(tree);
        });
    }

    /// The size of the window on the tree, in pixels.
    fn size(&self) -> (f64, f64) {
        self.0.look(|explored| explored.size)
    }

    /// The window on the tree has this size.
    fn resize(&self, size: (f64, f64)) {
        if size.0 < 1.0 || self.size() == size {
            return;
        }
        let drawn = self.0.change_quietly(|explored| {
            explored.size = size;
            explored.tree.as_mut().map(|tree| tree.resize(size)).is_some()
        });
        if drawn {
            self.0.tell();
        }
        go_on(&self.0);
    }

    /// The way to the configuration that is looked at.
    fn selected_walk(&self) -> Option<Vec<u32>> {
        self.tree(|tree| tree.selected().map(|node| tree.walk(node))).flatten()
    }

    /// The configuration that is looked at.
    fn selected(&self) -> Option<u32> {
        self.tree(|tree| tree.selected().map(|node| tree.state(node))).flatten()
    }

    /// Follows a walk from a start, and looks at its end.
    fn follow(&self, walk: &[u32]) {
        self.change(|tree, configurations| tree.follow(configurations, walk));
    }

    /// Plays a walk as a run of its own.
    fn play(&self, walk: &[u32]) {
        if let Some(run) = self.whole(|configurations| configurations.record(walk)).flatten() {
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
