//! A module of three functions, by hand: the page's calls the part's, which calls the page's other.

use super::*;

/// `missing` is imported; `page` calls `raft`, `raft` adds what `help` gives, and stands in the table, too.
fn sample() -> Vec<u8> {
    let mut out = b"\0asm\x01\0\0\0".to_vec();
    // (i32) -> () and (i32) -> i32
    write_section(&mut out, 1, &many(vec![vec![0x60, 1, 0x7f, 0], vec![0x60, 1, 0x7f, 1, 0x7f]]));
    write_section(&mut out, 2, &many(vec![[text("js"), text("missing_1"), vec![0, 0]].concat()]));
    write_section(&mut out, 3, &many(vec![vec![1], vec![1], vec![1]]));
    write_section(&mut out, 4, &many(vec![vec![0x70, 1, 2, 2]]));
    write_section(&mut out, 5, &many(vec![vec![0, 1]]));
    write_section(&mut out, 6, &many(vec![vec![0x7f, 1, 0x41, 5, 0x0b]]));
    write_section(&mut out, 7, &many(vec![[text("run"), vec![0, 1]].concat()]));
    write_section(&mut out, 9, &many(vec![vec![0, 0x41, 1, 0x0b, 1, 2]]));
    let page = vec![0, 0x20, 0, 0x10, 2, 0x0b];
    let raft = vec![0, 0x20, 0, 0x10, 3, 0x41, 1, 0x6a, 0x0b];
    let help = vec![0, 0x20, 0, 0x23, 0, 0x6a, 0x0b];
    let bodies = [page, raft, help].map(|body| [number(body.len() as u32), body].concat());
    write_section(&mut out, 10, &many(bodies.to_vec()));
    let name = |function: u32, name: &str| [number(function), text(name)].concat();
    let names = many(vec![name(1, "page"), name(2, "step::<systems::raft::Raft>"), name(3, "help")]);
    write_section(&mut out, 0, &[text("name"), vec![1], number(names.len() as u32), names].concat());
    out
}

fn pieces(kept: &dyn Fn(&str) -> bool) -> Pieces {
    let belongs = |name: &str| name.contains("raft").then(|| "raft".to_owned());
    split(&sample(), &belongs, kept).expect("the sample can be read")
}

#[test]
fn a_part_has_its_own_functions_and_imports_the_page_s() {
    let Pieces { page, parts } = pieces(&|_| false);
    assert_eq!(parts.len(), 1);
    assert_eq!(parts[0].0, "raft");
    let page = Module::read(&page).expect("the page's module can be read");
    // Its place in the table of old, and a new one for the call.
    assert_eq!((page.tables[0].least, page.tables[0].most), (3, Some(3)));
    assert_eq!(named(page.bodies[0]), Ok(vec![(4, 2)]), "the call is as it was");
    // The stub asks for part 0 and calls place 2 of the table.
    let stub =
        [0, 0x41, 2, 0x25, 0, 0xd1, 0x04, 0x40, 0x41, 0, 0x10, 0, 0x0b, 0x20, 0, 0x41, 2, 0x11, 1, 0, 0x0b];
    assert_eq!(page.bodies[1], stub);
    let exported = String::from_utf8_lossy(page.exports.1).into_owned();
    for name in ["run", "f3", "t0", "m", "g0"] {
        assert!(exported.contains(name), "{name} is exported");
    }
    assert!(!exported.contains("f1") && page.names.iter().all(String::is_empty));
    let raft = &parts[0].1;
    // The code as before, but that `help` is its first function now.
    assert!(raft.windows(8).any(|bytes| bytes == [0x20, 0, 0x10, 0, 0x41, 1, 0x6a, 0x0b]));
    let imports = [text(PAGE), text("f3"), vec![0, 1]].concat();
    assert!(raft.windows(imports.len()).any(|bytes| bytes == imports));
    for place in [1, 2] {
        assert!(
            raft.windows(8).any(|bytes| bytes == [2, 0, 0x41, place, 0x0b, 0, 1, 1]),
            "it fills place {place}"
        );
    }
}

#[test]
fn what_is_kept_stays_with_what_it_calls() {
    let pieces = pieces(&|name| name == "page");
    assert!(
        pieces.parts.iter().all(|(_, part)| !part.windows(4).any(|bytes| bytes == [0x41, 1, 0x6a, 0x0b]))
    );
    let page = Module::read(&pieces.page).expect("the page's module can be read");
    assert_eq!(page.bodies[1], [0, 0x20, 0, 0x10, 3, 0x41, 1, 0x6a, 0x0b]);
}

#[test]
fn what_is_not_understood_is_said() {
    let nothing = |_: &str| None;
    let trouble = |bytes: &[u8]| split(bytes, &nothing, &|_| false).err().expect("it cannot be split");
    assert_eq!(trouble(b"hello"), "it is no WebAssembly module");
    let whole = sample();
    assert_eq!(trouble(&whole[..whole.len() - 3]), "it ends too early");
    let other = [whole.as_slice(), &[10, 4, 1, 2, 0, 0xfe]].concat();
    assert_eq!(trouble(&other), "it has the unknown instruction 0xfe");
}

#[test]
fn numbers_are_written_as_they_are_read() {
    for value in [0, 63, 64, 127, 128, 300_000, u32::MAX] {
        let mut reader = module::Reader { bytes: &number(value), at: 0 };
        assert_eq!(reader.number(), Ok(value));
    }
    assert_eq!((signed(63), signed(64), signed(200)), (vec![63], vec![0xc0, 0], vec![0xc8, 1]));
}
