//! Who may know of whom: no system names another, a pixel or a colour; the scene knows of no system, the stage of
//! no particular one, and the proof of impossibility none but in its list of protocols. A crate that does not know a thing can be read, and changed, without it.

use super::{Violation, source::Source};
use std::collections::BTreeSet;

const SYSTEMS: &str = "crates/systems/src/";
const IMPOSSIBILITY: &str = "crates/impossibility/src/";
/// Words of drawing. A picture is made by the stage, and a colour by a theme.
const DRAWING: [&str; 10] =
    ["pixel", "pixels", "px", "color", "colors", "colour", "colours", "rgb", "rgba", "hsl"];

pub(super) fn check(sources: &[Source]) -> Vec<Violation> {
    let systems = systems(sources);
    let mut violations = Vec::new();
    for source in sources {
        let in_folder = |folder: &str| source.path.strip_prefix(folder);
        if let Some(inside) = in_folder(SYSTEMS) {
            let own = inside.split('/').next().unwrap_or("");
            if systems.contains(own) {
                let others = systems.iter().filter(|name| *name != own);
                let sentence = |name: &str| format!("The system `{own}` names the system `{name}`.");
                let others = others.map(String::as_str);
                violations.extend(named_apart_from(own, source, others, sentence));
                violations.extend(drawn(source, own));
            }
        } else if in_folder("crates/stage/").is_some() {
            let sentence = |name: &str| format!("`stage` names the system `{name}`: it draws any system.");
            violations.extend(named(source, systems.iter().map(String::as_str), sentence));
        } else if in_folder(IMPOSSIBILITY).is_some_and(|inside| !inside.starts_with("circumventions/")) {
            let sentence = |name: &str| {
                format!(
                    "`impossibility` names the system `{name}` outside of `circumventions`: it takes any room."
                )
            };
            violations.extend(named(source, systems.iter().map(String::as_str), sentence));
        } else if in_folder("crates/scene/").is_some() {
            let names = systems.iter().map(String::as_str).chain(["systems", "kernel"]);
            let sentence =
                |name: &str| format!("`scene` names `{name}`: it does not know that systems exist.");
            violations.extend(named(source, names, sentence));
        }
    }
    violations
}

/// The folders of `systems` that describe a system. Others hold what systems share.
fn systems(sources: &[Source]) -> BTreeSet<String> {
    let describes = |source: &Source| {
        let (folder, file) = source.path.strip_prefix(SYSTEMS)?.split_once('/')?;
        ["describe.rs", "scenarios.rs"].contains(&file).then(|| folder.to_string())
    };
    sources.iter().filter_map(describes).collect()
}

/// A violation for each name of the code in which one of these names stands.
fn named<'a>(
    source: &Source,
    names: impl Iterator<Item = &'a str>,
    sentence: impl Fn(&str) -> String,
) -> Vec<Violation> {
    named_apart_from("", source, names, sentence)
}

/// The same, where a system's own name may hold another's: `multi_paxos` does not name `paxos`.
fn named_apart_from<'a>(
    own: &str,
    source: &Source,
    names: impl Iterator<Item = &'a str>,
    sentence: impl Fn(&str) -> String,
) -> Vec<Violation> {
    let own = format!("_{own}_");
    let names: Vec<&str> = names.collect();
    let mut violations = Vec::new();
    for token in source.tokens() {
        let words = words(&token.text).replace(&own, "__");
        for name in names.iter().filter(|name| contains(&words, name)) {
            violations.push(Violation::new(&source.path, token.line, sentence(name)));
        }
    }
    violations.dedup();
    violations
}

fn drawn(source: &Source, system: &str) -> Vec<Violation> {
    let sentence = |word: &str| format!("The system `{system}` speaks of `{word}`: a view is made of words.");
    let mut violations = named(source, DRAWING.into_iter(), sentence);
    for (number, line) in source.lines.iter().enumerate() {
        if let Some(literal) = line.literals.split_whitespace().find(|literal| is_drawing(literal)) {
            violations.push(Violation::new(&source.path, number + 1, sentence(literal)));
        }
    }
    violations
}

