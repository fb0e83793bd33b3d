//! The dialogs of a room, of which one is open at most.

use web_sys::File;
use yew::prelude::*;

use crate::context::RoomContext;
use crate::lazy::{self, Progress, use_tools};
use crate::playback::Command;
use crate::route::Look;

/// The dialogs that there are.
#[derive(Clone, Debug, PartialEq)]
pub enum Dialog {
    /// The link to this moment.
    Share,
    /// Files.
    Download,
    /// The frame for another page.
    Embed,
    /// Keys and signs.
    Help,
    /// Cutting the network without drawing.
    Cut,
    /// Branches, side by side.
    Branches,
    /// Mining by hand, and files of real headers: one may have been dropped on the page.
    Mine(Option<File>),
}

/// The dialog that was asked for, once its code has come. Where it does not come that is said, and nothing is open.
#[hook]
pub fn use_dialog(dialog: Option<Dialog>, shared: &RoomContext, look: Look) -> Html {
    let progress = use_tools(dialog.is_some());
    let failed = if let Progress::Failed(words, _) = &progress { Some(*words) } else { None };
    use_effect_with(failed, {
        let shared = shared.clone();
        move |failed| {
            if let Some(words) = failed {
                shared.handle.send(Command::Say((*words).to_owned()));
                shared.ask.emit(None);
            }
        }
    });
    match (dialog, lazy::tools()) {
        (Some(dialog), Some(tools)) => {
            let close = Callback::from({
                let ask = shared.ask.clone();
                move |()| ask.emit(None)
            });
            (tools.dialog)(dialog, close, look)
        }
        _ => html! {},
    }
}
