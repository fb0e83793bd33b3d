//! How a property stands after a search, and in a sentence that says no more than was searched.

use explorer::Beyond;
use kernel::{Counts, Limit};
use serde::{Deserialize, Serialize};

use crate::recording::Recording;

/// How a property stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Its key.
    pub key: String,
    /// Its name.
    pub name: String,
    /// In one sentence.
    pub statement: String,
    /// `always`, `reachable`, `eventually` or `recurrently`.
    pub kind: String,
    /// `holds`, `violated`, `witnessed`, `unreached`, `unknown`, or `untested`: what the property speaks of happens in no
    /// state.
    pub verdict: String,
    /// How many steps the shortest run takes that shows it.
    pub length: Option<usize>,
    /// Why, in a sentence: why it is broken, or which limit keeps it from being decided; of an untested one, what never
    /// happens.
    pub reason: Option<String>,
    /// In that run something happened that the system takes for granted not to happen, so it has not promised the property
    /// there.
    pub unassumed: bool,
    /// That run; of what is unknown, one that goes on beyond the limit.
    pub run: Option<Recording>,
}

impl Finding {
    /// What is said of it in a sentence, after so many states were searched; `cut` if there are more.
    #[must_use]
    pub fn sentence(&self, states: usize, cut: bool) -> String {
        let states = many(states as u64, "state", "states");
        let length = steps(self.length.unwrap_or_default());
        let breaking = if self.unassumed { " that breaks what the protocol assumes" } else { "" };
        let reason = self.reason.as_deref().unwrap_or_default().trim_end_matches('.');
        match (self.verdict.as_str(), self.kind.as_str()) {
            ("holds", "eventually") => "Comes true in every fair run.".to_owned(),
            ("holds", "recurrently") => {
                "Comes true again and again in every fair run, whatever has happened before.".to_owned()
            }
            ("holds", _) => format!("Holds in all {states}."),
            ("violated", "eventually") => {
                format!("Never comes true in a fair run of {length}{breaking}: {}.", lower(reason))
            }
            ("violated", "recurrently") => {
                format!("Does not come true again in a fair run of {length}{breaking}: {}.", lower(reason))
            }
            ("violated", _) => format!("Broken after {length}{}: {reason}.", self.aside()),
            ("witnessed", _) => format!("Reached after {length}."),
            ("unreached", _) => format!("Reached in none of the {states}."),
            ("untested", _) => format!("Not tested: {reason} in any of the {states}."),
            (_, "reachable") if cut => format!("Not known. Not reached in the {states} that were searched."),
            (_, "eventually" | "recurrently") if cut => {
                format!("Not known. It takes all states to decide it, and {states} were searched.")
            }
            _ if cut => format!("Not known. Not broken in the {states} that were searched."),
            _ if reason.is_empty() => "Not known.".to_owned(),
            _ => format!("Not known: {}.", lower(reason)),
        }
    }

    /// What is said of the run that breaks a property, behind its length.
    #[must_use]
    pub fn aside(&self) -> &'static str {
        if self.unassumed { ", in a run that breaks what the protocol assumes" } else { "" }
    }
}

/// Why a property is not known, in a sentence: the run goes on in the system, and a limit of the search ends it.
pub(crate) fn beyond(beyond: &Beyond, limits: &Counts) -> String {
    let place = match beyond.states.len().saturating_sub(1) {
        0 => "at the start".to_owned(),
        length => format!("after {}", steps(length)),
    };
    match beyond.by {
        Limit::Count(key) => {
            let fault = limits.each().find(|(fault, _)| fault.key == key);
            let (limit, withheld) = fault.map_or_else(
                || (key.to_owned(), "the run from going on"),
                |(fault, number)| (fault.counted(number), fault.withholds),
            );
            format!(
                "{place} only the limit of {limit} keeps {withheld}, and what would come of it was not searched."
            )
        }
        Limit::Setting => format!(
            "{place} only a bound of this setting, on rounds or ballots, keeps a node from going on, and what would \
             come of it was not searched."
        ),
        Limit::Patience => format!(
            "{place} a timer waits for a message that was lost. It would fire at last, and the search does not let it."
        ),
    }
}

/// A number of steps.
fn steps(number: usize) -> String {
    many(number as u64, "step", "steps")
}

fn many(number: u64, one: &str, more: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{} {more}", grouped(number)) }
}

/// A whole number with its thousands apart: `1,194,428`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A sentence as it stands after a colon: a name at its beginning keeps its capital.
fn lower(sentence: &str) -> String {
    let mut letters = sentence.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if first.is_ascii_uppercase() && second.is_ascii_lowercase() => {
            std::iter::once(first.to_ascii_lowercase()).chain(letters).collect()
        }
        _ => sentence.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Budget;

    fn said(kind: &str, verdict: &str, reason: Option<&str>, cut: bool) -> String {
        let [key, name, statement] = [String::new(), String::new(), String::new()];
        let (kind, verdict, reason) = (kind.to_owned(), verdict.to_owned(), reason.map(str::to_owned));
        Finding { key, name, statement, kind, verdict, length: Some(8), reason, unassumed: false, run: None }
            .sentence(1_200, cut)
    }

    #[test]
    fn each_kind_of_property_has_its_own_sentences() {
        let table = [
            ("always", "holds", None, "Holds in all 1,200 states."),
            ("eventually", "holds", None, "Comes true in every fair run."),
            (
                "recurrently",
                "holds",
                None,
                "Comes true again and again in every fair run, whatever has happened before.",
            ),
            ("reachable", "witnessed", None, "Reached after 8 steps."),
            ("reachable", "unreached", None, "Reached in none of the 1,200 states."),
            (
                "always",
                "violated",
                Some("S1 has it, and S2 has not"),
                "Broken after 8 steps: S1 has it, and S2 has not.",
            ),
            (
                "eventually",
                "violated",
                Some("The last 4 steps can repeat for ever."),
                "Never comes true in a fair run of 8 steps: the last 4 steps can repeat for ever.",
            ),
            (
                "recurrently",
                "violated",
                Some("Nothing more happens from here on."),
                "Does not come true again in a fair run of 8 steps: nothing more happens from here on.",
            ),
            ("eventually", "unknown", Some("a limit."), "Not known: a limit."),
            (
                "always",
                "untested",
                Some("no server was elected"),
                "Not tested: no server was elected in any of the 1,200 states.",
            ),
        ];
        for (kind, verdict, reason, words) in table {
            assert_eq!(said(kind, verdict, reason, false), words);
        }
    }

    #[test]
    fn of_a_search_that_was_cut_short_no_more_is_said_than_was_searched() {
        for kind in ["always", "reachable", "eventually", "recurrently"] {
            let words = said(kind, "unknown", None, true);
            assert!(words.starts_with("Not known. ") && words.contains("1,200 states"), "{words}");
        }
    }

    #[test]
    fn a_limit_is_named_with_its_number() {
        let run = |by| Beyond { property: 0, states: vec![0, 4, 9], by };
        let words =
            |by, timeouts| beyond(&run(by), &Counts::usual(Budget::FAULTS).with("timeouts", timeouts));
        assert!(
            words(Limit::Count("timeouts"), 0)
                .starts_with("after 2 steps only the limit of 0 timeouts keeps a timer")
        );
        assert!(words(Limit::Count("timeouts"), 1).contains("the limit of 1 timeout keeps"));
        for by in [Limit::Setting, Limit::Count("requests"), Limit::Patience] {
            assert!(!words(by, 1).contains("timeout "), "{}", words(by, 1));
        }
    }
}
