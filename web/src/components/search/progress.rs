//! A search under way. How many states there are nobody knows before the end, so the bar shows how many of those that
//! are known have been explored.

use catalog::Findings;
use yew::prelude::*;

use crate::tasks::Task;
use crate::words;

/// How far it is.
pub(super) fn progress(task: &Task<Findings>) -> Html {
    let Some(found) = &task.found else {
        return html! { <p key="body" class="quiet small" role="status">{ "Starting…" }</p> };
    };
    let known = found.states.max(1);
    let explored = found.states.saturating_sub(found.waiting);
    html! {
        <div key="body" class="stack">
            <progress key="bar" class="known" max={known.to_string()} value={explored.to_string()}
                aria-label="Explored, of the states known so far"></progress>
            <p key="said" class="quiet small">
                { format!("{} of the {} states known so far are explored. How many there are is not known before the end.",
                    words::grouped(explored as u64), words::grouped(found.states as u64)) }</p>
            { numbers(task, found) }
        </div>
    }
}

/// The figures of a search.
pub(super) fn numbers(task: &Task<Findings>, found: &Findings) -> Html {
    let rate = if task.ms > 0.0 { found.states as f64 / task.ms * 1000.0 } else { 0.0 };
    let rows = [
        ("States", words::grouped(found.states as u64)),
        ("Transitions", words::grouped(found.transitions)),
        ("Depth", words::grouped(found.depth as u64)),
        ("Time", words::seconds(task.ms)),
        ("States a second", words::grouped(rate as u64)),
        ("Memory", words::bytes(found.bytes)),
    ];
    let row = |(name, value): (&'static str, String)| {
        html! { <div key={name} data-figure={name}><dt>{ name }</dt><dd>{ value }</dd></div> }
    };
    html! { <dl key="numbers" class="figures">{ for rows.into_iter().map(row) }</dl> }
}
