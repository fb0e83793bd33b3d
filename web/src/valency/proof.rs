//! The proof, step by step, on the protocol that is shown.

use impossibility::{NondecidingRun, Stage};
use yew::prelude::*;

use super::circumventions::Circumventions;
use super::game::Game;
use super::lemmas::{First, PartProps, Second, ThirdLemma, part};
use super::{play, use_explored};

/// The lemmas, the run that never decides, and the game.
#[component]
pub(super) fn ProofSide() -> Html {
    let shown = use_explored();
    if let Some(words) = shown.refused() {
        return html! { <p role="alert">{ words }</p> };
    }
    if shown.whole(|configurations| configurations.extent().complete) != Some(true) {
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
            <Circumventions key="way" />
        </div>
    }
}

/// The run that never decides.
#[component]
fn Forever(props: &PartProps) -> Html {
    let run = use_mut_ref(|| None::<Result<Box<dyn NondecidingRun>, String>>);
    let stages = use_state_eq(Vec::<Stage>::new);
    let ended = use_state_eq(|| None::<String>);
    let turns = use_mut_ref(|| 0_usize);
    let turn = {
        let (shown, run, stages, ended) = (props.shown.clone(), run.clone(), stages.clone(), ended.setter());
        Callback::from(move |_: MouseEvent| {
            let mut run = run.borrow_mut();
            let scheduler = run.get_or_insert_with(|| {
                shown
                    .whole(|configurations| configurations.nondeciding())
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
            if let Some(recording) = recording {
                play(recording);
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
