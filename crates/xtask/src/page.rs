//! Building the page: Trunk, with the right tools on its PATH.

use crate::{
    shell::{self, Failure, Shell, Stopwatch},
    split, tools,
};
use std::path::Path;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    Dev,
    Release,
}

pub(crate) fn run(shell: &Shell, profile: Profile) -> Result<(), Failure> {
    tools::page(shell)?;
    build(shell, profile)
}

/// Writes `dist/`. The tools must be there.
pub(crate) fn build(shell: &Shell, profile: Profile) -> Result<(), Failure> {
    let watch = Stopwatch::start();
    println!("Building the page (about a minute the first time, seconds afterwards).");
    // Trunk builds without the network, so that a missing tool is an error and not a wait; crates come before.
    shell.run("cargo", &["fetch", "--quiet", "--locked"])?;
    let mut trunk = shell.command("trunk");
    trunk.arg("build").env("TRUNK_SKIP_VERSION_CHECK", "true");
    // Names that hold every type: by them the page is taken apart.
    trunk.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", "-Csymbol-mangling-version=v0");
    // Trunk reads NO_COLOR as `true` or `false`, and fails on the usual `1`.
    trunk.env_remove("NO_COLOR");
    if profile == Profile::Release {
        trunk.arg("--release");
    }
    shell::run(&mut trunk)?;
    name_worker(&shell.root.join("dist"))?;
    if profile == Profile::Release {
        take_apart(shell)?;
    }
    println!("dist/ is written: {} in {}.", size(shell)?, watch.read());
    Ok(())
}

/// Takes the page's WebAssembly apart, a part for each folder of `crates/systems/src`, and tells `index.html`.
fn take_apart(shell: &Shell) -> Result<(), Failure> {
    let dist = shell.root.join("dist");
    let unread = |error| Failure::Task(format!("dist/ cannot be read: {error}."));
    let place = dist.join("index.html");
    let mut page = std::fs::read_to_string(&place).map_err(unread)?;
    let old = page.split('"').find_map(|word| word.strip_suffix("_bg.wasm")?.strip_prefix("./"));
    let old = old
        .map(|name| format!("{name}_bg.wasm"))
        .ok_or_else(|| Failure::task("index.html names no WebAssembly."))?;
    let bytes = std::fs::read(dist.join(&old)).map_err(unread)?;
    let systems = folders(&shell.root.join("crates/systems/src"))?;
    let pieces =
        split::split(&bytes, &|name| part_of(name, &systems), &|name| name.contains("atlas::room_info::<"))
            .map_err(|why| Failure::Task(format!("The page's WebAssembly cannot be taken apart: {why}.")))?;
    let write = |name: &str, bytes: &[u8]| {
        let file = format!("{name}-{:016x}.wasm", hash([bytes]));
        std::fs::write(dist.join(&file), bytes).map(|()| file)
    };
    let unwritten = |error| Failure::Task(format!("dist/ cannot be written: {error}."));
    let mut parts = Vec::new();
    for (name, bytes) in &pieces.parts {
        parts.push(format!("{name}={}", write(&format!("room-{name}"), bytes).map_err(unwritten)?));
    }
    let new = write("web", &pieces.page).map_err(unwritten)?;
    std::fs::remove_file(dist.join(&old)).map_err(unwritten)?;
    page = page.replace(&old, &new).replacen(
        PARTS_UNNAMED,
        &PARTS_UNNAMED.replace("\"\"", &format!("\"{}\"", parts.join(" "))),
        1,
    );
    std::fs::write(&place, page).map_err(unwritten)
}

/// What stands in `index.html` until the parts do.
const PARTS_UNNAMED: &str = "data-parts=\"\"";

fn folders(parent: &Path) -> Result<Vec<String>, Failure> {
    let unread = |error| Failure::Task(format!("{} cannot be read: {error}.", parent.display()));
    let entries = std::fs::read_dir(parent).map_err(unread)?.flatten();
    let folders = entries.filter(|entry| entry.path().is_dir());
    Ok(folders.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect())
}

/// What a reader asks for after the first view: dialogs and the search. A part of its own.
const TOOLS: [&str; 9] = ["lab", "files", "search", "download", "branches", "embed", "share", "cut", "help"];

/// The part that a function belongs to, if it is not the page's.
fn part_of(name: &str, systems: &[String]) -> Option<String> {
    let own: Vec<&str> = names_in(name, "web[").collect();
    let tools = !own.is_empty() && own.iter().all(|module| TOOLS.contains(module));
    let found = ["hunt", "grid", "fate"];
    let answers = own.is_empty() && names_in(name, "catalog[").any(|module| found.contains(&module));
    if (tools || answers) && !name.contains("systems[") {
        Some("tools".to_owned())
    } else {
        system_of(name, systems)
    }
}

