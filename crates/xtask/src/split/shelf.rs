//! Which modules that parts share go into one file, and what stands between them and the program.

use std::collections::{BTreeMap, BTreeSet};

/// What several parts of rooms share.
const COMMON: &str = "common";
/// What two parts of rooms share and no other: the name of its file, with those of the two.
const BOTH: &str = "both";
/// What two parts share is worth a file of its own from so many bytes on.
const BOTH_FROM: usize = 8_000;
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
    // Text, since the splitter writes no other list: a function for each part, with the chunks that it loads
    // first.
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

/// A file for what several rooms share, which nearly every first view needs; and for the rest files of its own, so that
/// a first view need not wait for what two other rooms share, or what only the search or the proof shares with one room.
/// `weights` has the length of each module.
pub(super) fn shelves(
    weights: &BTreeMap<String, usize>,
    users: &BTreeMap<String, BTreeSet<String>>,
    rooms: &serde_json::Value,
) -> Shelves {
    let parts: Vec<&str> =
        rooms.as_array().into_iter().flatten().filter_map(|room| room["part"].as_str()).collect();
    let mut shelves = Shelves::new();
    for chunk in weights.keys() {
        let users = users.get(chunk);
        let uses = |part: &str| users.is_some_and(|users| users.contains(part));
        let around = uses(AROUND[0]);
        let of_rooms: BTreeSet<&str> = parts.iter().copied().filter(|part| uses(part)).collect();
        // The first arm that fits decides. `around` comes before those for one room or two: with whatever
        // else a module is shared, no room is shown without what stands around it.
        let file = match of_rooms.into_iter().collect::<Vec<_>>()[..] {
            [_, _, _, ..] => COMMON.to_owned(),
            [_, ..] if around && parts.first().is_some_and(|first| uses(first)) => COMMON.to_owned(),
            _ if around => AROUND[1].to_owned(),
            [] => LATE.to_owned(),
            [one] => format!("{LATE}-{one}"),
            [one, other] => format!("{BOTH}-{one}-{other}"),
        };
        shelves.entry(file).or_default().push(chunk.clone());
    }
    let weight = |chunks: &Vec<String>| chunks.iter().filter_map(|chunk| weights.get(chunk)).sum::<usize>();
    let light =
        |(name, chunks): &(&String, &Vec<String>)| name.starts_with(BOTH) && weight(chunks) < BOTH_FROM;
    // A request costs more than so few bytes.
    let light: Vec<String> = shelves.iter().filter(light).map(|(name, _)| name.clone()).collect();
    for name in light {
        let chunks = shelves.remove(&name).unwrap_or_default();
        shelves.entry(COMMON.to_owned()).or_default().extend(chunks);
    }
    shelves
}

/// How parts call the program, of which they import its memory, its table of functions and its stack.
pub(super) const PROGRAM: &str = "__wasm_split";

/// What a module imports: by name, its kind and type as they are written.
pub(super) type Imports = BTreeMap<String, Vec<u8>>;

/// What a module imports of the program.
pub(super) fn imports(module: &[u8]) -> Imports {
    let mut found = Imports::new();
    // Behind the four bytes that say it is WebAssembly, and the four of its version.
    let mut reader = Reader { bytes: module, at: 8 };
    while reader.at < module.len() {
        let kind = reader.byte();
        let length = reader.number();
        let end = reader.at + length;
        // The section of imports. Others are skipped by their length, without a look at what is in them.
        if kind == 2 {
            for _ in 0..reader.number() {
                // The module that it is imported from: it is always the program.
                reader.name();
                let name = reader.name();
                found.insert(name, reader.import());
            }
        }
        reader.at = end;
    }
    found
}

/// A module that imports all of this of the program, and exports it under the same names.
pub(super) fn between(imports: &Imports) -> Vec<u8> {
    let mut taken = number(imports.len());
    let mut given = number(imports.len());
    let mut counts = BTreeMap::<u8, usize>::new();
    for (name, import) in imports {
        let (module, name) = (bytes(b"program"), bytes(name.as_bytes()));
        taken.extend(module.iter().chain(&name).chain(import));
        // An export names its kind, and its number among those of that kind; imports are numbered first, in
        // their order.
        let count = counts.entry(import[0]).or_default();
        given.extend(name.iter().chain(&import[..1]).copied().chain(number(*count)));
        *count += 1;
    }
    // Sections: 2 are the imports, 7 the exports, and there is nothing else.
    [b"\0asm\x01\0\0\0".to_vec(), vec![2], bytes(&taken), vec![7], bytes(&given)].concat()
}

/// Reads a module from front to back.
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
                // Limits begin with flags: the lowest bit says whether there is an upper bound beside the
                // lower.
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

    #[test]
    fn what_few_rooms_share_has_a_file_of_its_own() {
        let glue = "export const __wasm_split_load_even = wrap(make(() => {\n}\n, [__chunk_1, __chunk_2]));\n\
                    export const __wasm_split_load_odd = wrap(make(() => {\n}\n, [__chunk_1]));\n\
                    export const __wasm_split_load_tools = wrap(make(() => {\n}\n, [__chunk_2, __chunk_3]));\n";
        let rooms = serde_json::json!([{ "name": "two", "part": "even" }, { "name": "one", "part": "odd" }]);
        let chunks = ["chunk_1", "chunk_2", "chunk_3"].map(str::to_owned);
        for (weight, shared) in [(BOTH_FROM, "both-even-odd"), (BOTH_FROM - 1, "common")] {
            let weights = chunks.iter().map(|chunk| (chunk.clone(), weight)).collect();
            let made = shelves(&weights, &users(glue), &rooms);
            let made: Vec<(&str, &[String])> =
                made.iter().map(|(name, chunks)| (&**name, &chunks[..])).collect();
            assert_eq!(made, [(shared, &chunks[..1]), ("late", &chunks[2..]), ("late-even", &chunks[1..2])]);
        }
    }

    #[test]
    fn what_stands_around_a_room_brings_no_other_room_s_files() {
        let rooms = serde_json::json!([{ "name": "two", "part": "even" }, { "name": "one", "part": "odd" }]);
        let shelf = |of: &[&str]| {
            let users =
                BTreeMap::from([("chunk_1".to_owned(), of.iter().map(|&one| one.to_owned()).collect())]);
            let weights = BTreeMap::from([("chunk_1".to_owned(), 1)]);
            shelves(&weights, &users, &rooms).into_keys().next()
        };
        assert_eq!(shelf(&["odd", "room_page", "tools"]).as_deref(), Some("page"));
        assert_eq!(shelf(&["room_page", "tools"]).as_deref(), Some("page"));
        assert_eq!(
            shelf(&["even", "room_page"]).as_deref(),
            Some("common"),
            "the gallery shows the first room"
        );
        assert_eq!(shelf(&["odd", "tools"]).as_deref(), Some("late-odd"));
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
