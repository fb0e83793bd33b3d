//! The link to this very run, at this moment.

use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::dialog::Modal;
use super::dialogs::Dialog;
use crate::browser;
use crate::context::use_room;
use crate::hooks::address;
use crate::route::Look;

/// Properties of [`Share`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// How the run is shown.
    pub look: Look,
    /// Closes it.
    pub on_close: Callback<()>,
}

/// The dialog. The link is copied at once where the browser allows it.
#[component]
pub fn Share(props: &Props) -> Html {
    let shared = use_room();
    let link =
        use_memo((), |()| browser::base() + &address(&shared.handle, Look { play: None, ..props.look }));
    let other = |dialog: Dialog, words: &'static str| {
        let onclick = shared.asks::<MouseEvent>(dialog);
        html! { <button key={words} type="button" class="btn" {onclick}>{ words }</button> }
    };
    html! {
        <Modal title="Share this run" name="share-dialog" on_close={props.on_close.clone()}>
            <p key="text">{ "The link holds everything: the scenario, the seed, the rules, what you did on every branch, and this moment." }</p>
            <CopyField key="field" label="Link" value={(*link).clone()} />
            <div key="more" class="acts">
                { other(Dialog::Embed, "Embed in a page…") }
                { other(Dialog::Download, "Download…") }
            </div>
        </Modal>
    }
}

/// Properties of [`CopyField`].
#[derive(Clone, PartialEq, Properties)]
pub struct FieldProps {
    /// What it is.
    pub label: AttrValue,
    /// What is copied.
    pub value: String,
}

/// A field whose text is copied as soon as it is shown; where that is forbidden it is selected, ready to be copied.
#[component]
pub fn CopyField(props: &FieldProps) -> Html {
    let input = use_node_ref();
    let said = use_state_eq(|| "");
    let copy = {
        let (input, said) = (input.clone(), said.setter());
        Callback::from(move |value: String| {
            if let Some(input) = input.cast::<HtmlInputElement>() {
                input.select();
            }
            let said = said.clone();
            spawn_local(async move { said.set(copy(&value).await) });
        })
    };
    use_effect_with(props.value.clone(), {
        let copy = copy.clone();
        move |value| copy.emit(value.clone())
    });
    let onclick = {
        let value = props.value.clone();
        Callback::from(move |_| copy.emit(value.clone()))
    };
    html! {
        <div class="copy">
            <label key="field" class="field"><span>{ &props.label }</span>
                <input ref={input} type="text" readonly=true value={props.value.clone()} class="mono" data-test="copy-field" /></label>
            <button key="copy" type="button" class="btn main" {onclick}>{ "Copy" }</button>
            <p key="said" class="quiet small" role="status">{ *said }</p>
        </div>
    }
}

async fn copy(value: &str) -> &'static str {
    let clipboard = browser::window().navigator().clipboard();
    if clipboard.is_undefined() {
        return "Select the text and copy it.";
    }
    match JsFuture::from(clipboard.write_text(value)).await {
        Ok(_) => "Copied.",
        Err(_) => "Select the text and copy it.",
    }
}
