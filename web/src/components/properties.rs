//! What should be true, and whether it is. A broken property leads to the step that broke it.

use catalog::{Kind, PropertyStanding};
use yew::prelude::*;

use super::coming::or_why;
use crate::hooks::RunHandle;
use crate::lazy::{self, use_tools};
use crate::playback::Command;
use crate::words;

/// The list.
#[must_use]
pub fn properties(handle: &RunHandle) -> Html {
    let standings = handle.look(|run| run.session().verdicts());
    let broken = standings.iter().filter(|standing| standing.broken.is_some()).count();
    let title = match broken {
        0 => "Holds so far".to_owned(),
        1 => "One property is broken".to_owned(),
        more => format!("{more} properties are broken"),
    };
    html! {
        <section key="properties" class="block" aria-labelledby="holds-title" data-test="properties">
            <h3 key="head" id="holds-title" class={classes!((broken > 0).then_some("bad"))}>{ title }</h3>
            <ul key="list" class="plain-list props">
                { for standings.iter().map(|standing| property(standing, handle)) }
            </ul>
            if broken > 0 { <Shorter key="shorten" handle={handle.clone()} /> }
        </section>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct ShorterProps {
    handle: RunHandle,
}

/// The offer to shorten the run, once its code has come.
#[component]
fn Shorter(props: &ShorterProps) -> Html {
    let tools = use_tools(true);
    or_why(&tools, || lazy::tools().map_or_else(|| html! {}, |tools| (tools.shorten)(&props.handle)))
}

fn property(standing: &PropertyStanding, handle: &RunHandle) -> Html {
    let property = standing.property;
    let title = format!("{} ({})", property.statement, property.source);
    match &standing.broken {
        // What is about all runs, no single one can show.
        None if property.kind != Kind::Always => html! {
            <li key={property.name} {title} data-property={property.key()} data-verdict="open">
                <span class="quiet" aria-hidden="true">{ "–" }</span>
                <span>{ property.name }<span class="small quiet">{ ", for the search to tell" }</span></span>
            </li>
        },
        None => html! {
            <li key={property.name} {title} data-property={property.key()} data-verdict="holds">
                <span class="good" aria-hidden="true">{ "✓" }</span><span>{ property.name }</span>
            </li>
        },
        Some((step, at, reason)) => {
            let step = *step;
            let onclick = handle.sends(move || Command::SeekStep(step));
            html! {
                <li key={property.name} {title} data-property={property.key()} data-verdict="broken">
                    <span class="bad" aria-hidden="true">{ "✗" }</span>
                    <div class="what">
                        <strong class="bad">{ property.name }</strong>
                        <span class="small">{ words::sentence(reason) }</span>
                        <button type="button" class="btn small-btn" {onclick}>{ format!("See it at {}", words::time(*at, false)) }</button>
                    </div>
                </li>
            }
        }
    }
}
