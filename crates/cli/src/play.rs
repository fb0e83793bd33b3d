//! `bivalent run` and `bivalent replay`: a run, event by event, and a verdict a property.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;

use catalog::{Cause, Kind, Line, Micros, Recording, Session, end_json, line_json, minimise, open};

use crate::Ending;
use crate::arguments::{Refusal, Until};
use crate::output::{print, written};

pub(crate) fn run(recording: &Recording, until: Until, json: bool) -> Result<Ending, Refusal> {
    let mut session = open(recording)?;
    play(session.as_mut(), until, json)
}

/// Plays a recording to the time it shows. One that shows its start plays to the end of the scenario, or to the last
/// thing that was done where that is later.
pub(crate) fn replay(file: &Path, json: bool) -> Result<Ending, Refusal> {
    let mut recording = read(file)?;
    let shown = Micros(std::mem::take(&mut recording.at));
    let mut session = open(&recording).map_err(|error| damaged(file, &error))?;
    session.seek_step(0);
    let until = if shown > Micros::ZERO { shown } else { last_deed(&recording).max(session.about().length) };
    play(session.as_mut(), Until::Time(until), json)
}

/// Writes the part of a failing run that matters.
pub(crate) fn shorten(file: &Path, into: &Path) -> Result<(), Refusal> {
    let recording = read(file)?;
    let Some(short) = minimise(&recording).map_err(|error| damaged(file, &error))? else {
        return Err(Refusal(format!("{}: no property is broken up to the time it shows.", file.display())));
    };
    std::fs::write(into, short.recording.to_json() + "\n").map_err(|error| {
        Refusal(format!("The recording cannot be written to {}: {error}.", into.display()))
    })?;
    print(format!(
        "{} is broken by {} of the {} things done; they are in {}.\n",
        short.property,
        short.after,
        short.before,
        into.display()
    ))
}

/// When the last thing was done on the branch shown.
fn last_deed(recording: &Recording) -> Micros {
    let branch = recording.branches.get(recording.branch);
    let last = branch.and_then(|branch| branch.interventions.last());
    Micros(last.and_then(|deed| deed["at"].as_u64()).unwrap_or(0))
}

/// Reads a recording.
pub(crate) fn read(file: &Path) -> Result<Recording, Refusal> {
    let unread = |error| Refusal(format!("The recording {} cannot be read: {error}.", file.display()));
    let mut bytes = Vec::new();
    // Some files never end: one byte more than a recording may have is enough to refuse it.
    let opened = File::open(file).map_err(unread)?;
    opened.take(Recording::FILE_MAX as u64 + 1).read_to_end(&mut bytes).map_err(unread)?;
    let text = if bytes.len() > Recording::FILE_MAX {
        Err(catalog::Error::File(Recording::too_large()))
    } else {
        catalog::text(bytes).map_err(catalog::Error::File)
    };
    let text = text.map_err(|error| damaged(file, &error))?;
    Recording::from_json(&text).map_err(|error| damaged(file, &error))
}

/// What is wrong with a recording, and which one it is.
pub(crate) fn damaged(file: &Path, error: &catalog::Error) -> Refusal {
    Refusal(format!("{}: {error}", file.display()))
}

fn play(session: &mut dyn Session, until: Until, json: bool) -> Result<Ending, Refusal> {
    let mut out = BufWriter::new(io::stdout().lock());
    let (limit, steps) = match until {
        Until::Length => (session.about().length, u64::MAX),
        Until::Time(time) => (time, u64::MAX),
        Until::Steps(steps) => (Micros(u64::MAX), steps),
    };
    while session.position().steps < steps && session.position().next.is_some_and(|next| next <= limit) {
        if !session.step() {
            break;
        }
        for line in session.lines(1) {
            written(if json { writeln!(out, "{}", line_json(&line)) } else { tell(&mut out, &line) })?;
        }
    }
    if let Until::Length | Until::Time(_) = until {
        session.play_to(limit, 0);
    }
    written(if json { writeln!(out, "{}", end_json(session)) } else { sum_up(&mut out, session) })?;
    written(out.flush())?;
    let broken = session.verdicts().iter().any(|standing| standing.broken.is_some());
    Ok(if broken { Ending::Broken } else { Ending::Holds })
}

fn tell(out: &mut impl Write, line: &Line) -> io::Result<()> {
    let who = match line.cause {
        Cause::Time => "",
        Cause::Script => " (the scenario)",
        Cause::Reader => " (the reader)",
        Cause::Schedule => " (the schedule)",
    };
    writeln!(out, "{:>12}  {}{who}", line.at.to_string(), line.happening.title)?;
    for note in &line.notes {
        writeln!(out, "{:14}{} ({})", "", note.text, note.source)?;
    }
    for words in &line.words {
        writeln!(out, "{:14}{words}", "")?;
    }
    for (name, reason) in &line.broken {
        writeln!(out, "{:14}{name} is broken: {reason}", "")?;
    }
    Ok(())
}

fn sum_up(out: &mut impl Write, session: &dyn Session) -> io::Result<()> {
    let position = session.position();
    writeln!(out, "\n{} steps, {}, trace hash {:016x}", position.steps, position.shown, session.hash())?;
    if position.overflows {
        writeln!(out, "cut short: more events were waiting than a run can hold")?;
    }
    for standing in session.verdicts() {
        let name = standing.property.name;
        match standing.broken {
            None if standing.property.kind != Kind::Always => {
                writeln!(out, "  unknown   {name}: it is about all runs, which `check` searches")?;
            }
            None => writeln!(out, "  holds     {name}")?,
            Some((step, at, reason)) => writeln!(out, "  BROKEN    {name}: at {at}, step {step}: {reason}")?,
        }
    }
    Ok(())
}
