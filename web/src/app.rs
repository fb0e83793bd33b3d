//! The whole page: which part is shown, and in which colours.

use yew::prelude::*;

use crate::browser;
use crate::components::gallery::Gallery;
use crate::components::room::Room;
use crate::context::{Colours, Kept, PageContext};
use crate::hooks::{Store, use_window};
use crate::route::{self, Place, Route};
use crate::tasks::{Tasks, Wire};
use crate::theme::Choice;

/// The page. It is mounted on `#app` in `index.html` and replaces the first paint that stands there.
#[component]
pub fn App() -> Html {
    let place = use_state_eq(read_place);
    let colours = use_colours(place.look.theme);
    // The page's own changes of its address (`browser::replace_address`) are not heard here: they are no events.
    let moved = {
        let place = place.setter();
        move |_| place.set(read_place())
    };
    use_window("hashchange", moved.clone());
    use_window("popstate", moved);
    let page = use_page_of(colours);
    let shown = match &place.route {
        Route::Gallery => html! { <Gallery key="gallery" /> },
        Route::Run(link) => html! { <Room key="room" link={link.clone()} look={place.look} /> },
    };
    html! { <ContextProvider<PageContext> context={page}>{ shown }</ContextProvider<PageContext>> }
}

/// What lives as long as the page.
#[hook]
fn use_page_of(colours: Colours) -> PageContext {
    let tasks = use_memo((), |()| Store::new(Tasks::default()));
    let (wire, kept) = (use_memo((), |()| Wire::default()), use_memo((), |()| Kept::default()));
    PageContext { colours, tasks: (*tasks).clone(), wire: (*wire).clone(), kept: (*kept).clone() }
}

#[hook]
fn use_colours(linked: Option<Choice>) -> Colours {
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
    let set = choice.setter();
    let choose = use_callback((), move |chosen: Choice, ()| {
        chosen.remember();
        set.set(chosen);
    });
    Colours { theme: choice.theme(), choice: *choice, choose }
}

fn read_place() -> Place {
    let location = browser::window().location();
    route::parse(&location.search().unwrap_or_default(), &location.hash().unwrap_or_default())
}
