//! Which crate may depend on which. The list is the design's; what is not in it is not allowed.
//!
//! Only what a crate is built from counts. A test may use any crate: the systems are tested by the simulator.

use super::{Violation, source::Source};
use crate::shell::{Failure, Shell};
use serde_json::Value;

/// A crate, and the crates of this workspace that it may be built from.
const ARROWS: &[(&str, &[&str])] = &[
    ("kernel", &[]),
    ("scene", &[]),
    ("systems", &["kernel"]),
    ("simulator", &["kernel"]),
    ("explorer", &["kernel"]),
    ("stage", &["kernel", "scene"]),
    ("catalog", &["kernel", "systems", "simulator", "explorer", "scene", "stage"]),
    ("impossibility", &["kernel", "systems", "simulator", "explorer", "scene", "stage", "catalog"]),
    ("web", &["kernel", "catalog", "impossibility", "scene"]),
    ("worker", &["catalog", "impossibility"]),
    ("bivalent", &["kernel", "catalog", "scene"]),
    ("bivalent-tests", &["kernel", "catalog", "scene"]),
    ("xtask", &["kernel", "catalog", "scene"]),
];

/// Re-exports that go round an arrow on purpose, and why.
const ROUND: &[(&str, &str)] = &[
    // The list of rooms by part: a macro, which a program needs that loads the code of its rooms in parts.
    ("catalog", "systems::parts"),
    // What a session tells is made of the simulator's lines.
    ("catalog", "simulator::{Cause, Line, Turned}"),
    // How a tree is looked at is a matter of its drawing.
    ("impossibility", "stage::tree::"),
    // The words of a room's information, which the worker reads from no other place.
    ("catalog", "kernel::"),
];

/// Re-exports through which a crate would come by one that it must not depend on: the arrow says nothing if what is behind
/// it can be had from in front.
pub(super) fn re_exports(sources: &[Source]) -> Vec<Violation> {
    let mut violations = Vec::new();
    for source in sources {
        let Some((owner, allowed)) = ARROWS.iter().find(|(name, _)| folder_of(name, &source.path)) else {
            continue;
        };
        for (number, line) in source.lines.iter().enumerate() {
            let Some(path) = line.code.trim().strip_prefix("pub use ") else { continue };
            let from = path.split("::").next().unwrap_or("");
            if !allowed.contains(&from)
                || ROUND.iter().any(|(name, at)| name == owner && path.starts_with(at))
            {
                continue;
            }
            let round = ARROWS.iter().find(|(name, uses)| {
                name != owner && uses.contains(owner) && !uses.contains(&from) && *name != from
            });
            if let Some((user, _)) = round {
                let sentence =
                    format!("`{owner}` hands on `{from}`, and so `{user}` has what it must not depend on.");
                violations.push(Violation::new(&source.path, number + 1, sentence));
            }
        }
    }
    violations
}

/// Whether a source belongs to a crate.
fn folder_of(name: &str, path: &str) -> bool {
    let folder = match name {
        "web" => "web/src/".to_owned(),
        "worker" => "web/worker/".to_owned(),
        "bivalent" => "crates/cli/src/".to_owned(),
        "bivalent-tests" => "tests/src/".to_owned(),
        name => format!("crates/{name}/src/"),
    };
    path.starts_with(&folder)
}

pub(super) fn check(shell: &Shell) -> Result<Vec<Violation>, Failure> {
    let output = shell
        .command("cargo")
        .args(["metadata", "--format-version", "1", "--no-deps"])
        .output()
        .map_err(|error| Failure::Task(format!("`cargo metadata` cannot be started: {error}.")))?;
    let metadata: Value = serde_json::from_slice(&output.stdout).map_err(|_| {
        Failure::Task(format!("`cargo metadata` failed: {}", String::from_utf8_lossy(&output.stderr).trim()))
    })?;
    let root = shell.root.to_string_lossy().into_owned();
    Ok(read(&metadata, &root).iter().flat_map(|package| wrong_arrows(package, shell)).collect())
}

/// A crate of the workspace as `cargo metadata` tells of it.
#[derive(Debug, PartialEq, Eq)]
struct Package {
    name: String,
    manifest: String,
    /// The workspace's crates that it is built from.
    built_from: Vec<String>,
}

fn read(metadata: &Value, root: &str) -> Vec<Package> {
    let packages = metadata["packages"].as_array().map_or(&[][..], Vec::as_slice);
    packages
        .iter()
        .map(|package| {
            let manifest = text(&package["manifest_path"]).replace('\\', "/");
            let dependencies = package["dependencies"].as_array().map_or(&[][..], Vec::as_slice);
            // A dependency with a path is one of ours; one without a kind is a normal one.
            let built_from = dependencies
                .iter()
                .filter(|dependency| dependency["path"].is_string() && dependency["kind"].is_null())
                .map(|dependency| text(&dependency["name"]))
                .collect();
            let manifest =
                manifest.strip_prefix(root).unwrap_or(&manifest).trim_start_matches('/').to_string();
            Package { name: text(&package["name"]), manifest, built_from }
        })
        .collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or("").to_string()
}

