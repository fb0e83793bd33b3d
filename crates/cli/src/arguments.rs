//! The command line, read.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use catalog::crdt::sequence::Kind;
use catalog::{Micros, Question, Recording, split_place};
use lexopt::prelude::*;
use scene::Theme;

use crate::words;

mod check;
mod edit;

/// Why a command cannot be carried out, in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trouble(pub(crate) String);

impl fmt::Display for Trouble {
    /// One line, whatever stood on the command line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.chars().map(|c| if c.is_control() { '·' } else { c }).collect::<String>())
    }
}

impl From<catalog::Trouble> for Trouble {
    fn from(trouble: catalog::Trouble) -> Self {
        Self(trouble.to_string())
    }
}

impl From<lexopt::Error> for Trouble {
    fn from(error: lexopt::Error) -> Self {
        if let lexopt::Error::UnexpectedValue { option, value } = &error {
            return Self(format!("{option} takes no value, and “{}” was given.", value.to_string_lossy()));
        }
        Self(format!("This command line cannot be read: {error}; `bivalent --help` shows what there is."))
    }
}

/// What is to be done.
#[derive(Debug)]
pub(crate) enum Command {
    Say(String),
    List { json: bool },
    Run { recording: Recording, until: Until, json: bool },
    Replay { file: PathBuf, json: bool },
    Shorten { file: PathBuf, into: PathBuf },
    Draw(Drawing),
    Check(Checking),
    Headers(PathBuf),
    Edit(Editing),
}

/// How far to play.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Until {
    Length,
    Time(Micros),
    Steps(u64),
}

/// A search.
#[derive(Debug)]
pub(crate) struct Checking {
    pub(crate) recording: Recording,
    pub(crate) question: Question,
    /// Budgets that differ from the room's, by name.
    pub(crate) budgets: Vec<(String, u32)>,
    /// Megabytes that the search may take; `None`: half of what the machine has free.
    pub(crate) megabytes: Option<usize>,
    pub(crate) json: bool,
    pub(crate) counterexample: Option<PathBuf>,
}

/// A trace of edits to be replayed.
#[derive(Debug)]
pub(crate) struct Editing {
    pub(crate) file: PathBuf,
    pub(crate) kind: Kind,
    pub(crate) replicas: usize,
}

/// A picture to be drawn.
#[derive(Debug)]
pub(crate) struct Drawing {
    pub(crate) source: Source,
    pub(crate) at: Option<Micros>,
    pub(crate) view: String,
    pub(crate) theme: Theme,
    pub(crate) size: (f64, f64),
    pub(crate) file: Option<PathBuf>,
}

/// What is to be drawn.
#[derive(Debug)]
pub(crate) enum Source {
    Scenario(Recording),
    File(PathBuf),
}

pub(crate) fn read(line: impl Iterator<Item = OsString>) -> Result<Command, Trouble> {
    let mut parser = lexopt::Parser::from_iter(line);
    match parser.next()? {
        None | Some(Short('h') | Long("help")) => Ok(Command::Say(words::HELP.to_owned())),
        Some(Short('V') | Long("version")) => {
            Ok(Command::Say(format!("bivalent {}\n", env!("CARGO_PKG_VERSION"))))
        }
        Some(Value(name)) => match name.to_string_lossy().as_ref() {
            "list" => list(&mut parser),
            "run" => run(&mut parser),
            "replay" => replay(&mut parser),
            "draw" => draw(&mut parser),
            "check" => check::read(&mut parser),
            "headers" => headers(&mut parser),
            "edit" => edit::read(&mut parser),
            other => Err(Trouble(format!(
                "There is no command “{other}”; there is list, run, check, replay, draw, headers and edit."
            ))),
        },
        Some(other @ (Short(_) | Long(_))) => Err(unknown("bivalent", &other, "--help, --version")),
    }
}

/// What each command can be told; all know `--help`.
const LIST: &str = "--json";
const REPLAY: &str = "--json, --shorten";
const RUN: &str = "--seed, --until, --steps, --set, --without, --with, --json";
const DRAW: &str = "--at, --view, --theme, --size, -o, --seed, --set, --without, --with";

/// The refusal of what a command does not know.
fn unknown(command: &str, argument: &lexopt::Arg<'_>, known: &str) -> Trouble {
    let name = match argument {
        Short(letter) => format!("-{letter}"),
        Long(name) => format!("--{name}"),
        Value(value) => {
            return Trouble(format!("`{command}` has no use for “{}”.", value.to_string_lossy()));
        }
    };
    Trouble(format!("`{command}` has no option “{name}”; it has {known}."))
}

