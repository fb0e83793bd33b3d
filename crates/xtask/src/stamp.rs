//! Whether the page has to be built at all. What it is made of and what was written into `dist/` are known by hashes of
//! their contents, so that neither a file's date nor a build that was ended in its middle can deceive.
//!
//! The stamp is a text with a line for each thing: its name, a blank, the hash of what is in it. It is written once a
//! build is complete, with the inputs as they were before it began: what was edited meanwhile counts as changed.

use crate::{
    page::Profile,
    shell::{Failure, Shell},
    split::number,
    tools,
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

const STAMP: &str = "target/page.stamp";
const DIST: &str = "dist";

/// What the page is built from: folders with all that is in them, and files. More than Cargo reads for it (tests, the
/// command), since a page built once too often is a smaller evil than an old one; `crates` holds this program too.
const SOURCES: [&str; 9] = [
    "crates",
    "web",
    "index.html",
    "Cargo.toml",
    "Cargo.lock",
    "Trunk.toml",
    "rust-toolchain.toml",
    "tests/package.json",
    "tests/package-lock.json",
];
/// What tools write among the sources.
const MADE: [&str; 3] = ["target", "node_modules", "pkg"];
/// How the names of settings begin that change what Cargo, rustc and Trunk write.
const SETTINGS: [&str; 7] = [
    "CARGO_BUILD_",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_PROFILE_",
    "CARGO_TARGET_",
    "RUSTC",
    "RUSTFLAGS",
    "TRUNK_",
];

/// Things by name, each with the hash of what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stamp(BTreeMap<String, String>);

impl Stamp {
    /// What the page would be built from now.
    pub(crate) fn of_inputs(shell: &Shell, profile: Profile) -> Result<Stamp, Failure> {
        let mut things = contents(&shell.root, &SOURCES)?;
        for file in cargo_settings(&shell.root) {
            if let Ok(bytes) = std::fs::read(&file) {
                things.insert(file.to_string_lossy().into_owned(), number([&*bytes]));
            }
        }
        let settings = std::env::vars_os().map(|(name, value)| (name.to_string_lossy().into_owned(), value));
        for (name, value) in settings.filter(|(name, _)| SETTINGS.iter().any(|start| name.starts_with(start)))
        {
            things.insert(name, number([value.as_encoded_bytes()]));
        }
        for (tool, version) in tools::versions(shell) {
            things.insert(tool.into(), version);
        }
        things.insert("the profile".into(), format!("{profile:?}"));
        Ok(Stamp(things))
    }

    /// The stamp of the last complete build, if what it wrote still is as it was written.
    pub(crate) fn of_last_build(shell: &Shell) -> Option<Stamp> {
        let text = shell.read(STAMP).ok()?;
        let lines = text.lines().map(|line| line.rsplit_once(' '));
        let things: Option<BTreeMap<_, _>> =
            lines.map(|line| line.map(|(name, hash)| (name.to_owned(), hash.to_owned()))).collect();
        let (written, inputs): (BTreeMap<_, _>, BTreeMap<_, _>) =
            things?.into_iter().partition(|(name, _)| name.starts_with("dist/"));
        let page = contents(&shell.root, &[DIST]).ok()?;
        (written == page && page.contains_key("dist/index.html")).then_some(Stamp(inputs))
    }

    /// What differs between two builds: what came, went, or has another content.
    pub(crate) fn changed(&self, last: &Stamp) -> Vec<String> {
        let names = self.0.keys().chain(last.0.keys().filter(|name| !self.0.contains_key(*name)));
        let mut changed: Vec<String> =
            names.filter(|name| self.0.get(*name) != last.0.get(*name)).cloned().collect();
        changed.sort();
        changed
    }

    /// Makes this the stamp of the last complete build, which is in `dist/` now.
    pub(crate) fn keep(&self, shell: &Shell) -> Result<(), Failure> {
        let written = contents(&shell.root, &[DIST])?;
        let lines = self.0.iter().chain(&written).map(|(name, hash)| format!("{name} {hash}\n"));
        std::fs::write(shell.root.join(STAMP), lines.collect::<String>())
            .map_err(|error| Failure::Task(format!("{STAMP} cannot be written: {error}.")))
    }

    /// From here on there is no complete build, until one is kept.
    pub(crate) fn forget(shell: &Shell) -> Result<(), Failure> {
        match std::fs::remove_file(shell.root.join(STAMP)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Failure::Task(format!("{STAMP} cannot be removed: {error}.")))
            }
            _ => Ok(()),
        }
    }
}

