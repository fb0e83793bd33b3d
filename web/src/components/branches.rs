//! The branches: their names, where they fork, and two of them side by side from the step at which they part.

use catalog::{BranchInfo, Line};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::dialog::Modal;
use crate::context::use_room;
use crate::hooks::RunHandle;
use crate::playback::Command;
use crate::words;

/// Properties of [`Branches`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// Closes it.
    pub on_close: Callback<()>,
}

/// So many steps of each branch are compared.
const MOST: usize = 60;

/// The dialog.
#[component]
pub fn Branches(props: &Props) -> Html {
    let handle = &use_room().handle;
    let (branches, current) = handle.look(|run| (run.session().branches(), run.session().position().branch));
    let parent = branches.get(current).and_then(|branch| branch.fork).map_or(0, |fork| fork.0);
    let pair =
        use_state_eq(|| (parent, if current == parent { branches.len().saturating_sub(1) } else { current }));
    let (one, other) = *pair;
    let choose = |left: bool| {
        let pair = pair.clone();
        Callback::from(move |branch: usize| pair.set(if left { (branch, pair.1) } else { (pair.0, branch) }))
    };
    let shared = handle.look(|run| run.session().shared(one, other));
    let column = |branch: usize, on_choose: Callback<usize>, side: &'static str| {
        let lines = handle.look(|run| run.session().narrate(branch, shared, MOST));
        column(&branches, branch, &on_choose, &lines, side)
    };
    html! {
        <Modal title="Branches" name="branches-dialog" wide=true on_close={props.on_close.clone()}>
            <ul key="names" class="plain-list names">
                { for branches.iter().enumerate().map(|(i, branch)| name(handle, &branches, i, branch)) }
            </ul>
            <h3 key="compare">{ "Side by side" }</h3>
            <p key="shared" class="quiet small">{ format!("They share the first {}.", words::count(shared as usize, "step")) }</p>
            <div key="columns" class="columns" data-test="compare">
                { column(one, choose(true), "left") }
                { column(other, choose(false), "right") }
            </div>
        </Modal>
    }
}

fn name(handle: &RunHandle, all: &[BranchInfo], i: usize, branch: &BranchInfo) -> Html {
    let onchange = {
        let handle = handle.clone();
        Callback::from(move |event: Event| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                handle.send(Command::Rename(i, input.value()));
            }
        })
    };
    let go = handle.sends(move || Command::Switch(i));
    let about = match branch.fork {
        None => "the first".to_owned(),
        Some((parent, _, at)) => {
            let parent = all.get(parent).map_or("", |parent| parent.name.as_str());
            format!("leaves “{parent}” at {}", words::time(at, false))
        }
    };
    html! {
        <li key={i.to_string()}>
            <input type="text" maxlength="60" aria-label={format!("Name of branch {}", i + 1)} value={branch.name.clone()} {onchange} />
            <span class="quiet small">{ about }</span>
            <button type="button" class="btn small-btn" onclick={go}>{ "Show" }</button>
        </li>
    }
}

fn column(
    all: &[BranchInfo],
    branch: usize,
    on_choose: &Callback<usize>,
    lines: &[Line],
    side: &'static str,
) -> Html {
    let onchange = {
        let on_choose = on_choose.clone();
        Callback::from(move |event: Event| {
            let select = event.target_dyn_into::<HtmlSelectElement>();
            if let Some(branch) = select.and_then(|select| select.value().parse().ok()) {
                on_choose.emit(branch);
            }
        })
    };
    let option = |(i, info): (usize, &BranchInfo)| {
        html! { <option key={i.to_string()} value={i.to_string()} selected={i == branch}>{ &info.name }</option> }
    };
    let row = |line: &Line| {
        html! {
            <li key={line.step.to_string()}>
                <span class="time-said">{ words::time(line.at, false) }</span>
                <span>{ words::sentence(&line.happening.title) }</span>
            </li>
        }
    };
    html! {
        <section key={side} class="column">
            <select key="choice" aria-label={format!("Branch on the {side}")} {onchange}>
                { for all.iter().enumerate().map(option) }
            </select>
            if lines.is_empty() {
                <p key="none" class="quiet small">{ "Nothing has been played beyond what they share." }</p>
            } else {
                <ol key="lines" class="events small">{ for lines.iter().map(row) }</ol>
            }
        </section>
    }
}
