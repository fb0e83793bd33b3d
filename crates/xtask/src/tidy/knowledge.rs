//! Who may know of whom: no system names another, a pixel or a colour, and what they share names none; the scene knows of no
//! system, the stage, the page and the command of no particular one, and the proof of impossibility none but in its list of
//! protocols. A crate that does not know a thing can be read, and changed, without it.

use super::{Violation, source::Source};
use std::collections::BTreeSet;

const SYSTEMS: &str = "crates/systems/src/";
/// Who shows and plays any system, and names none.
const ANYBODY: [(&str, &str); 5] = [
    ("crates/stage/", "stage"),
    ("web/src/", "web"),
    ("web/worker/", "the worker"),
    ("crates/cli/src/", "the command"),
    ("crates/explorer/src/", "explorer"),
];
/// The proof takes any room that decides; the ways around it are shown on protocols of their own.
const IMPOSSIBILITY: &str = "crates/impossibility/src/";
/// Folders of systems whose names are words of every program: they are known by their paths alone.
const WORDS: [&str; 8] = ["chain", "commit", "reference", "work", "stake", "replication", "register", "text"];
/// Words of drawing. A picture is made by the stage, and a colour by a theme.
const DRAWING: [&str; 10] =
    ["pixel", "pixels", "px", "color", "colors", "colour", "colours", "rgb", "rgba", "hsl"];

/// The systems of one folder, which may share code and know of each other.
struct Family {
    folder: String,
    /// What stands in the folder, at any depth: folders and files, without their endings.
    members: BTreeSet<String>,
}

pub(super) fn check(sources: &[Source]) -> Vec<Violation> {
    let families = families(sources);
    // Names that mean a system wherever they stand.
    let folders = families.iter().map(|family| family.folder.as_str());
    let names: BTreeSet<&str> = folders.filter(|name| !WORDS.contains(name)).collect();
    let mut violations = Vec::new();
    for source in sources {
        let in_folder = |folder: &str| source.path.strip_prefix(folder);
        if let Some(inside) = in_folder(SYSTEMS) {
            let own = inside.split('/').next().unwrap_or("");
            if let Some(family) = families.iter().find(|family| family.folder == own) {
                violations.extend(named_apart_from(
                    &family.members,
                    source,
                    names.iter().copied().filter(|name| !family.members.contains(*name)),
                    |name| format!("The system `{own}` names the system `{name}`."),
                ));
                violations.extend(reached(source, own, &families));
                violations.extend(drawn(source, own));
            } else if inside.contains('/') {
                let sentence =
                    |name: &str| format!("`{own}` names the system `{name}`: it is for any system.");
                violations.extend(named(source, names.iter().copied(), sentence));
                violations.extend(reached(source, own, &families));
            }
        } else if let Some(inside) = in_folder(IMPOSSIBILITY) {
            let sentence = |name: &str| {
                format!(
                    "`impossibility` names the system `{name}` outside of `circumventions`: it takes any room."
                )
            };
            if !inside.starts_with("circumventions") {
                violations.extend(named(source, names.iter().copied(), sentence));
            }
        } else if let Some((_, who)) = ANYBODY.iter().find(|(folder, _)| in_folder(folder).is_some()) {
            let sentence = |name: &str| format!("`{who}` names the system `{name}`: it is for any system.");
            violations.extend(named(source, names.iter().copied(), sentence));
        } else if in_folder("crates/scene/").is_some() {
            let names = names.iter().copied().chain(["systems", "kernel"]);
            let sentence =
                |name: &str| format!("`scene` names `{name}`: it does not know that systems exist.");
            violations.extend(named(source, names, sentence));
        }
    }
    violations
}

/// The folders of `systems` in which there is a room or a protocol. Others hold what systems share.
fn families(sources: &[Source]) -> Vec<Family> {
    let inside = |source: &Source| {
        let (folder, rest) = source.path.strip_prefix(SYSTEMS)?.split_once('/')?;
        Some((folder.to_owned(), rest.trim_end_matches(".rs").to_owned()))
    };
    let makes = |source: &&Source| {
        source.lines.iter().any(|line| line.code.contains("Room for ") || line.code.contains("Protocol for "))
    };
    let folders: BTreeSet<String> =
        sources.iter().filter(makes).filter_map(|one| Some(inside(one)?.0)).collect();
    let family = |folder: String| {
        let own = sources.iter().filter_map(inside).filter(|(other, _)| *other == folder);
        let members = own.flat_map(|(_, rest)| rest.split('/').map(str::to_owned).collect::<Vec<_>>());
        Family { members: members.chain([folder.clone()]).collect(), folder }
    };
    folders.into_iter().map(family).collect()
}

