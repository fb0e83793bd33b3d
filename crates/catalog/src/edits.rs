//! What people typed, read from a file in the format of `editing-traces` and replayed by replicas of one text.

use systems::crdt::sequence::{Kind, Replica};
use systems::crdt::trace::{Trace, other_unit, replay};

use crate::text::unmarked;

/// Which replicated text replays it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextType {
    /// Replicated growable array.
    Rga,
    /// Fugue.
    Fugue,
    /// FugueMax.
    FugueMax,
}

impl TextType {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Rga, Self::Fugue, Self::FugueMax];

    /// Its name in commands.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rga => "rga",
            Self::Fugue => "fugue",
            Self::FugueMax => "fugue-max",
        }
    }

    /// The type of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    const fn kind(self) -> Kind {
        match self {
            Self::Rga => Kind::Rga,
            Self::Fugue => Kind::Fugue,
            Self::FugueMax => Kind::FugueMax,
        }
    }
}

/// What people typed.
pub struct Edits(Trace);

/// The replicas once all was replayed.
pub struct Replayed {
    /// In how many edits something was typed or deleted.
    pub edits: u64,
    /// Characters typed.
    pub typed: u64,
    /// Characters deleted.
    pub deleted: u64,
    replicas: Vec<Replica>,
}

impl Replayed {
    /// The text of each replica.
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        self.replicas.iter().map(Replica::text).collect()
    }

    /// What the first replica holds: characters, tombstones, and spans of both.
    #[must_use]
    pub fn holds(&self) -> (usize, usize, usize) {
        let first = &self.replicas[0];
        (first.len(), first.tombstones(), first.spans())
    }
}

impl Edits {
    /// Reads a file; an `Err` is a sentence without a full stop.
    pub fn read(text: &str) -> Result<Self, String> {
        let trace = serde_json::from_str(unmarked(text)).map_err(|error| match half_pair(text) {
            Some((line, half)) => format!(
                "line {line} has {half} by itself, half of a surrogate pair; a patch types whole characters, and its \
                 places count Unicode code points, not UTF-16 code units"
            ),
            None => error.to_string(),
        });
        trace.map(Self)
    }

    /// The text that the file states for the end.
    #[must_use]
    pub fn end(&self) -> &str {
        &self.0.end_content
    }

    /// Replays it. Each person has a replica; if that makes fewer than `replicas`, others hear of everything at the end.
    /// An `Err` says why it cannot be replayed, in a sentence without a full stop.
    pub fn replay(&self, kind: TextType, replicas: usize) -> Result<Replayed, String> {
        let found = replay(&self.0, kind.kind(), replicas).map_err(|damage| damage.to_string())?;
        let (edits, typed, deleted) = (found.edits, found.typed, found.deleted);
        Ok(Replayed { edits, typed, deleted, replicas: found.replicas })
    }

    /// What the places of the file count, if it is something other than characters with which it comes to the text that it
    /// states.
    #[must_use]
    pub fn counts_otherwise(&self, kind: TextType) -> Option<String> {
        other_unit(&self.0, kind.kind()).map(|unit| unit.to_string())
    }
}

/// The first escape in a JSON text that is one half of a surrogate pair without the other: in which line, and the escape.
fn half_pair(text: &str) -> Option<(usize, &str)> {
    let escape = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u32::from_str_radix(digits, 16).ok()
    };
    let mut at = 0;
    while let Some(next) = text[at..].find('\\') {
        at += next;
        at += match (escape(at), escape(at + 6)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
            (Some(0xd800..=0xdfff), _) => {
                let line = 1 + text[..at].matches('\n').count();
                return Some((line, &text[at..at + 6]));
            }
            // A backslash and what it escapes, which may be another one, or a character of several bytes.
            (Some(_) | None, _) => 1 + text[at + 1..].chars().next().map_or(0, char::len_utf8),
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_pair_is_found_where_it_stands() {
        assert_eq!(half_pair(r#"["\ud83d\ude15", "\\ud83d", "\é\n"]"#), None);
        assert_eq!(half_pair("[\n\"a\\uD83D\"]"), Some((2, "\\uD83D")));
        assert_eq!(half_pair(r#"["\ud83d\ud83d\ude15"]"#), Some((1, "\\ud83d")));
        assert_eq!(half_pair(r#"["\ude15"]"#), Some((1, "\\ude15")));
        assert_eq!(half_pair("\\"), None);
    }
}
