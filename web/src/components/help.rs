//! Keys and signs, and the colours of the page.

use catalog::MarkKind;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::dialog::Modal;
use super::track::mark_figure;
use crate::context::{Colours, use_page};
use crate::theme::Choice;

const KEYS: [(&str, &str); 8] = [
    ("Space", "play or pause"),
    ("→", "one step on"),
    ("←", "one step back"),
    (".", "on to the next mark"),
    (",", "back to the mark before"),
    ("R", "back to the start"),
    ("?", "this list"),
    ("Tab, then arrows", "from node to message to link; Enter says what can be done"),
];

const MARKS: [(MarkKind, &str); 6] = [
    (MarkKind::Era, "a new leader, ballot or branch"),
    (MarkKind::Decided, "decided, answered or final"),
    (MarkKind::Request, "a request"),
    (MarkKind::Fault, "a fault"),
    (MarkKind::Repair, "a fault was mended"),
    (MarkKind::Violation, "a property is broken"),
];

/// Properties of [`Help`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// Closes it.
    pub on_close: Callback<()>,
}

/// The dialog.
#[component]
pub fn Help(props: &Props) -> Html {
    let colours = use_page().colours;
    let key = |(key, what): &(&'static str, &'static str)| {
        html! { <div key={*key}><dt><kbd>{ *key }</kbd></dt><dd>{ *what }</dd></div> }
    };
    let mark = |(kind, name): &(MarkKind, &'static str)| {
        let (class, figure) = mark_figure(*kind);
        html! {
            <li key={class}><svg width="22" height="22" viewBox="-11 -11 22 22" class={classes!("mark-at", class)} aria-hidden="true">
                <path d={figure} /></svg><span>{ *name }</span></li>
        }
    };
    html! {
        <Modal title="Keys and help" name="help-dialog" on_close={props.on_close.clone()}>
            <p key="click">{ "Click a node, a message or a link to see what can be done to it. Draw a line across the network to cut it. What you do in the past starts a branch; the old future is kept." }</p>
            <h3 key="keys-title">{ "Keys" }</h3>
            <dl key="keys" class="keys-list">{ for KEYS.iter().map(key) }</dl>
            <h3 key="marks-title">{ "Marks on the time bar" }</h3>
            <ul key="marks" class="plain-list marks-list">{ for MARKS.iter().map(mark) }</ul>
            { colour_choice(&colours) }
        </Modal>
    }
}

fn colour_choice(colours: &Colours) -> Html {
    let onchange = {
        let choose = colours.choose.clone();
        Callback::from(move |event: Event| {
            let select = event.target_dyn_into::<HtmlSelectElement>();
            if let Some(choice) = select.and_then(|select| Choice::named(&select.value())) {
                choose.emit(choice);
            }
        })
    };
    let option = |choice: Choice| {
        html! {
            <option key={choice.name()} value={choice.name()} selected={choice == colours.choice}>{ choice.title() }</option>
        }
    };
    html! {
        <label key="colours" class="field"><span>{ "Colours" }</span>
            <select {onchange}>{ for Choice::ALL.into_iter().map(option) }</select></label>
    }
}
