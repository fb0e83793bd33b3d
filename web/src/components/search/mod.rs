//! The search: every schedule within limits, from the start or from this moment; what it found; and how it is asked.

mod form;
mod found;
mod grid;
mod offers;
mod outcomes_left;
mod progress;
mod verdicts;
mod words;

pub use words::stage;

use yew::prelude::*;

use crate::hooks::RunHandle;
use crate::tasks::{Task, TaskStage, TasksHandle, use_tasks};

/// Properties of [`Search`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The run.
    pub handle: RunHandle,
    /// Shows the rules.
    pub show_rules: Callback<()>,
}

/// The tab.
#[component]
pub fn Search(props: &Props) -> Html {
    let tasks = use_tasks();
    use_effect_with((), {
        let tasks = tasks.clone();
        move |()| tasks.warm()
    });
    let system = props.handle.look(|run| run.session().about().room.name);
    let (ruled, rules_off) = props.handle.look(|run| {
        let rules = &run.session().about().rules;
        let off = rules.iter().filter(|rule| !rule.on).map(|rule| rule.title);
        (!rules.is_empty(), off.collect::<Vec<_>>())
    });
    html! {
        <>
            <section key="ask" class="block" aria-labelledby="search-title" data-test="search">
                <h3 key="head" id="search-title">{ "Search every schedule" }</h3>
                <p key="text" class="quiet small">{ "Tries every order of deliveries, timeouts and faults within these limits, and checks every property in every state." }</p>
                <p key="limit" class="quiet small" data-test="search-limit">{ words::limit(&tasks.form(system).question) }</p>
                if ruled { { off(&rules_off, &props.show_rules) } }
                if ruled { { offers::offers(&props.handle, &tasks) } }
                <form::Form key="form" handle={props.handle.clone()} tasks={tasks.clone()} />
                { buttons(&props.handle, &tasks) }
            </section>
            { results(&props.handle, &tasks) }
            { grid::grid(&props.handle, &tasks) }
            { outcomes_left::outcomes_left(&props.handle, &tasks) }
        </>
    }
}

fn off(rules: &[&'static str], show_rules: &Callback<()>) -> Html {
    let onclick = {
        let show = show_rules.clone();
        Callback::from(move |_| show.emit(()))
    };
    let link =
        |words: &'static str| html! { <button type="button" class="link-btn" {onclick}>{ words }</button> };
    if rules.is_empty() {
        return html! {
            <p key="off" class="small" data-test="search-rules">{ "Every rule is on. " }{ link("Switch one off") }
                { ", or see below for each what breaks without it: not every rule matters within these limits." }</p>
        };
    }
    html! {
        <div key="off" class="small" data-test="search-rules">
            <p>{ "Switched off:" }</p>
            <ul class="plain-list off-list">
                { for rules.iter().map(|rule| html! { <li key={*rule}><span class="badge warn">{ "off" }</span>{ " " }{ *rule }</li> }) }
            </ul>
            <p>{ link("Change the rules") }</p>
        </div>
    }
}

fn buttons(handle: &RunHandle, tasks: &TasksHandle) -> Html {
    let search = tasks.search();
    let running = search.as_ref().is_some_and(Task::running);
    let stopping = search.as_ref().is_some_and(|task| task.stage == TaskStage::Stopping);
    let start = {
        let (handle, tasks) = (handle.clone(), tasks.clone());
        Callback::from(move |_| form::start(&handle, &tasks))
    };
    let stop = {
        let tasks = tasks.clone();
        Callback::from(move |_| tasks.stop_search())
    };
    html! {
        <div key="acts" class="acts">
            <button key="start" type="button" class="btn main" onclick={start} disabled={running} data-test="search-start">{ "Search" }</button>
            if running {
                <button key="stop" type="button" class="btn" onclick={stop} disabled={stopping} data-test="search-cancel">
                    { if stopping { "Ending…" } else { "Cancel" } }</button>
            }
        </div>
    }
}

fn results(handle: &RunHandle, tasks: &TasksHandle) -> Html {
    let search = tasks.search();
    let Some(task) = &*search else {
        return html! { <section key="results" class="block" hidden=true></section> };
    };
    let body = if task.running() { progress::progress(task) } else { found::found(task) };
    html! {
        <section key="results" class="block" aria-labelledby="results-title" data-test="search-results"
            data-stage={words::stage(&task.stage)}>
            <h3 key="head" id="results-title">{ found::title(task) }</h3>
            { subject(handle, task) }
            { body }
        </section>
    }
}

/// What was searched; where the run shown is another by now, a way back.
fn subject<T>(handle: &RunHandle, task: &Task<T>) -> Html {
    let subject = &task.subject;
    let here = handle.look(|run| subject.fits(&run.session().recording()));
    let from = if subject.question.here {
        format!("from {}", crate::words::time(catalog::Micros(subject.recording.at), false))
    } else {
        "from the start".to_owned()
    };
    let within = subject
        .limits
        .filter(|limits| !limits.faults().is_empty())
        .map_or_else(String::new, |limits| format!(", {}", words::within(&limits)));
    let off = match subject.off.len() {
        0 if handle.look(|run| run.session().about().rules.is_empty()) => String::new(),
        0 => " Every rule on.".to_owned(),
        _ => {
            let rules = subject.off.iter().map(|rule| rule.trim_end_matches('.'));
            format!(" Without: {}.", rules.collect::<Vec<_>>().join("; "))
        }
    };
    let look = crate::route::Look::default();
    html! {
        <div key="subject" class="small quiet" data-test="search-subject">
            <p>{ format!("{}, {from}{within}.{off}", subject.title) }</p>
            if !here {
                <p><strong>{ "Not the setting shown now. " }</strong>
                    <a href={crate::route::write(&subject.recording, &look)}>{ "Go back to it" }</a></p>
            }
        </div>
    }
}
