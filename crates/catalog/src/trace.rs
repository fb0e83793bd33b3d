//! A run as JSON lines, for other programs.

use kernel::Kind;
use serde_json::{Value, json};
use simulator::{Cause, Line};

use crate::session::Session;

/// One step as a JSON object.
#[must_use]
pub fn line_json(line: &Line) -> Value {
    let cause = match line.cause {
        Cause::Time => "time",
        Cause::Script => "scenario",
        Cause::Reader => "reader",
        Cause::Schedule => "schedule",
    };
    let message = |message: &kernel::view::MessageView| {
        json!({
            "id": message.id, "from": message.from, "to": message.to,
            "kind": &*message.kind, "label": message.label, "forged": message.forged,
        })
    };
    let pairs = |pairs: Vec<(&str, String)>| {
        pairs.into_iter().map(|(name, reason)| json!({ "name": name, "reason": reason })).collect::<Vec<_>>()
    };
    json!({
        "step": line.step,
        "at_us": line.at.0,
        "node": line.happening.node,
        "event": line.happening.title,
        "cause": cause,
        "why": line.notes.iter().map(|note| json!({ "text": note.text, "source": note.source })).collect::<Vec<_>>(),
        "outputs": line.words,
        "sent": line.sent.iter().map(message).collect::<Vec<_>>(),
        "received": line.received,
        "lost": line.lost,
        "broken": pairs(line.broken.clone()),
    })
}

/// The last line of a trace: the hash of the run, and a verdict a property.
#[must_use]
pub fn end_json(session: &dyn Session) -> Value {
    let verdicts: Vec<Value> = session
        .verdicts()
        .into_iter()
        .map(|standing| match standing.broken {
            // What is about all runs, no single one can show.
            None if standing.property.kind != Kind::Always => {
                json!({ "name": standing.property.name, "verdict": "unknown" })
            }
            None => json!({ "name": standing.property.name, "verdict": "holds" }),
            Some((step, at, reason)) => json!({
                "name": standing.property.name, "verdict": "violated",
                "step": step, "at_us": at.0, "reason": reason,
            }),
        })
        .collect();
    let position = session.position();
    json!({
        "steps": position.steps,
        "at_us": position.shown.0,
        "trace_hash": format!("{:016x}", session.hash()),
        "properties": verdicts,
    })
}
