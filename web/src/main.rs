//! Starts the page on the element that `index.html` keeps for it.

fn main() {
    web::panic::install();
    let place = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id("app"))
        .expect("index.html has an element #app");
    yew::Renderer::<web::app::App>::with_root(place).render();
}
