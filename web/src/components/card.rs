//! A room on its shelf: a picture of a real run, what it is about, and its scenarios.

use catalog::{Micros, Picture, PictureKind, RoomInfo, ScenarioInfo, Session};
use scene::Theme;
use yew::prelude::*;

use crate::words;

/// Properties of [`Card`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The room.
    pub name: &'static str,
    /// In which colours.
    pub theme: Theme,
}

/// The card.
#[component]
pub fn Card(props: &Props) -> Html {
    let room = use_memo(props.name, |name| catalog::rooms().into_iter().find(|room| room.name == *name));
    let picture = use_memo((props.name, props.theme), |(name, theme)| picture(name, *theme));
    let Some(room) = &*room else { return html! { <article class="card"></article> } };
    html! {
        <article class="card" data-room={room.name}>
            <a key="open" class="card-open" href={format!("#/{}", room.name)}>
                <div key="picture" class="card-picture" aria-hidden="true">{ (*picture).clone() }</div>
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

fn numbers(room: &RoomInfo) -> String {
    let scenarios = words::count(room.scenarios.len(), "scenario");
    match room.rules.len() {
        0 => scenarios,
        rules => format!("{scenarios}; {} that can be switched off", words::count(rules, "rule")),
    }
}

fn scenario(room: &str, scenario: &ScenarioInfo) -> Html {
    html! {
        <li key={scenario.name}><a href={format!("#/{room}/{}", scenario.name)} title={scenario.story}>{ scenario.title }</a></li>
    }
}

/// The last scenario but some, two thirds through: where something is to be seen.
fn picture(name: &str, theme: Theme) -> Html {
    let Some(session) = moment(name) else { return html! { <span></span> } };
    let wanted = Picture { compact: true, ..Picture::new(PictureKind::Ring, 300.0, 150.0) };
    let options = scene::svg::Options { title: "", desc: "", prefix: name, transparent: true, margin: 4 };
    let svg = scene::svg::write(&session.scene(&wanted), theme, &options);
    Html::from_html_unchecked(svg.into())
}

fn moment(name: &str) -> Option<Box<dyn Session>> {
    let mut session = catalog::start(name, "", 1).ok()?;
    let length = session.about().length;
    session.seek(Micros(length.0 * 2 / 3));
    Some(session)
}
