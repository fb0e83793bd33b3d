//! The WebAssembly of the search: what the page asks for while it goes on playing.
//!
//! It is a program of its own, so that the page's first view does not wait for the explorer. `web/search.js` runs it in
//! a worker, or in short slices beside the page where a worker cannot be had; it cuts the slices, and carries texts
//! between the two. Questions and answers are JSON, [`Ask`] and what the catalogue's types say.

use std::cell::RefCell;

use catalog::way_out::{Way, Ways};
use catalog::{Cell, Fate, Grid, Hunt, Question, Recording, Shorten, Trouble};
use serde::Deserialize;
use serde_json::json;
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

/// What the page can ask for.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Ask {
    /// Every run, and every property.
    Search { recording: Recording, question: Question },
    /// What comes of each crash.
    Grid { recording: Recording },
    /// When it was decided.
    Fate { recording: Recording },
    /// A failing run, without what does not matter.
    Shorten { recording: Recording },
    /// A way around the impossibility of consensus.
    WayOut { way: Way },
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

/// A question under way, or answered; and the memory that was held before it.
#[wasm_bindgen]
pub struct Job(Kind, usize);

enum Kind {
    Search(Box<dyn Hunt>),
    Grid(Box<dyn Grid>, Vec<Cell>),
    Fate(Box<dyn Fate>),
    Shorten(Box<dyn Shorten>),
    WayOut(Ways),
}

#[wasm_bindgen]
impl Job {
    /// Takes a question up; what is wrong with it is said in a sentence.
    pub fn open(text: &str) -> Result<Self, String> {
        let held = held();
        let ask = serde_json::from_str(text)
            .map_err(|error| format!("The question to the search is damaged: {error}."))?;
        let kind = match ask {
            Ask::Search { recording, question } => catalog::hunt(&recording, &question).map(Kind::Search),
            Ask::Grid { recording } => catalog::grid(&recording).map(|grid| Kind::Grid(grid, Vec::new())),
            Ask::Fate { recording } => catalog::fate(&recording).map(Kind::Fate),
            Ask::Shorten { recording } => catalog::shorten(&recording).and_then(|failing| {
                let sound = || Trouble::NotNow("no property is broken up to the time shown".to_owned());
                failing.map(Kind::Shorten).ok_or_else(sound)
            }),
            Ask::WayOut { way } => Ok(Kind::WayOut(Ways::open(way))),
        };
        kind.map(|kind| Self(kind, held)).map_err(|trouble| trouble.to_string())
    }

    /// Goes on: the transitions of at most so many states, one cell, or one run. Says whether it has ended.
    pub fn advance(&mut self, most: usize) -> bool {
        match &mut self.0 {
            Kind::Search(hunt) => {
                let ended = hunt.advance(most);
                hunt.weigh(held() - self.1);
                ended
            }
            Kind::Grid(grid, cells) => match grid.next() {
                Some(cell) => {
                    cells.push(cell);
                    false
                }
                None => true,
            },
            Kind::Fate(fate) => fate.advance(most),
            Kind::Shorten(failing) => failing.advance(),
            Kind::WayOut(ways) => ways.advance(most),
        }
    }

    /// How far it is: cheap.
    #[must_use]
    pub fn progress(&self) -> String {
        match &self.0 {
            Kind::Search(hunt) => text(&hunt.progress()),
            Kind::Grid(grid, cells) => grid_text(&**grid, cells),
            Kind::Fate(fate) => text(&fate.verdict()),
            Kind::Shorten(failing) => text(&failing.left()),
            Kind::WayOut(ways) => text(&ways.found()),
        }
    }

    /// Everything that can be said now, at the end or before it.
    pub fn findings(&mut self) -> String {
        match &mut self.0 {
            Kind::Search(hunt) => text(&hunt.findings()),
            Kind::Grid(..) | Kind::Fate(_) | Kind::Shorten(_) | Kind::WayOut(_) => self.progress(),
        }
    }
}

fn grid_text(grid: &dyn Grid, cells: &[Cell]) -> String {
    json!({ "rows": grid.rows(), "columns": grid.columns(), "cells": cells }).to_string()
}

fn text(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("what the catalogue finds can be written as JSON")
}
