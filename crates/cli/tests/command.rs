//! The command as its users call it: what it prints, what it refuses, and how it ends.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use catalog::{Recording, Target, start};
use expect_test::{Expect, expect};

fn bivalent(line: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bivalent")).args(line).output().expect("the command starts")
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("the command ends by itself")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn scratch(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}

fn refused(line: &[&str], sentence: &Expect) {
    let output = bivalent(line);
    assert_eq!((code(&output), text(&output.stdout).as_str()), (2, ""), "{line:?}");
    sentence.assert_eq(&text(&output.stderr));
}

#[test]
fn a_run_that_holds_ends_with_0_and_one_that_does_not_with_1() {
    let holds = bivalent(&["run", "raft/first-election", "--seed", "7"]);
    assert_eq!(code(&holds), 0, "{}", text(&holds.stderr));
    assert!(text(&holds.stdout).contains("leads term 1"));
    let broken = bivalent(&["run", "raft/figure-8-rule-off"]);
    assert_eq!(code(&broken), 1);
    assert!(text(&broken.stdout).contains("BROKEN    State Machine Safety: at "));
    let rule_on = bivalent(&["run", "raft/figure-8-rule-off", "--with", "own-term-commit"]);
    assert_eq!(code(&rule_on), 0);
}

#[test]
fn json_is_a_line_for_each_event_and_ends_with_the_hash() {
    let line = ["run", "raft/replication", "--steps", "40", "--json", "--set", "servers=3"];
    let (one, other) = (bivalent(&line), bivalent(&line));
    assert_eq!(one.stdout, other.stdout, "the same run twice");
    let lines: Vec<serde_json::Value> = text(&one.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).expect("each line is JSON"))
        .collect();
    assert_eq!(lines.len(), 41);
    assert_eq!(lines[39]["step"], 40);
    let end = &lines[40];
    assert_eq!(end["trace_hash"].as_str().map(str::len), Some(16));
    assert!(
        end["properties"]
            .as_array()
            .is_some_and(|all| all.len() == 7 && all.iter().all(|p| p["verdict"] == "holds"))
    );
    let other_seed = bivalent(&[
        "run",
        "raft/replication",
        "--steps",
        "40",
        "--json",
        "--set",
        "servers=3",
        "--seed",
        "2",
    ]);
    assert_ne!(one.stdout, other_seed.stdout);
}

#[test]
fn a_recording_replays_to_the_run_it_was_made_from() {
    let mut session = start("raft", "replication", 3).expect("the scenario is there");
    session.play_to(catalog::Micros::ms(300), 10_000);
    session.act(Target::Node(0), "Crash S1").expect("S1 is up");
    session.play_to(catalog::Micros::ms(900), 10_000);
    let file = scratch("replayed.json");
    std::fs::write(&file, session.recording().to_json()).expect("the folder can be written");
    let file = file.to_string_lossy().into_owned();
    let output = bivalent(&["replay", &file, "--json"]);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let last = text(&output.stdout).lines().last().map(str::to_owned).unwrap_or_default();
    assert!(last.contains(&format!("{:016x}", session.hash())), "{last}");
    assert!(text(&output.stdout).contains("S1 crashes"));
    let drawn = bivalent(&["draw", &file, "--view", "logs"]);
    assert!(text(&drawn.stdout).starts_with("<svg"), "{}", text(&drawn.stderr));
}

#[test]
fn every_view_is_drawn_in_every_theme() {
    for view in ["ring", "space-time", "logs", "table"] {
        for theme in ["light", "dark", "print", "safe"] {
            let file = scratch(&format!("{view}-{theme}.svg"));
            let path = file.to_string_lossy().into_owned();
            let line =
                ["draw", "raft/leader-crash", "--at", "700", "--view", view, "--theme", theme, "-o", &path];
            let output = bivalent(&line);
            assert_eq!(code(&output), 0, "{}", text(&output.stderr));
            let svg = std::fs::read_to_string(&file).expect("the picture is there");
            assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>") && !svg.contains("NaN"));
        }
    }
}

