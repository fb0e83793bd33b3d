//! What can be done to a target, as a small menu beside it. Time stands still while it is open.

use catalog::{Offer, Target};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::picture::Pick;
use crate::browser;
use crate::hooks::{RunHandle, use_document};
use crate::playback::Command;
use crate::words;

/// Properties of [`Menu`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The run.
    pub handle: RunHandle,
    /// What it is about.
    pub pick: Pick,
    /// That in words.
    pub target: Target,
    /// Closes it.
    pub on_close: Callback<()>,
}

/// The menu.
#[component]
pub fn Menu(props: &Props) -> Html {
    let menu = use_node_ref();
    let offers = props.handle.look(|run| run.session().offers(props.target));
    use_effect_with(props.pick.clone(), {
        let (menu, handle) = (menu.clone(), props.handle.clone());
        move |pick| {
            handle.send(Command::Hold(true));
            let before = browser::focused();
            open(&menu, pick);
            move || {
                handle.send(Command::Hold(false));
                if let Some(before) = before.filter(|before| before.is_connected()) {
                    browser::focus(&before);
                }
            }
        }
    });
    {
        let (menu, close) = (menu.clone(), props.on_close.clone());
        use_document("pointerdown", move |event| {
            let inside = menu.cast::<web_sys::Node>().is_some_and(|menu| {
                menu.contains(event.target().and_then(|target| target.dyn_into().ok()).as_ref())
            });
            if !inside {
                close.emit(());
            }
        });
    }
    let onkeydown = {
        let (menu, close) = (menu.clone(), props.on_close.clone());
        Callback::from(move |event: KeyboardEvent| key(&event, &menu, &close))
    };
    html! {
        <div class="menu" ref={menu} role="menu" aria-label={props.pick.title.clone()} {onkeydown} data-test="menu"
            tabindex="-1">
            <p key="title" class="menu-title" aria-hidden="true">{ &props.pick.title }</p>
            { for offers.iter().map(|offer| item(props, offer)) }
            if offers.is_empty() {
                <p key="none" class="quiet small">{ "Nothing can be done to it now." }</p>
            }
        </div>
    }
}

fn item(props: &Props, offer: &Offer) -> Html {
    let onclick = {
        let (handle, close) = (props.handle.clone(), props.on_close.clone());
        let (target, offer) = (props.target, offer.clone());
        Callback::from(move |_| {
            handle.send(Command::Act(target, offer.clone()));
            close.emit(());
        })
    };
    html! {
        <button key={offer.key.clone()} type="button" role="menuitem" tabindex="-1" title={offer.title.clone()}
            data-act={offer.key.clone()} {onclick}>{ &offer.short }</button>
    }
}

/// Puts the menu where it fits, and the focus on its first line.
fn open(menu: &NodeRef, pick: &Pick) {
    let Some(menu) = menu.cast::<HtmlElement>() else { return };
    if let Some(stage) = menu.parent_element() {
        // Not `clamp`: see `stage`'s `held`.
        let room = |size: i32, own: i32| f64::from((size - own - 8).max(4));
        let left = (pick.at.0 + 10.0).max(4.0).min(room(stage.client_width(), menu.offset_width()));
        let top = (pick.at.1 - 12.0).max(4.0).min(room(stage.client_height(), menu.offset_height()));
        browser::set_style(&menu, "left", &format!("{}px", words::fixed(left, 0)));
        browser::set_style(&menu, "top", &format!("{}px", words::fixed(top, 0)));
    }
    let first = if pick.by_key { menu.query_selector("[role=menuitem]").ok().flatten() } else { None };
    browser::focus(&first.unwrap_or_else(|| menu.into()));
}

fn key(event: &KeyboardEvent, menu: &NodeRef, close: &Callback<()>) {
    let Some(menu) = menu.cast::<Element>() else { return };
    let Ok(items) = menu.query_selector_all("[role=menuitem]") else { return };
    let count = items.length();
    let here = (0..count).find(|&i| items.get(i) == browser::focused().map(Into::into));
    let next = match event.key().as_str() {
        "ArrowDown" | "ArrowRight" => here.map_or(0, |here| (here + 1) % count.max(1)),
        "ArrowUp" | "ArrowLeft" => here.map_or(count.max(1), |here| here + count.max(1)) - 1,
        "Home" => 0,
        "End" => count.max(1) - 1,
        "Escape" | "Tab" => {
            event.prevent_default();
            return close.emit(());
        }
        _ => return,
    };
    event.prevent_default();
    if let Some(item) = items.get(next % count.max(1)) {
        browser::focus(item.unchecked_ref());
    }
}
