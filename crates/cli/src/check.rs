//! `bivalent check`: every run within limits, and a verdict a property.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use catalog::{Finding, Findings, Recording, RoomSearch, RuleOffer, Tool, grouped, open, rooms};
use serde_json::json;

use crate::Ending;
use crate::arguments::{Check, Refusal};
use crate::host::{free_bytes, held_bytes, now, peak_bytes};
use crate::list::shown_by;
use crate::output::{print, written};

/// States expanded between two looks at the clock and at the memory.
const SLICE: usize = 1_024;

/// Megabytes that a search may take where the machine does not say what it has free: as much as in the page.
const UNKNOWN_MACHINE: usize = 1_500;

pub(crate) fn check(checking: &Check) -> Result<Ending, Refusal> {
    let (recording, mut question) = (checking.recording(), checking.question());
    {
        let session = open(&recording)?;
        // The valency of a protocol that decides 0 or 1 belongs to what a program is told of it.
        question.valency |= checking.json && session.about().room.has(Tool::Valency);
    }
    let (megabytes, whose) = memory(checking);
    question.megabytes = megabytes;
    let start = now();
    let held = held_bytes();
    let mut search = catalog::search(&recording, &question)?;
    to_the_end(search.as_mut(), held, !checking.json && io::stderr().is_terminal())?;
    let seconds = start.elapsed().as_secs_f64();
    let findings = search.findings();
    if checking.json {
        print(format!("{}\n", as_json(&findings, seconds)))?;
    } else {
        print(in_words(&findings, seconds, &format!("{} MB, {whose}", grouped(megabytes as u64))))?;
        print(unshown(&recording, &findings))?;
    }
    if let Some(file) = &checking.counterexample {
        let said = match counterexample(&recording, &findings) {
            Some(recording) => {
                std::fs::write(file, recording.to_json() + "\n").map_err(|error| {
                    Refusal(format!("The counterexample cannot be written to {}: {error}.", file.display()))
                })?;
                format!("The counterexample is in {}.\n", file.display())
            }
            None => format!("There is no counterexample, so {} was not written.\n", file.display()),
        };
        if !checking.json {
            print(said)?;
        }
    }
    Ok(ending(&findings))
}

/// How many megabytes the search may take, and who says so.
fn memory(checking: &Check) -> (usize, &'static str) {
    match (checking.max_memory, free_bytes()) {
        (Some(megabytes), _) => (megabytes, "as --max-memory says"),
        (None, Some(free)) => {
            let half = usize::try_from(free / 2 / 1_000_000).unwrap_or(usize::MAX);
            (half.max(1), "half of what was free")
        }
        (None, None) => (UNKNOWN_MACHINE, "since this machine does not say what is free"),
    }
}

/// Searches to the end, with a line of progress on a terminal. The search counts what it takes; what this process holds
/// more than before it began is measured besides, and counts where it is more.
fn to_the_end(search: &mut dyn RoomSearch, before: Option<u64>, progress: bool) -> Result<(), Refusal> {
    let mut said = now();
    let mut err = io::stderr();
    while !search.advance(SLICE) {
        if let (Some(before), Some(held)) = (before, held_bytes()) {
            search.weigh(usize::try_from(held.saturating_sub(before)).unwrap_or(usize::MAX));
        }
        if progress && said.elapsed() > Duration::from_millis(200) {
            said = now();
            let now = search.progress();
            let line = format!(
                "\r{} states, {} transitions, depth {}, {} waiting\x1b[K",
                grouped(now.states as u64),
                grouped(now.transitions),
                now.depth,
                grouped(now.waiting as u64)
            );
            written(err.write_all(line.as_bytes()).and_then(|()| err.flush()))?;
        }
    }
    if progress { written(err.write_all(b"\r\x1b[K")) } else { Ok(()) }
}

