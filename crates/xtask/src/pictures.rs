//! `cargo xtask pictures`: what looks otherwise than at another revision, side by side.
//!
//! The hashes of all pictures are in the project (`tests/pictures/hashes.txt`), the pictures are not: they are drawn
//! again. Those of now by this code; those of then, where hashes differ, by the code of the other revision, in a
//! working tree of its own that is removed at the end.

use crate::shell::{self, Failure, Shell};
use std::{collections::BTreeMap, fmt::Write, path::Path};

const LIST: &str = "tests/pictures/hashes.txt";
/// What is written: `now/` with all pictures, `then/` with those that differ, and the page that shows both.
const FOLDER: &str = "target/pictures";
const PAGE: &str = "target/pictures/index.html";

pub(crate) fn run(shell: &Shell, revision: &str) -> Result<(), Failure> {
    let then = committed(shell, revision)?;
    let folder = shell.root.join(FOLDER);
    if folder.exists() {
        std::fs::remove_dir_all(&folder)
            .map_err(|error| Failure::Task(format!("{FOLDER} cannot be removed: {error}.")))?;
    }
    println!("Drawing the pictures of now.");
    draw(shell, &shell.root, "now", &[])?;
    let now = shell.read(format!("{FOLDER}/now/hashes.txt"))?;
    let pairs = differing(&then, &now);
    if pairs.is_empty() {
        println!("All {} pictures are as at {revision}: they are in {FOLDER}/now.", now.lines().count());
        return Ok(());
    }
    let gone_or_changed: Vec<&str> =
        pairs.iter().filter(|pair| pair.change != Change::New).map(|pair| pair.name.as_str()).collect();
    if !gone_or_changed.is_empty() {
        println!("Drawing {} pictures of {revision}: its code is compiled first.", gone_or_changed.len());
        at_revision(shell, revision, &gone_or_changed)?;
    }
    std::fs::write(shell.root.join(PAGE), page(revision, &pairs))
        .map_err(|error| Failure::Task(format!("{PAGE} cannot be written: {error}.")))?;
    println!(
        "{} of {} pictures differ from {revision}: {PAGE} shows them.",
        pairs.len(),
        now.lines().count()
    );
    Ok(())
}

/// The list of hashes as it was committed.
fn committed(shell: &Shell, revision: &str) -> Result<String, Failure> {
    let output = shell
        .command("git")
        .args(["show", &format!("{revision}:{LIST}")])
        .output()
        .map_err(|error| Failure::Task(format!("`git` cannot be started: {error}.")))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Failure::Task(format!(
        "There is no {LIST} at {revision}: {}.",
        said.trim().trim_start_matches("fatal: ")
    )))
}

/// Draws pictures by the code in a folder: those named, or all. It is a test that draws them, since the tests are compiled
/// anyway, and with other features of what they use than anything else.
fn draw(shell: &Shell, code: &Path, into: &str, names: &[&str]) -> Result<(), Failure> {
    let into = shell.root.join(FOLDER).join(into);
    std::fs::create_dir_all(&into)
        .and_then(|()| std::fs::write(into.join("names.txt"), names.join("\n")))
        .map_err(|error| Failure::Task(format!("{} cannot be written: {error}.", into.display())))?;
    let mut cargo = shell.command("cargo");
    cargo.args(["test", "--quiet", "--workspace", "--test", "pictures", "--"]);
    cargo.args(["--ignored", "--exact", "pictures_are_written"]).env("BIVALENT_PICTURES", into);
    // What both revisions are compiled from alike is compiled once.
    shell::run(cargo.current_dir(code).env("CARGO_TARGET_DIR", shell.root.join("target")))
}

fn at_revision(shell: &Shell, revision: &str, names: &[&str]) -> Result<(), Failure> {
    let tree = shell.root.join(FOLDER).join("tree");
    let git = |arguments: &[&str]| shell::run(shell.command("git").args(arguments).arg(&tree));
    shell::run(
        shell.command("git").args(["worktree", "add", "--quiet", "--detach"]).arg(&tree).arg(revision),
    )?;
    let drawn = draw(shell, &tree, "then", names);
    drawn.and(git(&["worktree", "remove", "--force"]))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    New,
    Gone,
    Other,
}

/// A picture that is not as it was.
#[derive(Debug, PartialEq, Eq)]
struct Pair {
    name: String,
    change: Change,
}

/// What differs between two lists, each with a line a picture: its hash, two blanks, its name.
fn differing(then: &str, now: &str) -> Vec<Pair> {
    let [then, now] = [then, now].map(|list| {
        let lines = list.lines().filter_map(|line| line.split_once("  "));
        lines.map(|(hash, name)| (name.to_owned(), hash)).collect::<BTreeMap<_, _>>()
    });
    let mut pairs: Vec<Pair> = then
        .iter()
        .filter(|(name, hash)| now.get(*name) != Some(hash))
        .map(|(name, _)| Pair {
            name: name.clone(),
            change: if now.contains_key(name) { Change::Other } else { Change::Gone },
        })
        .collect();
    let new = now.keys().filter(|name| !then.contains_key(*name));
    pairs.extend(new.map(|name| Pair { name: name.clone(), change: Change::New }));
    pairs.sort_by(|one, other| one.name.cmp(&other.name));
    pairs
}

const HEAD: &str = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Pictures</title>\n<style>\n\
    body { font: 1rem sans-serif; } h2 { font-size: 1rem; }\n\
    .pair { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; } img { max-width: 100%; border: 1px solid; }\n\
    </style>\n";

/// A page with each picture as it was on the left, and as it is on the right.
fn page(revision: &str, pairs: &[Pair]) -> String {
    let escaped = revision.replace('&', "&amp;").replace('<', "&lt;");
    let mut page = format!("{HEAD}<h1>Left: {escaped}; right: now</h1>\n");
    for Pair { name, change } in pairs {
        let place = |side: &str, missing: Change, words: &str| {
            if *change == missing {
                format!("<p>{words}</p>")
            } else {
                format!(
                    "<a href=\"{side}/{name}\"><img src=\"{side}/{name}\" alt=\"{side}\" loading=\"lazy\"></a>"
                )
            }
        };
        let (left, right) = (
            place("then", Change::New, "was not drawn"),
            place("now", Change::Gone, "is not drawn any more"),
        );
        writeln!(page, "<h2>{name}</h2>\n<div class=\"pair\">{left}{right}</div>")
            .expect("a String takes all");
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_found_by_its_hash() {
        let list = "01  a.svg\n02  b.svg\n03  c.svg\n";
        assert_eq!(differing(list, list), []);
        let found = differing(list, "01  a.svg\n05  c.svg\n04  d.svg\n");
        let pair = |name: &str, change| Pair { name: name.into(), change };
        assert_eq!(
            found,
            [pair("b.svg", Change::Gone), pair("c.svg", Change::Other), pair("d.svg", Change::New)]
        );
        let page = page("HEAD<1>", &found);
        assert!(
            page.contains("HEAD&lt;1>") && !page.contains("now/b.svg") && !page.contains("then/d.svg"),
            "{page}"
        );
        assert!(page.contains("src=\"then/c.svg\"") && page.contains("src=\"now/c.svg\""), "{page}");
    }

    #[test]
    fn a_revision_that_is_not_there_is_named() {
        let failure = committed(&Shell::new(), "no-such-revision").expect_err("there is none");
        let Failure::Task(sentence) = failure else { panic!("{failure:?}") };
        assert!(
            sentence.starts_with("There is no tests/pictures/hashes.txt at no-such-revision"),
            "{sentence}"
        );
    }
}
