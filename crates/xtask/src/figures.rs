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
    size: &'static str,
    /// Below `docs/figures/`.
    file: &'static str,
}

const FIGURES: &[Figure] = &[
    Figure {
        run: "raft/minority-partition",
        at_ms: 399,
        view: "ring",
        theme: "light",
        size: "720x480",
        file: "raft-ring.svg",
    },
    Figure {
        run: "raft/minority-partition",
        at_ms: 399,
        view: "ring",
        theme: "dark",
        size: "720x480",
        file: "raft-ring-dark.svg",
    },
    Figure {
        run: "raft/minority-partition",
        at_ms: 540,
        view: "space-time",
        theme: "light",
        size: "900x420",
        file: "raft-space-time.svg",
    },
    Figure {
        run: "raft/minority-partition",
        at_ms: 540,
        view: "logs",
        theme: "light",
        size: "720x300",
        file: "raft-logs.svg",
    },
    Figure {
        run: "raft/figure-7",
        at_ms: 60,
        view: "logs",
        theme: "light",
        size: "1060x400",
        file: "raft-figure-7.svg",
    },
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
                "--size",
                figure.size,
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
