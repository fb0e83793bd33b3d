//! The messages in flight: what they say, and what can be done to them.

use std::rc::Rc;

use catalog::view::{Field, MessageView, View};
use catalog::{NodeId, Target};
use yew::prelude::*;

use super::inspector::acts;
use crate::hooks::RunHandle;
use crate::words;

/// Properties of [`Flights`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The run.
    pub handle: RunHandle,
    /// The state.
    pub view: Rc<View>,
}

/// So many are listed.
const MOST: usize = 12;

/// The messages.
#[component]
pub fn Flights(props: &Props) -> Html {
    let opened = use_state_eq(|| None::<u64>);
    let messages = &props.view.messages;
    let more = messages.len().saturating_sub(MOST);
    let title = match messages.len() {
        0 => "No message under way".to_owned(),
        some => format!("{} under way", words::count(some, "message")),
    };
    let row = |message: &MessageView| {
        let open = *opened == Some(message.id);
        let onclick = {
            let (set, id) = (opened.setter(), message.id);
            Callback::from(move |_| set.set(if open { None } else { Some(id) }))
        };
        flight(message, &props.view, &props.handle, open, &onclick)
    };
    html! {
        <section class="block" aria-labelledby="flights-title" data-test="flights">
            <h3 key="head" id="flights-title">{ title }</h3>
            <ul key="list" class="plain-list flights">{ for messages.iter().take(MOST).map(row) }</ul>
            if more > 0 {
                <p key="more" class="quiet small">{ format!("and {more} more") }</p>
            }
        </section>
    }
}

fn flight(
    message: &MessageView,
    view: &View,
    handle: &RunHandle,
    open: bool,
    onclick: &Callback<MouseEvent>,
) -> Html {
    let name = |id: NodeId| view.nodes.get(usize::from(id)).map_or("?", |node| node.name.as_str());
    let words = if message.label.is_empty() { &*message.kind } else { &*message.label };
    let row = |field: &Field| {
        html! { <div key={field.name.key()} data-field={field.name.key()}><dt>{ &*field.name }</dt><dd>{ &field.value }</dd></div> }
    };
    let whole = if open { handle.look(|run| run.session().message(message.id)) } else { None };
    let fields = whole.iter().flat_map(|whole| &whole.fields).map(row);
    html! {
        <li key={message.id.to_string()}>
            <button key="head" type="button" class="fold" aria-expanded={open.to_string()} onclick={onclick.clone()}
                data-message={message.id.to_string()}>
                <span class="way">{ name(message.from) }{ " → " }{ name(message.to) }</span>{ " " }<span>{ words }</span>
                if message.forged { <span class="badge bad">{ "a lie" }</span> }
            </button>
            if open {
                <div key="body" class="drawer">
                    <strong key="kind" data-kind={message.kind.key()}>{ &*message.kind }</strong>
                    <dl key="fields">{ for fields }</dl>
                    <div key="acts" class="acts">{ acts(handle, Target::Message(message.id)) }</div>
                </div>
            }
        </li>
    }
}