fn wrong_arrows(package: &Package, shell: &Shell) -> Vec<Violation> {
    let manifest = shell.read(&package.manifest).unwrap_or_default();
    wrong(package, &manifest)
}

fn wrong(package: &Package, manifest: &str) -> Vec<Violation> {
    let Package { name, manifest: path, built_from } = package;
    let Some((_, allowed)) = ARROWS.iter().find(|(crate_name, _)| crate_name == name) else {
        let sentence =
            format!("The crate `{name}` has no place in the design: give it one in tidy's ARROWS.");
        return vec![Violation::new(path, 1, sentence)];
    };
    built_from
        .iter()
        .filter(|dependency| !allowed.contains(&dependency.as_str()))
        .map(|dependency| {
            let sentence = match allowed {
                [] => format!("`{name}` must not depend on `{dependency}`: it depends on none of ours."),
                _ => {
                    format!("`{name}` must not depend on `{dependency}`, only on `{}`.", allowed.join("`, `"))
                }
            };
            Violation::new(path, line_of(manifest, dependency), sentence)
        })
        .collect()
}

/// The line of a manifest that names a dependency.
fn line_of(manifest: &str, dependency: &str) -> usize {
    let names = |line: &str| {
        line.trim_start().strip_prefix(dependency).is_some_and(|rest| rest.starts_with(['.', ' ', '=']))
    };
    manifest.lines().position(names).map_or(1, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn metadata_tells_what_a_crate_is_built_from() {
        let metadata = json!({ "packages": [{
            "name": "stage",
            "manifest_path": "/anywhere/crates/stage/Cargo.toml",
            "dependencies": [
                { "name": "kernel", "kind": null, "path": "/anywhere/crates/kernel" },
                { "name": "catalog", "kind": "dev", "path": "/anywhere/crates/catalog" },
                { "name": "libm", "kind": null },
            ],
        }] });
        let stage = Package {
            name: "stage".into(),
            manifest: "crates/stage/Cargo.toml".into(),
            built_from: vec!["kernel".into()],
        };
        assert_eq!(read(&metadata, "/anywhere"), [stage]);
    }

    #[test]
    fn the_arrows_of_the_design_are_allowed() {
        assert_eq!(wrong(&package("stage", &["kernel", "scene"]), ""), []);
        assert_eq!(wrong(&package("catalog", &["systems", "simulator", "explorer", "stage"]), ""), []);
        assert_eq!(wrong(&package("web", &["catalog", "scene", "kernel"]), ""), []);
    }

    #[test]
    fn any_other_arrow_is_a_violation_at_its_line() {
        let manifest = "[package]\nname = \"systems\"\n[dependencies]\nkernel.workspace = true\nscene.workspace = true\n";
        let sentence = "`systems` must not depend on `scene`, only on `kernel`.";
        assert_eq!(
            wrong(&package("systems", &["kernel", "scene"]), manifest),
            [Violation::new("Cargo.toml", 5, sentence)]
        );
        let sentence = "`scene` must not depend on `kernel`: it depends on none of ours.";
        assert_eq!(wrong(&package("scene", &["kernel"]), ""), [Violation::new("Cargo.toml", 1, sentence)]);
    }

    #[test]
    fn what_goes_round_an_arrow_is_a_violation() {
        let read = |text: &str| re_exports(&[Source::read("crates/catalog/src/lib.rs", text)]);
        let found = read(
            "pub use kernel::view;\npub use systems::raft;\npub use systems::parts;\nuse systems::raft;",
        );
        let sentence = "`catalog` hands on `systems`, and so `web` has what it must not depend on.";
        assert_eq!(found, [Violation::new("crates/catalog/src/lib.rs", 2, sentence)]);
        assert_eq!(read("pub use scene::Scene;").len(), 1, "the worker draws nothing");
    }

    #[test]
    fn a_crate_without_a_place_is_a_violation() {
        let violations = wrong(&package("helpers", &[]), "");
        assert_eq!(violations.len(), 1);
        assert!(violations[0].sentence.contains("`helpers` has no place"));
    }

    fn package(name: &str, built_from: &[&str]) -> Package {
        let built_from = built_from.iter().map(ToString::to_string).collect();
        Package { name: name.into(), manifest: "Cargo.toml".into(), built_from }
    }
}
