//! What each rule is for: a search, or a run, in which something breaks without it. The catalogue's tests make sure of
//! every one of them.

use catalog::{Question, RuleOffer, RuleValue};
use yew::prelude::*;

use super::words;
use crate::browser;
use crate::hooks::RunHandle;
use crate::route::{self, Look};
use crate::tasks::{Form, Subject, TasksHandle};

/// The rules, each with what shows what it is for.
pub(super) fn offers(handle: &RunHandle, tasks: &TasksHandle) -> Html {
    let offers = handle.look(|run| {
        let room = &run.session().about().room;
        room.rules.iter().map(|rule| (rule.clone(), RuleOffer::of(room, rule))).collect::<Vec<_>>()
    });
    html! {
        <details key="offers" class="offers" data-test="rule-offers">
            <summary>{ "What breaks without each rule" }</summary>
            <ul class="plain-list rules">{ for offers.iter().map(|(rule, offer)| row(rule, offer, tasks)) }</ul>
        </details>
    }
}

fn row(rule: &RuleValue, offer: &RuleOffer, tasks: &TasksHandle) -> Html {
    let onclick = {
        let (rule, offer, tasks) = (rule.clone(), offer.clone(), tasks.clone());
        Callback::from(move |_| begin(&rule, &offer, &tasks))
    };
    let act = if offer.question.is_some() { "Search without it" } else { "Play without it" };
    let label = format!("{act}: {}", rule.title);
    html! {
        <li key={rule.name} data-offer={rule.name}>
            <span>{ rule.title }</span>
            <p class="quiet small why">{ said(rule, offer) }</p>
            <button type="button" class="btn small-btn" aria-label={label} {onclick}>{ act }</button>
        </li>
    }
}

/// Where something breaks, and within which limits.
fn said(rule: &RuleValue, offer: &RuleOffer) -> String {
    let scenario = setting(offer);
    match (offer.breaks, offer.since) {
        (Some(property), None) => {
            format!("Without it, {property} is broken in {scenario} {}.", words::within(&rule.limits))
        }
        (Some(property), Some(since)) => {
            format!("Without it, {property} is broken in the run of {scenario}. No search shows it: {since}.")
        }
        (None, since) => format!("No property needs it: {}. See {scenario}.", since.unwrap_or_default()),
    }
}

/// `“First election” (servers 3)`.
fn setting(offer: &RuleOffer) -> String {
    let changed = offer.recording.options.iter().map(|(name, value)| format!("{name} {value}"));
    let changed = changed.collect::<Vec<_>>().join(", ");
    let scenario = offer.scenario;
    if changed.is_empty() { format!("“{scenario}”") } else { format!("“{scenario}” ({changed})") }
}

/// Opens the scenario without the rule, and searches or plays it.
fn begin(rule: &RuleValue, offer: &RuleOffer, tasks: &TasksHandle) {
    let play = offer.question.is_none().then_some(true);
    browser::go(&route::write(&offer.recording, &Look { play, ..Look::default() }));
    let Some(question) = offer.question.clone() else { return };
    let form = Form {
        system: offer.recording.system.clone(),
        question: Question { limits: question.limits.clone(), ..Question::default() },
    };
    tasks.put(form);
    let title = setting(offer);
    tasks.start_search(Subject {
        recording: offer.recording.clone(),
        question,
        limits: Some(rule.limits),
        title,
        off: vec![rule.title],
    });
}
