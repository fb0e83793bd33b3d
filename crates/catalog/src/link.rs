//! A recording as the fragment of a link: `raft/minority-partition?seed=7&servers=5&at=412`.
//!
//! What an author types is words: the scenario, `seed`, `at` in milliseconds, `without` and `with` as lists of rules,
//! and every option by name. What a reader did is `do`, in base64url: the branches as JSON.

use std::fmt::Write;

use crate::error::{Error, short};
use crate::recording::{BranchRecord, Recording};
use crate::rooms::names;

impl Recording {
    /// The fragment of a link to this run, without `#/`.
    #[must_use]
    pub fn to_link(&self) -> String {
        let mut link = format!("{}/{}?seed={}", self.system, self.scenario, self.seed);
        let mut add =
            |name: &str, value: &str| write!(link, "&{}={}", encode(name), encode(value)).unwrap_or_default();
        for (name, value) in &self.options {
            add(name, value);
        }
        for (name, rules) in [("without", &self.without), ("with", &self.with)] {
            if !rules.is_empty() {
                add(name, &rules.join(","));
            }
        }
        if self.at > 0 {
            let (ms, us) = (self.at / 1000, self.at % 1000);
            add("at", &if us == 0 { ms.to_string() } else { format!("{ms}.{us:03}") });
        }
        if !self.branches.is_empty() {
            let json = serde_json::to_string(&self.branches).unwrap_or_default();
            add("do", &to_base64url(json.as_bytes()));
        }
        if self.branch > 0 {
            add("branch", &self.branch.to_string());
        }
        link
    }

    /// Reads the fragment of a link, without `#/`. Names of the page's own (`view`, `play`, `speed`, `theme`,
    /// `embed`) are left to the page.
    pub fn from_link(link: &str) -> Result<Self, Error> {
        if link.len() > Self::LINK_MAX {
            return Err(Error::Link(format!("it is longer than {} letters", Self::LINK_MAX)));
        }
        let link = mended(link);
        let (path, query) = link.split_once('?').unwrap_or((&link, ""));
        let path = path.trim_matches('/').split('/').map(decode).collect::<Result<Vec<_>, _>>()?.join("/");
        let (system, scenario) = split_place(&path);
        if let Some((_, more)) = scenario.split_once('/') {
            return Err(Error::Link(format!("“{}” stands after the scenario", short(more))));
        }
        let mut recording = Self::new(system, scenario, 1);
        for (name, value) in pairs(query) {
            let (name, value) = (decode(name)?, decode(value)?);
            recording.take(&name, value)?;
        }
        recording.check().map_err(Error::Link)?;
        Ok(recording)
    }

    fn take(&mut self, name: &str, value: String) -> Result<(), Error> {
        let rules =
            |value: &str| value.split(',').filter(|rule| !rule.is_empty()).map(str::to_owned).collect();
        let number = |value: &str| {
            let wrong = || Error::Link(format!("{name} takes a whole number, not “{}”", short(value)));
            value.parse::<u64>().map_err(|_| wrong())
        };
        match name {
            "seed" => self.seed = number(&value)?,
            "branch" => {
                self.branch = usize::try_from(number(&value)?).unwrap_or(usize::MAX);
            }
            "at" => self.at = microseconds(&value)?,
            "without" => self.without = rules(&value),
            "with" => self.with = rules(&value),
            "do" => self.branches = branches(&value)?,
            "view" | "play" | "speed" | "theme" | "embed" => {}
            _ => {
                self.options.insert(name.to_owned(), value);
            }
        }
        Ok(())
    }
}

