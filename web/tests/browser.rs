//! Browser units: small facts that need a real DOM, run by `cargo xtask test` in Chromium.
#![cfg(target_arch = "wasm32")]

use sha2::{Digest, Sha256};
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web::hooks::{Store, use_store};
use yew::prelude::*;

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn the_app_replaces_the_first_paint() {
    let document = web_sys::window().expect("a browser has a window").document().expect("a document");
    let place = document.create_element("div").expect("an element");
    place.set_inner_html("<progress></progress>");
    document.body().expect("a body").append_child(&place).expect("the body takes children");
    yew::Renderer::<web::app::App>::with_root(place.clone()).render();
    // Effects and what is loaded later take a few turns.
    let there = || place.text_content().is_some_and(|text| text.contains("Bivalent"));
    for _ in 0..100 {
        if there() {
            break;
        }
        yew::platform::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert!(there(), "{}", place.inner_html());
    assert!(place.query_selector("progress").expect("a valid selector").is_none());
}

#[derive(Clone, PartialEq, Properties)]
struct CountProps {
    store: Store<u32>,
}

/// Shows a number. While it is rendered for the first time, before anything can hear of it, the number grows.
#[component]
fn Count(props: &CountProps) -> Html {
    let seen = use_store(&props.store);
    let first = use_mut_ref(|| true);
    let shown = seen.look(|count| count.to_string());
    if first.take() {
        props.store.change(|count| *count += 1);
    }
    html! { <p>{ shown }</p> }
}

#[wasm_bindgen_test]
async fn a_store_renders_again_who_shows_it_whenever_it_has_changed() {
    let document = web_sys::window().expect("a browser has a window").document().expect("a document");
    let place = document.create_element("div").expect("an element");
    let store = Store::new(7);
    let props = CountProps { store: store.clone() };
    let app = yew::Renderer::<Count>::with_root_and_props(place.clone(), props).render();
    let settle = || yew::platform::time::sleep(std::time::Duration::from_millis(20));
    settle().await;
    assert_eq!(place.text_content().as_deref(), Some("8"), "it grew before anybody could hear of it");
    store.change_quietly(|count| *count += 1);
    settle().await;
    assert_eq!(place.text_content().as_deref(), Some("8"), "nobody was told");
    store.change(|count| *count += 1);
    settle().await;
    assert_eq!(place.text_content().as_deref(), Some("10"));
    app.destroy();
    store.change(|count| *count += 1);
    settle().await;
    assert_eq!(store.look(|count| *count), 11);
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

/// The table that the native test reads too: both sides run the same, to the last bit.
const GOLDEN: &str = include_str!("../../crates/catalog/tests/golden_hashes.txt");

#[wasm_bindgen_test]
fn every_scenario_runs_in_the_browser_as_it_does_natively() {
    let mut table = String::new();
    for room in catalog::rooms() {
        for scenario in &room.scenarios {
            let mut session = catalog::start(room.name, scenario.name, 1).expect("a scenario opens");
            let length = session.about().length;
            assert!(session.play_to(length, 1_000_000));
            table.push_str(&format!("{}/{} {:016x}\n", room.name, scenario.name, session.hash()));
        }
    }
    assert_eq!(table, GOLDEN);
}

#[wasm_bindgen_test]
fn a_recording_from_a_native_test_is_the_same_run_here() {
    let text = include_str!("../../tests/recordings/faults.json");
    let hashes = include_str!("../../tests/recordings/faults.hash");
    let recording = catalog::Recording::from_json(text).expect("an old recording opens");
    let session = catalog::open(&recording).expect("the recording opens");
    assert!(hashes.starts_with(&format!("{:016x}", session.hash())), "{hashes}");
}

/// The hashes that the native test reads too, a line a picture.
const PICTURES: &str = include_str!("../../tests/pictures/hashes.txt");

#[wasm_bindgen_test]
fn the_same_picture_is_the_same_svg_here() {
    let mut session = catalog::start("raft", "figure-7", 1).expect("the scenario is there");
    let length = session.about().length;
    assert!(session.seek(length));
    let title = format!("Raft, {}, at {length}", session.about().scenario.title);
    let options = scene::svg::Options {
        title: &title,
        desc: session.about().scenario.story,
        margin: 12,
        ..scene::svg::Options::default()
    };
    for key in ["ring", "space-time", "logs", "table"] {
        let diagram = session.diagram(key).expect("Raft lists these");
        let scene = session.scene(&catalog::Picture::new(diagram, 720.0, 480.0));
        let svg = scene::svg::write(&scene, scene::Theme::Light, &options);
        let hash: String = Sha256::digest(svg.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        let line = format!("{hash}  raft-figure-7-3-{key}.svg");
        assert!(PICTURES.lines().any(|known| known == line), "{line}");
    }
}

#[wasm_bindgen_test]
fn the_painter_paints_the_leader_in_the_colour_of_its_term() {
    let document = web_sys::window().expect("a browser has a window").document().expect("a document");
    let canvas: web_sys::HtmlCanvasElement =
        document.create_element("canvas").expect("an element").dyn_into().expect("a canvas");
    let mut session = catalog::start("raft", "replication", 1).expect("the scenario is there");
    assert!(session.seek(catalog::Micros::ms(400)));
    let scene = session.scene(&catalog::Picture::new(catalog::Diagram::RING, 640.0, 430.0));
    let mut painter =
        web::canvas::Painter::new(canvas.clone(), scene::Theme::Light).expect("a canvas has a context");
    painter.fit(scene.width, scene.height);
    painter.paint(&scene);
    let leader = scene.bounds("node:0").expect("S1 is in the picture");
    let ratio = f64::from(canvas.width()) / scene.width;
    let context: web_sys::CanvasRenderingContext2d =
        canvas.get_context("2d").expect("a context").expect("a context").dyn_into().expect("the 2d one");
    // Left of the name and above the words there is only the filling.
    let (x, y) = (leader.center().x - leader.width() * 0.3, leader.center().y - leader.height() * 0.15);
    let pixel =
        context.get_image_data((x * ratio).round(), (y * ratio).round(), 1.0, 1.0).expect("a pixel").data();
    assert_eq!(&pixel[..], [0x0a, 0x6e, 0xbd, 0xff]);
}

#[wasm_bindgen_test]
fn a_playback_never_catches_up_in_one_frame() {
    let session = catalog::start("raft", "first-election", 1).expect("the scenario is there");
    let mut playback = web::playback::Playback::new(session);
    playback.apply(web::playback::Command::Speed(1.0));
    playback.apply(web::playback::Command::Play);
    // The page was hidden for ten minutes.
    playback.frame(600_000.0);
    assert!(playback.session().position().shown <= catalog::Micros::ms(100));
}