fn list(parser: &mut lexopt::Parser) -> Result<Command, Trouble> {
    let mut json = false;
    while let Some(argument) = parser.next()? {
        match argument {
            Long("json") => json = true,
            Short('h') | Long("help") => return Ok(Command::Say(words::LIST.to_owned())),
            other @ (Short(_) | Long(_) | Value(_)) => return Err(unknown("list", &other, LIST)),
        }
    }
    Ok(Command::List { json })
}

/// The options that `run` and `draw` share: what makes a recording.
#[derive(Default)]
struct Making {
    place: Option<String>,
    seed: Option<u64>,
    set: Vec<(String, String)>,
    without: Vec<String>,
    with: Vec<String>,
}

impl Making {
    /// Takes an option that it knows.
    fn take(&mut self, name: &str, parser: &mut lexopt::Parser) -> Result<bool, Trouble> {
        match name {
            "seed" => self.seed = Some(number("--seed", &text("--seed", parser)?)?),
            "without" => self.without.push(text("--without", parser)?),
            "with" => self.with.push(text("--with", parser)?),
            "set" => {
                let pair = text("--set", parser)?;
                let (name, value) = pair.split_once('=').ok_or_else(|| {
                    Trouble(format!("--set takes NAME=VALUE, as in --set servers=7, not “{pair}”."))
                })?;
                self.set.push((name.to_owned(), value.to_owned()));
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn place(&mut self, place: OsString) -> Result<(), Trouble> {
        let place = place.to_string_lossy().into_owned();
        match self.place.replace(place) {
            None => Ok(()),
            Some(first) => {
                Err(Trouble(format!("Only one scenario or recording can be named, and “{first}” was.")))
            }
        }
    }

    /// Whether anything but the place was given.
    fn makes_something(&self) -> bool {
        self.seed.is_some()
            || ![&self.without, &self.with].iter().all(|rules| rules.is_empty())
            || !self.set.is_empty()
    }

    fn recording(self, command: &str) -> Result<Recording, Trouble> {
        let Some(place) = self.place else {
            return Err(Trouble(format!("`{command}` needs a SYSTEM/SCENARIO; `bivalent list` names them.")));
        };
        let (system, scenario) = split_place(&place);
        let mut recording = Recording::new(system, scenario, self.seed.unwrap_or(1));
        if recording.seed >= Recording::SEED_END {
            return Err(Trouble(format!("--seed takes a whole number below 2^53, not {}.", recording.seed)));
        }
        recording.options = self.set.into_iter().collect();
        recording.without = self.without;
        recording.with = self.with;
        Ok(recording)
    }
}

fn run(parser: &mut lexopt::Parser) -> Result<Command, Trouble> {
    let (mut making, mut until, mut json) = (Making::default(), Until::Length, false);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("json") => json = true,
            Short('h') | Long("help") => return Ok(Command::Say(words::RUN.to_owned())),
            Long("until" | "steps") if until != Until::Length => {
                return Err(Trouble("A run is played to one --until or one --steps, not to two.".to_owned()));
            }
            Long("until") => until = Until::Time(time("--until", &text("--until", parser)?)?),
            Long("steps") => until = Until::Steps(number("--steps", &text("--steps", parser)?)?),
            Long(name) => {
                let name = name.to_owned();
                if !making.take(&name, parser)? {
                    return Err(unknown("run", &Long(&name), RUN));
                }
            }
            Value(place) => making.place(place)?,
            other @ Short(_) => return Err(unknown("run", &other, RUN)),
        }
    }
    Ok(Command::Run { recording: making.recording("run")?, until, json })
}

fn replay(parser: &mut lexopt::Parser) -> Result<Command, Trouble> {
    let (mut file, mut json, mut into) = (None, false, None);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("json") => json = true,
            Long("shorten") => into = Some(PathBuf::from(value("--shorten", parser)?)),
            Short('h') | Long("help") => return Ok(Command::Say(words::REPLAY.to_owned())),
            Value(path) if file.is_none() => file = Some(PathBuf::from(path)),
            other @ (Short(_) | Long(_) | Value(_)) => return Err(unknown("replay", &other, REPLAY)),
        }
    }
    let file =
        file.ok_or_else(|| Trouble("`replay` needs a recording, a .json file of the page.".to_owned()))?;
    match into {
        Some(_) if json => Err(Trouble("`replay` takes --json or --shorten, not both.".to_owned())),
        Some(into) => Ok(Command::Shorten { file, into }),
        None => Ok(Command::Replay { file, json }),
    }
}

