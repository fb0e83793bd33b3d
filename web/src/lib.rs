//! The page: what runs in the reader's browser.
//!
//! - [`route`] reads the address, [`playback`] is the run that is played, [`canvas`] paints it;
//! - [`lazy`] loads the code of a room when it is opened, and [`rooms`] is what is known of it before;
//! - [`tasks`] is what was asked of the search, which runs beside the page;
//! - [`context`] is what components find around them instead of being handed it;
//! - [`components`] are the parts of the page, one file each, and [`hooks`] what they share: above all the one place
//!   that asks for animation frames;
//! - [`browser`] is the little that the page needs of the browser beyond drawing.
//!
//! Nothing here knows a system: names, words and pictures come from the catalogue.

#![expect(
    clippy::double_must_use,
    reason = "Yew's component macro writes the attribute on what is marked already"
)]

pub mod app;
pub mod browser;
pub mod canvas;
pub mod components;
pub mod context;
pub mod files;
pub mod frame;
pub mod hooks;

pub mod lazy;
pub mod panic;
pub mod playback;
pub mod rooms;
pub mod route;
pub mod tasks;
pub mod theme;
pub mod valency;
pub mod words;
