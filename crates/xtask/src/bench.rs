//! Measurements: steps of the simulator, natively and as WebAssembly, and frames of the page.

use crate::{
    page::{self, Profile},
    shell::{Failure, Shell},
    tools,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bench {
    Simulator,
    Page,
}

/// An example of the command's package: it measures on any target, with that target's own clock and printer.
const SIMULATOR: [&str; 5] = ["--release", "--package", "bivalent", "--example", "bench_simulator"];

pub(crate) fn run(shell: &Shell, bench: Bench) -> Result<(), Failure> {
    match bench {
        Bench::Simulator => simulator(shell),
        Bench::Page => page(shell),
    }
}

fn simulator(shell: &Shell) -> Result<(), Failure> {
    println!("Native:");
    shell.run("cargo", &[&["run"], &SIMULATOR[..]].concat())?;
    println!("As WebAssembly, in Node.js:");
    tools::wasm(shell)?;
    let wasm = ["--target", "wasm32-unknown-unknown"];
    shell.run("cargo", &[&["build"], &SIMULATOR[..], &wasm[..]].concat())?;
    let built = "target/wasm32-unknown-unknown/release/examples/bench_simulator.wasm";
    shell.run("wasm-bindgen", &["--target", "nodejs", "--out-dir", "target/bench", built])?;
    shell.run("node", &["target/bench/bench_simulator.js"])
}

fn page(shell: &Shell) -> Result<(), Failure> {
    page::run(shell, Profile::Release)?;
    let chromium = tools::chromium(shell)?;
    crate::shell::run(shell.command("node").arg("tests/bench/page.mjs").env("CHROMIUM", chromium))
}