/// Paths into the folder of another system: `crate::raft::`, whatever the folder is called.
fn reached(source: &Source, own: &str, families: &[Family]) -> Vec<Violation> {
    let tokens = source.tokens();
    let into = tokens.windows(4).filter_map(|path| {
        let crossing = path[0].text == "crate" && path[1].text == ":" && path[2].text == ":";
        let other = families.iter().find(|family| crossing && family.folder == path[3].text)?;
        (other.folder != own).then(|| (path[3].line, other.folder.as_str()))
    });
    let sentence = |name: &str| format!("`{own}` reaches into the system `{name}`.");
    into.map(|(line, name)| Violation::new(&source.path, line, sentence(name))).collect()
}

/// A violation for each name of the code in which one of these names stands.
fn named<'a>(
    source: &Source,
    names: impl Iterator<Item = &'a str>,
    sentence: impl Fn(&str) -> String,
) -> Vec<Violation> {
    named_apart_from(&BTreeSet::new(), source, names, sentence)
}

/// The same, where own names may hold another's: `multi_paxos` does not name `paxos`.
fn named_apart_from<'a>(
    own: &BTreeSet<String>,
    source: &Source,
    names: impl Iterator<Item = &'a str>,
    sentence: impl Fn(&str) -> String,
) -> Vec<Violation> {
    let names: Vec<&str> = names.collect();
    let own: Vec<String> = own.iter().map(|name| format!("_{name}_")).collect();
    let mut violations = Vec::new();
    for token in source.tokens() {
        let words = own.iter().fold(words(&token.text), |words, own| words.replace(own, "__"));
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

    /// `chain` and `commit` are words of every program: what counts is the path.
    #[test]
    fn no_system_reaches_into_another() {
        let found = found(&[
            (
                "crates/systems/src/chain/work/mod.rs",
                "let all = one.iter().chain(more);\nuse crate::commit::words;",
            ),
            ("crates/systems/src/commit/mod.rs", "use crate::chain::block;\nuse crate::shared::quorum;"),
        ]);
        assert_eq!(
            found,
            [
                "crates/systems/src/chain/work/mod.rs:2: `chain` reaches into the system `commit`.",
                "crates/systems/src/commit/mod.rs:1: `commit` reaches into the system `chain`.",
            ]
        );
    }

    #[test]
    fn what_systems_share_names_none() {
        let found = found(&[
            (
                "crates/systems/src/shared/quorum.rs",
                "// as in raft\nfn of_raft() {}\nuse crate::commit::words;\nuse crate::shared::words;",
            ),
            ("crates/systems/src/raft/log.rs", "use crate::shared::quorum;"),
            ("crates/systems/src/lib.rs", "pub mod raft;\npub mod shared;"),
        ]);
        assert_eq!(
            found,
            [
                "crates/systems/src/shared/quorum.rs:2: `shared` names the system `raft`: it is for any system.",
                "crates/systems/src/shared/quorum.rs:3: `shared` reaches into the system `commit`.",
            ]
        );
    }

    #[test]
    fn page_and_command_know_no_system() {
        let found = found(&[
            ("web/src/components/stage.rs", "if room == Raft {}"),
            ("crates/cli/src/check.rs", "use systems::two_phase;"),
        ]);
        assert_eq!(
            found,
            [
                "web/src/components/stage.rs:1: `web` names the system `raft`: it is for any system.",
                "crates/cli/src/check.rs:1: `the command` names the system `two_phase`: it is for any system.",
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
                "crates/stage/src/ring.rs:2: `stage` names the system `raft`: it is for any system.",
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
        let rooms = [
            "crates/systems/src/raft/room.rs",
            "crates/systems/src/two_phase/mod.rs",
            "crates/systems/src/multi_raft/room.rs",
            "crates/systems/src/chain/work/room.rs",
            "crates/systems/src/commit/room.rs",
        ];
        let sources: Vec<Source> = files
            .iter()
            .copied()
            .chain(rooms.into_iter().map(|path| (path, "impl Room for It {}")))
            .map(|(path, text)| Source::read(path, text))
            .collect();
        check(&sources).iter().map(ToString::to_string).collect()
    }
}
