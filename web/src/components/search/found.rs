//! What a search has found. One that was cut short says so in every place.

use catalog::{Findings, SampleRun};
use yew::prelude::*;

use super::progress::numbers;
use super::verdicts::{play, verdicts};
use super::words;
use crate::tasks::{Task, TaskStage};
use crate::words::{grouped, seconds, sentence};

/// The result in a line.
pub(super) fn title(task: &Task<Findings>) -> String {
    let Some(found) = task.found.as_ref() else {
        return if task.running() { "Searching" } else { "No search" }.to_owned();
    };
    let states = words::states(found.states);
    if task.running() {
        return "Searching".to_owned();
    }
    match words::cut(task, found) {
        Some(_) => format!("Cut short after {states}"),
        None if found.states == 1 => "The only state searched".to_owned(),
        None => format!("All {states} searched in {}", seconds(task.ms)),
    }
}

/// Everything that was found.
pub(super) fn found(task: &Task<Findings>) -> Html {
    let lost = match &task.stage {
        TaskStage::Refused(words) => Some(words.clone()),
        TaskStage::Lost(words) if words.is_empty() => {
            Some("The search did not answer any more and was ended; it had got so far.".to_owned())
        }
        TaskStage::Lost(words) => Some(format!("The search stopped: {words}")),
        TaskStage::Running | TaskStage::Stopping | TaskStage::Done | TaskStage::Cut => None,
    };
    let Some(found) = task.found.as_ref() else {
        return html! { <p key="body" class="bad" role="alert">{ lost.unwrap_or_default() }</p> };
    };
    let cut = words::cut(task, found);
    html! {
        <div key="body" class="stack found" role="status">
            if let Some(words) = lost { <p key="lost" class="bad">{ words }</p> }
            if let Some(why) = &cut {
                <p key="cut" class="cut-short" data-test="cut-short">
                    <strong>{ "Cut short: " }{ why }{ "." }</strong>
                    { format!(" {} were explored, {} more were known and left. What was found stands; what was not found may still be there.",
                        words::states(found.states.saturating_sub(found.waiting)), grouped(found.waiting as u64)) }
                </p>
            }
            if let Some(words) = &found.assumption { <p key="assumption" class="small" data-test="assumption">{ words }</p> }
            { verdicts(&found.properties, found.states, cut.is_some()) }
            { samples(&found.samples) }
            { ends(found, cut.is_some()) }
            { valency(found, cut.is_some()) }
            { numbers(task, found) }
        </div>
    }
}

fn samples(samples: &[SampleRun]) -> Html {
    let row = |sample: &SampleRun| {
        html! {
            <li key={sample.title.clone()}><span>{ sentence(&sample.title) }
                <span class="quiet small">{ format!(" {}", words::steps(sample.length)) }</span></span>
                { play(sample.run.as_ref(), "Play", &sample.title) }</li>
        }
    };
    if samples.is_empty() {
        return html! { <div key="samples" hidden=true></div> };
    }
    html! {
        <div key="samples" class="stack">
            <h4 key="head">{ "Runs worth a look" }</h4>
            <ul key="list" class="plain-list samples" data-test="samples">{ for samples.iter().map(row) }</ul>
        </div>
    }
}

/// Where nothing more can happen.
fn ends(found: &Findings, cut: bool) -> Html {
    let so_far = if cut { " so far" } else { "" };
    let words = match found.deadlocks {
        0 => format!("Something can always happen{so_far}."),
        1 => format!("In 1 state{so_far} nothing more can happen within the limits."),
        more => format!("In {} states{so_far} nothing more can happen within the limits.", grouped(more)),
    };
    html! { <p key="ends" class="small quiet" data-test="deadlocks">{ words }</p> }
}

fn valency(found: &Findings, cut: bool) -> Html {
    if found.valency.is_empty() {
        return html! { <div key="valency" hidden=true></div> };
    }
    let row = |(outcomes, count): &(String, u64)| {
        html! { <div key={outcomes.clone()}><dt>{ outcomes }</dt><dd>{ grouped(*count) }</dd></div> }
    };
    html! {
        <div key="valency" class="stack" data-test="valency">
            <h4 key="head">{ "Outcomes still possible" }</h4>
            <dl key="list" class="figures">{ for found.valency.iter().map(row) }
                if let Some(critical) = found.critical {
                    <div key="critical"><dt>{ "critical: every step decides" }</dt><dd>{ grouped(critical) }</dd></div>
                }
            </dl>
            if cut { <p key="cut" class="small quiet">{ "Of the states that were searched; the search was cut short, so more may be possible." }</p> }
        </div>
    }
}
