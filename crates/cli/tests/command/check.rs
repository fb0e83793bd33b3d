//! `bivalent check`, and what is done with a counterexample.

use expect_test::expect;

use super::{bivalent, code, refused, scratch, text};

const ELECTION: [&str; 10] =
    ["check", "raft", "--set", "servers=3", "--requests", "0", "--timeouts", "2", "--crashes", "0"];

fn with<'a>(line: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [line, more].concat()
}

#[test]
fn a_search_says_what_holds_in_every_run() {
    let output = bivalent(&ELECTION);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let said = text(&output.stdout);
    assert!(said.starts_with("107,944 states, 409,272 transitions, depth 21, "), "{said}");
    assert!(said.contains("  holds     Election Safety\n"), "{said}");
    let json: serde_json::Value =
        serde_json::from_slice(&bivalent(&with(&ELECTION, &["--json"])).stdout).expect("one object");
    assert_eq!(
        (&json["states"], &json["transitions"], &json["depth"]),
        (&107_944.into(), &409_272.into(), &21.into())
    );
    assert_eq!(
        (&json["complete"], &json["properties"][0]["length"]),
        (&true.into(), &serde_json::Value::Null)
    );
    assert!(json["seconds"].as_f64().is_some_and(|seconds| seconds > 0.0));
    assert!(json["peak_bytes"].as_u64().is_some_and(|bytes| bytes > 1_000_000));
}

#[test]
fn a_search_that_was_cut_short_claims_nothing_and_ends_with_3() {
    for limit in [["--max-states", "1000"], ["--max-depth", "5"], ["--max-memory", "1"]] {
        let output = bivalent(&with(&ELECTION, &limit));
        let said = text(&output.stdout);
        assert_eq!(code(&output), 3, "{said}");
        assert!(
            said.contains("cut short at the limit on") && said.contains("  unknown   Election Safety"),
            "{said}"
        );
        assert!(!said.contains("holds"), "{said}");
    }
    let output = bivalent(&with(&ELECTION, &["--max-states", "1000", "--json"]));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one object");
    assert_eq!((&json["states"], &json["complete"]), (&1_000.into(), &false.into()));
}

/// Whether states are kept in parts, whole, or with all ways between them: what limits is what the process really holds.
#[test]
fn a_search_ends_by_itself_at_its_limit_on_memory() {
    // The duel is found by then: a proposer that is overtaken for ever.
    let lines: [(&[&str], i32); 3] = [
        (&["check", "raft", "--set", "servers=3", "--timeouts", "3"], 3),
        (&["check", "paxos/duel", "--set", "acceptors=4"], 1),
        (&["check", "two-phase-commit", "--crashes", "2"], 3),
    ];
    for (line, ending) in lines {
        let output = bivalent(&with(line, &["--max-memory", "8", "--json"]));
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one object");
        assert_eq!((code(&output), &json["end"]), (ending, &"memory".into()), "{line:?}: {json}");
        // The program itself takes some before it searches, and the verdicts some at the end.
        let peak = json["peak_bytes"].as_u64().expect("a number of bytes");
        assert!(peak < 8_000_000 + 16_000_000, "{line:?}: {peak} bytes were held");
        assert!(json["states"].as_u64() > Some(10_000), "{line:?} has found something by then: {json}");
    }
}

#[test]
fn what_was_found_before_the_memory_ended_stays() {
    let line = ["check", "raft", "--set", "servers=3", "--timeouts", "3", "--without", "one-vote-per-term"];
    let output = bivalent(&with(&line, &["--max-memory", "8"]));
    let said = text(&output.stdout);
    assert_eq!(code(&output), 1, "{said}");
    assert!(
        said.contains("cut short at the limit on memory (8 MB, as --max-memory says): nothing is claimed"),
        "{said}"
    );
    assert!(said.contains("  violated  Election Safety after 6 steps"), "{said}");
    assert!(said.contains("  unknown   Linearizable reads"), "{said}");
}

/// Here as in a machine that has little: the address space is limited.
#[cfg(target_os = "linux")]
#[test]
fn without_a_limit_a_search_ends_at_half_of_what_is_free() {
    let program = env!("CARGO_BIN_EXE_bivalent");
    let line = format!("ulimit -v 60000; {program} check raft --set servers=3 --timeouts 3 --requests 3");
    let output = std::process::Command::new("sh").args(["-c", &line]).output().expect("there is a shell");
    let said = text(&output.stdout);
    assert_eq!(code(&output), 3, "{said}{}", text(&output.stderr));
    assert!(said.contains(" MB, half of what was free): nothing is claimed"), "{said}");
}

#[test]
fn where_nothing_breaks_without_a_rule_it_is_said_what_does_break() {
    let line = ["check", "raft", "--timeouts", "0", "--crashes", "0", "--without", "up-to-date-log"];
    let said = text(&bivalent(&line).stdout).to_owned();
    assert!(said.contains("  untested  Election Safety: no server was elected\n"), "{said}");
    let shown = "  nothing was broken without up-to-date-log; without it Leader Completeness is broken: ";
    let place = said.find(shown).unwrap_or_else(|| panic!("{said}"));
    let command: Vec<&str> = said[place + shown.len()..].lines().next().unwrap_or("").split(' ').collect();
    assert_eq!((command[0], command[1]), ("bivalent", "check"));
    let listed = bivalent(&["list"]);
    assert!(text(&listed.stdout).contains(&command.join(" ")), "the list names the same");
}

