//! The scenario: its title, its story, where it comes from, and the others of the room.

use yew::prelude::*;

use crate::hooks::RunHandle;

/// The story beside the stage.
#[must_use]
pub fn story(handle: &RunHandle) -> Html {
    let title = handle.look(|run| run.session().about().scenario.title);
    html! {
        <section key="story" class="story" aria-label="Scenario">
            <h2 key="title">{ title }</h2>
            { text(handle) }
            { list(handle) }
        </section>
    }
}

/// The same above the stage, folded, where there is no room beside it.
#[must_use]
pub fn story_fold(handle: &RunHandle) -> Html {
    let title = handle.look(|run| run.session().about().scenario.title);
    html! {
        <details class="story-fold" key={handle.identity().to_string()}>
            <summary><span class="quiet small">{ "Scenario" }</span>{ " " }<strong>{ title }</strong></summary>
            <div class="story-body">
                { text(handle) }
                { list(handle) }
            </div>
        </details>
    }
}

fn text(handle: &RunHandle) -> Html {
    let (story, source) = handle.look(|run| {
        let scenario = &run.session().about().scenario;
        (scenario.story, scenario.source)
    });
    html! {
        <div key="text" class="story-text">
            <p>{ story }</p>
            <p class="quiet small">{ source }</p>
        </div>
    }
}

fn list(handle: &RunHandle) -> Html {
    handle.look(|run| {
        let about = run.session().about();
        let item = |scenario: &catalog::ScenarioInfo| {
            let current = scenario.name == about.scenario.name;
            let href = format!("#/{}/{}", about.room.name, scenario.name);
            html! {
                <li key={scenario.name} aria-current={current.then_some("true")}>
                    <a {href} data-scenario={scenario.name}>{ scenario.title }</a>
                </li>
            }
        };
        html! {
            <nav key="list" aria-label="Scenarios">
                <ol class="scenarios">{ for about.room.scenarios.iter().map(item) }</ol>
            </nav>
        }
    })
}
