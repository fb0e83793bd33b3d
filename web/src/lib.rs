//! The page: what runs in the reader's browser.

pub mod app;
pub mod panic;
