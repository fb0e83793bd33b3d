//! The WebAssembly that answers questions about runs while the page goes on playing.
//!
//! It is a program of its own, so that the page's first view does not wait for the explorer, and it is taken apart as the
//! page is ([`parts`]): a search loads the code of its own room. `web/search.js` runs it in a worker, or in short slices
//! beside the page where a worker cannot be had; it cuts the slices, and carries texts between the two. Questions and
//! answers are JSON of the types in [`catalog::task`] and [`impossibility::circumventions`].

mod parts;

use std::cell::RefCell;

use catalog::task::Job;
use parts::Asked;
use wasm_bindgen::prelude::wasm_bindgen;

fn main() {
    std::panic::set_hook(Box::new(|info| LAST_WORDS.set(info.to_string())));
}

thread_local! {
    static LAST_WORDS: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Why the program stopped, if it broke one of its own rules.
#[wasm_bindgen]
#[must_use]
pub fn last_words() -> String {
    LAST_WORDS.take()
}

/// The bytes of memory that this program has been given; it gives none back.
#[cfg(target_arch = "wasm32")]
fn held() -> usize {
    std::arch::wasm32::memory_size::<0>() * 65_536
}

#[cfg(not(target_arch = "wasm32"))]
fn held() -> usize {
    0
}

/// Loads the code that a question needs. What is wrong is said in a sentence.
#[wasm_bindgen]
pub async fn load(text: String) -> Result<(), String> {
    parts::load(&read(&text)?).await.map_err(str::to_owned)
}

/// A question under way, or answered.
#[wasm_bindgen]
pub struct Task {
    job: Box<dyn Job>,
    /// The bytes of memory that were held before it.
    before: usize,
}

#[wasm_bindgen]
impl Task {
    /// Takes up a question whose code was loaded; what is wrong with it is said in a sentence.
    pub fn open(text: &str) -> Result<Self, String> {
        let before = held();
        let job = parts::open(&read(text)?).map_err(|error| error.to_string())?;
        Ok(Self { job, before })
    }

    /// Goes on: the transitions of at most so many states, one cell, or one run. Says whether it has ended.
    pub fn advance(&mut self, most: usize) -> bool {
        let ended = self.job.advance(most);
        self.job.weigh(held() - self.before);
        ended
    }

    /// How far it is: cheap.
    #[must_use]
    pub fn progress(&self) -> String {
        self.job.progress()
    }

    /// Everything that can be said now, at the end or before it.
    pub fn findings(&mut self) -> String {
        self.job.findings()
    }
}

fn read(text: &str) -> Result<Asked, String> {
    if let Ok(way) = serde_json::from_str(text) {
        return Ok(Asked::Way(way));
    }
    let ask = serde_json::from_str(text);
    ask.map(Asked::Room).map_err(|error| format!("The question to the search is damaged: {error}."))
}
