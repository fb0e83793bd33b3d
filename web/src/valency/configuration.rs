//! The configuration that is looked at: its picture, what can be decided from it, and what can happen next.

use std::cell::RefCell;

use impossibility::{Configurations, line};
use yew::prelude::*;

use super::{ExploredHandle, class_of, kind_of};
use crate::canvas::Painter;
use crate::context::use_theme;
use crate::hooks::{use_pixel_ratio, use_size};

/// Properties of [`Configuration`].
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// The configurations.
    pub shown: ExploredHandle,
}

/// The configuration.
#[component]
pub(super) fn Configuration(props: &Props) -> Html {
    let shown = &props.shown;
    let Some(state) = shown.selected() else {
        let words =
            "Choose a configuration: click one, or walk with the arrow keys. A second click opens it.";
        return html! { <div class="configuration"><p class="quiet">{ words }</p></div> };
    };
    let walk = shown.selected_walk().unwrap_or_default();
    html! {
        <div class="configuration" data-test="configuration" data-state={state.to_string()}>
            <Picture key="picture" shown={shown.clone()} {state} />
            <div key="words" class="stack configuration-words">
                { what(shown, state, &walk) }
                { next(shown, state, &walk) }
            </div>
        </div>
    }
}

/// What it is, and how it was reached.
fn what(shown: &ExploredHandle, state: u32, walk: &[u32]) -> Html {
    let words = shown.whole(|configurations| {
        let kind = configurations.shade(state).words();
        let reached = match walk {
            [.., before, here] => {
                format!("After step {}: {}.", walk.len() - 1, configurations.event(*before, *here).title)
            }
            _ => format!("The start, with inputs {}.", configurations.inputs(state)),
        };
        let valency = configurations.proof().valency.get(state as usize).copied().unwrap_or_default();
        let critical = valency & 0b11 == 0b11
            && !configurations
                .proof()
                .events(state)
                .any(|(_, next)| configurations.proof().valency[next as usize] & 0b11 == 0b11);
        let lines: Vec<String> = configurations.view(state).nodes.iter().map(line).collect();
        (kind, reached, valency, critical, lines)
    });
    let Some((kind, reached, valency, critical, lines)) = words else { return html! {} };
    let play = {
        let (shown, walk) = (shown.clone(), walk.to_vec());
        Callback::from(move |_| shown.play(&walk))
    };
    html! {
        <div key="what" class="stack">
            <p data-test="configuration-kind" data-kind={class_of(valency)}>
                <i class={classes!("swatch", class_of(valency))} aria-hidden="true"></i>
                <strong>{ crate::words::sentence(kind) }</strong>
                if critical { { " Critical: no step leaves both open." } }
            </p>
            <p class="small">{ reached }</p>
            <ul class="hidden">{ for lines.into_iter().map(|line| html! { <li>{ line }</li> }) }</ul>
            if walk.len() > 1 {
                <div class="acts"><button type="button" class="btn small-btn" onclick={play} data-test="valency-play">
                    { "Play this schedule" }</button></div>
            }
        </div>
    }
}

/// What can happen next, each event with what it leaves open.
fn next(shown: &ExploredHandle, state: u32, walk: &[u32]) -> Html {
    let events = shown.whole(|configurations: &dyn Configurations| {
        let proof = configurations.proof();
        let event = |(place, (_, next)): (usize, (u32, u32))| {
            let valency = proof.valency.get(next as usize).copied().unwrap_or_default();
            (place, next, configurations.event(state, next).title, valency)
        };
        proof.events(state).enumerate().map(event).collect::<Vec<_>>()
    });
    let events = events.unwrap_or_default();
    if events.is_empty() {
        return html! { <p key="next" class="small quiet">{ "Nothing more can happen." }</p> };
    }
    let item = |(place, next, title, valency): (usize, u32, String, u16)| {
        let onclick = {
            let (shown, mut walk) = (shown.clone(), walk.to_vec());
            walk.push(next);
            Callback::from(move |_| shown.follow(&walk))
        };
        html! {
            <li key={place.to_string()}>
                <button type="button" class="valency-event" {onclick} data-kind={class_of(valency)} data-test="valency-event">
                    <i class={classes!("swatch", class_of(valency))} aria-hidden="true"></i>
                    <span>{ title }</span><span class="small quiet">{ kind_of(valency) }</span>
                </button>
            </li>
        }
    };
    html! {
        <div key="next" class="stack">
            <p><strong>{ "What can happen next" }</strong></p>
            <ul class="plain-list valency-events">{ for events.into_iter().map(item) }</ul>
        </div>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct PictureProps {
    shown: ExploredHandle,
    state: u32,
}

/// The same picture as of any run.
#[component]
fn Picture(props: &PictureProps) -> Html {
    let (place, canvas) = (use_node_ref(), use_node_ref());
    let (size, ratio) = (use_size(&place), use_pixel_ratio());
    let theme = use_theme();
    let painter = use_memo(theme, |_| RefCell::new(None::<Painter>));
    use_effect_with((props.shown.clone(), props.state, size, theme, ratio), {
        let (canvas, painter) = (canvas.clone(), painter.clone());
        move |(shown, state, size, theme, _)| {
            let scene =
                shown.whole(|configurations| configurations.scene(*state, *size)).filter(|_| size.0 > 1.0);
            let mut painter = painter.borrow_mut();
            if painter.is_none() {
                *painter = canvas.cast().and_then(|canvas| Painter::new(canvas, *theme));
            }
            if let (Some(painter), Some(scene)) = (painter.as_mut(), scene) {
                painter.fit(size.0, size.1);
                painter.paint(&scene);
            }
        }
    });
    html! {
        <div class="configuration-picture" ref={place}>
            <canvas ref={canvas} role="img" aria-label="The configuration" />
        </div>
    }
}
