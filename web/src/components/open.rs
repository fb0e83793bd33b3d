//! A room with its run: head, story, stage, side and time bar, and the dialogs over them.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use catalog::{NodeId, PictureKind, Target};
use wasm_bindgen::JsCast;
use web_sys::{Element, File};
use yew::prelude::*;

use super::download::open_file;
use super::head::head;
use super::room::Opened;
use super::side::Side;
use super::stage::Stage;
use super::story::{story, story_fold};
use super::time_bar::time_bar;
use crate::app::Colours;
use crate::browser::{self, Timer};
use crate::frame;
use crate::hooks::{Desk, use_desk, use_seen, use_window};
use crate::parts::{self, Progress, use_tools};
use crate::playback::Command;
use crate::route::{self, Look, TREE, View};

/// Properties of [`OpenRoom`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The run.
    pub core: Opened,
    /// How the link shows it.
    pub look: Look,
    /// The colours of the page.
    pub theme: Colours,
}

/// The dialogs that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// Mining by hand, and files of real headers.
    Mine,
}

/// What the parts of a room share: the run, and what the reader looks at.
#[derive(Clone, PartialEq)]
pub struct Shared {
    /// The run.
    pub desk: Desk,
    /// The pictures that there are.
    pub pictures: Rc<Vec<PictureKind>>,
    /// The one that is shown, or was before the valency tree.
    pub view: PictureKind,
    /// The valency tree is shown.
    pub tree: bool,
    /// The node that is looked at.
    pub node: NodeId,
    /// The colours.
    pub theme: Colours,
    /// In a frame of another page.
    pub embed: bool,
    /// Looks at a node.
    pub look_at: Callback<NodeId>,
    /// Opens a dialog, or closes it.
    pub ask: Callback<Option<Dialog>>,
}

impl Shared {
    /// The name of what is shown.
    #[must_use]
    pub fn shown(&self) -> &'static str {
        if self.tree { TREE } else { self.view.name() }
    }
}

/// The room.
#[component]
pub fn OpenRoom(props: &Props) -> Html {
    let desk = use_desk(&props.core.core);
    let view = use_state_eq(|| props.look.view);
    let node = use_state_eq(|| 0);
    let dialog = use_state_eq(|| None::<Dialog>);
    let pictures = use_memo(desk.identity(), |_| desk.look(|run| run.session().pictures()));
    let usual = pictures.first().copied().unwrap_or(PictureKind::Ring);
    let wanted = if let Some(View::Picture(kind)) = *view { Some(kind) } else { None };
    let shown = wanted.filter(|view| pictures.contains(view)).unwrap_or(usual);
    let tree = *view == Some(View::Tree) && desk.look(|run| run.session().about().room.binary);
    let count = desk.look(|run| run.session().about().nodes.len());
    let setter = |state: &UseStateHandle<Option<Dialog>>| {
        let set = state.setter();
        Callback::from(move |dialog| set.set(dialog))
    };
    let shared = Shared {
        desk: desk.clone(),
        pictures,
        view: shown,
        tree,
        node: (*node).min(count.saturating_sub(1) as NodeId),
        theme: props.theme.clone(),
        embed: props.look.embed,
        look_at: Callback::from({
            let set = node.setter();
            move |node| set.set(node)
        }),
        ask: setter(&dialog),
    };
    let other = (shown != usual).then_some(View::Picture(shown));
    let look = Look { view: if tree { Some(View::Tree) } else { other }, ..props.look };
    use_address(&desk, look);
    use_keys(&desk, &shared.ask, dialog.is_some());
    use_title(&desk);
    let show = {
        let set = view.setter();
        Callback::from(move |view| set.set(Some(view)))
    };
    // Time stands still while a dialog is open.
    use_effect_with((desk.identity(), dialog.is_some()), {
        let desk = desk.clone();
        move |(_, open)| desk.send(Command::Hold(*open))
    });
    let dialog = use_dialog(*dialog, &shared, look);
    if props.look.embed {
        return html! { <EmbeddedRoom {shared} {show} {look}>{ dialog }</EmbeddedRoom> };
    }
    full_room(&shared, &show, look, dialog)
}

#[derive(Clone, PartialEq, Properties)]
struct BodyProps {
    shared: Shared,
    show: Callback<View>,
    look: Look,
    children: Html,
}

