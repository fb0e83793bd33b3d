//! What components share.

mod address;
mod keys;
mod listen;
mod run;
mod store;
mod watch;

pub use address::{address, use_address};
pub use keys::use_keys;
pub use listen::{use_document, use_window};
pub use run::{Listening, Run, RunHandle, use_frame, use_run};
pub use store::{Seen, Store, WeakStore, use_store};
pub use watch::{use_pixel_ratio, use_seen, use_size};