/// `#1c1e22` or `12px`, with signs around it.
fn is_drawing(literal: &str) -> bool {
    let literal = literal.trim_matches(|c: char| !c.is_alphanumeric() && c != '#');
    let colour = literal
        .strip_prefix('#')
        .is_some_and(|hex| [6, 8].contains(&hex.len()) && hex.chars().all(|c| c.is_ascii_hexdigit()));
    let length = literal
        .strip_suffix("px")
        .is_some_and(|number| !number.is_empty() && number.chars().all(|c| c.is_ascii_digit() || c == '.'));
    colour || length
}

/// `RaftLog`, `raft_log` and `RAFT_LOG` are the words `_raft_log_`.
fn words(name: &str) -> String {
    let mut words = String::from("_");
    let mut after_small = false;
    for c in name.chars() {
        if c.is_uppercase() && after_small {
            words.push('_');
        }
        after_small = c.is_lowercase() || c.is_ascii_digit();
        words.extend(c.to_lowercase());
    }
    words.push('_');
    words
}

fn contains(words: &str, name: &str) -> bool {
    words.contains(&format!("_{name}_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_names_no_other() {
        let found = found(&[
            (
                "crates/systems/src/raft/mod.rs",
                "use super::two_phase::Vote;\n// as in two_phase\nlet s = \"two_phase\";",
            ),
            ("crates/systems/src/two_phase/mod.rs", "struct TwoPhase;\nfn like(r: RaftLog) {}"),
            ("crates/systems/src/shared/quorum.rs", "fn of_raft() {}"),
            (
                "crates/systems/src/multi_raft/mod.rs",
                "struct MultiRaft;\nfn like(r: MultiRaftRoom) -> Raft {}",
            ),
        ]);
        assert_eq!(
            found,
            [
                "crates/systems/src/raft/mod.rs:1: The system `raft` names the system `two_phase`.",
                "crates/systems/src/two_phase/mod.rs:2: The system `two_phase` names the system `raft`.",
                "crates/systems/src/multi_raft/mod.rs:2: The system `multi_raft` names the system `raft`.",
            ]
        );
    }

    #[test]
    fn a_system_draws_nothing() {
        let found = found(&[(
            "crates/systems/src/raft/view.rs",
            "let fill_colour = 1;\nf(\"(#1c1e22)\");\nf(\"12px\");\nf(\"#7\");",
        )]);
        assert_eq!(
            found,
            [
                "crates/systems/src/raft/view.rs:1: The system `raft` speaks of `colour`: a view is made of words.",
                "crates/systems/src/raft/view.rs:2: The system `raft` speaks of `(#1c1e22)`: a view is made of words.",
                "crates/systems/src/raft/view.rs:3: The system `raft` speaks of `12px`: a view is made of words.",
            ]
        );
    }

    #[test]
    fn the_stage_and_the_scene_know_no_system() {
        let found = found(&[
            ("crates/stage/src/ring.rs", "use kernel::View;\nfn raft_ring() {}\nlet draft = 1;"),
            ("crates/scene/src/lib.rs", "use kernel::View;\nstruct Raft;"),
        ]);
        assert_eq!(
            found,
            [
                "crates/stage/src/ring.rs:2: `stage` names the system `raft`: it draws any system.",
                "crates/scene/src/lib.rs:1: `scene` names `kernel`: it does not know that systems exist.",
                "crates/scene/src/lib.rs:2: `scene` names `raft`: it does not know that systems exist.",
            ]
        );
    }

    #[test]
    fn the_proof_knows_no_system_and_the_ways_around_it_do() {
        let found = found(&[
            ("crates/impossibility/src/proof.rs", "fn of(room: RaftRoom) {}"),
            ("crates/impossibility/src/circumventions/raft.rs", "fn of(room: RaftRoom) {}"),
        ]);
        let sentence = "crates/impossibility/src/proof.rs:1: `impossibility` names the system `raft` outside of \
                        `circumventions`: it takes any room.";
        assert_eq!(found, [sentence]);
    }

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let described = [
            "crates/systems/src/raft/describe.rs",
            "crates/systems/src/two_phase/scenarios.rs",
            "crates/systems/src/multi_raft/describe.rs",
        ];
        let sources: Vec<Source> = files
            .iter()
            .copied()
            .chain(described.into_iter().map(|path| (path, "")))
            .map(|(path, text)| Source::read(path, text))
            .collect();
        check(&sources).iter().map(ToString::to_string).collect()
    }
}