/// What plays the first violation: the run found, or the start of the scenario where that breaks a property already.
fn counterexample(recording: &Recording, findings: &Findings) -> Option<Recording> {
    let violated = findings.properties.iter().filter(|one| one.verdict == "violated");
    violated.min_by_key(|one| one.length).map(|one| one.run.clone().unwrap_or_else(|| recording.clone()))
}

fn ending(findings: &Findings) -> Ending {
    let any = |word: &str| findings.properties.iter().any(|one| one.verdict == word);
    if any("violated") || any("unreached") {
        Ending::Broken
    } else if !findings.complete || any("unknown") {
        Ending::CutShort
    } else {
        Ending::Holds
    }
}

/// Where rules are off and nothing was broken: what does show what they are for.
fn unshown(recording: &Recording, findings: &Findings) -> String {
    if findings.properties.iter().any(|one| one.verdict == "violated") {
        return String::new();
    }
    let rooms = rooms();
    let room = rooms.iter().filter(|room| room.name == recording.system);
    let rules = room.flat_map(|room| room.rules.iter().map(move |rule| (room, rule)));
    let off = rules.filter(|(_, rule)| recording.without.iter().any(|name| name == rule.name));
    let line = |(room, rule): (&catalog::RoomInfo, &catalog::RuleValue)| {
        format!("  nothing was broken without {}; {}\n", rule.name, shown_by(&RuleOffer::of(room, rule)))
    };
    off.map(line).collect()
}

fn as_json(findings: &Findings, seconds: f64) -> serde_json::Value {
    let properties: Vec<_> = findings
        .properties
        .iter()
        .map(|one| json!({ "key": one.key, "name": one.name, "verdict": one.verdict, "length": one.length, "reason": one.reason }))
        .collect();
    let mut value = json!({
        "states": findings.states,
        "transitions": findings.transitions,
        "depth": findings.depth,
        "seconds": seconds,
        "peak_bytes": peak_bytes().unwrap_or(findings.bytes as u64),
        "complete": findings.complete,
        "end": findings.end,
        "bytes": findings.bytes,
        "properties": properties,
    });
    if let Some(valency) = findings.binary {
        value["valency"] = json!(valency);
    }
    value
}

fn in_words(findings: &Findings, seconds: f64, memory: &str) -> String {
    let mut text = format!(
        "{} states, {} transitions, depth {}, {seconds:.2} s\n",
        grouped(findings.states as u64),
        grouped(findings.transitions),
        findings.depth
    );
    match findings.end.as_str() {
        "states" => text += "cut short at the limit on states: nothing is claimed of what was not found\n",
        "depth" => text += "cut short at the limit on depth: nothing is claimed of what lies deeper\n",
        "memory" => {
            text += &format!(
                "cut short at the limit on memory ({memory}): nothing is claimed of what was not found\n"
            );
        }
        _ => {}
    }
    if let Some(assumption) = &findings.assumption {
        text += &format!("{assumption}\n");
    }
    for one in &findings.properties {
        text += &format!("  {:<10}{}{}\n", one.verdict, one.name, in_detail(one, findings));
    }
    text
}

/// What is said of a property behind its name: of one that is to hold at last, how it does or does not.
fn in_detail(one: &Finding, findings: &Findings) -> String {
    let lasting = matches!(one.kind.as_str(), "eventually" | "recurrently");
    if lasting || one.verdict == "unknown" {
        let sentence = one.sentence(findings.states, !findings.complete);
        let mut rest =
            sentence.strip_prefix("Not known").unwrap_or(&sentence).trim_start_matches([':', '.', ' ']);
        rest = rest.trim_end_matches('.');
        return if rest.is_empty() { String::new() } else { format!(": {}", uncapitalized(rest)) };
    }
    let steps = one.length.map_or(String::new(), |length| {
        format!(" after {length} {}", if length == 1 { "step" } else { "steps" })
    });
    let reason = one.reason.as_ref().map_or(String::new(), |reason| format!(": {reason}"));
    steps + &reason
}

fn uncapitalized(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or(String::new(), |first| first.to_lowercase().chain(letters).collect())
}
