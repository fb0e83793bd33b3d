//! Every property, and how it stands after the search.

use catalog::{Finding, Recording};
use yew::prelude::*;

use crate::browser;
use crate::route::{self, Look};

/// What is said of each property.
pub(super) fn verdicts(properties: &[Finding], known: usize, cut: bool) -> Html {
    html! {
        <ul key="verdicts" class="plain-list props verdicts" data-test="search-verdicts">
            { for properties.iter().map(|finding| verdict(finding, known, cut)) }
        </ul>
    }
}

fn verdict(finding: &Finding, known: usize, cut: bool) -> Html {
    let words = finding.sentence(known, cut);
    let (sign, tone, act) = match finding.verdict.as_str() {
        "holds" => ("✓", "good", ""),
        "violated" => ("✗", "bad", "Play the counterexample"),
        "witnessed" => ("✓", "good", "Play it"),
        "unreached" | "untested" => ("–", "quiet", ""),
        _ => ("?", "quiet", "Play a run that the limit ends"),
    };
    html! {
        <li key={finding.key.clone()} data-property={finding.key.clone()} data-verdict={finding.verdict.clone()} title={finding.statement.clone()}>
            <span class={tone} aria-hidden="true">{ sign }</span>
            <div class="what">
                <strong class={(tone == "bad").then_some("bad")}>{ &finding.name }</strong>
                <span class="small">{ words }</span>
                { play(finding.run.as_ref(), act, &finding.name) }
            </div>
        </li>
    }
}

/// Opens a run that was found, in the picture that is shown, and plays it.
pub(super) fn play(run: Option<&Recording>, words: &'static str, what: &str) -> Html {
    let (Some(run), false) = (run, words.is_empty()) else { return html! { <span hidden=true></span> } };
    let onclick = {
        let run = run.clone();
        Callback::from(move |_| open(&run))
    };
    let label = format!("{words}: {what}");
    html! { <button type="button" class="btn small-btn" aria-label={label} {onclick} data-test="play-found">{ words }</button> }
}

/// Opens a run that was found where its schedule begins, and plays it.
pub(super) fn open(run: &Recording) {
    let mut run = run.clone();
    if let Some((start, _)) = run.schedule() {
        run.at = start.0;
    }
    browser::go(&route::write(&run, &Look { play: Some(true), ..Look::default() }));
    // On a phone the picture is further up.
    if let Some(stage) = browser::document().query_selector(".stage").ok().flatten() {
        browser::show(&stage);
    }
}
