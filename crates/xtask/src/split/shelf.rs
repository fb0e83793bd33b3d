//! Which modules that parts share go into one file, and what stands between them and the program.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// What most rooms share, the first among them, whose run the gallery shows.
const COMMON: &str = "common";
/// What some rooms share and others do not: the name of its files, with a number.
const SHARED: &str = "shared";
/// Another file to load costs as much as so many bytes: a request, and what each module has at its head.
const FILE: usize = 8_000;
/// What stands around the run of any room, by the name of its part, and the file of what it shares: with whatever else
/// it does so, a room is never shown without it. Only the gallery is, which shows a run of the first room.
const AROUND: [&str; 2] = ["room_page", "page"];
/// What is shared otherwise: the name of its file, with that of the one room's part that shares in it, if any.
const LATE: &str = "late";

/// The modules in each file of those that are shared.
pub(super) type Shelves = BTreeMap<String, Vec<String>>;

/// Which parts need each of the modules that are shared, as the splitter's own loader has it.
pub(super) fn users(glue: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut users = BTreeMap::<String, BTreeSet<String>>::new();
    for load in glue.split("export const __wasm_split_load_").skip(1) {
        let part = load.split(' ').next().unwrap_or_default();
        let list =
            load.split_once(", [").and_then(|(_, rest)| rest.split_once(']')).map_or("", |(list, _)| list);
        for chunk in list.split(", ").filter_map(|chunk| chunk.strip_prefix("__")) {
            users.entry(chunk.to_owned()).or_default().insert(part.to_owned());
        }
    }
    users
}

/// A file for what most rooms share, which nearly every first view needs; files for what some of them share; and for the
/// rest files of its own, so that a first view need not wait for what only the search or the proof shares with one room.
/// `weights` has the [`weight`] of each module.
pub(super) fn shelves(
    weights: &BTreeMap<String, usize>,
    users: &BTreeMap<String, BTreeSet<String>>,
    rooms: &serde_json::Value,
) -> Shelves {
    let parts: Vec<&str> =
        rooms.as_array().into_iter().flatten().filter_map(|room| room["part"].as_str()).collect();
    let mut shelves = Shelves::new();
    let mut among = BTreeMap::<BTreeSet<&str>, Pile>::new();
    for (chunk, weight) in weights {
        let users = users.get(chunk);
        let uses = |part: &str| users.is_some_and(|users| users.contains(part));
        let of_rooms: BTreeSet<&str> = parts.iter().copied().filter(|part| uses(part)).collect();
        let file = match of_rooms.iter().collect::<Vec<_>>()[..] {
            _ if uses(AROUND[0]) && parts.first().is_some_and(|first| uses(first)) => COMMON.to_owned(),
            _ if uses(AROUND[0]) => AROUND[1].to_owned(),
            [] => LATE.to_owned(),
            [one] => format!("{LATE}-{one}"),
            [_, _, ..] => {
                let pile = among.entry(of_rooms).or_default();
                pile.weight += weight;
                pile.chunks.push(chunk.clone());
                continue;
            }
        };
        shelves.entry(file).or_default().push(chunk.clone());
    }
    let mut piles: Vec<(BTreeSet<&str>, Pile)> = among.into_iter().collect();
    while let Some((one, other)) = best_joined(&piles) {
        let (rooms, pile) = piles.remove(other);
        let to = &mut piles[one];
        to.0.extend(rooms);
        to.1.weight += pile.weight;
        to.1.chunks.extend(pile.chunks);
    }
    // What most of them share first.
    piles.sort_by_key(|(rooms, pile)| {
        (parts.first().is_none_or(|first| !rooms.contains(first)), Reverse(rooms.len() * pile.weight))
    });
    for (number, (_, pile)) in piles.into_iter().enumerate() {
        let file = if number == 0 { COMMON.to_owned() } else { format!("{SHARED}-{number}") };
        shelves.entry(file).or_default().extend(pile.chunks);
    }
    shelves
}

