//! The rules of the protocol, each of which can be switched off, and the options of the room. A change opens the
//! same scenario again, with the same seed.

use catalog::{Recording, RuleValue};
use yew::prelude::*;

use super::options::Options;
use super::properties::properties;
use crate::browser;
use crate::hooks::RunHandle;
use crate::route::{self, Look};

/// The rules and options.
#[must_use]
pub fn rules(handle: &RunHandle) -> Html {
    let (list, source) = handle.look(|run| {
        let about = run.session().about();
        (about.rules.clone(), about.room.source)
    });
    let changed = handle.look(|run| {
        let about = run.session().about();
        about.rules.iter().any(|rule| rule.on != rule.usual)
            || about.options.iter().any(|option| option.value != option.usual)
    });
    let reset = {
        let handle = handle.clone();
        Callback::from(move |_| {
            reopen(&handle, |recording| {
                recording.without.clear();
                recording.with.clear();
                recording.options.clear();
            });
        })
    };
    html! {
        <>
            if !list.is_empty() {
                <section key="rules" class="block" aria-labelledby="rules-title" data-test="rules">
                    <h3 key="head" id="rules-title">{ "Rules that keep it safe" }</h3>
                    <p key="text" class="quiet small">{ "Switch one off, and the scenario starts again without it." }</p>
                    <ul key="list" class="plain-list rules">{ for list.iter().map(|one| rule(one, handle)) }</ul>
                    <p key="source" class="quiet small">{ source }</p>
                </section>
            }
            <Options key="options" handle={handle.clone()} />
            if changed {
                <div key="reset" class="acts">
                    <button type="button" class="btn" onclick={reset}>{ "As the scenario has them" }</button>
                </div>
            }
            { properties(handle) }
        </>
    }
}

fn rule(rule: &RuleValue, handle: &RunHandle) -> Html {
    let onchange = {
        let (handle, name, on, usual) = (handle.clone(), rule.name, !rule.on, rule.usual);
        Callback::from(move |_| {
            reopen(&handle, |recording| {
                recording.without.retain(|known| known != name);
                recording.with.retain(|known| known != name);
                match (on, usual) {
                    (true, false) => recording.with.push(name.to_owned()),
                    (false, true) => recording.without.push(name.to_owned()),
                    (true, true) | (false, false) => {}
                }
            });
        })
    };
    html! {
        <li key={rule.name}>
            <label class="check">
                <input type="checkbox" role="switch" checked={rule.on} {onchange} data-rule={rule.name} />
                <span>{ rule.title }{ " " }<cite class="quiet small">{ rule.source }</cite></span>
            </label>
            <p class="quiet small why">{ rule.why }</p>
        </li>
    }
}

/// Opens the scenario again from its start, with something changed. The old run stays behind the back button.
pub fn reopen(handle: &RunHandle, change: impl FnOnce(&mut Recording)) {
    let mut recording = handle.look(|run| run.session().recording());
    recording.at = 0;
    recording.branch = 0;
    recording.branches.clear();
    change(&mut recording);
    browser::go(&route::write(&recording, &Look::default()));
}
