//! `bivalent list`: what there is.

use std::fmt::Write;

use catalog::{OptKind, OptionValue, RoomInfo, RuleOffer, rooms};
use serde_json::{Value, json};

use crate::arguments::Refusal;
use crate::output;

pub(crate) fn list(as_json: bool) -> Result<(), Refusal> {
    let rooms = rooms();
    if as_json {
        let all: Vec<Value> = rooms.iter().map(room_json).collect();
        return output::print(format!("{:#}\n", Value::Array(all)));
    }
    let mut text = String::new();
    for room in rooms.iter().filter(|room| !room.reference) {
        room_text(&mut text, room).map_err(|error| Refusal(error.to_string()))?;
    }
    text.push_str("\nReference models, whose states others have counted\n");
    for room in rooms.iter().filter(|room| room.reference) {
        text.push('\n');
        room_text(&mut text, room).map_err(|error| Refusal(error.to_string()))?;
    }
    output::print(text)
}

fn room_text(text: &mut String, room: &RoomInfo) -> std::fmt::Result {
    writeln!(text, "{}: {}\n{} ({})\n", room.name, room.title, room.about, room.source)?;
    for scenario in &room.scenarios {
        writeln!(text, "  {}/{:<28} {}", room.name, scenario.name, scenario.title)?;
    }
    writeln!(text, "\n  options, --set NAME=VALUE")?;
    for option in &room.options {
        writeln!(text, "    {:<16} {} Usually {}.", option.name, option.help, kind(option))?;
    }
    if !room.rules.is_empty() {
        writeln!(text, "\n  rules, --without RULE")?;
    }
    for rule in &room.rules {
        writeln!(text, "    {:<22} {} ({})", rule.name, rule.title, rule.source)?;
        writeln!(text, "{:27}{}", "", shown_by(&RuleOffer::of(room, rule)))?;
    }
    Ok(())
}

/// What shows what a rule is for, with the command that does.
pub(crate) fn shown_by(offer: &RuleOffer) -> String {
    let command = command(offer);
    match (offer.breaks, offer.since) {
        (Some(property), None) => format!("without it {property} is broken: {command}"),
        (Some(property), Some(since)) => {
            format!("without it {property} is broken in a run: {command}; {since}, so no search shows it")
        }
        (None, since) => format!("no property needs it: {}; see {command}", since.unwrap_or_default()),
    }
}

fn command(offer: &RuleOffer) -> String {
    let recording = &offer.recording;
    let word = if offer.question.is_some() { "check" } else { "run" };
    let mut text = format!("bivalent {word} {}/{}", recording.system, recording.scenario);
    for (name, value) in &recording.options {
        text += &format!(" --set {name}={value}");
    }
    for rule in &recording.without {
        text += &format!(" --without {rule}");
    }
    text
}

fn kind(option: &OptionValue) -> String {
    match &option.kind {
        OptKind::Number { least, most, unit } => {
            let space = if unit.is_empty() { "" } else { " " };
            format!("{}{space}{unit}, from {least} to {most}", option.value)
        }
        OptKind::Switch => format!("{}; on or off", option.value),
        OptKind::Choice(words) => format!("{}; one of {}", option.value, words.join(", ")),
    }
}

fn room_json(room: &RoomInfo) -> Value {
    let scenarios: Vec<Value> = room
        .scenarios
        .iter()
        .map(|one| json!({ "name": one.name, "title": one.title, "story": one.story, "source": one.source }))
        .collect();
    let options: Vec<Value> = room
        .options
        .iter()
        .map(|one| json!({ "name": one.name, "usually": one.usual, "help": one.help }))
        .collect();
    let rules: Vec<Value> = room
        .rules
        .iter()
        .map(|one| {
            json!({
                "name": one.name, "rule": one.title, "source": one.source, "why": one.why,
                "shown": shown_by(&RuleOffer::of(room, one)),
            })
        })
        .collect();
    json!({
        "name": room.name, "title": room.title, "about": room.about, "source": room.source,
        "reference": room.reference,
        "scenarios": scenarios, "options": options, "rules": rules,
    })
}
