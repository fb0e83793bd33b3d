//! The grid of crash points: who crashes, and when; each cell computed by a search of its own, and a run behind it.

use catalog::Cell;
use catalog::task::GridFindings;
use yew::prelude::*;

use super::verdicts::open;
use crate::hooks::RunHandle;
use crate::tasks::{Subject, Task, TaskStage, TasksHandle};

/// What a class is called, its letter, and what it means.
struct Class {
    name: &'static str,
    letter: &'static str,
    meaning: &'static str,
}

const CLASSES: [Class; 7] = [
    Class { name: "commit", letter: "C", meaning: "every run commits" },
    Class { name: "abort", letter: "A", meaning: "every run aborts" },
    Class { name: "either", letter: "E", meaning: "commits or aborts, and all agree" },
    Class { name: "blocked", letter: "B", meaning: "somebody waits for ever" },
    Class { name: "inconsistent", letter: "X", meaning: "one commits, another aborts" },
    Class { name: "never", letter: "–", meaning: "never comes to that" },
    Class { name: "unknown", letter: "?", meaning: "too large, or a limit ends runs before all decide" },
];

fn class(name: &str) -> &'static Class {
    CLASSES.iter().find(|class| class.name == name).unwrap_or(&CLASSES[6])
}

/// The panel, for rooms that have a grid.
pub(super) fn grid(handle: &RunHandle, tasks: &TasksHandle) -> Html {
    if !handle.look(|run| run.session().about().room.grid) {
        return html! { <section key="grid" class="block" hidden=true></section> };
    }
    let slot = tasks.grid();
    let fitting =
        slot.as_ref().filter(|task| handle.look(|run| task.subject.fits(&run.session().recording())));
    let running = fitting.is_some_and(Task::running);
    let start = {
        let (handle, tasks) = (handle.clone(), tasks.clone());
        Callback::from(move |_| {
            tasks.start_grid(handle.look(|run| Subject::of(run.session(), catalog::Question::default())));
        })
    };
    let stop = {
        let tasks = tasks.clone();
        Callback::from(move |_| tasks.stop_grid())
    };
    let words =
        if fitting.is_some_and(|task| task.found.is_some()) { "Compute again" } else { "Compute the grid" };
    html! {
        <section key="grid" class="block" aria-labelledby="grid-title" data-test="grid"
            data-stage={fitting.map(|task| super::words::stage(&task.stage))}>
            <h3 key="head" id="grid-title">{ "Crash grid" }</h3>
            <p key="text" class="quiet small">{ "One node crashes at one moment and stays down. Each cell is the worst that can come of it, in every schedule; a click plays such a run." }</p>
            <div key="acts" class="acts">
                <button key="start" type="button" class="btn" onclick={start} disabled={running} data-test="grid-start">{ words }</button>
                if running { <button key="stop" type="button" class="btn" onclick={stop} data-test="grid-cancel">{ "Cancel" }</button> }
            </div>
            { fitting.map_or_else(|| html! { <div key="body" hidden=true></div> }, body) }
        </section>
    }
}

fn body(task: &Task<GridFindings>) -> Html {
    let said = match &task.stage {
        TaskStage::Refused(words) | TaskStage::Lost(words) if !words.is_empty() => Some(words.clone()),
        TaskStage::Cut | TaskStage::Lost(_) => {
            Some("Cancelled: cells without a letter were not computed.".to_owned())
        }
        TaskStage::Running | TaskStage::Stopping | TaskStage::Done | TaskStage::Refused(_) => None,
    };
    let Some(found) = task.found.as_ref() else {
        return html! { <p key="body" class="quiet small" role="status">{ said.unwrap_or_else(|| "Starting…".to_owned()) }</p> };
    };
    let all = found.rows.len() * found.columns.len();
    let progress = if task.running() {
        format!("{} of {all} cells computed…", found.cells.len())
    } else {
        String::new()
    };
    html! {
        <div key="body" class="stack">
            <p key="said" class="small quiet" role="status">{ said.unwrap_or(progress) }</p>
            { table(found, task.running()) }
            { legend(found) }
        </div>
    }
}

/// The moments are the rows: they have long names, and the side is narrow.
fn table(found: &GridFindings, running: bool) -> Html {
    let row = |(column, moment): (usize, &String)| {
        let cells = (0..found.rows.len()).map(|node| {
            let cell = found.cells.iter().find(|cell| cell.row == node && cell.column == column);
            html! { <td key={node.to_string()}>{ cell_html(cell, &found.rows[node], moment, running) }</td> }
        });
        html! { <tr key={moment.clone()}><th scope="row">{ moment }</th>{ for cells }</tr> }
    };
    html! {
        <table key="table" class="grid">
            <caption class="hidden">{ "What comes of a crash, by moment and node" }</caption>
            <thead><tr><th scope="col"><span class="hidden">{ "Moment" }</span></th>
                { for found.rows.iter().map(|node| html! { <th key={node.clone()} scope="col">{ node }</th> }) }</tr></thead>
            <tbody>{ for found.columns.iter().enumerate().map(row) }</tbody>
        </table>
    }
}

fn cell_html(cell: Option<&Cell>, node: &str, moment: &str, running: bool) -> Html {
    let Some(cell) = cell else {
        let label = if running { "not yet computed" } else { "not computed" };
        return html! { <span class="cell empty" role="img" aria-label={format!("{node}, {moment}: {label}")}></span> };
    };
    let class = class(&cell.class);
    let kind = classes!("cell", class.name);
    let label = format!("{node} crashes, {moment}: {}, {}", class.name, super::words::states(cell.states));
    match &cell.run {
        Some(run) => {
            let onclick = {
                let run = run.clone();
                Callback::from(move |_| open(&run))
            };
            html! {
                <button type="button" class={kind} title={label.clone()} aria-label={format!("{label}. Play a run that ends so")}
                    {onclick} data-class={class.name}>{ class.letter }</button>
            }
        }
        None => html! {
            <span class={kind} role="img" title={label.clone()} aria-label={label} data-class={class.name}>{ class.letter }</span>
        },
    }
}

fn legend(found: &GridFindings) -> Html {
    let there = CLASSES.iter().filter(|class| found.cells.iter().any(|cell| cell.class == class.name));
    html! {
        <ul key="legend" class="plain-list grid-legend small">
            { for there.map(|class| html! {
                <li key={class.name}><span class={classes!("cell", class.name)} aria-hidden="true">{ class.letter }</span>
                    <span><strong>{ class.name }</strong>{ format!(": {}", class.meaning) }</span></li>
            }) }
        </ul>
    }
}
