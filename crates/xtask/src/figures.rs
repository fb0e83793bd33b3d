//! The pictures of the README and the documentation, drawn by the `bivalent` command itself.
//!
//! A figure is a moment of a scenario. To add one, add a line to [`FIGURES`] and run `cargo xtask figures`.

use crate::shell::{Failure, Shell};

struct Figure {
    /// `system/scenario`, as `bivalent list` prints it.
    run: &'static str,
    at_ms: u32,
    /// As `bivalent draw --view` takes it.
    view: &'static str,
    theme: &'static str,
    /// Below `docs/figures/`.
    file: &'static str,
}

const FIGURES: &[Figure] = &[
    Figure { run: "raft/replication", at_ms: 400, view: "ring", theme: "light", file: "raft-ring.svg" },
    Figure { run: "raft/replication", at_ms: 400, view: "ring", theme: "dark", file: "raft-ring-dark.svg" },
];

pub(crate) fn run(shell: &Shell) -> Result<(), Failure> {
    shell.run("cargo", &["build", "--release", "--package", "bivalent"])?;
    let folder = shell.root.join("docs/figures");
    std::fs::create_dir_all(&folder)
        .map_err(|error| Failure::Task(format!("docs/figures cannot be made: {error}.")))?;
    for figure in FIGURES {
        let at = figure.at_ms.to_string();
        let file = format!("docs/figures/{}", figure.file);
        println!("{file}: {} at {at} ms, {}", figure.run, figure.view);
        shell.run(
            "cargo",
            &[
                "run",
                "--quiet",
                "--release",
                "--package",
                "bivalent",
                "--",
                "draw",
                figure.run,
                "--at",
                &at,
                "--view",
                figure.view,
                "--theme",
                figure.theme,
                "-o",
                &file,
            ],
        )?;
        if !shell.root.join(&file).is_file() {
            return Err(Failure::Task(format!("`bivalent draw` wrote no {file}.")));
        }
    }
    Ok(())
}
