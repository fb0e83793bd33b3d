//! A dialog: the browser's own, which keeps the focus inside and closes on Escape.

use web_sys::HtmlDialogElement;
use yew::prelude::*;

use crate::browser::Listener;

/// Properties of [`Modal`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// Its heading.
    pub title: AttrValue,
    /// A name for tests.
    pub name: AttrValue,
    /// Closes it.
    pub on_close: Callback<()>,
    /// Wide content.
    #[prop_or_default]
    pub wide: bool,
    /// What it says.
    pub children: Html,
}

/// The dialog. It is open as long as it is there.
#[component]
pub fn Modal(props: &Props) -> Html {
    let dialog = use_node_ref();
    use_effect_with((), {
        let (dialog, close) = (dialog.clone(), props.on_close.clone());
        move |()| {
            let element = dialog.cast::<HtmlDialogElement>();
            let listener = element.as_ref().map(|element| {
                let _ = element.show_modal();
                Listener::new(element, "close", move |_| close.emit(()))
            });
            move || {
                drop(listener);
                if let Some(element) = element.filter(HtmlDialogElement::open) {
                    element.close();
                }
            }
        }
    });
    let close = {
        let close = props.on_close.clone();
        Callback::from(move |_| close.emit(()))
    };
    let heading = format!("{}-title", props.name);
    html! {
        <dialog ref={dialog} class={classes!("dialog", props.wide.then_some("wide"))} aria-labelledby={heading.clone()}
            data-test={props.name.clone()}>
            <header key="head">
                <h2 id={heading}>{ &props.title }</h2>
                <button type="button" class="btn icon plain" aria-label="Close" onclick={close}>{ "×" }</button>
            </header>
            <div key="body" class="dialog-body">{ props.children.clone() }</div>
        </dialog>
    }
}
