//! The frame for another page: a line of HTML to copy.

use yew::prelude::*;

use super::dialog::Modal;
use super::share::CopyField;
use crate::browser;
use crate::context::use_room;
use crate::hooks::address;
use crate::route::Look;

/// Properties of [`EmbedDialog`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// How the run is shown.
    pub look: Look,
    /// Closes it.
    pub on_close: Callback<()>,
}

/// The dialog.
#[component]
pub fn EmbedDialog(props: &Props) -> Html {
    let moment = use_state_eq(|| false);
    let handle = &use_room().handle;
    let title = handle.look(|run| {
        let about = run.session().about();
        format!("{}: {}", about.room.title, about.scenario.title)
    });
    let look = Look { embed: false, play: None, ..props.look };
    let hash = if *moment { address(handle, look) } else { handle.look(|run| start(run.session(), look)) };
    let snippet = format!(
        "<iframe src=\"{}?embed{}\" title=\"{}\" width=\"100%\" height=\"520\" loading=\"lazy\" \
         allow=\"fullscreen; clipboard-write\"></iframe>",
        browser::base(),
        escape(&hash),
        escape(&title)
    );
    let choice = |at: bool, words: &'static str| {
        let set = moment.setter();
        let onchange = Callback::from(move |_| set.set(at));
        html! {
            <label key={words} class="check"><input type="radio" name="moment" checked={*moment == at} {onchange} />
                <span>{ words }</span></label>
        }
    };
    html! {
        <Modal title="Embed this run" name="embed-dialog" on_close={props.on_close.clone()}>
            <p key="text">{ "Copy this into a course page. It shows the stage and the time bar, and asks no other server for anything." }</p>
            <fieldset key="moment"><legend>{ "It opens" }</legend>
                { choice(false, "at the start of the scenario") }
                { choice(true, "at this moment, with what was done") }
            </fieldset>
            <CopyField key="field" label="HTML" value={snippet} />
        </Modal>
    }
}

/// The run without what the reader did.
fn start(session: &dyn catalog::Session, look: Look) -> String {
    let mut recording = session.recording();
    recording.at = 0;
    recording.branch = 0;
    recording.branches.clear();
    crate::route::write(&recording, &look)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}
