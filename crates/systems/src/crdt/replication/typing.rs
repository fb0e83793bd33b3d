//! What simulated people type, letter by letter.

use crate::crdt::lattice::Agent;

/// A text for each; each begins with a letter that no other begins with.
const TEXTS: [&str; 4] = ["Ann was here. ", "Ben too, at once. ", "Cleo came later. ", "Dan read it all. "];

/// The next letter of somebody who has typed so many.
pub(super) fn letter(me: Agent, typed: u32) -> char {
    let text = TEXTS[usize::from(me) % TEXTS.len()];
    let place = typed as usize % text.len();
    char::from(text.as_bytes()[place])
}
