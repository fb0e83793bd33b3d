//! One run in time.
//!
//! Each event that becomes enabled draws a delay; the least date wins; an event that is no longer enabled loses its
//! date. That is all a timed run is: one legal schedule of a [`System`](kernel::System), with a date on each event.
//!
//! - `streams`: seeded draws, one ChaCha stream for each purpose, so that an intervention does not reshuffle the rest;
//! - `timetable`: the dates of the enabled events, O(log n) a step;
//! - `run`: a moment of a run, and how it moves on;
//! - `script`: the scripted faults of a scenario;
//! - `history`: branches, checkpoints, seeking;
//! - `line`: a step in words.
#![warn(missing_docs)]

mod history;
mod line;
mod run;
mod schedule;
mod script;
mod streams;
#[cfg(test)]
mod tests;
mod timetable;

pub use history::{Branch, BranchId, History};
pub use line::{Cause, Line, Turned};
pub use run::{Broken, Intervention, Run};
