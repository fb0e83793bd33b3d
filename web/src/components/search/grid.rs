//! The grid of crash points: who crashes, and when; each cell computed by a search of its own, and a run behind it.

use catalog::Cell;
use catalog::task::GridFindings;
use yew::prelude::*;

use super::verdicts::open;
use crate::hooks::RunHandle;
use crate::tasks::{Subject, Task, TaskStage, TasksHandle};

/// How a cell is told: a name, a letter, what it means, and a look of its own.
#[derive(PartialEq)]
struct Sign {
    name: String,
    letter: String,
    meaning: String,
    look: String,
}

/// The signs of all cells but those in which one outcome is decided, in the order of the legend.
const CLASSES: [(&str, &str, &str); 6] = [
    ("either", "E", "one or the other, and all agree"),
    ("nothing", "N", "nobody decides, and nobody waits"),
    ("blocked", "B", "somebody waits for ever"),
    ("inconsistent", "X", "two outcomes in one run"),
    ("never", "–", "never comes to that"),
    ("unknown", "?", "too large, or a limit ends runs before all decide"),
];

impl Sign {
    fn of(cell: &Cell) -> Self {
        if let [(outcome, name)] = &*cell.outcomes {
            let letter = name.chars().take(1).flat_map(char::to_uppercase).collect();
            let meaning = format!("every run ends with {name}");
            return Self { name: name.clone(), letter, meaning, look: format!("outcome-{outcome}") };
        }
        let name = if cell.class == "decided" { "either" } else { &*cell.class };
        let (name, letter, meaning) =
            CLASSES.into_iter().find(|(known, ..)| *known == name).unwrap_or(CLASSES[5]);
        Self {
            name: name.to_owned(),
            letter: letter.to_owned(),
            meaning: meaning.to_owned(),
            look: name.to_owned(),
        }
    }
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
    let sign = Sign::of(cell);
    let kind = classes!("cell", sign.look);
    let label = format!("{node} crashes, {moment}: {}, {}", sign.name, super::words::states(cell.states));
    match &cell.run {
        Some(run) => {
            let onclick = {
                let run = run.clone();
                Callback::from(move |_| open(&run))
            };
            html! {
                <button type="button" class={kind} title={label.clone()} aria-label={format!("{label}. Play a run that ends so")}
                    {onclick} data-class={sign.name}>{ sign.letter }</button>
            }
        }
        None => html! {
            <span class={kind} role="img" title={label.clone()} aria-label={label} data-class={sign.name}>{ sign.letter }</span>
        },
    }
}

/// The signs that are there: first what is decided, in the order of the outcomes.
fn legend(found: &GridFindings) -> Html {
    let place = |cell: &&Cell| match &*cell.outcomes {
        [(outcome, _)] => usize::from(*outcome),
        _ => 16 + CLASSES.iter().position(|(name, ..)| *name == cell.class).unwrap_or(0),
    };
    let mut cells: Vec<&Cell> = found.cells.iter().collect();
    cells.sort_by_key(place);
    let mut there: Vec<Sign> = cells.into_iter().map(Sign::of).collect();
    there.dedup();
    html! {
        <ul key="legend" class="plain-list grid-legend small">
            { for there.into_iter().map(|sign| html! {
                <li key={sign.name.clone()}><span class={classes!("cell", sign.look)} aria-hidden="true">{ sign.letter }</span>
                    <span><strong>{ sign.name }</strong>{ format!(": {}", sign.meaning) }</span></li>
            }) }
        </ul>
    }
}
