//! A coin: how long the worst scheduler can make Ben-Or's rounds last, and how long they do.

use impossibility::circumventions::{Found, LAST, Measured, Way, Worst};
use yew::prelude::*;

use super::chart::{Bars, bars};
use super::{refused, use_ask};
use crate::valency::lemmas::part;
use crate::words::{fixed, grouped};

#[component]
pub(super) fn Coin() -> Html {
    let asked = use_ask();
    let compute = asked.ask.reform(|_: MouseEvent| Way::Coin);
    let body = html! {
        <>
            <div class="acts"><button type="button" class="btn small-btn" onclick={compute} disabled={asked.answer.running}
                data-test="coin">{ "Compute and measure" }</button></div>
            { refused(&asked.answer) }
            if let Some(Found::Coin { worst, measured }) = asked.answer.found.as_deref() {
                { results(worst, measured, asked.answer.running) }
            }
        </>
    };
    let mathematics = html! {
        <math display="block"><mrow><mi>{ "P" }</mi><mo>{ "(" }</mo><mtext>{ "not decided after round " }</mtext><mi>{ "r" }</mi><mo>{ ")" }</mo>
            <mo>{ "→" }</mo><mn>{ "0" }</mn></mrow></math>
    };
    let words = "A process that sees no proposal tosses a coin. The scheduler sees how it falls and can go on for long, but \
                 not for ever: with probability 1 all coins fall alike sooner or later. Aguilera and Toueg (2012) prove \
                 it for every scheduler. How many rounds are expected is computed here from the protocol's own handlers, \
                 for two classes of schedulers only: every order within a round is a move of the scheduler, every coin \
                 has two results, and nobody crashes.";
    part("A coin", mathematics, words, body)
}

fn results(worst: &[Worst], measured: &[Measured], running: bool) -> Html {
    html! {
        <div class="stack" data-test="coin-said">
            { for worst.iter().map(exact) }
            if worst.len() == 2 {
                { for measured.iter().filter(|one| total(one) > 0).map(|one| runs(one, worst)) }
            }
            if running { <p key="more" class="small quiet" role="status">{ "More is being computed…" }</p> }
        </div>
    }
}

/// What the worst scheduler of a kind can do.
fn exact(worst: &Worst) -> Html {
    let most = worst.from.iter().map(|(_, rounds)| *rounds).fold(0.0, f64::max);
    let kind = if worst.in_step {
        "that keeps all in step (everybody has heard enough values before anybody hears proposals)"
    } else {
        "that may also leave a process behind within a round, until it has seen the coins of the others, but not for whole rounds"
    };
    let inputs = |wanted: fn(f64) -> bool| {
        let names =
            worst.from.iter().filter(|(_, rounds)| wanted(*rounds)).map(|(inputs, _)| inputs.as_str());
        names.collect::<Vec<_>>().join(", ")
    };
    html! {
        <p key={worst.in_step.to_string()} data-test={if worst.in_step { "coin-in-step" } else { "coin-behind" }}>
            { format!("{} processes against a scheduler {kind}: ", worst.processes) }
            <strong>{ format!("{} rounds", rounded(most)) }</strong>
            { format!(" are expected against the worst scheduler of this class, from {}; one from {}. ", inputs(|rounds| rounds > 1.5), inputs(|rounds| rounds <= 1.5)) }
            <span class="quiet">{ format!("{} configurations of a round.", grouped(worst.configurations as u64)) }</span>
        </p>
    }
}

/// Whole where it is whole.
fn rounded(value: f64) -> String {
    if (value - value.round()).abs() < 1e-9 { fixed(value, 0) } else { fixed(value, 3) }
}

fn total(measured: &Measured) -> u32 {
    measured.runs.iter().sum::<u32>() + measured.longer
}

/// What runs did.
fn runs(measured: &Measured, worst: &[Worst]) -> Html {
    let all = f64::from(total(measured));
    let rounds: u32 = measured.runs.iter().enumerate().map(|(place, &runs)| (place as u32 + 1) * runs).sum();
    let ended: u32 = measured.runs.iter().sum();
    let shown = if measured.hostile { 4 << measured.processes.min(6) } else { 12 };
    let (shares, names) = binned(&measured.runs, shown, all);
    let known =
        worst.iter().find(|one| one.in_step && one.processes == measured.processes && measured.hostile);
    let scheduler = if measured.hostile {
        "a scheduler that shows everybody both values"
    } else {
        "messages in random order"
    };
    let mut words = format!(
        "{} processes, {scheduler}: {} rounds on average in {} runs",
        measured.processes,
        fixed(f64::from(rounds) / f64::from(ended.max(1)), 2),
        grouped(u64::from(total(measured)))
    );
    if measured.longer > 0 {
        words += &format!("; {} more were not over after {LAST} rounds", measured.longer);
    }
    let exact = known.map(|known| known.chances.as_slice()).unwrap_or_default();
    let exact = if shares.len() == shown { exact } else { &[] };
    html! {
        <figure key={words.clone()} data-test="coin-runs">
            <figcaption class="small">{ &words }{ if exact.is_empty() { "." } else { "; the lines are the exact chances." } }</figcaption>
            { bars(&Bars { unit: "round", shares: &shares, exact, names: &names, label: &words }) }
        </figure>
    }
}

/// The share of each number of rounds, several taken together where there are many; what is longer is in the last.
fn binned(runs: &[u32], shown: usize, all: f64) -> (Vec<f64>, Vec<String>) {
    let width = shown.div_ceil(32);
    let bins = shown / width;
    let mut shares = vec![0.0; bins];
    for (place, &count) in runs.iter().enumerate() {
        shares[(place / width).min(bins - 1)] += f64::from(count) / all;
    }
    let name = |bin: usize| {
        let first = bin * width + 1;
        if bin + 1 == bins { format!("{first}+") } else { first.to_string() }
    };
    (shares, (0..bins).map(name).collect())
}