/// The hash of each file below these places, by its path from the root.
fn contents(root: &Path, places: &[&str]) -> Result<BTreeMap<String, String>, Failure> {
    let mut found = BTreeMap::new();
    let mut left: Vec<PathBuf> =
        places.iter().map(|place| root.join(place)).filter(|place| place.exists()).collect();
    while let Some(place) = left.pop() {
        let unread = |error| Failure::Task(format!("{} cannot be read: {error}.", place.display()));
        if place.is_dir() {
            for entry in std::fs::read_dir(&place).map_err(unread)? {
                let inside = entry.map_err(unread)?;
                if !MADE.iter().any(|made| inside.file_name() == *made) {
                    left.push(inside.path());
                }
            }
        } else {
            let name = place.strip_prefix(root).unwrap_or(&place).to_string_lossy().replace('\\', "/");
            found.insert(name, number([&*std::fs::read(&place).map_err(unread)?]));
        }
    }
    Ok(found)
}

/// The files in which Cargo looks for settings: in `.cargo` of each folder from the root up, and at home.
fn cargo_settings(root: &Path) -> Vec<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    let folders = root.ancestors().map(|folder| folder.join(".cargo")).chain(home);
    folders.flat_map(|folder| [folder.join("config.toml"), folder.join("config")]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A project of few files, in a folder of its own, with a page that was built.
    struct Project(Shell);

    impl Project {
        fn built(name: &str) -> Project {
            let root = std::env::temp_dir().join(format!("bivalent-stamp-{name}-{}", std::process::id()));
            let project = Project(Shell::at(root));
            for source in SOURCES.iter().filter(|source| source.contains('.')) {
                project.write(source, source);
            }
            project.write("crates/kernel/src/lib.rs", "//! One.");
            project.write("web/app.css", "a {}");
            project.write("dist/index.html", "<!doctype html>");
            project.write("target/log", "");
            project.inputs(Profile::Release).keep(&project.0).expect("target/ is there");
            project
        }

        fn write(&self, file: &str, text: &str) {
            let place = self.0.root.join(file);
            std::fs::create_dir_all(place.parent().expect("a folder")).expect("it can be made");
            std::fs::write(place, text).expect("it can be written");
        }

        fn inputs(&self, profile: Profile) -> Stamp {
            Stamp::of_inputs(&self.0, profile).expect("its files can be read")
        }

        /// What a build now would find changed; `None`: it would find no complete page.
        fn changed(&self) -> Option<Vec<String>> {
            Stamp::of_last_build(&self.0).map(|last| self.inputs(Profile::Release).changed(&last))
        }
    }

    impl Drop for Project {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0.root);
        }
    }

    #[test]
    fn where_nothing_changed_nothing_is_to_be_built() {
        let project = Project::built("same");
        assert_eq!(project.changed(), Some(vec![]));
        // Neither another date nor what tools write changes what the page is made of.
        project.write("web/app.css", "a {}");
        project.write("target/log", "more");
        project.write("web/pkg/web.js", "made");
        assert_eq!(project.changed(), Some(vec![]));
    }

    #[test]
    fn whatever_the_page_is_made_of_is_noticed() {
        let project = Project::built("each");
        let files = SOURCES.iter().filter(|source| source.contains('.')).copied();
        for file in files.chain(["crates/kernel/src/lib.rs", "web/app.css"]) {
            let before = std::fs::read_to_string(project.0.root.join(file)).expect("it is there");
            project.write(file, "something else");
            assert_eq!(project.changed(), Some(vec![file.to_owned()]));
            project.write(file, &before);
            assert_eq!(project.changed(), Some(vec![]));
        }
        project.write("crates/systems/src/new/mod.rs", "//! A new room.");
        std::fs::remove_file(project.0.root.join("web/app.css")).expect("it was there");
        project.write(".cargo/config.toml", "[build]\nrustflags = []\n");
        let settings = project.0.root.join(".cargo/config.toml").to_string_lossy().into_owned();
        let mut expected = vec![settings, "crates/systems/src/new/mod.rs".into(), "web/app.css".into()];
        expected.sort();
        assert_eq!(project.changed(), Some(expected));
    }

    #[test]
    fn another_profile_or_tool_makes_another_page() {
        let project = Project::built("profile");
        let last = Stamp::of_last_build(&project.0).expect("it was built");
        assert_eq!(project.inputs(Profile::Dev).changed(&last), ["the profile"]);
        let mut newer = last.clone();
        assert!(newer.0.contains_key("rustc"), "{newer:?}");
        newer.0.insert("rustc".into(), "another".into());
        assert_eq!(newer.changed(&last), ["rustc"]);
    }

    #[test]
    fn a_page_that_was_touched_or_not_finished_is_none() {
        let project = Project::built("page");
        project.write("dist/more.js", "");
        assert_eq!(project.changed(), None);
        std::fs::remove_file(project.0.root.join("dist/more.js")).expect("it was there");
        assert_eq!(project.changed(), Some(vec![]));
        project.write("dist/index.html", "");
        assert_eq!(project.changed(), None);
        project.write("dist/index.html", "<!doctype html>");
        Stamp::forget(&project.0).expect("it can be removed");
        Stamp::forget(&project.0).expect("once more changes nothing");
        assert_eq!(project.changed(), None);
    }
}
