//! The gallery: a cluster that runs, and every room on its shelf.

use yew::prelude::*;

use super::card::Card;
use super::head::ThemeButton;
use super::hero::Hero;
use super::icons;
use crate::browser;
use crate::rooms::{self, RoomCard};

/// The gallery.
#[component]
pub fn Gallery() -> Html {
    use_effect_with((), |()| browser::document().set_title("Bivalent: distributed systems you can break"));
    let (references, rooms): (Vec<_>, Vec<_>) = rooms::all().iter().partition(|room| room.reference);
    let shelves = shelves(&rooms);
    let shelf = |(name, rooms): &(&'static str, Vec<&'static RoomCard>)| {
        html! {
            <section key={*name} class="shelf-row" aria-labelledby={format!("shelf-{}", slug(name))}>
                <h2 id={format!("shelf-{}", slug(name))}>{ *name }</h2>
                <div class="cards">
                    { for rooms.iter().map(|room| html! {
                        <Card key={room.name} room={*room} />
                    }) }
                </div>
            </section>
        }
    };
    html! {
        <div class="page gallery-page" data-test="gallery">
            <header key="head" class="gallery-head wrap">
                <a class="mark" href="#/" aria-current="page">{ icons::mark() }<span>{ "Bivalent" }</span></a>
                <div class="end"><ThemeButton /></div>
            </header>
            <main key="main" class="wrap">
                <div key="hero" class="hero">
                    <div key="words" class="hero-words">
                        <h1>{ "Distributed systems you can break." }</h1>
                        <p>{ "The real protocols, running in your browser. Crash a server, cut the network, and see why every step happened." }</p>
                        if let Some(room) = rooms.first() {
                            <div class="acts">
                                <a key="first" class="btn main large" href={format!("#/{}", room.name)}>{ format!("Open {}", room.title) }</a>
                                if let Some(cut) = room.scenarios.iter().find(|scenario| scenario.name.contains("partition")) {
                                    <a key="cut" class="btn large" href={format!("#/{}/{}", room.name, cut.name)}>{ "Cut a network in two" }</a>
                                }
                            </div>
                        }
                    </div>
                    if let Some(room) = rooms.first() {
                        <Hero key="live" name={room.name} />
                    }
                </div>
                { for shelves.iter().map(shelf) }
                { reference_list(&references) }
            </main>
            <footer key="foot" class="gallery-foot wrap quiet small">
                <p>{ "Bivalent is a page and nothing else: no account, no server, no tracking. It can be embedded in a course page, and a room that has loaded works without a network." }</p>
            </footer>
        </div>
    }
}

/// Models from elsewhere, whose numbers of states are known: a line each.
fn reference_list(rooms: &[&RoomCard]) -> Html {
    if rooms.is_empty() {
        return html! { <section key="references" hidden=true></section> };
    }
    let line = |room: &&RoomCard| {
        html! {
            <li key={room.name}><a href={format!("#/{}", room.name)}>{ room.title }</a>
                <span class="quiet">{ room.about }</span></li>
        }
    };
    html! {
        <section key="references" class="shelf-row" aria-labelledby="shelf-references" data-test="references">
            <div key="head"><h2 id="shelf-references">{ "Reference models" }</h2>
                <p class="quiet small">{ "Models from elsewhere. The search finds exactly as many states in them as their authors’ own checkers do." }</p></div>
            <ul key="list" class="plain-list references small">{ for rooms.iter().map(line) }</ul>
        </section>
    }
}

fn slug(name: &str) -> String {
    name.to_ascii_lowercase().replace(' ', "-")
}

fn shelves(rooms: &[&'static RoomCard]) -> Vec<(&'static str, Vec<&'static RoomCard>)> {
    let mut shelves: Vec<(&'static str, Vec<&RoomCard>)> = Vec::new();
    for room in rooms {
        match shelves.iter_mut().find(|(name, _)| *name == room.shelf) {
            Some((_, shelf)) => shelf.push(room),
            None => shelves.push((room.shelf, vec![room])),
        }
    }
    shelves
}
