//! `cargo xtask test`: every check and every test, one after the other, each under its own banner.
//!
//! A failed step does not stop the next: the list at the end names all that failed. Tools are installed while the
//! project's own crates are compiled and tested, and then the page is built, also beside them: linking it keeps one
//! core busy for minutes. A step whose tools cannot be had fails, it does not vanish.

use crate::{
    shell::{self, Failure, Shell, Stopwatch, Took},
    tidy, tools,
};
use std::{fs::File, path::PathBuf, process::Command, thread};

pub(crate) fn run(shell: &Shell, quick: bool) -> Result<(), Failure> {
    let mut report = Report { watch: Stopwatch::start(), steps: Vec::new() };
    let browser_shell = shell.clone();
    let setup = (!quick).then(|| thread::spawn(move || Setup::make(&browser_shell)));
    native(shell, &mut report);
    if let Some(setup) = setup {
        let setup = setup.join().map_err(|_| Failure::task("Setting up the tools panicked."))?;
        in_the_browser(shell, &setup, &mut report);
    }
    report.close()
}

fn native(shell: &Shell, report: &mut Report) {
    report.step("format", || shell.run("cargo", &["fmt", "--all", "--check"]));
    report.step("tidy", || tidy::run(shell));
    let strict = ["--quiet", "--all-targets", "--", "-D", "warnings"];
    report.step("clippy, native", || shell.run("cargo", &[&["clippy", "--workspace"], &strict[..]].concat()));
    let wasm = ["clippy", "--package", "web", "--target", "wasm32-unknown-unknown"];
    report.step("clippy, WebAssembly", || shell.run("cargo", &[&wasm[..], &strict[..]].concat()));
    report.step("tests, native", || shell.run("cargo", &["test", "--workspace", "--no-fail-fast"]));
}

fn in_the_browser(shell: &Shell, setup: &Setup, report: &mut Report) {
    let built = report.done("page", &setup.built);
    report.step("browser units", || {
        setup.page.clone().and(setup.wasm_pack.clone()).map_err(Failure::Task)?;
        setup.chromium.clone().map_err(Failure::Task)?;
        let driver = setup.chromedriver.clone().map_err(Failure::Task)?;
        shell::run(browser_units(shell).arg("--chromedriver").arg(driver).arg("web"))
    });
    report.step("journeys", || {
        if !built {
            return Err(Failure::task("There is no new page to try."));
        }
        let chromium = setup.chromium.clone().map_err(Failure::Task)?;
        let mut node = shell.command("node");
        node.args(["--test", "--test-reporter=spec"]).args(journeys(shell)?).env("CHROMIUM", chromium);
        shell::run(&mut node)
    });
}

fn browser_units(shell: &Shell) -> Command {
    let mut command = shell.command("wasm-pack");
    command.args(["test", "--headless", "--chrome", "--mode", "no-install"]);
    // The driver's first start on a busy machine is slow.
    command.env("WASM_BINDGEN_TEST_TIMEOUT", "300");
    command
}

