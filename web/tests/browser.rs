//! Browser units: small facts that need a real DOM, run by `wasm-pack test --headless --chrome`.
#![cfg(target_arch = "wasm32")]

use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn the_app_replaces_the_first_paint() {
    let document = web_sys::window().expect("a browser has a window").document().expect("a document");
    let place = document.create_element("div").expect("an element");
    place.set_inner_html("<progress></progress>");
    document.body().expect("a body").append_child(&place).expect("the body takes children");
    yew::Renderer::<web::app::App>::with_root(place.clone()).render();
    yew::platform::time::sleep(std::time::Duration::ZERO).await;
    assert!(place.query_selector("progress").expect("a valid selector").is_none());
    assert!(place.text_content().expect("an element has text").contains("Bivalent"));
}

#[wasm_bindgen_test]
fn the_page_hears_the_reason_of_a_panic() {
    let window = web_sys::window().expect("a browser has a window");
    let heard = Rc::new(RefCell::new(String::new()));
    let listener = {
        let heard = Rc::clone(&heard);
        Closure::<dyn FnMut(web_sys::CustomEvent)>::new(move |event: web_sys::CustomEvent| {
            *heard.borrow_mut() = event.detail().as_string().expect("the reason is text");
        })
    };
    window
        .add_event_listener_with_callback(web::panic::PANIC_EVENT, listener.as_ref().unchecked_ref())
        .expect("a window takes listeners");
    web::panic::tell_page("a leader has a quorum of votes");
    assert!(heard.borrow().contains("a leader has a quorum of votes"));
}
