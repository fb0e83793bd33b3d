//! The wire to `web/search.js`, which is loaded when the first question is asked.

use std::cell::RefCell;
use std::rc::Rc;

use catalog::task::Report;
use js_sys::Function;
use serde::Serialize;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

use crate::browser::{self, Listener};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = bivalentSearch, js_name = ask)]
    fn ask_script(version: &str, question: &str, tell: &JsValue) -> Result<Function, JsValue>;
}

/// The way to the search. Its clones are the same way; so are two that are equal.
#[derive(Clone, Default)]
pub struct Wire(Rc<RefCell<Script>>);

impl PartialEq for Wire {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

#[derive(Default)]
enum Script {
    #[default]
    Absent,
    Coming(Vec<Then>, [Listener; 2]),
    There,
}

type Then = Box<dyn FnOnce(Result<(), String>)>;

/// Asks a question under way to say what it has found, and to end.
#[derive(Clone)]
pub struct Stop(Function);

impl Stop {
    /// Asks it.
    pub fn stop(&self) {
        let _ = self.0.call0(&JsValue::NULL);
    }
}

impl Wire {
    /// Asks: about a room ([`catalog::task::Ask`]), or a way around the impossibility of consensus
    /// ([`impossibility::circumventions::Way`]). Reports come with their words and how many milliseconds it has taken;
    /// `then` has what asks it to stop, or a sentence where it could not be asked.
    pub fn ask(
        &self,
        ask: &impl Serialize,
        hear: impl FnMut(Report, String, f64) + 'static,
        then: impl FnOnce(Result<Stop, String>) + 'static,
    ) {
        let question = serde_json::to_string(ask).unwrap_or_default();
        self.load(move |loaded| then(loaded.and_then(|()| asked(&question, hear))));
    }

    /// Loads the script, unless it is there, and then goes on.
    pub(super) fn load(&self, then: impl FnOnce(Result<(), String>) + 'static) {
        {
            let script = &mut *self.0.borrow_mut();
            match script {
                Script::There => {}
                Script::Coming(waiting, _) => return waiting.push(Box::new(then)),
                Script::Absent => return *script = self.fetch(Box::new(then)),
            }
        }
        then(Ok(()));
    }

    fn fetch(&self, then: Then) -> Script {
        let Ok(element) = browser::document().create_element("script") else { return Script::Absent };
        let (arrives, fails) = (self.clone(), self.clone());
        let arrived = Listener::new(&element, "load", move |_| arrives.settle(true));
        let failed = Listener::new(&element, "error", move |_| fails.settle(false));
        let _ = element.set_attribute("src", &format!("search.js?v={}", version()));
        if let Some(head) = browser::document().query_selector("head").ok().flatten() {
            let _ = head.append_child(&element);
        }
        Script::Coming(vec![then], [arrived, failed])
    }

    fn settle(&self, there: bool) {
        let next = if there { Script::There } else { Script::Absent };
        let before = self.0.replace(next);
        let answer = if there {
            Ok(())
        } else {
            Err("The search cannot be loaded: a file of this page is missing. Reloading often helps."
                .to_owned())
        };
        if let Script::Coming(waiting, listeners) = before {
            for then in waiting {
                then(answer.clone());
            }
            // One of them is calling this.
            std::mem::forget(listeners);
        }
    }
}

fn asked(question: &str, mut hear: impl FnMut(Report, String, f64) + 'static) -> Result<Stop, String> {
    let hear = Closure::<dyn FnMut(String, String, f64)>::new(move |kind: String, text, ms| {
        hear(Report::named(&kind), text, ms);
    });
    ask_script(&version(), question, hear.into_js_value().unchecked_ref())
        .map(Stop)
        .map_err(|_| "The search cannot be started in this browser.".to_owned())
}

/// What stands behind the names of the worker's files, so that a browser never pairs a new page with an old worker.
fn version() -> String {
    let meta = browser::document().query_selector("meta[name=bivalent-worker]").ok().flatten();
    meta.and_then(|meta| meta.get_attribute("content")).unwrap_or_default()
}
