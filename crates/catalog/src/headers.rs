//! A file of real headers, verified.

use systems::chain::audit;

/// What was verified of the headers of a file, up to its end or to the first fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headers {
    /// So many headers, each of whose hashes meets its target.
    pub count: u64,
    /// How many they are and at which heights, in a line.
    pub title: String,
    /// What was verified of them: what, and how much of it.
    pub rows: Vec<(&'static str, String)>,
    /// The first fault, with its line: a sentence without its full stop.
    pub fault: Option<String>,
}

/// Verifies a file of headers of Bitcoin's main network: a header a line in hexadecimal digits, or a table.
#[must_use]
pub fn verify_headers(text: &str) -> Headers {
    let (found, fault) = audit(text);
    let (title, rows) = found.told();
    Headers { count: found.headers, title, rows, fault: fault.map(|fault| fault.to_string()) }
}
