//! `bivalent headers`.

use std::fs;

use expect_test::expect;

use super::{bivalent, code, refused, scratch, text};

/// The first two headers of the main network.
const FIRST: [&str; 2] = [
    "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c",
    "010000006fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000982051fd1e4ba744bbbe680e1fee14677ba1a3c3540bf7b1cdb606e857233e0e61bc6649ffff001d01e36299",
];

fn verified(name: &str, contents: &str) -> (i32, String) {
    let file = scratch(name);
    fs::write(&file, contents).expect("the folder of this test can be written");
    let name = file.to_str().expect("a path in letters");
    let output = bivalent(&["headers", name]);
    (code(&output), text(&output.stdout).replace(name, "FILE"))
}

#[test]
fn headers_are_verified_up_to_the_first_fault() {
    let (code, said) = verified("headers.hex", &FIRST.join("\n"));
    assert_eq!(code, 0);
    expect![[r#"
        2 headers, heights 0 to 1
          network        the main network: the file begins with its first header, or with the next
          proof of work  2 hashes meet their targets, none of which is easier than 1d00ffff
          links          1 headers name the one before
          targets        1 are those of their periods, 0 follow from whole periods
          statements     0 hashes, times and targets are as stated
          chain work     0 sums are as stated
          last           00000000839a8e6886ab5951d76f411475428afc90947ee320161bbf18eb6048, chain work 0x200020002 (2^33.000022)
    "#]].assert_eq(&said);
    let (code, said) =
        verified("fault.hex", &[FIRST[0], &FIRST[1].replace("01e36299", "01e3629a")].join("\n"));
    assert_eq!(code, 1);
    expect![[r#"
        1 header, heights 0 to 0
          network        the main network: the file begins with its first header, or with the next
          proof of work  1 hashes meet their targets, none of which is easier than 1d00ffff
          links          0 headers name the one before
          targets        0 are those of their periods, 0 follow from whole periods
          statements     0 hashes, times and targets are as stated
          chain work     0 sums are as stated
          last           000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f, chain work 0x100010001 (2^32.000022)
        FAULT in FILE, line 2: its hash 46bb719db36dd3be41d435c5c924d316561978693a0b975cea7dcbc86f91d1e3 is above its target 1d00ffff.
    "#]].assert_eq(&said);
    let table = format!("hash,bits,header_hex\n,1d00ffff,{}\n,1d00fffe,{}\n", FIRST[0], FIRST[1]);
    let (code, said) = verified("table.csv", &table);
    assert_eq!(code, 1);
    expect!["FAULT in FILE, line 3: it states the target 1d00fffe, and the header has 1d00ffff."]
        .assert_eq(said.lines().last().unwrap());
}

/// The first headers of testnet3 and of regtest, and a height that is not the header's.
#[test]
fn another_network_and_another_height_are_refused_by_line() {
    let start = FIRST[0].split_at(136).0;
    for (rest, name) in [("dae5494dffff001d1aa4ae18", "testnet3"), ("dae5494dffff7f2002000000", "regtest")] {
        let file = scratch("network.hex");
        fs::write(&file, format!("{start}{rest}\n")).unwrap();
        let output = bivalent(&["headers", file.to_str().unwrap()]);
        assert_eq!(code(&output), 2);
        let said = text(&output.stderr);
        assert!(
            said.contains(&format!("line 1: it is the first header of {name}, another network")),
            "{said}"
        );
    }
    let table = format!("height,header_hex\n0,{}\n2,{}\n", FIRST[0], FIRST[1]);
    let (code, said) = verified("heights.csv", &table);
    assert_eq!(code, 1);
    assert!(said.contains("FAULT in FILE, line 3: its height is stated as 2, and it is 1"), "{said}");
}

/// What spreadsheets and editors write: a byte order mark changes nothing, and other signs than commas are named.
#[test]
fn a_file_of_another_program_is_read_or_refused_by_its_cause() {
    let plain = FIRST.join("\r\n");
    let table = format!("height,header_hex\r\n0,{}\r\n1,{}\r\n", FIRST[0], FIRST[1]);
    for contents in [&plain, &table] {
        let (_, right) = verified("plain.csv", contents);
        assert!(right.contains("chain work 0x200020002"), "{right}");
        let file = scratch("marked.csv");
        let wide =
            |unit: fn(u16) -> [u8; 2]| format!("\u{feff}{contents}").encode_utf16().flat_map(unit).collect();
        let all: [Vec<u8>; 3] =
            [format!("\u{feff}{contents}").into(), wide(u16::to_le_bytes), wide(u16::to_be_bytes)];
        for bytes in all {
            fs::write(&file, bytes).unwrap();
            assert_eq!(text(&bivalent(&["headers", file.to_str().unwrap()]).stdout), right);
        }
    }
    for (sign, words) in [(";", "line 1: semicolons stand"), ("\t", "line 1: tabs stand")] {
        let file = scratch("signs.csv");
        fs::write(&file, format!("\u{feff}{}", table.replace(',', sign))).unwrap();
        let output = bivalent(&["headers", file.to_str().unwrap()]);
        assert_eq!(code(&output), 2);
        assert!(text(&output.stderr).contains(words), "{}", text(&output.stderr));
    }
}

#[test]
fn what_is_no_file_of_headers_is_refused() {
    let empty = scratch("empty.hex");
    fs::write(&empty, "").unwrap();
    let binary = scratch("binary.hex");
    fs::write(&binary, [0xff, 0xfe, 0]).unwrap();
    for (file, words) in [(&empty, "there is no header in it"), (&binary, "is no text")] {
        let output = bivalent(&["headers", file.to_str().unwrap()]);
        assert_eq!(code(&output), 2);
        assert!(text(&output.stderr).contains(words), "{}", text(&output.stderr));
    }
    refused(
        &["headers", "headers a b", "headers --json a", "headers /nowhere/at-all"],
        &expect![[r#"
            $ headers
            bivalent: `headers` needs a file of Bitcoin's headers.
            $ headers a b
            bivalent: `headers` takes one FILE, and “b” is one too many.
            $ headers --json a
            bivalent: `headers` has no option “--json”; it has --help.
            $ headers /nowhere/at-all
            bivalent: The file /nowhere/at-all cannot be read: No such file or directory (os error 2).
        "#]],
    );
}
