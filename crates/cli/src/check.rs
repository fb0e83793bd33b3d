//! `bivalent check`: every run within budgets, and a verdict a property.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use catalog::{Budget, Finding, Findings, Hunt, Recording, grouped, hunt, open};
use serde_json::json;

use crate::Ending;
use crate::arguments::{Checking, Trouble};
use crate::host::{now, peak_bytes};
use crate::output::{print, written};

/// States expanded between two looks at the clock.
const SLICE: usize = 4_096;

pub(crate) fn check(checking: &Checking) -> Result<Ending, Trouble> {
    let mut question = checking.question.clone();
    if !checking.budgets.is_empty() {
        let mut budget = open(&checking.recording)?.about().budget;
        for (name, value) in &checking.budgets {
            *budget_field(&mut budget, name) = *value;
        }
        question.budget = Some(budget);
    }
    // The valency of a protocol that decides 0 or 1 belongs to what a program is told of it.
    question.valency |= checking.json && open(&checking.recording)?.about().room.binary;
    let start = now();
    let mut hunt = hunt(&checking.recording, &question)?;
    search(hunt.as_mut(), !checking.json && io::stderr().is_terminal())?;
    let seconds = start.elapsed().as_secs_f64();
    let findings = hunt.findings();
    if checking.json {
        print(format!("{}\n", as_json(&findings, seconds)))?;
    } else {
        print(in_words(&findings, seconds))?;
    }
    if let Some(file) = &checking.counterexample {
        let said = match counterexample(&checking.recording, &findings) {
            Some(recording) => {
                std::fs::write(file, recording.to_json() + "\n").map_err(|error| {
                    Trouble(format!("The counterexample cannot be written to {}: {error}.", file.display()))
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

fn budget_field<'a>(budget: &'a mut Budget, name: &str) -> &'a mut u32 {
    match name {
        "crashes" => &mut budget.crashes,
        "losses" => &mut budget.losses,
        "duplicates" => &mut budget.duplicates,
        "cuts" => &mut budget.cuts,
        "timeouts" => &mut budget.timeouts,
        _ => &mut budget.requests,
    }
}

/// Searches to the end, with a line of progress on a terminal.
fn search(hunt: &mut dyn Hunt, progress: bool) -> Result<(), Trouble> {
    let mut said = now();
    let mut err = io::stderr();
    while !hunt.advance(SLICE) {
        if progress && said.elapsed() > Duration::from_millis(200) {
            said = now();
            let now = hunt.progress();
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

fn as_json(findings: &Findings, seconds: f64) -> serde_json::Value {
    let properties: Vec<_> = findings
        .properties
        .iter()
        .map(|one| json!({ "name": one.name, "verdict": one.verdict, "length": one.length, "reason": one.reason }))
        .collect();
    let mut value = json!({
        "states": findings.states,
        "transitions": findings.transitions,
        "depth": findings.depth,
        "seconds": seconds,
        "peak_bytes": peak_bytes().unwrap_or(findings.bytes as u64),
        "complete": findings.complete,
        "properties": properties,
    });
    if let Some(valency) = findings.binary {
        value["valency"] = json!(valency);
    }
    value
}

fn in_words(findings: &Findings, seconds: f64) -> String {
    let mut text = format!(
        "{} states, {} transitions, depth {}, {seconds:.2} s\n",
        grouped(findings.states as u64),
        grouped(findings.transitions),
        findings.depth
    );
    match findings.end.as_str() {
        "states" => text += "cut short at the limit on states: nothing is claimed of what was not found\n",
        "depth" => text += "cut short at the limit on depth: nothing is claimed of what lies deeper\n",
        "memory" => text += "cut short at the limit on memory: nothing is claimed of what was not found\n",
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