fn journeys(shell: &Shell) -> Result<Vec<PathBuf>, Failure> {
    let unread = |error| Failure::Task(format!("tests/journeys cannot be read: {error}."));
    let mut files = Vec::new();
    for entry in std::fs::read_dir(shell.root.join("tests/journeys")).map_err(unread)? {
        let path = entry.map_err(unread)?.path();
        if path.to_string_lossy().ends_with(".test.mjs") {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(Failure::task("tests/journeys holds no *.test.mjs: the page was not tried."));
    }
    Ok(files)
}

/// What the steps in the browser need, or the sentence that says why it cannot be had.
struct Setup {
    built: Built,
    page: Result<(), String>,
    wasm_pack: Result<(), String>,
    chromium: Result<PathBuf, String>,
    chromedriver: Result<PathBuf, String>,
}

impl Setup {
    fn make(shell: &Shell) -> Setup {
        let page = tools::page(shell).map_err(sentence);
        Setup {
            built: Built::make(shell, page.clone()),
            chromium: tools::chromium(shell).map_err(sentence),
            chromedriver: tools::chromedriver(shell).map_err(sentence),
            wasm_pack: tools::wasm_pack(shell).map_err(sentence),
            page,
        }
    }
}

/// A page that was built while something else had the terminal.
struct Built {
    took: Took,
    result: Result<(), String>,
    /// What the build said.
    words: String,
}

impl Built {
    /// Builds it by this very program, whose words go into a file, if its tools are there.
    fn make(shell: &Shell, tools: Result<(), String>) -> Built {
        let watch = Stopwatch::start();
        let log = shell.root.join("target/page.log");
        // What an earlier build said is not this one's.
        let _ = std::fs::remove_file(&log);
        let result = tools.and_then(|()| {
            let unwritten = |error| format!("{} cannot be written: {error}.", log.display());
            let output = File::create(&log).map_err(unwritten)?;
            let program =
                std::env::current_exe().map_err(|error| format!("xtask does not find itself: {error}."))?;
            let mut build = Command::new(program);
            build.arg("build").stdout(output.try_clone().map_err(unwritten)?).stderr(output);
            shell::run(&mut build).map_err(sentence)
        });
        Built { took: watch.read(), result, words: std::fs::read_to_string(&log).unwrap_or_default() }
    }
}

fn sentence(failure: Failure) -> String {
    match failure {
        Failure::Usage(sentence) | Failure::Task(sentence) => sentence,
    }
}

struct Report {
    watch: Stopwatch,
    steps: Vec<Step>,
}

struct Step {
    name: &'static str,
    took: Took,
    result: Result<(), String>,
}

impl Report {
    /// Runs a step and says whether it passed.
    fn step(&mut self, name: &'static str, work: impl FnOnce() -> Result<(), Failure>) -> bool {
        println!("\n──── {name} ────");
        let watch = Stopwatch::start();
        let result = work().map_err(sentence);
        self.end(name, watch.read(), result)
    }

    /// Tells of a page that was built beside other steps, and says whether it is there.
    fn done(&mut self, name: &'static str, built: &Built) -> bool {
        println!("\n──── {name} ────\n{}", built.words);
        self.end(name, built.took, built.result.clone())
    }

    fn end(&mut self, name: &'static str, took: Took, result: Result<(), String>) -> bool {
        match &result {
            Ok(()) => println!("{name}: passed in {took}"),
            Err(sentence) => println!("{name}: FAILED after {took}. {sentence}"),
        }
        let passed = result.is_ok();
        self.steps.push(Step { name, took, result });
        passed
    }

    fn close(self) -> Result<(), Failure> {
        println!("\n──── all ────\n{}total {}", table(&self.steps), self.watch.read());
        let failed = self.steps.iter().filter(|step| step.result.is_err()).count();
        match failed {
            0 => Ok(()),
            1 => Err(Failure::task("One step failed.")),
            _ => Err(Failure::Task(format!("{failed} steps failed."))),
        }
    }
}

fn table(steps: &[Step]) -> String {
    let mut table = String::new();
    for Step { name, took, result } in steps {
        let took = took.to_string();
        match result {
            Ok(()) => table += &format!("passed  {took:>12}  {name}\n"),
            Err(sentence) => table += &format!("FAILED  {took:>12}  {name}: {sentence}\n"),
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_failed_step_does_not_stop_the_next() {
        let mut report = Report { watch: Stopwatch::start(), steps: Vec::new() };
        assert!(!report.step("first", || Err(Failure::task("A tool is missing."))));
        assert!(report.step("second", || Ok(())));
        assert_eq!(report.steps.len(), 2);
        assert_eq!(report.close(), Err(Failure::task("One step failed.")));
    }

    #[test]
    fn the_table_names_what_failed_and_why() {
        let took = Took(Duration::from_secs(2));
        let steps = [
            Step { name: "format", took, result: Ok(()) },
            Step { name: "page", took, result: Err("Trunk is missing.".into()) },
        ];
        let expected =
            "passed         2.0 s  format\nFAILED         2.0 s  page: Trunk is missing.\n".to_string();
        assert_eq!(table(&steps), expected);
    }
}
