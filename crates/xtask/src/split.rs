//! The page in parts: what only some rooms need is taken out of its WebAssembly and loaded when it is wanted.
//!
//! Trunk runs wasm-bindgen on what the compiler wrote. For the page this program stands in its place, under its name in
//! front on PATH: it has wasm-split-cli take the module apart at the functions that `web/src/parts.rs` marks, and then
//! runs the true wasm-bindgen on what is left. When Trunk is done, [`finish`] writes the parts into `dist/`.

use crate::{
    shell::{self, Failure, Shell},
    tools,
};
use std::collections::{BTreeMap, BTreeSet};
use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

/// What the program in front of wasm-bindgen needs to know.
const WASM_BINDGEN: &str = "BIVALENT_WASM_BINDGEN";
const WASM_SPLIT: &str = "BIVALENT_WASM_SPLIT";
const FOLDER: &str = "BIVALENT_PARTS";

/// The module that loads parts, as wasm-split-cli names it.
const LOADER: &str = "./__wasm_split.js";
/// What it becomes, once its tables are filled in.
const LOADER_TEXT: &str = "web/parts.js";
/// What rustc's WebAssembly uses beyond the first version: a part does not say it of itself as the whole does.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-call-indirect-overlong",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];
/// A shared module of at most so many bytes is not worth the second that making it smaller takes.
const SMALL: usize = 6_000;
/// What several parts of rooms share.
const COMMON: &str = "common";
/// What two parts of rooms share and no other: the name of its file, with those of the two.
const BOTH: &str = "both";
/// What two parts share is worth a file of its own from so many bytes on.
const BOTH_FROM: usize = 8_000;
/// What is shared otherwise: the name of its file, with that of the one room's part that shares in it, if any.
const LATE: &str = "late";

fn unwritten(place: &Path) -> impl FnOnce(std::io::Error) -> Failure {
    move |error| Failure::Task(format!("{} cannot be written: {error}.", place.display()))
}

fn unread(place: &Path) -> impl FnOnce(std::io::Error) -> Failure {
    move |error| Failure::Task(format!("{} cannot be read: {error}.", place.display()))
}

fn folder(shell: &Shell) -> PathBuf {
    shell.root.join("target/parts")
}

/// Makes Trunk take the page apart.
pub(crate) fn prepare(shell: &Shell, trunk: &mut Command) -> Result<(), Failure> {
    let front = folder(shell).join("bin");
    std::fs::create_dir_all(&front).map_err(unwritten(&front))?;
    let stands_in = front.join(format!("wasm-bindgen{}", std::env::consts::EXE_SUFFIX));
    let me = std::env::current_exe().map_err(unread(&front))?;
    std::fs::copy(me, &stands_in).map_err(unwritten(&stands_in))?;
    let find = |program: &str| {
        shell.find(program).ok_or_else(|| Failure::Task(format!("{program} is missing: is it installed?")))
    };
    trunk.env("PATH", shell.search_path(Some(front)));
    trunk.env(WASM_BINDGEN, find("wasm-bindgen")?).env(WASM_SPLIT, tools::wasm_split(shell));
    trunk.env(FOLDER, folder(shell));
    Ok(())
}

/// Whether this program was started as wasm-bindgen.
pub(crate) fn stands_in() -> bool {
    std::env::var_os(WASM_BINDGEN).is_some()
        && std::env::current_exe().is_ok_and(|me| me.file_stem().is_some_and(|name| name == "wasm-bindgen"))
}

/// Does what Trunk asks wasm-bindgen for; the page's module is taken apart before.
pub(crate) fn bindgen() -> Result<(), Failure> {
    let known = |name: &str| std::env::var_os(name).map(PathBuf::from).unwrap_or_default();
    let mut arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let page = |argument: &OsString| Path::new(argument).file_name().is_some_and(|name| name == "web.wasm");
    let Some(module) = arguments.iter().position(page) else {
        return shell::run(Command::new(known(WASM_BINDGEN)).args(arguments));
    };
    let input = PathBuf::from(&arguments[module]);
    let taken = known(FOLDER).join("taken");
    if taken.exists() {
        std::fs::remove_dir_all(&taken).map_err(unwritten(&taken))?;
    }
    shell::run(Command::new(known(WASM_SPLIT)).arg(&input).arg(&taken).args(["--out-name", "web"]))?;
    let loader = Shell::new().read(LOADER_TEXT)?;
    let number = number([&*std::fs::read(&input).map_err(unread(&input))?, loader.as_bytes()]);
    std::fs::write(taken.join("number"), &number).map_err(unwritten(&taken))?;
    arguments[module] = taken.join("web.wasm").into();
    let out = out_folder(&arguments)
        .ok_or_else(|| Failure::task("Trunk names no folder for what wasm-bindgen writes."))?;
    // Parts work on the table of functions, which is no export otherwise.
    shell::run(Command::new(known(WASM_BINDGEN)).arg("--keep-lld-exports").args(arguments))?;
    // Before Trunk names this file by what is in it: a new part makes it a new file.
    for entry in std::fs::read_dir(&out).map_err(unread(&out))?.flatten() {
        let place = entry.path();
        if place.extension().is_some_and(|kind| kind == "js") {
            let glue = std::fs::read_to_string(&place).map_err(unread(&place))?;
            let named = glue.replace(&format!("from \"{LOADER}\""), &format!("from \"./parts-{number}.js\""));
            std::fs::write(&place, named).map_err(unwritten(&place))?;
        }
    }
    Ok(())
}

