//! Building the page: Trunk, with the right tools on its PATH.

use crate::{
    shell::{self, Failure, Shell, Stopwatch},
    tools,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    Dev,
    Release,
}

pub(crate) fn run(shell: &Shell, profile: Profile) -> Result<(), Failure> {
    tools::page(shell)?;
    build(shell, profile)
}

/// Writes `dist/`. The tools must be there.
pub(crate) fn build(shell: &Shell, profile: Profile) -> Result<(), Failure> {
    let watch = Stopwatch::start();
    println!("Building the page (about a minute the first time, seconds afterwards).");
    // Trunk builds without the network, so that a missing tool is an error and not a wait; crates come before.
    shell.run("cargo", &["fetch", "--quiet", "--locked"])?;
    let mut trunk = shell.command("trunk");
    trunk.arg("build").env("TRUNK_SKIP_VERSION_CHECK", "true");
    // Trunk reads NO_COLOR as `true` or `false`, and fails on the usual `1`.
    trunk.env_remove("NO_COLOR");
    if profile == Profile::Release {
        trunk.arg("--release");
    }
    shell::run(&mut trunk)?;
    println!("dist/ is written: {} in {}.", size(shell)?, watch.read());
    Ok(())
}

fn size(shell: &Shell) -> Result<String, Failure> {
    let unread = |error| Failure::Task(format!("dist/ cannot be read: {error}."));
    let mut files = 0;
    let mut bytes = 0;
    for entry in std::fs::read_dir(shell.root.join("dist")).map_err(unread)? {
        let about = entry.and_then(|entry| entry.metadata()).map_err(unread)?;
        files += 1;
        bytes += about.len();
    }
    Ok(format!("{files} files, {} kB", bytes.div_ceil(1000)))
}
