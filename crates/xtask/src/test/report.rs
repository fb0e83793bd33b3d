//! What the steps of a test did: told while they run, and in a table at the end.

use crate::shell::{Failure, Stopwatch, Took};
use std::{
    fs::File,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

/// Less than this is no time that two steps shared.
const MOMENT: Duration = Duration::from_secs(1);

/// Steps that run one after the other.
pub(super) struct Lane {
    watch: Stopwatch,
    /// Where a lane that has no terminal writes what its steps say.
    folder: Option<PathBuf>,
    steps: Vec<TestStep>,
}

#[derive(Debug)]
struct TestStep {
    name: &'static str,
    /// Since the tests began.
    from: Duration,
    to: Duration,
    result: Result<(), String>,
}

/// Where the words of a step's programs go.
pub(super) struct Log(Option<PathBuf>);

impl Log {
    /// Runs a program of a step.
    pub(super) fn run(&self, command: &mut Command) -> Result<(), Failure> {
        if let Some(file) = &self.0 {
            let unwritten = |error| Failure::Task(format!("{} cannot be written: {error}.", file.display()));
            let output = File::options().create(true).append(true).open(file).map_err(unwritten)?;
            command.stdout(output.try_clone().map_err(unwritten)?).stderr(output);
        }
        crate::shell::run(command)
    }
}

impl Lane {
    /// The lane that has the terminal.
    pub(super) fn aloud(watch: Stopwatch) -> Lane {
        Lane { watch, folder: None, steps: Vec::new() }
    }

    /// A lane that runs beside it.
    pub(super) fn quiet(watch: Stopwatch, folder: PathBuf) -> Lane {
        Lane { watch, folder: Some(folder), steps: Vec::new() }
    }

    /// Runs a step and says whether it passed.
    pub(super) fn step(
        &mut self,
        name: &'static str,
        work: impl FnOnce(&Log) -> Result<(), Failure>,
    ) -> bool {
        let from = self.watch.read().0;
        let log = Log(self.folder.as_deref().map(|folder| log_file(folder, name)));
        let ready = match &log.0 {
            // What an earlier run said is not this one's.
            Some(file) => fresh(file),
            None => {
                println!("\n──── {name} ────");
                Ok(())
            }
        };
        let result = ready.and_then(|()| work(&log)).map_err(sentence);
        let step = TestStep { name, from, to: self.watch.read().0, result };
        if self.folder.is_none() {
            println!("{}", step.ending());
        }
        let passed = step.result.is_ok();
        self.steps.push(step);
        passed
    }

    /// Tells what a lane beside this one has done.
    pub(super) fn join(&mut self, other: Lane) {
        for step in other.steps {
            let log = other.folder.as_deref().map(|folder| log_file(folder, step.name));
            let words = log.and_then(|file| std::fs::read_to_string(file).ok()).unwrap_or_default();
            println!("\n──── {} ────\n{words}{}", step.name, step.ending());
            self.steps.push(step);
        }
    }

    /// The table of all steps, and whether they passed.
    pub(super) fn close(self) -> Result<(), Failure> {
        println!("\n──── all ────\n{}total {}", table(&self.steps), self.watch.read());
        let failed = self.steps.iter().filter(|step| step.result.is_err()).count();
        match failed {
            0 => Ok(()),
            1 => Err(Failure::task("One step failed.")),
            _ => Err(Failure::Task(format!("{failed} steps failed."))),
        }
    }
}

impl TestStep {
    fn took(&self) -> Took {
        Took(self.to.saturating_sub(self.from))
    }

    fn ending(&self) -> String {
        match &self.result {
            Ok(()) => format!("{}: passed in {}", self.name, self.took()),
            Err(sentence) => format!("{}: FAILED after {}. {sentence}", self.name, self.took()),
        }
    }

    /// Whether both ran at the same time for longer than a moment.
    fn beside(&self, other: &TestStep) -> bool {
        self.name != other.name && self.to.min(other.to) > self.from.max(other.from) + MOMENT
    }
}

fn log_file(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{}.log", name.replace(' ', "-")))
}

fn fresh(file: &Path) -> Result<(), Failure> {
    let unwritten = |error| Failure::Task(format!("{} cannot be written: {error}.", file.display()));
    let folder = file.parent().expect("a log lies in a folder");
    std::fs::create_dir_all(folder).and_then(|()| File::create(file)).map(|_| ()).map_err(unwritten)
}

pub(super) fn sentence(failure: Failure) -> String {
    match failure {
        Failure::Usage(sentence) | Failure::Task(sentence) => sentence,
    }
}

/// A line a step, in the order in which they began: how it ended, how long it took, what ran beside it.
fn table(steps: &[TestStep]) -> String {
    let mut steps: Vec<&TestStep> = steps.iter().collect();
    steps.sort_by_key(|step| step.from);
    let mut table = String::new();
    for step in &steps {
        let others: Vec<&str> =
            steps.iter().filter(|other| step.beside(other)).map(|other| other.name).collect();
        let (ended, reason) = match &step.result {
            Ok(()) => ("passed", String::new()),
            Err(sentence) => ("FAILED", format!(": {sentence}")),
        };
        let beside =
            if others.is_empty() { String::new() } else { format!("   beside {}", others.join("; ")) };
        let took = step.took().to_string();
        table += &format!("{ended}  {took:>12}  {:<19}{beside}{reason}\n", step.name);
    }
    table.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_step_does_not_stop_the_next() {
        let mut lane = Lane::aloud(Stopwatch::start());
        assert!(!lane.step("first", |_| Err(Failure::task("A tool is missing."))));
        assert!(lane.step("second", |_| Ok(())));
        let mut other = Lane::aloud(Stopwatch::start());
        other.step("third", |_| Ok(()));
        lane.join(other);
        assert_eq!(lane.steps.len(), 3);
        assert_eq!(lane.close(), Err(Failure::task("One step failed.")));
    }

    #[test]
    fn what_a_quiet_step_says_is_in_its_file_alone() {
        let folder = std::env::temp_dir().join(format!("bivalent-report-{}", std::process::id()));
        for _ in 0..2 {
            let mut lane = Lane::quiet(Stopwatch::start(), folder.clone());
            assert!(lane.step("two words", |log| log.run(Command::new("cargo").arg("--version"))));
            let said = std::fs::read_to_string(folder.join("two-words.log")).expect("it was written");
            assert!(said.starts_with("cargo 1.") && said.lines().count() == 1, "{said}");
        }
        std::fs::remove_dir_all(&folder).expect("it can be removed");
    }

    #[test]
    fn the_table_names_what_failed_and_what_ran_beside_what() {
        let step = |name, from, to, result| TestStep {
            name,
            from: Duration::from_secs(from),
            to: Duration::from_secs(to),
            result,
        };
        let steps = [
            step("format", 0, 2, Ok(())),
            step("tests", 2, 90, Ok(())),
            step("tools", 1, 30, Ok(())),
            step("page", 30, 95, Err("Trunk is missing.".into())),
        ];
        let expected = "passed         2.0 s  format\n\
                        passed        29.0 s  tools                 beside tests\n\
                        passed  1 min 28 s  tests                 beside tools; page\n\
                        FAILED  1 min 05 s  page                  beside tests: Trunk is missing.\n";
        let squeezed = |text: &str| text.replace("  ", " ").replace("  ", " ").replace("  ", " ");
        assert_eq!(squeezed(&table(&steps)), squeezed(expected));
    }
}
