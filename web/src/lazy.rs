//! What is loaded when it is wanted: the code of a room, and so what stands around a run, the
//! dialogs, the windows to type into, and the valency tree.
//!
//! `cargo xtask build` takes the finished program apart at the functions that are marked here, and writes the module
//! that loads what it took out (`web/parts.js`). Built in any other way the program is whole, and every part is there
//! at once. Nothing of a room but what [`crate::rooms`] tells is known before its part has come.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;

use catalog::{Error, Opened, Recording, RoomLoader};
use wasm_bindgen_futures::spawn_local;
use wasm_split_helpers::SplitLoaderError;
use yew::prelude::*;

use crate::components::room::RoomPage;
use crate::components::tools::{Editors, Tools};
use crate::valency::Valency;

/// The loader of a room, once its code has come.
type Loaded = Result<RoomLoader, SplitLoaderError>;

/// What is loaded for a room.
struct Part {
    room: &'static str,
    load: fn() -> Pin<Box<dyn Future<Output = Loaded>>>,
}

macro_rules! load_each {
    ($($part:ident: $room:ty;)+) => {
        $(
            #[cfg(in_parts)]
            #[wasm_split_helpers::wasm_split($part, fallible)]
            fn $part() -> Loaded {
                Ok(RoomLoader::of::<$room>())
            }

            #[cfg(not(in_parts))]
            async fn $part() -> Loaded {
                Ok(RoomLoader::of::<$room>())
            }
        )+

        const PARTS: &[Part] = &[$(Part { room: catalog::name_of::<$room>(), load: || Box::pin($part()) }),+];
    };
}

catalog::parts!(load_each);

/// What is loaded when it is asked for, whatever the room: a function of each gives the ways to it.
mod late {
    use super::SplitLoaderError;
    use crate::components::room::{PAGE, RoomPage};
    use crate::components::tools::{ALL, EDITORS, Editors, Tools};
    use crate::valency::{self as tree, Valency};

    macro_rules! load_each {
        ($($part:ident: $what:ty = $all:expr;)+) => {
            $(
                #[cfg(in_parts)]
                #[wasm_split_helpers::wasm_split($part, fallible)]
                pub(super) fn $part() -> Result<$what, SplitLoaderError> {
                    Ok($all)
                }

                #[cfg(not(in_parts))]
                pub(super) async fn $part() -> Result<$what, SplitLoaderError> {
                    Ok($all)
                }
            )+
        };
    }

    load_each! {
        room_page: RoomPage = PAGE;
        tools: Tools = ALL;
        editors: Editors = EDITORS;
        valency: Valency = tree::ALL;
    }
}

/// What has come so far. There is one program, and so one of this: what opens a run beside another one, which the
/// catalogue calls, is a plain function and finds it here.
struct Come {
    /// The loaders of the rooms.
    loaders: RefCell<Vec<RoomLoader>>,
    /// What stands around the run of any room.
    room_page: Cell<Option<RoomPage>>,
    /// The dialogs and the search.
    tools: Cell<Option<Tools>>,
    /// Windows to type into.
    editors: Cell<Option<Editors>>,
    /// The valency tree and the proof.
    valency: Cell<Option<Valency>>,
}

thread_local! {
    static COME: Come = const {
        Come {
            loaders: RefCell::new(Vec::new()),
            room_page: Cell::new(None),
            tools: Cell::new(None),
            editors: Cell::new(None),
            valency: Cell::new(None),
        }
    };
}

/// What is said of a part that does not come.
const FAILED: &str = "Its code could not be loaded: a file of this page is missing, or the network is.";

fn loader(system: &str) -> Option<RoomLoader> {
    COME.with(|come| come.loaders.borrow().iter().find(|loader| loader.name == system).copied())
}

fn part_of(system: &str) -> Option<&'static Part> {
    PARTS.iter().find(|part| part.room == system)
}

/// Whether nothing has to be loaded before a room is opened; a room that there is not needs nothing.
fn there(system: &str) -> bool {
    loader(system).is_some() || part_of(system).is_none()
}

/// Loads the code of a room. An `Err` is a sentence; the next call tries again.
pub async fn ready(system: &str) -> Result<(), &'static str> {
    let Some(part) = part_of(system).filter(|_| loader(system).is_none()) else { return Ok(()) };
    let came = (part.load)().await.map_err(|_| FAILED)?;
    COME.with(|come| {
        let mut known = come.loaders.borrow_mut();
        if !known.iter().any(|loader| loader.name == came.name) {
            known.push(came);
        }
    });
    Ok(())
}

/// Loads the code of a room that will probably be wanted; if it does not come, whoever opens the room says so.
pub fn expect(system: &'static str) {
    spawn_local(async move {
        let _ = Wanted::RoomPage.load().await;
        let _ = ready(system).await;
    });
}

