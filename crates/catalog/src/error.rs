//! What was wrong with what came in from outside.

use std::fmt;

/// A reason to refuse a link, a file or a command, in a sentence that names what was wrong and what is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// There is no such system.
    System {
        /// What was asked for.
        name: String,
        /// What there is.
        known: Vec<String>,
    },
    /// The system has no such scenario.
    Scenario {
        /// The system.
        system: String,
        /// What was asked for.
        name: String,
        /// What there is.
        known: Vec<String>,
    },
    /// The system has no such option, or not with this value.
    Option(String),
    /// The system has no such rule.
    Rule {
        /// The system.
        system: String,
        /// What was asked for.
        name: String,
        /// What there is.
        known: Vec<String>,
    },
    /// A search has no such limit, or not so large a one: a sentence.
    Limit(String),
    /// The link is damaged.
    Link(String),
    /// The file is not a recording, or a damaged one.
    File(String),
    /// The recording was made by a later version.
    Version(u64),
    /// It cannot be done at this moment of the run.
    NotNow(String),
    /// What was done with pointer or keys means nothing here: a sentence.
    Refused(String),
    /// The run holds so much that no link could hold more: why.
    Full(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System { name, known } => {
                write!(f, "There is no system “{}”; there is {}.", short(name), known.join(", "))
            }
            Self::Scenario { system, name, known } => {
                write!(f, "{system} has no scenario “{}”; it has {}.", short(name), known.join(", "))
            }
            Self::Rule { system, name, known } => {
                write!(f, "{system} has no rule “{}”; it has {}.", short(name), known.join(", "))
            }
            Self::Option(reason) => write!(f, "This run {reason}."),
            Self::Limit(reason) => write!(f, "This search cannot be made: {reason}."),
            Self::Link(reason) => write!(f, "This link is damaged: {reason}."),
            Self::File(reason) => write!(f, "This file is not a recording that can be read: {reason}."),
            Self::Version(version) => write!(
                f,
                "This recording has version {version}, which is newer than this Bivalent can read (version {}).",
                crate::Recording::VERSION
            ),
            Self::Refused(sentence) => f.write_str(sentence),
            Self::Full(why) => {
                write!(f, "This cannot be done: this run {why}. Download it, or open the scenario again.")
            }
            Self::NotNow(what) => write!(f, "This is not possible at this moment: {what}."),
        }
    }
}

impl std::error::Error for Error {}

/// What came from outside is repeated only in part, and without control characters.
pub(crate) fn short(text: &str) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { '·' } else { c }).take(60).collect();
    if text.chars().count() > 60 { clean + "…" } else { clean }
}
