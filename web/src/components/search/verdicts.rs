//! Every property, and how it stands after the search.

use catalog::{Finding, Recording};
use yew::prelude::*;

use super::words::{states, steps};
use crate::route::{self, Look};
use crate::{browser, playback};

/// What is said of each property.
pub(super) fn verdicts(properties: &[Finding], known: usize, cut: bool) -> Html {
    html! {
        <ul key="verdicts" class="plain-list props verdicts" data-test="search-verdicts">
            { for properties.iter().map(|finding| verdict(finding, known, cut)) }
        </ul>
    }
}

fn verdict(finding: &Finding, known: usize, cut: bool) -> Html {
    let length = steps(finding.length.unwrap_or_default());
    let eventually = finding.kind == "eventually";
    let (sign, tone, words, act) = match finding.verdict.as_str() {
        "holds" if eventually => ("✓", "good", "Comes true in every fair run.".to_owned(), ""),
        "holds" => ("✓", "good", format!("Holds in all {}.", states(known)), ""),
        "violated" => {
            let reason = finding.reason.as_deref().unwrap_or_default();
            let reason = reason.trim_end_matches('.');
            ("✗", "bad", format!("Broken after {length}: {reason}."), "Play the counterexample")
        }
        "witnessed" => ("✓", "good", format!("Reached after {length}."), "Play it"),
        "untested" => {
            let never = finding.reason.as_deref().unwrap_or_default();
            ("–", "quiet", format!("Not tested: {never} in any of the {}.", states(known)), "")
        }
        "unreached" => ("–", "quiet", format!("Reached in none of the {}.", states(known)), ""),
        _ if cut => {
            let far = match finding.kind.as_str() {
                "reachable" => "Not reached",
                "eventually" => "Not decided",
                _ => "Not broken",
            };
            ("?", "quiet", format!("Not known. {far} in the {} that were searched.", states(known)), "")
        }
        _ => ("?", "quiet", "Not known: the limits end runs before it could come true.".to_owned(), ""),
    };
    html! {
        <li key={finding.name.clone()} data-verdict={finding.verdict.clone()} title={finding.statement.clone()}>
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
    if let Some((start, _)) = playback::schedule(&run) {
        run.at = start.0;
    }
    browser::go(&route::write(&run, &Look { play: Some(true), ..Look::default() }));
    // On a phone the picture is further up.
    if let Some(stage) = browser::document().query_selector(".stage").ok().flatten() {
        browser::show(&stage);
    }
}
