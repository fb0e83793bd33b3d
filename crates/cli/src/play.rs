//! `bivalent run` and `bivalent replay`: a run, event by event, and a verdict a property.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use catalog::{Line, Recording, Session, end_json, line_json, open};

use crate::Ending;
use crate::arguments::{Trouble, Until};
use crate::output::written;

pub(crate) fn run(recording: &Recording, until: Until, json: bool) -> Result<Ending, Trouble> {
    let mut session = open(recording)?;
    play(session.as_mut(), until, json)
}

/// Plays a recording to the time it shows, or to the end of the scenario where that is later.
pub(crate) fn replay(file: &Path, json: bool) -> Result<Ending, Trouble> {
    let mut recording = read(file)?;
    let shown = catalog::Micros(std::mem::take(&mut recording.at));
    let mut session = open(&recording)?;
    session.seek_step(0);
    let until = if shown.0 == 0 { Until::Length } else { Until::Time(shown) };
    play(session.as_mut(), until, json)
}

/// Reads a recording.
pub(crate) fn read(file: &Path) -> Result<Recording, Trouble> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Trouble(format!("The recording {} cannot be read: {error}.", file.display())))?;
    Ok(Recording::from_json(&text)?)
}

fn play(session: &mut dyn Session, until: Until, json: bool) -> Result<Ending, Trouble> {
    let mut out = BufWriter::new(io::stdout().lock());
    let (limit, steps) = match until {
        Until::Length => (session.about().length, u64::MAX),
        Until::Time(time) => (time, u64::MAX),
        Until::Steps(steps) => (catalog::Micros(u64::MAX), steps),
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
    writeln!(out, "{:>12}  {}", line.at.to_string(), line.happening.title)?;
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
            None => writeln!(out, "  holds     {name}")?,
            Some((step, at, reason)) => writeln!(out, "  BROKEN    {name}: at {at}, step {step}: {reason}")?,
        }
    }
    Ok(())
}
