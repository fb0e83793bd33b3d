//! A link that cannot be opened, or not yet: what is wrong, and the way on.

use yew::prelude::*;

use super::head::ThemeButton;
use super::icons;
use crate::browser;
use crate::rooms::{self, RoomCard};

/// Properties of [`ErrorPage`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// What is wrong, in a sentence.
    pub words: String,
    /// Tries again, where that may help.
    #[prop_or_default]
    pub again: Option<Callback<()>>,
}

/// The page.
#[component]
pub fn ErrorPage(props: &Props) -> Html {
    let title =
        if props.again.is_some() { "This room could not be loaded" } else { "This link cannot be opened" };
    use_effect_with(title, |title| browser::document().set_title(&format!("{title} · Bivalent")));
    let again = props.again.clone().map(|again| {
        html! { <button key="again" type="button" class="btn main" onclick={move |_| again.emit(())}>{ "Try again" }</button> }
    });
    let gallery = if again.is_some() { "btn" } else { "btn main" };
    let room = |room: &RoomCard| {
        html! { <a key={room.name} class="btn" href={format!("#/{}", room.name)}>{ room.title }</a> }
    };
    html! {
        <div class="page error-page-whole" data-test="error">
            <header key="head" class="head">
                <a class="mark" href="#/" aria-label="Bivalent, all rooms">{ icons::mark() }<span>{ "Bivalent" }</span></a>
                <div class="end"><ThemeButton /></div>
            </header>
            <main key="main" class="error-page">
                <h1>{ title }</h1>
                <p role="alert">{ &props.words }</p>
                if again.is_none() {
                    <p class="quiet">{ "It may have been cut short when it was copied, or come from another version." }</p>
                }
                <div class="acts">
                    { for again }
                    <a key="gallery" class={gallery} href="#/">{ "Go to the gallery" }</a>
                    { for rooms::all().iter().filter(|room| !room.reference).map(room) }
                </div>
            </main>
        </div>
    }
}

/// What stands in a room's place while its code is on its way: what `index.html` shows before the page runs.
#[component]
pub fn Waiting() -> Html {
    html! {
        <main class="boot" data-test="waiting">
            <h1>{ "Bivalent" }</h1>
            <progress class="boot-progress" aria-label="Loading"></progress>
        </main>
    }
}
