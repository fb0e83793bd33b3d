//! `cargo xtask tidy`: the arrows between crates and the invariants of the design, checked on every file.
//!
//! The compiler checks what types can say. What they cannot say, that a system draws no pixel or that a file stays
//! small enough to read, is checked here on the text, and each violation is a sentence with its place.

mod arrows;
mod knowledge;
mod locks;
mod places;
mod purity;
mod shape;
mod source;

use crate::shell::{Failure, Shell};
use source::Source;
use std::{
    fmt,
    path::{Path, PathBuf},
};

pub(crate) fn run(shell: &Shell) -> Result<(), Failure> {
    let files = files(&shell.root)?;
    let sources: Vec<Source> = files
        .iter()
        .filter(|file| file.path.ends_with(".rs"))
        .map(|file| Source::read(&file.path, &file.text))
        .collect();
    let mut violations = arrows::check(shell)?;
    violations.extend(arrows::re_exports(&sources));
    violations.extend(purity::check(&sources));
    violations.extend(knowledge::check(&sources));
    violations.extend(shape::check(&sources));
    violations.extend(shape::check_lints(&files));
    violations.extend(places::check(&files));
    violations.extend(locks::check(shell, &files));
    violations.sort();
    for violation in &violations {
        eprintln!("{violation}");
    }
    match violations.len() {
        0 => {
            println!("Tidy: {} files, {} of them Rust, nothing to say.", files.len(), sources.len());
            Ok(())
        }
        1 => Err(Failure::task("Tidy has one thing to say.")),
        count => Err(Failure::Task(format!("Tidy has {count} things to say."))),
    }
}

/// One thing that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Violation {
    path: String,
    line: usize,
    sentence: String,
}

impl Violation {
    fn new(path: &str, line: usize, sentence: impl Into<String>) -> Violation {
        Violation { path: path.into(), line, sentence: sentence.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.sentence)
    }
}

/// A text file of the project; its path is relative to the root and written with `/`.
struct TextFile {
    path: String,
    text: String,
}

/// What is made by a tool, and read by nobody.
const MADE: [&str; 4] = ["target", "dist", "node_modules", "pkg"];
/// The folders with a dot that belong to the project.
const HIDDEN: [&str; 2] = [".cargo", ".ci"];

fn files(root: &Path) -> Result<Vec<TextFile>, Failure> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for path in entries(&folder)? {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                let kept = HIDDEN.contains(&name.as_str()) || !name.starts_with('.');
                if kept && !MADE.contains(&name.as_str()) {
                    folders.push(path);
                }
            } else if name == ".git" {
                // A working tree beside another one: where that is, is no part of the project.
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                // What is no text has no lines to speak of.
                let path = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                found.push(TextFile { path, text });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let unread = |error| Failure::Task(format!("{} cannot be read: {error}.", folder.display()));
    std::fs::read_dir(folder).map_err(unread)?.map(|entry| Ok(entry.map_err(unread)?.path())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_violation_is_a_place_and_a_sentence() {
        let violation = Violation::new("web/src/main.rs", 3, "The file is untidy.");
        assert_eq!(violation.to_string(), "web/src/main.rs:3: The file is untidy.");
    }

    #[test]
    fn what_tools_make_is_not_read() {
        let root = Shell::new().root;
        let files = files(&root).expect("the project can be read");
        let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
        assert!(paths.contains(&"crates/xtask/src/tidy/mod.rs"));
        assert!(paths.contains(&".cargo/config.toml"));
        assert!(!paths.iter().any(|path| path.starts_with("target/") || path.starts_with(".git/")));
        assert!(!paths.iter().any(|path| path.contains("node_modules")));
    }
}
