//! The options of a room.

use catalog::{OptKind, OptionValue};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::rules::reopen;
use crate::hooks::RunHandle;

/// Properties of [`Options`].
#[derive(Clone, Properties)]
pub struct Props {
    /// The run.
    pub handle: RunHandle,
}

impl PartialEq for Props {
    /// Options belong to the run and never change in it; what a reader is typing stays as it is while it plays.
    fn eq(&self, other: &Self) -> bool {
        self.handle.same(&other.handle)
    }
}

/// The form.
#[component]
pub fn Options(props: &Props) -> Html {
    let options = props.handle.look(|run| run.session().about().options.clone());
    if options.is_empty() {
        return html! { <div class="options"></div> };
    }
    html! {
        <section class="block options" aria-labelledby="options-title" data-test="options">
            <h3 key="head" id="options-title">{ "Options" }</h3>
            { for options.iter().map(|option| field(option, &props.handle)) }
        </section>
    }
}

fn field(option: &OptionValue, handle: &RunHandle) -> Html {
    let help = format!("option-{}-help", option.name);
    let title = match &option.kind {
        OptKind::Number { unit, .. } if !unit.is_empty() => format!("{} ({unit})", option.title),
        OptKind::Number { .. } | OptKind::Switch | OptKind::Choice(_) => option.title.to_owned(),
    };
    html! {
        <div key={option.name} class="option">
            <label class="field"><span>{ title }</span>{ control(option, handle, &help) }</label>
            <p id={help} class="quiet small">{ option.help }</p>
        </div>
    }
}

fn control(option: &OptionValue, handle: &RunHandle, help: &str) -> Html {
    let name = option.name;
    let described = help.to_owned();
    match &option.kind {
        OptKind::Number { least, most, .. } => {
            let onchange = changes(handle, option, |event| {
                let input = event.target_dyn_into::<HtmlInputElement>()?;
                input.report_validity().then(|| input.value())
            });
            html! {
                <input type="number" inputmode="numeric" min={least.to_string()} max={most.to_string()} step="1"
                    required=true value={option.value.clone()} {onchange} data-option={name} aria-describedby={described} />
            }
        }
        OptKind::Switch => {
            let onchange = changes(handle, option, |event| {
                let input = event.target_dyn_into::<HtmlInputElement>()?;
                Some(if input.checked() { "on" } else { "off" }.to_owned())
            });
            html! {
                <input type="checkbox" role="switch" checked={option.value == "on"} {onchange} data-option={name}
                    aria-describedby={described} />
            }
        }
        OptKind::Choice(words) => {
            let onchange =
                changes(handle, option, |event| Some(event.target_dyn_into::<HtmlSelectElement>()?.value()));
            let word = |word: &&'static str| {
                html! { <option key={*word} value={*word} selected={option.value == *word}>{ *word }</option> }
            };
            html! {
                <select {onchange} data-option={name} aria-describedby={described}>{ for words.iter().map(word) }</select>
            }
        }
    }
}

/// A value that differs from the scenario's goes into the recording.
fn changes(
    handle: &RunHandle,
    option: &OptionValue,
    read: impl Fn(&Event) -> Option<String> + 'static,
) -> Callback<Event> {
    let (handle, name, usual) = (handle.clone(), option.name, option.usual.clone());
    Callback::from(move |event: Event| {
        let Some(value) = read(&event) else { return };
        reopen(&handle, |recording| {
            recording.options.remove(name);
            if value != usual {
                recording.options.insert(name.to_owned(), value);
            }
        });
    })
}
