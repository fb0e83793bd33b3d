//! Time: the bound on delays can be moved, and the same protocol decides; and what a wrong suspicion costs.

use impossibility::circumventions::{Delays, Found, Lasted, PATIENCE_MS, Way};
use yew::prelude::*;

use super::chart::{Bars, bars};
use super::{refused, use_ask};
use crate::valency::lemmas::part;
use crate::words::fixed;

/// Bounds that can be chosen, in milliseconds.
const BOUNDS: [u64; 9] = [5, 10, 20, 30, 60, 120, 250, 500, 1_000];
/// The one at first.
const FIRST: usize = 3;

#[component]
pub(super) fn Time() -> Html {
    let asked = use_ask();
    let place = use_state_eq(|| FIRST);
    let crash = use_state_eq(|| false);
    let ask = {
        let ask = asked.ask.clone();
        move |place: usize, crash: bool| ask.emit(Way::Delays { most_ms: BOUNDS[place], crash })
    };
    let moved = {
        let (place, ask, crash) = (place.setter(), ask.clone(), *crash);
        Callback::from(move |event: InputEvent| {
            let input: Option<web_sys::HtmlInputElement> = event.target_dyn_into();
            let value = input.and_then(|input| input.value().parse().ok()).unwrap_or(FIRST);
            let value = value.min(BOUNDS.len() - 1);
            place.set(value);
            ask(value, crash);
        })
    };
    let crashes = {
        let (crash, ask, place) = (crash.setter(), ask.clone(), *place);
        Callback::from(move |event: Event| {
            let input: Option<web_sys::HtmlInputElement> = event.target_dyn_into();
            let on = input.is_some_and(|input| input.checked());
            crash.set(on);
            ask(place, on);
        })
    };
    let run = {
        let (place, crash) = (*place, *crash);
        Callback::from(move |_: MouseEvent| ask(place, crash))
    };
    let bound = format!("{} ms", BOUNDS[*place]);
    let body = html! {
        <>
            <label class="small">{ "No message takes longer than " }<output>{ bound.clone() }</output>
                <input type="range" class="way-range" min="0" max={(BOUNDS.len() - 1).to_string()} value={place.to_string()}
                    aria-valuetext={bound} oninput={moved} data-test="bound" /></label>
            <label class="small"><input type="checkbox" checked={*crash} onchange={crashes} data-test="bound-crash" />
                { " The first coordinator, p1, crashes before its first step" }</label>
            <div class="acts"><button type="button" class="btn small-btn" onclick={run} disabled={asked.answer.running}
                data-test="delays">{ "Measure" }</button></div>
            { refused(&asked.answer) }
            if let Some(Found::Delays(delays)) = asked.answer.found.as_deref() { { results(delays) } }
        </>
    };
    let mathematics = html! {
        <math display="block"><mrow><mi>{ "δ" }</mi><mo>{ "≤" }</mo><mi>{ "Δ" }</mi><mo>{ "⇒" }</mo>
            <mtext>{ "all decide" }</mtext></mrow></math>
    };
    let words = format!(
        "The rotating coordinator again. Who has waited for the coordinator of round r for r times {PATIENCE_MS} ms suspects it. \
         Far below that nobody is suspected wrongly, and the first round decides. Above it rounds are lost to wrong \
         suspicions, until a round's patience is longer than the delays: a detector of failures that is right in the end \
         is enough. Agreement holds all the while."
    );
    part("Time, and a failure detector", mathematics, &words, body)
}

fn results(delays: &Delays) -> Html {
    let decided: Vec<u64> = delays.runs.iter().filter_map(|run| run.decided_us).collect();
    let longest = decided.iter().copied().max().unwrap_or_default();
    let mean = decided.iter().sum::<u64>() as f64 / decided.len().max(1) as f64;
    let words = format!(
        "{} of {} runs decided: after {} ms on average, and {} ms at most.",
        decided.len(),
        delays.runs.len(),
        fixed(mean / 1000.0, 0),
        fixed(longest as f64 / 1000.0, 0)
    );
    let width = (longest / 24_000 + 1) * 1000;
    let mut shares = vec![0.0; 24];
    for &at in &decided {
        shares[(at / width) as usize] += 1.0 / decided.len() as f64;
    }
    let names: Vec<String> = (0..24).map(|bin| (bin * width / 1000).to_string()).collect();
    html! {
        <div class="stack" data-test="delays-said" data-most={delays.most_ms.to_string()}>
            <p role="status">{ &words }</p>
            { bars(&Bars { unit: "from ms", shares: &shares, exact: &[], names: &names, label: &words }) }
            { costs(&delays.runs) }
        </div>
    }
}

/// What wrong suspicions cost.
fn costs(runs: &[Lasted]) -> Html {
    let most = runs.iter().map(|run| run.wrong).max().unwrap_or_default();
    let row = |wrong: u32| {
        let these: Vec<&Lasted> = runs.iter().filter(|run| run.wrong.min(ROWS) == wrong).collect();
        let mean = |of: fn(&Lasted) -> f64| {
            fixed(these.iter().map(|run| of(run)).sum::<f64>() / these.len() as f64, 1)
        };
        let name = if wrong == ROWS { format!("{ROWS} or more") } else { wrong.to_string() };
        if these.is_empty() {
            return html! {};
        }
        html! {
            <tr key={wrong}><th scope="row">{ name }</th><td>{ these.len() }</td>
                <td>{ mean(|run| run.decided_us.unwrap_or_default() as f64 / 1000.0) }{ " ms" }</td>
                <td>{ mean(|run| run.rounds.into()) }</td><td>{ mean(|run| run.messages.into()) }</td></tr>
        }
    };
    html! {
        <table class="way-table" data-test="costs">
            <caption class="small">{ "What a wrong suspicion costs, on average" }</caption>
            <thead><tr><th scope="col">{ "wrong" }</th><th scope="col">{ "runs" }</th><th scope="col">{ "decided after" }</th>
                <th scope="col">{ "rounds" }</th><th scope="col">{ "messages" }</th></tr></thead>
            <tbody>{ for (0..=most.min(ROWS)).map(row) }</tbody>
        </table>
    }
}

/// So many wrong suspicions and more are in one row.
const ROWS: u32 = 5;
