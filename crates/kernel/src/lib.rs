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
pub mod alike;
pub mod choices;
pub mod cluster;
pub mod describe;
pub mod diagram;
pub mod explain;
pub mod faults;
pub mod guarded;
pub mod monitor;
pub mod property;
pub mod protocol;
pub mod room;
pub mod scenario;
pub mod shape;
pub mod system;
pub mod time;
pub mod view;
pub mod word;

pub use action::{Action, Does, Gesture, ScheduleStep, Target, key_of};
pub use alike::Alike;
pub use choices::{Choices, Odometer, Scripted};
pub use cluster::{Budget, Cluster, Event};
pub use describe::{Describe, KeyEvent};
pub use diagram::{Diagrams, Label, Place};
pub use explain::{Dates, Explain, Happening, Undated};
pub use faults::{Counts, Fault, Faults};
pub use monitor::{Claim, Monitor, Named, Premise, Reads, Seen, not_yet};
pub use property::{Kind, Property, Touched, Verdict};
pub use protocol::{Context, Effects, Envelope, Local, Node, Protocol, Stimulus};
pub use room::{Caught, Moment, Opt, OptKind, Room, Rule, Setup, Subject, Tool, Visit};
pub use scenario::{Act, Condition, Directive, Scenario, When};
pub use shape::{Shaped, Shapes};
pub use system::{Data, Limit, Mark, MarkKind, Note, Outcome, Report, System, Turn, Value, Withheld};
pub use time::{Delay, Micros};
pub use word::{Word, slug};

/// A node, counted from 0. In words it is `S1` for 0.
pub type NodeId = u16;

/// A message, counted from 0 along one execution. It means nothing outside that execution.
pub type MessageId = u64;
