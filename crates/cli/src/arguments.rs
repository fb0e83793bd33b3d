//! The command line: declared here, read by clap, and refused in sentences of our own ([`refusal`]), since clap's take
//! several lines and do not say what a command does have.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use catalog::{Micros, Question, Recording, TextType, split_place};
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueHint};
use scene::Theme;

mod limits;
mod refusal;
mod values;

pub(crate) use limits::FaultLimits;

/// Why a command cannot be carried out, in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal(pub(crate) String);

impl fmt::Display for Refusal {
    /// One line, whatever stood on the command line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.chars().map(|c| if c.is_control() { '·' } else { c }).collect::<String>())
    }
}

impl From<catalog::Error> for Refusal {
    fn from(error: catalog::Error) -> Self {
        Self(error.to_string())
    }
}

/// Distributed protocols, run, broken and drawn
#[derive(Debug, Parser)]
#[command(name = "bivalent", version, disable_help_subcommand = true, args_override_self = true, after_help = ENDINGS)]
struct Line {
    #[command(subcommand)]
    command: Option<Command>,
}

const ENDINGS: &str = "`bivalent COMMAND --help` tells more. Exit codes: 0, all properties hold; 1, a property is \
    broken; 2, bad input; 3, a search was cut short.";

/// What is to be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Print the systems with their scenarios, options and rules, and for each rule the command that shows what it is for
    List {
        /// One JSON array
        #[arg(long)]
        json: bool,
    },
    Run(Run),
    Check(Check),
    Replay(Replay),
    Draw(Draw),
    Headers(Headers),
    Edit(Edit),
    /// Print what makes a shell complete this command's words; it belongs into the shell's folder for completions
    Completions {
        shell: Shell,
    },
    /// Print the manual page of this command, or of one of its commands, for `man`
    Man {
        /// One of its commands
        #[arg(value_name = "COMMAND")]
        of: Option<String>,
    },
}

/// A shell that completes words.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum Shell {
    Bash,
    Zsh,
    Fish,
}

/// The options and rules of a run.
#[derive(Debug, Args)]
pub(crate) struct Setting {
    /// Set an option; `bivalent list` names them
    #[arg(long, value_name = "NAME=VALUE", value_parser = values::pair)]
    set: Vec<(String, String)>,
    /// Switch a rule off
    #[arg(long, value_name = "RULE")]
    without: Vec<String>,
    /// Switch a rule on that the scenario switches off
    #[arg(long, value_name = "RULE")]
    with: Vec<String>,
}

impl Setting {
    fn recording(&self, place: &str, seed: Option<u64>) -> Recording {
        let (system, scenario) = split_place(place);
        let mut recording = Recording::new(system, scenario, seed.unwrap_or(1));
        recording.options = self.set.iter().cloned().collect();
        recording.without.clone_from(&self.without);
        recording.with.clone_from(&self.with);
        recording
    }

    fn is_empty(&self) -> bool {
        self.set.is_empty() && self.without.is_empty() && self.with.is_empty()
    }
}

/// Play a scenario and print every event, why it happened, and a verdict a property
#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
pub(crate) struct Run {
    /// The scenario; `bivalent list` names them
    #[arg(value_name = "SYSTEM/SCENARIO")]
    place: String,
    /// The seed, 1 if nothing is said; the same seed gives the same run
    #[arg(long, value_name = "N", value_parser = values::seed)]
    seed: Option<u64>,
    /// Play to this time; the length of the scenario if nothing is said
    #[arg(long, value_name = "MS", value_parser = values::time)]
    until: Option<Micros>,
    /// Play so many steps instead
    #[arg(long, value_name = "N", value_parser = values::whole, conflicts_with = "until")]
    steps: Option<u64>,
    #[command(flatten)]
    setting: Setting,
    /// One JSON object a line for each event; the last line holds the hash of the run and the verdicts
    #[arg(long)]
    pub(crate) json: bool,
}

/// How far to play.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Until {
    Length,
    Time(Micros),
    Steps(u64),
}

