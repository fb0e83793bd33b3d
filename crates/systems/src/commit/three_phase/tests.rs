//! Three-phase commit, tested: by searching every run, and by running its scenarios.

mod scenarios;
mod search;
