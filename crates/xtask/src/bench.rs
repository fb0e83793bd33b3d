//! Measurements: steps of the simulator, states of the explorer, the valency tree, the nonces that a miner tries and
//! sequences that several people edit, natively and as WebAssembly; frames of the page.

use crate::{
    page::{self, Profile},
    shell::{Failure, Shell},
    tools,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bench {
    Simulator,
    /// With the searches that take minutes, or without.
    Explorer {
        large: bool,
    },
    Tree,
    /// How fast a miner tries nonces.
    Hash,
    Crdt,
    Page,
}

pub(crate) fn run(shell: &Shell, bench: Bench) -> Result<(), Failure> {
    match bench {
        Bench::Simulator => example(shell, "bench_simulator"),
        Bench::Explorer { large } => explorer(shell, large),
        Bench::Tree => {
            example(shell, "bench_tree")?;
            in_chromium(shell, "tests/bench/tree.mjs")
        }
        Bench::Hash => example(shell, "bench_hash"),
        Bench::Crdt => crdt(shell),
        Bench::Page => in_chromium(shell, "tests/bench/page.mjs"),
    }
}

/// An example of the command's package: it measures on any target, with that target's own clock and printer.
fn example(shell: &Shell, name: &str) -> Result<(), Failure> {
    let example = ["--release", "--package", "bivalent", "--example", name];
    println!("Native:");
    shell.run("cargo", &[&["run"], &example[..]].concat())?;
    println!("As WebAssembly, in Node.js:");
    tools::wasm(shell)?;
    let wasm = ["--target", "wasm32-unknown-unknown"];
    shell.run("cargo", &[&["build"], &example[..], &wasm[..]].concat())?;
    let built = format!("target/wasm32-unknown-unknown/release/examples/{name}.wasm");
    shell.run("wasm-bindgen", &["--target", "nodejs", "--out-dir", "target/bench", &built])?;
    shell.run("node", &[&format!("target/bench/{name}.js")])
}

/// A workspace of its own, since nobody else is to build what it is compared with.
const fn apart(manifest: &'static str) -> [&'static str; 6] {
    ["--release", "--locked", "--manifest-path", manifest, "--target-dir", "target/bench"]
}

const EXPLORER: [&str; 6] = apart("tests/bench/explorer/Cargo.toml");
const CRDT: [&str; 6] = apart("tests/bench/crdt/Cargo.toml");
/// What was really typed, where it is at hand.
const TRACE: &str = "../shared/data/editing-traces/automerge-paper.json.gz";
const FIGURES: &str = "target/bench/explorer.txt";
const PAGE: &str = "target/bench/explorer";

fn explorer(shell: &Shell, large: bool) -> Result<(), Failure> {
    let flags: &[&str] = if large { &["--large"] } else { &[] };
    println!("Native, one thread each, in turn:");
    shell.run("cargo", &[&["run"], &EXPLORER[..], &["--", FIGURES], flags].concat())?;
    println!("As WebAssembly, in Chromium:");
    tools::wasm(shell)?;
    tools::node_packages(shell)?;
    let chromium = tools::chromium(shell)?;
    let built = "target/bench/wasm32-unknown-unknown/release/bench-explorer.wasm";
    shell.run("cargo", &[&["build", "--target", "wasm32-unknown-unknown"], &EXPLORER[..]].concat())?;
    shell.run("wasm-bindgen", &["--target", "no-modules", "--out-dir", PAGE, built])?;
    // As the page's worker is built.
    let code = format!("{PAGE}/bench-explorer_bg.wasm");
    shell.run("wasm-opt", &["-O3", &code, "-o", &code])?;
    let script = [&["tests/bench/explorer.mjs", PAGE, FIGURES], flags].concat();
    crate::shell::run(shell.command("node").args(script).env("CHROMIUM", chromium))
}

fn crdt(shell: &Shell) -> Result<(), Failure> {
    let figures = "target/bench/crdt.txt";
    println!("Native, in turn:");
    shell.run("cargo", &[&["run"], &CRDT[..], &["--", TRACE, figures]].concat())?;
    println!("As WebAssembly, in Node.js:");
    tools::wasm(shell)?;
    let built = "target/bench/wasm32-unknown-unknown/release/bench-crdt.wasm";
    shell.run("cargo", &[&["build", "--target", "wasm32-unknown-unknown"], &CRDT[..]].concat())?;
    shell.run("wasm-bindgen", &["--target", "nodejs", "--out-dir", "target/bench", built])?;
    // As the page's worker is built.
    let code = "target/bench/bench-crdt_bg.wasm";
    shell.run("wasm-opt", &["-O3", code, "-o", code])?;
    shell.run("node", &["tests/bench/crdt.mjs", "target/bench", TRACE, figures])
}

fn in_chromium(shell: &Shell, script: &str) -> Result<(), Failure> {
    page::run(shell, Profile::Release)?;
    let chromium = tools::chromium(shell)?;
    crate::shell::run(shell.command("node").arg(script).env("CHROMIUM", chromium))
}