/// The value of `--out-dir`.
fn out_folder(arguments: &[OsString]) -> Option<PathBuf> {
    let mut words = arguments.iter().filter_map(|argument| argument.to_str());
    while let Some(word) = words.next() {
        if let Some(rest) = word.strip_prefix("--out-dir") {
            return rest.strip_prefix('=').or_else(|| words.next()).map(PathBuf::from);
        }
    }
    None
}

/// FNV-1a, as letters: it tells one build from another, and guards against no forger.
pub(crate) fn number<'a>(texts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in texts.into_iter().flatten() {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    format!("{hash:016x}")
}

/// Writes the parts and what loads them into `dist/`.
pub(crate) fn finish(shell: &Shell) -> Result<(), Failure> {
    let (dist, taken) = (shell.root.join("dist"), folder(shell).join("taken"));
    let number = std::fs::read_to_string(taken.join("number")).map_err(unread(&taken))?;
    let ready = folder(shell).join("small");
    let (chunks, parts) = modules(&taken)?;
    let rooms: serde_json::Value = serde_json::from_str(&shell.read("web/rooms.json")?)
        .map_err(|error| Failure::Task(format!("web/rooms.json is no JSON: {error}.")))?;
    let glue = taken.join("__wasm_split.js");
    let users = users(&std::fs::read_to_string(&glue).map_err(unread(&glue))?);
    let mut weights = BTreeMap::new();
    for chunk in &chunks {
        let place = taken.join(format!("{chunk}.wasm"));
        let length = place.metadata().map_err(unread(&place))?.len();
        weights.insert(chunk.clone(), usize::try_from(length).unwrap_or(usize::MAX));
    }
    let shelves = shelves(&weights, &users, &rooms);
    // It takes a while, so it is kept until the page's module changes.
    if std::fs::read_to_string(ready.join("number")).ok().as_ref() != Some(&number) {
        optimise(shell, &taken, &shelves, &parts, &ready)?;
        std::fs::write(ready.join("number"), &number).map_err(unwritten(&ready))?;
    }
    for name in shelves.keys().chain(&parts) {
        let place = dist.join(format!("{name}-{number}.wasm"));
        std::fs::copy(ready.join(format!("{name}.wasm")), &place).map_err(unwritten(&place))?;
    }
    let needs = |part: &String| -> Vec<String> {
        let uses = |chunk: &String| users.get(chunk).is_some_and(|users| users.contains(part));
        shelves.iter().filter(|(_, chunks)| chunks.iter().any(uses)).map(|(name, _)| name.clone()).collect()
    };
    let parts: Vec<(String, Vec<String>)> = parts.iter().map(|part| (part.clone(), needs(part))).collect();
    let loader = loader(&shell.read(LOADER_TEXT)?, &number, &parts, &rooms)?;
    let file = format!("parts-{number}.js");
    std::fs::write(dist.join(&file), loader).map_err(unwritten(&dist))?;
    let page = std::fs::read_to_string(dist.join("index.html")).map_err(unread(&dist))?;
    let hint = "<link rel=\"modulepreload\"";
    let hinted = page.replacen(hint, &format!("{hint} href=\"./{file}\" crossorigin>{hint}"), 1);
    std::fs::write(dist.join("index.html"), hinted).map_err(unwritten(&dist))
}

/// What wasm-split-cli took out: modules that two or more parts share, and the names of the parts.
fn modules(taken: &Path) -> Result<(Vec<String>, Vec<String>), Failure> {
    let mut names: Vec<String> = std::fs::read_dir(taken)
        .map_err(unread(taken))?
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.strip_suffix(".wasm").map(str::to_owned))
        .collect();
    names.sort();
    let chunks = names.iter().filter(|name| name.starts_with("chunk_")).cloned().collect();
    let parts = names.iter().filter_map(|name| name.strip_prefix("split_")).map(str::to_owned).collect();
    Ok((chunks, parts))
}