/// The modules of a crate in a function's name; of components the component.
fn names_in<'a>(name: &'a str, crate_name: &'a str) -> impl Iterator<Item = &'a str> {
    let word =
        |text: &'a str| text.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default();
    let starts = move |at: usize| !name[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
    let places = name.match_indices(crate_name).filter(move |(at, _)| starts(*at));
    places.filter_map(move |(at, _)| {
        let path = name[at..].split_once("]::")?.1;
        Some(word(path.strip_prefix("components::").unwrap_or(path)))
    })
}

/// The only system that a function's name holds: `<systems[0a1b]::raft::Raft as kernel[2c3d]::…>::step` is Raft's.
fn system_of(name: &str, systems: &[String]) -> Option<String> {
    let mut known = names_in(name, "systems[").filter(|folder| systems.iter().any(|system| system == folder));
    let first = known.next()?;
    known.all(|other| other == first).then(|| first.to_owned())
}

/// FNV-1a: it guards against an old file, not against a forged one.
fn hash<'a>(files: impl IntoIterator<Item = &'a [u8]>) -> u64 {
    let bytes = files.into_iter().flatten();
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// What the page asks for beside itself, and what stands in `index.html` until its hash does.
const WORKER: [&str; 3] = ["search.js", "worker.js", "worker_bg.wasm"];
const WORKER_UNNAMED: &str = "<meta name=\"bivalent-worker\" content=\"0\">";

/// Trunk gives a worker's files no hash, so a browser could pair a new page with an old worker: the page asks for them
/// with the number that is written here.
fn name_worker(dist: &Path) -> Result<(), Failure> {
    let unread = |error| Failure::Task(format!("dist/ cannot be read: {error}."));
    let files = WORKER.iter().map(|file| std::fs::read(dist.join(file)));
    let files = files.collect::<Result<Vec<_>, _>>().map_err(unread)?;
    let hash = hash(files.iter().map(Vec::as_slice));
    let place = dist.join("index.html");
    let page = std::fs::read_to_string(&place).map_err(unread)?;
    let named = page.replacen(WORKER_UNNAMED, &WORKER_UNNAMED.replace('0', &format!("{hash:016x}")), 1);
    if named == page {
        return Err(Failure::task("index.html has no place for the number of the worker's files."));
    }
    std::fs::write(&place, named).map_err(|error| Failure::Task(format!("dist/ cannot be written: {error}.")))
}

fn size(shell: &Shell) -> Result<String, Failure> {
    let unread = |error| Failure::Task(format!("dist/ cannot be read: {error}."));
    let mut files = 0;
    let mut bytes = 0;
    for entry in std::fs::read_dir(shell.root.join("dist")).map_err(unread)? {
        let about = entry.and_then(|entry| entry.metadata()).map_err(unread)?;
        files += 1;
        bytes += about.len();
    }
    Ok(format!("{files} files, {} kB", bytes.div_ceil(1000)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_belongs_to_the_only_system_in_its_name() {
        let systems = ["raft".to_owned(), "multi_paxos".to_owned()];
        let part = |name: &str| part_of(name, &systems);
        assert_eq!(
            part("<systems[0a1b]::raft::Raft as kernel[2c]::protocol::Protocol>::boot"),
            Some("raft".to_owned())
        );
        assert_eq!(
            part("simulator[1]::run::Run<systems[0a1b]::multi_paxos::Node>::step").as_deref(),
            Some("multi_paxos")
        );
        assert_eq!(
            part("f::<systems[0a1b]::raft::Raft, systems[0a1b]::raft::Log, systems[0a1b]::store::Store>")
                .as_deref(),
            Some("raft")
        );
        for shared in [
            "catalog[3]::open",
            "systems[0a1b]::store::apply",
            "f::<systems[0a1b]::raft::A, systems[0a1b]::multi_paxos::B>",
        ] {
            assert_eq!(part(shared), None, "{shared}");
        }
        let tools = Some("tools".to_owned());
        assert_eq!(part("<web[4]::components::share::Share as yew[5]::FunctionProvider>::run"), tools);
        assert_eq!(part("serde[6]::from_str::<catalog[3]::hunt::Findings>"), tools);
        assert_eq!(
            part("<web[4]::components::open::OpenRoom as F>::run::<web[4]::components::share::Share>"),
            None
        );
        assert_eq!(part("<my_web[4]::lab::Lab>::new"), None);
    }

    #[test]
    fn the_page_names_the_worker_s_files_by_what_is_in_them() {
        let dist = std::env::temp_dir().join(format!("bivalent-page-{}", std::process::id()));
        std::fs::create_dir_all(&dist).expect("a folder for temporary files");
        let write =
            |name: &str, text: &str| std::fs::write(dist.join(name), text).expect("it can be written");
        let named = |wasm: &str| {
            write("index.html", &format!("<head>{WORKER_UNNAMED}</head>"));
            write("worker_bg.wasm", wasm);
            name_worker(&dist).expect("everything is there");
            std::fs::read_to_string(dist.join("index.html")).expect("it can be read")
        };
        write("search.js", "one");
        write("worker.js", "two");
        let (one, other) = (named("three"), named("four"));
        assert!(one != other && !one.contains(WORKER_UNNAMED));
        assert_eq!(named("three"), one);
        assert!(name_worker(&dist).is_err(), "it has its number already");
        std::fs::remove_dir_all(&dist).expect("it can be removed");
    }
}
