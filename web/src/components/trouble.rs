//! A link that cannot be opened: what is wrong, and the way on.

use yew::prelude::*;

use super::head::theme_button;
use super::icons;
use crate::app::Colours;
use crate::browser;

/// Properties of [`TroublePage`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// What is wrong, in a sentence.
    pub words: String,
    /// The colours of the page.
    pub theme: Colours,
}

/// The page.
#[component]
pub fn TroublePage(props: &Props) -> Html {
    use_effect_with((), |()| browser::document().set_title("This link cannot be opened · Bivalent"));
    let room = |room: &catalog::RoomInfo| {
        html! { <a key={room.name} class="btn" href={format!("#/{}", room.name)}>{ room.title }</a> }
    };
    html! {
        <div class="page trouble-page" data-test="trouble">
            <header key="head" class="head">
                <a class="mark" href="#/" aria-label="Bivalent, all rooms">{ icons::mark() }<span>{ "Bivalent" }</span></a>
                <div class="end">{ theme_button(&props.theme) }</div>
            </header>
            <main key="main" class="trouble">
                <h1>{ "This link cannot be opened" }</h1>
                <p role="alert">{ &props.words }</p>
                <p class="quiet">{ "It may have been cut short when it was copied, or come from another version." }</p>
                <div class="acts">
                    <a key="gallery" class="btn main" href="#/">{ "Go to the gallery" }</a>
                    { for catalog::rooms().iter().filter(|room| !room.reference).map(room) }
                </div>
            </main>
        </div>
    }
}
