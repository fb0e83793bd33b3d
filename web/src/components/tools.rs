//! What is loaded when a reader asks for it for the first time: the dialogs, the rules, the search, files, windows to type into.

use web_sys::File;
use yew::prelude::*;

use super::branches::Branches;
use super::cut::CutDialog;
use super::dialogs::Dialog;
use super::download::{Download, open_file};
use super::editors;
use super::embed::EmbedDialog;
use super::help::Help;
use super::mine::MineDialog;
use super::rules::rules;
use super::search::Search;
use super::share::Share;
use super::shorten::Shorten;
use crate::hooks::RunHandle;
use crate::route::Look;

/// The ways to what is loaded later.
#[derive(Clone, Copy, Debug)]
pub struct Tools {
    /// A dialog, and what closes it.
    pub dialog: fn(Dialog, Callback<()>, Look) -> Html,
    /// The tab of the search; it can show the rules.
    pub search: fn(&RunHandle, Callback<()>) -> Html,
    /// The tab of rules and options.
    pub rules: fn(&RunHandle) -> Html,
    /// The offer to leave out of a failing run what does not matter.
    pub shorten: fn(&RunHandle) -> Html,
    /// Opens a recording in the place of the run.
    pub open_file: fn(&File, &RunHandle),
}

/// Windows to type into.
pub type Editors = fn() -> Html;

/// The same, which comes by itself: a room whose text is typed into needs it at once, and no dialog.
pub const EDITORS: Editors = || html! { <editors::Editors /> };

/// All of it.
pub const ALL: Tools = Tools { dialog, search, rules, shorten, open_file };

fn search(handle: &RunHandle, show_rules: Callback<()>) -> Html {
    html! { <Search handle={handle.clone()} {show_rules} /> }
}

fn shorten(handle: &RunHandle) -> Html {
    html! { <Shorten handle={handle.clone()} /> }
}

fn dialog(dialog: Dialog, on_close: Callback<()>, look: Look) -> Html {
    match dialog {
        Dialog::Share => html! { <Share key="share" {look} {on_close} /> },
        Dialog::Download => html! { <Download key="download" {on_close} /> },
        Dialog::Embed => html! { <EmbedDialog key="embed" {look} {on_close} /> },
        Dialog::Help => html! { <Help key="help" {on_close} /> },
        Dialog::Cut => html! { <CutDialog key="cut" {on_close} /> },
        Dialog::Mine(file) => html! { <MineDialog key="mine" {file} {on_close} /> },
        Dialog::Branches => html! { <Branches key="branches" {on_close} /> },
    }
}
