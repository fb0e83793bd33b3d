//! The quorum arithmetic of Raft against the vectors of etcd-io/raft (`quorum/testdata`). It is what servers count with
//! in elections and commits: see `systems::raft::quorum`.
//!
//! A case is `committed cfg=(1,2) cfgj=(2,3) idx=(_,100,99)`, `----`, a table, and the answer. The servers of `cfg`,
//! then those of `cfgj` that are new, have the indexes (or votes) in this order; `_` is not known: index 0, no vote.
//! `cfgj=zero` is a joint quorum whose second set is empty. `∞` is the commit index of no server at all.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use kernel::NodeId;
use systems::raft::Index;
use systems::raft::quorum::{Tally, committed, majority, tally};

#[test]
fn a_majority_commits_what_it_has_stored() {
    commits("majority_commit.txt", 16);
}

#[test]
fn a_joint_majority_commits_what_both_have_stored() {
    commits("joint_commit.txt", 50);
}

#[test]
fn a_majority_decides_a_vote() {
    votes("majority_vote.txt", 22);
}

#[test]
fn a_joint_majority_decides_a_vote() {
    votes("joint_vote.txt", 39);
}

fn commits(file: &str, count: usize) {
    let Some(cases) = read(file, count) else { return };
    for case in cases {
        let index = |word: &String| if word == "_" { 0 } else { word.parse().expect("an index is a number") };
        let stored: BTreeMap<NodeId, Index> =
            case.known.iter().map(|(&id, word)| (id, index(word))).collect();
        for (id, index) in &case.table {
            assert_eq!(stored[id], *index, "the file's own table for {}", case.line);
        }
        let stored = |id: NodeId| stored[&id];
        let found = committed(&case.sets(), majority, stored);
        let words = found.map_or_else(|| "∞".to_owned(), |index| index.to_string());
        assert_eq!(words, case.answer, "{}", case.line);
        // As etcd's own harness does: sets may be exchanged, and an empty one changes nothing.
        let turned: Vec<&[NodeId]> = case.sets().into_iter().rev().collect();
        assert_eq!(committed(&turned, majority, stored), found, "{}", case.line);
        let alone = committed(&[&case.one], majority, stored);
        assert_eq!(committed(&[&case.one, &[]], majority, stored), alone, "{}", case.line);
    }
}

fn votes(file: &str, count: usize) {
    let Some(cases) = read(file, count) else { return };
    for case in cases {
        let vote = |id: NodeId| match case.known[&id].as_str() {
            "y" => Some(true),
            "n" => Some(false),
            word => {
                assert_eq!(word, "_", "{}", case.line);
                None
            }
        };
        let found = tally(&case.sets(), majority, vote);
        let words = match found {
            Tally::Pending => "VotePending",
            Tally::Lost => "VoteLost",
            Tally::Won => "VoteWon",
        };
        assert_eq!(words, case.answer, "{}", case.line);
        let turned: Vec<&[NodeId]> = case.sets().into_iter().rev().collect();
        assert_eq!(tally(&turned, majority, vote), found, "{}", case.line);
        let alone = tally(&[&case.one], majority, vote);
        assert_eq!(tally(&[&case.one, &[]], majority, vote), alone, "{}", case.line);
    }
}

/// One case of a file.
struct Case {
    line: String,
    one: Vec<NodeId>,
    other: Option<Vec<NodeId>>,
    /// What is said of each server.
    known: BTreeMap<NodeId, String>,
    /// The index of each server, as the table of the expected output has it.
    table: Vec<(NodeId, Index)>,
    answer: String,
}

impl Case {
    fn sets(&self) -> Vec<&[NodeId]> {
        [Some(&self.one), self.other.as_ref()].into_iter().flatten().map(Vec::as_slice).collect()
    }
}

/// The cases of a file; `None`, with a line that says so, where the file is not at hand.
fn read(file: &str, count: usize) -> Option<Vec<Case>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/raft-quorum").join(file);
    let Ok(text) = fs::read_to_string(&path) else {
        println!("skipped: {file} of etcd-io/raft is not at hand");
        return None;
    };
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
    let starts = |line: &&str| line.starts_with("committed") || line.starts_with("vote");
    let blocks = lines.chunk_by(|_, next| !starts(next));
    let cases: Vec<Case> = blocks.map(case).collect();
    assert_eq!(cases.len(), count, "{file}");
    Some(cases)
}

fn case(lines: &[&str]) -> Case {
    assert_eq!(lines[1], "----", "{}", lines[0]);
    let (one, joint) = (list(lines[0], "cfg"), list(lines[0], "cfgj"));
    let ids = |words: Vec<String>| {
        words.iter().map(|id| id.parse().expect("a server is a number")).collect::<Vec<NodeId>>()
    };
    let one = ids(one.unwrap_or_default());
    let other = joint.map(|words| if words == ["zero"] { Vec::new() } else { ids(words) });
    let said = list(lines[0], "idx").or(list(lines[0], "votes")).unwrap_or_default();
    let mut known = BTreeMap::new();
    let mut said = said.into_iter();
    for &id in one.iter().chain(other.iter().flatten()) {
        known.entry(id).or_insert_with(|| said.next().expect("something is said of every server"));
    }
    assert_eq!(said.next(), None, "{}", lines[0]);
    // `x>     101    (id=2)`, or the whole answer where there is no server.
    let row = |line: &&str| {
        let (index, id) = line.split_once("(id=")?;
        let id = id.trim_end_matches(')').parse().expect("a server is a number");
        Some((id, index.split_whitespace().next_back()?.parse().expect("an index is a number")))
    };
    let last = lines.last().expect("a case has an answer");
    Case {
        line: lines[0].to_owned(),
        one,
        other,
        known,
        table: lines[2..].iter().filter_map(row).collect(),
        answer: last.trim_start_matches("<empty majority quorum>").to_owned(),
    }
}

/// The words of `name=(a, b)`, or of `name=a`.
fn list(line: &str, name: &str) -> Option<Vec<String>> {
    let (_, rest) = line.split_once(&format!(" {name}="))?;
    let words = match rest.strip_prefix('(') {
        Some(inside) => inside.split_once(')')?.0,
        None => rest.split_whitespace().next()?,
    };
    Some(words.split(',').map(|word| word.trim().to_owned()).collect())
}
