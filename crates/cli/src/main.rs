//! `bivalent`: the runs of the page, on a command line.
//!
//! Exit codes: 0, all properties hold; 1, one is broken; 2, bad input, said in one sentence.

mod arguments;
mod draw;
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
}

fn run(command: Command) -> Result<Ending, Trouble> {
    match command {
        Command::Say(text) => output::print(text).map(|()| Ending::Holds),
        Command::List { json } => list::list(json).map(|()| Ending::Holds),
        Command::Run { recording, until, json } => play::run(&recording, until, json),
        Command::Replay { file, json } => play::replay(&file, json),
        Command::Draw(drawing) => draw::draw(&drawing).map(|()| Ending::Holds),
    }
}
