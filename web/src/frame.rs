//! What the page tells the page that it stands in: that it is ready, and how high it would like to be.
//!
//! Nothing told is secret, so everybody may hear it. Heights are told in the dialects that course platforms know.

use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;

use crate::browser;

/// The page is there.
pub fn tell_ready() {
    tell(&[("type", "bivalent:ready".into()), ("v", 1.into())]);
    tell_size();
}

/// How high the frame should be for its width.
pub fn tell_size() {
    let width = browser::window().inner_width().ok().and_then(|width| width.as_f64()).unwrap_or(640.0);
    let height = (width * 0.6 + 90.0).clamp(380.0, 680.0) as u32;
    tell(&[("type", "bivalent:resize".into()), ("v", 1.into()), ("height", height.into())]);
    post(&format!("{{\"subject\":\"lti.frameResize\",\"height\":{height}}}").into());
    post(&format!("{{\"context\":\"iframe.resize\",\"height\":{height}}}").into());
}

fn tell(fields: &[(&str, JsValue)]) {
    let message = Object::new();
    for (name, value) in fields {
        let _ = Reflect::set(&message, &(*name).into(), value);
    }
    post(&message);
}

fn post(value: &JsValue) {
    let window = browser::window();
    if let Ok(Some(parent)) = window.parent()
        && parent != window
    {
        let _ = parent.post_message(value, "*");
    }
}
