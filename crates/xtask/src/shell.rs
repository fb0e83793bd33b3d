//! Running other programs: where they are looked for, and how their failure is told.

use std::{
    ffi::OsString,
    fmt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// Why a task did not do what was asked. Each is a sentence for a person.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The command line was not understood; the list of tasks helps.
    Usage(String),
    /// The task itself failed.
    Task(String),
}

impl Failure {
    pub(crate) fn task(sentence: impl Into<String>) -> Failure {
        Failure::Task(sentence.into())
    }
}

/// The project's folder, and the folders in which programs are looked for: first the project's own tools.
#[derive(Clone)]
pub(crate) struct Shell {
    pub(crate) root: PathBuf,
    folders: Vec<PathBuf>,
}

impl Shell {
    pub(crate) fn new() -> Shell {
        // Cargo names the package's folder when it runs it; the other is for a program started by hand.
        let package = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        Shell::at(package.ancestors().nth(2).expect("xtask lies two folders below the root").to_path_buf())
    }

    /// The shell of the project in that folder.
    pub(crate) fn at(root: PathBuf) -> Shell {
        let mut folders = vec![root.join("target/tools/bin"), root.join("tests/node_modules/.bin")];
        folders.extend(std::env::var_os("PATH").iter().flat_map(std::env::split_paths));
        Shell { root, folders }
    }

    /// The first program of that name, if there is one.
    pub(crate) fn find(&self, program: &str) -> Option<PathBuf> {
        let file = format!("{program}{}", std::env::consts::EXE_SUFFIX);
        self.folders.iter().map(|folder| folder.join(&file)).find(|path| path.is_file())
    }

    /// A command that starts in the project's folder and finds the project's tools first.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.find(program).unwrap_or_else(|| program.into()));
        command.current_dir(&self.root).env("PATH", self.search_path(None));
        command
    }

    /// Runs a program with its words going to the terminal.
    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> Result<(), Failure> {
        run(self.command(program).args(arguments))
    }

    /// What a program says of its own version: the first word of its answer that is a number, or `v` and a number.
    pub(crate) fn version(&self, program: &str) -> Option<String> {
        let output = self
            .command(program)
            .arg("--version")
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()
            .ok()?;
        let words = String::from_utf8(output.stdout).ok()?;
        let mut words = words.split_whitespace().map(|word| word.strip_prefix('v').unwrap_or(word));
        words.find(|word| word.starts_with(|c: char| c.is_ascii_digit())).map(String::from)
    }

    pub(crate) fn read(&self, path: impl AsRef<Path>) -> Result<String, Failure> {
        let path = path.as_ref();
        std::fs::read_to_string(self.root.join(path))
            .map_err(|error| Failure::Task(format!("{} cannot be read: {error}.", path.display())))
    }

    /// What PATH is for the programs that are run: the project's tools first, and before them a folder `front`.
    pub(crate) fn search_path(&self, front: Option<PathBuf>) -> OsString {
        // A folder whose name holds the separator cannot be put on PATH at all; then the old PATH must do.
        std::env::join_paths(front.iter().chain(&self.folders))
            .unwrap_or_else(|_| std::env::var_os("PATH").unwrap_or_default())
    }
}

/// Runs a command to its end; a failure names it.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let status = command
        .status()
        .map_err(|error| Failure::Task(format!("`{}` cannot be started: {error}.", told(command))))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::Task(format!("`{}` failed: {status}.", told(command))))
    }
}

/// The command as one would type it.
fn told(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut words = vec![program.file_name().unwrap_or(program.as_os_str()).to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|argument| argument.to_string_lossy().into_owned()));
    words.join(" ")
}

/// The clock on the wall. Only this crate may read it: in the product time is the scheduler's.
#[derive(Clone, Copy)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "how long a build takes is a fact about this machine")]
    pub(crate) fn start() -> Stopwatch {
        Stopwatch(Instant::now())
    }

    pub(crate) fn read(&self) -> Took {
        Took(self.0.elapsed())
    }
}

/// A duration in words: `8.2 s`, `3 min 04 s`.
#[derive(Clone, Copy)]
pub(crate) struct Took(pub(crate) Duration);

impl fmt::Display for Took {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        if seconds < 60 {
            write!(f, "{:.1} s", self.0.as_secs_f64())
        } else {
            write!(f, "{} min {:02} s", seconds / 60, seconds % 60)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_told_in_words() {
        assert_eq!(Took(Duration::from_millis(8_240)).to_string(), "8.2 s");
        assert_eq!(Took(Duration::from_secs(184)).to_string(), "3 min 04 s");
    }

    #[test]
    fn a_program_says_its_version() {
        let version = Shell::new().version("rustc").expect("the tests were compiled");
        assert!(version.starts_with("1."), "{version}");
    }

    #[test]
    fn a_missing_program_is_named() {
        let failure = Shell::new().run("no-such-program", &["--now"]).expect_err("there is none");
        let Failure::Task(sentence) = failure else { panic!("{failure:?}") };
        assert!(sentence.starts_with("`no-such-program --now` cannot be started"), "{sentence}");
    }
}