/// Opens a recording whose room is [`ready`].
pub fn open(recording: &Recording) -> Opened {
    match loader(&recording.system) {
        Some(loader) => loader.open(recording, open),
        None if there(&recording.system) => Err(catalog::unknown(&recording.system)),
        None => Err(Error::NotNow("its code has not come yet".to_owned())),
    }
}

/// How far the code of a room is.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    /// It is there.
    There,
    /// It is on its way.
    Coming,
    /// It did not come: why, in a sentence, and how to try again.
    Failed(&'static str, Callback<()>),
}

/// Loads the code of a room, if there is one to load.
#[hook]
pub fn use_part(system: Option<&str>) -> Progress {
    let wanted = system.filter(|system| !there(system)).map(|system| Wanted::Room(system.to_owned()));
    use_wanted(wanted)
}

/// Loads what stands around the run of any room.
#[hook]
pub fn use_room_page(wanted: bool) -> Progress {
    use_wanted((wanted && room_page().is_none()).then_some(Wanted::RoomPage))
}

/// What stands around the run of any room, if it is there.
#[must_use]
pub fn room_page() -> Option<RoomPage> {
    COME.with(|come| come.room_page.get())
}

/// Loads the dialogs and the search when one of them is wanted.
#[hook]
pub fn use_tools(wanted: bool) -> Progress {
    use_wanted((wanted && tools().is_none()).then_some(Wanted::Tools))
}

/// The dialogs and the search, which are loaded if need be. An `Err` is a sentence.
pub async fn bring_tools() -> Result<Tools, &'static str> {
    if tools().is_none() {
        Wanted::Tools.load().await?;
    }
    tools().ok_or(FAILED)
}

/// The dialogs and the search, if they are there.
#[must_use]
pub fn tools() -> Option<Tools> {
    COME.with(|come| come.tools.get())
}

/// Loads the windows to type into when they are wanted.
#[hook]
pub fn use_editors(wanted: bool) -> Progress {
    use_wanted((wanted && editors().is_none()).then_some(Wanted::Editors))
}

/// The windows to type into, if they are there.
#[must_use]
pub fn editors() -> Option<Editors> {
    COME.with(|come| come.editors.get())
}

/// Loads the valency tree and the proof when one of them is wanted.
#[hook]
pub fn use_valency(wanted: bool) -> Progress {
    use_wanted((wanted && valency().is_none()).then_some(Wanted::Valency))
}

/// The valency tree and the proof, if they are there.
#[must_use]
pub fn valency() -> Option<Valency> {
    COME.with(|come| come.valency.get())
}

/// What can be loaded.
#[derive(Clone, PartialEq)]
enum Wanted {
    Room(String),
    RoomPage,
    Tools,
    Editors,
    Valency,
}

impl Wanted {
    async fn load(&self) -> Result<(), &'static str> {
        match self {
            Self::Room(system) => ready(system).await,
            Self::RoomPage => come(late::room_page().await, |come| &come.room_page),
            Self::Tools => come(late::tools().await, |come| &come.tools),
            Self::Editors => come(late::editors().await, |come| &come.editors),
            Self::Valency => come(late::valency().await, |come| &come.valency),
        }
    }
}

/// Keeps what has come.
fn come<T>(
    found: Result<T, SplitLoaderError>,
    place: impl FnOnce(&Come) -> &Cell<Option<T>>,
) -> Result<(), &'static str> {
    let found = found.map_err(|_| FAILED)?;
    COME.with(|come| place(come).set(Some(found)));
    Ok(())
}

#[hook]
fn use_wanted(wanted: Option<Wanted>) -> Progress {
    let tries = use_state_eq(|| 0_u32);
    // What failed, and at which try.
    let failed = use_state_eq(|| None::<(Wanted, u32, &'static str)>);
    let update = use_force_update();
    use_effect_with((wanted.clone(), *tries), {
        let failed = failed.setter();
        move |(wanted, tries)| {
            // What is not wanted any more may be wanted again: then it is tried again.
            failed.set(None);
            let (wanted, tries) = (wanted.clone(), *tries);
            spawn_local(async move {
                let Some(wanted) = wanted else { return };
                match wanted.load().await {
                    Ok(()) => update.force_update(),
                    Err(words) => failed.set(Some((wanted, tries, words))),
                }
            });
        }
    });
    let Some(wanted) = wanted else { return Progress::There };
    match failed.as_ref() {
        Some((which, when, words)) if *which == wanted && *when == *tries => {
            let (tries, next) = (tries.setter(), when + 1);
            Progress::Failed(words, Callback::from(move |()| tries.set(next)))
        }
        _ => Progress::Coming,
    }
}
