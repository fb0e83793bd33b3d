//! Nothing in the project names the machine it was made on: no folder of a person, no private host, no address.
//! What was built here builds anywhere.

use super::{TextFile, Violation};

/// Where people and machines keep their own files. Split, so that this file does not name them.
const FOLDERS: [&str; 5] = [
    concat!("/", "work/"),
    concat!("/", "root/"),
    concat!("/", "home/"),
    concat!("/", "Users/"),
    concat!("C:", "\\Users\\"),
];

pub(super) fn check(files: &[TextFile]) -> Vec<Violation> {
    let mut violations = Vec::new();
    for TextFile { path, text } in files {
        for (number, line) in text.lines().enumerate() {
            let mut say = |sentence: String| violations.push(Violation::new(path, number + 1, sentence));
            if let Some(folder) = FOLDERS.iter().find(|folder| names_folder(line, folder)) {
                say(format!("`{folder}` is a folder of one machine."));
            }
            if let Some(address) = addresses(line).next() {
                say(format!("`{address}` is the address of one machine."));
            }
            if let Some(host) = hosts(line).find(|host| is_private(host)) {
                say(format!("`{host}` is a host of one network."));
            }
            if names_registry(path, line) {
                say("Where packages come from is each machine's own affair.".to_string());
            }
        }
    }
    violations
}

/// The folder as the beginning of a path: `a/work/b` is another one.
fn names_folder(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || "_-.})>]*~".contains(c))
    })
}

/// Four numbers with dots between, but for the addresses that every machine has.
fn addresses(line: &str) -> impl Iterator<Item = &str> {
    let everywhere = ["127.0.0.1", "0.0.0.0"];
    line.split(|c: char| !(c.is_alphanumeric() || ".-_+".contains(c))).filter(move |word| {
        let parts: Vec<&str> = word.split('.').collect();
        let number = |part: &&str| part.len() <= 3 && part.parse::<u8>().is_ok();
        parts.len() == 4 && parts.iter().all(number) && !everywhere.contains(word)
    })
}

/// What stands behind `://` in a line.
fn hosts(line: &str) -> impl Iterator<Item = &str> {
    line.split("://").skip(1).map(|rest| {
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "-.".contains(c)));
        end.map_or(rest, |end| &rest[..end])
    })
}

fn is_private(host: &str) -> bool {
    [".internal", ".corp", ".lan", ".local"].iter().any(|ending| host.ends_with(ending))
}

/// A registry in a file that tools read: a lock file's address, or a setting.
fn names_registry(path: &str, line: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let line = line.trim();
    match name {
        "package-lock.json" => line.starts_with(concat!("\"resol", "ved\"")),
        ".npmrc" => line.contains("registry=") && !line.starts_with("omit-lockfile-registry"),
        "Cargo.lock" => {
            line.contains("registry+") && !line.ends_with("github.com/rust-lang/crates.io-index\"")
        }
        "config.toml" => line.starts_with("[source") || line.starts_with("[registr"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_one_machine_is_found_at_the_beginning_of_a_path() {
        let line = format!("see {}a", FOLDERS[0]);
        assert_eq!(found("README.md", &line), [format!("`{}` is a folder of one machine.", FOLDERS[0])]);
        assert_eq!(found("README.md", &format!("https://example.org{}a", FOLDERS[0])), [""; 0]);
        assert_eq!(found("README.md", &format!("file:{}me", FOLDERS[2])).len(), 1);
    }

    #[test]
    fn an_address_is_four_numbers() {
        let address = ["10", "1", "2", "3"].join(".");
        assert_eq!(found("a.md", &format!("http://{address}:80/")).len(), 1);
        for harmless in ["127.0.0.1:8080", "1.2.3", "156.0.8078.73", "version 0.21.14", "1.2.3.4.5"] {
            assert_eq!(found("a.md", harmless), [""; 0], "{harmless}");
        }
    }

    #[test]
    fn a_private_host_is_found_in_an_address() {
        let line = ["https://mirror.", "internal", "/x"].concat();
        assert_eq!(found("a.md", &line).len(), 1);
        assert_eq!(
            found("a.rs", "self.internal and http://localhost:8080/ and https://doi.org/10.1/2"),
            [""; 0]
        );
    }

    #[test]
    fn a_registry_is_found_where_tools_would_read_it() {
        let resolved = concat!("  \"resol", "ved\": \"https://example.org/a.tgz\",");
        assert_eq!(found("tests/package-lock.json", resolved).len(), 1);
        assert_eq!(found("tests/.npmrc", "registry=https://example.org").len(), 1);
        assert_eq!(found("tests/.npmrc", "omit-lockfile-registry-resolved=true"), [""; 0]);
        let usual = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
        assert_eq!(found("Cargo.lock", usual), [""; 0]);
        assert_eq!(found("Cargo.lock", "source = \"registry+https://example.org/index\"").len(), 1);
        assert_eq!(found(".cargo/config.toml", "[source.crates-io]").len(), 1);
    }

    fn found(path: &str, text: &str) -> Vec<String> {
        let file = TextFile { path: path.into(), text: text.into() };
        check(&[file]).into_iter().map(|violation| violation.sentence).collect()
    }
}
