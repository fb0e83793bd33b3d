//! The reader is the scheduler: keep the configuration bivalent for as long as you can.

use impossibility::Configurations;
use yew::prelude::*;

use super::{ExploredHandle, class_of, kind_of};

/// Properties of [`Game`].
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// The configurations.
    pub shown: ExploredHandle,
}

/// The game.
#[component]
pub(super) fn Game(props: &Props) -> Html {
    let shown = &props.shown;
    let walk = use_state_eq(Vec::<u32>::new);
    let begin = {
        let (shown, walk) = (shown.clone(), walk.setter());
        Callback::from(move |_| {
            let start =
                shown.whole(|configurations| best_start(configurations).map(|start| vec![start])).flatten();
            if let Some(start) = start {
                shown.follow(&start);
                walk.set(start);
            }
        })
    };
    let body = match walk.last() {
        None => html! {},
        Some(&here) => board(shown, &walk, here),
    };
    let bivalent = shown.whole(|configurations| best_start(configurations).is_some()) == Some(true);
    html! {
        <details class="block lemma">
            <summary><h3>{ "You are the scheduler" }</h3></summary>
            <div class="stack" data-test="game">
                <p class="small">{ "Choose what happens next, one crash allowed, and keep both decisions open. Once only one is left you have lost." }</p>
                if bivalent {
                    <div class="acts"><button type="button" class="btn small-btn" onclick={begin} data-test="game-begin">
                        { if walk.is_empty() { "Begin" } else { "Begin again" } }</button></div>
                } else {
                    <p>{ "No start of this protocol is bivalent: the game is lost before it begins." }</p>
                }
                { body }
            </div>
        </details>
    }
}

/// The bivalent start from which one can go on longest.
fn best_start(configurations: &dyn Configurations) -> Option<u32> {
    let (proof, par) = (configurations.proof(), configurations.proof().par());
    let starts = configurations.roots().iter().copied();
    starts
        .filter(|&start| proof.valency[start as usize] & 0b11 == 0b11)
        .max_by_key(|&start| par[start as usize])
}

fn par_words(par: u32) -> String {
    if par == u32::MAX { "for ever".to_owned() } else { crate::words::count(par as usize, "step") }
}

fn board(shown: &ExploredHandle, walk: &UseStateHandle<Vec<u32>>, here: u32) -> Html {
    let known = shown.whole(|configurations| {
        let proof = configurations.proof();
        let par = proof.par();
        let event = |next: u32| (next, configurations.event(here, next).title);
        let events: Vec<_> = proof.events(here).map(|(_, next)| event(next)).collect();
        let valency = proof.valency[here as usize] & 0b11;
        let before = walk.len().checked_sub(2).map(|place| walk[place]);
        // What else there was to do in the step before.
        let better = before.and_then(|before| {
            let open = |next: &u32| proof.valency[*next as usize] & 0b11 == 0b11;
            let next = proof
                .events(before)
                .map(|(_, next)| next)
                .filter(open)
                .max_by_key(|&next| par[next as usize]);
            next.map(|next| configurations.event(before, next).title)
        });
        (par[walk[0] as usize], valency, events, better)
    });
    let Some((par, valency, events, better)) = known else { return html! {} };
    let steps = walk.len() - 1;
    let play = {
        let (shown, walk) = (shown.clone(), (**walk).clone());
        Callback::from(move |_| shown.play(&walk))
    };
    let lost = valency != 0b11;
    html! {
        <div class="stack" data-test="game-board" data-kind={class_of(valency)}>
            <p role="status" data-test="game-score">
                if lost {
                    { format!("Lost after {}: the configuration is {} now. ", crate::words::count(steps, "step"), kind_of(valency)) }
                    { match better {
                        Some(title) => format!("It would have stayed bivalent if instead {title}."),
                        None => "It was critical before: no step would have kept both open, so this was as far as this way leads.".to_owned(),
                    } }
                } else {
                    { format!("{} survived; both decisions are open. Par: {}.", crate::words::count(steps, "step"), par_words(par)) }
                }
            </p>
            if steps > 0 {
                <div class="acts"><button type="button" class="btn small-btn" onclick={play} data-test="game-share">
                    { "Open as a run, to play or share" }</button></div>
            }
            if !lost {
                if events.is_empty() {
                    <p>{ "Nothing more can happen, and both were decided: this protocol breaks agreement." }</p>
                }
                <ul class="plain-list valency-events">{ for events.into_iter().map(|event| choice(shown, walk, event)) }</ul>
            }
        </div>
    }
}

/// An event that the reader may choose.
fn choice(shown: &ExploredHandle, walk: &UseStateHandle<Vec<u32>>, (next, title): (u32, String)) -> Html {
    let onclick = {
        let (shown, set, mut longer) = (shown.clone(), walk.setter(), (**walk).clone());
        longer.push(next);
        Callback::from(move |_| {
            shown.follow(&longer);
            set.set(longer.clone());
        })
    };
    html! {
        <li><button type="button" class="valency-event" {onclick} data-test="game-event" data-state={next.to_string()}>
            <span>{ title }</span></button></li>
    }
}
