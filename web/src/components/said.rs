//! What was said to the reader.

use yew::prelude::*;

use crate::hooks::RunHandle;
use crate::playback::News;

/// What was said: the latest for the eye, where it matters, and the last few for a screen reader.
#[must_use]
pub fn said(handle: &RunHandle) -> Html {
    handle.look(|run| {
        let line = |news: &News| html! { <p key={news.number.to_string()}>{ &news.words }</p> };
        let toast = run.news().back().filter(|news| news.shown);
        html! {
            <div key="said" class="said">
                <div key="log" class="hidden" role="log" aria-label="What happened" data-test="log">
                    { for run.news().iter().map(line) }
                </div>
                if let Some(news) = toast {
                    <p key={format!("toast-{}", news.number)} class="toast" aria-hidden="true">{ &news.words }</p>
                }
            </div>
        }
    })
}
