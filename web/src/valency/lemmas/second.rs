//! Lemma 2: there is a bivalent start, or the protocol breaks an assumption.

use std::cell::RefCell;
use std::rc::Rc;

use catalog::Recording;
use impossibility::{Chain, Flip, Start};
use yew::prelude::*;

use super::{PartProps, part};
use crate::browser::Timer;
use crate::valency::{class_of, kind_of, play};

/// Lemma 2: the chain of initial configurations.
#[component]
pub(in crate::valency) fn Second(props: &PartProps) -> Html {
    let chain = use_state_eq(|| (Vec::<Start>::new(), Vec::<Flip>::new(), false));
    let timer = use_mut_ref(|| None::<Timer>);
    let look = {
        let (shown, chain) = (props.shown.clone(), chain.setter());
        Callback::from(move |_| {
            if let Some(Ok(begun)) = shown.whole(|configurations| configurations.chain()) {
                follow_chain(&Rc::new(RefCell::new(begun)), &timer, &chain);
            }
        })
    };
    let names = props.shown.whole(|configurations| configurations.processes().to_vec()).unwrap_or_default();
    let (starts, flips, ended) = &*chain;
    let mathematics = html! {
        <math display="block"><mrow><mo>{ "∃" }</mo><msub><mi>{ "C" }</mi><mn>{ "0" }</mn></msub><mo>{ ":" }</mo>
            <mi>{ "V" }</mi><mo>{ "(" }</mo><msub><mi>{ "C" }</mi><mn>{ "0" }</mn></msub><mo>{ ")" }</mo><mo>{ "=" }</mo>
            <mo>{ "{" }</mo><mn>{ "0" }</mn><mo>{ "," }</mo><mn>{ "1" }</mn><mo>{ "}" }</mo></mrow></math>
    };
    let body = html! {
        <>
            <div class="acts"><button type="button" class="btn small-btn" onclick={look} data-test="chain">
                { "Look at the chain" }</button></div>
            if !starts.is_empty() {
                <ol class="plain-list chain" data-test="chain-starts">{ for (0..starts.len()).map(|place| {
                    link(place, starts, flips, &names)
                }) }</ol>
            }
            if *ended { <p role="status" data-test="chain-said">{ verdict(starts, flips, &names) }</p> }
        </>
    };
    let words = "From all 0 to all 1, one input flipped at a time. Somewhere the valency changes; if no start were \
                 bivalent, two neighbours would differ in one process alone. Crash it at once and nobody can tell them \
                 apart, so a protocol that then still decides must decide the same from both. The paper does not ask that what \
                 is decided be an input, only that 0 is decided in some run and 1 in some run, and not that all decide, \
                 only that somebody does: even that is impossible.";
    part("Lemma 2: a bivalent start", mathematics, words, body)
}

type ChainState = UseStateSetter<(Vec<Start>, Vec<Flip>, bool)>;

fn follow_chain(chain: &Rc<RefCell<Box<dyn Chain>>>, timer: &Rc<RefCell<Option<Timer>>>, state: &ChainState) {
    let ended = chain.borrow_mut().advance(3_000);
    let known = chain.borrow();
    state.set((known.starts().to_vec(), if ended { known.flips() } else { Vec::new() }, ended));
    if !ended {
        let (chain, again, state) = (Rc::clone(chain), Rc::clone(timer), state.clone());
        *timer.borrow_mut() = Some(Timer::new(0, move || follow_chain(&chain, &again, &state)));
    }
}

/// An initial configuration, and what is between it and the next.
fn link(place: usize, starts: &[Start], flips: &[Flip], names: &[String]) -> Html {
    let start = &starts[place];
    let kind = start.valency.map_or("…", kind_of);
    let class = start.valency.map_or("unknown", class_of);
    let flip = flips.get(place);
    let words = flip.map(|flip| {
        let name = names.get(flip.process).cloned().unwrap_or_default();
        match flip.crashed.0 {
            None => format!("↓ {name} flips; this setting lets nobody crash"),
            Some(0) => format!("↓ {name} flips; if it crashes at once, nothing is ever decided"),
            Some(set) => format!("↓ {name} flips; if it crashes at once, both are {}", kind_of(set)),
        }
    });
    html! {
        <li key={start.inputs.clone()}>
            <span class="chain-start" data-kind={class}><i class={classes!("swatch", class)} aria-hidden="true"></i>
                <code>{ &start.inputs }</code>{ format!(" {kind}") }</span>
            if let Some(words) = words { <span class="small quiet">{ words }</span> }
            if let Some(flip) = flip { { crash(start, starts.get(place + 1), flip, names) } }
        </li>
    }
}

/// Crashes the process in which two neighbours differ, in both.
fn crash(start: &Start, next: Option<&Start>, flip: &Flip, names: &[String]) -> Html {
    let name = names.get(flip.process).cloned().unwrap_or_default();
    let button = |start: &Start| {
        let run: Option<Recording> = start.crash_runs.get(flip.process).cloned().flatten();
        run.map(|run| {
            let onclick = Callback::from(move |_: MouseEvent| play(run.clone()));
            html! { <button type="button" class="btn small-btn" {onclick} data-test="crash-run">
            { format!("Crash {name} with {}", start.inputs) }</button> }
        })
    };
    html! { <span class="acts">{ for button(start) }{ for next.and_then(button) }</span> }
}

/// What the chain comes to.
fn verdict(starts: &[Start], flips: &[Flip], names: &[String]) -> String {
    let valency = |place: usize| starts.get(place).and_then(|start| start.valency).unwrap_or_default() & 0b11;
    if let Some(start) = starts.iter().find(|start| start.valency.is_some_and(|set| set & 0b11 == 0b11)) {
        return format!("There is a bivalent start: inputs {}.", start.inputs);
    }
    let differ = |flip: &&Flip| valency(flip.place) | valency(flip.place + 1) == 0b11;
    match flips.iter().find(differ) {
        Some(flip) => {
            let name = names.get(flip.process).cloned().unwrap_or_default();
            let why = match flip.crashed.0 {
                Some(0) => {
                    "Without it nothing is decided: the protocol does not survive one crash, so the lemma does not hold for it."
                }
                _ => "The lemma needs that one process may crash, and in this setting none may.",
            };
            format!("No start is bivalent: the decision flips with the input of {name} alone. {why}")
        }
        None => {
            "No start is bivalent, and the decision never flips: the protocol does not decide both values."
                .to_owned()
        }
    }
}