/// A link without what mail programs, chats and editors do to it. A sentence's full stop or a bracket at its end is
/// none of it; where there is no `?`, `=` or `&` in a place that has one, and its escape instead, somebody has escaped
/// the whole. No link that [`Recording::to_link`] writes changes: it escapes all of these in names and values, and
/// writes a `?` before, an `=` in and an `&` between them.
#[must_use]
pub fn mended(link: &str) -> String {
    let link = without_tail(link);
    let has = |text: &str, escape: &str| text.to_ascii_uppercase().contains(escape);
    let mut link = if !link.contains('?') && has(link, "%3F") { unescape(link) } else { link.to_owned() };
    let Some((path, query)) = link.split_once('?') else { return link };
    let escaped = |pair: &str| match pair.split_once('=') {
        None => has(pair, "%3D"),
        Some((_, value)) => has(value, "%26") && (has(value, "%3D") || value.contains('=')),
    };
    if query.split('&').any(escaped) {
        let query: Vec<_> = query
            .split('&')
            .map(|pair| if escaped(pair) { unescape(pair) } else { pair.to_owned() })
            .collect();
        link = format!("{path}?{}", query.join("&"));
    }
    link
}

/// The names and values of a query, still escaped, without what others have added: `amp;` left by markup, and the names
/// by which shops of advertisements and mail follow a reader. Some add theirs behind another `?`.
pub fn pairs(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query.split(['&', '?']).filter_map(|pair| {
        let pair = pair.trim_start_matches("amp;");
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (!name.is_empty() && !follows_readers(name)).then_some((name, value))
    })
}

/// Whether a name is one of those that follow a reader from page to page. No option of a room has such a name.
fn follows_readers(name: &str) -> bool {
    const NAMES: [&str; 17] = [
        "_ga", "_gl", "_hsenc", "_hsmi", "dclid", "fbclid", "gbraid", "gclid", "gclsrc", "igsh", "igshid",
        "msclkid", "ref_src", "ttclid", "twclid", "wbraid", "yclid",
    ];
    name.starts_with("utm_") || name.starts_with("mc_") || NAMES.contains(&name)
}

/// Without the signs that stand behind a link in a text, as they are or escaped.
fn without_tail(link: &str) -> &str {
    const SIGNS: [char; 22] = [
        '.', ',', ';', ':', '!', ')', ']', '}', '>', '"', '\'', '\u{2019}', '\u{201d}', '\u{bb}', '\u{2026}',
        '*', ' ', '\n', '\r', '\t', '\u{200b}', '\u{feff}',
    ];
    let mut rest = link.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    loop {
        let escape = rest.char_indices().rev().find(|(_, c)| *c == '%').map(|(at, _)| &rest[at..]);
        let sign = |bytes: usize| {
            // An escaped sign beyond ASCII has two or three escapes.
            let at = rest.len().checked_sub(3 * bytes)?;
            let tail = rest.get(at..).filter(|tail| tail.starts_with('%'))?;
            let text = decode(tail).ok()?;
            (text.chars().count() == 1 && text.contains(SIGNS)).then_some(at)
        };
        rest = match escape.and_then(|_| (1..=3).find_map(sign)) {
            Some(at) => &rest[..at],
            None if rest.ends_with(SIGNS) => rest.trim_end_matches(SIGNS),
            None => return rest,
        };
    }
}

/// The text that was escaped, `%` and all; what is no escape stays.
fn unescape(text: &str) -> String {
    decode(text).unwrap_or_else(|_| text.to_owned())
}

/// A system and a scenario, as in `raft/figure-8`. The name of a system may hold a `/` itself.
#[must_use]
pub fn split_place(place: &str) -> (&str, &str) {
    let rest = |name: &str| {
        let rest = place.strip_prefix(name)?;
        (rest.is_empty() || rest.starts_with('/')).then_some(rest)
    };
    let longest = names()
        .iter()
        .map(|room| room.name)
        .filter(|name| rest(name).is_some())
        .max_by_key(|name| name.len());
    match longest {
        Some(name) => (&place[..name.len()], place[name.len()..].trim_start_matches('/')),
        None => place.split_once('/').unwrap_or((place, "")),
    }
}

