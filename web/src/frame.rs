//! What the page tells the page that it stands in: that it is ready, and how high it would like to be.
//!
//! Nothing told is secret, so everybody may hear it. Heights are told in the dialects that course platforms know.

use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::browser;

#[derive(Serialize)]
#[serde(tag = "type")]
enum Message {
    #[serde(rename = "bivalent:ready")]
    Ready { v: u8 },
    #[serde(rename = "bivalent:resize")]
    Resize { v: u8, height: u32 },
}

#[derive(Serialize)]
struct Lti {
    subject: &'static str,
    height: u32,
}

#[derive(Serialize)]
struct Embedly {
    context: &'static str,
    height: u32,
}

/// The page is there.
pub fn tell_ready() {
    tell(&Message::Ready { v: 1 });
    tell_size();
}

/// How high the frame should be for its width.
pub fn tell_size() {
    let width = browser::window().inner_width().ok().and_then(|width| width.as_f64()).unwrap_or(640.0);
    let height = (width * 0.6 + 90.0).clamp(380.0, 680.0) as u32;
    tell(&Message::Resize { v: 1, height });
    tell_text(&Lti { subject: "lti.frameResize", height });
    tell_text(&Embedly { context: "iframe.resize", height });
}

fn tell(message: &impl Serialize) {
    if let Ok(value) = serde_wasm_bindgen::to_value(message) {
        post(&value);
    }
}

fn tell_text(message: &impl Serialize) {
    if let Ok(text) = serde_json::to_string(message) {
        post(&JsValue::from_str(&text));
    }
}

fn post(value: &JsValue) {
    let window = browser::window();
    if let Ok(Some(parent)) = window.parent()
        && parent != window
    {
        let _ = parent.post_message(value, "*");
    }
}