/// Modules that are loaded together, and their length.
#[derive(Default)]
struct Pile {
    weight: usize,
    chunks: Vec<String>,
}

/// The two piles whose joining saves most: as many rooms as need both load a file less, and each room that needs one of
/// them only loads the other in vain. None where nothing is saved.
fn best_joined(piles: &[(BTreeSet<&str>, Pile)]) -> Option<(usize, usize)> {
    let saved = |one: &(BTreeSet<&str>, Pile), other: &(BTreeSet<&str>, Pile)| {
        let both = one.0.intersection(&other.0).count();
        let in_vain = (other.0.len() - both) * one.1.weight + (one.0.len() - both) * other.1.weight;
        (both * FILE).checked_sub(in_vain).filter(|saved| *saved > 0)
    };
    let pairs = (0..piles.len()).flat_map(|other| (0..other).map(move |one| (one, other)));
    let best = pairs.filter_map(|(one, other)| Some((saved(&piles[one], &piles[other])?, (one, other))));
    best.max_by_key(|(saved, _)| *saved).map(|(_, pair)| pair)
}

/// How parts call the program, of which they import its memory, its table of functions and its stack.
pub(super) const PROGRAM: &str = "__wasm_split";

/// What a module imports: by name, its kind and type as they are written.
pub(super) type Imports = BTreeMap<String, Vec<u8>>;

/// What a module imports of the program.
pub(super) fn imports(module: &[u8]) -> Imports {
    let mut found = Imports::new();
    for (_, mut section) in sections(module).filter(|(kind, _)| *kind == 2) {
        for _ in 0..section.number() {
            section.name();
            let name = section.name();
            found.insert(name, section.import());
        }
    }
    found
}

/// The length of a module's code and data. What else it has, names above all, does not stay.
pub(super) fn weight(module: &[u8]) -> usize {
    sections(module).filter(|(kind, _)| [10, 11].contains(kind)).map(|(_, section)| section.bytes.len()).sum()
}

/// The sections of a module: their kinds and what they hold.
fn sections(module: &[u8]) -> impl Iterator<Item = (u8, Reader<'_>)> {
    let mut reader = Reader { bytes: module, at: 8 };
    std::iter::from_fn(move || {
        let kind = (reader.at < module.len()).then(|| reader.byte())?;
        let length = reader.number();
        let section = Reader { bytes: &module[reader.at..reader.at + length], at: 0 };
        reader.at += length;
        Some((kind, section))
    })
}

/// A module that imports all of this of the program, and exports it under the same names.
pub(super) fn between(imports: &Imports) -> Vec<u8> {
    let mut taken = number(imports.len());
    let mut given = number(imports.len());
    let mut counts = BTreeMap::<u8, usize>::new();
    for (name, import) in imports {
        let (module, name) = (bytes(b"program"), bytes(name.as_bytes()));
        taken.extend(module.iter().chain(&name).chain(import));
        let count = counts.entry(import[0]).or_default();
        given.extend(name.iter().chain(&import[..1]).copied().chain(number(*count)));
        *count += 1;
    }
    [b"\0asm\x01\0\0\0".to_vec(), vec![2], bytes(&taken), vec![7], bytes(&given)].concat()
}

/// Reads a module, or a section of it, from front to back.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn byte(&mut self) -> u8 {
        self.at += 1;
        self.bytes[self.at - 1]
    }

    /// LEB128.
    fn number(&mut self) -> usize {
        let (mut value, mut shift) = (0, 0);
        loop {
            let byte = self.byte();
            value |= usize::from(byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 {
                return value;
            }
        }
    }

    fn name(&mut self) -> String {
        let length = self.number();
        self.at += length;
        String::from_utf8_lossy(&self.bytes[self.at - length..self.at]).into_owned()
    }

    /// The kind and the type of an import. Parts reach functions through the table, and import none.
    fn import(&mut self) -> Vec<u8> {
        let from = self.at;
        match self.byte() {
            // A table: the type of its elements, and limits. A memory: limits.
            kind @ (1 | 2) => {
                if kind == 1 {
                    self.byte();
                }
                let bounded = self.byte() & 1 == 1;
                self.number();
                if bounded {
                    self.number();
                }
            }
            // A global: its type, and whether it changes.
            3 => self.at += 2,
            kind => panic!("a part imports what it should not: kind {kind}"),
        }
        self.bytes[from..self.at].to_vec()
    }
}

