//! A room on its shelf: a picture of a real run, what it is about, and its scenarios.

use yew::prelude::*;

use crate::context::use_theme;
use crate::lazy;
use crate::rooms::{RoomCard, ScenarioCard};
use crate::words;

/// Properties of [`Card`].
#[derive(Clone, Properties)]
pub struct Props {
    /// The room.
    pub room: &'static RoomCard,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.room, other.room)
    }
}

/// The card.
#[component]
pub fn Card(props: &Props) -> Html {
    let room = props.room;
    let picture = room.picture(use_theme());
    // Who points at a room will probably open it.
    let expect = Callback::from(move |_: PointerEvent| lazy::expect(room.name));
    html! {
        <article class="card" data-room={room.name} onpointerenter={expect}>
            <a key="open" class="card-open" href={format!("#/{}", room.name)}>
                <div key="picture" class="card-picture" aria-hidden="true">
                    <img src={picture} alt="" width="308" height="158" loading="lazy" /></div>
                <div key="words" class="card-words">
                    <h3>{ room.title }</h3>
                    <p>{ room.about }</p>
                </div>
            </a>
            <div key="scenarios" class="card-scenarios">
                <p class="quiet small">{ numbers(room) }</p>
                <ul class="plain-list">{ for room.scenarios.iter().map(|one| scenario(room.name, one)) }</ul>
            </div>
        </article>
    }
}

fn numbers(room: &RoomCard) -> String {
    let scenarios = words::count(room.scenarios.len(), "scenario");
    match room.rules {
        0 => scenarios,
        rules => format!("{scenarios}; {} that can be switched off", words::count(rules, "rule")),
    }
}

fn scenario(room: &str, scenario: &'static ScenarioCard) -> Html {
    html! {
        <li key={scenario.name}><a href={format!("#/{room}/{}", scenario.name)}>{ scenario.title }</a></li>
    }
}
