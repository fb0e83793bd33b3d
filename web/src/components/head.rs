//! The head of a room: where the reader is, and what can be taken away from it.

use yew::prelude::*;

use super::dialogs::Dialog;
use super::icons;
use crate::context::{RoomContext, use_page};
use crate::theme::Choice;

/// The head.
#[must_use]
pub fn head(shared: &RoomContext) -> Html {
    let (shelf, title) = shared.handle.look(|run| {
        let room = &run.session().about().room;
        (room.shelf, room.title)
    });
    let button = |dialog: Dialog, title: &'static str, class: &'static str| {
        let onclick = shared.asks::<MouseEvent>(dialog);
        html! { <button key={title} type="button" {class} {onclick}>{ title }</button> }
    };
    let help = shared.asks::<MouseEvent>(Dialog::Help);
    html! {
        <header key="head" class="head">
            <a key="mark" class="mark" href="#/" aria-label="Bivalent, all rooms">{ icons::mark() }<span>{ "Bivalent" }</span></a>
            <div key="place" class="place">
                <span class="quiet shelf">{ shelf }{ " /" }</span>
                <h1>{ title }</h1>
            </div>
            <div key="end" class="end">
                { button(Dialog::Embed, "Embed", "btn wide") }
                { button(Dialog::Download, "Download", "btn wide") }
                { button(Dialog::Share, "Share", "btn main") }
                <ThemeButton key="theme" />
                <button key="help" type="button" class="btn icon" aria-label="Keys and help" onclick={help}>{ "?" }</button>
            </div>
        </header>
    }
}

/// From light to dark and back.
#[component]
pub fn ThemeButton() -> Html {
    let colours = use_page().colours;
    let other = match colours.theme {
        scene::Theme::Dark => scene::Theme::Light,
        scene::Theme::Light | scene::Theme::Print | scene::Theme::Safe => scene::Theme::Dark,
    };
    let label = if other == scene::Theme::Dark { "Dark colours" } else { "Light colours" };
    let onclick = {
        let choose = colours.choose;
        Callback::from(move |_| choose.emit(Choice::Only(other)))
    };
    html! {
        <button type="button" class="btn icon" aria-label={label} title={label} {onclick} data-test="theme">
            { icons::sign(icons::THEME) }
        </button>
    }
}
