//! The wire to `web/search.js`, which is loaded when the first question is asked.

use std::cell::RefCell;

use js_sys::Function;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

use crate::browser::{self, Listener};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = bivalentSearch, js_name = ask)]
    fn ask_script(version: &str, question: &str, tell: &JsValue) -> Result<Function, JsValue>;
}

enum Script {
    Absent,
    Coming(Vec<Then>, [Listener; 2]),
    There,
}

type Then = Box<dyn FnOnce(Result<(), String>)>;

thread_local! {
    static SCRIPT: RefCell<Script> = const { RefCell::new(Script::Absent) };
}

/// Loads the script, unless it is there, and then goes on.
pub(crate) fn load(then: impl FnOnce(Result<(), String>) + 'static) {
    let there = SCRIPT.with_borrow_mut(|script| match script {
        Script::There => Some(then),
        Script::Coming(waiting, _) => {
            waiting.push(Box::new(then));
            None
        }
        Script::Absent => {
            *script = fetch(Box::new(then));
            None
        }
    });
    if let Some(then) = there {
        then(Ok(()));
    }
}

fn fetch(then: Then) -> Script {
    let Ok(element) = browser::document().create_element("script") else { return Script::Absent };
    let arrived = Listener::new(&element, "load", |_| settle(true));
    let failed = Listener::new(&element, "error", |_| settle(false));
    let _ = element.set_attribute("src", &format!("search.js?v={}", version()));
    if let Some(head) = browser::document().query_selector("head").ok().flatten() {
        let _ = head.append_child(&element);
    }
    Script::Coming(vec![then], [arrived, failed])
}

fn settle(there: bool) {
    let next = if there { Script::There } else { Script::Absent };
    let before = SCRIPT.replace(next);
    let answer = if there {
        Ok(())
    } else {
        Err("The search cannot be loaded: a file of this page is missing. Reloading often helps.".to_owned())
    };
    if let Script::Coming(waiting, listeners) = before {
        for then in waiting {
            then(answer.clone());
        }
        // One of them is calling this.
        std::mem::forget(listeners);
    }
}

/// Asks the worker. What comes back is a function that asks it to stop.
pub(crate) fn ask(
    question: &str,
    hear: impl FnMut(String, String, f64) + 'static,
) -> Result<Function, String> {
    let hear = Closure::<dyn FnMut(String, String, f64)>::new(hear).into_js_value();
    ask_script(&version(), question, hear.unchecked_ref())
        .map_err(|_| "The search cannot be started in this browser.".to_owned())
}

/// What stands behind the names of the worker's files, so that a browser never pairs a new page with an old worker.
fn version() -> String {
    let meta = browser::document().query_selector("meta[name=bivalent-worker]").ok().flatten();
    meta.and_then(|meta| meta.get_attribute("content")).unwrap_or_default()
}
