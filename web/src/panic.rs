//! What happens when the program breaks one of its own rules: the reader is told, and nothing more is drawn.
//!
//! After a panic the WebAssembly can still be called, but its state means nothing. `web/boot.js` hears the event
//! sent here and puts a card with the link and the reason in the place of the app.

use wasm_bindgen::JsValue;
use web_sys::{CustomEvent, CustomEventInit};

/// The event's name, shared with `web/boot.js`.
pub const PANIC_EVENT: &str = "bivalent-panic";

/// Sends every panic to the console, for the programmer, and to the page, for the reader.
pub fn install() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        tell_page(&info.to_string());
    }));
}

/// The half of the hook that `web/boot.js` hears.
pub fn tell_page(reason: &str) {
    let init = CustomEventInit::new();
    init.set_detail(&JsValue::from_str(reason));
    let Some(window) = web_sys::window() else { return };
    if let Ok(event) = CustomEvent::new_with_event_init_dict(PANIC_EVENT, &init) {
        // Nobody listening is no second failure.
        let _ = window.dispatch_event(&event);
    }
}
