//! The narration: under the picture, the latest key event in one sentence; and what was broken, as long as it is.

use catalog::PropertyStanding;
use yew::prelude::*;

use crate::context::RoomContext;
use crate::hooks::RunHandle;
use crate::playback::{Command, Playback};
use crate::words;

/// The bar. It keeps its height, so that nothing moves when a sentence is longer.
pub(super) fn narration(shared: &RoomContext) -> Html {
    let (event, broken) = shared.handle.look(|run| {
        let broken = run.session().verdicts().into_iter().filter(|standing| standing.broken.is_some());
        let broken = broken.min_by_key(|standing| standing.broken.as_ref().map(|(step, ..)| *step));
        (event_html(run, broken.is_some()), broken)
    });
    let class = classes!("narration", broken.is_some().then_some("broken"));
    html! {
        <section key="narration" {class} aria-label="What happens" data-test="narration">
            <div key="said" class="narration-said">
                { broken.as_ref().map_or_else(|| html! {}, |standing| breach(standing, &shared.handle)) }
                { event }
            </div>
        </section>
    }
}

/// What is broken, since when, and the way to that moment.
fn breach(standing: &PropertyStanding, handle: &RunHandle) -> Html {
    let Some((step, at, reason)) = &standing.broken else { return html! {} };
    let here = handle.look(|run| run.session().position().steps) == *step;
    let step = *step;
    html! {
        <p key="broken" class="breach" data-property={standing.property.key()}>
            <strong>{ standing.property.name }{ " is broken: " }</strong>{ words::ended(&words::sentence(reason)) }
            { " " }<cite class="small">{ standing.property.source }</cite>
            if !here {
                { " " }<button type="button" class="link-btn" onclick={handle.sends(move || Command::SeekStep(step))}
                    data-test="see-it">{ format!("See it, at {}", words::time(*at, false)) }</button>
            }
        </p>
    }
}

/// The sentence, where it comes from, and why it is so.
fn event_html(run: &Playback, small: bool) -> Html {
    let skipped = run.skipped().map(|span| {
        let words = format!("{} without a message, skipped", words::time(span, false));
        html! { <span class="skipped small quiet" data-test="skipped">{ words }</span> }
    });
    let Some(line) = run.session().key_event() else {
        let words = match (run.playing(), run.session().position().steps) {
            (false, 0) => "Nothing has happened yet: press play.",
            (true, 0) => "Nothing has happened yet.",
            (_, _) => "",
        };
        return html! { <p key="event" class="event quiet">{ words }{ " " }{ for skipped }</p> };
    };
    let said = line.story.as_deref().unwrap_or(&line.happening.title);
    let class = classes!("event", small.then_some("small"));
    html! {
        <p key="event" {class} data-step={line.step.to_string()}>
            <span class="when quiet small">{ words::time(line.at, false) }</span>{ " " }
            { words::ended(&words::sentence(said)) }
            if let Some(note) = line.notes.first() {
                { " " }<span class="why small quiet">{ words::sentence(note.text) }{ " (" }<cite>{ note.source }</cite>{ ")" }</span>
            }
            { " " }{ for skipped }
        </p>
    }
}
