//! The tools that Cargo does not bring: taken from PATH when their version fits, installed into `target/tools` when
//! not.
//!
//! Nothing is written down about what was installed: each tool is asked for its version each time, so that a tool
//! that was changed or removed is noticed. All of it takes less than a second when everything is there.

use crate::shell::{self, Failure, Shell};
use std::{
    fs::File,
    path::{Path, PathBuf},
};

const TRUNK: &str = "0.21.14";
/// Must know the marks of the wasm_split_helpers that `web` uses.
const WASM_SPLIT: &str = "0.2.4";
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";
const NODE_MAJOR_MIN: u32 = 20;
/// As measured where Cargo had to compile all of them.
const ONCE: &str = "once; all tools take about 5 minutes on two cores";

/// What `cargo xtask build` needs.
pub(crate) fn page(shell: &Shell) -> Result<(), Failure> {
    wasm(shell)?;
    cargo_tool(shell, "trunk", "trunk", TRUNK, &["--no-default-features", "--features", "rustls"])?;
    if !wasm_split(shell).is_file() {
        println!("wasm-split-cli {WASM_SPLIT} is missing: installing it ({ONCE}).");
        let features = ["--features", "build-binary"];
        install(shell, "wasm_split_cli_support", WASM_SPLIT, &features, &wasm_split_folder(shell), true)?;
    }
    node_packages(shell)
}

/// What the page is built with, and each thing's version: two builds with the same are alike. (Those from npm are as
/// their lock file says.)
pub(crate) fn versions(shell: &Shell) -> Vec<(&'static str, String)> {
    let mut versions = vec![("wasm-split-cli", WASM_SPLIT.to_owned())];
    for program in ["rustc", "trunk", "wasm-bindgen"] {
        versions.push((program, shell.version(program).unwrap_or_default()));
    }
    versions
}

/// The program that takes the page apart. It does not tell its version, so a folder does.
pub(crate) fn wasm_split(shell: &Shell) -> PathBuf {
    wasm_split_folder(shell).join(format!("bin/wasm-split-cli{}", std::env::consts::EXE_SUFFIX))
}

fn wasm_split_folder(shell: &Shell) -> PathBuf {
    shell.root.join(format!("target/tools/wasm-split-{WASM_SPLIT}"))
}

/// What is needed to make WebAssembly that JavaScript can call.
pub(crate) fn wasm(shell: &Shell) -> Result<(), Failure> {
    wasm_target(shell)?;
    let version = locked_version(&shell.read("Cargo.lock")?, "wasm-bindgen")
        .ok_or_else(|| Failure::task("Cargo.lock names no wasm-bindgen: does the page still use it?"))?;
    cargo_tool(shell, "wasm-bindgen", "wasm-bindgen-cli", &version, &[])
}

/// The path of a Chromium, installed where it is missing and may be installed.
pub(crate) fn chromium(shell: &Shell) -> Result<PathBuf, Failure> {
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let mac = PathBuf::from("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");
    let find =
        || names.iter().find_map(|name| shell.find(name)).or_else(|| mac.is_file().then(|| mac.clone()));
    find_or_install(shell, "Chromium", "chromium", find)
}

/// The path of Chromium's driver, through which the browser units are run.
pub(crate) fn chromedriver(shell: &Shell) -> Result<PathBuf, Failure> {
    find_or_install(shell, "ChromeDriver", "chromium-driver", || shell.find("chromedriver"))
}

fn wasm_target(shell: &Shell) -> Result<(), Failure> {
    let output = shell.command("rustc").args(["--print", "target-libdir", "--target", WASM_TARGET]).output();
    let folder = output.ok().and_then(|output| String::from_utf8(output.stdout).ok()).unwrap_or_default();
    if PathBuf::from(folder.trim()).is_dir() {
        return Ok(());
    }
    if shell.find("rustup").is_none() {
        return Err(Failure::Task(format!(
            "Rust cannot compile for {WASM_TARGET} here, and there is no rustup to add it: install that target."
        )));
    }
    println!("Rust's target {WASM_TARGET} is missing: adding it (about 20 seconds, once).");
    shell.run("rustup", &["target", "add", WASM_TARGET])
}

/// Installs a program from its crate unless the one that would be run has just this version.
fn cargo_tool(
    shell: &Shell,
    program: &str,
    package: &str,
    version: &str,
    features: &[&str],
) -> Result<(), Failure> {
    if shell.version(program).as_deref() == Some(version) {
        return Ok(());
    }
    println!("{program} {version} is missing: installing it ({ONCE}).");
    // An author's lock file may name a version that is no longer served; then the newest that fit must do.
    let root = shell.root.join("target/tools");
    install(shell, package, version, features, &root, true)
        .or_else(|_| install(shell, package, version, features, &root, false))?;
    match shell.version(program) {
        Some(found) if found == version => {
            println!("{program} {version} is installed.");
            Ok(())
        }
        found => Err(Failure::Task(format!(
            "{program} {version} was installed but answers with version {}.",
            found.as_deref().unwrap_or("none")
        ))),
    }
}