/// The room in a page of its own.
fn full_room(shared: &Shared, show: &Callback<View>, look: Look, dialog: Html) -> Html {
    let (ondrop, ondragover) = drop_file(shared);
    html! {
        <div class="page room-page" {ondrop} {ondragover} data-test="room">
            { head(shared) }
            <main key="main" class="room">
                { story(&shared.desk) }
                <div key="middle" class="middle">
                    { story_fold(&shared.desk) }
                    <Stage key="stage" shared={shared.clone()} show={show.clone()} />
                </div>
                <Side key="side" shared={shared.clone()} />
            </main>
            { time_bar(shared, look) }
            { log(&shared.desk) }
            <div key="dialogs" class="dialogs">{ dialog }</div>
        </div>
    }
}

/// The stage and the time bar alone, in a frame of another page. It stands still while it is out of view.
#[component]
fn EmbeddedRoom(props: &BodyProps) -> Html {
    let shared = &props.shared;
    let place = use_node_ref();
    let paused = use_mut_ref(|| false);
    let seen = use_callback(shared.desk.identity(), {
        let desk = shared.desk.clone();
        move |seen: bool, _| {
            let mut paused = paused.borrow_mut();
            let playing = desk.look(crate::playback::Playback::playing);
            if !seen && playing {
                *paused = true;
                desk.send(Command::Pause);
            } else if seen && std::mem::take(&mut *paused) && !playing {
                desk.send(Command::Play);
            }
        }
    });
    use_seen(&place, seen);
    use_effect_with((), |()| frame::tell_ready());
    use_window("resize", |_| frame::tell_size());
    let name = shared.desk.look(|run| {
        let about = run.session().about();
        format!("{}: {}", about.room.title, about.scenario.title)
    });
    html! {
        <div class="page embed-page" ref={place} data-test="embed">
            <main key="main" class="room">
                <h1 key="h1" class="hidden">{ name }</h1>
                <Stage key="stage" shared={shared.clone()} show={props.show.clone()} />
            </main>
            { time_bar(shared, props.look) }
            { log(&shared.desk) }
            <div key="dialogs" class="dialogs">{ props.children.clone() }</div>
        </div>
    }
}

/// The dialog that was asked for, once its code has come. Where it does not come that is said, and nothing is open.
#[hook]
fn use_dialog(dialog: Option<Dialog>, shared: &Shared, look: Look) -> Html {
    let progress = use_tools(dialog.is_some());
    let failed = if let Progress::Failed(words, _) = &progress { Some(*words) } else { None };
    use_effect_with(failed, {
        let shared = shared.clone();
        move |failed| {
            if let Some(words) = failed {
                shared.desk.send(Command::Say((*words).to_owned()));
                shared.ask.emit(None);
            }
        }
    });
    match (dialog, parts::tools()) {
        (Some(dialog), Some(tools)) => (tools.dialog)(dialog, shared, look),
        _ => html! {},
    }
}

/// What was said to the reader: the latest for the eye, where it matters, and the last few for a screen reader.
fn log(desk: &Desk) -> Html {
    desk.look(|run| {
        let line = |news: &crate::playback::News| html! { <p key={news.number.to_string()}>{ &news.words }</p> };
        let toast = run.news().back().filter(|news| news.shown);
        html! {
            <div key="said" class="said">
                <div key="log" class="hidden" role="log" aria-label="What happened" data-test="log">
                    { for run.news().iter().map(line) }
                </div>
                if let Some(news) = toast {
                    <p key={format!("toast-{}", news.number)} class="toast" aria-hidden="true">{ &news.words }</p>
                }
            </div>
        }
    })
}

/// The address bar holds the run as it is, so that reloading and going back keep it. It is written at most once a
/// second, and never after the reader has gone elsewhere.
#[hook]
fn use_address(desk: &Desk, look: Look) {
    let timer = use_mut_ref(|| None::<Timer>);
    // How long the writing that is to come waits, in milliseconds: none, a while, or longer while it plays.
    let waiting = use_memo(desk.identity(), |_| Cell::new(None::<i32>));
    let known = use_memo(desk.identity(), |_| RefCell::new(hash()));
    let write: Rc<dyn Fn()> = {
        let (desk, known) = (desk.clone(), Rc::clone(&known));
        Rc::new(move || {
            if *known.borrow() == hash() {
                browser::replace_address(&address(&desk, look));
                *known.borrow_mut() = hash();
            }
        })
    };
    let latest = use_mut_ref(|| Rc::clone(&write));
    *latest.borrow_mut() = Rc::clone(&write);
    use_effect_with((desk.clone(), look), {
        let (timer, waiting, latest) = (Rc::clone(&timer), Rc::clone(&waiting), Rc::clone(&latest));
        move |(desk, _)| {
            let pace = if desk.look(crate::playback::Playback::playing) { 1000 } else { 250 };
            if waiting.get().is_none_or(|known| pace < known) {
                waiting.set(Some(pace));
                *timer.borrow_mut() = Some(Timer::new(pace, move || {
                    waiting.set(None);
                    let write = Rc::clone(&*latest.borrow());
                    write();
                }));
            }
        }
    });
    use_effect_with(desk.identity(), move |_| move || drop(timer.borrow_mut().take()));
    use_window("pagehide", move |_| write());
}