/// The modules in each file of those that are shared.
type Shelves = BTreeMap<String, Vec<String>>;

/// Which parts need each of the modules that are shared, as the splitter's own loader has it.
fn users(glue: &str) -> BTreeMap<String, BTreeSet<String>> {
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

/// A file for what several rooms share, which nearly every first view needs; and for the rest files of its own, so that
/// a first view need not wait for what two other rooms share, or what only the search or the proof shares with one room.
/// `weights` has the length of each module.
fn shelves(
    weights: &BTreeMap<String, usize>,
    users: &BTreeMap<String, BTreeSet<String>>,
    rooms: &serde_json::Value,
) -> Shelves {
    let rooms: BTreeSet<&str> =
        rooms.as_array().into_iter().flatten().filter_map(|room| room["part"].as_str()).collect();
    let mut shelves = Shelves::new();
    for chunk in weights.keys() {
        let of_rooms = users.get(chunk).into_iter().flatten().filter(|part| rooms.contains(part.as_str()));
        let file = match of_rooms.collect::<Vec<_>>()[..] {
            [] => LATE.to_owned(),
            [one] => format!("{LATE}-{one}"),
            [one, other] => format!("{BOTH}-{one}-{other}"),
            _ => COMMON.to_owned(),
        };
        shelves.entry(file).or_default().push(chunk.clone());
    }
    let weight = |chunks: &Vec<String>| chunks.iter().filter_map(|chunk| weights.get(chunk)).sum::<usize>();
    let light =
        |(name, chunks): &(&String, &Vec<String>)| name.starts_with(BOTH) && weight(chunks) < BOTH_FROM;
    let light: Vec<String> = shelves.iter().filter(light).map(|(name, _)| name.clone()).collect();
    for name in light {
        let chunks = shelves.remove(&name).unwrap_or_default();
        shelves.entry(COMMON.to_owned()).or_default().extend(chunks);
    }
    shelves
}

/// Makes the modules small, and a file of those that are shared by the same.
fn optimise(
    shell: &Shell,
    taken: &Path,
    shelves: &Shelves,
    parts: &[String],
    making: &Path,
) -> Result<(), Failure> {
    if making.exists() {
        std::fs::remove_dir_all(making).map_err(unwritten(making))?;
    }
    std::fs::create_dir_all(making).map_err(unwritten(making))?;
    let place = |name: &str| taken.join(format!("{name}.wasm"));
    let read = |place: PathBuf| std::fs::read(&place).map_err(unread(&place));
    let mut large = Vec::new();
    for chunk in shelves.values().flatten() {
        if read(place(chunk))?.len() > SMALL {
            large.push((place(chunk), making.join(format!("{chunk}.wasm"))));
        }
    }
    let parts =
        parts.iter().map(|part| (place(&format!("split_{part}")), making.join(format!("{part}.wasm"))));
    for some in parts.chain(large).collect::<Vec<_>>().chunks(3) {
        wasm_opt(shell, some)?;
    }
    for (name, chunks) in shelves {
        let mut shared = Vec::new();
        for chunk in chunks {
            let small = making.join(format!("{chunk}.wasm"));
            shared.push(if small.is_file() { read(small)? } else { bare(&read(place(chunk))?) });
        }
        let file = making.join(format!("{name}.wasm"));
        std::fs::write(&file, packed(&shared)).map_err(unwritten(&file))?;
    }
    Ok(())
}

/// Makes some modules small, side by side.
fn wasm_opt(shell: &Shell, some: &[(PathBuf, PathBuf)]) -> Result<(), Failure> {
    let mut running = Vec::new();
    for (from, to) in some {
        let mut command = shell.command("wasm-opt");
        command.arg("-Oz").args(FEATURES).arg(from).arg("-o").arg(to);
        // It warns of names that it does not keep.
        let child = command.stderr(std::process::Stdio::null()).spawn();
        running.push(child.map_err(|error| Failure::Task(format!("wasm-opt cannot be started: {error}.")))?);
    }
    let mut done = true;
    for mut child in running {
        done &= child.wait().is_ok_and(|status| status.success());
    }
    if done { Ok(()) } else { Err(Failure::task("wasm-opt failed on a part of the page.")) }
}

/// A module without its custom sections: names, and what wrote it.
fn bare(module: &[u8]) -> Vec<u8> {
    let mut kept = module[..8].to_vec();
    let mut at = 8;
    while at < module.len() {
        // A section's kind, its length in LEB128, and so many bytes.
        let (mut length, mut bytes) = (0, 1);
        loop {
            let byte = module[at + bytes];
            length |= usize::from(byte & 0x7f) << (7 * (bytes - 1));
            bytes += 1;
            if byte < 0x80 {
                break;
            }
        }
        let end = at + bytes + length;
        if module[at] != 0 {
            kept.extend(&module[at..end]);
        }
        at = end;
    }
    kept
}

/// Modules in one file: an empty module that holds them as custom sections named `part`.
fn packed(modules: &[Vec<u8>]) -> Vec<u8> {
    let mut file = b"\0asm\x01\0\0\0".to_vec();
    for module in modules {
        // The kind of section and its length in LEB128, then its name and the rest.
        file.push(0);
        let mut left = module.len() + 5;
        while left >= 0x80 {
            file.push(left as u8 | 0x80);
            left >>= 7;
        }
        file.push(left as u8);
        file.extend(b"\x04part");
        file.extend(module);
    }
    file
}

/// `web/parts.js` with its tables filled in, and a function for the program to import for each part.
fn loader(
    text: &str,
    number: &str,
    parts: &[(String, Vec<String>)],
    rooms: &serde_json::Value,
) -> Result<String, Failure> {
    let files = |(part, shared): &(String, Vec<String>)| -> Vec<String> {
        shared.iter().chain([part]).map(|name| format!("./{name}-{number}.wasm")).collect()
    };
    let table: serde_json::Map<_, _> =
        parts.iter().map(|part| (part.0.clone(), files(part).into())).collect();
    let mut places = Vec::new();
    for room in rooms.as_array().into_iter().flatten() {
        // Written by hand: the first room is the gallery's, and a map would sort them.
        places.push(format!("{}: {}", room["name"], room["part"]));
    }
    let mut filled = text.to_owned();
    for (empty, full) in [
        ("const parts = {};", format!("const parts = {};", serde_json::Value::from(table))),
        ("const rooms = {};", format!("const rooms = {{ {} }};", places.join(", "))),
    ] {
        if !filled.contains(empty) {
            return Err(Failure::Task(format!("web/parts.js has no place for a table: `{empty}`.")));
        }
        filled = filled.replacen(empty, &full, 1);
    }
    for (part, _) in parts {
        filled += &format!("export const __wasm_split_load_{part} = loader(\"{part}\");\n");
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loader_knows_the_files_of_each_part_and_the_part_of_each_room() {
        let rooms =
            serde_json::json!([{ "name": "two", "part": "even" }, { "name": "a/four", "part": "even" }]);
        let text = "const parts = {};\nconst rooms = {};\n";
        let parts = [("even".to_owned(), vec!["common".to_owned()])];
        let made = loader(text, "7", &parts, &rooms).expect("it has both places");
        assert_eq!(
            made,
            "const parts = {\"even\":[\"./common-7.wasm\",\"./even-7.wasm\"]};\n\
             const rooms = { \"two\": \"even\", \"a/four\": \"even\" };\n\
             export const __wasm_split_load_even = loader(\"even\");\n"
        );
        assert!(loader("", "7", &[], &rooms).is_err(), "a text without places");
    }

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
    fn a_bare_module_has_no_custom_sections() {
        let section = |kind: u8, length: usize| {
            let mut bytes = vec![kind, length as u8 & 0x7f | 0x80, (length >> 7) as u8];
            bytes.extend(vec![9; length]);
            bytes
        };
        let module = [b"\0asm\x01\0\0\0".to_vec(), section(1, 3), section(0, 300), section(10, 200)].concat();
        let kept = [b"\0asm\x01\0\0\0".to_vec(), section(1, 3), section(10, 200)].concat();
        assert_eq!(bare(&module), kept);
    }

    #[test]
    fn modules_are_packed_into_one() {
        let file = packed(&[vec![7; 3], vec![8; 200]]);
        assert_eq!(&file[..18], b"\0asm\x01\0\0\0\0\x08\x04part\x07\x07\x07");
        assert_eq!(&file[18..26], b"\0\xcd\x01\x04part");
        assert_eq!(file.len(), 26 + 200);
    }

    #[test]
    fn the_folder_for_wasm_bindgen_s_files_is_found() {
        let found = |words: &[&str]| out_folder(&words.iter().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(found(&["--target=web", "--out-dir=a/b", "web.wasm"]), Some("a/b".into()));
        assert_eq!(found(&["--out-dir", "a/b", "web.wasm"]), Some("a/b".into()));
        assert_eq!(found(&["web.wasm"]), None);
    }
}