fn number(mut left: usize) -> Vec<u8> {
    let mut written = Vec::new();
    while left >= 0x80 {
        written.push(left as u8 | 0x80);
        left >>= 7;
    }
    written.push(left as u8);
    written
}

fn bytes(text: &[u8]) -> Vec<u8> {
    [&number(text.len()), text].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three rooms, and modules by who needs them.
    fn files(modules: &[(&str, usize, &[&str])]) -> Vec<(String, Vec<String>)> {
        let rooms = ["first", "even", "odd"].map(|part| serde_json::json!({ "name": part, "part": part }));
        let users = modules.iter().map(|(module, _, users)| {
            ((*module).to_owned(), users.iter().map(|&user| user.to_owned()).collect())
        });
        let weights = modules.iter().map(|(module, weight, _)| ((*module).to_owned(), *weight)).collect();
        shelves(&weights, &users.collect(), &rooms.to_vec().into()).into_iter().collect()
    }

    #[test]
    fn who_needs_a_module_is_read_from_the_splitter_s_loader() {
        let glue = "export const __wasm_split_load_even = wrap(make(() => {\n}\n, [__chunk_1, __chunk_2]));\n\
                    export const __wasm_split_load_odd = wrap(make(() => {\n}\n, [__chunk_1]));\n";
        let found = users(glue);
        let of = |chunk: &str| found[chunk].iter().map(String::as_str).collect::<Vec<_>>();
        assert_eq!((of("chunk_1"), of("chunk_2")), (vec!["even", "odd"], vec!["even"]));
    }

    #[test]
    fn what_some_rooms_share_has_a_file_of_its_own_if_it_is_worth_one() {
        for (weight, file) in [(FILE * 2 + 1, "shared-1"), (FILE, "common")] {
            let all: &[&str] = &["even", "first", "odd"];
            let found = files(&[("all", 100_000, all), ("some", weight, &["even", "odd"])]);
            let place = found.iter().find(|(_, modules)| modules.contains(&"some".to_owned()));
            assert_eq!(place.map(|(file, _)| &**file), Some(file), "{weight}");
        }
    }

    #[test]
    fn what_stands_around_a_room_brings_no_other_room_s_files() {
        let file = |users: &[&str]| files(&[("module", 1, users)]).remove(0).0;
        assert_eq!(file(&["odd", "room_page", "tools"]), "page");
        assert_eq!(file(&["room_page", "tools"]), "page");
        assert_eq!(file(&["first", "room_page"]), "common", "the gallery shows the first room");
        assert_eq!(file(&["odd", "tools"]), "late-odd");
        assert_eq!(file(&["editors", "tools"]), "late");
    }

    #[test]
    fn what_stands_between_imports_all_that_is_imported_and_exports_it() {
        let mut imports_wanted = Imports::new();
        imports_wanted.insert("memory".to_owned(), vec![2, 0, 21]);
        imports_wanted.insert("table".to_owned(), vec![1, 0x70, 1, 0x80, 0x25, 0x80, 0x25]);
        imports_wanted.insert("stack".to_owned(), vec![3, 0x7f, 1]);
        let made = between(&imports_wanted);
        assert_eq!(imports(&made), imports_wanted);
        let exports = b"\x07\x1a\x03\x06memory\x02\x00\x05stack\x03\x00\x05table\x01\x00";
        assert!(made.ends_with(exports), "{made:?}");
    }
}
