//! The nodes: one of them with all it holds, what is under way, what just happened, and what holds so far.

use std::rc::Rc;

use catalog::view::{NodeView, View};
use catalog::{NodeId, Target};
use yew::prelude::*;

use super::dialogs::Dialog;
use super::events::line;
use super::flights::Flights;
use super::inspector::{acts, inspector};
use super::properties::properties;
use crate::context::RoomContext;

/// So many nodes can be chosen by a button each.
const BUTTONS_UP_TO: usize = 9;

/// The nodes.
#[must_use]
pub fn nodes(shared: &RoomContext) -> Html {
    let view = Rc::new(shared.handle.look(|run| run.session().sketch()));
    let node = shared.handle.look(|run| run.session().node(shared.node).or_else(|| run.session().node(0)));
    let latest = shared.handle.look(|run| run.session().lines(3));
    html! {
        <>
            { chooser(&view, shared) }
            if let Some(node) = node {
                { inspector(&shared.handle, &node) }
            }
            <section key="latest" class="block" aria-labelledby="latest-title">
                <h3 id="latest-title">{ "What just happened" }</h3>
                if latest.is_empty() {
                    <p key="none" class="quiet small">{ "Nothing yet: this is the start." }</p>
                } else {
                    <ol key="lines" class="events">{ for latest.iter().rev().map(|one| line(one, &shared.handle)) }</ol>
                }
            </section>
            { properties(&shared.handle) }
            if shared.handle.look(|run| run.session().about().room.cuts()) {
                <section key="network" class="block" aria-labelledby="network-title">
                    <h3 id="network-title">{ "The network" }</h3>
                    { network(&view, shared) }
                </section>
            }
            <Flights key="flights" handle={shared.handle.clone()} {view} />
        </>
    }
}

fn chooser(view: &View, shared: &RoomContext) -> Html {
    if view.nodes.len() <= BUTTONS_UP_TO {
        return html! {
            <div key="choose" class="choose" role="group" aria-label="Which node">
                { for view.nodes.iter().map(|node| button(node, shared)) }
            </div>
        };
    }
    let onchange = {
        let look_at = shared.look_at.clone();
        Callback::from(move |event: Event| {
            let chosen = event.target_dyn_into::<web_sys::HtmlSelectElement>();
            if let Some(node) = chosen.and_then(|select| select.value().parse::<NodeId>().ok()) {
                look_at.emit(node);
            }
        })
    };
    let option = |node: &NodeView| {
        let selected = node.id == shared.node;
        html! {
            <option key={node.id.to_string()} value={node.id.to_string()} {selected}>
                { format!("{}, {}", node.name, node.role.word) }
            </option>
        }
    };
    html! {
        <label key="choose" class="field"><span>{ "Node" }</span>
            <select {onchange}>{ for view.nodes.iter().map(option) }</select>
        </label>
    }
}

fn button(node: &NodeView, shared: &RoomContext) -> Html {
    let (look_at, id) = (shared.look_at.clone(), node.id);
    let onclick = Callback::from(move |_| look_at.emit(id));
    let pressed = node.id == shared.node;
    let class = classes!("btn", "small-btn", node.role.acting.then_some("acting"));
    html! {
        <button key={node.id.to_string()} type="button" {class} aria-pressed={pressed.to_string()} {onclick}
            title={format!("{}, {}", node.name, node.role.word)} data-node={node.id.to_string()}>{ &node.name }</button>
    }
}

/// What differs from a whole network, and what can be done to all of it.
fn network(view: &View, shared: &RoomContext) -> Html {
    let name = |id: NodeId| view.nodes.get(usize::from(id)).map_or("?", |node| node.name.as_str());
    let odd = view.links.iter().filter(|link| link.cut || link.slow.is_some()).filter_map(|link| {
        let back =
            view.links.iter().any(|other| (other.from, other.to, other.cut) == (link.to, link.from, true));
        let way = match (link.cut && back, link.from < link.to) {
            (true, true) => format!("{} – {}", name(link.from), name(link.to)),
            (true, false) => return None,
            (false, _) => format!("{} → {}", name(link.from), name(link.to)),
        };
        let what = if link.cut { "cut" } else { link.slow.as_deref().unwrap_or_default() };
        let class = if link.cut { "bad" } else { "warn" };
        Some(html! { <li key={way.clone()}><span>{ way }</span>{ " " }<span {class}>{ what }</span></li> })
    });
    let ask = shared.asks::<MouseEvent>(Dialog::Cut);
    html! {
        <div key="network" class="stack">
            if view.links.is_empty() {
                <p key="whole" class="quiet small">{ "Every link is whole." }</p>
            } else {
                <ul key="odd" class="plain-list links small" data-test="links">{ for odd }</ul>
            }
            <div key="acts" class="acts">
                <button key="cut" type="button" class="btn small-btn" onclick={ask}>{ "Cut the network…" }</button>
                { acts(&shared.handle, Target::World) }
            </div>
        </div>
    }
}
