//! A room with its run: head, story, stage, side and time bar, and the dialogs over them.

use catalog::{Diagram, NodeId, Tool};
use yew::prelude::*;

use super::dialogs::{Dialog, use_dialog};
use super::drop_file::drop_file;
use super::embedded::EmbeddedRoom;
use super::head::head;
use super::said::said;
use super::side::Side;
use super::stage::Stage;
use super::story::{story, story_fold};
use super::time_bar::time_bar;
use crate::browser;
use crate::context::RoomContext;
use crate::hooks::{Run, RunHandle, use_address, use_keys, use_run};
use crate::playback::Command;
use crate::route::{Look, View};

/// Properties of [`OpenRoom`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The run.
    pub run: Run,
    /// How the link shows it.
    pub look: Look,
}

/// The room.
#[component]
pub fn OpenRoom(props: &Props) -> Html {
    let handle = use_run(&props.run);
    let view = use_state_eq(|| props.look.view);
    let dialog = use_state_eq(|| None::<Dialog>);
    let (shared, look) = use_looked_at(&handle, *view, props.look, &dialog);
    use_address(&handle, look);
    let help = use_callback((), {
        let dialog = dialog.setter();
        move |(), ()| dialog.set(Some(Dialog::Help))
    });
    use_keys(&handle, &help, dialog.is_some());
    use_title(&handle);
    let show = use_callback((), {
        let view = view.setter();
        move |chosen, ()| view.set(Some(chosen))
    });
    // Time stands still while a dialog is open.
    use_effect_with((handle.identity(), dialog.is_some()), {
        let handle = handle.clone();
        move |(_, open)| handle.send(Command::Hold(*open))
    });
    let dialog = use_dialog((*dialog).clone(), &shared, look);
    let body = if props.look.embed {
        html! { <EmbeddedRoom {show} {look}>{ dialog }</EmbeddedRoom> }
    } else {
        full_room(&shared, &show, look, dialog)
    };
    html! { <ContextProvider<RoomContext> context={shared}>{ body }</ContextProvider<RoomContext>> }
}

/// What the reader looks at, and how a link shows it.
#[hook]
fn use_looked_at(
    handle: &RunHandle,
    view: Option<View>,
    look: Look,
    dialog: &UseStateHandle<Option<Dialog>>,
) -> (RoomContext, Look) {
    let node = use_state_eq(|| 0);
    let diagrams = use_memo(handle.identity(), |_| handle.look(|run| run.session().diagrams()));
    let usual = diagrams.first().copied().unwrap_or(Diagram::RING);
    let wanted = if let Some(View::Diagram(key)) = view { Some(key) } else { None };
    let shown = wanted.and_then(|key| diagrams.iter().find(|diagram| diagram.key == &*key)).copied();
    let shown = shown.unwrap_or(usual);
    let tree = view == Some(View::Tree) && handle.look(|run| run.session().about().room.has(Tool::Valency));
    let count = handle.look(|run| run.session().about().nodes.len());
    let look_at = use_callback((), {
        let node = node.setter();
        move |chosen, ()| node.set(chosen)
    });
    let ask = use_callback((), {
        let dialog = dialog.setter();
        move |wanted, ()| dialog.set(wanted)
    });
    let shared = RoomContext {
        handle: handle.clone(),
        diagrams,
        view: shown,
        tree,
        node: (*node).min(count.saturating_sub(1) as NodeId),
        embed: look.embed,
        look_at,
        ask,
    };
    let other = (shown != usual).then(|| View::named(shown.key)).flatten();
    (shared, Look { view: if tree { Some(View::Tree) } else { other }, ..look })
}

/// The room in a page of its own.
fn full_room(shared: &RoomContext, show: &Callback<View>, look: Look, dialog: Html) -> Html {
    let (ondrop, ondragover) = drop_file(shared);
    html! {
        <div class="page room-page" {ondrop} {ondragover} data-test="room">
            { head(shared) }
            <main key="main" class="room">
                { story(&shared.handle) }
                <div key="middle" class="middle">
                    { story_fold(&shared.handle) }
                    <Stage key="stage" show={show.clone()} />
                </div>
                <Side key="side" />
            </main>
            { time_bar(shared, look) }
            { said(&shared.handle) }
            <div key="dialogs" class="dialogs">{ dialog }</div>
        </div>
    }
}

#[hook]
fn use_title(handle: &RunHandle) {
    use_effect_with(handle.identity(), {
        let title = handle.look(|run| {
            let about = run.session().about();
            format!("{} · {} · Bivalent", about.scenario.title, about.room.title)
        });
        move |_| browser::document().set_title(&title)
    });
}
