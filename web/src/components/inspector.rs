//! One node: what is on its disk, what is only in its memory, what it waits for, and what can be done to it.

use catalog::Target;
use catalog::view::{Field, NodeView, TimerView, Tone};
use yew::prelude::*;

use crate::hooks::RunHandle;
use crate::playback::Command;
use crate::words;

/// The node.
#[must_use]
pub fn inspector(handle: &RunHandle, node: &NodeView) -> Html {
    let mut head = vec![node.name.clone(), node.role.word.to_string()];
    head.extend(node.lines.iter().cloned());
    let badge = |badge: &catalog::view::Badge| {
        html! { <span key={badge.text.clone()} class={classes!("badge", tone(badge.tone))}>{ &badge.text }</span> }
    };
    html! {
        <section key="node" class="block" aria-label={node.name.clone()} data-test="node">
            <h3 key="head">{ head.join(", ") }{ for node.badges.iter().map(badge) }</h3>
            { drawer("Disk", "survives a crash", &node.disk, &[]) }
            { drawer("RAM", "lost in a crash", &node.ram, &node.timers) }
            <div key="acts" class="acts">{ acts(handle, Target::Node(node.id)) }</div>
        </section>
    }
}

/// What can be done to a target, as buttons.
#[must_use]
pub fn acts(handle: &RunHandle, target: Target) -> Html {
    let offers = handle.look(|run| run.session().offers(target));
    let button = |offer: catalog::Offer| {
        let chosen = offer.clone();
        let onclick = handle.sends(move || Command::Act(target, chosen.clone()));
        html! {
            <button key={offer.key.clone()} type="button" class="btn small-btn" title={offer.title.clone()} {onclick}
                data-act={offer.key.clone()}>{ offer.short }</button>
        }
    };
    offers.into_iter().map(button).collect()
}

/// The class of a tone.
#[must_use]
pub const fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "quiet",
        Tone::Good => "good",
        Tone::Bad => "bad",
        Tone::Warn => "warn",
    }
}

fn drawer(title: &'static str, what: &'static str, fields: &[Field], timers: &[TimerView]) -> Html {
    let row = |field: &Field| {
        html! { <div key={field.name.key()} data-field={field.name.key()}><dt>{ &*field.name }</dt><dd>{ &field.value }</dd></div> }
    };
    let timer = |timer: &TimerView| {
        let left =
            timer.left.map_or_else(|| "set".to_owned(), |left| format!("in {}", words::time(left, false)));
        html! { <div key={format!("timer-{}", timer.name)}><dt>{ format!("{} timer", timer.name) }</dt><dd>{ left }</dd></div> }
    };
    html! {
        <div key={title} class="drawer" data-drawer={title}>
            <strong key="title">{ title }<span class="quiet small">{ what }</span></strong>
            if fields.is_empty() && timers.is_empty() {
                <p key="none" class="quiet small">{ "Empty." }</p>
            } else {
                <dl key="fields">
                    { for fields.iter().map(row) }
                    { for timers.iter().map(timer) }
                </dl>
            }
        </div>
    }
}
