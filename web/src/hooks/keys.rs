//! The keys of a room.

use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

use super::{RunHandle, use_window};
use crate::playback::Command;

/// The keys of a room, which are heard unless it is `busy` with a dialog. What a control has used for itself is left to
/// it.
#[hook]
pub fn use_keys(handle: &RunHandle, help: &Callback<()>, busy: bool) {
    let (handle, help) = (handle.clone(), help.clone());
    use_window("keydown", move |event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let typing = element.as_ref().is_some_and(|element| {
            element.closest("input, select, textarea, dialog, [role=menu]").ok().flatten().is_some()
        });
        let button =
            element.is_some_and(|element| element.closest("button, a, summary").ok().flatten().is_some());
        if busy
            || typing
            || event.default_prevented()
            || event.ctrl_key()
            || event.meta_key()
            || event.alt_key()
        {
            return;
        }
        let command = match event.key().as_str() {
            " " if !button => Command::Toggle,
            "ArrowRight" => Command::Step,
            "ArrowLeft" => Command::StepBack,
            "." => next_mark(&handle),
            "," => previous_mark(&handle),
            "r" | "R" => Command::Restart,
            "?" => {
                event.prevent_default();
                return help.emit(());
            }
            _ => return,
        };
        event.prevent_default();
        handle.send(command);
    });
}

/// On to the next mark of the time bar; one step where there is none.
fn next_mark(handle: &RunHandle) -> Command {
    handle.look(|run| {
        let here = run.session().position().steps;
        let marks = run.session().marks();
        marks.iter().map(|mark| mark.0).find(|step| *step > here).map_or(Command::Step, Command::SeekStep)
    })
}

/// Back to the mark before.
fn previous_mark(handle: &RunHandle) -> Command {
    handle.look(|run| {
        let here = run.session().position().steps;
        let marks = run.session().marks();
        let before = marks.iter().rev().map(|mark| mark.0).find(|step| *step < here);
        before.map_or(Command::Restart, Command::SeekStep)
    })
}
