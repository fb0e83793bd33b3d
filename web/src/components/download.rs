//! Files: the picture, the trace, the recording; and opening a recording.

use wasm_bindgen_futures::spawn_local;
use web_sys::{File, HtmlInputElement};
use yew::prelude::*;

use super::dialog::Modal;
use crate::browser;
use crate::context::{use_room, use_theme};
use crate::files;
use crate::hooks::RunHandle;
use crate::lazy;
use crate::playback::Command;
use crate::route::{self, Look};

/// Properties of [`Download`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// Closes it.
    pub on_close: Callback<()>,
}

/// The dialog.
#[component]
pub fn Download(props: &Props) -> Html {
    let (shared, theme) = (use_room(), use_theme());
    let (handle, view) = (shared.handle, shared.view);
    let name = handle.look(|run| {
        let about = run.session().about();
        format!("{}-{}", about.room.name, about.scenario.name)
    });
    let save = |title: &'static str, what: &'static str, act: Callback<MouseEvent>| {
        html! {
            <li key={title}><button type="button" class="btn" onclick={act}>{ title }</button>
                <span class="quiet small">{ what }</span></li>
        }
    };
    let svg = Callback::from({
        let (handle, name) = (handle.clone(), name.clone());
        move |_| {
            let text = handle.look(|run| files::svg(run.session(), view, theme));
            files::save(&format!("{name}-{}.svg", view.key), "image/svg+xml", &text);
        }
    });
    let png = Callback::from({
        let (handle, name) = (handle.clone(), name.clone());
        move |_| {
            handle.look(|run| files::png(run.session(), view, theme, &format!("{name}-{}.png", view.key)))
        }
    });
    let trace = Callback::from({
        let (handle, name) = (handle.clone(), name.clone());
        move |_| {
            let text = handle.look(|run| files::trace(run.session()));
            files::save(&format!("{name}-trace.jsonl"), "application/x-ndjson", &text);
        }
    });
    let recording = Callback::from({
        let handle = handle.clone();
        move |_| {
            let text = handle.look(|run| run.session().recording().to_json());
            files::save(&format!("{name}.json"), "application/json", &text);
        }
    });
    html! {
        <Modal title="Download" name="download-dialog" on_close={props.on_close.clone()}>
            <ul key="files" class="plain-list files">
                { save("Picture as SVG", "this view, for slides and papers", svg) }
                { save("Picture as PNG", "this view, in pixels", png) }
                { save("Trace as JSON", "a line for every step, and the verdicts", trace) }
                { save("Recording", "the run itself; open it here or with the command", recording) }
            </ul>
            <h3 key="open">{ "Open a recording" }</h3>
            { file_field(&handle, &props.on_close) }
        </Modal>
    }
}

fn file_field(handle: &RunHandle, on_close: &Callback<()>) -> Html {
    let onchange = {
        let (handle, close) = (handle.clone(), on_close.clone());
        Callback::from(move |event: Event| {
            let input = event.target_dyn_into::<HtmlInputElement>();
            if let Some(file) = input.and_then(|input| input.files()).and_then(|files| files.get(0)) {
                open_file(&file, &handle);
                close.emit(());
            }
        })
    };
    html! {
        <label key="file" class="field"><span class="quiet small">{ "A .json file that was downloaded here, or drop one on the page." }</span>
            <input type="file" accept=".json,application/json" {onchange} data-test="open-file" /></label>
    }
}

/// Opens a recording in the place of this run; says what is wrong with the file where it cannot.
pub fn open_file(file: &File, handle: &RunHandle) {
    let (file, handle) = (file.clone(), handle.clone());
    spawn_local(async move {
        let opened = files::read(&file)
            .await
            .and_then(|text| catalog::Recording::from_json(&text).map_err(|error| error.to_string()));
        let opened = match opened {
            Ok(recording) => lazy::ready(&recording.system).await.map(|()| recording).map_err(str::to_owned),
            Err(words) => Err(words),
        };
        match opened.and_then(|recording| {
            lazy::open(&recording).map_err(|error| error.to_string()).map(|_| recording)
        }) {
            Ok(recording) => browser::go(&route::write(&recording, &Look::default())),
            Err(words) => handle.send(Command::Say(words)),
        }
    });
}
