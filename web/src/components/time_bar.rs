//! The time bar: playing, stepping, where the run stands, how fast, which seed, which branch.

use web_sys::HtmlElement;
use yew::prelude::*;

use super::dialogs::Dialog;
use super::icons;
use super::speed::speed;
use super::track::Track;
use crate::browser;
use crate::context::RoomContext;
use crate::hooks::{RunHandle, address, use_frame};
use crate::playback::{Command, Playback};
use crate::route::Look;
use crate::words;

/// The time bar.
#[must_use]
pub fn time_bar(shared: &RoomContext, look: Look) -> Html {
    let handle = &shared.handle;
    html! {
        <footer key="time" class="time" aria-label="Time" data-test="time-bar">
            { keys(handle) }
            <Track key="track" handle={handle.clone()} />
            <div key="about" class="about-time small">
                <Clock key="clock" handle={handle.clone()} />
                { speed(handle) }
                if shared.embed {
                    <a key="full" class="full-link" target="_blank" rel="noopener" href={full_link(shared, look)}>{ "Open in Bivalent" }</a>
                } else {
                    { seed(handle) }
                    { branch_choice(shared) }
                }
            </div>
        </footer>
    }
}

fn full_link(shared: &RoomContext, look: Look) -> String {
    browser::base() + &address(&shared.handle, Look { embed: false, ..look })
}

fn keys(handle: &RunHandle) -> Html {
    let playing = handle.look(Playback::playing);
    let (label, sign) = if playing { ("Pause", icons::PAUSE) } else { ("Play", icons::PLAY) };
    html! {
        <div key="keys" class="keys">
            <button key="start" type="button" class="btn icon" aria-label="Back to the start" title="Back to the start (R)"
                onclick={handle.sends(|| Command::Restart)}>{ icons::sign(icons::START) }</button>
            <button key="back" type="button" class="btn icon" aria-label="Back one step" title="Back one step (←)"
                onclick={handle.sends(|| Command::StepBack)}>{ icons::sign(icons::BACK) }</button>
            <button key="play" type="button" class="btn main icon" aria-label={label} title={format!("{label} (Space)")}
                onclick={handle.sends(|| Command::Toggle)} data-test="play">{ icons::sign(sign) }</button>
            <button key="step" type="button" class="btn icon" aria-label="Forward one step" title="Forward one step (→)"
                onclick={handle.sends(|| Command::Step)}>{ icons::sign(icons::STEP) }</button>
        </div>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct ClockProps {
    handle: RunHandle,
}

/// The time, written anew each frame without any rendering.
#[component]
fn Clock(props: &ClockProps) -> Html {
    let place = use_node_ref();
    use_frame(&props.handle, (), {
        let place = place.clone();
        move || {
            move |run: &Playback| {
                if let Some(place) = place.cast::<HtmlElement>() {
                    let precise = run.speed() < 0.002;
                    place.set_text_content(Some(&words::time(run.session().position().shown, precise)));
                }
            }
        }
    });
    html! { <span ref={place} class="clock mono" data-test="clock"></span> }
}

fn seed(handle: &RunHandle) -> Html {
    let seed = handle.look(|run| run.session().recording().seed);
    let onclick = {
        let handle = handle.clone();
        Callback::from(move |_| {
            super::rules::reopen(&handle, |recording| recording.seed = browser::fresh_seed())
        })
    };
    html! {
        <span key="seed" class="seed"><span key="seed" data-test="seed">{ format!("seed {seed}") }</span>
            <button key="new" type="button" class="btn small-btn" {onclick} title="The same scenario with other chances"
                data-test="new-seed">{ "New seed" }</button></span>
    }
}

/// Which branch, where there is more than one.
fn branch_choice(shared: &RoomContext) -> Html {
    let handle = &shared.handle;
    let (branches, current) = handle.look(|run| (run.session().branches(), run.session().position().branch));
    let onchange = {
        let handle = handle.clone();
        Callback::from(move |event: Event| {
            let select = event.target_dyn_into::<web_sys::HtmlSelectElement>();
            if let Some(branch) = select.and_then(|select| select.value().parse().ok()) {
                handle.send(Command::Switch(branch));
            }
        })
    };
    let ask = shared.asks::<MouseEvent>(Dialog::Branches);
    let option = |(i, branch): (usize, &catalog::BranchInfo)| {
        html! { <option key={i.to_string()} value={i.to_string()} selected={i == current}>{ &branch.name }</option> }
    };
    if branches.len() < 2 {
        return html! { <span key="branch" class="branch" hidden=true></span> };
    }
    html! {
        <span key="branch" class="branch" data-test="branches">
            <select key="choice" aria-label="Branch" {onchange}>{ for branches.iter().enumerate().map(option) }</select>
            <button key="ask" type="button" class="btn small-btn" onclick={ask}>{ "Compare…" }</button>
        </span>
    }
}
