//! The time bar: playing, stepping, where the run stands, how fast, which seed, which branch.

use web_sys::HtmlElement;
use yew::prelude::*;

use super::icons;
use super::open::{Dialog, Shared, address};
use super::speed::Speed;
use super::track::Track;
use crate::browser;
use crate::hooks::use_frame;
use crate::playback::{Command, Playback};
use crate::route::Look;
use crate::words;

/// Properties of [`TimeBar`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The room.
    pub shared: Shared,
    /// How the run is shown.
    pub look: Look,
}

/// The time bar.
#[component]
pub fn TimeBar(props: &Props) -> Html {
    let shared = &props.shared;
    let desk = &shared.desk;
    html! {
        <footer class="time" aria-label="Time" data-test="time-bar">
            <Keys key="keys" shared={shared.clone()} />
            <Track key="track" desk={desk.clone()} />
            <div key="about" class="about-time small">
                <Clock key="clock" shared={shared.clone()} />
                <Speed key="speed" desk={desk.clone()} />
                if shared.embed {
                    <a key="full" class="full-link" target="_blank" rel="noopener" href={full_link(props)}>{ "Open in Bivalent" }</a>
                } else {
                    <Seed key="seed" shared={shared.clone()} />
                    <BranchChoice key="branch" shared={shared.clone()} />
                }
            </div>
        </footer>
    }
}

fn full_link(props: &Props) -> String {
    browser::base() + &address(&props.shared.desk, Look { embed: false, ..props.look })
}

#[derive(Clone, PartialEq, Properties)]
struct PartProps {
    shared: Shared,
}

#[component]
fn Keys(props: &PartProps) -> Html {
    let desk = &props.shared.desk;
    let playing = desk.look(Playback::playing);
    let (label, sign) = if playing { ("Pause", icons::PAUSE) } else { ("Play", icons::PLAY) };
    html! {
        <div class="keys">
            <button key="start" type="button" class="btn icon" aria-label="Back to the start" title="Back to the start (R)"
                onclick={desk.sends(|| Command::Restart)}>{ icons::sign(icons::START) }</button>
            <button key="back" type="button" class="btn icon" aria-label="Back one step" title="Back one step (←)"
                onclick={desk.sends(|| Command::StepBack)}>{ icons::sign(icons::BACK) }</button>
            <button key="play" type="button" class="btn main icon" aria-label={label} title={format!("{label} (Space)")}
                onclick={desk.sends(|| Command::Toggle)} data-test="play">{ icons::sign(sign) }</button>
            <button key="step" type="button" class="btn icon" aria-label="Forward one step" title="Forward one step (→)"
                onclick={desk.sends(|| Command::Step)}>{ icons::sign(icons::STEP) }</button>
        </div>
    }
}

/// The time, written anew each frame without any rendering.
#[component]
fn Clock(props: &PartProps) -> Html {
    let place = use_node_ref();
    use_frame(&props.shared.desk, (), {
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

#[component]
fn Seed(props: &PartProps) -> Html {
    let seed = props.shared.desk.look(|run| run.session().recording().seed);
    let onclick = {
        let desk = props.shared.desk.clone();
        Callback::from(move |_| super::rules::reopen(&desk, |recording| recording.seed = browser::fresh_seed()))
    };
    html! {
        <span class="seed"><span key="seed" data-test="seed">{ format!("seed {seed}") }</span>
            <button key="new" type="button" class="btn small-btn" {onclick} title="The same scenario with other chances"
                data-test="new-seed">{ "New seed" }</button></span>
    }
}

/// Which branch, where there is more than one.
#[component]
fn BranchChoice(props: &PartProps) -> Html {
    let desk = &props.shared.desk;
    let (branches, current) = desk.look(|run| (run.session().branches(), run.session().position().branch));
    let onchange = {
        let desk = desk.clone();
        Callback::from(move |event: Event| {
            let select = event.target_dyn_into::<web_sys::HtmlSelectElement>();
            if let Some(branch) = select.and_then(|select| select.value().parse().ok()) {
                desk.send(Command::Switch(branch));
            }
        })
    };
    let ask = {
        let ask = props.shared.ask.clone();
        Callback::from(move |_| ask.emit(Some(Dialog::Branches)))
    };
    let option = |(i, branch): (usize, &catalog::BranchInfo)| {
        html! { <option key={i.to_string()} value={i.to_string()} selected={i == current}>{ &branch.name }</option> }
    };
    if branches.len() < 2 {
        return html! { <span class="branch" hidden=true></span> };
    }
    html! {
        <span class="branch" data-test="branches">
            <select key="choice" aria-label="Branch" {onchange}>{ for branches.iter().enumerate().map(option) }</select>
            <button key="ask" type="button" class="btn small-btn" onclick={ask}>{ "Compare…" }</button>
        </span>
    }
}
