//! The command line of `check`.

use super::{Checking, Command, Making, Trouble, number, text, unknown, value, words};
use catalog::Question;
use lexopt::prelude::*;
use std::path::PathBuf;

const CHECK: &str = "--set, --without, --with, --max-states, --max-depth, --max-memory, --symmetry, --crashes, \
                     --losses, --duplicates, --cuts, --timeouts, --requests, --json, --counterexample";

/// What a budget can be told of.
const BUDGETS: [&str; 6] = ["crashes", "losses", "duplicates", "cuts", "timeouts", "requests"];

pub(super) fn read(parser: &mut lexopt::Parser) -> Result<Command, Trouble> {
    let mut making = Making::default();
    let (mut budgets, mut json, mut counterexample, mut megabytes) = (Vec::new(), false, None, None);
    let mut question = Question { states: usize::MAX, ..Question::default() };
    while let Some(argument) = parser.next()? {
        match argument {
            Long("json") => json = true,
            Long("symmetry") => question.symmetric = true,
            Short('h') | Long("help") => return Ok(Command::Say(words::CHECK.to_owned())),
            Long("max-states") => question.states = limit("--max-states", parser)?,
            Long("max-depth") => question.depth = limit("--max-depth", parser)?,
            Long("max-memory") => megabytes = Some(limit("--max-memory", parser)?),
            Long("counterexample") => {
                counterexample = Some(PathBuf::from(value("--counterexample", parser)?));
            }
            Long("seed") => return Err(unknown("check", &Long("seed"), CHECK)),
            Long(name) => {
                let name = name.to_owned();
                if BUDGETS.contains(&name.as_str()) {
                    budgets.push((name.clone(), budget(&format!("--{name}"), parser)?));
                } else if !making.take(&name, parser)? {
                    return Err(unknown("check", &Long(&name), CHECK));
                }
            }
            Value(place) => making.place(place)?,
            other @ Short(_) => return Err(unknown("check", &other, CHECK)),
        }
    }
    let recording = making.recording("check")?;
    Ok(Command::Check(Checking { recording, question, budgets, megabytes, json, counterexample }))
}

fn limit(name: &str, parser: &mut lexopt::Parser) -> Result<usize, Trouble> {
    match usize::try_from(number(name, &text(name, parser)?)?) {
        Ok(limit) if limit > 0 => Ok(limit),
        _ => Err(Trouble(format!("{name} takes a whole number from 1 on."))),
    }
}

fn budget(name: &str, parser: &mut lexopt::Parser) -> Result<u32, Trouble> {
    let given = text(name, parser)?;
    given.parse().map_err(|_| Trouble(format!("{name} takes a whole number below 2^32, not “{given}”.")))
}
