//! The page's style sheet: those of its components in one file, in the order in which `web/styles/index.css` has them.

use crate::shell::{Failure, Shell};
use std::path::{Component, Path, PathBuf};

const INDEX: &str = "web/styles/index.css";
/// What `index.html` links to.
const MADE: &str = "target/styles/app.css";

/// Writes the one file.
pub(crate) fn collect(shell: &Shell) -> Result<(), Failure> {
    let mut sheet = String::new();
    for path in imports(&shell.read(INDEX)?)? {
        sheet += &shell.read(&path)?;
    }
    let place = shell.root.join(MADE);
    let unwritten = |error| Failure::Task(format!("{MADE} cannot be written: {error}."));
    std::fs::create_dir_all(place.parent().unwrap_or(&place)).map_err(unwritten)?;
    std::fs::write(&place, sheet).map_err(unwritten)
}

/// The paths of the style sheets that the index imports.
fn imports(index: &str) -> Result<Vec<String>, Failure> {
    let folder = Path::new(INDEX).parent().unwrap_or(Path::new(""));
    let path = |line: &str| {
        let path = line.strip_prefix("@import \"")?.strip_suffix("\";")?;
        resolved(&folder.join(path)).to_str().map(str::to_owned)
    };
    let lines = index.lines().filter(|line| line.starts_with("@import"));
    lines
        .map(|line| {
            path(line).ok_or_else(|| Failure::Task(format!("{INDEX}: `{line}` names no style sheet.")))
        })
        .collect()
}

/// A path without `.` and `..`.
fn resolved(path: &Path) -> PathBuf {
    let mut resolved = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                resolved.pop();
            }
            Component::CurDir => {}
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => resolved.push(part),
        }
    }
    resolved
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_names_style_sheets_by_their_place() {
        let index = "/* All. */\n@import \"./base.css\";\n@import \"../src/components/head.css\";\n";
        assert_eq!(
            imports(index).ok(),
            Some(vec!["web/styles/base.css".into(), "web/src/components/head.css".into()])
        );
        assert!(imports("@import url(base.css);\n").is_err());
    }
}
