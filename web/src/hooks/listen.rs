//! Events of the window and of the document.

use std::cell::RefCell;
use std::rc::Rc;

use web_sys::{Event, EventTarget};
use yew::prelude::*;

use crate::browser::{self, Listener};

/// Hears an event of the window for as long as the component is there.
#[hook]
pub fn use_window(name: &'static str, hear: impl FnMut(Event) + 'static) {
    use_event(browser::window().into(), name, Box::new(hear));
}

/// Hears an event of the document for as long as the component is there.
#[hook]
pub fn use_document(name: &'static str, hear: impl FnMut(Event) + 'static) {
    use_event(browser::document().into(), name, Box::new(hear));
}

/// What is done with an event.
type Hear = Box<dyn FnMut(Event)>;

/// One listener, and behind it what the latest rendering wants to hear.
#[hook]
fn use_event(target: EventTarget, name: &'static str, hear: Hear) {
    let latest: Rc<RefCell<Option<Hear>>> = use_mut_ref(|| None);
    *latest.borrow_mut() = Some(hear);
    use_effect_with((), move |()| {
        let listener = Listener::new(&target, name, move |event| {
            // Taken out while it runs: what it does may render again.
            let taken = latest.borrow_mut().take();
            if let Some(mut hear) = taken {
                hear(event);
                latest.borrow_mut().get_or_insert(hear);
            }
        });
        move || drop(listener)
    });
}
