//! The three lemmas, each on the protocol that is shown.

mod first;
mod second;
mod third;

use yew::prelude::*;

use super::ExploredHandle;

pub(super) use first::First;
pub(super) use second::Second;
pub(super) use third::ThirdLemma;

/// Properties of a part of the proof.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct PartProps {
    /// The configurations.
    pub shown: ExploredHandle,
}

/// A part of the proof: its statement in mathematics and in words, and what can be done with it.
pub(super) fn part(title: &str, mathematics: Html, words: &str, body: Html) -> Html {
    html! {
        <details class="block lemma">
            <summary><h3>{ title }</h3></summary>
            <div class="stack">
                <p class="mathematics">{ mathematics }</p>
                <p class="small">{ words }</p>
                { body }
            </div>
        </details>
    }
}