fn headers(parser: &mut lexopt::Parser) -> Result<Command, Trouble> {
    let mut file = None;
    while let Some(argument) = parser.next()? {
        match argument {
            Short('h') | Long("help") => return Ok(Command::Say(words::HEADERS.to_owned())),
            Value(path) if file.is_none() => file = Some(PathBuf::from(path)),
            other @ (Short(_) | Long(_) | Value(_)) => return Err(unknown("headers", &other, "--help")),
        }
    }
    let file = file.ok_or_else(|| Trouble("`headers` needs a file of Bitcoin's headers.".to_owned()))?;
    Ok(Command::Headers(file))
}

fn draw(parser: &mut lexopt::Parser) -> Result<Command, Trouble> {
    let mut making = Making::default();
    let (mut at, mut file) = (None, None);
    let (mut view, mut theme, mut size) = ("ring".to_owned(), Theme::Light, (720.0, 480.0));
    while let Some(argument) = parser.next()? {
        match argument {
            Short('h') | Long("help") => return Ok(Command::Say(words::DRAW.to_owned())),
            Long("at") => at = Some(time("--at", &text("--at", parser)?)?),
            Long("view") => view = text("--view", parser)?,
            Long("theme") => theme = self::theme(&text("--theme", parser)?)?,
            Long("size") => size = self::size(&text("--size", parser)?)?,
            Short('o') | Long("output") => file = Some(PathBuf::from(value("-o", parser)?)),
            Long(name) => {
                let name = name.to_owned();
                if !making.take(&name, parser)? {
                    return Err(unknown("draw", &Long(&name), DRAW));
                }
            }
            Value(place) => making.place(place)?,
            other @ Short(_) => return Err(unknown("draw", &other, DRAW)),
        }
    }
    let is_file = making.place.as_ref().is_some_and(|place| place.ends_with(".json"));
    let source = if is_file {
        if making.makes_something() {
            return Err(Trouble(
                "A recording has its own seed, options and rules: --seed, --set, --without and --with go with a \
                 SYSTEM/SCENARIO."
                    .to_owned(),
            ));
        }
        Source::File(PathBuf::from(making.place.unwrap_or_default()))
    } else {
        Source::Scenario(making.recording("draw")?)
    };
    let file = file.filter(|file| file.as_os_str() != "-");
    Ok(Command::Draw(Drawing { source, at, view, theme, size, file }))
}

fn text(name: &str, parser: &mut lexopt::Parser) -> Result<String, Trouble> {
    Ok(value(name, parser)?.to_string_lossy().into_owned())
}

fn value(name: &str, parser: &mut lexopt::Parser) -> Result<OsString, Trouble> {
    let wanted = match name {
        "--seed" => "a whole number below 2^53",
        "--until" | "--at" => "milliseconds, at most two years",
        "--steps" | "--max-states" | "--max-depth" | "--max-memory" => "a whole number",
        "--set" => "NAME=VALUE, as in --set servers=7",
        "--without" | "--with" => "the name of a rule; `bivalent list` names them",
        "--view" => "ring, space-time, logs, table or side-by-side",
        "--theme" => "light, dark, print or safe",
        "--size" => "WIDTHxHEIGHT, as in --size 720x480",
        _ => "the name of a file",
    };
    parser.value().map_err(|_| Trouble(format!("{name} needs a value behind it: {wanted}.")))
}

fn number(name: &str, value: &str) -> Result<u64, Trouble> {
    value.parse().map_err(|_| Trouble(format!("{name} takes a whole number, not “{value}”.")))
}

fn time(name: &str, value: &str) -> Result<Micros, Trouble> {
    let wrong = || Trouble(format!("{name} takes milliseconds, at most two years, not “{value}”."));
    let ms: f64 = value.parse().map_err(|_| wrong())?;
    let most = Recording::AT_MAX as f64 / 1000.0;
    if (0.0..=most).contains(&ms) { Ok(Micros((ms * 1000.0).round() as u64)) } else { Err(wrong()) }
}

fn theme(name: &str) -> Result<Theme, Trouble> {
    Theme::named(name).ok_or_else(|| {
        let known: Vec<&str> = Theme::ALL.iter().map(|theme| theme.name()).collect();
        Trouble(format!("There is no theme “{name}”; there is {}.", known.join(", ")))
    })
}

fn size(value: &str) -> Result<(f64, f64), Trouble> {
    let side =
        |text: &str| text.parse::<u32>().ok().filter(|side| (120..=10_000).contains(side)).map(f64::from);
    let pair = value.split_once('x').and_then(|(width, height)| Some((side(width)?, side(height)?)));
    pair.ok_or_else(|| {
        Trouble(format!("--size takes WIDTHxHEIGHT from 120 to 10000, as in --size 720x480, not “{value}”."))
    })
}
