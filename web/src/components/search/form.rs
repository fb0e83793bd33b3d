//! What the search may do, and how far it goes.

use catalog::{Question, told};
use web_sys::{HtmlFormElement, HtmlInputElement};
use yew::prelude::*;

use crate::browser;
use crate::hooks::RunHandle;
use crate::tasks::{Form as Kept, Subject, TasksHandle};

/// Properties of [`Form`].
#[derive(Clone, Properties)]
pub(super) struct Props {
    /// The run.
    pub(super) handle: RunHandle,
    /// What was asked, and put in.
    pub(super) tasks: TasksHandle,
}

impl PartialEq for Props {
    /// What a reader is typing stays as it is while the run plays and while a search reports.
    fn eq(&self, other: &Self) -> bool {
        let kept = |props: &Self| props.tasks.form(&system(&props.handle));
        self.handle.same(&other.handle) && kept(self) == kept(other)
    }
}

fn system(handle: &RunHandle) -> String {
    handle.look(|run| run.session().about().room.name.to_owned())
}

/// The fields.
#[component]
pub(super) fn Form(props: &Props) -> Html {
    let (handle, tasks) = (&props.handle, &props.tasks);
    let proposed = handle.look(|run| run.session().about().limits);
    let kept = tasks.form(&system(handle));
    let within = kept.question.within(proposed).unwrap_or(proposed);
    let numbers = within.each().map(|(fault, value)| {
        let put = change(props, move |kept, value| {
            let value = u32::try_from(value).unwrap_or(fault.most);
            kept.question.limits.insert(fault.key.to_owned(), value);
        });
        number(fault.title, 0..=u64::from(fault.most), Some(u64::from(value)), &put)
    });
    html! {
        <form class="search-form" id="search-form" novalidate=true onsubmit={submit(handle, tasks)}>
            <fieldset key="faults"><legend>{ "What may happen, at most" }</legend>
                <div class="faults">{ for numbers }</div>
            </fieldset>
            { start_choice(props, &kept.question) }
            { limits(props, &kept.question) }
            if within != proposed {
                <div key="usual"><button type="button" class="link-btn small" onclick={usual(props)}>{ "As the room proposes" }</button></div>
            }
            <button key="submit" type="submit" class="hidden" tabindex="-1" aria-hidden="true"></button>
        </form>
    }
}

fn submit(handle: &RunHandle, tasks: &TasksHandle) -> Callback<SubmitEvent> {
    let (handle, tasks) = (handle.clone(), tasks.clone());
    Callback::from(move |event: SubmitEvent| {
        event.prevent_default();
        start(&handle, &tasks);
    })
}

fn usual(props: &Props) -> Callback<MouseEvent> {
    let (handle, tasks) = (props.handle.clone(), props.tasks.clone());
    Callback::from(move |_| {
        let mut kept = tasks.form(&system(&handle));
        kept.question.limits.clear();
        tasks.put(kept);
    })
}

fn start_choice(props: &Props, question: &Question) -> Html {
    let choice = |here: bool, words: &'static str| {
        let (handle, tasks) = (props.handle.clone(), props.tasks.clone());
        let onchange = Callback::from(move |_: Event| {
            let mut kept = tasks.form(&system(&handle));
            kept.question.here = here;
            tasks.put(kept);
        });
        html! {
            <label key={words} class="check"><input type="radio" name="search-from" checked={question.here == here} {onchange} />
                <span>{ words }</span></label>
        }
    };
    html! {
        <fieldset key="from" class="from"><legend>{ "Search from" }</legend>
            { choice(false, "the start") }
            { choice(true, "this moment") }
        </fieldset>
    }
}

fn limits(props: &Props, question: &Question) -> Html {
    let depth = (question.depth > 0).then_some(question.depth as u64);
    html! {
        <details key="limits" class="limits"><summary>{ "Limits and more" }</summary>
            <div class="stack">
                { number("States", 1..=50_000_000, Some(question.states as u64),
                    &change(props, |kept, value| kept.question.states = value as usize)) }
                { number("Steps deep", 1..=100_000, depth, &change(props, |kept, value| kept.question.depth = value as usize)) }
                { number("Memory (MB)", 1..=3_000, Some(question.megabytes as u64),
                    &change(props, |kept, value| kept.question.megabytes = value as usize)) }
                { switch("Count the states by the outcomes still possible", question.valency,
                    &change(props, |kept, value| kept.question.valency = value > 0)) }
                { switch("Take states that differ only in which of several alike nodes is which for one", question.symmetric,
                    &change(props, |kept, value| kept.question.symmetric = value > 0)) }
            </div>
        </details>
    }
}

/// An empty field stands for no limit where there may be none.
fn number(
    title: &'static str,
    range: std::ops::RangeInclusive<u64>,
    value: Option<u64>,
    put: &Callback<u64>,
) -> Html {
    let onchange = {
        let (put, range) = (put.clone(), range.clone());
        Callback::from(move |event: Event| {
            let Some(input) = event.target_dyn_into::<HtmlInputElement>() else { return };
            match input.value().trim().parse::<u64>() {
                Ok(value) if range.contains(&value) => put.emit(value),
                Err(_) if value.is_none() && input.value().is_empty() => put.emit(0),
                _ => {
                    input.report_validity();
                }
            }
        })
    };
    let (least, most) = (range.start().to_string(), range.end().to_string());
    let shown = value.map(|value| value.to_string()).unwrap_or_default();
    html! {
        <label key={title} class="field"><span>{ title }</span>
            <input type="number" inputmode="numeric" min={least} max={most} step="1" required={value.is_some()}
                placeholder="no limit" value={shown} {onchange} data-limit={title} /></label>
    }
}

fn switch(title: &'static str, on: bool, put: &Callback<u64>) -> Html {
    let onchange = {
        let put = put.clone();
        Callback::from(move |_: Event| put.emit(u64::from(!on)))
    };
    html! {
        <label key={title} class="check small"><input type="checkbox" role="switch" checked={on} {onchange} /><span>{ title }</span></label>
    }
}

fn change(props: &Props, change: impl Fn(&mut Kept, u64) + 'static) -> Callback<u64> {
    let (handle, tasks) = (props.handle.clone(), props.tasks.clone());
    Callback::from(move |value| {
        let mut kept = tasks.form(&system(&handle));
        change(&mut kept, value);
        tasks.put(kept);
    })
}

/// Asks what the form says about the run as it is.
pub(super) fn start(handle: &RunHandle, tasks: &TasksHandle) {
    let form = browser::document().get_element_by_id("search-form");
    let form = form.and_then(|form| wasm_bindgen::JsCast::dyn_into::<HtmlFormElement>(form).ok());
    if form.is_some_and(|form| !form.report_validity()) {
        return;
    }
    let kept = tasks.form(&system(handle));
    let subject = handle.look(|run| {
        let proposed = run.session().about().limits;
        let limits = kept.question.within(proposed).unwrap_or(proposed);
        let question = Question { limits: told(&limits), ..kept.question };
        Subject { limits: Some(limits), ..Subject::of(run.session(), question) }
    });
    tasks.start_search(subject);
}
