//! What each rule is for: the search, or the run, in which something breaks without it.

use kernel::Caught;

use crate::recording::Recording;
use crate::rooms::{RoomInfo, RuleValue};
use crate::search::{Question, told};

/// What shows what a rule is for. [`Caught`] says what is to be seen there; a test makes sure of it, for every rule of
/// every room.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleOffer {
    /// The run without the rule.
    pub recording: Recording,
    /// The search; `None`: the run itself shows it.
    pub question: Option<Question>,
    /// The title of the scenario.
    pub scenario: &'static str,
    /// The property that breaks; `None`: none does.
    pub breaks: Option<&'static str>,
    /// Why there is no search, in a sentence without a full stop.
    pub since: Option<&'static str>,
}

impl RuleOffer {
    /// What shows what this rule of this room is for.
    #[must_use]
    pub fn of(room: &RoomInfo, rule: &RuleValue) -> Self {
        Self::made(room, rule, false)
    }

    /// The same with the rule on, where nothing breaks.
    #[must_use]
    pub fn with_the_rule(room: &RoomInfo, rule: &RuleValue) -> Self {
        Self::made(room, rule, true)
    }

    fn made(room: &RoomInfo, rule: &RuleValue, on: bool) -> Self {
        let name = rule.caught.scenario();
        let scenario = room.scenarios.iter().find(|known| known.name == name);
        let usually_off = scenario.is_some_and(|scenario| scenario.without.contains(&rule.name));
        let mut recording = Recording::new(room.name, name, 1);
        match (on, usually_off) {
            (true, true) => recording.with.push(rule.name.to_owned()),
            (false, false) => recording.without.push(rule.name.to_owned()),
            (true, false) | (false, true) => {}
        }
        let scenario = scenario.map_or(name, |scenario| scenario.title);
        let mut offer = Self { recording, question: None, scenario, breaks: None, since: None };
        match rule.caught {
            Caught::Search { breaks, set, .. } => {
                let set = set.iter().map(|&(name, value)| (name.to_owned(), value.to_owned()));
                offer.recording.options.extend(set);
                offer.question = Some(Question { limits: told(&rule.limits), ..Question::default() });
                offer.breaks = Some(breaks);
            }
            Caught::Run { breaks, since, .. } => (offer.breaks, offer.since) = (Some(breaks), Some(since)),
            Caught::Nothing { since, .. } => offer.since = Some(since),
        }
        offer
    }
}
