//! The address bar follows the run.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use yew::prelude::*;

use super::{RunHandle, use_window};
use crate::browser::{self, Timer};
use crate::playback::Playback;
use crate::route::{self, Look};

/// The address bar holds the run as it is, so that reloading and going back keep it. It is written at most once a
/// second, and never after the reader has gone elsewhere.
#[hook]
pub fn use_address(handle: &RunHandle, look: Look) {
    let timer = use_mut_ref(|| None::<Timer>);
    // How long the writing that is to come waits, in milliseconds: none, a while, or longer while it plays.
    let waiting = use_memo(handle.identity(), |_| Cell::new(None::<i32>));
    let known = use_memo(handle.identity(), |_| RefCell::new(hash()));
    let write: Rc<dyn Fn()> = {
        let (handle, known) = (handle.clone(), Rc::clone(&known));
        Rc::new(move || {
            if *known.borrow() == hash() {
                browser::replace_address(&address(&handle, look));
                *known.borrow_mut() = hash();
            }
        })
    };
    let latest = use_mut_ref(|| Rc::clone(&write));
    *latest.borrow_mut() = Rc::clone(&write);
    use_effect_with((handle.clone(), look), {
        let (timer, waiting, latest) = (Rc::clone(&timer), Rc::clone(&waiting), Rc::clone(&latest));
        move |(handle, _)| {
            let pace = if handle.look(Playback::playing) { 1000 } else { 250 };
            if waiting.get().is_none_or(|known| pace < known) {
                waiting.set(Some(pace));
                *timer.borrow_mut() = Some(Timer::new(pace, move || {
                    waiting.set(None);
                    let write = Rc::clone(&*latest.borrow());
                    write();
                }));
            }
        }
    });
    use_effect_with(handle.identity(), move |_| move || drop(timer.borrow_mut().take()));
    use_window("pagehide", move |_| write());
}

fn hash() -> String {
    browser::window().location().hash().unwrap_or_default()
}

/// The address of the run as it is.
#[must_use]
pub fn address(handle: &RunHandle, look: Look) -> String {
    handle.look(|run| {
        let recording = run.session().recording();
        let speed = (run.speed() / run.usual_speed() - 1.0).abs() > 0.01;
        let stands = recording.at == 0 && !run.playing();
        let look = Look { speed: speed.then_some(run.speed()), play: stands.then_some(false), ..look };
        route::write(&recording, &look)
    })
}
