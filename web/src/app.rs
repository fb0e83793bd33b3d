//! The whole page as one component.

use yew::prelude::*;

/// The page. It is mounted on `#app` in `index.html` and replaces the first paint that stands there.
#[component]
pub fn App() -> Html {
    html! {
        <main class="boot">
            <h1>{ "Bivalent" }</h1>
            <p>{ "The rooms are being built." }</p>
        </main>
    }
}
