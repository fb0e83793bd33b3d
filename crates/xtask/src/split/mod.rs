//! Programs in parts: what only some rooms need is taken out of a WebAssembly and loaded when it is wanted.
//!
//! Trunk runs wasm-bindgen on what the compiler wrote. This program stands in its place, under its name in front on PATH:
//! it has wasm-split-cli take the module apart at the functions that `web/src/parts.rs` and `web/worker/src/parts.rs`
//! mark, and then runs the true wasm-bindgen on what is left. When Trunk is done, [`finish`] writes the parts into
//! `dist/`.

mod module;
mod shelf;

use crate::{
    shell::{self, Failure, Shell},
    tools,
};
use shelf::{Shelves, shelves, users};
use std::collections::BTreeMap;
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
const FEATURES: [&str; 8] = [
    "--enable-bulk-memory",
    "--enable-call-indirect-overlong",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-simd",
];

/// What makes modules smaller, and smaller still once they are packed: nothing of a program stands in its first kilobyte
/// of memory, where its stack would end; and functions of a kind stand beside each other. As in `index.html`.
const SMALLER: [&str; 2] = ["--low-memory-unused", "--reorder-functions-by-name"];

/// A program that is taken apart.
struct Program {
    /// Its crate, and so its module.
    name: &'static str,
    /// What its parts are called in `dist/`, in front of their own names.
    before: &'static str,
    /// How wasm-opt makes them: small, or fast.
    level: &'static str,
    /// Whether it opens at a room of its address, whose part is asked for at once.
    opens_rooms: bool,
}

const PROGRAMS: [Program; 2] = [
    Program { name: "web", before: "", level: "-Oz", opens_rooms: true },
    Program { name: "worker", before: "search-", level: "-O3", opens_rooms: false },
];

impl Program {
    /// Where its pieces are kept.
    fn folder(&self, parts: &Path) -> PathBuf {
        parts.join(self.name)
    }

    /// The file that loads its parts.
    fn loader(&self, number: &str) -> String {
        format!("{}parts-{number}.js", self.before)
    }
}

fn unwritten(place: &Path) -> impl FnOnce(std::io::Error) -> Failure {
    move |error| Failure::Task(format!("{} cannot be written: {error}.", place.display()))
}

fn unread(place: &Path) -> impl FnOnce(std::io::Error) -> Failure {
    move |error| Failure::Task(format!("{} cannot be read: {error}.", place.display()))
}

fn folder(shell: &Shell) -> PathBuf {
    shell.root.join("target/parts")
}

/// Makes Trunk take the programs apart.
pub(crate) fn prepare(shell: &Shell, trunk: &mut Command) -> Result<(), Failure> {
    let front = folder(shell).join("bin");
    std::fs::create_dir_all(&front).map_err(unwritten(&front))?;
    // A copy under that name, in front on PATH: Trunk has no setting for a step between compiling and
    // wasm-bindgen.
    let stands_in = front.join(format!("wasm-bindgen{}", std::env::consts::EXE_SUFFIX));
    let me = std::env::current_exe().map_err(unread(&front))?;
    std::fs::copy(me, &stands_in).map_err(unwritten(&stands_in))?;
    let find = |program: &str| {
        shell.find(program).ok_or_else(|| Failure::Task(format!("{program} is missing: is it installed?")))
    };
    trunk.env("PATH", shell.search_path(Some(front)));
    // Looked up now: on the PATH that Trunk gets, the name leads to this program.
    trunk.env(WASM_BINDGEN, find("wasm-bindgen")?).env(WASM_SPLIT, tools::wasm_split(shell));
    trunk.env(FOLDER, folder(shell));
    Ok(())
}

/// Whether this program was started as wasm-bindgen.
pub(crate) fn stands_in() -> bool {
    // Both must hold: whatever Trunk starts inherits the variable, and not all of that is meant as
    // wasm-bindgen.
    std::env::var_os(WASM_BINDGEN).is_some()
        && std::env::current_exe().is_ok_and(|me| me.file_stem().is_some_and(|name| name == "wasm-bindgen"))
}

