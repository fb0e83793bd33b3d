//! The triangle: which protocol has which of agreement, termination and fault tolerance.

use catalog::Recording;
use impossibility::circumventions::{Found, Held, Placed, Way};
use yew::prelude::*;

use super::{refused, use_ask};
use crate::route::{self, Look};
use crate::valency::lemmas::part;
use crate::valency::play;
use crate::words::{fixed, grouped};

#[component]
pub(super) fn Triangle() -> Html {
    let asked = use_ask();
    let place = asked.ask.reform(|_: MouseEvent| Way::Triangle);
    let body = html! {
        <>
            <div class="acts"><button type="button" class="btn small-btn" onclick={place} disabled={asked.answer.running}
                data-test="triangle">{ "Place every protocol" }</button></div>
            { refused(&asked.answer) }
            if let Some(Found::Triangle { placed, of }) = asked.answer.found.as_deref() {
                { results(placed, *of, asked.answer.running) }
            }
        </>
    };
    let mathematics = html! {
        <math display="block"><mrow><mi>{ "A" }</mi><mo>{ "∧" }</mo><mi>{ "T" }</mi><mo>{ "∧" }</mo><mi>{ "F" }</mi><mo>{ "⇒" }</mo>
            <mtext>{ "time, or chance" }</mtext></mrow></math>
    };
    let words = "Agreement, termination, fault tolerance: all three take bounded time, a failure detector or a coin. Each \
                 protocol is placed by searches within the bounds of its scenario. Agreement: in every schedule, with one \
                 crash. Termination: in every fair schedule without a crash, and against the scheduler of the proof. Fault \
                 tolerance: wherever one process crashes, the others can still decide. A \"no\" plays the run that shows \
                 it, and the list below the table says what each answer was checked for. Raft is here because its random timeouts are \
                 often said to make it terminate with probability 1: by themselves they do not.";
    part("The triangle", mathematics, words, body)
}

fn results(placed: &[Placed], of: usize, running: bool) -> Html {
    let states: usize = placed.iter().map(|one| one.states).sum();
    let said = if running {
        format!("Protocol {} of {of}, {} configurations so far…", placed.len(), grouped(states as u64))
    } else {
        format!("{of} protocols, {} configurations.", grouped(states as u64))
    };
    html! {
        <div class="stack">
            <p class="small" role="status" data-test="triangle-said">{ said }</p>
            { picture(placed) }
            <table class="way-table" data-test="placed">
                <caption class="hidden">{ "Which protocol has which property" }</caption>
                <thead><tr><th scope="col">{ "protocol" }</th><th scope="col">{ "agrees" }</th><th scope="col">{ "terminates" }</th>
                    <th scope="col">{ "tolerates a crash" }</th></tr></thead>
                <tbody>{ for placed.iter().enumerate().map(row) }</tbody>
            </table>
            <details class="small" data-test="placed-why">
                <summary>{ "What each answer was checked for" }</summary>
                <ul>{ for placed.iter().map(why) }</ul>
            </details>
        </div>
    }
}

fn row((place, one): (usize, &Placed)) -> Html {
    let mut there = Recording::new(&one.room, &one.scenario, 1);
    there.options = one.options.clone();
    let link = route::write(&there, &Look::default());
    html! {
        <tr key={one.scenario.clone()} data-test="placed-row" data-scenario={one.scenario.clone()}>
            <th scope="row"><a href={link}>{ format!("{}. {}", place + 1, one.title) }</a></th>
            { cell(&one.agreement) }{ cell(&one.termination) }{ cell(&one.tolerance) }
        </tr>
    }
}

/// The three answers in sentences.
fn why(one: &Placed) -> Html {
    let words = [&one.agreement.words, &one.termination.words, &one.tolerance.words];
    html! {
        <li key={one.scenario.clone()}><strong>{ format!("{}. ", one.title) }</strong>
            { words.map(String::as_str).join(" ") }</li>
    }
}

fn cell(held: &Held) -> Html {
    let word = match held.holds {
        Some(true) => "yes",
        Some(false) => "no",
        None => "…",
    };
    let title = held.words.clone();
    match &held.run {
        Some(run) => {
            let onclick = {
                let run = run.clone();
                Callback::from(move |_: MouseEvent| play(run.clone()))
            };
            html! { <td><button type="button" class="btn small-btn" {title} {onclick} aria-label={format!("No: {} Play it", held.words)}>{ word }</button></td> }
        }
        None => html! { <td {title}>{ word }</td> },
    }
}

/// The corners: agreement, termination, fault tolerance.
const CORNERS: [(f64, f64); 3] = [(150.0, 28.0), (32.0, 200.0), (268.0, 200.0)];

/// Each protocol stands in the middle of what it has.
fn picture(placed: &[Placed]) -> Html {
    let mut spots: Vec<((f64, f64), Vec<String>)> = Vec::new();
    for (place, one) in placed.iter().enumerate() {
        let held = [&one.agreement, &one.termination, &one.tolerance].map(|held| held.holds == Some(true));
        let known =
            [&one.agreement, &one.termination, &one.tolerance].iter().all(|held| held.holds.is_some());
        let corners: Vec<(f64, f64)> =
            held.iter().zip(CORNERS).filter(|(held, _)| **held).map(|(_, corner)| corner).collect();
        if !known || corners.is_empty() {
            continue;
        }
        let count = corners.len() as f64;
        let sum = corners.iter().fold((0.0, 0.0), |sum, corner| (sum.0 + corner.0, sum.1 + corner.1));
        let spot = (sum.0 / count, sum.1 / count);
        match spots.iter_mut().find(|(known, _)| *known == spot) {
            Some((_, names)) => names.push((place + 1).to_string()),
            None => spots.push((spot, vec![(place + 1).to_string()])),
        }
    }
    let text = |value: f64| fixed(value, 1);
    let [top, left, right] = CORNERS;
    let points = [top, left, right].map(|(x, y)| format!("{},{}", text(x), text(y))).join(" ");
    html! {
        <svg class="way-triangle" viewBox="0 0 300 224" role="img" aria-label="Each protocol between the properties that it has; the table says the same">
            <polygon {points} />
            <text x={text(top.0)} y={text(top.1 - 10.0)}>{ "agreement" }</text>
            <text x={text(left.0 + 10.0)} y={text(left.1 + 18.0)}>{ "termination" }</text>
            <text x={text(right.0 - 20.0)} y={text(right.1 + 18.0)}>{ "fault tolerance" }</text>
            { for spots.iter().map(|((x, y), names)| {
                let names = names.join(", ");
                let wide = 14.0 + 7.0 * names.len() as f64;
                html! {
                    <g key={names.clone()}>
                        <rect x={text(x - wide / 2.0)} y={text(y - 11.0)} width={text(wide)} height="22" rx="11" />
                        <text class="spot" x={text(*x)} y={text(y + 4.5)}>{ &names }</text>
                    </g>
                }
            }) }
        </svg>
    }
}