fn branches(value: &str) -> Result<Vec<BranchRecord>, Error> {
    let damaged = |what: &str| Error::Link(format!("what was done to the run cannot be read ({what})"));
    let bytes = from_base64url(value).ok_or_else(|| damaged("it is cut off, or a letter is wrong"))?;
    // As text, as all JSON is read here: bytes would be read by code of their own.
    let text = String::from_utf8(bytes).map_err(|_| damaged("it holds what is no text"))?;
    serde_json::from_str(&text).map_err(|error| damaged(&short(&error.to_string())))
}

fn microseconds(value: &str) -> Result<u64, Error> {
    let wrong = || Error::Link(format!("at takes milliseconds, not “{}”", short(value)));
    let (ms, part) = value.split_once('.').unwrap_or((value, ""));
    if part.len() > 3 || !part.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(wrong());
    }
    let ms: u64 = ms.parse().map_err(|_| wrong())?;
    let part: u64 = format!("{part:0<3}").parse().map_err(|_| wrong())?;
    ms.checked_mul(1000).and_then(|us| us.checked_add(part)).ok_or_else(wrong)
}

fn encode(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~,".contains(&byte) {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").unwrap_or_default();
        }
    }
    out
}

fn decode(text: &str) -> Result<String, Error> {
    let damaged = || Error::Link(format!("“{}” cannot be read", short(text)));
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
            let (high, low) = (digit(rest.next()), digit(rest.next()));
            let value = high.zip(low).map(|(high, low)| high * 16 + low).ok_or_else(damaged)?;
            bytes.push(u8::try_from(value).map_err(|_| damaged())?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).map_err(|_| damaged())
}

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn to_base64url(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let word =
            chunk.iter().fold(0_u32, |word, &byte| word << 8 | u32::from(byte)) << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            out.push(char::from(LETTERS[(word >> (18 - 6 * place)) as usize & 63]));
        }
    }
    out
}

