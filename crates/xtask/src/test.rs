//! `cargo xtask test`: every check and every test, in two lanes side by side.
//!
//! One lane has the checks and the native tests; the other one installs tools, builds the page and tries it in a browser.
//! Each keeps about one core busy: linking the page is one thread's work, a journey mostly waits for its page, and the
//! native tests end with a few long ones. The first lane has the terminal; what the second one says goes into files below
//! `target/test` and is told at the end.
//!
//! A failed step does not stop the next: the table at the end names all that failed. A step whose tools cannot be had
//! fails, it does not vanish.

mod report;

use crate::{
    shell::{self, Failure, Shell, Stopwatch},
    tidy, tools,
};
use report::{Lane, sentence};
use std::{path::PathBuf, process::Command, thread};

pub(crate) fn run(shell: &Shell, quick: bool) -> Result<(), Failure> {
    let watch = Stopwatch::start();
    let folder = shell.root.join("target/test");
    let browser = (!quick).then(|| {
        let (shell, mut lane) = (shell.clone(), Lane::quiet(watch, folder));
        thread::spawn(move || {
            in_the_browser(&shell, &mut lane);
            lane
        })
    });
    let mut lane = Lane::aloud(watch);
    native(shell, &mut lane);
    if let Some(browser) = browser {
        lane.join(browser.join().map_err(|_| Failure::task("The tests in the browser panicked."))?);
    }
    lane.close()
}

fn native(shell: &Shell, lane: &mut Lane) {
    lane.step("format", |_| shell.run("cargo", &["fmt", "--all", "--check"]));
    lane.step("tidy", |_| tidy::run(shell));
    // The page is only ever compiled for browsers, so it is looked at as it is there.
    let strict = ["--quiet", "--all-targets", "--", "-D", "warnings"];
    let native = ["clippy", "--workspace", "--exclude", "web", "--exclude", "worker"];
    lane.step("clippy, native", |_| shell.run("cargo", &[&native[..], &strict[..]].concat()));
    let page = ["clippy", "--package", "web", "--package", "worker", "--target", tools::WASM_TARGET];
    lane.step("clippy, WebAssembly", |_| shell.run("cargo", &[&page[..], &strict[..]].concat()));
    lane.step("tests, native", |_| {
        let mut tests = politely(shell, "cargo");
        shell::run(tests.args(["test", "--workspace", "--no-fail-fast"]))
    });
}

/// A program that lets others go first: a page that a reader waits for must not wait for a test of minutes.
fn politely(shell: &Shell, program: &str) -> Command {
    if shell.find("nice").is_none() {
        return shell.command(program);
    }
    let mut command = shell.command("nice");
    command.args(["-n", "10", program]);
    command
}

/// The browser units come last: Cargo compiles them in a folder that the native tests keep locked while they are compiled.
fn in_the_browser(shell: &Shell, lane: &mut Lane) {
    let mut setup = Setup::default();
    lane.step("tools", |_| setup.make(shell));
    let built = lane.step("page", |log| {
        setup.page.clone().map_err(Failure::Task)?;
        // By this very program.
        let program = std::env::current_exe()
            .map_err(|error| Failure::Task(format!("xtask does not find itself: {error}.")))?;
        log.run(Command::new(program).arg("build"))
    });
    lane.step("journeys", |log| {
        if !built {
            return Err(Failure::task("There is no new page to try."));
        }
        let chromium = setup.chromium.clone().map_err(Failure::Task)?;
        let mut node = shell.command("node");
        node.args(["--test", "--test-reporter=spec", JOURNEYS_AT_ONCE]).args(journeys(shell)?);
        log.run(node.env("CHROMIUM", chromium))
    });
    lane.step("browser units", |log| {
        setup.page.clone().map_err(Failure::Task)?;
        setup.chromium.clone().map_err(Failure::Task)?;
        log.run(&mut browser_units(shell, setup.chromedriver.clone().map_err(Failure::Task)?))
    });
}

/// Each has a server and a browser of its own.
const JOURNEYS_AT_ONCE: &str = "--test-concurrency=2";

/// wasm-bindgen's own runner is what wasm-pack would call; it lies beside wasm-bindgen.
fn browser_units(shell: &Shell, driver: PathBuf) -> Command {
    let mut command = shell.command("cargo");
    command.args(["test", "--package", "web", "--test", "browser", "--target", tools::WASM_TARGET]);
    command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner");
    command.env("WASM_BINDGEN_TEST_ONLY_WEB", "1").env("CHROMEDRIVER", driver);
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
    page: Result<(), String>,
    chromium: Result<PathBuf, String>,
    chromedriver: Result<PathBuf, String>,
}

impl Default for Setup {
    fn default() -> Setup {
        let not_tried = || "Nothing was installed.".to_owned();
        Setup { page: Err(not_tried()), chromium: Err(not_tried()), chromedriver: Err(not_tried()) }
    }
}

impl Setup {
    fn make(&mut self, shell: &Shell) -> Result<(), Failure> {
        self.page = tools::page(shell).map_err(sentence);
        self.chromium = tools::chromium(shell).map_err(sentence);
        self.chromedriver = tools::chromedriver(shell).map_err(sentence);
        let all =
            self.page.as_ref().err().or(self.chromium.as_ref().err()).or(self.chromedriver.as_ref().err());
        all.map_or(Ok(()), |sentence| Err(Failure::task(sentence)))
    }
}
