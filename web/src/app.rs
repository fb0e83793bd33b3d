//! The whole page: which part is shown, and in which colours.

use yew::prelude::*;

use crate::browser;
use crate::components::gallery::Gallery;
use crate::components::room::Room;
use crate::components::trouble::TroublePage;
use crate::hooks::use_window;
use crate::route::{self, Place, Route};
use crate::theme::Choice;

/// The page. It is mounted on `#app` in `index.html` and replaces the first paint that stands there.
#[component]
pub fn App() -> Html {
    let place = use_state_eq(read_place);
    let theme = use_theme(place.look.theme);
    // The page's own changes of its address (`browser::replace_address`) are not heard here: they are no events.
    let moved = {
        let place = place.setter();
        move |_| place.set(read_place())
    };
    use_window("hashchange", moved.clone());
    use_window("popstate", moved);
    match &place.route {
        Route::Gallery => html! { <Gallery key="gallery" {theme} /> },
        Route::Run(recording) => {
            html! { <Room key="room" recording={recording.clone()} look={place.look} {theme} /> }
        }
        Route::Broken(trouble) => html! { <TroublePage key="trouble" words={trouble.to_string()} {theme} /> },
    }
}

/// The colours of the page, and how to choose others.
#[derive(Clone, Debug, PartialEq)]
pub struct Colours {
    /// What is painted.
    pub theme: scene::Theme,
    /// What was chosen.
    pub choice: Choice,
    /// Chooses.
    pub choose: Callback<Choice>,
}

#[hook]
fn use_theme(linked: Option<Choice>) -> Colours {
    let choice = use_state_eq(|| linked.unwrap_or_else(Choice::remembered));
    let update = use_force_update();
    // The system's own change of colours: the style sheet follows by itself, canvases do not.
    use_effect_with((), move |()| {
        let media = browser::window().match_media("(prefers-color-scheme: dark)").ok().flatten();
        let listener =
            media.map(|media| browser::Listener::new(&media, "change", move |_| update.force_update()));
        move || drop(listener)
    });
    use_effect_with(*choice, |choice| choice.show());
    let choose = {
        let choice = choice.setter();
        Callback::from(move |chosen: Choice| {
            chosen.remember();
            choice.set(chosen);
        })
    };
    Colours { theme: choice.theme(), choice: *choice, choose }
}

fn read_place() -> Place {
    let location = browser::window().location();
    route::parse(&location.search().unwrap_or_default(), &location.hash().unwrap_or_default())
}
