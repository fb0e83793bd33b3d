//! When it was decided: from which step on only one outcome of the run shown could still be decided.

use catalog::OutcomesLeftFindings;
use yew::prelude::*;

use crate::hooks::RunHandle;
use crate::playback::Command;
use crate::tasks::{Subject, Task, TaskStage, TasksHandle};

/// The panel. The strip under the scrubber shows the same.
pub(super) fn outcomes_left(handle: &RunHandle, tasks: &TasksHandle) -> Html {
    let slot = tasks.outcomes_left();
    let running = slot.as_ref().is_some_and(Task::running);
    let start = {
        let (handle, tasks) = (handle.clone(), tasks.clone());
        Callback::from(move |_| {
            handle.send(Command::Pause);
            tasks.start_outcomes_left(
                handle.look(|run| Subject::of(run.session(), catalog::Question::default())),
            );
        })
    };
    let stop = {
        let tasks = tasks.clone();
        Callback::from(move |_| tasks.stop_outcomes_left())
    };
    let fitting =
        slot.as_ref().filter(|task| handle.look(|run| task.subject.same_run(&run.session().recording())));
    html! {
        <section key="outcomes-left" class="block" aria-labelledby="outcomes-left-title" data-test="outcomes-left"
            data-stage={slot.as_ref().map(|task| super::words::stage(&task.stage))}>
            <h3 key="head" id="outcomes-left-title">{ "When was it decided?" }</h3>
            <p key="text" class="quiet small">{ "Searches from moments of this run, up to the one shown, for the step from which on only one outcome was left." }</p>
            <div key="acts" class="acts">
                <button key="start" type="button" class="btn" onclick={start} disabled={running} data-test="outcomes-left-start">{ "Find the step" }</button>
                if running { <button key="stop" type="button" class="btn" onclick={stop}>{ "Cancel" }</button> }
            </div>
            { fitting.map_or_else(|| html! { <p key="said" hidden=true></p> }, |task| said(handle, task)) }
        </section>
    }
}

fn said(handle: &RunHandle, task: &Task<OutcomesLeftFindings>) -> Html {
    let words = match (&task.stage, &task.found) {
        (TaskStage::Refused(words), _) => words.clone(),
        (TaskStage::Running | TaskStage::Stopping, _) => "Searching…".to_owned(),
        (TaskStage::Cut | TaskStage::Lost(_), _) => "Cancelled before it was known.".to_owned(),
        (TaskStage::Done, Some(found)) => found.note.clone(),
        (TaskStage::Done, None) => String::new(),
    };
    let step = task
        .found
        .as_ref()
        .filter(|_| task.stage == TaskStage::Done)
        .and_then(|found| found.spans.get(1))
        .map(|span| span.from_step);
    html! {
        <div key="said" class="stack">
            <p key="words" class="small" role="status" data-test="outcomes-left-said">{ words }</p>
            if let Some(step) = step {
                <div key="acts" class="acts"><button type="button" class="btn small-btn" onclick={handle.sends(move || Command::SeekStep(step))}>
                    { format!("Go to step {step}") }</button></div>
            }
        </div>
    }
}
