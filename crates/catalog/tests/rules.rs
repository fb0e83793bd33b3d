//! Every rule of every room is needed: what the page and the command offer to show that does show it, and nothing of the
//! kind happens with the rule on.

use std::fmt::Write;

use catalog::{Findings, Question, Recording, RuleOffer, open, rooms};

/// The steps after which the property breaks in a search, which ends there; `None`: it does not break.
fn searched(recording: &Recording, question: &Question, property: &str) -> Option<usize> {
    let mut search = catalog::search(recording, question).expect("a search of a room that there is");
    let mut slice = 200;
    let found = |findings: Findings| {
        let broken = findings.properties.into_iter().find(|one| one.name == property);
        let broken = broken.unwrap_or_else(|| panic!("{} has no {property}", recording.system));
        broken.length.filter(|_| broken.verdict == "violated")
    };
    loop {
        let ended = search.advance(slice);
        let broken = found(search.findings());
        if broken.is_some() || ended {
            return broken;
        }
        slice *= 2;
    }
}

/// The properties that a run breaks, to the end of its scenario.
fn played(recording: &Recording) -> Vec<&'static str> {
    let mut session = open(recording).expect("a run of a room that there is");
    session.seek(session.about().length);
    let broken = session.verdicts().into_iter().filter(|standing| standing.broken.is_some());
    broken.map(|standing| standing.property.name).collect()
}

#[test]
fn every_rule_is_caught_by_what_is_offered_for_it() {
    let mut wrong = String::new();
    for room in rooms() {
        for rule in &room.rules {
            let (offer, kept) = (RuleOffer::of(&room, rule), RuleOffer::with_the_rule(&room, rule));
            let name = format!("{}/{} without {}", room.name, offer.recording.scenario, rule.name);
            let fault = match (&offer.question, offer.breaks) {
                (Some(question), Some(property)) => match searched(&offer.recording, question, property) {
                    None => format!("{property} is not broken"),
                    // All schedules that are as long, as far as the first half million states go.
                    Some(length) => {
                        let within = Question { depth: length + 1, states: 500_000, ..question.clone() };
                        match searched(&kept.recording, &within, property) {
                            None => String::new(),
                            Some(steps) => format!("{property} is broken after {steps} with the rule too"),
                        }
                    }
                },
                (None, Some(property)) => match (played(&offer.recording), played(&kept.recording)) {
                    (broken, _) if !broken.contains(&property) => {
                        format!("{property} is not broken: {broken:?}")
                    }
                    (_, broken) if broken.contains(&property) => {
                        format!("{property} breaks with the rule too")
                    }
                    _ => String::new(),
                },
                (_, None) => match played(&offer.recording) {
                    broken if broken.is_empty() => String::new(),
                    broken => format!("{broken:?} is broken, so it can be offered"),
                },
            };
            if !fault.is_empty() {
                writeln!(wrong, "{name}: {fault}").expect("text can be written");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
