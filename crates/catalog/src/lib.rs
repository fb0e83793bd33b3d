//! The only crate that knows every system, and all that the page, the command and the tests see.
//!
//! - [`rooms`]: what there is: systems, scenarios, options, rules, properties;
//! - [`Recording`]: a run as data, which goes into a link ([`Recording::to_link`]) or a file;
//! - [`open`]: a recording becomes a [`Session`], a run that can be played, looked at and broken;
//! - [`parts!`] and [`RoomLoader`]: the same for a program that loads the code of its rooms when they are opened;
//! - [`search`]: every run of a recording's system, from its start or from a moment on;
//! - [`task`]: all that the page asks of the program beside it;
//! - [`verify_headers`]: a file of real headers, verified; [`Mining`]: blocks mined by hand;
//! - [`Error`]: what was wrong with what came in from outside, in a sentence;
//! - [`text`]: what a file says, however it is encoded; [`Edits`]: what people typed, read from it and replayed;
//! - `trace`: a run as JSON lines;
//! - [`with_room`], [`enter`] and [`PathRecorder`]: for crates that ask more of a room, with its types.
#![warn(missing_docs)]

mod chart;
mod comparison;
mod draw;
mod edits;
mod error;
mod finding;
mod grid;
mod headers;
mod link;
mod minimise;
mod mining;
mod offer;
mod outcomes_left;
mod recorder;
mod recording;
mod room_session;
mod rooms;
mod search;
mod session;
pub mod task;
mod text;
mod trace;

pub use edits::{Edits, Replayed, TextType};
pub use error::Error;
pub use finding::{Finding, grouped};
pub use grid::{Cell, Grid, grid};
pub use headers::{Headers, verify_headers};
pub use kernel::view;
pub use kernel::{
    Caught, Counts, Fault, Gesture, Kind, Mark, MarkKind, Micros, NodeId, OptKind, Place, Property, Target,
    Tool,
};
pub use link::{mended, pairs, split_place};
pub use minimise::{Minimised, Shorten, minimise, shorten};
pub use mining::{MinedBlock, Mining};
pub use offer::RuleOffer;
pub use outcomes_left::{OutcomesLeft, OutcomesLeftFindings, Span, outcomes_left};
pub use recorder::PathRecorder;
pub use recording::{BranchRecord, Recording};
pub use rooms::{
    About, Enter, Entry, OptionValue, RoomInfo, RuleValue, ScenarioInfo, enter, name_of, rooms, unknown,
    with_room,
};
pub use search::{Findings, Question, RoomSearch, SampleRun, Valency, search, told};
pub use session::{
    BranchInfo, Diagram, Offer, Open, Opened, Picture, Position, PropertyStanding, RoomLoader, Session,
    mark_tone, open, start,
};
pub use simulator::{Cause, Line, Turned};
/// The list of all rooms by part, for a program that loads the code of its rooms in parts: it names none of them itself.
pub use systems::parts;
pub use text::text;
pub use trace::{end_json, line_json};