fn hash() -> String {
    browser::window().location().hash().unwrap_or_default()
}

/// The address of the run as it is.
#[must_use]
pub fn address(desk: &Desk, look: Look) -> String {
    desk.look(|run| {
        let recording = run.session().recording();
        let speed = (run.speed() / run.usual_speed() - 1.0).abs() > 0.01;
        let stands = recording.at == 0 && !run.playing();
        let look = Look { speed: speed.then_some(run.speed()), play: stands.then_some(false), ..look };
        route::write(&recording, &look)
    })
}

/// The keys of the page. What a control has used for itself is left to it.
#[hook]
fn use_keys(desk: &Desk, ask: &Callback<Option<Dialog>>, busy: bool) {
    let (desk, ask) = (desk.clone(), ask.clone());
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
            "." => next_mark(&desk),
            "," => previous_mark(&desk),
            "r" | "R" => Command::Restart,
            "?" => {
                event.prevent_default();
                return ask.emit(Some(Dialog::Help));
            }
            _ => return,
        };
        event.prevent_default();
        desk.send(command);
    });
}

/// On to the next mark of the time bar; one step where there is none.
#[must_use]
pub fn next_mark(desk: &Desk) -> Command {
    desk.look(|run| {
        let here = run.session().position().steps;
        let marks = run.session().marks();
        marks.iter().map(|mark| mark.0).find(|step| *step > here).map_or(Command::Step, Command::SeekStep)
    })
}

/// Back to the mark before.
#[must_use]
pub fn previous_mark(desk: &Desk) -> Command {
    desk.look(|run| {
        let here = run.session().position().steps;
        let marks = run.session().marks();
        let before = marks.iter().rev().map(|mark| mark.0).find(|step| *step < here);
        before.map_or(Command::Restart, Command::SeekStep)
    })
}

#[hook]
fn use_title(desk: &Desk) {
    use_effect_with(desk.identity(), {
        let title = desk.look(|run| {
            let about = run.session().about();
            format!("{} · {} · Bivalent", about.scenario.title, about.room.title)
        });
        move |_| browser::document().set_title(&title)
    });
}

thread_local! {
    /// A file that was dropped on the page, for the dialog that is about to open.
    static DROPPED: RefCell<Option<File>> = const { RefCell::new(None) };
}

/// The file that was dropped, if a dialog has not taken it yet.
pub fn take_dropped() -> Option<File> {
    DROPPED.take()
}

/// A recording that is dropped on the page opens, whatever it is about; where blocks are worked for, so does a file of
/// headers, which is no JSON.
fn drop_file(shared: &Shared) -> (Callback<DragEvent>, Callback<DragEvent>) {
    let (desk, ask) = (shared.desk.clone(), shared.ask.clone());
    let work = desk.look(|run| run.session().about().room.work);
    let ondrop = Callback::from(move |event: DragEvent| {
        let file = event.data_transfer().and_then(|data| data.files()).and_then(|files| files.get(0));
        if let Some(file) = file {
            event.prevent_default();
            if work && !file.name().ends_with(".json") {
                DROPPED.set(Some(file));
                ask.emit(Some(Dialog::Mine));
            } else {
                open_file(&file, &desk);
            }
        }
    });
    (ondrop, Callback::from(|event: DragEvent| event.prevent_default()))
}

/// The target that an id of a picture stands for. A message of a space-time diagram is the message in flight, a row
/// of a table or of the logs is the node.
#[must_use]
pub fn target_of(id: &str) -> Option<Target> {
    let (kind, rest) = id.split_once(':')?;
    let number = rest.split('-').next().unwrap_or_default();
    match kind {
        "arrow" => number.parse().ok().map(Target::Message),
        "row" | "entry" => number.parse().ok().map(Target::Node),
        _ => Target::parse(id),
    }
}
