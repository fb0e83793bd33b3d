//! The style sheets of the page: their colours are those of the canvas, and every token that they use is declared.
//!
//! `UPDATE_EXPECT=1 cargo test -p bivalent-tests --test styles` writes the colours from the table of inks.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use expect_test::expect_file;
use scene::{Ink, Theme};

/// What each theme's part of the style sheet applies to.
const LIGHT: &str = ":root";
const DARK_SYSTEM: &str = ":root:not([data-theme=\"light\"])";
const DARK_CHOSEN: &str = ":root[data-theme=\"dark\"]";

#[test]
fn the_style_sheet_has_the_colours_of_the_canvas() {
    let declare = |theme: Theme, indent: &str| {
        let one = |ink: &Ink| format!("{indent}--{}: {};\n", ink.token(), theme.colour(*ink));
        Ink::ALL.iter().map(one).collect::<String>()
    };
    let (light, dark) = (declare(Theme::Light, "  "), declare(Theme::Dark, "  "));
    let made = format!(
        "/* Written from the inks of crates/scene by a test, tests/pictures/styles.rs. Names say what a colour means. */\n\
         {LIGHT} {{\n  color-scheme: light dark;\n{light}}}\n\
         @media (prefers-color-scheme: dark) {{\n  {DARK_SYSTEM} {{\n{}  }}\n}}\n\
         /* The same, chosen by the reader on a light system. */\n\
         {DARK_CHOSEN} {{\n  color-scheme: dark;\n{dark}}}\n\
         :root[data-theme=\"light\"] {{ color-scheme: light; }}\n",
        declare(Theme::Dark, "    ")
    );
    expect_file!["../../web/styles/colours.css"].assert_eq(&made);
}

#[test]
fn every_token_is_there_in_light_and_in_dark() {
    let light = declared(LIGHT);
    let themed = |colours: &BTreeMap<String, String>| colours.keys().cloned().collect::<BTreeSet<_>>();
    let names = Ink::ALL.iter().map(|ink| ink.token().to_owned()).chain(["lift".to_owned()]).collect();
    for dark in [DARK_SYSTEM, DARK_CHOSEN] {
        let dark = declared(dark);
        assert_eq!(themed(&dark), names);
        let forgotten: Vec<_> = dark.iter().filter(|(name, value)| light.get(*name) == Some(value)).collect();
        assert!(forgotten.is_empty(), "the same in light and in dark: {forgotten:?}");
    }
    let missing: Vec<_> = names.iter().filter(|name| !light.contains_key(*name)).collect();
    assert!(missing.is_empty(), "not in light: {missing:?}");
}

#[test]
fn a_token_that_is_used_is_declared() {
    let sheets = sheets();
    let all: String = sheets.iter().map(|(_, text)| text.as_str()).collect();
    let words = all.split(|c: char| c.is_whitespace() || matches!(c, '{' | ';'));
    let known: BTreeSet<&str> =
        words.filter_map(|word| word.strip_prefix("--")?.split_once(':')).map(|(name, _)| name).collect();
    for (path, text) in &sheets {
        for used in text.split("var(--").skip(1) {
            let name = used.split([')', ',']).next().unwrap_or_default();
            // What code sets has a value from the start, too.
            assert!(known.contains(name), "{}: --{name} is declared nowhere", path.display());
        }
    }
}

/// Paper is white, whatever the theme; shadows and stripes are of no theme's colour.
#[test]
fn no_component_has_colours_of_its_own() {
    for (path, text) in sheets() {
        if path.ends_with("colours.css") {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            let line = line.replace("background: #fff; color: #000", "");
            let own = line
                .split('#')
                .skip(1)
                .any(|rest| rest.len() >= 3 && rest.bytes().take(3).all(|byte| byte.is_ascii_hexdigit()));
            assert!(!own, "{}:{}: {line}", path.display(), number + 1);
        }
    }
}

#[test]
fn the_index_has_every_style_sheet_once() {
    let web = web();
    let index = std::fs::read_to_string(web.join("styles/index.css")).expect("an index of style sheets");
    let mut named: Vec<PathBuf> = index
        .lines()
        .filter_map(|line| line.strip_prefix("@import \"")?.strip_suffix("\";"))
        .map(|path| web.join("styles").join(path).canonicalize().expect("a style sheet that there is"))
        .collect();
    named.sort();
    let mut there: Vec<PathBuf> = sheets().into_iter().map(|(path, _)| path).collect();
    there.sort();
    assert_eq!(named, there);
}

/// What is declared in the blocks of a selector, by name.
fn declared(selector: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for (_, text) in sheets() {
        for block in text.split(&format!("{selector} {{")).skip(1) {
            let block = block.split('}').next().unwrap_or_default();
            for declaration in block.split(';') {
                if let Some((name, value)) =
                    declaration.trim().strip_prefix("--").and_then(|one| one.split_once(':'))
                {
                    found.insert(name.to_owned(), value.trim().to_owned());
                }
            }
        }
    }
    found
}

fn web() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../web").canonicalize().expect("the page's folder")
}

/// Every style sheet but the index.
fn sheets() -> Vec<(PathBuf, String)> {
    let (mut found, mut folders) = (Vec::new(), vec![web().join("styles"), web().join("src")]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder that can be read") {
            let path = entry.expect("an entry that can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "css") && !path.ends_with("index.css") {
                let text = std::fs::read_to_string(&path).expect("a text");
                found.push((path, text));
            }
        }
    }
    found
}
