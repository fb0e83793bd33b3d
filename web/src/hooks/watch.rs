//! How large an element is, whether it is in view, and how many device pixels the page's pixels have.

use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{
    Element, IntersectionObserver, IntersectionObserverEntry, ResizeObserver, ResizeObserverEntry,
};
use yew::prelude::*;

use crate::browser;

/// The inner size of an element in whole pixels; zero before it is known.
#[hook]
pub fn use_size(node: &NodeRef) -> (f64, f64) {
    let size = use_state_eq(|| (0.0, 0.0));
    use_effect_with(node.clone(), {
        let set = size.setter();
        move |node| {
            let closure = browser::closure::<dyn FnMut(Array)>(move |entries: Array| {
                if let Some(entry) = browser::entries::<ResizeObserverEntry>(&entries).last() {
                    let rect = entry.content_rect();
                    set.set((rect.width().floor(), rect.height().floor()));
                }
            });
            let observer = ResizeObserver::new(closure.as_ref().unchecked_ref()).ok();
            if let (Some(observer), Some(element)) = (&observer, node.cast::<Element>()) {
                observer.observe(&element);
            }
            move || stop(observer.map(|observer| move || observer.disconnect()), closure)
        }
    });
    *size
}

/// Device pixels in a pixel of the page. It changes when a window moves to another screen, with no size changing: a
/// canvas that depends on it is painted again.
#[hook]
pub fn use_pixel_ratio() -> f64 {
    let ratio = use_state_eq(browser::pixel_ratio);
    use_effect_with((), {
        let set = ratio.setter();
        move |()| {
            // Not every change is an event of a media query or of an observer: one that a browser's own tools make is
            // neither. Looking twice a second costs nothing, and does nothing where the ratio is the same.
            let clock = browser::Interval::new(500, move || set.set(browser::pixel_ratio()));
            move || drop(clock)
        }
    });
    *ratio
}

/// Tells when an element comes into view, and when it goes.
#[hook]
pub fn use_seen(node: &NodeRef, tell: Callback<bool>) {
    use_effect_with((node.clone(), tell), |(node, tell)| {
        let tell = tell.clone();
        let closure = browser::closure::<dyn FnMut(Array)>(move |entries: Array| {
            if let Some(entry) = browser::entries::<IntersectionObserverEntry>(&entries).last() {
                tell.emit(entry.is_intersecting());
            }
        });
        let observer = IntersectionObserver::new(closure.as_ref().unchecked_ref()).ok();
        if let (Some(observer), Some(element)) = (&observer, node.cast::<Element>()) {
            observer.observe(&element);
        }
        move || stop(observer.map(|observer| move || observer.disconnect()), closure)
    });
}

/// First the observer, then what it would call.
fn stop(disconnect: Option<impl FnOnce()>, closure: Closure<dyn FnMut(Array)>) {
    if let Some(disconnect) = disconnect {
        disconnect();
    }
    drop(closure);
}
