//! A run in which a property is broken, without whatever the reader did that does not matter for that.

use catalog::Minimised;
use yew::prelude::*;

use crate::browser;
use crate::hooks::RunHandle;
use crate::playback::Command;
use crate::route::{self, Look};
use crate::tasks::{Subject, Task, TaskStage, TasksHandle, same_run, use_tasks};

/// Properties of [`Shorten`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The run.
    pub handle: RunHandle,
}

/// The offer, how far it is, and what came of it.
#[component]
pub fn Shorten(props: &Props) -> Html {
    let handle = &props.handle;
    let tasks = use_tasks();
    // The shorter run is opened for whoever has waited for it here, and for nobody who has gone elsewhere since.
    let awaited = use_mut_ref(|| false);
    let slot = tasks.shorter();
    let shown = handle.look(|run| run.session().recording());
    let task = slot.as_ref().filter(|task| task.subject.same_run(&shown));
    let shorter = task.filter(|task| task.stage == TaskStage::Done).and_then(|task| task.found.clone());
    let shorter = shorter.filter(|found| found.after < found.before);
    use_effect_with(shorter.clone(), {
        let awaited = awaited.clone();
        move |shorter| {
            if let Some(shorter) = shorter.as_ref().filter(|_| awaited.take()) {
                open(shorter);
            }
        }
    });
    let about = slot.as_ref().filter(|task| {
        let found = task.found.as_ref().filter(|_| task.stage == TaskStage::Done);
        found.is_some_and(|found| found.after < found.before && same_run(&found.recording, &shown))
    });
    let words =
        about.and_then(|task| task.found.as_ref()).map(|found| result(found)).or_else(|| task.map(said));
    let running = task.is_some_and(Task::running);
    if words.is_none() && !offered(handle) {
        return html! { <div hidden=true></div> };
    }
    html! {
        <div class="stack shorten" data-test="shorten" data-stage={task.map(|task| super::search::stage(&task.stage))}>
            if let Some(words) = words { <p key="said" class="small" role="status" data-test="shorten-said">{ words }</p> }
            <div key="acts" class="acts">
                if running {
                    <button key="stop" type="button" class="btn small-btn" onclick={stop(&tasks)} data-test="shorten-cancel">{ "Cancel" }</button>
                } else if let Some(shorter) = shorter {
                    <button key="open" type="button" class="btn small-btn" onclick={Callback::from(move |_| open(&shorter))}
                        data-test="shorten-open">{ "Show the shorter run" }</button>
                } else if about.is_none() && offered(handle) {
                    <button key="start" type="button" class="btn small-btn" onclick={start(handle, &tasks, &awaited)}
                        title="Leaves out whatever you did that is not needed to break it" data-test="shorten-start">{ "Shorten this run" }</button>
                }
            </div>
        </div>
    }
}

/// Whether there is something to leave out: a schedule that the search found is a shortest one already.
fn offered(handle: &RunHandle) -> bool {
    handle.look(|run| {
        let session = run.session();
        let branch = session.position().branch;
        let done = session.branches().get(branch).map_or(0, |branch| branch.interventions);
        done > 0 && run.schedule().is_none() && session.verdicts().iter().any(|one| one.broken.is_some())
    })
}

fn start(
    handle: &RunHandle,
    tasks: &TasksHandle,
    awaited: &std::rc::Rc<std::cell::RefCell<bool>>,
) -> Callback<MouseEvent> {
    let (handle, tasks, awaited) = (handle.clone(), tasks.clone(), awaited.clone());
    Callback::from(move |_| {
        handle.send(Command::Pause);
        *awaited.borrow_mut() = true;
        tasks.start_shorter(handle.look(|run| Subject::of(run.session(), catalog::Question::default())));
    })
}

fn stop(tasks: &TasksHandle) -> Callback<MouseEvent> {
    let tasks = tasks.clone();
    Callback::from(move |_| tasks.stop_shorter())
}

fn open(shorter: &Minimised) {
    browser::go(&route::write(&shorter.recording, &Look::default()));
}

/// What is said of the shorter run, while it is shown.
fn result(found: &Minimised) -> String {
    let left = match found.after {
        0 => format!("None of the {} things you did is needed", found.before),
        1 => format!("1 of the {} things you did is left", found.before),
        more => format!("{more} of the {} things you did are left", found.before),
    };
    format!("{left}; {} is broken by them alone.", found.property)
}

/// What is said of the run that is being shortened, or was not.
fn said(task: &Task<Minimised>) -> String {
    let found = task.found.as_deref();
    match (&task.stage, found) {
        (TaskStage::Refused(words), _) => words.clone(),
        (TaskStage::Running | TaskStage::Stopping, None) => "Trying without some of what you did…".to_owned(),
        (TaskStage::Running | TaskStage::Stopping, Some(found)) => {
            format!("Trying without some of what you did… {} of {} left so far.", found.after, found.before)
        }
        (TaskStage::Cut | TaskStage::Lost(_), _) => "Cancelled: the run is as it was.".to_owned(),
        (TaskStage::Done, Some(found)) if found.after < found.before => result(found),
        (TaskStage::Done, _) => match found.map_or(0, |found| found.before) {
            0 => "Nothing that you did had anything to do with it.".to_owned(),
            1 => "What you did is needed: without it nothing is broken.".to_owned(),
            more => {
                format!("All {more} things you did are needed: without any one of them nothing is broken.")
            }
        },
    }
}
