//! `bivalent`: the runs of the page, on a command line.
//!
//! Exit codes: 0, all properties hold; 1, one is broken; 2, bad input, said in one sentence; 3, a
//! search was cut short.

mod arguments;
mod check;
mod completions;
mod draw;
mod edit;
mod headers;
mod host;
mod list;
mod output;
mod play;

use std::process::ExitCode;

use arguments::{Asked, Command, Refusal};

fn main() -> ExitCode {
    match arguments::read(std::env::args_os()).and_then(answer) {
        Ok(Ending::Holds) => ExitCode::SUCCESS,
        Ok(Ending::Broken) => ExitCode::from(1),
        Ok(Ending::CutShort) => ExitCode::from(3),
        Err(error) => {
            eprintln!("bivalent: {error}");
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

fn answer(asked: Asked) -> Result<Ending, Refusal> {
    match asked {
        Asked::Say(text) => output::print(text).map(|()| Ending::Holds),
        Asked::Do(command) => carry_out(command),
    }
}

fn carry_out(command: Command) -> Result<Ending, Refusal> {
    let done = match command {
        Command::Run(run) => return play::run(&run.recording(), run.until(), run.json),
        Command::Check(check) => return check::check(&check),
        Command::Replay(replay) => match &replay.shorten {
            Some(into) => play::shorten(&replay.file, into),
            None => return play::replay(&replay.file, replay.json),
        },
        Command::Headers(headers) => return headers::headers(&headers.file),
        Command::Edit(edit) => return edit::edit(&edit),
        Command::List { json } => list::list(json),
        Command::Draw(draw) => draw::draw(&draw),
        Command::Completions { shell } => completions::completions(shell),
        Command::Man { of } => completions::man(of.as_deref()),
    };
    done.map(|()| Ending::Holds)
}
