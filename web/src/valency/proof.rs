//! The proof, step by step, on the protocol that is shown.

use std::cell::RefCell;
use std::rc::Rc;

use catalog::valence::{Chain, Diamond, Endless, Flip, Stage, Start, Third, Valence};
use yew::prelude::*;

use super::game::Game;
use super::way_out::WayOut;
use super::{Shown, class_of, kind_of, number, use_shown};
use crate::browser::Timer;
use crate::components::open::Shared;

/// Properties of [`ProofSide`].
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// The room.
    pub shared: Shared,
}

/// The lemmas, the run that never decides, and the game.
#[component]
pub(super) fn ProofSide(props: &Props) -> Html {
    let shown = use_shown(&props.shared.desk);
    if let Some(words) = shown.trouble() {
        return html! { <p role="alert">{ words }</p> };
    }
    if shown.whole(|valence| valence.extent().complete) != Some(true) {
        let words = "The proof needs all configurations: they are still being explored, or there are too many. \
                     Fewer processes, given inputs or a smaller bound make fewer.";
        return html! { <p class="quiet" role="status">{ words }</p> };
    }
    html! {
        <div class="stack proof" data-test="proof">
            <First key="first" shown={shown.clone()} />
            <Second key="second" shown={shown.clone()} />
            <ThirdLemma key="third" shown={shown.clone()} />
            <Forever key="forever" shown={shown.clone()} />
            <Game key="game" {shown} />
            <WayOut key="way" />
        </div>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct PartProps {
    shown: Shown,
}

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

/// Lemma 1: every diamond of the graph.
#[component]
fn First(props: &PartProps) -> Html {
    let result = use_state_eq(|| None::<(u64, u32, Option<Diamond>)>);
    let timer = use_mut_ref(|| None::<Timer>);
    let check = {
        let (shown, result) = (props.shown.clone(), result.setter());
        Callback::from(move |_| slice(&shown, &timer, &result, (0, 0)))
    };
    let states = props.shown.whole(|valence| valence.extent().states as u32).unwrap_or_default();
    let said = result.as_ref().map(|(count, done, open)| match open {
        _ if *done < states => format!(
            "{} diamonds so far, {} of {} configurations…",
            number(*count),
            number((*done).into()),
            number(states.into())
        ),
        None => format!("{} diamonds, and every one closes: no exception.", number(*count)),
        Some(open) => {
            format!("{} diamonds; the one over configuration {} does not close.", number(*count), open.top)
        }
    });
    let mathematics = html! {
        <math display="block"><mrow><msub><mi>{ "e" }</mi><mn>{ "2" }</mn></msub><mo>{ "(" }</mo><msub><mi>{ "e" }</mi><mn>{ "1" }</mn></msub>
            <mo>{ "(" }</mo><mi>{ "C" }</mi><mo>{ ")" }</mo><mo>{ ")" }</mo><mo>{ "=" }</mo><msub><mi>{ "e" }</mi><mn>{ "1" }</mn></msub>
            <mo>{ "(" }</mo><msub><mi>{ "e" }</mi><mn>{ "2" }</mn></msub><mo>{ "(" }</mo><mi>{ "C" }</mi><mo>{ ")" }</mo><mo>{ ")" }</mo></mrow></math>
    };
    let body = html! {
        <>
            <div class="acts"><button type="button" class="btn small-btn" onclick={check} data-test="diamonds">
                { "Check every diamond" }</button></div>
            if let Some(said) = said { <p role="status" data-test="diamonds-said">{ said }</p> }
        </>
    };
    let words = "Two events at different processes commute: whichever comes first, the same configuration is reached. \
                 For each configuration and each two such events the graph must have both ways to the same place.";
    part("Lemma 1: events commute", mathematics, words, body)
}

type Counted = UseStateSetter<Option<(u64, u32, Option<Diamond>)>>;

/// Counts the diamonds of some configurations, and then of the next.
fn slice(shown: &Shown, timer: &Rc<RefCell<Option<Timer>>>, result: &Counted, (count, from): (u64, u32)) {
    let found = shown.whole(|valence: &dyn Valence| {
        let to = (from + 20_000).min(valence.extent().states as u32);
        let (more, open) = valence.proof().diamonds(from..to);
        (more, to, open, to == valence.extent().states as u32)
    });
    let Some((more, to, open, ended)) = found else { return };
    result.set(Some((count + more, to, open)));
    if !ended && open.is_none() {
        let (shown, again, result) = (shown.clone(), Rc::clone(timer), result.clone());
        *timer.borrow_mut() = Some(Timer::new(0, move || slice(&shown, &again, &result, (count + more, to))));
    }
}

/// Lemma 2: the chain of initial configurations.
#[component]
fn Second(props: &PartProps) -> Html {
    let chain = use_state_eq(|| (Vec::<Start>::new(), Vec::<Flip>::new(), false));
    let timer = use_mut_ref(|| None::<Timer>);
    let look = {
        let (shown, chain) = (props.shown.clone(), chain.setter());
        Callback::from(move |_| {
            if let Some(Ok(begun)) = shown.whole(|valence| valence.chain()) {
                follow_chain(&Rc::new(RefCell::new(begun)), &timer, &chain);
            }
        })
    };
    let names = props.shown.whole(|valence| valence.processes().to_vec()).unwrap_or_default();
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
                <ol class="plain-list chain" data-test="chain-starts">{ for starts.iter().enumerate().map(|(place, start)| {
                    link(place, start, flips, &names)
                }) }</ol>
            }
            if *ended { <p role="status" data-test="chain-said">{ verdict(starts, flips, &names) }</p> }
        </>
    };
    let words = "From all 0 to all 1, one input flipped at a time. Somewhere the valency changes; if no start were \
                 bivalent, two neighbours would differ in one process alone. Crash it at once and nobody can tell them \
                 apart, so a protocol that then still decides must decide the same from both.";
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
fn link(place: usize, start: &Start, flips: &[Flip], names: &[String]) -> Html {
    let kind = start.valency.map_or("…", kind_of);
    let class = start.valency.map_or("unknown", class_of);
    let flip = flips.get(place).map(|flip| {
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
            if let Some(flip) = flip { <span class="small quiet">{ flip }</span> }
        </li>
    }
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

/// Lemma 3: the sets C and D of the configuration that is looked at.
#[component]
fn ThirdLemma(props: &PartProps) -> Html {
    let shown = &props.shown;
    let picked = use_state_eq(|| None::<u32>);
    let mathematics = html! {
        <math display="block"><mrow><mi>{ "D" }</mi><mo>{ "=" }</mo><mi>{ "e" }</mi><mo>{ "(" }</mo><mi>{ "C" }</mi><mo>{ ")" }</mo>
            <mo>{ "," }</mo><mspace width="1em" /><mo>{ "∃" }</mo><mi>{ "d" }</mi><mo>{ "∈" }</mo><mi>{ "D" }</mi><mo>{ ":" }</mo>
            <mi>{ "V" }</mi><mo>{ "(" }</mo><mi>{ "d" }</mi><mo>{ ")" }</mo><mo>{ "=" }</mo><mo>{ "{" }</mo><mn>{ "0" }</mn>
            <mo>{ "," }</mo><mn>{ "1" }</mn><mo>{ "}" }</mo></mrow></math>
    };
    let words = "C is what can be reached from a bivalent configuration without the event e, and D what e makes of it. \
                 The lemma: D has a bivalent member, so e can be delayed until it does no harm.";
    part("Lemma 3: stay bivalent", mathematics, words, third_body(shown, &picked))
}

fn third_body(shown: &Shown, picked: &UseStateHandle<Option<u32>>) -> Html {
    let from = shown.selected().filter(|&state| {
        shown.whole(|valence| valence.proof().valency[state as usize] & 0b11 == 0b11) == Some(true)
    });
    let Some(from) = from else {
        let first = shown.whole(|valence| {
            let proof = valence.proof();
            let state =
                (0..proof.valency.len() as u32).find(|&state| proof.valency[state as usize] & 0b11 == 0b11);
            state.map(|state| valence.way(state))
        });
        return match first.flatten() {
            None => {
                html! { <p>{ "This protocol has no bivalent configuration: its decision follows from the inputs." }</p> }
            }
            Some(way) => {
                let shown = shown.clone();
                let onclick = Callback::from(move |_| shown.follow(&way));
                html! { <div class="acts"><button type="button" class="btn small-btn" {onclick} data-test="to-bivalent">
                { "Go to a bivalent configuration" }</button></div> }
            }
        };
    };
    let events = shown.whole(|valence| {
        let proof = valence.proof();
        let mut events: Vec<(u32, String)> = Vec::new();
        for (label, next) in proof.events(from).filter(|(label, _)| proof.is_step(*label)) {
            if events.iter().all(|(known, _)| *known != label) {
                events.push((label, valence.event(from, next).title));
            }
        }
        events
    });
    let events = events.unwrap_or_default();
    let Some(event) = picked
        .filter(|label| events.iter().any(|(known, _)| known == label))
        .or_else(|| events.first().map(|event| event.0))
    else {
        return html! { <p>{ "Nothing is pending here." }</p> };
    };
    let choose = {
        let picked = picked.setter();
        Callback::from(move |input: Event| {
            let select: Option<web_sys::HtmlSelectElement> = input.target_dyn_into();
            picked.set(select.and_then(|select| select.value().parse().ok()));
        })
    };
    html! {
        <>
            <label class="small">{ "e: " }<select onchange={choose} data-test="lemma-event">
                { for events.iter().map(|(label, title)| html! { <option value={label.to_string()} selected={*label == event}>{ title }</option> }) }
            </select></label>
            { third_result(shown, from, event) }
        </>
    }
}

/// What becomes of the sets.
fn third_result(shown: &Shown, from: u32, event: u32) -> Html {
    let found = shown.whole(|valence| {
        let proof = valence.proof();
        let sets = proof.sets(from, event);
        let kinds = [1, 2, 3, 0].map(|kind| sets.d.iter().filter(|(_, state)| proof.valency[*state as usize] & 0b11 == kind).count());
        let third = proof.third(&sets, event);
        let (words, walk) = match &third {
            Third::Bivalent(walk) => (
                format!("A bivalent member of D is {} away, e being the last of them.", crate::words::count(walk.len() - 1, "step")),
                Some(walk.clone()),
            ),
            Third::Neighbours(two) => {
                let kinds = (kind_of(proof.valency[two.d.0 as usize]), kind_of(proof.valency[two.d.1 as usize]));
                let process = proof.meaning(event).and_then(|label| valence.processes().get(usize::from(label.node)));
                let name = process.cloned().unwrap_or_default();
                let without = proof.meaning(event).map(|label| proof.without(two.c.0, label.node));
                let escape = match (two.same, without.flatten()) {
                    (false, _) => "They differ by an event of another process, which commutes with e: nothing more is decided after it.".to_owned(),
                    (true, None) => format!("They differ by an event of {name} itself (case p = p′), and from there nothing is decided unless {name} takes a step: the protocol waits for {name}, so it does not survive its crash."),
                    (true, Some(walk)) => format!("They differ by an event of {name} itself (case p = p′), and {} without {name} decide: so the same decision must follow from both, which only a protocol that breaks agreement escapes.", crate::words::count(walk.len() - 1, "step")),
                };
                (format!("D has no bivalent member. Neighbours in C lead to {} and {}. {escape}", kinds.0, kinds.1), Some(two.walk.clone()))
            }
            Third::Uniform(set) => (format!("All of D is {}: whenever e happens, the decision has fallen.", kind_of(*set)), None),
        };
        (sets.c.len(), sets.d.len(), kinds, words, walk)
    });
    let Some((c, d, [zero, one, both, stuck], words, walk)) = found else { return html! {} };
    let go = walk.map(|walk| {
        let shown = shown.clone();
        let before = shown.selected_walk().unwrap_or_default();
        Callback::from(move |_: MouseEvent| {
            let mut whole = before.clone();
            whole.extend(&walk[1..]);
            shown.follow(&whole);
        })
    });
    html! {
        <div class="stack" data-test="lemma-result">
            <p class="small">{ format!("|C| = {}, |D| = {}: {} 0-valent, {} 1-valent, {} bivalent, {} stuck.",
                number(c as u64), number(d as u64), number(zero as u64), number(one as u64), number(both as u64), number(stuck as u64)) }</p>
            <p role="status" data-test="lemma-said">{ words }</p>
            if let Some(onclick) = go {
                <div class="acts"><button type="button" class="btn small-btn" {onclick} data-test="lemma-go">{ "Go there" }</button></div>
            }
        </div>
    }
}

/// The run that never decides.
#[component]
fn Forever(props: &PartProps) -> Html {
    let run = use_mut_ref(|| None::<Result<Box<dyn Endless>, String>>);
    let stages = use_state_eq(Vec::<Stage>::new);
    let ended = use_state_eq(|| None::<String>);
    let turns = use_mut_ref(|| 0_usize);
    let turn = {
        let (shown, run, stages, ended) = (props.shown.clone(), run.clone(), stages.clone(), ended.setter());
        Callback::from(move |_: MouseEvent| {
            let mut run = run.borrow_mut();
            let scheduler = run.get_or_insert_with(|| {
                shown
                    .whole(|valence| valence.endless())
                    .unwrap_or_else(|| Err("Nothing is explored yet.".to_owned()))
            });
            let next = scheduler.as_mut().map_err(|words| words.clone()).and_then(|endless| endless.turn());
            match next {
                Ok(stage) => {
                    *turns.borrow_mut() += 1;
                    let mut latest = (*stages).clone();
                    latest.insert(0, stage);
                    latest.truncate(6);
                    stages.set(latest);
                }
                Err(words) => ended.set(Some(words)),
            }
        })
    };
    let open = {
        let run = run.clone();
        Callback::from(move |_: MouseEvent| {
            let recording = run.borrow().as_ref().and_then(|run| run.as_ref().ok()?.record());
            if let Some(mut recording) = recording {
                recording.at = 0;
                let look = crate::route::Look { play: Some(true), ..crate::route::Look::default() };
                crate::browser::go(&crate::route::write(&recording, &look));
            }
        })
    };
    let steps = run.borrow().as_ref().and_then(|run| Some(run.as_ref().ok()?.steps()));
    let body = html! {
        <>
            <div class="acts">
                <button type="button" class="btn small-btn" onclick={turn} disabled={ended.is_some()} data-test="turn">{ "Next turn" }</button>
                <button type="button" class="btn small-btn" onclick={open} disabled={stages.is_empty()} data-test="open-endless">{ "Play it as a run" }</button>
            </div>
            if let Some(steps) = steps { <p class="small" role="status" data-test="turn-steps">{ format!("{} so far, and nothing is decided.", crate::words::count(steps, "step")) }</p> }
            if let Some(words) = &*ended { <p role="status" data-test="turn-ended">{ words }</p> }
            <ol class="plain-list stack" data-test="turns">{ for stages.iter().map(stage) }</ol>
        </>
    };
    let mathematics = html! {
        <math display="block"><mrow><msub><mi>{ "C" }</mi><mn>{ "0" }</mn></msub><mo>{ "→" }</mo><msub><mi>{ "C" }</mi><mn>{ "1" }</mn></msub>
            <mo>{ "→" }</mo><msub><mi>{ "C" }</mi><mn>{ "2" }</mn></msub><mo>{ "→" }</mo><mo>{ "…" }</mo></mrow></math>
    };
    let words = "The scheduler of the proof: processes take turns, the oldest event pending for each happens in its turn, \
                 and always at a moment at which both decisions stay open. So no message waits for ever, and nothing is decided.";
    part("The run that never decides", mathematics, words, body)
}

fn stage(stage: &Stage) -> Html {
    html! {
        <li>
            <p class="small"><strong>{ format!("Turn of {}: {}", stage.process, stage.event) }</strong>
                { format!(", pending for {}", crate::words::count(stage.waited, "step")) }</p>
            <ol class="small">{ for stage.steps.iter().map(|step| html! { <li>{ format!("{}. ", step.title) }<span class="quiet">{ &step.why }</span></li> }) }</ol>
        </li>
    }
}
