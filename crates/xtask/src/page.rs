//! Building the page: Trunk, with the right tools on its PATH.

use crate::{
    shell::{self, Failure, Shell, Stopwatch},
    split,
    stamp::Stamp,
    styles, tools,
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

/// Writes `dist/`, unless just this page is there already. The tools must be there.
fn build(shell: &Shell, profile: Profile) -> Result<(), Failure> {
    let watch = Stopwatch::start();
    let inputs = Stamp::of_inputs(shell, profile)?;
    let changed = Stamp::of_last_build(shell).map(|last| inputs.changed(&last));
    if changed.as_ref().is_some_and(Vec::is_empty) {
        println!("dist/ is as it was built: nothing it is made of has changed.");
        return Ok(());
    }
    println!("{}", announced(changed.as_deref(), profile));
    Stamp::forget(shell)?;
    // Trunk builds without the network, so that a missing tool is an error and not a wait; crates come before.
    shell.run("cargo", &["fetch", "--quiet", "--locked"])?;
    let mut trunk = shell.command("trunk");
    trunk.arg("build").env("TRUNK_SKIP_VERSION_CHECK", "true");
    // Trunk reads NO_COLOR as `true` or `false`, and fails on the usual `1`.
    trunk.env_remove("NO_COLOR");
    if profile == Profile::Release {
        trunk.arg("--release");
        split::prepare(shell, &mut trunk)?;
    }
    styles::collect(shell)?;
    shell::run(&mut trunk)?;
    if profile == Profile::Release {
        split::finish(shell)?;
        slim_texts(shell)?;
    }
    name_worker(&shell.root.join("dist"))?;
    inputs.keep(shell)?;
    println!("dist/ is written: {} in {}.", size(shell)?, watch.read());
    Ok(())
}

/// Why the page is built, and how long that takes: as it was measured on two cores.
fn announced(changed: Option<&[String]>, profile: Profile) -> String {
    // Texts are copied; for everything else Cargo compiles something.
    let is_text = |name: &String| {
        let ending = name.rsplit('.').next().unwrap_or_default();
        name == "index.html" || name.starts_with("web/") && ["css", "js", "svg"].contains(&ending)
    };
    let why = match changed {
        Some([only]) => format!("{only} has changed"),
        Some([first, others @ ..]) => format!("{first} and {} more have changed", others.len()),
        _ => "there is no complete one".to_owned(),
    };
    let long = match changed {
        _ if profile == Profile::Dev => "without optimisation",
        Some(changed) if changed.iter().all(is_text) => {
            "about 2 minutes on two cores, since no code has changed"
        }
        _ => "about 7 minutes on two cores the first time, about 5 after a change of the code",
    };
    format!("Building the page, since {why} ({long}).")
}

/// Makes scripts and styles small by esbuild, which reads what wasm-bindgen writes (Trunk 0.21's minifier does not), and
/// the page's own text by [`slim_page`].
fn slim_texts(shell: &Shell) -> Result<(), Failure> {
    let unreadable = |error| Failure::Task(format!("dist/ cannot be read or written: {error}."));
    let dist = shell.root.join("dist");
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(&dist).map_err(unreadable)? {
        let file = entry.map_err(unreadable)?.path();
        if file.extension().is_some_and(|kind| kind == "js" || kind == "css") {
            texts.push(file);
        }
    }
    let mut esbuild = shell.command("esbuild");
    // Each by itself: nothing is bundled, so names that one file has from another stay.
    esbuild.args(["--minify", "--charset=utf8", "--legal-comments=none", "--log-level=warning"]);
    // wasm-bindgen names the loader of parts once for each of them.
    esbuild.arg("--log-override:duplicate-object-key=silent");
    shell::run(esbuild.args(["--allow-overwrite", "--outdir=dist"]).args(texts))?;
    let page = dist.join("index.html");
    let text = std::fs::read_to_string(&page).map_err(unreadable)?;
    std::fs::write(&page, slim_page(&text)).map_err(unreadable)
}

/// A page without the lines that are comments and without the blanks around lines. By hand, since a library for markup is
/// dozens of packages, and this is one file that nobody else writes, of which nothing else could be left out.
fn slim_page(page: &str) -> String {
    let lines = page.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("<!--"));
    lines.map(|line| format!("{line}\n")).collect()
}

/// What the page asks for beside itself, and what stands in `index.html` until its hash does.
const WORKER: [&str; 3] = ["search.js", "worker.js", "worker_bg.wasm"];
const WORKER_UNNAMED: &str = "<meta name=\"bivalent-worker\" content=\"0\">";

/// Trunk gives a worker's files no hash, so a browser could pair a new page with an old worker: the page asks for them
/// with the number that is written here.
fn name_worker(dist: &Path) -> Result<(), Failure> {
    let unread = |error| Failure::Task(format!("dist/ cannot be read: {error}."));
    let files: Vec<Vec<u8>> =
        WORKER.iter().map(|file| std::fs::read(dist.join(file))).collect::<Result<_, _>>().map_err(unread)?;
    let number = split::number(files.iter().map(Vec::as_slice));
    let place = dist.join("index.html");
    let page = std::fs::read_to_string(&place).map_err(unread)?;
    let named = page.replacen(WORKER_UNNAMED, &WORKER_UNNAMED.replace('0', &number), 1);
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
    fn it_is_said_why_the_page_is_built_and_how_long_that_takes() {
        let said = |changed: &[&str]| {
            let changed: Vec<String> = changed.iter().map(ToString::to_string).collect();
            announced(Some(&changed), Profile::Release)
        };
        let texts = said(&["index.html", "web/app.css"]);
        assert!(
            texts.starts_with("Building the page, since index.html and 1 more have changed (about 2"),
            "{texts}"
        );
        let code = said(&["web/app.css", "web/src/main.rs"]);
        assert!(code.contains("about 5 after a change of the code"), "{code}");
        // Compiled into the program.
        assert!(said(&["web/rooms.txt"]).contains("about 5 after"));
        let first = announced(None, Profile::Dev);
        assert_eq!(first, "Building the page, since there is no complete one (without optimisation).");
    }

    #[test]
    fn a_page_loses_its_comments_and_keeps_its_words() {
        let page = "<!doctype html>\n<body>\n  <!-- the first paint -->\n  <p>One\n  two.</p>\n</body>\n";
        assert_eq!(slim_page(page), "<!doctype html>\n<body>\n<p>One\ntwo.</p>\n</body>\n");
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
