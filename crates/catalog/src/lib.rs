//! The only crate that knows every system, and all that the page, the command and the tests see.
//!
//! - [`rooms`]: what there is: systems, scenarios, options, rules, properties;
//! - [`Recording`]: a run as data, which goes into a link ([`Recording::to_link`]) or a file;
//! - [`open`]: a recording becomes a [`Session`], a run that can be played, looked at and broken;
//! - [`parts!`] and [`Door`]: the same for a program that loads the code of its rooms when they are opened;
//! - [`hunt`]: every run of a recording's system, from its start or from a moment on;
//! - [`task`]: all that the page asks of the program beside it;
//! - [`verify_headers`]: a file of real headers, verified; [`Mining`]: blocks mined by hand;
//! - [`Trouble`]: what was wrong with what came in from outside, in a sentence;
//! - [`text`]: what a file says, however it is encoded; [`Edits`]: what people typed, read from it and replayed;
//! - `trace`: a run as JSON lines;
//! - [`with_room`], [`enter`] and [`PathRecorder`]: for crates that ask more of a room, with its types.
#![warn(missing_docs)]

mod atlas;
mod beside;
mod chart;
mod draw;
mod edits;
mod fate;
mod finding;
mod grid;
mod headers;
mod hunt;
mod link;
mod live;
mod minimise;
mod mining;
mod offer;
mod recorder;
mod recording;
mod session;
pub mod task;
mod text;
mod trace;
mod trouble;
mod versus;

pub use atlas::{
    About, Enter, Entry, OptionValue, RoomInfo, RuleValue, ScenarioInfo, enter, name_of, rooms, unknown,
    with_room,
};
pub use edits::{Edits, Replayed, TextType};
pub use fate::{Fate, FateFindings, Span, fate};
pub use finding::{Finding, grouped};
pub use grid::{Cell, Grid, grid};
pub use headers::{Headers, verify_headers};
pub use hunt::{Findings, Hunt, Question, SampleRun, Valency, hunt, told};
pub use kernel::view;
pub use kernel::{
    Caught, Counts, Fault, Gesture, Kind, Mark, MarkKind, Micros, NodeId, OptKind, Place, Property, Target,
    Tool,
};
pub use link::{mended, pairs, split_place};
pub use minimise::{Minimised, Shorten, minimise, shorten};
pub use mining::{MinedBlock, Mining};
pub use offer::RuleOffer;
pub use recorder::PathRecorder;
pub use recording::{BranchRecord, Recording};
pub use session::{
    BranchInfo, Diagram, Door, Offer, Open, Opened, Picture, Position, Session, Standing, mark_tone, open,
    start,
};
pub use simulator::{Cause, Line, Turned};
/// The list of all rooms by part, for a program that loads the code of its rooms in parts: it names none of them itself.
pub use systems::parts;
pub use text::text;
pub use trace::{end_json, line_json};
pub use trouble::Trouble;
