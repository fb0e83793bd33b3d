//! Parts of the program that are loaded when a room needs them: the code of a system (`cargo xtask build` takes them
//! apart, `web/boot.js` loads them).
//!
//! Nothing of a system but what [`catalog::rooms`] tells may be used before its part is there. Where that is forgotten,
//! or the compiler has merged two systems' functions, the call itself loads the part, with the page standing still.

use catalog::{Recording, RoomInfo, Session, Trouble};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = bivalentParts, js_name = there)]
    fn part_there(name: &str) -> bool;

    #[wasm_bindgen(js_namespace = bivalentParts, js_name = load)]
    fn load_part(name: &str) -> js_sys::Promise;

    #[wasm_bindgen(catch, js_namespace = bivalentParts, js_name = missing)]
    fn missing(number: u32) -> Result<(), JsValue>;
}

/// Makes the program one that can ask for what is missing: the calls that do are written when it is taken apart, and
/// they need this import.
pub fn install() {
    let _ = missing(u32::MAX);
}

/// Whether the code of a room is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// It is on its way.
    Coming,
    /// It is.
    There,
    /// It could not be loaded.
    Failed,
}

/// What is said of a part that could not be loaded.
pub const FAILED: &str = "This room could not be loaded: a file of this page is missing, or the network is. Reloading often helps.";

fn part_of(system: &str) -> Option<&'static str> {
    catalog::rooms().into_iter().find(|room: &RoomInfo| room.name == system).map(|room| room.part)
}

/// Loads the code of a system. One that there is not needs none.
pub async fn ready(system: &str) -> Result<(), String> {
    let Some(part) = part_of(system).filter(|part| !part_there(part)) else { return Ok(()) };
    JsFuture::from(load_part(part)).await.map(|_| ()).map_err(|_| FAILED.to_owned())
}

/// The part with what a reader asks for after the first view: dialogs, and the search.
const TOOLS: &str = "tools";

/// Whether dialogs and the search are there; they are loaded as soon as they are wanted.
#[hook]
pub fn use_tools(wanted: bool) -> bool {
    let there = part_there(TOOLS);
    let update = use_force_update();
    use_effect_with(wanted && !there, move |wanted| {
        if *wanted {
            spawn_local(async move {
                // Where they cannot be loaded the page goes on without.
                if JsFuture::from(load_part(TOOLS)).await.is_ok() {
                    update.force_update();
                }
            });
        }
    });
    there
}

/// Opens a recording, of whatever system.
pub async fn open(recording: &Recording) -> Result<Box<dyn Session>, String> {
    ready(&recording.system).await?;
    catalog::open(recording).map_err(|trouble: Trouble| trouble.to_string())
}

/// The code of a system, loaded as soon as it is wanted.
#[hook]
pub fn use_part(system: &str, wanted: bool) -> Part {
    let system = system.to_owned();
    let failed = use_state_eq(|| None::<String>);
    let update = use_force_update();
    let part = use_memo(system.clone(), |system| part_of(system));
    let there = part.is_none_or(part_there);
    use_effect_with((system.clone(), wanted && !there), {
        let failed = failed.setter();
        move |(system, wanted)| {
            if *wanted {
                let system = system.clone();
                spawn_local(async move {
                    match ready(&system).await {
                        Ok(()) => update.force_update(),
                        Err(_) => failed.set(Some(system)),
                    }
                });
            }
        }
    });
    match (there, failed.as_ref() == Some(&system)) {
        (true, _) => Part::There,
        (false, true) => Part::Failed,
        (false, false) => Part::Coming,
    }
}
