//! What components share.

mod desk;
mod listen;
mod watch;

pub use desk::{Core, Desk, Listening, use_desk, use_frame};
pub use listen::{use_document, use_window};
pub use watch::{use_pixel_ratio, use_seen, use_size};
