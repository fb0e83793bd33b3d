//! In the place of something whose code is on its way, or did not come.

use yew::prelude::*;

use crate::lazy::Progress;

/// What is wanted, or why it is not there yet.
#[must_use]
pub fn or_why(progress: &Progress, wanted: impl FnOnce() -> Html) -> Html {
    match progress {
        Progress::There => wanted(),
        Progress::Coming => {
            html! { <progress key="coming" class="boot-progress" aria-label="Loading"></progress> }
        }
        Progress::Failed(words, again) => {
            let again = again.clone();
            html! {
                <div key="failed" class="error-page coming">
                    <p key="words" role="alert">{ *words }</p>
                    <button key="again" type="button" class="btn" onclick={move |_| again.emit(())}>{ "Try again" }</button>
                </div>
            }
        }
    }
}
