//! Reading and writing WebAssembly modules, as far as taking a program apart needs it.

use std::collections::BTreeMap;

/// How parts call the program, of which they import its memory, its table of functions and its stack.
pub(super) const PROGRAM: &str = "__wasm_split";
/// What a module begins with.
const HEAD: &[u8] = b"\0asm\x01\0\0\0";

/// What a module imports: by name, its kind and type as they are written.
pub(super) type Imports = BTreeMap<String, Vec<u8>>;

/// What a module imports of the program.
pub(super) fn imports(module: &[u8]) -> Imports {
    let mut found = Imports::new();
    for (_, mut section) in sections(module).filter(|(kind, _)| *kind == 2) {
        for _ in 0..section.number() {
            let (_, name, import) = section.import();
            found.insert(name, import);
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
    let mut reader = Reader { bytes: module, at: HEAD.len() };
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
        // An export names its kind, and its number among those of that kind; imports are numbered first, in their order.
        let count = counts.entry(import[0]).or_default();
        given.extend(name.iter().chain(&import[..1]).copied().chain(number(*count)));
        *count += 1;
    }
    [HEAD, &[2], &bytes(&taken), &[7], &bytes(&given)].concat()
}

/// A module and the script that gives it its imports, with short names for those that wasm-bindgen has named: there are
/// hundreds, each with a hash, in both. Where the script is not written as wasm-bindgen writes it, a name stays.
pub(super) fn shortened(module: &[u8], script: &str) -> (Vec<u8>, String) {
    let (mut made, mut script) = (HEAD.to_vec(), script.to_owned());
    for (kind, mut section) in sections(module) {
        let mut written = section.bytes.to_vec();
        // The section of imports. Others are skipped by their length, without a look at what is in them.
        if kind == 2 {
            let count = section.number();
            written = number(count);
            for at in 0..count {
                let (from, mut name, import) = section.import();
                let (long, short) = (format!("{name}: "), format!("i{at:x}"));
                if name.starts_with("__wb") && script.matches(&long).count() == 1 {
                    script = script.replacen(&long, &format!("{short}: "), 1);
                    name = short;
                }
                written.extend([bytes(from.as_bytes()), bytes(name.as_bytes()), import].concat());
            }
        }
        made.push(kind);
        made.extend(bytes(&written));
    }
    (made, script)
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

    /// An import: of which module, its name, and its kind and type as they are written.
    fn import(&mut self) -> (String, String, Vec<u8>) {
        let (module, name, from) = (self.name(), self.name(), self.at);
        match self.byte() {
            // A function: the number of its type.
            0 => {
                self.number();
            }
            // A table: the type of its elements, and limits. A memory: limits.
            kind @ (1 | 2) => {
                if kind == 1 {
                    self.byte();
                }
                // Limits begin with flags: the lowest bit says whether there is an upper bound beside the lower.
                let bounded = self.byte() & 1 == 1;
                self.number();
                if bounded {
                    self.number();
                }
            }
            // A global: its type, and whether it changes.
            3 => self.at += 2,
            kind => panic!("an import is of no kind that is known: {kind}"),
        }
        (module, name, self.bytes[from..self.at].to_vec())
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

    #[test]
    fn the_names_of_wasm_bindgen_s_imports_become_short_in_module_and_script() {
        let import = |name: &str| [bytes(b"./web_bg.js"), bytes(name.as_bytes()), vec![0, 3]].concat();
        let module = |names: [&str; 3]| {
            let imports = names.map(import).concat();
            [HEAD, &[2], &bytes(&[number(3), imports].concat()), &[9], &bytes(&[0])].concat()
        };
        let script = "{ __wbg_now_5a3: function() {}, __wbg_load_part: x }";
        let (made, said) = shortened(&module(["__wbg_now_5a3", "__wbg_absent", "other"]), script);
        assert_eq!(made, module(["i0", "__wbg_absent", "other"]));
        assert_eq!(said, "{ i0: function() {}, __wbg_load_part: x }");
    }
}