/// Does what Trunk asks wasm-bindgen for; a module that has parts is taken apart before.
pub(crate) fn bindgen() -> Result<(), Failure> {
    let known = |name: &str| std::env::var_os(name).map(PathBuf::from).unwrap_or_default();
    let mut arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let module_of = |program: &Program| {
        let file = format!("{}.wasm", program.name);
        arguments
            .iter()
            .position(|argument| Path::new(argument).file_name().is_some_and(|name| *name == *file))
    };
    let found = PROGRAMS.iter().find_map(|program| Some((program, module_of(program)?)));
    let Some((program, module)) = found else {
        // Any other module goes to the true program as it is.
        return shell::run(Command::new(known(WASM_BINDGEN)).args(arguments));
    };
    let input = PathBuf::from(&arguments[module]);
    let taken = program.folder(&known(FOLDER)).join("taken");
    if taken.exists() {
        // A part that no longer exists would otherwise be found there, and shipped.
        std::fs::remove_dir_all(&taken).map_err(unwritten(&taken))?;
    }
    shell::run(Command::new(known(WASM_SPLIT)).arg(&input).arg(&taken).args(["--out-name", program.name]))?;
    let loader = Shell::new().read(LOADER_TEXT)?;
    // Pieces of two builds must never meet: their functions stand at other places of the table. So one number
    // names them all, and it changes with the program and with what loads the parts.
    let number = number([&*std::fs::read(&input).map_err(unread(&input))?, loader.as_bytes()]);
    std::fs::write(taken.join("number"), &number).map_err(unwritten(&taken))?;
    arguments[module] = taken.join(format!("{}.wasm", program.name)).into();
    let out = argument(&arguments, "--out-dir")
        .ok_or_else(|| Failure::task("Trunk names no folder for what wasm-bindgen writes."))?;
    // Parts work on the table of functions, which is no export otherwise.
    shell::run(Command::new(known(WASM_BINDGEN)).arg("--keep-lld-exports").args(&arguments))?;
    // Before Trunk names this file by what is in it: a new part makes it a new file.
    let name = argument(&arguments, "--out-name").unwrap_or_else(|| program.name.into());
    let glue = out.join(name.with_extension("js"));
    let text = std::fs::read_to_string(&glue).map_err(unread(&glue))?;
    let text = joined(&text, &program.loader(&number))?;
    let whole = glue.with_file_name(format!("{}_bg.wasm", glue.file_stem().unwrap_or_default().display()));
    let (made, text) = module::shortened(&std::fs::read(&whole).map_err(unread(&whole))?, &text);
    std::fs::write(&whole, made).map_err(unwritten(&whole))?;
    std::fs::write(&glue, text).map_err(unwritten(&glue))
}

/// What wasm-bindgen wrote, joined to what loads the parts: that hears of the exports of the program as of now.
fn joined(glue: &str, loader: &str) -> Result<String, Failure> {
    let named = glue.replace(&format!("from \"{LOADER}\""), &format!("from \"./{loader}\""));
    // Both are what one version of wasm-bindgen writes, found by text: better no build than one whose parts
    // do not load.
    if named == glue || !glue.contains("wasm = instance.exports") {
        return Err(Failure::task("What wasm-bindgen writes has changed: the parts find no way into it."));
    }
    Ok(format!("{named}\nimport {{ belongs }} from \"./{loader}\";\nbelongs(() => wasm);\n"))
}