/// A loss is not a crash: the timers fire, and all decide. The proposer that is overtaken may not start over, so whether a
/// value is chosen at last is open.
#[test]
fn a_property_that_is_to_hold_at_last_has_a_sentence_of_its_own() {
    let loss =
        ["check", "two-phase-commit/commit", "--set", "participants=2", "--crashes", "0", "--losses", "1"];
    let said = bivalent(&loss);
    let said = text(&said.stdout);
    assert!(!said.contains("violated"), "{said}");
    let whole = bivalent(&["check", "two-phase-commit/commit", "--set", "participants=1"]);
    let whole = text(&whole.stdout);
    assert!(
        whole.contains("  holds     Everybody decides: comes true again and again in every fair run"),
        "{whole}"
    );
    let output = bivalent(&["check", "paxos/second-proposer"]);
    assert_eq!(code(&output), 3, "not known is not an answer");
    let said = text(&output.stdout);
    assert!(
        said.contains("  unknown   Termination: after ") && said.contains("the limit of 0 timeouts"),
        "{said}"
    );
    let duel = bivalent(&["check", "paxos/duel"]);
    let said = text(&duel.stdout);
    assert!(
        said.contains(
            "  violated  Termination: never comes true in a fair run of 8 steps: the last 4 steps can repeat"
        ),
        "{said}"
    );
}

#[test]
fn a_counterexample_is_written_replays_and_is_drawn() {
    let file = scratch("two-leaders.json");
    let name = file.to_string_lossy().into_owned();
    let output = bivalent(&with(&ELECTION, &["--without", "one-vote-per-term", "--counterexample", &name]));
    let said = text(&output.stdout);
    assert_eq!(code(&output), 1, "{said}");
    assert!(
        said.contains("  violated  Election Safety after 6 steps: S1 and S3 were both elected in term 1\n"),
        "{said}"
    );
    let replayed = bivalent(&["replay", &name]);
    assert_eq!(code(&replayed), 1);
    assert!(text(&replayed.stdout).contains("BROKEN    Election Safety: at "), "{}", text(&replayed.stdout));
    let drawn = bivalent(&["draw", &name]);
    assert_eq!(code(&drawn), 0);
    assert!(text(&drawn.stdout).contains("</svg>"));
    let short = scratch("shortened.json").to_string_lossy().into_owned();
    let output = bivalent(&["replay", &name, "--shorten", &short]);
    assert!(
        text(&output.stdout).starts_with("Election Safety is broken by 1 of the 1 things done"),
        "{output:?}"
    );
    assert_eq!(code(&bivalent(&["replay", &short])), 1);
    let nothing = bivalent(&with(&ELECTION, &["--counterexample", &name]));
    assert_eq!(code(&nothing), 0);
    assert!(text(&nothing.stdout).contains("There is no counterexample"));
}

#[test]
fn a_search_that_cannot_be_made_is_refused_in_a_sentence() {
    refused(
        &[
            "check",
            "check raft --max-states 0",
            "check raft --max-states many",
            "check raft --crashes -1",
            "check raft --seed 4",
            "check raft --counterexample",
            "check raft/nowhere",
            "check raft --set servers=0",
            "check raft --without nothing",
            "check raft replication",
            "replay x.json --json --shorten y.json",
        ],
        &expect![[r#"
            $ check
            bivalent: `check` needs a SYSTEM/SCENARIO; `bivalent list` names them.
            $ check raft --max-states 0
            bivalent: --max-states takes a whole number from 1 on.
            $ check raft --max-states many
            bivalent: --max-states takes a whole number, not “many”.
            $ check raft --crashes -1
            bivalent: --crashes takes a whole number below 2^32, not “-1”.
            $ check raft --seed 4
            bivalent: `check` has no option “--seed”; it has --set, --without, --with, --max-states, --max-depth, --max-memory, --symmetry, --crashes, --losses, --duplicates, --cuts, --timeouts, --requests, --json, --counterexample.
            $ check raft --counterexample
            bivalent: --counterexample needs a value behind it: the name of a file.
            $ check raft/nowhere
            bivalent: Raft has no scenario “nowhere”; it has first-election, split-vote, replication, leader-crash, follower-behind, minority-partition, one-way-link, disruptive-server, disruptive-server-pre-vote, figure-7, figure-8, figure-8-rule-off, lost-vote, lying-leader, every-schedule, figure-7-small, figure-8-small, two-halves, stale-read, deposed-leader-read, lost-answer.
            $ check raft --set servers=0
            bivalent: This run has a wrong value: option servers takes a whole number from 1 to 500, not “0”.
            $ check raft --without nothing
            bivalent: Raft has no rule “nothing”; it has one-vote-per-term, persist-vote, up-to-date-log, log-matching, truncate-on-conflict, unroll-conflicts, own-term-commit, majority-quorum, step-down, confirm-leadership, own-term-read, client-sessions.
            $ check raft replication
            bivalent: `check` takes one SYSTEM/SCENARIO, and “replication” is one too many.
            $ replay x.json --json --shorten y.json
            bivalent: `replay` takes --json or --shorten, not both.
        "#]],
    );
}