fn install(
    shell: &Shell,
    package: &str,
    version: &str,
    features: &[&str],
    root: &Path,
    locked: bool,
) -> Result<(), Failure> {
    let folder = shell.root.join("target/tools");
    let log = folder.join(format!("{package}.log"));
    let unwritten = |error| Failure::Task(format!("{} cannot be written: {error}.", log.display()));
    std::fs::create_dir_all(&folder).map_err(unwritten)?;
    let output = File::create(&log).map_err(unwritten)?;
    let mut cargo = shell.command("cargo");
    cargo.args(["install", package, "--version", version, "--force", "--root"]).arg(root).args(features);
    if locked {
        cargo.arg("--locked");
    }
    // A build folder of their own: the project's may be busy with the project, and its profile is another.
    cargo.env("CARGO_TARGET_DIR", folder.join("build"));
    // They run for seconds: what their authors' profiles add takes minutes to compile. And one profile for all of them
    // compiles what they share once.
    cargo.envs([
        ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
        ("CARGO_PROFILE_RELEASE_LTO", "off"),
        ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
        ("CARGO_PROFILE_RELEASE_PANIC", "unwind"),
    ]);
    cargo.stdout(output.try_clone().map_err(unwritten)?).stderr(output);
    shell::run(&mut cargo).map_err(|failure| {
        let told = std::fs::read_to_string(&log).unwrap_or_default();
        let lines: Vec<&str> = told.lines().collect();
        let last = lines[lines.len().saturating_sub(12)..].join("\n");
        Failure::Task(format!(
            "{package} {version} cannot be installed ({failure:?}). Its last words:\n{last}"
        ))
    })
}

/// `version = "…"` of a package in a Cargo.lock.
fn locked_version(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let line = lock.lines().skip_while(|line| *line != name).nth(1)?;
    Some(line.strip_prefix("version = \"")?.strip_suffix('"')?.to_string())
}

/// wasm-opt, what makes texts small, the browser's driver for the journeys, and the accessibility check.
pub(crate) fn node_packages(shell: &Shell) -> Result<(), Failure> {
    let node = shell.version("node");
    let major = node.as_deref().and_then(|version| version.split('.').next()?.parse::<u32>().ok());
    let has_npm = shell.find("npm").is_some();
    if major.is_none_or(|major| major < NODE_MAJOR_MIN) || !has_npm {
        let found = node.map_or_else(|| "no Node.js".to_string(), |version| format!("Node.js {version}"));
        let npm = if has_npm { "with npm" } else { "without npm" };
        return Err(Failure::Task(format!(
            "Building the page needs Node.js {NODE_MAJOR_MIN} or later with npm; here is {found} {npm}: install it and run this again."
        )));
    }
    if packages_fit(shell)? {
        return Ok(());
    }
    println!("The node packages of tests/ are missing or old: installing them (about 20 seconds, once).");
    shell::run(
        shell.command("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(shell.root.join("tests")),
    )
}

/// Whether what is installed is what the lock file names.
fn packages_fit(shell: &Shell) -> Result<bool, Failure> {
    let lock = json(&shell.read("tests/package-lock.json")?)?;
    let packages = lock["packages"].as_object().into_iter().flatten().filter(|(path, _)| !path.is_empty());
    for (path, package) in packages {
        // A program for another machine.
        if package["optional"] == true {
            continue;
        }
        let installed = shell.read(format!("tests/{path}/package.json")).and_then(|text| json(&text));
        if !installed.is_ok_and(|installed| installed["version"] == package["version"]) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn json(text: &str) -> Result<serde_json::Value, Failure> {
    serde_json::from_str(text)
        .map_err(|error| Failure::Task(format!("A package's file is no JSON: {error}.")))
}

fn find_or_install(
    shell: &Shell,
    name: &str,
    package: &str,
    find: impl Fn() -> Option<PathBuf>,
) -> Result<PathBuf, Failure> {
    if let Some(path) = find() {
        return Ok(path);
    }
    let Some(prefix) = apt_prefix(shell) else {
        return Err(Failure::Task(format!(
            "{name} is missing and cannot be installed from here: install it (Debian: apt-get install {package}) and run this again."
        )));
    };
    println!("{name} is missing: installing Debian's package {package} (about a minute, once).");
    apt_get(shell, prefix, &["update", "-qq"])?;
    apt_get(shell, prefix, &["install", "-qq", "-y", "--no-install-recommends", package])?;
    find().ok_or_else(|| Failure::Task(format!("{name} is still missing after {package} was installed.")))
}

/// How this user may install Debian's packages: as root, with sudo that asks for no password, or not at all.
fn apt_prefix(shell: &Shell) -> Option<&'static [&'static str]> {
    shell.find("apt-get")?;
    let says = |program: &str, arguments: &[&str]| shell.command(program).args(arguments).output().ok();
    if says("id", &["-u"]).is_some_and(|output| output.stdout.trim_ascii() == b"0") {
        return Some(&["apt-get"]);
    }
    says("sudo", &["-n", "true"])
        .is_some_and(|output| output.status.success())
        .then_some(&["sudo", "-n", "apt-get"])
}

fn apt_get(shell: &Shell, prefix: &[&str], arguments: &[&str]) -> Result<(), Failure> {
    let (program, before) = prefix.split_first().expect("a prefix begins with a program");
    let mut command = shell.command(program);
    command.args(before).args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    shell::run(command.stdout(std::process::Stdio::null()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_says_which_version_is_needed() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"0.2.1\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\nsource = \"…\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked_version(lock, "trunk"), None);
    }

    #[test]
    fn the_command_that_writes_the_page_is_pinned_by_the_lock_file() {
        let lock = Shell::new().read("Cargo.lock").expect("the workspace has a lock file");
        assert_eq!(locked_version(&lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
    }
}
