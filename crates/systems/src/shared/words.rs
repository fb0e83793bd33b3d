//! Words that several rooms use.

/// A count with its noun: `1 letter`, `2 letters`.
pub(crate) fn counted(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}
