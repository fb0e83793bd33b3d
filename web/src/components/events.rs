//! What happened, newest first: when, what, and why, with the paper's line.

use catalog::view::Tone;
use catalog::{Cause, Line};
use yew::prelude::*;

use super::properties::properties;
use crate::hooks::RunHandle;
use crate::playback::Command;
use crate::words;

/// Properties of [`Events`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The run.
    pub handle: RunHandle,
}

/// So many are listed.
const MOST: usize = 80;

/// The events.
#[component]
pub fn Events(props: &Props) -> Html {
    let notable = use_state_eq(|| false);
    let lines = props.handle.look(|run| run.session().lines(if *notable { 600 } else { MOST }));
    let wanted = |one: &&Line| !*notable || !one.marks.is_empty() || one.cause != Cause::Time;
    let shown: Vec<&Line> = lines.iter().rev().filter(wanted).take(MOST).collect();
    let onchange = {
        let (set, on) = (notable.setter(), !*notable);
        Callback::from(move |_| set.set(on))
    };
    html! {
        <>
            <section key="events" class="block" aria-labelledby="events-title">
                <h3 key="head" id="events-title">{ "What happened" }</h3>
                <label key="filter" class="check"><input type="checkbox" checked={*notable} {onchange} />
                    <span>{ "Only what is worth a mark" }</span></label>
                if shown.is_empty() {
                    <p key="none" class="quiet small">{ "Nothing yet: this is the start." }</p>
                } else {
                    <ol key="list" class="events" data-test="events">
                        { for shown.into_iter().map(|one| line(one, &props.handle)) }
                    </ol>
                }
            </section>
            { properties(&props.handle) }
        </>
    }
}

/// One step; its time leads to it.
#[must_use]
pub fn line(line: &Line, handle: &RunHandle) -> Html {
    let step = line.step;
    let onclick = handle.sends(move || Command::SeekStep(step));
    let who = match line.cause {
        Cause::Time => None,
        Cause::Script => Some("scenario"),
        Cause::Reader => Some("you"),
        Cause::Schedule => Some("schedule"),
    };
    let mut notes: Vec<Html> = Vec::new();
    for (i, note) in line.notes.iter().enumerate() {
        notes.push(html! {
            <span key={format!("note-{i}")} class="note small quiet">{ words::sentence(note.text) }
                { " (" }<cite>{ note.source }</cite>{ ")" }</span>
        });
    }
    for (i, words) in line.words.iter().enumerate() {
        notes.push(
            html! { <span key={format!("word-{i}")} class="note small">{ words::sentence(words) }</span> },
        );
    }
    for (name, reason) in &line.broken {
        notes.push(html! {
            <strong key={*name} class="note bad">{ "✗ " }{ *name }{ " is broken: " }{ reason }</strong>
        });
    }
    let tone = match line.happening.tone {
        Tone::Plain => None,
        Tone::Good => Some("good"),
        Tone::Bad => Some("bad"),
        // What a cut costs is said once in colour, at the cut.
        Tone::Warn => (!line.marks.is_empty()).then_some("warn"),
    };
    html! {
        <li key={line.step.to_string()} data-step={line.step.to_string()}>
            <button key="time" type="button" class="time-link" {onclick}
                title="Go to this step">{ words::time(line.at, false) }</button>
            <div key="what" class="what">
                <p key="title"><span class={classes!(tone)}>{ words::sentence(&line.happening.title) }</span>
                    if let Some(who) = who { <span class="badge quiet">{ who }</span> }</p>
                { for notes }
            </div>
        </li>
    }
}
