//! `bivalent`: the runs of the page, on a command line.
//!
//! Exit codes: 0, all properties hold; 1, one is broken; 2, bad input, said in one sentence; 3, a
//! search was cut short.

mod arguments;
mod check;
mod draw;
mod edit;
mod headers;
mod host;
mod list;
mod output;
mod play;
mod words;

use std::process::ExitCode;

use arguments::{Command, Trouble};

fn main() -> ExitCode {
    match arguments::read(std::env::args_os()).and_then(run) {
        Ok(Ending::Holds) => ExitCode::SUCCESS,
        Ok(Ending::Broken) => ExitCode::from(1),
        Ok(Ending::CutShort) => ExitCode::from(3),
        Err(trouble) => {
            eprintln!("bivalent: {trouble}");
            ExitCode::from(2)
        }
    }
}

/// How a command that could be carried out ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    Holds,
    Broken,
    CutShort,
}

fn run(command: Command) -> Result<Ending, Trouble> {
    match command {
        Command::Say(text) => output::print(text).map(|()| Ending::Holds),
        Command::List { json } => list::list(json).map(|()| Ending::Holds),
        Command::Run { recording, until, json } => play::run(&recording, until, json),
        Command::Replay { file, json } => play::replay(&file, json),
        Command::Shorten { file, into } => play::shorten(&file, &into).map(|()| Ending::Holds),
        Command::Check(checking) => check::check(&checking),
        Command::Edit(editing) => edit::edit(&editing),
        Command::Headers(file) => headers::headers(&file),
        Command::Draw(drawing) => draw::draw(&drawing).map(|()| Ending::Holds),
    }
}