fn from_base64url(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    for chunk in text.trim_end_matches('=').as_bytes().chunks(4) {
        if chunk.len() == 1 {
            return None;
        }
        let mut word = 0_u32;
        for &letter in chunk {
            word = word << 6 | LETTERS.iter().position(|&known| known == letter)? as u32;
        }
        word <<= 6 * (4 - chunk.len());
        out.extend(&word.to_be_bytes()[1..chunk.len()]);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64url_is_the_one_of_rfc_4648() {
        for (bytes, text) in [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg")] {
            assert_eq!(to_base64url(bytes.as_bytes()), text);
            assert_eq!(from_base64url(text).as_deref(), Some(bytes.as_bytes()));
        }
        assert_eq!(to_base64url(&[0xfb, 0xff]), "-_8");
        assert_eq!(from_base64url("Z"), None);
        assert_eq!(from_base64url("Zm9+"), None);
    }

    #[test]
    fn a_link_survives() {
        let mut recording = Recording::new("raft", "figure-8", 42);
        recording.options.insert("servers".to_owned(), "7".to_owned());
        recording.options.insert("odd &=name".to_owned(), "ü%20".to_owned());
        recording.without = vec!["one".to_owned(), "two".to_owned()];
        recording.at = 412_030;
        let fork = BranchRecord {
            name: "what if".to_owned(),
            fork: Some((0, 17)),
            interventions: vec![serde_json::json!({"at": 5, "do": {"force": {"crash": 1}}})],
        };
        recording.branches = vec![BranchRecord { name: "main".to_owned(), ..BranchRecord::default() }, fork];
        recording.branch = 1;
        assert_eq!(Recording::from_link(&recording.to_link()), Ok(recording.clone()));
        assert_eq!(Recording::from_json(&recording.to_json()), Ok(recording));
    }

    #[test]
    fn the_name_of_a_system_may_hold_a_slash() {
        for link in ["reference/paxos/two-ballots?seed=3", "/reference%2Fpaxos/two-ballots/?seed=3"] {
            let recording = Recording::from_link(link).expect("the link is whole");
            assert_eq!((&*recording.system, &*recording.scenario), ("reference/paxos", "two-ballots"));
            assert_eq!(recording.to_link(), "reference/paxos/two-ballots?seed=3");
        }
        let bare = Recording::from_link("reference/paxos").expect("the link is whole");
        assert_eq!((&*bare.system, &*bare.scenario), ("reference/paxos", ""));
        let other = Recording::from_link("reference/paxos-clients").expect("the link is whole");
        assert_eq!((&*other.system, &*other.scenario), ("reference/paxos-clients", ""));
    }

    #[test]
    fn a_link_that_others_have_changed_still_opens() {
        let whole = "raft/figure-8?seed=7&servers=5&without=persist-vote,step-down&at=412.030";
        let meant = Recording::from_link(whole);
        assert!(meant.is_ok());
        let once = |from: &str, to: &str| whole.replace(from, to);
        let all = encode(whole);
        let escapes = whole.replace('?', "%3f").replace('=', "%3d").replace('&', "%26");
        let query = whole.replace('=', "%3D").replace('&', "%26");
        for changed in [
            once("?", "%3F"),
            once("=", "%3D"),
            once("&", "%26"),
            once("&", "&amp;"),
            once("&", "&amp;amp;"),
            once(",", "%2C"),
            once("figure", "figure").replace('/', "%2F"),
            all.clone(),
            all.to_lowercase(),
            escapes,
            query,
            format!("{whole}&fbclid=IwAR0x-_y"),
            format!("{whole}?fbclid=IwAR0x-_y&utm_source=a&utm_campaign=b%20c"),
            format!("{whole}&amp;gclid=x&mc_cid=1"),
            once("?", "?utm_medium=mail&"),
            format!("{whole}."),
            format!("{whole})."),
            format!("{whole}%29"),
            format!("{whole}%E2%80%9D,"),
            format!("{whole}]>"),
            format!(" {whole}\n"),
            format!("{whole}%0A"),
            format!("{whole}%20"),
            format!("{whole}\u{200b}"),
        ] {
            assert_eq!(Recording::from_link(&changed), meant, "{changed}");
        }
        for (changed, scenario) in
            [("raft/figure-8.", "figure-8"), ("raft/figure-8)", "figure-8"), ("raft.", "")]
        {
            assert_eq!(
                Recording::from_link(changed).map(|run| run.scenario),
                Ok(scenario.to_owned()),
                "{changed}"
            );
        }
    }

    /// What is behind a link that was cut off is lost; a sentence says so.
    #[test]
    fn what_cannot_be_mended_is_named() {
        for (link, expected) in [
            ("raft/figure-8?seed=7%26", "This link is damaged: seed takes a whole number, not “7&”."),
            ("raft/figure-8?seed=7&do=eyJ", "This link is damaged: what was done to the run cannot be read"),
        ] {
            let said = Recording::from_link(link).map_err(|error| error.to_string());
            assert!(said.as_ref().is_err_and(|said| said.starts_with(expected)), "{said:?}");
        }
    }

    #[test]
    fn no_option_has_a_name_that_is_left_out() {
        for room in crate::rooms() {
            for option in room.options {
                assert!(!follows_readers(option.name), "{}: {}", room.name, option.name);
            }
        }
    }

    #[test]
    fn damage_is_named() {
        for (link, expected) in [
            ("raft/a/b", "This link is damaged: “b” stands after the scenario."),
            ("raft/a?seed=x", "This link is damaged: seed takes a whole number, not “x”."),
            ("raft/a?at=1.2345", "This link is damaged: at takes milliseconds, not “1.2345”."),
            ("raft/%zz", "This link is damaged: “%zz” cannot be read."),
            (
                "raft/a?seed=9007199254740992",
                "This link is damaged: the seed 9007199254740992 is not below 2^53.",
            ),
            ("raft/a?branch=1", "This link is damaged: there is no branch 1."),
        ] {
            assert_eq!(
                Recording::from_link(link).map_err(|error| error.to_string()),
                Err(expected.to_owned())
            );
        }
    }
}
