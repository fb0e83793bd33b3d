//! A room in a frame of another page.

use yew::prelude::*;

use super::said::said;
use super::stage::Stage;
use super::time_bar::time_bar;
use crate::context::use_room;
use crate::frame;
use crate::hooks::{use_seen, use_window};
use crate::playback::{Command, Playback};
use crate::route::{Look, View};

/// Properties of [`EmbeddedRoom`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// Shows another picture, or the valency tree.
    pub show: Callback<View>,
    /// How the link shows the run.
    pub look: Look,
    /// The dialog that is open.
    pub children: Html,
}

/// The stage and the time bar alone, in a frame of another page. It stands still while it is out of view.
#[component]
pub fn EmbeddedRoom(props: &Props) -> Html {
    let shared = use_room();
    let place = use_node_ref();
    let paused = use_mut_ref(|| false);
    let seen = use_callback(shared.handle.identity(), {
        let handle = shared.handle.clone();
        move |seen: bool, _| {
            let mut paused = paused.borrow_mut();
            let playing = handle.look(Playback::playing);
            if !seen && playing {
                *paused = true;
                handle.send(Command::Pause);
            } else if seen && std::mem::take(&mut *paused) && !playing {
                handle.send(Command::Play);
            }
        }
    });
    use_seen(&place, seen);
    use_effect_with((), |()| frame::tell_ready());
    use_window("resize", |_| frame::tell_size());
    let name = shared.handle.look(|run| {
        let about = run.session().about();
        format!("{}: {}", about.room.title, about.scenario.title)
    });
    html! {
        <div class="page embed-page" ref={place} data-test="embed">
            <main key="main" class="room">
                <h1 key="h1" class="hidden">{ name }</h1>
                <Stage key="stage" show={props.show.clone()} />
            </main>
            { time_bar(&shared, props.look) }
            { said(&shared.handle) }
            <div key="dialogs" class="dialogs">{ props.children.clone() }</div>
        </div>
    }
}