impl Run {
    pub(crate) fn recording(&self) -> Recording {
        self.setting.recording(&self.place, self.seed)
    }

    pub(crate) fn until(&self) -> Until {
        self.until.map(Until::Time).or(self.steps.map(Until::Steps)).unwrap_or(Until::Length)
    }
}

/// Try every order of deliveries, timeouts, requests and faults within limits, and print a verdict a property
///
/// The verdicts: holds (in every state; or, of what is to come true at last, in every fair run), violated (with the
/// length of the shortest run), witnessed, unreached, untested (it holds, but what it speaks of happens in no run), or
/// unknown, where the search was cut short or a limit ends runs that would go on.
#[derive(Debug, Args)]
#[command(
    allow_negative_numbers = true,
    after_help = "Exit codes: 0, all properties hold; 1, one does not; 2, bad input; 3, the search was cut short, \
    or one is unknown: what it had found by then is printed."
)]
pub(crate) struct Check {
    /// The scenario; `bivalent list` names them
    #[arg(value_name = "SYSTEM/SCENARIO")]
    place: String,
    #[command(flatten)]
    setting: Setting,
    /// End the search at so many states
    #[arg(long, value_name = "N", value_parser = values::limit)]
    max_states: Option<usize>,
    /// End the search at this depth
    #[arg(long, value_name = "N", value_parser = values::limit)]
    max_depth: Option<usize>,
    /// End the search at this memory; if nothing is said, at half of what is free when it starts
    #[arg(long, value_name = "MB", value_parser = values::limit)]
    pub(crate) max_memory: Option<usize>,
    /// Take states that differ only in which interchangeable node is which for one
    #[arg(long)]
    symmetry: bool,
    #[command(flatten)]
    limits: FaultLimits,
    /// One JSON object
    #[arg(long)]
    pub(crate) json: bool,
    /// Write the shortest counterexample as a recording, for `replay`, `draw` and the page
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) counterexample: Option<PathBuf>,
}

impl Check {
    pub(crate) fn recording(&self) -> Recording {
        self.setting.recording(&self.place, None)
    }

    pub(crate) fn question(&self) -> Question {
        Question {
            limits: self.limits.0.clone(),
            states: self.max_states.unwrap_or(usize::MAX),
            depth: self.max_depth.unwrap_or(Question::default().depth),
            symmetric: self.symmetry,
            ..Question::default()
        }
    }
}

/// Play a recording, as the page downloads it, to the time it shows, and print it like `run`
///
/// One that shows its start is played to the end of its scenario.
#[derive(Debug, Args)]
pub(crate) struct Replay {
    #[arg(value_name = "RECORDING.json", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// One JSON object a line for each event; the last line holds the hash of the run and the verdicts
    #[arg(long)]
    pub(crate) json: bool,
    /// Instead, of a run that breaks a property, write only what was done that matters for it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "json")]
    pub(crate) shorten: Option<PathBuf>,
}

/// Draw a moment of a run as SVG
#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
pub(crate) struct Draw {
    /// The scenario, or a recording
    #[arg(value_name = "SYSTEM/SCENARIO | RECORDING.json", value_hint = ValueHint::FilePath)]
    place: String,
    /// The moment; the end of the scenario, or what the recording shows, if nothing is said
    #[arg(long, value_name = "MS", value_parser = values::time)]
    pub(crate) at: Option<Micros>,
    /// The picture; not every system has each
    #[arg(long, value_parser = values::view(), default_value = "ring")]
    pub(crate) view: String,
    /// The colours; safe: for the colour-blind
    #[arg(long, value_parser = values::theme(), default_value = "light")]
    pub(crate) theme: Theme,
    /// In pixels; logs and tables are as high as they need
    #[arg(long, value_name = "WIDTHxHEIGHT", value_parser = values::size, default_value = "720x480")]
    pub(crate) size: (f64, f64),
    /// Where to write it; to the terminal if nothing is said, or for -
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,
    /// The seed, 1 if nothing is said
    #[arg(long, value_name = "N", value_parser = values::seed)]
    seed: Option<u64>,
    #[command(flatten)]
    setting: Setting,
}

