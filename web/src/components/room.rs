//! A room: loads its code and what stands around its run, reads the link and opens its run.

use catalog::{Error, Recording};
use yew::prelude::*;

use super::error_page::{ErrorPage, Waiting};
use super::open::OpenRoom;
use crate::browser;
use crate::hooks::Run;
use crate::lazy::{self, Progress, use_part, use_room_page};
use crate::playback::{Command, Playback};
use crate::route::{self, Look, View};

/// Properties of [`Room`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The fragment of the link to the run, without `#/`.
    pub link: String,
    /// How it is shown.
    pub look: Look,
}

/// The way to what stands around the run of any room, which the gallery does without.
pub type RoomPage = fn(&Props) -> Html;

/// All of it.
pub const PAGE: RoomPage = |props| html! { <OpenedRoom key="there" ..props.clone() /> };

/// The room, once its code is there.
#[component]
pub fn Room(props: &Props) -> Html {
    let (system, page) = (use_part(Some(&route::room_of(&props.link))), use_room_page(true));
    let failed = [&system, &page].into_iter().find_map(|progress| match progress {
        Progress::Failed(words, again) => Some((*words, again.clone())),
        Progress::There | Progress::Coming => None,
    });
    if let Some((words, again)) = failed {
        return html! { <ErrorPage key="failed" {words} {again} /> };
    }
    match lazy::room_page().filter(|_| system == Progress::There) {
        Some(page) => page(props),
        None => html! { <Waiting key="coming" /> },
    }
}

#[component]
fn OpenedRoom(props: &Props) -> Html {
    let recording = use_memo(props.link.clone(), |link| Recording::from_link(link));
    // Two links may be to the same run, which goes on.
    let opened = use_memo(((*recording).clone(), props.look), |(recording, look)| {
        recording.clone().and_then(|recording| open(&recording, look))
    });
    match &*opened {
        Ok(run) => html! { <OpenRoom key="open" run={run.clone()} look={props.look} /> },
        Err(error) => html! { <ErrorPage key="error" words={error.to_string()} /> },
    }
}

fn open(recording: &Recording, look: &Look) -> Result<Run, Error> {
    let mut run = Playback::new(lazy::open(recording)?);
    if let Some(speed) = look.speed {
        run.apply(Command::Speed(speed));
    }
    if plays_at_first(recording, look) {
        run.apply(Command::Play);
    }
    Ok(Run::new(run))
}

/// A scenario plays when it is opened, a moment that somebody shared stands still; and nothing moves by itself for
/// readers who asked for less motion.
#[must_use]
pub fn plays_at_first(recording: &Recording, look: &Look) -> bool {
    // Beside the tree of all runs a single one would only distract.
    let moment = recording.at > 0 || !recording.branches.is_empty() || look.view == Some(View::Tree);
    look.play.unwrap_or(!moment) && !browser::reduced_motion()
}
