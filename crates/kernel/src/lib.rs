//! The vocabulary that every other crate speaks.
//!
//! Time is a scheduler, not part of the system. A [`System`] is its initial states, the events enabled in a state
//! and what an event does. A timed run is one legal schedule of those events with a date on each (`simulator`); an
//! exploration is every legal schedule without dates (`explorer`); a picture is a function of a state and, for a
//! timed run, of its dates ([`view`], `stage`). Most systems are a [`Protocol`] run by a [`Cluster`].
//!
//! Nothing here does I/O, reads a clock or draws a random number.
#![warn(missing_docs)]

pub mod action;
pub mod choices;
pub mod cluster;
pub mod monitor;
pub mod property;
pub mod protocol;
pub mod room;
pub mod scenario;
pub mod system;
pub mod time;
pub mod view;

pub use action::{Action, Does, Step, Target};
pub use choices::{Choices, Odometer, Scripted};
pub use cluster::{Cluster, Event};
pub use monitor::{Claim, Monitor, Named, Premise, Reads, Seen, not_yet};
pub use property::{Kind, Property, Touched, Verdict};
pub use protocol::{Context, Effects, Local, Node, Note, Protocol, Stimulus};
pub use room::{Caught, Moment, Opt, OptKind, Room, Rule, Setup, Visit};
pub use scenario::{Act, Condition, Directive, Scenario, When};
pub use system::{
    Data, Dates, Happening, Limit, Mark, Outcome, Report, Shapes, System, Turn, Undated, Value, Withheld,
};
pub use time::{Delay, Micros};

/// A node, counted from 0. In words it is `S1` for 0.
pub type NodeId = u16;

/// A message, counted from 0 along one execution. It means nothing outside that execution.
pub type MessageId = u64;