#[test]
fn what_is_wrong_is_said_in_one_sentence_that_says_what_there_is() {
    refused(
        &["fly"],
        &expect![[r#"
        bivalent: There is no command “fly”; there is list, run, replay and draw.
    "#]],
    );
    refused(
        &["run"],
        &expect![[r#"
        bivalent: `run` needs a SYSTEM/SCENARIO; `bivalent list` names them.
    "#]],
    );
    refused(
        &["run", "paxos/first"],
        &expect![[r#"
        bivalent: There is no system “paxos”; there is raft.
    "#]],
    );
    refused(
        &["run", "raft/first"],
        &expect![[r#"
        bivalent: Raft has no scenario “first”; it has first-election, split-vote, replication, leader-crash, follower-behind, minority-partition, one-way-link, disruptive-server, disruptive-server-pre-vote, figure-7, figure-8, figure-8-rule-off, lost-vote, lying-leader.
    "#]],
    );
    refused(
        &["run", "raft/replication", "--set", "servers"],
        &expect![[r#"
        bivalent: --set takes NAME=VALUE, as in --set servers=7, not “servers”.
    "#]],
    );
    refused(
        &["run", "raft/replication", "--set", "servers=0"],
        &expect![[r#"
        bivalent: This run has a wrong value: option servers takes a whole number from 1 to 500, not “0”.
    "#]],
    );
    refused(
        &["run", "raft/replication", "--set", "sorcerers=1"],
        &expect![[r#"
        bivalent: This run has an option that Raft does not have: “sorcerers”; it has servers, election-min, election-max, heartbeat, latency-min, latency-max, loss, duplication, requests, liar, no-op, pre-vote, check-quorum.
    "#]],
    );
    refused(
        &["run", "raft/replication", "--set", "latency-min=500"],
        &expect![[r#"
        bivalent: This run has latency-min above latency-max.
    "#]],
    );
    refused(
        &["run", "raft/replication", "--without", "gravity"],
        &expect![[r#"
        bivalent: Raft has no rule “gravity”; it has one-vote-per-term, persist-vote, up-to-date-log, log-matching, truncate-on-conflict, unroll-conflicts, own-term-commit, majority-quorum, step-down, confirm-reads, client-sessions.
    "#]],
    );
    refused(
        &["run", "raft/replication", "--seed", "x"],
        &expect![[r#"
        bivalent: --seed takes a whole number, not “x”.
    "#]],
    );
    refused(
        &["run", "raft/replication", "--seed"],
        &expect![[r#"
        bivalent: This command line cannot be read: missing argument for option '--seed'; `bivalent --help` shows what there is.
    "#]],
    );
    refused(
        &["run", "raft/replication", "--sneed", "1"],
        &expect![[r#"
        bivalent: This command line cannot be read: invalid option '--sneed'; `bivalent --help` shows what there is.
    "#]],
    );
    refused(
        &["run", "raft/replication", "--until", "-3"],
        &expect![[r#"
        bivalent: --until takes milliseconds, at most a day, not “-3”.
    "#]],
    );
    refused(
        &["draw", "raft/replication", "--view", "map"],
        &expect![[r#"
        bivalent: There is no view “map”; there is ring, space-time, logs, table.
    "#]],
    );
    refused(
        &["draw", "raft/replication", "--theme", "pink"],
        &expect![[r#"
        bivalent: There is no theme “pink”; there is light, dark, print, safe.
    "#]],
    );
    refused(
        &["draw", "raft/replication", "--size", "big"],
        &expect![[r#"
        bivalent: --size takes WIDTHxHEIGHT from 120 to 10000, as in --size 720x480, not “big”.
    "#]],
    );
    refused(
        &["replay"],
        &expect![[r#"
        bivalent: `replay` needs a recording, a .json file of the page.
    "#]],
    );
    let damaged = scratch("damaged.json");
    std::fs::write(&damaged, "{\"version\": 1, \"system\": ").expect("the folder can be written");
    let output = bivalent(&["replay", &damaged.to_string_lossy()]);
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).starts_with("bivalent: This file is not a recording that can be read: "));
    let newer = Recording { version: 9, ..Recording::new("raft", "", 1) };
    std::fs::write(&damaged, newer.to_json()).expect("the folder can be written");
    let output = bivalent(&["replay", &damaged.to_string_lossy()]);
    assert!(text(&output.stderr).contains("has version 9, which is newer"));
}

#[test]
fn a_file_that_cannot_be_read_or_written_is_named() {
    let missing = bivalent(&["replay", "no/such/file.json"]);
    assert_eq!(code(&missing), 2);
    assert!(text(&missing.stderr).starts_with("bivalent: The recording no/such/file.json cannot be read: "));
    let unwritable = bivalent(&["draw", "raft/replication", "-o", "no/such/folder/picture.svg"]);
    assert_eq!(code(&unwritable), 2);
    assert!(
        text(&unwritable.stderr)
            .starts_with("bivalent: The picture no/such/folder/picture.svg cannot be written: ")
    );
    if cfg!(target_os = "linux") {
        let full = std::fs::File::options().write(true).open("/dev/full").expect("Linux has a full disk");
        let output = Command::new(env!("CARGO_BIN_EXE_bivalent"))
            .args(["run", "raft/replication"])
            .stdout(full)
            .stderr(Stdio::piped())
            .output()
            .expect("the command starts");
        assert_eq!(code(&output), 2);
        assert!(text(&output.stderr).starts_with("bivalent: The output cannot be written: "));
    }
}

#[test]
fn a_reader_who_has_seen_enough_ends_it_quietly() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_bivalent"))
        .args(["run", "raft/replication", "--until", "60000", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the command ends");
    assert_eq!((code(&output), text(&output.stderr).as_str()), (0, ""));
}

#[test]
fn the_list_names_what_can_be_run_and_help_and_version_are_there() {
    let list = text(&bivalent(&["list"]).stdout);
    for known in ["raft/minority-partition", "own-term-commit", "election-min"] {
        assert!(list.contains(known), "{known}");
    }
    let json: serde_json::Value =
        serde_json::from_slice(&bivalent(&["list", "--json"]).stdout).expect("it is JSON");
    assert_eq!(json[0]["name"], "raft");
    for line in
        [&["--help"][..], &["run", "--help"], &["draw", "--help"], &["replay", "--help"], &["--version"]]
    {
        let output = bivalent(line);
        assert_eq!(code(&output), 0);
        assert!(text(&output.stdout).starts_with("bivalent"));
    }
}
