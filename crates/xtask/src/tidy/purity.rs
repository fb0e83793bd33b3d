//! The kernel and the systems do no input or output and read no clock: a run is a function of its recording.

use super::{
    Violation,
    source::{Source, Token},
};

/// The crates themselves; a test beside them may read what it compares with.
const PURE: [&str; 2] = ["crates/kernel/src/", "crates/systems/src/"];
const FORBIDDEN: [&str; 6] =
    ["std::fs", "std::net", "std::thread", "std::env", "std::time::Instant", "std::time::SystemTime"];

pub(super) fn check(sources: &[Source]) -> Vec<Violation> {
    let pure = |source: &&Source| PURE.iter().any(|folder| source.path.starts_with(folder));
    sources.iter().filter(pure).flat_map(check_source).collect()
}

fn check_source(source: &Source) -> Vec<Violation> {
    let crate_name = source.path.split('/').nth(1).unwrap_or("");
    std_paths(&source.tokens())
        .into_iter()
        .filter(|(_, path)| is_forbidden(path))
        .map(|(line, path)| {
            let sentence = format!("`{path}`: `{crate_name}` does no input or output and reads no clock.");
            Violation::new(&source.path, line, sentence)
        })
        .collect()
}

fn is_forbidden(path: &str) -> bool {
    let below =
        |parent: &str| path == parent || path.strip_prefix(parent).is_some_and(|rest| rest.starts_with("::"));
    // A module taken whole hides what is taken from it.
    let whole = ["std", "std::time", "std::*", "std::time::*"].contains(&path);
    whole || FORBIDDEN.iter().any(|forbidden| below(forbidden))
}

/// Every path that begins with `std::`, with the groups of a `use` taken apart.
fn std_paths(tokens: &[Token]) -> Vec<(usize, String)> {
    let mut paths = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at].text == "std" && separator(tokens, at + 1) {
            at = read_path(tokens, at, "", &mut paths);
        } else {
            at += 1;
        }
    }
    paths
}

/// Reads the path or the group that begins at a token, and returns the place behind it.
fn read_path(tokens: &[Token], at: usize, prefix: &str, paths: &mut Vec<(usize, String)>) -> usize {
    let Some(token) = tokens.get(at) else { return at };
    if token.text == "{" {
        return read_group(tokens, at + 1, prefix, paths);
    }
    let path = match (prefix, token.text.as_str()) {
        ("", name) => name.to_string(),
        (prefix, "self") => prefix.to_string(),
        (prefix, name) => format!("{prefix}::{name}"),
    };
    if separator(tokens, at + 1) {
        return read_path(tokens, at + 3, &path, paths);
    }
    paths.push((token.line, path));
    at + 1
}

fn read_group(tokens: &[Token], mut at: usize, prefix: &str, paths: &mut Vec<(usize, String)>) -> usize {
    while let Some(token) = tokens.get(at) {
        match token.text.as_str() {
            "}" => return at + 1,
            "," => at += 1,
            // `Instant as Clock`: the path was read, the new name says nothing.
            "as" => at += 2,
            _ => at = read_path(tokens, at, prefix, paths),
        }
    }
    at
}

fn separator(tokens: &[Token], at: usize) -> bool {
    tokens.get(at..at + 2).is_some_and(|pair| pair.iter().all(|token| token.text == ":"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_a_file_and_a_thread_are_found_in_every_spelling() {
        let text = "//! doc\nuse std::fs;\nuse std::{collections::BTreeMap, time::{Duration, Instant as Clock}};\n\
                    fn f() { ::std::thread::spawn(g); std::env::var(\"A\"); }\nuse std::time;\nuse std::net::*;\n";
        let found = check(&[Source::read("crates/systems/src/raft/mod.rs", text)]);
        let told: Vec<(usize, &str)> = found
            .iter()
            .map(|violation| (violation.line, violation.sentence.split('`').nth(1).unwrap_or("")))
            .collect();
        assert_eq!(
            told,
            [
                (2, "std::fs"),
                (3, "std::time::Instant"),
                (4, "std::thread::spawn"),
                (4, "std::env::var"),
                (5, "std::time"),
                (6, "std::net::*"),
            ]
        );
    }

    #[test]
    fn what_computes_is_pure() {
        let text = "//! std::fs is not used\nuse std::{collections::{BTreeMap, BTreeSet}, fmt::{self, Debug}};\n\
                    use std::time::Duration; const A: &str = \"std::env\"; fn f(x: std::string::String) {}\n";
        assert_eq!(check(&[Source::read("crates/kernel/src/lib.rs", text)]), []);
    }

    #[test]
    fn other_crates_may_read_files() {
        assert_eq!(check(&[Source::read("crates/cli/src/main.rs", "use std::fs;")]), []);
        assert_eq!(check(&[Source::read("crates/systems/tests/vectors.rs", "use std::fs;")]), []);
    }
}
