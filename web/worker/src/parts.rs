//! The code of the rooms' searches, which is loaded in parts: each when its room is asked about.
//!
//! `cargo xtask build` takes the finished program apart at the functions that are marked here, as it does with the page
//! (`web/src/lazy.rs`). Built in any other way the program is whole.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;

use catalog::Error;
use catalog::task::{Ask, Job, RoomJobs};
use impossibility::circumventions::{Way, job};
use wasm_split_helpers::SplitLoaderError;

/// What can be asked of a room, once its code has come.
type Jobs = Result<RoomJobs, SplitLoaderError>;

/// What is loaded for a room.
struct Part {
    room: &'static str,
    load: fn() -> Pin<Box<dyn Future<Output = Jobs>>>,
}

macro_rules! load_each {
    ($($part:ident: $room:ty;)+) => {
        $(
            #[cfg(in_parts)]
            #[wasm_split_helpers::wasm_split($part, fallible)]
            fn $part() -> Jobs {
                Ok(RoomJobs::of::<$room>())
            }

            #[cfg(not(in_parts))]
            async fn $part() -> Jobs {
                Ok(RoomJobs::of::<$room>())
            }
        )+

        const PARTS: &[Part] = &[$(Part { room: catalog::name_of::<$room>(), load: || Box::pin($part()) }),+];
    };
}

catalog::parts!(load_each);

/// A question: about a run of a room, or about protocols that are known.
pub(crate) enum Asked {
    Room(Ask),
    Way(Way),
}

/// What takes up the question of a way around the impossibility of consensus.
type WayOut = fn(Way) -> Box<dyn Job>;

#[cfg(in_parts)]
#[wasm_split_helpers::wasm_split(way_out, fallible)]
fn load_way_out() -> Result<WayOut, SplitLoaderError> {
    Ok(job)
}

#[cfg(not(in_parts))]
async fn load_way_out() -> Result<WayOut, SplitLoaderError> {
    Ok(job)
}

thread_local! {
    /// The rooms of the parts that have come.
    static ROOMS: RefCell<Vec<RoomJobs>> = const { RefCell::new(Vec::new()) };
    static WAY_OUT: Cell<Option<WayOut>> = const { Cell::new(None) };
}

/// What is said of a part that does not come.
const FAILED: &str = "The search cannot be loaded: a file of this page is missing, or the network is. Trying again often helps.";

/// Loads the code that a question needs. An `Err` is a sentence; the next call tries again.
pub(crate) async fn load(asked: &Asked) -> Result<(), &'static str> {
    let system = match asked {
        Asked::Way(_) => {
            let way_out = load_way_out().await.map_err(|_| FAILED)?;
            WAY_OUT.set(Some(way_out));
            return Ok(());
        }
        Asked::Room(ask) => &*ask.recording().system,
    };
    let part = PARTS.iter().find(|part| part.room == system);
    if let Some(part) = part.filter(|_| room(system).is_none()) {
        let jobs = (part.load)().await.map_err(|_| FAILED)?;
        ROOMS.with_borrow_mut(|known| known.push(jobs));
    }
    Ok(())
}

fn room(system: &str) -> Option<RoomJobs> {
    ROOMS.with_borrow(|rooms| rooms.iter().find(|room| room.name == system).copied())
}

/// Takes up a question whose code has come.
pub(crate) fn open(asked: &Asked) -> Result<Box<dyn Job>, Error> {
    match asked {
        Asked::Way(way) => {
            let absent = || Error::NotNow("its code has not come yet".to_owned());
            WAY_OUT.get().map(|open| open(*way)).ok_or_else(absent)
        }
        Asked::Room(ask) => {
            let system = &ask.recording().system;
            room(system).ok_or_else(|| catalog::unknown(system))?.open(ask)
        }
    }
}
