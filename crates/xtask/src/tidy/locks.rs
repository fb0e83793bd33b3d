//! Each workspace has the lock file that its manifests ask for: the project's own, and those of the benches, which nobody
//! builds day by day. Nothing is downloaded but the registry's index, and that only where this machine has not got it.

use super::{TextFile, Violation};
use crate::shell::Shell;
use std::path::Path;

pub(super) fn check(shell: &Shell, files: &[TextFile]) -> Vec<Violation> {
    let roots = files.iter().filter(|file| is_workspace(file)).map(|file| file.path.as_str());
    roots.filter(|manifest| !fits(shell, &shell.root.join(manifest))).map(violation).collect()
}

fn is_workspace(file: &TextFile) -> bool {
    let named = file.path == "Cargo.toml" || file.path.ends_with("/Cargo.toml");
    named && file.text.lines().any(|line| line.trim() == "[workspace]")
}

/// Whether Cargo would leave the lock file as it is. (`cargo metadata --locked` asks the same, but downloads all that is
/// locked.)
fn fits(shell: &Shell, manifest: &Path) -> bool {
    [&["--offline"][..], &[]].iter().any(|network| {
        let mut cargo = shell.command("cargo");
        cargo.args(["update", "--quiet", "--workspace", "--locked", "--manifest-path"]).arg(manifest);
        cargo.args(*network).output().is_ok_and(|output| output.status.success())
    })
}

fn violation(manifest: &str) -> Violation {
    let lock = manifest.replace("Cargo.toml", "Cargo.lock");
    let sentence = format!(
        "The lock is not what its manifests ask for: run `cargo update --workspace --manifest-path {manifest}`."
    );
    Violation::new(&lock, 1, sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_workspace_is_found() {
        let root = Shell::new().root;
        let files = super::super::files(&root).expect("the project can be read");
        let mut roots: Vec<&str> =
            files.iter().filter(|file| is_workspace(file)).map(|file| file.path.as_str()).collect();
        roots.sort_unstable();
        assert_eq!(roots, ["Cargo.toml", "tests/bench/crdt/Cargo.toml", "tests/bench/explorer/Cargo.toml"]);
    }

    #[test]
    fn a_lock_that_does_not_fit_is_a_violation() {
        let folder = std::env::temp_dir().join(format!("bivalent-locks-{}", std::process::id()));
        let write = |name: &str, text: &str| {
            std::fs::create_dir_all(folder.join("src")).expect("it can be made");
            std::fs::write(folder.join(name), text).expect("it can be written");
        };
        write("src/lib.rs", "");
        let package = "[workspace]\n[package]\nname = \"alone\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
        write("Cargo.toml", package);
        write("Cargo.lock", "version = 4\n\n[[package]]\nname = \"alone\"\nversion = \"0.1.0\"\n");
        let shell = Shell::at(folder.clone());
        let files = [TextFile { path: "Cargo.toml".into(), text: package.into() }];
        assert_eq!(check(&shell, &files), []);
        write("Cargo.lock", "version = 4\n\n[[package]]\nname = \"alone\"\nversion = \"0.0.9\"\n");
        assert_eq!(check(&shell, &files), [violation("Cargo.toml")]);
        std::fs::remove_file(folder.join("Cargo.lock")).expect("it was there");
        assert_eq!(check(&shell, &files).len(), 1, "no lock at all");
        std::fs::remove_dir_all(&folder).expect("it can be removed");
    }
}
