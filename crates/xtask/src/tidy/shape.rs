//! The shape of a file: it opens with prose, and it is short enough to be read in one sitting.
//!
//! That no function is longer than 60 lines is a lint's task; here it is checked that the lint is on everywhere.

use super::{TextFile, Violation, source::Source};

const CODE_LINES_MAX: usize = 400;
const FUNCTION_LINES_MAX: usize = 60;

pub(super) fn check(sources: &[Source]) -> Vec<Violation> {
    let mut violations = Vec::new();
    for source in sources {
        if !source.begins_with_doc {
            let sentence = "The file must begin with `//!` and say what it is about.";
            violations.push(Violation::new(&source.path, 1, sentence));
        }
        let count = source.code_lines();
        if count > CODE_LINES_MAX {
            let sentence =
                format!("{count} lines of code are too many for one file: at most {CODE_LINES_MAX}.");
            violations.push(Violation::new(&source.path, 1, sentence));
        }
        let lint = ["too", "many", "lines"].join("_");
        for token in source.tokens().iter().filter(|token| token.text == lint) {
            let sentence =
                format!("A function may not have more than {FUNCTION_LINES_MAX} lines; divide it.");
            violations.push(Violation::new(&source.path, token.line, sentence));
        }
    }
    violations
}

/// The lint on long functions: its threshold, its level, and that each crate takes part.
pub(super) fn check_lints(files: &[TextFile]) -> Vec<Violation> {
    let mut violations = Vec::new();
    for TextFile { path, text } in files {
        let mut demand = |line: &str, sentence: &str| {
            if !text.lines().any(|have| have.trim() == line) {
                violations.push(Violation::new(path, 1, format!("{sentence}: `{line}` is missing.")));
            }
        };
        match path.as_str() {
            "clippy.toml" => {
                demand(&format!("too-many-lines-threshold = {FUNCTION_LINES_MAX}"), "Functions stay short");
            }
            "Cargo.toml" => demand("too_many_lines = \"warn\"", "The lint on long functions is on"),
            _ if path.ends_with("/Cargo.toml") => demand("[lints]", "Each crate keeps the workspace's lints"),
            _ => {}
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_opens_with_prose() {
        let found =
            check(&[Source::read("a.rs", "use b;"), Source::read("b.rs", "//! What this is about.\n")]);
        assert_eq!(
            found,
            [Violation::new("a.rs", 1, "The file must begin with `//!` and say what it is about.")]
        );
    }

    #[test]
    fn a_file_is_short_without_counting_blanks_and_comments() {
        let just = format!("//! Prose.\n\n// comment\n{}", "f();\n".repeat(400));
        let over = format!("{just}f();\n");
        let found = check(&[Source::read("just.rs", &just), Source::read("over.rs", &over)]);
        let sentence = "401 lines of code are too many for one file: at most 400.";
        assert_eq!(found, [Violation::new("over.rs", 1, sentence)]);
    }

    #[test]
    fn the_lint_on_long_functions_is_not_switched_off() {
        let text = "//! Prose.\n#[expect(clippy::too_many_lines, reason = \"long\")]\nfn f() {}\n";
        let sentence = "A function may not have more than 60 lines; divide it.";
        assert_eq!(check(&[Source::read("a.rs", text)]), [Violation::new("a.rs", 2, sentence)]);
    }

    #[test]
    fn every_crate_keeps_the_lints() {
        let file = |path: &str, text: &str| TextFile { path: path.into(), text: text.into() };
        let good = [
            file("clippy.toml", "too-many-lines-threshold = 60\n"),
            file("Cargo.toml", "[workspace.lints.clippy]\ntoo_many_lines = \"warn\"\n"),
            file("web/Cargo.toml", "[lints]\nworkspace = true\n"),
        ];
        assert_eq!(check_lints(&good), []);
        let bad = [file("clippy.toml", ""), file("Cargo.toml", ""), file("web/Cargo.toml", "")];
        assert_eq!(check_lints(&bad).len(), 3);
    }
}
