//! What `edit` is told.

use std::path::PathBuf;

use catalog::crdt::sequence::Kind;
use lexopt::prelude::*;

use super::{Command, Editing, Trouble, number, text, unknown};
use crate::words;

const EDIT: &str = "--type, --replicas";
/// More replicas are of no use to anybody.
const REPLICAS: u64 = 1_000;

pub(super) fn read(parser: &mut lexopt::Parser) -> Result<Command, Trouble> {
    let (mut file, mut kind, mut replicas) = (None, Kind::FugueMax, 1);
    while let Some(argument) = parser.next()? {
        match argument {
            Short('h') | Long("help") => return Ok(Command::Say(words::EDIT.to_owned())),
            Long("type") => {
                kind = match text("--type", parser)?.as_str() {
                    "rga" => Kind::Rga,
                    "fugue" => Kind::Fugue,
                    "fugue-max" => Kind::FugueMax,
                    other => {
                        return Err(Trouble(format!("--type takes rga, fugue or fugue-max, not “{other}”.")));
                    }
                }
            }
            Long("replicas") => replicas = number("--replicas", &text("--replicas", parser)?)?,
            Value(path) if file.is_none() => file = Some(PathBuf::from(path)),
            other @ (Short(_) | Long(_) | Value(_)) => return Err(unknown("edit", &other, EDIT)),
        }
    }
    if !(1..=REPLICAS).contains(&replicas) {
        return Err(Trouble(format!("--replicas takes a number from 1 to {REPLICAS}, not {replicas}.")));
    }
    let file = file.ok_or_else(|| Trouble("`edit` needs a trace, a .json or .json.gz file.".to_owned()))?;
    Ok(Command::Edit(Editing { file, kind, replicas: replicas as usize }))
}
