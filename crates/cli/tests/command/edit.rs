//! `bivalent edit`.

use std::fs;
use std::io::Write;

use expect_test::{Expect, expect};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::{bivalent, code, refused, scratch, text};

/// Two people begin with the same word, type at both its ends without having seen each other, and then one sees all.
const TWO: &str = r#"{"startContent": "é", "endContent": "aéb!", "txns": [
    {"parents": [], "agent": 0, "numChildren": 1, "patches": [[0, 0, "a"]]},
    {"parents": [], "agent": 1, "numChildren": 1, "patches": [[1, 0, "bc"], [2, 1, ""]]},
    {"parents": [0, 1], "agent": 0, "numChildren": 0, "patches": [[3, 0, "!"]]}
]}"#;

fn edit(name: &str, contents: &[u8], options: &[&str], expected: &Expect) {
    let file = scratch(name);
    fs::write(&file, contents).expect("the folder of this test can be written");
    let name = file.to_str().expect("a path in letters");
    let output = bivalent(&[&["edit", name], options].concat());
    let said = text(&output.stdout) + &text(&output.stderr);
    // Time and memory differ from run to run.
    let steady: Vec<String> = said
        .lines()
        .filter(|line| !["  time", "  peak"].iter().any(|begin| line.starts_with(begin)))
        .map(|line| format!("{}\n", line.replace(name, "FILE")))
        .collect();
    expected.assert_eq(&format!("{}exit {}\n", steady.concat(), code(&output)));
}

