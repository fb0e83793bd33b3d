//! Tabs: one can be reached with the tabulator, the arrow keys lead to the others.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use crate::browser;

/// Properties of [`Tabs`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// What they are for.
    pub label: AttrValue,
    /// The id of what they control; the id of a tab is this, `-tab-`, and its name.
    pub controls: AttrValue,
    /// Name and title of each.
    pub tabs: Vec<(AttrValue, AttrValue)>,
    /// The name of the one that is shown.
    pub current: AttrValue,
    /// Shows another.
    pub on_choose: Callback<String>,
    /// More classes.
    #[prop_or_default]
    pub class: Classes,
}

/// The tabs.
#[component]
pub fn Tabs(props: &Props) -> Html {
    let list = use_node_ref();
    let onkeydown = {
        let (list, props) = (list.clone(), props.clone());
        Callback::from(move |event: KeyboardEvent| walk(&event, &list, &props))
    };
    let tab = |(name, title): &(AttrValue, AttrValue)| {
        let current = *name == props.current;
        let onclick = {
            let (choose, name) = (props.on_choose.clone(), name.to_string());
            Callback::from(move |_| choose.emit(name.clone()))
        };
        html! {
            <button key={name.to_string()} type="button" role="tab" id={format!("{}-tab-{name}", props.controls)}
                aria-selected={if current { "true" } else { "false" }} aria-controls={props.controls.clone()}
                tabindex={if current { "0" } else { "-1" }} data-name={name.clone()} {onclick}>{ title }</button>
        }
    };
    html! {
        <div ref={list} class={classes!("tabs", props.class.clone())} role="tablist" aria-label={props.label.clone()}
            {onkeydown}>
            { for props.tabs.iter().map(tab) }
        </div>
    }
}

fn walk(event: &KeyboardEvent, list: &NodeRef, props: &Props) {
    let count = props.tabs.len();
    let Some(here) = props.tabs.iter().position(|(name, _)| *name == props.current) else { return };
    let next = match event.key().as_str() {
        "ArrowRight" => (here + 1) % count,
        "ArrowLeft" => (here + count - 1) % count,
        "Home" => 0,
        "End" => count - 1,
        _ => return,
    };
    event.prevent_default();
    props.on_choose.emit(props.tabs[next].0.to_string());
    let tabs = list.cast::<Element>().and_then(|list| list.query_selector_all("[role=tab]").ok());
    if let Some(tab) = tabs.and_then(|tabs| tabs.get(u32::try_from(next).unwrap_or_default())) {
        browser::focus(tab.unchecked_ref::<HtmlElement>());
    }
}
