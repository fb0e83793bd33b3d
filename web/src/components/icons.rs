//! The few drawings of the page's own: the mark and the signs on buttons. Colours come from the style sheet.

use yew::prelude::*;

/// The mark: both outcomes, side by side.
#[must_use]
pub fn mark() -> Html {
    html! {
        <svg class="mark-sign" width="26" height="26" viewBox="0 0 26 26" aria-hidden="true">
            <path class="zero" d="M13 2a11 11 0 0 0 0 22Z" />
            <path class="one" d="M13 2a11 11 0 0 1 0 22Z" />
        </svg>
    }
}

/// A sign on a button.
#[must_use]
pub fn sign(path: &'static str) -> Html {
    html! {
        <svg class="sign" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><path d={path} /></svg>
    }
}

/// A triangle.
pub const PLAY: &str = "M4 2.5v11L13.5 8Z";
/// Two bars.
pub const PAUSE: &str = "M3.5 2.5h3v11h-3ZM9.5 2.5h3v11h-3Z";
/// A triangle and a bar.
pub const STEP: &str = "M3 2.5 10.5 8 3 13.5ZM11 2.5h2v11h-2Z";
/// A bar and a triangle.
pub const BACK: &str = "M13 2.5 5.5 8 13 13.5ZM3 2.5h2v11H3Z";
/// A bar and two triangles.
pub const START: &str = "M14 3 8.5 8 14 13ZM8.5 3 3 8l5.5 5ZM1.5 3H3v10H1.5Z";
/// Half a disc, dark.
pub const THEME: &str = "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Zm0 1.6v9.8a4.9 4.9 0 0 1 0-9.8Z";
