//! Over the tree: as what it is drawn, how near, and how many configurations there are of which kind.

use impossibility::{Configurations, Extent, Look, TreeView};
use yew::prelude::*;

use super::{ExploredHandle, number};

/// What is drawn, and how many there are of which kind.
pub(super) fn bar(shown: &ExploredHandle) -> Html {
    let (look, cut, unfolded, nodes) = shown
        .tree(|tree| (tree.look(), tree.cut(), tree.unfolded(), tree.nodes()))
        .unwrap_or((Look::Schedules(1), false, false, 0));
    let choose = {
        let shown = shown.clone();
        Callback::from(move |event: Event| {
            let select: Option<web_sys::HtmlSelectElement> = event.target_dyn_into();
            let depth =
                shown.whole(|configurations| TreeView::depth_for(configurations, super::FIRST)).unwrap_or(1);
            match select.map(|select| select.value()).as_deref() {
                Some("once") => shown.draw_as(Look::Once),
                Some("folded") => shown.draw_as(Look::Folded),
                _ => shown.draw_as(Look::Schedules(depth)),
            }
        })
    };
    let depth = if let Look::Schedules(depth) = look { Some(depth) } else { None };
    let option = |value: &'static str, title: &'static str, current: bool| {
        html! { <option {value} selected={current}>{ title }</option> }
    };
    html! {
        <div key="bar" class="valency-bar">
            <label class="small">{ "Drawn as " }
                <select onchange={choose} data-test="valency-look">
                    { option("schedules", "all schedules", depth.is_some()) }
                    { option("once", "each configuration once", look == Look::Once) }
                    { option("folded", "the graph it folds into", look == Look::Folded) }
                </select>
            </label>
            if let Some(depth) = depth { { deeper(shown, depth, cut) } }
            { zooms(shown) }
            { counts(shown) }
            if unfolded {
                <p class="small quiet">{ "There are too many configurations to fold: each stands where it is met first." }</p>
            }
            <p class="small quiet" data-test="valency-nodes">{ format!("{} nodes drawn", number(nodes as u64)) }
                if depth.is_some() && cut { { "; some are closed" } }</p>
        </div>
    }
}

/// A step deeper, or less deep.
fn deeper(shown: &ExploredHandle, depth: usize, cut: bool) -> Html {
    let to = |depth: usize| {
        let shown = shown.clone();
        Callback::from(move |_: MouseEvent| shown.draw_as(Look::Schedules(depth)))
    };
    html! {
        <span class="acts" key="depth">
            <button type="button" class="btn small-btn" disabled={depth < 2} onclick={to(depth.saturating_sub(1))}
                aria-label="One step less deep">{ "−" }</button>
            <span class="small" data-test="valency-depth">{ format!("{depth} steps deep") }</span>
            <button type="button" class="btn small-btn" disabled={!cut} onclick={to(depth + 1)}
                aria-label="One step deeper" data-test="valency-deeper">{ "+" }</button>
        </span>
    }
}

fn zooms(shown: &ExploredHandle) -> Html {
    let zoom = |factor: f64| {
        let shown = shown.clone();
        Callback::from(move |_: MouseEvent| {
            let (width, height) = shown.size();
            shown.change(|tree, _| tree.zoom(factor, (width / 2.0, height / 2.0)));
        })
    };
    let fit = {
        let shown = shown.clone();
        Callback::from(move |_: MouseEvent| {
            shown.change(|tree, _| tree.fit());
        })
    };
    html! {
        <span class="acts" key="zoom">
            <button type="button" class="btn small-btn" onclick={zoom(0.5)} aria-label="Zoom out">{ "Out" }</button>
            <button type="button" class="btn small-btn" onclick={zoom(2.0)} aria-label="Zoom in" data-test="valency-in">{ "In" }</button>
            <button type="button" class="btn small-btn" onclick={fit} data-test="valency-fit">{ "All" }</button>
        </span>
    }
}

/// How many configurations there are of which kind; each kind by name, colour and pattern.
fn counts(shown: &ExploredHandle) -> Html {
    let Some((extent, totals)) =
        shown.whole(|configurations: &dyn Configurations| (configurations.extent(), configurations.totals()))
    else {
        return html! {};
    };
    let Extent { states, complete, .. } = extent;
    if !complete {
        let words = format!(
            "More than {} configurations: what cannot be decided is not known.",
            number(states as u64)
        );
        return html! { <p class="small" role="status">{ words }</p> };
    }
    let kind = |class: &'static str, name: &'static str, count: u64| {
        html! { <span key={class}><i class={classes!("swatch", class)} aria-hidden="true"></i>{ format!("{} {name}", number(count)) }</span> }
    };
    let valency = totals.valency;
    html! {
        <p class="small valency-counts" data-test="valency-counts">
            <strong>{ format!("{} configurations: ", number(states as u64)) }</strong>
            { kind("zero", "0-valent", valency.zero) }
            { kind("one", "1-valent", valency.one) }
            { kind("both", "bivalent", valency.bivalent) }
            { kind("stuck", "stuck", valency.stuck) }
            <span key="critical">{ format!("{} critical", number(totals.critical)) }</span>
        </p>
    }
}