/// What is to be drawn.
#[derive(Debug)]
pub(crate) enum Source {
    Scenario(Recording),
    File(PathBuf),
}

impl Draw {
    pub(crate) fn source(&self) -> Source {
        if self.place.ends_with(".json") {
            Source::File(PathBuf::from(&self.place))
        } else {
            Source::Scenario(self.setting.recording(&self.place, self.seed))
        }
    }

    /// The file to write, if it is not the terminal.
    pub(crate) fn output(&self) -> Option<&PathBuf> {
        self.output.as_ref().filter(|file| file.as_os_str() != "-")
    }

    fn check(&self) -> Result<(), Refusal> {
        match self.source() {
            Source::File(_) if self.seed.is_some() || !self.setting.is_empty() => Err(Refusal(
                "A recording has its own seed, options and rules: --seed, --set, --without and --with go with a \
                 SYSTEM/SCENARIO."
                    .to_owned(),
            )),
            Source::File(_) | Source::Scenario(_) => Ok(()),
        }
    }
}

/// Verify headers of Bitcoin's main network
///
/// Checks that each hash meets its target, that each header names the one before, that targets are those of their periods
/// and follow from the period before where the file has all of it, and that the sums of work are those that the file
/// states. Prints what was verified, and the first fault with its line.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0, all of it holds; 1, there is a fault; 2, bad input.")]
pub(crate) struct Headers {
    /// A header a line, in 160 hexadecimal digits; or a table with commas whose first line names the columns:
    /// header_hex, and any of height, hash, time, bits and chainwork_hex
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
}

/// Replay what people typed, and compare the text with what the file states
///
/// Prints how many edits there were, how long they took, the peak memory, and the length and SHA-256 of the final text.
#[derive(Debug, Args)]
#[command(
    allow_negative_numbers = true,
    after_help = "Exit codes: 0, every replica ends with the text that the file states; 1, one does not; 2, bad \
    input."
)]
pub(crate) struct Edit {
    /// A trace in the format of editing-traces, packed by gzip or not: startContent, endContent and txns, each with
    /// patches [place, deleted, typed] or [place, deleted, typed, time], and where several people type with agent and
    /// parents; places count Unicode code points
    #[arg(value_name = "FILE.json[.gz]", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// The rule for what is typed at the same place at the same time
    #[arg(long = "type", value_parser = values::sequence(), default_value = "fugue-max")]
    pub(crate) kind: TextType,
    /// So many replicas at least: each person has one, and others hear of everything
    #[arg(long, value_name = "N", value_parser = values::replicas, default_value = "1")]
    pub(crate) replicas: usize,
}

/// What a command line asks for: a command, or a text to be printed.
#[derive(Debug)]
pub(crate) enum Asked {
    Do(Command),
    Say(String),
}

pub(crate) fn read(line: impl Iterator<Item = OsString>) -> Result<Asked, Refusal> {
    let line: Vec<OsString> = line.collect();
    let mut declared = declared();
    let told = declared.try_get_matches_from_mut(&line).and_then(|told| Line::from_arg_matches(&told));
    match told {
        Ok(Line { command: None }) => Ok(Asked::Say(declared.render_help().to_string())),
        Ok(Line { command: Some(command) }) => {
            if let Command::Draw(draw) = &command {
                draw.check()?;
            }
            Ok(Asked::Do(command))
        }
        Err(error) if !error.use_stderr() => Ok(Asked::Say(error.to_string())),
        Err(error) => {
            // What stands first is the command, since none of the options before it takes a value.
            let name = line.get(1).map(|word| word.to_string_lossy()).unwrap_or_default();
            let command = declared.find_subcommand(&*name).unwrap_or(&declared);
            Err(refusal::sentence(command, &error))
        }
    }
}

/// The whole command line, with its help.
pub(crate) fn declared() -> clap::Command {
    Line::command()
}
