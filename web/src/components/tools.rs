//! What is loaded when a reader asks for it for the first time: the dialogs, the rules, the search, windows to type into.

use yew::prelude::*;

use super::branches::Branches;
use super::cut::CutDialog;
use super::download::download;
use super::editors::Editors;
use super::embed::EmbedDialog;
use super::help::help;
use super::mine::MineDialog;
use super::open::{Dialog, Shared, take_dropped};
use super::rules::rules;
use super::search::Search;
use super::share::Share;
use crate::hooks::Desk;
use crate::route::Look;

/// The ways to what is loaded later.
#[derive(Clone, Copy, Debug)]
pub struct Tools {
    /// A dialog.
    pub dialog: fn(Dialog, &Shared, Look) -> Html,
    /// The tab of the search; it can show the rules.
    pub search: fn(&Desk, Callback<()>) -> Html,
    /// The tab of rules and options.
    pub rules: fn(&Desk) -> Html,
    /// Windows to type into.
    pub editors: fn(&Shared) -> Html,
}

/// All of it.
pub const ALL: Tools = Tools { dialog, search, rules, editors };

fn editors(shared: &Shared) -> Html {
    html! { <Editors shared={shared.clone()} /> }
}

fn search(desk: &Desk, show_rules: Callback<()>) -> Html {
    html! { <Search desk={desk.clone()} {show_rules} /> }
}

fn dialog(dialog: Dialog, shared: &Shared, look: Look) -> Html {
    let close = {
        let ask = shared.ask.clone();
        Callback::from(move |()| ask.emit(None))
    };
    let shared = shared.clone();
    match dialog {
        Dialog::Share => html! { <Share key="share" {shared} {look} on_close={close} /> },
        Dialog::Download => download(&shared, &close),
        Dialog::Embed => html! { <EmbedDialog key="embed" {shared} {look} on_close={close} /> },
        Dialog::Help => help(&shared.theme, &close),
        Dialog::Cut => html! { <CutDialog key="cut" {shared} on_close={close} /> },
        Dialog::Mine => html! { <MineDialog key="mine" file={take_dropped()} on_close={close} /> },
        Dialog::Branches => html! { <Branches key="branches" {shared} on_close={close} /> },
    }
}
