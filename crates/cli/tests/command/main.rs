//! The command as its users call it: what it prints, what it refuses, and how it ends.

mod check;
mod completions;
mod edit;
mod headers;

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

/// The sentence with which a command line is refused.
fn refusal(line: &[&str]) -> String {
    let output = bivalent(line);
    assert_eq!((code(&output), text(&output.stdout).as_str()), (2, ""), "{line:?}");
    let said = text(&output.stderr);
    assert!(said.ends_with(".\n") && said.lines().count() == 1, "one sentence on one line: {said}");
    said
}

/// Each command line, and how it is refused.
fn refused(lines: &[&str], sentences: &Expect) {
    let said = lines.iter().map(|line| {
        let words: Vec<&str> = line.split(' ').collect();
        format!("$ {}\n{}", line.escape_default(), refusal(&words))
    });
    sentences.assert_eq(&said.collect::<String>());
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

/// One run shows what it breaks; that something comes true in every run, or in some, it cannot show.
#[test]
fn of_what_is_about_all_runs_one_run_says_nothing() {
    let line = ["run", "paxos/first", "--steps", "40"];
    let said = bivalent(&line);
    let said = text(&said.stdout);
    assert!(said.contains("  holds     Agreement\n"), "{said}");
    for name in ["Termination", "A choice is possible"] {
        assert!(
            said.contains(&format!("  unknown   {name}: it is about all runs, which `check` searches\n")),
            "{said}"
        );
    }
    let json = bivalent(&[&line[..], &["--json"]].concat());
    let end: serde_json::Value = serde_json::from_str(text(&json.stdout).lines().last().unwrap_or_default())
        .expect("the last line is JSON");
    let unknown =
        end["properties"].as_array().expect("a list").iter().filter(|one| one["verdict"] == "unknown");
    assert_eq!(unknown.count(), 2);
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
            .is_some_and(|all| all.len() == 8 && all.iter().all(|p| p["verdict"] == "holds"))
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
    session.act(Target::Node(0), "crash").expect("S1 is up");
    session.play_to(catalog::Micros::ms(900), 10_000);
    let file = scratch("replayed.json");
    std::fs::write(&file, session.recording().to_json()).expect("the folder can be written");
    let file = file.to_string_lossy().into_owned();
    let output = bivalent(&["replay", &file, "--json"]);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let last = text(&output.stdout).lines().last().map(str::to_owned).unwrap_or_default();
    assert!(last.contains(&format!("{:016x}", session.hash())), "{last}");
    assert!(text(&output.stdout).contains("S1 crashes"));
    // A byte order mark, as some editors write it, changes nothing.
    let json = std::fs::read_to_string(&file).expect("it was written");
    let wide = format!("\u{feff}{json}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [format!("\u{feff}{json}").into_bytes(), wide] {
        std::fs::write(&file, bytes).expect("the folder can be written");
        assert_eq!(bivalent(&["replay", &file, "--json"]).stdout, output.stdout);
    }
    let drawn = bivalent(&["draw", &file, "--view", "logs"]);
    assert!(text(&drawn.stdout).starts_with("<svg"), "{}", text(&drawn.stderr));
}

#[test]
fn a_recording_that_shows_its_start_is_played_to_the_last_thing_done() {
    let deed = serde_json::json!({ "at": 1_600_000, "do": { "force": { "crash": 0 } } });
    let main = catalog::BranchRecord { name: "main".to_owned(), fork: None, interventions: vec![deed] };
    let recording = Recording { branches: vec![main], ..Recording::new("raft", "replication", 1) };
    let file = scratch("from-the-start.json");
    std::fs::write(&file, recording.to_json()).expect("the folder can be written");
    let output = bivalent(&["replay", &file.to_string_lossy()]);
    assert!(text(&output.stdout).contains("S1 crashes: its memory is lost (the reader)"));
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
fn what_is_not_there_is_named_with_what_there_is() {
    refused(
        &[
            "fly",
            "fl\u{7}y",
            "--fly",
            "run",
            "replay",
            "run moon/first",
            "run raft/first",
            "run raft/replication raft/first-election",
            "run raft/replication --set sorcerers=1",
            "run raft/replication --without gravity",
            "run raft/replication --with gravity",
            "run raft/replication --sneed 1",
            "draw raft/replication --json",
            "replay a.json -o a.svg",
            "list raft",
            "draw raft/replication --view map",
            "draw raft/replication --theme pink",
        ],
        &expect![[r#"
            $ fly
            bivalent: There is no command “fly”; there is list, run, check, replay, draw, headers, edit, completions and man.
            $ fl\u{7}y
            bivalent: There is no command “fl·y”; there is list, run, check, replay, draw, headers, edit, completions and man.
            $ --fly
            bivalent: `bivalent` has no option “--fly”; it has --help, --version.
            $ run
            bivalent: `run` needs a SYSTEM/SCENARIO; `bivalent list` names them.
            $ replay
            bivalent: `replay` needs a recording, a .json file of the page.
            $ run moon/first
            bivalent: There is no system “moon”; there is raft, paxos, multi-paxos, flp, proof-of-work, proof-of-stake, counters, sets, registers, text, two-phase-commit, three-phase-commit.
            $ run raft/first
            bivalent: Raft has no scenario “first”; it has first-election, split-vote, replication, leader-crash, follower-behind, minority-partition, one-way-link, disruptive-server, disruptive-server-pre-vote, figure-7, figure-8, figure-8-rule-off, lost-vote, lying-leader, every-schedule, figure-7-small, figure-8-small, two-halves, stale-read, deposed-leader-read, lost-answer.
            $ run raft/replication raft/first-election
            bivalent: `run` takes one SYSTEM/SCENARIO, and “raft/first-election” is one too many.
            $ run raft/replication --set sorcerers=1
            bivalent: This run has an option that Raft does not have: “sorcerers”; it has servers, election-min, election-max, heartbeat, latency-min, latency-max, loss, duplication, requests, liar, no-op, pre-vote, check-quorum, clients.
            $ run raft/replication --without gravity
            bivalent: Raft has no rule “gravity”; it has one-vote-per-term, persist-vote, up-to-date-log, log-matching, truncate-on-conflict, unroll-conflicts, own-term-commit, majority-quorum, step-down, confirm-leadership, own-term-read, client-sessions.
            $ run raft/replication --with gravity
            bivalent: Raft has no rule “gravity”; it has one-vote-per-term, persist-vote, up-to-date-log, log-matching, truncate-on-conflict, unroll-conflicts, own-term-commit, majority-quorum, step-down, confirm-leadership, own-term-read, client-sessions.
            $ run raft/replication --sneed 1
            bivalent: `run` has no option “--sneed”; it has --seed, --until, --steps, --set, --without, --with, --json.
            $ draw raft/replication --json
            bivalent: `draw` has no option “--json”; it has --at, --view, --theme, --size, -o, --seed, --set, --without, --with.
            $ replay a.json -o a.svg
            bivalent: `replay` has no option “-o”; it has --json, --shorten.
            $ list raft
            bivalent: `list` has no use for “raft”.
            $ draw raft/replication --view map
            bivalent: --view takes ring, space-time, logs, table, side-by-side, figures, chain, lattice, laws, consensus or text, not “map”.
            $ draw raft/replication --theme pink
            bivalent: --theme takes light, dark, print or safe, not “pink”.
        "#]],
    );
}

#[test]
fn a_wrong_value_is_named_with_what_it_may_be() {
    refused(
        &[
            "run raft/replication --set servers",
            "run raft/replication --set servers=0",
            "run raft/replication --set no-op=maybe",
            "run raft/replication --set latency-min=500",
            "run raft/replication --seed x",
            "run raft/replication --seed 9007199254740992",
            "run raft/replication --seed",
            "run raft/replication --set",
            "draw raft/replication -o",
            "run raft/replication --until -3",
            "run raft/replication --until 63072000001",
            "run raft/replication --until 9 --steps 9",
            "run raft/replication --json=yes",
            "draw raft/replication --size big",
            "draw run.json --seed 7",
        ],
        &expect![[r#"
            $ run raft/replication --set servers
            bivalent: --set takes NAME=VALUE, as in --set servers=7, not “servers”.
            $ run raft/replication --set servers=0
            bivalent: This run has a wrong value: option servers takes a whole number from 1 to 500, not “0”.
            $ run raft/replication --set no-op=maybe
            bivalent: This run has a wrong value: option no-op takes on or off, not “maybe”.
            $ run raft/replication --set latency-min=500
            bivalent: This run has latency-min above latency-max.
            $ run raft/replication --seed x
            bivalent: --seed takes a whole number, not “x”.
            $ run raft/replication --seed 9007199254740992
            bivalent: --seed takes a whole number below 2^53, not 9007199254740992.
            $ run raft/replication --seed
            bivalent: --seed needs a value behind it: a whole number below 2^53.
            $ run raft/replication --set
            bivalent: --set needs a value behind it: NAME=VALUE, as in --set servers=7.
            $ draw raft/replication -o
            bivalent: -o needs a value behind it: the name of a file.
            $ run raft/replication --until -3
            bivalent: --until takes milliseconds, at most two years, not “-3”.
            $ run raft/replication --until 63072000001
            bivalent: --until takes milliseconds, at most two years, not “63072000001”.
            $ run raft/replication --until 9 --steps 9
            bivalent: `run` takes --until or --steps, not both.
            $ run raft/replication --json=yes
            bivalent: --json takes no value, and “yes” was given.
            $ draw raft/replication --size big
            bivalent: --size takes WIDTHxHEIGHT from 120 to 10000, as in --size 720x480, not “big”.
            $ draw run.json --seed 7
            bivalent: A recording has its own seed, options and rules: --seed, --set, --without and --with go with a SYSTEM/SCENARIO.
        "#]],
    );
}

#[test]
fn a_damaged_recording_is_named_with_what_is_wrong_with_it() {
    let crush = r#"[{"name": "main", "do": [{"at": 5, "do": {"force": {"crush": 1}}}]}]"#;
    let recording =
        |rest: &str| format!(r#"{{"version": 1, "system": "raft", "scenario": "replication"{rest}}}"#);
    let contents = [
        "{\"version\": 1, \"system\": ".to_owned(),
        Recording { version: 9, ..Recording::new("raft", "", 1) }.to_json(),
        Recording::new("raft", "second-election", 1).to_json(),
        recording(""),
        recording(r#", "seed": 1, "mood": "good""#),
        recording(r#", "seed": 1, "branch": 3"#),
        recording(&format!(r#", "seed": 1, "branches": {crush}"#)),
        " ".repeat(Recording::FILE_MAX + 1),
    ];
    let mut said = String::new();
    for content in contents {
        let file = scratch("damaged.json");
        std::fs::write(&file, content).expect("the folder can be written");
        let [replayed, drawn] = ["replay", "draw"].map(|command| {
            refusal(&[command, &file.to_string_lossy()]).replace(&*file.to_string_lossy(), "damaged.json")
        });
        assert_eq!(replayed, drawn);
        said += &replayed;
    }
    expect![[r#"
        bivalent: damaged.json: This file is not a recording that can be read: EOF while parsing a value at line 1 column 25.
        bivalent: damaged.json: This recording has version 9, which is newer than this Bivalent can read (version 1).
        bivalent: damaged.json: Raft has no scenario “second-election”; it has first-election, split-vote, replication, leader-crash, follower-behind, minority-partition, one-way-link, disruptive-server, disruptive-server-pre-vote, figure-7, figure-8, figure-8-rule-off, lost-vote, lying-leader, every-schedule, figure-7-small, figure-8-small, two-halves, stale-read, deposed-leader-read, lost-answer.
        bivalent: damaged.json: This file is not a recording that can be read: missing field `seed`.
        bivalent: damaged.json: This file is not a recording that can be read: unknown field `mood`, expected one of `version`, `system`, `scenario`, `options`, `without`, `with`, `seed`, `at`, `branches`, `branch`.
        bivalent: damaged.json: This file is not a recording that can be read: there is no branch 3.
        bivalent: damaged.json: This file is not a recording that can be read: what was done on main cannot be read: unknown variant `crush`, expected one of `deliver`, `lose`, `duplicate`, `fire`, `request`, `input`, `crash`, `restart`, `cut`, `heal`, `slow`, `tick`.
        bivalent: damaged.json: This file is not a recording that can be read: it is larger than 16 MiB.
    "#]].assert_eq(&said);
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
        let endless = bivalent(&["replay", "/dev/zero"]);
        assert_eq!(code(&endless), 2, "a file that never ends");
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
        assert!(text(&output.stdout).contains("bivalent"));
    }
}
