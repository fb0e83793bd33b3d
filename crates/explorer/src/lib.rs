//! Every run of a system: its states, found breadth first, and what holds in them.
//!
//! [`open`] starts a [`Search`]; [`Search::advance`] makes it go on by a slice, so that the same search serves a
//! worker in a page and a command line. States are stored exactly: of a cluster each distinct part once (`parts`),
//! of any other system whole (`whole`). A search keeps one parent for each state, so a shortest counterexample is a
//! walk back. A search that was cut short says so and claims nothing.
#![warn(missing_docs)]

mod fair;
mod graph;
mod intern;
mod parts;
mod path;
mod report;
mod search;
mod shelf;
mod space;
mod store;
mod symmetry;
mod table;
mod valency;
mod whole;

pub use fair::Walk;
pub use graph::Graph;
pub use path::Path;
pub use report::{Beyond, Report, Sample, Verdict};
pub use search::{End, LabelOf, Limits, Plan, Progress, Search, Veto, open, open_plain, run, run_plain};
pub use space::Label;