#[test]
fn a_trace_is_replayed() {
    edit(
        "two.json",
        TWO.as_bytes(),
        &["--replicas", "3"],
        &expect![[r#"
        4 edits: 4 characters typed, 1 deleted; fugue-max, 3 replicas
          final text     4 characters, 1 tombstones, 5 spans
          SHA-256        0b3d2d400f32be5be88278310d1f5d1b3bab3e98d4fd76eff3c353d2f7dad667
          every replica ends with the text that the file states
        exit 0
    "#]],
    );
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(TWO.as_bytes()).expect("memory can be written");
    edit(
        "two.json.gz",
        &packed.finish().expect("memory can be written"),
        &["--type", "rga"],
        &expect![[r#"
        4 edits: 4 characters typed, 1 deleted; rga, 2 replicas
          final text     4 characters, 1 tombstones, 5 spans
          SHA-256        0b3d2d400f32be5be88278310d1f5d1b3bab3e98d4fd76eff3c353d2f7dad667
          every replica ends with the text that the file states
        exit 0
    "#]],
    );
    edit(
        "other.json",
        TWO.replace("aéb!", "aéb?").as_bytes(),
        &[],
        &expect![[r#"
        4 edits: 4 characters typed, 1 deleted; fugue-max, 2 replicas
          final text     4 characters, 1 tombstones, 5 spans
          SHA-256        0b3d2d400f32be5be88278310d1f5d1b3bab3e98d4fd76eff3c353d2f7dad667
        DIFFERS: replica 0 does not end with the text that the file states.
        exit 1
    "#]],
    );
}

#[test]
fn a_damaged_trace_is_refused_with_its_place() {
    edit(
        "half.json",
        &TWO.as_bytes()[..120],
        &[],
        &expect![[r#"
        bivalent: The trace FILE is damaged: EOF while parsing a list at line 2 column 64.
        exit 2
    "#]],
    );
    edit(
        "beyond.json",
        TWO.replace("[[3, 0", "[[30, 0").as_bytes(),
        &[],
        &expect![[r#"
        bivalent: FILE, transaction 2: patch 0: place 30 is beyond the end of 3 characters.
        exit 2
    "#]],
    );
    edit(
        "parents.json",
        TWO.replace("[0, 1]", "[0, 7]").as_bytes(),
        &[],
        &expect![[r#"
        bivalent: FILE, transaction 2: its parent 7 does not come before it.
        exit 2
    "#]],
    );
}

/// A patch may say when it was made, and a file may begin with a byte order mark.
#[test]
fn a_time_in_a_patch_and_a_mark_before_the_file_change_nothing() {
    let right = expect![[r#"
        4 edits: 4 characters typed, 1 deleted; fugue, 2 replicas
          final text     4 characters, 1 tombstones, 5 spans
          SHA-256        0b3d2d400f32be5be88278310d1f5d1b3bab3e98d4fd76eff3c353d2f7dad667
          every replica ends with the text that the file states
        exit 0
    "#]];
    let timed = TWO.replace("\"!\"]", "\"!\", \"2023-11-22T04:49:00+00:00\"]");
    assert_ne!(timed, TWO);
    let fugue = ["--type", "fugue"];
    edit("timed.json", timed.as_bytes(), &fugue, &right);
    edit("marked.json", format!("\u{feff}{TWO}").as_bytes(), &fugue, &right);
    let wide: Vec<u8> = format!("\u{feff}{TWO}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    edit("wide.json", &wide, &fugue, &right);
    for (wrong, words) in [
        ("[3, 0]", "invalid length 2, expected a patch: [place, deleted, typed], and perhaps a time"),
        ("[3, 0, \"!\", \"now\", 1]", "invalid length 5, expected a patch"),
        ("[3, 0, \"!\", 17]", "invalid type: integer `17`, expected a string"),
    ] {
        let file = scratch("wrong.json");
        fs::write(&file, TWO.replace("[3, 0, \"!\"]", wrong)).unwrap();
        let output = bivalent(&["edit", file.to_str().unwrap()]);
        assert_eq!(code(&output), 2);
        assert!(text(&output.stderr).contains(words), "{}", text(&output.stderr));
    }
}

/// Places count characters, also those above U+FFFF; a trace that counts something else is refused by that name.
#[test]
fn a_trace_that_counts_something_else_is_refused() {
    let astral = |b: usize, gone: usize, end: &str| {
        format!(
            r#"{{"startContent": "", "endContent": "{end}", "txns": [{{"patches": [[0, 0, "a🌉"]]}},
            {{"patches": [[{b}, 0, "b👨"]]}}, {{"patches": [[0, {gone}, "é"]]}}]}}"#
        )
    };
    let right = expect![[r#"
        3 edits: 5 characters typed, 2 deleted; rga, 3 replicas
          final text     3 characters, 2 tombstones, 3 spans
          SHA-256        9ecbc9ad1be3e63708936b1d998b05c10532f1074185bf8281221f269422d0f3
          every replica ends with the text that the file states
        exit 0
    "#]];
    edit("points.json", astral(2, 2, "éb👨").as_bytes(), &["--type", "rga", "--replicas", "3"], &right);
    edit(
        "escaped.json",
        astral(2, 2, "éb\\ud83d\\udc68").as_bytes(),
        &["--type", "rga", "--replicas", "3"],
        &right,
    );
    let refused = |name: &str, contents: &str, words: &Expect| edit(name, contents.as_bytes(), &[], words);
    let units = expect![[r#"
        bivalent: FILE: its places count UTF-16 code units, of which a character above U+FFFF takes two; in this format they count Unicode code points.
        exit 2
    "#]];
    // Beyond the end, and within it where only the text at the end is another one.
    refused("units.json", &astral(3, 3, "éb👨"), &units);
    refused("inside.json", &astral(0, 3, "éa🌉"), &units);
    refused(
        "bytes.json",
        &astral(5, 5, "éb👨"),
        &expect![[r#"
        bivalent: FILE: its places count bytes of UTF-8; in this format they count Unicode code points.
        exit 2
    "#]],
    );
    let halves = "{\"endContent\": \"\",\n \"txns\": [{\"patches\": [[0, 0, \"\\ud83d\"]]}, {\"patches\": [[1, 0, \"\\ude15\"]]}]}";
    refused(
        "halves.json",
        halves,
        &expect![[r#"
        bivalent: The trace FILE is damaged: line 2 has \ud83d by itself, half of a surrogate pair; a patch types whole characters, and its places count Unicode code points, not UTF-16 code units.
        exit 2
    "#]],
    );
}

#[test]
fn what_is_no_trace_is_refused() {
    edit(
        "packed.json.gz",
        &[0x1f, 0x8b, 1, 2, 3],
        &[],
        &expect![[r#"
        bivalent: The trace FILE cannot be read: unexpected end of file.
        exit 2
    "#]],
    );
    refused(
        &[
            "edit",
            "edit a b",
            "edit a --type x",
            "edit a --replicas 0",
            "edit /nowhere/at-all",
            "edit a --json",
        ],
        &expect![[r#"
            $ edit
            bivalent: `edit` needs a trace, a .json or .json.gz file.
            $ edit a b
            bivalent: `edit` takes one FILE.json[.gz], and “b” is one too many.
            $ edit a --type x
            bivalent: --type takes rga, fugue or fugue-max, not “x”.
            $ edit a --replicas 0
            bivalent: --replicas takes a number from 1 to 1000, not 0.
            $ edit /nowhere/at-all
            bivalent: The trace /nowhere/at-all cannot be read: No such file or directory (os error 2).
            $ edit a --json
            bivalent: `edit` has no option “--json”; it has --type, --replicas.
        "#]],
    );
}

/// A person types at two places without having seen, at the one, what was done at the other.
#[test]
fn one_person_at_two_places_at_once() {
    edit(
        "unseen.json",
        TWO.replace("[0, 1]", "[1]").replace("[[3, 0", "[[2, 0").as_bytes(),
        &[],
        &expect![[r#"
            4 edits: 4 characters typed, 1 deleted; fugue-max, 3 replicas
              final text     4 characters, 1 tombstones, 5 spans
              SHA-256        0b3d2d400f32be5be88278310d1f5d1b3bab3e98d4fd76eff3c353d2f7dad667
              every replica ends with the text that the file states
            exit 0
        "#]],
    );
}