/// What an argument with a value says: `--out-dir a/b` or `--out-dir=a/b`.
fn argument(arguments: &[OsString], name: &str) -> Option<PathBuf> {
    let mut words = arguments.iter().filter_map(|argument| argument.to_str());
    while let Some(word) = words.next() {
        if let Some(rest) = word.strip_prefix(name) {
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

/// Writes the parts of each program and what loads them into `dist/`.
pub(crate) fn finish(shell: &Shell) -> Result<(), Failure> {
    // A line a room: its name, the name of its part, and what the gallery tells. Its scenarios stand behind a tab.
    let text = shell.read("web/rooms.txt")?;
    let lines = text.lines().filter(|line| !line.starts_with('\t'));
    let room = |line: &str| {
        let mut words = line.split('\t');
        Some(serde_json::json!({ "name": words.next()?, "part": words.next()? }))
    };
    let rooms = lines.filter_map(room).collect::<Vec<_>>().into();
    PROGRAMS.iter().try_for_each(|program| finish_one(shell, program, &rooms))
}

fn finish_one(shell: &Shell, program: &Program, rooms: &serde_json::Value) -> Result<(), Failure> {
    let dist = shell.root.join("dist");
    let (taken, ready) =
        (program.folder(&folder(shell)).join("taken"), program.folder(&folder(shell)).join("ready"));
    let number = std::fs::read_to_string(taken.join("number")).map_err(unread(&taken))?;
    let (chunks, parts) = modules(&taken)?;
    let glue = taken.join("__wasm_split.js");
    let users = users(&std::fs::read_to_string(&glue).map_err(unread(&glue))?);
    let mut weights = BTreeMap::new();
    for chunk in &chunks {
        let place = taken.join(format!("{chunk}.wasm"));
        weights.insert(chunk.clone(), module::weight(&std::fs::read(&place).map_err(unread(&place))?));
    }
    // By the lengths before they are made small: the order of magnitude is enough to choose files.
    let shelves = shelves(&weights, &users, rooms);
    // It takes a while, so it is kept until the module changes, or what goes into one file.
    let made_of = format!("{number} {} {SMALLER:?} {shelves:?}", program.level);
    if std::fs::read_to_string(ready.join("made-of")).ok().as_ref() != Some(&made_of) {
        optimise(shell, program, &taken, &shelves, &parts, &ready)?;
        std::fs::write(ready.join("made-of"), &made_of).map_err(unwritten(&ready))?;
    }
    let file = |name: &str| format!("{}{name}-{number}.wasm", program.before);
    for name in shelves.keys().chain(&parts) {
        let place = dist.join(file(name));
        std::fs::copy(ready.join(format!("{name}.wasm")), &place).map_err(unwritten(&place))?;
    }
    let needs = |part: &String| -> Vec<String> {
        let uses = |chunk: &String| users.get(chunk).is_some_and(|users| users.contains(part));
        let shared = shelves.iter().filter(|(_, chunks)| chunks.iter().any(uses)).map(|(name, _)| name);
        shared.chain([part]).map(|name| format!("./{}", file(name))).collect()
    };
    let parts: Vec<(String, Vec<String>)> = parts.iter().map(|part| (part.clone(), needs(part))).collect();
    let none = serde_json::Value::Null;
    let rooms = if program.opens_rooms { rooms } else { &none };
    let place = dist.join(program.loader(&number));
    std::fs::write(&place, loader(&shell.read(LOADER_TEXT)?, &parts, rooms)?).map_err(unwritten(&place))?;
    if program.opens_rooms { hint(&dist, &program.loader(&number)) } else { Ok(()) }
}

/// Has `index.html` ask for what loads the parts as early as for the program.
fn hint(dist: &Path, loader: &str) -> Result<(), Failure> {
    let page = std::fs::read_to_string(dist.join("index.html")).map_err(unread(dist))?;
    // Before Trunk's own hint. Without it the browser hears of this file only once it has read the program's.
    let hint = "<link rel=\"modulepreload\"";
    let hinted = page.replacen(hint, &format!("{hint} href=\"./{loader}\" crossorigin>{hint}"), 1);
    std::fs::write(dist.join("index.html"), hinted).map_err(unwritten(dist))
}

/// What wasm-split-cli took out: modules that two or more parts share, and the names of the parts.
fn modules(taken: &Path) -> Result<(Vec<String>, Vec<String>), Failure> {
    let mut names: Vec<String> = std::fs::read_dir(taken)
        .map_err(unread(taken))?
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.strip_suffix(".wasm").map(str::to_owned))
        .collect();
    // A folder lists its files in any order, and the same program must give the same files.
    names.sort();
    let chunks = names.iter().filter(|name| name.starts_with("chunk_")).cloned().collect();
    let parts = names.iter().filter_map(|name| name.strip_prefix("split_")).map(str::to_owned).collect();
    Ok((chunks, parts))
}

/// Makes the parts small or fast, and of the modules that are shared by the same parts one.
fn optimise(
    shell: &Shell,
    program: &Program,
    taken: &Path,
    shelves: &Shelves,
    parts: &[String],
    making: &Path,
) -> Result<(), Failure> {
    if making.exists() {
        std::fs::remove_dir_all(making).map_err(unwritten(making))?;
    }
    std::fs::create_dir_all(making).map_err(unwritten(making))?;
    let mut work: Vec<(PathBuf, PathBuf)> = Vec::new();
    for part in parts {
        work.push((taken.join(format!("split_{part}.wasm")), making.join(format!("{part}.wasm"))));
    }
    for (name, chunks) in shelves {
        let chunks: Vec<PathBuf> = chunks.iter().map(|chunk| taken.join(format!("{chunk}.wasm"))).collect();
        let merged = taken.join(format!("merged_{name}.wasm"));
        merge(shell, &chunks, &merged)?;
        work.push((merged, making.join(format!("{name}.wasm"))));
    }
    let side_by_side = std::thread::available_parallelism().map_or(2, usize::from);
    work.chunks(side_by_side).try_for_each(|some| wasm_opt(shell, program.level, some))
}

/// Some modules as one. Each of them has imported the program's memory, table and stack for itself: a module between
/// them and the program imports these once.
fn merge(shell: &Shell, modules: &[PathBuf], merged: &Path) -> Result<(), Failure> {
    let mut names = BTreeMap::new();
    for module in modules {
        // By name, so that what several modules import stands here once.
        names.extend(module::imports(&std::fs::read(module).map_err(unread(module))?));
    }
    let between = merged.with_extension("between");
    std::fs::write(&between, module::between(&names)).map_err(unwritten(&between))?;
    let mut command = shell.command("wasm-merge");
    // Under the name by which the modules call the program: their imports are then resolved to what it exports, and only
    // its own imports are left.
    command.args(FEATURES).arg("--rename-export-conflicts").arg(between).arg(module::PROGRAM);
    for (at, module) in modules.iter().enumerate() {
        command.arg(module).arg(format!("part{at}"));
    }
    command.arg("-o").arg(merged);
    // It warns of names that it does not keep.
    shell::run(command.stderr(std::process::Stdio::null()))
}

/// Makes some modules small or fast, side by side.
fn wasm_opt(shell: &Shell, level: &str, some: &[(PathBuf, PathBuf)]) -> Result<(), Failure> {
    let mut running = Vec::new();
    for (from, to) in some {
        let mut command = shell.command("wasm-opt");
        command.arg(level).args(SMALLER).args(FEATURES).arg(from).arg("-o").arg(to);
        // It warns of names that it does not keep.
        let child = command.stderr(std::process::Stdio::null()).spawn();
        running.push(child.map_err(|error| Failure::Task(format!("wasm-opt cannot be started: {error}.")))?);
    }
    let mut done = true;
    for mut child in running {
        // All are waited for, even after one has failed: none is left running.
        done &= child.wait().is_ok_and(|status| status.success());
    }
    if done { Ok(()) } else { Err(Failure::task("wasm-opt failed on a part of a program.")) }
}

/// `web/parts.js` with its tables filled in, and a function for the program to import for each part. `parts` has the
/// files of each.
fn loader(text: &str, parts: &[(String, Vec<String>)], rooms: &serde_json::Value) -> Result<String, Failure> {
    let table: serde_json::Map<_, _> =
        parts.iter().map(|(part, files)| (part.clone(), files.clone().into())).collect();
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
        let files = ["./common-7.wasm", "./even-7.wasm"].map(str::to_owned).to_vec();
        let parts = [("even".to_owned(), files)];
        let made = loader(text, &parts, &rooms).expect("it has both places");
        assert_eq!(
            made,
            "const parts = {\"even\":[\"./common-7.wasm\",\"./even-7.wasm\"]};\n\
             const rooms = { \"two\": \"even\", \"a/four\": \"even\" };\n\
             export const __wasm_split_load_even = loader(\"even\");\n"
        );
        assert!(loader("", &[], &rooms).is_err(), "a text without places");
    }

    #[test]
    fn the_values_of_wasm_bindgen_s_arguments_are_found() {
        let found =
            |words: &[&str], name| argument(&words.iter().map(OsString::from).collect::<Vec<_>>(), name);
        let words = ["--target=web", "--out-dir=a/b", "--out-name", "worker", "web.wasm"];
        assert_eq!(found(&words, "--out-dir"), Some("a/b".into()));
        assert_eq!(found(&words, "--out-name"), Some("worker".into()));
        assert_eq!(found(&["web.wasm"], "--out-dir"), None);
    }

    #[test]
    fn what_wasm_bindgen_writes_asks_the_loader_of_its_own_build() {
        let glue = "import { a } from \"./__wasm_split.js\";\nlet wasm;\nwasm = instance.exports;\n";
        let made = joined(glue, "parts-7.js").expect("it is as it was");
        assert!(made.starts_with("import { a } from \"./parts-7.js\";"));
        assert!(made.ends_with("belongs(() => wasm);\n"));
        assert!(joined("let wasm;", "parts-7.js").is_err());
    }
}
