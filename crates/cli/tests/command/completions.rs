//! What shells and manuals are told of the command line.

use std::fs;
use std::process::Command;

use super::{bivalent, code, refused, scratch, text};
use expect_test::expect;

const COMMANDS: [&str; 9] =
    ["list", "run", "check", "replay", "draw", "headers", "edit", "completions", "man"];

#[test]
fn every_shell_learns_commands_options_and_what_the_catalogue_names() {
    for shell in ["bash", "zsh", "fish"] {
        let output = bivalent(&["completions", shell]);
        assert_eq!(code(&output), 0, "{}", text(&output.stderr));
        let script = text(&output.stdout);
        for word in
            COMMANDS.iter().chain(&["max-memory", "raft/figure-8", "one-vote-per-term", "side-by-side"])
        {
            assert!(script.contains(word), "{shell} does not learn {word}");
        }
    }
}

/// What bash offers behind these words, the last of which is not finished.
fn offered(words: &[&str]) -> Vec<String> {
    let script = scratch("bivalent.bash");
    fs::write(&script, bivalent(&["completions", "bash"]).stdout).expect("the folder can be written");
    let line = "source \"$1\"; shift; COMP_WORDS=(bivalent \"$@\"); COMP_CWORD=$#\n\
                _bivalent bivalent \"${COMP_WORDS[COMP_CWORD]}\" \"${COMP_WORDS[COMP_CWORD-1]}\"\n\
                printf '%s\\n' \"${COMPREPLY[@]}\"";
    let mut bash = Command::new("bash");
    let output =
        bash.args(["--norc", "-c", line, "bash"]).arg(&script).args(words).output().expect("there is a bash");
    assert_eq!(text(&output.stderr), "", "{words:?}");
    text(&output.stdout).lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes_what_is_typed() {
    assert_eq!(offered(&["ru"]), ["run"]);
    assert_eq!(
        offered(&["run", "raft/figure-8"]),
        ["raft/figure-8", "raft/figure-8-rule-off", "raft/figure-8-small"]
    );
    assert_eq!(offered(&["check", "raft", "--max-m"]), ["--max-memory"]);
    assert_eq!(offered(&["draw", "raft", "--theme", "s"]), ["safe"]);
    assert_eq!(offered(&["check", "raft", "--without", "persist-votes"]), ["persist-votes"]);
}

#[test]
fn the_manual_has_a_page_for_the_whole_and_one_for_each_command() {
    let page = |words: &[&str]| text(&bivalent(&[&["man"], words].concat()).stdout);
    let whole = page(&[]);
    assert!(whole.contains(".TH bivalent 1"), "{whole}");
    for command in COMMANDS {
        assert!(whole.contains(&format!("bivalent\\-{command}(1)")), "{whole}");
        assert!(page(&[command]).contains(&format!(".TH bivalent-{command} 1")), "{command}");
    }
    assert!(page(&["check"]).contains("\\-\\-max\\-memory"));
}

#[test]
fn other_shells_and_pages_are_refused() {
    refused(
        &["completions", "completions tcsh", "man fly"],
        &expect![[r#"
        $ completions
        bivalent: `completions` needs the name of a shell: bash, zsh or fish.
        $ completions tcsh
        bivalent: SHELL takes bash, zsh or fish, not “tcsh”.
        $ man fly
        bivalent: There is no command “fly”; `bivalent --help` lists them.
    "#]],
    );
}
