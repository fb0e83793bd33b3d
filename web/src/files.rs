//! What can be taken away: pictures, traces, recordings; and the text of a file that is brought.

use catalog::{Diagram, Picture, Session};
use js_sys::{Array, Uint8Array};
use scene::{Scene, Theme, svg};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File, HtmlAnchorElement, HtmlCanvasElement, Url};

use crate::browser;
use crate::canvas::Painter;

/// The size of a picture in a file.
const SIZE: (f64, f64) = (960.0, 600.0);
/// A trace holds at most so many steps.
const STEPS: usize = 1_000_000;

/// The text of a file, whatever program wrote it; an `Err` is a sentence.
pub async fn read(file: &File) -> Result<String, String> {
    let bytes = JsFuture::from(file.array_buffer()).await;
    let bytes = bytes.map_err(|_| "This file cannot be read.".to_owned())?;
    catalog::text(Uint8Array::new(&bytes).to_vec())
        .map_err(|words| format!("This file cannot be read: {words}."))
}

/// Saves text as a file.
pub fn save(name: &str, kind: &str, text: &str) {
    let bag = BlobPropertyBag::new();
    bag.set_type(kind);
    let parts = Array::of1(&JsValue::from_str(text));
    if let Ok(blob) = Blob::new_with_str_sequence_and_options(&parts, &bag) {
        save_blob(name, &blob);
    }
}

fn save_blob(name: &str, blob: &Blob) {
    let Ok(url) = Url::create_object_url_with_blob(blob) else { return };
    let link = browser::document().create_element("a").ok();
    if let Some(link) = link.and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok()) {
        link.set_href(&url);
        link.set_download(name);
        link.click();
    }
    let _ = Url::revoke_object_url(&url);
}

fn scene_of(session: &dyn Session, diagram: Diagram) -> Scene {
    session.scene(&Picture::new(diagram, SIZE.0, SIZE.1))
}

/// A picture as SVG.
#[must_use]
pub fn svg(session: &dyn Session, diagram: Diagram, theme: Theme) -> String {
    let about = session.about();
    let title = format!("{}: {}", about.room.title, about.scenario.title);
    let desc = format!("{}, at {}.", diagram.title, session.position().shown);
    let options = svg::Options { title: &title, desc: &desc, margin: 16, ..svg::Options::default() };
    svg::write(&scene_of(session, diagram), theme, &options)
}

/// Saves a picture as PNG.
pub fn png(session: &dyn Session, diagram: Diagram, theme: Theme, name: &str) {
    let scene = scene_of(session, diagram);
    let canvas = browser::document().create_element("canvas").ok();
    let Some(canvas) = canvas.and_then(|canvas| canvas.dyn_into::<HtmlCanvasElement>().ok()) else { return };
    let Some(mut painter) = Painter::new(canvas.clone(), theme) else { return };
    painter.fit(scene.width, scene.height);
    painter.paint_on_paper(&scene);
    let name = name.to_owned();
    let done = wasm_bindgen::closure::Closure::once_into_js(move |blob: Option<Blob>| {
        if let Some(blob) = blob {
            save_blob(&name, &blob);
        }
    });
    let _ = canvas.to_blob(done.unchecked_ref());
}

/// The run so far as JSON lines: every step, and at the end the verdicts.
#[must_use]
pub fn trace(session: &dyn Session) -> String {
    let position = session.position();
    let lines = session.narrate(position.branch, 0, STEPS);
    let mut text = String::new();
    for line in lines.iter().filter(|line| line.step <= position.steps) {
        text.push_str(&catalog::line_json(line).to_string());
        text.push('\n');
    }
    text.push_str(&catalog::end_json(session).to_string());
    text.push('\n');
    text
}
