//! The first thing of the gallery: a cluster that runs. A click does to a node what comes first: it crashes it, or
//! restarts it.

use catalog::{Diagram, Recording};
use yew::prelude::*;

use super::coming::or_why;
use super::icons;
use super::picture::{Pick, PictureCanvas};
use super::targets::target_of;
use crate::browser;
use crate::hooks::{Run, use_run};
use crate::lazy::{self, Progress, use_part};
use crate::playback::{Command, Playback};
use crate::words;

/// Properties of [`Hero`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The room.
    pub name: &'static str,
}

/// The cluster, if it opens.
#[component]
pub fn Hero(props: &Props) -> Html {
    let part = use_part(Some(props.name));
    let run =
        use_memo((props.name, part == Progress::There), |(name, there)| there.then(|| open(name)).flatten());
    match &*run {
        Some(run) => html! { <RunningHero run={run.clone()} /> },
        None => html! { <div class="live waits">{ or_why(&part, || html! {}) }</div> },
    }
}

fn open(name: &str) -> Option<Run> {
    let mut session = lazy::open(&Recording::new(name, "", 1)).ok()?;
    // It begins where there is something to see: when the first node acts for the others.
    for _ in 0..2_000 {
        if session.sketch().nodes.iter().any(|node| node.role.acting) || !session.step() {
            break;
        }
    }
    let mut run = Playback::new(session);
    if !browser::reduced_motion() {
        run.apply(Command::Play);
    }
    Some(Run::new(run))
}

#[derive(Clone, PartialEq, Properties)]
struct LiveProps {
    run: Run,
}

#[component]
fn RunningHero(props: &LiveProps) -> Html {
    let handle = use_run(&props.run);
    let (title, nodes, speed, playing) = handle.look(|run| {
        let about = run.session().about();
        (about.room.title, about.nodes.len(), run.speed(), run.playing())
    });
    let said = handle.look(|run| {
        let view = run.session().sketch();
        let acting = view.nodes.iter().find(|node| node.role.acting);
        acting.map_or_else(
            || "no leader".to_owned(),
            |node| {
                let lines = node.lines.first().map(|line| format!(", {line}")).unwrap_or_default();
                format!("{} is {}{lines}", node.name, node.role.word)
            },
        )
    });
    let on_pick = {
        let handle = handle.clone();
        Callback::from(move |pick: Pick| {
            let Some(target) = target_of(&pick.id) else { return };
            let offer = handle.look(|run| run.session().offers(target).into_iter().next());
            if let Some(offer) = offer {
                handle.send(Command::Act(target, offer));
            }
        })
    };
    let (label, sign) = if playing { ("Pause", icons::PAUSE) } else { ("Play", icons::PLAY) };
    html! {
        <section class="live" aria-label={format!("{title}, running")} data-test="hero">
            <div key="picture" class="live-picture">
                <PictureCanvas handle={handle.clone()} diagram={Diagram::RING} cuts=true scrolls=true
                    label={format!("A {title} cluster of {nodes}, running")} {on_pick} />
            </div>
            <footer key="foot">
                <button key="play" type="button" class="btn icon small-icon" aria-label={label} onclick={handle.sends(|| Command::Toggle)}>
                    { icons::sign(sign) }</button>
                <span key="hint" class="live-hint">{ "Click a server to crash it" }</span>
                <span key="said" class="live-said">{ said }</span>
                <span key="speed" class="live-speed">{ words::speed(speed) }</span>
            </footer>
        </section>
    }
}
