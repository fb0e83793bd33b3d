//! The head of a room: where the reader is, and what can be taken away from it.

use yew::prelude::*;

use super::icons;
use super::open::{Dialog, Shared};
use crate::app::Colours;
use crate::theme::Choice;

/// The head.
#[must_use]
pub fn head(shared: &Shared) -> Html {
    let (shelf, title) = shared.desk.look(|run| {
        let room = &run.session().about().room;
        (room.shelf, room.title)
    });
    let button = |dialog: Dialog, title: &'static str, class: &'static str| {
        let ask = shared.ask.clone();
        let onclick = Callback::from(move |_| ask.emit(Some(dialog)));
        html! { <button key={title} type="button" {class} {onclick}>{ title }</button> }
    };
    let help = {
        let ask = shared.ask.clone();
        Callback::from(move |_| ask.emit(Some(Dialog::Help)))
    };
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
                { theme_button(&shared.theme) }
                <button key="help" type="button" class="btn icon" aria-label="Keys and help" onclick={help}>{ "?" }</button>
            </div>
        </header>
    }
}

/// From light to dark and back.
#[must_use]
pub fn theme_button(colours: &Colours) -> Html {
    let other = match colours.theme {
        scene::Theme::Dark => scene::Theme::Light,
        scene::Theme::Light | scene::Theme::Print | scene::Theme::Safe => scene::Theme::Dark,
    };
    let label = if other == scene::Theme::Dark { "Dark colours" } else { "Light colours" };
    let onclick = {
        let choose = colours.choose.clone();
        Callback::from(move |_| choose.emit(Choice::Only(other)))
    };
    html! {
        <button key="theme" type="button" class="btn icon" aria-label={label} title={label} {onclick} data-test="theme">
            { icons::sign(icons::THEME) }
        </button>
    }
}
