//! What components share.

mod address;
mod desk;
mod keys;
mod listen;
mod store;
mod watch;

pub use address::{address, use_address};
pub use desk::{Desk, Listening, Run, use_desk, use_frame};
pub use keys::use_keys;
pub use listen::{use_document, use_window};
pub use store::{Seen, Store, WeakStore, use_store};
pub use watch::{use_pixel_ratio, use_seen, use_size};
