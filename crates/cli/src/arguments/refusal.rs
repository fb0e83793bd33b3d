//! What clap refuses, in one sentence on one line: what was wrong, and what there is.

use std::error::Error as _;

use clap::error::{ContextKind, ContextValue, Error, ErrorKind};
use clap::{Arg, Command};

use super::Refusal;

/// `command` is the one that was called, or the whole where none was.
#[expect(clippy::wildcard_enum_match_arm, reason = "clap may refuse for more reasons than it does now")]
pub(super) fn sentence(command: &Command, error: &Error) -> Refusal {
    let name = command.get_name();
    let argument = || named(command, &context(error, ContextKind::InvalidArg));
    let given = || context(error, ContextKind::InvalidValue);
    Refusal(match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let unknown = context(error, ContextKind::InvalidSubcommand);
            let known: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
            format!("There is no command “{unknown}”; there is {}.", listed(&known, "and"))
        }
        ErrorKind::UnknownArgument => unknown(command, &context(error, ContextKind::InvalidArg)),
        ErrorKind::MissingRequiredArgument => format!("`{name}` needs {}.", needed(command)),
        ErrorKind::InvalidValue if given().is_empty() => {
            format!("{} needs a value behind it: {}.", argument(), wanted(&argument()))
        }
        ErrorKind::InvalidValue => {
            let known = context(error, ContextKind::ValidValue);
            let known: Vec<&str> = known.split(LIST).collect();
            format!("{} takes {}, not “{}”.", argument(), listed(&known, "or"), given())
        }
        ErrorKind::ValueValidation => {
            let wrong = error.source().map_or_else(|| "takes another value".to_owned(), ToString::to_string);
            format!("{} {wrong}.", argument())
        }
        ErrorKind::TooManyValues => format!("{} takes no value, and “{}” was given.", argument(), given()),
        ErrorKind::ArgumentConflict => {
            let other = named(command, &context(error, ContextKind::PriorArg));
            format!("`{name}` takes {} or {other}, not both.", argument())
        }
        _ => {
            let words = error.to_string();
            let first = words.lines().next().unwrap_or_default().trim_start_matches("error: ");
            format!("This command line cannot be read: {first}; `bivalent --help` shows what there is.")
        }
    })
}

/// Stands between the words of a list.
const LIST: char = '\n';

/// What clap knows of an error, as text.
fn context(error: &Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(&LIST.to_string()),
        _ => String::new(),
    }
}

/// An argument as it is typed: clap writes `--output <FILE>` and `<SYSTEM/SCENARIO>`.
fn named(command: &Command, clap_writes: &str) -> String {
    let argument = command.get_arguments().find(|argument| argument.to_string() == clap_writes);
    argument.map_or_else(|| clap_writes.to_owned(), typed)
}

/// The short form where there is one.
fn typed(argument: &Arg) -> String {
    match (argument.get_short(), argument.get_long()) {
        (Some(letter), _) => format!("-{letter}"),
        (None, Some(name)) => format!("--{name}"),
        (None, None) => value_name(argument),
    }
}

fn value_name(argument: &Arg) -> String {
    argument.get_value_names().and_then(|names| names.first()).map(ToString::to_string).unwrap_or_default()
}

fn unknown(command: &Command, word: &str) -> String {
    let name = command.get_name();
    if word.starts_with('-') {
        let own = |argument: &&Arg| {
            !argument.is_positional() && !["help", "version"].contains(&argument.get_id().as_str())
        };
        let mut known: Vec<String> = command.get_arguments().filter(own).map(typed).collect();
        if known.is_empty() {
            known.push("--help".to_owned());
            known.extend(command.get_version().map(|_| "--version".to_owned()));
        }
        return format!("`{name}` has no option “{word}”; it has {}.", known.join(", "));
    }
    match command.get_positionals().next() {
        Some(one) => format!("`{name}` takes one {}, and “{word}” is one too many.", value_name(one)),
        None => format!("`{name}` has no use for “{word}”."),
    }
}

/// What a command cannot do without.
fn needed(command: &Command) -> &'static str {
    match command.get_name() {
        "replay" => "a recording, a .json file of the page",
        "draw" => "a SYSTEM/SCENARIO or a recording; `bivalent list` names the scenarios",
        "headers" => "a file of Bitcoin's headers",
        "edit" => "a trace, a .json or .json.gz file",
        "completions" => "the name of a shell: bash, zsh or fish",
        _ => "a SYSTEM/SCENARIO; `bivalent list` names them",
    }
}

/// What an option without its value could be told.
fn wanted(option: &str) -> &'static str {
    match option {
        "--seed" => "a whole number below 2^53",
        "--until" | "--at" => "milliseconds, at most two years",
        "--set" => "NAME=VALUE, as in --set servers=7",
        "--without" | "--with" => "the name of a rule; `bivalent list` names them",
        "--size" => "WIDTHxHEIGHT, as in --size 720x480",
        "-o" | "--counterexample" | "--shorten" => "the name of a file",
        "--view" | "--theme" | "--type" => "a name; `--help` lists them",
        _ => "a whole number",
    }
}

/// `a, b and c`.
fn listed(words: &[&str], and: &str) -> String {
    match words {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} {and} {last}", first.join(", ")),
    }
}
