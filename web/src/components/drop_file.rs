//! Files that are dropped on a room.

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::dialogs::Dialog;
use crate::context::RoomContext;
use crate::lazy;
use crate::playback::Command;

/// What hears of a file that is dropped, and of one over the room. A recording opens, whatever it is about; where blocks
/// are worked for, so does a file of headers, which is no JSON.
#[must_use]
pub fn drop_file(shared: &RoomContext) -> (Callback<DragEvent>, Callback<DragEvent>) {
    let (handle, ask) = (shared.handle.clone(), shared.ask.clone());
    let work = handle.look(|run| run.session().about().room.has(catalog::Tool::MineByHand));
    let ondrop = Callback::from(move |event: DragEvent| {
        let file = event.data_transfer().and_then(|data| data.files()).and_then(|files| files.get(0));
        if let Some(file) = file {
            event.prevent_default();
            if work && !file.name().ends_with(".json") {
                ask.emit(Some(Dialog::Mine(Some(file))));
            } else {
                let handle = handle.clone();
                spawn_local(async move {
                    match lazy::bring_tools().await {
                        Ok(tools) => (tools.open_file)(&file, &handle),
                        Err(words) => handle.send(Command::Say(words.to_owned())),
                    }
                });
            }
        }
    });
    (ondrop, Callback::from(|event: DragEvent| event.prevent_default()))
}
